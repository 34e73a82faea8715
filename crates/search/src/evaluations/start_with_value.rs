//! Finds a start with a value.

use super::{Evaluations, Stop};
use crate::Method;
use crate::problem::unit::units;

/// The distance, in units, of the points tried around a start without a value.
const BESIDE: f64 = 0.1;

impl Evaluations<'_> {
    /// Evaluates the start and records it as iteration 0. If its evaluation fails, evaluates nearby points
    /// along each coordinate until one succeeds, for searches that need a value to begin with. Returns the
    /// point and its value, which is infinite if all failed.
    ///
    /// # Errors
    /// [`Stop`] as for [`value`](Evaluations::value).
    pub fn begin_at_value(&mut self) -> Result<(Vec<f64>, f64), Stop> {
        let start = self.start().to_vec();
        let value = self.value(&start)?;
        self.iteration(&start, value, None, Method::Start)?;
        let units = units(&start, self.bounds());
        for i in 0..2 * start.len() {
            if self.best().1.is_finite() {
                break;
            }
            let mut beside = start.clone();
            beside[i / 2] += BESIDE * units[i / 2] * if i % 2 == 0 { 1.0 } else { -1.0 };
            beside[i / 2] = beside[i / 2].clamp(-f64::MAX, f64::MAX);
            self.bounds().project(&mut beside);
            if beside != start {
                self.value(&beside)?;
            }
        }
        let (x, value) = self.best();
        Ok((x.to_vec(), value))
    }
}
