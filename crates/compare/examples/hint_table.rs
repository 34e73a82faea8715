//! What a table of a neighbouring problem saves.

use std::error::Error;
use std::ops::ControlFlow;
use std::sync::Arc;

use compare::suites::suites;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{Budget, Event, HybridSearch, Minimizer, Objective, Observer, Problem, Values};

const GRADIENTS: u64 = 100;
const TOLERANCES: [f64; 2] = [1e-3, 1e-5];

/// Keeps the points and their values.
#[derive(Default)]
struct Seen {
    points: Vec<Vec<f64>>,
    values: Vec<Values>,
}

impl Observer for Seen {
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

impl Seen {
    fn least(&self) -> f64 {
        self.values.iter().map(Values::value).fold(f64::INFINITY, f64::min)
    }
    fn first_below(&self, value: f64) -> Option<usize> {
        self.values.iter().position(|v| v.value() <= value).map(|k| k + 1)
    }
    fn best(&self) -> &[f64] {
        let k = (0..self.values.len()).min_by(|&a, &b| self.values[a].value().total_cmp(&self.values[b].value()));
        &self.points[k.expect("not empty")]
    }
}

fn run(problem: &Problem<'_>) -> Result<Seen, search::Error> {
    let mut seen = Seen::default();
    let budget = Budget::evaluations(GRADIENTS * (problem.dimension() as u64 + 1));
    HybridSearch::default().minimize(problem, &budget, &mut seen)?;
    Ok(seen)
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let get = |name: &str, d: f64| words.iter().find_map(|w| w.strip_prefix(name).and_then(|w| w.strip_prefix('=')).and_then(|w| w.parse().ok())).unwrap_or(d);
    let (seeds, part, half) = (get("--seeds", 1.0) as u64, get("--part", 0.1), get("--half", 0.0) as usize);
    let verbose = words.iter().any(|w| w == "--problems");
    let suite = suites().into_iter().find(|s| s.name == "more-wild-moved").ok_or("suite")?;
    let cases = (suite.cases)();
    for told in [false, true] {
        if words.iter().any(|w| w == "--told") && !told { continue; }
        if words.iter().any(|w| w == "--untold") && told { continue; }
        let mut ratios: Vec<Vec<f64>> = vec![Vec::new(); 3 * TOLERANCES.len()];
        for (place, case) in cases.iter().enumerate().filter(|(place, _)| place % 2 == half || half > 1) {
            for seed in 1..=seeds {
                let base = case.problem(seed)?;
                let objective = base.shared_objective();
                let make = |start: &[f64]| -> Result<Problem<'_>, search::Error> {
                    if told { Problem::shared(Arc::clone(&objective), start) } else {
                        let objective = Arc::clone(&objective);
                        Problem::new(move |x: &[f64]| objective.value(x), start)
                    }
                };
                let alone = run(&make(base.start())?)?;
                let other = case.problem(seed + 100)?;
                let neighbour = run(&make(other.start())?)?;
                let mut random = Xoshiro256PlusPlus::seed_from_u64(seed * 1000 + place as u64);
                let away: Vec<f64> = neighbour.best().iter().zip(other.start())
                    .map(|(best, start)| part * (best - start) * random.sample::<f64, _>(StandardNormal)).collect();
                let moved = |points: &[Vec<f64>]| -> Vec<Vec<f64>> {
                    points.iter().map(|x| x.iter().zip(&away).map(|(x, s)| x + s).collect()).collect()
                };
                let points = moved(&neighbour.points);
                let hinted = run(&make(base.start())?.hinted(points.clone(), neighbour.values.clone())?)?;
                let mut shuffled = neighbour.values.clone();
                for i in (1..shuffled.len()).rev() { shuffled.swap(i, random.random_range(0..=i)); }
                let misled = run(&make(base.start())?.hinted(points, shuffled)?)?;
                // Values of another function of the same dimension: Rosenbrock-like sum around a random centre.
                let first = alone.values[0].value();
                let least = alone.least().min(neighbour.least()).min(hinted.least()).min(misled.least());
                let mut line = String::new();
                for (t, tau) in TOLERANCES.iter().enumerate() {
                    let limit = least + tau * (first - least);
                    let at = |seen: &Seen| seen.first_below(limit).map_or(f64::INFINITY, |k| k as f64);
                    let (a, h, m) = (at(&alone), at(&hinted), at(&misled));
                    line += &format!(" | {a:5} {h:5} {m:5}");
                    for (k, with) in [h, m].into_iter().enumerate() {
                        let ratio = if with == a { 1.0 } else { with / a };
                        ratios[3 * t + k].push(ratio);
                    }
                }
                if verbose { println!("{:<12} {seed} n {:2} {told} {line}  {:.3e} {:.3e}", case.name(), base.dimension(), alone.least(), hinted.least()); }
            }
        }
        for (t, tau) in TOLERANCES.iter().enumerate() {
            for (k, what) in ["hint", "shuffled"].iter().enumerate() {
                let r = &mut ratios[3 * t + k];
                r.sort_by(f64::total_cmp);
                let q = |p: f64| r[((r.len() - 1) as f64 * p).round() as usize];
                let worse = r.iter().filter(|x| **x > 1.0).count();
                println!("told {told} tau {tau:e} {what:9} quartiles {:.2} {:.2} {:.2} worst {:.1} worse {worse} of {}", q(0.25), q(0.5), q(0.75), q(1.0), r.len());
            }
        }
    }
    Ok(())
}
