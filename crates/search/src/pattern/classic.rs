//! MATLAB's classic algorithm: polls of a positive basis on one mesh.

use serde::{Deserialize, Serialize};

use super::mesh::Mesh;
use super::poll::{Poll, Polled};
use super::{Options, SearchMethod, SearchStep, steps};
use crate::{Evaluations, Method, Status, Stop};

/// All that the search knows between two iterations.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    incumbent: Incumbent,
    mesh: Mesh,
    poll: Poll,
    /// A poll that is the search step.
    search_poll: Option<Poll>,
}

/// The best point the search has moved to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Incumbent {
    pub(super) x: Vec<f64>,
    pub(super) value: f64,
}

impl State {
    pub(super) fn at_start(options: &Options, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        let x = evaluations.start().to_vec();
        let value = evaluations.centre_at(&x)?;
        let (mesh, poll) = (Mesh::new(options, &x), Poll::new(options, x.len()));
        evaluations.iteration(&x, value, Some(mesh.size()), Method::Start)?;
        let search_poll = search_poll(options, x.len());
        Ok(State { incumbent: Incumbent { x, value }, mesh, poll, search_poll })
    }

    pub(super) fn going_on(self, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        evaluations.hold(&self.incumbent.x, self.incumbent.value)?;
        Ok(self)
    }

    pub(super) fn end(&self, options: &Options, evaluations: &Evaluations<'_>) -> Option<Status> {
        if self.mesh.size() < options.mesh_tolerance {
            return Some(Status::MeshTolerance);
        }
        options.iterations_are_over(evaluations).then_some(Status::IterationLimit)
    }

    pub(super) fn iterate(
        &mut self,
        options: &Options,
        step: Option<&dyn SearchStep>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop> {
        let searched = self.search(options, step, evaluations)?;
        let State { incumbent, mesh, poll, .. } = self;
        let (method, end) = if searched {
            mesh.expand();
            (Method::SuccessfulSearch, None)
        } else {
            match poll.around(incumbent, mesh, evaluations)? {
                Polled::Improved { distance, decrease } => {
                    mesh.expand();
                    (Method::SuccessfulPoll, small_success(options, distance, decrease, mesh))
                }
                Polled::Failed => {
                    mesh.contract();
                    (Method::RefineMesh, None)
                }
                Polled::NoStep => return Ok(Some(Status::MachinePrecision)),
            }
        };
        evaluations.iteration(&incumbent.x, incumbent.value, Some(mesh.size()), method)?;
        Ok(end)
    }

    pub(super) fn incumbent(&self) -> &[f64] {
        &self.incumbent.x
    }

    pub(super) fn adopt(&mut self, options: &Options) {
        self.mesh.adopt(options);
        self.poll.complete = options.use_complete_poll;
        if let Some(poll) = &mut self.search_poll {
            poll.complete = options.use_complete_search;
        }
    }

    /// The search step; whether the incumbent moved.
    fn search(
        &mut self,
        options: &Options,
        step: Option<&dyn SearchStep>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let State { incumbent, mesh, search_poll, .. } = self;
        if let Some(poll) = search_poll {
            return Ok(matches!(poll.around(incumbent, mesh, evaluations)?, Polled::Improved { .. }));
        }
        let Some(step) = step else { return Ok(false) };
        let reach = (0..incumbent.x.len()).map(|i| mesh.step(i)).collect();
        steps::search(step, options, reach, (&mut incumbent.x, &mut incumbent.value), evaluations)
    }
}

/// The poll that is the search step of these options, if one is. Its random numbers are not those of the poll.
fn search_poll(options: &Options, dimension: usize) -> Option<Poll> {
    let SearchMethod::Poll(poll_method) = options.search_fcn?.method else { return None };
    let (use_complete_poll, seed) = (options.use_complete_search, !options.seed);
    Some(Poll::new(&Options { poll_method, use_complete_poll, seed, ..options.clone() }, dimension))
}

/// MATLAB's rules for steps and decreases that are too small, after a successful poll: the exit
/// flags' table, which asks for a small mesh as well. (The prose beside it does not; following
/// it would end runs that MATLAB's published counts continue.)
fn small_success(options: &Options, distance: f64, decrease: f64, mesh: &Mesh) -> Option<Status> {
    let Options { step_tolerance, function_tolerance, .. } = *options;
    if distance < step_tolerance && mesh.size() < step_tolerance {
        Some(Status::StepTolerance)
    } else if decrease < function_tolerance && mesh.size() < function_tolerance {
        Some(Status::FunctionTolerance)
    } else {
        None
    }
}
