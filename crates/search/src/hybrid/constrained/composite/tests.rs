//! Values with kinks of linear and quadratic residuals.

use nalgebra::{DMatrix, DVector};

use super::Composite;
use crate::Loss;
use crate::hybrid::quadratic::Quadratic;

fn model(gradient: [f64; 2], curvature: f64) -> Quadratic {
    Quadratic {
        gradient: DVector::from_column_slice(&gradient),
        hessian: DMatrix::identity(2, 2) * curvature,
    }
}

/// Residuals 3, -4 and 0.5 with slopes (1, 0), (0, 2) and (1, 1); the second has a curvature of 2.
fn composite(loss: Loss) -> Composite {
    let models = vec![model([1.0, 0.0], 0.0), model([0.0, 2.0], 2.0), model([1.0, 1.0], 0.0)];
    Composite::of(loss, &[3.0, -4.0, 0.5], models)
}

#[test]
fn the_change_is_that_of_the_combined_models() {
    let step = DVector::from_column_slice(&[-1.0, 1.0]);
    // The residuals become 2, -4 + 2 + 2 = 0 and 0.5.
    for (loss, change) in [(Loss::L1, 2.5 - 7.5), (Loss::Minimax, 2.0 - 3.0), (Loss::Chebyshev, 2.0 - 4.0)] {
        assert_eq!(composite(loss).change(&step), change, "{loss:?}");
    }
}

#[test]
fn a_piece_is_the_value_on_one_side_of_the_kinks() {
    let expected = [
        (Loss::L1, [2.0, -1.0], -2.0), // r₁ - r₂ + r₃
        (Loss::Minimax, [1.0, 0.0], 0.0),
        (Loss::Chebyshev, [0.0, -2.0], -2.0), // -r₂
    ];
    for (loss, gradient, curvature) in expected {
        let piece = composite(loss).piece();
        assert_eq!(piece.gradient.as_slice(), gradient, "{loss:?}");
        assert_eq!(piece.hessian, DMatrix::identity(2, 2) * curvature, "{loss:?}");
    }
    let of_multipliers = composite(Loss::L1).hessian(&[1.0, 0.25, 0.0, 9.0]).expect("enough of them");
    assert_eq!(of_multipliers, DMatrix::identity(2, 2) * 0.5);
    assert!(composite(Loss::L1).hessian(&[1.0, 0.25]).is_none());
}

/// In a region of radius 1 the residuals change by at most 1, 2 + 2 + ... and 2: the first keeps its sign, the others need
/// not; and of the largest, the third can be no rival to the first.
#[test]
fn what_cannot_matter_in_the_region_is_no_kink() {
    let wide = DVector::from_element(2, 1.0);
    let kinks = |loss, radius| {
        let kinked = composite(loss).within(radius, &wide);
        let kinks: Vec<_> = kinked.kinks.iter().map(|kink| (kink.residual, kink.sign)).collect();
        (kinks, kinked.largest_of, kinked.multipliers)
    };
    assert_eq!(kinks(Loss::L1, 1.0), (vec![(1, 1.0), (2, 1.0)], 0, vec![1.0, 0.0, 0.0]));
    assert_eq!(kinks(Loss::L1, 0.1), (vec![], 0, vec![1.0, -1.0, 1.0]));
    assert_eq!(kinks(Loss::Minimax, 0.5), (vec![], 0, vec![1.0, 0.0, 0.0]));
    assert_eq!(kinks(Loss::Minimax, 1.0), (vec![(0, 1.0), (2, 1.0)], 2, vec![0.0; 3]));
    assert_eq!(kinks(Loss::Chebyshev, 0.1), (vec![], 0, vec![0.0, -1.0, 0.0]));
    // Differences from the largest, in units of the radius.
    let both = composite(Loss::Minimax).within(1.5, &wide);
    assert_eq!((both.kinks[0].function.value, both.kinks[0].function.gradient[0]), (0.0, 1.5));
}

/// On the ridge of max(x - y, y - x) the epigraph's cone has the line (1, 1, 0) and, beside the way up, the rays down
/// (there is none): the rows are x - y - t and y - x - t. Magnitudes have a height each.
#[test]
fn the_epigraph_has_a_row_for_each_kink_at_hand() {
    let models = || vec![model([1.0, -1.0], 0.0), model([-1.0, 1.0], 0.0), model([1.0, 0.0], 0.0)];
    let ridge = Composite::of(Loss::Minimax, &[0.0, 1e-7, -1.0], models()).epigraph(1e-6);
    assert_eq!((ridge.heights, ridge.rows.len()), (1, 2));
    for (row, sign) in ridge.rows.iter().zip([1.0, -1.0]) {
        // (1, -1) / √2 is the steepest slope, of length 1 beside the height.
        assert!((row[0] - sign * 0.5).abs() < 1e-12 && (row[2] + 0.5f64.sqrt()).abs() < 1e-12, "{row:?}");
    }
    let alone = Composite::of(Loss::Minimax, &[0.0, -1.0, -1.0], models()).epigraph(1e-6);
    assert_eq!((alone.heights, alone.rows.len()), (0, 0));
    let magnitudes = Composite::of(Loss::L1, &[0.0, 1.0, 1e-7], models()).epigraph(1e-6);
    assert_eq!((magnitudes.heights, magnitudes.rows.len()), (2, 4));
    assert!(magnitudes.rows.iter().all(|row| row.len() == 4));
    // A residual that nothing changes has no kink.
    let level = Composite::of(Loss::L1, &[0.0], vec![model([0.0, 0.0], 0.0)]).epigraph(1e-6);
    assert_eq!((level.heights, level.rows.len()), (0, 0));
}
