//! Projected gradient methods.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::options::option::{evaluation_limit, nonnegative};
use crate::problem::unit::units;
use crate::wrapped::stationary::{Measures, Slope, Stationary};
use crate::{Bounds, Differences, Error, Evaluations, Method, Solver, Status, Stop};

/// Gradient descent with projection: each step goes along the negative gradient and is projected onto the bounds
/// (Goldstein 1964; Levitin & Polyak 1966), with a line search for sufficient decrease (Armijo 1966).
///
/// [`StepLength::Spectral`], the default, is the spectral projected gradient method of Birgin, Martínez & Raydan
/// (2000, "Nonmonotone spectral projected gradient methods on convex sets", algorithm SPG2); [`StepLength::Plain`] is
/// the textbook method. Solutions on the bounds are reached exactly.
///
/// It uses the objective's own gradient, or otherwise [`Differences`], in units of each coordinate: the size of the
/// start or of the box.
///
/// ```
/// use search::{Bounds, Budget, Minimizer, Problem, ProjectedGradient, with_gradient};
///
/// let f = with_gradient(
///     |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] + 1.0).powi(2),
///     |x: &[f64], gradient: &mut [f64]| {
///         gradient[0] = 2.0 * (x[0] - 2.0);
///         gradient[1] = 2.0 * (x[1] + 1.0);
///     },
/// );
/// let problem = Problem::of(f, [1.0, 1.0])?.bounded(Bounds::nonnegative(2))?;
/// let outcome = ProjectedGradient::default().minimize(&problem, &Budget::evaluations(50), &mut ())?;
/// assert!(outcome.converged());
/// assert_eq!(outcome.x, [2.0, 0.0]);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProjectedGradient {
    options: ProjectedGradientOptions,
}

/// Options of [`ProjectedGradient`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProjectedGradientOptions {
    /// The first trial step length; default [`StepLength::Spectral`].
    pub step_length: StepLength,
    /// Finite differences for an objective without a gradient; default [`Differences::Central`].
    pub differences: Differences,
    /// The search has converged when `max_i |P(x - ∇f)_i - x_i|`, with the projection P onto the bounds, is at most
    /// this, and a step of 1e-5 units along that axis does not lower the value; at least 0, default 1e-6. Coordinates
    /// are in units, gradients relative to the steepest slope at the start.
    pub gradient_tolerance: f64,
    /// The most evaluations, at least 1; default 2000 n for n coordinates.
    pub max_function_evaluations: Option<u64>,
}

impl Default for ProjectedGradientOptions {
    fn default() -> Self {
        ProjectedGradientOptions {
            step_length: StepLength::default(),
            differences: Differences::default(),
            gradient_tolerance: 1e-6,
            max_function_evaluations: None,
        }
    }
}

/// The first trial step length of [`ProjectedGradient`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum StepLength {
    /// Twice the last step; the value must decrease in each step.
    Plain,
    /// Barzilai & Borwein's (1988) step, from the last change of point and gradient; the value must fall below the
    /// highest of the last ten.
    #[default]
    Spectral,
}

impl StepLength {
    /// Returns the number of last values whose highest a new one must fall below.
    fn memory(self) -> usize {
        match self {
            StepLength::Plain => 1,
            StepLength::Spectral => 10,
        }
    }
}

/// Fraction of the predicted decrease that a step must achieve: γ of SPG2.
const SUFFICIENT: f64 = 1e-4;
/// Bounds on the ratio of successive step lengths in the line search: σ1 and σ2 of SPG2.
const SHORTER: (f64, f64) = (0.1, 0.5);
/// Bounds on the factor of the gradient: α_min and α_max of SPG2.
const FACTORS: (f64, f64) = (1e-30, 1e30);

impl ProjectedGradient {
    /// Creates a projected gradient search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: ProjectedGradientOptions) -> Result<Self, Error> {
        nonnegative("gradient_tolerance", options.gradient_tolerance)?;
        evaluation_limit(options.max_function_evaluations)?;
        Ok(ProjectedGradient { options })
    }

    /// Returns the factor of the gradient for the next step, after a step of `part` times the last: twice that, or
    /// the Barzilai-Borwein factor `sᵀs / sᵀy` for the change s of the point and y of the gradient.
    fn next_factor(&self, last: f64, part: f64, from: &Point, to: &Point, measures: &Measures) -> f64 {
        let factor = match self.options.step_length {
            StepLength::Plain => 2.0 * last * part,
            StepLength::Spectral => {
                let (mut ss, mut sy) = (0.0, 0.0);
                for i in 0..to.x.len() {
                    let step = measures.between(i, from.x[i], to.x[i]);
                    ss += step * step;
                    sy += step * (to.gradient[i] - from.gradient[i]);
                }
                if sy > 0.0 { ss / sy } else { FACTORS.1 }
            }
        };
        if factor.is_nan() { FACTORS.1 } else { factor.clamp(FACTORS.0, FACTORS.1) }
    }
}

/// A point with its value and gradient.
struct Point {
    x: Vec<f64>,
    value: f64,
    /// The gradient in units.
    gradient: Vec<f64>,
    slope: Slope,
}

impl Point {
    fn with_gradient(
        (x, value): (Vec<f64>, f64),
        differences: Differences,
        stationary: &mut Stationary,
        measures: &mut Measures,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Self, Stop> {
        let mut gradient = vec![0.0; x.len()];
        let known = evaluations.gradient(&x, value, differences, &mut gradient)?;
        let slope = stationary.slope(evaluations, &x, &gradient, known);
        measures.measure(&mut gradient);
        Ok(Point { x, value, gradient, slope })
    }
}

/// Returns the point at the fraction `part` of the way from one point to another, exactly the other if `part` is 1.
fn between(from: &[f64], to: &[f64], part: f64, bounds: &Bounds) -> Vec<f64> {
    let on_the_way = |(from, to): (&f64, &f64)| {
        match to - from {
            _ if part == 1.0 => *to,
            // The difference overflows.
            way if way.is_infinite() => (1.0 - part) * from + part * to,
            way => from + part * way,
        }
    };
    let mut point: Vec<f64> = from.iter().zip(to).map(on_the_way).collect();
    bounds.project(&mut point);
    point
}

impl Solver for ProjectedGradient {
    fn name(&self) -> String {
        match self.options.step_length {
            StepLength::Plain => "projected-gradient",
            StepLength::Spectral => "spectral-gradient",
        }
        .to_owned()
    }

    fn settings(&self) -> Value {
        serde_json::to_value(&self.options).expect("options are numbers and words")
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let n = evaluations.dimension();
        evaluations.limit(self.options.max_function_evaluations.unwrap_or(2000 * n as u64), None);
        let mut from = evaluations.begin_at_value()?;
        // If slopes are small only relative to those of a steep start, starts again.
        while !self.search_from(from, evaluations)? {
            let best = evaluations.best();
            from = (best.0.to_vec(), best.1);
        }
        Ok(Status::SolverConverged)
    }
}

impl ProjectedGradient {
    /// Descends until slopes are small. Returns `true` if the best point meets the criterion of convergence.
    fn search_from(&self, start: (Vec<f64>, f64), evaluations: &mut Evaluations<'_>) -> Result<bool, Stop> {
        let ProjectedGradientOptions { step_length, differences, gradient_tolerance, .. } = self.options;
        let (n, bounds) = (start.0.len(), evaluations.bounds());
        let mut stationary = Stationary::to(gradient_tolerance, &start.0, evaluations);
        let mut measures = Measures::in_units(units(&start.0, bounds));
        let mut at = Point::with_gradient(start, differences, &mut stationary, &mut measures, evaluations)?;
        let mut factor = (1.0 / at.slope.length).clamp(FACTORS.0, FACTORS.1);
        let mut last = VecDeque::from([at.value]);
        while !stationary.reached(&at.slope) {
            let mut target: Vec<f64> =
                (0..n).map(|i| measures.moved(i, at.x[i], -factor * at.gradient[i])).collect();
            bounds.project(&mut target);
            let promise = (0..n).map(|i| at.gradient[i] * measures.between(i, at.x[i], target[i])).sum();
            let promise = measures.in_values(promise);
            let highest = last.iter().copied().fold(f64::NEG_INFINITY, f64::max);

            let mut part = 1.0;
            let next = loop {
                let x = between(&at.x, &target, part, bounds);
                if x == at.x {
                    let reason = "no step along the projected gradient lowers the value";
                    return stationary.at_rest(evaluations, &at.slope, reason).map(|()| true);
                }
                let value = evaluations.value(&x)?;
                if value <= highest + SUFFICIENT * part * promise {
                    break (x, value);
                }
                // Minimizer of the parabola through the two values and the slope, -½ t² g / (f - f₀ - t g).
                let parabola = -0.5 * part * part * promise / (value - at.value - part * promise);
                let shorter = (SHORTER.0 * part, SHORTER.1 * part);
                part = if parabola >= shorter.0 && parabola <= shorter.1 { parabola } else { shorter.1 };
            };
            let next = Point::with_gradient(next, differences, &mut stationary, &mut measures, evaluations)?;
            factor = self.next_factor(factor, part, &at, &next, &measures);
            at = next;
            if last.len() == step_length.memory() {
                last.pop_front();
            }
            last.push_back(at.value);
            let (best, value) = evaluations.best();
            let best = best.to_vec();
            evaluations.iteration(&best, value, None, Method::Step)?;
        }
        stationary.keeps(evaluations, &at.slope)
    }
}
