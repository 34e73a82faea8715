//! A minimizer with a name of your choice.

use search::{DisplayLevel, Error, Evaluations, LinearConstraints, Minimizer, Problem, Solver, Status, Stop};
use serde_json::Value;

/// A minimizer under another name, which distinguishes two minimizers of a kind with different options in
/// tables.
///
/// ```
/// use compare::Labelled;
/// use search::pattern::{Algorithm, Options};
/// use search::{PatternSearch, Solver};
///
/// let nups = PatternSearch::new(Options { algorithm: Algorithm::Nups, ..Options::default() })?;
/// assert_eq!(Labelled::new("nups", nups).name(), "nups");
/// # Ok::<(), search::Error>(())
/// ```
pub struct Labelled {
    label: String,
    minimizer: Box<dyn Minimizer>,
    residuals: Residuals,
}

/// What a minimizer is told of the residuals of an objective.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Residuals {
    /// What it reads.
    AsItReads,
    /// The value alone.
    Withheld,
    /// All of them; it is for objectives that have some.
    Needed,
}

impl Labelled {
    /// Gives the minimizer this name.
    pub fn new(label: impl Into<String>, minimizer: impl Minimizer + 'static) -> Self {
        Labelled { label: label.into(), minimizer: Box::new(minimizer), residuals: Residuals::AsItReads }
    }

    /// Withholds the residuals of an objective that [has them](search::Objective::residuals), so that the minimizer
    /// sees no more than one that knows values alone.
    ///
    /// ```
    /// use compare::Labelled;
    /// use search::{HybridSearch, Solver};
    ///
    /// assert!(Labelled::new("hybrid", HybridSearch::default()).uses_residuals());
    /// assert!(!Labelled::new("hybrid", HybridSearch::default()).without_residuals().uses_residuals());
    /// ```
    #[must_use]
    pub fn without_residuals(self) -> Self {
        Labelled { residuals: Residuals::Withheld, ..self }
    }

    /// Refuses problems without residuals.
    #[must_use]
    pub fn needing_residuals(self) -> Self {
        Labelled { residuals: Residuals::Needed, ..self }
    }
}

impl Solver for Labelled {
    fn name(&self) -> String {
        self.label.clone()
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        self.minimizer.search(evaluations)
    }

    fn settings(&self) -> Value {
        self.minimizer.settings()
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        let minimizer = self.minimizer.with_seed(seed)?;
        Some(Box::new(Labelled { label: self.label.clone(), minimizer, residuals: self.residuals }))
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        if self.residuals == Residuals::Needed && problem.fit().is_none() {
            return Err(Error::Lacks { solver: self.name(), what: "residuals" });
        }
        self.minimizer.accepts(problem)
    }

    fn constraint_tolerance(&self, linear: &LinearConstraints) -> Result<f64, Error> {
        self.minimizer.constraint_tolerance(linear)
    }

    fn uses_residuals(&self) -> bool {
        self.residuals != Residuals::Withheld && self.minimizer.uses_residuals()
    }

    fn uses_hint(&self, problem: &Problem<'_>) -> bool {
        self.minimizer.uses_hint(problem)
    }

    fn display(&self) -> DisplayLevel {
        self.minimizer.display()
    }
}
