//! Halton's sequence: points that fill the unit cube evenly.

/// The first `n` primes.
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

/// The digits of `t` in this base, mirrored at the point: 6 = 110 in base 2 becomes 0.011 = 3/8.
pub(super) fn radical_inverse(mut t: u64, base: u64) -> f64 {
    let (mut inverse, mut unit) = (0.0, 1.0);
    while t > 0 {
        unit /= base as f64;
        inverse += unit * (t % base) as f64;
        t /= base;
    }
    inverse
}
