//! Problems in rotated coordinates, because unrotated ones favour searches along coordinates.

use std::sync::Arc;

use nalgebra::{DMatrix, DVector};
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{Error, Failure, LeastSquares, Objective, Problem, Residuals};

use crate::Case;
use crate::residuals::{form_of, residuals_of};

/// Seed of all rotations, so that each problem has the same rotation in every study.
const SEED: u64 = 1;

/// The problems without bounds among the given ones, each in coordinates `y` with `x = Q y` for an orthogonal
/// matrix Q that is uniformly distributed (Stewart 1980, "The efficient generation of random orthogonal
/// matrices"), drawn from the problem's number. Their names end in `-rotated`. Problems with bounds are left
/// out, because rotated bounds are no longer bounds.
pub fn rotated(cases: Vec<Case<'static>>) -> Vec<Case<'static>> {
    cases.into_iter().enumerate().filter_map(|(number, case)| rotate(case, number as u64)).collect()
}

fn rotate(case: Case<'static>, number: u64) -> Option<Case<'static>> {
    let problem = case.problem(0).ok()?;
    let unbounded = problem.bounds().lower().iter().all(|bound| bound.is_infinite())
        && problem.bounds().upper().iter().all(|bound| bound.is_infinite());
    if !unbounded {
        return None;
    }
    let rotation = Arc::new(orthogonal(problem.dimension(), SEED.wrapping_add(number)));
    let turned_truth = case.truth().map(|truth| Rotated { inner: truth.clone(), rotation: rotation.clone() });
    let turn = move |case: &Case<'static>, seed: u64| -> Result<Problem<'static>, Error> {
        let problem = case.problem(seed)?;
        let start = rotation.tr_mul(&DVector::from_column_slice(problem.start()));
        let inner = problem.shared_objective();
        let objective = Rotated { inner, rotation: rotation.clone() };
        Problem::shared(Arc::new(objective), start.as_slice().to_vec())
    };
    let name = format!("{}-rotated", case.name());
    let mut turned = if case.is_seeded() {
        let case = case.clone();
        Case::seeded(name, move |seed| turn(&case, seed))
    } else {
        Case::new(name, turn(&case, 0).ok()?)
    };
    turned = match case.optimum() {
        Some(optimum) => turned.with_optimum(optimum),
        None => turned,
    };
    Some(match turned_truth {
        Some(truth) => turned.with_truth(truth),
        None => turned,
    })
}

/// The orthogonal factor of a matrix of normal deviates, with signs that make it uniform.
fn orthogonal(n: usize, seed: u64) -> DMatrix<f64> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let deviates = DMatrix::from_fn(n, n, |_, _| random.sample::<f64, _>(StandardNormal));
    let (mut q, r) = deviates.qr().unpack();
    for (mut column, diagonal) in q.column_iter_mut().zip(r.diagonal().iter()) {
        column *= diagonal.signum();
    }
    q
}

/// `f(Q y)`.
struct Rotated<'o> {
    inner: Arc<dyn Objective + 'o>,
    rotation: Arc<DMatrix<f64>>,
}

impl Objective for Rotated<'_> {
    fn value(&self, y: &[f64]) -> Result<f64, Failure> {
        self.inner.value(self.turned(y).as_slice())
    }

    fn residuals(&self) -> Option<&dyn Residuals> {
        self.inner.residuals().is_some().then_some(self)
    }
}

impl Rotated<'_> {
    /// `Q y`
    fn turned(&self, y: &[f64]) -> DVector<f64> {
        &*self.rotation * DVector::from_column_slice(y)
    }
}

impl Residuals for Rotated<'_> {
    fn form(&self) -> LeastSquares {
        form_of(&*self.inner)
    }

    fn residuals_at(&self, y: &[f64], residuals: &mut [f64]) -> Result<f64, Failure> {
        residuals_of(&*self.inner, self.turned(y).as_slice(), residuals)
    }
}
