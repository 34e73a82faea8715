//! The result of a run: the point, its value, why the run ended, its cost, and its trace.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Failure, JournalReport, Uncertainty, general};

/// The result of a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// Name of the solver.
    pub solver: String,
    /// The best of all evaluated points. It lies within the bounds exactly, and satisfies linear constraints
    /// up to the tolerance. With nonlinear constraints it is the best feasible point, or, if there is none,
    /// the point with the smallest violation.
    pub x: Vec<f64>,
    /// The value at `x`, never above the value at the start if the start was feasible.
    pub value: f64,
    /// The residuals `r(x)` of a [fit](crate::LeastSquares), without standard deviations and loss; `None` for
    /// other problems, and where an incremental trial found `x`.
    pub residuals: Option<Vec<f64>>,
    /// The largest violation of a nonlinear constraint at `x` (MATLAB's `maxconstraint`), or of a row, divided by its
    /// scale, where [the solver may leave the rows](crate::Solver::constraint_tolerance); `None` without either.
    #[doc(alias = "maxconstraint")]
    pub max_constraint: Option<f64>,
    /// Whether `max_constraint` is within the solver's tolerance; `true` where it is `None`.
    pub feasible: bool,
    /// The Lagrange multipliers of the nonlinear constraints at the end, from the models of
    /// [`HybridSearch`](crate::HybridSearch); `None` from other solvers, without nonlinear constraints, and if the
    /// search did not converge. They are estimates: how good depends on how smooth the functions are.
    pub multipliers: Option<Multipliers>,
    /// What the minimum is worth, if the run [asked for it](crate::Run::with_uncertainty), the search converged, and the
    /// budget had room for the evaluations; `None` otherwise.
    pub uncertainty: Option<Box<Uncertainty>>,
    /// The value at the start; infinite if that evaluation failed.
    pub start_value: f64,
    /// Why the run ended.
    pub status: Status,
    /// The cost of the run.
    pub counts: Counts,
    /// The number of completed iterations, not counting the start.
    pub iterations: u64,
    /// How many coordinates of the start were moved onto the bounds, onto the grid, or to where the linear
    /// constraints hold.
    pub projected: usize,
    /// How many coordinates are granular.
    pub granular: usize,
    /// The reason for [`Status::SolverGaveUp`], [`Status::SolverNotStarted`], [`Status::JournalFailed`] or
    /// [`Status::NotStarted`]. If the run converged, it warns of a tolerance that is too large for a constraint's units: the constraint is
    /// violated within the tolerance, but by more than a thousandth of its largest magnitude in the run.
    pub complaint: Option<String>,
    /// The first evaluation that failed, if any did.
    pub first_failure: Option<FailedEvaluation>,
    /// How many evaluations another program has asked for outside the bounds or off the grid
    /// ([`Evaluations::value_or_refusal`](crate::Evaluations::value_or_refusal)). They are among the failed ones.
    pub outside: u64,
    /// One row per iteration, the start first.
    pub trace: Vec<Iteration>,
    /// The report of the journal, if the run kept one.
    pub journal: Option<JournalReport>,
    /// Wall-clock time in seconds since the run began or was resumed.
    pub seconds: f64,
}

impl Outcome {
    /// Whether the run ended because it converged, and not because of a limit or a stop from outside.
    pub fn converged(&self) -> bool {
        self.status.converged()
    }

    /// MATLAB's `exitflag`.
    #[doc(alias = "exitflag")]
    pub fn exit_flag(&self) -> i32 {
        self.status.exit_flag()
    }

    /// MATLAB's exit text: `patternsearch stopped because the mesh size was less than options.MeshTolerance.`
    /// With nonlinear constraints it has a second line, as in MATLAB. If no point satisfies them, it states
    /// the violation of the best one.
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
        let outside = match self.outside {
            0 => String::new(),
            count => {
                format!("; {count} of its points were outside the bounds or off the grid, and do not count")
            }
        };
        format!("{} stopped because {}{complaint}{constraints}{outside}.", self.solver, self.status)
    }
}

/// Lagrange multipliers λ: at a minimum, the gradient of `f + Σ λᵢ cᵢ + Σ λⱼ ceqⱼ` is 0 along directions that stay within
/// the bounds and rows. To first order, λᵢ is the decrease of the least value per unit by which `cᵢ(x) <= 0` is
/// relaxed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Multipliers {
    /// Of each inequality, at least 0, and 0 if it is not active.
    pub inequalities: Vec<f64>,
    /// Of each equality, of either sign.
    pub equalities: Vec<f64>,
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Status {
    /// The mesh size fell below `mesh_tolerance`; exit flag 1.
    MeshTolerance,
    /// The change in x and the mesh size fell below `step_tolerance`; exit flag 2.
    StepTolerance,
    /// The change in the value and the mesh size fell below `function_tolerance`; exit flag 3.
    FunctionTolerance,
    /// No step of length `mesh_tolerance` along a positive spanning set decreases the value; exit flag 1.
    NoStepDown,
    /// Steps became too small to change any coordinate; exit flag 4.
    MachinePrecision,
    /// A solver's own test of convergence was met; exit flag 1.
    SolverConverged,
    /// The run reached `max_iterations`; exit flag 0.
    IterationLimit,
    /// The run reached the evaluation budget or `max_function_evaluations`; exit flag 0.
    EvaluationLimit,
    /// The run reached the budget's time limit or `max_time`; exit flag 0.
    TimeLimit,
    /// An observer stopped the run; exit flag -1.
    StoppedByObserver,
    /// The run was cancelled; exit flag -1.
    Cancelled,
    /// The journal could no longer be written; exit flag -1.
    JournalFailed,
    /// The search converged, but no evaluated point satisfies the nonlinear constraints; exit flag -2.
    NoFeasiblePoint,
    /// The search came to an end where the value is below -10²⁰ times the size of the first one (at least 1), or a
    /// coordinate so large that a step of the longest unit, at least 1, is lost in its rounding. That is no minimum: the
    /// value falls without end. Exit flag -3, as of MATLAB's `fmincon` for values below its `ObjectiveLimit`, -10²⁰; its `patternsearch` does
    /// not use it.
    Unbounded,
    /// The solver could not continue; exit flag -3, which MATLAB's `patternsearch` does not use.
    SolverGaveUp,
    /// An evaluation could not be started ([`Failure::NotStarted`]); exit flag -1.
    NotStarted,
    /// The solver is another program, which could not be started, or failed before it asked for a point; exit flag -3.
    SolverNotStarted,
}

impl Status {
    /// MATLAB's `exitflag`: 1 to 4 for convergence, 0 for a limit, -1 if stopped, -2 without a feasible
    /// point, -3 if the value falls without end or the solver gave up.
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
            Status::Unbounded | Status::SolverGaveUp | Status::SolverNotStarted => -3,
        }
    }

    /// Whether the run converged.
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
            Status::NoStepDown => "no step of length mesh_tolerance decreases the value",
            Status::MachinePrecision => "the step was smaller than machine precision",
            Status::SolverConverged => "its own test of convergence was met",
            Status::IterationLimit => "it reached the limit of iterations",
            Status::EvaluationLimit => "it reached the limit of function evaluations",
            Status::TimeLimit => "it reached the time limit",
            Status::StoppedByObserver => "an observer stopped it",
            Status::Cancelled => "it was cancelled",
            Status::JournalFailed => "its journal could not be written",
            Status::NoFeasiblePoint => "no feasible point was found",
            Status::Unbounded => "the value falls without end",
            Status::SolverGaveUp => "it could not go on",
            Status::NotStarted => "an evaluation could not be started",
            Status::SolverNotStarted => "its program did not begin to search",
        })
    }
}

/// The cost of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Counts {
    /// Evaluations of the objective, including the start and failed ones.
    pub evaluations: u64,
    /// How many times the search has waited for values: once for each set of at most `batch` points. With `batch` 1
    /// this is `evaluations`. Of values that an [asynchronous](crate::HybridOptions::asynchronous) search takes as they
    /// arrive, `batch` are a round.
    pub rounds: u64,
    /// Failed evaluations, which are also in `evaluations`.
    pub failed: u64,
    /// Points whose value came from the cache, without another evaluation.
    pub cached: u64,
    /// Additional evaluations, not in `evaluations`: points that threads or other workers evaluated ahead of
    /// their turn, and that have not been needed.
    pub speculative: u64,
    /// Whole evaluations of points that an incremental trial had evaluated before. They remove accumulated
    /// rounding errors at the end of an iteration that moved, and confirm tiny decreases.
    pub recomputed: u64,
    /// Gradients computed by the objective. They are not evaluations; finite differences are.
    pub gradients: u64,
    /// Failed gradients, which are also in `gradients`.
    pub failed_gradients: u64,
}

impl Counts {
    /// The rounds in words, with what was evaluated in vain; empty where each evaluation was a round of its own.
    ///
    /// ```
    /// let outcome = search::minimize(|x| x[0] * x[0], [3.0]).run()?;
    /// assert_eq!(outcome.counts.rounds_in_words(), "");
    /// # Ok::<(), search::Error>(())
    /// ```
    pub fn rounds_in_words(&self) -> String {
        let Counts { evaluations, rounds, speculative, .. } = *self;
        let waste = match speculative {
            0 => String::new(),
            waste => format!("; {waste} more were not needed"),
        };
        if rounds == evaluations { waste } else { format!(" in {rounds} rounds{waste}") }
    }
}

/// A failed evaluation.
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
    /// The number of evaluations so far.
    pub evaluations: u64,
    /// The value of the incumbent; infinite while every evaluation has failed.
    pub value: f64,
    /// The largest violation of a nonlinear constraint at the incumbent; `None` without nonlinear
    /// constraints.
    pub max_constraint: Option<f64>,
    /// The mesh size after the iteration, which the next one uses; `None` for a solver without a mesh.
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
    /// No poll point improved on the incumbent, and the mesh is refined.
    RefineMesh,
    /// A point of the search step improved on the incumbent.
    SuccessfulSearch,
    /// A subproblem of the augmented Lagrangian was solved, but did not come close enough to feasibility.
    IncreasePenalty,
    /// A subproblem was solved and came close enough to feasibility.
    UpdateMultipliers,
    /// A new descent begins near the best point.
    Restart,
    /// An iteration of a solver that reports no details; no text.
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
