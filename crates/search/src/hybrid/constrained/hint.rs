//! The first models from a neighbouring problem's points.

use nalgebra::{DMatrix, DVector};

use super::descent::Descent;
use super::evaluate::all_values;
use super::points::Known;
use super::squares::Residuals;
use crate::hybrid::fits::REMAINDERS;
use crate::hybrid::hint::spread;
use crate::hybrid::quadratic::{Conditions, Quadratic};
use crate::{Evaluations, Stop};

/// The points of a neighbouring problem.
#[derive(Debug, Clone)]
pub(super) struct Hint {
    points: Vec<Known>,
}

/// What a hint says of the models around a point.
pub(super) struct Prior {
    /// Slopes and curvatures of each function; of the residuals' [combination](Residuals::combined) where the objective
    /// is the sum of their squares.
    pub(super) functions: Vec<Quadratic>,
    /// The slopes of the residuals, one in each column.
    pub(super) slopes: Option<DMatrix<f64>>,
}

impl Hint {
    /// Gives the points other coordinates.
    pub(super) fn take_coordinates(&mut self, coordinates: impl Fn(&[f64]) -> DVector<f64>) {
        self.points.iter_mut().for_each(|point| point.y = coordinates(&point.x));
    }

    /// Returns what the hint says of `functions` functions and of residuals around `here`.
    pub(super) fn around(
        &self,
        here: &Known,
        radius: f64,
        functions: usize,
        residuals: usize,
    ) -> Option<Prior> {
        let squared = |point: &Known| (&point.y - &here.y).norm_squared();
        let centre = self.points.iter().min_by(|a, b| squared(a).total_cmp(&squared(b)))?;
        let all: Vec<_> = self.points.iter().map(|point| &point.y - &centre.y).collect();
        let (places, radius) = spread(&all, radius.max(squared(centre).sqrt()));
        let near: Vec<_> = places.iter().map(|&i| (all[i].clone(), &self.points[i])).collect();
        let displacements: Vec<_> = near.iter().map(|(displacement, _)| displacement).collect();
        let conditions = Conditions::at(&displacements, radius)?;
        let fit = conditions.eliminate(REMAINDERS[crate::hybrid::hint::env("REM", 1.0) as usize])?;
        let n = here.y.len();
        let flat = DMatrix::zeros(n, n);
        let now = &here.values[here.values.len() - residuals..];
        let of_residuals = (residuals > 0).then(|| Residuals::at(&near, centre, residuals));
        let slopes = match &of_residuals {
            Some(of_residuals) => Some(fit.slopes(&of_residuals.rises)? / radius),
            None => None,
        };
        let away = &here.y - &centre.y;
        let of_function = |function: usize| {
            let combined = of_residuals
                .as_ref()
                .filter(|_| function == 0)
                .map(|residuals| &residuals.rises * DVector::from_column_slice(now));
            let rise = |i: usize| match &combined {
                Some(combined) => combined[i],
                None => near[i].1.values[function] - centre.values[function],
            };
            let mut model = fit.model(&fit.solve(&conditions.unexplained(rise, &flat))?, &flat)?;
            match (&slopes, function) {
                (Some(slopes), 0) => model.gradient = slopes * DVector::from_column_slice(now),
                _ => model.gradient += &model.hessian * &away,
            }
            Some(model)
        };
        let functions = (0..functions).map(of_function).collect::<Option<Vec<_>>>()?;
        Some(Prior { functions, slopes })
    }
}

impl Descent<'_> {
    /// Evaluates the best point of the hint and, if that is better, goes on from there with models that begin with the
    /// hint's.
    pub(super) fn take_hint(&mut self, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        let Some(best) = evaluations.best_of_hint() else { return Ok(()) };
        let x = self.frame.nearest(&self.here.x, best.x, evaluations);
        if x != self.here.x {
            let there = self.evaluate(x, evaluations)?;
            let is_constrained = self.count.inequalities + self.count.equalities > 0;
            let is_promising = there.has_values() && is_constrained;
            if !self.take(there.clone()) {
                if !is_promising {
                    return Ok(());
                }
                // The merit, which has no weights yet, decides later.
                self.here = there;
            }
        }
        self.radius *= crate::hybrid::hint::nearby();
        let known = |seen: crate::evaluations::Seen| {
            let values = all_values(&seen);
            Known { y: self.frame.coordinates(&seen.x), x: seen.x, values }
        };
        self.fits.begin_with(Hint { points: evaluations.hint().into_iter().map(known).collect() });
        self.swept = self.points.known().len() > 1;
        Ok(())
    }
}
