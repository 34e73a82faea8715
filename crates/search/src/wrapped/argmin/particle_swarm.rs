//! argmin's particle swarm behind the common interface.

use argmin::core::{CostFunction, PopulationState, State};
use argmin::solver::particleswarm::{Particle, ParticleSwarm as Swarm};
use argmin_rng::rand_core::SeedableRng as _;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::door::{AfterStop, Door, Ended, Manner, Sees};
use super::drive::drive;
use crate::minimizer::knows_bounds_alone;
use crate::options::option::{evaluation_limit, nonnegative, positive, require};
use crate::wrapped::promise::{Promise, search_until_kept};
use crate::wrapped::working_memory::admit;
use crate::{Bounds, Error, Evaluations, Minimizer, Problem, Solver, Status, Stop, Within};

/// The particle swarm of the `argmin` crate (Kennedy & Eberhart 1995, "Particle swarm optimization").
///
/// Its particles stay in a box: within the bounds, and within [`span`](ParticleSwarmOptions::span) of the start if a
/// bound is infinite. One particle begins at the start, the others at random in the box. Each iteration evaluates all
/// particles, on all threads of the run.
///
/// ```
/// use search::{Bounds, Budget, Minimizer, ParticleSwarm, Problem};
///
/// // Many local minima; the best is at (0, 0).
/// let rastrigin = |x: &[f64]| {
///     x.iter().map(|v| v * v + 10.0 - 10.0 * (2.0 * std::f64::consts::PI * v).cos()).sum::<f64>()
/// };
/// let problem = Problem::new(rastrigin, [3.0, -2.0])?.bounded(Bounds::uniform(2, -5.0, 5.0)?)?;
/// let outcome = ParticleSwarm::default().minimize(&problem, &Budget::evaluations(4000), &mut ())?;
/// assert!(outcome.value < 1e-6, "{}", outcome.value);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParticleSwarm {
    options: ParticleSwarmOptions,
}

/// Options of [`ParticleSwarm`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ParticleSwarmOptions {
    /// The number of particles, 2 to 1,000,000; default 40.
    pub particles: usize,
    /// The fraction of its velocity that a particle keeps, at least 0; default `1/(2 ln 2)`, about 0.72. (This and
    /// the two attraction factors: Clerc 2012, "Standard particle swarm optimisation", hal-00764996.)
    pub inertia: f64,
    /// The attraction to a particle's own best point, at least 0; default `1/2 + ln 2`, about 1.19.
    pub cognitive: f64,
    /// The attraction to the best point of all, at least 0; default `1/2 + ln 2`.
    pub social: f64,
    /// The range of the swarm from the start if a bound is infinite, in units, the size of the start or of the box;
    /// above 0, default 10.
    pub span: f64,
    /// The search has converged when no coordinate differs between two particles by more than this, in units or
    /// relative to the coordinate; at least 0, default 1e-6. If a point ten times as far along an axis is better, the
    /// swarm starts again.
    pub step_tolerance: f64,
    /// The most evaluations, at least 1; default 2000 n for n coordinates.
    pub max_function_evaluations: Option<u64>,
    /// Seed of its random numbers (xoshiro256++); default 0.
    pub seed: u64,
}

impl Default for ParticleSwarmOptions {
    fn default() -> Self {
        let ln2 = std::f64::consts::LN_2;
        ParticleSwarmOptions {
            particles: 40,
            inertia: 1.0 / (2.0 * ln2),
            cognitive: 0.5 + ln2,
            social: 0.5 + ln2,
            span: 10.0,
            step_tolerance: 1e-6,
            max_function_evaluations: None,
            seed: 0,
        }
    }
}

/// The memory of a particle, as a multiple of n numbers: position, velocity, best position, and copies of them.
const NUMBERS: f64 = 6.0;

/// The most particles: all positions are in memory at once.
const MOST_PARTICLES: usize = 1_000_000;

impl ParticleSwarm {
    /// Creates a particle swarm with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: ParticleSwarmOptions) -> Result<Self, Error> {
        let particles = options.particles;
        require("particles", particles, (2..=MOST_PARTICLES).contains(&particles), "2 to 1,000,000")?;
        nonnegative("inertia", options.inertia)?;
        nonnegative("cognitive", options.cognitive)?;
        nonnegative("social", options.social)?;
        positive("span", options.span)?;
        nonnegative("step_tolerance", options.step_tolerance)?;
        evaluation_limit(options.max_function_evaluations)?;
        Ok(ParticleSwarm { options })
    }

    /// Returns a particle at the start and others at random in the box, with velocities up to the size of the box.
    fn population(
        &self,
        door: &Door<'_, '_>,
        start: &[f64],
        (lower, upper): &(Vec<f64>, Vec<f64>),
    ) -> Result<Vec<Particle<Vec<f64>, f64>>, Ended> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(self.options.seed);
        let between =
            |i: usize, part: f64| (lower[i] + part * (upper[i] - lower[i])).clamp(lower[i], upper[i]);
        let mut any = || (0..start.len()).map(|i| between(i, random.random())).collect::<Vec<f64>>();
        let at_start = (0..start.len()).map(|i| start[i].clamp(lower[i], upper[i])).collect();
        let positions: Vec<_> =
            std::iter::once(at_start).chain((1..self.options.particles).map(|_| any())).collect();
        let costs = door.step(|| door.bulk_cost(&positions))?;
        let velocity = |position: &[f64], to: &[f64]| position.iter().zip(to).map(|(x, to)| to - x).collect();
        let particles = positions.into_iter().zip(costs);
        Ok(particles
            .map(|(position, cost)| {
                let velocity = velocity(&position, &any());
                Particle::new(position, cost, velocity)
            })
            .collect())
    }

    /// Returns the corners of the box, in units; they are finite, since the initial positions are random between
    /// them.
    fn corners(&self, start: &[f64], bounds: &Bounds) -> (Vec<f64>, Vec<f64>) {
        // A quarter of the largest number, so that the distance between two corners is finite, too.
        let largest = f64::MAX / 4.0;
        let corner = |i: usize, bound: f64, side: f64| {
            let reach = start[i] + side * self.options.span;
            if bound.is_finite() { bound } else { reach }.clamp(-largest, largest)
        };
        let all = 0..start.len();
        let lower = all.clone().map(|i| corner(i, bounds.lower()[i], -1.0)).collect();
        (lower, all.map(|i| corner(i, bounds.upper()[i], 1.0)).collect())
    }

    fn search_from(
        &self,
        x: Vec<f64>,
        value: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Status, Stop> {
        let ParticleSwarmOptions { particles, inertia, cognitive, social, step_tolerance, .. } = self.options;
        // A step evaluates all points of the swarm at once.
        let after_stop = AfterStop::LargeValue;
        let manner = Manner { within: Within::Project, sees: Sees::Values, after_stop, in_hand: particles };
        let door = Door::open(evaluations, manner, x, value);
        let start = door.start();
        let corners = self.corners(&start, &door.bounds());
        let population = self.population(&door, &start, &corners)?;
        let random = argmin_rng::Xoshiro256PlusPlus::seed_from_u64(self.options.seed);
        let swarm = door.step(|| {
            Swarm::new(corners, particles)
                .with_rng_generator(random)
                .with_inertia_factor(inertia)?
                .with_cognitive_factor(cognitive)?
                .with_social_factor(social)
        })?;
        let state = PopulationState::new().population(population);
        Ok(drive(&door, &door, swarm, state, |_| door.spread() <= step_tolerance)?)
    }
}

impl Solver for ParticleSwarm {
    fn name(&self) -> String {
        "particle-swarm".to_owned()
    }

    fn settings(&self) -> Value {
        serde_json::to_value(&self.options).expect("options are numbers")
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        Some(Box::new(ParticleSwarm { options: ParticleSwarmOptions { seed, ..self.options.clone() } }))
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        knows_bounds_alone(self, problem)?;
        let n = problem.dimension();
        admit(|| self.name(), n, NUMBERS * n as f64 * self.options.particles as f64)
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let ParticleSwarmOptions { step_tolerance, max_function_evaluations, .. } = self.options;
        let n = evaluations.dimension() as u64;
        evaluations.limit(max_function_evaluations.unwrap_or(2000 * n), None);
        search_until_kept(evaluations, Promise::after_steps_of(step_tolerance), |evaluations, x, value| {
            self.search_from(x, value, evaluations)
        })
    }
}
