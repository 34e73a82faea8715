//! Pattern search: MATLAB's `patternsearch`.

mod basis;
mod choices;
mod classic;
mod directions;
mod idle_options;
mod incumbent;
mod linear_faces;
mod mesh;
mod nonlinear;
mod nups;
mod options;
mod output_fcn;
mod poll;
mod poll_order;
pub(crate) mod steps;
mod trial_points;

pub use choices::{Algorithm, NonlinearConstraints, PollMethod, PollOrder};
use classic::State;
pub use options::Options;
pub use output_fcn::OptimValues;
use output_fcn::{Kept, OutputFcn};
pub use steps::{Probe, SearchFcn, SearchMethod, SearchStep};

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::Value;

use crate::minimizer::{linear_tolerance, without_grid, without_nonlinear_constraints};
use crate::stepwise::{Iterative, Stepwise};
use crate::wrapped::working_memory::admit;
use crate::{DisplayLevel, Error, Evaluations, LinearConstraints, Minimizer, Problem, Solver, Status, Stop};

/// MATLAB's `patternsearch`: generalized pattern search, generating set search, MADS and `nups` within bounds.
///
/// With default options each iteration polls the points `x ± mesh size · scale_i · e_i` around the incumbent `x`
/// until one improves. If one does, the incumbent moves there and the mesh size doubles; otherwise the mesh size
/// halves. The search has converged when the mesh is finer than [`mesh_tolerance`](Options::mesh_tolerance). (Torczon
/// 1997, "On the convergence of pattern search algorithms"; Audet & Dennis 2003, "Analysis of generalized pattern
/// searches".)
///
/// Under nonlinear constraints this search solves a sequence of subproblems or polls around two incumbents
/// ([`NonlinearConstraints`]).
///
/// Poll points outside the bounds or linear constraints are dropped; near linear constraints the poll adds directions
/// that follow them ([`PollMethod`]). Without linear constraints the points, their order and their number are
/// MATLAB's. [`PollMethod`] and [`Algorithm`] select other directions and mesh rules.
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
    output_fcn: Option<Arc<OutputFcn>>,
}

impl PatternSearch {
    /// Creates a pattern search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range, [`Error::UnusedOption`] naming the first that
    /// the algorithm does not use.
    pub fn new(options: Options) -> Result<Self, Error> {
        options.check()?;
        Ok(PatternSearch { options, ..PatternSearch::default() })
    }

    /// Adds a custom search step before each poll, in place of [`Options::search_fcn`].
    #[must_use]
    pub fn with_search_step(self, step: impl SearchStep + 'static) -> Self {
        let options = Options { search_fcn: None, ..self.options };
        PatternSearch { options, search_step: Some(Arc::new(step)), ..self }
    }

    /// Adds a function that is called at the start and after each iteration, and that may stop the run or change its
    /// options from then on; MATLAB's `OutputFcn`. Not for nonlinear constraints. If it only watches, an
    /// [`Observer`](crate::Observer) is enough.
    ///
    /// Changes of these options take effect from the next iteration on: the tolerances (mesh, step, function),
    /// `max_iterations`, lower values of `max_function_evaluations` and `max_time`, `use_complete_poll`,
    /// `use_complete_search`, `max_mesh_size`, `mesh_expansion_factor`, `mesh_contraction_factor`, `accelerate_mesh`.
    /// Changes of others have no effect. Options out of range end the run with [`Status::SolverGaveUp`] and a
    /// complaint that names the first.
    ///
    /// A resumed run is bitwise identical if the function depends on its arguments only: it is called again for
    /// iterations that are replayed from recorded values. A snapshot in the journal keeps the options.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use search::pattern::{OptimValues, Options};
    /// use search::{Budget, Minimizer, PatternSearch, Problem};
    ///
    /// // Faster once it is near.
    /// let hurry = |now: &OptimValues, options: &mut Options| {
    ///     if now.fval < 1e-3 {
    ///         options.mesh_contraction_factor = 0.1;
    ///     }
    ///     ControlFlow::Continue(())
    /// };
    /// let problem = Problem::new(|x: &[f64]| x[0] * x[0], vec![3.0])?;
    /// let plain = PatternSearch::default();
    /// let before = plain.minimize(&problem, &Budget::unlimited(), &mut ())?.iterations;
    /// let after = plain.with_output_fcn(hurry).minimize(&problem, &Budget::unlimited(), &mut ())?.iterations;
    /// assert!(after < before);
    /// # Ok::<(), search::Error>(())
    /// ```
    #[must_use]
    pub fn with_output_fcn(
        self,
        output_fcn: impl Fn(&OptimValues<'_>, &mut Options) -> ControlFlow<()> + Send + Sync + 'static,
    ) -> Self {
        PatternSearch { output_fcn: Some(Arc::new(output_fcn)), ..self }
    }

    /// Calls the output function and adopts the options it has changed.
    fn tell(
        &self,
        options: &mut Options,
        state: &mut State,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let (Some(output_fcn), Some(row)) = (&self.output_fcn, evaluations.last_row()) else { return Ok(()) };
        let before = options.clone();
        if output_fcn(&OptimValues::of(row, state.incumbent()), options).is_break() {
            return Err(Status::StoppedByObserver.into());
        }
        if *options != before {
            options.check().map_err(|error| Stop::gave_up(&error.to_string()))?;
            evaluations.limit(options.evaluation_limit(evaluations.dimension()), options.max_time);
            state.adopt(options);
        }
        Ok(())
    }

    /// Returns the options.
    pub fn options(&self) -> &Options {
        &self.options
    }
}

impl Iterative for PatternSearch {
    const NAME: &'static str = "patternsearch";

    type Options = Options;
    type State = State;

    fn with(options: Options) -> Result<Self, Error> {
        PatternSearch::new(options)
    }

    fn chosen(&self) -> &Options {
        &self.options
    }
}

impl fmt::Debug for PatternSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = self.search_step.as_ref().map(|step| step.name());
        f.debug_struct("PatternSearch")
            .field("options", &self.options)
            .field("search_step", &step)
            .finish_non_exhaustive()
    }
}

impl Solver for PatternSearch {
    fn name(&self) -> String {
        Self::NAME.to_owned()
    }

    fn settings(&self) -> Value {
        // The display level does not affect the path.
        let options = Options { display: DisplayLevel::Off, ..self.options.clone() };
        let mut settings = serde_json::to_value(options).expect("options are numbers and words");
        if let Some(step) = &self.search_step {
            settings["search_step"] = step.settings();
        }
        if self.output_fcn.is_some() {
            settings["output_fcn"] = true.into();
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
        if self.options.poll_method.is_mads() || algorithm == Algorithm::NupsMads {
            let n = problem.dimension();
            admit(name, n, (n as f64).powi(2))?;
        }
        if problem.linear().is_some_and(LinearConstraints::have_equalities) {
            without_grid(problem, name, "directions that follow linear equalities leave the grid")?;
        }
        let reason = match nonlinear_constraints {
            _ if self.options.search_fcn.is_some() => {
                "search_fcn counts iterations, each of which is a whole subproblem here; use a custom SearchStep"
            }
            _ if self.options.cache => "the cache does not keep constraint values",
            _ if self.output_fcn.is_some() => {
                "an output function cannot change the options of subproblems; use an Observer to watch the run"
            }
            NonlinearConstraints::ProgressiveBarrier if algorithm.is_nups() => {
                "the progressive barrier requires the algorithm `classic`"
            }
            _ => return Ok(()),
        };
        without_nonlinear_constraints(problem, name, reason)
    }

    fn constraint_tolerance(&self, linear: &LinearConstraints) -> Result<f64, Error> {
        let Options { algorithm, poll_method, search_fcn, constraint_tolerance, .. } = self.options;
        let follows_equalities = algorithm == Algorithm::Classic && !poll_method.is_mads();
        let reason = match linear.have_equalities() {
            true if !follows_equalities => {
                "the directions of MADS and nups leave the equalities; GPS and GSS of `classic` follow them"
            }
            true if !search_fcn.is_none_or(|step| step.follows_equalities()) => {
                "points of this search_fcn violate the equalities; GPS and GSS as search_fcn follow them"
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
        let step = self.search_step.as_deref().or(self.options.search_step());
        if evaluations.nonlinear_constraints().is_some() {
            return nonlinear::search(&self.options, step, evaluations);
        }
        evaluations.remember(self.options.memory());
        let mut options = self.options.clone();
        let mut state = match evaluations.restored()? {
            Some(Kept { options: changed, state }) => {
                if let Some(changed) = changed {
                    evaluations.limit(changed.evaluation_limit(n), changed.max_time);
                    options = changed;
                }
                State::going_on(state, evaluations)?
            }
            None => {
                let mut state = State::at_start(&options, evaluations)?;
                self.tell(&mut options, &mut state, evaluations)?;
                state
            }
        };
        loop {
            if let Some(status) = state.end(&options, evaluations)? {
                return Ok(status);
            }
            if let Some(status) = state.iterate_with(&options, step, evaluations)? {
                return Ok(status);
            }
            self.tell(&mut options, &mut state, evaluations)?;
            let options = self.output_fcn.as_ref().map(|_| options.clone());
            evaluations.snapshot(&Kept { options, state: &state })?;
        }
    }
}
