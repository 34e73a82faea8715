//! `compare run`.

use std::collections::BTreeMap;
use std::io::Write;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use compare::Case;
use compare::report::{counted, one_line};
use compare::study::{Entry, Made, Row, Store, Study, ablation, check_runs, own_solvers, solvers};
use compare::suites::{own_problems, suites};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, OWN};
use crate::arguments::RunArguments;
use crate::exit::Exit;
use crate::output::remark;

/// Suites with their problems, by name.
type Suites = Vec<(String, Vec<Case<'static>>)>;

pub(crate) fn run(arguments: &RunArguments) -> Result<Exit, Failure> {
    let study = study(arguments)?;
    static INTERRUPTED: AtomicBool = AtomicBool::new(false);
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(Exit::Stopped as i32);
        }
        // Not behind the progress bar.
        let _ = std::io::stderr().write_all(b"\n");
        remark("running runs are finished and stored; press Ctrl-C again to abandon them");
    })?;
    study.check()?;
    let out = &arguments.out;
    let store = Store::open(out).map_err(|error| format!("{}: {error}", out.display()))?;
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} runs, {elapsed} gone, {eta} left")?;
    let bar = ProgressBar::new(0).with_style(style);
    let made = study.run(&Mutex::new(store), |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
        !INTERRUPTED.load(Ordering::Relaxed)
    })?;
    bar.finish_and_clear();
    tell(&made, out);
    Ok(exit(&made))
}

fn exit(made: &Made) -> Exit {
    let nothing = made.runs > 0 && made.refused == made.runs;
    match made {
        Made { left: 1.., .. } => Exit::Stopped,
        Made { without_value, .. } if nothing || !without_value.is_empty() => Exit::NoValue,
        _ => Exit::Done,
    }
}

/// Reports the result.
fn tell(made: &Made, out: &Path) {
    let refused = match made.refused {
        0 => String::new(),
        refused => format!(" ({refused} refused by their solvers)"),
    };
    remark(&format!("{} made{refused}, stored in {}", counted(made.runs, "run"), out.display()));
    let mut problems: BTreeMap<(&str, &str), Vec<&Row>> = BTreeMap::new();
    for row in &made.without_value {
        problems.entry((&row.suite, &row.history.problem)).or_default().push(row);
    }
    for ((suite, problem), rows) in problems {
        let (runs, first) = (counted(rows.len(), "run"), one_line(&rows[0].ended));
        remark(&format!("no value in {runs} of {problem} of the suite {suite}; the first: {first}"));
    }
    if !made.without_value.is_empty() {
        remark("the same command makes runs without a value again");
    }
    if made.left > 0 {
        remark(&format!("interrupted: the same command makes the {}", counted(made.left, "missing run")));
    }
}

/// The study that the command line describes.
fn study(arguments: &RunArguments) -> Result<Study, Failure> {
    let RunArguments { suite, problem, solvers, budget, seeds, threads, shard, .. } = arguments;
    let (suites, solvers) = (chosen_suites(suite, problem)?, chosen_solvers(solvers)?);
    check_runs(suites.iter().map(|(_, cases)| cases.len()).sum(), solvers.len(), *seeds)?;
    let threads = threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, NonZero::get));
    Ok(Study {
        suites,
        solvers,
        seeds: (1..=*seeds).collect(),
        simplex_gradients: *budget,
        threads,
        shard: *shard,
    })
}

/// The suites of these names, and the suite of the problems in these files.
fn chosen_suites(names: &[String], problems: &[PathBuf]) -> Result<Suites, Failure> {
    let known = suites();
    if let Some(name) = names.iter().find(|name| known.iter().all(|suite| suite.name != *name)) {
        return Err(unknown("suite", name, known.iter().map(|suite| suite.name)));
    }
    let known = known.into_iter().filter(|suite| names.iter().any(|name| name == suite.name));
    let mut chosen: Suites = known.map(|suite| (suite.name.to_owned(), (suite.cases)())).collect();
    if !problems.is_empty() {
        chosen.push((OWN.to_owned(), own_problems(problems)?));
    }
    Ok(chosen)
}

/// The solvers of these names.
fn chosen_solvers(names: &[String]) -> Result<Vec<Entry>, Failure> {
    let (solvers, ablation) = (solvers(), ablation());
    let is_asked = |name: &str| names.iter().any(|asked| asked == name);
    let known = solvers.iter().chain(&ablation).map(|entry| entry.name.as_str());
    let known: Vec<_> = ["all", "ablation"].into_iter().chain(known).collect();
    let (files, names_alone): (Vec<&String>, _) = names.iter().partition(|name| is_file(name));
    if let Some(name) = names_alone.iter().find(|name| !known.contains(&name.as_str())) {
        let known = known.into_iter().chain(["FILE.toml of your own"]);
        return Err(unknown("solver", name, known));
    }
    let own = own_solvers(&files.into_iter().map(PathBuf::from).collect::<Vec<_>>())?;
    let solvers = solvers.into_iter().filter(|entry| is_asked("all") || is_asked(&entry.name));
    let ablation = ablation.into_iter().filter(|entry| is_asked("ablation") || is_asked(&entry.name));
    Ok(solvers.chain(ablation).chain(own).collect())
}

/// Whether a solver is given by its file.
fn is_file(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"))
}

fn unknown<'n>(what: &str, name: &str, known: impl Iterator<Item = &'n str>) -> Failure {
    format!("no {what} is named {name}; expected one of: {}", known.collect::<Vec<_>>().join(", ")).into()
}
