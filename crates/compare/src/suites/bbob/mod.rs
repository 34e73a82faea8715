//! The 24 noiseless functions of BBOB, with the instances of COCO.

mod draw;
mod function;
mod multimodal;
mod peaks;
mod transform;
mod unimodal;

pub use function::BbobFunction;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{Bounds, Error, Problem};

use crate::Case;

/// The bound of every coordinate: the search domain is `[-5, 5]^n`.
const DOMAIN: f64 = 5.0;

/// The bound of every coordinate of a start.
const START: f64 = 4.0;

/// The 24 noiseless functions of BBOB (Finck, Hansen, Ros & Auger 2009, "Real-parameter black-box optimization
/// benchmarking 2009: noiseless functions definitions", INRIA RR-6829) with n coordinates, n at least 2, within `[-5, 5]^n`.
///
/// The seed is the number of the instance, which has the optimal point, the rotations and the least value of COCO's
/// instance of that number (see [`BbobFunction`]). The objective is `f(x) - f_opt`, so that the least value is 0 for each
/// instance. The start is uniform in `[-4, 4]^n`, drawn anew for each function and seed.
///
/// ```
/// let cases = compare::suites::bbob(5);
/// assert_eq!((cases.len(), cases[0].name(), cases[23].name()), (24, "f1-sphere-5", "f24-lunacek-5"));
/// let [first, second] = [1, 2].map(|instance| cases[0].problem(instance).expect("finite numbers"));
/// assert_eq!((first.bounds().lower(), cases[0].optimum()), (&[-5.0; 5][..], Some(0.0)));
/// assert_ne!(first.objective().value(&[0.0; 5]), second.objective().value(&[0.0; 5]));
/// ```
///
/// # Panics
/// With fewer than two coordinates.
pub fn bbob(n: usize) -> Vec<Case<'static>> {
    assert!(n >= 2, "at least two coordinates, not {n}");
    (1..=BbobFunction::COUNT).map(|number| case(number, n)).collect()
}

fn case(number: usize, n: usize) -> Case<'static> {
    let name = format!("f{number}-{}-{n}", BbobFunction::name_of(number));
    let problem = move |seed: u64| -> Result<Problem<'static>, Error> {
        // One stream for each seed and function.
        let mut random =
            Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_mul(1 << 32).wrapping_add(number as u64));
        let start: Vec<f64> = (0..n).map(|_| random.random_range(-START..=START)).collect();
        let function = BbobFunction::new(number, seed, n);
        Problem::new(move |x: &[f64]| function.above_least(x), start)?
            .bounded(Bounds::uniform(n, -DOMAIN, DOMAIN)?)
    };
    Case::seeded(name, problem).with_optimum(0.0)
}
