//! The program `patternsearch`: minimizes the value that a program prints, or lets any program ask which
//! points to evaluate; with the feature `nets` it also fits nets to tables.

mod arguments;
mod ask;
mod check;
mod exit;
mod files;
mod history;
mod interrupt;
#[cfg(feature = "nets")]
mod nets;
mod number;
mod output;
mod report;
mod run;
mod solver;
mod task;
mod watch;

use std::process::ExitCode;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    let done = match Arguments::of_command_line().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Ask(arguments) => ask::ask(&arguments),
        Command::Check(arguments) => check::check(&arguments.file),
        Command::Journal(arguments) => history::journal(&arguments.file, arguments.problem.as_deref()),
        Command::Solvers => solver::list(),
        #[cfg(feature = "nets")]
        Command::Fit(arguments) => nets::fit::fit(&arguments),
        #[cfg(feature = "nets")]
        Command::Predict(arguments) => nets::predict::predict(&arguments),
        #[cfg(feature = "nets")]
        Command::Export(arguments) => nets::export::export(&arguments),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(trouble) => {
            output::remark(&format!("error: {}\n", trouble.message));
            trouble.exit.into()
        }
    }
}
