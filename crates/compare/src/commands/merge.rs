//! `compare merge`.

use compare::report::counted;
use compare::study::Store;

use super::{Failure, existing, is_same_file};
use crate::arguments::MergeArguments;
use crate::exit::Exit;
use crate::output::remark;

pub(crate) fn merge(arguments: &MergeArguments) -> Result<Exit, Failure> {
    let MergeArguments { into, from } = arguments;
    // Open all files before the target is created.
    let others = from.iter().map(|path| existing(path)).collect::<Result<Vec<_>, _>>()?;
    if let Some(same) = from.iter().find(|path| is_same_file(path, into)) {
        return Err(format!("{} is among the files to merge into it", same.display()).into());
    }
    let store = Store::open(into).map_err(|error| format!("{}: {error}", into.display()))?;
    for (other, path) in others.iter().zip(from) {
        let new = store.merge(other).map_err(|error| format!("{}: {error}", path.display()))?;
        remark(&format!("{} taken from {}", counted(new, "new run"), path.display()));
    }
    Ok(Exit::Done)
}
