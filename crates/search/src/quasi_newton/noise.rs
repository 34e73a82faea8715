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
        true
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
        let (least, most) = three.iter().fold((f64::INFINITY, 0.0), |(a, b): (f64, f64), e| (a.min(*e), b.max(*e)));
        has_both_signs[*q] && most <= AGREEING * least
    };
    (1..=HIGHEST_ORDER).find(agree).map_or(Verdict::Unclear, |q| Verdict::Noise(estimates[q]))
}
