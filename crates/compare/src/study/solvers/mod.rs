//! The solvers of studies, by name, all with a first step of 1.

mod ablation;
mod ours;
mod peers;

use search::{Error, Minimizer};

use crate::Labelled;

pub use ablation::ablation;

/// Constructs a solver.
type Make = dyn Fn() -> Result<Box<dyn Minimizer>, Error> + Send + Sync;

/// A solver of studies.
pub struct Entry {
    /// Its name in tables.
    pub name: String,
    /// A description in one line.
    pub what: String,
    /// Constructs it, so that it does not stop before its budget is spent unless it has converged.
    pub make: Box<Make>,
}

impl Entry {
    /// A solver of your own, under its name in tables.
    ///
    /// ```
    /// use compare::study::Entry;
    /// use search::{NelderMead, NelderMeadOptions};
    ///
    /// let options = NelderMeadOptions { initial_step: 0.25, ..NelderMeadOptions::default() };
    /// let entry = Entry::new("small-simplex", "a simplex of a quarter", move || {
    ///     Ok(Box::new(NelderMead::new(options.clone())?))
    /// });
    /// assert_eq!(entry.minimizer()?.name(), "small-simplex");
    /// # Ok::<(), search::Error>(())
    /// ```
    pub fn new(
        name: impl Into<String>,
        what: impl Into<String>,
        make: impl Fn() -> Result<Box<dyn Minimizer>, Error> + Send + Sync + 'static,
    ) -> Self {
        Entry { name: name.into(), what: what.into(), make: Box::new(make) }
    }

    /// The solver under its name in studies.
    ///
    /// # Errors
    /// An error of its constructor, which would be a defect.
    pub fn minimizer(&self) -> Result<Box<dyn Minimizer>, Error> {
        Ok(Box::new(Labelled::new(self.name.as_str(), (self.make)()?)))
    }
}

/// All solvers of this build: ours, argmin's, and the peers whose features are on. Tolerances are the finest
/// that make sense, and limits other than the study's budget are lifted.
///
/// ```
/// let solvers = compare::study::solvers();
/// assert!(["patternsearch", "nelder-mead"].iter().all(|name| solvers.iter().any(|entry| entry.name == *name)));
/// ```
pub fn solvers() -> Vec<Entry> {
    let mut entries = ours::ours();
    entries.extend(peers::peers());
    entries
}

/// The tolerance of every solver that has one. Steps may become as small as rounding allows, so that the
/// budget ends the runs and stopping rules are not compared.
const FINEST: f64 = 1e-13;
