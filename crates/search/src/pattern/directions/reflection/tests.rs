//! The directions of OrthoMADS from its definitions.

use super::{Reflection, Reflections, adjusted_direction, dot};
use crate::pattern::directions::halton::radical_inverse;

/// Abramson et al. 2009, section 3.2, by trial: the longest rounded multiple of `2 u_t - e` with `‖q‖ <= 2^(|ℓ|/2)`.
fn longest(t: u64, primes: &[u64], level: i32) -> Vec<f64> {
    let u: Vec<f64> = primes.iter().map(|&p| 2.0 * radical_inverse(t, p) - 1.0).collect();
    let length = dot(&u, &u).sqrt();
    let most = f64::from(level.abs()).exp2();
    let rounded = |factor: f64| u.iter().map(|u| (factor * u / length).round()).collect::<Vec<_>>();
    let factors = (0..20_000).map(|k| f64::from(k) * (most.sqrt() + 2.0) / 20_000.0);
    factors
        .map(rounded)
        .filter(|q| dot(q, q) <= most)
        .max_by(|a, b| dot(a, a).total_cmp(&dot(b, b)))
        .expect("0 fits")
}

#[test]
fn adjusted_halton_directions_are_as_long_as_rounding_lets_them_be() {
    for t in 3..60 {
        for level in 1..9 {
            let (q, expected) = (adjusted_direction(t, 2, level), longest(t, &[2, 3], level));
            assert_eq!(
                dot(&q, &q),
                dot(&expected, &expected),
                "t = {t}, level {level}: {q:?} for {expected:?}"
            );
        }
        // Level 0 allows length 1: only the largest component.
        assert_eq!(dot(&adjusted_direction(t, 2, 0), &adjusted_direction(t, 2, 0)), 1.0);
    }
    // u_5 = (5/8, 7/9): (1/4, 5/9) becomes (1, 2) within √8, and (3, 7) within 8.
    assert_eq!(adjusted_direction(5, 2, 3), [1.0, 2.0]);
    assert_eq!(adjusted_direction(5, 2, 6), [3.0, 7.0]);
}

/// `t₀ + ℓ` on the finest mesh so far, otherwise one more than the largest index so far (section 3.4); t₀ is the n-th
/// prime.
#[test]
fn on_the_finest_mesh_the_index_is_the_first_plus_the_level_and_else_the_next_unused_one() {
    let (levels, ts) = ([0, 1, 2, 1, 0, 3, 2, 4, 6, 5, 6], [0, 1, 2, 3, 4, 3, 5, 4, 6, 7, 6]);
    for seed in [0, 3] {
        let mut reflections = Reflections::new(seed, 2);
        for (level, t) in levels.into_iter().zip(ts) {
            let expected = adjusted_direction(3 + 10_000 * seed + t, 2, level);
            assert_eq!(reflections.next(2, level, &[0.0, 0.0]).q, expected, "level {level}, t₀ + {t}");
        }
    }
    assert_eq!(Reflections::new(0, 4).first, 7);
}

/// q = (1, 2): `5 I - 2 q qᵀ` = [3 -4; -4 -3].
#[test]
fn the_basis_is_the_householder_matrix_of_whole_numbers_turned_towards_the_target() {
    let columns = |target: [f64; 2]| {
        let reflection = Reflection::new(vec![1.0, 2.0], &target);
        [[1.0, 0.0], [0.0, 1.0]].map(|mut unit| {
            reflection.apply(&mut unit);
            unit
        })
    };
    assert_eq!(columns([0.0, 0.0]), [[3.0, -4.0], [-4.0, -3.0]]);
    assert_eq!(columns([1.0, 0.0]), [[3.0, -4.0], [4.0, 3.0]]);
    assert_eq!(columns([0.0, 1.0]), [[-3.0, 4.0], [4.0, 3.0]]);
}
