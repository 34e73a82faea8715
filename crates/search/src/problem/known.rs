//! Points whose values are known before a run.

#[cfg(feature = "tables")]
mod csv;
mod journals;

use thiserror::Error as ThisError;

#[cfg(feature = "tables")]
pub(super) use self::journals::{is_table, journal_of_any};
use crate::{Error, Failure, IntoPoint, Problem, Values};

/// A point that a run knows from its beginning.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Known {
    pub(crate) x: Vec<f64>,
    pub(crate) values: Values,
}

/// What is wrong with a known point.
#[derive(Debug, Clone, PartialEq, ThisError)]
#[non_exhaustive]
pub enum KnownFault {
    /// It has another dimension.
    #[error("has {given} coordinates; expected {expected}")]
    Length {
        /// Coordinates given.
        given: usize,
        /// Coordinates of the problem.
        expected: usize,
    },
    /// It lies outside the bounds, or a coordinate is no finite number.
    #[error("has coordinate {index} = {value}; expected a number from {lower} to {upper}")]
    Outside {
        /// The coordinate, from 0.
        index: usize,
        /// Its value.
        value: f64,
        /// Its lower bound.
        lower: f64,
        /// Its upper bound.
        upper: f64,
    },
    /// It lies off the grid.
    #[error("has coordinate {index} = {value}; expected a multiple of its granularity {granularity}")]
    OffGrid {
        /// The coordinate, from 0.
        index: usize,
        /// Its value.
        value: f64,
        /// Its granularity.
        granularity: f64,
    },
    /// Its values are not those of an evaluation of this problem.
    #[error("has no values of this problem: {0}")]
    Values(Failure),
}

/// Returns points with their values, or both numbers if they differ.
pub(super) fn paired<P: IntoPoint, V: Into<Values>>(
    points: impl IntoIterator<Item = P>,
    values: impl IntoIterator<Item = V>,
) -> Result<Vec<Known>, (usize, usize)> {
    let points: Vec<Vec<f64>> = points.into_iter().map(IntoPoint::into_point).collect();
    let values: Vec<Values> = values.into_iter().map(Into::into).collect();
    if points.len() != values.len() {
        return Err((points.len(), values.len()));
    }
    Ok(points.into_iter().zip(values).map(|(x, values)| Known { x, values }).collect())
}

impl Problem<'_> {
    /// Adds points whose values are known, from earlier runs or from elsewhere. A value is a number;
    /// `(f, constraints)` with nonlinear constraints; [`LeastSquares::values`](crate::LeastSquares::values)
    /// for a fit, with [`Values::constrained`] for both.
    ///
    /// A known point never costs an evaluation: a run answers from the table. If there are known points, a run
    /// starts at the best of them that satisfies the linear constraints, in place of its start. Solvers may
    /// read all of them ([`Evaluations::known`](crate::Evaluations::known)). Of several entries of one point,
    /// the first counts. A journal can only be resumed with the same known points.
    ///
    /// ```
    /// use search::{Budget, Minimizer, PatternSearch, Problem};
    ///
    /// let problem = Problem::new(|x| (x[0] - 1.0).powi(2), [5.0])?.knowing([[3.0], [0.5]], [4.0, 0.25])?;
    /// let outcome = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
    /// assert_eq!(outcome.start_value, 0.25);
    /// # Ok::<(), search::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::KnownLength`] unless there is one value for each point; [`Error::Known`] for a point or values
    /// that do not fit the problem. Bounds, grid, constraints and residuals that are set afterwards are checked
    /// at the beginning of a run.
    pub fn knowing<P: IntoPoint, V: Into<Values>>(
        mut self,
        points: impl IntoIterator<Item = P>,
        values: impl IntoIterator<Item = V>,
    ) -> Result<Self, Error> {
        let more =
            paired(points, values).map_err(|(points, values)| Error::KnownLength { points, values })?;
        self.known = self.known.iter().cloned().chain(more).collect();
        self.check_known()?;
        Ok(self)
    }

    /// Checks that the known points are possible evaluations of the problem.
    pub(crate) fn check_known(&self) -> Result<(), Error> {
        let mut faults = self.known.iter().map(|known| self.fault_of(known)).enumerate();
        match faults.find_map(|(index, fault)| Some((index, fault?))) {
            Some((index, fault)) => Err(Error::Known { index, fault }),
            None => Ok(()),
        }
    }

    fn fault_of(&self, Known { x, values }: &Known) -> Option<KnownFault> {
        let (given, expected) = (x.len(), self.dimension());
        if given != expected {
            return Some(KnownFault::Length { given, expected });
        }
        let not_finite = x.iter().position(|value| !value.is_finite());
        if let Some(index) = not_finite.or_else(|| self.bounds().first_outside(x)) {
            let (lower, upper) = (self.bounds().lower()[index], self.bounds().upper()[index]);
            return Some(KnownFault::Outside { index, value: x[index], lower, upper });
        }
        if let Some((index, grid)) = self.grid().and_then(|grid| Some((grid.first_off(x)?, grid))) {
            let granularity = grid.granularity()[index];
            return Some(KnownFault::OffGrid { index, value: x[index], granularity });
        }
        values.clone().checked(self).err().map(KnownFault::Values)
    }
}
