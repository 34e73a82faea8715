//! The residuals of the test functions, whose sums of squares are the problems.
//!
//! Numbers 1 to 18 are those of Moré, Garbow & Hillstrom (1981, "Testing unconstrained optimization software", ACM
//! Trans. Math. Softw. 7, 17-41; their numbers 32 to 34, 1, 7, 13, 2, 8, 15, 10, 20, 12, 6, 16, 35, 27, 17 and 19), 19 to 22
//! are from CUTEr (bdqrtic, cube, Mancino, heart8ls).

/// Which function, in the order of the list of Moré & Wild.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::suites) enum Function {
    LinearFullRank,
    LinearRank1,
    LinearRank1Zeros,
    Rosenbrock,
    HelicalValley,
    PowellSingular,
    FreudensteinRoth,
    Bard,
    KowalikOsborne,
    Meyer,
    Watson,
    Box3D,
    JennrichSampson,
    BrownDennis,
    Chebyquad,
    BrownAlmostLinear,
    Osborne1,
    Osborne2,
    Bdqrtic,
    Cube,
    Mancino,
    Heart8,
}

const BARD: [f64; 15] =
    [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39];
const KOWALIK_U: [f64; 11] = [4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625];
const KOWALIK_Y: [f64; 11] =
    [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246];
const MEYER: [f64; 16] = [
    34780.0, 28610.0, 23650.0, 19630.0, 16370.0, 13720.0, 11540.0, 9744.0, 8261.0, 7030.0, 6005.0, 5147.0,
    4427.0, 3820.0, 3307.0, 2872.0,
];
const OSBORNE1: [f64; 33] = [
    0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.85, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658, 0.628,
    0.603, 0.58, 0.558, 0.538, 0.522, 0.506, 0.49, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.42,
    0.414, 0.411, 0.406,
];
const OSBORNE2: [f64; 65] = [
    1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608, 0.655, 0.616,
    0.606, 0.602, 0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661, 0.612, 0.558, 0.533, 0.495,
    0.5, 0.423, 0.395, 0.375, 0.372, 0.391, 0.396, 0.405, 0.428, 0.429, 0.523, 0.562, 0.607, 0.653, 0.672,
    0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559, 0.597, 0.625, 0.739, 0.71, 0.729, 0.72, 0.636, 0.581,
    0.428, 0.292, 0.162, 0.098, 0.054,
];

impl Function {
    /// The residuals at a point; `m` of them if the function does not fix their number.
    pub(in crate::suites) fn residuals(self, x: &[f64], m: usize) -> Vec<f64> {
        let n = x.len();
        // The papers count from 1.
        let index = |i: usize| (i + 1) as f64;
        let each = |residual: &dyn Fn(f64) -> f64| (0..m).map(|i| residual(index(i))).collect::<Vec<_>>();
        match self {
            Function::LinearFullRank => {
                let shared = -2.0 * x.iter().sum::<f64>() / m as f64 - 1.0;
                (0..m).map(|i| shared + x.get(i).unwrap_or(&0.0)).collect()
            }
            Function::LinearRank1 => {
                let sum: f64 = (0..n).map(|j| index(j) * x[j]).sum();
                each(&|i| i * sum - 1.0)
            }
            Function::LinearRank1Zeros => {
                let sum: f64 = (1..n - 1).map(|j| index(j) * x[j]).sum();
                each(&|i| if i == m as f64 { -1.0 } else { (i - 1.0) * sum - 1.0 })
            }
            Function::Rosenbrock => vec![10.0 * (x[1] - x[0] * x[0]), 1.0 - x[0]],
            Function::HelicalValley => {
                let turn = std::f64::consts::TAU;
                let angle = match x[0] {
                    0.0 => 0.25_f64.copysign(x[1]),
                    x0 => (x[1] / x0).atan() / turn + if x0 < 0.0 { 0.5 } else { 0.0 },
                };
                vec![10.0 * (x[2] - 10.0 * angle), 10.0 * (x[0].hypot(x[1]) - 1.0), x[2]]
            }
            Function::PowellSingular => vec![
                x[0] + 10.0 * x[1],
                5.0_f64.sqrt() * (x[2] - x[3]),
                (x[1] - 2.0 * x[2]).powi(2),
                10.0_f64.sqrt() * (x[0] - x[3]).powi(2),
            ],
            Function::FreudensteinRoth => vec![
                -13.0 + x[0] + ((5.0 - x[1]) * x[1] - 2.0) * x[1],
                -29.0 + x[0] + ((1.0 + x[1]) * x[1] - 14.0) * x[1],
            ],
            Function::Bard => {
                let residual = |i: usize| {
                    let (u, v) = (index(i), 15.0 - i as f64);
                    BARD[i] - (x[0] + u / (v * x[1] + u.min(v) * x[2]))
                };
                (0..BARD.len()).map(residual).collect()
            }
            Function::KowalikOsborne => {
                let residual = |(y, u): (&f64, &f64)| y - x[0] * u * (u + x[1]) / (u * (u + x[2]) + x[3]);
                KOWALIK_Y.iter().zip(&KOWALIK_U).map(residual).collect()
            }
            Function::Meyer => {
                let residual = |i: usize| x[0] * (x[1] / (45.0 + 5.0 * index(i) + x[2])).exp() - MEYER[i];
                (0..MEYER.len()).map(residual).collect()
            }
            Function::Watson => {
                let residual = |i: usize| {
                    let t = index(i) / 29.0;
                    let slope: f64 = (1..n).map(|j| j as f64 * x[j] * t.powi(j as i32 - 1)).sum();
                    let value: f64 = (0..n).map(|j| x[j] * t.powi(j as i32)).sum();
                    slope - value * value - 1.0
                };
                (0..29).map(residual).chain([x[0], x[1] - x[0] * x[0] - 1.0]).collect()
            }
            Function::Box3D => each(&|i| {
                let t = i / 10.0;
                (-t * x[0]).exp() - (-t * x[1]).exp() + ((-i).exp() - (-t).exp()) * x[2]
            }),
            Function::JennrichSampson => each(&|i| 2.0 + 2.0 * i - (i * x[0]).exp() - (i * x[1]).exp()),
            Function::BrownDennis => each(&|i| {
                let t = i / 5.0;
                (x[0] + t * x[1] - t.exp()).powi(2) + (x[2] + t.sin() * x[3] - t.cos()).powi(2)
            }),
            Function::Chebyquad => chebyquad(x),
            Function::BrownAlmostLinear => {
                let sum: f64 = x.iter().sum();
                let almost = x[..n - 1].iter().map(|x| x + sum - (n + 1) as f64);
                almost.chain([x.iter().product::<f64>() - 1.0]).collect()
            }
            Function::Osborne1 => {
                let residual = |i: usize| {
                    let t = 10.0 * i as f64;
                    OSBORNE1[i] - (x[0] + x[1] * (-t * x[3]).exp() + x[2] * (-t * x[4]).exp())
                };
                (0..OSBORNE1.len()).map(residual).collect()
            }
            Function::Osborne2 => {
                let residual = |i: usize| {
                    let t = i as f64 / 10.0;
                    let bump = |k: usize| x[k] * (-(t - x[k + 7]).powi(2) * x[k + 4]).exp();
                    OSBORNE2[i] - (x[0] * (-t * x[4]).exp() + bump(1) + bump(2) + bump(3))
                };
                (0..OSBORNE2.len()).map(residual).collect()
            }
            Function::Bdqrtic => {
                let fourth = |i: usize| {
                    let squares = (0..4).map(|k| (k + 1) as f64 * x[i + k] * x[i + k]).sum::<f64>();
                    squares + 5.0 * x[n - 1] * x[n - 1]
                };
                (0..n - 4).map(|i| 3.0 - 4.0 * x[i]).chain((0..n - 4).map(fourth)).collect()
            }
            Function::Cube => {
                let next = |i: usize| 10.0 * (x[i] - x[i - 1].powi(3));
                std::iter::once(x[0] - 1.0).chain((1..n).map(next)).collect()
            }
            Function::Mancino => {
                let residual =
                    |i: usize| 1400.0 * x[i] + (index(i) - 50.0).powi(3) + mancino(n, x[i] * x[i], index(i));
                (0..n).map(residual).collect()
            }
            Function::Heart8 => heart8(x),
        }
    }

    /// Whether the nonsmooth form clips its points at zero.
    pub(super) fn is_clipped(self) -> bool {
        use Function::{Bard, BrownAlmostLinear, JennrichSampson, KowalikOsborne, Osborne1, Osborne2};
        matches!(self, Bard | KowalikOsborne | JennrichSampson | BrownAlmostLinear | Osborne1 | Osborne2)
    }

    /// The standard start, before any factor of ten.
    pub(super) fn start(self, n: usize) -> Vec<f64> {
        let index = |i: usize| (i + 1) as f64;
        match self {
            Function::LinearFullRank
            | Function::LinearRank1
            | Function::LinearRank1Zeros
            | Function::Bard
            | Function::Bdqrtic => vec![1.0; n],
            Function::Rosenbrock => vec![-1.2, 1.0],
            Function::HelicalValley => vec![-1.0, 0.0, 0.0],
            Function::PowellSingular => vec![3.0, -1.0, 0.0, 1.0],
            Function::FreudensteinRoth => vec![0.5, -2.0],
            Function::KowalikOsborne => vec![0.25, 0.39, 0.415, 0.39],
            Function::Meyer => vec![0.02, 4000.0, 250.0],
            Function::Watson | Function::BrownAlmostLinear | Function::Cube => vec![0.5; n],
            Function::Box3D => vec![0.0, 10.0, 20.0],
            Function::JennrichSampson => vec![0.3, 0.4],
            Function::BrownDennis => vec![25.0, 5.0, -5.0, -1.0],
            Function::Chebyquad => (0..n).map(|i| index(i) / (n + 1) as f64).collect(),
            Function::Osborne1 => vec![0.5, 1.5, 1.0, 0.01, 0.02],
            Function::Osborne2 => vec![1.3, 0.65, 0.65, 0.7, 0.6, 3.0, 5.0, 7.0, 2.0, 4.5, 5.5],
            Function::Mancino => {
                let start = |i: usize| -8.710996e-4 * ((index(i) - 50.0).powi(3) + mancino(n, 0.0, index(i)));
                (0..n).map(start).collect()
            }
            Function::Heart8 => vec![-0.3, -0.39, 0.3, -0.344, -1.2, 2.69, 1.59, -1.5],
        }
    }
}

/// Means of the shifted Chebyshev polynomials at the points, less their integrals over [0, 1].
fn chebyquad(x: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; x.len()];
    for x in x {
        let (mut before, mut polynomial) = (1.0, 2.0 * x - 1.0);
        for sum in &mut sums {
            *sum += polynomial;
            (before, polynomial) = (polynomial, 2.0 * (2.0 * x - 1.0) * polynomial - before);
        }
    }
    let residual = |(i, sum): (usize, &f64)| {
        let degree = (i + 1) as f64;
        let integral = if (i + 1) % 2 == 0 { 1.0 / (1.0 - degree * degree) } else { 0.0 };
        sum / x.len() as f64 - integral
    };
    sums.iter().enumerate().map(residual).collect()
}

/// The sum over j of Mancino's terms with `v = sqrt(square + i/j)`.
fn mancino(n: usize, square: f64, i: f64) -> f64 {
    let term = |j: usize| {
        let v = (square + i / j as f64).sqrt();
        v * (v.ln().sin().powi(5) + v.ln().cos().powi(5))
    };
    (1..=n).map(term).sum()
}

fn heart8(x: &[f64]) -> Vec<f64> {
    let &[a, b, c, d, t, u, v, w] = x else { unreachable!("eight coordinates") };
    let (tv, uw) = (t * t - v * v, u * u - w * w);
    let (t3, v3) = (t * t - 3.0 * v * v, v * v - 3.0 * t * t);
    let (u3, w3) = (u * u - 3.0 * w * w, w * w - 3.0 * u * u);
    vec![
        a + b + 0.69,
        c + d + 0.044,
        t * a + u * b - v * c - w * d + 1.57,
        v * a + w * b + t * c + u * d + 1.31,
        a * tv - 2.0 * c * t * v + b * uw - 2.0 * d * u * w + 2.65,
        c * tv + 2.0 * a * t * v + d * uw + 2.0 * b * u * w - 2.0,
        a * t * t3 + c * v * v3 + b * u * u3 + d * w * w3 + 12.6,
        c * t * t3 - a * v * v3 + d * u * u3 - b * w * w3 - 9.48,
    ]
}
