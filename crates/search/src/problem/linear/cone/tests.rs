//! Checks by linear programs that generators lie in the cone, and that each of its directions is a
//! combination of them.

use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem};
use proptest::prelude::*;

use super::{Cone, Generators};
use crate::problem::linear::subspace::{dot, normalize};

/// Returns the direction of the cone furthest along `c`, with components in [-1, 1].
fn furthest(equalities: &[Vec<f64>], rows: &[Vec<f64>], c: &[f64]) -> Vec<f64> {
    let mut program = Problem::new(OptimizationDirection::Maximize);
    let d: Vec<_> = c.iter().map(|&c| program.add_var(c, (-1.0, 1.0))).collect();
    let with = |row: &[f64]| d.iter().copied().zip(row.iter().copied()).collect::<Vec<_>>();
    equalities.iter().for_each(|e| program.add_constraint(with(e), ComparisonOp::Eq, 0.0));
    rows.iter().for_each(|a| program.add_constraint(with(a), ComparisonOp::Le, 0.0));
    let solution = program.solve().unwrap().into_solution().unwrap();
    d.iter().map(|&d| solution.var_value(d)).collect()
}

/// Returns the least 1-norm distance of a combination of generators from `d`.
fn missed(generators: &Generators, d: &[f64]) -> f64 {
    let mut program = Problem::new(OptimizationDirection::Minimize);
    let mut sums: Vec<LinearExpr> = d.iter().map(|_| LinearExpr::empty()).collect();
    for (line, direction) in generators
        .lines
        .iter()
        .map(|line| (f64::NEG_INFINITY, line))
        .chain(generators.rays.iter().map(|ray| (0.0, ray)))
    {
        let weight = program.add_var(0.0, (line, f64::INFINITY));
        sums.iter_mut().zip(direction).for_each(|(sum, &component)| sum.add(weight, component));
    }
    for (mut sum, &d) in sums.into_iter().zip(d) {
        sum.add(program.add_var(1.0, (0.0, f64::INFINITY)), 1.0);
        sum.add(program.add_var(1.0, (0.0, f64::INFINITY)), -1.0);
        program.add_constraint(sum, ComparisonOp::Eq, d);
    }
    program.solve().unwrap().into_solution().unwrap().objective()
}

fn check(equalities: &[Vec<f64>], rows: &[Vec<f64>], targets: &[Vec<f64>]) -> Generators {
    let unit = |rows: &[Vec<f64>]| {
        let mut rows: Vec<_> = rows.iter().filter(|row| dot(row, row) > 0.0).cloned().collect();
        rows.iter_mut().for_each(|row| normalize(row));
        rows
    };
    let (equalities, rows) = (unit(equalities), unit(rows));
    let cone = Cone::of_equalities(equalities.clone(), targets[0].len());
    let generators = cone.generators(&rows).unwrap();
    let Generators { lines, rays } = &generators;
    for direction in lines.iter().chain(rays) {
        assert!((dot(direction, direction) - 1.0).abs() < 1e-12);
        assert!(
            equalities.iter().all(|e| dot(e, direction).abs() < 1e-9),
            "{direction:?} leaves an equality"
        );
    }
    assert!(lines.iter().all(|line| rows.iter().all(|a| dot(a, line).abs() < 1e-9)), "a line is no line");
    assert!(rays.iter().all(|ray| rows.iter().all(|a| dot(a, ray) < 1e-9)), "a ray leaves the cone");
    for c in targets {
        let d = furthest(&equalities, &rows, c);
        let missed = missed(&generators, &d);
        assert!(
            missed < 1e-6,
            "{d:?} of the cone of {rows:?}, {equalities:?} is missed by {missed}: {generators:?}"
        );
    }
    generators
}

fn vectors(n: usize, count: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<Vec<f64>>> {
    prop::collection::vec(prop::collection::vec(-3.0_f64..3.0, n), count)
}

/// Rows of -1, 0 and 1, many of which are dependent, opposite or equal.
fn degenerate(
    n: usize,
    count: impl Into<prop::collection::SizeRange>,
) -> impl Strategy<Value = Vec<Vec<f64>>> {
    prop::collection::vec(prop::collection::vec((-1..=1).prop_map(f64::from), n), count)
}

proptest! {
    #[test]
    fn random_rows(
        (equalities, rows, targets) in (1_usize..6).prop_flat_map(|n| (vectors(n, 0..3), vectors(n, 0..7), vectors(n, 4)))
    ) {
        check(&equalities, &rows, &targets);
    }

    #[test]
    fn dependent_rows(
        (equalities, rows, targets) in (1_usize..6).prop_flat_map(|n| (degenerate(n, 0..3), degenerate(n, 0..9), vectors(n, 4)))
    ) {
        check(&equalities, &rows, &targets);
    }
}

/// A pyramid over a regular polygon has one edge for each vertex of the polygon.
#[test]
fn a_pyramid_has_an_edge_for_each_corner() {
    for corners in [3, 4, 5, 12, 100] {
        let angle = |i: usize| 2.0 * std::f64::consts::PI * i as f64 / f64::from(corners);
        let rows: Vec<_> = (0..corners as usize).map(|i| vec![angle(i).cos(), angle(i).sin(), 1.0]).collect();
        let generators =
            check(&[], &rows, &[vec![1.0, 0.3, 0.1], vec![0.0, -0.2, 1.0], vec![0.0, 0.0, -1.0]]);
        assert_eq!((generators.lines.len(), generators.rays.len()), (0, corners as usize));
    }
}

/// A pyramid over a cube in d dimensions has 2^d edges; beyond the limit there are no generators.
#[test]
fn pyramids_over_cubes() {
    let cone = |d: usize| {
        let side = |i: usize, sign: f64| {
            let mut row = vec![0.0; d + 1];
            (row[i], row[d]) = (sign, 1.0);
            normalize(&mut row);
            row
        };
        let rows: Vec<_> = (0..d).flat_map(|i| [side(i, 1.0), side(i, -1.0)]).collect();
        Cone::of_equalities(Vec::new(), d + 1).generators(&rows)
    };
    for d in 1..=10 {
        assert_eq!(cone(d).map(|generators| generators.rays.len()), Some(1 << d));
    }
    assert_eq!(cone(11), None);
}

#[test]
fn coordinates_that_no_row_has_are_lines_as_they_are() {
    let generators = check(&[vec![0.0, 1.0, 1.0, 0.0]], &[vec![0.0, 1.0, 0.0, 0.0]], &[vec![1.0; 4]]);
    assert_eq!(generators.lines, [vec![1.0, 0.0, 0.0, 0.0], vec![0.0, 0.0, 0.0, 1.0]]);
    let half = 0.5_f64.sqrt();
    assert_eq!(generators.rays.len(), 1);
    assert!((generators.rays[0][1] + half).abs() < 1e-15 && (generators.rays[0][2] - half).abs() < 1e-15);
}
