//! The directions of one poll, numbered: a pattern of coordinate directions, mapped by a matrix.

mod halton;
mod reflection;
mod rotation;
mod triangular;

pub(super) use reflection::{Reflection, Reflections};
pub(super) use rotation::Rotation;
pub(super) use triangular::{Triangular, Triangulars};

use serde::{Deserialize, Serialize};

/// Coordinate directions and the diagonal, in the order of the poll.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Pattern {
    /// `+e_1 … +e_n, -e_1 … -e_n`: the maximal positive basis.
    Maximal,
    /// `+e_1 … +e_n, -(1, …, 1)`: a minimal one.
    Minimal,
    /// The minimal basis, then its negatives.
    MinimalBothWays,
    /// `+e_1 … +e_n, (1, …, 1)`, a positive basis only together with its negatives.
    Upwards,
    /// `-e_1 … -e_n, -(1, …, 1)`.
    Downwards,
}

/// One direction.
#[derive(Debug, Clone, Copy)]
pub(super) enum Element {
    Coordinate {
        index: usize,
        sign: f64,
    },
    /// The same number in every coordinate.
    Diagonal(f64),
}

impl Element {
    fn write(self, direction: &mut [f64]) {
        match self {
            Element::Coordinate { index, sign } => {
                direction.fill(0.0);
                direction[index] = sign;
            }
            Element::Diagonal(value) => direction.fill(value),
        }
    }
}

impl Pattern {
    fn len(self, n: usize) -> usize {
        match self {
            _ if n == 0 => 0,
            Pattern::Maximal => 2 * n,
            // The diagonal is the coordinate.
            Pattern::Upwards | Pattern::Downwards if n == 1 => 1,
            Pattern::Minimal | Pattern::Upwards | Pattern::Downwards => n + 1,
            Pattern::MinimalBothWays => 2 * (n + 1),
        }
    }

    fn element(self, k: usize, n: usize) -> Element {
        // Directions of one sign, and the diagonal's.
        let minimal = |k, sign, diagonal| {
            if k < n { Element::Coordinate { index: k, sign } } else { Element::Diagonal(diagonal) }
        };
        match self {
            Pattern::Maximal if k >= n => Element::Coordinate { index: k - n, sign: -1.0 },
            Pattern::MinimalBothWays if k > n => minimal(k - (n + 1), -1.0, 1.0),
            Pattern::Maximal | Pattern::Minimal | Pattern::MinimalBothWays => minimal(k, 1.0, -1.0),
            Pattern::Upwards => minimal(k, 1.0, 1.0),
            Pattern::Downwards => minimal(k, -1.0, -1.0),
        }
    }
}

/// The matrix that a pattern is multiplied by.
pub(super) enum Map {
    Identity,
    Triangular(Triangular),
    Reflection(Reflection),
    Rotation(Rotation),
}

/// The directions of one poll: those of a mapped pattern, then any others.
pub(super) struct Directions {
    pattern: Pattern,
    map: Map,
    among: Among,
    others: Vec<Element>,
}

/// The coordinates that a pattern is of.
pub(super) enum Among {
    All(usize),
    /// In ascending order.
    These(Vec<usize>),
}

impl Among {
    pub(super) fn len(&self) -> usize {
        match self {
            Among::All(n) => *n,
            Among::These(coordinates) => coordinates.len(),
        }
    }
}

impl Directions {
    pub(super) fn new(pattern: Pattern, map: Map, among: Among) -> Self {
        Directions { pattern, map, among, others: Vec::new() }
    }

    /// The same, and what else this poll is to try after them.
    pub(super) fn then(self, others: Vec<Element>) -> Self {
        Directions { others, ..self }
    }

    pub(super) fn len(&self) -> usize {
        self.of_pattern() + self.others.len()
    }

    fn of_pattern(&self) -> usize {
        self.pattern.len(self.among.len())
    }

    /// Whether every direction is that of a coordinate.
    pub(super) fn are_coordinates(&self) -> bool {
        self.others.is_empty()
            && self.pattern == Pattern::Maximal
            && matches!((&self.map, &self.among), (Map::Identity, Among::All(_)))
    }

    /// Coordinate and sign of direction `k`, where [all are](Directions::are_coordinates).
    pub(super) fn coordinate(&self, k: usize) -> Option<(usize, f64)> {
        match self.pattern.element(k, self.among.len()) {
            Element::Coordinate { index, sign } if self.are_coordinates() => Some((index, sign)),
            _ => None,
        }
    }

    /// Writes direction `k`.
    pub(super) fn write(&self, k: usize, direction: &mut [f64]) {
        if let Some(other) = k.checked_sub(self.of_pattern()) {
            self.others[other].write(direction);
            return;
        }
        self.write_packed(k, &mut direction[..self.among.len()]);
        if let Among::These(coordinates) = &self.among {
            direction[coordinates.len()..].fill(0.0);
            // From the last one on: each moves upwards, over places that are empty by then.
            for (from, &to) in coordinates.iter().enumerate().rev().filter(|(from, to)| from != *to) {
                direction[to] = std::mem::take(&mut direction[from]);
            }
        }
    }

    /// Writes direction `k` of the pattern in the coordinates that it is of.
    pub(super) fn write_packed(&self, k: usize, direction: &mut [f64]) {
        self.pattern.element(k, direction.len()).write(direction);
        match &self.map {
            Map::Identity => {}
            Map::Triangular(matrix) => matrix.apply(direction),
            Map::Reflection(matrix) => matrix.apply(direction),
            Map::Rotation(matrix) => matrix.apply(direction),
        }
    }
}
