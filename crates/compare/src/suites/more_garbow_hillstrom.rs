//! Moré, Garbow and Hillstrom's sums of squares of any dimension (Moré & Wild's set ends at twelve
//! coordinates).

use search::Problem;

use super::squares::Squares;
use crate::Case;

/// The numbers of coordinates.
const DIMENSIONS: [usize; 2] = [20, 40];

/// A problem: its name, its residuals and its start for a number of coordinates.
type Entry = (&'static str, fn(&[f64]) -> Vec<f64>, fn(usize) -> Vec<f64>);

/// Eight sums of squares, each with 20 and with 40 coordinates, from their standard starts; the least value of all is 0.
///
/// Moré, Garbow & Hillstrom 1981, "Testing unconstrained optimization software", ACM Trans. Math. Softw. 7, 17-41, section 3,
/// numbers 21, 22, 25, 26 and 28 to 31. Number 26, the trigonometric function, has local minima beside the least.
///
/// ```
/// let cases = compare::suites::more_garbow_hillstrom();
/// let case = &cases[0];
/// let problem = case.problem(1)?;
/// assert_eq!((case.name(), problem.dimension()), ("extended-rosenbrock-20", 20));
/// // 24.2 for each pair of coordinates.
/// let value = problem.objective().value(problem.start()).expect("it has no holes");
/// assert!((value - 242.0).abs() < 1e-12);
/// # Ok::<(), search::Error>(())
/// ```
pub fn more_garbow_hillstrom() -> Vec<Case<'static>> {
    let case = |n: usize, (name, residuals, start): Entry| {
        let start = start(n);
        let objective = Squares { count: residuals(&start).len(), residuals };
        let problem = Problem::of(objective, start).expect("the starts are finite");
        Case::new(format!("{name}-{n}"), problem).with_optimum(0.0)
    };
    DIMENSIONS.into_iter().flat_map(|n| entries().map(|entry| case(n, entry))).collect()
}

fn entries() -> [Entry; 8] {
    [
        ("extended-rosenbrock", extended_rosenbrock, |n| repeated(n, &[-1.2, 1.0])),
        ("extended-powell-singular", extended_powell_singular, |n| repeated(n, &[3.0, -1.0, 0.0, 1.0])),
        ("variably-dimensioned", variably_dimensioned, |n| {
            (1..=n).map(|j| 1.0 - j as f64 / n as f64).collect()
        }),
        ("trigonometric", trigonometric, |n| vec![1.0 / n as f64; n]),
        ("discrete-boundary-value", discrete_boundary_value, parabola),
        ("discrete-integral-equation", discrete_integral_equation, parabola),
        ("broyden-tridiagonal", broyden_tridiagonal, |n| vec![-1.0; n]),
        ("broyden-banded", broyden_banded, |n| vec![-1.0; n]),
    ]
}

fn repeated(n: usize, part: &[f64]) -> Vec<f64> {
    part.iter().copied().cycle().take(n).collect()
}

/// The points between 0 and 1 of the discretizations.
fn grid(n: usize) -> impl Iterator<Item = f64> {
    (1..=n).map(move |i| i as f64 / (n + 1) as f64)
}

pub(super) fn parabola(n: usize) -> Vec<f64> {
    grid(n).map(|t| t * (t - 1.0)).collect()
}

/// The coordinates before and after `i`, 0 beyond the ends.
fn beside(x: &[f64], i: usize) -> (f64, f64) {
    let at = |k: Option<usize>| k.and_then(|k| x.get(k)).copied().unwrap_or(0.0);
    (at(i.checked_sub(1)), at(Some(i + 1)))
}

pub(super) fn extended_rosenbrock(x: &[f64]) -> Vec<f64> {
    x.chunks(2).flat_map(|pair| [10.0 * (pair[1] - pair[0].powi(2)), 1.0 - pair[0]]).collect()
}

pub(super) fn extended_powell_singular(x: &[f64]) -> Vec<f64> {
    let residuals = |x: &[f64]| {
        [
            x[0] + 10.0 * x[1],
            5.0_f64.sqrt() * (x[2] - x[3]),
            (x[1] - 2.0 * x[2]).powi(2),
            10.0_f64.sqrt() * (x[0] - x[3]).powi(2),
        ]
    };
    x.chunks(4).flat_map(residuals).collect()
}

pub(super) fn variably_dimensioned(x: &[f64]) -> Vec<f64> {
    let weighted: f64 = x.iter().zip(1..).map(|(x, j)| f64::from(j) * (x - 1.0)).sum();
    x.iter().map(|x| x - 1.0).chain([weighted, weighted * weighted]).collect()
}

pub(super) fn trigonometric(x: &[f64]) -> Vec<f64> {
    let cosines: f64 = x.iter().map(|x| x.cos()).sum();
    let common = x.len() as f64 - cosines;
    let residual = |(x, i): (&f64, i32)| common + f64::from(i) * (1.0 - x.cos()) - x.sin();
    x.iter().zip(1..).map(residual).collect()
}

pub(super) fn discrete_boundary_value(x: &[f64]) -> Vec<f64> {
    let step = 1.0 / (x.len() + 1) as f64;
    let residual = |(i, t): (usize, f64)| {
        let (before, after) = beside(x, i);
        2.0 * x[i] - before - after + 0.5 * step * step * (x[i] + t + 1.0).powi(3)
    };
    grid(x.len()).enumerate().map(residual).collect()
}

pub(super) fn discrete_integral_equation(x: &[f64]) -> Vec<f64> {
    let step = 1.0 / (x.len() + 1) as f64;
    let cubes: Vec<(f64, f64)> = grid(x.len()).zip(x).map(|(t, x)| (t, (x + t + 1.0).powi(3))).collect();
    let residual = |(i, x): (usize, &f64)| {
        let (t, _) = cubes[i];
        let below: f64 = cubes[..=i].iter().map(|(t, cube)| t * cube).sum();
        let above: f64 = cubes[i + 1..].iter().map(|(t, cube)| (1.0 - t) * cube).sum();
        x + 0.5 * step * ((1.0 - t) * below + t * above)
    };
    x.iter().enumerate().map(residual).collect()
}

pub(super) fn broyden_tridiagonal(x: &[f64]) -> Vec<f64> {
    let residual = |i: usize| {
        let (before, after) = beside(x, i);
        (3.0 - 2.0 * x[i]) * x[i] - before - 2.0 * after + 1.0
    };
    (0..x.len()).map(residual).collect()
}

pub(super) fn broyden_banded(x: &[f64]) -> Vec<f64> {
    /// The coordinates before and after that take part.
    const BEFORE: usize = 5;
    const AFTER: usize = 1;
    let residual = |i: usize| {
        let band = i.saturating_sub(BEFORE)..=(i + AFTER).min(x.len() - 1);
        let others: f64 = band.filter(|&j| j != i).map(|j| x[j] * (1.0 + x[j])).sum();
        x[i] * (2.0 + 5.0 * x[i].powi(2)) + 1.0 - others
    };
    (0..x.len()).map(residual).collect()
}
