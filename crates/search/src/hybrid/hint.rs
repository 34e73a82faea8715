//! Where to begin by the points of a neighbouring problem.

use super::HybridOptions;
use super::descent::Descent;
use super::place::Place;
use crate::{Evaluations, Stop};

/// The first mesh size at the best point of a hint, as a part of the initial one. The even half of Moré & Wild's problems
/// chose it.
const NEARBY: f64 = 0.1;

impl Descent {
    /// Evaluates the best point of the hint and, if that is better, begins there on a finer mesh.
    pub(super) fn take_hint(
        &mut self,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let Some(mut best) = evaluations.best_of_hint().map(|seen| seen.x) else { return Ok(()) };
        evaluations.bounds().project(&mut best);
        let finer = (NEARBY * options.initial_mesh_size).max(options.mesh_tolerance);
        let Place { x, value, space, .. } = self.place.clone();
        if best == x {
            *self = Descent::from(x, value, finer, space);
            return Ok(());
        }
        let there = evaluations.value(&best)?;
        if there < value {
            let (start, here) = (space.units(&x), space.units(&best));
            *self = Descent::from(best, there, finer, space);
            self.place.cloud.add(start, value, &here);
        }
        Ok(())
    }
}
