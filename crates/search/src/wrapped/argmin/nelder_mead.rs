//! argmin's Nelder-Mead simplex search behind the common interface.

use argmin::core::{IterState, State};
use argmin::solver::neldermead::NelderMead as Simplex;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::door::{AfterStop, Door, Manner, Sees};
use super::drive::drive;
use crate::minimizer::knows_bounds_alone;
use crate::options::option::{evaluation_limit, nonnegative, positive};
use crate::wrapped::promise::{Promise, search_until_kept};
use crate::wrapped::working_memory::admit;
use crate::{Bounds, Error, Evaluations, Problem, Solver, Status, Stop, Within};

/// Its memory for the simplices and the current points, as a multiple of n^2 numbers.
const SQUARES: f64 = 4.0;

/// The Nelder-Mead simplex search of the `argmin` crate (Nelder & Mead 1965, "A simplex method for
/// function minimization").
///
/// It is an unconstrained method: its points are mapped into the bounds ([`Within`], by default by projection).
///
/// ```
/// use search::{Bounds, Budget, Minimizer, NelderMead, Problem};
///
/// let f = |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] + 1.0).powi(2);
/// let problem = Problem::new(f, [0.5, 0.5])?.bounded(Bounds::nonnegative(2))?;
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
    /// How points are kept within the bounds; default [`Within::Project`].
    pub within: Within,
    /// Edge of the initial simplex along each coordinate, in units, the size of the start or of the box; above 0,
    /// default 0.5.
    pub initial_step: f64,
    /// The search has converged when the standard deviation of the values at the vertices, in units of the value at
    /// the start, is at most this; at least 0, default 1e-10.
    pub function_tolerance: f64,
    /// The search has converged only if the last n + 1 points also differ by at most this along each coordinate, in
    /// units or relative to the coordinate; at least 0, default 1e-4. (Equal values are not enough: two vertices on
    /// both sides of a minimum have them.) If a point ten times as far along an axis is better, the search starts
    /// again.
    pub step_tolerance: f64,
    /// The most evaluations, at least 1; default 2000 n for n coordinates.
    pub max_function_evaluations: Option<u64>,
}

impl Default for NelderMeadOptions {
    fn default() -> Self {
        NelderMeadOptions {
            within: Within::Project,
            initial_step: 0.5,
            function_tolerance: 1e-10,
            step_tolerance: 1e-4,
            max_function_evaluations: None,
        }
    }
}

impl NelderMead {
    /// Creates a Nelder-Mead search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: NelderMeadOptions) -> Result<Self, Error> {
        positive("initial_step", options.initial_step)?;
        nonnegative("function_tolerance", options.function_tolerance)?;
        nonnegative("step_tolerance", options.step_tolerance)?;
        evaluation_limit(options.max_function_evaluations)?;
        Ok(NelderMead { options })
    }

    /// Returns the start and one vertex next to it along each coordinate: a step upwards, downwards if only that side
    /// has room, shorter if neither has.
    fn first_simplex(&self, start: &[f64], bounds: &Bounds) -> Vec<Vec<f64>> {
        let beside = |i: usize| {
            let mut vertex = start.to_vec();
            vertex[i] = bounds.stepped_inside(i, start[i], self.options.initial_step);
            vertex
        };
        let vertices = std::iter::once(start.to_vec()).chain((0..start.len()).map(beside));
        vertices.map(|vertex| self.options.within.free_variables(&vertex, bounds)).collect()
    }

    fn search_from(
        &self,
        x: Vec<f64>,
        value: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Status, Stop> {
        let NelderMeadOptions { within, function_tolerance, step_tolerance, .. } = self.options;
        // argmin's setup panics on an error.
        let after_stop = AfterStop::LargeValue;
        let manner = Manner { within, sees: Sees::Values, after_stop, in_hand: x.len() + 1 };
        let door = Door::open(evaluations, manner, x, value);
        let vertices = self.first_simplex(&door.start(), &door.bounds());
        let simplex = door.step(|| Simplex::new(vertices).with_sd_tolerance(function_tolerance))?;
        let small = |equal_values| equal_values && door.spread() <= step_tolerance;
        Ok(drive(&door, &door, simplex, IterState::new(), small)?)
    }
}

impl Solver for NelderMead {
    fn name(&self) -> String {
        "nelder-mead".to_owned()
    }

    fn settings(&self) -> Value {
        serde_json::to_value(&self.options).expect("options are numbers")
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        knows_bounds_alone(self, problem)?;
        let n = problem.dimension();
        admit(|| self.name(), n, SQUARES * (n as f64).powi(2))
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let NelderMeadOptions { step_tolerance, max_function_evaluations, .. } = self.options;
        let n = evaluations.dimension() as u64;
        evaluations.limit(max_function_evaluations.unwrap_or(2000 * n), None);
        search_until_kept(evaluations, Promise::after_steps_of(step_tolerance), |evaluations, x, value| {
            self.search_from(x, value, evaluations)
        })
    }
}
