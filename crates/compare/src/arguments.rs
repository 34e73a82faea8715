//! What stands on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use compare::study::Shard;

/// Compares optimizers on suites of problems.
///
/// Each run is stored as it ends: an interrupted study goes on where it was when it is started again with
/// the same words.
///
///   compare run --suite more-wild --solvers all --budget 100 --seeds 5 --out runs.db
///   compare report runs.db --format html --out report.html
#[derive(Parser)]
#[command(version, verbatim_doc_comment, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  an error, or runs that differ
  2  wrong usage
  4  interrupted: the same words make what is missing
  6  runs without a value: all their evaluations failed, or their solvers refused them all";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Makes the runs of a study that are not stored yet.
    Run(RunArguments),
    /// Takes the runs of other files into one: the shards of a study.
    Merge(MergeArguments),
    /// Says what the runs say.
    Report(ReportArguments),
    /// Writes the least values known, published or found, so that later reports are relative to the same.
    Freeze(FreezeArguments),
    /// Makes a sample of the runs again and compares them to the bit.
    Verify(VerifyArguments),
    /// Shows suites and solvers.
    List,
}

#[derive(Args)]
pub(crate) struct RunArguments {
    /// Suites, separated by commas; `list` shows them.
    #[arg(long, value_delimiter = ',', required_unless_present = "problem")]
    pub(crate) suite: Vec<String>,
    /// A problem of your own, in a TOML file: `program = ["./simulate"]`, `start = [1, 2]`, and if need be `name`,
    /// `lower`, `upper`, `pass` (arguments, file, lines), `timeout`. Several make the suite `own`.
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) problem: Vec<PathBuf>,
    /// Solvers, separated by commas; `all` but those of the `ablation`; `list` shows them.
    #[arg(long, value_delimiter = ',', default_value = "all")]
    pub(crate) solvers: Vec<String>,
    /// The budget of each run in simplex gradients: n + 1 evaluations for n coordinates.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) budget: u64,
    /// How many seeds, from 1, for noise and random solvers.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) seeds: u64,
    /// The database; made if it is not there.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Runs at the same time; all processors if not given.
    #[arg(long)]
    pub(crate) threads: Option<usize>,
    /// Which part of the study, as 1/8: for several machines, each with a file of its own.
    #[arg(long, default_value = "1/1", value_parser = shard)]
    pub(crate) shard: Shard,
}

#[derive(Args)]
pub(crate) struct MergeArguments {
    /// The database that takes them.
    pub(crate) into: PathBuf,
    /// The others.
    #[arg(required = true)]
    pub(crate) from: Vec<PathBuf>,
}

#[derive(Args)]
pub(crate) struct ReportArguments {
    /// The database.
    pub(crate) runs: PathBuf,
    /// How: for people, for other programs, or one page with plots. If not given, by the ending of `--out` (.md, .csv,
    /// .html); Markdown on standard output.
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// The file to write; standard output if not given.
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Least values to which tolerances are relative, as `freeze` writes them. Where it has none, the published one
    /// or the least found is taken.
    #[arg(long, value_name = "FILE.json")]
    pub(crate) references: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct FreezeArguments {
    /// The database.
    pub(crate) runs: PathBuf,
    /// The file to write.
    #[arg(long, value_name = "FILE.json")]
    pub(crate) out: PathBuf,
}

#[derive(Args)]
pub(crate) struct VerifyArguments {
    /// The database.
    pub(crate) runs: PathBuf,
    /// How many, or all there are.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) sample: u64,
    /// Which ones: another seed draws others.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// The problems of your own among them.
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) problem: Vec<PathBuf>,
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
