//! The state that all parts of a descent share: the incumbent and what is known around it.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::HybridOptions;
use super::batch::under_way::Asked;
use super::cloud::{Cloud, usual_rise};
use super::fits::{Fits, Models};
use super::space::Space;
use crate::{Evaluations, Lookahead, Stop};

/// The largest trust radius without a limit in the options: its sixth power does not overflow.
const LARGEST_RADIUS: f64 = 1e50;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) x: Vec<f64>,
    pub(super) value: f64,
    pub(super) space: Space,
    pub(super) cloud: Cloud,
    pub(super) fits: Fits,
    /// Length of the poll's steps, and lower bound of the trust radius, in units of the scale.
    pub(super) mesh_size: f64,
    /// The trust radius.
    pub(super) radius: f64,
    /// The point of the last model step and its value, if the step failed with a finite value.
    pub(super) missed: Option<(Vec<f64>, f64)>,
    /// Whether an evaluation has failed.
    pub(super) walled: bool,
    /// The points asked for that have no value yet, with the option `asynchronous`. A state that is written down has none:
    /// the next models ask again.
    #[serde(skip)]
    pub(super) under_way: Vec<Asked>,
}

impl Place {
    /// Creates a place at `x` with mesh size `size`. `value` is infinite if the evaluation of `x` failed.
    pub(super) fn at(x: Vec<f64>, value: f64, size: f64, space: Space) -> Self {
        let mut cloud = Cloud::default();
        cloud.add(space.units(&x), value, &space.units(&x));
        let fits = Fits::none_yet(space.dimension());
        Place {
            x,
            value,
            space,
            cloud,
            fits,
            mesh_size: size,
            radius: size,
            missed: None,
            walled: false,
            under_way: Vec::new(),
        }
    }

    /// Moves to an evaluated point, even if it is worse.
    pub(super) fn move_to(&mut self, to: Vec<f64>, value: f64) {
        let here = self.space.units(&to);
        (self.x, self.value) = (to, value);
        self.cloud.add(here.clone(), value, &here);
    }

    /// Evaluates points up to the first that improves. Returns the index of that point, if any, and the values.
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

    /// Records an evaluated point and moves there if it is better. Returns `true` if it moved. A failed point enters
    /// the models with a typical rise (the median of nearby points), so that they turn away from it.
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
            let neighbours = self.cloud.nearest(2 * here.len(), &here, self.value);
            let up = usual_rise(&neighbours, here.len()).unwrap_or(f64::INFINITY);
            self.cloud.add_failed(self.space.units(point), self.value + up, &here);
        }
        better
    }
}

/// The largest trust radius, which also limits the first step of a line search.
pub(super) fn largest_radius(options: &HybridOptions) -> f64 {
    options.max_mesh_size.unwrap_or(LARGEST_RADIUS)
}
