//! What comes before the first gradient: the noise, random subspaces, sweeps and models.

use std::ops::ControlFlow;

use super::super::subspaces::Subspaces;
use super::super::sweep::Shape;
use super::models::models_come_first;
use super::{IsPoll, Phase, QuasiNewtonOptions, State};
use crate::{Evaluations, Lookahead, Stop};

/// The number of first sweeps, where there are bounds or noise and no models.
const FIRST_SWEEPS: u32 = 2;

/// With this many coordinates or more, random subspaces come before the first gradient, for this part of its evaluations.
const MANY: usize = 1000;
const OF_A_GRADIENT: usize = 10;

/// Differences below this many rounding errors of the value are not seen.
const ROUNDINGS: f64 = 64.0;

impl State {
    /// Estimates the noise, and chooses what comes next.
    pub(super) fn begin(
        &mut self,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<IsPoll, Stop> {
        if self.place.value.is_finite() {
            self.lengthen_units(evaluations)?;
            self.descent.estimate_noise(&mut self.place, evaluations)?;
        }
        self.lead_on(options, evaluations);
        Ok(IsPoll::No)
    }

    /// Takes a step in a random subspace. The curvature along the last of them gives the first gradient its step.
    pub(super) fn step_in_subspace(
        &mut self,
        mut subspaces: Subspaces,
        until: u64,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<IsPoll, Stop> {
        subspaces.step(&mut self.place, options.largest_move(), evaluations)?;
        if evaluations.count() < until {
            self.phase = Phase::Subspaces { subspaces, until };
        } else {
            self.descent.curvatures.measure(&vec![subspaces.curvature; self.place.x.len()]);
            self.phase = Phase::Descent;
        }
        Ok(IsPoll::No)
    }

    /// Chooses what comes before the first gradient: nothing, random subspaces, models or sweeps.
    fn lead_on(&mut self, options: &QuasiNewtonOptions, evaluations: &Evaluations<'_>) {
        let (bounds, n) = (evaluations.bounds(), evaluations.bounds().differing());
        let is_bounded = |i: usize| bounds.lower()[i].is_finite() || bounds.upper()[i].is_finite();
        let (has_value, is_noisy) = (self.place.value.is_finite(), self.descent.noise.is_seen());
        let gradient_leads = has_value && !is_noisy && !(0..self.place.x.len()).any(is_bounded);
        match () {
            () if has_value && self.descent.fit.is_some() => self.phase = Phase::Descent,
            () if gradient_leads && n >= MANY && options.batch == 1 => {
                let until = evaluations.count() + (n / OF_A_GRADIENT) as u64;
                let subspaces = Subspaces::none(options.largest_move());
                self.phase = Phase::Subspaces { subspaces, until };
            }
            () if gradient_leads => self.phase = Phase::Descent,
            () if !models_come_first(evaluations) => self.phase = Phase::FirstSweeps { left: FIRST_SWEEPS },
            () if has_value && !is_noisy => self.begin_models(options, evaluations),
            () => self.phase = Phase::FirstSweeps { left: 1 },
        }
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
            () if models_come_first(evaluations) => self.begin_models(options, evaluations),
            () => self.phase = Phase::Descent,
        }
        Ok(IsPoll::Yes)
    }
}
