//! Points that another program asks for, which may lie outside the bounds: they are refused and counted.

use super::{Evaluations, Source, Stop};
use crate::Failure;

impl Evaluations<'_> {
    /// Evaluates a point that may lie outside the bounds or off the grid, for a solver that cannot be trusted to keep
    /// them: such a point is not evaluated. It counts as a failed evaluation, with its reason, and in
    /// [`Outcome::outside`](crate::Outcome::outside).
    ///
    /// # Errors
    /// [`Stop`] as for [`value`](Evaluations::value), but not for a point outside the bounds or off the grid.
    pub fn value_or_refusal(&mut self, x: &[f64]) -> Result<Result<f64, String>, Stop> {
        match self.reason_against(x) {
            None => self.value(x).map(Ok),
            Some(reason) => {
                let refused = self.refuse(x, &reason);
                self.keeping_stop(refused).map(|()| Err(reason))
            }
        }
    }

    fn refuse(&mut self, x: &[f64], reason: &str) -> Result<(), Stop> {
        self.proceed()?;
        self.limits.admit_one_after(self.counts.evaluations)?;
        let recorded = match &mut self.recording {
            Some(recording) => recording.recall(x, self.counts.evaluations + 1)?,
            None => None,
        };
        let source = if recorded.is_some() { Source::Journal } else { Source::Evaluation };
        self.commit(x, Err(Failure::Error(reason.to_owned())), source)?;
        self.outside += 1;
        self.count_rounds();
        Ok(())
    }

    /// Why a point with n coordinates is not evaluated, if that is so.
    fn reason_against(&self, x: &[f64]) -> Option<String> {
        if x.len() != self.dimension() {
            return None;
        }
        if let Some(i) = self.bounds().first_outside(x) {
            let (lower, upper) = (self.bounds().lower()[i], self.bounds().upper()[i]);
            return Some(format!("x[{i}] is {}; expected {lower} to {upper}, its bounds", x[i]));
        }
        let grid = self.grid()?;
        let i = grid.first_off(x)?;
        Some(format!("x[{i}] is {}; expected a multiple of {}", x[i], grid.granularity()[i]))
    }
}
