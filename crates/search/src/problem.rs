//! A problem: what to minimize, from where, within which bounds and linear constraints.

use std::sync::Arc;

use crate::{Bounds, Error, LinearConstraints, Objective};

/// An objective with a start point, bounds, and linear constraints if it has any. Cheap to clone: the objective is shared.
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
    linear: Option<Arc<LinearConstraints>>,
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
        Ok(Problem { objective, start, bounds, linear: None })
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

    /// The same problem under linear constraints. The start may violate them: a run begins at the nearest point that
    /// satisfies them and the bounds, and fails with [`Error::NoFeasiblePoint`] if there is none. Solvers that do not
    /// take linear constraints refuse the problem ([`Error::Constraints`]).
    ///
    /// ```
    /// use search::{Budget, LinearConstraints, Minimizer, PatternSearch, Problem};
    ///
    /// // The point of x1 + x2 <= 1 that is nearest to (2, 1), from a start that is not in it.
    /// let linear = LinearConstraints::at_most(vec![vec![1.0, 1.0]], vec![1.0])?;
    /// let f = |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] - 1.0).powi(2);
    /// let problem = Problem::new(f, vec![3.0, 3.0])?.subject_to(linear)?;
    /// let outcome = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
    /// assert!((outcome.x[0] - 1.0).abs() < 1e-5 && outcome.x[1].abs() < 1e-5);
    /// # Ok::<(), search::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::RowLength`] for rows of another dimension.
    pub fn subject_to(self, linear: LinearConstraints) -> Result<Self, Error> {
        linear.check_dimension(self.dimension())?;
        let linear = linear.dimension().map(|_| Arc::new(linear));
        Ok(Problem { linear, ..self })
    }

    /// Number of coordinates n.
    pub fn dimension(&self) -> usize {
        self.start.len()
    }

    /// The objective.
    pub fn objective(&self) -> &(dyn Objective + 'o) {
        &*self.objective
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

    /// The linear constraints, if there are any.
    pub fn linear(&self) -> Option<&LinearConstraints> {
        self.linear.as_deref()
    }
}

impl std::fmt::Debug for Problem<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Problem { objective: _, start, bounds, linear } = self;
        f.debug_struct("Problem")
            .field("start", start)
            .field("bounds", bounds)
            .field("linear", linear)
            .finish_non_exhaustive()
    }
}
