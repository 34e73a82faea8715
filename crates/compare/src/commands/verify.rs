//! `compare verify`.

use compare::report::counted;
use compare::study::{Shard, StoreError, Study, Verified, ablation, own_solvers, solvers};
use compare::suites::{own_problems, suites};

use super::{Failure, OWN, existing};
use crate::arguments::VerifyArguments;
use crate::exit::Exit;
use crate::output::{remark, say};

pub(crate) fn verify(arguments: &VerifyArguments) -> Result<Exit, Failure> {
    let store = existing(&arguments.runs)?;
    let manifest = store.manifest()?.ok_or(StoreError::NoManifest)?;
    let known = suites().into_iter().filter(|suite| manifest.suites.iter().any(|name| name == suite.name));
    let mut suites: Vec<_> = known.map(|suite| (suite.name.to_owned(), (suite.cases)())).collect();
    suites.push((OWN.to_owned(), own_problems(&arguments.problem)?));
    let study = Study {
        suites,
        solvers: solvers().into_iter().chain(ablation()).chain(own_solvers(&arguments.solvers)?).collect(),
        seeds: manifest.seeds.clone(),
        simplex_gradients: manifest.simplex_gradients,
        threads: 1,
        shard: Shard { number: 1, of: 1 },
    };
    let sample = usize::try_from(arguments.sample).unwrap_or(usize::MAX);
    let verified = study.verify(&store, sample, arguments.seed)?;
    if verified.same > 0 {
        say(format!("{} made again: the same to the bit\n", counted(verified.same, "run")))?;
    }
    let mut verified = verified;
    verified.unknown_solvers.retain(|solver| {
        let is_imported = manifest
            .solvers
            .iter()
            .any(|(name, settings)| name == solver && settings.get("imported").is_some());
        if is_imported {
            remark(&format!("runs of {solver} were imported, and cannot be made again"));
        }
        !is_imported
    });
    match complaints(&verified).as_slice() {
        [] if verified.same == 0 => Err("there is no run with a value to make again".into()),
        [] => Ok(Exit::Done),
        complaints => Err(complaints.join("\n").into()),
    }
}

/// Differences, and runs that cannot be repeated.
fn complaints(verified: &Verified) -> Vec<String> {
    let mut complaints = Vec::new();
    if !verified.different.is_empty() {
        let (runs, names) = (counted(verified.different.len(), "run"), verified.different.join("; "));
        complaints.push(format!("not the same in {runs}: {names}"));
    }
    for (suite, problem) in &verified.unknown_problems {
        complaints.push(match suite.as_str() {
            OWN => format!("runs of {problem} were not made again: pass its file with --problem FILE.toml"),
            _ => format!(
                "runs of {problem} were not made again: this program has no such problem in the suite {suite}"
            ),
        });
    }
    for solver in &verified.unknown_solvers {
        complaints.push(format!(
            "runs of {solver} were not made again: this program is built without that solver; if it is one of your own, \
             pass its file with --solvers FILE.toml"
        ));
    }
    complaints
}
