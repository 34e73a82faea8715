//! argmin's methods for one variable behind the common interface.

use argmin::core::{CostFunction, Error as ArgminError, IterState, State};
use argmin::solver::brent::BrentOpt;
use argmin::solver::goldensectionsearch::GoldenSectionSearch;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::door::{AfterStop, Door, Ended, Manner, Sees};
use super::drive::drive;
use crate::minimizer::knows_bounds_alone;
use crate::options::option::{evaluation_limit, fraction, positive};
use crate::wrapped::promise::{Promise, search_until_kept};
use crate::{Error, Evaluations, Problem, Solver, Status, Stop, Within};

/// The methods of the `argmin` crate for one variable.
///
/// They need an interval. Between finite bounds it is the whole box, whose ends are evaluated first. Towards an
/// infinite bound it is found by downhill steps from the start, each twice as long as the last.
///
/// ```
/// use search::{Bounds, Budget, Minimizer, Problem, ScalarSearch};
///
/// let problem = Problem::new(|x| (x[0] - 2.0).powi(2), [0.5])?;
/// let outcome = ScalarSearch::default().minimize(&problem, &Budget::evaluations(60), &mut ())?;
/// assert!(outcome.converged() && (outcome.x[0] - 2.0).abs() < 1e-6);
///
/// let two = Problem::new(|x| x[0] + x[1], [0.0, 0.0])?;
/// assert!(ScalarSearch::default().minimize(&two, &Budget::evaluations(60), &mut ()).is_err());
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScalarSearch {
    options: ScalarOptions,
}

/// Options of [`ScalarSearch`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScalarOptions {
    /// The method; default [`ScalarMethod::Brent`].
    pub method: ScalarMethod,
    /// The search has converged when the interval is shorter than about this fraction of its position or of the unit
    /// (the size of the start or of the box); between 0 and 1, default 1e-8, about the square root of the machine
    /// epsilon: below it, values differ by rounding only.
    pub tolerance: f64,
    /// The first step towards an infinite bound, in units; above 0, default 0.5.
    pub initial_step: f64,
    /// The most evaluations, at least 1; default 2000.
    pub max_function_evaluations: Option<u64>,
}

impl Default for ScalarOptions {
    fn default() -> Self {
        ScalarOptions {
            method: ScalarMethod::default(),
            tolerance: 1e-8,
            initial_step: 0.5,
            max_function_evaluations: None,
        }
    }
}

/// argmin's methods for one variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ScalarMethod {
    /// Parabolic interpolation with golden sections as a fallback (Brent 1973, "Algorithms for minimization without
    /// derivatives", chapter 5).
    #[default]
    Brent,
    /// Golden sections (Kiefer 1953, "Sequential minimax search for a maximum").
    GoldenSection,
}

impl ScalarSearch {
    /// Creates a search along one variable with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: ScalarOptions) -> Result<Self, Error> {
        fraction("tolerance", options.tolerance)?;
        positive("initial_step", options.initial_step)?;
        evaluation_limit(options.max_function_evaluations)?;
        Ok(ScalarSearch { options })
    }
}

/// Returns the end of the interval on one side: the bound, or where the value has stopped decreasing.
fn end(line: &Line<'_, '_, '_>, start: f64, step: f64, bound: f64) -> Result<f64, ArgminError> {
    if bound.is_finite() {
        line.cost(&bound)?;
        return Ok(bound);
    }
    let (mut step, mut value) = (step, line.cost(&start)?);
    loop {
        let place = (start + step).clamp(-f64::MAX / 4.0, f64::MAX / 4.0);
        let next = line.cost(&place)?;
        if next >= value || place.abs() == f64::MAX / 4.0 {
            return Ok(place);
        }
        (step, value) = (2.0 * step, next);
    }
}

/// The door for one variable.
struct Line<'a, 'd, 'r>(&'a Door<'d, 'r>);

impl CostFunction for Line<'_, '_, '_> {
    type Param = f64;
    type Output = f64;

    fn cost(&self, x: &f64) -> Result<f64, ArgminError> {
        self.0.cost(&vec![*x])
    }
}

impl Solver for ScalarSearch {
    fn name(&self) -> String {
        match self.options.method {
            ScalarMethod::Brent => "brent",
            ScalarMethod::GoldenSection => "golden-section",
        }
        .to_owned()
    }

    fn settings(&self) -> Value {
        serde_json::to_value(&self.options).expect("options are numbers and words")
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        match problem.dimension() {
            1 => knows_bounds_alone(self, problem),
            given => Err(Error::Dimension { solver: self.name(), given, expected: "1" }),
        }
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let ScalarOptions { tolerance, max_function_evaluations, .. } = self.options;
        evaluations.limit(max_function_evaluations.unwrap_or(2000), None);
        search_until_kept(evaluations, Promise::after_steps_of(tolerance), |evaluations, x, value| {
            self.search_from(x, value, evaluations)
        })
    }
}

impl ScalarSearch {
    fn search_from(
        &self,
        x: Vec<f64>,
        value: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Status, Stop> {
        let ScalarOptions { method, tolerance, initial_step, .. } = self.options;
        // An interval has two interior points.
        let (within, after_stop) = (Within::Project, AfterStop::Error);
        let manner = Manner { within, sees: Sees::Values, after_stop, in_hand: 2 };
        let door = Door::open(evaluations, manner, x, value);
        let (line, start, bounds) = (Line(&door), door.start()[0], door.bounds());
        let low = door.step(|| end(&line, start, -initial_step, bounds.lower()[0]))?;
        let high = door.step(|| end(&line, start, initial_step, bounds.upper()[0]))?;
        let end: Result<Status, Ended> = match method {
            ScalarMethod::Brent => {
                let solver = BrentOpt::new(low, high).set_tolerance(tolerance, tolerance);
                drive(&door, line, solver, IterState::new(), |says| says)
            }
            ScalarMethod::GoldenSection => {
                let solver = door.step(|| GoldenSectionSearch::new(low, high)?.with_tolerance(tolerance))?;
                // argmin's own test is relative: near zero it is never met.
                let done = |says| says || door.spread() <= INSIDE * tolerance;
                drive(&door, line, solver, IterState::new().param(start.clamp(low, high)), done)
            }
        };
        Ok(end?)
    }
}

/// The distance of the two interior points of a golden-section interval, relative to its length: √5 - 2.
const INSIDE: f64 = 0.236;
