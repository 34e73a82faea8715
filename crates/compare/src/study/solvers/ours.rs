//! Our solvers and argmin's.

use search::pattern::{Algorithm, Options, PollMethod, PollOrder, SearchMethod};
use search::{
    Adam, AdamOptions, CoordinateOptions, CoordinateSearch, Differences, Error, GradientMethod,
    GradientOptions, GradientSearch, HybridOptions, HybridSearch, Minimizer, NelderMead, NelderMeadOptions,
    ParticleSwarm, ParticleSwarmOptions, PatternSearch, ProjectedGradient, ProjectedGradientOptions,
    QuasiNewtonOptions, QuasiNewtonSearch, SimulatedAnnealing,
};

use super::{Entry, FINEST};
use crate::Labelled;

pub(super) fn ours() -> Vec<Entry> {
    vec![
        Entry::new("patternsearch", "MATLAB's classic GPS 2N, one mesh", || pattern(Options::default())),
        Entry::new(
            "patternsearch-success",
            "MATLAB's classic GPS 2N, the last successful direction first",
            || pattern(Options { poll_order: PollOrder::Success, ..Options::default() }),
        ),
        Entry::new("patternsearch-complete", "MATLAB's classic GPS 2N, complete polls", || {
            pattern(Options { use_complete_poll: true, ..Options::default() })
        }),
        Entry::new("patternsearch-np1", "GPS with the minimal basis, n + 1 directions", || {
            polling(PollMethod::GpsPositiveBasisNp1)
        }),
        Entry::new("patternsearch-mads", "MADS, 2n random directions", || {
            polling(PollMethod::MadsPositiveBasis2N)
        }),
        Entry::new("patternsearch-orthomads", "OrthoMADS, 2n directions", || {
            polling(PollMethod::OrthoMadsPositiveBasis2N)
        }),
        Entry::new("nups", "MATLAB's newer algorithm", || {
            pattern(Options { algorithm: Algorithm::Nups, ..Options::default() })
        }),
        Entry::new("patternsearch-searchlhs", "classic, with a Latin hypercube as search step", || {
            searching(SearchMethod::LatinHypercube)
        }),
        Entry::new(
            "patternsearch-searchneldermead",
            "classic, with a Nelder-Mead simplex as search step",
            || searching(SearchMethod::NelderMead),
        ),
        Entry::new(
            "patternsearch-rbfsurrogate",
            "classic, with a model of radial functions as search step",
            || searching(SearchMethod::RbfSurrogate),
        ),
        Entry::new("coordinate", "a step for each coordinate, pattern moves, parabola step", || {
            coordinate(CoordinateOptions::default())
        }),
        Entry::new("hybrid", "quadratic models, and polls along their axes", || {
            hybrid(HybridOptions::default())
        }),
        Entry::new("hybrid-restarts", "hybrid, restarted near the best point once it has converged", || {
            hybrid(HybridOptions { restarts: u64::MAX, ..HybridOptions::default() })
        }),
        Entry::new("hybrid-residuals", "hybrid on fits and maxima, which reads the residuals", || {
            let hybrid = reading_residuals(HybridOptions::default())?;
            Ok(Box::new(Labelled::new("hybrid-residuals", hybrid).needing_residuals()))
        }),
        Entry::new("quasi-newton", "quasi-Newton steps on differences, and sweeps", || {
            quasi_newton(QuasiNewtonOptions::default())
        }),
        Entry::new(
            "quasi-newton-restarts",
            "quasi-newton, restarted near the best point once it has converged",
            || quasi_newton(QuasiNewtonOptions { restarts: u64::MAX, ..QuasiNewtonOptions::default() }),
        ),
        Entry::new("quasi-newton-residuals", "quasi-newton on fits, which reads the residuals", || {
            let told = quasi_newton_reading_residuals(QuasiNewtonOptions::default())?;
            Ok(Box::new(Labelled::new("quasi-newton-residuals", told).needing_residuals()))
        }),
        Entry::new("coordinate-plain", "coordinate, without pattern moves and parabola step", || {
            coordinate(CoordinateOptions {
                pattern_move: false,
                parabola_step: false,
                ..CoordinateOptions::default()
            })
        }),
        Entry::new("nelder-mead", "argmin's simplex", || {
            let options = NelderMeadOptions {
                initial_step: 1.0,
                step_tolerance: FINEST,
                function_tolerance: 0.0,
                max_function_evaluations: Some(u64::MAX),
                ..NelderMeadOptions::default()
            };
            Ok(Box::new(NelderMead::new(options)?))
        }),
        Entry::new("particle-swarm", "argmin's swarm", || {
            let options = ParticleSwarmOptions { step_tolerance: FINEST, ..ParticleSwarmOptions::default() };
            Ok(Box::new(ParticleSwarm::new(options)?))
        }),
        Entry::new("simulated-annealing", "argmin's annealing", || {
            Ok(Box::new(SimulatedAnnealing::default()))
        }),
        Entry::new("l-bfgs-differences", "argmin's L-BFGS on forward differences", || {
            gradient(GradientMethod::Lbfgs)
        }),
        Entry::new("bfgs-differences", "argmin's BFGS on forward differences", || {
            gradient(GradientMethod::Bfgs)
        }),
        Entry::new(
            "spectral-gradient-differences",
            "projected spectral gradient, central differences",
            || {
                let options = ProjectedGradientOptions {
                    gradient_tolerance: FINEST,
                    ..ProjectedGradientOptions::default()
                };
                Ok(Box::new(ProjectedGradient::new(options)?))
            },
        ),
        Entry::new("adam-differences", "projected Adam, central differences", || {
            let options = AdamOptions { gradient_tolerance: FINEST, ..AdamOptions::default() };
            Ok(Box::new(Adam::new(options)?))
        }),
    ]
}

fn polling(poll_method: PollMethod) -> Result<Box<dyn Minimizer>, Error> {
    pattern(Options { poll_method, ..Options::default() })
}

fn searching(method: SearchMethod) -> Result<Box<dyn Minimizer>, Error> {
    pattern(Options { search_fcn: Some(method.into()), ..Options::default() })
}

fn pattern(options: Options) -> Result<Box<dyn Minimizer>, Error> {
    Ok(Box::new(PatternSearch::new(Options {
        max_iterations: Some(u64::MAX),
        max_function_evaluations: Some(u64::MAX),
        // The problem is in units of its start already. MATLAB's search gets no other units here; ours also scale
        // single coordinates, up to the size of the start.
        scale_mesh: false,
        mesh_tolerance: FINEST,
        ..options
    })?))
}

fn coordinate(options: CoordinateOptions) -> Result<Box<dyn Minimizer>, Error> {
    Ok(Box::new(CoordinateSearch::new(CoordinateOptions {
        max_iterations: Some(u64::MAX),
        max_function_evaluations: Some(u64::MAX),
        mesh_tolerance: FINEST,
        ..options
    })?))
}

/// The hybrid search, which sees values alone, as its peers do.
pub(super) fn hybrid(options: HybridOptions) -> Result<Box<dyn Minimizer>, Error> {
    Ok(Box::new(Labelled::new("hybrid", reading_residuals(options)?).without_residuals()))
}

fn reading_residuals(options: HybridOptions) -> Result<HybridSearch, Error> {
    HybridSearch::new(HybridOptions {
        max_iterations: Some(u64::MAX),
        max_function_evaluations: Some(u64::MAX),
        mesh_tolerance: FINEST,
        ..options
    })
}

/// The quasi-Newton search, which sees values alone.
fn quasi_newton(options: QuasiNewtonOptions) -> Result<Box<dyn Minimizer>, Error> {
    let told = quasi_newton_reading_residuals(options)?;
    Ok(Box::new(Labelled::new("quasi-newton", told).without_residuals()))
}

fn quasi_newton_reading_residuals(options: QuasiNewtonOptions) -> Result<QuasiNewtonSearch, Error> {
    QuasiNewtonSearch::new(QuasiNewtonOptions {
        max_iterations: Some(u64::MAX),
        max_function_evaluations: Some(u64::MAX),
        mesh_tolerance: FINEST,
        ..options
    })
}

fn gradient(method: GradientMethod) -> Result<Box<dyn Minimizer>, Error> {
    let options = GradientOptions {
        method,
        differences: Differences::Forward,
        gradient_tolerance: FINEST,
        max_function_evaluations: Some(u64::MAX),
        ..GradientOptions::default()
    };
    Ok(Box::new(GradientSearch::new(options)?))
}
