//! Line searches whose points are evaluated together.

use nalgebra::DVector;

use super::super::HybridOptions;
use super::super::kinks::{DECREASE, Line, SLOPE_LEFT};
use super::super::metric::VariableMetric;
use super::super::place::{Place, largest_radius};
use super::super::slopes::{self, Slope};
use crate::{Evaluations, Stop};

/// The most rounds of one line search.
const ROUNDS: usize = 10;

/// The most lengths of one round.
const LENGTHS: usize = 8;

/// A point of the line: its part of the direction, value, and slope back along the direction.
struct Reached {
    part: f64,
    to: Vec<f64>,
    value: f64,
    behind: f64,
}

impl Place {
    /// Searches along the metric's direction, as [`search_line`](Place::search_line) does, with several lengths in each
    /// round. Of the points that meet both Wolfe conditions, the least is taken.
    pub(in super::super) fn search_line_at_once(
        &mut self,
        metric: &VariableMetric,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Slope>, Stop> {
        let (from, before, gradient) = (self.x.clone(), self.value, metric.gradient());
        let Some(Line { direction, slope, length }) = self.line(metric, evaluations) else { return Ok(None) };
        let back = -&direction / length;
        let lengths = (options.at_once() / 2).clamp(1, LENGTHS);
        let (mut low, mut high) = (0.0, f64::INFINITY);
        let mut best: Option<Reached> = None;
        for _ in 0..ROUNDS {
            let parts =
                parts(low, high, lengths).into_iter().map(|part| part.min(largest_radius(options) / length));
            let line =
                self.points_of_line(&from, &direction, &back, &parts.collect::<Vec<_>>(), evaluations)?;
            if line.is_empty() {
                break;
            }
            let is_lower = |point: &Reached| {
                let promised = gradient.dot(&self.space.between(&from, &point.to));
                point.value < before + DECREASE * promised.min(0.0)
            };
            // The slope along d is less than `SLOPE_LEFT gᵀd`: the step is too short.
            let is_steep = |point: &Reached| -point.behind * length < SLOPE_LEFT * slope;
            let (lower, others): (Vec<_>, Vec<_>) = line.into_iter().partition(is_lower);
            let ends_at =
                lower.iter().filter(|point| is_steep(point)).map(|point| point.part).fold(low, f64::max);
            let rises = others.iter().map(|point| point.part).filter(|part| *part > ends_at);
            (low, high) = (ends_at, rises.fold(high, f64::min));
            let is_enough = lower.iter().any(|point| !is_steep(point));
            let of_use = lower.into_iter().filter(|point| !is_enough || !is_steep(point));
            let least = of_use.min_by(|a, b| a.value.total_cmp(&b.value));
            best = if is_enough { least } else { least.or(best) };
            if is_enough {
                break;
            }
        }
        let Some(Reached { to, value, behind, .. }) = best else { return Ok(None) };
        self.move_to(to, value);
        Ok(Some(Slope { direction: back, value: behind }))
    }

    /// Evaluates the points at these parts of a direction, and their slopes.
    fn points_of_line(
        &self,
        from: &[f64],
        direction: &DVector<f64>,
        back: &DVector<f64>,
        parts: &[f64],
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Vec<Reached>, Stop> {
        let bounds = evaluations.bounds();
        let to: Vec<_> =
            parts.iter().map(|part| self.space.point(from, &(direction * *part), bounds)).collect();
        let far: Vec<_> = (0..to.len()).filter(|&k| to[k] != from && !to[..k].contains(&to[k])).collect();
        let near = |to: &Vec<f64>| self.space.point(to, &(back * slopes::distance(&self.space, to)), bounds);
        let points: Vec<_> = far.iter().flat_map(|&k| [to[k].clone(), near(&to[k])]).collect();
        let values = evaluations.values(&points)?;
        let reached = far.iter().zip(values.chunks(2)).map(|(&k, pair)| Reached {
            part: parts[k],
            to: to[k].clone(),
            value: pair[0],
            behind: (pair[1] - pair[0]) / slopes::distance(&self.space, &to[k]),
        });
        Ok(reached.collect())
    }
}

/// Lengths to try: around 1 at first; beyond the last too short one while none is too long; else between them.
fn parts(low: f64, high: f64, count: usize) -> Vec<f64> {
    if low == 0.0 && high == f64::INFINITY {
        // 1, ½, 2, ¼, 4, ...
        return (0..count as i32)
            .map(|k| 2.0_f64.powi(if k % 2 == 1 { -(k + 1) / 2 } else { k / 2 }))
            .collect();
    }
    if high == f64::INFINITY {
        return (1..=count as i32).map(|k| low * 2.0_f64.powi(k)).collect();
    }
    if low == 0.0 {
        return (1..=count as i32).map(|k| high * 2.0_f64.powi(-k)).collect();
    }
    (1..=count).map(|k| low + (high - low) * k as f64 / (count + 1) as f64).collect()
}
