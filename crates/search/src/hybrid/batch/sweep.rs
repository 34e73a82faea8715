//! Sweeps whose points are evaluated together.

use std::ops::ControlFlow;

use nalgebra::DVector;

use super::super::HybridOptions;
use super::super::place::Place;
use super::super::sweep::{KEPT_PROMISE, Kinks, SWEEP_CONTRACTION, Seen};
use crate::{Evaluations, Lookahead, Stop};

/// A point of a sweep: its coordinate and the point.
type Beside = (usize, Vec<f64>);

/// How many more points than these a sweep has room for in its last round. Idle workers begin with the first sweep while the
/// start is evaluated, so that these are one set.
pub(in super::super) fn room_of_sweep(points: usize, batch: usize, evaluations: &Evaluations<'_>) -> usize {
    let with_the_start = points + usize::from(evaluations.count() <= 1);
    (batch - with_the_start % batch) % batch
}

impl Place {
    /// Evaluates the points one mesh size away along ± each coordinate at once, fills the last round with other points
    /// around, and moves to the best. Returns what [`sweep`](Place::sweep) does.
    pub(in super::super) fn sweep_at_once(
        &mut self,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(Option<Kinks>, Vec<Vec<Seen>>), Stop> {
        let (x, before) = (self.x.clone(), self.value);
        let (beside, points) = self.sweep_points(options, evaluations);
        let (values, points) = match options.asynchronous {
            true => {
                let (beside, others) = points.split_at(beside.len());
                (self.values_among(beside, others, evaluations)?, beside.to_vec())
            }
            false => (evaluations.values(&points)?, points),
        };
        let seen = self.seen_beside(&x, before, &beside, &values);
        let mut kinks = Kinks::unknown(seen.len());
        let here = self.space.units(&x);
        seen.iter().enumerate().for_each(|(k, seen)| kinks.learn(k, here[k], seen));
        kinks.look_beyond(self.mesh_size);
        self.see_all(&points, &values);
        Ok((kinks.are_usual().then_some(kinks), seen))
    }

    /// Evaluates this point, whose value is not known yet, and lets idle workers begin with the sweep around it.
    pub(in super::super) fn value_and_sweep_ahead(
        &self,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<f64, Stop> {
        let sweep = match options.parts.first_sweep {
            true => self.sweep_points(options, evaluations).1,
            false => Vec::new(),
        };
        let points: Vec<_> = std::iter::once(&self.x).chain(&sweep).collect();
        let point = |turn: usize, x: &mut [f64]| {
            x.copy_from_slice(points[turn]);
            true
        };
        let mut here = f64::INFINITY;
        evaluations.in_order(points.len(), Lookahead::UntilBreak, point, |_, value| {
            here = value;
            ControlFlow::Break(())
        })?;
        Ok(here)
    }

    /// The points of a sweep beside this place, and all points of its rounds, these first.
    fn sweep_points(
        &self,
        options: &HybridOptions,
        evaluations: &Evaluations<'_>,
    ) -> (Vec<Beside>, Vec<Vec<f64>>) {
        let (x, bounds) = (&self.x, evaluations.bounds());
        let (lower, upper) = self.space.room(x, bounds);
        let beside = self.beside(x, self.mesh_size, evaluations);
        let batch = options.at_once();
        let rest = room_of_sweep(beside.len(), batch, evaluations);
        // Workers that wait for the last of these points have something to do.
        let room = if options.asynchronous { rest + batch / 2 } else { rest };
        let mut steps: Vec<_> = beside.iter().map(|(_, to)| self.space.between(x, to)).collect();
        let centre = DVector::zeros(lower.len());
        self.explore(&centre, self.mesh_size, room, (&lower, &upper), &mut steps);
        let more = steps[beside.len()..].iter().map(|step| self.space.point(x, step, bounds));
        let points = beside.iter().map(|(_, to)| to.clone()).chain(more).collect();
        (beside, points)
    }

    /// Looks for the kinks of all coordinates one mesh size away and steps to them, as
    /// [`look_for_kinks`](Place::look_for_kinks) does.
    pub(in super::super) fn look_for_kinks_at_once(
        &mut self,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Kinks>, Stop> {
        match self.sweep_at_once(options, evaluations)?.0 {
            Some(kinks) => self.step_to_at_once(&kinks, options, evaluations),
            None => Ok(None),
        }
    }

    /// Steps to the kinks of all coordinates, and sweeps there at the same time. Returns the next kinks, if the step
    /// achieved its predicted decrease.
    pub(in super::super) fn step_to_at_once(
        &mut self,
        kinks: &Kinks,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Kinks>, Stop> {
        let (to, promised) = match self.end_at_kinks(kinks, evaluations) {
            Some(end) => end,
            // The step is done where the end of the first sweep's kinks has confirmed them.
            None if self.is_at(kinks, evaluations) => (self.x.clone(), 0.0),
            None => return Ok(None),
        };
        let (before, is_there) = (self.value, to == self.x);
        let size = SWEEP_CONTRACTION * kinks.reach();
        let goes_on = size >= options.mesh_tolerance;
        let beside = if goes_on { self.beside(&to, size, evaluations) } else { Vec::new() };
        let end = std::iter::once(&to).filter(|_| !is_there);
        let points: Vec<_> = end.chain(beside.iter().map(|(_, to)| to)).cloned().collect();
        let values = match options.asynchronous {
            true => self.values_among(&points, &[], evaluations)?,
            false => evaluations.values(&points)?,
        };
        let (there, around) = if is_there { (before, &values[..]) } else { (values[0], &values[1..]) };
        let seen = self.seen_beside(&to, there, &beside, around);
        self.see_all(&points, &values);
        if before - there < KEPT_PROMISE * promised {
            return Ok(None);
        }
        self.mesh_size = size.max(options.mesh_tolerance).min(self.mesh_size);
        self.radius = self.mesh_size;
        let mut next = kinks.beginning_anew();
        let there = self.space.units(&to);
        seen.iter().enumerate().for_each(|(k, seen)| next.learn(k, there[k], seen));
        next.look_beyond(size);
        Ok(Some(next).filter(|next| goes_on && next.are_usual()))
    }

    /// The points at this distance from `x` along ± each coordinate, without those that the bounds leave at `x`.
    fn beside(&self, x: &[f64], size: f64, evaluations: &Evaluations<'_>) -> Vec<Beside> {
        let n = self.space.dimension();
        let ways = (0..n).flat_map(|k| [(k, size), (k, -size)]);
        let points = ways.map(|(k, step)| {
            let displacement = DVector::from_fn(n, |i, _| if i == k { step } else { 0.0 });
            (k, self.space.point(x, &displacement, evaluations.bounds()))
        });
        points.filter(|(_, to)| to != x).collect()
    }

    /// The steps and rises that the points beside `x` show of each coordinate.
    fn seen_beside(&self, x: &[f64], value: f64, beside: &[Beside], values: &[f64]) -> Vec<Vec<Seen>> {
        let mut seen = vec![Vec::new(); self.space.dimension()];
        for ((k, to), &there) in beside.iter().zip(values).filter(|(_, value)| value.is_finite()) {
            seen[*k].push((self.space.between(x, to)[*k], there - value));
        }
        seen
    }
}
