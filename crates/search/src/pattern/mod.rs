//! Pattern search: MATLAB's `patternsearch`.

mod basis;
mod choices;
mod classic;
mod coordinate;
mod directions;
mod hybrid;
mod incumbent;
mod mesh;
mod nonlinear;
mod nups;
mod options;
mod order;
mod poll;
pub(crate) mod read;
mod restarts;
mod rows;
mod search_step;
mod state;
mod trials;

pub use choices::{Algorithm, NonlinearConstraints, PollMethod, PollOrder};
pub use options::Options;
pub use search_step::SearchStep;
pub(crate) use state::State;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::minimizer::{linear_tolerance, without_nonlinear_constraints};
use crate::{DisplayLevel, Error, Evaluations, LinearConstraints, Minimizer, Problem, Status, Stop};

/// MATLAB's `patternsearch`: generalized pattern search, generating set search, MADS and `nups` within bounds.
///
/// With default options each iteration polls the points `x ± mesh size · scale_i · e_i` around the incumbent `x` until one
/// improves on it. Then the incumbent moves there and the mesh doubles; if none does, the mesh halves.
/// The search has converged when the mesh is finer than
/// [`mesh_tolerance`](Options::mesh_tolerance). (Torczon 1997, "On the convergence of pattern search
/// algorithms"; Audet & Dennis 2003, "Analysis of generalized pattern searches".)
///
/// Under nonlinear constraints this is the search within a subproblem, or about two incumbents
/// ([`NonlinearConstraints`]).
///
/// Poll points outside the bounds or the linear constraints are dropped; near linear constraints the poll has more
/// directions, which follow them ([`PollMethod`]). The points, their order and their number are MATLAB's where there are
/// no linear constraints. Other directions, and other rules for the mesh, are a [`PollMethod`] or an [`Algorithm`] away.
///
/// ```
/// use search::{Bounds, Budget, Minimizer, PatternSearch, Problem};
///
/// // 10.2 x1⁴ - 3.8 x2² + 7.1 x1 within [-10, 10]²
/// let f = |x: &[f64]| 10.2 * x[0].powi(4) - 3.8 * x[1].powi(2) + 7.1 * x[0];
/// let problem = Problem::new(f, vec![1.0, -5.0])?.bounded(Bounds::uniform(2, -10.0, 10.0)?)?;
/// let outcome = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
/// assert_eq!(outcome.exit_flag(), 1);
/// assert_eq!(format!("{:.4} {:.4}", outcome.x[0], outcome.x[1]), "-0.5583 -10.0000");
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct PatternSearch {
    options: Options,
    search_step: Option<Arc<dyn SearchStep>>,
}

impl PatternSearch {
    /// A pattern search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option out of its range.
    pub fn new(options: Options) -> Result<Self, Error> {
        options.check()?;
        Ok(PatternSearch { options, search_step: None })
    }

    /// The same with a search step before each poll; MATLAB's `SearchFcn`.
    #[must_use]
    pub fn with_search_step(self, step: impl SearchStep + 'static) -> Self {
        PatternSearch { search_step: Some(Arc::new(step)), ..self }
    }

    /// The options.
    pub fn options(&self) -> &Options {
        &self.options
    }
}

impl fmt::Debug for PatternSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = self.search_step.as_ref().map(|step| step.name());
        f.debug_struct("PatternSearch").field("options", &self.options).field("search_step", &step).finish()
    }
}

impl Minimizer for PatternSearch {
    fn name(&self) -> String {
        "patternsearch".to_owned()
    }

    fn settings(&self) -> Value {
        // What is printed does not change the path.
        let options = Options { display: DisplayLevel::Off, ..self.options.clone() };
        let mut settings = serde_json::to_value(options).expect("options are numbers and words");
        if let Some(step) = &self.search_step {
            settings["search_step"] = step.settings();
        }
        settings
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        let options = Options { seed, ..self.options.clone() };
        self.options
            .depend_on_seed()
            .then(|| Box::new(PatternSearch { options, ..self.clone() }) as Box<dyn Minimizer>)
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        linear_tolerance(self, problem)?;
        let Options { algorithm, nonlinear_constraints, .. } = self.options;
        let name = || format!("{} ({algorithm:?})", self.name()).to_lowercase();
        let reason = match (algorithm, nonlinear_constraints) {
            (Algorithm::Coordinate, _) => "single coordinates cannot follow them; `classic` does",
            (Algorithm::Hybrid, _) => "its models are of the objective alone; `classic` follows them",
            (algorithm, NonlinearConstraints::ProgressiveBarrier) if algorithm.is_nups() => {
                "the progressive barrier has polls of its own; `classic` has it"
            }
            _ => return Ok(()),
        };
        without_nonlinear_constraints(problem, name, reason)
    }

    fn constraint_tolerance(&self, linear: &LinearConstraints) -> Result<f64, Error> {
        let Options { algorithm, poll_method, constraint_tolerance, .. } = self.options;
        let follows_equalities = algorithm == Algorithm::Classic && !poll_method.is_mads();
        let reason = match algorithm {
            Algorithm::Coordinate => "single coordinates cannot follow them; `classic` does",
            Algorithm::Hybrid => "its models are held within bounds alone; `classic` follows them",
            _ if linear.have_equalities() && !follows_equalities => {
                "the directions of MADS and nups leave the equalities; GPS and GSS of `classic` follow them"
            }
            _ => return Ok(constraint_tolerance),
        };
        let solver = format!("{} ({algorithm:?})", self.name()).to_lowercase();
        Err(Error::LinearConstraints { solver, reason })
    }

    fn display(&self) -> DisplayLevel {
        self.options.display
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let n = evaluations.dimension();
        evaluations.limit(self.options.evaluation_limit(n), self.options.max_time);
        let step = self.search_step.as_deref();
        if evaluations.nonlinear_constraints().is_some() {
            return nonlinear::search(&self.options, step, evaluations);
        }
        let mut state = match State::restored(&self.options, evaluations)? {
            Some(state) => state.going_on(evaluations)?,
            None => State::at_start(&self.options, evaluations)?,
        };
        loop {
            if let Some(status) = state.end(&self.options, evaluations)? {
                return Ok(status);
            }
            if let Some(status) = state.iterate(&self.options, step, evaluations)? {
                return Ok(status);
            }
            state.snapshot(evaluations)?;
        }
    }
}
