//! Where to begin by the points of a neighbouring problem.

use super::HybridOptions;
use super::descent::Descent;
use super::space::Space;
use crate::{Evaluations, Stop};

/// The first mesh size at the best point of a hint, as a part of the initial one. The even half of Moré & Wild's problems
/// chose it.
const NEARBY: f64 = 0.1;

impl Descent {
    /// Starts a descent at `x` with this value; or on a finer mesh at the best point of the hint, which is evaluated, if
    /// that is better.
    pub(super) fn at_start_or_hint(
        x: Vec<f64>,
        value: f64,
        space: Space,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Self, Stop> {
        let size = options.initial_mesh_size;
        let Some(mut best) = evaluations.best_of_hint().map(|seen| seen.x) else {
            return Ok(Descent::from(x, value, size, space));
        };
        evaluations.bounds().project(&mut best);
        let finer = (NEARBY * size).max(options.mesh_tolerance);
        if best == x {
            return Ok(Descent::from(x, value, finer, space));
        }
        let there = evaluations.value(&best)?;
        if there >= value {
            return Ok(Descent::from(x, value, size, space));
        }
        let start = space.units(&x);
        let mut descent = Descent::from(best, there, finer, space);
        let here = descent.place.space.units(&descent.place.x);
        descent.place.cloud.add(start, value, &here);
        Ok(descent)
    }
}
