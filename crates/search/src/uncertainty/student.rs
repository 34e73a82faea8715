//! Quantiles of Student's t and of the normal distribution.

/// The 0.975 quantile of the normal distribution.
const NORMAL: f64 = 1.959_963_984_540_054;

/// Beyond this many degrees of freedom t is normal within 2e-6 of its quantile.
const MANY: usize = 1_000_000;

/// Returns the 0.975 quantile of Student's t with this many degrees of freedom; the normal one without a number. It is
/// infinite for 0 degrees.
pub(super) fn quantile(degrees: Option<usize>) -> f64 {
    let Some(degrees) = degrees.filter(|&degrees| degrees <= MANY) else { return NORMAL };
    let (mut low, mut high) = (0.0, std::f64::consts::FRAC_PI_2);
    // t = sqrt(ν) tan θ, and the probability grows with θ.
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return (degrees as f64).sqrt() * middle.tan();
        }
        if within(middle, degrees) < 0.95 { low = middle } else { high = middle }
    }
}

/// Returns `P(|T| <= sqrt(ν) tan θ)`. (Abramowitz & Stegun 1964, equations 26.7.3 and 26.7.4.)
///
/// ```text
/// ν odd:   2/π (θ + sin θ (cos θ + 2/3 cos³ θ + ... + 2·4···(ν-3) / (3·5···(ν-2)) cos^(ν-2) θ))
/// ν even:  sin θ (1 + 1/2 cos² θ + ... + 1·3···(ν-3) / (2·4···(ν-2)) cos^(ν-2) θ)
/// ```
fn within(theta: f64, degrees: usize) -> f64 {
    let (sine, cosine) = theta.sin_cos();
    let is_odd = degrees % 2 == 1;
    let mut term = if is_odd { cosine } else { 1.0 };
    let mut sum = 0.0;
    let mut power = usize::from(is_odd);
    while power + 2 <= degrees && term > f64::EPSILON * sum {
        sum += term;
        term *= (power + 1) as f64 / (power + 2) as f64 * cosine * cosine;
        power += 2;
    }
    if is_odd { std::f64::consts::FRAC_2_PI * (theta + sine * sum) } else { sine * sum }
}

#[cfg(test)]
mod tests {
    use super::quantile;

    /// The printed table of Abramowitz & Stegun (26.10, A = 0.95), and closed forms: tan(0.475 π) for one degree of
    /// freedom, `0.95 sqrt(2 / (1 - 0.95²))` for two.
    #[test]
    fn quantiles_are_the_tabulated_ones() {
        let closed =
            [(1, (0.475 * std::f64::consts::PI).tan()), (2, 0.95 * (2.0 / (1.0 - 0.9025_f64)).sqrt())];
        for (degrees, expected) in closed {
            assert!((quantile(Some(degrees)) / expected - 1.0).abs() < 1e-13, "{degrees}");
        }
        let tabulated =
            [(3, 3.182), (4, 2.776), (5, 2.571), (10, 2.228), (11, 2.201), (30, 2.042), (120, 1.980)];
        for (degrees, expected) in tabulated {
            assert!((quantile(Some(degrees)) - expected).abs() < 5.1e-4, "{degrees}");
        }
        assert_eq!(quantile(None), quantile(Some(usize::MAX)));
        assert!((quantile(Some(1_000_000)) - quantile(None)).abs() < 3e-6);
    }
}
