//! Fits whose solver reads the residuals, and the same not told them, by the evaluations to each tolerance.
//!
//! ```text
//! cargo run --release -p patternsearch-compare --example fits_table
//! cargo run --release -p patternsearch-compare --example fits_table -- more-wild-noise --problems
//! ```
//!
//! A problem is solved to τ once a value is at most `f_L + τ (f(x0) - f_L)`, where f_L is the least value of all runs of
//! the table, true values where there is noise (Moré & Wild 2009, equation 2.2). τ goes from 1e-1 to 1e-7, the budget is
//! 100 (n + 1) evaluations, and the area is the mean over problems and τ of `1 - ln max(1, t / (n + 1)) / ln 100`. Noisy
//! problems and moved starts have three seeds.
//!
//! Problems with even position in the suite, from 0, may choose constants; the odd ones judge. `--problems` prints each
//! run instead, and `--only=mw37` takes this problem alone. DFO-LS, frozen by `scripts/fits_peers.py` in `data/fits_peers`, stands beside.

use std::error::Error;

use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{CellAlignment, Table};
use compare::analysis::{Floor, History, Results, area};
use compare::suites::suites;
use compare::{Case, Labelled, Plan, compare, study};
use search::{Budget, Minimizer};

/// The suites, unless others are named.
const SUITES: [&str; 5] =
    ["more-wild", "more-wild-bounded", "more-wild-noise", "more-wild-rotated", "more-wild-moved"];

/// The budget in simplex gradients.
const GRADIENTS: u64 = 100;

/// Seeds of problems that depend on them.
const SEEDS: u64 = 3;

/// A run: its history, and the microseconds per evaluation.
struct Run {
    history: History,
    microseconds: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let (options, mut names): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|word| word.starts_with("--"));
    if names.is_empty() {
        names = SUITES.map(str::to_owned).to_vec();
    }
    for name in names {
        let suite = suites().into_iter().find(|suite| suite.name == name).ok_or("unknown suite")?;
        let only = options.iter().find_map(|option| option.strip_prefix("--only="));
        let all = (suite.cases)();
        let cases: Vec<_> =
            all.iter().filter(|case| only.is_none_or(|only| case.name() == only)).cloned().collect();
        let mut runs = Vec::new();
        for case in &cases {
            runs.extend(made(case)?);
        }
        runs.extend(
            frozen(&name, &all)?
                .into_iter()
                .filter(|run| cases.iter().any(|case| case.name() == run.history.problem)),
        );
        if options.iter().any(|option| option == "--problems") {
            each(&runs);
        } else {
            print_tables(&name, &runs, &all);
        }
    }
    Ok(())
}

/// Runs of the hybrid search on a problem.
fn made(case: &Case<'_>) -> Result<Vec<Run>, Box<dyn Error>> {
    let solver = |name: &str, label: &str| -> Result<Box<dyn Minimizer>, Box<dyn Error>> {
        let entry = study::solvers().into_iter().find(|entry| entry.name == name).ok_or("no such solver")?;
        Ok(Box::new(Labelled::new(label, (entry.make)()?)))
    };
    let solvers = [
        solver("hybrid-residuals", "hybrid")?,
        solver("quasi-newton-residuals", "quasi-newton")?,
        solver("hybrid", "hybrid, not told")?,
    ];
    let evaluations = GRADIENTS * (case.problem(1)?.dimension() as u64 + 1);
    let seeds = if case.is_seeded() { SEEDS } else { 1 };
    let plan = Plan { budget: Budget::evaluations(evaluations), seeds: (1..=seeds).collect(), threads: 1 };
    let mut runs = Vec::new();
    for seed in plan.seeds {
        let one = Plan { budget: plan.budget.clone(), seeds: vec![seed], threads: 1 };
        for record in compare(std::slice::from_ref(case), &solvers, &one)?.records() {
            let outcome = record.result.clone()?;
            let microseconds = 1e6 * outcome.seconds / outcome.counts.evaluations as f64;
            runs.push(Run { history: History { seed, ..History::from(record) }, microseconds });
        }
    }
    Ok(runs)
}

/// The frozen runs of DFO-LS: problem, seed, solver, evaluations, microseconds, and `evaluation:value` of each new least.
fn frozen(suite: &str, cases: &[Case<'_>]) -> Result<Vec<Run>, Box<dyn Error>> {
    let path = format!("{}/data/fits_peers/{suite}.csv", env!("CARGO_MANIFEST_DIR"));
    let Ok(mut reader) = csv::Reader::from_path(path) else { return Ok(Vec::new()) };
    let mut runs = Vec::new();
    for line in reader.records() {
        let line = line?;
        let case = cases.iter().find(|case| case.name() == &line[0]);
        let case = case.ok_or_else(|| format!("{} is not in {suite}", &line[0]))?;
        let found = |pair: &str| -> Result<(u64, f64), Box<dyn Error>> {
            let (evaluation, value) = pair.split_once(':').ok_or("expected evaluation:value")?;
            Ok((evaluation.parse()?, value.parse()?))
        };
        let history = History {
            problem: line[0].to_owned(),
            solver: format!("{} (frozen)", &line[2]),
            seed: line[1].parse()?,
            dimension: case.problem(1)?.dimension(),
            values: line[5].split(' ').map(found).collect::<Result<_, _>>()?,
        };
        runs.push(Run { history, microseconds: line[4].parse()? });
    }
    Ok(runs)
}

fn tolerances() -> impl Iterator<Item = f64> {
    (1..=7).map(|digits| 0.1_f64.powi(digits))
}

/// Which positions of the suite belong to a part of it.
type Part = (&'static str, fn(usize) -> bool);

fn print_tables(suite: &str, runs: &[Run], cases: &[Case<'_>]) {
    let parts: [Part; 3] =
        [("all", |_| true), ("even", |position| position % 2 == 0), ("odd", |position| position % 2 == 1)];
    let floor =
        Floor::of_results(&Results::of(&runs.iter().map(|run| run.history.clone()).collect::<Vec<_>>()));
    for (part, holds) in parts {
        let position = |run: &Run| cases.iter().position(|case| case.name() == run.history.problem);
        let of: Vec<&Run> = runs.iter().filter(|run| position(run).is_some_and(holds)).collect();
        if !of.is_empty() {
            println!("{}\n", table(&format!("{suite}, {part}"), &of, &floor));
        }
    }
}

fn table(title: &str, runs: &[&Run], floor: &Floor) -> Table {
    let results = Results::of(&runs.iter().map(|run| run.history.clone()).collect::<Vec<_>>());
    let solved: Vec<_> = tolerances().map(|tolerance| results.solved(tolerance, floor)).collect();
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    let title = format!("{title} ({} runs)", results.instances.len());
    table.set_header([&title, "area", "area per τ", "% solved per τ", "µs per evaluation"]);
    for (k, solver) in results.solvers.iter().enumerate() {
        let areas: Vec<f64> = solved.iter().map(|solved| area(solved, k, GRADIENTS as f64)).collect();
        let share = |solved: &compare::analysis::Solved| {
            let count = solved.evaluations.iter().filter(|row| row[k].is_some()).count();
            100.0 * count as f64 / solved.evaluations.len() as f64
        };
        let of: Vec<f64> =
            runs.iter().filter(|run| run.history.solver == *solver).map(|run| run.microseconds).collect();
        let list = |numbers: Vec<f64>, digits: usize| {
            numbers.iter().map(|number| format!("{number:.digits$}")).collect::<Vec<_>>().join(" ")
        };
        table.add_row([
            solver.clone(),
            format!("{:.3}", areas.iter().sum::<f64>() / areas.len() as f64),
            list(areas, 2),
            list(solved.iter().map(share).collect(), 0),
            format!("{:.0}", of.iter().sum::<f64>() / of.len() as f64),
        ]);
    }
    for column in 1..5 {
        table.column_mut(column).expect("there are five").set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Prints the evaluations to each tolerance of each run.
fn each(runs: &[Run]) {
    let results = Results::of(&runs.iter().map(|run| run.history.clone()).collect::<Vec<_>>());
    let floor = Floor::of_results(&results);
    let solved: Vec<_> = tolerances().map(|tolerance| results.solved(tolerance, &floor)).collect();
    for (i, instance) in results.instances.iter().enumerate() {
        for (k, solver) in results.solvers.iter().enumerate() {
            let reached = solved.iter().map(|solved| match solved.evaluations[i][k] {
                Some(evaluation) => format!("{evaluation:>6}"),
                None => "     -".to_owned(),
            });
            let least = instance.histories[k].last().map_or(f64::INFINITY, |(_, value)| *value);
            println!(
                "{:<16} {:>2} {:>3} {:<18} {} {least:e}",
                instance.problem,
                instance.seed,
                instance.dimension,
                solver,
                reached.collect::<Vec<_>>().join("")
            );
        }
    }
}
