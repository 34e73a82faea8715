//! Pattern search under nonlinear constraints.

mod alps;
mod filter;
mod lagrangian;
mod progressive_barrier;

use super::{NonlinearConstraints, Options, SearchStep};
use crate::{Evaluations, Status, Stop};

pub(super) fn search(
    options: &Options,
    step: Option<&dyn SearchStep>,
    evaluations: &mut Evaluations<'_>,
) -> Result<Status, Stop> {
    evaluations.tolerate_violations(options.constraint_tolerance);
    match options.nonlinear_constraints {
        NonlinearConstraints::AugmentedLagrangian => alps::search(options, step, evaluations),
        NonlinearConstraints::ProgressiveBarrier => progressive_barrier::search(options, step, evaluations),
    }
}
