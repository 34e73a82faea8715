//! argmin's Nelder-Mead simplex search, behind the common interface.

use argmin::core::{IterState, Problem, Solver, State, TerminationStatus};
use argmin::solver::neldermead::NelderMead as Simplex;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::door::Door;
use crate::{Error, Evaluations, Minimizer, Status, Stop};

/// The Nelder-Mead simplex search of the `argmin` crate (Nelder & Mead 1965, "A simplex method for
/// function minimization").
///
/// It knows no bounds of its own: each of its points is projected onto them before it is evaluated.
///
/// ```
/// use search::{Bounds, Budget, Minimizer, NelderMead, Problem};
///
/// let f = |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] + 1.0).powi(2);
/// let problem = Problem::new(f, vec![0.5, 0.5])?.bounded(Bounds::nonnegative(2))?;
/// let outcome = NelderMead::default().minimize(&problem, &Budget::evaluations(500), &mut ())?;
/// assert!((outcome.x[0] - 2.0).abs() < 1e-4 && outcome.x[1] == 0.0);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NelderMead {
    options: NelderMeadOptions,
}

/// Options of [`NelderMead`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NelderMeadOptions {
    /// Edge of the first simplex along coordinate `i`, in units of `max(1, |x0_i|)`; above 0, default
    /// 0.5.
    pub initial_step: f64,
    /// The standard deviation of the values at the vertices below which the search has converged; at
    /// least 0, default 1e-10.
    pub function_tolerance: f64,
    /// The distance between the last n + 1 points, along each coordinate and in units of
    /// `max(1, |x_i|)`, that they must not exceed to count as converged; at least 0, default 1e-4. (Equal
    /// values alone say nothing: two vertices on both sides of a minimum have them.)
    pub step_tolerance: f64,
    /// The most evaluations, at least 1; default 2000 n for n coordinates.
    pub max_function_evaluations: Option<u64>,
}

impl Default for NelderMeadOptions {
    fn default() -> Self {
        NelderMeadOptions {
            initial_step: 0.5,
            function_tolerance: 1e-10,
            step_tolerance: 1e-4,
            max_function_evaluations: None,
        }
    }
}

impl NelderMead {
    /// A Nelder-Mead search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option out of its range.
    pub fn new(options: NelderMeadOptions) -> Result<Self, Error> {
        let NelderMeadOptions { initial_step, function_tolerance, step_tolerance, max_function_evaluations } =
            options;
        let refuse = |name, value: String, expected| Err(Error::Option { name, value, expected });
        if !(initial_step > 0.0 && initial_step.is_finite()) {
            return refuse("initial_step", initial_step.to_string(), "a finite number above 0");
        }
        if !(function_tolerance >= 0.0 && function_tolerance.is_finite()) {
            return refuse(
                "function_tolerance",
                function_tolerance.to_string(),
                "a finite number, at least 0",
            );
        }
        if !(step_tolerance >= 0.0 && step_tolerance.is_finite()) {
            return refuse("step_tolerance", step_tolerance.to_string(), "a finite number, at least 0");
        }
        if max_function_evaluations == Some(0) {
            return refuse("max_function_evaluations", "0".to_owned(), "at least 1, for the start point");
        }
        Ok(NelderMead { options })
    }

    /// The start, and one vertex beside it along each coordinate: a step upwards, downwards where only
    /// that side has room, and shorter where neither side has.
    fn first_simplex(&self, evaluations: &Evaluations<'_>) -> Vec<Vec<f64>> {
        let (start, bounds) = (evaluations.start(), evaluations.bounds());
        let beside = |i: usize| {
            let step = self.options.initial_step * start[i].abs().max(1.0);
            let (above, below) = (bounds.upper()[i] - start[i], start[i] - bounds.lower()[i]);
            let mut vertex = start.to_vec();
            vertex[i] += match () {
                () if above >= step => step,
                () if below >= step => -step,
                () if above >= below => above,
                () => -below,
            };
            vertex
        };
        std::iter::once(start.to_vec()).chain((0..start.len()).map(beside)).collect()
    }
}

impl Minimizer for NelderMead {
    fn name(&self) -> String {
        "nelder-mead".to_owned()
    }

    fn settings(&self) -> Value {
        serde_json::to_value(&self.options).expect("options are numbers")
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let n = evaluations.dimension();
        evaluations.limit(self.options.max_function_evaluations.unwrap_or(2000 * n as u64), None);
        let vertices = self.first_simplex(evaluations);

        let door = Door::new(evaluations, n + 1);
        let mut problem = Problem::new(&door);
        let mut simplex =
            door.step(|| Simplex::new(vertices).with_sd_tolerance(self.options.function_tolerance))?;
        let (mut state, _) = door.step(|| simplex.init(&mut problem, IterState::new()))?;
        loop {
            let status = Solver::<&Door<'_, '_>, _>::terminate(&mut simplex, &state);
            let equal_values = matches!(status, TerminationStatus::Terminated(_));
            if equal_values && door.spread() <= self.options.step_tolerance {
                return Ok(Status::SolverConverged);
            }
            (state, _) = door.step(|| simplex.next_iter(&mut problem, state))?;
            door.iteration()?;
        }
    }
}
