//! The command-line program `compare`: studies of optimizers, stored run by run, and reports on them.

mod arguments;
mod commands;
mod exit;
mod output;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use exit::Exit;

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Run(arguments) => commands::run(&arguments),
        Command::Import(arguments) => commands::import(&arguments),
        Command::Merge(arguments) => commands::merge(&arguments),
        Command::Report(arguments) => commands::report(&arguments),
        Command::Export(arguments) => commands::export(&arguments),
        Command::Freeze(arguments) => commands::freeze(&arguments),
        Command::Verify(arguments) => commands::verify(&arguments),
        Command::List => commands::list(),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) => {
            output::remark(&error.to_string());
            Exit::Error.into()
        }
    }
}
