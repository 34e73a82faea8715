//! The unit of each coordinate, in which first steps and tolerances are measured.

use std::f64::consts::SQRT_2;

use crate::Bounds;

/// The unit of a coordinate without a usable start, as a fraction of its box: the power of two near the tenth
/// of the expected change that Powell advises for a first trust radius (2009, "The BOBYQA algorithm for bound
/// constrained optimization without derivatives", section 1).
const OF_A_BOX: f64 = 0.125;

/// Units within this factor of each other are alike.
const ALIKE: f64 = 8.0;

/// A coordinate keeps a unit of its own if the longest one is longer by more than this factor. Starts near 0 by chance
/// are no sign of another unit.
pub(crate) const OTHER_UNIT: f64 = 1024.0;

/// Returns the unit of one coordinate, a power of two, so that scaling by it is exact. It is the one nearest
/// to the magnitude of the start. If the start is 0, or large compared with the width of the box, it is the
/// one nearest to an eighth of that width; without a finite box it is 1.
pub(crate) fn unit(start: f64, lower: f64, upper: f64) -> f64 {
    of_start_or_box(start, upper - lower).unwrap_or(1.0)
}

/// Returns the [unit] of each coordinate of a problem. A coordinate that starts at 0 without a finite box
/// takes the largest unit of the others, or 1.
pub(crate) fn units(start: &[f64], bounds: &Bounds) -> Vec<f64> {
    let known: Vec<_> = start.iter().enumerate().map(|(i, &x)| of_start_or_box(x, bounds.width(i))).collect();
    let largest = known.iter().flatten().copied().reduce(f64::max).unwrap_or(1.0);
    known.into_iter().map(|unit| unit.unwrap_or(largest)).collect()
}

/// Returns the longest unit to which at least half of all units are alike, and one besides itself; 0 if there is none, as
/// in mixed units.
pub(crate) fn usual(units: &[f64]) -> f64 {
    let mut sorted = units.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let enough = 2.max(units.len().div_ceil(2));
    // The longest of so many in a row that are alike.
    let are_alike = |row: &&[f64]| row[0] <= ALIKE * row[enough - 1];
    sorted.windows(enough).find(are_alike).map_or(0.0, |row| row[0])
}

/// Returns the unit of each coordinate at `x`, which may be far from the start. A coordinate smaller in
/// magnitude than `least` times its previous unit counts as 0 and keeps that unit.
pub(crate) fn units_at(x: &[f64], before: &[f64], least: f64, bounds: &Bounds) -> Vec<f64> {
    let size = |i: usize| if x[i].abs() < least * before[i] { before[i] } else { x[i] };
    (0..x.len()).map(|i| of_start_or_box(size(i), bounds.width(i)).unwrap_or(before[i])).collect()
}

/// Returns the scales of the steps of a search: the [units] of the problem if `in_units`, else 1.
pub(crate) fn scales(in_units: bool, start: &[f64], bounds: &Bounds) -> Vec<f64> {
    if in_units { units(start, bounds) } else { vec![1.0; start.len()] }
}

/// Returns the unit that follows from start and box, if any, as a power of two.
fn of_start_or_box(start: f64, width: f64) -> Option<f64> {
    let of_box = (width > 0.0 && width.is_finite()).then(|| nearest_power_of_two(OF_A_BOX * width));
    let of_start = (start != 0.0).then(|| nearest_power_of_two(start.abs()));
    match (of_start, of_box) {
        (Some(of_start), Some(of_box)) if of_start * OF_A_BOX > of_box => Some(of_box),
        (of_start, of_box) => of_start.or(of_box),
    }
}

/// Returns the largest unit for all coordinates, for methods that are invariant under rotation.
pub(crate) fn common(units: &[f64]) -> Vec<f64> {
    vec![units.iter().copied().fold(f64::MIN_POSITIVE, f64::max); units.len()]
}

/// Returns the longest scale for each coordinate, but its own if that is shorter by a factor of more than 1024, and none
/// beyond the width of its box. Where no scale is [usual], coordinates are in mixed units, and each has its own.
pub(crate) fn common_units(scale: &[f64], bounds: &Bounds) -> Vec<f64> {
    let differing = |i: &usize| bounds.lower()[*i] < bounds.upper()[*i];
    let of_differing: Vec<f64> = (0..scale.len()).filter(differing).map(|i| scale[i]).collect();
    if usual(&of_differing) == 0.0 {
        return scale.to_vec();
    }
    let longest = of_differing.into_iter().fold(0.0, f64::max);
    let of = |i: usize| {
        let unit = if longest > OTHER_UNIT * scale[i] { scale[i] } else { longest };
        unit.min(power_of_two_below(bounds.width(i)).max(scale[i]))
    };
    (0..scale.len()).map(of).collect()
}

/// Returns the unit of values: the magnitude of the value at the start as a power of two, or 1 if that is
/// zero or not finite.
pub(crate) fn value_unit(value: f64) -> f64 {
    if value != 0.0 && value.is_finite() { nearest_power_of_two(value.abs()) } else { 1.0 }
}

/// Returns the power of two nearest to `size` by ratio, at least the smallest normal number.
pub(crate) fn nearest_power_of_two(size: f64) -> f64 {
    let below = power_of_two_below(size);
    if size / below > SQRT_2 && below < f64::MAX / 2.0 { 2.0 * below } else { below }
}

/// Returns the largest power of two not above `size`, at least the smallest normal number.
pub(crate) fn power_of_two_below(size: f64) -> f64 {
    f64::from_bits(size.min(f64::MAX).to_bits() & f64::INFINITY.to_bits()).max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::{
        common, common_units, nearest_power_of_two, power_of_two_below, scales, unit, units, units_at, usual,
        value_unit,
    };
    use crate::Bounds;

    #[test]
    fn the_nearest_power_of_two_is_nearest_by_ratio_and_always_a_normal_number() {
        let cases = [(1.0, 1.0), (1.4, 1.0), (1.42, 2.0), (3.0, 4.0), (500.0, 512.0), (1e-4, 2f64.powi(-13))];
        for (x, power) in cases {
            assert_eq!(nearest_power_of_two(x), power, "{x}");
        }
        for x in [f64::MAX, f64::MIN_POSITIVE, 5e-324, f64::INFINITY, 0.0] {
            assert!(nearest_power_of_two(x).is_normal(), "{x}");
        }
    }

    #[test]
    fn a_unit_is_that_of_the_start_of_the_box_or_of_the_others() {
        let free = Bounds::free(3);
        assert_eq!(units(&[500.0, 1e-4, 0.0], &free), [512.0, 2f64.powi(-13), 512.0]);
        assert_eq!(units(&[0.0, 0.0, 0.0], &free), [1.0, 1.0, 1.0]);
        // The first two take an eighth of the width of their boxes, the third the size of its start.
        let bounds =
            Bounds::new(vec![0.0, 1e6, -4.0], vec![1e-6, 1e6 + 1.0, 4.0]).expect("lower below upper");
        assert_eq!(units(&[0.0, 1e6, 1.0], &bounds), [2f64.powi(-23), 0.125, 1.0]);
        let fixed = Bounds::new(vec![0.0; 3], vec![0.0, 1.0, 8.0]).expect("lower not above upper");
        assert_eq!(units(&[0.0, 1.0, 0.0], &fixed), [1.0, 1.0, 1.0]);
    }

    #[test]
    fn a_unit_elsewhere_is_that_of_the_point_unless_it_is_zero() {
        let (before, free) = ([512.0, 2f64.powi(-13), 4.0], Bounds::free(3));
        assert_eq!(units_at(&[3.0, 5.6e-9, 0.0], &before, 1e-6, &free), [4.0, 2f64.powi(-27), 4.0]);
        assert_eq!(units_at(&[1e-4, 1e-11, -1e-7], &before, 1e-6, &free), before);
    }

    #[test]
    fn in_other_units_it_is_another() {
        for k in -40..40 {
            let s = 2_f64.powi(k);
            for (start, lower, upper) in
                [(0.7, f64::NEG_INFINITY, f64::INFINITY), (0.0, -3.0, 0.5), (5.0, 4.9, 5.0)]
            {
                assert_eq!(unit(s * start, s * lower, s * upper), s * unit(start, lower, upper));
            }
        }
    }

    #[test]
    fn the_power_of_two_below_is_not_above_and_more_than_half() {
        let cases = [
            (1.0, 1.0),
            (1.99, 1.0),
            (2.0, 2.0),
            (3.0, 2.0),
            (0.1, 0.0625),
            (f64::INFINITY, 2f64.powi(1023)),
        ];
        cases.into_iter().for_each(|(x, power)| assert_eq!(power_of_two_below(x), power, "{x}"));
        assert_eq!(power_of_two_below(0.0), f64::MIN_POSITIVE);
    }

    /// The box counts if an eighth of the start's unit exceeds the unit of the box.
    #[test]
    fn a_start_counts_where_an_eighth_of_it_is_within_an_eighth_of_the_box() {
        assert_eq!(unit(8.0, 0.0, 8.0), 8.0);
        assert_eq!(unit(8.0, 7.0, 8.0), 0.125);
        // 64 · 1/8 does not exceed 8, the unit of the box; at a width of 32 it exceeds 4.
        assert_eq!((unit(64.0, 0.0, 64.0), unit(64.0, 32.0, 64.0)), (64.0, 4.0));
    }

    #[test]
    fn a_unit_is_usual_if_it_is_that_of_half_of_the_coordinates_within_a_factor_of_8() {
        assert_eq!(usual(&[1.0, 8.0, 0.5]), 8.0);
        assert_eq!(usual(&[1.0, 16.0, 0.5, 256.0]), 1.0);
        assert_eq!(usual(&[1.0, 16.0, 256.0]), 0.0);
        // Two of five are not half of them, and a coordinate is not alike to itself.
        assert_eq!(usual(&[1.0, 8.0, 256.0, 8192.0, 1e6]), 0.0);
        assert_eq!((usual(&[4.0]), usual(&[])), (0.0, 0.0));
    }

    #[test]
    fn coordinates_share_the_longest_unit_unless_theirs_is_shorter_by_far_or_their_box_is_narrow() {
        let free = Bounds::free(3);
        assert_eq!(common_units(&[4.0, 0.5, 2f64.powi(-30)], &free), [4.0, 4.0, 2f64.powi(-30)]);
        let narrow = Bounds::new([-9.0, 0.0, 0.0], [9.0, 1.5, 0.0]).expect("lower not above upper");
        assert_eq!(common_units(&[4.0, 0.5, 8.0], &narrow), [4.0, 1.0, 4.0]);
    }

    #[test]
    fn coordinates_in_mixed_units_keep_theirs() {
        let mixed = [4.0, 0.125, 64.0];
        assert_eq!(common_units(&mixed, &Bounds::free(3)), mixed);
        assert_eq!(common_units(&[4.0, 0.125, 64.0, 8.0], &Bounds::free(4)), [64.0; 4]);
    }

    #[test]
    fn one_unit_for_all_is_the_largest_and_none_is_1() {
        assert_eq!(common(&[0.5, 4.0, 2.0]), [4.0; 3]);
        let free = Bounds::free(2);
        assert_eq!(scales(true, &[3.0, 0.25], &free), [4.0, 0.25]);
        assert_eq!(scales(false, &[3.0, 0.25], &free), [1.0, 1.0]);
    }

    #[test]
    fn the_unit_of_values_is_the_size_of_the_first_or_1() {
        let cases = [(-3.0, 4.0), (0.3, 0.25), (0.0, 1.0), (f64::INFINITY, 1.0), (f64::NAN, 1.0)];
        cases.into_iter().for_each(|(value, unit)| assert_eq!(value_unit(value), unit, "{value}"));
    }
}
