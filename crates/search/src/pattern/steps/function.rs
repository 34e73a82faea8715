//! The search steps that MATLAB has by name, as an option.

use serde::{Deserialize, Deserializer, Serialize};

use super::{Probe, SearchStep, genetic, latin_hypercube, simplex, surrogate};
use crate::options::option::require;
use crate::options::spelling::Word;
use crate::pattern::{Algorithm, PollMethod};
use crate::{Error, Stop};

/// The largest level: all its points may have to be in memory.
const MOST: u64 = 1_000_000;

/// A search step by name, in how many iterations, and how much of it: MATLAB's `SearchFcn`.
///
/// In files it is a name, MATLAB's cell `["searchlhs", iterlim, level]`, whose end may be left off, or an object
/// `{"name": "searchlhs", "iterlim": 1, "level": 100}`.
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
    /// Which.
    #[serde(rename = "name")]
    pub method: SearchMethod,
    /// In how many of the first iterations there is a search step; after them there are polls alone. Default 1, for
    /// [`RbfSurrogate`](SearchMethod::RbfSurrogate) no limit; does not apply to poll methods.
    pub iterlim: Option<u64>,
    /// The most evaluations in one iteration, from 1 to 1,000,000. Default for n coordinates: 15 n for `searchlhs`, 200 n for
    /// `searchneldermead` and `searchga`, 1 for `rbfsurrogate`; does not apply to poll methods.
    pub level: Option<u64>,
}

/// Which search step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Word")]
pub enum SearchMethod {
    /// A Latin hypercube within the bounds: of `level` points, each lies in another one of `level` equal parts of the
    /// range of each coordinate (McKay, Beckman & Conover 1979, "A comparison of three methods for selecting values
    /// of input variables in the analysis of output from a computer code"). Where a side has no bound, the range ends
    /// ten steps of the poll from the incumbent.
    #[serde(rename = "searchlhs")]
    LatinHypercube,
    /// The simplex of Nelder & Mead (1965, "A simplex method for function minimization"), begun at the incumbent with
    /// edges as long as the poll's steps, until these are 1e-4 of that or the level is reached.
    #[serde(rename = "searchneldermead")]
    NelderMead,
    /// A genetic algorithm with real numbers for genes: the incumbent and a Latin hypercube are the first generation;
    /// parents win tournaments of two, children are blended (BLX-0.5: Eshelman & Schaffer 1993, "Real-coded genetic
    /// algorithms and interval-schemata") and mutate by normal deviates of the poll's step; the best survives.
    #[serde(rename = "searchga")]
    Genetic,
    /// Random points near the incumbent, chosen by a model: a cubic radial basis function with a linear tail through
    /// the points evaluated so far (Regis & Shoemaker 2007, "A stochastic radial basis function method for the global
    /// optimization of expensive functions"). The objective's [`Incremental`](crate::Incremental) view is not used.
    #[serde(rename = "rbfsurrogate")]
    RbfSurrogate,
    /// A poll of its own before the poll, complete with
    /// [`use_complete_search`](crate::pattern::Options::use_complete_search); `classic` only.
    #[serde(untagged)]
    Poll(PollMethod),
}

impl From<SearchMethod> for SearchFcn {
    /// With the default limits.
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

    /// Whether chance has a part in it.
    pub(crate) fn is_random(&self) -> bool {
        match self.method {
            SearchMethod::LatinHypercube | SearchMethod::Genetic | SearchMethod::RbfSurrogate => true,
            SearchMethod::NelderMead => false,
            SearchMethod::Poll(method) => method.is_mads(),
        }
    }

    /// Whether its points stay within linear equalities.
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
            // Not a step among others: it moves along the mesh, and knows what it did before.
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

/// What stands in a file.
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

/// A search step: `null` or MATLAB's `[]` for none.
pub(crate) fn search_fcn<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SearchFcn>, D::Error> {
    let written = Option::<serde_json::Value>::deserialize(deserializer)?;
    let written = written.filter(|written| written != &serde_json::json!([]));
    written.map(SearchFcn::deserialize).transpose().map_err(serde::de::Error::custom)
}
