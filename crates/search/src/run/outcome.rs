//! What a run gives back: the point, its value, why it ended, what it cost, and its trace.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Failure, JournalReport, general};

/// The result of a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// Name of the solver.
    pub solver: String,
    /// The best point of all those evaluated; inside the bounds to the bit, and linear constraints up to the tolerance. With
    /// nonlinear constraints the best feasible one, or, if none is, the one that violates them least.
    pub x: Vec<f64>,
    /// The value there; never above the value at the start, if that was feasible.
    pub value: f64,
    /// The largest violation of a nonlinear constraint at `x`, MATLAB's `maxconstraint`; none without any.
    #[doc(alias = "maxconstraint")]
    pub max_constraint: Option<f64>,
    /// Whether that is within the solver's tolerance; `true` without constraints.
    pub feasible: bool,
    /// The value at the start; infinite if that evaluation failed.
    pub start_value: f64,
    /// Why the run ended.
    pub status: Status,
    /// What it cost.
    pub counts: Counts,
    /// Iterations completed, the start not counted.
    pub iterations: u64,
    /// How many coordinates of the start were moved: onto the bounds, onto the grid, or to where the linear constraints hold.
    pub projected: usize,
    /// How many coordinates are granular.
    pub granular: usize,
    /// The reason behind [`Status::SolverGaveUp`], [`Status::JournalFailed`] and [`Status::NotStarted`]. Where a run has
    /// converged: that a nonlinear constraint is violated within the tolerance, but by more than a thousandth of the
    /// largest value it has had, so that the tolerance is too large for the constraint's units.
    pub complaint: Option<String>,
    /// The first evaluation that failed, if any did.
    pub first_failure: Option<FailedEvaluation>,
    /// One row per iteration, the start first.
    pub trace: Vec<Iteration>,
    /// What the journal did, if the run kept one.
    pub journal: Option<JournalReport>,
    /// Wall-clock seconds, since the start or the resume.
    pub seconds: f64,
}

impl Outcome {
    /// Whether the run ended because it had converged, not because a limit or someone stopped it.
    pub fn converged(&self) -> bool {
        self.status.converged()
    }

    /// MATLAB's `exitflag`.
    #[doc(alias = "exitflag")]
    pub fn exit_flag(&self) -> i32 {
        self.status.exit_flag()
    }

    /// MATLAB's exit text: `patternsearch stopped because the mesh size was less than
    /// options.MeshTolerance.` With nonlinear constraints it has a second line, as MATLAB's; where no point satisfies
    /// them it says by how much the best one does not.
    pub fn message(&self) -> String {
        let complaint = self.complaint.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
        let constraints = match self.max_constraint {
            Some(violation) if !self.feasible => {
                format!("; the least violation of the constraints was {}", general(violation, 6))
            }
            Some(_) if self.converged() => {
                "\n and constraint violation is less than options.ConstraintTolerance".to_owned()
            }
            _ => String::new(),
        };
        format!("{} stopped because {}{complaint}{constraints}.", self.solver, self.status)
    }
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Status {
    /// Mesh size below `mesh_tolerance`; exit flag 1.
    MeshTolerance,
    /// Change in x and mesh size below `step_tolerance`; exit flag 2.
    StepTolerance,
    /// Change in the value and mesh size below `function_tolerance`; exit flag 3.
    FunctionTolerance,
    /// No step of `mesh_tolerance` leads down, of those of a positive spanning set; exit flag 1.
    NoStepDown,
    /// Steps too small to change any coordinate; exit flag 4.
    MachinePrecision,
    /// A solver's own test of convergence was met; exit flag 1.
    SolverConverged,
    /// `max_iterations` reached; exit flag 0.
    IterationLimit,
    /// The evaluation budget or `max_function_evaluations` reached; exit flag 0.
    EvaluationLimit,
    /// The budget's time or `max_time` over; exit flag 0.
    TimeLimit,
    /// An observer stopped the run; exit flag -1.
    StoppedByObserver,
    /// The run was cancelled; exit flag -1.
    Cancelled,
    /// The journal could not be written any more; exit flag -1.
    JournalFailed,
    /// No point evaluated satisfies the nonlinear constraints, and the search has ended; exit flag -2.
    NoFeasiblePoint,
    /// A wrapped solver could not go on; exit flag -3, which MATLAB's `patternsearch` does not use.
    SolverGaveUp,
    /// An evaluation could not be started ([`Failure::NotStarted`]); exit flag -1.
    NotStarted,
}

impl Status {
    /// MATLAB's `exitflag`: 1 to 4 for convergence, 0 for a limit, -1 when stopped,
    /// -2 without a feasible point, -3 when the solver gave up.
    pub fn exit_flag(self) -> i32 {
        match self {
            Status::MeshTolerance | Status::NoStepDown | Status::SolverConverged => 1,
            Status::StepTolerance => 2,
            Status::FunctionTolerance => 3,
            Status::MachinePrecision => 4,
            Status::IterationLimit | Status::EvaluationLimit | Status::TimeLimit => 0,
            Status::StoppedByObserver | Status::Cancelled => -1,
            Status::JournalFailed | Status::NotStarted => -1,
            Status::NoFeasiblePoint => -2,
            Status::SolverGaveUp => -3,
        }
    }

    /// Whether it means convergence.
    pub fn converged(self) -> bool {
        self.exit_flag() > 0
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::MeshTolerance => "the mesh size was less than options.MeshTolerance",
            Status::StepTolerance => "the change in x and the mesh size were less than options.StepTolerance",
            Status::FunctionTolerance => {
                "the change in the function value and the mesh size were less than options.FunctionTolerance"
            }
            Status::NoStepDown => "no step as short as mesh_tolerance leads down",
            Status::MachinePrecision => "the step was smaller than machine precision",
            Status::SolverConverged => "its own test of convergence was met",
            Status::IterationLimit => "it reached the limit of iterations",
            Status::EvaluationLimit => "it reached the limit of function evaluations",
            Status::TimeLimit => "it reached the time limit",
            Status::StoppedByObserver => "an observer stopped it",
            Status::Cancelled => "it was cancelled",
            Status::JournalFailed => "its journal could not be written",
            Status::NoFeasiblePoint => "no feasible point was found",
            Status::SolverGaveUp => "it could not go on",
            Status::NotStarted => "an evaluation could not be started",
        })
    }
}

/// What a run cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Counts {
    /// Evaluations of the objective, the start and the failed ones included.
    pub evaluations: u64,
    /// Those of them that gave no value.
    pub failed: u64,
    /// Points that were in the cache, and not evaluated again.
    pub cached: u64,
    /// Evaluations beyond those: points that threads or other workers evaluated ahead of their turn, and
    /// that have not been needed.
    pub speculative: u64,
    /// Whole evaluations of points that an incremental trial had evaluated already: what was added up is
    /// computed anew at the end of an iteration that moved.
    pub recomputed: u64,
    /// Gradients that the objective itself has computed, for a solver that wants them; not evaluations. Differences
    /// that stand in for one are evaluations.
    pub gradients: u64,
    /// Those of them that failed.
    pub failed_gradients: u64,
}

/// An evaluation that gave no value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FailedEvaluation {
    /// Its number in the run, from 1.
    pub evaluation: u64,
    /// The point.
    pub x: Vec<f64>,
    /// What went wrong.
    pub failure: Failure,
}

impl fmt::Display for FailedEvaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FailedEvaluation { evaluation, x, failure } = self;
        write!(f, "evaluation {evaluation} at ")?;
        if x.len() <= 8 {
            write!(f, "{x:?}")?;
        } else {
            write!(f, "{:?} and {} more", &x[..8], x.len() - 8)?;
        }
        write!(f, ", {failure}")
    }
}

/// One row of the trace, and of the iterative display.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Iteration {
    /// Number of the iteration; 0 is the start.
    pub iteration: u64,
    /// Evaluations so far.
    pub evaluations: u64,
    /// Value of the incumbent; infinite while every evaluation has failed.
    pub value: f64,
    /// The largest violation of a nonlinear constraint at the incumbent; none without constraints.
    pub max_constraint: Option<f64>,
    /// Mesh size after the iteration, which the next one will use; none for a solver without mesh.
    pub mesh_size: Option<f64>,
    /// What the iteration did.
    pub method: Method,
}

/// What an iteration did, in MATLAB's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Method {
    /// The start; no text.
    Start,
    /// A poll point improved on the incumbent.
    SuccessfulPoll,
    /// No poll point did: the mesh gets finer.
    RefineMesh,
    /// A point of the search step improved on the incumbent.
    SuccessfulSearch,
    /// A subproblem of the augmented Lagrangian was solved, but did not come close enough to feasibility.
    IncreasePenalty,
    /// One was solved and did.
    UpdateMultipliers,
    /// A new descent begins, at a point near the best.
    Restart,
    /// An iteration of a solver that does not say more; no text.
    Step,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Method::SuccessfulPoll => "Successful Poll",
            Method::RefineMesh => "Refine Mesh",
            Method::SuccessfulSearch => "Successful Search",
            Method::IncreasePenalty => "Increase penalty",
            Method::UpdateMultipliers => "Update multipliers",
            Method::Restart => "Restart",
            Method::Start | Method::Step => "",
        })
    }
}
