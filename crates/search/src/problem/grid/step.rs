//! The multiples of one granularity, each rounded once to the nearest number.

/// Every integer up to here is exactly representable, and so is every such multiple of a power of two.
const WHOLE: f64 = (1_u64 << 53) as f64;

/// The number of decimal digits that every `f64` preserves. A granularity with no more digits than this is
/// taken to be the decimal fraction that it prints as.
const DIGITS: usize = 15;

/// The largest exactly representable power of ten.
const TENS: i32 = 22;

/// A value within the step divided by this of a multiple is nearest to that multiple, whatever the rounding
/// errors.
const ALMOST_HALF: f64 = 2.1;

/// A positive granularity as a fraction. The decimal fraction 0.1 has numerator 1 and denominator 10, so its
/// multiples are the numbers nearest to 0.2, 0.3, ... Any other granularity is its own numerator, with
/// denominator 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    numerator: f64,
    denominator: f64,
    /// The number of steps to either side of 0 within which all multiples are distinct.
    pub(super) furthest: f64,
}

impl Step {
    /// Creates the step of a finite positive granularity.
    pub(super) fn of(granularity: f64) -> Self {
        let (numerator, denominator) = decimal(granularity).unwrap_or((granularity, 1.0));
        let apart = if is_power_of_two(granularity) { WHOLE } else { 0.5 * WHOLE };
        Step { numerator, denominator, furthest: apart.min((f64::MAX / granularity).floor()) }
    }

    /// Returns the number of steps nearest to `x`, up to `furthest` in magnitude.
    pub(super) fn count(&self, x: f64) -> f64 {
        let within = |steps: f64| steps.round().clamp(-self.furthest, self.furthest);
        let nearly = within(x * self.denominator / self.numerator);
        within(nearly + (self.beyond(x, nearly) / self.numerator).round())
    }

    /// Returns the multiple nearest to `x`. Near the midpoint of two multiples the quotient is inexact, so
    /// their distances are compared.
    pub(super) fn nearest(&self, x: f64) -> f64 {
        let steps = self.count(x);
        let here = self.multiple(steps);
        let beyond = x - here;
        if ALMOST_HALF * beyond.abs() * self.denominator < self.numerator {
            return here;
        }
        let other = self.multiple((steps + beyond.signum()).clamp(-self.furthest, self.furthest));
        if (other - x).abs() < beyond.abs() { other } else { here }
    }

    /// Returns the number nearest to `steps` steps; `steps` is an integer.
    pub(super) fn multiple(&self, steps: f64) -> f64 {
        let product = steps * self.numerator;
        let value = if self.denominator == 1.0 || product.abs() <= WHOLE {
            // One of the two operations is exact, so the result is rounded once.
            product / self.denominator
        } else {
            let (product, decimals) =
                (steps as i128 * self.numerator as i128, self.denominator.log10().round());
            format!("{product}e-{decimals}").parse().unwrap_or(f64::NAN)
        };
        // Turns -0 into 0.
        value + 0.0
    }

    /// Whether `x` is exactly a multiple, rounded once. It measures the distance to the exact multiple,
    /// independently of [`multiple`](Step::multiple).
    pub(super) fn has_multiple(&self, x: f64) -> bool {
        let beyond = self.beyond(x, self.count(x));
        let neighbour = if beyond > 0.0 { x.next_down() } else { x.next_up() };
        let half_way = 0.5 * (x - neighbour).abs() * self.denominator;
        // Ties round to even.
        beyond.abs() < half_way || (beyond.abs() == half_way && x.to_bits().is_multiple_of(2))
    }

    /// Returns `x · denominator - steps · numerator`, computed with fused multiply-adds.
    fn beyond(&self, x: f64, steps: f64) -> f64 {
        let product = steps * self.numerator;
        let rest = steps.mul_add(self.numerator, -product);
        x.mul_add(self.denominator, -product) - rest
    }
}

/// Returns the numerator and denominator of the short decimal fraction that `number` approximates. Returns
/// `None` if there is none, or if `number` equals that fraction exactly.
fn decimal(number: f64) -> Option<(f64, f64)> {
    let text = format!("{number:e}");
    let (digits, exponent) = text.split_once('e')?;
    let digits = digits.replace('.', "");
    let decimals = digits.len() as i32 - 1 - exponent.parse::<i32>().ok()?;
    if digits.len() > DIGITS || !(1..=TENS).contains(&decimals) {
        return None;
    }
    let (numerator, denominator) = (digits.parse::<f64>().ok()?, 10_f64.powi(decimals));
    (number.mul_add(denominator, -numerator) != 0.0).then_some((numerator, denominator))
}

fn is_power_of_two(number: f64) -> bool {
    let fraction = number.to_bits() & ((1 << 52) - 1);
    if number.is_normal() { fraction == 0 } else { fraction.is_power_of_two() }
}
