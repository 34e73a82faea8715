//! The largest of smooth functions, with known optima.

use search::{Loss, Problem};

use super::composite::Composite;
use super::more_wild::Function;
use super::nonsmooth::{
    cb2, cb3, circle, crescent, davidon_2, dem, el_attar, evd_52, lq, maxquad, polak_2, polak_3, ql,
    rosen_suzuki, shor,
};
use super::statement::Statement;
use crate::Case;

/// A problem: its name, its functions, its start and its published least value.
type Entry = (&'static str, fn(&[f64]) -> Vec<f64>, Vec<f64>, f64);

/// Problems whose value is the largest of some smooth functions, or of their magnitudes, which solvers that read residuals
/// see one by one.
///
/// They are of the collection of Lukšan & Vlček (2000, "Test problems for nonsmooth unconstrained and linearly constrained
/// optimization", Technical Report 798, Institute of Computer Science, Academy of Sciences of the Czech Republic, sections
/// 2 and 3), with its starts and least values.
///
/// ```
/// let cases = compare::suites::minimax();
/// let wong = cases.iter().find(|case| case.name() == "wong1").expect("one of them");
/// assert_eq!(wong.optimum(), Some(680.63006));
/// ```
pub fn minimax() -> Vec<Case<'static>> {
    let case = |loss: Loss| {
        move |(name, functions, start, optimum): Entry| {
            let objective = Composite::new(functions(&start).len(), loss, functions);
            let problem = Problem::of(objective, start).expect("the starts are finite");
            Case::new(name, problem).with_optimum(optimum)
        }
    };
    largest()
        .into_iter()
        .map(case(Loss::Minimax))
        .chain(deviations().into_iter().map(case(Loss::Chebyshev)))
        .collect()
}

/// The problems of [`minimax`] as a user poses them to a solver of constrained problems: the least height t that is above
/// each function, with `r_i(x) - t <= 0`. The start has the height of the largest function there.
///
/// ```
/// let cases = compare::suites::minimax_above();
/// assert_eq!(cases[0].problem(1)?.dimension(), 3);
/// # Ok::<(), search::Error>(())
/// ```
pub fn minimax_above() -> Vec<Case<'static>> {
    let above = |is_deviation: bool| {
        move |(name, functions, start, optimum): Entry| {
            let functions = move |x: &[f64]| {
                let mut values = functions(x);
                if is_deviation {
                    values.extend(values.clone().iter().map(|value| -value));
                }
                values
            };
            let n = start.len();
            let count = functions(&start).len();
            let height = functions(&start).into_iter().fold(f64::NEG_INFINITY, f64::max);
            Statement::new(format!("{name}-above"), [start, vec![height]].concat(), optimum)
                .subject_to((count, 0), move |x| {
                    (x[n], functions(&x[..n]).iter().map(|value| value - x[n]).collect(), Vec::new())
                })
        }
    };
    largest().into_iter().map(above(false)).chain(deviations().into_iter().map(above(true))).collect()
}

/// The largest of functions.
fn largest() -> Vec<Entry> {
    let ones_but_last = vec![0.0, 0.0, 0.0, 0.0, 1.0];
    let polak_start = (0..10).map(|i| if i == 0 { 100.0 } else { 0.1 }).collect();
    vec![
        ("cb2", |x| cb2(x).to_vec(), vec![1.0, -0.1], 1.9522245),
        ("cb3", |x| cb3(x[0], x[1]).to_vec(), vec![2.0, 2.0], 2.0),
        ("crescent", |x| crescent(x[0], x[1]).to_vec(), vec![-1.5, 2.0], 0.0),
        ("davidon2", |x| davidon_2(x).to_vec(), vec![25.0, 5.0, -5.0, -1.0], 115.70644),
        ("dem", |x| dem(x).to_vec(), vec![1.0, 1.0], -3.0),
        ("evd52", |x| evd_52(x).to_vec(), vec![1.0; 3], 3.5997193),
        ("lq", |x| lq(x[0], x[1]).to_vec(), vec![-0.5; 2], -std::f64::consts::SQRT_2),
        ("maxquad", |x| maxquad(x).to_vec(), vec![1.0; 10], -0.8414083),
        ("mifflin1", |x| vec![-x[0], -x[0] + 20.0 * circle(x[0], x[1])], vec![0.8, 0.6], -1.0),
        ("mifflin2", |x| [3.75, 0.25].map(|c| -x[0] + c * circle(x[0], x[1])).to_vec(), vec![-1.0; 2], -1.0),
        ("polak2", |x| polak_2(x).to_vec(), polak_start, 54.59815),
        ("polak3", |x| polak_3(x).to_vec(), vec![1.0; 11], 3.7034827),
        ("polak6", polak_6, vec![0.0; 4], -44.0),
        ("ql", |x| ql(x).to_vec(), vec![-1.0, 5.0], 7.2),
        ("rosen-suzuki", |x| rosen_suzuki(x).to_vec(), vec![0.0; 4], -44.0),
        ("shor", |x| shor(x).to_vec(), ones_but_last, 22.600162),
        ("spiral", spiral, vec![1.41831, -4.79462], 0.0),
        ("wf", wf, vec![3.0, 1.0], 0.0),
        ("wong1", wong_1, vec![1.0, 2.0, 0.0, 4.0, 0.0, 1.0, 1.0], 680.63006),
        ("wong2", wong_2, vec![2.0, 3.0, 5.0, 5.0, 1.0, 2.0, 7.0, 3.0, 6.0, 10.0], 24.306209),
    ]
}

/// The largest of the deviations of a fit.
fn deviations() -> Vec<Entry> {
    let two_decays = vec![2.0, 2.0, 7.0, 0.0, -2.0, 1.0];
    let osborne = vec![1.3, 0.65, 0.65, 0.7, 0.6, 3.0, 5.0, 7.0, 2.0, 4.5, 5.5];
    vec![
        ("bard", |x| Function::Bard.residuals(x, 15), vec![1.0; 3], 0.50816327e-1),
        ("evd61", |x| el_attar(x).collect(), two_decays, 0.34904926e-1),
        ("exp", exp, vec![0.5, 0.0, 0.0, 0.0, 0.0], 0.12237125e-3),
        (
            "kowalik-osborne",
            |x| Function::KowalikOsborne.residuals(x, 11),
            vec![0.25, 0.39, 0.415, 0.39],
            0.80843684e-2,
        ),
        ("oet5", oet_5, vec![1.0; 4], 0.26359735e-2),
        ("oet6", oet_6, vec![1.0, 1.0, -3.0, -1.0], 0.20160753e-2),
        ("osborne2", |x| Function::Osborne2.residuals(x, 65), osborne, 0.48027401e-1),
        ("pbc1", pbc_1, vec![0.0, -1.0, 10.0, 1.0, 10.0], 0.22340496e-1),
        ("pbc3", pbc_3, vec![1.0; 3], 0.42021427e-2),
    ]
}

/// Values of a function of t at some points from `from` to `to`.
fn at_points(count: usize, from: f64, to: f64, f: impl Fn(f64) -> f64) -> Vec<f64> {
    (0..count).map(|i| f(from + (to - from) * i as f64 / (count - 1) as f64)).collect()
}

/// Rosen and Suzuki's functions in bent coordinates.
fn polak_6(x: &[f64]) -> Vec<f64> {
    let first = x[0] - (x[3] + 1.0).powi(4);
    rosen_suzuki(&[first, x[1] - first.powi(4), x[2], x[3]]).to_vec()
}

fn spiral(x: &[f64]) -> Vec<f64> {
    let radius = x[0].hypot(x[1]);
    let square = 0.005 * radius * radius;
    vec![(x[0] - radius * radius.cos()).powi(2) + square, (x[1] - radius * radius.sin()).powi(2) + square]
}

/// Womersley & Fletcher.
fn wf(x: &[f64]) -> Vec<f64> {
    let fraction = 10.0 * x[0] / (x[0] + 0.1);
    let square = 2.0 * x[1] * x[1];
    vec![
        0.5 * (x[0] + fraction + square),
        0.5 * (-x[0] + fraction + square),
        0.5 * (x[0] - fraction + square),
    ]
}

/// The penalty functions of number 100 of Hock & Schittkowski.
fn wong_1(x: &[f64]) -> Vec<f64> {
    let &[a, b, c, d, e, f, g] = x else { unreachable!("seven coordinates") };
    let objective = (a - 10.0).powi(2)
        + 5.0 * (b - 12.0).powi(2)
        + c.powi(4)
        + 3.0 * (d - 11.0).powi(2)
        + 10.0 * e.powi(6)
        + 7.0 * f * f
        + g.powi(4)
        - 4.0 * f * g
        - 10.0 * f
        - 8.0 * g;
    let constraints = [
        0.0,
        2.0 * a * a + 3.0 * b.powi(4) + c + 4.0 * d * d + 5.0 * e - 127.0,
        7.0 * a + 3.0 * b + 10.0 * c * c + d - e - 282.0,
        23.0 * a + b * b + 6.0 * f * f - 8.0 * g - 196.0,
        4.0 * a * a + b * b - 3.0 * a * b + 2.0 * c * c + 5.0 * f - 11.0 * g,
    ];
    constraints.map(|c| objective + 10.0 * c).to_vec()
}

/// The penalty functions of number 113 of Hock & Schittkowski.
fn wong_2(x: &[f64]) -> Vec<f64> {
    let square = |i: usize, centre: f64| (x[i - 1] - centre).powi(2);
    let objective = square(1, 0.0) + square(2, 0.0) + x[0] * x[1] - 14.0 * x[0] - 16.0 * x[1]
        + square(3, 10.0)
        + 4.0 * square(4, 5.0)
        + square(5, 3.0)
        + 2.0 * square(6, 1.0)
        + 5.0 * square(7, 0.0)
        + 7.0 * square(8, 11.0)
        + 2.0 * square(9, 10.0)
        + square(10, 7.0)
        + 45.0;
    let constraints = [
        0.0,
        3.0 * square(1, 2.0) + 4.0 * square(2, 3.0) + 2.0 * square(3, 0.0) - 7.0 * x[3] - 120.0,
        5.0 * square(1, 0.0) + 8.0 * x[1] + square(3, 6.0) - 2.0 * x[3] - 40.0,
        0.5 * square(1, 8.0) + 2.0 * square(2, 4.0) + 3.0 * square(5, 0.0) - x[5] - 30.0,
        square(1, 0.0) + 2.0 * square(2, 2.0) - 2.0 * x[0] * x[1] + 14.0 * x[4] - 6.0 * x[5],
        4.0 * x[0] + 5.0 * x[1] - 3.0 * x[6] + 9.0 * x[7] - 105.0,
        10.0 * x[0] - 8.0 * x[1] - 17.0 * x[6] + 2.0 * x[7],
        -3.0 * x[0] + 6.0 * x[1] + 12.0 * square(9, 8.0) - 7.0 * x[9],
        -8.0 * x[0] + 2.0 * x[1] + 5.0 * x[8] - 2.0 * x[9] - 12.0,
    ];
    constraints.map(|c| objective + 10.0 * c).to_vec()
}

/// A rational approximation of the exponential function.
fn exp(x: &[f64]) -> Vec<f64> {
    let of = |t: f64| (x[0] + x[1] * t) / (1.0 + t * (x[2] + t * (x[3] + t * x[4]))) - t.exp();
    at_points(21, -1.0, 1.0, of)
}

/// Oettershagen.
fn oet_5(x: &[f64]) -> Vec<f64> {
    at_points(21, 0.25, 1.0, |t| x[3] - (x[0] * t * t + x[1] * t + x[2]).powi(2) - t.sqrt())
}

fn oet_6(x: &[f64]) -> Vec<f64> {
    at_points(21, -0.5, 0.5, |t| x[0] * (x[2] * t).exp() + x[1] * (x[3] * t).exp() - 1.0 / (1.0 + t))
}

/// Powell.
fn pbc_1(x: &[f64]) -> Vec<f64> {
    let of = |t: f64| {
        let target = ((8.0 * t - 1.0).powi(2) + 1.0).sqrt() * (8.0 * t).atan() / (8.0 * t);
        (x[0] + x[1] * t + x[2] * t * t) / (1.0 + x[3] * t + x[4] * t * t) - target
    };
    at_points(30, -1.0, 1.0, of)
}

fn pbc_3(x: &[f64]) -> Vec<f64> {
    let of = |t: f64| {
        let target = 3.0 / 20.0 * (-t).exp() + 1.0 / 52.0 * (-5.0 * t).exp()
            - 1.0 / 65.0 * (-2.0 * t).exp() * (3.0 * (2.0 * t).sin() + 11.0 * (2.0 * t).cos());
        x[2] / x[1] * (-t * x[0]).exp() * (x[1] * t).sin() - target
    };
    at_points(21, 0.0, 10.0, of)
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_distr::StandardNormal;
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::*;

    /// Minimizers of problems that the suite `nonsmooth` does not have, with nine digits: those that SciPy 1.17.1 finds
    /// (`minimize`, SLSQP, over the smooth form with one variable more for the maximum; `linprog` in a loop for Bard's fit)
    /// for formulas written anew in Python.
    fn minimizers() -> Vec<(&'static str, Vec<f64>)> {
        vec![
            ("polak6", vec![0.0, 1.0, 2.0, -1.0]),
            ("spiral", vec![0.0; 2]),
            ("wf", vec![0.0; 2]),
            (
                "wong1",
                vec![2.33049937, 1.95137237, -0.477541441, 4.36572623, -0.624486942, 1.03813101, 1.59422671],
            ),
            (
                "wong2",
                vec![
                    2.17199637,
                    2.36368298,
                    8.77392574,
                    5.09598448,
                    0.990654765,
                    1.43057398,
                    1.3216442,
                    9.8287258,
                    8.28009168,
                    8.3759267,
                ],
            ),
            ("bard", vec![0.0534693878, 1.45665552, 2.04334448]),
            ("evd61", vec![2.27592044, 1.89932016, 6.84823772, -1.65025021, 0.145735581, 0.51695694]),
            ("exp", vec![0.999877629, 0.25358844, -0.746607572, 0.245201502, -0.037490291]),
            ("kowalik-osborne", vec![0.184631551, 0.105205669, 0.0119641922, 0.111788028]),
            ("oet5", vec![0.0880155331, -0.495444251, 1.11862209, 1.50316004]),
            ("oet6", vec![0.09873346, 0.900944264, -4.0618546, -0.647732241]),
            (
                "osborne2",
                vec![
                    1.31604873,
                    0.448930512,
                    0.639020976,
                    0.6900524,
                    0.739705744,
                    0.943283762,
                    2.01967812,
                    3.58082452,
                    2.40423961,
                    4.4596073,
                    5.60617161,
                ],
            ),
            ("pbc1", vec![1.41358582, -10.5796622, 40.711743, -4.02127723, 27.6150104]),
            ("pbc3", vec![0.951610926, 0.876120398, 0.162325189]),
        ]
    }

    #[test]
    fn the_published_least_values_are_those_of_the_formulas() {
        let cases = minimax();
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        for (name, x) in minimizers() {
            let case = cases.iter().find(|case| case.name() == name).unwrap();
            let (problem, optimum) = (case.problem(1).unwrap(), case.optimum().unwrap());
            let f = |x: &[f64]| problem.objective().value(x).unwrap();
            let error = f(&x) - optimum;
            assert!(error.abs() <= 1e-6 * optimum.abs().max(0.01), "{name}: {} {optimum}", f(&x));
            assert!(f(problem.start()) > optimum + 0.01, "{name} starts at {}", f(problem.start()));
            // No point nearby is lower.
            for scale in [1e-4, 1e-2] {
                for _ in 0..1_000 {
                    let near: Vec<f64> = x
                        .iter()
                        .map(|x| x + scale * x.abs().max(0.1) * random.sample::<f64, _>(StandardNormal))
                        .collect();
                    let value = problem.objective().value(&near).unwrap();
                    assert!(value >= optimum - 1e-6 * optimum.abs().max(0.01), "{name}: {value} at {near:?}");
                }
            }
        }
    }

    /// Those of the suite `nonsmooth` have the same values.
    #[test]
    fn values_are_those_of_the_problems_of_the_same_name() {
        let others = super::super::nonsmooth();
        let mut shared = 0;
        for case in minimax() {
            let Some(other) = others.iter().find(|other| other.name() == case.name()) else { continue };
            let (problem, other) = (case.problem(1).unwrap(), other.problem(1).unwrap());
            let x: Vec<f64> = problem.start().iter().map(|x| 0.7 * x + 0.1).collect();
            for x in [problem.start(), &x] {
                let (value, of_other) =
                    (problem.objective().value(x).unwrap(), other.objective().value(x).unwrap());
                assert!(
                    (value - of_other).abs() <= 1e-14 * of_other.abs(),
                    "{}: {value} {of_other}",
                    case.name()
                );
            }
            shared += 1;
        }
        assert_eq!(shared, 16);
    }
}
