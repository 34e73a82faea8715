//! Values that arrived before their turn.

use std::collections::{HashMap, VecDeque};

use super::Values;
use crate::Failure;
use crate::journal::Spare;

/// The most coordinates kept in all points together: 128 MiB.
const NUMBERS: usize = 1 << 24;

/// The number of points kept whatever their dimension, more than are ever submitted at once.
const POINTS: usize = 1 << 15;

/// A point as the bits of its coordinates.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Bits(Box<[u64]>);

impl Bits {
    pub(super) fn of(x: &[f64]) -> Self {
        Bits(x.iter().map(|value| value.to_bits()).collect())
    }

    pub(super) fn point(&self) -> Vec<f64> {
        self.0.iter().map(|&bits| f64::from_bits(bits)).collect()
    }
}

/// The most recent unused values, limited by [`NUMBERS`] and [`POINTS`].
#[derive(Default)]
pub(super) struct Spares {
    values: HashMap<Bits, (u64, Result<Values, Failure>)>,
    /// The points with their numbers, the oldest first. Some may have been taken since.
    order: VecDeque<(u64, Bits)>,
    next: u64,
}

impl Spares {
    pub(super) fn are_none(&self) -> bool {
        self.values.is_empty()
    }

    pub(super) fn know(&self, point: &Bits) -> bool {
        self.values.contains_key(point)
    }

    pub(super) fn put(&mut self, point: Bits, values: Result<Values, Failure>) {
        let most = POINTS.max(NUMBERS / point.0.len().max(1));
        self.values.insert(point.clone(), (self.next, values));
        self.order.push_back((self.next, point));
        self.next += 1;
        while self.values.len() > most || self.order.len() > 2 * most {
            let Some((number, oldest)) = self.order.pop_front() else { break };
            if self.values.get(&oldest).is_some_and(|(kept, _)| *kept == number) {
                self.values.remove(&oldest);
            }
        }
    }

    pub(super) fn take(&mut self, point: &Bits) -> Option<Result<Values, Failure>> {
        let taken = self.values.remove(point).map(|(_, values)| values);
        if self.values.is_empty() {
            self.order.clear();
        }
        taken
    }
}

impl From<Vec<Spare>> for Spares {
    fn from(recorded: Vec<Spare>) -> Self {
        let mut spares = Spares::default();
        recorded.into_iter().for_each(|Spare { x, values }| spares.put(Bits::of(&x), values));
        spares
    }
}
