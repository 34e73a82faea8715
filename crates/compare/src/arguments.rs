//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use compare::analysis::Cost;
use compare::report::TOLERANCES;
use compare::study::Shard;

/// Compares optimizers on suites of problems.
///
/// Each run is stored as it ends. To continue an interrupted study, run the same command again.
///
///   compare run --suite more-wild --solvers all --budget 100 --seeds 5 --out runs.db
///   compare report runs.db --format html --out report.html
#[derive(Parser)]
#[command(name = "compare", version, verbatim_doc_comment, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  an error, or runs that differ
  2  wrong usage
  4  interrupted; the same command makes the missing runs
  6  runs without a value: all their evaluations failed, or their solvers refused them all";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make the runs of a study that are not stored yet.
    Run(RunArguments),
    /// Add histories that were made elsewhere, from a CSV file.
    Import(ImportArguments),
    /// Merge the runs of other files, such as the shards of a study, into one file.
    Merge(MergeArguments),
    /// Write a report on the runs.
    Report(ReportArguments),
    /// Write the histories of all runs, as CSV or Parquet.
    Export(ExportArguments),
    /// Write the least values known, published or found, so that later reports refer to the same values.
    Freeze(FreezeArguments),
    /// Repeat a sample of the runs and compare them to the bit.
    Verify(VerifyArguments),
    /// List suites and solvers.
    List,
}

#[derive(Args)]
pub(crate) struct RunArguments {
    /// Suites, separated by commas (see `list`).
    #[arg(long, value_delimiter = ',', required_unless_present = "problem")]
    pub(crate) suite: Vec<String>,
    /// Your own problem, in a TOML file: `program = ["./simulate"]`, `start = [1, 2]`, and optionally `name`,
    /// `lower`, `upper`, `pass` (arguments, file, lines), `timeout`. Repeat the flag for several; they form
    /// the suite `own`.
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) problem: Vec<PathBuf>,
    /// Solvers, separated by commas (see `list`); `all` means all except the `ablation`. Your own solver, in a TOML
    /// file, stands among them by its file: `--solvers all,mine.toml`. The file has `program = ["./search"]` and
    /// optionally `name`, `version`, `takes`, `random`, `options`, `timeout`.
    #[arg(long, value_delimiter = ',', default_value = "all")]
    pub(crate) solvers: Vec<String>,
    /// The budget of each run in simplex gradients: n + 1 evaluations for n coordinates.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) budget: u64,
    /// Number of seeds, counted from 1, for noise and random solvers.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) seeds: u64,
    /// Database of the study; created if it does not exist.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Runs at the same time; default: one per processor.
    #[arg(long)]
    pub(crate) threads: Option<usize>,
    /// Part of the study, such as 1/8, for several machines that each write their own file.
    #[arg(long, default_value = "1/1", value_parser = shard)]
    pub(crate) shard: Shard,
}

#[derive(Args)]
pub(crate) struct ImportArguments {
    /// The file, with the columns `problem`, `solver`, `seed`, `evaluation`, `value`, and optionally `violation`,
    /// `seconds`, `suite` (rows of others are left out) and `n`, the number of coordinates, for problems that this
    /// program does not know.
    pub(crate) histories: PathBuf,
    /// The suite whose problems they are (see `list`), or another name.
    #[arg(long)]
    pub(crate) suite: String,
    /// Where they come from: versions, settings, machine, a paper. The file of the study keeps it.
    #[arg(long, value_name = "WORDS")]
    pub(crate) provenance: String,
    /// The budget of the study in simplex gradients; later evaluations are left out.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) budget: u64,
    /// Database of the study; created if it does not exist.
    #[arg(long)]
    pub(crate) out: PathBuf,
}

#[derive(Args)]
pub(crate) struct MergeArguments {
    /// Database into which the runs are merged.
    pub(crate) into: PathBuf,
    /// The other databases.
    #[arg(required = true)]
    pub(crate) from: Vec<PathBuf>,
}

#[derive(Args)]
pub(crate) struct ReportArguments {
    /// The database.
    pub(crate) runs: PathBuf,
    /// Formats of the report, separated by commas. Default: by the ending of `--out` (.md, .tex, .csv, .html, .svg, .pdf,
    /// .png); all for a folder; Markdown on standard output.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) format: Vec<Format>,
    /// File to write, or a folder, which then gets a file of each format: a path without an ending, and any path for
    /// several formats. Default: standard output.
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Least values to which tolerances are relative, as `freeze` writes them. Problems without one use the
    /// published value or the least found.
    #[arg(long, value_name = "FILE.json")]
    pub(crate) references: Option<PathBuf>,
    /// The tolerances of the panels of a figure, separated by commas: numbers above 0 and below 1.
    #[arg(long, value_name = "τ", value_delimiter = ',', value_parser = tolerance, default_values_t = TOLERANCES)]
    pub(crate) tolerances: Vec<f64>,
    /// What the axis of a figure counts.
    #[arg(long, value_enum, default_value_t = Axis::Evaluations)]
    pub(crate) by: Axis,
}

#[derive(Args)]
pub(crate) struct ExportArguments {
    /// The database.
    pub(crate) runs: PathBuf,
    /// The file to write: .csv, which `import` reads, or .parquet.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
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
    /// Number of runs to repeat; all, if there are fewer.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) sample: u64,
    /// Seed of the sample.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// The files of your own problems among the runs.
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) problem: Vec<PathBuf>,
    /// The files of your own solvers among the runs, separated by commas.
    #[arg(long, value_name = "FILE.toml", value_delimiter = ',')]
    pub(crate) solvers: Vec<PathBuf>,
}

/// The format of a report.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Format {
    /// A table for each suite.
    Markdown,
    /// The same tables for LaTeX; in a folder a file for each.
    Latex,
    /// A row for each problem, seed and solver.
    Csv,
    /// One page with plots to switch, for a browser.
    Html,
    /// A figure of the data profiles, for a paper.
    Svg,
    /// The same figure.
    Pdf,
    /// The same figure in pixels, 300 an inch.
    Png,
}

/// The axis of a figure.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum Axis {
    /// Simplex gradients: n + 1 evaluations.
    Evaluations,
    /// How many times the solver waited for values.
    Rounds,
    /// Seconds since the run began, of solver and objective. Runs at the same time slow each other down.
    Seconds,
}

impl Axis {
    pub(crate) fn cost(self) -> Cost {
        match self {
            Axis::Evaluations => Cost::SimplexGradients,
            Axis::Rounds => Cost::Rounds,
            Axis::Seconds => Cost::Seconds,
        }
    }
}

fn tolerance(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| *number > 0.0 && *number < 1.0);
    number.ok_or_else(|| "expected a number above 0 and below 1, for example 1e-3".to_owned())
}

fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    match parts {
        Some((number, of)) if number >= 1 && number <= of => Ok(Shard { number, of }),
        _ => Err("expected k/n with 1 <= k <= n, for example 1/8".to_owned()),
    }
}
