//! The crate `nlopt`: the derivative-free algorithms of NLopt, a C library.

use std::cell::RefCell;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use nlopt::{FailState, Nlopt as Optimizer, SuccessState, Target};

use super::door::{Door, Frame};
use crate::minimizer::{KNOWS_NONE, knows_bounds_alone, without_grid};
use crate::options::option;
use crate::wrapped::working_memory::admit;
use crate::{Error, Evaluations, LinearConstraints, Minimizer, Problem, Solver, Status, Stop};

/// The derivative-free algorithms of NLopt 2.9.1 (Johnson 2007, "The NLopt nonlinear-optimization package",
/// <https://nlopt.readthedocs.io>) that respect bounds; see [`NloptAlgorithm`].
///
/// ```
/// use search::peers::{Nlopt, NloptAlgorithm, NloptOptions};
/// use search::{Bounds, Budget, Minimizer, Problem};
///
/// let f = |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] + 1.0).powi(2);
/// let problem = Problem::new(f, [0.5, 0.5])?.bounded(Bounds::nonnegative(2))?;
/// let nlopt = Nlopt::new(NloptOptions { algorithm: NloptAlgorithm::Sbplx, ..NloptOptions::default() })?;
/// let outcome = nlopt.minimize(&problem, &Budget::evaluations(1_000), &mut ())?;
/// assert!((outcome.x[0] - 2.0).abs() < 1e-4 && outcome.x[1] < 1e-4);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Nlopt {
    options: NloptOptions,
}

/// An algorithm of [`Nlopt`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NloptAlgorithm {
    /// `LN_BOBYQA` (Powell 2009, "The BOBYQA algorithm for bound constrained optimization without derivatives"):
    /// quadratic models in a trust region.
    Bobyqa,
    /// `LN_COBYLA` (Powell 1994, "A direct search optimization method that models the objective and constraint
    /// functions by linear interpolation"): linear models in a trust region.
    Cobyla,
    /// `LN_PRAXIS` (Brent 1972, "Algorithms for minimization without derivatives"): line searches along principal
    /// axes.
    Praxis,
    /// `LN_NELDERMEAD` (Nelder & Mead 1965, with bounds after Box 1965): a simplex.
    NelderMead,
    /// `LN_SBPLX` (Rowan 1990, "Functional stability analysis of numerical algorithms"): Nelder-Mead on subspaces.
    Sbplx,
    /// `GN_DIRECT_L` (Gablonsky & Kelley 2001, "A locally-biased form of the DIRECT algorithm"): divides the box;
    /// global, deterministic.
    DirectL,
    /// `GN_CRS2_LM` (Kaelo & Ali 2006, "Some variants of the controlled random search algorithm for global
    /// optimization"): controlled random search with local mutation; global.
    Crs2Lm,
    /// `GN_ISRES` (Runarsson & Yao 2005, "Search biases in constrained evolutionary optimization"): an evolution
    /// strategy; global.
    Isres,
    /// `GN_ESCH` (da Silva Santos, Goncalves, Hernandez-Figueroa 2010, "Designing novel photonic devices by
    /// bio-inspired computing"): an evolutionary algorithm; global.
    Esch,
}

impl NloptAlgorithm {
    /// Returns the algorithm in NLopt and its name here.
    fn parts(self) -> (nlopt::Algorithm, &'static str) {
        use nlopt::Algorithm as Inner;
        match self {
            NloptAlgorithm::Bobyqa => (Inner::Bobyqa, "bobyqa"),
            NloptAlgorithm::Cobyla => (Inner::Cobyla, "cobyla"),
            NloptAlgorithm::Praxis => (Inner::Praxis, "praxis"),
            NloptAlgorithm::NelderMead => (Inner::Neldermead, "nelder-mead"),
            NloptAlgorithm::Sbplx => (Inner::Sbplx, "sbplx"),
            NloptAlgorithm::DirectL => (Inner::DirectL, "direct-l"),
            NloptAlgorithm::Crs2Lm => (Inner::Crs2Lm, "crs2-lm"),
            NloptAlgorithm::Isres => (Inner::Isres, "isres"),
            NloptAlgorithm::Esch => (Inner::Esch, "esch"),
        }
    }

    /// Whether it searches the whole box.
    fn is_global(self) -> bool {
        use NloptAlgorithm::{Crs2Lm, DirectL, Esch, Isres};
        matches!(self, DirectL | Crs2Lm | Isres | Esch)
    }

    /// Whether its path depends on the seed.
    fn is_random(self) -> bool {
        use NloptAlgorithm::{Crs2Lm, Esch, Isres, Praxis};
        matches!(self, Praxis | Crs2Lm | Isres | Esch)
    }

    /// Returns the default limit on coordinates: beyond it, the O(n^3) steps take too long.
    fn most_coordinates(self) -> usize {
        match self {
            NloptAlgorithm::Bobyqa | NloptAlgorithm::Cobyla => 100,
            NloptAlgorithm::Praxis => 1_000,
            _ => usize::MAX,
        }
    }

    /// Returns the approximate memory as a multiple of n^2 numbers: a model, axes, a simplex, a first division, a
    /// population.
    fn squares(self) -> f64 {
        use NloptAlgorithm::{Bobyqa, Cobyla, Crs2Lm, DirectL, Esch, Isres, NelderMead, Praxis, Sbplx};
        match self {
            Bobyqa | Cobyla => 8.0,
            Praxis => 3.0,
            NelderMead => 1.0,
            DirectL => 4.0,
            Crs2Lm => 10.0,
            Isres => 40.0,
            Sbplx | Esch => 0.0,
        }
    }
}

impl fmt::Display for NloptAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.parts().1)
    }
}

/// Options of [`Nlopt`]. Lengths are in [units](super#units).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NloptOptions {
    /// The algorithm; default [`NloptAlgorithm::Bobyqa`].
    pub algorithm: NloptAlgorithm,
    /// The first step along each coordinate; above 0, at most 1e10, default 0.5. The global algorithms ignore it.
    pub initial_step: f64,
    /// The change of each coordinate below which the search has converged; above 0 and below `initial_step`, default
    /// 1e-6.
    pub step_tolerance: f64,
    /// The range of the global algorithms on both sides of their start if a bound is missing; above 0, default 10. If
    /// they converge at its edge and a point beyond is better, they start again there.
    pub search_radius: f64,
    /// Seed of `praxis`, `crs2-lm`, `isres` and `esch` (generator: the Mersenne Twister); default 0.
    pub seed: u32,
    /// The most evaluations, at least 1; default 2000 n for n coordinates.
    pub max_function_evaluations: Option<u64>,
    /// The most coordinates with room to move; the search gives up after the start if there are more. Default 100 for
    /// `bobyqa` and `cobyla` and 1,000 for `praxis`, whose steps take O(n^3) time, and none for the others.
    pub max_coordinates: Option<usize>,
}

impl Default for NloptOptions {
    fn default() -> Self {
        NloptOptions {
            algorithm: NloptAlgorithm::Bobyqa,
            initial_step: 0.5,
            step_tolerance: 1e-6,
            search_radius: 10.0,
            seed: 0,
            max_function_evaluations: None,
            max_coordinates: None,
        }
    }
}

impl NloptOptions {
    fn frame(&self) -> Frame {
        let NloptOptions { initial_step, step_tolerance, max_function_evaluations, .. } = *self;
        let max_coordinates = self.max_coordinates.unwrap_or(self.algorithm.most_coordinates());
        Frame {
            initial_step,
            step_tolerance,
            function_tolerance: 0.0,
            max_function_evaluations,
            max_coordinates,
        }
    }
}

impl Nlopt {
    /// Creates an NLopt search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: NloptOptions) -> Result<Self, Error> {
        options.frame().check()?;
        option::positive("search_radius", options.search_radius)?;
        Ok(Nlopt { options })
    }

    /// Returns the box to search.
    fn bounds(&self, door: &Door<'_, '_>) -> (Vec<f64>, Vec<f64>) {
        if !self.options.algorithm.is_global() {
            return (door.lower.clone(), door.upper.clone());
        }
        let at_least = |(&bound, start): (&f64, &f64)| {
            if bound.is_finite() { bound } else { start - self.options.search_radius }
        };
        let at_most = |(&bound, start): (&f64, &f64)| {
            if bound.is_finite() { bound } else { start + self.options.search_radius }
        };
        let lower = door.lower.iter().zip(&door.start).map(at_least).collect();
        (lower, door.upper.iter().zip(&door.start).map(at_most).collect())
    }
}

impl Solver for Nlopt {
    fn name(&self) -> String {
        format!("nlopt-{}", self.options.algorithm)
    }

    fn settings(&self) -> Value {
        serde_json::to_value(&self.options).expect("options are numbers")
    }

    /// NLopt's seed has 32 bits: the lower 32 bits of `seed` are used.
    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        let options = NloptOptions { seed: seed as u32, ..self.options.clone() };
        self.options.algorithm.is_random().then(|| Box::new(Nlopt { options }) as Box<dyn Minimizer>)
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        match self.options.algorithm {
            NloptAlgorithm::Cobyla => without_grid(problem, || self.name(), KNOWS_NONE)?,
            _ => knows_bounds_alone(self, problem)?,
        }
        let n = problem.dimension();
        admit(|| self.name(), n, self.options.algorithm.squares() * (n as f64).powi(2))
    }

    fn constraint_tolerance(&self, _linear: &LinearConstraints) -> Result<f64, Error> {
        match self.options.algorithm {
            NloptAlgorithm::Cobyla => Ok(f64::INFINITY),
            _ => Err(Error::LinearConstraints { solver: self.name(), reason: "it supports only bounds" }),
        }
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        self.options.frame().search(evaluations, |door| self.run(door).map_err(|text| Stop::gave_up(&text)))
    }
}

impl Nlopt {
    fn run(&self, door: &mut Door<'_, '_>) -> Result<Status, String> {
        let NloptOptions { algorithm, initial_step, step_tolerance, seed, .. } = self.options;
        let (lower, upper) = self.bounds(door);
        let mut x = door.start.clone();
        let limit = u32::try_from(door.limit.min(i32::MAX as u64)).expect("fits");

        let (inequalities, equalities) = door.constraint_counts();
        let door = &RefCell::new(door);

        // Once the run is stopped, a value below all others also ends NLopt, where it meets the constraints: COBYLA would
        // go on with it at an infeasible point, and no longer evaluate, nor end.
        let value = |x: &[f64], _: Option<&mut [f64]>, (): &mut ()| {
            door.borrow_mut().value(x).unwrap_or(f64::NEG_INFINITY)
        };
        let at_most_0 = |values: &mut [f64], x: &[f64], _: Option<&mut [f64]>, (): &mut ()| {
            let mut door = door.borrow_mut();
            values.copy_from_slice(door.constraints(x).0);
            if door.has_ended() {
                values.fill(0.0);
            }
        };
        let equal_to_0 = |values: &mut [f64], x: &[f64], _: Option<&mut [f64]>, (): &mut ()| {
            let mut door = door.borrow_mut();
            values.copy_from_slice(door.constraints(x).1);
            if door.has_ended() {
                values.fill(0.0);
            }
        };
        let mut search = Optimizer::new(algorithm.parts().0, x.len(), value, Target::Minimize, ());
        if inequalities > 0 {
            let added =
                search.add_inequality_mconstraint(inequalities, at_most_0, (), &vec![0.0; inequalities]);
            added.map_err(|refused| format!("{refused:?}"))?;
        }
        if equalities > 0 {
            let added = search.add_equality_mconstraint(equalities, equal_to_0, (), &vec![0.0; equalities]);
            added.map_err(|refused| format!("{refused:?}"))?;
        }
        let set = [
            search.set_stopval(f64::MIN),
            search.set_maxeval(limit),
            search.set_lower_bounds(&lower),
            search.set_upper_bounds(&upper),
            search.set_initial_step1(initial_step),
            search.set_xtol_abs1(step_tolerance),
        ];
        if let Some(Err(refused)) = set.into_iter().find(Result::is_err) {
            return Err(format!("{refused:?}"));
        }
        // The random generator is local to the thread.
        Optimizer::<fn(&[f64], Option<&mut [f64]>, &mut ()) -> f64, ()>::srand_seed(Some(seed.into()));
        match search.optimize(&mut x) {
            Ok((SuccessState::MaxEvalReached, _)) => Ok(Status::EvaluationLimit),
            // The limit of rounding is reached: no further decrease is possible.
            Ok(_) | Err((FailState::RoundoffLimited, _)) => Ok(Status::SolverConverged),
            Err((failure, _)) => Err(format!("{failure:?}")),
        }
    }
}
