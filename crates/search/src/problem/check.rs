//! Checks an incremental view against whole evaluations.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::evaluations::attempt;
use crate::{Failure, Gradient, Incremental, Objective, Parabola, Residuals};

/// Wraps an objective and compares each incremental value with a whole evaluation while a solver works on it.
/// The run takes the same steps as without the check, at the cost of whole evaluations.
///
/// ```
/// use search::{Budget, CheckIncremental, Failure, Incremental, Minimizer, Objective, PatternSearch, Problem};
///
/// struct Line;
/// struct View(f64);
///
/// impl Objective for Line {
///     fn value(&self, x: &[f64]) -> Result<f64, Failure> {
///         Ok(x[0].abs() + 1.0)
///     }
///     fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
///         Some(Box::new(View(0.0)))
///     }
/// }
///
/// impl Incremental for View {
///     fn begin(&mut self, x: &[f64]) -> Result<f64, Failure> {
///         Line.value(x)
///     }
///     fn try_value(&mut self, _i: usize, to: f64) -> Result<f64, Failure> {
///         Ok(to.abs() + 1.001) // wrong
///     }
///     fn accept(&mut self, _i: usize, to: f64) {
///         self.0 = to;
///     }
/// }
///
/// let checked = std::sync::Arc::new(CheckIncremental::of(Line));
/// let problem = Problem::shared(checked.clone(), vec![4.0])?;
/// PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
/// let worst = checked.worst().expect("trials were made");
/// assert!(worst.relative > 1e-4, "{worst}");
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug)]
pub struct CheckIncremental<O> {
    objective: O,
    worst: Mutex<Option<WorstDifference>>,
}

/// The largest difference found between an incremental value and a whole evaluation of the same point.
#[derive(Debug, Clone, PartialEq)]
pub struct WorstDifference {
    /// The difference divided by the larger of the two magnitudes; infinite if exactly one of them is NaN.
    pub relative: f64,
    /// The incremental value, NaN if there was none.
    pub incremental: f64,
    /// The whole evaluation, NaN if there was none.
    pub whole: f64,
    /// The coordinate that was changed.
    pub coordinate: usize,
    /// Its new value.
    pub to: f64,
    /// The centre of the incremental view.
    pub centre: Vec<f64>,
}

impl fmt::Display for WorstDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let WorstDifference { relative, incremental, whole, coordinate, to, .. } = self;
        write!(
            f,
            "coordinate {coordinate} set to {to}: {incremental} incrementally, {whole} as a whole (relative {relative:e})"
        )
    }
}

impl<O: Objective> CheckIncremental<O> {
    /// Wraps an objective to check its incremental view.
    pub fn of(objective: O) -> Self {
        CheckIncremental { objective, worst: Mutex::new(None) }
    }

    /// The largest difference so far, or `None` if nothing was compared.
    pub fn worst(&self) -> Option<WorstDifference> {
        self.worst.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<O: Objective> Objective for CheckIncremental<O> {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        self.objective.value(x)
    }

    fn gradient(&self) -> Option<&dyn Gradient> {
        self.objective.gradient()
    }

    fn residuals(&self) -> Option<&dyn Residuals> {
        self.objective.residuals()
    }

    fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
        let view = self.objective.incremental()?;
        Some(Box::new(CheckedView { view, centre: Vec::new(), line: None, check: self }))
    }
}

struct CheckedView<'c, O> {
    view: Box<dyn Incremental + 'c>,
    centre: Vec<f64>,
    /// The last parabola, and its coordinate.
    line: Option<(usize, Parabola)>,
    check: &'c CheckIncremental<O>,
}

impl<O: Objective> CheckedView<'_, O> {
    /// Compares the incremental value at the centre with coordinate `i` set to `to` with a whole evaluation.
    fn compare(&mut self, i: usize, to: f64, incremental: &Result<f64, Failure>) {
        let from = std::mem::replace(&mut self.centre[i], to);
        let whole = attempt(&self.check.objective, &self.centre);
        self.centre[i] = from;
        let number = |value: &Result<f64, Failure>| match value {
            Ok(value) if value.is_finite() => *value,
            _ => f64::NAN,
        };
        let (incremental, whole) = (number(incremental), number(&whole));
        let relative = match (incremental.is_nan(), whole.is_nan()) {
            (true, true) => 0.0,
            (false, false) if incremental == whole => 0.0,
            (false, false) => (incremental - whole).abs() / incremental.abs().max(whole.abs()),
            _ => f64::INFINITY,
        };
        let mut worst = self.check.worst.lock().unwrap_or_else(PoisonError::into_inner);
        if worst.as_ref().is_none_or(|worst| relative > worst.relative) {
            let centre = self.centre.clone();
            *worst = Some(WorstDifference { relative, incremental, whole, coordinate: i, to, centre });
        }
    }
}

impl<O: Objective> Incremental for CheckedView<'_, O> {
    fn begin(&mut self, x: &[f64]) -> Result<f64, Failure> {
        self.centre = x.to_vec();
        self.line = None;
        let begun = self.view.begin(x);
        self.compare(0, x[0], &begun);
        begun
    }

    fn try_value(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
        let value = self.view.try_value(i, to);
        self.compare(i, to, &value);
        if let Some((_, line)) = self.line.filter(|&(along, _)| along == i) {
            let d = to - self.centre[i];
            let (slope, curve) = (d * line.slope, d * d * line.curvature);
            let value = line.value + slope + curve;
            // Where its terms cancel, a parabola has lost digits, so its value is not checked.
            if value >= 1e-2 * (line.value.abs() + slope.abs() + curve.abs()) {
                self.compare(i, to, &Ok(value));
            }
        }
        value
    }

    fn canonical_value(&mut self, i: usize, to: f64) -> Option<Result<f64, Failure>> {
        let value = self.view.canonical_value(i, to)?;
        self.compare(i, to, &value);
        Some(value)
    }

    fn accept(&mut self, i: usize, to: f64) {
        self.view.accept(i, to);
        self.centre[i] = to;
        self.line = None;
    }

    fn line(&mut self, i: usize) -> Option<Parabola> {
        let line = self.view.line(i)?;
        self.compare(i, self.centre[i], &Ok(line.value));
        // Other points of the parabola are checked only where the solver goes, since they may be out of
        // bounds.
        self.line = Some((i, line));
        Some(line)
    }

    fn blocks(&self) -> Vec<Vec<usize>> {
        self.view.blocks()
    }
}
