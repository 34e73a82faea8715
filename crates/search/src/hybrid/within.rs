//! The hybrid search within another one.

use serde::{Deserialize, Serialize};

use super::HybridOptions;
use super::descent::Descent;
use super::place::Place;
use super::space::Space;
use crate::{Bounds, Evaluations, Stop};

/// A descent of the hybrid search, a sweep and then models, as a phase of another search.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Within {
    descent: Descent,
}

impl Within {
    /// Begins at an evaluated point, with steps of `size` in the scale of each coordinate.
    pub(crate) fn at(x: &[f64], value: f64, size: f64, scale: &[f64], bounds: &Bounds) -> Self {
        Within { descent: Descent::from(x.to_vec(), value, size, Space::of(scale, bounds)) }
    }

    /// Runs one iteration.
    pub(crate) fn iterate(
        &mut self,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        self.descent.iterate(options, evaluations).map(drop)
    }

    /// Returns the best point and its value.
    pub(crate) fn incumbent(&self) -> (&[f64], f64) {
        (&self.descent.place.x, self.descent.place.value)
    }

    /// Whether it has converged.
    pub(crate) fn has_converged(&self, options: &HybridOptions) -> bool {
        self.descent.no_step || self.descent.place.mesh_size < options.mesh_tolerance
    }

    /// Returns the curvature of the last model along each coordinate, in these units; `None` where it is not above 0.
    pub(crate) fn curvatures(&self, units: &[f64]) -> Vec<Option<f64>> {
        let Place { space, fits, .. } = &self.descent.place;
        let (mut factors, mut diagonal) = (vec![0.0; units.len()], vec![0.0; units.len()]);
        space.write_scale(&mut factors);
        space.write(&fits.curvatures(), &mut diagonal);
        let in_units = |((curvature, scale), unit): ((&f64, &f64), &f64)| {
            let factor = unit / scale;
            Some(curvature * factor * factor).filter(|curvature| *curvature > 0.0 && curvature.is_finite())
        };
        diagonal.iter().zip(&factors).zip(units).map(in_units).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Within;
    use crate::{Bounds, Budget, Evaluations, HybridOptions, Problem};

    /// `f = x² + 8 z²` has the curvatures 2 and 16, and 2 · 4 and 16 / 4 in units of 2 and 1/2; y is fixed.
    #[test]
    fn curvatures_of_the_model_are_those_along_the_coordinates_in_other_units() {
        let bounds = Bounds::new([-9.0, 5.0, -9.0], [9.0, 5.0, 9.0]).expect("lower not above upper");
        let f = |x: &[f64]| x[0] * x[0] + 8.0 * x[2] * x[2];
        let problem =
            Problem::new(f, vec![3.0, 5.0, 4.0]).and_then(|problem| problem.bounded(bounds.clone()));
        let problem = problem.expect("a problem");
        let mut evaluations =
            Evaluations::here(&problem, 0.0, &Budget::unlimited(), Vec::new()).expect("a start");
        let start = [3.0, 5.0, 4.0];
        let value = evaluations.value(&start).expect("no limit");
        let mut within = Within::at(&start, value, 1.0, &[1.0, 1.0, 4.0], &bounds);
        assert_eq!(within.curvatures(&[1.0; 3]), [None; 3]);
        for _ in 0..8 {
            within.iterate(&HybridOptions::default(), &mut evaluations).expect("no limit");
        }
        let curvatures = within.curvatures(&[2.0, 1.0, 0.5]);
        assert!((curvatures[0].expect("seen") - 8.0).abs() < 1e-3, "{curvatures:?}");
        assert!(curvatures[1].is_none() && (curvatures[2].expect("seen") - 4.0).abs() < 1e-3);
        let (x, least) = within.incumbent();
        assert!(least < value && x[1] == 5.0);
    }
}
