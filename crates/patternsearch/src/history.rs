//! Writes the trace of a run as CSV.

use std::fmt::Write as _;

use search::Outcome;

/// Returns one line per iteration, the start first, with all digits. The mesh size is empty for solvers
/// without a mesh.
pub(crate) fn csv(outcome: &Outcome) -> String {
    let mut text = "iteration,evaluations,value,mesh_size,method\n".to_owned();
    for row in &outcome.trace {
        let mesh_size = row.mesh_size.map_or_else(String::new, |size| format!("{size:?}"));
        let (iteration, evaluations, value) = (row.iteration, row.evaluations, row.value);
        let _ = writeln!(text, "{iteration},{evaluations},{value:?},{mesh_size},{}", row.method);
    }
    text
}
