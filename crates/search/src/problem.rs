//! A problem: what to minimize, from where, within which bounds.

use std::sync::Arc;

use crate::{Bounds, Error, Objective};

/// An objective with a start point and bounds. Cheap to clone: the objective is shared.
///
/// ```
/// use search::{Bounds, Problem};
///
/// let problem = Problem::new(|x: &[f64]| (x[0] - 3.0).powi(2), vec![0.0])?
///     .bounded(Bounds::uniform(1, -1.0, 1.0)?)?;
/// assert_eq!(problem.dimension(), 1);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Clone)]
pub struct Problem<'o> {
    objective: Arc<dyn Objective + 'o>,
    start: Vec<f64>,
    bounds: Bounds,
}

impl<'o> Problem<'o> {
    /// A problem without bounds.
    ///
    /// # Errors
    /// [`Error::EmptyStart`] for a start without coordinates, [`Error::StartNotFinite`].
    pub fn new(objective: impl Objective + 'o, start: Vec<f64>) -> Result<Self, Error> {
        Problem::shared(Arc::new(objective), start)
    }

    /// A problem whose objective the caller keeps a hand on.
    ///
    /// # Errors
    /// As for [`new`](Problem::new).
    pub fn shared(objective: Arc<dyn Objective + 'o>, start: Vec<f64>) -> Result<Self, Error> {
        if start.is_empty() {
            return Err(Error::EmptyStart);
        }
        if let Some(index) = start.iter().position(|value| !value.is_finite()) {
            return Err(Error::StartNotFinite { index, value: start[index] });
        }
        let bounds = Bounds::free(start.len());
        Ok(Problem { objective, start, bounds })
    }

    /// The same problem within bounds. The start may lie outside: a run begins at its projection,
    /// and says so.
    ///
    /// # Errors
    /// [`Error::BoundsLength`] for bounds of another dimension.
    pub fn bounded(self, bounds: Bounds) -> Result<Self, Error> {
        if bounds.dimension() != self.dimension() {
            let (given, expected) = (bounds.dimension(), self.dimension());
            return Err(Error::BoundsLength { what: "given", given, expected });
        }
        Ok(Problem { bounds, ..self })
    }

    /// Number of coordinates n.
    pub fn dimension(&self) -> usize {
        self.start.len()
    }

    /// The objective.
    pub fn objective(&self) -> &(dyn Objective + 'o) {
        &*self.objective
    }

    /// A hand on the objective.
    pub fn shared_objective(&self) -> Arc<dyn Objective + 'o> {
        self.objective.clone()
    }

    /// The same problem with another objective: a wrapped one, a transformed one.
    #[must_use]
    pub fn with_objective(self, objective: Arc<dyn Objective + 'o>) -> Self {
        Problem { objective, ..self }
    }

    /// The start point as given, MATLAB's `x0`.
    #[doc(alias = "x0")]
    pub fn start(&self) -> &[f64] {
        &self.start
    }

    /// The bounds.
    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }
}

impl std::fmt::Debug for Problem<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Problem { objective: _, start, bounds } = self;
        f.debug_struct("Problem").field("start", start).field("bounds", bounds).finish_non_exhaustive()
    }
}
