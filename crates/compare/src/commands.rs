//! What the commands do.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use compare::Case;
use compare::analysis::References;
use compare::report::{csv, html, markdown, summarize};
use compare::study::{Entry, Manifest, Row, Shard, Store, Study, ablation, solvers};
use compare::suites::{self, own_problem, suites};
use indicatif::{ProgressBar, ProgressStyle};

use crate::Format;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Suites with their problems, by name.
type Suites = Vec<(String, Vec<Case<'static>>)>;

/// The suite of a user's own problems.
const OWN: &str = "own";

/// The suites and solvers of these names, and the suite of the problems in these files.
pub(crate) fn chosen(
    suite_names: &[String],
    problems: &[PathBuf],
    solver_names: &[String],
) -> Result<(Suites, Vec<Entry>), Failure> {
    let (suites, solvers, ablation) = (suites(), solvers(), ablation());
    let unknown = |what: &str, name: &str, known: Vec<&str>| {
        Err(Failure::from(format!("no {what} is named {name}; expected one of: {}", known.join(", "))))
    };
    for name in suite_names {
        if !suites.iter().any(|suite| suite.name == name) {
            return unknown("suite", name, suites.iter().map(|suite| suite.name).collect());
        }
    }
    let is_asked = |name: &str| solver_names.iter().any(|asked| asked == name);
    let known =
        ["all", "ablation"].into_iter().chain(solvers.iter().chain(&ablation).map(|entry| entry.name));
    let known: Vec<_> = known.collect();
    if let Some(name) = solver_names.iter().find(|name| !known.contains(&name.as_str())) {
        return unknown("solver", name, known);
    }
    let suites = suites.into_iter().filter(|suite| suite_names.iter().any(|name| name == suite.name));
    let mut suites: Suites = suites.map(|suite| (suite.name.to_owned(), (suite.cases)())).collect();
    suites.extend(own(problems)?);
    let solvers = solvers.into_iter().filter(|entry| is_asked("all") || is_asked(entry.name));
    let ablation = ablation.into_iter().filter(|entry| is_asked("ablation") || is_asked(entry.name));
    Ok((suites, solvers.chain(ablation).collect()))
}

/// The suite of the problems in these files, if there are any.
fn own(files: &[PathBuf]) -> Result<Option<(String, Vec<Case<'static>>)>, Failure> {
    let cases = files.iter().map(|file| own_problem(file)).collect::<Result<Vec<_>, _>>()?;
    Ok(Some((OWN.to_owned(), cases)).filter(|(_, cases)| !cases.is_empty()))
}

pub(crate) fn run(study: &Study, out: &Path) -> Result<(), Failure> {
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

pub(crate) fn merge(into: &Path, from: &[PathBuf]) -> Result<(), Failure> {
    let store = Store::open(into)?;
    for path in from {
        if !path.exists() {
            return Err(format!("{} is not there", path.display()).into());
        }
        eprintln!("{} runs from {}", store.merge(path)?, path.display());
    }
    Ok(())
}

pub(crate) fn list() {
    println!("suites");
    for suite in suites() {
        println!("  {:<30} {} ({} problems)", suite.name, suite.what, (suite.cases)().len());
    }
    println!("solvers");
    for entry in solvers() {
        println!("  {:<30} {}", entry.name, entry.what);
    }
    println!("ablation");
    for entry in ablation() {
        println!("  {:<30} {}", entry.name, entry.what);
    }
}

pub(crate) fn report(
    runs: &Path,
    format: Format,
    out: Option<&Path>,
    references: Option<&Path>,
) -> Result<(), Failure> {
    let (manifest, rows) = study(runs)?;
    let mut frozen = published(&rows);
    if let Some(path) = references {
        let read = std::fs::read_to_string(path).map_err(Failure::from);
        let read = read.and_then(|text| Ok(serde_json::from_str::<References>(&text)?));
        let read = read.map_err(|error| format!("{}: {error}; `compare freeze` makes it", path.display()))?;
        frozen = frozen.frozen_by(&read);
    }
    let mut suites = summarize(&rows, manifest.simplex_gradients, &frozen);
    suites.sort_by_key(|summary| manifest.suites.iter().position(|name| *name == summary.suite));
    let text = match format {
        Format::Markdown => markdown(&manifest, &suites),
        Format::Csv => csv(&suites)?,
        Format::Html => html(&manifest, &suites),
    };
    match out {
        None => match std::io::stdout().write_all(text.as_bytes()) {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            written => Ok(written?),
        },
        Some(path) => Ok(write(path, &text)?),
    }
}

pub(crate) fn freeze(runs: &Path, out: &Path) -> Result<(), Failure> {
    let (manifest, rows) = study(runs)?;
    let mut references = References::default();
    for summary in summarize(&rows, manifest.simplex_gradients, &published(&rows)) {
        references.set(summary.suite, summary.floor);
    }
    Ok(write(out, &serde_json::to_string_pretty(&references)?)?)
}

pub(crate) fn verify(runs: &Path, sample: usize, problems: &[PathBuf]) -> Result<(), Failure> {
    let store = existing(runs)?;
    let manifest = store.manifest()?.ok_or(NO_MANIFEST)?;
    let mut suites: Vec<_> =
        suites().into_iter().map(|suite| (suite.name.to_owned(), (suite.cases)())).collect();
    suites.extend(own(problems)?);
    let study = Study {
        suites,
        solvers: solvers().into_iter().chain(ablation()).collect(),
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

const NO_MANIFEST: &str = "the database has no manifest: no study has run";

/// What is stored of a study.
fn study(runs: &Path) -> Result<(Manifest, Vec<Row>), Failure> {
    let store = existing(runs)?;
    Ok((store.manifest()?.ok_or(NO_MANIFEST)?, store.rows()?))
}

/// The published least values of the suites among the runs.
fn published(rows: &[Row]) -> References {
    let suites = suites().into_iter().filter(|suite| rows.iter().any(|row| row.suite == suite.name));
    let suites: Vec<_> = suites.map(|suite| (suite.name, (suite.cases)())).collect();
    suites::published(suites.iter().map(|(name, cases)| (*name, cases.as_slice())))
}

/// A database that must be there: opening makes one.
fn existing(runs: &Path) -> Result<Store, Failure> {
    if !runs.exists() {
        return Err(format!("{} is not there; `compare run --out {0}` makes it", runs.display()).into());
    }
    Ok(Store::open(runs)?)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
