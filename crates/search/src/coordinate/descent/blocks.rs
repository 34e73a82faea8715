//! Sweeps in batches: both ways along several coordinates at once, then the joint steps of their parabolas.

use super::super::CoordinateOptions;
use super::{Closing, Descent, LAGS, largest_step};
use crate::{Evaluations, Stop};

/// A joint step's parts, the most useful first: shorter where the coordinates hinder each other, longer where they lead
/// the same way.
const PARTS: [f64; 8] = [1.0, 0.5, 2.0, 0.25, 4.0, 0.125, 8.0, 0.0625];

/// The best known step along a coordinate.
struct Along {
    coordinate: usize,
    /// To the better of the two points, if it is better than the centre.
    improving: f64,
    /// To the minimizer of the parabola, or like `improving` where there is none.
    least: f64,
}

impl Descent {
    /// Tries each coordinate whose step is not below the tolerance, as [`sweep`](Descent::sweep) does, in blocks of half
    /// the batch. After each block it tries the joint steps of its parabolas. Returns `true` if anything improved.
    pub(in super::super) fn sweep_in_blocks(
        &mut self,
        tolerance: f64,
        options: &CoordinateOptions,
        scale: &[f64],
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let (value, before) = (self.value, self.x.clone());
        let tried: Vec<usize> = (0..self.x.len()).filter(|&i| self.steps[i] >= tolerance).collect();
        let batch = usize::try_from(options.batch).unwrap_or(usize::MAX);
        for block in tried.chunks((batch / 2).max(1)) {
            let along = self.try_block(block, options, scale, evaluations)?;
            self.try_joint_steps(&along, &before, batch, options, evaluations)?;
        }
        let improved = self.value < value;
        self.progress = match improved {
            false => 0.0,
            // From an infinite value after a failed evaluation, any value is full progress.
            true if value == f64::INFINITY => 1.0,
            true => (value - self.value) / value.abs(),
        };
        if self.closing == Closing::LastSweep {
            self.closing = if improved { Closing::NotYet } else { Closing::Converged };
        } else if improved {
            self.remember(before);
        }
        Ok(improved)
    }

    /// Tries both ways along each coordinate of a block at once, moves to the best point, and adapts the steps. Returns
    /// the steps along the coordinates, from the place before.
    fn try_block(
        &mut self,
        block: &[usize],
        options: &CoordinateOptions,
        scale: &[f64],
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(Vec<f64>, Vec<Along>), Stop> {
        let (centre, value) = (self.x.clone(), self.value);
        let ways = block.iter().flat_map(|&i| [1.0, -1.0].map(|sign| (i, sign * self.steps[i] * scale[i])));
        let points: Vec<_> = ways.map(|(i, step)| beside(&centre, i, step, evaluations)).collect();
        let new: Vec<_> = points.iter().flatten().cloned().collect();
        let mut values = evaluations.values(&new)?.into_iter();
        let values: Vec<_> = points
            .iter()
            .map(|point| point.as_ref().and_then(|_| values.next()).unwrap_or(f64::INFINITY))
            .collect();
        let mut steps = Vec::new();
        let largest = largest_step(options);
        for (k, &i) in block.iter().enumerate() {
            let step = self.steps[i] * scale[i];
            let (upwards, downwards) = (values[2 * k], values[2 * k + 1]);
            let improving = if upwards.min(downwards) >= value {
                0.0
            } else if upwards <= downwards {
                step
            } else {
                -step
            };
            let least = least_of_parabola(value, upwards, downwards, step).unwrap_or(improving);
            steps.push(Along { coordinate: i, improving, least });
            let factor = if improving == 0.0 {
                options.mesh_contraction_factor
            } else {
                options.mesh_expansion_factor
            };
            self.steps[i] = (self.steps[i] * factor).min(largest);
        }
        let best = (0..values.len()).min_by(|a, b| values[*a].total_cmp(&values[*b]));
        if let Some(best) = best.filter(|&best| values[best] < value)
            && let Some(point) = &points[best]
        {
            (self.x, self.value) = (point.clone(), values[best]);
        }
        Ok((centre, steps))
    }

    /// Tries the joint steps of a block at once, and the moves that the last sweeps repeat, and moves to the best.
    fn try_joint_steps(
        &mut self,
        (centre, along): &(Vec<f64>, Vec<Along>),
        before: &[f64],
        batch: usize,
        options: &CoordinateOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        if self.closing == Closing::LastSweep {
            return Ok(());
        }
        let joint = |part: f64, step: fn(&Along) -> f64| {
            let mut x = centre.clone();
            along.iter().for_each(|along| x[along.coordinate] += part * step(along));
            x
        };
        let mut points: Vec<Vec<f64>> = Vec::new();
        for part in PARTS {
            if options.parabola_step {
                points.push(joint(part, |along| along.least));
            }
            points.push(joint(part, |along| along.improving));
            if options.pattern_move {
                points.extend(self.repeated(part, before));
            }
        }
        let mut new: Vec<Vec<f64>> = Vec::new();
        for mut x in points {
            evaluations.bounds().project(&mut x);
            let is_new = x != self.x && x != *centre && !new.contains(&x) && x.iter().all(|x| x.is_finite());
            if is_new && new.len() < batch {
                new.push(x);
            }
        }
        let values = evaluations.values(&new)?;
        let best = (0..new.len()).min_by(|a, b| values[*a].total_cmp(&values[*b]));
        if let Some(best) = best.filter(|&best| values[best] < self.value) {
            (self.x, self.value) = (new.swap_remove(best), values[best]);
        }
        Ok(())
    }

    /// The points that repeat parts of the move since the sweep began and of the moves of the last sweeps.
    fn repeated(&self, part: f64, before: &[f64]) -> Vec<Vec<f64>> {
        let earlier = LAGS.iter().filter_map(|lag| self.past.get(lag - 1).map(Vec::as_slice));
        let from = std::iter::once(before).chain(earlier);
        from.map(|from| self.x.iter().zip(from).map(|(x, from)| x + part * (x - from)).collect()).collect()
    }
}

/// The point at a step along a coordinate, projected onto the bounds; `None` if that is the same point.
fn beside(x: &[f64], i: usize, step: f64, evaluations: &Evaluations<'_>) -> Option<Vec<f64>> {
    let (lower, upper) = (evaluations.bounds().lower()[i], evaluations.bounds().upper()[i]);
    let to = (x[i] + step).clamp(lower, upper);
    let mut point = x.to_vec();
    point[i] = to;
    (to != x[i] && to.is_finite()).then_some(point)
}

/// The minimizer of the parabola through the values at 0, `step` and `-step`, at most two steps away; `None` if it has
/// none. A point on a bound is nearer than a step, so that its parabola is not exact; the value at the joint step decides.
fn least_of_parabola(centre: f64, upwards: f64, downwards: f64, step: f64) -> Option<f64> {
    // f(x) + a d + b d² has the minimizer -a / 2b.
    let slope = (upwards - downwards) / (2.0 * step);
    let curvature = ((upwards - centre) + (downwards - centre)) / (2.0 * step * step);
    let least = (-slope / (2.0 * curvature)).clamp(-2.0 * step, 2.0 * step);
    (curvature > 0.0 && least.is_finite()).then_some(least)
}

#[cfg(test)]
mod tests;
