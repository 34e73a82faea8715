//! Which residuals depend on which coordinates.

use std::cmp::Reverse;
use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Above this part of all entries nothing is gained from a pattern.
const DENSE: f64 = 0.25;

/// The residuals that each coordinate changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Pattern {
    /// In increasing order.
    rows: Vec<Vec<usize>>,
    /// All coordinates, in groups of which no two change a residual in common.
    groups: Vec<Vec<usize>>,
    /// All coordinates, such that those with residuals in common are near to each other.
    order: Vec<usize>,
}

impl Pattern {
    /// The pattern of `count` residuals that coordinates change in these rows.
    pub(super) fn of(rows: Vec<Vec<usize>>, count: usize) -> Self {
        let n = rows.len();
        let entries: usize = rows.iter().map(Vec::len).sum();
        if entries as f64 > DENSE * (n * count) as f64 {
            return Pattern { rows, groups: (0..n).map(|i| vec![i]).collect(), order: (0..n).collect() };
        }
        let neighbours = neighbours(&rows, count);
        Pattern { groups: groups(&rows, &neighbours), order: order(&neighbours), rows }
    }

    pub(super) fn rows(&self) -> &[Vec<usize>] {
        &self.rows
    }

    pub(super) fn groups(&self) -> &[Vec<usize>] {
        &self.groups
    }

    pub(super) fn order(&self) -> &[usize] {
        &self.order
    }
}

/// The coordinates that change a residual in common with each, in increasing order.
fn neighbours(rows: &[Vec<usize>], count: usize) -> Vec<Vec<usize>> {
    let mut coordinates = vec![Vec::new(); count];
    for (i, rows) in rows.iter().enumerate() {
        rows.iter().for_each(|&row| coordinates[row].push(i));
    }
    let mut seen_by = vec![usize::MAX; rows.len()];
    let of = |(i, rows): (usize, &Vec<usize>)| {
        seen_by[i] = i;
        let mut found = Vec::new();
        for &other in rows.iter().flat_map(|&row| &coordinates[row]) {
            if seen_by[other] != i {
                seen_by[other] = i;
                found.push(other);
            }
        }
        found.sort_unstable();
        found
    };
    rows.iter().enumerate().map(of).collect()
}

/// Puts each coordinate, those with most residuals first, into the first group without a neighbour (Curtis, Powell & Reid
/// 1974, "On the estimation of sparse Jacobian matrices").
fn groups(rows: &[Vec<usize>], neighbours: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut by_size: Vec<usize> = (0..rows.len()).collect();
    by_size.sort_by_key(|&i| Reverse(rows[i].len()));
    let mut group_of = vec![usize::MAX; rows.len()];
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for i in by_size {
        let mut taken = vec![false; groups.len()];
        let others = neighbours[i].iter().map(|&other| group_of[other]);
        others.filter(|&group| group != usize::MAX).for_each(|group| taken[group] = true);
        let group = taken.iter().position(|taken| !taken).unwrap_or(groups.len());
        if group == groups.len() {
            groups.push(Vec::new());
        }
        groups[group].push(i);
        group_of[i] = group;
    }
    groups
}

/// The reverse of the order in which a search in breadth meets the coordinates, those with few neighbours first (Cuthill &
/// McKee 1969, "Reducing the bandwidth of sparse symmetric matrices"; George 1971).
fn order(neighbours: &[Vec<usize>]) -> Vec<usize> {
    let mut by_degree: Vec<usize> = (0..neighbours.len()).collect();
    by_degree.sort_by_key(|&i| neighbours[i].len());
    let mut met = vec![false; neighbours.len()];
    let mut order = Vec::with_capacity(neighbours.len());
    for root in by_degree {
        if met[root] {
            continue;
        }
        // From the far end of the part, its levels are narrow.
        let end = *in_breadth(root, neighbours, &mut met.clone()).last().expect("the root itself");
        order.extend(in_breadth(end, neighbours, &mut met));
    }
    order.reverse();
    order
}

fn in_breadth(root: usize, neighbours: &[Vec<usize>], met: &mut [bool]) -> Vec<usize> {
    let (mut order, mut queue) = (Vec::new(), VecDeque::from([root]));
    met[root] = true;
    while let Some(i) = queue.pop_front() {
        order.push(i);
        let mut next: Vec<usize> = neighbours[i].iter().copied().filter(|&other| !met[other]).collect();
        next.sort_by_key(|&other| neighbours[other].len());
        next.iter().for_each(|&other| met[other] = true);
        queue.extend(next);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    /// Residual i of a chain depends on the coordinates i and i + 1, in a shuffled numbering.
    fn chain(n: usize) -> (Pattern, Vec<usize>) {
        let shuffled: Vec<usize> = (0..n).map(|k| 7 * k % n).collect();
        let mut rows = vec![Vec::new(); n];
        for k in 0..n - 1 {
            rows[shuffled[k]].push(k);
            rows[shuffled[k + 1]].push(k);
        }
        (Pattern::of(rows, n - 1), shuffled)
    }

    #[test]
    fn no_two_coordinates_of_a_group_change_a_residual_in_common() {
        let (pattern, _) = chain(20);
        assert!(pattern.groups().len() <= 3, "{:?}", pattern.groups());
        for group in pattern.groups() {
            let mut rows: Vec<usize> = group.iter().flat_map(|&i| pattern.rows()[i].clone()).collect();
            let count = rows.len();
            rows.sort_unstable();
            rows.dedup();
            assert_eq!(rows.len(), count);
        }
        let mut all = pattern.groups().concat();
        all.sort_unstable();
        assert_eq!(all, (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn the_order_finds_a_chain_again() {
        let (pattern, shuffled) = chain(20);
        let mut order = pattern.order().to_vec();
        if order[0] != shuffled[0] {
            order.reverse();
        }
        assert_eq!(order, shuffled);
    }

    /// A coordinate that changes all residuals has a group of its own; those without residuals are together.
    #[test]
    fn a_hub_is_alone_and_dense_patterns_have_no_groups() {
        let mut rows: Vec<Vec<usize>> = (0..12).map(|i| vec![i]).collect();
        rows[3] = (0..12).collect();
        let pattern = Pattern::of(rows, 12);
        assert_eq!((pattern.groups().len(), &pattern.groups()[0]), (2, &vec![3]));
        let dense = Pattern::of(vec![vec![0, 1]; 3], 2);
        assert_eq!((dense.groups().len(), dense.order()), (3, &[0, 1, 2][..]));
    }
}
