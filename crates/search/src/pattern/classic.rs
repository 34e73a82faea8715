//! MATLAB's algorithms: polls on one mesh.

use serde::{Deserialize, Serialize};

use super::incumbent::{Incumbent, Moved, Target};
use super::mesh::{Gain, Mesh};
use super::nups::{Cycle, SUFFICIENT};
use super::poll::{Poll, Polled};
use super::{Options, SearchMethod, SearchStep, steps};
use crate::last_look::{LastLook, Place};
use crate::stepwise::Stepwise;
use crate::{Bounds, Evaluations, Method, Status, Stop};

/// The state of the search between two iterations.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    incumbent: Incumbent,
    mesh: Mesh,
    polls: Polls,
    /// The poll that serves as the search step, if any.
    search_poll: Option<Box<Poll>>,
    last_look: LastLook,
}

/// The source of the next poll.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Polls {
    Same(Poll),
    Cycle(Box<Cycle>),
}

impl Stepwise for State {
    type Options = Options;

    fn limits(options: &Options, n: usize) -> (u64, Option<f64>) {
        (options.evaluation_limit(n), options.max_time)
    }

    fn prepare(options: &Options, evaluations: &mut Evaluations<'_>) {
        evaluations.remember(options.memory());
    }

    fn at_start(options: &Options, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        let x = evaluations.start().to_vec();
        let value = evaluations.centre_at(&x)?;
        let state = State::standing_at(&x, value, options, evaluations);
        evaluations.iteration(&x, value, Some(state.mesh.size()), Method::Start)?;
        Ok(state)
    }

    fn going_on(self, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        evaluations.hold(&self.incumbent.x, self.incumbent.value)?;
        Ok(self)
    }

    fn end(&mut self, options: &Options, evaluations: &mut Evaluations<'_>) -> Result<Option<Status>, Stop> {
        if self.mesh.has_failed_down_to(options.mesh_tolerance) {
            self.check_polled(evaluations.bounds())?;
            if self.last_look.is_over() {
                return Ok(Some(Status::MeshTolerance));
            }
        }
        Ok(options.iterations_are_over(evaluations).then_some(Status::IterationLimit))
    }

    fn iterate(
        &mut self,
        options: &Options,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop> {
        self.iterate_with(options, options.search_step(), evaluations)
    }
}

impl State {
    /// Creates a search at the start point with known value.
    pub(super) fn standing_at(
        x: &[f64],
        value: f64,
        options: &Options,
        evaluations: &Evaluations<'_>,
    ) -> Self {
        let polls = if options.algorithm.is_nups() {
            Polls::Cycle(Box::new(Cycle::new(options)))
        } else {
            Polls::Same(Poll::classic(options, evaluations))
        };
        let search_poll = search_poll(options, evaluations);
        let mut mesh = Mesh::new(options, x, evaluations.grid());
        // Beside constraints, which polls of MADS do not follow, ever shorter steps only crawl.
        if options.last_look && evaluations.linear().is_none() {
            mesh.end_by_polls();
        }
        State {
            incumbent: Incumbent { x: x.to_vec(), value },
            mesh,
            polls,
            search_poll,
            last_look: LastLook::of_a_search_from(value, options.last_look),
        }
    }

    /// Continues from the incumbent with another objective, where the value is `value`, and a new mesh.
    pub(super) fn begin_anew(
        &mut self,
        value: f64,
        mesh: Mesh,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        (self.incumbent.value, self.mesh) = (value, mesh);
        evaluations.hold(&self.incumbent.x, value)
    }

    /// Returns the incumbent and its value.
    pub(super) fn incumbent(&self) -> (&[f64], f64) {
        (&self.incumbent.x, self.incumbent.value)
    }

    pub(super) fn x(&self) -> &[f64] {
        &self.incumbent.x
    }

    pub(super) fn mesh_size(&self) -> f64 {
        self.mesh.size()
    }

    /// Whether polls have failed down to this mesh size.
    pub(super) fn has_failed_down_to(&self, tolerance: f64) -> bool {
        self.mesh.has_failed_down_to(tolerance)
    }

    /// Gives up if a box is so narrow that no poll has entered it.
    fn check_polled(&self, bounds: &Bounds) -> Result<(), Stop> {
        let Some(i) = self.mesh.first_not_polled(&self.incumbent.x, bounds) else { return Ok(()) };
        let (lower, upper) = (bounds.lower()[i], bounds.upper()[i]);
        Err(Stop::gave_up(&format!(
            "the steps along coordinate {i} are too long for its box [{lower:?}, {upper:?}]; reduce \
             initial_mesh_size to the size of the box, or lower mesh_tolerance"
        )))
    }

    /// Runs an iteration, with the search step before its poll if there is one.
    pub(super) fn iterate_with(
        &mut self,
        options: &Options,
        step: Option<&dyn SearchStep>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop> {
        let (mut method, end) = self.advance(options, step, evaluations)?;
        if end == Some(Status::MachinePrecision) {
            self.check_polled(evaluations.bounds())?;
        }
        let has_failed = end.is_none() && self.mesh.has_failed_down_to(options.mesh_tolerance);
        let has_polled = || self.mesh.first_not_polled(&self.incumbent.x, evaluations.bounds()).is_none();
        if has_failed && !self.last_look.is_over() && has_polled() {
            let moved = self.look(evaluations)?;
            method = if moved { Some(Method::SuccessfulSearch) } else { method };
        }
        if let Some(method) = method {
            let Incumbent { x, value } = &self.incumbent;
            evaluations.iteration(x, *value, Some(self.mesh.size()), method)?;
        }
        Ok(end)
    }

    /// Takes the last look before the search ends. Returns `true` if the incumbent moved.
    fn look(&mut self, evaluations: &mut Evaluations<'_>) -> Result<bool, Stop> {
        let State { incumbent, mesh, last_look, .. } = self;
        let place = Place { x: &incumbent.x, value: incumbent.value, steps: &mesh.failed_steps() };
        let better = match last_look.poll_axes(&place, evaluations)? {
            Some(better) => Some(better),
            None => last_look.take(&place, evaluations)?,
        };
        let Some((x, value)) = better else { return Ok(false) };
        let distance = mesh.distance(&incumbent.x, &x);
        incumbent.move_to(Target::Point(x), value, evaluations)?;
        mesh.begin_at(distance);
        Ok(true)
    }

    pub(super) fn adopt(&mut self, options: &Options) {
        self.mesh.adopt(options);
        if let Polls::Same(poll) = &mut self.polls {
            poll.complete(options.use_complete_poll);
        }
        if let Some(poll) = &mut self.search_poll {
            poll.complete(options.use_complete_search);
        }
    }

    /// Runs an iteration without reporting it. Returns its method, if it did anything, and the reason to stop, if
    /// any.
    pub(super) fn advance(
        &mut self,
        options: &Options,
        step: Option<&dyn SearchStep>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(Option<Method>, Option<Status>), Stop> {
        let before = self.incumbent.value;
        let searched = self.search(options, step, evaluations)?;
        let State { incumbent, mesh, polls, last_look, .. } = self;
        if searched {
            mesh.expand(gain(before, before - incumbent.value));
            return Ok((Some(Method::SuccessfulSearch), None));
        }
        Ok(match polls.around(incumbent, mesh, evaluations)? {
            Polled::Improved(moved) => {
                mesh.expand(gain(before, moved.decrease));
                (Some(Method::SuccessfulPoll), small_success(options, moved, mesh))
            }
            Polled::Failed => {
                last_look.learn(mesh.size(), polls.rises(), incumbent.value);
                mesh.contract();
                (Some(Method::RefineMesh), None)
            }
            Polled::NoStep => (None, Some(Status::MachinePrecision)),
        })
    }

    /// Runs the search step. Returns `true` if the incumbent moved.
    fn search(
        &mut self,
        options: &Options,
        step: Option<&dyn SearchStep>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let State { incumbent, mesh, search_poll, .. } = self;
        if let Some(poll) = search_poll {
            return Ok(matches!(poll.around(incumbent, mesh, evaluations)?, Polled::Improved(_)));
        }
        let Some(step) = step else { return Ok(false) };
        let reach = mesh.reach();
        steps::search(
            step,
            (options.use_complete_search, options.seed),
            reach,
            (&mut incumbent.x, &mut incumbent.value),
            evaluations,
        )
    }
}

/// Returns the poll that these options use as the search step, if any. Its random numbers differ from those of the
/// poll.
fn search_poll(options: &Options, evaluations: &Evaluations<'_>) -> Option<Box<Poll>> {
    let SearchMethod::Poll(poll_method) = options.search_fcn?.method else { return None };
    let (use_complete_poll, seed) = (options.use_complete_search, !options.seed);
    let options = Options { poll_method, use_complete_poll, seed, ..options.clone() };
    Some(Box::new(Poll::classic(&options, evaluations)))
}

impl Polls {
    /// Returns the rises at the points of the last poll along the coordinates.
    fn rises(&self) -> &[f64] {
        match self {
            Polls::Same(poll) => poll.rises(),
            Polls::Cycle(_) => &[],
        }
    }

    fn around(
        &mut self,
        incumbent: &mut Incumbent,
        mesh: &Mesh,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Polled, Stop> {
        match self {
            Polls::Same(poll) => poll.around(incumbent, mesh, evaluations),
            Polls::Cycle(cycle) => cycle.around(incumbent, mesh, evaluations),
        }
    }
}

/// Classifies a decrease by the measure of `nups`; the other mesh rules ignore it.
fn gain(before: f64, decrease: f64) -> Gain {
    if SUFFICIENT.is(decrease, before) { Gain::Sufficient } else { Gain::Small }
}

/// MATLAB's stopping rules for small steps and decreases after a successful poll, as in the table of exit flags,
/// which also requires a small mesh. (The text beside the table does not; following it would end runs that continue
/// in MATLAB's published counts.) The rules do not apply on a grid, where a decrease may be small because granular
/// steps cannot shrink: there the last poll must have failed.
fn small_success(options: &Options, moved: Moved, mesh: &Mesh) -> Option<Status> {
    let Options { step_tolerance, function_tolerance, .. } = *options;
    if mesh.has_grid() {
        None
    } else if moved.distance < step_tolerance && mesh.is_finer_than(step_tolerance) {
        Some(Status::StepTolerance)
    } else if moved.decrease < function_tolerance && mesh.is_finer_than(function_tolerance) {
        Some(Status::FunctionTolerance)
    } else {
        None
    }
}
