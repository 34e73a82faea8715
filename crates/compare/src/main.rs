//! The command-line program `compare`: studies of optimizers, stored as they go, and what they say.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Parser, Subcommand};
use compare::analysis::Floor;
use compare::report::{markdown, summarize};
use compare::study::{Entry, Shard, Store, Study, solvers};
use compare::suites::{Suite, suites};
use indicatif::{ProgressBar, ProgressStyle};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Compares optimizers on suites of problems.
///
/// Each run is stored as it ends: an interrupted study goes on where it was when it is started again with
/// the same words.
///
///   compare run --suite more-wild --solvers all --budget 100 --seeds 5 --out runs.db
///   compare report runs.db
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
        #[arg(long, value_delimiter = ',', required = true)]
        suite: Vec<String>,
        /// Solvers, separated by commas, or `all`; `list` shows them.
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
    /// Prints what the runs say.
    Report {
        /// The database.
        runs: PathBuf,
    },
    /// Makes a sample of the runs again and compares them to the bit.
    Verify {
        /// The database.
        runs: PathBuf,
        /// How many.
        #[arg(long, default_value_t = 20)]
        sample: usize,
    },
    /// Shows suites and solvers.
    List,
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
        Command::Run { suite, solvers, budget, seeds, out, threads, shard } => {
            let threads =
                threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
            chosen(&suite, &solvers).and_then(|(suites, solvers)| {
                let suites =
                    suites.into_iter().map(|suite| (suite.name.to_owned(), (suite.cases)())).collect();
                let seeds = (1..=seeds).collect();
                run(&Study { suites, solvers, seeds, simplex_gradients: budget, threads, shard }, &out)
            })
        }
        Command::Merge { into, from } => merge(&into, &from),
        Command::Report { runs } => report(&runs),
        Command::Verify { runs, sample } => verify(&runs, sample),
        Command::List => {
            list();
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

/// The suites and solvers of these names.
fn chosen(suite_names: &[String], solver_names: &[String]) -> Result<(Vec<Suite>, Vec<Entry>), Failure> {
    let (suites, solvers) = (suites(), solvers());
    let unknown = |what: &str, name: &str, known: Vec<&str>| {
        Err(Failure::from(format!("no {what} is named {name}; expected one of: {}", known.join(", "))))
    };
    for name in suite_names {
        if !suites.iter().any(|suite| suite.name == name) {
            return unknown("suite", name, suites.iter().map(|suite| suite.name).collect());
        }
    }
    let all = solver_names.iter().any(|name| name == "all");
    for name in solver_names {
        if name != "all" && !solvers.iter().any(|entry| entry.name == name) {
            return unknown("solver", name, solvers.iter().map(|entry| entry.name).collect());
        }
    }
    let suites = suites.into_iter().filter(|suite| suite_names.iter().any(|name| name == suite.name));
    let solvers =
        solvers.into_iter().filter(|entry| all || solver_names.iter().any(|name| name == entry.name));
    Ok((suites.collect(), solvers.collect()))
}

fn run(study: &Study, out: &Path) -> Result<(), Failure> {
    static INTERRUPTED: AtomicBool = AtomicBool::new(false);
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        eprintln!("\ncompare: runs that have begun are ended and stored; once more to leave them");
    })?;
    let store = Mutex::new(Store::open(out)?);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} runs, {elapsed} gone, {eta} left")?;
    let bar = ProgressBar::new(0).with_style(style);
    let made = study.run(&store, |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
        !INTERRUPTED.load(Ordering::Relaxed)
    })?;
    bar.finish_and_clear();
    eprintln!("{made} runs made, stored in {}", out.display());
    Ok(())
}

fn merge(into: &Path, from: &[PathBuf]) -> Result<(), Failure> {
    let store = Store::open(into)?;
    for path in from {
        if !path.exists() {
            return Err(format!("{} is not there", path.display()).into());
        }
        eprintln!("{} runs from {}", store.merge(path)?, path.display());
    }
    Ok(())
}

fn list() {
    println!("suites");
    for suite in suites() {
        println!("  {:<30} {} ({} problems)", suite.name, suite.what, (suite.cases)().len());
    }
    println!("solvers");
    for entry in solvers() {
        println!("  {:<30} {}", entry.name, entry.what);
    }
}

fn report(runs: &Path) -> Result<(), Failure> {
    let store = existing(runs)?;
    let manifest = store.manifest()?.ok_or("the database has no manifest: no study has run")?;
    let suites = summarize(&store.rows()?, manifest.simplex_gradients, &Floor::default());
    println!("# Comparison\n");
    println!(
        "{} simplex gradients, {} seeds; version {} ({}); {}.\n",
        manifest.simplex_gradients,
        manifest.seeds.len(),
        manifest.version,
        manifest.revision,
        manifest.machine
    );
    println!("{}", markdown(&suites));
    Ok(())
}

fn verify(runs: &Path, sample: usize) -> Result<(), Failure> {
    let store = existing(runs)?;
    let manifest = store.manifest()?.ok_or("the database has no manifest: no study has run")?;
    let suites = suites().into_iter().map(|suite| (suite.name.to_owned(), (suite.cases)())).collect();
    let study = Study {
        suites,
        solvers: solvers(),
        seeds: manifest.seeds,
        simplex_gradients: manifest.simplex_gradients,
        threads: 1,
        shard: Shard { number: 1, of: 1 },
    };
    let verified = study.verify(&store, sample)?;
    println!("{} runs made again: the same to the bit", verified.same);
    for name in &verified.unknown {
        println!("not in this build: {name}");
    }
    match verified.different.as_slice() {
        [] => Ok(()),
        different => Err(format!("{} runs differ: {}", different.len(), different.join("; ")).into()),
    }
}

/// A database that must be there: opening makes one.
fn existing(runs: &Path) -> Result<Store, Failure> {
    if !runs.exists() {
        return Err(format!("{} is not there; `compare run --out {0}` makes it", runs.display()).into());
    }
    Ok(Store::open(runs)?)
}
