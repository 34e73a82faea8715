//! Several ways to fit a model, and the choice of the one that has predicted best.

use nalgebra::{DMatrix, DVector};
use serde::{Deserialize, Serialize};

use super::cloud::Neighbour;
use super::quadratic::{Conditions, Quadratic, chosen};

/// Size of the assumed remainder beyond a quadratic ([`Conditions`]): almost zero for smooth functions, large for
/// functions with kinks.
pub(super) const REMAINDERS: [f64; 3] = [1e-8, 1e-5, 1e-2];

/// Weight of the old error in the exponential mean; the latest error has the rest.
pub(super) const MEMORY: f64 = 0.8;

/// State kept between models: the last Hessian, and the recent prediction error of each kind of fit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Fits {
    /// The Hessian of the model used last, n × n.
    hessian: Vec<f64>,
    errors: [f64; REMAINDERS.len()],
    /// The conditions of the last fit, whose memory the next one uses.
    #[serde(skip)]
    conditions: Conditions,
}

/// The models of one iteration, one for each remainder where the fit succeeds.
pub(super) struct Models {
    all: [Option<Quadratic>; REMAINDERS.len()],
    used: usize,
}

impl Fits {
    pub(super) fn none_yet(n: usize) -> Self {
        Fits { hessian: vec![0.0; n * n], errors: [0.0; REMAINDERS.len()], conditions: Conditions::default() }
    }

    /// Returns the curvatures of the model used last along the coordinates, 0 before the first.
    pub(super) fn curvatures(&self) -> Vec<f64> {
        let n = self.hessian.len().isqrt();
        self.hessian.iter().step_by(n + 1).copied().collect()
    }

    /// Fits a model of each kind, or only of the first if `several` is `false`. The kind with the smallest recent
    /// error is used, and its Hessian is the prior of the next fits.
    pub(super) fn fit(
        &mut self,
        neighbours: &[Neighbour],
        n: usize,
        radius: f64,
        several: bool,
    ) -> Option<Models> {
        let before = DMatrix::from_column_slice(n, n, &self.hessian);
        let kinds = if several { REMAINDERS.len() } else { 1 };
        let used =
            (1..kinds).fold(0, |best, kind| if self.errors[kind] < self.errors[best] { kind } else { best });
        let points = chosen(neighbours, radius, n);
        let displacements: Vec<_> = points.iter().map(|point| &point.displacement).collect();
        if !self.conditions.become_those_at(&displacements, radius) {
            return None;
        }
        let conditions = &self.conditions;
        let before = conditions.in_radii(&before);
        let rises = conditions.unexplained(|i| points[i].rise, &before);
        let mut all = [const { None }; REMAINDERS.len()];
        for (model, remainder) in all.iter_mut().zip(REMAINDERS).take(kinds) {
            let eliminated = conditions.eliminate(remainder);
            *model = eliminated.and_then(|fit| fit.model(&fit.solve(&rises)?, &before));
        }
        let model = all[used].as_ref()?;
        self.hessian.copy_from_slice(model.hessian.as_slice());
        Some(Models { all, used })
    }

    /// Updates the error of each kind by |actual − predicted| / (|actual| + |predicted|): 0 for a correct prediction,
    /// 1 for one of the wrong sign or none.
    pub(super) fn learn(&mut self, models: &Models, displacement: &DVector<f64>, rise: f64) {
        for (error, model) in self.errors.iter_mut().zip(&models.all) {
            let wrong = model.as_ref().map_or(1.0, |model| {
                let predicted = model.change(displacement);
                (rise - predicted).abs() / (rise.abs() + predicted.abs()).max(f64::MIN_POSITIVE)
            });
            *error = MEMORY * *error + (1.0 - MEMORY) * if wrong.is_nan() { 1.0 } else { wrong };
        }
    }
}

impl Models {
    /// Whether the model in use is the one for functions with kinks.
    pub(super) fn expect_kinks(&self) -> bool {
        self.used == REMAINDERS.len() - 1
    }

    /// Returns the models that are not in use.
    pub(super) fn others(&self) -> impl Iterator<Item = &Quadratic> {
        let others = self.all.iter().enumerate().filter(|(kind, _)| *kind != self.used);
        others.filter_map(|(_, model)| model.as_ref())
    }

    /// Returns the model in use.
    pub(super) fn best(&self) -> &Quadratic {
        self.all[self.used].as_ref().expect("`fit` gives models only where there is this one")
    }
}

#[cfg(test)]
mod tests;
