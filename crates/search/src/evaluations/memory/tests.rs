//! Tests which points a cache finds and keeps.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Known, Memory, key, ordered};

fn known(x: &[f64], value: Option<f64>) -> Known {
    Known { x: x.to_vec(), value }
}

#[test]
fn a_known_point_has_its_value_one_nearby_has_none_and_one_further_away_is_not_known() {
    let mut memory = Memory::answering(10, 0.5);
    memory.push(known(&[1.0, 2.0], Some(7.0)));
    memory.push(known(&[9.0, 9.0], None));
    let recalled = [[1.0, 2.0], [1.5, 1.5], [1.0, 2.501], [9.0, 9.0]].map(|x| memory.recall(&x));
    assert_eq!(recalled, [Some(7.0), Some(f64::INFINITY), None, Some(f64::INFINITY)]);
    // The nearest known point counts.
    memory.push(known(&[1.25, 2.0], Some(8.0)));
    assert_eq!([memory.recall(&[1.0, 2.0]), memory.recall(&[1.25, 2.0])], [Some(7.0), Some(8.0)]);
    let mut without = Memory::of(10);
    without.push(known(&[1.0], Some(7.0)));
    assert_eq!(without.recall(&[1.0]), None, "one that does not answer");
}

#[test]
fn the_oldest_point_goes_when_there_are_too_many() {
    let mut memory = Memory::answering(2, 0.0);
    for (x, value) in [(3.0, 1.0), (1.0, 2.0), (2.0, 3.0)] {
        memory.push(known(&[x], Some(value)));
    }
    assert_eq!([3.0, 1.0, 2.0].map(|x| memory.recall(&[x])), [None, Some(2.0), Some(3.0)]);
    assert_eq!(memory.values().map(|(x, value)| (x[0], value)).collect::<Vec<_>>(), [(1.0, 2.0), (2.0, 3.0)]);
}

/// The points differ by the tolerance, one unit in the last place, in every coordinate. In exact arithmetic
/// their keys differ by less, but the rounding errors of fifty terms may exceed the tolerance.
#[test]
fn a_point_within_the_tolerance_is_found_though_rounding_sets_the_keys_further_apart() {
    let tolerance = f64::EPSILON;
    let mut further_apart = 0;
    for seed in 0..2000 {
        let random = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
        let x: Vec<f64> = (0..50).map(|_| random.random_range(1.0..1.9)).collect();
        let y: Vec<f64> = x.iter().map(|x| x + tolerance).collect();
        let mut memory = Memory::answering(1, tolerance);
        memory.push(known(&x, Some(1.0)));
        assert_eq!(memory.recall(&y), Some(f64::INFINITY), "seed {seed}");
        further_apart += usize::from((key(&x) - key(&y)).abs() > tolerance);
    }
    assert!(further_apart > 0, "no key has needed the margin");
}

#[test]
fn keys_of_points_differ_by_no_more_than_their_distance_and_keep_their_order_as_bits() {
    assert!((key(&[3.0, 5.0]) - key(&[2.0, 4.0])).abs() <= 1.0);
    assert_ne!(key(&[1.0, 2.0]), key(&[2.0, 1.0]));
    let numbers = [f64::NEG_INFINITY, -2.0, -1e-300, 0.0, 1e-300, 2.0, f64::INFINITY];
    assert!(numbers.windows(2).all(|pair| ordered(pair[0]) < ordered(pair[1])));
    assert_eq!(ordered(-0.0), ordered(0.0));
}
