//! Model steps on the values that have arrived, while other points are still under way.

use super::super::HybridOptions;
use super::super::descent::{
    AT_THE_EDGE, Descent, EXPANSION, REDUCTION, RELIABLE, ROUNDING, SHORT, SUCCESSFUL, UNSUCCESSFUL,
};
use super::super::fits::Models;
use super::super::place::largest_radius;
use super::super::trust_region::Region;
use super::under_way::{Asked, By, Promise};
use super::{TWIN, Trial};
use crate::{Evaluations, Stop};

/// The part of a batch after whose arrival models are fitted anew.
pub(in super::super) const PART: usize = 8;

/// The part of the free workers that steps of the models take at most, at least one; the others have points that the
/// next models lack.
pub(in super::super) const TRIALS: usize = 2;

/// Points that the next models lack are nearer than in a round by this factor: one of them may improve before the step
/// itself has arrived.
const NEARER: f64 = 0.5;

/// A model step whose value has arrived.
struct Judged<'a> {
    x: &'a [f64],
    value: f64,
    length: f64,
    radius: f64,
    /// The ratio of actual to predicted decrease.
    gained: f64,
    /// Whether the incumbent is the one from which it was taken.
    is_from_here: bool,
}

impl Descent {
    /// Takes model steps as [`search_at_once`](Descent::search_at_once) does, with the first values that arrive. The
    /// other points stay under way.
    pub(in super::super) fn search_on_arrivals(
        &mut self,
        models: &Models,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let bounds = evaluations.bounds();
        let (lower, upper) = self.place.space.room(&self.place.x, bounds);
        let region = Region::of(models.best(), &lower, &upper);
        let first = Trial::of(&region, self.place.radius);
        let is_short = first.length < SHORT * self.place.mesh_size;
        if is_short && self.refines_without_poll(first.length, options) {
            return Ok(false);
        }
        let promises_nothing =
            first.promised.is_nan() || first.promised <= f64::EPSILON * self.place.value.abs();
        let stays = self.place.space.point(&self.place.x, &first.step, bounds) == self.place.x;
        if !(is_short || promises_nothing || stays) {
            self.ask_for_steps(first, models, &region, options, evaluations);
        } else if !self.place.under_way.iter().any(|asked| asked.promise.is_some()) {
            return Ok(true);
        }
        let arrived = self.place.arrivals(options.at_once().div_ceil(PART), evaluations)?;
        Ok(self.judge_arrivals(models, &arrived, options))
    }

    /// Asks for the point at the kinks that the first sweep has found. Its value confirms or refutes them.
    pub(in super::super) fn ask_for_kinks(&mut self, evaluations: &Evaluations<'_>) {
        if let Some((to, decrease)) = self.end_of_first_kinks(evaluations) {
            let before = self.place.value;
            self.place.ask(to, Some(Promise { before, decrease, by: By::Kinks }));
        }
    }

    /// Fills the free workers with steps of the models that are not under way, and with points that the next models lack.
    fn ask_for_steps(
        &mut self,
        first: Trial,
        models: &Models,
        region: &Region<'_>,
        options: &HybridOptions,
        evaluations: &Evaluations<'_>,
    ) {
        let place = &self.place;
        let room = options.at_once().saturating_sub(place.under_way.len());
        let step_to = |x: &[f64]| place.space.between(&place.x, x);
        let asked: Vec<_> = place.under_way.iter().map(|asked| step_to(&asked.x)).collect();
        let (centre, reach) = self.place_of_unknown(&first);
        let mut trials = self.trials(first, models, region, options);
        let is_asked = |trial: &Trial| {
            asked.iter().any(|step| (&trial.step - step).norm() < TWIN * trial.length.max(step.norm()))
        };
        trials.retain(|trial| !is_asked(trial));
        trials.truncate(room.div_ceil(TRIALS));
        let mut steps: Vec<_> = trials.iter().map(|trial| trial.step.clone()).chain(asked).collect();
        let known = steps.len();
        place.explore(&centre, NEARER * reach, room - trials.len(), region.room(), &mut steps);
        let before = place.value;
        let promise = |Trial { length, radius, promised: decrease, .. }: Trial| Promise {
            before,
            decrease,
            by: By::Model { length, radius },
        };
        let unknown = steps.split_off(known);
        let promised: Vec<_> =
            trials.into_iter().map(|trial| (trial.step.clone(), Some(promise(trial)))).collect();
        for (step, promise) in promised.into_iter().chain(unknown.into_iter().map(|step| (step, None))) {
            let x = self.place.space.point(&self.place.x, &step, evaluations.bounds());
            self.place.ask(x, promise);
        }
    }

    /// Learns from values that have arrived, and adapts the trust region to the best step among them. Returns `true` if
    /// a poll is due.
    fn judge_arrivals(&mut self, models: &Models, arrived: &[(Asked, f64)], options: &HybridOptions) -> bool {
        let (from, before) = (self.place.x.clone(), self.place.value);
        let mut steps = Vec::new();
        for (Asked { x, promise }, value) in arrived {
            let Some(promise) = promise else { continue };
            let gained = (promise.before - value) / promise.decrease;
            match promise.by {
                By::Kinks => self.follow_kinks_if_true(gained),
                By::Model { length, radius } => {
                    self.place.fits.learn(models, &self.place.space.between(&from, x), value - before);
                    let is_from_here = promise.before == before;
                    steps.push(Judged { x, value: *value, length, radius, gained, is_from_here });
                }
            }
        }
        let (points, values): (Vec<_>, Vec<_>) =
            arrived.iter().map(|(asked, value)| (asked.x.clone(), *value)).unzip();
        let moved = self.place.see_all(&points, &values);
        let Some(best) = steps.iter().min_by(|a, b| a.value.total_cmp(&b.value)) else { return false };
        // A step from an earlier incumbent says nothing about the trust region around this one.
        let from_here = steps.iter().filter(|step| step.is_from_here).map(|step| step.length);
        let shortest = from_here.fold(f64::INFINITY, f64::min);
        let place = &mut self.place;
        if best.value < before {
            place.radius = if best.gained >= SUCCESSFUL && best.length > AT_THE_EDGE * best.radius {
                (EXPANSION * best.radius).min(largest_radius(options))
            } else if best.gained >= UNSUCCESSFUL {
                best.radius.max(place.mesh_size)
            } else {
                (REDUCTION * best.length).max(place.mesh_size)
            };
        } else {
            place.radius = (REDUCTION * shortest).max(place.mesh_size).min(place.radius);
        }
        if best.value < before || shortest.is_finite() {
            self.reliable = best.gained > RELIABLE;
        }
        place.missed = (!moved && best.value.is_finite()).then(|| (best.x.to_vec(), best.value));
        !moved && place.radius.max(shortest) <= ROUNDING * place.mesh_size
    }
}
