//! The solvers of studies, by name, all with a first step of 1.

use search::pattern::{Algorithm, Options, PollMethod, PollOrder, SearchMethod};
use search::{
    Adam, AdamOptions, CoordinateOptions, CoordinateSearch, Differences, Error, GradientMethod,
    GradientOptions, GradientSearch, HybridOptions, HybridParts, HybridSearch, Minimizer, NelderMead,
    NelderMeadOptions, ParticleSwarm, ParticleSwarmOptions, PatternSearch, ProjectedGradient,
    ProjectedGradientOptions, QuasiNewtonOptions, QuasiNewtonSearch, SimulatedAnnealing,
};

use crate::Labelled;

/// Constructs a solver.
type Make = dyn Fn() -> Result<Box<dyn Minimizer>, Error> + Send + Sync;

/// A solver of studies.
pub struct Entry {
    /// Its name in tables.
    pub name: String,
    /// A description in one line.
    pub what: String,
    /// Constructs it, so that it does not stop before its budget is spent unless it has converged.
    pub make: Box<Make>,
}

/// All solvers of this build: ours, argmin's, and the peers whose features are on. Tolerances are the finest
/// that make sense, and limits other than the study's budget are lifted.
///
/// ```
/// let solvers = compare::study::solvers();
/// assert!(["patternsearch", "nelder-mead"].iter().all(|name| solvers.iter().any(|entry| entry.name == *name)));
/// ```
pub fn solvers() -> Vec<Entry> {
    let mut entries = vec![
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
        Entry::new("quasi-newton", "quasi-Newton steps on differences, and sweeps", || {
            quasi_newton(QuasiNewtonOptions::default())
        }),
        Entry::new(
            "quasi-newton-restarts",
            "quasi-newton, restarted near the best point once it has converged",
            || quasi_newton(QuasiNewtonOptions { restarts: u64::MAX, ..QuasiNewtonOptions::default() }),
        ),
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
    ];
    entries.extend(peers());
    entries
}

/// The tolerance of every solver that has one. Steps may become as small as rounding allows, so that the
/// budget ends the runs and stopping rules are not compared.
const FINEST: f64 = 1e-13;

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

fn hybrid(options: HybridOptions) -> Result<Box<dyn Minimizer>, Error> {
    Ok(Box::new(HybridSearch::new(HybridOptions {
        max_iterations: Some(u64::MAX),
        max_function_evaluations: Some(u64::MAX),
        mesh_tolerance: FINEST,
        ..options
    })?))
}

fn quasi_newton(options: QuasiNewtonOptions) -> Result<Box<dyn Minimizer>, Error> {
    Ok(Box::new(QuasiNewtonSearch::new(QuasiNewtonOptions {
        max_iterations: Some(u64::MAX),
        max_function_evaluations: Some(u64::MAX),
        mesh_tolerance: FINEST,
        ..options
    })?))
}

/// The hybrid search made of these parts.
fn made_of(parts: HybridParts) -> Result<Box<dyn Minimizer>, Error> {
    hybrid(HybridOptions { parts, ..HybridOptions::default() })
}

/// `hybrid` with one ingredient left out at a time, to see what each is worth.
///
/// ```
/// assert!(compare::study::ablation().iter().all(|entry| entry.name.starts_with("hybrid-without-")));
/// ```
pub fn ablation() -> Vec<Entry> {
    vec![
        Entry::new("hybrid-without-sweep", "hybrid, beginning with a poll", || {
            made_of(HybridParts { first_sweep: false, ..HybridParts::default() })
        }),
        Entry::new(
            "hybrid-without-kink-step",
            "hybrid, without steps to the kinks of all coordinates",
            || made_of(HybridParts { kink_step: false, ..HybridParts::default() }),
        ),
        Entry::new("hybrid-without-model-step", "hybrid, polls only", || {
            made_of(HybridParts { model_step: false, ..HybridParts::default() })
        }),
        Entry::new("hybrid-without-model-axes", "hybrid, polls along the coordinates", || {
            made_of(HybridParts { model_axes: false, ..HybridParts::default() })
        }),
        Entry::new("hybrid-without-several-fits", "hybrid, models for smooth functions only", || {
            made_of(HybridParts { several_fits: false, ..HybridParts::default() })
        }),
        Entry::new("hybrid-without-skipped-polls", "hybrid, without skipping polls", || {
            made_of(HybridParts { skip_polls: false, ..HybridParts::default() })
        }),
        Entry::new("hybrid-without-variable-metric", "hybrid, models and polls only at kinks", || {
            made_of(HybridParts { variable_metric: false, ..HybridParts::default() })
        }),
    ]
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

/// The peers of crates.io in this build.
fn peers() -> Vec<Entry> {
    vec![
        #[cfg(feature = "bobyqa")]
        Entry::new("bobyqa", "crate bobyqa: a trust region with a quadratic model", || {
            let options = search::peers::BobyqaOptions {
                initial_step: 1.0,
                step_tolerance: FINEST,
                max_function_evaluations: Some(u64::MAX),
                ..Default::default()
            };
            Ok(Box::new(search::peers::Bobyqa::new(options)?))
        }),
        #[cfg(feature = "cobyla")]
        Entry::new("cobyla", "crate cobyla: a trust region with linear models", || {
            let options = search::peers::CobylaOptions {
                initial_step: 1.0,
                step_tolerance: FINEST,
                max_function_evaluations: Some(u64::MAX),
                ..Default::default()
            };
            Ok(Box::new(search::peers::Cobyla::new(options)?))
        }),
        #[cfg(feature = "cmaes")]
        Entry::new("cma-es", "crate cmaes: CMA-ES, random", || {
            let options = search::peers::CmaEsOptions {
                step_tolerance: FINEST,
                function_tolerance: 0.0,
                max_function_evaluations: Some(u64::MAX),
                ..Default::default()
            };
            Ok(Box::new(search::peers::CmaEs::new(options)?))
        }),
        #[cfg(feature = "basin")]
        Entry::new("basin-mads", "crate basin: OrthoMADS, without random numbers", || {
            basin(search::peers::BasinAlgorithm::Mads)
        }),
        #[cfg(feature = "basin")]
        Entry::new("basin-bobyqa", "crate basin: BOBYQA", || basin(search::peers::BasinAlgorithm::Bobyqa)),
        #[cfg(feature = "nlopt")]
        Entry::new("nlopt-bobyqa", "crate nlopt: BOBYQA", || nlopt(search::peers::NloptAlgorithm::Bobyqa)),
        #[cfg(feature = "nlopt")]
        Entry::new("nlopt-cobyla", "crate nlopt: COBYLA", || nlopt(search::peers::NloptAlgorithm::Cobyla)),
        #[cfg(feature = "nlopt")]
        Entry::new("nlopt-nelder-mead", "crate nlopt: Nelder-Mead", || {
            nlopt(search::peers::NloptAlgorithm::NelderMead)
        }),
        #[cfg(feature = "nlopt")]
        Entry::new("nlopt-sbplx", "crate nlopt: Sbplx, Nelder-Mead on subspaces", || {
            nlopt(search::peers::NloptAlgorithm::Sbplx)
        }),
        #[cfg(feature = "nlopt")]
        Entry::new("nlopt-praxis", "crate nlopt: PRAXIS", || nlopt(search::peers::NloptAlgorithm::Praxis)),
    ]
}

#[cfg(feature = "nlopt")]
fn nlopt(algorithm: search::peers::NloptAlgorithm) -> Result<Box<dyn Minimizer>, Error> {
    let options = search::peers::NloptOptions {
        algorithm,
        initial_step: 1.0,
        step_tolerance: FINEST,
        max_function_evaluations: Some(u64::MAX),
        ..Default::default()
    };
    Ok(Box::new(search::peers::Nlopt::new(options)?))
}

#[cfg(feature = "basin")]
fn basin(algorithm: search::peers::BasinAlgorithm) -> Result<Box<dyn Minimizer>, Error> {
    // Its MADS takes no finer tolerance.
    let mads = algorithm == search::peers::BasinAlgorithm::Mads;
    let options = search::peers::BasinOptions {
        algorithm,
        initial_step: 1.0,
        step_tolerance: if mads { 1e-9 } else { FINEST },
        max_function_evaluations: Some(u64::MAX),
        ..Default::default()
    };
    Ok(Box::new(search::peers::Basin::new(options)?))
}

impl Entry {
    /// A solver of your own, under its name in tables.
    ///
    /// ```
    /// use compare::study::Entry;
    /// use search::{NelderMead, NelderMeadOptions};
    ///
    /// let options = NelderMeadOptions { initial_step: 0.25, ..NelderMeadOptions::default() };
    /// let entry = Entry::new("small-simplex", "a simplex of a quarter", move || {
    ///     Ok(Box::new(NelderMead::new(options.clone())?))
    /// });
    /// assert_eq!(entry.minimizer()?.name(), "small-simplex");
    /// # Ok::<(), search::Error>(())
    /// ```
    pub fn new(
        name: impl Into<String>,
        what: impl Into<String>,
        make: impl Fn() -> Result<Box<dyn Minimizer>, Error> + Send + Sync + 'static,
    ) -> Self {
        Entry { name: name.into(), what: what.into(), make: Box::new(make) }
    }

    /// The solver under its name in studies.
    ///
    /// # Errors
    /// An error of its constructor, which would be a defect.
    pub fn minimizer(&self) -> Result<Box<dyn Minimizer>, Error> {
        Ok(Box::new(Labelled::new(self.name.as_str(), (self.make)()?)))
    }
}
