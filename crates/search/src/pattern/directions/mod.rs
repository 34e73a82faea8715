//! The numbered directions of one poll: a pattern of coordinate directions, mapped by a matrix.

mod halton;
mod reflection;
mod rotation;
mod triangular;

pub(super) use reflection::{Reflection, Reflections};
pub(super) use rotation::Rotation;
pub(super) use triangular::{Triangular, Triangulars};

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Coordinate directions and the diagonal, in poll order.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Pattern {
    /// `+e_1 … +e_n, -e_1 … -e_n`: the maximal positive basis.
    Maximal,
    /// `+e_1 … +e_n, -(1, …, 1)`: a minimal positive basis.
    Minimal,
    /// The minimal basis, then its negatives.
    MinimalBothWays,
    /// `+e_1 … +e_n, (1, …, 1)`, a positive basis only together with its negatives.
    Upwards,
    /// `-e_1 … -e_n, -(1, …, 1)`.
    Downwards,
}

/// The directions `+e_1 … +e_n, -e_1 … -e_n`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct BothWays {
    n: usize,
}

impl BothWays {
    /// Positive directions first.
    pub(super) const SIGNS: [f64; 2] = [1.0, -1.0];

    /// Returns the coordinate and sign of direction `k`.
    #[inline]
    pub(super) fn direction(self, k: usize) -> (usize, f64) {
        let [up, down] = BothWays::SIGNS;
        if k < self.n { (k, up) } else { (k - self.n, down) }
    }
}

/// One direction.
#[derive(Debug, Clone)]
pub(super) enum Element {
    Coordinate {
        index: usize,
        sign: f64,
    },
    /// The same component in every coordinate.
    Diagonal(f64),
    Given(Vec<f64>),
    /// The shortest step on the grid, in the units of the coordinates.
    Whole(Vec<f64>),
}

impl Element {
    fn write(&self, direction: &mut [f64]) {
        match *self {
            Element::Coordinate { index, sign } => {
                direction.fill(0.0);
                direction[index] = sign;
            }
            Element::Diagonal(value) => direction.fill(value),
            Element::Given(ref given) | Element::Whole(ref given) => direction.copy_from_slice(given),
        }
    }
}

impl Pattern {
    fn len(self, n: usize) -> usize {
        match self {
            _ if n == 0 => 0,
            Pattern::Maximal => 2 * n,
            // In one dimension the diagonal is the coordinate direction.
            Pattern::Upwards | Pattern::Downwards if n == 1 => 1,
            Pattern::Minimal | Pattern::Upwards | Pattern::Downwards => n + 1,
            Pattern::MinimalBothWays => 2 * (n + 1),
        }
    }

    fn element(self, k: usize, n: usize) -> Element {
        // Coordinate directions of one sign, then the diagonal.
        let minimal = |k, sign, diagonal| {
            if k < n { Element::Coordinate { index: k, sign } } else { Element::Diagonal(diagonal) }
        };
        match self {
            Pattern::Maximal => {
                let (index, sign) = BothWays { n }.direction(k);
                Element::Coordinate { index, sign }
            }
            Pattern::MinimalBothWays if k > n => minimal(k - (n + 1), -1.0, 1.0),
            Pattern::Minimal | Pattern::MinimalBothWays => minimal(k, 1.0, -1.0),
            Pattern::Upwards => minimal(k, 1.0, 1.0),
            Pattern::Downwards => minimal(k, -1.0, -1.0),
        }
    }
}

/// The matrix applied to a pattern.
pub(super) enum Map {
    Identity,
    Triangular(Triangular),
    Reflection(Reflection),
    Rotation(Rotation),
}

/// The directions of one poll: a mapped pattern, then other directions.
pub(super) struct Directions {
    pattern: Pattern,
    map: Map,
    among: Among,
    others: Vec<Element>,
}

/// The coordinates of a pattern.
pub(super) enum Among {
    All(usize),
    /// In ascending order.
    These(Vec<usize>),
    /// Coordinates in a subspace with this basis.
    Spanned(Arc<[Vec<f64>]>),
}

impl Among {
    pub(super) fn len(&self) -> usize {
        match self {
            Among::All(n) => *n,
            Among::These(coordinates) => coordinates.len(),
            Among::Spanned(basis) => basis.len(),
        }
    }
}

impl Directions {
    pub(super) fn new(pattern: Pattern, map: Map, among: Among) -> Self {
        Directions { pattern, map, among, others: Vec::new() }
    }

    /// Appends directions to try after these.
    pub(super) fn then(mut self, others: impl IntoIterator<Item = Element>) -> Self {
        self.others.extend(others);
        self
    }

    /// Moves the pattern to the coordinates of a subspace.
    pub(super) fn within(self, basis: Arc<[Vec<f64>]>) -> Self {
        Directions { among: Among::Spanned(basis), ..self }
    }

    /// Replaces a minimal basis by the maximal one.
    pub(super) fn one_by_one(self) -> Self {
        match self.pattern {
            Pattern::Minimal | Pattern::MinimalBothWays => Directions { pattern: Pattern::Maximal, ..self },
            _ => self,
        }
    }

    /// Whether the pattern has both directions of each coordinate, unmapped.
    pub(super) fn are_maximal(&self) -> bool {
        self.pattern == Pattern::Maximal && matches!(self.map, Map::Identity)
    }

    pub(super) fn len(&self) -> usize {
        self.of_pattern() + self.others.len()
    }

    fn of_pattern(&self) -> usize {
        self.pattern.len(self.among.len())
    }

    /// Returns the coordinate directions if there are no others.
    pub(super) fn coordinates(&self) -> Option<BothWays> {
        match self.among {
            Among::All(n) if self.others.is_empty() && self.are_maximal() => Some(BothWays { n }),
            _ => None,
        }
    }

    /// Writes direction `k`.
    pub(super) fn write(&self, k: usize, direction: &mut [f64]) {
        if let Some(other) = k.checked_sub(self.of_pattern()) {
            self.others[other].write(direction);
            return;
        }
        if let Among::Spanned(basis) = &self.among {
            let mut coordinates = vec![0.0; basis.len()];
            self.write_packed(k, &mut coordinates);
            direction.fill(0.0);
            for (element, coordinate) in basis.iter().zip(coordinates).filter(|(_, c)| *c != 0.0) {
                direction.iter_mut().zip(element).for_each(|(d, e)| *d += coordinate * e);
            }
            return;
        }
        self.write_packed(k, &mut direction[..self.among.len()]);
        if let Among::These(coordinates) = &self.among {
            direction[coordinates.len()..].fill(0.0);
            // From the last on: each component moves up to a free place.
            for (from, &to) in coordinates.iter().enumerate().rev().filter(|(from, to)| from != *to) {
                direction[to] = std::mem::take(&mut direction[from]);
            }
        }
    }

    /// Whether direction `k` is a grid step instead of a direction in mesh units.
    pub(super) fn is_whole(&self, k: usize) -> bool {
        let other = k.checked_sub(self.of_pattern()).and_then(|other| self.others.get(other));
        matches!(other, Some(Element::Whole(_)))
    }

    /// Whether direction `k` belongs to the pattern.
    pub(super) fn is_of_pattern(&self, k: usize) -> bool {
        k < self.of_pattern()
    }

    /// Writes direction `k` of the pattern in the coordinates of the pattern.
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
