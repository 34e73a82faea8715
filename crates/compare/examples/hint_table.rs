//! What the table of a neighbouring problem saves, and what a wrong one costs.
//!
//! ```text
//! cargo run --release -p patternsearch-compare --example hint_table
//! cargo run --release -p patternsearch-compare --example hint_table -- --moved=0.3 --problems
//! ```
//!
//! The problems are Moré & Wild's from moved starts, three seeds each. The hint is the history of a run on the same problem
//! from another moved start, all of whose points are moved as one: along each coordinate by a normal deviate of 10 %
//! (`--moved`) of the distance from that start to the best point. So it is the table of a problem whose minimum is
//! elsewhere by an unknown shift. Two wrong hints stand beside: the same points with shuffled values, and a random linear
//! fit around a random point that is 30 % of the start's root mean square away along each coordinate.
//!
//! The figures are ratios of the evaluations to `f_L + τ (f(x0) - f_L)` with and without the hint, where f_L is the least
//! value of all runs of a problem. A run that does not come there within 100 (n + 1) evaluations counts as infinite, and two
//! such runs as equal. Problems with even position in the suite, from 0, may choose constants; the odd ones judge.

use std::error::Error;
use std::ops::ControlFlow;

use compare::Case;
use compare::suites::suites;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{Budget, Event, HybridSearch, LeastSquares, Minimizer, Observer, Problem, Values};

/// The budget in simplex gradients.
const GRADIENTS: u64 = 100;

const SEEDS: u64 = 3;
const TOLERANCES: [f64; 2] = [1e-3, 1e-5];
const HINTS: [&str; 3] = ["neighbour", "shuffled values", "another function"];

/// How far the random linear fit is from the start, and how far its points extend, in root mean squares of the start.
const ELSEWHERE: f64 = 0.3;
const EXTENT: f64 = 0.1;

/// The evaluated points and their values.
#[derive(Default, Clone)]
struct Table {
    points: Vec<Vec<f64>>,
    values: Vec<Values>,
}

impl Observer for Table {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        if let Event::Evaluation { x, values: Ok(values), .. } = event {
            self.points.push(x.to_vec());
            self.values.push(values.clone());
        }
        ControlFlow::Continue(())
    }

    fn wants_evaluations(&self) -> bool {
        true
    }
}

impl Table {
    fn best(&self) -> (&[f64], f64) {
        let values = self.values.iter().map(Values::value).zip(&self.points);
        let (value, x) = values.min_by(|(a, _), (b, _)| a.total_cmp(b)).expect("there are evaluations");
        (x, value)
    }

    /// The number of the first evaluation at or below a value; infinite if there is none.
    fn reaches(&self, value: f64) -> f64 {
        let first = self.values.iter().position(|values| values.value() <= value);
        first.map_or(f64::INFINITY, |place| place as f64 + 1.0)
    }
}

/// A problem of the suite as a fit, or by its values alone.
struct Posed<'c> {
    case: &'c Case<'static>,
    seed: u64,
    is_fit: bool,
}

impl Posed<'_> {
    fn problem(&self, seed: u64) -> Result<Problem<'static>, search::Error> {
        let problem = self.case.problem(seed)?;
        let (objective, start) = (problem.shared_objective(), problem.start().to_vec());
        let form = objective.residuals().expect("they are sums of squares").form();
        if self.is_fit {
            return Problem::shared(objective, start)?.with_residuals(form);
        }
        Problem::new(move |x: &[f64]| objective.value(x), start)
    }

    fn run(&self, hint: Option<&Table>) -> Result<Table, search::Error> {
        let problem = self.problem(self.seed)?;
        run(&match hint {
            Some(Table { points, values }) => problem.hinted(points.clone(), values.clone())?,
            None => problem,
        })
    }

    /// The history of a run from another start, moved, and the two wrong hints.
    fn hints(&self, moved: f64, number: u64) -> Result<[Table; 3], search::Error> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(self.seed.wrapping_mul(1 << 32) + number);
        let other = self.problem(self.seed + SEEDS)?;
        let mut neighbour = run(&other)?;
        let mut normal = || random.sample::<f64, _>(StandardNormal);
        let distances = neighbour.best().0.iter().zip(other.start()).map(|(best, start)| best - start);
        let shift: Vec<f64> = distances.map(|distance| moved * distance * normal()).collect();
        let shifted = |x: &mut Vec<f64>| x.iter_mut().zip(&shift).for_each(|(x, shift)| *x += shift);
        neighbour.points.iter_mut().for_each(shifted);
        let mut shuffled = neighbour.clone();
        for last in (1..shuffled.values.len()).rev() {
            shuffled.values.swap(last, random.random_range(0..=last));
        }
        let elsewhere = self.another_function(other.start(), &mut random)?;
        Ok([neighbour, shuffled, elsewhere])
    }

    /// Points and values of a random linear fit with as many residuals, its minimum first.
    fn another_function(
        &self,
        start: &[f64],
        random: &mut Xoshiro256PlusPlus,
    ) -> Result<Table, search::Error> {
        let objective = self.case.problem(self.seed)?.shared_objective();
        let (n, m) = (start.len(), objective.residuals().map_or(0, |residuals| residuals.form().count()));
        let size = (start.iter().map(|x| x * x).sum::<f64>() / n as f64).sqrt().max(0.1);
        let mut normal = || random.sample::<f64, _>(StandardNormal);
        let rows: Vec<Vec<f64>> = (0..m).map(|_| (0..n).map(|_| normal()).collect()).collect();
        let minimum: Vec<f64> = start.iter().map(|x| x + ELSEWHERE * size * normal()).collect();
        let steps = std::iter::once(vec![0.0; n])
            .chain((1..20 * n).map(|_| (0..n).map(|_| EXTENT * size * normal()).collect()));
        let mut table = Table::default();
        for step in steps.collect::<Vec<Vec<f64>>>() {
            let product = |row: &Vec<f64>| row.iter().zip(&step).map(|(a, s)| a * s).sum();
            let values = LeastSquares::of(m).values(rows.iter().map(product).collect::<Vec<f64>>());
            let alone = Values::from(values.value());
            table.values.push(if self.is_fit { values } else { alone });
            table.points.push(minimum.iter().zip(&step).map(|(x, s)| x + s).collect());
        }
        Ok(table)
    }
}

fn run(problem: &Problem<'_>) -> Result<Table, search::Error> {
    let mut table = Table::default();
    let budget = Budget::evaluations(GRADIENTS * (problem.dimension() as u64 + 1));
    HybridSearch::default().minimize(problem, &budget, &mut table)?;
    Ok(table)
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let moved = words.iter().find_map(|word| word.strip_prefix("--moved="));
    let moved: f64 = moved.map_or(Ok(0.1), str::parse)?;
    let prints_each = words.iter().any(|word| word == "--problems");
    let suite = suites().into_iter().find(|suite| suite.name == "more-wild-moved").ok_or("no suite")?;
    let cases = (suite.cases)();
    println!("| problems | posed | τ | hint | quartiles of the ratio | largest | worse | runs |");
    println!("|---|---|---|---|---|---|---|---|");
    for (half, is_odd) in [("even", 0), ("odd", 1)] {
        for is_fit in [false, true] {
            let mut ratios = [const { [const { Vec::new() }; HINTS.len()] }; TOLERANCES.len()];
            for (number, case) in cases.iter().enumerate().filter(|(number, _)| number % 2 == is_odd) {
                for seed in 1..=SEEDS {
                    let posed = Posed { case, seed, is_fit };
                    let hints = posed.hints(moved, number as u64)?;
                    let alone = posed.run(None)?;
                    let hinted =
                        hints.iter().map(|hint| posed.run(Some(hint))).collect::<Result<Vec<_>, _>>()?;
                    let least = hinted.iter().chain([&alone]).map(|table| table.best().1);
                    let (first, least) = (alone.values[0].value(), least.fold(f64::INFINITY, f64::min));
                    for (ratios, tolerance) in ratios.iter_mut().zip(TOLERANCES) {
                        let limit = least + tolerance * (first - least);
                        let without = alone.reaches(limit);
                        let with: Vec<f64> = hinted.iter().map(|table| table.reaches(limit)).collect();
                        if prints_each {
                            println!(
                                "{} {seed}: τ {tolerance:e}, {without} alone, with hints {with:?}",
                                case.name()
                            );
                        }
                        for (ratios, with) in ratios.iter_mut().zip(with) {
                            ratios.push(if with == without { 1.0 } else { with / without });
                        }
                    }
                }
            }
            let posed = if is_fit { "residuals" } else { "values" };
            for (ratios, tolerance) in ratios.iter_mut().zip(TOLERANCES) {
                for (ratios, hint) in ratios.iter_mut().zip(HINTS) {
                    print_row(ratios, &format!("| {half} | {posed} | {tolerance:e} | {hint} |"));
                }
            }
        }
    }
    Ok(())
}

fn print_row(ratios: &mut [f64], begin: &str) {
    ratios.sort_by(f64::total_cmp);
    let part = |part: f64| ratios[((ratios.len() - 1) as f64 * part).round() as usize];
    let worse = ratios.iter().filter(|ratio| **ratio > 1.0).count();
    let quartiles = [0.25, 0.5, 0.75].map(|quarter| format!("{:.2}", part(quarter))).join(", ");
    println!("{begin} {quartiles} | {:.1} | {worse} | {} |", part(1.0), ratios.len());
}
