//! MATLAB's algorithms: polls on one mesh, whichever the polls.

use serde::{Deserialize, Serialize};

use super::incumbent::{Incumbent, Moved};
use super::mesh::{Gain, Mesh};
use super::nups::{Cycle, SUFFICIENT};
use super::poll::{Poll, Polled};
use super::search_step::propose;
use super::{Options, SearchStep};
use crate::{Evaluations, Method, Status, Stop};

/// All that the search knows between two iterations.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    incumbent: Incumbent,
    mesh: Mesh,
    polls: Polls,
}

/// Where the next poll comes from.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Polls {
    Same(Poll),
    Cycle(Cycle),
}

impl State {
    pub(super) fn at_start(options: &Options, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        let x = evaluations.start().to_vec();
        let value = evaluations.centre_at(&x)?;
        let polls = if options.algorithm.is_nups() {
            Polls::Cycle(Cycle::new(options))
        } else {
            Polls::Same(Poll::classic(options, evaluations))
        };
        let mesh = Mesh::new(options, &x);
        evaluations.iteration(&x, value, Some(mesh.size()), Method::Start)?;
        Ok(State { incumbent: Incumbent { x, value }, mesh, polls })
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
        let State { incumbent, mesh, polls } = self;
        let before = incumbent.value;
        let (method, end) = if propose(step, &mut incumbent.x, &mut incumbent.value, evaluations)? {
            mesh.expand(gain(before, before - incumbent.value));
            (Method::SuccessfulSearch, None)
        } else {
            match polls.around(incumbent, mesh, evaluations)? {
                Polled::Improved(moved) => {
                    mesh.expand(gain(before, moved.decrease));
                    (Method::SuccessfulPoll, small_success(options, moved, mesh))
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
}

impl Polls {
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

fn gain(before: f64, decrease: f64) -> Gain {
    if SUFFICIENT.is(decrease, before) { Gain::Sufficient } else { Gain::Small }
}

/// MATLAB's rules for steps and decreases that are too small, after a successful poll: the exit
/// flags' table, which asks for a small mesh as well. (The prose beside it does not; following
/// it would end runs that MATLAB's published counts continue.)
fn small_success(options: &Options, moved: Moved, mesh: &Mesh) -> Option<Status> {
    let Options { step_tolerance, function_tolerance, .. } = *options;
    if moved.distance < step_tolerance && mesh.size() < step_tolerance {
        Some(Status::StepTolerance)
    } else if moved.decrease < function_tolerance && mesh.size() < function_tolerance {
        Some(Status::FunctionTolerance)
    } else {
        None
    }
}
