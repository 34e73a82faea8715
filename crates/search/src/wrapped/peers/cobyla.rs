//! The crate `cobyla`: Powell's COBYLA, as in NLopt.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use cobyla::{Func, RhoBeg, StopTols, SuccessStatus};

use super::door::Frame;
use crate::minimizer::{BARRIER, KNOWS_NONE, without_grid};
use crate::wrapped::working_memory::admit;
use crate::{Error, Evaluations, LinearConstraints, Problem, Solver, Status, Stop};

/// Its memory for the simplex, the bounds as constraints and the models, as a multiple of n^2 numbers.
const SQUARES: f64 = 8.0;

/// COBYLA (Powell 1994, "A direct search optimization method that models the objective and constraint functions by
/// linear interpolation") by the crate `cobyla`, a translation of NLopt's: trust-region steps on linear models that
/// interpolate the vertices of a simplex.
///
/// ```
/// use search::peers::Cobyla;
/// use search::{Bounds, Budget, Minimizer, Problem};
///
/// let f = |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] + 1.0).powi(2);
/// let problem = Problem::new(f, [0.5, 0.5])?.bounded(Bounds::nonnegative(2))?;
/// let outcome = Cobyla::default().minimize(&problem, &Budget::evaluations(500), &mut ())?;
/// assert!(outcome.converged());
/// assert!((outcome.x[0] - 2.0).abs() < 1e-4 && outcome.x[1] == 0.0);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cobyla {
    options: CobylaOptions,
}

/// Options of [`Cobyla`]. Lengths are in [units](super#units).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CobylaOptions {
    /// The initial trust-region radius; above 0, at most 1e10, default 0.5.
    pub initial_step: f64,
    /// The final trust-region radius, at which the search has converged; above 0 and below `initial_step`, default
    /// 1e-6.
    pub step_tolerance: f64,
    /// The most evaluations, at least 1; default 2000 n for n coordinates.
    pub max_function_evaluations: Option<u64>,
    /// The most coordinates with room to move; the search gives up after the start if there are more, since each step
    /// takes O(n^3) time; default 100.
    pub max_coordinates: usize,
}

impl Default for CobylaOptions {
    fn default() -> Self {
        CobylaOptions {
            initial_step: 0.5,
            step_tolerance: 1e-6,
            max_function_evaluations: None,
            max_coordinates: 100,
        }
    }
}

impl CobylaOptions {
    fn frame(&self) -> Frame {
        let CobylaOptions { initial_step, step_tolerance, max_function_evaluations, max_coordinates } = *self;
        Frame {
            initial_step,
            step_tolerance,
            function_tolerance: 0.0,
            max_function_evaluations,
            max_coordinates,
        }
    }
}

impl Cobyla {
    /// Creates a COBYLA search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: CobylaOptions) -> Result<Self, Error> {
        options.frame().check()?;
        Ok(Cobyla { options })
    }
}

impl Solver for Cobyla {
    fn name(&self) -> String {
        "cobyla".to_owned()
    }

    fn settings(&self) -> Value {
        serde_json::to_value(&self.options).expect("options are numbers")
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        without_grid(problem, || self.name(), KNOWS_NONE)?;
        let n = problem.dimension();
        admit(|| self.name(), n, SQUARES * (n as f64).powi(2))
    }

    fn constraint_tolerance(&self, _linear: &LinearConstraints) -> Result<f64, Error> {
        Ok(f64::INFINITY)
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let CobylaOptions { initial_step, step_tolerance, .. } = self.options;
        self.options.frame().search(evaluations, |door| {
            let start = door.start.clone();
            let bounds: Vec<(f64, f64)> =
                door.lower.iter().copied().zip(door.upper.iter().copied()).collect();
            let limit = i32::try_from(door.limit).unwrap_or(i32::MAX) as usize;
            let tolerances = StopTols { xtol_abs: vec![step_tolerance; start.len()], ..StopTols::default() };
            let (inequalities, equalities) = door.constraint_counts();
            let door = &RefCell::new(door);
            // COBYLA cannot be stopped from outside, but with constant values its radius soon reaches the final one.
            let value = |x: &[f64], (): &mut ()| door.borrow_mut().value(x).unwrap_or(BARRIER);
            // The crate wants values that are at least 0: -c of an inequality, both signs of an equality.
            let inequality = |i: usize, sign: f64| -> Box<dyn Func<()> + '_> {
                Box::new(move |x: &[f64], (): &mut ()| sign * door.borrow_mut().constraints(x).0[i])
            };
            let equality = |i: usize, sign: f64| -> Box<dyn Func<()> + '_> {
                Box::new(move |x: &[f64], (): &mut ()| sign * door.borrow_mut().constraints(x).1[i])
            };
            let both_signs = (0..equalities).flat_map(|i| [equality(i, 1.0), equality(i, -1.0)]);
            let constraints: Vec<_> =
                (0..inequalities).map(|i| inequality(i, -1.0)).chain(both_signs).collect();
            let radius = RhoBeg::All(initial_step);
            match cobyla::minimize(value, &start, &bounds, &constraints, (), limit, radius, Some(tolerances))
            {
                Ok((SuccessStatus::MaxEvalReached, ..)) => Ok(Status::EvaluationLimit),
                Ok(_) => Ok(Status::SolverConverged),
                Err((status, ..)) => Err(Stop::gave_up(&format!("{status:?}"))),
            }
        })
    }
}
