//! The progressive barrier: objective and violation as two criteria. (Audet & Dennis 2009, "A progressive barrier for
//! derivative-free nonlinear programming", SIAM Journal on Optimization 20, algorithm 2.2.)

use super::filter::{Filter, Point, dominates};
use crate::pattern::incumbent::Incumbent;
use crate::pattern::mesh::{Gain, Mesh};
use crate::pattern::poll::{Poll, Polled};
use crate::pattern::{Options, SearchStep, steps};
use crate::{Evaluations, Method, Status, Stop};

/// The infeasible incumbent is polled first if its value is lower by more than this fraction of the feasible value:
/// the frame centre trigger ρ of section 2.3.
const TRIGGER: f64 = 0.1;

/// Polls around the incumbents until the mesh is fine enough.
pub(super) fn search(
    options: &Options,
    step: Option<&dyn SearchStep>,
    evaluations: &mut Evaluations<'_>,
) -> Result<Status, Stop> {
    let mut state = State::at_start(options, evaluations)?;
    loop {
        if state.mesh.has_failed_down_to(options.mesh_tolerance) {
            return Ok(Status::MeshTolerance);
        }
        if options.iterations_are_over(evaluations) {
            return Ok(Status::IterationLimit);
        }
        let infeasible = state.filter.least_value_within(state.threshold).cloned();
        let Some(searched) = state.search_and_poll(options, step, evaluations)? else {
            return Ok(Status::MachinePrecision);
        };
        let method = match (state.progress(infeasible.as_ref()), searched) {
            (Progress::None, _) => Method::RefineMesh,
            (_, false) => Method::SuccessfulPoll,
            (_, true) => Method::SuccessfulSearch,
        };
        state.report(method, evaluations)?;
    }
}

struct State {
    start: Vec<f64>,
    mesh: Mesh,
    poll: Poll,
    filter: Filter,
    /// `h_max`, above which points are ignored.
    threshold: f64,
    /// The best feasible value at the beginning of the iteration.
    feasible_value: f64,
}

enum Progress {
    /// A point dominates an incumbent: the mesh is coarsened.
    Dominating,
    /// A point has less violation than the infeasible incumbent, but a higher value: the mesh stays.
    Improving,
    /// Neither: the mesh is refined.
    None,
}

impl State {
    fn at_start(options: &Options, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        let start = evaluations.start().to_vec();
        let mut state = State {
            mesh: Mesh::new(options, &start, evaluations.grid()),
            poll: Poll::classic(options, evaluations),
            filter: Filter::within(options.constraint_tolerance),
            threshold: options.barrier_threshold.unwrap_or(f64::INFINITY),
            feasible_value: f64::INFINITY,
            start,
        };
        // The start is not compared with anything, but has to be recorded.
        evaluations.judge_by(|value, _| value);
        evaluations.value(&state.start)?;
        state.filter.take(evaluations.seen());
        state.report(Method::Start, evaluations)?;
        Ok(state)
    }

    /// Tries the proposals of the search step, then polls around the incumbents in turn until a point dominates its
    /// poll centre. Returns `true` if the search step found it, or `None` if all steps are lost in rounding.
    fn search_and_poll(
        &mut self,
        options: &Options,
        step: Option<&dyn SearchStep>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<bool>, Stop> {
        self.feasible_value = self.filter.feasible().map_or(f64::INFINITY, |point| point.value);
        let mut stuck = true;
        let tolerance = self.filter.tolerance();
        for (place, centre) in self.centres().into_iter().enumerate() {
            let Point { x, value, h, .. } = centre;
            evaluations.judge_by(move |trial, constraints| {
                let trial = (trial, constraints.squared_violation(tolerance));
                if dominates(trial, (value, h)) { -1.0 } else { 1.0 }
            });
            evaluations.hold(&x, 0.0)?;
            let mut incumbent = Incumbent { x, value: 0.0 };
            let Incumbent { x, value } = &mut incumbent;
            if place == 0
                && let Some(step) = step
                && steps::search(
                    step,
                    (options.use_complete_search, options.seed),
                    self.mesh.reach(),
                    (x, value),
                    evaluations,
                )?
            {
                self.filter.take(evaluations.seen());
                return Ok(Some(true));
            }
            let polled = self.poll.around(&mut incumbent, &self.mesh, evaluations)?;
            self.filter.take(evaluations.seen());
            stuck &= matches!(polled, Polled::NoStep);
            if let Polled::Improved { .. } = polled {
                break;
            }
        }
        Ok((!stuck).then_some(false))
    }

    /// Returns the incumbents, the primary poll centre first, or the start if nothing has a value.
    fn centres(&self) -> Vec<Point> {
        let feasible = self.filter.feasible().cloned();
        let infeasible = self.filter.least_value_within(self.threshold).cloned();
        match (feasible, infeasible) {
            (Some(feasible), Some(infeasible)) => {
                let trigger = TRIGGER * feasible.value.abs();
                if feasible.value - trigger > infeasible.value {
                    vec![infeasible, feasible]
                } else {
                    vec![feasible, infeasible]
                }
            }
            (Some(point), None) | (None, Some(point)) => vec![point],
            // If all points are beyond the threshold, reduce the violation first.
            (None, None) => vec![self.filter.least_violation().cloned().unwrap_or_else(|| self.nowhere())],
        }
    }

    fn nowhere(&self) -> Point {
        let infinite = f64::INFINITY;
        Point { x: self.start.clone(), value: infinite, h: infinite, violation: infinite }
    }

    /// Measures the progress on both incumbents and updates mesh and threshold accordingly (equation 2.4).
    fn progress(&mut self, infeasible: Option<&Point>) -> Progress {
        let found = self.filter.feasible().is_some_and(|point| point.value < self.feasible_value);
        let before = infeasible.map(|point| (point.value, point.h));
        let less_violation =
            before.and_then(|(_, h)| self.filter.largest_violation_below(h.min(self.threshold)));
        let progress = match before {
            Some(before) if !found && !self.filter.is_dominated(before) => {
                if less_violation.is_some() {
                    Progress::Improving
                } else {
                    Progress::None
                }
            }
            None if !found => Progress::None,
            _ => Progress::Dominating,
        };
        match progress {
            Progress::Dominating => self.mesh.expand(Gain::Sufficient),
            Progress::Improving => {}
            Progress::None => self.mesh.contract(),
        }
        if let Some((_, h)) = before {
            let less = less_violation.filter(|_| matches!(progress, Progress::Improving));
            self.threshold = self.threshold.min(less.unwrap_or(h));
        }
        progress
    }

    fn report(&self, method: Method, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        let nowhere = self.nowhere();
        let infeasible = self.filter.least_value_within(self.threshold).or(self.filter.least_violation());
        let Point { x, value, violation, .. } = self.filter.feasible().or(infeasible).unwrap_or(&nowhere);
        evaluations.constrained_iteration(x, *value, *violation, Some(self.mesh.size()), method)
    }
}

#[cfg(test)]
mod tests;
