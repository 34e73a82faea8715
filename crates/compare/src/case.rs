//! A problem of a comparison.

use std::sync::Arc;

use search::{Error, Objective, Problem};
use serde_json::Value;

use crate::Rows;

/// The values of an objective, its inequalities and its equalities.
pub(crate) type Functions<'o> = dyn Fn(&[f64]) -> (f64, Vec<f64>, Vec<f64>) + Send + Sync + 'o;

type FromSeed<'o> = dyn Fn(u64) -> Result<Problem<'o>, Error> + Send + Sync + 'o;

/// A named problem. It is the same for each seed, or differs in start, data or noise.
#[derive(Clone)]
pub struct Case<'o> {
    name: String,
    optimum: Option<f64>,
    problem: Origin<'o>,
    truth: Option<Arc<dyn Objective + 'o>>,
    settings: Option<Value>,
    rows: Option<Arc<Rows>>,
    functions: Option<Arc<Functions<'o>>>,
}

#[derive(Clone)]
enum Origin<'o> {
    Fixed(Box<Problem<'o>>),
    Seeded(Arc<FromSeed<'o>>),
}

impl<'o> Case<'o> {
    /// The same problem for each seed.
    pub fn new(name: impl Into<String>, problem: Problem<'o>) -> Self {
        Case::of(name.into(), Origin::Fixed(Box::new(problem)))
    }

    /// A problem that depends on the seed, and on nothing else, so that a run can be repeated.
    ///
    /// ```
    /// use compare::Case;
    /// use search::Problem;
    ///
    /// let case = Case::seeded("sphere", |seed| Problem::new(|x: &[f64]| x[0] * x[0], vec![seed as f64]));
    /// assert_eq!(case.problem(3)?.start(), [3.0]);
    /// # Ok::<(), search::Error>(())
    /// ```
    pub fn seeded(
        name: impl Into<String>,
        problem: impl Fn(u64) -> Result<Problem<'o>, Error> + Send + Sync + 'o,
    ) -> Self {
        Case::of(name.into(), Origin::Seeded(Arc::new(problem)))
    }

    fn of(name: String, problem: Origin<'o>) -> Self {
        Case { name, optimum: None, problem, truth: None, settings: None, rows: None, functions: None }
    }

    /// Adds the least value of the problem, as published or proved.
    #[must_use]
    pub fn with_optimum(self, value: f64) -> Self {
        Case { optimum: Some(value), ..self }
    }

    /// Adds the true objective of a noisy problem, by which results are judged.
    #[must_use]
    pub fn with_truth(self, truth: impl Objective + 'o) -> Self {
        Case { truth: Some(Arc::new(truth)), ..self }
    }

    /// Adds the numbers of the problem's linear constraints, by which its points are judged. Without them the judge of a
    /// problem with linear constraints divides each row's violation by the row's scale.
    #[must_use]
    pub fn with_rows(self, rows: Rows) -> Self {
        Case { rows: Some(Arc::new(rows)), ..self }
    }

    /// The numbers of the linear constraints, if they were added.
    pub fn rows(&self) -> Option<&Rows> {
        self.rows.as_deref()
    }

    /// Adds objective and constraints, for suites that make other problems of them.
    #[must_use]
    pub(crate) fn with_functions(self, functions: Arc<Functions<'o>>) -> Self {
        Case { functions: Some(functions), ..self }
    }

    pub(crate) fn functions(&self) -> Option<&Arc<Functions<'o>>> {
        self.functions.as_ref()
    }

    /// Adds the settings that determine its values, as JSON. The file of a study keeps them, and refuses a
    /// problem of the same name with other settings. Problems of this crate have none: its version and
    /// revision identify them.
    #[must_use]
    pub fn with_settings(self, settings: Value) -> Self {
        Case { settings: Some(settings), ..self }
    }

    /// The settings that determine its values, if it has any.
    pub fn settings(&self) -> Option<&Value> {
        self.settings.as_ref()
    }

    /// The true objective, if the problem is noisy.
    pub fn truth(&self) -> Option<&Arc<dyn Objective + 'o>> {
        self.truth.as_ref()
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The least value, if it is known.
    pub fn optimum(&self) -> Option<f64> {
        self.optimum
    }

    /// The problem for a seed.
    ///
    /// # Errors
    /// Those of the function given to [`seeded`](Case::seeded).
    pub fn problem(&self, seed: u64) -> Result<Problem<'o>, Error> {
        match &self.problem {
            Origin::Fixed(problem) => Ok(problem.as_ref().clone()),
            Origin::Seeded(problem) => problem(seed),
        }
    }

    /// Returns `true` if the problem depends on the seed.
    pub fn is_seeded(&self) -> bool {
        matches!(self.problem, Origin::Seeded(_))
    }
}
