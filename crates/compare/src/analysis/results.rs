//! Histories of values, arranged by instances and solvers, and the evaluations at which they reach a target.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Floor;
use crate::Record;

/// The best values of a solver on a problem from a seed, and when it found them.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Name of the problem.
    pub problem: String,
    /// Name of the solver.
    pub solver: String,
    /// The seed.
    pub seed: u64,
    /// Number of coordinates n.
    pub dimension: usize,
    /// Each new best value with the number of its evaluation.
    pub values: Vec<(u64, f64)>,
}

impl From<&Record> for History {
    fn from(record: &Record) -> Self {
        History {
            problem: record.problem.clone(),
            solver: record.minimizer.clone(),
            seed: record.seed,
            dimension: record.dimension,
            values: record.history().map(|new| (new.evaluations, new.value)).collect(),
        }
    }
}

/// A problem with a seed, and what each solver did on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// Name of the problem.
    pub problem: String,
    /// The seed.
    pub seed: u64,
    /// Number of coordinates n.
    pub dimension: usize,
    /// The value `f(x0)` from which improvement is measured: that of the start. Where the start violates a constraint or
    /// its evaluation failed, the mean of the first values that count, over the solvers that have found one (the average of
    /// the first feasible values in the README of RunnerPost, "Profiling constrained problems").
    pub start_value: f64,
    /// Per solver, each new best value with the number of its evaluation.
    pub histories: Vec<Vec<(u64, f64)>>,
}

/// The histories of several solvers on the same instances.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// Names of the solvers.
    pub solvers: Vec<String>,
    /// The instances.
    pub instances: Vec<Instance>,
}

/// When each solver has solved each instance to a tolerance.
#[derive(Debug, Clone, PartialEq)]
pub struct Solved {
    /// Number of coordinates of each instance.
    pub dimensions: Vec<usize>,
    /// Per instance and solver, the evaluation that solved it, if one did.
    pub evaluations: Vec<Vec<Option<u64>>>,
}

impl Results {
    /// Arranges histories. A solver that does not depend on the seed, and has run once on a problem, gets
    /// this run for each seed of the others. Instances on which some solver has not run are left out, and so
    /// are those on which none has found a value that counts.
    pub fn of(histories: &[History]) -> Self {
        let runs = Runs::of(histories);
        let mut instances = Vec::new();
        for &problem in &runs.problems {
            for seed in runs.seeds(problem) {
                instances
                    .extend(runs.together(problem, seed).and_then(|runs| instance(problem, seed, &runs)));
            }
        }
        Results { solvers: runs.solvers, instances }
    }

    /// The same instances and solvers with other histories of the same runs, such as of another [`Cost`](super::Cost).
    pub(crate) fn with(&self, histories: &[History]) -> Self {
        let runs = Runs::of(histories);
        let histories = |instance: &Instance| -> Vec<_> {
            let index = |name: &String| runs.solvers.iter().position(|solver| solver == name);
            let run = |name| runs.run(&instance.problem, instance.seed, index(name)?);
            self.solvers.iter().map(|name| run(name).map_or(Vec::new(), |run| run.values.clone())).collect()
        };
        let instances = self.instances.iter();
        let with = |instance: &Instance| Instance { histories: histories(instance), ..instance.clone() };
        Results { solvers: self.solvers.clone(), instances: instances.map(with).collect() }
    }

    /// The instances of each problem, in order.
    pub fn problems(&self) -> Vec<Range<usize>> {
        let mut from = 0;
        let range = |instances: &[Instance]| {
            let range = from..from + instances.len();
            from = range.end;
            range
        };
        self.instances.chunk_by(|a, b| a.problem == b.problem).map(range).collect()
    }

    /// When each solver has solved each instance to the tolerance τ. An instance whose start cannot be
    /// improved is solved by its first evaluation.
    pub fn solved(&self, tolerance: f64, floor: &Floor) -> Solved {
        let of_instance = |instance: &Instance| {
            let least = floor.of(&instance.problem).unwrap_or(f64::NEG_INFINITY);
            let target = least + tolerance * (instance.start_value - least);
            let reached = |history: &Vec<(u64, f64)>| {
                history.iter().find(|(_, value)| *value <= target).map(|(evaluation, _)| *evaluation)
            };
            instance.histories.iter().map(reached).collect()
        };
        Solved {
            dimensions: self.instances.iter().map(|instance| instance.dimension).collect(),
            evaluations: self.instances.iter().map(of_instance).collect(),
        }
    }
}

impl Solved {
    /// The same for one instance.
    pub(crate) fn only(&self, instance: usize) -> Solved {
        Solved {
            dimensions: vec![self.dimensions[instance]],
            evaluations: vec![self.evaluations[instance].clone()],
        }
    }
}

/// Histories by problem, seed and solver.
struct Runs<'h> {
    solvers: Vec<String>,
    problems: Vec<&'h str>,
    of: BTreeMap<(&'h str, u64), BTreeMap<usize, &'h History>>,
}

impl<'h> Runs<'h> {
    fn of(histories: &'h [History]) -> Self {
        let mut runs = Runs { solvers: Vec::new(), problems: Vec::new(), of: BTreeMap::new() };
        for history in histories {
            let solver = runs.solvers.iter().position(|name| *name == history.solver).unwrap_or_else(|| {
                runs.solvers.push(history.solver.clone());
                runs.solvers.len() - 1
            });
            if !runs.problems.contains(&history.problem.as_str()) {
                runs.problems.push(&history.problem);
            }
            runs.of.entry((&history.problem, history.seed)).or_default().insert(solver, history);
        }
        runs
    }

    fn seeds(&self, problem: &str) -> Vec<u64> {
        self.of.range((problem, 0)..=(problem, u64::MAX)).map(|(&(_, seed), _)| seed).collect()
    }

    /// The run of this seed, or the only one on the problem.
    fn run(&self, problem: &str, seed: u64, solver: usize) -> Option<&'h History> {
        let own = self.of.get(&(problem, seed)).and_then(|runs| runs.get(&solver).copied());
        let once = || {
            let of_problem = self.of.range((problem, 0)..=(problem, u64::MAX));
            let mut found = of_problem.filter_map(|(_, runs)| runs.get(&solver).copied());
            found.next().filter(|_| found.next().is_none())
        };
        own.or_else(once)
    }

    /// The runs of all solvers, if none is missing.
    fn together(&self, problem: &str, seed: u64) -> Option<Vec<&'h History>> {
        (0..self.solvers.len()).map(|solver| self.run(problem, seed, solver)).collect()
    }
}

fn instance(problem: &str, seed: u64, runs: &[&History]) -> Option<Instance> {
    let histories: Vec<_> = runs.iter().map(|run| run.values.clone()).collect();
    let start_value = start_value(&histories)?;
    let dimension = runs[0].dimension;
    Some(Instance { problem: problem.to_owned(), seed, dimension, start_value, histories })
}

/// The value in the first evaluation, which is at the start; without one, the mean of the solvers' first values.
fn start_value(histories: &[Vec<(u64, f64)>]) -> Option<f64> {
    let firsts: Vec<(u64, f64)> = histories.iter().filter_map(|history| history.first().copied()).collect();
    let at_start = firsts.iter().find(|(evaluation, _)| *evaluation == 1);
    let mean = || firsts.iter().map(|(_, value)| value / firsts.len() as f64).sum();
    (!firsts.is_empty()).then(|| at_start.map_or_else(mean, |(_, value)| *value))
}
