use nalgebra::{DMatrix, DVector};

use super::beside::{INTERVAL, away_from, slopes_of};
use super::{Known, damped_update, first_hessian};

fn pair(first: f64, second: f64) -> DVector<f64> {
    DVector::from_vec(vec![first, second])
}

/// `B s = y` after an update that is not damped, and `sᵀB s` a fifth of what it was after one that is.
#[test]
fn the_hessian_agrees_with_the_change_of_the_slopes_and_stays_positive_definite() {
    let before = DMatrix::from_row_slice(2, 2, &[2.0, 0.5, 0.5, 1.0]);
    let (step, change) = (pair(1.0, -2.0), pair(0.5, -3.0));
    let mut hessian = before.clone();
    damped_update(&mut hessian, &step, &change);
    assert!((&hessian * &step - change).amax() < 1e-14);
    assert!(hessian.cholesky().is_some());

    let downwards = pair(-0.5, 3.0);
    let mut hessian = before.clone();
    damped_update(&mut hessian, &step, &downwards);
    let curvature = |hessian: &DMatrix<f64>| step.dot(&(hessian * &step));
    assert!((curvature(&hessian) - 0.2 * curvature(&before)).abs() < 1e-14);
    assert!(hessian.cholesky().is_some());
}

/// The shortest v with `aᵢ·v <= -1` is minus the sum of the normals if they are orthogonal, and minus one normal if that
/// leads far enough from the other plane. Planes that face each other leave no way.
#[test]
fn the_way_inside_leads_away_from_all_planes_and_is_short() {
    let (a, b) = (pair(1.0, 0.0), pair(0.0, 1.0));
    let way = away_from(&[a.clone(), b.clone()]).expect("there is room");
    assert!((way + &a + &b).amax() < 1e-12);
    let leaning = pair(0.6, 0.8);
    let way = away_from(&[b.clone(), leaning.clone()]).expect("there is room");
    assert!(b.dot(&way) <= -0.75 && leaning.dot(&way) <= -0.75 && way.norm() < 1.2);
    assert!(away_from(&[a.clone(), -&a]).is_none());
    let nearly = pair(-1.0, 1e-6).normalize();
    assert!(away_from(&[a, nearly]).is_none());
}

fn known(y: DVector<f64>, value: f64) -> Known {
    Known { x: Vec::new(), y, values: vec![value, -3.0 * value] }
}

/// `f = 2 u - v + 5e6 u²` around 0, with u and v in units; the second function is -3 f. One point shows the slope and half the
/// curvature, two the slope, and points off the axes the linear function through them.
#[test]
fn slopes_are_those_of_lines_of_parabolas_and_of_planes() {
    let h = INTERVAL;
    let f = |u: f64, v: f64| 2.0 * u - v + 5e6 * u * u;
    let at = |u: f64, v: f64| known(pair(u, v), f(u, v));
    let near = |slopes: Option<Vec<DVector<f64>>>, u: f64| {
        let slopes = slopes.expect("the points span the plane");
        assert!((&slopes[0] - pair(u, -1.0)).amax() < 1e-6, "{slopes:?}");
        assert!((&slopes[1] + 3.0 * &slopes[0]).amax() < 1e-12);
    };
    let base = at(0.0, 0.0);
    let one = [(0, h), (1, -h)];
    near(slopes_of(&base, &one, &[at(h, 0.0), at(0.0, -h)]), 2.0 + 5e6 * h);
    let two = [(0, h), (0, -h), (1, h)];
    near(slopes_of(&base, &two, &[at(h, 0.0), at(-h, 0.0), at(0.0, h)]), 2.0);
    // Both points on one side of a row u + v = 0 that has moved the second: f(h, 0), f(-h/2, h/2).
    let plane = |u: f64, v: f64| known(pair(u, v), 2.0 * u - v);
    near(slopes_of(&base, &one, &[plane(h, 0.0), plane(-0.5 * h, 0.5 * h)]), 2.0);
    assert!(slopes_of(&base, &one, &[plane(h, 0.0), plane(-h, 0.0)]).is_none());
}

/// The least of `gᵀs + ½ sᵀγW s` is a radius away, whatever the unit of the slope.
#[test]
fn the_first_hessian_has_its_minimum_a_radius_away() {
    let (metric, slope) = (DMatrix::from_row_slice(2, 2, &[4.0, 0.0, 0.0, 1.0]), pair(8.0, -1.5));
    for unit in [1.0, 1e-20, 1e20] {
        let hessian = first_hessian(metric.clone(), &(&slope * unit), 0.5).expect("there is a slope");
        let step = hessian.cholesky().expect("it is positive definite").solve(&(&slope * -unit));
        assert!((step.norm() - 0.5).abs() < 1e-12, "{step}");
    }
    assert!(first_hessian(metric, &pair(0.0, 0.0), 0.5).is_none());
}
