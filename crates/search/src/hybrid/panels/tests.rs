//! Panels against plain sums.

use super::{Panels, Triangle, products};

/// The element of a matrix that is not symmetric.
fn element(row: usize, column: usize) -> f64 {
    (3 * row + 1) as f64 - (column * column) as f64
}

fn filled(rows: usize, columns: usize) -> Panels {
    let mut panels = Panels::default();
    // Of what was there before nothing is left.
    panels.fill(9, 2, |_, _| 7.0);
    panels.fill(rows, columns, element);
    panels
}

#[test]
fn what_panels_add_is_0() {
    let panels = filled(5, 3);
    assert_eq!(panels.count(), 2);
    assert_eq!(panels.panel(0)[2], [-3.0, 0.0, 3.0, 6.0]);
    assert_eq!(
        panels.panel(1),
        [[13.0, 0.0, 0.0, 0.0], [12.0, 0.0, 0.0, 0.0], [9.0, 0.0, 0.0, 0.0], [0.0; 4]]
    );
    assert_eq!(filled(0, 0).count(), 0);
}

#[test]
fn panels_times_vectors_are_sums_of_products() {
    let panels = filled(5, 3);
    let sum = |row: usize| (0..3).map(|k| element(row, k) * (k + 1) as f64).sum::<f64>();
    let times = panels.times(&[1.0, 2.0, 3.0]);
    assert_eq!(times, [[sum(0), sum(1), sum(2), sum(3)], [sum(4), 0.0, 0.0, 0.0]]);
    let sum = |k: usize| (0..5).map(|row| element(row, k) * (row + 1) as f64).sum::<f64>();
    let times = panels.transposed_times(&[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]);
    assert_eq!(times, [[sum(0), sum(1), sum(2), 0.0]]);
}

#[test]
fn a_scaled_matrix_has_each_column_times_its_factor() {
    let scaled = filled(5, 3).scaled(&[[2.0, -1.0, 3.0, 7.0]]);
    assert_eq!((scaled.panel(1)[0][0], scaled.panel(1)[1][0], scaled.panel(1)[2][0]), (26.0, -12.0, 27.0));
}

#[test]
fn a_triangle_has_the_blocks_up_to_the_diagonal_and_products_are_those_of_rows() {
    let panels = filled(7, 3);
    let triangle = Triangle::from_fn(2, |i, j| products(panels.panel(i), panels.panel(j)));
    let product = |i: usize, j: usize| (0..3).map(|k| element(i, k) * element(j, k)).sum::<f64>();
    for row in 0..7 {
        for column in 0..=row {
            assert_eq!(triangle.element(row, column), product(row, column), "{row}, {column}");
        }
    }
    assert_eq!((triangle.panel(0).len(), triangle.panel(1).len()), (4, 8));
}
