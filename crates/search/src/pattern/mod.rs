//! Pattern search: MATLAB's `patternsearch`.

mod basis;
mod mesh;
mod options;
mod poll;
pub(crate) mod read;

pub use options::{Algorithm, Options, PollMethod, PollOrder};

use mesh::Mesh;
use poll::{Poll, Polled};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{DisplayLevel, Error, Evaluations, Method, Minimizer, Status, Stop};

/// MATLAB's `patternsearch`: generalized pattern search within bounds.
///
/// Each iteration polls the points `x ± mesh size · scale_i · e_i` around the incumbent `x` until one
/// improves on it. Then the incumbent moves there and the mesh doubles; if none does, the mesh halves.
/// The search has converged when the mesh is finer than
/// [`mesh_tolerance`](Options::mesh_tolerance). (Torczon 1997, "On the convergence of pattern search
/// algorithms"; Audet & Dennis 2003, "Analysis of generalized pattern searches".)
///
/// Poll points outside the bounds are dropped. With default options the points, their order and their
/// number are MATLAB's.
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
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PatternSearch {
    options: Options,
}

/// All that the search knows between two iterations.
#[derive(Serialize, Deserialize)]
struct State {
    incumbent: Incumbent,
    mesh: Mesh,
    poll: Poll,
}

/// The best point the search has moved to.
#[derive(Serialize, Deserialize)]
struct Incumbent {
    x: Vec<f64>,
    value: f64,
}

impl State {
    fn at_start(options: &Options, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        let x = evaluations.start().to_vec();
        let value = evaluations.value(&x)?;
        let (mesh, poll) = (Mesh::new(options, &x), Poll::new(options, x.len()));
        evaluations.iteration(&x, value, Some(mesh.size()), Method::Start)?;
        Ok(State { incumbent: Incumbent { x, value }, mesh, poll })
    }
}

impl PatternSearch {
    /// A pattern search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option out of its range.
    pub fn new(options: Options) -> Result<Self, Error> {
        options.check()?;
        Ok(PatternSearch { options })
    }

    /// The options.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// MATLAB's rules for steps and decreases that are too small, after a successful poll: the exit
    /// flags' table, which asks for a small mesh as well. (The prose beside it does not; following
    /// it would end runs that MATLAB's published counts continue.)
    fn small_success(&self, distance: f64, decrease: f64, mesh: &Mesh) -> Option<Status> {
        let Options { step_tolerance, function_tolerance, .. } = self.options;
        if distance < step_tolerance && mesh.size() < step_tolerance {
            Some(Status::StepTolerance)
        } else if decrease < function_tolerance && mesh.size() < function_tolerance {
            Some(Status::FunctionTolerance)
        } else {
            None
        }
    }
}

impl Minimizer for PatternSearch {
    fn name(&self) -> String {
        "patternsearch".to_owned()
    }

    fn settings(&self) -> Value {
        // What is printed does not change the path.
        let options = Options { display: DisplayLevel::Off, ..self.options.clone() };
        serde_json::to_value(options).expect("options are numbers and words")
    }

    fn display(&self) -> DisplayLevel {
        self.options.display
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let options = &self.options;
        let n = evaluations.dimension();
        evaluations.limit(options.evaluation_limit(n), options.max_time);

        let mut state = match evaluations.restored()? {
            Some(state) => state,
            None => State::at_start(options, evaluations)?,
        };
        loop {
            let State { incumbent, mesh, poll } = &mut state;
            if mesh.size() < options.mesh_tolerance {
                return Ok(Status::MeshTolerance);
            }
            if evaluations.iterations() >= options.iteration_limit(n) {
                return Ok(Status::IterationLimit);
            }
            let (method, end) = match poll.around(incumbent, mesh, evaluations)? {
                Polled::Improved { distance, decrease } => {
                    mesh.expand();
                    (Method::SuccessfulPoll, self.small_success(distance, decrease, mesh))
                }
                Polled::Failed => {
                    mesh.contract();
                    (Method::RefineMesh, None)
                }
                Polled::NoStep => return Ok(Status::MachinePrecision),
            };
            evaluations.iteration(&incumbent.x, incumbent.value, Some(mesh.size()), method)?;
            if let Some(status) = end {
                return Ok(status);
            }
            evaluations.snapshot(&state)?;
        }
    }
}
