//! A constrained problem as a book or a paper states it.

use std::sync::Arc;

use search::{Bounds, ConstraintCount, IntoPoint, LinearConstraints, Problem};

use crate::case::Functions;
use crate::{Case, LinearRow, Rows};

/// The values of the objective, the inequalities and the equalities.
pub(crate) type Values = (f64, Vec<f64>, Vec<f64>);

/// A problem without its functions: start, bounds, linear constraints and least value.
pub(crate) struct Statement {
    name: String,
    start: Vec<f64>,
    granularity: Vec<f64>,
    bounds: Bounds,
    rows: Rows,
    optimum: f64,
}

impl Statement {
    /// A problem without bounds and linear constraints.
    pub(crate) fn new(name: impl Into<String>, start: impl IntoPoint, optimum: f64) -> Self {
        let start = start.into_point();
        let (granularity, bounds) = (vec![0.0; start.len()], Bounds::free(start.len()));
        Statement { name: name.into(), start, granularity, bounds, rows: Rows::default(), optimum }
    }

    pub(crate) fn within(self, lower: impl IntoPoint, upper: impl IntoPoint) -> Self {
        Statement { bounds: Bounds::new(lower, upper).expect("the problem's bounds"), ..self }
    }

    /// Adds the lower bound 0 of all coordinates.
    pub(crate) fn nonnegative(self) -> Self {
        Statement { bounds: Bounds::nonnegative(self.start.len()), ..self }
    }

    /// Restricts coordinates to multiples.
    pub(crate) fn granular(self, granularity: impl IntoPoint) -> Self {
        Statement { granularity: granularity.into_point(), ..self }
    }

    /// Adds rows `a·x <= b`.
    pub(crate) fn at_most(mut self, a: impl IntoIterator<Item = impl IntoPoint>, b: impl IntoPoint) -> Self {
        self.rows.inequalities.extend(paired(a, b));
        self
    }

    /// Adds rows `a·x >= b`.
    pub(crate) fn at_least(mut self, a: impl IntoIterator<Item = impl IntoPoint>, b: impl IntoPoint) -> Self {
        let negative = |(a, b): LinearRow| (a.into_iter().map(|a| -a).collect(), -b);
        self.rows.inequalities.extend(paired(a, b).map(negative));
        self
    }

    /// Adds rows `a·x = b`.
    pub(crate) fn equal(mut self, a: impl IntoIterator<Item = impl IntoPoint>, b: impl IntoPoint) -> Self {
        self.rows.equalities.extend(paired(a, b));
        self
    }

    pub(crate) fn with_rows(self, rows: Rows) -> Self {
        Statement { rows, ..self }
    }

    /// The problem with this objective, and no other constraints.
    pub(crate) fn minimizing(self, f: impl Fn(&[f64]) -> f64 + Send + Sync + 'static) -> Case<'static> {
        let problem = Problem::new(f, self.start.clone()).expect("the problem's start");
        self.case(problem)
    }

    /// The problem with this number of nonlinear inequalities `c(x) <= 0` and equalities.
    pub(crate) fn subject_to(
        self,
        (inequalities, equalities): (usize, usize),
        values: impl Fn(&[f64]) -> Values + Send + Sync + 'static,
    ) -> Case<'static> {
        let count = ConstraintCount::new(inequalities, equalities);
        let values = Arc::new(values);
        let functions: Arc<Functions<'static>> = values.clone();
        let simulator = move |x: &[f64]| values(x);
        let problem = Problem::simulated(simulator, count, self.start.clone()).expect("the problem's start");
        self.case(problem).with_functions(functions)
    }

    /// The same for inequalities `g(x) >= 0`, which become `-g(x) <= 0`.
    pub(crate) fn with_nonnegative(
        self,
        count: (usize, usize),
        values: impl Fn(&[f64]) -> Values + Send + Sync + 'static,
    ) -> Case<'static> {
        self.subject_to(count, move |x: &[f64]| {
            let (f, g, h) = values(x);
            (f, g.into_iter().map(|g| -g).collect(), h)
        })
    }

    fn case(self, problem: Problem<'static>) -> Case<'static> {
        let Statement { name, granularity, bounds, rows, optimum, .. } = self;
        let split = |rows: &[LinearRow]| rows.iter().cloned().unzip::<_, _, Vec<_>, Vec<_>>();
        let ((a, b), (aeq, beq)) = (split(&rows.inequalities), split(&rows.equalities));
        let problem = || {
            let linear = LinearConstraints::at_most(a, b)?.and(LinearConstraints::equal(aeq, beq)?)?;
            problem.bounded(bounds)?.granular(granularity)?.subject_to(linear)
        };
        let case = Case::new(name, problem().expect("the problem's numbers")).with_optimum(optimum);
        if rows.is_empty() { case } else { case.with_rows(rows) }
    }
}

/// Each row with its limit.
fn paired(a: impl IntoIterator<Item = impl IntoPoint>, b: impl IntoPoint) -> impl Iterator<Item = LinearRow> {
    let (a, b): (Vec<_>, _) = (a.into_iter().map(IntoPoint::into_point).collect(), b.into_point());
    assert_eq!(a.len(), b.len(), "a limit for each row");
    a.into_iter().zip(b)
}
