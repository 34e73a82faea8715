//! The poll: the trial points around the incumbent, and the criterion of success.

use serde::{Deserialize, Serialize};

use super::Options;
use super::basis::Basis;
use super::incumbent::{Incumbent, Moved};
use super::linear_faces::Rows;
use super::mesh::Mesh;
use super::poll_order::Order;
use super::trial_points::{Beside, Beyond, Enough, Trials};
use crate::{Evaluations, Stop};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Poll {
    basis: Basis,
    order: Order,
    beyond: Beyond,
    enough: Enough,
    tol_bind: f64,
    /// The linear constraints, if there are any.
    #[serde(skip)]
    rows: Option<Box<Rows>>,
    #[serde(skip)]
    beside: Beside,
    /// Rises at the points of the last poll along the coordinates, in the order of its directions; NaN where not
    /// evaluated.
    #[serde(skip)]
    rises: Vec<f64>,
}

/// The result of a poll.
pub(super) enum Polled {
    Improved(Moved),
    /// No point improved.
    Failed,
    /// No point differed from the incumbent: the steps are lost in rounding.
    NoStep,
}

impl Poll {
    /// Creates the poll of the classic algorithm for a problem.
    pub(super) fn classic(options: &Options, evaluations: &Evaluations<'_>) -> Self {
        let shortens = options.poll_method.is_gss() && evaluations.linear().is_some();
        Poll {
            basis: Basis::new(options, evaluations.dimension()),
            order: Order::new(options),
            beyond: if shortens { Beyond::Shortened } else { Beyond::Dropped },
            enough: Enough::of_a_poll(options.use_complete_poll),
            tol_bind: options.tol_bind,
            rows: None,
            beside: Beside::default(),
            rises: Vec::new(),
        }
    }

    /// Returns the rises at the points of the last poll, first up each coordinate, then down each; NaN where not
    /// evaluated. Empty after a poll along other directions.
    pub(super) fn rises(&self) -> &[f64] {
        &self.rises
    }

    /// Switches between complete polls and polls that stop at any decrease.
    pub(super) fn complete(&mut self, complete: bool) {
        self.enough = Enough::of_a_poll(complete);
    }

    /// Creates a poll that stops at a sufficient decrease and shortens steps at the bounds.
    pub(super) fn sufficient(options: &Options, basis: Basis, enough: Enough) -> Self {
        let (order, beyond, tol_bind) = (Order::Consecutive, Beyond::Shortened, options.tol_bind);
        Poll {
            basis,
            order,
            beyond,
            enough,
            tol_bind,
            rows: None,
            beside: Beside::default(),
            rises: Vec::new(),
        }
    }

    /// Polls around the incumbent until a point has a sufficient decrease, and moves to the best point, the first of
    /// equals.
    pub(super) fn around(
        &mut self,
        incumbent: &mut Incumbent,
        mesh: &Mesh,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Polled, Stop> {
        let bounds = evaluations.bounds();
        let mut directions = self.basis.directions(&incumbent.x, mesh, bounds);
        if let Some(linear) = evaluations.linear() {
            let rows = self.rows.get_or_insert_with(|| Box::new(Rows::new(linear, mesh, evaluations)));
            if !self.basis.becomes_dense() || evaluations.grid().is_some() {
                let within = self.tol_bind.min(mesh.size());
                directions = rows.followed_by(directions, &incumbent.x, within, bounds)?;
            }
        }
        self.order.prepare(directions.len());
        let (rows, beyond) = (self.rows.as_deref(), self.beyond);
        let grid = evaluations.grid();
        let ways = directions.coordinates().filter(|_| beyond == Beyond::Dropped);
        let beside = ways.map(|ways| {
            self.beside.look_around(&incumbent.x, ways, mesh, bounds, grid);
            &self.beside
        });
        let trials = Trials { incumbent, mesh, bounds, grid, rows, directions, beyond, beside };
        if trials.are_stuck() {
            return Ok(Polled::NoStep);
        }
        let Some((k, value)) = trials.best(&self.order, self.enough, &mut self.rises, evaluations)? else {
            return Ok(Polled::Failed);
        };
        let (target, directions) = (trials.target(k), trials.directions);
        let Some(moved) = incumbent.move_to(target, value, evaluations)? else {
            return Ok(Polled::Failed);
        };
        self.order.succeeded(k);
        self.basis.succeeded(k, &directions);
        Ok(Polled::Improved(moved))
    }
}
