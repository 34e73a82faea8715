//! The classes of problems with many coordinates: what is made of the families.

use std::sync::Arc;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{Bounds, Error, Objective, Problem};

use super::{Family, Function, Half, kinks, more_smooth, smooth};
use crate::Case;
use crate::suites::more_wild::{at_point, wave};
use crate::suites::rotated;

/// The largest move of a coordinate of the start.
const MOVE: f64 = 0.13;

/// The relative size of noise.
pub(super) const NOISE: f64 = 1e-3;

/// The least and the largest distance of a bound from the start.
const NEAREST: f64 = 0.03;
const FURTHEST: f64 = 5.0;

/// A class of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// As published.
    Smooth,
    /// In coordinates `y` with `x = Q y` for a random orthogonal matrix Q.
    Rotated,
    /// `f(x) (1 + 10⁻³ u)` with u uniform in ±1, drawn for each point.
    Noisy,
    /// `f(x) (1 + 10⁻³ φ(x))` with the waves φ of Moré & Wild 2009, "Benchmarking derivative-free optimization algorithms",
    /// SIAM J. Optim. 20, 172-191, equation 3.1.
    Wavy,
    /// Sums of absolute values, maxima, the lasso.
    Kinks,
    /// Within random boxes about the start: each bound between 0.03 and 5 away, uniform in the logarithm.
    Bounded,
}

impl Class {
    /// All classes.
    pub const ALL: [Class; 6] =
        [Class::Smooth, Class::Rotated, Class::Noisy, Class::Wavy, Class::Kinks, Class::Bounded];

    /// Its name in names of problems and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Class::Smooth => "smooth",
            Class::Rotated => "rotated",
            Class::Noisy => "noisy",
            Class::Wavy => "wavy",
            Class::Kinks => "kinks",
            Class::Bounded => "bounded",
        }
    }
}

/// The problems of a class with n coordinates, n a multiple of 4 and at least 8. The start of each is moved by up to 0.13
/// along each coordinate, at random by the seed, as published starts of whole numbers favour searches with whole steps.
///
/// ```
/// use compare::suites::{Class, Half, many};
///
/// let cases = many(Class::Smooth, Half::Chosen, 20);
/// let rosenbrock = &cases[0];
/// assert_eq!((rosenbrock.name(), rosenbrock.optimum()), ("chained-rosenbrock-20", Some(0.0)));
/// let start = rosenbrock.problem(1)?.start().to_vec();
/// assert!((start[0] + 1.2).abs() <= 0.13 && start != rosenbrock.problem(2)?.start());
/// # Ok::<(), search::Error>(())
/// ```
pub fn many(class: Class, half: Half, n: usize) -> Vec<Case<'static>> {
    let families = match (class, half) {
        (Class::Kinks, half) => kinks::families(half),
        (_, Half::Chosen) => smooth::families(),
        (_, Half::Judging) => more_smooth::families(),
    };
    let cases =
        families.iter().enumerate().map(|(number, family)| case(class, family, number as u64, n)).collect();
    if class == Class::Rotated { rotated(cases) } else { cases }
}

fn case(class: Class, family: &Family, number: u64, n: usize) -> Case<'static> {
    let name = match class {
        Class::Smooth | Class::Rotated => format!("{}-{n}", family.name),
        _ => format!("{}-{n}-{}", family.name, class.name()),
    };
    let (f, published) = ((family.make)(n), (family.start)(n));
    let truth = f.clone();
    let problem = move |seed: u64| {
        let seen = objective(class, f.clone(), seed);
        within_boxes(class, Arc::new(move |x: &[f64]| seen(x)), &published, (seed, number))
    };
    let case = Case::seeded(name, problem);
    let case = match (family.optimum)(n).filter(|_| class != Class::Bounded) {
        Some(optimum) => case.with_optimum(optimum),
        None => case,
    };
    if matches!(class, Class::Noisy | Class::Wavy) {
        case.with_truth(move |x: &[f64]| truth(x))
    } else {
        case
    }
}

/// The problem from a moved start and, in the class with bounds, within a random box about it. There is one stream of random
/// numbers for each seed and family.
pub(super) fn within_boxes(
    class: Class,
    objective: Arc<dyn Objective>,
    published: &[f64],
    (seed, number): (u64, u64),
) -> Result<Problem<'static>, Error> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_mul(1 << 32).wrapping_add(number));
    let start: Vec<f64> = published.iter().map(|x| x + random.random_range(-MOVE..MOVE)).collect();
    let problem = Problem::shared(objective, start.clone())?;
    if class != Class::Bounded {
        return Ok(problem);
    }
    let mut away = || NEAREST * (FURTHEST / NEAREST).powf(random.random_range(0.0..1.0));
    let lower = start.iter().map(|x| x - away()).collect::<Vec<_>>();
    let upper = start.iter().map(|x| x + away()).collect::<Vec<_>>();
    problem.bounded(Bounds::new(lower, upper)?)
}

/// The objective that the solver sees.
fn objective(class: Class, f: Function, seed: u64) -> Function {
    match class {
        Class::Noisy => {
            Arc::new(move |x: &[f64]| f(x) * (1.0 + NOISE * at_point(x, seed).random_range(-1.0..=1.0)))
        }
        Class::Wavy => Arc::new(move |x: &[f64]| f(x) * (1.0 + NOISE * wave(x))),
        _ => f,
    }
}
