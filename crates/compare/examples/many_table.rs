//! Solvers on problems of many coordinates: a table of areas under data profiles, by class.
//!
//! ```text
//! cargo run --release -p patternsearch-compare --example many_table --features nlopt -- \
//!     --n=40 --gradients=100 --half=judging quasi-newton hybrid coordinate l-bfgs-differences nlopt-bobyqa
//! ```
//!
//! A solver is a name of `compare list`, or the file of one that is a program, as `compare run --solvers` takes it:
//! `crates/compare/bridges/pdfo.toml`, whose packages must be installed. A problem is solved to τ once a point has at most `f_L + τ (f_0 - f_L)`, where `f_0`
//! is the value at the start and `f_L` the least value of all runs of the command (Moré & Wild 2009, "Benchmarking
//! derivative-free optimization algorithms", SIAM J. Optim. 20, 172-191). The area is the mean over problems and τ = 10⁻¹,
//! 10⁻³, 10⁻⁵, 10⁻⁷ of `max(0, 1 - α / K)`, where α is the number of evaluations over n + 1 and K the budget. With noise, true
//! values count. The last column is the time per evaluation, the objective included.
//!
//! n is a multiple of 4 and at least 8. `--half=chosen` takes the families on which constants were chosen, `--half=judging`
//! the others. `--classes=smooth,kinks` takes some of the classes, `--seed=2` other starts and boxes, `--problems` prints each
//! problem's area. `--mixed` has them in mixed units, from 10⁻³ to 10³: without noise or waves, whose true values are not
//! known there. `--fits` has fits instead, whose residuals `hybrid-residuals` and `quasi-newton-residuals` ask for.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{CellAlignment, Table};
use compare::suites::{Class, Half, in_mixed_units, many, many_fits};
use compare::{Plan, Record, compare, study};
use search::{Budget, Minimizer, Status};

/// The tolerances.
const TOLERANCES: [f64; 4] = [1e-1, 1e-3, 1e-5, 1e-7];

/// What the command line asks for.
struct Request {
    n: usize,
    gradients: u64,
    half: Half,
    classes: Vec<Class>,
    seed: u64,
    problems: bool,
    mixed: bool,
    fits: bool,
    solvers: Vec<Box<dyn Minimizer>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let request = request()?;
    let mut areas: BTreeMap<(usize, usize), Vec<f64>> = BTreeMap::new();
    let mut costs = vec![(0, 0.0); request.solvers.len()];
    for (column, &class) in request.classes.iter().enumerate() {
        let family = if request.fits { many_fits } else { many };
        let cases = family(class, request.half, request.n);
        for case in if request.mixed { in_mixed_units(cases) } else { cases } {
            let gradient = request.n as u64 + 1;
            let budget = Budget::evaluations(request.gradients * gradient);
            let plan = Plan { budget, seeds: vec![request.seed], threads: 1 };
            let comparison = compare(std::slice::from_ref(&case), &request.solvers, &plan)?;
            let of_problem = areas_of(comparison.records(), request.gradients, gradient);
            if request.problems {
                println!("{:<32} {}", case.name(), figures(&of_problem));
            }
            for (row, record) in comparison.records().iter().enumerate() {
                areas.entry((row, column)).or_default().push(of_problem[row]);
                let outcome = record.result.as_ref().map_err(Clone::clone)?;
                if outcome.status == Status::SolverNotStarted {
                    return Err(outcome.message().into());
                }
                costs[row].0 += outcome.counts.evaluations;
                costs[row].1 += outcome.seconds;
            }
        }
    }
    println!("{}", table(&request, &areas, &costs));
    Ok(())
}

fn request() -> Result<Request, Box<dyn Error>> {
    let (options, names): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|word| word.starts_with("--"));
    let given = |key: &str| options.iter().find_map(|option| option.strip_prefix(key));
    let mixed = options.iter().any(|option| option == "--mixed");
    let fits = options.iter().any(|option| option == "--fits");
    let half = match given("--half=") {
        Some("chosen") => Half::Chosen,
        Some("judging") | None => Half::Judging,
        Some(other) => return Err(format!("--half is {other}; expected chosen or judging").into()),
    };
    let class = |name: &str| Class::ALL.into_iter().find(|class| class.name() == name);
    let classes = match given("--classes=") {
        Some(names) => names
            .split(',')
            .map(|name| class(name).ok_or_else(|| format!("unknown class {name}")))
            .collect::<Result<_, _>>()?,
        None if fits => vec![Class::Smooth, Class::Rotated, Class::Noisy, Class::Bounded],
        None if mixed => vec![Class::Smooth, Class::Rotated, Class::Kinks, Class::Bounded],
        None => Class::ALL.to_vec(),
    };
    let solver = |name: &String| -> Result<Box<dyn Minimizer>, Box<dyn Error>> {
        if name.ends_with(".toml") {
            return Ok(study::own_solver(Path::new(name))?.minimizer()?);
        }
        let entry = study::solvers().into_iter().find(|entry| entry.name == *name);
        Ok(entry.ok_or_else(|| format!("unknown solver {name}"))?.minimizer()?)
    };
    let n: usize = given("--n=").unwrap_or("40").parse()?;
    if n < 8 || !n.is_multiple_of(4) {
        return Err(format!("--n is {n}; expected a multiple of 4 from 8 on").into());
    }
    Ok(Request {
        n,
        gradients: given("--gradients=").unwrap_or("100").parse()?,
        half,
        classes,
        seed: given("--seed=").unwrap_or("1").parse()?,
        problems: options.iter().any(|option| option == "--problems"),
        mixed,
        fits,
        solvers: names.iter().map(solver).collect::<Result<_, _>>()?,
    })
}

/// The area of each record, which are all of one problem.
fn areas_of(records: &[Record], gradients: u64, gradient: u64) -> Vec<f64> {
    let least = records.iter().map(|record| record.value_after(u64::MAX)).fold(f64::INFINITY, f64::min);
    let first = |record: &Record| record.history().next().map(|improvement| improvement.value);
    let start = records.iter().find_map(first).unwrap_or(f64::INFINITY);
    let area = |record: &Record, tolerance: f64| {
        let reached = record.evaluations_to(least + tolerance * (start - least));
        let budget = (gradients * gradient) as f64;
        reached.map_or(0.0, |evaluations| (1.0 - evaluations as f64 / budget).max(0.0))
    };
    let mean =
        |record: &Record| TOLERANCES.iter().map(|&tolerance| area(record, tolerance)).sum::<f64>() / 4.0;
    records.iter().map(mean).collect()
}

fn figures(areas: &[f64]) -> String {
    areas.iter().map(|area| format!("{area:.3}")).collect::<Vec<_>>().join("  ")
}

fn table(request: &Request, areas: &BTreeMap<(usize, usize), Vec<f64>>, costs: &[(u64, f64)]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    let title = format!("n = {}, {} gradients", request.n, request.gradients);
    let count = |column: usize| areas.get(&(0, column)).map_or(0, Vec::len);
    let classes = request.classes.iter().enumerate();
    let classes = classes.map(|(column, class)| format!("{} ({})", class.name(), count(column)));
    table.set_header(
        [title, "all".to_owned()].into_iter().chain(classes).chain(["µs per evaluation".to_owned()]),
    );
    for (row, solver) in request.solvers.iter().enumerate() {
        let mean = |column: usize| {
            let of = &areas[&(row, column)];
            of.iter().sum::<f64>() / of.len() as f64
        };
        let means: Vec<f64> = (0..request.classes.len()).map(mean).collect();
        let all = means.iter().sum::<f64>() / means.len() as f64;
        let (evaluations, seconds) = costs[row];
        let cells = [solver.name(), format!("{all:.3}")].into_iter();
        let cells = cells.chain(means.iter().map(|mean| format!("{mean:.3}")));
        table.add_row(cells.chain([format!("{:.1}", 1e6 * seconds / evaluations as f64)]));
    }
    for column in 1..request.classes.len() + 3 {
        table.column_mut(column).expect("it is there").set_cell_alignment(CellAlignment::Right);
    }
    table
}
