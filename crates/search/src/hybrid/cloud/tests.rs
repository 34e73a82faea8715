//! Which points are kept, and how the incumbent sees them.

use super::{Cloud, Neighbour, usual_rise};

#[test]
fn neighbours_are_displacements_distances_and_rises_the_nearest_first_without_the_incumbent() {
    let mut cloud = Cloud::default();
    let here = [1.0, 1.0];
    cloud.add(vec![4.0, 5.0], 7.0, &here);
    cloud.add(vec![1.0, 1.0], 2.0, &here);
    cloud.add_failed(vec![0.0, 1.0], 9.0, &here);
    cloud.add(vec![0.0, 0.0], f64::INFINITY, &here);
    let around = cloud.around(&here, 2.0);
    let told = |point: &Neighbour| {
        (point.displacement.as_slice().to_vec(), point.distance, point.rise, point.has_failed)
    };
    let told: Vec<_> = around.iter().map(told).collect();
    assert_eq!(told, [(vec![-1.0, 0.0], 1.0, 7.0, true), (vec![3.0, 4.0], 5.0, 5.0, false)]);
}

#[test]
fn distances_count_all_coordinates_and_as_many_points_as_asked_for_are_seen() {
    let mut cloud = Cloud::default();
    let here = [0.5; 6];
    cloud.add(vec![0.5; 6], 0.0, &here);
    for k in 0..6 {
        let mut at = vec![1.5, -0.5, 1.5, -0.5, 1.5, -0.5];
        at[k] = (k + 3) as f64 + 0.5;
        cloud.add(at, 0.0, &here);
    }
    let squared = |most| cloud.nearest(most, &here, 0.0).iter().map(|near| near.distance.powi(2)).collect();
    let squared: [Vec<f64>; 2] = [3, 9].map(squared);
    let expected = [14.0, 21.0, 30.0, 41.0, 54.0, 69.0];
    assert_eq!((squared[0].len(), squared[1].len()), (3, 6));
    for squared in squared {
        assert!(squared.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-12));
    }
}

#[test]
fn ten_points_are_kept_for_each_coordinate_and_one_more_and_the_furthest_goes() {
    let mut cloud = Cloud::default();
    // The furthest point is neither the first nor the last.
    for at in (0..15).chain([100]).chain(15..19) {
        cloud.add(vec![f64::from(at)], 0.0, &[0.0]);
    }
    assert_eq!(cloud.points.len(), 20);
    cloud.add(vec![50.0], 0.0, &[0.0]);
    assert_eq!(cloud.points.len(), 20);
    assert!(
        cloud.points.iter().any(|point| point.at == [50.0])
            && cloud.points.iter().all(|point| point.at != [100.0])
    );
    // Seen from another incumbent, a different point is the furthest.
    cloud.add(vec![51.0], 0.0, &[60.0]);
    assert!(cloud.points.iter().all(|point| point.at != [0.0]));
}

#[test]
fn a_point_covers_what_is_nearer_than_the_distance() {
    let mut cloud = Cloud::default();
    cloud.add(vec![0.0, 0.0], 0.0, &[0.0, 0.0]);
    assert!(cloud.covers(&[3.0, 4.0], 5.1) && !cloud.covers(&[3.0, 4.0], 5.0));
    // Near in both coordinates, but not in distance.
    assert!(!cloud.covers(&[3.0, 4.0], 4.5));
}

#[test]
fn in_longer_units_points_are_nearer() {
    let mut cloud = Cloud::default();
    cloud.add(vec![8.0, 8.0], 3.0, &[0.0, 0.0]);
    cloud.divide_by(&[2.0, 8.0]);
    assert_eq!(cloud.points[0].at, [4.0, 1.0]);
}

#[test]
fn the_usual_rise_is_the_median_size_of_two_nearest_points_for_each_coordinate() {
    let mut cloud = Cloud::default();
    for (at, value) in [(1.0, 5.0), (-2.0, -1.0), (3.0, 3.0), (-4.0, 2.0), (5.0, 1000.0)] {
        cloud.add(vec![at], value, &[0.0]);
    }
    let around = cloud.around(&[0.0], 0.0);
    // Of 5 and 1 the larger; of 5, 1, 3 and 2 sorted the third.
    assert_eq!((usual_rise(&around, 1), usual_rise(&around, 2)), (Some(5.0), Some(3.0)));
    assert_eq!(usual_rise(&[], 2), None);
}
