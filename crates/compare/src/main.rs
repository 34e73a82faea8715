//! The command-line program `compare`: studies of optimizers, stored as they go, and what they say.

mod commands;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use compare::study::{Shard, Study};

/// Compares optimizers on suites of problems.
///
/// Each run is stored as it ends: an interrupted study goes on where it was when it is started again with
/// the same words.
///
///   compare run --suite more-wild --solvers all --budget 100 --seeds 5 --out runs.db
///   compare report runs.db --format html --out report.html
#[derive(Parser)]
#[command(version, verbatim_doc_comment)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes the runs of a study that are not stored yet.
    Run {
        /// Suites, separated by commas; `list` shows them.
        #[arg(long, value_delimiter = ',', required_unless_present = "problem")]
        suite: Vec<String>,
        /// A problem of your own, in a TOML file: `program = ["./simulate"]`, `start = [1, 2]`, and if need be `name`,
        /// `lower`, `upper`, `pass` (arguments, file, lines), `timeout`. Several make the suite `own`.
        #[arg(long, value_name = "FILE.toml")]
        problem: Vec<PathBuf>,
        /// Solvers, separated by commas; `all` but those of the `ablation`; `list` shows them.
        #[arg(long, value_delimiter = ',', default_value = "all")]
        solvers: Vec<String>,
        /// The budget of each run in simplex gradients: n + 1 evaluations for n coordinates.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
        budget: u64,
        /// How many seeds, from 1, for noise and random solvers.
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
        seeds: u64,
        /// The database; made if it is not there.
        #[arg(long)]
        out: PathBuf,
        /// Runs at the same time; all processors if not given.
        #[arg(long)]
        threads: Option<usize>,
        /// Which part of the study, as 1/8: for several machines, each with a file of its own.
        #[arg(long, default_value = "1/1", value_parser = shard)]
        shard: Shard,
    },
    /// Takes the runs of other files into one: the shards of a study.
    Merge {
        /// The database that takes them.
        into: PathBuf,
        /// The others.
        #[arg(required = true)]
        from: Vec<PathBuf>,
    },
    /// Says what the runs say.
    Report {
        /// The database.
        runs: PathBuf,
        /// How: for people, for other programs, or one page with plots.
        #[arg(long, value_enum, default_value_t = Format::Markdown)]
        format: Format,
        /// The file to write; standard output if not given.
        #[arg(long)]
        out: Option<PathBuf>,
        /// Least values to which tolerances are relative, as `freeze` writes them. Where it has none, the published one
        /// or the least found is taken.
        #[arg(long, value_name = "FILE.json")]
        references: Option<PathBuf>,
    },
    /// Writes the least values known, published or found, so that later reports are relative to the same.
    Freeze {
        /// The database.
        runs: PathBuf,
        /// The file to write.
        #[arg(long, value_name = "FILE.json")]
        out: PathBuf,
    },
    /// Makes a sample of the runs again and compares them to the bit.
    Verify {
        /// The database.
        runs: PathBuf,
        /// How many.
        #[arg(long, default_value_t = 20)]
        sample: usize,
        /// The problems of your own among them.
        #[arg(long, value_name = "FILE.toml")]
        problem: Vec<PathBuf>,
    },
    /// Shows suites and solvers.
    List,
}

/// What a report looks like.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// A table for each suite.
    Markdown,
    /// A row for each problem, seed and solver.
    Csv,
    /// One page with plots to switch, for a browser.
    Html,
}

fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    match parts {
        Some((number, of)) if number >= 1 && number <= of => Ok(Shard { number, of }),
        _ => Err("expected k/n with 1 <= k <= n, for example 1/8".to_owned()),
    }
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Run { suite, problem, solvers, budget, seeds, out, threads, shard } => {
            let threads =
                threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
            commands::chosen(&suite, &problem, &solvers).and_then(|(suites, solvers)| {
                let seeds = (1..=seeds).collect();
                commands::run(
                    &Study { suites, solvers, seeds, simplex_gradients: budget, threads, shard },
                    &out,
                )
            })
        }
        Command::Merge { into, from } => commands::merge(&into, &from),
        Command::Report { runs, format, out, references } => {
            commands::report(&runs, format, out.as_deref(), references.as_deref())
        }
        Command::Freeze { runs, out } => commands::freeze(&runs, &out),
        Command::Verify { runs, sample, problem } => commands::verify(&runs, sample, &problem),
        Command::List => {
            commands::list();
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("compare: {error}");
            ExitCode::FAILURE
        }
    }
}
