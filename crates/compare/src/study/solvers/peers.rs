//! The peers of crates.io.

use super::Entry;
#[cfg(any(
    feature = "basin",
    feature = "bobyqa",
    feature = "cmaes",
    feature = "cobyla",
    feature = "nlopt"
))]
use super::FINEST;
#[cfg(any(feature = "basin", feature = "nlopt"))]
use search::{Error, Minimizer};

/// Those in this build.
pub(super) fn peers() -> Vec<Entry> {
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
