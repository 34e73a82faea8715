//! Halton's sequence: low-discrepancy points in the unit cube.

/// Returns the first `n` primes.
pub(super) fn primes(n: usize) -> Vec<u64> {
    let mut primes: Vec<u64> = Vec::with_capacity(n);
    let mut candidate = 2;
    while primes.len() < n {
        let mut divisors = primes.iter().take_while(|&&p| p * p <= candidate);
        if divisors.all(|p| candidate % p != 0) {
            primes.push(candidate);
        }
        candidate += 1;
    }
    primes
}

/// Returns the digits of `t` in this base, mirrored at the radix point: 6 = 110 in base 2 becomes 0.011 = 3/8.
pub(super) fn radical_inverse(mut t: u64, base: u64) -> f64 {
    let (mut inverse, mut unit) = (0.0, 1.0);
    while t > 0 {
        unit /= base as f64;
        inverse += unit * (t % base) as f64;
        t /= base;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::{primes, radical_inverse};

    #[test]
    fn the_first_primes() {
        assert_eq!(primes(10), [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
        assert!(primes(0).is_empty());
    }

    /// Halton 1960, "On the efficiency of certain quasi-random sequences of points", section 2: van der Corput's
    /// sequence in bases 2 and 3.
    #[test]
    fn radical_inverses_are_digits_mirrored_at_the_point() {
        let of = |base: u64, count: u64| (0..count).map(|t| radical_inverse(t, base)).collect::<Vec<_>>();
        assert_eq!(of(2, 9), [0.0, 0.5, 0.25, 0.75, 0.125, 0.625, 0.375, 0.875, 0.0625]);
        let ninths = of(3, 10).into_iter().map(|u| 27.0 * u);
        let expected = [0.0, 9.0, 18.0, 3.0, 12.0, 21.0, 6.0, 15.0, 24.0, 1.0];
        assert!(ninths.zip(expected).all(|(u, expected)| (u - expected).abs() < 1e-14));
    }
}
