//! Convex problems with kinks through active bounds, whose minima are known by construction.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{Bounds, Problem};

use crate::Case;

/// The upper bound of every coordinate; the lower one is 0.
const UPPER: f64 = 2.0;

/// How far the corner lies from the minimizer, in units of the direction between them.
const AWAY: f64 = 0.5;

/// The upper limit of all subgradient coefficients.
const INSIDE: f64 = 0.5;

/// The weights of kinks are this many times the least weights with which no step along an axis improves on
/// the corner.
const MARGIN: f64 = 1.5;

/// Problems of the family of [`corner`] with n = 2 to 10 coordinates and with 1, n / 2 and n - 1 kinks, two
/// of each kind, and one constructed by hand, each from three starts. One of the three starts is the corner,
/// which searches along the coordinates do not leave.
///
/// The problem constructed by hand is `x0² + (x1 - 0.3)² + (x2 - 0.6)² + |x0 - x1|` for `x >= 0, x1 <= 10, x2
/// <= 1`. With `x0 = x1 = t` it is least at t = 0.15, where -0.3 is a subgradient coefficient of the kink;
/// 0.045.
///
/// ```
/// let cases = compare::suites::corners();
/// assert_eq!(cases[0].optimum(), Some(0.045));
/// assert_eq!(cases[0].problem(0)?.objective().value(&[0.15, 0.15, 0.6]), Ok(0.045));
/// # Ok::<(), search::Error>(())
/// ```
pub fn corners() -> Vec<Case<'static>> {
    const SHAPES: [(usize, usize); 9] =
        [(2, 1), (3, 1), (3, 2), (5, 1), (5, 2), (5, 4), (10, 1), (10, 5), (10, 9)];
    let seeded = SHAPES.into_iter().flat_map(|(n, kinks)| [(n, kinks, 1), (n, kinks, 2)]);
    by_hand().into_iter().chain(seeded.flat_map(|(n, kinks, seed)| corner(n, kinks, seed))).collect()
}

/// A convex problem within `0 <= x <= 2` with this many kinks, from three starts: the corner, a point near
/// it, and a random point.
///
/// The minimizer z is chosen, with about half of its coordinates on bounds. The function is `Σ q_i (x_i -
/// z_i)² + g·(x - z) + Σ w_k |a_k·(x - z)|`, q and w above 0. Because it is convex, z is its only minimizer
/// if `g_i + Σ w_k s_k a_ki = m_i` for subgradient coefficients s between -1 and 1 and multipliers m, not
/// below 0 on lower bounds, not above 0 on upper ones, and 0 elsewhere. So s and m are drawn, and g follows.
/// The least value is 0.
///
/// All `a_k` are orthogonal to a direction d that leads from z into the box, or along its faces. On the line `z + t d` no kink shows,
/// and f falls toward z; but the weights are such that no step along a coordinate gains anything at the corner `z + d / 2`.
/// The numbers are such that the corner lies on the kinks to the bit.
///
/// ```
/// let [corner, near, far] = compare::suites::corner(3, 2, 1);
/// assert_eq!((corner.name(), near.name()), ("corner-3-2-1-stuck", "corner-3-2-1-near"));
/// let problem = corner.problem(0)?;
/// let value = |x: &[f64]| problem.objective().value(x).expect("finite");
/// let mut beside = problem.start().to_vec();
/// beside[1] += 0.01;
/// assert!(value(&beside) > value(problem.start()) && value(problem.start()) > 0.0);
/// # Ok::<(), search::Error>(())
/// ```
///
/// # Panics
/// With fewer than two coordinates or without kinks.
pub fn corner(n: usize, kinks: usize, seed: u64) -> [Case<'static>; 3] {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_mul(1000) + (100 * n + kinks) as u64);
    let convex = Convex::draw(n, kinks, &mut random);
    let stuck = convex.corner();
    let near = stuck.iter().map(|x| (x + random.random_range(-0.1..0.1)).clamp(0.0, UPPER)).collect();
    let far = (0..n).map(|_| random.random_range(0.0..UPPER)).collect();
    [("stuck", stuck), ("near", near), ("far", far)].map(|(what, start)| {
        let convex = convex.clone();
        let upper = vec![UPPER; n];
        let name = format!("corner-{n}-{kinks}-{seed}-{what}");
        case(name, move |x: &[f64]| convex.value(x), start, upper).with_optimum(0.0)
    })
}

/// A case with lower bounds of 0.
fn case(
    name: String,
    f: impl Fn(&[f64]) -> f64 + Send + Sync + 'static,
    start: Vec<f64>,
    upper: Vec<f64>,
) -> Case<'static> {
    let bounds = Bounds::new(vec![0.0; upper.len()], upper);
    let problem = bounds.and_then(|bounds| Problem::new(f, start)?.bounded(bounds));
    Case::new(name, problem.expect("finite numbers"))
}

/// The problem constructed by hand, from its corner and from two points that lead to it.
fn by_hand() -> [Case<'static>; 3] {
    let f = |x: &[f64]| x[0].powi(2) + (x[1] - 0.3).powi(2) + (x[2] - 0.6).powi(2) + (x[0] - x[1]).abs();
    let upper = vec![f64::INFINITY, 10.0, 1.0];
    [("stuck", [0.0, 0.0, 0.6]), ("near", [1.0, 2.0, 0.5]), ("far", [1.3, 2.1, 0.4])].map(|(what, start)| {
        case(format!("by-hand-{what}"), f, start.to_vec(), upper.clone()).with_optimum(0.045)
    })
}

/// A function of the family.
#[derive(Clone)]
struct Convex {
    minimizer: Vec<f64>,
    squares: Vec<f64>,
    slope: Vec<f64>,
    kinks: Vec<Kink>,
    /// From the minimizer to the corner, times two.
    direction: Vec<f64>,
}

/// `weight |normal·(x - z)|`.
#[derive(Clone)]
struct Kink {
    weight: f64,
    normal: Vec<f64>,
}

/// The position of a coordinate of the minimizer.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Between,
    /// On the lower or the upper bound; the corner is there as well, or further in.
    Lower,
    Upper,
}

impl Convex {
    fn draw(n: usize, kinks: usize, random: &mut Xoshiro256PlusPlus) -> Convex {
        assert!(n >= 2 && kinks >= 1, "two coordinates and a kink, not {n} and {kinks}");
        // At least two coordinates move on the way to the corner: kinks join them.
        let staying = random.random_range(0..=(n - 2) / 2);
        let mut places: Vec<Place> = (0..n).map(|_| place(random)).collect();
        places[0] = bound(random);
        places[1] = Place::Between;
        places[2..2 + staying].fill_with(|| bound(random));
        let stays = |i: usize| (2..2 + staying).contains(&i);

        let minimizer: Vec<f64> = places.iter().map(|&place| coordinate(place, random)).collect();
        let direction: Vec<f64> = places
            .iter()
            .enumerate()
            .map(|(i, &place)| if stays(i) { 0.0 } else { way(place, random) })
            .collect();
        let squares: Vec<f64> = (0..n).map(|_| random.random_range(0.5..5.0)).collect();
        let multipliers: Vec<f64> = places.iter().map(|&place| multiplier(place, random)).collect();
        let coefficients: Vec<f64> = (0..kinks).map(|_| random.random_range(-INSIDE..INSIDE)).collect();
        let mut kinks: Vec<Kink> = (0..kinks).map(|_| kink(&direction, random)).collect();

        // Along coordinate i all kinks together must rise faster than the rest may fall.
        let falls = |i: usize| 2.0 * squares[i] * AWAY * direction[i].abs() + multipliers[i].abs();
        let rises = |i: usize| -> f64 {
            let part = |(kink, s): (&Kink, &f64)| kink.weight * kink.normal[i].abs() * (1.0 - s.abs());
            kinks.iter().zip(&coefficients).map(part).sum()
        };
        let enough = (0..n).map(|i| falls(i) / rises(i)).fold(0.0, f64::max);
        for kink in &mut kinks {
            kink.weight *= MARGIN * enough;
        }
        let slope = (0..n).map(|i| {
            let part = |(kink, s): (&Kink, &f64)| kink.weight * kink.normal[i] * s;
            multipliers[i] - kinks.iter().zip(&coefficients).map(part).sum::<f64>()
        });
        Convex { slope: slope.collect(), minimizer, squares, kinks, direction }
    }

    fn value(&self, x: &[f64]) -> f64 {
        let away: Vec<f64> = x.iter().zip(&self.minimizer).map(|(x, z)| x - z).collect();
        let smooth = |((d, q), g): ((&f64, &f64), &f64)| (q * d + g) * d;
        let smooth: f64 = away.iter().zip(&self.squares).zip(&self.slope).map(smooth).sum();
        smooth + self.kinks.iter().map(|kink| kink.weight * dot(&kink.normal, &away).abs()).sum::<f64>()
    }

    fn corner(&self) -> Vec<f64> {
        self.minimizer.iter().zip(&self.direction).map(|(z, d)| z + AWAY * d).collect()
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn place(random: &mut Xoshiro256PlusPlus) -> Place {
    if random.random() { Place::Between } else { bound(random) }
}

fn bound(random: &mut Xoshiro256PlusPlus) -> Place {
    if random.random() { Place::Lower } else { Place::Upper }
}

/// On the bound, or a multiple of 1/64 so far from both that the corner is between them.
fn coordinate(place: Place, random: &mut Xoshiro256PlusPlus) -> f64 {
    match place {
        Place::Lower => 0.0,
        Place::Upper => UPPER,
        Place::Between => f64::from(random.random_range(40..=88)) / 64.0,
    }
}

/// A power of two, towards the inside of the box.
fn way(place: Place, random: &mut Xoshiro256PlusPlus) -> f64 {
    let size = 0.5_f64.powi(random.random_range(0..=2));
    match place {
        Place::Lower => size,
        Place::Upper => -size,
        Place::Between => {
            if random.random() {
                size
            } else {
                -size
            }
        }
    }
}

fn multiplier(place: Place, random: &mut Xoshiro256PlusPlus) -> f64 {
    let size = random.random_range(0.1..1.0);
    match place {
        Place::Lower => size,
        Place::Upper => -size,
        Place::Between => 0.0,
    }
}

/// A kink orthogonal to the direction, to the bit: whole numbers that sum to 0, each divided by its power of
/// two. None is 0, so each coordinate meets the kink.
fn kink(direction: &[f64], random: &mut Xoshiro256PlusPlus) -> Kink {
    let whole = |random: &mut Xoshiro256PlusPlus| {
        let size: f64 = random.random_range(1..=3).into();
        if random.random() { size } else { -size }
    };
    let normal = loop {
        let mut numbers: Vec<f64> = direction.iter().map(|_| whole(random)).collect();
        let moving = |numbers: &[f64]| -> f64 {
            numbers.iter().zip(direction).filter(|&(_, &d)| d != 0.0).map(|(number, _)| number).sum()
        };
        // The first coordinate moves.
        numbers[0] -= moving(&numbers);
        if numbers[0] != 0.0 {
            let parts = numbers.iter().zip(direction);
            break parts.map(|(number, &d)| if d == 0.0 { *number } else { number / d }).collect();
        }
    };
    Kink { weight: random.random_range(0.5..1.5), normal }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shapes and seeds beyond those of the suite.
    fn drawn() -> impl Iterator<Item = (Convex, Xoshiro256PlusPlus)> {
        (2..=10).flat_map(|n| (1..n).flat_map(move |kinks| (0..3).map(move |seed| (n, kinks, seed)))).map(
            |(n, kinks, seed)| {
                let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
                (Convex::draw(n, kinks, &mut random), random)
            },
        )
    }

    /// At a minimizer of a convex function the part beside the squares is not below 0 anywhere.
    #[test]
    fn no_point_of_the_box_is_below_the_squares_around_the_minimizer() {
        for (convex, mut random) in drawn() {
            assert_eq!(convex.value(&convex.minimizer), 0.0);
            for size in [2.0, 0.1, 1e-3, 1e-6] {
                for _ in 0..100 {
                    let step = |z: &f64| (z + random.random_range(-size..size)).clamp(0.0, UPPER);
                    let x: Vec<f64> = convex.minimizer.iter().map(step).collect();
                    let squares = x.iter().zip(&convex.minimizer).zip(&convex.squares);
                    let squares: f64 = squares.map(|((x, z), q)| q * (x - z).powi(2)).sum();
                    assert!(
                        convex.value(&x) >= squares - 1e-13 * size,
                        "{squares}, not {}",
                        convex.value(&x)
                    );
                }
            }
        }
    }

    #[test]
    fn at_the_corner_steps_along_coordinates_gain_nothing_and_the_way_to_the_minimizer_does() {
        for (convex, _) in drawn() {
            let corner = convex.corner();
            let at = convex.value(&corner);
            assert!(convex.kinks.iter().all(|kink| dot(&kink.normal, &convex.direction) == 0.0));
            assert!(corner.iter().all(|x| (0.0..=UPPER).contains(x)));
            for i in 0..corner.len() {
                for step in [1.0, 0.1, 1e-4, 1e-8] {
                    for x in [corner[i] - step, corner[i] + step] {
                        let mut beside = corner.clone();
                        beside[i] = x;
                        assert!(!(0.0..=UPPER).contains(&x) || convex.value(&beside) > at);
                    }
                }
            }
            let way = corner.iter().zip(&convex.direction).map(|(x, d)| x - 0.01 * d);
            assert!(convex.value(&way.collect::<Vec<_>>()) < at);
        }
    }
}
