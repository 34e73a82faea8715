//! The argument of a search step: the incumbent, and values at points.

use std::ops::ControlFlow;

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::{Bounds, Evaluations, Lookahead, Stop};

/// Separates the seeds of successive iterations: an odd number without a pattern (a multiplier of Steele & Vigna
/// 2021, "Computationally easy, spectrally good multipliers for congruential pseudorandom number generators").
const APART: u64 = 0xd134_2543_de82_ef95;

/// The argument of a [`SearchStep`](super::SearchStep): the incumbent, and values at points.
///
/// Points outside the bounds are projected onto them and, with a grid, rounded to it. Points of the wrong dimension,
/// non-finite points and points that violate linear constraints by more than rounding have no value and cost nothing.
/// Under nonlinear constraints the values are merits: those of the augmented Lagrangian, where an iteration is a
/// whole subproblem, or, for the progressive barrier, -1 for points that dominate the incumbent (0) and 1 for others.
///
/// ```
/// use search::pattern::{Options, Probe, SearchStep};
/// use search::{Budget, Minimizer, PatternSearch, Problem, Stop};
///
/// /// Goes on downhill along the first coordinate, twice as far each time.
/// struct Strides;
///
/// impl SearchStep for Strides {
///     fn name(&self) -> String {
///         "strides".to_owned()
///     }
///
///     fn search(&self, probe: &mut Probe<'_, '_>) -> Result<(), Stop> {
///         let (mut x, mut value) = (probe.incumbent().to_vec(), probe.incumbent_value());
///         let mut stride = probe.reach()[0];
///         loop {
///             x[0] -= stride;
///             let next = probe.value(&x)?;
///             if next >= value {
///                 return Ok(()); // the search moves to the best of them
///             }
///             (value, stride) = (next, 2.0 * stride);
///         }
///     }
/// }
///
/// let problem = Problem::new(|x: &[f64]| (x[0] + 1023.0).abs(), vec![0.0])?;
/// let search = PatternSearch::new(Options::default())?.with_search_step(Strides);
/// let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ())?;
/// assert_eq!((outcome.trace[1].value, outcome.trace[1].evaluations), (0.0, 12));
/// # Ok::<(), search::Error>(())
/// ```
pub struct Probe<'p, 'r> {
    incumbent: &'p [f64],
    value: f64,
    reach: Vec<f64>,
    complete: bool,
    seed: u64,
    /// The best point that improves on the incumbent.
    found: Option<(Vec<f64>, f64)>,
    evaluations: &'p mut Evaluations<'r>,
}

impl<'p, 'r> Probe<'p, 'r> {
    pub(super) fn around(
        (incumbent, value): (&'p [f64], f64),
        reach: Vec<f64>,
        (complete, seed): (bool, u64),
        evaluations: &'p mut Evaluations<'r>,
    ) -> Self {
        let seed = seed.wrapping_add(evaluations.iterations().wrapping_add(1).wrapping_mul(APART));
        Probe { incumbent, value, reach, complete, seed, found: None, evaluations }
    }

    pub(super) fn into_found(self) -> Option<(Vec<f64>, f64)> {
        self.found
    }

    /// Returns the incumbent.
    pub fn incumbent(&self) -> &'p [f64] {
        self.incumbent
    }

    /// Returns the incumbent's value, infinite if every evaluation has failed.
    pub fn incumbent_value(&self) -> f64 {
        self.value
    }

    /// Returns the bounds.
    pub fn bounds(&self) -> &'r Bounds {
        self.evaluations.bounds()
    }

    /// Whether a point within the bounds satisfies the linear constraints.
    pub(super) fn admits(&self, x: &[f64]) -> bool {
        self.evaluations.linear().is_none_or(|linear| linear.hold(x))
    }

    /// Returns the step of the next poll along each coordinate: the mesh size times the scale.
    pub fn reach(&self) -> &[f64] {
        &self.reach
    }

    /// Returns the number of completed iterations, 0 in the first.
    pub fn iteration(&self) -> u64 {
        self.evaluations.iterations()
    }

    /// Returns a seed for random numbers. It differs between iterations, but depends only on
    /// [`Options::seed`](crate::pattern::Options::seed) and the iteration, so that a resumed run draws the same
    /// numbers.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    pub(super) fn generator(&self) -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(self.seed)
    }

    /// Returns the points that the run remembers, with their values.
    pub(super) fn remembered(&self) -> impl Iterator<Item = (&[f64], f64)> {
        self.evaluations.remembered()
    }

    /// Returns the value at a point, infinite if it has none.
    ///
    /// # Errors
    /// [`Stop`] as for [`Evaluations::value`].
    pub fn value(&mut self, x: &[f64]) -> Result<f64, Stop> {
        Ok(self.in_order(&[x], Lookahead::All)?[0])
    }

    /// Returns the values at all these points, evaluated on all threads of the run; infinite for a point without a
    /// value.
    ///
    /// # Errors
    /// [`Stop`] as for [`Evaluations::value`].
    pub fn values(&mut self, points: &[Vec<f64>]) -> Result<Vec<f64>, Stop> {
        self.in_order(points, Lookahead::All)
    }

    /// Evaluates points in this order, up to the first that improves on the incumbent, or all of them with
    /// [`use_complete_search`](crate::pattern::Options::use_complete_search).
    ///
    /// # Errors
    /// [`Stop`] as for [`Evaluations::value`].
    pub fn try_in_order(&mut self, points: &[Vec<f64>]) -> Result<(), Stop> {
        let lookahead = if self.complete { Lookahead::All } else { Lookahead::UntilBreak };
        self.in_order(points, lookahead).map(|_| ())
    }

    /// Evaluates points in order, all of them or up to the first that improves, and returns their values.
    fn in_order(&mut self, points: &[impl AsRef<[f64]>], lookahead: Lookahead) -> Result<Vec<f64>, Stop> {
        let Probe { incumbent, value: before, found, evaluations, .. } = self;
        let (bounds, grid, linear) = (evaluations.bounds(), evaluations.grid(), evaluations.linear());
        // Writes a feasible point. Returns `false` if there is none.
        let write = |turn: usize, x: &mut [f64]| {
            let given = points[turn].as_ref();
            let is_point = given.len() == x.len() && given.iter().all(|x| x.is_finite());
            if is_point {
                x.copy_from_slice(given);
                bounds.project(x);
                if let Some(grid) = grid {
                    grid.round(x);
                }
            }
            is_point && linear.is_none_or(|linear| linear.hold(x))
        };
        let mut x = incumbent.to_vec();
        // The incumbent is known and an infeasible point has no value: neither takes a turn.
        let mut known =
            |turn: usize| if write(turn, &mut x) && x == *incumbent { *before } else { f64::INFINITY };
        let mut values: Vec<f64> = (0..points.len()).map(&mut known).collect();
        let point = |turn: usize, x: &mut [f64]| write(turn, x) && x != *incumbent;
        evaluations.in_order(points.len(), lookahead, point, |turn, value| {
            values[turn] = value;
            if value < found.as_ref().map_or(*before, |(_, best)| *best) {
                let mut x = incumbent.to_vec();
                write(turn, &mut x);
                *found = Some((x, value));
                if lookahead == Lookahead::UntilBreak {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })?;
        Ok(values)
    }
}
