//! Data profiles, performance profiles, log-ratio profiles and runtime distributions.

use std::ops::Range;

use super::bootstrap::bands;
use super::{Band, Cost, Solved};

/// A step function that rises with α from zero: each abscissa has the share of the instances from there on.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve(pub Vec<(f64, f64)>);

impl Curve {
    /// The curve of this many instances, of which these have an abscissa.
    fn of(mut abscissas: Vec<f64>, instances: usize) -> Self {
        abscissas.sort_by(f64::total_cmp);
        let mut points: Vec<(f64, f64)> = Vec::new();
        for (k, &abscissa) in abscissas.iter().enumerate() {
            let part = (k + 1) as f64 / instances as f64;
            match points.last_mut() {
                Some(last) if last.0 == abscissa => last.1 = part,
                _ => points.push((abscissa, part)),
            }
        }
        Curve(points)
    }

    /// The share of the instances at α.
    pub fn at(&self, alpha: f64) -> f64 {
        self.0.iter().take_while(|(abscissa, _)| *abscissa <= alpha).last().map_or(0.0, |(_, part)| *part)
    }
}

/// The data profile of a solver: α in simplex gradients, that is n + 1 evaluations.
///
/// ```
/// use compare::analysis::{Solved, data_profile};
///
/// // Two problems of one coordinate: the first solver needs 2 and 6 evaluations, the second solves one, with 4.
/// let solved = Solved { dimensions: vec![1, 1], evaluations: vec![vec![Some(2), Some(4)], vec![Some(6), None]] };
/// assert_eq!(data_profile(&solved, 0).0, [(1.0, 0.5), (3.0, 1.0)]);
/// assert_eq!(data_profile(&solved, 1).0, [(2.0, 0.5)]);
/// ```
pub fn data_profile(solved: &Solved, solver: usize) -> Curve {
    cost_profile(solved, solver, Cost::SimplexGradients)
}

/// The data profile of a solver with α in another unit; `solved` is by [histories](super::History) of this cost.
pub fn cost_profile(solved: &Solved, solver: usize, cost: Cost) -> Curve {
    let spent = |(row, n): (&Vec<Option<u64>>, &usize)| Some(row[solver]? as f64 / cost.unit(*n));
    let abscissas = solved.evaluations.iter().zip(&solved.dimensions).filter_map(spent).collect();
    Curve::of(abscissas, solved.evaluations.len())
}

/// The performance profile of a solver among these: α is the ratio to the fastest of them.
///
/// ```
/// use compare::analysis::{Solved, performance_profile};
///
/// let solved = Solved { dimensions: vec![1, 1], evaluations: vec![vec![Some(2), Some(4)], vec![Some(6), None]] };
/// assert_eq!(performance_profile(&solved, 0, &[0, 1]).0, [(1.0, 1.0)]);
/// assert_eq!(performance_profile(&solved, 1, &[0, 1]).0, [(2.0, 0.5)]);
/// ```
pub fn performance_profile(solved: &Solved, solver: usize, among: &[usize]) -> Curve {
    let ratio = |row: &Vec<Option<u64>>| {
        let fastest = among.iter().filter_map(|&solver| row[solver]).min()?;
        Some(row[solver]? as f64 / fastest as f64)
    };
    Curve::of(solved.evaluations.iter().filter_map(ratio).collect(), solved.evaluations.len())
}

/// The bars of the log-ratio profile of two solvers, sorted: `log2(t_1 / t_2)`, negative where the first is
/// faster. If only the second has solved an instance, the bar is 1.1 times the longest; if only the first
/// has, it is minus that; if neither has, there is no bar.
///
/// ```
/// use compare::analysis::{Solved, log_ratios};
///
/// let solved = Solved {
///     dimensions: vec![1; 3],
///     evaluations: vec![vec![Some(2), Some(8)], vec![Some(6), None], vec![None, None]],
/// };
/// assert_eq!(log_ratios(&solved, 0, 1), [-2.2, -2.0]);
/// ```
pub fn log_ratios(solved: &Solved, first: usize, second: usize) -> Vec<f64> {
    sorted(bars(solved, first, second).into_iter().flatten())
}

/// The bars of [`log_ratios`] with their bands over problems, each a range of instances.
///
/// Bar k of m is the quantile `Q(u)` of their distribution at `u = (k - 1/2) / m`, where `Q(u)` is the bar
/// with number `⌊u m⌋ + 1`. Its band holds 95 % of `Q*(u)`, the same quantile of the bars of problems drawn
/// with replacement, by the percentile method as in [`band`](super::band) (for quantiles: Efron 1979, section
/// 3). A band belongs to its own bar, not to all bars at once.
///
/// An instance that only one solver has solved stands for an infinite ratio, of which only the order counts:
/// its bar has the same length in all draws as in the profile. A problem that neither solver has solved has
/// no bar and is not drawn: the profile describes problems that at least one solver solves.
///
/// ```
/// use compare::analysis::{Band, Solved, log_ratio_bands};
///
/// // Twice as fast on two problems, and a third that neither has solved.
/// let solved = Solved {
///     dimensions: vec![1; 3],
///     evaluations: vec![vec![Some(2), Some(4)], vec![Some(3), Some(6)], vec![None, None]],
/// };
/// let bar = Band { value: -1.0, ends: Some((-1.0, -1.0)) };
/// assert_eq!(log_ratio_bands(&solved, &[0..1, 1..2, 2..3], 0, 1, 1), [bar, bar]);
/// ```
pub fn log_ratio_bands(
    solved: &Solved,
    problems: &[Range<usize>],
    first: usize,
    second: usize,
    seed: u64,
) -> Vec<Band> {
    let bars = bars(solved, first, second);
    let of_problem = |range: &Range<usize>| bars[range.clone()].iter().copied().flatten().collect();
    let mut by_problem: Vec<Vec<f64>> = problems.iter().map(of_problem).collect();
    by_problem.retain(|bars| !bars.is_empty());
    let all: usize = by_problem.iter().map(Vec::len).sum();
    bands(by_problem.len(), seed, |drawn| {
        let bars = sorted(drawn.iter().flat_map(|&problem| by_problem[problem].iter().copied()));
        // Integer arithmetic: a draw of problems with different numbers of bars may have more or fewer bars
        // than the profile.
        (0..all).map(|k| bars[(2 * k + 1) * bars.len() / (2 * all)]).collect()
    })
}

/// The bar of each instance, if it has one.
fn bars(solved: &Solved, first: usize, second: usize) -> Vec<Option<f64>> {
    let both = |row: &Vec<Option<u64>>| Some((row[first]? as f64 / row[second]? as f64).log2());
    let longest = solved.evaluations.iter().filter_map(both).map(f64::abs).fold(0.0, f64::max);
    let beyond = if longest > 0.0 { 1.1 * longest } else { 1.0 };
    let bar = |row: &Vec<Option<u64>>| match (row[first], row[second]) {
        (Some(_), None) => Some(-beyond),
        (None, Some(_)) => Some(beyond),
        _ => both(row),
    };
    solved.evaluations.iter().map(bar).collect()
}

fn sorted(bars: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut bars: Vec<f64> = bars.collect();
    bars.sort_by(f64::total_cmp);
    bars
}

/// The distribution of runtimes of a solver over all instances and tolerances: α is evaluations per coordinate.
///
/// ```
/// use compare::analysis::{Solved, runtime_distribution};
///
/// let coarse = Solved { dimensions: vec![2], evaluations: vec![vec![Some(4)]] };
/// let fine = Solved { dimensions: vec![2], evaluations: vec![vec![None]] };
/// assert_eq!(runtime_distribution(&[coarse, fine], 0).0, [(2.0, 0.5)]);
/// ```
pub fn runtime_distribution(solved: &[Solved], solver: usize) -> Curve {
    let per_coordinate = |(row, n): (&Vec<Option<u64>>, &usize)| Some(row[solver]? as f64 / *n as f64);
    let abscissas = solved.iter().flat_map(|solved| {
        solved.evaluations.iter().zip(&solved.dimensions).filter_map(per_coordinate).collect::<Vec<_>>()
    });
    let targets = solved.iter().map(|solved| solved.evaluations.len()).sum();
    Curve::of(abscissas.collect(), targets)
}
