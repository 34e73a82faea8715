//! Problems from randomly moved starts, because minima a whole number of steps away from a published start
//! favour some searches.

use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{Error, Problem};

use crate::Case;

/// The standard deviation of each coordinate's move, as a fraction of the coordinates' root mean square.
const PART: f64 = 0.03;

/// The least root mean square that counts, for starts at the origin.
const LEAST: f64 = 0.1;

/// These problems, which must have no noise, from another start for each seed: the published start plus
/// normal deviates of 3 % of the coordinates' root mean square (at least 0.003), projected onto the bounds.
pub fn moved(cases: Vec<Case<'static>>) -> Vec<Case<'static>> {
    let numbered = cases.into_iter().zip(0..);
    numbered.map(|(case, number)| from_moved_start(case, number)).collect()
}

fn from_moved_start(case: Case<'static>, number: u64) -> Case<'static> {
    let (name, optimum) = (format!("{}-moved", case.name()), case.optimum());
    let problem = move |seed: u64| -> Result<Problem<'static>, Error> {
        let problem = case.problem(seed)?;
        // One stream for each seed and problem.
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_mul(1 << 32).wrapping_add(number));
        let mean_square = problem.start().iter().map(|x| x * x).sum::<f64>() / problem.dimension() as f64;
        let deviation = PART * mean_square.sqrt().max(LEAST);
        let move_by = |x: &f64| x + deviation * random.sample::<f64, _>(StandardNormal);
        let mut start: Vec<f64> = problem.start().iter().map(move_by).collect();
        problem.bounds().project(&mut start);
        Problem::shared(problem.shared_objective(), start)?.bounded(problem.bounds().clone())
    };
    let moved = Case::seeded(name, problem);
    match optimum {
        Some(optimum) => moved.with_optimum(optimum),
        None => moved,
    }
}
