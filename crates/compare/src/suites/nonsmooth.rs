//! Classic nonsmooth problems with known optima.

use search::Problem;

use crate::Case;

/// Coordinates of the problems that come in any size.
const CHAIN: usize = 10;

/// A problem: its name, its objective, its start and its published least value.
type Entry = (&'static str, fn(&[f64]) -> f64, Vec<f64>, f64);

/// Classic nonsmooth problems without constraints, most of them maxima of smooth functions.
///
/// The small ones are of the collection of Lukšan & Vlček (2000, "Test problems for nonsmooth unconstrained
/// and linearly constrained optimization", Technical Report 798, Institute of Computer Science, Academy of
/// Sciences of the Czech Republic, sections 2 and 3) with its starts and least values. The last eight, here
/// in 10 coordinates, are of Haarala, Miettinen & Mäkelä (2004, "New limited memory bundle method for
/// large-scale nonsmooth optimization", Optim. Methods Softw. 19, 673-692). Formulas and least values are
/// checked against each other (a test); one number that this does not check, because it is not active at the
/// solution, is the last weight of Shor's problem, 3.5.
///
/// ```
/// let cases = compare::suites::nonsmooth();
/// let cb2 = cases.iter().find(|case| case.name() == "cb2").expect("one of them");
/// assert_eq!(cb2.optimum(), Some(1.9522245));
/// ```
pub fn nonsmooth() -> Vec<Case<'static>> {
    let case = |(name, f, start, optimum): Entry| {
        let problem = Problem::new(f, start).expect("the starts are finite");
        Case::new(name, problem).with_optimum(optimum)
    };
    entries().into_iter().map(case).collect()
}

fn entries() -> Vec<Entry> {
    let root_2 = std::f64::consts::SQRT_2;
    let links = (CHAIN - 1) as f64;
    let ones_but_last = |n: usize| (0..n).map(|i| if i + 1 == n { 1.0 } else { 0.0 }).collect();
    let there_and_back = (1..=20).map(|i| if i <= 10 { f64::from(i) } else { -f64::from(i) });
    let there_and_back: Vec<f64> = there_and_back.collect();
    let alternating = |odd: f64, even: f64| (0..CHAIN).map(|i| if i % 2 == 0 { odd } else { even }).collect();
    let polak_start = (0..10).map(|i| if i == 0 { 100.0 } else { 0.1 }).collect();
    vec![
        ("cb2", |x| max(cb2(x)), vec![1.0, -0.1], 1.9522245),
        ("cb3", |x| max(cb3(x[0], x[1])), vec![2.0, 2.0], 2.0),
        ("crescent", |x| max(crescent(x[0], x[1])), vec![-1.5, 2.0], 0.0),
        ("davidon2", |x| max(davidon_2(x)), vec![25.0, 5.0, -5.0, -1.0], 115.70644),
        ("dem", |x| max(dem(x)), vec![1.0, 1.0], -3.0),
        ("el-attar", |x| el_attar(x).map(f64::abs).sum(), vec![2.0, 2.0, 7.0, 0.0, -2.0, 1.0], 0.5598131),
        ("evd52", |x| max(evd_52(x)), vec![1.0; 3], 3.5997193),
        ("goffin", goffin, (1..=50).map(|i| f64::from(i) - 25.5).collect(), 0.0),
        ("l1hilb", |x| hilbert(x).map(f64::abs).sum(), vec![1.0; 50], 0.0),
        ("lq", |x| max(lq(x[0], x[1])), vec![-0.5; 2], -root_2),
        ("maxhilb", |x| max(hilbert(x).map(f64::abs)), vec![1.0; 50], 0.0),
        ("maxl", |x| max(x.iter().map(|x| x.abs())), there_and_back.clone(), 0.0),
        ("maxq", |x| max(x.iter().map(|x| x * x)), there_and_back, 0.0),
        ("maxquad", |x| max(maxquad(x)), vec![1.0; 10], -0.8414083),
        ("mifflin1", |x| -x[0] + 20.0 * circle(x[0], x[1]).max(0.0), vec![0.8, 0.6], -1.0),
        ("mifflin2", |x| mifflin_2(x[0], x[1]), vec![-1.0; 2], -1.0),
        ("polak2", |x| max(polak_2(x)), polak_start, 54.59815),
        ("polak3", |x| max(polak_3(x)), vec![1.0; 11], 3.7034827),
        ("ql", |x| max(ql(x)), vec![-1.0, 5.0], 7.2),
        ("rosen-suzuki", |x| max(rosen_suzuki(x)), vec![0.0; 4], -44.0),
        ("shor", |x| max(shor(x)), ones_but_last(5), 22.600162),
        ("spiral", spiral, vec![1.41831, -4.79462], 0.0),
        ("wolfe", wolfe, vec![3.0, 2.0], -8.0),
        ("active-faces", active_faces, vec![1.0; CHAIN], 0.0),
        ("brown2", brown_2, alternating(-1.0, 1.0), 0.0),
        ("chained-cb3-1", |x| pairs(x, |a, b| max(cb3(a, b))).sum(), vec![2.0; CHAIN], 2.0 * links),
        ("chained-cb3-2", |x| max(sums(x, cb3)), vec![2.0; CHAIN], 2.0 * links),
        ("chained-crescent-1", |x| max(sums(x, crescent)), alternating(-1.5, 2.0), 0.0),
        ("chained-crescent-2", |x| pairs(x, |a, b| max(crescent(a, b))).sum(), alternating(-1.5, 2.0), 0.0),
        ("chained-lq", |x| pairs(x, |a, b| max(lq(a, b))).sum(), vec![-0.5; CHAIN], -root_2 * links),
        ("chained-mifflin2", |x| pairs(x, mifflin_2).sum(), vec![-1.0; CHAIN], -6.5146),
    ]
}

fn max(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

/// A function of each pair of consecutive coordinates.
fn pairs(x: &[f64], f: impl Fn(f64, f64) -> f64) -> impl Iterator<Item = f64> {
    x.windows(2).map(move |pair| f(pair[0], pair[1]))
}

/// The sum of each component over all such pairs.
fn sums<const N: usize>(x: &[f64], f: fn(f64, f64) -> [f64; N]) -> [f64; N] {
    std::array::from_fn(|k| pairs(x, |a, b| f(a, b)[k]).sum())
}

/// Charalambous & Bandler.
pub(super) fn cb2(x: &[f64]) -> [f64; 3] {
    let far = (2.0 - x[0]).powi(2) + (2.0 - x[1]).powi(2);
    [x[0].powi(2) + x[1].powi(4), far, 2.0 * (x[1] - x[0]).exp()]
}

pub(super) fn cb3(a: f64, b: f64) -> [f64; 3] {
    [a.powi(4) + b * b, (2.0 - a).powi(2) + (2.0 - b).powi(2), 2.0 * (b - a).exp()]
}

pub(super) fn crescent(a: f64, b: f64) -> [f64; 2] {
    let square = a * a + (b - 1.0).powi(2);
    [square + b - 1.0, -square + b + 1.0]
}

pub(super) fn davidon_2(x: &[f64]) -> [f64; 20] {
    std::array::from_fn(|i| {
        let t = 0.2 * (i + 1) as f64;
        (x[0] + x[1] * t - t.exp()).powi(2) + (x[2] + x[3] * t.sin() - t.cos()).powi(2)
    })
}

/// Demyanov & Malozemov.
pub(super) fn dem(x: &[f64]) -> [f64; 3] {
    [5.0 * x[0] + x[1], -5.0 * x[0] + x[1], x[0] * x[0] + x[1] * x[1] + 4.0 * x[1]]
}

/// Residuals of a fit.
pub(super) fn el_attar(x: &[f64]) -> impl Iterator<Item = f64> {
    (0..51).map(|i| {
        let t = f64::from(i) / 10.0;
        let y = 0.5 * (-t).exp() - (-2.0 * t).exp()
            + 0.5 * (-3.0 * t).exp()
            + 1.5 * (-1.5 * t).exp() * (7.0 * t).sin()
            + (-2.5 * t).exp() * (5.0 * t).sin();
        let model = x[0] * (-x[1] * t).exp() * (x[2] * t + x[3]).cos() + x[4] * (-x[5] * t).exp();
        model - y
    })
}

/// El-Attar, Vidyasagar & Dutta.
pub(super) fn evd_52(x: &[f64]) -> [f64; 6] {
    let &[a, b, c] = x else { unreachable!("three coordinates") };
    [
        a * a + b * b + c * c - 1.0,
        a * a + b * b + (c - 2.0).powi(2),
        a + b + c - 1.0,
        a + b - c + 1.0,
        2.0 * a.powi(3) + 6.0 * b * b + 2.0 * (5.0 * c - a + 1.0).powi(2),
        a * a - 9.0 * c,
    ]
}

fn goffin(x: &[f64]) -> f64 {
    50.0 * max(x.iter().copied()) - x.iter().sum::<f64>()
}

/// The rows of the Hilbert matrix times the point.
fn hilbert(x: &[f64]) -> impl Iterator<Item = f64> {
    (0..x.len()).map(|i| x.iter().enumerate().map(|(j, x)| x / (i + j + 1) as f64).sum())
}

pub(super) fn lq(a: f64, b: f64) -> [f64; 2] {
    [-a - b, -a - b + circle(a, b)]
}

pub(super) fn circle(a: f64, b: f64) -> f64 {
    a * a + b * b - 1.0
}

/// Lemaréchal & Mifflin.
pub(super) fn maxquad(x: &[f64]) -> [f64; 5] {
    let index = |i: usize| (i + 1) as f64;
    let part = |k: f64| {
        let off_diagonal = |i: usize, j: usize| {
            let (i, j) = (index(i.min(j)), index(i.max(j)));
            (i / j).exp() * (i * j).cos() * k.sin()
        };
        let row = |i: usize| {
            let others = (0..10).filter(|&j| j != i);
            let size: f64 = others.clone().map(|j| off_diagonal(i, j).abs()).sum();
            let diagonal = index(i) / 10.0 * k.sin().abs() + size;
            let slope = (index(i) / k).exp() * (index(i) * k).sin();
            x[i] * (diagonal * x[i] + others.map(|j| off_diagonal(i, j) * x[j]).sum::<f64>() - slope)
        };
        (0..10).map(row).sum()
    };
    std::array::from_fn(|k| part(index(k)))
}

fn mifflin_2(a: f64, b: f64) -> f64 {
    -a + 2.0 * circle(a, b) + 1.75 * circle(a, b).abs()
}

pub(super) fn polak_2(x: &[f64]) -> [f64; 2] {
    let part = |shift: f64| {
        let others = x[2..].iter().map(|x| x * x).sum::<f64>() + 3.0 * x[3] * x[3];
        (1e-8 * x[0] * x[0] + (x[1] + shift).powi(2) + others).exp()
    };
    [part(2.0), part(-2.0)]
}

pub(super) fn polak_3(x: &[f64]) -> [f64; 10] {
    let part = |i: usize| {
        let term = |(j, x): (usize, &f64)| {
            let distance = x - ((i - 1 + 2 * j) as f64).sin();
            (distance * distance).exp() / (i + j) as f64
        };
        x.iter().enumerate().map(term).sum()
    };
    std::array::from_fn(|i| part(i + 1))
}

pub(super) fn ql(x: &[f64]) -> [f64; 3] {
    let square = x[0] * x[0] + x[1] * x[1];
    [0.0, -4.0 * x[0] - x[1] + 4.0, -x[0] - 2.0 * x[1] + 6.0].map(|row| square + 10.0 * row)
}

/// The exact penalty function of number 43 of Hock & Schittkowski.
pub(super) fn rosen_suzuki(x: &[f64]) -> [f64; 4] {
    let &[a, b, c, d] = x else { unreachable!("four coordinates") };
    let (a2, b2, c2, d2) = (a * a, b * b, c * c, d * d);
    let objective = a2 + b2 + 2.0 * c2 + d2 - 5.0 * a - 5.0 * b - 21.0 * c + 7.0 * d;
    let constraints = [
        0.0,
        a2 + b2 + c2 + d2 + a - b + c - d - 8.0,
        a2 + 2.0 * b2 + c2 + 2.0 * d2 - a - d - 10.0,
        2.0 * a2 + b2 + c2 + 2.0 * a - b - d - 5.0,
    ];
    constraints.map(|c| objective + 10.0 * c)
}

pub(super) fn shor(x: &[f64]) -> [f64; 10] {
    const CENTRES: [[f64; 5]; 10] = [
        [0.0, 0.0, 0.0, 0.0, 0.0],
        [2.0, 1.0, 1.0, 1.0, 3.0],
        [1.0, 2.0, 1.0, 1.0, 2.0],
        [1.0, 4.0, 1.0, 2.0, 2.0],
        [3.0, 2.0, 1.0, 0.0, 1.0],
        [0.0, 2.0, 1.0, 0.0, 1.0],
        [1.0, 1.0, 1.0, 1.0, 1.0],
        [1.0, 0.0, 1.0, 2.0, 1.0],
        [0.0, 0.0, 2.0, 1.0, 0.0],
        [1.0, 1.0, 2.0, 0.0, 0.0],
    ];
    const WEIGHTS: [f64; 10] = [1.0, 5.0, 10.0, 2.0, 4.0, 3.0, 1.7, 2.5, 6.0, 3.5];
    let square = |centre: &[f64; 5]| x.iter().zip(centre).map(|(x, c)| (x - c).powi(2)).sum::<f64>();
    std::array::from_fn(|k| WEIGHTS[k] * square(&CENTRES[k]))
}

fn spiral(x: &[f64]) -> f64 {
    let radius = x[0].hypot(x[1]);
    let square = 0.005 * radius * radius;
    let (along, across) = (x[0] - radius * radius.cos(), x[1] - radius * radius.sin());
    along.powi(2).max(across.powi(2)) + square
}

fn wolfe(x: &[f64]) -> f64 {
    let &[a, b] = x else { unreachable!("two coordinates") };
    if a >= b.abs() {
        5.0 * (9.0 * a * a + 16.0 * b * b).sqrt()
    } else if a > 0.0 {
        9.0 * a + 16.0 * b.abs()
    } else {
        9.0 * a + 16.0 * b.abs() - a.powi(9)
    }
}

fn active_faces(x: &[f64]) -> f64 {
    let g = |y: f64| (y.abs() + 1.0).ln();
    max(x.iter().copied().map(g)).max(g(-x.iter().sum::<f64>()))
}

/// The nonsmooth form of Brown's second function.
fn brown_2(x: &[f64]) -> f64 {
    pairs(x, |a, b| a.abs().powf(b * b + 1.0) + b.abs().powf(a * a + 1.0)).sum()
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_distr::StandardNormal;
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::*;

    /// Where the least values are: published points, or, with eight digits, the minimizers that SciPy 1.17.1 finds
    /// (`minimize`, SLSQP, over the smooth form with one variable more for the maximum).
    fn minimizer(name: &str) -> Vec<f64> {
        let half_root = std::f64::consts::FRAC_1_SQRT_2;
        match name {
            "cb2" => vec![1.139037652, 0.8995599384],
            "cb3" => vec![1.0; 2],
            "davidon2" => vec![-12.2436808, 14.0217975, -0.451510921, -0.0105189702],
            "dem" => vec![0.0, -3.0],
            "el-attar" => vec![2.2407445, 1.85768837, 6.77004918, -1.64489844, 0.165891972, 0.742284523],
            "evd52" => vec![0.328259935, 0.0, 0.131320061],
            "goffin" | "l1hilb" | "maxhilb" => vec![0.0; 50],
            "lq" => vec![half_root; 2],
            "maxl" | "maxq" => vec![0.0; 20],
            "maxquad" => vec![
                -0.126256586,
                -0.0343783122,
                -0.00685720738,
                0.0263606527,
                0.0672949156,
                -0.278399507,
                0.0742186566,
                0.138524041,
                0.0840312194,
                0.0385803084,
            ],
            "mifflin1" | "mifflin2" => vec![1.0, 0.0],
            "polak3" => vec![
                0.0124491918,
                0.2906929,
                -0.334607116,
                -0.126446223,
                0.232810413,
                -0.276540235,
                -0.166581659,
                0.229090641,
                -0.18291439,
                -0.17044175,
                0.240177938,
            ],
            "ql" => vec![1.2, 2.4],
            "rosen-suzuki" => vec![0.0, 1.0, 2.0, -1.0],
            "shor" => vec![1.12435101, 0.979461595, 1.47770773, 0.920233493, 1.12429158],
            "crescent" | "spiral" => vec![0.0; 2],
            "wolfe" => vec![-1.0, 0.0],
            "chained-cb3-1" | "chained-cb3-2" => vec![1.0; CHAIN],
            "chained-lq" => vec![half_root; CHAIN],
            "chained-mifflin2" => vec![
                0.815219752,
                0.579151755,
                0.73623078,
                0.676730551,
                0.73623078,
                0.676730551,
                0.73623078,
                0.676730551,
                0.73623078,
                0.0,
            ],
            _ => vec![0.0; CHAIN],
        }
    }

    #[test]
    fn the_published_least_values_are_those_of_the_formulas() {
        for (name, f, start, optimum) in entries() {
            let x = minimizer(name);
            let value = f(&x);
            assert_eq!(x.len(), start.len(), "{name}");
            assert!(
                (value - optimum).abs() <= 1e-5 * optimum.abs().max(1.0),
                "{name}: {value}, published {optimum}"
            );
            assert!(f(&start) > optimum + 0.1, "{name} starts at {}", f(&start));
            // No point nearby is lower.
            let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
            for scale in [1e-4, 1e-2, 1.0] {
                for _ in 0..1_000 {
                    let near: Vec<f64> =
                        x.iter().map(|x| x + scale * random.sample::<f64, _>(StandardNormal)).collect();
                    assert!(f(&near) >= optimum - 1e-5, "{name}: {} at {near:?}", f(&near));
                }
            }
        }
    }

    /// Values at starts that Lemaréchal & Mifflin (1978, "Nonsmooth optimization", appendix) publish.
    #[test]
    fn values_at_starts_are_published_ones() {
        let at_start = |name: &str| {
            let (_, f, start, _) = entries().into_iter().find(|entry| entry.0 == name).unwrap();
            f(&start)
        };
        assert!((at_start("maxquad") - 5337.066429).abs() < 1e-5);
        assert_eq!(at_start("shor"), 80.0);
    }
}
