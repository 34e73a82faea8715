//! The hybrid search under constraints: a model of every function, and steps to the least objective where the models
//! of the constraints hold.

mod descent;
mod frame;
mod geometry;
mod lagrangian;
mod last_poll;
mod merit;
mod models;
mod points;
mod step;

use descent::Descent;

use crate::hybrid::HybridOptions;
use crate::hybrid::run::ITERATIONS;
use crate::problem::unit::scales;
use crate::{Evaluations, Method, Status, Stop};

/// The initial radius of a new descent from a converged point, as a fraction of the first.
const ANEW: f64 = 0.1;

/// A new descent has gained something if the merit fell by more than this part of what it had fallen before.
const GAIN: f64 = 1e-6;

/// Searches until no step improves the merit.
pub(super) fn search(options: &HybridOptions, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
    let most = options.max_function_evaluations.unwrap_or(2000 * evaluations.dimension() as u64);
    evaluations.limit(most, options.max_time);
    evaluations.tolerate_violations(options.constraint_tolerance);
    let x = evaluations.start().to_vec();
    let mut scale = scales(options.scale_mesh, &x, evaluations.bounds());
    if let Some(grid) = evaluations.grid() {
        scale.iter_mut().zip(grid.granularity()).for_each(|(scale, step)| *scale = scale.max(*step));
    }
    evaluations.judge_by(|value, _| value);
    let value = evaluations.value(&x)?;
    let count = evaluations.nonlinear_constraints().unwrap_or_default();
    let values = match evaluations.seen().pop() {
        Some(seen) => std::iter::once(seen.value).chain(seen.constraints.all()).collect(),
        None if value.is_finite() => vec![value],
        None => vec![f64::INFINITY; 1 + count.inequalities + count.equalities],
    };
    let mut descent = Descent::from(&x, values, options.initial_mesh_size, &scale, options, evaluations);
    report(&descent, Method::Start, evaluations)?;
    let iterations = options.max_iterations.unwrap_or(ITERATIONS * x.len() as u64);
    let mut anew_from: Option<f64> = None;
    loop {
        while !descent.is_finer_than(options.mesh_tolerance) {
            if evaluations.iterations() >= iterations {
                return Ok(Status::IterationLimit);
            }
            let method = descent.iterate(evaluations)?;
            report(&descent, method, evaluations)?;
        }
        let merit = descent.weights.merit(&descent.here.values);
        let before = descent.weights.merit(&descent.start) - merit;
        let gains = |from: f64| from - merit > GAIN * if before.is_finite() { before } else { merit.abs() };
        if options.last_look && anew_from.is_none_or(gains) {
            anew_from = Some(merit);
            let size = (ANEW * options.initial_mesh_size).max(options.mesh_tolerance);
            descent.begin_anew(size);
            continue;
        }
        let size = options.mesh_tolerance;
        let found = descent.last_poll(size, evaluations)?
            || (options.last_look && descent.look(&scale, size, evaluations)?);
        if !found {
            return Ok(Status::NoStepDown);
        }
        if evaluations.grid().is_some() {
            descent.radius = descent.radius.max(ANEW * options.initial_mesh_size);
        }
        report(&descent, Method::SuccessfulPoll, evaluations)?;
    }
}

/// Reports the incumbent.
fn report(descent: &Descent<'_>, method: Method, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
    let (x, values) = (&descent.here.x, &descent.here.values);
    if evaluations.nonlinear_constraints().is_none() {
        return evaluations.iteration(x, values[0], Some(descent.radius), method);
    }
    let violation = descent.weights.violations(values).fold(0.0, f64::max);
    evaluations.constrained_iteration(x, values[0], violation, Some(descent.radius), method)
}
