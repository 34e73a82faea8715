//! An evaluator that several runs use, one at a time.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Delivery, Evaluator};
use crate::{Error, Failure, Values};

/// A shared handle to the evaluator of a [`Run`](crate::Run). Only one run may use it at a time.
#[derive(Clone)]
pub struct SharedEvaluator {
    evaluator: Arc<Mutex<dyn Evaluator>>,
    in_use: Arc<AtomicBool>,
}

impl SharedEvaluator {
    /// Wraps an evaluator.
    pub fn new(evaluator: impl Evaluator + 'static) -> Self {
        SharedEvaluator { evaluator: Arc::new(Mutex::new(evaluator)), in_use: Arc::default() }
    }

    /// Lends it to a run.
    ///
    /// # Errors
    /// [`Error::EvaluatorInUse`] if another run is using it.
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

/// An evaluator lent to a run, and released when dropped.
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
