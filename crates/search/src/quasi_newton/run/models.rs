//! Phases of models: before the first gradient, and at kinks.

use serde::{Deserialize, Serialize};

use super::super::place::Place;
use super::phases::{MOST_POOR, POOR};
use super::{IsPoll, Phase, QuasiNewtonOptions, State};
use crate::hybrid::Within;
use crate::{Evaluations, Stop};

/// The most coordinates for which models come before the first gradient, and for which they lead at kinks.
const MOST_OPENED: usize = 30;
const MOST_WITH_KINKS: usize = 40;

/// The evaluations of the first models, in gradients.
const FIRST: u64 = 6;

/// The evaluations after which the gain at kinks is judged, in gradients: with the sweep, and later.
const FIRST_JUDGED: u64 = 3;
const JUDGED: u64 = 2;

/// The gain of a phase of models at kinks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Kinks {
    /// The evaluations at which it is judged next.
    until: u64,
    /// The value at the beginning, and when it was last judged.
    from: f64,
    before: f64,
    /// The last fall.
    last: f64,
    /// How many falls in a row were poor.
    poor: u32,
}

impl State {
    /// Begins the models before the first gradient.
    pub(super) fn begin_models(&mut self, options: &QuasiNewtonOptions, evaluations: &Evaluations<'_>) {
        self.model_with(options.initial_mesh_size, evaluations);
        self.phase = Phase::Models { until: evaluations.count() + FIRST * gradient(evaluations) };
    }

    /// Takes a step of the models. In the end the descent takes over their point and their curvatures.
    pub(super) fn model(
        &mut self,
        until: u64,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<IsPoll, Stop> {
        if !self.step_of_models(options, evaluations)? && evaluations.count() < until {
            return Ok(IsPoll::No);
        }
        if let Some(models) = self.models.take() {
            let unit = self.place.rise(0.0, 1.0);
            let in_units =
                |curvature: Option<f64>| Some(curvature? * unit).filter(|c| *c > 0.0 && c.is_finite());
            let curvatures = models.curvatures(&self.place.units).into_iter().map(in_units);
            self.descent.curvatures.measure(&curvatures.collect::<Vec<_>>());
        }
        self.swept_at.copy_from_slice(&self.place.x);
        self.phase = Phase::Descent;
        Ok(IsPoll::No)
    }

    /// Whether steps for kinks are the ones to take after a broken promise.
    pub(super) fn has_kinks(&self, evaluations: &Evaluations<'_>) -> bool {
        evaluations.bounds().differing() <= MOST_WITH_KINKS
            && !self.descent.noise.is_seen()
            && self.descent.departures.show_kinks()
    }

    /// Begins a phase of models at kinks, with steps of half of what the coordinates have moved since the last phase.
    pub(super) fn begin_kinks(&mut self, options: &QuasiNewtonOptions, evaluations: &Evaluations<'_>) {
        let (_, mean) = self.moved();
        self.model_with((0.5 * mean).clamp(options.mesh_tolerance, options.initial_mesh_size), evaluations);
        let (until, value) = (evaluations.count() + FIRST_JUDGED * gradient(evaluations), self.place.value);
        self.phase = Phase::Kinks(Kinks { until, from: value, before: value, last: 0.0, poor: 0 });
    }

    /// Takes a step of the models at kinks, and ends the phase if they gain too little.
    pub(super) fn model_kinks(
        &mut self,
        mut kinks: Kinks,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<IsPoll, Stop> {
        let mut is_over = self.step_of_models(options, evaluations)?;
        if evaluations.count() >= kinks.until {
            let fall = self.place.rise(self.place.value, kinks.before);
            let is_good = fall > POOR * kinks.last && fall > 0.0;
            kinks.poor = if is_good { 0 } else { kinks.poor + 1 };
            (kinks.before, kinks.last) = (self.place.value, fall);
            kinks.until = evaluations.count() + JUDGED * gradient(evaluations);
            is_over |= kinks.poor >= MOST_POOR;
        }
        if !is_over {
            self.phase = Phase::Kinks(kinks);
            return Ok(IsPoll::No);
        }
        self.models = None;
        self.descent.departures = Default::default();
        self.swept_at.copy_from_slice(&self.place.x);
        let fall = self.place.rise(self.place.value, kinks.from);
        self.wait_after(self.has_gained(kinks.from, fall));
        self.phase = Phase::Descent;
        Ok(IsPoll::No)
    }

    fn model_with(&mut self, size: f64, evaluations: &Evaluations<'_>) {
        let Place { x, value, .. } = &self.place;
        self.models = Some(Box::new(Within::at(x, *value, size, &self.scale, evaluations.bounds())));
    }

    /// Runs an iteration of the models. Returns whether they have converged.
    fn step_of_models(
        &mut self,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let Some(models) = &mut self.models else { return Ok(true) };
        let hybrid = options.of_models();
        models.iterate(&hybrid, evaluations)?;
        let (x, value) = models.incumbent();
        self.place.see(x, value);
        Ok(models.has_converged(&hybrid))
    }
}

/// Whether models come before the first gradient, where there are bounds or noise.
pub(super) fn models_come_first(evaluations: &Evaluations<'_>) -> bool {
    evaluations.bounds().differing() <= MOST_OPENED
}

/// The evaluations of a gradient and its point.
fn gradient(evaluations: &Evaluations<'_>) -> u64 {
    evaluations.bounds().differing() as u64 + 1
}
