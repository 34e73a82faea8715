//! The unit of a coordinate: what a solver takes as one step of ordinary size along it.

use std::f64::consts::SQRT_2;

use crate::Bounds;

/// The unit of a coordinate, a power of two, which changes no digit of what it scales: the one nearest to the size of the
/// start; for a start at zero the one nearest to the larger of the distances to its two bounds, if both are finite,
/// else 1. It is never more than the distance between finite bounds, where they are not equal.
///
/// A problem in other units of length thereby looks the same to a solver.
pub(crate) fn unit(start: f64, lower: f64, upper: f64) -> f64 {
    let two_sided = lower.is_finite() && upper.is_finite();
    let size = match () {
        () if start != 0.0 => start.abs(),
        () if two_sided && lower < upper => upper.max(-lower),
        () => 1.0,
    };
    let width = upper - lower;
    let nearest = nearest_power_of_two(size);
    if width > 0.0 && nearest > width { power_of_two_below(width) } else { nearest }
}

/// The unit of each coordinate of a start.
pub(crate) fn units(start: &[f64], bounds: &Bounds) -> Vec<f64> {
    (0..start.len()).map(|i| unit(start[i], bounds.lower()[i], bounds.upper()[i])).collect()
}

/// One unit for all coordinates, the largest, for methods that know no axes.
pub(crate) fn common(units: &[f64]) -> Vec<f64> {
    vec![units.iter().copied().fold(f64::MIN_POSITIVE, f64::max); units.len()]
}

/// The unit of values: the size of the one at the start, or 1 if that is zero or not known.
pub(crate) fn value_unit(value: f64) -> f64 {
    if value.is_finite() { unit(value, f64::NEG_INFINITY, f64::INFINITY) } else { 1.0 }
}

/// The nearest power of two by ratio; of what is smaller than any normal number, the least normal one.
pub(crate) fn nearest_power_of_two(size: f64) -> f64 {
    let below = power_of_two_below(size);
    if size / below > SQRT_2 && below < f64::MAX / 2.0 { 2.0 * below } else { below }
}

/// The largest power of two that is not above, at least the least normal number.
pub(crate) fn power_of_two_below(size: f64) -> f64 {
    f64::from_bits(size.min(f64::MAX).to_bits() & f64::INFINITY.to_bits()).max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::unit;

    const FREE: f64 = f64::INFINITY;

    #[test]
    fn it_is_the_power_of_two_nearest_to_the_start() {
        for (start, expected) in [
            (1.0, 1.0),
            (-1.4, 1.0),
            (1.42, 2.0),
            (20.0, 16.0),
            (-24.0, 32.0),
            (1e300, 2_f64.powi(997)),
            (f64::MAX, 2_f64.powi(1023)),
            (1e-300, 2_f64.powi(-997)),
            (5e-324, f64::MIN_POSITIVE),
            (0.0, 1.0),
            (-0.0, 1.0),
        ] {
            assert_eq!(unit(start, -FREE, FREE), expected, "{start}");
        }
    }

    #[test]
    fn it_is_that_of_the_box_where_the_start_is_zero_and_never_more_than_the_box() {
        for (start, lower, upper, expected) in [
            (0.0, 0.0, 1e-6, 2_f64.powi(-20)),
            (0.0, -10.0, 10.0, 8.0),
            (0.0, -100.0, 1.0, 128.0_f64.min(64.0)),
            (0.0, 0.0, FREE, 1.0),
            (0.0, -4.0, FREE, 1.0),
            (0.0, 0.0, 0.0, 1.0),
            (100.0, 99.0, 100.0, 1.0),
            (100.0, 100.0, 100.0, 128.0),
            (0.0, 0.0, f64::MAX, 2_f64.powi(1023)),
            (1.0, -f64::MAX, f64::MAX, 1.0),
        ] {
            assert_eq!(unit(start, lower, upper), expected, "{start} in [{lower}, {upper}]");
        }
    }

    #[test]
    fn in_other_units_it_is_another() {
        for k in -40..40 {
            let s = 2_f64.powi(k);
            for (start, lower, upper) in [(0.7, -FREE, FREE), (0.0, -3.0, 0.5), (5.0, 4.9, 5.0)] {
                assert_eq!(unit(s * start, s * lower, s * upper), s * unit(start, lower, upper));
            }
        }
    }
}
