//! Random problems, each determined by its kind and seed.

use std::ops::RangeInclusive;

use compare::suites::corner;
use nalgebra::{DMatrix, DVector};
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{Bounds, Problem};

/// A problem in units of its own.
pub(crate) struct Sample {
    pub(crate) kind: &'static str,
    pub(crate) seed: u64,
    pub(crate) problem: Problem<'static>,
    /// The size of each coordinate.
    pub(crate) units: Vec<f64>,
    /// The least value, if there is only one local minimum and it is known.
    pub(crate) least: Option<f64>,
}

type Function = dyn Fn(&[f64]) -> f64 + Send + Sync;

/// A kind of problems, and its constructor.
type Kind = (&'static str, fn(&mut Random) -> Plain);

/// All kinds. Unless stated otherwise, there is one local minimum, and it is known.
const KINDS: [Kind; 14] = [
    ("quadratic", quadratic),
    ("quartic", quartic),
    ("valley", valley),
    ("bounded", bounded),
    ("from-bounds", from_bounds),
    ("bounded-valley", bounded_valley),
    ("box-from-0", box_from_0),
    ("kinks", kinks),
    ("corner", corner_in_box),
    ("integers", |random| separable(random, 1.0)),
    ("hundredths", |random| separable(random, 0.01)),
    ("integers-joined", integers_joined),
    ("mixed", mixed),
    ("mixed-joined", mixed_joined),
];

/// This many problems of each kind.
pub(crate) fn samples(of_each: u64) -> Vec<Sample> {
    let sample = |(name, make): Kind, seed| {
        let mut random = Random::new(seed);
        make(&mut random).in_units(name, seed, &mut random)
    };
    KINDS.into_iter().flat_map(|kind| (0..of_each).map(move |seed| sample(kind, seed))).collect()
}

impl Sample {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.kind, self.seed)
    }

    /// The value; infinite if there is none.
    pub(crate) fn value(&self, x: &[f64]) -> f64 {
        self.problem.objective().value(x).unwrap_or(f64::INFINITY)
    }

    /// A point moved by this many units of each coordinate, within the bounds; granular coordinates stay.
    pub(crate) fn moved(&self, x: &[f64], by: &[f64]) -> Vec<f64> {
        let moved = |i: usize| if self.granularity(i) > 0.0 { x[i] } else { x[i] + by[i] * self.units[i] };
        let mut y: Vec<f64> = (0..x.len()).map(moved).collect();
        self.problem.bounds().project(&mut y);
        y
    }

    /// The points of one step along each granular coordinate, within the bounds. Each is a whole number times the step, or
    /// divided by its reciprocal, where that is whole.
    pub(crate) fn neighbours(&self, x: &[f64]) -> Vec<Vec<f64>> {
        let granular = (0..x.len()).filter(|&i| self.granularity(i) > 0.0);
        let beside = granular.flat_map(|i| [-1.0, 1.0].map(|step| (i, step))).map(|(i, step)| {
            let mut y = x.to_vec();
            y[i] = multiple((x[i] / self.granularity(i)).round() + step, self.granularity(i));
            y
        });
        beside.filter(|y| self.problem.bounds().contain(y)).collect()
    }

    fn granularity(&self, i: usize) -> f64 {
        self.problem.grid().map_or(0.0, |grid| grid.granularity()[i])
    }
}

fn multiple(steps: f64, granularity: f64) -> f64 {
    let whole = (1.0 / granularity).round();
    if whole > 1.0 { steps / whole } else { steps * granularity }
}

/// A problem whose coordinates are of size 1.
struct Plain {
    f: Box<Function>,
    start: Vec<f64>,
    bounds: Bounds,
    granularity: Vec<f64>,
    least: Option<f64>,
    /// Whether coordinates may have units: a coordinate without bounds that starts at 0 has no known size.
    units: bool,
}

impl Plain {
    /// With the least value 0, and no bounds.
    fn new(f: impl Fn(&[f64]) -> f64 + Send + Sync + 'static, start: Vec<f64>) -> Plain {
        let (bounds, granularity) = (Bounds::free(start.len()), vec![0.0; start.len()]);
        Plain { f: Box::new(f), start, bounds, granularity, least: Some(0.0), units: true }
    }

    fn within(self, lower: Vec<f64>, upper: Vec<f64>) -> Plain {
        Plain { bounds: Bounds::new(lower, upper).expect("lower bounds below upper ones"), ..self }
    }

    /// In units that are powers of two between 1e-12 and 1e12, so that no digit changes: none, one for all coordinates, or one
    /// for each, and one of the value. Granular coordinates keep theirs.
    fn in_units(self, kind: &'static str, seed: u64, random: &mut Random) -> Sample {
        let Plain { f, start, bounds, granularity, least, units } = self;
        let n = start.len();
        let spread = if units { seed % 3 } else { 0 };
        let common = random.power_of_two(40);
        let unit = |i: usize, random: &mut Random| match spread {
            _ if granularity[i] > 0.0 => 1.0,
            0 => 1.0,
            1 => common,
            _ => random.power_of_two(40),
        };
        let units: Vec<f64> = (0..n).map(|i| unit(i, random)).collect();
        let of_value = if seed.is_multiple_of(3) { 1.0 } else { random.power_of_two(40) };
        let scaled = |values: &[f64]| values.iter().zip(&units).map(|(y, unit)| y * unit).collect::<Vec<_>>();
        let bounds = Bounds::new(scaled(bounds.lower()), scaled(bounds.upper())).expect("as before");
        let start = scaled(&start);
        let of_coordinates = units.clone();
        let f = move |x: &[f64]| {
            let plain: Vec<f64> = x.iter().zip(&of_coordinates).map(|(x, unit)| x / unit).collect();
            of_value * f(&plain)
        };
        let problem =
            Problem::new(f, start).and_then(|problem| problem.bounded(bounds)?.granular(granularity));
        let problem = problem.expect("finite numbers");
        Sample { kind, seed, problem, units, least: least.map(|least| of_value * least) }
    }
}

/// Random numbers.
struct Random(Xoshiro256PlusPlus);

impl Random {
    fn new(seed: u64) -> Random {
        Random(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0.random_range(low..high)
    }

    fn vector(&mut self, n: usize, low: f64, high: f64) -> Vec<f64> {
        (0..n).map(|_| self.between(low, high)).collect()
    }

    fn coin(&mut self) -> bool {
        self.0.random()
    }

    fn sign(&mut self) -> f64 {
        if self.coin() { 1.0 } else { -1.0 }
    }

    /// The number of coordinates.
    fn dimension(&mut self, range: RangeInclusive<usize>) -> usize {
        self.0.random_range(range)
    }

    /// Starts that show the size of their coordinates.
    fn start(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.sign() * self.between(0.3, 3.0)).collect()
    }

    fn power_of_two(&mut self, most: i32) -> f64 {
        2.0_f64.powi(self.0.random_range(-most..=most))
    }

    /// Rotated axes, the longest up to `ratio` times as long as the shortest.
    fn matrix(&mut self, n: usize, ratio: f64) -> DMatrix<f64> {
        let rotation = DMatrix::from_fn(n, n, |_, _| self.0.sample::<f64, _>(StandardNormal)).qr().q();
        let lengths = DVector::from_fn(n, |_, _| ratio.powf(self.between(0.0, 1.0)));
        DMatrix::from_diagonal(&lengths) * rotation
    }
}

/// `M (y - z)`.
fn mapped(matrix: &DMatrix<f64>, y: &[f64], z: &[f64]) -> DVector<f64> {
    matrix * (DVector::from_column_slice(y) - DVector::from_column_slice(z))
}

/// Rotated, condition up to 1e3.
fn quadratic(random: &mut Random) -> Plain {
    let n = random.dimension(1..=6);
    let (matrix, z) = (random.matrix(n, 30.0), random.start(n));
    Plain::new(move |y| mapped(&matrix, y, &z).norm_squared(), random.start(n))
}

/// Rotated fourth powers and few squares.
fn quartic(random: &mut Random) -> Plain {
    let n = random.dimension(1..=6);
    let (matrix, z) = (random.matrix(n, 5.0), random.start(n));
    let squares = if random.coin() { 1.0 } else { 0.01 };
    let f = move |t: &f64| t.powi(4) + squares * t * t;
    Plain::new(move |y| mapped(&matrix, y, &z).iter().map(f).sum(), random.start(n))
}

/// Rosenbrock's function of pairs of coordinates.
fn valley(random: &mut Random) -> Plain {
    let n = random.dimension(2..=6);
    let steep = if random.coin() { 100.0 } else { 10.0 };
    Plain::new(rosenbrock(steep), random.start(n))
}

fn rosenbrock(steep: f64) -> impl Fn(&[f64]) -> f64 {
    move |y| {
        let pair = |pair: &[f64]| match pair {
            &[a, b] => steep * (b - a * a).powi(2) + (1.0 - a).powi(2),
            rest => rest.iter().map(|a| (1.0 - a).powi(2)).sum(),
        };
        y.chunks(2).map(pair).sum()
    }
}

/// A rotated quadratic whose minimizer in the box, z, lies on some bounds: its slope there is 0 but along these coordinates, where it
/// points out of the box.
fn bounded(random: &mut Random) -> Plain {
    let n = random.dimension(1..=6);
    let (lower, upper) = (random.vector(n, -3.0, -0.5), random.vector(n, 0.5, 3.0));
    let (matrix, mut z, mut slope) = (random.matrix(n, 30.0), random.vector(n, -0.4, 0.4), vec![0.0; n]);
    for i in 0..n {
        if random.coin() {
            let up = random.coin();
            z[i] = if up { upper[i] } else { lower[i] };
            slope[i] = if up { -random.between(0.1, 3.0) } else { random.between(0.1, 3.0) };
        }
    }
    let start = (0..n).map(|i| random.between(lower[i], upper[i])).collect();
    let f = move |y: &[f64]| {
        let linear: f64 = slope.iter().zip(y).zip(&z).map(|((g, y), z)| g * (y - z)).sum();
        mapped(&matrix, y, &z).norm_squared() + linear
    };
    Plain::new(f, start).within(lower, upper)
}

/// The same with about half of the start's coordinates on bounds.
fn from_bounds(random: &mut Random) -> Plain {
    let mut plain = bounded(random);
    for i in 0..plain.start.len() {
        if random.coin() {
            let bounds = if random.coin() { plain.bounds.lower() } else { plain.bounds.upper() };
            plain.start[i] = bounds[i];
        }
    }
    plain
}

/// Rosenbrock's function of all coordinates that follow each other, in a box that may cut the valley off: with more than one local minimum,
/// perhaps.
fn bounded_valley(random: &mut Random) -> Plain {
    let n = random.dimension(2..=6);
    let (lower, upper) = (random.vector(n, -2.0, 0.0), random.vector(n, 0.5, 2.0));
    let start = (0..n).map(|i| random.between(lower[i], upper[i])).collect();
    let f = |y: &[f64]| {
        y.windows(2).map(|pair| 100.0 * (pair[1] - pair[0] * pair[0]).powi(2) + (1.0 - pair[0]).powi(2)).sum()
    };
    Plain { least: None, ..Plain::new(f, start).within(lower, upper) }
}

/// A box from 0, where the start is: only the box shows the size.
fn box_from_0(random: &mut Random) -> Plain {
    let n = random.dimension(1..=6);
    let (matrix, z) = (random.matrix(n, 5.0), random.vector(n, 0.1, 0.9));
    let lower = if random.coin() { 0.0 } else { -1.0 };
    Plain::new(move |y| mapped(&matrix, y, &z).norm_squared(), vec![0.0; n])
        .within(vec![lower; n], vec![1.0; n])
}

/// Convex with kinks through the minimizer, in any directions, without bounds: all slopes sum to 0 there for
/// some subgradient coefficients between -1 and 1.
fn kinks(random: &mut Random) -> Plain {
    let n = random.dimension(1..=6);
    let z = random.start(n);
    let kinks: Vec<Vec<f64>> = (0..random.dimension(1..=n)).map(|_| random.vector(n, -3.0, 3.0)).collect();
    let (squares, inside) = (random.vector(n, 0.5, 5.0), random.vector(kinks.len(), -0.9, 0.9));
    let f = move |y: &[f64]| {
        let away: Vec<f64> = y.iter().zip(&z).map(|(y, z)| y - z).collect();
        let smooth: f64 = away.iter().zip(&squares).map(|(d, q)| q * d * d).sum();
        let kink = |(normal, s): (&Vec<f64>, &f64)| {
            let across: f64 = normal.iter().zip(&away).map(|(a, d)| a * d).sum();
            across.abs() - s * across
        };
        smooth + kinks.iter().zip(&inside).map(kink).sum::<f64>()
    };
    Plain::new(f, random.start(n))
}

/// Of the suite's family: kinks through active bounds.
fn corner_in_box(random: &mut Random) -> Plain {
    let n = random.dimension(2..=6);
    let (kinks, seed) = (random.dimension(1..=n - 1), random.0.random_range(0..1_000_000));
    let [stuck, near, far] = corner(n, kinks, seed);
    let case = [stuck, near, far][random.dimension(0..=2)].clone();
    let problem = case.problem(0).expect("the same for each seed");
    let (bounds, objective) = (problem.bounds().clone(), problem.shared_objective());
    let f = move |y: &[f64]| objective.value(y).unwrap_or(f64::INFINITY);
    Plain { bounds, ..Plain::new(f, problem.start().to_vec()) }
}

/// Sums of functions of one granular coordinate each, squares or absolute values, far from the start: up to a million steps.
fn separable(random: &mut Random, granularity: f64) -> Plain {
    let n = random.dimension(1..=6);
    let (squares, scale) = (random.coin(), random.vector(n, 0.5, 5.0));
    let far = 10.0_f64.powf(random.between(0.0, 6.0));
    let on_grid = |x: f64| multiple((x / granularity).round(), granularity);
    let start: Vec<f64> = (0..n).map(|_| on_grid(granularity * random.between(-far, far))).collect();
    let away = 10.0_f64.powf(random.between(0.0, 6.0));
    let z: Vec<f64> = start.iter().map(|x| x + granularity * random.between(-away, away)).collect();
    let term = move |q: f64, away: f64| if squares { q * away * away } else { q * away.abs() };
    let nearest = |q: f64, z: f64| {
        let below = (z / granularity).floor();
        let values = [below, below + 1.0].map(|steps| term(q, multiple(steps, granularity) - z));
        values[0].min(values[1])
    };
    let least = scale.iter().zip(&z).map(|(&q, &z)| nearest(q, z)).sum();
    let f = move |y: &[f64]| scale.iter().zip(y).zip(&z).map(|((&q, y), z)| term(q, y - z)).sum();
    Plain { granularity: vec![granularity; n], least: Some(least), ..Plain::new(f, start) }
}

/// A rotated quadratic of integers: a minimum is where no neighbour along a coordinate is better.
fn integers_joined(random: &mut Random) -> Plain {
    let n = random.dimension(2..=6);
    let (matrix, z) = (random.matrix(n, 5.0), random.vector(n, -500.0, 500.0));
    let start = random.vector(n, -500.0, 500.0).into_iter().map(f64::round).collect();
    let f = move |y: &[f64]| mapped(&matrix, y, &z).norm_squared();
    Plain { granularity: vec![1.0; n], least: None, ..Plain::new(f, start) }
}

/// The first coordinate and perhaps others granular; a sum of squares of each.
fn mixed(random: &mut Random) -> Plain {
    let n = random.dimension(2..=6);
    let granularity = some_granular(n, random);
    let (scale, z, start) = (random.vector(n, 0.5, 5.0), random.start(n), random.start(n));
    let lacks = |i: usize| {
        let g = granularity[i];
        let beside = if g > 0.0 { multiple((z[i] / g).round(), g) - z[i] } else { 0.0 };
        scale[i] * beside * beside
    };
    let least = Some((0..n).map(lacks).sum());
    let f = move |y: &[f64]| scale.iter().zip(y).zip(&z).map(|((q, y), z)| q * (y - z).powi(2)).sum();
    let start = rounded(start, &granularity);
    Plain { granularity, least, ..Plain::new(f, start) }
}

/// The same of a rotated quadratic.
fn mixed_joined(random: &mut Random) -> Plain {
    let n = random.dimension(2..=6);
    let granularity = some_granular(n, random);
    let (matrix, z) = (random.matrix(n, 5.0), random.start(n));
    let start = rounded(random.start(n), &granularity);
    Plain { granularity, least: None, ..Plain::new(move |y| mapped(&matrix, y, &z).norm_squared(), start) }
}

fn some_granular(n: usize, random: &mut Random) -> Vec<f64> {
    let granularity = if random.coin() { 1.0 } else { 0.01 };
    // The last coordinate is continuous.
    let mut granular = |i: usize| if i == 0 || i + 1 < n && random.coin() { granularity } else { 0.0 };
    (0..n).map(&mut granular).collect()
}

fn rounded(x: Vec<f64>, granularity: &[f64]) -> Vec<f64> {
    let on_grid = |(x, &g): (f64, &f64)| if g > 0.0 { multiple((x / g).round(), g) } else { x };
    x.into_iter().zip(granularity).map(on_grid).collect()
}
