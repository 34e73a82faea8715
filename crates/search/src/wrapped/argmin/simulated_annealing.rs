//! argmin's simulated annealing behind the common interface.

use std::sync::{Mutex, PoisonError};

use argmin::core::{CostFunction, Error as ArgminError, IterState, State};
use argmin::solver::simulatedannealing::{Anneal, SATempFunc, SimulatedAnnealing as Annealing};
use argmin_rng::rand_core::SeedableRng as _;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::door::{AfterStop, Door, Manner, Sees};
use super::drive::drive;
use crate::options::option::{evaluation_limit, fraction, positive};
use crate::wrapped::promise::{Promise, search_until_kept};
use crate::{Error, Evaluations, Minimizer, Solver, Status, Stop, Within};

/// The simulated annealing of the `argmin` crate (Kirkpatrick, Gelatt & Vecchi 1983, "Optimization by simulated
/// annealing"), with moves of normally distributed length along one coordinate.
///
/// For n coordinates, the temperature T is multiplied by [`cooling`](SimulatedAnnealingOptions::cooling) every n
/// moves, and the length of the moves is proportional to √T. A move to a worse value is accepted with probability
/// `1/(1 + exp(Δf/T))`.
///
/// ```
/// use search::{Bounds, Budget, Minimizer, Problem, SimulatedAnnealing};
///
/// let f = |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] + 1.0).powi(2);
/// let problem = Problem::new(f, [0.5, 0.5])?.bounded(Bounds::nonnegative(2))?;
/// let outcome = SimulatedAnnealing::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
/// assert!((outcome.x[0] - 2.0).abs() < 1e-2 && outcome.x[1] < 1e-2);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SimulatedAnnealing {
    options: SimulatedAnnealingOptions,
}

/// Options of [`SimulatedAnnealing`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimulatedAnnealingOptions {
    /// How points are kept within the bounds; default [`Within::Reflect`].
    pub within: Within,
    /// The initial temperature, in units of `|f(x0)|`, or 1 if that is zero; above 0, default 1.
    pub initial_temperature: f64,
    /// The factor of the temperature every n moves; between 0 and 1, default 0.95.
    pub cooling: f64,
    /// The standard deviation of the first moves, in units, the size of the start or of the box; above 0, default 1.
    pub initial_step: f64,
    /// The search has converged when the temperature, relative to the first, is below this; between 0 and 1, default
    /// 1e-13. If a point a thousandth of a unit away along an axis is better, it is heated up again.
    pub temperature_tolerance: f64,
    /// The most evaluations, at least 1; default 2000 n for n coordinates.
    pub max_function_evaluations: Option<u64>,
    /// Seed of its random numbers (xoshiro256++); default 0.
    pub seed: u64,
}

impl Default for SimulatedAnnealingOptions {
    fn default() -> Self {
        SimulatedAnnealingOptions {
            within: Within::Reflect,
            initial_temperature: 1.0,
            cooling: 0.95,
            initial_step: 1.0,
            temperature_tolerance: 1e-13,
            max_function_evaluations: None,
            seed: 0,
        }
    }
}

impl SimulatedAnnealing {
    /// Creates a simulated annealing with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: SimulatedAnnealingOptions) -> Result<Self, Error> {
        positive("initial_temperature", options.initial_temperature)?;
        fraction("cooling", options.cooling)?;
        positive("initial_step", options.initial_step)?;
        fraction("temperature_tolerance", options.temperature_tolerance)?;
        evaluation_limit(options.max_function_evaluations)?;
        Ok(SimulatedAnnealing { options })
    }
}

impl SimulatedAnnealing {
    fn search_from(
        &self,
        x: Vec<f64>,
        value: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Status, Stop> {
        let SimulatedAnnealingOptions { within, cooling, temperature_tolerance, seed, .. } = self.options;
        let per_move = cooling.powf(1.0 / x.len() as f64);
        let manner = Manner { within, sees: Sees::Values, after_stop: AfterStop::LargeValue, in_hand: 1 };
        let door = Door::open(evaluations, manner, x, value);
        let first_temperature = self.options.initial_temperature;
        let random = argmin_rng::Xoshiro256PlusPlus::seed_from_u64(seed);
        let annealing = door.step(|| {
            let annealing = Annealing::new_with_rng(first_temperature, random)?;
            Ok(annealing.with_temp_func(SATempFunc::Exponential(per_move)))
        })?;
        let random = Mutex::new(Xoshiro256PlusPlus::seed_from_u64(seed));
        let moves = Moves { door: &door, step: self.options.initial_step, first_temperature, random };
        let state = IterState::new().param(door.best());
        let mut part = 1.0;
        let cold = |_| {
            part *= per_move;
            part < temperature_tolerance
        };
        Ok(drive(&door, moves, annealing, state, cold)?)
    }
}

/// Random moves find a minimum to about this accuracy.
const PROMISE: Promise = Promise { step: 1e-3, gain: 0.0 };

/// The problem for argmin's annealing: the door and the moves.
struct Moves<'a, 'd, 'r> {
    door: &'a Door<'d, 'r>,
    /// The standard deviation at the first temperature.
    step: f64,
    first_temperature: f64,
    random: Mutex<Xoshiro256PlusPlus>,
}

impl CostFunction for Moves<'_, '_, '_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, v: &Vec<f64>) -> Result<f64, ArgminError> {
        self.door.cost(v)
    }
}

impl Anneal for Moves<'_, '_, '_> {
    type Param = Vec<f64>;
    type Output = Vec<f64>;
    type Float = f64;

    fn anneal(&self, v: &Vec<f64>, temperature: f64) -> Result<Vec<f64>, ArgminError> {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        let i = random.random_range(0..v.len());
        let length: f64 = random.sample(StandardNormal);
        let mut moved = v.clone();
        moved[i] += length * self.step * (temperature / self.first_temperature).sqrt();
        Ok(moved)
    }
}

impl Solver for SimulatedAnnealing {
    fn name(&self) -> String {
        "simulated-annealing".to_owned()
    }

    fn settings(&self) -> Value {
        serde_json::to_value(&self.options).expect("options are numbers and words")
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        Some(Box::new(SimulatedAnnealing {
            options: SimulatedAnnealingOptions { seed, ..self.options.clone() },
        }))
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let n = evaluations.dimension() as u64;
        evaluations.limit(self.options.max_function_evaluations.unwrap_or(2000 * n), None);
        search_until_kept(evaluations, PROMISE, |evaluations, x, value| {
            self.search_from(x, value, evaluations)
        })
    }
}
