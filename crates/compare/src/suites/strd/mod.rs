//! Nonlinear regressions of NIST.

mod data;
mod models;

use search::Problem;

use super::squares::Squares;
use crate::Case;
use data::Regression;
use models::*;

/// The value that a model gives for parameters and predictors.
type Model = fn(&[f64], &[f64]) -> f64;

/// The 27 nonlinear regressions of NIST's Statistical Reference Datasets, as residual sums of squares of 2 to
/// 9 parameters, each from both published starts: `misra1a-1` is Misra1a from the first start, which is
/// usually the farther one, `misra1a-2` from the second. The least values are the certified ones. Parameters
/// of one problem may differ by nine powers of ten in size, and most valleys are narrow. The files with data,
/// starts and certified values are in `crates/compare/data/strd`.
///
/// ```
/// let cases = compare::suites::strd();
/// let problem = cases.iter().find(|case| case.name() == "misra1a-2").expect("one of them").problem(0)?;
/// assert_eq!(problem.start(), [250.0, 5e-4]);
/// # Ok::<(), search::Error>(())
/// ```
pub fn strd() -> Vec<Case<'static>> {
    regressions().into_iter().flat_map(|(name, regression, model)| cases(name, &regression, model)).collect()
}

/// What NIST certifies of a regression: to 11 digits, from runs in quadruple precision.
pub struct Certified {
    /// Its name, without the number of a start.
    pub name: &'static str,
    /// The parameters.
    pub parameters: Vec<f64>,
    /// Their standard errors.
    pub deviations: Vec<f64>,
}

impl Certified {
    /// Returns the places in `x` of what the certified parameters are in their order: 0, 1, ..., but for the three terms
    /// `b₁ exp(-b₂ x)` of Lanczos' problems, which a fit may find in any order, and which are certified by growing b₂.
    pub fn places(&self, x: &[f64]) -> Vec<usize> {
        if !self.name.starts_with("lanczos") {
            return (0..x.len()).collect();
        }
        let mut terms: Vec<usize> = (0..x.len()).step_by(2).collect();
        terms.sort_by(|&i, &k| x[i + 1].total_cmp(&x[k + 1]));
        terms.into_iter().flat_map(|i| [i, i + 1]).collect()
    }
}

/// What NIST certifies of the regressions of [`strd`].
///
/// ```
/// let certified = compare::suites::strd_certified();
/// let misra = certified.iter().find(|certified| certified.name == "misra1a").expect("one of them");
/// assert_eq!(misra.deviations, [2.7070075241, 7.2668688436e-6]);
/// ```
pub fn strd_certified() -> Vec<Certified> {
    let certified = |(name, regression, _): (&'static str, Regression, Model)| Certified {
        name,
        parameters: regression.parameters,
        deviations: regression.deviations,
    };
    regressions().into_iter().map(certified).collect()
}

/// The problem from each start.
fn cases(name: &str, regression: &Regression, model: Model) -> [Case<'static>; 2] {
    [1, 2].map(|number| {
        let rows = regression.rows.clone();
        let squares = Squares {
            count: rows.len(),
            residuals: move |parameters: &[f64]| {
                rows.iter().map(|row| row.response - model(parameters, &row.predictors)).collect()
            },
        };
        let start = regression.starts[number - 1].clone();
        let problem = Problem::of(squares, start).expect("the starts are finite");
        Case::new(format!("{name}-{number}"), problem).with_optimum(regression.sum_of_squares)
    })
}

/// The regressions by name.
fn regressions() -> Vec<(&'static str, Regression, Model)> {
    macro_rules! file {
        ($name:literal) => {
            Regression::read(include_str!(concat!("../../../data/strd/", $name, ".dat")))
        };
    }
    vec![
        ("bennett5", file!("Bennett5"), bennett5),
        ("boxbod", file!("BoxBOD"), saturation),
        ("chwirut1", file!("Chwirut1"), chwirut),
        ("chwirut2", file!("Chwirut2"), chwirut),
        ("danwood", file!("DanWood"), danwood),
        ("eckerle4", file!("Eckerle4"), eckerle4),
        ("enso", file!("ENSO"), enso),
        ("gauss1", file!("Gauss1"), gauss),
        ("gauss2", file!("Gauss2"), gauss),
        ("gauss3", file!("Gauss3"), gauss),
        ("hahn1", file!("Hahn1"), cubics),
        ("kirby2", file!("Kirby2"), kirby2),
        ("lanczos1", file!("Lanczos1"), lanczos),
        ("lanczos2", file!("Lanczos2"), lanczos),
        ("lanczos3", file!("Lanczos3"), lanczos),
        ("mgh09", file!("MGH09"), mgh09),
        ("mgh10", file!("MGH10"), mgh10),
        ("mgh17", file!("MGH17"), mgh17),
        ("misra1a", file!("Misra1a"), saturation),
        ("misra1b", file!("Misra1b"), misra1b),
        ("misra1c", file!("Misra1c"), misra1c),
        ("misra1d", file!("Misra1d"), misra1d),
        ("nelson", file!("Nelson").in_logarithms(), nelson),
        ("rat42", file!("Rat42"), rat42),
        ("rat43", file!("Rat43"), rat43),
        ("roszman1", file!("Roszman1"), roszman1),
        ("thurber", file!("Thurber"), cubics),
    ]
}
