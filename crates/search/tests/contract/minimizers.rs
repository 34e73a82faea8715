//! The list of minimizers, which all tests of the contract go through. A new one is a line of [`minimizers`].

use crate::pattern_searches::{SEARCH_METHODS, pattern, pattern_searches};
use search::pattern::{Options, SearchMethod};
#[cfg(feature = "basin")]
use search::peers::{Basin, BasinAlgorithm, BasinOptions};
#[cfg(feature = "nlopt")]
use search::peers::{Nlopt, NloptAlgorithm, NloptOptions};
use search::{
    Adam, Differences, GradientMethod, GradientOptions, GradientSearch, HybridOptions, HybridSearch,
    Minimizer, Multistart, MultistartOptions, NelderMead, NelderMeadOptions, ParticleSwarm, PatternSearch,
    ProjectedGradient, ProjectedGradientOptions, ScalarMethod, ScalarOptions, ScalarSearch,
    SimulatedAnnealing, StepLength, Within,
};

fn three_starts() -> MultistartOptions {
    MultistartOptions { starts: 3, evaluations_per_start: Some(200), seed: 2 }
}

/// Every minimizer that takes a problem of `n` coordinates.
pub(crate) fn minimizers(n: usize) -> Vec<Box<dyn Minimizer>> {
    let searching =
        |method: SearchMethod| pattern(Options { search_fcn: Some(method.into()), ..Options::default() });
    let gradient = |method, within, differences| {
        let options = GradientOptions { method, within, differences, ..GradientOptions::default() };
        Box::new(GradientSearch::new(options).unwrap())
    };
    let projected = |step_length| {
        let options = ProjectedGradientOptions { step_length, ..ProjectedGradientOptions::default() };
        Box::new(ProjectedGradient::new(options).unwrap())
    };
    let scalar = |method| {
        let options = ScalarOptions { method, ..ScalarOptions::default() };
        Box::new(ScalarSearch::new(options).unwrap()) as Box<dyn Minimizer>
    };
    let simplex = |within| {
        Box::new(NelderMead::new(NelderMeadOptions { within, ..NelderMeadOptions::default() }).unwrap())
    };
    let hybrid = |options: HybridOptions| Box::new(HybridSearch::new(options).unwrap());
    let in_batches = HybridOptions { batch: 5, ..HybridOptions::default() };
    let asynchronous = HybridOptions { asynchronous: true, restarts: 1, ..in_batches.clone() };
    let mut minimizers: Vec<Box<dyn Minimizer>> = vec![
        hybrid(in_batches),
        hybrid(asynchronous),
        Box::new(Multistart::new(PatternSearch::default(), three_starts()).unwrap()),
        Box::new(Multistart::new(NelderMead::default(), three_starts()).unwrap()),
        simplex(Within::Project),
        simplex(Within::Reflect),
        Box::new(ParticleSwarm::default()),
        Box::new(SimulatedAnnealing::default()),
        gradient(GradientMethod::SteepestDescent, Within::Project, Differences::Forward),
        gradient(GradientMethod::ConjugateGradient, Within::Square, Differences::Central),
        gradient(GradientMethod::Bfgs, Within::Exponential, Differences::Forward),
        gradient(GradientMethod::Lbfgs, Within::Square, Differences::Forward),
        gradient(GradientMethod::Lbfgs, Within::Project, Differences::Central),
        gradient(GradientMethod::TrustRegion, Within::Softplus, Differences::Central),
        projected(StepLength::Plain),
        projected(StepLength::Spectral),
        Box::new(Adam::default()),
    ];
    minimizers.extend(pattern_searches());
    minimizers.extend(SEARCH_METHODS.map(searching));
    minimizers.extend(peers());
    if n == 1 {
        minimizers.extend([ScalarMethod::Brent, ScalarMethod::GoldenSection].map(scalar));
    }
    minimizers
}

/// Those of other crates, as far as their features are on.
fn peers() -> Vec<Box<dyn Minimizer>> {
    #[cfg(feature = "basin")]
    let basin =
        |algorithm| Box::new(Basin::new(BasinOptions { algorithm, ..BasinOptions::default() }).unwrap());
    #[cfg(feature = "nlopt")]
    let nlopt =
        |algorithm| Box::new(Nlopt::new(NloptOptions { algorithm, ..NloptOptions::default() }).unwrap());
    vec![
        #[cfg(feature = "basin")]
        basin(BasinAlgorithm::Mads),
        #[cfg(feature = "basin")]
        basin(BasinAlgorithm::Bobyqa),
        #[cfg(feature = "basin")]
        basin(BasinAlgorithm::CmaEs),
        #[cfg(feature = "bobyqa")]
        Box::new(search::peers::Bobyqa::default()),
        #[cfg(feature = "cmaes")]
        Box::new(search::peers::CmaEs::default()),
        #[cfg(feature = "cobyla")]
        Box::new(search::peers::Cobyla::default()),
        #[cfg(feature = "nlopt")]
        nlopt(NloptAlgorithm::Bobyqa),
        #[cfg(feature = "nlopt")]
        nlopt(NloptAlgorithm::Cobyla),
        #[cfg(feature = "nlopt")]
        nlopt(NloptAlgorithm::Praxis),
        #[cfg(feature = "nlopt")]
        nlopt(NloptAlgorithm::NelderMead),
        #[cfg(feature = "nlopt")]
        nlopt(NloptAlgorithm::Sbplx),
        #[cfg(feature = "nlopt")]
        nlopt(NloptAlgorithm::DirectL),
        #[cfg(feature = "nlopt")]
        nlopt(NloptAlgorithm::Crs2Lm),
        #[cfg(feature = "nlopt")]
        nlopt(NloptAlgorithm::Isres),
        #[cfg(feature = "nlopt")]
        nlopt(NloptAlgorithm::Esch),
    ]
}
