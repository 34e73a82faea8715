//! Where a descent is, and what it knows around there: what all of its parts work on.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::HybridOptions;
use super::cloud::{Cloud, usual_rise};
use super::fits::{Fits, Models};
use super::space::Space;
use crate::{Evaluations, Lookahead, Stop};

/// The largest trust radius where the options set no limit: its sixth power is still a number.
const LARGEST_RADIUS: f64 = 1e50;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) x: Vec<f64>,
    pub(super) value: f64,
    pub(super) space: Space,
    pub(super) cloud: Cloud,
    pub(super) fits: Fits,
    /// Length of the poll's steps, and the least trust radius, in units of the scale.
    pub(super) mesh_size: f64,
    /// How far the models are trusted.
    pub(super) radius: f64,
    /// Where the last step of a model led from the incumbent, with the value, if that was no better.
    pub(super) missed: Option<(Vec<f64>, f64)>,
    /// Whether an evaluation has failed.
    pub(super) walled: bool,
}

impl Place {
    /// A point whose value is known, infinite if its evaluation failed, with a first step of this size.
    pub(super) fn at(x: Vec<f64>, value: f64, size: f64, space: Space) -> Self {
        let mut cloud = Cloud::default();
        cloud.add(space.units(&x), value, &space.units(&x));
        let fits = Fits::none_yet(space.dimension());
        Place { x, value, space, cloud, fits, mesh_size: size, radius: size, missed: None, walled: false }
    }

    /// Moves to an evaluated point, better or not.
    pub(super) fn move_to(&mut self, to: Vec<f64>, value: f64) {
        let here = self.space.units(&to);
        (self.x, self.value) = (to, value);
        self.cloud.add(here.clone(), value, &here);
    }

    /// Evaluates points up to the first that improves; which one does, and the values.
    pub(super) fn try_in_order(
        &mut self,
        points: &[Vec<f64>],
        models: Option<&Models>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(Option<usize>, Vec<f64>), Stop> {
        let (mut better, mut values) = (None, Vec::new());
        let point = |turn: usize, x: &mut [f64]| {
            x.copy_from_slice(&points[turn]);
            true
        };
        evaluations.in_order(points.len(), Lookahead::UntilBreak, point, |turn, value| {
            values.push(value);
            if self.see(&points[turn], value, models) {
                better = Some(turn);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        Ok((better, values))
    }

    /// Learns from an evaluated point, and moves there if it is better; whether it is. One that has no value is to models as far up
    /// as is usual nearby: they turn away from it.
    pub(super) fn see(&mut self, point: &[f64], value: f64, models: Option<&Models>) -> bool {
        if let Some(models) = models {
            self.fits.learn(models, &self.space.between(&self.x, point), value - self.value);
        }
        let better = value < self.value;
        if better {
            (self.x, self.value) = (point.to_vec(), value);
            self.missed = None;
        }
        let here = self.space.units(&self.x);
        if value.is_finite() {
            self.cloud.add(self.space.units(point), value, &here);
        } else {
            self.walled = true;
            let neighbours = self.cloud.around(&here, self.value);
            let up = usual_rise(&neighbours, here.len()).unwrap_or(f64::INFINITY);
            self.cloud.add_failed(self.space.units(point), self.value + up, &here);
        }
        better
    }
}

/// The largest trust radius, and how far a metric's step may begin.
pub(super) fn largest_radius(options: &HybridOptions) -> f64 {
    options.max_mesh_size.unwrap_or(LARGEST_RADIUS)
}
