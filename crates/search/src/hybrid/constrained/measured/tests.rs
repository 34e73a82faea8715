use nalgebra::{DMatrix, DVector};

use super::{away_from, damped_update};

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
