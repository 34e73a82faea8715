//! All records of a comparison, and their table.

use std::collections::BTreeMap;
use std::fmt;

use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{CellAlignment, Table};
use search::general;

use crate::Record;

/// The records of a comparison. It displays as a table: for each problem and minimizer the least, median and
/// greatest value over the seeds, the median costs of the runs, and how they ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    records: Vec<Record>,
    optima: BTreeMap<String, f64>,
}

impl Comparison {
    pub(crate) fn new(records: Vec<Record>, optima: BTreeMap<String, f64>) -> Self {
        Comparison { records, optima }
    }

    /// All records, in the order of problems, minimizers and seeds.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The records of a minimizer on a problem, one per seed.
    pub fn of<'c>(&'c self, problem: &'c str, minimizer: &'c str) -> impl Iterator<Item = &'c Record> {
        self.records.iter().filter(move |record| record.problem == problem && record.minimizer == minimizer)
    }

    /// The known least value of a problem.
    pub fn optimum(&self, problem: &str) -> Option<f64> {
        self.optima.get(problem).copied()
    }

    fn row(&self, runs: &[Record]) -> Vec<String> {
        let first = &runs[0];
        let outcomes: Vec<_> = runs.iter().filter_map(|run| run.result.as_ref().ok()).collect();
        let median = |value: &dyn Fn(&search::Outcome) -> f64| {
            let mut values: Vec<f64> = outcomes.iter().map(|outcome| value(outcome)).collect();
            values.sort_by(f64::total_cmp);
            match values.len() {
                0 => f64::NAN,
                n => 0.5 * (values[(n - 1) / 2] + values[n / 2]),
            }
        };
        let extreme = |worse: fn(f64, f64) -> f64| {
            outcomes.iter().map(|outcome| outcome.value).reduce(worse).unwrap_or(f64::NAN)
        };
        let optimum = self.optimum(&first.problem).map(|value| general(value, 6)).unwrap_or_default();
        let count = |value: f64| if value.is_nan() { "-".to_owned() } else { format!("{value:.0}") };
        vec![
            first.problem.clone(),
            optimum,
            first.minimizer.clone(),
            general(extreme(f64::min), 6),
            general(median(&|outcome| outcome.value), 6),
            general(extreme(f64::max), 6),
            count(median(&|outcome| outcome.counts.evaluations as f64)),
            count(median(&|outcome| outcome.counts.gradients as f64)),
            count(median(&|outcome| outcome.counts.failed as f64)),
            general(median(&|outcome| outcome.seconds), 3),
            endings(runs),
        ]
    }
}

/// How runs ended: the numbers of those that converged and that reached a limit, and other ends in words.
fn endings(runs: &[Record]) -> String {
    let mut endings: BTreeMap<String, usize> = BTreeMap::new();
    for run in runs {
        let ending = match &run.result {
            Ok(outcome) if outcome.converged() => "converged".to_owned(),
            Ok(outcome) if outcome.exit_flag() == 0 => "limit".to_owned(),
            Ok(outcome) => outcome.complaint.clone().unwrap_or_else(|| outcome.status.to_string()),
            Err(error) => error.to_string(),
        };
        *endings.entry(ending).or_default() += 1;
    }
    endings.iter().map(|(ending, count)| format!("{count} {ending}")).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(ASCII_MARKDOWN);
        table.set_header([
            "problem",
            "optimum",
            "minimizer",
            "least",
            "median",
            "greatest",
            "evaluations",
            "gradients",
            "failed",
            "seconds",
            "ended",
        ]);
        for column in 3..10 {
            table.column_mut(column).expect("there are eleven").set_cell_alignment(CellAlignment::Right);
        }
        let same = |a: &Record, b: &Record| a.problem == b.problem && a.minimizer == b.minimizer;
        for runs in self.records.chunk_by(same) {
            table.add_row(self.row(runs));
        }
        write!(f, "{table}")
    }
}
