//! Sets of problems with published solutions or published starts.

mod bbob;
mod composite;
mod constrained_noisy;
mod constrained_nonsmooth;
mod corners;
mod engineering;
mod hock_schittkowski;
mod linear_rows;
mod many;
mod minimax;
mod mixed_integer;
mod mixed_units;
mod more_garbow_hillstrom;
mod more_wild;
mod moved;
mod nets;
mod nonsmooth;
mod own;
mod rotated;
mod squares;
mod statement;
mod strd;

pub use bbob::{BbobFunction, bbob};
pub use constrained_noisy::constrained_noisy;
pub use constrained_nonsmooth::constrained_nonsmooth;
pub use corners::{corner, corners};
pub use engineering::engineering;
pub use hock_schittkowski::{
    hock_schittkowski, hock_schittkowski_constrained, hock_schittkowski_nonlinear, linear_constraints,
};
pub use linear_rows::{conditioned_rows, linear_rows};
pub use many::{Class, Half, many, many_fits};
pub use minimax::{minimax, minimax_above};
pub use mixed_integer::mixed_integer;
pub use mixed_units::in_mixed_units;
pub use more_garbow_hillstrom::more_garbow_hillstrom;
pub use more_wild::{Kind, more_wild, more_wild_bounded};
pub use moved::moved;
pub use nets::{nets, nets_projected};
pub use nonsmooth::nonsmooth;
pub use own::{OwnProblemError, own_problem, own_problems};
pub use rotated::rotated;
pub use strd::{Certified, strd, strd_certified};

use crate::Case;
use crate::analysis::{Floor, References};

/// A set of problems.
pub struct Suite {
    /// Its name on the command line and in tables.
    pub name: &'static str,
    /// A description in one line.
    pub what: &'static str,
    /// Constructs its problems.
    pub cases: fn() -> Vec<Case<'static>>,
}

const fn suite(name: &'static str, what: &'static str, cases: fn() -> Vec<Case<'static>>) -> Suite {
    Suite { name, what, cases }
}

/// All suites.
///
/// ```
/// let suites = compare::suites::suites();
/// let smooth = suites.iter().find(|suite| suite.name == "more-wild").expect("it is there");
/// assert_eq!((smooth.cases)().len(), 53);
/// ```
pub fn suites() -> Vec<Suite> {
    vec![
        suite("more-wild", "Moré & Wild's 53 problems, smooth", || more_wild(Kind::Smooth)),
        suite(
            "more-wild-nonsmooth",
            "Moré & Wild's 53 problems, nonsmooth: sums of absolute values",
            || more_wild(Kind::Nonsmooth),
        ),
        suite("more-wild-wave", "Moré & Wild's problems with deterministic noise", || {
            more_wild(Kind::DeterministicNoise)
        }),
        suite("more-wild-noise", "Moré & Wild's problems with stochastic noise", || {
            more_wild(Kind::StochasticNoise)
        }),
        suite("more-wild-rotated", "Moré & Wild's smooth problems in rotated coordinates", || {
            rotated(more_wild(Kind::Smooth))
        }),
        suite(
            "more-wild-moved",
            "Moré & Wild's smooth problems from slightly moved starts, by the seed",
            || moved(more_wild(Kind::Smooth)),
        ),
        suite(
            "more-wild-moved-mixed",
            "Moré & Wild's smooth problems from moved starts in mixed units",
            || in_mixed_units(moved(more_wild(Kind::Smooth))),
        ),
        suite(
            "more-wild-moved-rotated",
            "Moré & Wild's smooth problems from moved starts in rotated coordinates",
            || rotated(moved(more_wild(Kind::Smooth))),
        ),
        suite(
            "more-wild-nonsmooth-rotated",
            "Moré & Wild's nonsmooth problems in rotated coordinates",
            || rotated(more_wild(Kind::Nonsmooth)),
        ),
        suite(
            "more-wild-noise-rotated",
            "Moré & Wild's problems with stochastic noise in rotated coordinates",
            || rotated(more_wild(Kind::StochasticNoise)),
        ),
        suite(
            "more-wild-bounded",
            "Moré & Wild's smooth problems within bounds, some of them active",
            || more_wild_bounded(Kind::Smooth),
        ),
        suite(
            "more-wild-nonsmooth-bounded",
            "Moré & Wild's nonsmooth problems within bounds, some of them active",
            || more_wild_bounded(Kind::Nonsmooth),
        ),
        suite(
            "more-wild-noise-bounded",
            "Moré & Wild's problems with stochastic noise within bounds, some of them active",
            || more_wild_bounded(Kind::StochasticNoise),
        ),
        suite("hock-schittkowski", "Hock & Schittkowski's problems with bounds only", hock_schittkowski),
        suite(
            "linear-constraints",
            "Hock & Schittkowski's problems with linear constraints, which most solvers refuse",
            linear_constraints,
        ),
        suite(
            "hock-schittkowski-constrained",
            "Hock & Schittkowski's problems with linear or nonlinear constraints",
            hock_schittkowski_constrained,
        ),
        suite(
            "constrained-noisy",
            "Hock & Schittkowski's problems with constraints and stochastic noise in the objective",
            constrained_noisy,
        ),
        suite(
            "constrained-nonsmooth",
            "problems whose inequalities are one maximum, and nonsmooth objectives under constraints",
            constrained_nonsmooth,
        ),
        suite(
            "engineering",
            "design problems with constraints, continuous and with sizes as sold, and CEC 2006",
            engineering,
        ),
        suite("linear-rows", "convex and chained functions under rows, n = 5 to 50", linear_rows),
        suite(
            "conditioned-rows",
            "quadratics of conditions from 10 to 1e5 under rows, n = 8 to 24",
            conditioned_rows,
        ),
        suite(
            "mixed-integer",
            "small problems with whole and granular coordinates under constraints",
            mixed_integer,
        ),
        suite(
            "more-garbow-hillstrom",
            "Moré, Garbow & Hillstrom's sums of squares with 20 and 40 coordinates",
            more_garbow_hillstrom,
        ),
        suite("nonsmooth", "classic nonsmooth problems with known optima", nonsmooth),
        suite("nonsmooth-rotated", "the classic nonsmooth problems in rotated coordinates", || {
            rotated(nonsmooth())
        }),
        suite("minimax", "the largest of smooth functions, which a solver may see one by one", minimax),
        suite(
            "minimax-above",
            "maxima of smooth functions, posed as the least height above them, one constraint for each",
            minimax_above,
        ),
        suite(
            "corners",
            "convex problems with kinks through active bounds, where steps along coordinates fail",
            corners,
        ),
        suite("strd", "NIST's 27 nonlinear regressions, from both starts", strd),
        suite("many-smooth-20", "20 coordinates: smooth functions, moved starts", || {
            many(Class::Smooth, Half::Judging, 20)
        }),
        suite("many-rotated-20", "20 coordinates: the smooth functions in rotated coordinates", || {
            many(Class::Rotated, Half::Judging, 20)
        }),
        suite("many-noisy-20", "20 coordinates: the smooth functions with stochastic noise", || {
            many(Class::Noisy, Half::Judging, 20)
        }),
        suite("many-wavy-20", "20 coordinates: the smooth functions with deterministic noise", || {
            many(Class::Wavy, Half::Judging, 20)
        }),
        suite("many-kinks-20", "20 coordinates: sums of absolute values, maxima and the lasso", || {
            many(Class::Kinks, Half::Judging, 20)
        }),
        suite("many-bounded-20", "20 coordinates: the smooth functions within random boxes", || {
            many(Class::Bounded, Half::Judging, 20)
        }),
        suite("many-smooth-100", "100 coordinates: smooth functions, moved starts", || {
            many(Class::Smooth, Half::Judging, 100)
        }),
        suite("many-rotated-100", "100 coordinates: the smooth functions in rotated coordinates", || {
            many(Class::Rotated, Half::Judging, 100)
        }),
        suite("many-noisy-100", "100 coordinates: the smooth functions with stochastic noise", || {
            many(Class::Noisy, Half::Judging, 100)
        }),
        suite("many-wavy-100", "100 coordinates: the smooth functions with deterministic noise", || {
            many(Class::Wavy, Half::Judging, 100)
        }),
        suite("many-kinks-100", "100 coordinates: sums of absolute values, maxima and the lasso", || {
            many(Class::Kinks, Half::Judging, 100)
        }),
        suite("many-bounded-100", "100 coordinates: the smooth functions within random boxes", || {
            many(Class::Bounded, Half::Judging, 100)
        }),
        suite("bbob-2", "2 coordinates: the 24 noiseless functions of BBOB, the seed the instance", || {
            bbob(2)
        }),
        suite("bbob-3", "3 coordinates: the 24 noiseless functions of BBOB, the seed the instance", || {
            bbob(3)
        }),
        suite("bbob-5", "5 coordinates: the 24 noiseless functions of BBOB, the seed the instance", || {
            bbob(5)
        }),
        suite("bbob-10", "10 coordinates: the 24 noiseless functions of BBOB, the seed the instance", || {
            bbob(10)
        }),
        suite("bbob-20", "20 coordinates: the 24 noiseless functions of BBOB, the seed the instance", || {
            bbob(20)
        }),
        suite("bbob-40", "40 coordinates: the 24 noiseless functions of BBOB, the seed the instance", || {
            bbob(40)
        }),
        suite("nets", "fits of nets to five tables, with free and with non-negative weights", nets),
    ]
}

/// The published least values of these problems, as far as there are any.
pub fn published<'s>(suites: impl IntoIterator<Item = (&'s str, &'s [Case<'static>])>) -> References {
    let mut references = References::default();
    for (name, cases) in suites {
        let mut floor = Floor::default();
        for case in cases {
            if let Some(optimum) = case.optimum() {
                floor.lower(case.name(), optimum);
            }
        }
        references.set(name, floor);
    }
    references
}
