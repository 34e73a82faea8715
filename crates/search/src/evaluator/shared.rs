//! An evaluator that runs use one after the other.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Delivery, Evaluator};
use crate::{Error, Failure, Values};

/// An evaluator in the hands of a [`Run`](crate::Run); its clones are the same one. Runs use it one after the other.
#[derive(Clone)]
pub struct SharedEvaluator {
    evaluator: Arc<Mutex<dyn Evaluator>>,
    in_use: Arc<AtomicBool>,
}

impl SharedEvaluator {
    /// Takes an evaluator.
    pub fn new(evaluator: impl Evaluator + 'static) -> Self {
        SharedEvaluator { evaluator: Arc::new(Mutex::new(evaluator)), in_use: Arc::default() }
    }

    /// Lends it to a run.
    ///
    /// # Errors
    /// [`Error::EvaluatorInUse`].
    pub(crate) fn lend(&self) -> Result<OnLoan, Error> {
        if self.in_use.swap(true, Ordering::Acquire) {
            Err(Error::EvaluatorInUse)
        } else {
            Ok(OnLoan(self.clone()))
        }
    }
}

impl fmt::Debug for SharedEvaluator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedEvaluator").field("in_use", &self.in_use).finish_non_exhaustive()
    }
}

/// An evaluator for the time of a run.
pub(crate) struct OnLoan(SharedEvaluator);

impl OnLoan {
    fn evaluator(&self) -> MutexGuard<'_, dyn Evaluator + 'static> {
        self.0.evaluator.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Evaluator for OnLoan {
    fn room(&self) -> usize {
        self.evaluator().room()
    }

    fn submit(&mut self, id: u64, x: &[f64]) {
        self.evaluator().submit(id, x);
    }

    fn wait(&mut self) -> Delivery {
        self.evaluator().wait()
    }

    fn withdraw(&mut self, id: u64) -> bool {
        self.evaluator().withdraw(id)
    }

    fn renew(&mut self, id: u64) {
        self.evaluator().renew(id);
    }

    fn end(&mut self) -> Vec<(u64, Result<Values, Failure>)> {
        self.evaluator().end()
    }
}

impl Drop for OnLoan {
    fn drop(&mut self) {
        self.0.in_use.store(false, Ordering::Release);
    }
}
