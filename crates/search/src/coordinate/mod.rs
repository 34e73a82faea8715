//! Coordinate search: a separate step for each coordinate, and restarts.

mod descent;
mod options;
mod run;

pub use options::CoordinateOptions;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::pattern::SearchStep;
use crate::stepwise::{self, Iterative};
use crate::{DisplayLevel, Error, Evaluations, Minimizer, Solver, Status, Stop};

/// A pattern search with a separate step for each coordinate: for many coordinates, and for objectives that can
/// evaluate a change of one coordinate cheaply ([`Incremental`](crate::Incremental)).
///
/// An iteration is a sweep over the coordinates. Each is tried upwards and downwards, first in the direction that
/// last succeeded; its step doubles after a success and halves after a failure. If the objective knows the parabola
/// along a coordinate ([`Incremental::line`](crate::Incremental::line)), its exact minimum is tried instead. Trial
/// points beyond a bound are projected onto it. After a sweep the search tries the minimizer of the parabolas through
/// the values seen, and pattern moves. (Hooke & Jeeves 1961, "Direct search solution of numerical and statistical
/// problems".) It has converged when a sweep with all steps at [`mesh_tolerance`](CoordinateOptions::mesh_tolerance)
/// fails and a last look finds no kink; with [`restarts`](CoordinateOptions::restarts) it can leave a local minimum.
///
/// It supports bounds only; use [`HybridSearch`](crate::HybridSearch) for linear and nonlinear constraints and
/// granular coordinates.
///
/// ```
/// use search::{Budget, CoordinateSearch, Minimizer, Problem, Status};
///
/// let f = |x: &[f64]| (x[0] - 3.0).powi(2) + 100.0 * (x[1] + 1.0).powi(2);
/// let problem = Problem::new(f, vec![1.0, 1.0])?;
/// let outcome = CoordinateSearch::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
/// assert_eq!((outcome.x, outcome.status), (vec![3.0, -1.0], Status::NoStepDown));
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct CoordinateSearch {
    options: CoordinateOptions,
    search_step: Option<Arc<dyn SearchStep>>,
}

impl CoordinateSearch {
    /// Creates a coordinate search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: CoordinateOptions) -> Result<Self, Error> {
        options.check()?;
        // A finite number can be stored as text, and is no limit either.
        let max_mesh_size = options.max_mesh_size.map(|size| size.min(f64::MAX));
        let options = CoordinateOptions { max_mesh_size, ..options };
        Ok(CoordinateSearch { options, search_step: None })
    }

    /// Adds a custom search step before each sweep.
    #[must_use]
    pub fn with_search_step(self, step: impl SearchStep + 'static) -> Self {
        CoordinateSearch { search_step: Some(Arc::new(step)), ..self }
    }

    /// Returns the options.
    pub fn options(&self) -> &CoordinateOptions {
        &self.options
    }
}

impl fmt::Debug for CoordinateSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = self.search_step.as_ref().map(|step| step.name());
        f.debug_struct("CoordinateSearch")
            .field("options", &self.options)
            .field("search_step", &step)
            .finish()
    }
}

impl Iterative for CoordinateSearch {
    const NAME: &'static str = "coordinate";

    type Options = CoordinateOptions;
    type State = run::State;

    fn with(options: CoordinateOptions) -> Result<Self, Error> {
        CoordinateSearch::new(options)
    }

    fn chosen(&self) -> &CoordinateOptions {
        &self.options
    }
}

impl Solver for CoordinateSearch {
    fn name(&self) -> String {
        Self::NAME.to_owned()
    }

    fn settings(&self) -> Value {
        // The display level does not affect the path.
        let options = CoordinateOptions { display: DisplayLevel::Off, ..self.options.clone() };
        let mut settings = serde_json::to_value(options).expect("options are numbers and words");
        if let Some(step) = &self.search_step {
            settings["search_step"] = step.settings();
        }
        settings
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        let options = CoordinateOptions { seed, ..self.options.clone() };
        (options.restarts > 0)
            .then(|| Box::new(CoordinateSearch { options, ..self.clone() }) as Box<dyn Minimizer>)
    }

    fn display(&self) -> DisplayLevel {
        self.options.display
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let step = self.search_step.as_deref();
        stepwise::run(&self.options, evaluations, |state: &mut run::State, evaluations| {
            state.iterate_with(&self.options, step, evaluations)
        })
    }
}
