//! Early stopping: samples held out decide which point of a search counts.

use std::ops::ControlFlow;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{Event, Observer};

use crate::Error;
use crate::risk::Risk;

/// Holds a part of the samples out, stops a search when their loss has not fallen for some iterations, and
/// returns to the point where it was lowest (Prechelt 1998, "Early stopping - but when?").
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EarlyStopping {
    /// The part of the samples held out, above 0 and below 1; default 0.2.
    pub share: f64,
    /// Iterations without a lower loss that end the search, at least 1; default 20.
    pub patience: u64,
}

impl Default for EarlyStopping {
    fn default() -> Self {
        EarlyStopping { share: 0.2, patience: 20 }
    }
}

impl EarlyStopping {
    /// The samples to fit and those held out, each in ascending order.
    pub(super) fn split(&self, samples: usize, seed: u64) -> Result<(Vec<usize>, Vec<usize>), Error> {
        let wrong = |argument, value: String, expected| Err(Error::Training { argument, value, expected });
        if self.patience == 0 {
            return wrong("patience of early stopping", "0".to_owned(), "at least 1");
        }
        let held_out = (samples as f64 * self.share).round();
        if !(held_out >= 1.0 && held_out < samples as f64) {
            let expected = "a share that leaves a sample on both sides";
            return wrong(
                "share of early stopping",
                format!("{} of {samples} samples", self.share),
                expected,
            );
        }
        let mut order: Vec<usize> = (0..samples).collect();
        order.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
        let mut fitted = order.split_off(held_out as usize);
        order.sort_unstable();
        fitted.sort_unstable();
        Ok((fitted, order))
    }
}

/// Watches a search for the point with the lowest loss on the samples held out.
pub(super) struct Watch<'r> {
    validation: Option<&'r Risk>,
    patience: u64,
    /// Iterations since the best one.
    since: u64,
    best: Option<(Vec<f64>, f64)>,
}

impl<'r> Watch<'r> {
    /// Without samples held out it sees nothing and never stops a search.
    pub(super) fn new(validation: Option<&'r Risk>, early: Option<&EarlyStopping>) -> Self {
        Watch { validation, patience: early.map_or(0, |early| early.patience), since: 0, best: None }
    }

    /// The point with the lowest loss on the samples held out, and that loss.
    pub(super) fn best(self) -> Option<(Vec<f64>, f64)> {
        self.best
    }
}

impl Observer for Watch<'_> {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        let (Some(validation), Event::Iteration { x, .. }) = (self.validation, event) else {
            return ControlFlow::Continue(());
        };
        let loss = validation.loss_at(x);
        self.since += 1;
        if loss.is_finite() && self.best.as_ref().is_none_or(|(_, least)| loss < *least) {
            self.best = Some((x.to_vec(), loss));
            self.since = 0;
        }
        if self.since >= self.patience { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
