//! A problem of a comparison.

use std::sync::Arc;

use search::{Error, Objective, Problem};

type FromSeed<'o> = dyn Fn(u64) -> Result<Problem<'o>, Error> + Send + Sync + 'o;

/// A named problem, the same for each seed or another one for each: another start, other data, other noise.
#[derive(Clone)]
pub struct Case<'o> {
    name: String,
    optimum: Option<f64>,
    problem: Origin<'o>,
    truth: Option<Arc<dyn Objective + 'o>>,
}

#[derive(Clone)]
enum Origin<'o> {
    Fixed(Problem<'o>),
    Seeded(Arc<FromSeed<'o>>),
}

impl<'o> Case<'o> {
    /// The same problem for each seed.
    pub fn new(name: impl Into<String>, problem: Problem<'o>) -> Self {
        Case { name: name.into(), optimum: None, problem: Origin::Fixed(problem), truth: None }
    }

    /// A problem that depends on the seed; on nothing else, so that a run can be made again.
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
        Case { name: name.into(), optimum: None, problem: Origin::Seeded(Arc::new(problem)), truth: None }
    }

    /// The same with the least value that the problem has, as published or proved.
    #[must_use]
    pub fn with_optimum(self, value: f64) -> Self {
        Case { optimum: Some(value), ..self }
    }

    /// The same with the objective that its own is a noisy form of: what a solver has reached is judged by it.
    #[must_use]
    pub fn with_truth(self, truth: impl Objective + 'o) -> Self {
        Case { truth: Some(Arc::new(truth)), ..self }
    }

    /// The true objective, where the problem's is a noisy form of it.
    pub fn truth(&self) -> Option<&Arc<dyn Objective + 'o>> {
        self.truth.as_ref()
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The least value, where it is known.
    pub fn optimum(&self) -> Option<f64> {
        self.optimum
    }

    /// The problem for a seed.
    ///
    /// # Errors
    /// Those of the function given to [`seeded`](Case::seeded).
    pub fn problem(&self, seed: u64) -> Result<Problem<'o>, Error> {
        match &self.problem {
            Origin::Fixed(problem) => Ok(problem.clone()),
            Origin::Seeded(problem) => problem(seed),
        }
    }

    /// Whether the problem depends on the seed.
    pub fn is_seeded(&self) -> bool {
        matches!(self.problem, Origin::Seeded(_))
    }
}
