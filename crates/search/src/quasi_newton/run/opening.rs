//! What comes before the first gradient: the noise, sweeps and models.

use std::ops::ControlFlow;

use super::super::place::Place;
use super::super::sweep::Shape;
use super::{IsPoll, Phase, QuasiNewtonOptions, State};
use crate::hybrid::Opening;
use crate::{Evaluations, Lookahead, Stop};

/// The number of first sweeps, where there are bounds or noise and no models.
const FIRST_SWEEPS: u32 = 2;

/// The most coordinates for which models come before the first gradient.
const MOST_MODELLED: usize = 40;

/// Models take as many evaluations as so many gradients.
const GRADIENTS_OF_MODELS: u64 = 6;

/// Differences below this many rounding errors of the value are not seen.
const ROUNDINGS: f64 = 64.0;

impl State {
    /// Estimates the noise, and chooses what comes before the first gradient.
    pub(super) fn begin(
        &mut self,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<IsPoll, Stop> {
        if self.place.value.is_finite() {
            self.lengthen_units(evaluations)?;
            self.descent.estimate_noise(&mut self.place, evaluations)?;
        }
        let bounds = evaluations.bounds();
        let is_bounded = |i: usize| bounds.lower()[i].is_finite() || bounds.upper()[i].is_finite();
        let (has_value, is_noisy) = (self.place.value.is_finite(), self.descent.noise.is_seen());
        match () {
            () if has_value && !is_noisy && !(0..self.place.x.len()).any(is_bounded) => {
                self.phase = Phase::Descent;
            }
            () if !takes_models(evaluations) => self.phase = Phase::FirstSweeps { left: FIRST_SWEEPS },
            () if has_value && !is_noisy => self.begin_models(options, evaluations),
            () => self.phase = Phase::FirstSweeps { left: 1 },
        }
        Ok(IsPoll::No)
    }

    /// Gives a coordinate whose unit is shorter than others by far the longest unit if a step of its own unit changes the
    /// value by no more than rounding: its start is near 0 by chance.
    fn lengthen_units(&mut self, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        let bounds = evaluations.bounds();
        let (short, place) = (self.place.short_units(bounds), &self.place);
        let mut rises = vec![f64::NAN; short.len()];
        let point = |turn: usize, x: &mut [f64]| {
            x.copy_from_slice(&place.x);
            x[short[turn]] = place.along(short[turn], 1.0, bounds);
            true
        };
        evaluations.in_order(short.len(), Lookahead::All, point, |turn, value| {
            rises[turn] = place.rise(place.value, value);
            ControlFlow::Continue(())
        })?;
        let hidden = ROUNDINGS * f64::EPSILON * self.place.level();
        for (&i, _) in short.iter().zip(&rises).filter(|(_, rise)| rise.abs() <= hidden) {
            self.place.lengthen_unit(i, bounds);
            self.scale[i] = self.place.units[i];
        }
        Ok(())
    }

    /// Sweeps once before the first gradient.
    pub(super) fn first_sweep(
        &mut self,
        left: u32,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<IsPoll, Stop> {
        self.sweep(Shape::Parabola, options, evaluations)?;
        self.swept_at.copy_from_slice(&self.place.x);
        match () {
            () if left > 1 => self.phase = Phase::FirstSweeps { left: left - 1 },
            () if !self.place.value.is_finite() => self.phase = Phase::Sweeps(self.new_sweeps()),
            () if takes_models(evaluations) => self.begin_models(options, evaluations),
            () => self.phase = Phase::Descent,
        }
        Ok(IsPoll::Yes)
    }

    fn begin_models(&mut self, options: &QuasiNewtonOptions, evaluations: &Evaluations<'_>) {
        let Place { x, value, .. } = &self.place;
        let (size, bounds) = (options.initial_mesh_size, evaluations.bounds());
        self.opening = Some(Box::new(Opening::at(x, *value, size, &self.scale, bounds)));
        let gradient = bounds.differing() as u64 + 1;
        self.phase = Phase::Models { until: evaluations.count() + GRADIENTS_OF_MODELS * gradient };
    }

    /// Takes a step of the models. In the end the descent takes over their point and their curvatures.
    pub(super) fn model(
        &mut self,
        until: u64,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<IsPoll, Stop> {
        let hybrid = options.of_models();
        if let Some(opening) = &mut self.opening {
            opening.iterate(&hybrid, evaluations)?;
            let (x, value) = opening.incumbent();
            self.place.see(x, value);
            if evaluations.count() < until && !opening.is_over(&hybrid) {
                return Ok(IsPoll::No);
            }
            let unit = self.place.rise(0.0, 1.0);
            let in_units = |curvature: Option<f64>| curvature.map(|curvature| curvature * unit);
            let curvatures = opening.curvatures(&self.place.units).into_iter().map(in_units);
            self.descent.curvatures.measure(&curvatures.collect::<Vec<_>>());
        }
        self.opening = None;
        self.swept_at.copy_from_slice(&self.place.x);
        self.phase = Phase::Descent;
        Ok(IsPoll::No)
    }
}

/// Whether models come before the first gradient where there are bounds or noise.
fn takes_models(evaluations: &Evaluations<'_>) -> bool {
    evaluations.bounds().differing() <= MOST_MODELLED
}
