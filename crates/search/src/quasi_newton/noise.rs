//! The noise of the values, from differences along a line.

use std::ops::ControlFlow;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use super::place::Place;
use crate::{Bounds, Evaluations, Lookahead, Stop};

/// The number of values in a table, the first of them known.
const VALUES: usize = 7;

/// The spacing of the points relative to that before. Waves look smooth between near points; what counts is the noise
/// at the distance of the search's steps, so that the widest table comes first.
const NARROWER: f64 = 0.01;

/// The most tables for one estimate.
const TABLES: usize = 3;

/// Estimates from three successive orders of differences agree within this factor (Moré & Wild 2011, section 4).
const AGREEING: f64 = 4.0;

/// The lowest order of differences from which noise is read is at most this.
const HIGHEST_ORDER: usize = 4;

/// A noise below this fraction of the value is rounding.
const ROUNDING: f64 = 1e-13;

/// Noise above this fraction of the value makes the search careful.
const NOISY: f64 = 1e-11;

/// The least noise, as a fraction of the value.
const LEAST: f64 = 1e-16;

/// What is known about the noise.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Noise {
    /// The standard deviation of the values as a fraction of the value; 0 if none was found.
    relative: f64,
    /// How many estimates there have been.
    estimates: u64,
}

impl Noise {
    /// Noise of this standard deviation as a fraction of the value.
    #[cfg(test)]
    pub(super) fn of(relative: f64) -> Self {
        Noise { relative, estimates: 0 }
    }

    /// Whether the noise is more than rounding.
    pub(super) fn is_seen(&self) -> bool {
        self.relative > NOISY
    }

    /// The standard deviation of the values at a place, in units of the value, at least that of rounding.
    pub(super) fn at(&self, place: &Place) -> f64 {
        self.relative.max(LEAST) * place.level()
    }

    /// Estimates the noise around the place from points `spacing` apart, in units, and from nearer ones if these show no
    /// noise. Moves to the best of them if it is better.
    pub(super) fn estimate(
        &mut self,
        place: &mut Place,
        spacing: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let (mut spacing, mut relative) = (spacing, 0.0);
        for _ in 0..TABLES {
            let direction = direction(place, spacing, self.estimates, evaluations.bounds());
            self.estimates += 1;
            match table(&values(place, &direction, spacing, evaluations)?) {
                Verdict::Noise(fraction) => {
                    relative = fraction;
                    break;
                }
                Verdict::Rounding => break,
                Verdict::Unclear => spacing *= NARROWER,
            }
        }
        self.relative = relative;
        Ok(())
    }
}

/// Returns a random direction of length min(√n, 3), in units. Along each coordinate it leads to the side with more room,
/// no further than all points of a table have room.
fn direction(place: &Place, spacing: f64, number: u64, bounds: &Bounds) -> Vec<f64> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(number);
    let mut direction: Vec<f64> = place.x.iter().map(|_| random.random_range(-1.0..1.0)).collect();
    let length = direction.iter().map(|part: &f64| part * part).sum::<f64>().sqrt();
    let wanted = (place.x.len() as f64).sqrt().min(3.0);
    for (i, part) in direction.iter_mut().enumerate() {
        let below = (place.x[i] - bounds.lower()[i]) / place.units[i];
        let above = (bounds.upper()[i] - place.x[i]) / place.units[i];
        let reach = (VALUES - 1) as f64 * spacing;
        let size = (part.abs() * wanted / length).min(below.max(above) / reach);
        *part = match () {
            () if below < reach * size => size,
            () if above < reach * size => -size,
            () => size.copysign(*part),
        };
    }
    direction
}

/// Returns the values at `x + j spacing direction`, j = 0, ..., 6. Moves to the best point if it is better.
fn values(
    place: &mut Place,
    direction: &[f64],
    spacing: f64,
    evaluations: &mut Evaluations<'_>,
) -> Result<[f64; VALUES], Stop> {
    let bounds = evaluations.bounds();
    let mut values = [place.value; VALUES];
    let mut best = (0, place.value);
    let fill = |turn: usize, x: &mut [f64]| {
        for (i, x) in x.iter_mut().enumerate() {
            *x = place.along(i, (turn + 1) as f64 * spacing * direction[i], bounds);
        }
        x != place.x.as_slice()
    };
    evaluations.in_order(VALUES - 1, Lookahead::All, fill, |turn, value| {
        values[turn + 1] = value;
        if value < best.1 {
            best = (turn + 1, value);
        }
        ControlFlow::Continue(())
    })?;
    if best.0 > 0 {
        let x = place.point(direction, best.0 as f64 * spacing, bounds);
        place.see(&x, best.1);
    }
    Ok(values)
}

/// What a table of differences shows.
#[derive(Debug, PartialEq)]
enum Verdict {
    /// Noise with this standard deviation, as a fraction of the first value.
    Noise(f64),
    /// The values are smooth up to rounding.
    Rounding,
    Unclear,
}

/// Reads the noise from the table of differences: for values that differ by independent noise of standard deviation σ,
/// `σ_q² = γ_q mean((Δ^q f)²)` with `γ_q = (q!)² / (2q)!` estimates σ² for each order q (Moré & Wild 2011, equation 2.3).
fn table(values: &[f64; VALUES]) -> Verdict {
    let level = values[0].abs();
    if values.iter().any(|value| !value.is_finite()) || level == 0.0 {
        return Verdict::Unclear;
    }
    let mut differences: Vec<f64> = values.iter().map(|value| value / level).collect();
    let mut estimates = [0.0; VALUES];
    let mut has_both_signs = [false; VALUES];
    let mut gamma = 1.0;
    for q in 1..VALUES {
        differences = differences.windows(2).map(|pair| pair[1] - pair[0]).collect();
        // γ_q / γ_(q-1) = q² / (2q (2q - 1)).
        gamma *= q as f64 / (2.0 * (2.0 * q as f64 - 1.0));
        let mean_square = differences.iter().map(|d| d * d).sum::<f64>() / differences.len() as f64;
        estimates[q] = (gamma * mean_square).sqrt();
        has_both_signs[q] = differences.iter().any(|d| *d > 0.0) && differences.iter().any(|d| *d < 0.0);
    }
    if estimates[VALUES - 1] < ROUNDING {
        return Verdict::Rounding;
    }
    let agree = |q: &usize| {
        let three = &estimates[*q..=q + 2];
        let (least, most) =
            three.iter().fold((f64::INFINITY, 0.0), |(a, b): (f64, f64), e| (a.min(*e), b.max(*e)));
        has_both_signs[*q] && most <= AGREEING * least
    };
    (1..=HIGHEST_ORDER).find(agree).map_or(Verdict::Unclear, |q| Verdict::Noise(estimates[q]))
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::{VALUES, Verdict, direction, table};
    use crate::Bounds;
    use crate::quasi_newton::place::Place;

    /// Of values `c ± a` in turn the differences of order q are `± 2^q a`, so that `σ_1² = ½ · 4 a²`, `σ_2² = 4/24 · 16 a²`
    /// and `σ_3² = 36/720 · 64 a²` agree.
    #[test]
    fn values_that_alternate_have_the_noise_that_the_first_differences_show() {
        let a = 2_f64.powi(-10);
        let values: [f64; VALUES] = std::array::from_fn(|j| 8.0 * (1.0 + if j % 2 == 0 { 0.0 } else { a }));
        let Verdict::Noise(sigma) = table(&values) else { panic!("noise") };
        assert!((sigma - 0.5_f64.sqrt() * a).abs() < 1e-15, "{sigma}");
    }

    /// A trend is no noise: the first two orders show a slope and the third the noise.
    #[test]
    fn the_noise_of_a_parabola_with_noise_is_found_within_a_factor_of_three() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(5);
        let mut found = Vec::new();
        for _ in 0..200 {
            let values: [f64; VALUES] = std::array::from_fn(|j| {
                let t = 0.01 * j as f64;
                (3.0 + t + t * t) * (1.0 + 1e-3 * random.random_range(-1.0..1.0))
            });
            if let Verdict::Noise(sigma) = table(&values) {
                found.push(sigma);
            }
        }
        // The standard deviation of a uniform number in ±1 is 1 / √3.
        let sigma = 1e-3 / 3_f64.sqrt();
        let near = found.iter().filter(|found| (sigma / 3.0..3.0 * sigma).contains(*found)).count();
        assert!(found.len() > 120 && near as f64 > 0.95 * found.len() as f64, "{near} of {}", found.len());
    }

    #[test]
    fn smooth_values_have_no_noise_and_failures_show_none() {
        let smooth = |spacing: f64| std::array::from_fn(|j| (1.0 + spacing * j as f64).exp());
        assert_eq!(table(&smooth(1e-4)), Verdict::Rounding);
        // Seven values of one sign in every order.
        assert_eq!(table(&smooth(0.1)), Verdict::Unclear);
        let mut failed = smooth(1e-4);
        failed[3] = f64::INFINITY;
        assert_eq!((table(&failed), table(&[0.0; VALUES])), (Verdict::Unclear, Verdict::Unclear));
    }

    #[test]
    fn the_line_stays_inside_the_box_and_has_length_three_without_one() {
        let free = Place::at(vec![1.0; 30], 1.0, &[1.0; 30], &Bounds::free(30));
        let length = direction(&free, 0.01, 0, &Bounds::free(30)).iter().map(|d| d * d).sum::<f64>().sqrt();
        assert!((length - 3.0).abs() < 1e-12);
        let bounds = Bounds::uniform(30, 0.999, 1.0).expect("lower below upper");
        let place = Place::at(vec![1.0; 30], 1.0, &[1.0; 30], &bounds);
        let parts = direction(&place, 0.01, 0, &bounds);
        // The longest part uses all the room: six spacings of it are 0.001.
        let longest = parts.iter().fold(0.0, |longest: f64, part| longest.max(part.abs()));
        assert!((longest * place.units[0] * 0.06 - 0.001).abs() < 1e-12, "{longest}");
        for part in parts {
            let end = place.x[0] + 0.06 * part * place.units[0];
            assert!(part < 0.0 && end >= 0.999 - 1e-15, "{part}");
        }
    }
}
