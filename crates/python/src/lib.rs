//! The native half of the Python package `patternsearch`: calls between Python and the crates `search`, `mse` and
//! `compare`, and nothing else.
//! The Python half checks arguments and gives them their plain form.

mod calls;
mod errors;
mod executor;
mod function_solver;
mod nets;
mod outcome;
mod problem;
mod run;
mod session;
mod studies;
mod values;
mod watch;

use pyo3::prelude::*;

/// The module `patternsearch._core`.
#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(run::minimize, module)?)?;
    module.add_function(wrap_pyfunction!(run::run_file, module)?)?;
    module.add_function(wrap_pyfunction!(run::solvers, module)?)?;
    module.add_function(wrap_pyfunction!(studies::compare_solvers, module)?)?;
    module.add("RunEnded", module.py().get_type::<function_solver::RunEnded>())?;
    module.add_class::<studies::Comparison>()?;
    module.add_class::<nets::Nets>()?;
    module.add_class::<session::Session>()
}
