//! Functions under random rows, with solutions by construction.

use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::statement::Statement;
use crate::{Case, LinearRow};

/// Three functions under random rows with n = 5, 10, 20, 35 and 50:
///
/// - `quadratic-n`: `½ dᵀ Q d - Σ λ_j a_j·d` with `d = x - x*` and `Q = M Mᵀ / n + I`, M normal;
/// - `quartic-n`: `Σ (d_i - d_{i+1})⁴ + Σ log cosh d_i - Σ λ_j a_j·d`, also under two equalities and bounds;
/// - `rosenbrock-n`: the chained Rosenbrock function `Σ 100 (x_{i+1} - x_i²)² + (1 - x_i)²` with rows through its solution,
///   where all coordinates are 1.
///
/// The first ⌊n/3⌋ rows hold as equalities at the solution x*, with multipliers λ from 0.5 to 2 (0 for the third
/// function); ⌈n/2⌉ more have room there. The first two functions are convex and their gradients at x* are `-Σ λ_j a_j`,
/// so that x* satisfies the conditions of Karush, Kuhn & Tucker and is the minimum; the third is least at x* without
/// rows. All least values are 0. Starts are normal around x*, with deviation 1, and most violate rows; that of the third
/// function is the usual one, -1.2 and 1 in turn.
pub fn linear_rows() -> Vec<Case<'static>> {
    [5, 10, 20, 35, 50].into_iter().flat_map(|n| [quadratic(n), quartic(n), rosenbrock(n)]).collect()
}

/// `½ dᵀ H d - Σ λ_j a_j·d` with `d = x - x*` under rows as in [`linear_rows`], n = 8, 14 and 24. The eigenvalues of H fall
/// from 1 to 1/κ, each by the same factor, in random orthonormal directions, κ = 10, 10³ and 10⁵: `conditioned-n-κ`. H is
/// positive definite, so that x* is the minimum, with value 0. Starts are normal around x*, with deviation 1, and so the
/// coordinates' sizes there are random.
pub fn conditioned_rows() -> Vec<Case<'static>> {
    [8, 14, 24].into_iter().flat_map(|n| [1, 3, 5].map(|power| conditioned(n, power))).collect()
}

/// Random numbers of a problem.
struct Draws(Xoshiro256PlusPlus);

impl Draws {
    fn normal(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.0.sample(StandardNormal)).collect()
    }

    /// Rows `a·x <= b` of which the first `active` are tight at the point.
    fn rows(&mut self, point: &[f64], active: usize, others: usize) -> Vec<LinearRow> {
        let mut row = |k: usize| {
            let a = self.normal(point.len());
            let room = if k < active { 0.0 } else { self.0.random_range(0.1..3.0) };
            let b = dot(&a, point) + room;
            (a, b)
        };
        (0..active + others).map(&mut row).collect()
    }

    /// Orthonormal directions, by the method of Gram and Schmidt.
    fn directions(&mut self, n: usize) -> Vec<Vec<f64>> {
        let mut directions: Vec<Vec<f64>> = Vec::new();
        while directions.len() < n {
            let mut next = self.normal(n);
            for direction in &directions {
                let along = dot(&next, direction);
                next.iter_mut().zip(direction).for_each(|(next, part)| *next -= along * part);
            }
            let length = dot(&next, &next).sqrt();
            directions.push(next.iter().map(|part| part / length).collect());
        }
        directions
    }

    /// A combination of rows with random multipliers from 0.5 to 2.
    fn combination(&mut self, rows: &[LinearRow], n: usize) -> Vec<f64> {
        rows.iter().fold(vec![0.0; n], |sum, (a, _)| {
            let multiplier: f64 = self.0.random_range(0.5..2.0);
            sum.iter().zip(a).map(|(sum, a)| sum + multiplier * a).collect()
        })
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn between(x: &[f64], from: &[f64]) -> Vec<f64> {
    x.iter().zip(from).map(|(x, from)| x - from).collect()
}

fn statement(name: &str, n: usize, start: &[f64], rows: Vec<LinearRow>) -> Statement {
    let (a, b): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    Statement::new(format!("{name}-{n}"), start, 0.0).at_most(a, b)
}

fn quadratic(n: usize) -> Case<'static> {
    let mut draws = Draws(Xoshiro256PlusPlus::seed_from_u64(n as u64));
    let solution = draws.normal(n);
    let rows = draws.rows(&solution, n / 3, n.div_ceil(2));
    let slope = draws.combination(&rows[..n / 3], n);
    let m: Vec<Vec<f64>> = (0..n).map(|_| draws.normal(n)).collect();
    let start: Vec<f64> = solution.iter().zip(draws.normal(n)).map(|(x, z)| x + z).collect();
    statement("quadratic", n, &start, rows).minimizing(move |x| {
        let d = between(x, &solution);
        // dᵀ Q d = ‖Mᵀ d‖² / n + ‖d‖², with the rows of Mᵀ in `m`.
        let stretched: f64 = m.iter().map(|row| dot(row, &d).powi(2)).sum();
        0.5 * (stretched / n as f64 + dot(&d, &d)) - dot(&slope, &d)
    })
}

fn conditioned(n: usize, power: i32) -> Case<'static> {
    let mut draws = Draws(Xoshiro256PlusPlus::seed_from_u64(3000 + 10 * n as u64 + power as u64));
    let solution = draws.normal(n);
    let rows = draws.rows(&solution, n / 3, n.div_ceil(2));
    let slope = draws.combination(&rows[..n / 3], n);
    let directions = draws.directions(n);
    let start: Vec<f64> = solution.iter().zip(draws.normal(n)).map(|(x, z)| x + z).collect();
    let (a, b): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let factor = 10_f64.powi(-power).powf(1.0 / (n - 1) as f64);
    Statement::new(format!("conditioned-{n}-1e{power}"), &start, 0.0).at_most(a, b).minimizing(move |x| {
        let d = between(x, &solution);
        // dᵀ H d = Σ κ^(-k/(n-1)) (v_k·d)².
        let bent = |(k, v): (usize, &Vec<f64>)| factor.powi(k as i32) * dot(v, &d).powi(2);
        0.5 * directions.iter().enumerate().map(bent).sum::<f64>() - dot(&slope, &d)
    })
}

fn quartic(n: usize) -> Case<'static> {
    let mut draws = Draws(Xoshiro256PlusPlus::seed_from_u64(1000 + n as u64));
    let solution = draws.normal(n);
    let rows = draws.rows(&solution, n / 3, n.div_ceil(2));
    let slope = draws.combination(&rows[..n / 3], n);
    let (equal, right): (Vec<_>, Vec<_>) = draws.rows(&solution, 2, 0).into_iter().unzip();
    let start: Vec<f64> = solution.iter().zip(draws.normal(n)).map(|(x, z)| x + z).collect();
    // Four deviations: no bound is active at the solution.
    let bounds = [-1.0, 1.0].map(|sign| solution.iter().map(|x| x + sign * 4.0).collect::<Vec<_>>());
    let [lower, upper] = bounds;
    statement("quartic", n, &start, rows).within(lower, upper).equal(equal, right).minimizing(move |x| {
        let d = between(x, &solution);
        let chain: f64 = d.windows(2).map(|pair| (pair[0] - pair[1]).powi(4)).sum();
        chain + d.iter().map(|d| d.cosh().ln()).sum::<f64>() - dot(&slope, &d)
    })
}

fn rosenbrock(n: usize) -> Case<'static> {
    let mut draws = Draws(Xoshiro256PlusPlus::seed_from_u64(2000 + n as u64));
    let rows = draws.rows(&vec![1.0; n], n / 3, n.div_ceil(2));
    let start: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 }).collect();
    statement("rosenbrock", n, &start, rows).minimizing(|x| {
        x.windows(2).map(|pair| 100.0 * (pair[1] - pair[0] * pair[0]).powi(2) + (1.0 - pair[0]).powi(2)).sum()
    })
}
