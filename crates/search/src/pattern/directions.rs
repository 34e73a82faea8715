//! The directions of one poll, numbered.

/// A positive basis made of coordinate directions, in the order of its directions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Pattern {
    /// `+e_1 … +e_n, -e_1 … -e_n`: the maximal positive basis.
    Maximal,
    /// `+e_1 … +e_n, -(1, …, 1)`: a minimal one.
    Minimal,
}

/// One direction of a [`Pattern`].
enum Element {
    Coordinate {
        index: usize,
        sign: f64,
    },
    /// The same number in every coordinate.
    Diagonal(f64),
}

impl Pattern {
    fn len(self, n: usize) -> usize {
        match self {
            Pattern::Maximal => 2 * n,
            Pattern::Minimal => n + 1,
        }
    }

    fn element(self, k: usize, n: usize) -> Element {
        match self {
            Pattern::Maximal if k >= n => Element::Coordinate { index: k - n, sign: -1.0 },
            Pattern::Minimal if k == n => Element::Diagonal(-1.0),
            Pattern::Maximal | Pattern::Minimal => Element::Coordinate { index: k, sign: 1.0 },
        }
    }
}

/// The directions of one poll: those of a pattern, then any others.
pub(super) struct Directions {
    dimension: usize,
    pattern: Pattern,
    /// Whatever else this poll is to try, after the pattern.
    others: Vec<Vec<f64>>,
}

impl Directions {
    pub(super) fn new(dimension: usize, pattern: Pattern, others: Vec<Vec<f64>>) -> Self {
        Directions { dimension, pattern, others }
    }

    pub(super) fn len(&self) -> usize {
        self.of_pattern() + self.others.len()
    }

    fn of_pattern(&self) -> usize {
        self.pattern.len(self.dimension)
    }

    /// Coordinate and sign of direction `k`, where it is that of a coordinate.
    pub(super) fn coordinate(&self, k: usize) -> Option<(usize, f64)> {
        if k >= self.of_pattern() {
            return None;
        }
        match self.pattern.element(k, self.dimension) {
            Element::Coordinate { index, sign } => Some((index, sign)),
            Element::Diagonal(_) => None,
        }
    }

    /// Whether every direction is that of a coordinate.
    pub(super) fn are_coordinates(&self) -> bool {
        self.others.is_empty() && self.pattern == Pattern::Maximal
    }

    /// Writes direction `k`.
    pub(super) fn write(&self, k: usize, direction: &mut [f64]) {
        if let Some(other) = k.checked_sub(self.of_pattern()) {
            direction.copy_from_slice(&self.others[other]);
            return;
        }
        match self.pattern.element(k, self.dimension) {
            Element::Coordinate { index, sign } => {
                direction.fill(0.0);
                direction[index] = sign;
            }
            Element::Diagonal(value) => direction.fill(value),
        }
    }
}
