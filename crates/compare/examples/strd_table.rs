//! NIST's nonlinear regressions by the hybrid search with default options: digits of parameters and standard errors.
//!
//! ```text
//! cargo run --release -p patternsearch-compare --example strd_table
//! ```
//!
//! Each line is a regression from a start: evaluations, whether the search converged, the correct digits of the worst
//! parameter and of the worst standard error, `-log10 |x - certified| / |certified|`, and the sum of squares over the
//! certified one. The budget is 20,000 evaluations.
//!
//! With `--values` the search sees the sums of squares alone, and a line is: evaluations, whether the search converged,
//! the sum of squares over the certified one, and what is left of the possible decrease,
//! `(f - certified) / (f(start) - certified)`.

use std::error::Error;

use compare::suites::{strd, strd_certified};
use search::{Budget, HybridSearch, Minimizer, Problem, Run};

/// The evaluations of a run.
const BUDGET: u64 = 20_000;

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().any(|flag| flag == "--values") {
        return on_values();
    }
    let certified = strd_certified();
    for start in [1, 2] {
        let (mut exact, mut converged, mut wrongly) = (0, 0, 0);
        for of in &certified {
            let name = format!("{}-{start}", of.name);
            let case =
                strd().into_iter().find(|case| case.name() == name).ok_or("a regression without case")?;
            let run = Run::within(&Budget::evaluations(BUDGET)).with_uncertainty();
            let outcome = HybridSearch::default().run(&case.problem(0)?, &run, &mut ())?;
            let places = of.places(&outcome.x);
            let ordered = |x: &[f64]| places.iter().map(|&place| x[place]).collect::<Vec<f64>>();
            let digits_of_x = digits(&ordered(&outcome.x), &of.parameters);
            let ends = outcome.converged();
            exact += u32::from(digits_of_x >= 6.0);
            converged += u32::from(ends);
            wrongly += u32::from(ends && digits_of_x < 6.0);
            let fit = outcome.uncertainty.and_then(|uncertainty| uncertainty.fit);
            let errors = fit.map_or("-".to_owned(), |fit| {
                format!("{:.1}", digits(&ordered(&fit.standard_errors), &of.deviations))
            });
            println!(
                "{name:<12} {:>6} {:<9} {digits_of_x:>5.1} {errors:>5} {:.6}",
                outcome.counts.evaluations,
                if ends { "converged" } else { "limit" },
                outcome.value / case.optimum().unwrap_or(f64::NAN),
            );
        }
        println!(
            "start {start}: 6 digits {exact} of {}, converged {converged}, converged elsewhere {wrongly}\n",
            certified.len()
        );
    }
    Ok(())
}

/// Runs the hybrid search on the sums of squares as values.
fn on_values() -> Result<(), Box<dyn Error>> {
    for case in strd() {
        let (fit, certified) = (case.problem(0)?, case.optimum().ok_or("no certified value")?);
        let problem = Problem::new(|x: &[f64]| fit.objective().value(x), fit.start())?;
        let outcome =
            HybridSearch::default().run(&problem, &Run::within(&Budget::evaluations(BUDGET)), &mut ())?;
        let possible = fit.objective().value(fit.start())? - certified;
        println!(
            "{:<12} {:>6} {:<9} {:>14.6} {:>8.1e}",
            case.name(),
            outcome.counts.evaluations,
            if outcome.converged() { "converged" } else { "limit" },
            outcome.value / certified,
            (outcome.value - certified) / possible,
        );
    }
    Ok(())
}

/// The correct digits of the worst element.
fn digits(x: &[f64], certified: &[f64]) -> f64 {
    let of = |(x, certified): (&f64, &f64)| -((x - certified) / certified).abs().max(1e-16).log10();
    x.iter().zip(certified).map(of).fold(f64::INFINITY, f64::min)
}
