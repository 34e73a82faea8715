//! The multiples of one granularity, each the number nearest to the true one.

/// Up to here every whole number is a number, and so is every multiple of a power of two.
const WHOLE: f64 = (1_u64 << 53) as f64;

/// The most digits that every number keeps: a granularity of so many at most is the decimal fraction that it looks like.
const DIGITS: usize = 15;

/// The largest power of ten that is a number itself.
const TENS: i32 = 22;

/// What is no further from a multiple than the step divided by this is nearest to it beyond doubt.
const ALMOST_HALF: f64 = 2.1;

/// A granularity above 0 as a fraction. Where it is a decimal fraction such as 0.1, numerator and denominator are 1 and 10, and
/// its multiples the numbers nearest to 0.2, 0.3, ...; else they are itself and 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    numerator: f64,
    denominator: f64,
    /// How many steps go to either side of 0 with all multiples apart.
    pub(super) furthest: f64,
}

impl Step {
    /// The step of a granularity that is finite and above 0.
    pub(super) fn of(granularity: f64) -> Self {
        let (numerator, denominator) = decimal(granularity).unwrap_or((granularity, 1.0));
        let apart = if is_power_of_two(granularity) { WHOLE } else { 0.5 * WHOLE };
        Step { numerator, denominator, furthest: apart.min((f64::MAX / granularity).floor()) }
    }

    /// The whole number of steps that is nearest to `x`, as far as they go.
    pub(super) fn count(&self, x: f64) -> f64 {
        let within = |steps: f64| steps.round().clamp(-self.furthest, self.furthest);
        let nearly = within(x * self.denominator / self.numerator);
        within(nearly + (self.beyond(x, nearly) / self.numerator).round())
    }

    /// The multiple nearest to `x`. Half way between two of them the quotient is rounded; the distances of both decide.
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

    /// The number nearest to so many steps, a whole number.
    pub(super) fn multiple(&self, steps: f64) -> f64 {
        let product = steps * self.numerator;
        let value = if self.denominator == 1.0 || product.abs() <= WHOLE {
            // Of two roundings one is none.
            product / self.denominator
        } else {
            let (product, decimals) =
                (steps as i128 * self.numerator as i128, self.denominator.log10().round());
            format!("{product}e-{decimals}").parse().unwrap_or(f64::NAN)
        };
        // Zero has one sign here.
        value + 0.0
    }

    /// Whether `x` is a multiple to the bit. This asks how far `x` is from the true multiple, and does not make it as
    /// [`multiple`](Step::multiple) does.
    pub(super) fn has_multiple(&self, x: f64) -> bool {
        let beyond = self.beyond(x, self.count(x));
        let neighbour = if beyond > 0.0 { x.next_down() } else { x.next_up() };
        let half_way = 0.5 * (x - neighbour).abs() * self.denominator;
        // From half way it is the even number that one rounds to.
        beyond.abs() < half_way || (beyond.abs() == half_way && x.to_bits().is_multiple_of(2))
    }

    /// `x - steps · numerator / denominator`, times the denominator: products in full, and one rounding.
    fn beyond(&self, x: f64, steps: f64) -> f64 {
        let product = steps * self.numerator;
        let rest = steps.mul_add(self.numerator, -product);
        x.mul_add(self.denominator, -product) - rest
    }
}

/// The decimal fraction of few digits that a number is nearest to, in whole numbers: not for one that is that fraction,
/// whose products are as exact.
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
