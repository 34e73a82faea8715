//! Hybrid search: quadratic models, and polls where they say no more.
//!
//! What models know of the objective they tell with one evaluation; what they do not know, or get wrong, the poll finds
//! out. (Custódio, Rocha & Vicente 2010, "Incorporating minimum Frobenius norm models in direct search", put such a step
//! into a pattern search; here the models choose the poll's directions, too.) Where there is a kink, of which neither tells much,
//! steps to the kinks of all coordinates lead on, or a variable metric.

mod basis;
mod cloud;
mod descent;
mod fits;
mod kinks;
mod metric;
mod options;
mod parts;
mod place;
mod quadratic;
mod run;
mod slopes;
mod space;
mod sweep;
mod trust_region;
mod wall;

pub use options::HybridOptions;
pub use parts::HybridParts;

use serde_json::Value;

use crate::minimizer::knows_bounds_alone;
use crate::stepwise::{self, Iterative, Stepwise};
use crate::{DisplayLevel, Error, Evaluations, Minimizer, Problem, Solver, Status, Stop};

/// The most coordinates whose bounds differ: beyond, models cost more than they bring.
const MANY: usize = 100;

/// Quadratic models before each poll: the best choice for up to a few dozen coordinates and an objective of which nothing is known.
///
/// - The first iteration **sweeps** along the coordinates and moves at once where a step improves.
/// - Each one after it fits a **model** to the nearest points evaluated so far (up to 90, or 2.5 per coordinate if that is more), whose
///   Hessian differs least from the one before plus a multiple of the identity, and evaluates the point where the model is least
///   within bounds and trust radius. The radius is multiplied by 4 after a step that kept half of its promise, and is half the
///   step's length after one that did not keep a tenth.
/// - Where the model has no step of half a mesh size, or fails at a trust radius of the mesh size, comes a **poll**: along the axes of
///   the model and their negatives, the most promising first, and along the coordinates beside a bound; poll points near
///   evaluated ones (0.8 mesh sizes) are left out. A poll that fails divides the mesh size by 10, and so does a model that was
///   right before and has no step left.
/// - Where an evaluation **fails**, the point is as far up as is usual nearby to the models, and polls go along the coordinates from
///   then on and, where they fail, along the edge.
/// - Where most coordinates turn out to have a **kink**, steps to all of them come first; where a kink is seen at a fine mesh, steps of a
///   variable metric on differences (over 1.5e-8), until they find nothing better.
///
/// Models take O(n³) operations and O(n²) memory, so that it takes at most 100 coordinates whose bounds differ. It knows bounds alone;
/// [`PatternSearch`](crate::PatternSearch) knows linear and nonlinear constraints and granular coordinates.
///
/// ```
/// use search::{Budget, HybridSearch, Minimizer, Problem};
///
/// let rosenbrock = |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
/// let problem = Problem::new(rosenbrock, vec![-1.2, 1.0])?;
/// let outcome = HybridSearch::default().minimize(&problem, &Budget::evaluations(200), &mut ())?;
/// assert!(outcome.value < 1e-10);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct HybridSearch {
    options: HybridOptions,
}

impl HybridSearch {
    /// A hybrid search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option out of its range.
    pub fn new(options: HybridOptions) -> Result<Self, Error> {
        options.check()?;
        Ok(HybridSearch { options })
    }

    /// The options.
    pub fn options(&self) -> &HybridOptions {
        &self.options
    }
}

impl Iterative for HybridSearch {
    const NAME: &'static str = "hybrid";

    type Options = HybridOptions;
    type State = run::State;

    fn with(options: HybridOptions) -> Result<Self, Error> {
        HybridSearch::new(options)
    }

    fn chosen(&self) -> &HybridOptions {
        &self.options
    }
}

impl Solver for HybridSearch {
    fn name(&self) -> String {
        Self::NAME.to_owned()
    }

    fn settings(&self) -> Value {
        // What is printed does not change the path.
        let options = HybridOptions { display: DisplayLevel::Off, ..self.options.clone() };
        serde_json::to_value(options).expect("options are numbers and words")
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        let options = HybridOptions { seed, ..self.options.clone() };
        (options.restarts > 0).then(|| Box::new(HybridSearch { options }) as Box<dyn Minimizer>)
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        let given = problem.bounds().differing();
        if given > MANY {
            let expected = "at most 100 whose bounds differ; `coordinate` takes more";
            return Err(Error::Dimension { solver: self.name(), given, expected });
        }
        knows_bounds_alone(self, problem)
    }

    fn display(&self) -> DisplayLevel {
        self.options.display
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        stepwise::run(&self.options, evaluations, |state: &mut run::State, evaluations| {
            state.iterate(&self.options, evaluations)
        })
    }
}
