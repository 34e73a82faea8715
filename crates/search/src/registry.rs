//! Looks up solvers by name.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::options::options_file::{as_spelled, parsed};
use crate::pattern::Options;
use crate::{
    Adam, AdamOptions, Automatic, AutomaticOptions, CoordinateOptions, CoordinateSearch, Error,
    HybridOptions, HybridSearch, Minimizer, PatternSearch, ProjectedGradient, ProjectedGradientOptions,
    QuasiNewtonOptions, QuasiNewtonSearch, StepLength,
};
#[cfg(feature = "argmin")]
use crate::{
    GradientMethod, GradientOptions, GradientSearch, NelderMead, NelderMeadOptions, ParticleSwarm,
    ParticleSwarmOptions, ScalarMethod, ScalarOptions, ScalarSearch, SimulatedAnnealing,
    SimulatedAnnealingOptions,
};

/// Returns all named solvers, including the peers whose features are enabled.
///
/// ```
/// let simplex = search::solvers().into_iter().find(|kind| kind.name() == "nelder-mead").expect("is one");
/// assert_eq!(simplex.defaults()["initial_step"], 0.5);
/// ```
pub fn solvers() -> Vec<SolverKind> {
    let projected = |step_length| ProjectedGradientOptions { step_length, ..Default::default() };
    let searches = vec![
        kind("patternsearch", "MATLAB's pattern search", Options::default(), PatternSearch::new),
        kind(
            "coordinate",
            "a separate step size for each coordinate",
            CoordinateOptions::default(),
            CoordinateSearch::new,
        ),
        kind("hybrid", "quadratic models and polls", HybridOptions::default(), HybridSearch::new),
        kind(
            "quasi-newton",
            "quasi-Newton steps on differences, and sweeps",
            QuasiNewtonOptions::default(),
            QuasiNewtonSearch::new,
        ),
        kind(
            "automatic",
            "chooses among the four solvers above",
            AutomaticOptions::default(),
            Automatic::new,
        ),
    ];
    let clipped = vec![
        kind(
            "projected-gradient",
            "gradient steps, clipped at the bounds",
            projected(StepLength::Plain),
            ProjectedGradient::new,
        ),
        kind(
            "spectral-gradient",
            "gradient steps of Barzilai-Borwein length, clipped",
            projected(StepLength::Spectral),
            ProjectedGradient::new,
        ),
        kind("adam", "gradient steps with momentum, clipped", AdamOptions::default(), Adam::new),
    ];
    searches.into_iter().chain(of_argmin()).chain(clipped).chain(peers()).collect()
}

/// The solvers of the crate argmin.
#[cfg(feature = "argmin")]
fn of_argmin() -> Vec<SolverKind> {
    use GradientMethod::{Bfgs, ConjugateGradient, Lbfgs, SteepestDescent, TrustRegion};
    let gradient = |method| GradientOptions { method, ..GradientOptions::default() };
    let scalar = |method| ScalarOptions { method, ..ScalarOptions::default() };
    let (swarm, annealing) = (ParticleSwarmOptions::default(), SimulatedAnnealingOptions::default());
    vec![
        kind(
            "nelder-mead",
            "a simplex method without gradients",
            NelderMeadOptions::default(),
            NelderMead::new,
        ),
        kind("particle-swarm", "a random swarm in a box", swarm, ParticleSwarm::new),
        kind(
            "simulated-annealing",
            "random moves at a falling temperature",
            annealing,
            SimulatedAnnealing::new,
        ),
        kind(
            "steepest-descent",
            "gradients and line searches",
            gradient(SteepestDescent),
            GradientSearch::new,
        ),
        kind(
            "conjugate-gradient",
            "the Polak-Ribière method",
            gradient(ConjugateGradient),
            GradientSearch::new,
        ),
        kind("bfgs", "quasi-Newton, for few variables", gradient(Bfgs), GradientSearch::new),
        kind("l-bfgs", "quasi-Newton, for many variables", gradient(Lbfgs), GradientSearch::new),
        kind(
            "trust-region",
            "a quadratic model in a trust region",
            gradient(TrustRegion),
            GradientSearch::new,
        ),
        kind(
            "brent",
            "parabolic interpolation, one variable",
            scalar(ScalarMethod::Brent),
            ScalarSearch::new,
        ),
        kind(
            "golden-section",
            "bracketing, one variable",
            scalar(ScalarMethod::GoldenSection),
            ScalarSearch::new,
        ),
    ]
}

#[cfg(not(feature = "argmin"))]
fn of_argmin() -> Vec<SolverKind> {
    Vec::new()
}

/// The [peers](crate::peers) whose features are enabled.
#[cfg(any(feature = "basin", feature = "bobyqa", feature = "cmaes", feature = "cobyla", feature = "nlopt"))]
fn peers() -> Vec<SolverKind> {
    use crate::wrapped::peers::*;
    #[cfg(feature = "basin")]
    let basin = |name, summary, algorithm| {
        kind(name, summary, BasinOptions { algorithm, ..BasinOptions::default() }, Basin::new)
    };
    #[cfg(feature = "nlopt")]
    let nlopt = |name, summary, algorithm| {
        kind(name, summary, NloptOptions { algorithm, ..NloptOptions::default() }, Nlopt::new)
    };
    vec![
        #[cfg(feature = "basin")]
        basin("basin-mads", "a mesh with dense directions, deterministic", BasinAlgorithm::Mads),
        #[cfg(feature = "basin")]
        basin("basin-bobyqa", "quadratic models in a trust region", BasinAlgorithm::Bobyqa),
        #[cfg(feature = "basin")]
        basin("basin-cma-es", "a random evolution strategy", BasinAlgorithm::CmaEs),
        #[cfg(feature = "bobyqa")]
        kind("bobyqa", "quadratic models in a trust region", BobyqaOptions::default(), Bobyqa::new),
        #[cfg(feature = "cmaes")]
        kind("cma-es", "a random evolution strategy", CmaEsOptions::default(), CmaEs::new),
        #[cfg(feature = "cobyla")]
        kind("cobyla", "linear models in a trust region", CobylaOptions::default(), Cobyla::new),
        #[cfg(feature = "nlopt")]
        nlopt("nlopt-bobyqa", "quadratic models in a trust region", NloptAlgorithm::Bobyqa),
        #[cfg(feature = "nlopt")]
        nlopt("nlopt-cobyla", "linear models in a trust region", NloptAlgorithm::Cobyla),
        #[cfg(feature = "nlopt")]
        nlopt("nlopt-praxis", "line searches along principal axes", NloptAlgorithm::Praxis),
        #[cfg(feature = "nlopt")]
        nlopt("nlopt-nelder-mead", "a simplex method without gradients", NloptAlgorithm::NelderMead),
        #[cfg(feature = "nlopt")]
        nlopt("nlopt-sbplx", "simplices in subspaces", NloptAlgorithm::Sbplx),
        #[cfg(feature = "nlopt")]
        nlopt("nlopt-direct-l", "division of the box into rectangles", NloptAlgorithm::DirectL),
        #[cfg(feature = "nlopt")]
        nlopt("nlopt-crs2-lm", "controlled random search in a box", NloptAlgorithm::Crs2Lm),
        #[cfg(feature = "nlopt")]
        nlopt("nlopt-isres", "a random evolution strategy in a box", NloptAlgorithm::Isres),
        #[cfg(feature = "nlopt")]
        nlopt("nlopt-esch", "a random evolutionary algorithm in a box", NloptAlgorithm::Esch),
    ]
}

/// There are no peers without their features.
#[cfg(not(any(
    feature = "basin",
    feature = "bobyqa",
    feature = "cmaes",
    feature = "cobyla",
    feature = "nlopt"
)))]
fn peers() -> Vec<SolverKind> {
    Vec::new()
}

/// Returns the names of all [`solvers`].
///
/// ```
/// assert!(search::solver_names().contains(&"l-bfgs"));
/// ```
pub fn solver_names() -> Vec<&'static str> {
    solvers().iter().map(SolverKind::name).collect()
}

/// Creates the solver of this name with these options, a JSON object; see
/// [`options_from_json`](crate::options_from_json) and [`options_from_toml`](crate::options_from_toml).
///
/// ```
/// use search::{Budget, Minimizer, Problem};
/// use serde_json::json;
///
/// let solver = search::solver("nelder-mead", &json!({ "initial_step": 0.1 }))?;
/// let problem = Problem::new(|x: &[f64]| (x[0] - 2.0).powi(2), vec![1.0])?;
/// assert!(solver.minimize(&problem, &Budget::evaluations(100), &mut ())?.value < 1e-6);
///
/// let error = search::solver("nelder-mead", &json!({ "initial_step": 0 })).err().expect("refused");
/// assert_eq!(error.to_string(), "option initial_step is 0; expected a finite number above 0");
/// let error = search::solver("nedler-mead", &json!({})).err().expect("refused");
/// assert!(error.to_string().starts_with("there is no solver `nedler-mead`; expected one of patternsearch,"));
/// # Ok::<(), search::Error>(())
/// ```
///
/// # Errors
/// [`Error::UnknownSolver`] with the list of names; otherwise as for [`SolverKind::with_options`].
pub fn solver(name: &str, options: &Value) -> Result<Box<dyn Minimizer>, Error> {
    match solvers().iter().find(|kind| kind.name == name) {
        Some(kind) => kind.with_options(options),
        None => Err(Error::UnknownSolver { name: name.to_owned(), known: solver_names() }),
    }
}

/// Creates a solver from options.
type Build = dyn Fn(&Value) -> Result<Box<dyn Minimizer>, Error> + Send + Sync;

/// A named kind of solver, from which options make a solver.
pub struct SolverKind {
    name: &'static str,
    summary: &'static str,
    defaults: Value,
    build: Box<Build>,
    has_option: fn(&str) -> bool,
}

fn kind<O, M>(
    name: &'static str,
    summary: &'static str,
    defaults: O,
    new: fn(O) -> Result<M, Error>,
) -> SolverKind
where
    O: Serialize + DeserializeOwned + Default + 'static,
    M: Minimizer + 'static,
{
    let json = |options: &O| serde_json::to_value(options).expect("options are numbers and words");
    let (defaults, plain) = (json(&defaults), json(&O::default()));
    // The options in which this solver differs from others of the same type.
    let own = defaults.as_object().into_iter().flatten().filter(|&(key, value)| plain[key] != *value);
    let own: Map<String, Value> = own.map(|(key, value)| (key.clone(), value.clone())).collect();
    let build = move |options: &Value| {
        let given: O = parsed(options)?;
        let mut completed = own.clone();
        completed.extend(options.as_object().cloned().unwrap_or_default());
        // It fails only if the given options set one of these in another spelling, which then takes
        // precedence.
        let completed = parsed(&Value::Object(completed)).unwrap_or(given);
        let solver = new(completed).map_err(|error| as_spelled::<O>(error, options))?;
        Ok(Box::new(solver) as Box<dyn Minimizer>)
    };
    SolverKind { name, summary, defaults, build: Box::new(build), has_option: has_option::<O> }
}

/// Whether options of this type have a field with this name or spelling.
fn has_option<O: DeserializeOwned>(key: &str) -> bool {
    !O::deserialize(json!({ key: Value::Null })).is_err_and(|error| is_unknown(&error.to_string(), key))
}

fn is_unknown(message: &str, key: &str) -> bool {
    message.starts_with(&format!("unknown field `{key}`"))
}

impl SolverKind {
    /// Returns the name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns a short description.
    pub fn summary(&self) -> &'static str {
        self.summary
    }

    /// Returns all options with their defaults, as a JSON object. `null` means no limit, or a default that
    /// depends on the number of variables.
    pub fn defaults(&self) -> &Value {
        &self.defaults
    }

    /// Creates the solver with these options; missing options take their defaults.
    ///
    /// ```
    /// use serde_json::json;
    ///
    /// let kinds = search::solvers();
    /// let bfgs = kinds.iter().find(|kind| kind.name() == "bfgs").expect("is one");
    /// assert!(bfgs.with_options(&json!({ "within": "softplus" })).is_ok());
    /// assert!(bfgs.with_options(&json!({ "method": "trust-region" })).is_err());
    /// ```
    ///
    /// # Errors
    /// [`Error::OptionsText`] for a key that is unknown or of the wrong type, [`Error::Option`] for a value
    /// out of its range, [`Error::OptionOfAnother`] for an option of other solvers, [`Error::UnusedOption`]
    /// for an option of another algorithm, [`Error::OtherSolver`] for a `method` or `step_length` of another
    /// solver.
    pub fn with_options(&self, options: &Value) -> Result<Box<dyn Minimizer>, Error> {
        let solver = (self.build)(options).map_err(|error| self.or_of_another(error, options))?;
        let (own, other) = ((self.build)(&self.defaults)?.name(), solver.name());
        if own == other { Ok(solver) } else { Err(Error::OtherSolver { name: self.name, other }) }
    }
}

impl SolverKind {
    /// Replaces an error about an unknown option by one that names the solvers that have it, if there are
    /// any.
    fn or_of_another(&self, error: Error, options: &Value) -> Error {
        let Error::OptionsText { message, .. } = &error else { return error };
        let mut keys = options.as_object().into_iter().flatten().map(|(key, _)| key);
        let Some(name) = keys.find(|key| is_unknown(message, key)) else { return error };
        let others = solvers().into_iter().filter(|kind| (kind.has_option)(name));
        let taken_by: Vec<_> = others.map(|kind| kind.name).collect();
        if taken_by.is_empty() {
            return error;
        }
        Error::OptionOfAnother { name: name.clone(), solver: self.name, taken_by }
    }
}

impl fmt::Debug for SolverKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SolverKind { name, summary, defaults, build: _, has_option: _ } = self;
        f.debug_struct("SolverKind")
            .field("name", name)
            .field("summary", summary)
            .field("defaults", defaults)
            .finish_non_exhaustive()
    }
}
