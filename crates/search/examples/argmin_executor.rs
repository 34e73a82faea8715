//! A cost function written for argmin, minimized within bounds under argmin's executor, with an observer and with a
//! checkpoint from which a killed process goes on to the same bits.
//!
//! ```text
//! cargo run --release --example argmin_executor
//! cargo run --release --example argmin_executor -- spring.checkpoint
//! # Ctrl-C, kill -9 ... and the same command again
//! ```

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use argmin::core::checkpointing::{Checkpoint, CheckpointingFrequency};
use argmin::core::observers::{Observe, ObserverMode};
use argmin::core::{CostFunction, Error, Executor, IterState, KV, State};
use search::pattern::Options;
use search::{Bounds, PatternSolver};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The calibration of a damped spring: how far a simulation is from where the spring was seen at whole seconds.
struct Spring {
    seen: Vec<f64>,
}

/// Steps of the simulation per second; so many that there is time to interrupt a run.
const STEPS: usize = 25_000;

impl Spring {
    /// Where a spring of this stiffness and damping (both per mass) is at seconds 1, 2, ..., 10 after it was let go at 1.
    fn simulated(stiffness: f64, damping: f64) -> Vec<f64> {
        let (mut position, mut velocity) = (1.0, 0.0);
        let second = |_| {
            for _ in 0..STEPS {
                velocity -= (stiffness * position + damping * velocity) / STEPS as f64;
                position += velocity / STEPS as f64;
            }
            position
        };
        (0..10).map(second).collect()
    }
}

impl CostFunction for Spring {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, x: &Vec<f64>) -> Result<f64, Error> {
        let simulated = Spring::simulated(x[0], x[1]);
        if simulated.iter().all(|&position| position > 0.0) {
            // A failed evaluation: counted, and the search goes on.
            return Err(Error::msg("this spring does not swing"));
        }
        Ok(self.seen.iter().zip(&simulated).map(|(seen, simulated)| (seen - simulated).powi(2)).sum())
    }
}

/// Prints a line for each iteration.
struct Lines;

impl Observe<IterState<Vec<f64>, (), (), (), (), f64>> for Lines {
    fn observe_iter(
        &mut self,
        state: &IterState<Vec<f64>, (), (), (), (), f64>,
        kv: &KV,
    ) -> Result<(), Error> {
        let told = |key| kv.get(key).map(ToString::to_string).unwrap_or_default();
        let (iteration, cost) = (state.get_iter() + 1, state.get_best_cost());
        println!("{iteration:5} {:>5} {cost:12.6e}  {}", told("evaluations"), told("method"));
        Ok(())
    }
}

/// A file that always holds a whole checkpoint: the new one is written beside it and takes its place.
struct CheckpointFile(PathBuf);

impl<S, I> Checkpoint<S, I> for CheckpointFile
where
    S: Serialize + DeserializeOwned,
    I: Serialize + DeserializeOwned,
{
    fn save(&self, solver: &S, state: &I) -> Result<(), Error> {
        let beside = self.0.with_extension("new");
        // Against a failure of the machine, and not only of the process: `File::sync_all` before the renaming.
        fs::write(&beside, postcard::to_stdvec(&(solver, state))?)?;
        Ok(fs::rename(&beside, &self.0)?)
    }

    fn load(&self) -> Result<Option<(S, I)>, Error> {
        match fs::read(&self.0) {
            Ok(bytes) => Ok(Some(postcard::from_bytes(&bytes)?)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn frequency(&self) -> CheckpointingFrequency {
        CheckpointingFrequency::Always
    }
}

fn main() -> Result<(), Error> {
    let spring = Spring { seen: Spring::simulated(2.5, 0.3) };
    let solver = PatternSolver::new(Options { mesh_tolerance: 1e-9, ..Options::default() })?
        .bounded(Bounds::new(vec![0.1, 0.0], vec![100.0, 10.0])?);

    let mut executor = Executor::new(spring, solver)
        .configure(|state| state.param(vec![1.0, 1.0]))
        .add_observer(Lines, ObserverMode::Always);
    if let Some(file) = std::env::args_os().nth(1) {
        executor = executor.checkpointing(CheckpointFile(file.into()));
    }
    let result = executor.run()?;

    let (state, counts) = (&result.state, result.solver.counts());
    println!("{}", state.get_termination_status());
    println!("evaluations  {} ({} failed)", counts.evaluations, counts.failed);
    println!("best point   {:?}", state.get_best_param().expect("the start at least"));
    println!("cost         {:?}", state.get_best_cost());
    Ok(())
}
