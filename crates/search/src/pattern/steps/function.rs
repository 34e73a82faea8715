//! MATLAB's named search steps, as an option.

use serde::{Deserialize, Deserializer, Serialize};

use super::{Probe, SearchStep, genetic, latin_hypercube, simplex, surrogate};
use crate::options::option::require;
use crate::options::spelling::Word;
use crate::pattern::{Algorithm, PollMethod};
use crate::{Error, Stop};

/// The largest level: all its points may have to be in memory.
const MOST: u64 = 1_000_000;

/// A named search step with its number of iterations and its size: MATLAB's `SearchFcn`.
///
/// In files it is a name, MATLAB's cell `["searchlhs", iterlim, level]`, of which trailing elements are optional, or
/// an object `{"name": "searchlhs", "iterlim": 1, "level": 100}`.
///
/// ```
/// use search::pattern::{Options, SearchFcn, SearchMethod};
/// use search::{Budget, Method, Minimizer, PatternSearch, Problem};
///
/// let rosenbrock = |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
/// let problem = Problem::new(rosenbrock, vec![-1.9, 2.0])?;
/// let search_fcn = Some(SearchFcn::from(SearchMethod::NelderMead));
/// let search = PatternSearch::new(Options { search_fcn, ..Options::default() })?;
/// let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ())?;
/// assert_eq!(outcome.trace[1].method, Method::SuccessfulSearch);
/// assert!(outcome.value < 1e-9 && outcome.counts.evaluations < 500); // the poll alone: 2e-4 after 40,000
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct SearchFcn {
    /// The search step.
    #[serde(rename = "name")]
    pub method: SearchMethod,
    /// The number of first iterations with a search step; later iterations only poll. Default 1, for
    /// [`RbfSurrogate`](SearchMethod::RbfSurrogate) no limit; does not apply to poll methods.
    pub iterlim: Option<u64>,
    /// The most evaluations in one iteration, from 1 to 1,000,000. Default for n coordinates: 15 n for `searchlhs`,
    /// 200 n for `searchneldermead` and `searchga`, 1 for `rbfsurrogate`; does not apply to poll methods.
    pub level: Option<u64>,
}

/// The method of a search step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Word")]
pub enum SearchMethod {
    /// A Latin hypercube within the bounds: the range of each coordinate has `level` equal parts, each with one of
    /// the `level` points (McKay, Beckman & Conover 1979, "A comparison of three methods for selecting values of
    /// input variables in the analysis of output from a computer code"). On a side without a bound the range ends ten
    /// poll steps from the incumbent.
    #[serde(rename = "searchlhs")]
    LatinHypercube,
    /// The simplex of Nelder & Mead (1965, "A simplex method for function minimization"), started at the incumbent
    /// with edges of one poll step, until the edges are 1e-4 of that or the level is reached.
    #[serde(rename = "searchneldermead")]
    NelderMead,
    /// A real-coded genetic algorithm. The first generation is the incumbent and a Latin hypercube; parents are
    /// selected by tournaments of two, children are blended (BLX-0.5: Eshelman & Schaffer 1993, "Real-coded genetic
    /// algorithms and interval-schemata") and mutated by normal deviates of one poll step; the best individual
    /// survives.
    #[serde(rename = "searchga")]
    Genetic,
    /// Random points near the incumbent, selected by a model: a cubic radial basis function with a linear tail that
    /// interpolates the evaluated points (Regis & Shoemaker 2007, "A stochastic radial basis function method for the
    /// global optimization of expensive functions"). The objective's [`Incremental`](crate::Incremental) view is not
    /// used.
    #[serde(rename = "rbfsurrogate")]
    RbfSurrogate,
    /// A separate poll before the poll, complete with
    /// [`use_complete_search`](crate::pattern::Options::use_complete_search); `classic` only.
    #[serde(untagged)]
    Poll(PollMethod),
}

impl From<SearchMethod> for SearchFcn {
    /// Uses the default limits.
    fn from(method: SearchMethod) -> Self {
        SearchFcn { method, iterlim: None, level: None }
    }
}

impl SearchFcn {
    pub(crate) fn check(&self, algorithm: Algorithm) -> Result<(), Error> {
        if let SearchMethod::Poll(method) = self.method {
            let name = format!("{method:?}");
            require(
                "search_fcn",
                &name,
                algorithm == Algorithm::Classic,
                "a poll method with `classic` only",
            )?;
            let plain = self.iterlim.is_none() && self.level.is_none();
            require("search_fcn", &name, plain, "a poll method without iterlim and level")?;
        }
        let level = self.level.unwrap_or(1);
        require("search_fcn.level", level, (1..=MOST).contains(&level), "from 1 to 1,000,000")
    }

    /// Whether it uses random numbers.
    pub(crate) fn is_random(&self) -> bool {
        match self.method {
            SearchMethod::LatinHypercube | SearchMethod::Genetic | SearchMethod::RbfSurrogate => true,
            SearchMethod::NelderMead => false,
            SearchMethod::Poll(method) => method.is_mads(),
        }
    }

    /// Whether its points satisfy linear equalities.
    pub(crate) fn follows_equalities(&self) -> bool {
        matches!(self.method, SearchMethod::Poll(method) if !method.is_mads())
    }

    fn iterations(&self) -> u64 {
        self.iterlim.unwrap_or(if self.method == SearchMethod::RbfSurrogate { u64::MAX } else { 1 })
    }
}

impl SearchStep for SearchFcn {
    fn name(&self) -> String {
        serde_json::to_value(self.method)
            .ok()
            .and_then(|name| name.as_str().map(String::from))
            .unwrap_or_default()
    }

    fn search(&self, probe: &mut Probe<'_, '_>) -> Result<(), Stop> {
        if probe.iteration() >= self.iterations() {
            return Ok(());
        }
        let n = probe.incumbent().len() as u64;
        let level = |default: u64| self.level.unwrap_or(default);
        match self.method {
            SearchMethod::LatinHypercube => latin_hypercube::search(probe, level(15 * n)),
            SearchMethod::NelderMead => simplex::search(probe, level(200 * n)),
            SearchMethod::Genetic => genetic::search(probe, level(200 * n)),
            SearchMethod::RbfSurrogate => surrogate::search(probe, level(1)),
            // The pattern search runs this poll itself: it uses the mesh and has a state.
            SearchMethod::Poll(_) => Ok(()),
        }
    }
}

impl TryFrom<Word> for SearchMethod {
    type Error = String;

    fn try_from(word: Word) -> Result<Self, String> {
        let own = [
            ("searchlhs", SearchMethod::LatinHypercube),
            ("searchneldermead", SearchMethod::NelderMead),
            ("searchga", SearchMethod::Genetic),
            ("rbfsurrogate", SearchMethod::RbfSurrogate),
        ];
        word.among(&own).or_else(|_| {
            let or_own =
                |message| own.iter().fold(message, |message, (name, _)| format!("{message} or `{name}`"));
            PollMethod::try_from(word).map(SearchMethod::Poll).map_err(or_own)
        })
    }
}

/// The representation in a file.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected a name, [name, iterlim, level] or {\"name\": …, \"iterlim\": …, \"level\": …}"
)]
enum Written {
    Name(Word),
    Alone((Word,)),
    Limited((Word, Option<u64>)),
    Whole((Word, Option<u64>, Option<u64>)),
    Object(Object),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Object {
    name: Word,
    #[serde(default)]
    iterlim: Option<u64>,
    #[serde(default)]
    level: Option<u64>,
}

impl TryFrom<Written> for SearchFcn {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let (name, iterlim, level) = match written {
            Written::Name(name) | Written::Alone((name,)) => (name, None, None),
            Written::Limited((name, iterlim)) => (name, iterlim, None),
            Written::Whole((name, iterlim, level)) => (name, iterlim, level),
            Written::Object(Object { name, iterlim, level }) => (name, iterlim, level),
        };
        Ok(SearchFcn { method: name.try_into()?, iterlim, level })
    }
}

/// Reads a search step; `null` or MATLAB's `[]` means none.
pub(crate) fn search_fcn<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SearchFcn>, D::Error> {
    let written = Option::<serde_json::Value>::deserialize(deserializer)?;
    let written = written.filter(|written| written != &serde_json::json!([]));
    written.map(SearchFcn::deserialize).transpose().map_err(serde::de::Error::custom)
}
