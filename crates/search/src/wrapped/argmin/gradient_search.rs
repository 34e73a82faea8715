//! argmin's gradient methods behind the common interface.

use argmin::core::{IterState, State};
use argmin::solver::conjugategradient::NonlinearConjugateGradient;
use argmin::solver::conjugategradient::beta::PolakRibierePlus;
use argmin::solver::gradientdescent::SteepestDescent;
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::{BFGS, LBFGS};
use argmin::solver::trustregion::{Steihaug, TrustRegion};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::door::{AfterStop, Door, Ended, Manner, Sees};
use super::drive::drive;
use crate::minimizer::knows_bounds_alone;
use crate::options::option::{evaluation_limit, nonnegative, require};
use crate::wrapped::working_memory::admit;
use crate::{Differences, Error, Evaluations, Problem, Solver, Status, Stop, Within};

/// The gradient methods of the `argmin` crate.
///
/// They use the objective's own gradient ([`Objective::gradient`](crate::Objective::gradient)) or otherwise
/// [`Differences`] of counted evaluations. They are unconstrained methods: their variables are mapped into the bounds
/// ([`Within`], by default squares).
///
/// A method whose line search fails or that stalls is restarted at the best point; the run ends when a restart gains
/// nothing.
///
/// ```
/// use search::{Bounds, Budget, GradientSearch, Minimizer, Problem, with_gradient};
///
/// // The minimum of (x1 - 2)² + (x2 + 1)² with x >= 0 is at (2, 0).
/// let f = with_gradient(
///     |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] + 1.0).powi(2),
///     |x: &[f64], gradient: &mut [f64]| {
///         gradient[0] = 2.0 * (x[0] - 2.0);
///         gradient[1] = 2.0 * (x[1] + 1.0);
///     },
/// );
/// let problem = Problem::of(f, [1.0, 1.0])?.bounded(Bounds::nonnegative(2))?;
/// let outcome = GradientSearch::default().minimize(&problem, &Budget::evaluations(200), &mut ())?;
/// assert!(outcome.converged() && (outcome.value - 1.0).abs() < 1e-8);
/// assert!(outcome.counts.gradients > 0);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GradientSearch {
    options: GradientOptions,
}

/// Options of [`GradientSearch`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GradientOptions {
    /// The method; default [`GradientMethod::Lbfgs`].
    pub method: GradientMethod,
    /// How points are kept within the bounds; default [`Within::Square`].
    pub within: Within,
    /// Finite differences for an objective without a gradient; default [`Differences::Central`].
    pub differences: Differences,
    /// The number of step and gradient-change pairs of L-BFGS, 1 to 1,000; default 10.
    pub memory: usize,
    /// The search has converged when `max_i |P(x - ∇f)_i - x_i|`, with the projection P onto the bounds, is at most
    /// this, and a step of 1e-5 units along that axis does not lower the value; at least 0, default 1e-6. Coordinates
    /// are in units, gradients relative to the steepest slope at the start.
    pub gradient_tolerance: f64,
    /// The search gives up when five successive iterations, and then a restart, lower the value by at most this
    /// fraction; at least 0, default 1e-12. This happens at a kink of the objective and where the map is flat. If the
    /// point is a minimum along its steepest axis, the search has converged instead.
    pub function_tolerance: f64,
    /// The most evaluations, at least 1; default 2000 n for n coordinates.
    pub max_function_evaluations: Option<u64>,
}

impl Default for GradientOptions {
    fn default() -> Self {
        GradientOptions {
            method: GradientMethod::default(),
            within: Within::Square,
            differences: Differences::default(),
            memory: 10,
            gradient_tolerance: 1e-6,
            function_tolerance: 1e-12,
            max_function_evaluations: None,
        }
    }
}

/// argmin's gradient methods. All but the trust region use the line search of Moré & Thuente (1994).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum GradientMethod {
    /// Along the negative gradient (Nocedal & Wright 2006, section 3.3).
    SteepestDescent,
    /// Nonlinear conjugate gradients of Polak & Ribière with nonnegative β (section 5.2).
    ConjugateGradient,
    /// BFGS: memory n² (section 6.1).
    Bfgs,
    /// Limited-memory BFGS: memory `memory` times n (section 7.2).
    #[default]
    Lbfgs,
    /// A trust region with Steihaug's conjugate gradient steps (section 7.1). Second derivatives are finite
    /// differences of gradients with one evaluation each: n per iteration, memory n².
    TrustRegion,
}

/// The most pairs for L-BFGS.
const MOST_MEMORY: usize = 1_000;

/// Successive iterations without a decrease that count as a stall. A trust region may need some to shrink.
const PATIENCE: u32 = 5;

impl GradientSearch {
    /// Creates a gradient search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: GradientOptions) -> Result<Self, Error> {
        let memory = options.memory;
        require("memory", memory, (1..=MOST_MEMORY).contains(&memory), "1 to 1,000, each of 2 n numbers")?;
        nonnegative("gradient_tolerance", options.gradient_tolerance)?;
        nonnegative("function_tolerance", options.function_tolerance)?;
        evaluation_limit(options.max_function_evaluations)?;
        Ok(GradientSearch { options })
    }

    /// Returns the approximate count of floating-point numbers in its memory for n coordinates.
    fn numbers(&self, n: f64) -> f64 {
        match self.options.method {
            GradientMethod::SteepestDescent | GradientMethod::ConjugateGradient => 10.0 * n,
            GradientMethod::Lbfgs => (10.0 + 2.0 * self.options.memory as f64) * n,
            // A matrix, and more within a step.
            GradientMethod::Bfgs | GradientMethod::TrustRegion => 5.0 * n * n,
        }
    }

    /// Whether a decrease exceeds the tolerance.
    fn gains(&self, from: f64, to: f64) -> bool {
        // If the minimum is zero, relative decreases stay large.
        from - to > self.options.function_tolerance * to.abs().max(f64::EPSILON)
    }

    /// Runs from the best point until the method converges, stalls or fails.
    fn descend(&self, door: &Door<'_, '_>) -> Result<Status, Ended> {
        let (mut before, mut idle) = (door.best_value(), 0);
        // Convergence is tested in x, independently of the method and the map.
        let converged = |_| {
            let now = door.best_value();
            idle = if self.gains(before, now) { 0 } else { idle + 1 };
            before = now;
            door.is_stationary() || door.seems_stationary() || idle > PATIENCE
        };
        let v = door.best();
        let n = v.len();
        door.scale_at(&v)?;
        let from = || IterState::<_, _, (), (), (), _>::new().param(v.clone());
        let along = MoreThuenteLineSearch::new;
        match self.options.method {
            GradientMethod::SteepestDescent => {
                drive(door, door, SteepestDescent::new(along()), from(), converged)
            }
            GradientMethod::ConjugateGradient => {
                let solver = NonlinearConjugateGradient::new(along(), PolakRibierePlus::new());
                drive(door, door, solver, from(), converged)
            }
            GradientMethod::Bfgs => {
                let solver = door.step(|| BFGS::new(along()).with_tolerance_cost(0.0))?;
                let row = |i: usize| (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect();
                let identity: Vec<Vec<f64>> = (0..n).map(row).collect();
                let from = IterState::new().param(v.clone()).inv_hessian(identity);
                drive(door, door, solver, from, converged)
            }
            GradientMethod::Lbfgs => {
                let memory = self.options.memory;
                let solver = door.step(|| LBFGS::new(along(), memory).with_tolerance_cost(0.0))?;
                drive(door, door, solver, from(), converged)
            }
            GradientMethod::TrustRegion => {
                let from = IterState::new().param(v.clone());
                // Conjugate gradients end after n steps in exact arithmetic, but never with rounding errors or
                // infinite models.
                let model = Steihaug::new().with_max_iters(n as u64);
                drive(door, door, TrustRegion::new(model), from, converged)
            }
        }
    }
}

impl Solver for GradientSearch {
    fn name(&self) -> String {
        match self.options.method {
            GradientMethod::SteepestDescent => "steepest-descent",
            GradientMethod::ConjugateGradient => "conjugate-gradient",
            GradientMethod::Bfgs => "bfgs",
            GradientMethod::Lbfgs => "l-bfgs",
            GradientMethod::TrustRegion => "trust-region",
        }
        .to_owned()
    }

    fn settings(&self) -> Value {
        serde_json::to_value(&self.options).expect("options are numbers and words")
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        knows_bounds_alone(self, problem)?;
        let n = problem.dimension();
        admit(|| self.name(), n, self.numbers(n as f64))
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let GradientOptions { max_function_evaluations, .. } = self.options;
        let n = evaluations.dimension() as u64;
        evaluations.limit(max_function_evaluations.unwrap_or(2000 * n), None);
        let (mut x, mut value) = evaluations.begin_at_value()?;
        while !self.search_from(x, value, evaluations)? {
            let best = evaluations.best();
            (x, value) = (best.0.to_vec(), best.1);
        }
        Ok(Status::SolverConverged)
    }
}

impl GradientSearch {
    /// Descends from a point until the method ends. Returns `true` if it has converged, or `false` if slopes are
    /// small only relative to those of a steep start, so that it must start again there.
    fn search_from(&self, x: Vec<f64>, value: f64, evaluations: &mut Evaluations<'_>) -> Result<bool, Stop> {
        let GradientOptions { within, differences, gradient_tolerance, .. } = self.options;
        let sees = Sees::Gradients(differences, gradient_tolerance);
        let manner = Manner { within, sees, after_stop: AfterStop::Error, in_hand: 1 };
        let door = Door::open(evaluations, manner, x, value);
        loop {
            let before = door.best_value();
            let end = self.descend(&door);
            if let Err(Ended::Stopped(stop)) = end {
                return Err(stop);
            }
            let slope = door.settle()?;
            if door.is_stationary() {
                return door.keeps(&slope);
            }
            if self.gains(before, door.best_value()) {
                continue;
            }
            let nothing =
                format!("it makes no more progress at a projected gradient of {:.1e}", slope.length);
            let reason = match end {
                Err(Ended::Failed(reason)) => reason,
                _ => nothing,
            };
            return door.at_rest(&slope, &reason).map(|()| true);
        }
    }
}
