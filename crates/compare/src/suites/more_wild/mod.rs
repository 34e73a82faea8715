//! The 53 problems of Moré and Wild.

mod bounded;
mod functions;
mod kinds;

pub use bounded::more_wild_bounded;
pub(super) use functions::Function;
pub use kinds::Kind;
use kinds::Objective53;
pub(super) use kinds::{at_point, wave};
use search::{Error, Problem};

use crate::Case;

/// Function, coordinates n, residuals m, and whether the start is ten times the standard one as well.
type Row = (Function, usize, usize, u32);

/// The configurations of the file `dfo.dat` of the BenDFO collection, in its order.
const ROWS: [Row; 53] = {
    use Function::*;
    [
        (LinearFullRank, 9, 45, 0),
        (LinearFullRank, 9, 45, 1),
        (LinearRank1, 7, 35, 0),
        (LinearRank1, 7, 35, 1),
        (LinearRank1Zeros, 7, 35, 0),
        (LinearRank1Zeros, 7, 35, 1),
        (Rosenbrock, 2, 2, 0),
        (Rosenbrock, 2, 2, 1),
        (HelicalValley, 3, 3, 0),
        (HelicalValley, 3, 3, 1),
        (PowellSingular, 4, 4, 0),
        (PowellSingular, 4, 4, 1),
        (FreudensteinRoth, 2, 2, 0),
        (FreudensteinRoth, 2, 2, 1),
        (Bard, 3, 15, 0),
        (Bard, 3, 15, 1),
        (KowalikOsborne, 4, 11, 0),
        (Meyer, 3, 16, 0),
        (Watson, 6, 31, 0),
        (Watson, 6, 31, 1),
        (Watson, 9, 31, 0),
        (Watson, 9, 31, 1),
        (Watson, 12, 31, 0),
        (Watson, 12, 31, 1),
        (Box3D, 3, 10, 0),
        (JennrichSampson, 2, 10, 0),
        (BrownDennis, 4, 20, 0),
        (BrownDennis, 4, 20, 1),
        (Chebyquad, 6, 6, 0),
        (Chebyquad, 7, 7, 0),
        (Chebyquad, 8, 8, 0),
        (Chebyquad, 9, 9, 0),
        (Chebyquad, 10, 10, 0),
        (Chebyquad, 11, 11, 0),
        (BrownAlmostLinear, 10, 10, 0),
        (Osborne1, 5, 33, 0),
        (Osborne2, 11, 65, 0),
        (Osborne2, 11, 65, 1),
        (Bdqrtic, 8, 8, 0),
        (Bdqrtic, 10, 12, 0),
        (Bdqrtic, 11, 14, 0),
        (Bdqrtic, 12, 16, 0),
        (Cube, 5, 5, 0),
        (Cube, 6, 6, 0),
        (Cube, 8, 8, 0),
        (Mancino, 5, 5, 0),
        (Mancino, 5, 5, 1),
        (Mancino, 8, 8, 0),
        (Mancino, 10, 10, 0),
        (Mancino, 12, 12, 0),
        (Mancino, 12, 12, 1),
        (Heart8, 8, 8, 0),
        (Heart8, 8, 8, 1),
    ]
};

/// The 53 problems of Moré & Wild (2009, "Benchmarking derivative-free optimization algorithms", SIAM J. Optim. 20,
/// 172-191), n = 2 to 12, of one [`Kind`]: 22 functions, from the standard start, many also from ten times that. Named
/// `mw1` to `mw53` in the order of their file `dfo.dat`. For [`Kind::StochasticNoise`] each seed gives other noise; the
/// other kinds do not depend on it.
///
/// The values at the starts are those of the collection's `testout.dat` (a test).
///
/// ```
/// use compare::suites::{Kind, more_wild};
///
/// let cases = more_wild(Kind::Smooth);
/// let rosenbrock = cases[6].problem(0)?;
/// assert_eq!((cases.len(), cases[6].name(), rosenbrock.start()), (53, "mw7", &[-1.2, 1.0][..]));
/// assert!((rosenbrock.objective().value(rosenbrock.start()).unwrap() - 24.2).abs() < 1e-12);
/// # Ok::<(), search::Error>(())
/// ```
pub fn more_wild(kind: Kind) -> Vec<Case<'static>> {
    cases(kind, "", |problem, _| Ok(problem))
}

/// The problems in the form that `form` gives them, with `suffix` at the end of their names.
fn cases(
    kind: Kind,
    suffix: &str,
    form: fn(Problem<'static>, Function) -> Result<Problem<'static>, Error>,
) -> Vec<Case<'static>> {
    let case = |(number, &(function, n, residuals, tens)): (usize, &Row)| {
        let name = format!("mw{}{suffix}", number + 1);
        let mut start = function.start(n);
        start.iter_mut().for_each(|x| *x *= 10.0_f64.powi(tens as i32));
        let problem = move |seed| {
            form(Problem::of(Objective53 { function, residuals, kind, seed }, start.clone())?, function)
        };
        let case = match kind {
            Kind::StochasticNoise => Case::seeded(name, problem),
            _ => Case::new(name, problem(0).expect("starts and bounds are finite")),
        };
        match kind {
            Kind::Smooth | Kind::Nonsmooth => case,
            _ => case.with_truth(Objective53 { function, residuals, kind: Kind::Smooth, seed: 0 }),
        }
    };
    ROWS.iter().enumerate().map(case).collect()
}
