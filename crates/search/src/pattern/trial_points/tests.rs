//! Steps shortened by bounds.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::walk_within;
use crate::Bounds;

#[test]
fn a_step_goes_as_far_as_the_first_bound_in_all_coordinates() {
    let bounds =
        Bounds::new(vec![0.0, f64::NEG_INFINITY, -1.0], vec![10.0, 4.0, 1.0]).expect("lower below upper");
    let walked = |from: [f64; 3], mut steps: [f64; 3]| (walk_within(&mut steps, &from, &bounds, None), steps);
    assert_eq!(walked([2.0, 0.0, 0.0], [4.0, 2.0, 0.0]), (true, [6.0, 2.0, 0.0]));
    // The second coordinate has room for half of its step, the first for more.
    assert_eq!(walked([2.0, 0.0, 0.0], [8.0, 8.0, 0.5]), (false, [6.0, 4.0, 0.25]));
    assert_eq!(walked([2.0, 0.0, 0.0], [-8.0, 4.0, 0.0]), (false, [0.0, 1.0, 0.0]));
    // A step that ends on the bound is not shortened.
    assert_eq!(walked([2.0, 0.0, 0.0], [8.0, 0.0, 0.0]), (true, [10.0, 0.0, 0.0]));
    // On the bound the step is zero.
    assert_eq!(walked([2.0, 4.0, 0.0], [1.0, 1.0, 1.0]), (false, [2.0, 4.0, 0.0]));
}

/// In about one of two hundred cases the fraction of a rounded step misses the bound that it should end on.
#[test]
fn a_step_that_is_cut_short_ends_on_the_bound_to_the_bit() {
    let random = &mut Xoshiro256PlusPlus::seed_from_u64(1);
    let mut beside = 0;
    for case in 0..20_000 {
        let upper: f64 = random.random_range(0.1..3.0);
        let bounds = Bounds::new(vec![-upper, -9.0], vec![upper, 9.0]).expect("lower below upper");
        let from = [random.random_range(-0.1..0.1), 0.0];
        let step = random.random_range(3.2..7.0) * if random.random() { 1.0 } else { -1.0 };
        let mut steps = [step, 0.3];
        assert!(!walk_within(&mut steps, &from, &bounds, None));
        let bound = upper.copysign(step);
        assert_eq!(steps[0], bound, "case {case}: from {from:?} by {step}");
        beside += usize::from(from[0] + (bound - from[0]) / step * step != bound);
    }
    assert!(beside > 0, "rounding alone has done it");
}
