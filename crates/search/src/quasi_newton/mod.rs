//! Quasi-Newton search: gradients by differences that follow the noise, and sweeps where these do not lead down.

#[cfg(test)]
mod at_zero;
mod band;
mod blocks;
mod curvature;
mod descent;
mod differences;
mod fit;
mod kinks;
mod line_at_once;
mod line_search;
mod metric;
mod noise;
mod options;
mod place;
mod run;
mod subspaces;
mod sweep;
mod visit;

pub use options::QuasiNewtonOptions;

use serde_json::Value;

use crate::stepwise::{self, Iterative, Stepwise};
use crate::{DisplayLevel, Error, Evaluations, Minimizer, Problem, Solver, Status, Stop};

/// A quasi-Newton search on finite differences, for many coordinates: O(n) memory, and for each evaluation O(1)
/// operations besides the objective. The models, with up to 40 coordinates, take more of both.
///
/// 1. It measures the **noise** along a random line (Moré & Wild 2011, "Estimating computational noise"): 6 to 18
///    evaluations, again after a failure and, where there is noise, after every 8 iterations.
///    Without noise, bounds and batches, 1000 coordinates or more then begin with steps in **random subspaces** of 10 dimensions
///    (Cartis & Roberts 2023, "Scalable subspace methods for derivative-free nonlinear least-squares optimization"), for a
///    tenth of the evaluations of a gradient.
/// 2. If there is noise or a bound, **models** come first, with up to 30 coordinates: those of
///    [`HybridSearch`](crate::HybridSearch), for as many evaluations as six gradients take; after a **sweep** along the
///    coordinates where there is noise. With more coordinates there are two sweeps instead.
/// 3. A **gradient** by differences: forward ones, whose interval for each coordinate balances noise and curvature
///    (Gill, Murray, Saunders & Wright 1983, "Computing forward-difference intervals for numerical optimization");
///    central ones where there is noise, and after a failure. Their points are offered at once to all workers.
/// 4. The **direction** is that of limited-memory BFGS (Nocedal 1980, "Updating quasi-Newton matrices with limited
///    storage"), on the coordinates that no bound stops. The first matrix is a multiple of the identity, or the
///    curvatures of the coordinates, whichever agrees better with the changes of the gradient seen so far. Where few
///    coordinates interact, a **band matrix** fitted to the last pairs leads instead, with coordinates on their own or with
///    one or three neighbours to either side, as long as it predicts the steps better.
/// 5. A **line search** by values alone, along parabolas, projected onto the bounds.
/// 6. Where a step keeps less than a tenth of what it promised, **sweeps** follow as long as they gain, each with joint
///    steps of all coordinates to the least that its values show along them. If the values
///    depart from the slopes as they do at **kinks**, models follow instead, with up to 40 coordinates, and their steps for
///    kinks.
/// 7. It has **converged** when all of this fails, with central differences as well, and then a poll of the length
///    [`mesh_tolerance`](QuasiNewtonOptions::mesh_tolerance) along each coordinate, sweeps with long steps, and a last
///    look for kinks.
///
/// A sum of squares whose residuals are known ([`Problem::least_squares`]) has no gradient of its own: the differences give the
/// slopes of all **residuals**, of several coordinates at once where no residual depends on two of them (Curtis, Powell &
/// Reid 1974, "On the estimation of sparse Jacobian matrices"), and steps are those of Levenberg and Marquardt. Where a
/// Jacobian takes many evaluations, slopes that explain the last steps (Broyden 1965) come between two of them.
///
/// With a [`batch`](QuasiNewtonOptions::batch) of q points, the line search tries up to 8 lengths at once, with the
/// differences around the first of them if there is room (q > n), and a sweep tries q/2 coordinates at once and then their
/// joint steps.
///
/// It supports bounds only; use [`HybridSearch`](crate::HybridSearch) for linear and nonlinear constraints and
/// granular coordinates. `docs/many-coordinates.md` compares it.
///
/// ```
/// use search::{Budget, Minimizer, Problem, QuasiNewtonSearch};
///
/// let chained_rosenbrock = |x: &[f64]| -> f64 {
///     x.windows(2).map(|x| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)).sum()
/// };
/// let problem = Problem::new(chained_rosenbrock, vec![0.5; 100])?;
/// let outcome = QuasiNewtonSearch::default().minimize(&problem, &Budget::evaluations(30_000), &mut ())?;
/// assert!(outcome.value < 1e-9, "{outcome}");
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct QuasiNewtonSearch {
    options: QuasiNewtonOptions,
}

impl QuasiNewtonSearch {
    /// Creates a quasi-Newton search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: QuasiNewtonOptions) -> Result<Self, Error> {
        options.check()?;
        Ok(QuasiNewtonSearch { options })
    }

    /// Returns the options.
    pub fn options(&self) -> &QuasiNewtonOptions {
        &self.options
    }
}

impl Iterative for QuasiNewtonSearch {
    const NAME: &'static str = "quasi-newton";

    type Options = QuasiNewtonOptions;
    type State = run::State;

    fn with(options: QuasiNewtonOptions) -> Result<Self, Error> {
        QuasiNewtonSearch::new(options)
    }

    fn chosen(&self) -> &QuasiNewtonOptions {
        &self.options
    }
}

impl Solver for QuasiNewtonSearch {
    fn name(&self) -> String {
        Self::NAME.to_owned()
    }

    fn settings(&self) -> Value {
        // The display level does not affect the path.
        let options = QuasiNewtonOptions { display: DisplayLevel::Off, ..self.options.clone() };
        serde_json::to_value(options).expect("options are numbers and words")
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        let options = QuasiNewtonOptions { seed, ..self.options.clone() };
        (options.restarts > 0).then(|| Box::new(QuasiNewtonSearch { options }) as Box<dyn Minimizer>)
    }

    fn uses_residuals(&self) -> bool {
        true
    }

    fn uses_hint(&self, _problem: &Problem<'_>) -> bool {
        true
    }

    fn display(&self) -> DisplayLevel {
        self.options.display
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        stepwise::run(&self.options, evaluations, |state: &mut run::State, evaluations| {
            state.iterate(&self.options, evaluations)
        })
    }
}
