//! Steps of subproblems whose solutions are known.

use nalgebra::{DMatrix, DVector};

use super::Subproblem;
use crate::Loss;
use crate::hybrid::constrained::composite::Composite;
use crate::hybrid::constrained::models::Models;
use crate::hybrid::quadratic::Quadratic;

fn model(gradient: &[f64], hessian: &[f64]) -> Quadratic {
    let n = gradient.len();
    Quadratic {
        gradient: DVector::from_column_slice(gradient),
        hessian: DMatrix::from_row_slice(n, n, hessian),
    }
}

fn models(values: &[f64], models: Vec<Quadratic>) -> Models {
    Models::alone(values.to_vec(), models)
}

fn solved(models: &Models, inequalities: usize, radius: f64) -> (Vec<f64>, Vec<f64>) {
    let far = DVector::from_element(2, f64::INFINITY);
    let subproblem = Subproblem::of(models, inequalities, &[], (&-&far, &far), &DVector::zeros(2), radius);
    let step = subproblem.solve(None);
    (step.displacement.iter().copied().collect(), step.multipliers)
}

fn close(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6)
}

/// min d₁ + d₂ subject to `½ ‖d‖² + d·(1, 1) <= 0`, a disc around (-1, -1) of radius √2: d = (-2, -2), and
/// 1 + λ (d₁ + 1) = 0 gives λ = 1.
#[test]
fn a_step_follows_a_curved_constraint_to_its_end_and_knows_the_multiplier() {
    let both =
        models(&[0.0, 0.0], vec![model(&[1.0, 1.0], &[0.0; 4]), model(&[1.0, 1.0], &[1.0, 0.0, 0.0, 1.0])]);
    let (step, multipliers) = solved(&both, 1, 3.0);
    assert!(close(&step, &[-2.0, -2.0]) && close(&multipliers, &[1.0]), "{step:?} {multipliers:?}");
}

/// An equality d₁ + d₂ = 1 that needs a step of ½ each is met as far as 0.8 of a radius of ½ reaches: 0.4 each.
#[test]
fn what_the_region_does_not_reach_is_made_as_small_as_possible() {
    let both =
        models(&[0.0, -1.0], vec![model(&[0.0, 0.0], &[1.0, 0.0, 0.0, 1.0]), model(&[1.0, 1.0], &[0.0; 4])]);
    let (step, _) = solved(&both, 0, 0.5);
    assert!(close(&step, &[0.4, 0.4]), "{step:?}");
    let (step, multipliers) = solved(&both, 0, 2.0);
    // d + λ (1, 1) = 0.
    assert!(close(&step, &[0.5, 0.5]) && close(&multipliers, &[-0.5]), "{step:?} {multipliers:?}");
}

/// The merit's model with weight π: min ½ ‖d - (2, 0)‖² + π max(d₁, 0) is at 2 - π for π < 2.
#[test]
fn the_elastic_step_pays_for_violations_by_their_weight() {
    let both =
        models(&[0.0, 0.0], vec![model(&[-2.0, 0.0], &[1.0, 0.0, 0.0, 1.0]), model(&[1.0, 0.0], &[0.0; 4])]);
    let far = DVector::from_element(2, f64::INFINITY);
    let subproblem = Subproblem::of(&both, 1, &[], (&-&far, &far), &DVector::zeros(2), 4.0);
    for (weight, at) in [(0.5, 1.5), (1.5, 0.5), (3.0, 0.0)] {
        let step = subproblem.elastic(&[weight]).displacement;
        assert!(close(step.as_slice(), &[at, 0.0]), "{weight}: {step}");
    }
}

/// max(d₁, d₂) in the disc `½ ‖d‖² + d·(1, 1) <= 0` is least at its far end, (-2, -2): ½ and ½ of the residuals, and
/// ½ + λ (d₁ + 1) = 0 gives λ = ½. The residuals' multipliers follow those of the constraints.
#[test]
fn a_value_with_kinks_follows_a_curved_constraint() {
    let composite = |loss| {
        let residuals = vec![model(&[1.0, 0.0], &[0.0; 4]), model(&[0.0, 1.0], &[0.0; 4])];
        let disc = model(&[1.0, 1.0], &[1.0, 0.0, 0.0, 1.0]);
        let mut models = models(&[0.0, 0.0], vec![model(&[1.0, 0.0], &[0.0; 4]), disc]);
        models.composite = Some(Composite::of(loss, &[0.0, 0.0], residuals));
        models
    };
    let (step, multipliers) = solved(&composite(Loss::Minimax), 1, 3.0);
    assert!(close(&step, &[-2.0, -2.0]) && close(&multipliers, &[0.5, 0.5, 0.5]), "{step:?} {multipliers:?}");
    // The sum of magnitudes is least where it is, and so is the largest.
    for loss in [Loss::L1, Loss::Chebyshev] {
        let (step, _) = solved(&composite(loss), 1, 3.0);
        assert!(close(&step, &[0.0, 0.0]), "{loss:?}: {step:?}");
    }
}

/// |d₁ - 1| + |d₂ - 2| + 10 + ¼ d₁² is least at (1, 2). Where d₁ + d₂ <= 2.5 is a row, it is least at (½, 2), as the bowl
/// helps d₁ down.
#[test]
fn magnitudes_and_rows_have_their_multipliers_in_their_places() {
    let residuals = vec![
        model(&[1.0, 0.0], &[0.0; 4]),
        model(&[0.0, 1.0], &[0.0; 4]),
        model(&[0.0, 0.0], &[0.5, 0.0, 0.0, 0.0]),
    ];
    let mut models = models(&[13.0], vec![model(&[-1.0, -1.0], &[0.5, 0.0, 0.0, 0.0])]);
    models.composite = Some(Composite::of(Loss::L1, &[-1.0, -2.0, 10.0], residuals));
    let far = DVector::from_element(2, f64::INFINITY);
    let gradient = DVector::from_column_slice(&[1.0, 1.0]);
    for (row, expected) in [(-4.0, [1.0, 2.0]), (-2.5, [0.5, 2.0])] {
        let rows = [(row, &gradient)];
        let subproblem = Subproblem::of(&models, 0, &rows, (&-&far, &far), &DVector::zeros(2), 4.0);
        let step = subproblem.solve(None);
        assert!(close(step.displacement.as_slice(), &expected), "{}", step.displacement);
        // The residuals', then the row's: ½ d₁ + λ₁ + μ = 0 and λ₂ + μ = 0. The third residual has no kink here.
        let [first, second, third, row] = step.multipliers[..] else { unreachable!("four of them") };
        assert!(
            (0.5 * expected[0] + first + row).abs() < 1e-6 && (second + row).abs() < 1e-6 && third == 1.0,
            "{:?}",
            step.multipliers
        );
    }
}
