//! A solver of one's own: random steps from the best point. Counting, limits, journals and displays come with it.
//!
//! ```text
//! cargo run --release --example own_solver
//! ```

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{Evaluations, Method, Solver, Status, Stop};

struct RandomSteps {
    seed: u64,
}

impl Solver for RandomSteps {
    fn name(&self) -> String {
        "random-steps".into()
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(self.seed);
        let mut best = evaluations.start().to_vec();
        let mut least = evaluations.value(&best)?; // `?` ends the search when the budget is spent
        let mut step = 1.0;
        while step > 1e-6 {
            let mut trial: Vec<f64> =
                best.iter().map(|x| x + step * (2.0 * generator.random::<f64>() - 1.0)).collect();
            evaluations.bounds().project(&mut trial);
            let value = evaluations.value(&trial)?;
            if value < least {
                (best, least, step) = (trial, value, 2.0 * step);
            } else {
                step *= 0.9;
            }
            evaluations.iteration(&best, least, Some(step), Method::Step)?;
        }
        Ok(Status::SolverConverged)
    }
}

fn main() -> Result<(), search::Error> {
    let outcome = search::minimize(|x| (x[0] - 1.0).powi(2) + (x[1] - 4.0).powi(2), [0.0, 0.0])
        .within([-3.0, -3.0], [3.0, 3.0])
        .with(RandomSteps { seed: 1 })
        .run()?;

    println!("{outcome}");
    Ok(())
}
