//! Points and values of a neighbouring problem, which shape models and are never believed.

#[cfg(feature = "tables")]
use std::path::Path;

use super::known::{Known, KnownFault, paired};
use crate::{Error, IntoPoint, Problem, Values};

impl Problem<'_> {
    /// Adds points and values of a neighbouring problem: the same simulator at another setting, or a fit to other
    /// data. Values are given as for [`knowing`](Problem::knowing).
    ///
    /// They are never returned, never counted, and never compared with values of this problem. A run evaluates its
    /// start and then the best point of the hint. If that is better, the run goes on from there with shorter steps; and
    /// in a fit without a first sweep, as its models take the slopes of the residuals from the hint where no point of its
    /// own shows them. If it is not better, the hint is forgotten. (Under nonlinear constraints the run always goes on from
    /// there, until the merit says that the start is better.) Several starts have the hint for the first alone.
    /// [`HybridSearch`](crate::HybridSearch) reads the hint, [`QuasiNewtonSearch`](crate::QuasiNewtonSearch) its best point,
    /// and [`Automatic`](crate::Automatic) where it chooses one of them. A run of another solver is refused ([`Error::UnusedHint`]). A journal can only be resumed with the same hint.
    ///
    /// The points may lie outside the bounds, off the grid and where constraints are violated.
    ///
    /// ```
    /// use search::{Budget, HybridSearch, Minimizer, Problem};
    ///
    /// let bowl = |x: &[f64]| 100.0 * (x[1] - x[0]).powi(2) + (1.0 - x[0]).powi(2);
    /// // The neighbour has its minimum at 1.1.
    /// let points = [[0.0, 0.0], [1.1, 1.1], [1.1, 1.2], [1.2, 1.1], [1.2, 1.3], [0.5, 0.0]];
    /// let values = points.map(|x: [f64; 2]| 100.0 * (x[1] - x[0]).powi(2) + (1.1 - x[0]).powi(2));
    /// let problem = Problem::new(bowl, [-3.0, 5.0])?;
    /// let alone = HybridSearch::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
    /// let hinted = problem.hinted(points, values)?;
    /// let outcome = HybridSearch::default().minimize(&hinted, &Budget::unlimited(), &mut ())?;
    /// assert!(outcome.counts.evaluations < alone.counts.evaluations);
    /// # Ok::<(), search::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::HintLength`] unless there is one value for each point; [`Error::Hint`] for a point that has another
    /// dimension or a coordinate that is not finite, and for values that do not fit the problem. Constraints and
    /// residuals that are set afterwards are checked at the beginning of a run.
    pub fn hinted<P: IntoPoint, V: Into<Values>>(
        mut self,
        points: impl IntoIterator<Item = P>,
        values: impl IntoIterator<Item = V>,
    ) -> Result<Self, Error> {
        let more = paired(points, values).map_err(|(points, values)| Error::HintLength { points, values })?;
        self.hint = self.hint.iter().cloned().chain(more).collect();
        self.check_hint()?;
        Ok(self)
    }

    /// Adds the points of a file of a neighbouring problem: of a [table](Problem::knowing_table) if its name ends in
    /// `.csv`, else of a journal of [every value](crate::Journal::of_every_value), whatever its label.
    ///
    /// # Errors
    /// [`Error::Table`] or [`Error::Journal`] for a file that cannot be read; [`Error::Hint`] as for
    /// [`hinted`](Problem::hinted).
    #[cfg(feature = "tables")]
    pub fn hinted_file(mut self, path: &Path, names: &[String]) -> Result<Self, Error> {
        let more = if super::known::is_table(path) {
            self.table_of(path, names)?
        } else {
            super::known::journal_of_any(path)?
        };
        self.hint = self.hint.iter().cloned().chain(more).collect();
        self.check_hint()?;
        Ok(self)
    }

    /// Checks that the points of the hint could be evaluations of a problem of this form.
    pub(crate) fn check_hint(&self) -> Result<(), Error> {
        let mut faults = self.hint.iter().map(|point| self.fault_of_hint(point)).enumerate();
        match faults.find_map(|(index, fault)| Some((index, fault?))) {
            Some((index, fault)) => Err(Error::Hint { index, fault }),
            None => Ok(()),
        }
    }

    fn fault_of_hint(&self, Known { x, values }: &Known) -> Option<KnownFault> {
        let (given, expected) = (x.len(), self.dimension());
        if given != expected {
            return Some(KnownFault::Length { given, expected });
        }
        if let Some(index) = x.iter().position(|value| !value.is_finite()) {
            let (lower, upper) = (f64::NEG_INFINITY, f64::INFINITY);
            return Some(KnownFault::Outside { index, value: x[index], lower, upper });
        }
        values.clone().checked(self).err().map(KnownFault::Values)
    }
}
