//! A projected quasi-Newton method for bounds.

mod changes;

use search::{Differences, Evaluations, Method, Solver, Status, Stop};

use changes::Changes;

/// Quasi-Newton steps in the coordinates that are not held by their bounds, projected onto the bounds.
///
/// Each step multiplies the negative gradient of the free coordinates by the limited-memory BFGS matrix of their
/// last changes (Nocedal 1980, "Updating quasi-Newton matrices with limited storage"), and searches along the
/// projection of that ray (Bertsekas 1982, "Projected Newton methods for optimization problems with simple
/// constraints"). A coordinate is held if it is at a bound and its slope points outwards. The job is that of
/// L-BFGS-B (Byrd, Lu, Nocedal & Zhu 1995); the active set comes from the slopes instead of a Cauchy point.
///
/// It uses the objective's own gradient, or central differences.
///
/// ```
/// use mse::ProjectedQuasiNewton;
/// use search::{Bounds, Budget, Minimizer, Problem, with_gradient};
///
/// let f = with_gradient(
///     |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] + 1.0).powi(2),
///     |x: &[f64], gradient: &mut [f64]| {
///         gradient[0] = 2.0 * (x[0] - 2.0);
///         gradient[1] = 2.0 * (x[1] + 1.0);
///     },
/// );
/// let problem = Problem::of(f, [1.0, 1.0])?.bounded(Bounds::nonnegative(2))?;
/// let outcome = ProjectedQuasiNewton::default().minimize(&problem, &Budget::evaluations(50), &mut ())?;
/// assert!(outcome.converged());
/// assert_eq!(outcome.x, [2.0, 0.0]);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectedQuasiNewton {
    /// The number of last changes of point and gradient that it keeps; default 10.
    pub memory: usize,
    /// The search has converged when `max_i |P(x - ∇f)_i - x_i|`, with the projection P onto the bounds, is at
    /// most this; default 1e-6.
    pub gradient_tolerance: f64,
    /// The search has also converged when three iterations in a row lower the value by at most this part of
    /// its size; default 1e-9.
    pub function_tolerance: f64,
    /// The most iterations; default 1000.
    pub max_iterations: u64,
}

impl Default for ProjectedQuasiNewton {
    fn default() -> Self {
        ProjectedQuasiNewton {
            memory: 10,
            gradient_tolerance: 1e-6,
            function_tolerance: 1e-9,
            max_iterations: 1000,
        }
    }
}

/// The part of the predicted decrease that a step must achieve (Armijo 1966).
const SUFFICIENT: f64 = 1e-4;
/// Iterations in a row with a small decrease that end the search.
const PATIENCE: u32 = 3;

/// A point with its value and gradient.
struct Point {
    x: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

impl Point {
    fn of((x, value): (Vec<f64>, f64), evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        let mut gradient = vec![0.0; x.len()];
        evaluations.gradient(&x, value, Differences::Central, &mut gradient)?;
        Ok(Point { x, value, gradient })
    }
}

impl Solver for ProjectedQuasiNewton {
    fn name(&self) -> String {
        "projected-quasi-newton".to_owned()
    }

    fn settings(&self) -> serde_json::Value {
        let ProjectedQuasiNewton { memory, gradient_tolerance, function_tolerance, max_iterations } = self;
        serde_json::json!([memory, gradient_tolerance, function_tolerance, max_iterations])
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let start = evaluations.begin_at_value()?;
        let mut at = Point::of(start, evaluations)?;
        let mut changes = Changes::of(self.memory);
        let mut small = 0;
        for _ in 0..self.max_iterations {
            let free = free_coordinates(&at, evaluations);
            if projected_slope(&at, evaluations) <= self.gradient_tolerance {
                return Ok(Status::SolverConverged);
            }
            let direction = direction(&at, &free, &changes, evaluations);
            let Some(next) = line_search(&at, &direction, changes.are_none(), evaluations)? else {
                if changes.are_none() {
                    return Ok(Status::MachinePrecision);
                }
                // Perhaps the changes mislead: once more along the gradient.
                changes.forget();
                continue;
            };
            let next = Point::of(next, evaluations)?;
            let part = (at.value - next.value) / at.value.abs().max(next.value.abs()).max(f64::MIN_POSITIVE);
            small = if part <= self.function_tolerance { small + 1 } else { 0 };
            changes.keep([&at.x, &next.x], [&at.gradient, &next.gradient]);
            at = next;
            evaluations.iteration(&at.x, at.value, None, Method::Step)?;
            if small == PATIENCE {
                return Ok(Status::FunctionTolerance);
            }
        }
        Ok(Status::IterationLimit)
    }
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// The coordinates that are not at a bound towards which the negative gradient points.
fn free_coordinates(at: &Point, evaluations: &Evaluations<'_>) -> Vec<bool> {
    let bounds = evaluations.bounds();
    let held = |i: usize| {
        let (x, slope) = (at.x[i], at.gradient[i]);
        (x <= bounds.lower()[i] && slope >= 0.0) || (x >= bounds.upper()[i] && slope <= 0.0)
    };
    (0..at.x.len()).map(|i| !held(i)).collect()
}

/// `max_i |P(x - ∇f)_i - x_i|`.
fn projected_slope(at: &Point, evaluations: &Evaluations<'_>) -> f64 {
    let mut target = difference(&at.x, &at.gradient);
    evaluations.bounds().project(&mut target);
    target.iter().zip(&at.x).fold(0.0, |most, (to, from)| (to - from).abs().max(most))
}

/// `-H ∇f` in the free coordinates, 0 in the others; the negative gradient if that is no descent.
fn direction(at: &Point, free: &[bool], changes: &Changes, evaluations: &Evaluations<'_>) -> Vec<f64> {
    let downhill = |(slope, &free): (&f64, &bool)| if free { -slope } else { 0.0 };
    let steepest: Vec<f64> = at.gradient.iter().zip(free).map(downhill).collect();
    let mut q = changes.times(&steepest, free);
    // A step out of the bounds would be lost in the projection.
    let bounds = evaluations.bounds();
    for (i, q) in q.iter_mut().enumerate() {
        let out = (at.x[i] <= bounds.lower()[i] && *q < 0.0) || (at.x[i] >= bounds.upper()[i] && *q > 0.0);
        *q = if out { 0.0 } else { *q };
    }
    let (ascent, steep) = (dot(&q, &steepest), dot(&steepest, &steepest));
    if ascent.is_finite() && ascent >= 1e-10 * steep { q } else { steepest }
}

/// `Σ a b`, in eight sums, so that an addition need not wait for the previous one.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        sums.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (a, b))| *sum += a * b);
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

/// The first point along the projected ray whose value is low enough; `None` if none is.
fn line_search(
    at: &Point,
    direction: &[f64],
    first: bool,
    evaluations: &mut Evaluations<'_>,
) -> Result<Option<(Vec<f64>, f64)>, Stop> {
    let length = dot(direction, direction).sqrt();
    let mut part = if first { (1.0 / length).min(1.0) } else { 1.0 };
    loop {
        let mut x: Vec<f64> = at.x.iter().zip(direction).map(|(x, d)| x + part * d).collect();
        evaluations.bounds().project(&mut x);
        if x == at.x {
            return Ok(None);
        }
        let promise = dot(&at.gradient, &difference(&x, &at.x));
        let value = evaluations.value(&x)?;
        if value <= at.value + SUFFICIENT * promise {
            return Ok(Some((x, value)));
        }
        // The minimizer of the parabola through both values and the slope, as a part of this step.
        let parabola = -0.5 * promise / (value - at.value - promise);
        part *= if parabola.is_finite() { parabola.clamp(0.1, 0.5) } else { 0.1 };
    }
}
