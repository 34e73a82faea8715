//! The ways to use q workers.

use std::sync::{Arc, PoisonError};

use compare::Case;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{Budget, Error, Minimizer, Objective, Problem, Run};
use serde_json::{Value, json};

use super::evaluator::{History, Rounds};

/// The rounds of a run per coordinate and one more.
const GRADIENTS: u64 = 100;

/// The standard deviation of a start of several: this part of the root mean square of the published start's
/// coordinates.
const SPREAD: f64 = 0.3;

/// How many points are evaluated at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Size {
    /// This many.
    Fixed(usize),
    /// As many as there are coordinates.
    Dimension,
}

impl Size {
    /// Reads a number or `n`.
    pub(crate) fn read(word: &str) -> Result<Self, String> {
        match word {
            "n" => Ok(Size::Dimension),
            _ => word.parse().map(Size::Fixed).map_err(|_| format!("--q={word}; expected numbers or n")),
        }
    }

    fn of(self, n: usize) -> usize {
        match self {
            Size::Fixed(points) => points,
            Size::Dimension => n,
        }
    }
}

/// A solver and how it uses workers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Use {
    /// It asks for a batch.
    Batch,
    /// It evaluates a population at once.
    Generation,
    /// A complete poll is evaluated at once.
    Poll,
    /// As many searches as workers, each from its own start.
    Starts,
}

/// One way to minimize.
pub(crate) struct Way {
    /// The solver.
    pub(crate) solver: &'static str,
    /// How it uses workers.
    pub(crate) by: Use,
    /// The number of workers.
    pub(crate) size: Size,
}

/// All ways for these searches, the first of which with one point is the one to compare with.
pub(crate) fn ways(sizes: &[Size], own: bool, searches: &[&'static str]) -> Vec<Way> {
    let way = |solver, by, size| Way { solver, by, size };
    let each = |size| searches.iter().map(move |&solver| way(solver, Use::Batch, size));
    let alone = each(Size::Fixed(1));
    let at_once = sizes.iter().flat_map(|&size| {
        let mut ways: Vec<Way> = each(size).collect();
        if !own {
            ways.push(way("patternsearch", Use::Poll, size));
            ways.push(way(searches[0], Use::Starts, size));
            if search::solver_names().contains(&"cma-es") {
                ways.push(way("cma-es", Use::Generation, size));
            }
        }
        ways
    });
    alone.chain(at_once).collect()
}

impl Way {
    /// Minimizes a problem. A solver that refuses it solves nothing.
    pub(crate) fn run(
        &self,
        case: &Case<'static>,
        problem: &Problem<'static>,
        seed: u64,
    ) -> Result<History, Error> {
        let n = problem.dimension();
        let (points, most) = (self.size.of(n), GRADIENTS * (n as u64 + 1));
        let truth = case.truth().cloned().unwrap_or_else(|| problem.shared_objective());
        match self.by {
            Use::Batch => {
                let options = json!({ "batch": points, "max_function_evaluations": u64::MAX });
                one(self.solver, &options, problem.clone(), truth, points, most)
            }
            Use::Poll => {
                let options = json!({ "use_complete_poll": true, "max_function_evaluations": u64::MAX,
                    "max_iterations": u64::MAX });
                one(self.solver, &options, problem.clone(), truth, points, most)
            }
            Use::Generation => {
                let points = points.max(4);
                let options = json!({ "population_size": points, "max_function_evaluations": 1_000_000 });
                let history = one(
                    self.solver,
                    &options,
                    problem.clone(),
                    truth,
                    1,
                    most.saturating_mul(points as u64),
                )?;
                let round = |evaluation: u64| evaluation.div_ceil(points as u64);
                let improvements = history.improvements.iter().map(|&(k, value)| (round(k), value)).collect();
                Ok(History { rounds: round(history.rounds), improvements, ..history })
            }
            Use::Starts => {
                let starts = (0..points).map(|k| {
                    let options = json!({ "max_function_evaluations": u64::MAX });
                    one(self.solver, &options, moved(problem, seed, k as u64)?, truth.clone(), 1, most)
                });
                Ok(together(&starts.collect::<Result<Vec<_>, _>>()?))
            }
        }
    }
}

/// Runs one search.
fn one(
    solver: &str,
    options: &Value,
    problem: Problem<'static>,
    truth: Arc<dyn Objective>,
    points: usize,
    most: u64,
) -> Result<History, Error> {
    let solver = search::solver(solver, options)?;
    let refuses = problem.linear().is_some_and(|linear| solver.constraint_tolerance(linear).is_err());
    if refuses || solver.accepts(&problem).is_err() {
        return Ok(History::default());
    }
    let evaluator = Rounds::of(problem.clone(), truth, points, most);
    let history = evaluator.history();
    let run = Run::within(&Budget::unlimited()).evaluated_by(evaluator);
    match solver.run(&problem, &run, &mut ()) {
        // A moved start may be where the objective has no value.
        Ok(_) | Err(Error::NoValue { .. }) => {}
        Err(error) => return Err(error),
    }
    let history = history.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(history)
}

/// The problem from the published start, or from one near it.
fn moved(problem: &Problem<'static>, seed: u64, number: u64) -> Result<Problem<'static>, Error> {
    if number == 0 {
        return Ok(problem.clone());
    }
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_mul(1 << 32).wrapping_add(number));
    let mean_square = problem.start().iter().map(|x| x * x).sum::<f64>() / problem.dimension() as f64;
    let deviation = SPREAD * mean_square.sqrt().max(1.0);
    let mut start = problem.start().to_vec();
    start.iter_mut().for_each(|x| *x += deviation * random.sample::<f64, _>(StandardNormal));
    problem.bounds().project(&mut start);
    problem.clone().starting_at(start)
}

/// The history of searches that run side by side: each round is one evaluation of each.
fn together(histories: &[History]) -> History {
    let mut all: Vec<_> = histories.iter().flat_map(|history| history.improvements.iter().copied()).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut together = History {
        rounds: histories.iter().map(|history| history.rounds).max().unwrap_or(0),
        values: histories.iter().map(|history| history.values).sum(),
        improvements: Vec::new(),
    };
    for (round, value) in all {
        if together.improvements.last().is_none_or(|last| value < last.1) {
            together.improvements.push((round, value));
        }
    }
    together
}
