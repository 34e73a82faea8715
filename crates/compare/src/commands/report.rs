//! `compare report` and `compare freeze`.

use std::path::Path;

use compare::analysis::References;
use compare::report::{SuiteSummary, counted, summarize};
use compare::study::{Gap, Manifest, Row, StoreError};
use compare::suites::{published, suites};

use super::formats::{Place, Report, write};
use super::{Failure, existing, is_same_file};
use crate::arguments::{FreezeArguments, ReportArguments};
use crate::exit::Exit;
use crate::output::{remark, say};

/// The stored parts of a study.
struct Stored {
    manifest: Manifest,
    rows: Vec<Row>,
    gaps: Vec<Gap>,
}

pub(crate) fn report(arguments: &ReportArguments) -> Result<Exit, Failure> {
    let ReportArguments { runs, format, out, references, tolerances, by } = arguments;
    let place = Place::of(format, out.as_deref())?;
    let Stored { manifest, rows, gaps } = stored(runs, out.as_deref())?;
    let mut frozen = published_of(&rows);
    if let Some(path) = references {
        frozen = frozen.frozen_by(&read_references(path, &rows)?);
    }
    let mut summaries = summarize(&rows, manifest.simplex_gradients, &frozen);
    summaries.sort_by_key(|summary| manifest.suites.iter().position(|name| *name == summary.suite));
    let report = Report { manifest: &manifest, suites: &summaries, gaps: &gaps, tolerances, cost: by.cost() };
    match place {
        Place::Output(format) => say(&report.in_format(format)?)?,
        Place::File(path, format) => write(path, &report.in_format(format)?)?,
        Place::Folder(folder, formats) => report.write_into(folder, &formats)?,
    }
    Ok(told(&summaries))
}

/// Reports on standard error what a reader of a table would not see. Returns `Exit::NoValue` if there is nothing to
/// compare.
fn told(summaries: &[SuiteSummary]) -> Exit {
    let left_out: usize = summaries.iter().map(|summary| summary.left_out.len()).sum();
    if left_out > 0 {
        remark(&format!("the report names {} without a figure", counted(left_out, "problem")));
    }
    let instances: usize = summaries.iter().map(|summary| summary.results.instances.len()).sum();
    if instances > 0 { Exit::Done } else { Exit::NoValue }
}

pub(crate) fn freeze(arguments: &FreezeArguments) -> Result<Exit, Failure> {
    let FreezeArguments { runs, out } = arguments;
    let Stored { manifest, rows, .. } = stored(runs, Some(out))?;
    let mut references = References::default();
    for summary in summarize(&rows, manifest.simplex_gradients, &published_of(&rows)) {
        references.set(summary.suite, summary.floor);
    }
    write(out, serde_json::to_string_pretty(&references)?.as_bytes())?;
    Ok(Exit::Done)
}

/// Reads a study, and reports on standard error what it lacks. The output file must not be the study itself.
fn stored(runs: &Path, out: Option<&Path>) -> Result<Stored, Failure> {
    if out.is_some_and(|out| is_same_file(runs, out)) {
        return Err(format!("{} contains the runs; expected another output file", runs.display()).into());
    }
    let store = existing(runs)?;
    let stored = Stored {
        manifest: store.manifest()?.ok_or(StoreError::NoManifest)?,
        rows: store.rows()?,
        gaps: store.gaps()?,
    };
    for Gap { suite, stored, planned } in &stored.gaps {
        remark(&format!("{suite} is incomplete: {stored} of {planned} runs are stored"));
    }
    Ok(stored)
}

/// The published least values of the suites among the runs.
fn published_of(rows: &[Row]) -> References {
    let suites = suites().into_iter().filter(|suite| rows.iter().any(|row| row.suite == suite.name));
    let suites: Vec<_> = suites.map(|suite| (suite.name, (suite.cases)())).collect();
    published(suites.iter().map(|(name, cases)| (*name, cases.as_slice())))
}

/// Least values from a file. Reports those that are not used here.
fn read_references(path: &Path, rows: &[Row]) -> Result<References, Failure> {
    let read = std::fs::read_to_string(path).map_err(Failure::from);
    let read = read.and_then(|text| Ok(serde_json::from_str::<References>(&text)?));
    let read = read.map_err(|error| format!("{}: {error}; `compare freeze` makes it", path.display()))?;
    let is_known = |suite: &str, problem: &str| {
        rows.iter().any(|row| row.suite == suite && row.history.problem == problem)
    };
    let (known, unknown): (Vec<_>, Vec<_>) =
        read.names().partition(|(suite, problem)| is_known(suite, problem));
    if known.is_empty() {
        return Err(format!("{}: none of its problems is among the runs", path.display()).into());
    }
    if let Some((suite, problem)) = unknown.first() {
        remark(&format!(
            "{}: {} of its problems are not among the runs, first {problem} of the suite {suite}",
            path.display(),
            unknown.len()
        ));
    }
    Ok(read)
}
