//! Whether solvers differ: paired tests over instances.

use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

/// The result of a test of two solvers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignedRank {
    /// The sum of the ranks of differences above zero, `W+`.
    pub positive_ranks: f64,
    /// The sum of the ranks of those below zero, `W-`.
    pub negative_ranks: f64,
    /// The probability of sums at least this unequal if the signs were random; 1 without differences.
    pub p_value: f64,
}

/// Up to this many differences without ties the exact distribution is summed.
const EXACT: usize = 50;

/// Wilcoxon's signed-rank test of paired differences, two-sided (Wilcoxon 1945). Zero differences are left
/// out, ties share their mean rank. For up to 50 differences without ties the distribution is exact.
/// Otherwise it is the normal approximation with the correction for ties, without one for continuity (Conover
/// 1999, "Practical nonparametric statistics", section 5.7).
///
/// ```
/// use compare::analysis::wilcoxon;
///
/// // Ranks 1 to 5, all of one sign: two of 32 ways.
/// assert_eq!(wilcoxon(&[0.1, 0.2, 0.3, 0.4, 0.5]).p_value, 2.0 / 32.0);
/// ```
pub fn wilcoxon(differences: &[f64]) -> SignedRank {
    let differences: Vec<f64> = differences.iter().copied().filter(|difference| *difference != 0.0).collect();
    let sizes: Vec<f64> = differences.iter().map(|difference| difference.abs()).collect();
    let (ranks, ties) = ranks(&sizes);
    let sum = |positive: bool| {
        let signed =
            differences.iter().zip(&ranks).filter(|(difference, _)| (**difference > 0.0) == positive);
        signed.map(|(_, rank)| rank).sum::<f64>()
    };
    let (positive_ranks, negative_ranks) = (sum(true), sum(false));
    let n = differences.len() as f64;
    let p_value = if differences.is_empty() {
        1.0
    } else if ties == 0.0 && differences.len() <= EXACT {
        exact_signed_rank(differences.len(), positive_ranks.min(negative_ranks) as usize)
    } else {
        let mean = n * (n + 1.0) / 4.0;
        let variance = n * (n + 1.0) * (2.0 * n + 1.0) / 24.0 - ties / 48.0;
        let z = (positive_ranks.min(negative_ranks) - mean) / variance.sqrt();
        2.0 * Normal::standard().cdf(z)
    };
    SignedRank { positive_ranks, negative_ranks, p_value: p_value.min(1.0) }
}

/// Twice the share of all signs of the ranks 1 to n with a positive sum of at most `least`.
fn exact_signed_rank(n: usize, least: usize) -> f64 {
    let mut ways = vec![0.0; n * (n + 1) / 2 + 1];
    ways[0] = 1.0;
    for rank in 1..=n {
        for sum in (rank..ways.len()).rev() {
            ways[sum] += ways[sum - rank];
        }
    }
    2.0 * ways[..=least].iter().sum::<f64>() / (n as f64).exp2()
}

/// The result of Friedman's test of several solvers.
#[derive(Debug, Clone, PartialEq)]
pub struct Friedman {
    /// The mean rank of each solver, 1 for the best.
    pub mean_ranks: Vec<f64>,
    /// The statistic, with the correction for ties.
    pub statistic: f64,
    /// The probability of a statistic at least this large if all solvers were equal, by the chi-squared
    /// distribution.
    pub p_value: f64,
}

/// Friedman's test (Friedman 1937; Conover 1999, section 5.8): rows are instances, columns solvers, less is better.
///
/// # Panics
/// If the rows differ in length.
///
/// ```
/// use compare::analysis::friedman;
///
/// let rows: Vec<Vec<f64>> = (0..10).map(|k| vec![1.0, 2.0 + f64::from(k), 30.0]).collect();
/// let test = friedman(&rows);
/// assert_eq!(test.mean_ranks, [1.0, 2.0, 3.0]);
/// assert!((test.statistic - 20.0).abs() < 1e-12 && test.p_value < 1e-4);
/// ```
pub fn friedman(rows: &[Vec<f64>]) -> Friedman {
    let solvers = rows.first().map_or(0, Vec::len);
    let (mut sums, mut all_ties) = (vec![0.0; solvers], 0.0);
    for row in rows {
        assert_eq!(row.len(), solvers, "values in a row");
        let (ranks, ties) = ranks(row);
        sums.iter_mut().zip(&ranks).for_each(|(sum, rank)| *sum += rank);
        all_ties += ties;
    }
    let (n, k) = (rows.len() as f64, solvers as f64);
    let squares: f64 = sums.iter().map(|sum| (sum - n * (k + 1.0) / 2.0).powi(2)).sum();
    let statistic = (k - 1.0) * squares / (n * k * (k * k - 1.0) / 12.0 - all_ties / 12.0);
    let chi_squared = ChiSquared::new(k - 1.0).ok().filter(|_| statistic.is_finite());
    let (statistic, p_value) =
        chi_squared.map_or((0.0, 1.0), |chi_squared| (statistic, chi_squared.sf(statistic)));
    Friedman { mean_ranks: sums.iter().map(|sum| sum / n).collect(), statistic, p_value }
}

/// Holm's correction of the p-values of several tests (Holm 1979): each can be compared with one level for
/// all tests.
///
/// ```
/// use compare::analysis::holm;
///
/// assert_eq!(holm(&[0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
/// ```
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let (mut corrected, mut largest) = (vec![0.0; p_values.len()], 0.0_f64);
    for (k, &test) in order.iter().enumerate() {
        largest = largest.max((p_values.len() - k) as f64 * p_values[test]).min(1.0);
        corrected[test] = largest;
    }
    corrected
}

/// Ranks from 1, equal values sharing their mean, and `Σ (t³ - t)` over groups of t equal ones.
fn ranks(values: &[f64]) -> (Vec<f64>, f64) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let (mut ranks, mut ties, mut done) = (vec![0.0; values.len()], 0.0, 0);
    for group in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let count = group.len() as f64;
        let rank = done as f64 + (count + 1.0) / 2.0;
        group.iter().for_each(|&k| ranks[k] = rank);
        ties += count * count * count - count;
        done += group.len();
    }
    (ranks, ties)
}
