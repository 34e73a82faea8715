//! Solvers on a constrained suite, by the evaluations to each tolerance.
//!
//! ```text
//! cargo run --release -p patternsearch-compare --example constrained_table --features cobyla,nlopt -- \
//!     hock-schittkowski-constrained hybrid automatic patternsearch patternsearch-barrier cobyla nlopt-cobyla
//! ```
//!
//! A solver is a name of `compare list` or, with its default options, of `search::solvers()`. A point counts if it
//! violates no constraint by more than 1e-6; a problem is solved to τ once a point that counts has at most
//! `f* + τ max(1, |f*|)`. The budget is 100 (n + 1) evaluations. The area is the mean over problems and τ of
//! `max(0, 1 - ln max(α, 1) / ln 100)`, where `α` is the number of evaluations over n + 1.
//!
//! Problems with even position in the suite, from 0, may choose constants; the odd ones judge. `--problems` prints each
//! problem instead of the table, and `--only=NAME` takes only problems whose name begins so. Solvers of other packages,
//! frozen by `scripts/constrained_peers.py` in `data/constrained_peers`, stand beside; `--alone` leaves them out.

use std::collections::BTreeSet;
use std::error::Error;

use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{CellAlignment, Table};
use compare::suites::suites;
use compare::{Case, Labelled, Plan, Record, compare, study};
use search::pattern::{NonlinearConstraints, Options};
use search::{Budget, Minimizer, PatternSearch};

/// The tolerances.
const TOLERANCES: [f64; 4] = [1e-1, 1e-3, 1e-5, 1e-7];

/// The budget in simplex gradients.
const GRADIENTS: u64 = 100;

/// What a solver did on a problem.
struct Run {
    solver: String,
    problem: String,
    /// The position of the problem in its suite.
    position: usize,
    group: &'static str,
    gradient: f64,
    /// The evaluation that reached each tolerance.
    reached: [Option<u64>; 4],
    feasible: bool,
    /// Evaluations and seconds, if it took the problem.
    cost: Option<(u64, f64)>,
    ended: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let (options, names): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|word| word.starts_with("--"));
    let only = options.iter().find_map(|option| option.strip_prefix("--only="));
    let (name, solvers) = names.split_first().ok_or("expected a suite and solvers")?;
    let suite = suites().into_iter().find(|suite| suite.name == *name).ok_or("unknown suite")?;
    let solvers = solvers.iter().map(|name| minimizer(name)).collect::<Result<Vec<_>, _>>()?;
    let mut runs = Vec::new();
    for (position, case) in (suite.cases)().iter().enumerate() {
        if only.is_none_or(|only| case.name().starts_with(only)) {
            runs.extend(made(case, position, &solvers)?);
        }
    }
    if !options.iter().any(|option| option == "--alone") {
        runs.extend(
            frozen(suite.name, &(suite.cases)())?
                .into_iter()
                .filter(|run| only.is_none_or(|only| run.problem.starts_with(only))),
        );
    }
    if options.iter().any(|option| option == "--problems") {
        each(&runs);
    } else {
        tables(&runs);
    }
    Ok(())
}

fn minimizer(name: &str) -> Result<Box<dyn Minimizer>, Box<dyn Error>> {
    if name == "patternsearch-barrier" {
        let options = Options {
            nonlinear_constraints: NonlinearConstraints::ProgressiveBarrier,
            max_iterations: Some(u64::MAX),
            max_function_evaluations: Some(u64::MAX),
            ..Options::default()
        };
        return Ok(Box::new(Labelled::new(name, PatternSearch::new(options)?)));
    }
    if let Some(entry) = study::solvers().into_iter().find(|entry| entry.name == name) {
        return Ok(entry.minimizer()?);
    }
    let kind = search::solvers().into_iter().find(|kind| kind.name() == name);
    Ok(kind.ok_or_else(|| format!("unknown solver {name}"))?.with_options(&serde_json::json!({}))?)
}

/// The group of a problem: by its nonlinear constraints.
fn group(case: &Case<'_>) -> Result<&'static str, search::Error> {
    let count = case.problem(1)?.nonlinear_constraints().unwrap_or_default();
    Ok(match (count.inequalities > 0, count.equalities > 0) {
        (false, false) => "linear",
        (true, false) => "inequalities",
        (false, true) => "equalities",
        (true, true) => "mixed",
    })
}

fn made(
    case: &Case<'_>,
    position: usize,
    solvers: &[Box<dyn Minimizer>],
) -> Result<Vec<Run>, Box<dyn Error>> {
    let gradient = case.problem(1)?.dimension() as u64 + 1;
    let plan = Plan { budget: Budget::evaluations(GRADIENTS * gradient), seeds: vec![1], threads: 1 };
    let optimum = case.optimum().ok_or("a problem without optimum")?;
    let group = group(case)?;
    let run = |record: &Record| Run {
        solver: record.minimizer.clone(),
        problem: record.problem.clone(),
        position,
        group,
        gradient: gradient as f64,
        reached: TOLERANCES.map(|tolerance| {
            let target = optimum + tolerance * optimum.abs().max(1.0);
            record.history().find(|found| found.value <= target).map(|found| found.evaluations)
        }),
        feasible: record.history().next().is_some(),
        cost: record.result.as_ref().ok().map(|outcome| (outcome.counts.evaluations, outcome.seconds)),
        ended: record.result.as_ref().map_or_else(ToString::to_string, search::Outcome::message),
    };
    Ok(compare(std::slice::from_ref(case), solvers, &plan)?.records().iter().map(run).collect())
}

/// The frozen runs of other packages: a number of evaluations each, 0 where a tolerance was not reached.
fn frozen(suite: &str, cases: &[Case<'_>]) -> Result<Vec<Run>, Box<dyn Error>> {
    let path = format!("{}/data/constrained_peers/{suite}.csv", env!("CARGO_MANIFEST_DIR"));
    let Ok(mut reader) = csv::Reader::from_path(path) else { return Ok(Vec::new()) };
    let mut runs = Vec::new();
    for line in reader.records() {
        let line = line?;
        let position = cases.iter().position(|case| case.name() == &line[0]);
        let position = position.ok_or_else(|| format!("{} is not in {suite}", &line[0]))?;
        let numbers = (2..8).map(|column| line[column].parse()).collect::<Result<Vec<u64>, _>>()?;
        let found = |column: usize| Some(numbers[column]).filter(|&evaluation| evaluation > 0);
        let refused = &line[8] == "refused";
        runs.push(Run {
            solver: format!("{} (frozen)", &line[1]),
            problem: line[0].to_owned(),
            position,
            group: group(&cases[position])?,
            gradient: cases[position].problem(1)?.dimension() as f64 + 1.0,
            reached: [1, 2, 3, 4].map(found),
            feasible: found(5).is_some(),
            cost: (!refused).then_some((numbers[0], f64::NAN)),
            ended: line[8].to_owned(),
        });
    }
    Ok(runs)
}

/// A part of the problems: its name, and which runs belong to it.
type Part = (&'static str, fn(&Run) -> bool);

fn tables(runs: &[Run]) {
    let parts: [Part; 3] =
        [("all", |_| true), ("even", |run| run.position % 2 == 0), ("odd", |run| run.position % 2 == 1)];
    let groups = ["", "linear", "inequalities", "equalities", "mixed"];
    for group in groups {
        for (part, holds) in &parts {
            let of: Vec<&Run> =
                runs.iter().filter(|run| holds(run) && (group.is_empty() || run.group == group)).collect();
            if !of.is_empty() {
                println!("{}\n", table(&format!("{part} {group}"), &of));
            }
        }
    }
}

fn table(title: &str, runs: &[&Run]) -> Table {
    let mut solvers: Vec<&str> = Vec::new();
    runs.iter().for_each(|run| {
        if !solvers.contains(&run.solver.as_str()) {
            solvers.push(&run.solver);
        }
    });
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    let problems: BTreeSet<&str> = runs.iter().map(|run| run.problem.as_str()).collect();
    let title = format!("{} ({} problems)", title.trim(), problems.len());
    table.set_header([
        title.as_str(),
        "area",
        "per τ",
        "% solved per τ",
        "median evaluations to 1e-5",
        "% feasible",
        "refused",
        "µs per evaluation",
    ]);
    for solver in solvers {
        let of: Vec<&Run> = runs.iter().copied().filter(|run| run.solver == solver).collect();
        table.add_row(row(solver, &of));
    }
    for column in 1..8 {
        table.column_mut(column).expect("there are eight").set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn row(solver: &str, runs: &[&Run]) -> Vec<String> {
    let mean =
        |figure: &dyn Fn(&Run) -> f64| runs.iter().map(|run| figure(run)).sum::<f64>() / runs.len() as f64;
    let areas = [0, 1, 2, 3].map(|k| mean(&|run| area(run, k)));
    let solved = [0, 1, 2, 3].map(|k| 100.0 * mean(&|run| f64::from(u8::from(run.reached[k].is_some()))));
    let mut evaluations: Vec<u64> = runs.iter().filter_map(|run| run.reached[2]).collect();
    evaluations.sort_unstable();
    let median = evaluations.get(evaluations.len() / 2).map_or("-".to_owned(), ToString::to_string);
    let costs = runs.iter().filter_map(|run| run.cost);
    let (count, seconds) =
        costs.fold((0, 0.0), |(n, s), (evaluations, seconds)| (n + evaluations, s + seconds));
    let list =
        |numbers: [f64; 4], digits: usize| numbers.map(|number| format!("{number:.digits$}")).join(" ");
    vec![
        solver.to_owned(),
        format!("{:.3}", areas.iter().sum::<f64>() / 4.0),
        list(areas, 3),
        list(solved, 0),
        median,
        format!("{:.0}", 100.0 * mean(&|run| f64::from(u8::from(run.feasible)))),
        runs.iter().filter(|run| run.cost.is_none()).count().to_string(),
        if seconds.is_finite() && count > 0 {
            format!("{:.0}", 1e6 * seconds / count as f64)
        } else {
            "-".to_owned()
        },
    ]
}

/// `max(0, 1 - ln max(α, 1) / ln 100)`.
fn area(run: &Run, tolerance: usize) -> f64 {
    let Some(evaluations) = run.reached[tolerance] else { return 0.0 };
    let gradients = (evaluations as f64 / run.gradient).max(1.0);
    (1.0 - gradients.ln() / (GRADIENTS as f64).ln()).max(0.0)
}

fn each(runs: &[Run]) {
    for run in runs {
        let reached =
            run.reached.map(|evaluations| evaluations.map_or("-".to_owned(), |count| count.to_string()));
        println!(
            "{:<24} {:<4} {:<12} {:<22} {:>6} {:>6} {:>6} {:>6}  {}  {}",
            run.problem,
            if run.position % 2 == 0 { "even" } else { "odd" },
            run.group,
            run.solver,
            reached[0],
            reached[1],
            reached[2],
            reached[3],
            run.cost.map_or(0, |cost| cost.0),
            run.ended
        );
    }
}
