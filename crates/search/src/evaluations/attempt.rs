//! One call of the objective.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Failure, Objective};

/// Calls the objective; whatever is not a finite number is a failure.
pub(crate) fn attempt(objective: &dyn Objective, x: &[f64]) -> Result<f64, Failure> {
    caught(|| objective.value(x))
}

/// Calls what should give a value; whatever is not a finite number is a failure.
pub(super) fn caught(evaluate: impl FnOnce() -> Result<f64, Failure>) -> Result<f64, Failure> {
    match catch_unwind(AssertUnwindSafe(evaluate)) {
        Ok(Ok(value)) if value.is_finite() => Ok(value),
        Ok(Ok(value)) => Err(Failure::NotFinite(value)),
        Ok(Err(failure)) => Err(failure),
        Err(payload) => {
            let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
            // Dropping a payload of the user's own type could panic again.
            std::mem::forget(payload);
            Err(Failure::Panic(text.unwrap_or_else(|| "without a message".to_owned())))
        }
    }
}
