//! A pattern search of every kind, for what holds for all of them.

use search::pattern::{Algorithm, Options, PollMethod, PollOrder, SearchMethod};
use search::{
    CoordinateSearch, HybridOptions, HybridSearch, Minimizer, PatternSearch, QuasiNewtonOptions,
    QuasiNewtonSearch,
};

/// Every search method but a user's own.
pub(crate) const SEARCH_METHODS: [SearchMethod; 5] = [
    SearchMethod::Poll(PollMethod::GpsPositiveBasis2N),
    SearchMethod::LatinHypercube,
    SearchMethod::NelderMead,
    SearchMethod::Genetic,
    SearchMethod::RbfSurrogate,
];

/// With these options, which make sense.
pub(crate) fn pattern(options: Options) -> Box<dyn Minimizer> {
    Box::new(PatternSearch::new(options).unwrap())
}

/// Every poll method and every algorithm, and polls in every order.
pub(crate) fn pattern_searches() -> Vec<Box<dyn Minimizer>> {
    let polling = |poll_method| Options { poll_method, ..Options::default() };
    let by = |algorithm| Options { algorithm, ..Options::default() };
    let all = [
        Options::default(),
        Options { use_complete_poll: true, ..Options::default() },
        Options { poll_order: PollOrder::Random, seed: 5, ..Options::default() },
        Options { poll_order: PollOrder::Success, accelerate_mesh: true, ..Options::default() },
        polling(PollMethod::GpsPositiveBasisNp1),
        polling(PollMethod::GssPositiveBasis2N),
        polling(PollMethod::GssPositiveBasisNp1),
        polling(PollMethod::MadsPositiveBasis2N),
        polling(PollMethod::MadsPositiveBasisNp1),
        polling(PollMethod::OrthoMadsPositiveBasis2N),
        polling(PollMethod::OrthoMadsPositiveBasisNp1),
        by(Algorithm::Nups),
        by(Algorithm::NupsGps),
        by(Algorithm::NupsMads),
    ];
    let hybrid = HybridOptions { restarts: 2, ..HybridOptions::default() };
    let quasi_newton = QuasiNewtonOptions { restarts: 1, ..QuasiNewtonOptions::default() };
    let ours: [Box<dyn Minimizer>; 4] = [
        Box::new(CoordinateSearch::default()),
        Box::new(HybridSearch::new(hybrid).unwrap()),
        Box::new(QuasiNewtonSearch::default()),
        Box::new(QuasiNewtonSearch::new(quasi_newton).unwrap()),
    ];
    all.map(pattern).into_iter().chain(ours).collect()
}
