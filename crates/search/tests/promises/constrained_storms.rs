//! Storms under constraints: random statements with bounds, rows, grids, nonlinear constraints, residuals and losses, some of whose
//! evaluations fail, in runs that stop anywhere and go on elsewhere.

use std::panic::resume_unwind;

use proptest::prelude::*;
use search::{
    Bounds, Budget, ConstraintCount, ConstraintValues, Error, Failure, HybridOptions, HybridSearch, Journal,
    LeastSquares, LinearConstraints, Loss, Minimizer, Outcome, Problem, Run, Values,
};

use crate::twisted::chance;

/// A statement, from which the problem follows.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    start: Vec<f64>,
    pub(crate) salt: u64,
    /// Parts of the coordinates that are bounded, fixed, and on a grid.
    bounded: f64,
    fixed: f64,
    granular: f64,
    rows: usize,
    has_equality: bool,
    inequalities: usize,
    equalities: usize,
    residuals: usize,
    loss: Loss,
    /// The part of the points at which an evaluation fails.
    failing: f64,
    /// Powers of ten of the units of objective and coordinates.
    units: (i32, i32),
    has_kinks: bool,
}

impl Statement {
    /// A number from -1 to 1 for each name.
    fn number(&self, name: &[f64]) -> f64 {
        2.0 * chance(name, self.salt) - 1.0
    }

    fn unit(&self, i: usize) -> f64 {
        10_f64.powi(self.units.1 * (i % 3) as i32)
    }

    /// The coordinates in common units.
    fn common(&self, x: &[f64]) -> Vec<f64> {
        x.iter().enumerate().map(|(i, x)| x / self.unit(i)).collect()
    }

    /// A function by its number: a quadratic with a kink or a wave.
    fn function(&self, k: usize, y: &[f64]) -> f64 {
        let k = k as f64;
        let term = |(i, y): (usize, &f64)| {
            let i = i as f64;
            let y = y - self.number(&[k, i, 0.0]);
            let rough = if self.has_kinks { y.abs() } else { y.sin() };
            (1.0 + self.number(&[k, i, 1.0])) * y * y + self.number(&[k, i, 2.0]) * rough
        };
        let across = y.windows(2).map(|y| self.number(&[k, 3.0]) * y[0] * y[1]).sum::<f64>();
        y.iter().enumerate().map(term).sum::<f64>() + across
    }

    pub(crate) fn values(&self, x: &[f64]) -> Result<Values, Failure> {
        let chance = chance(x, self.salt);
        if chance < self.failing {
            match (chance / self.failing * 4.0) as u32 {
                0 => return Err(Failure::Error("no mesh".to_owned())),
                // Without the message that a panic prints.
                1 => resume_unwind(Box::new("panic")),
                _ => {}
            }
        }
        let y = self.common(x);
        // One constraint, or the value, is no number.
        let wrong = |part: u32| chance < self.failing && (chance / self.failing * 4.0) as u32 == part;
        let unit = 10_f64.powi(self.units.0);
        let constraint = |k: usize| self.function(k + 1, &y) - 1.0;
        let mut inequalities: Vec<f64> = (0..self.inequalities).map(constraint).collect();
        let equalities = (0..self.equalities).map(|k| constraint(k + self.inequalities)).collect();
        if let Some(first) = inequalities.first_mut().filter(|_| wrong(2)) {
            *first = f64::NAN;
        }
        let values = match self.form() {
            None if wrong(3) => Values::from(f64::INFINITY),
            None => Values::from(unit * self.function(0, &y)),
            Some(form) => {
                let residual = |k| if wrong(3) { f64::NAN } else { unit * (self.function(10 + k, &y) - 0.3) };
                form.values((0..self.residuals).map(residual).collect::<Vec<_>>())
            }
        };
        let is_constrained = self.count() != ConstraintCount::default();
        let constraints = ConstraintValues { inequalities, equalities };
        Ok(if is_constrained { values.constrained(constraints) } else { values })
    }

    fn count(&self) -> ConstraintCount {
        ConstraintCount::new(self.inequalities, self.equalities)
    }

    fn form(&self) -> Option<LeastSquares> {
        (self.residuals > 0).then(|| LeastSquares::of(self.residuals).with_loss(self.loss).unwrap())
    }

    fn linear(&self) -> LinearConstraints {
        let n = self.start.len();
        let row = |r: usize| -> Vec<f64> {
            (0..n).map(|i| self.number(&[r as f64, i as f64, 5.0]) / self.unit(i)).collect()
        };
        let at_start = |row: &[f64]| row.iter().zip(&self.start).map(|(a, x)| a * x).sum::<f64>();
        let rows: Vec<Vec<f64>> = (0..self.rows).map(row).collect();
        // Some are active at the start, some are violated there.
        let sides: Vec<f64> = rows
            .iter()
            .enumerate()
            .map(|(r, row)| at_start(row) + 0.5 * (r % 3) as f64 - 0.2 * (r % 2) as f64)
            .collect();
        let inequalities = LinearConstraints::at_most(rows, sides).unwrap();
        if !self.has_equality {
            return inequalities;
        }
        let equality = row(self.rows);
        let side = at_start(&equality) + 0.1;
        inequalities.and(LinearConstraints::equal(vec![equality], vec![side]).unwrap()).unwrap()
    }

    fn bounds(&self) -> Bounds {
        let of = |i: usize| {
            let (x, unit) = (self.start[i], self.unit(i));
            let drawn = chance(&[i as f64, 7.0], self.salt);
            if drawn < self.fixed {
                (x, x)
            } else if drawn < self.fixed + self.bounded {
                (x - unit * drawn, x + 2.0 * unit * (1.0 - drawn))
            } else {
                (f64::NEG_INFINITY, f64::INFINITY)
            }
        };
        let (lower, upper): (Vec<f64>, Vec<f64>) = (0..self.start.len()).map(of).unzip();
        Bounds::new(lower, upper).unwrap()
    }

    /// The problem; an error if rows, bounds and grid have no point in common, or cannot be together.
    pub(crate) fn problem(&self) -> Result<Problem<'_>, Error> {
        let step = |i: usize| {
            let is_granular = chance(&[i as f64, 8.0], self.salt) < self.granular;
            if is_granular { 0.25 * self.unit(i) } else { 0.0 }
        };
        let problem = Problem::of_values(|x| self.values(x), self.count(), self.form(), self.start.clone())?;
        let problem = problem.bounded(self.bounds())?;
        problem.granular((0..self.start.len()).map(step).collect::<Vec<_>>())?.subject_to(self.linear())
    }
}

pub(crate) fn statements() -> impl Strategy<Value = Statement> {
    let shape = (
        prop::collection::vec(-2.0_f64..2.0, 1..7),
        any::<u64>(),
        prop_oneof![Just(0.0), 0.0_f64..1.0],
        prop_oneof![Just(0.0), 0.0_f64..0.3],
        prop_oneof![2 => Just(0.0), 1 => 0.0_f64..1.0],
        0_usize..5,
        prop::bool::weighted(0.2),
    );
    let functions = (
        0_usize..4,
        prop_oneof![2 => Just(0_usize), 1 => 1_usize..3],
        prop_oneof![2 => Just(0_usize), 1 => 1_usize..9],
        prop_oneof![8 => Just(0.0), 8 => 0.0_f64..0.5, 1 => Just(1.0)],
        (-8_i32..9, prop_oneof![Just(0_i32), -4_i32..5]),
        any::<bool>(),
        prop::sample::select(vec![Loss::Squares, Loss::L1, Loss::Minimax, Loss::Chebyshev]),
    );
    (shape, functions).prop_map(|(shape, functions)| {
        let (start, salt, bounded, fixed, granular, rows, has_equality) = shape;
        let (inequalities, equalities, residuals, failing, units, has_kinks, loss) = functions;
        let mut statement = Statement {
            start,
            salt,
            bounded,
            fixed,
            granular,
            rows,
            has_equality,
            inequalities,
            equalities,
            residuals,
            loss,
            failing,
            units,
            has_kinks,
        };
        let in_units = |(i, x): (usize, &f64)| x * statement.unit(i);
        statement.start = statement.start.iter().enumerate().map(in_units).collect();
        statement
    })
}

/// All of a result but the time, and what depends on workers and on the journal.
pub(crate) fn committed(result: &Result<Outcome, Error>) -> String {
    let outcome = result.as_ref().map(|outcome| {
        let mut rest = outcome.clone();
        (rest.seconds, rest.counts.speculative, rest.journal) = (0.0, 0, None);
        rest
    });
    format!("{outcome:?}")
}

/// What a result says of its point is so.
pub(crate) fn is_sound(
    statement: &Statement,
    problem: &Problem<'_>,
    outcome: &Outcome,
) -> Result<(), TestCaseError> {
    prop_assert!(problem.bounds().contain(&outcome.x), "{:?}", outcome.x);
    let Ok(values) = statement.values(&outcome.x) else {
        return Err(TestCaseError::fail(format!("a failed point won: {:?}", outcome.x)));
    };
    prop_assert_eq!(values.value(), outcome.value);
    let violation = values.constraints().map_or(0.0, ConstraintValues::violation);
    prop_assert_eq!(outcome.max_constraint.unwrap_or(0.0).max(0.0), violation);
    prop_assert!(outcome.feasible == (violation <= 1e-6), "{violation} {outcome}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_storm_under_constraints_is_survived_to_the_bit(
        statement in statements(),
        batch in prop::sample::select(vec![1_u64, 1, 2, 7]),
        restarts in 0_u64..3,
        sizes in (-7_i32..-1, -2_i32..3),
        (scale_mesh, last_look) in any::<(bool, bool)>(),
        evaluations in 1_u64..250,
        stop in 1_u64..250,
        workers in 1_usize..4,
    ) {
        let Ok(problem) = statement.problem() else { return Ok(()) };
        let search = HybridSearch::new(HybridOptions {
            batch,
            restarts,
            mesh_tolerance: 10_f64.powi(sizes.0),
            initial_mesh_size: 10_f64.powi(sizes.1),
            scale_mesh,
            last_look,
            seed: statement.salt,
            ..HybridOptions::default()
        })
        .unwrap();
        let within = |evaluations| Run::within(&Budget::evaluations(evaluations));
        let whole = search.run(&problem, &within(evaluations), &mut ());
        match &whole {
            Ok(outcome) => is_sound(&statement, &problem, outcome)?,
            Err(Error::NoValue { failed, .. }) => prop_assert!(*failed <= evaluations),
            // Said before the first evaluation.
            Err(Error::NoFeasiblePoint { .. } | Error::InfeasibleStart { .. } | Error::NoGridPoint { .. } | Error::Granular { .. }) => {
                return Ok(());
            }
            Err(error) => prop_assert!(false, "{error}"),
        }
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::new(folder.path().join("journal"));
        let stopped = within(stop.min(evaluations)).with_journal(journal.clone());
        let _ = search.run(&problem, &stopped, &mut ());
        let resumed = within(evaluations).on_threads(workers).with_journal(journal.resumed());
        let resumed = search.run(&problem, &resumed, &mut ());
        prop_assert_eq!(committed(&whole), committed(&resumed));
    }
}
