//! `compare import`.

use compare::report::counted;
use compare::study::{Import, Imported, Store};
use compare::suites::suites;

use super::Failure;
use crate::arguments::ImportArguments;
use crate::exit::Exit;
use crate::output::remark;

pub(crate) fn import(arguments: &ImportArguments) -> Result<Exit, Failure> {
    let ImportArguments { histories, suite, provenance, budget, out } = arguments;
    let known = suites().into_iter().find(|known| known.name == suite);
    let cases = known.map(|known| (known.cases)()).unwrap_or_default();
    let store = Store::open(out).map_err(|error| format!("{}: {error}", out.display()))?;
    let import = Import { path: histories, suite, cases: &cases, provenance, simplex_gradients: *budget };
    let Imported { runs, beyond_budget } = import.into_study(&store)?;
    remark(&format!(
        "{} taken from {}, stored in {}",
        counted(runs, "new run"),
        histories.display(),
        out.display()
    ));
    if beyond_budget > 0 {
        remark(&format!("{} beyond the budget left out", counted(beyond_budget as usize, "evaluation")));
    }
    Ok(Exit::Done)
}
