//! What new points teach about the fits: which kind predicts each function best.

use nalgebra::{DMatrix, DVector};

use super::models::{Fit, Fits, Models};
use super::terms::OfTerms;
use crate::hybrid::fits::{MEMORY, REMAINDERS};
use crate::hybrid::quadratic::Conditions;

/// Changes below this many rounding errors of a function's magnitude say nothing about a model.
const ROUNDINGS: f64 = 1e4;

/// The fits of all kinds, to learn which predicts best.
pub(super) struct Others {
    pub(super) conditions: Conditions,
    /// The slopes of a hint, on which the fits build: of all functions, then of all residuals.
    pub(super) hinted: Option<DMatrix<f64>>,
    pub(super) before: Vec<DMatrix<f64>>,
    pub(super) fits: Vec<[Option<Fit>; REMAINDERS.len()]>,
    /// The fits of the residuals of a value with kinks, which stand in place of the first function's.
    pub(super) of_terms: Option<OfTerms>,
    pub(super) shrink: Option<DVector<f64>>,
}

impl Fits {
    /// Updates the error of each kind of fit of each function with a new point.
    pub(super) fn learn(&mut self, models: &Models, displacement: &DVector<f64>, values: &[f64]) {
        let Some(others) = &models.others else { return };
        let shrink = others.shrink.as_ref();
        let displacement =
            &shrink.map_or_else(|| displacement.clone(), |shrink| displacement.component_mul(shrink));
        let functions = self.functions.len();
        for (function, memory) in self.functions.iter_mut().enumerate() {
            let rise = values[function] - models.values[function];
            memory.size = memory.size.max(values[function].abs()).max(models.values[function].abs());
            for (kind, error) in memory.errors.iter_mut().enumerate() {
                let wrong = match others.of_terms.as_ref().filter(|_| function == 0) {
                    Some(of_terms) => {
                        of_terms.error(kind, &others.conditions, displacement, &values[functions..])
                    }
                    None => others.predicted(function, kind, displacement).map(|predicted| {
                        relative(rise - predicted, rise.abs() + predicted.abs(), memory.size)
                    }),
                };
                if let Some(wrong) = wrong {
                    *error = MEMORY * *error + (1.0 - MEMORY) * wrong;
                }
            }
        }
    }
}

/// Returns an error relative to changes of functions with values of this size, which may be rounding; 1 if it is NaN.
pub(super) fn relative(error: f64, changes: f64, size: f64) -> f64 {
    let seen = changes.max(ROUNDINGS * f64::EPSILON * size);
    let wrong = error.abs() / seen.max(f64::MIN_POSITIVE);
    if wrong.is_nan() { 1.0 } else { wrong }
}

impl Others {
    /// Returns the change of a function that a kind of fit predicts for a displacement, if there is such a fit.
    fn predicted(&self, function: usize, kind: usize, displacement: &DVector<f64>) -> Option<f64> {
        let fit = self.fits[function][kind].as_ref()?;
        let explained = self.hinted.as_ref().map_or(0.0, |slopes| slopes.column(function).dot(displacement));
        Some(fit.change(&self.conditions, &self.before[function], displacement, explained))
    }
}
