//! Differences of residuals, and steps from them, on residuals whose slopes are known.

use nalgebra::{DMatrix, DVector};

use super::differences::Changes;
use super::jacobian::{Column, Jacobian};
use super::{FIRST_DAMPING, FIRST_REACH, Fit};
use crate::quasi_newton::curvature::Curvatures;
use crate::quasi_newton::differences::Sides;
use crate::quasi_newton::noise::Noise;
use crate::quasi_newton::place::Place;
use crate::{Bounds, Budget, Evaluations, Problem};

/// The slopes of four residuals along three coordinates, the first of which changes nothing in the last.
const SLOPES: [[f64; 3]; 4] = [[2.0, -1.0, 0.0], [0.5, 3.0, 1.0], [-1.0, 0.0, 2.0], [0.0, 0.25, -1.5]];
const RESIDUALS: [f64; 4] = [1.0, -2.0, 0.5, 3.0];

fn jacobian() -> Jacobian {
    let column =
        |i: usize| (0..4).map(|row| (row, SLOPES[row][i])).filter(|(_, slope)| *slope != 0.0).collect();
    Jacobian { residuals: RESIDUALS.to_vec(), columns: (0..3).map(column).collect() }
}

fn dense() -> (DMatrix<f64>, DVector<f64>) {
    (DMatrix::from_fn(4, 3, |row, i| SLOPES[row][i]), DVector::from_row_slice(&RESIDUALS))
}

const ANYWHERE: [(f64, f64); 3] = [(f64::NEG_INFINITY, f64::INFINITY); 3];

#[test]
fn gradient_and_curvatures_are_those_of_the_sum_of_squares() {
    let (j, r) = dense();
    let gradient = 2.0 * j.transpose() * r;
    assert!((DVector::from_vec(jacobian().gradient()) - gradient).norm() < 1e-14);
    assert_eq!(jacobian().curvatures(), [2.0 * 5.25, 2.0 * 10.0625, 2.0 * 7.25]);
    let mut other = jacobian();
    other.rescale(0.25);
    let quarter = |(other, own): (f64, f64)| (other - 0.25 * own).abs() < 1e-14;
    assert!(other.gradient().into_iter().zip(jacobian().gradient()).all(quarter));
}

#[test]
fn a_step_solves_the_damped_normal_equations_in_any_order() {
    let (j, r) = dense();
    let squares = j.transpose() * &j;
    let most = squares.diagonal().max();
    for damping in [1e-4, 0.5] {
        let scale = squares.diagonal().map(|entry| damping * (entry * most).sqrt());
        let damped = &squares + DMatrix::from_diagonal(&scale);
        let expected = damped.cholesky().expect("positive definite").solve(&(-j.transpose() * &r));
        for order in [[0, 1, 2], [2, 0, 1]] {
            let step = jacobian().step(&order, damping, &ANYWHERE).expect("positive definite");
            assert!((DVector::from_vec(step) - &expected).norm() < 1e-14);
        }
    }
}

/// Without room along the second coordinate the least is that of the two others.
#[test]
fn a_step_stops_at_the_end_of_the_room_and_solves_for_the_others() {
    let free = jacobian().step(&[0, 1, 2], 1e-9, &ANYWHERE).expect("positive definite");
    let end = 0.5 * free[1];
    let mut room = ANYWHERE;
    room[1] = (end.min(0.0), end.max(0.0));
    let step = jacobian().step(&[0, 1, 2], 1e-9, &room).expect("positive definite");
    let (j, r) = dense();
    let rest = &r + j.column(1) * end;
    let others = j.select_columns(&[0, 2]);
    let expected = others.clone().svd(true, true).solve(&(-rest), 1e-12).expect("factors");
    assert_eq!(step[1], end);
    assert!((step[0] - expected[0]).abs() + (step[2] - expected[1]).abs() < 1e-7, "{step:?} {expected}");
    // At a bound against which the value presses there is no room from the beginning.
    let mut shut = ANYWHERE;
    shut[1] = if free[1] < 0.0 { (0.0, 1.0) } else { (-1.0, 0.0) };
    assert_eq!(jacobian().step(&[0, 1, 2], 1e-9, &shut).expect("positive definite")[1], 0.0);
}

/// The slopes explain the residuals after the step, keep their zeros, and change by multiples of the step alone.
#[test]
fn explained_slopes_predict_the_step_and_keep_the_pattern() {
    let (d, after) = ([0.5, -1.0, 0.25], [5.0, -4.0, 0.0, 1.0]);
    let mut explained = jacobian();
    explained.explain(&d, &after);
    let mut predicted = RESIDUALS;
    for (column, d) in explained.columns.iter().zip(d) {
        column.iter().for_each(|&(row, slope)| predicted[row] += slope * d);
    }
    assert!(predicted.iter().zip(after).all(|(predicted, after)| (predicted - after).abs() < 1e-14));
    let change = |i: usize, k: usize| explained.columns[i][k].1 - jacobian().columns[i][k].1;
    // The first row has the first two coordinates.
    assert!((change(0, 0) / change(1, 0) - d[0] / d[1]).abs() < 1e-12);
    assert_eq!(explained.columns[0].len(), 3);
}

/// A chain: residual i is `x_i² - x_(i+1)`, and the last `x_(n-1)`. The value fails where the first coordinate is above 1.
fn chain(x: &[f64], r: &mut [f64]) -> Result<(), &'static str> {
    let n = x.len();
    (0..n - 1).for_each(|i| r[i] = x[i] * x[i] - x[i + 1]);
    r[n - 1] = x[n - 1];
    if x[0] > 1.0 { Err("above 1") } else { Ok(()) }
}

const N: usize = 12;

fn around(at: [f64; N], act: impl FnOnce(&Place, &[f64], &mut Evaluations<'_>)) {
    let problem = Problem::least_squares(N, chain, at.to_vec()).expect("a problem");
    let mut evaluations =
        Evaluations::here(&problem, 0.0, &Budget::unlimited(), Vec::new()).expect("a start");
    evaluations.keep_seen();
    let value = evaluations.value(&at).expect("no limit");
    let residuals = evaluations.seen().pop().expect("it has a value").residuals;
    let place = Place::at(at.to_vec(), value, &[1.0; N], &Bounds::free(N));
    act(&place, &residuals, &mut evaluations);
}

/// Positions a step of ±1/8 away, first upwards.
fn beside(place: &Place) -> Vec<[f64; 2]> {
    place.x.iter().map(|x| [x + 0.125, x - 0.125]).collect()
}

fn slope(columns: &[Column], row: usize, i: usize) -> f64 {
    columns[i].iter().find(|(at, _)| *at == row).map_or(0.0, |(_, slope)| *slope)
}

#[test]
fn groups_give_the_slopes_of_single_coordinates_and_both_sides_those_of_parabolas() {
    let groups: Vec<Vec<usize>> = (0..2).map(|first| (first..N).step_by(2).collect()).collect();
    let rows: Vec<Vec<usize>> = (0..N).map(|i| if i == 0 { vec![0] } else { vec![i - 1, i] }).collect();
    around([0.5; N], |place, residuals, evaluations| {
        let positions = beside(place);
        let unit = place.rise(0.0, 1.0).sqrt();
        let before = evaluations.count();
        for (sides, bend) in [(Sides::One, 0.125), (Sides::Both, 0.0)] {
            let mut changes = Changes::none(place, residuals, &positions);
            changes.evaluate(&groups, &rows, sides, 1, evaluations).expect("no limit");
            assert!(!changes.has_surprised);
            let (jacobian, _) = changes.jacobian();
            for i in 0..N - 1 {
                // (x + h)² - x² = 2 x h + h².
                assert!((slope(&jacobian.columns, i, i) / unit - (1.0 + bend)).abs() < 1e-12);
                assert!((slope(&jacobian.columns, i, i + 1) / unit + 1.0).abs() < 1e-12);
            }
        }
        assert_eq!(evaluations.count() - before, 2 + 4);
    });
}

/// Along coordinates 0 and 6 together there is no value; alone there is one for 6, and for 0 on the other side.
#[test]
fn a_group_without_a_value_is_looked_at_one_by_one() {
    let mut at = [0.5; N];
    at[0] = 1.0;
    around(at, |place, residuals, evaluations| {
        let (positions, before) = (beside(place), evaluations.count());
        let mut changes = Changes::none(place, residuals, &positions);
        let rows: Vec<Vec<usize>> = (0..N).map(|i| vec![i]).collect();
        changes.evaluate(&[vec![0, 6]], &rows, Sides::One, 1, evaluations).expect("no limit");
        assert_eq!(evaluations.count() - before, 4);
        let (jacobian, _) = changes.jacobian();
        let unit = place.rise(0.0, 1.0).sqrt();
        assert!((slope(&jacobian.columns, 0, 0) / unit - 1.875).abs() < 1e-12);
        assert!((slope(&jacobian.columns, 6, 6) / unit - 1.125).abs() < 1e-12);
    });
}

/// At 0 the residual `x_i² - x_(i+1)` does not change for a step that is lost in rounding, so that its coordinate seems to change
/// nothing; away from 0 it surprises.
#[test]
fn a_pattern_that_is_wrong_is_found_out() {
    around([0.5; N], |place, residuals, evaluations| {
        let mut rows: Vec<Vec<usize>> =
            (0..N).map(|i| if i == 0 { vec![0] } else { vec![i - 1, i] }).collect();
        rows[4] = vec![3];
        let positions = beside(place);
        let mut changes = Changes::none(place, residuals, &positions);
        changes.evaluate(&[vec![4, 8]], &rows, Sides::One, 1, evaluations).expect("no limit");
        assert!(changes.has_surprised);
    });
}

/// The first differences are of all coordinates, the next of two groups; after a doubt they are of all again.
#[test]
fn a_pattern_is_learned_at_once_and_seen_anew_when_in_doubt() {
    around([0.5; N], |place, _, evaluations| {
        let (noise, curvatures) = (Noise::default(), Curvatures::guessed(N, 1.0));
        let mut fit = Fit::of(evaluations).expect("a sum of squares");
        evaluations.value(&place.x).expect("no limit");
        let mut look = |fit: &mut Fit, sides| {
            let before = evaluations.count();
            let found = fit.differences(place, (&noise, &curvatures), (sides, 1), |_| true, evaluations);
            assert!(found.expect("no limit").is_some());
            evaluations.count() - before
        };
        assert_eq!((look(&mut fit, Sides::One), look(&mut fit, Sides::One)), (N as u64, 2));
        fit.doubt();
        assert_eq!((look(&mut fit, Sides::Both), look(&mut fit, Sides::Both)), (2 * N as u64, 4));
    });
}

#[test]
fn damping_and_reach_follow_the_promise_that_a_step_has_kept() {
    let after = |kept: f64, step: &[f64]| {
        let mut fit = Fit::knowing(None);
        fit.judge(kept, step);
        (fit.damping / FIRST_DAMPING, fit.reach / FIRST_REACH)
    };
    assert_eq!(after(0.9, &[1.0, -0.95 * FIRST_REACH]), (0.1, 2.0));
    assert_eq!(after(0.9, &[1.0]), (0.1, 1.0));
    assert_eq!(after(0.5, &[FIRST_REACH]), (1.0, 1.0));
    assert_eq!(after(0.2, &[FIRST_REACH]), (4.0, 1.0));
    assert_eq!(after(-1.0, &[FIRST_REACH]), (4.0, 0.5));
    assert_eq!(after(f64::NAN, &[FIRST_REACH]), (4.0, 0.5));
}
