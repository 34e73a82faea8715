//! Adam, projected onto the bounds after each step.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::options::option::{evaluation_limit, fraction, nonnegative, positive};
use crate::problem::unit::{common, units};
use crate::wrapped::stationary::{Measures, Stationary};
use crate::{Differences, Error, Evaluations, Method, Solver, Status, Stop};

/// Adam (Kingma & Ba 2015, "Adam: a method for stochastic optimization", algorithm 1) on the full objective, with
/// each step projected onto the bounds, as training libraries do for non-negative weights.
///
/// Each iteration takes one gradient, the objective's own or otherwise [`Differences`], and one evaluation. If a step
/// leads to a failed evaluation, the search returns to the best point and halves the learning rate.
///
/// ```
/// use search::{Adam, Bounds, Budget, Minimizer, Problem, with_gradient};
///
/// let f = with_gradient(
///     |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] + 1.0).powi(2),
///     |x: &[f64], gradient: &mut [f64]| {
///         gradient[0] = 2.0 * (x[0] - 2.0);
///         gradient[1] = 2.0 * (x[1] + 1.0);
///     },
/// );
/// let problem = Problem::of(f, [1.0, 1.0])?.bounded(Bounds::nonnegative(2))?;
/// let outcome = Adam::default().minimize(&problem, &Budget::evaluations(1000), &mut ())?;
/// assert!((outcome.x[0] - 2.0).abs() < 1e-4 && outcome.x[1] == 0.0);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Adam {
    options: AdamOptions,
}

/// Options of [`Adam`]; the defaults are the paper's, except the learning rate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdamOptions {
    /// The approximate step length along each coordinate, in the largest of the coordinates' units (the size of the
    /// start or of the box); above 0, default 0.01.
    pub learning_rate: f64,
    /// Decay of the mean of the gradients, β1; between 0 and 1, default 0.9.
    pub beta1: f64,
    /// Decay of the mean of their squares, β2; between 0 and 1, default 0.999.
    pub beta2: f64,
    /// The term ε that keeps the divisor positive, relative to the steepest slope at the start; above 0, default
    /// 1e-8.
    pub epsilon: f64,
    /// Finite differences for an objective without a gradient; default [`Differences::Central`].
    pub differences: Differences,
    /// The search has converged when `max_i |P(x - ∇f)_i - x_i|`, with the projection P onto the bounds, is at most
    /// this, and a step of 1e-5 units along that axis does not lower the value; at least 0, default 1e-6. Coordinates
    /// are in units, gradients relative to the steepest slope at the start.
    pub gradient_tolerance: f64,
    /// The most evaluations, at least 1; default 2000 n for n coordinates.
    pub max_function_evaluations: Option<u64>,
}

impl Default for AdamOptions {
    fn default() -> Self {
        AdamOptions {
            learning_rate: 0.01,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            differences: Differences::default(),
            gradient_tolerance: 1e-6,
            max_function_evaluations: None,
        }
    }
}

impl Adam {
    /// Creates an Adam search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: AdamOptions) -> Result<Self, Error> {
        positive("learning_rate", options.learning_rate)?;
        fraction("beta1", options.beta1)?;
        fraction("beta2", options.beta2)?;
        positive("epsilon", options.epsilon)?;
        nonnegative("gradient_tolerance", options.gradient_tolerance)?;
        evaluation_limit(options.max_function_evaluations)?;
        Ok(Adam { options })
    }
}

/// The running means of the gradients and of their squares, and the number of steps.
struct Moments {
    first: Vec<f64>,
    second: Vec<f64>,
    steps: i32,
}

impl Moments {
    fn none(n: usize) -> Self {
        Moments { first: vec![0.0; n], second: vec![0.0; n], steps: 0 }
    }

    /// Updates the means by a gradient and moves the point: `m ← β₁m + (1 - β₁)g`, `v ← β₂v + (1 - β₂)g²`,
    /// `x ← x - rate m̂ / (√v̂ + ε)` with the bias-corrected means `m̂ = m / (1 - β₁ᵗ)` and `v̂ = v / (1 - β₂ᵗ)`.
    fn step(
        &mut self,
        options: &AdamOptions,
        rate: f64,
        x: &mut [f64],
        gradient: &[f64],
        measures: &Measures,
    ) {
        let AdamOptions { beta1, beta2, epsilon, .. } = *options;
        self.steps = self.steps.saturating_add(1);
        let (bias1, bias2) = (1.0 - beta1.powi(self.steps), 1.0 - beta2.powi(self.steps));
        for (i, slope) in gradient.iter().enumerate() {
            self.first[i] = beta1 * self.first[i] + (1.0 - beta1) * slope;
            self.second[i] = beta2 * self.second[i] + (1.0 - beta2) * slope * slope;
            let step = rate * (self.first[i] / bias1) / ((self.second[i] / bias2).sqrt() + epsilon);
            // No step along a component whose square overflows.
            x[i] = if step.is_nan() { x[i] } else { measures.moved(i, x[i], -step) };
        }
    }
}

impl Solver for Adam {
    fn name(&self) -> String {
        "adam".to_owned()
    }

    fn settings(&self) -> Value {
        serde_json::to_value(&self.options).expect("options are numbers and words")
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let AdamOptions { differences, gradient_tolerance, .. } = self.options;
        let n = evaluations.dimension();
        evaluations.limit(self.options.max_function_evaluations.unwrap_or(2000 * n as u64), None);
        let (mut x, mut value) = evaluations.begin_at_value()?;
        let (mut moments, mut rate) = (Moments::none(n), self.options.learning_rate);
        let mut gradient = vec![0.0; n];
        let mut stationary = Stationary::to(gradient_tolerance, &x, evaluations);
        let mut measures = Measures::in_units(common(&units(&x, evaluations.bounds())));
        loop {
            let known = evaluations.gradient(&x, value, differences, &mut gradient)?;
            let slope = stationary.slope(evaluations, &x, &gradient, known);
            if stationary.reached(&slope) {
                if stationary.keeps(evaluations, &slope)? {
                    return Ok(Status::SolverConverged);
                }
                // The slope is small only relative to a steep start: measures it anew from here.
                stationary = Stationary::to(gradient_tolerance, &x, evaluations);
            }
            measures.measure(&mut gradient);
            moments.step(&self.options, rate, &mut x, &gradient, &measures);
            evaluations.bounds().project(&mut x);
            value = evaluations.value(&x)?;
            let best = (evaluations.best().0.to_vec(), evaluations.best().1);
            if value.is_infinite() {
                rate *= 0.5;
                moments = Moments::none(n);
                (x, value) = best.clone();
            }
            evaluations.iteration(&best.0, best.1, None, Method::Step)?;
        }
    }
}
