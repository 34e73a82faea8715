//! Slopes of residuals by differences, of many coordinates in one evaluation where they change no residual in common.

use std::collections::VecDeque;

use super::super::differences::{Shown, Sides};
use super::super::place::Place;
use super::jacobian::{Column, Jacobian};
use crate::{Evaluations, Stop};

/// The fewest points asked for at once, if there are so many.
const AT_ONCE: usize = 256;

/// Coordinates that move together, to the first or the other side.
#[derive(Debug, Clone, PartialEq)]
struct Turn {
    coordinates: Vec<usize>,
    side: usize,
}

/// The changes of the residuals at the points beside a place.
pub(super) struct Changes<'p> {
    place: &'p Place,
    /// The residuals at the place, and the factor by which the value's unit scales all.
    residuals: &'p [f64],
    scale: f64,
    /// The first side of each coordinate, then the other.
    positions: &'p [[f64; 2]],
    /// The changed residuals of each coordinate on both sides; `None` without a value.
    changed: Vec<[Option<Column>; 2]>,
    better: Option<(Vec<f64>, f64)>,
    /// Whether a residual has changed that none of the coordinates had changed before.
    pub(super) has_surprised: bool,
}

impl<'p> Changes<'p> {
    pub(super) fn none(place: &'p Place, residuals: &'p [f64], positions: &'p [[f64; 2]]) -> Self {
        Changes {
            place,
            residuals,
            scale: place.rise(0.0, 1.0).sqrt(),
            positions,
            changed: vec![[const { None }; 2]; positions.len()],
            better: None,
            has_surprised: false,
        }
    }

    /// Evaluates groups of coordinates on one side or both. `rows` are the residuals that each changes. Where a group has
    /// no value its coordinates follow one by one, and where one of these has none, its other side.
    pub(super) fn evaluate(
        &mut self,
        groups: &[Vec<usize>],
        rows: &[Vec<usize>],
        sides: Sides,
        batch: usize,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let moves = |i: &usize, side: usize| self.positions[*i][side] != self.place.x[*i];
        let turn = |group: &Vec<usize>, side: usize| {
            let coordinates = group.iter().copied().filter(|i| moves(i, side)).collect();
            Turn { coordinates, side }
        };
        let turns = groups.iter().flat_map(|group| (0..sides.count()).map(move |side| (group, side)));
        let turns = turns.map(|(group, side)| turn(group, side));
        let mut turns: VecDeque<Turn> = turns.filter(|turn| !turn.coordinates.is_empty()).collect();
        let at_once = AT_ONCE.div_ceil(batch) * batch;
        while !turns.is_empty() {
            let some: Vec<Turn> = turns.drain(..at_once.min(turns.len())).collect();
            let points: Vec<Vec<f64>> = some.iter().map(|turn| self.point(turn)).collect();
            let values = evaluations.values(&points)?;
            let mut seen = evaluations.seen().into_iter().peekable();
            for ((turn, point), value) in some.into_iter().zip(points).zip(values) {
                match seen.next_if(|seen| seen.x == point) {
                    Some(there) => self.take(&turn, &there.residuals, rows),
                    None => turns.extend(self.instead(turn, sides)),
                }
                if value < self.better.as_ref().map_or(self.place.value, |(_, least)| *least) {
                    self.better = Some((point, value));
                }
            }
        }
        Ok(())
    }

    fn point(&self, turn: &Turn) -> Vec<f64> {
        let mut x = self.place.x.clone();
        turn.coordinates.iter().for_each(|&i| x[i] = self.positions[i][turn.side]);
        x
    }

    /// What follows a turn without a value.
    fn instead(&self, turn: Turn, sides: Sides) -> Vec<Turn> {
        match (turn.coordinates.as_slice(), turn.side, sides) {
            (&[i], 0, Sides::One) if self.positions[i][1] != self.place.x[i] => {
                vec![Turn { side: 1, ..turn }]
            }
            (&[_], _, _) => Vec::new(),
            (several, side, _) => several.iter().map(|&i| Turn { coordinates: vec![i], side }).collect(),
        }
    }

    /// Takes the residuals of a turn: each change belongs to the one coordinate that changes this residual.
    fn take(&mut self, turn: &Turn, there: &[f64], rows: &[Vec<usize>]) {
        let changes = there.iter().zip(self.residuals).enumerate().filter(|(_, (there, here))| there != here);
        let changes = changes.map(|(row, (there, here))| (row, self.scale * there - self.scale * here));
        if let &[i] = turn.coordinates.as_slice() {
            self.changed[i][turn.side] = Some(changes.collect());
            return;
        }
        let mut owner = vec![usize::MAX; there.len()];
        for &i in &turn.coordinates {
            rows[i].iter().for_each(|&row| owner[row] = i);
            self.changed[i][turn.side] = Some(Vec::new());
        }
        for (row, change) in changes {
            match self.changed.get_mut(owner[row]) {
                Some(changed) => changed[turn.side].get_or_insert_default().push((row, change)),
                None => self.has_surprised = true,
            }
        }
    }

    /// The slopes of all residuals, and the best point if it is better than the place.
    pub(super) fn jacobian(self) -> (Jacobian, Option<(Vec<f64>, f64)>) {
        let columns = (0..self.positions.len()).map(|i| self.column(i)).collect();
        let residuals = self.residuals.iter().map(|r| self.scale * r).collect();
        (Jacobian { residuals, columns }, self.better)
    }

    /// The slopes along a coordinate. With both sides, at steps `s > 0 > -t`, they are those of the parabola, `(a/s) t/(s+t) +
    /// (b/-t) s/(s+t)` for changes a and b: a mean of the slopes to both sides.
    fn column(&self, i: usize) -> Column {
        let steps = self.positions[i].map(|to| (to - self.place.x[i]) / self.place.units[i]);
        let slopes = |side: usize, part: f64| {
            let changed = self.changed[i][side].iter().flatten();
            let of = move |&(row, change): &(usize, f64)| (row, part * (change / steps[side]));
            changed.map(of).filter(|(_, slope)| slope.is_finite())
        };
        match &self.changed[i] {
            [Some(_), Some(_)] if steps[0] * steps[1] < 0.0 => {
                let [s, t] = steps.map(f64::abs);
                let mut both: Vec<_> = slopes(0, t / (s + t)).chain(slopes(1, s / (s + t))).collect();
                both.sort_by_key(|&(row, _)| row);
                both.chunk_by(|(a, _), (b, _)| a == b)
                    .map(|same| (same[0].0, same.iter().map(|(_, slope)| slope).sum()))
                    .collect()
            }
            [Some(_), _] => slopes(0, 1.0).collect(),
            [None, _] => slopes(1, 1.0).collect(),
        }
    }
}

impl Jacobian {
    /// What these differences have shown, for a search that knows values alone.
    pub(super) fn shown(&self, better: Option<(Vec<f64>, f64)>) -> Shown {
        let curvatures = self.curvatures().into_iter().map(|c| Some(c).filter(|c| *c > 0.0 && c.is_finite()));
        Shown { slopes: self.gradient(), curvatures: curvatures.collect(), better }
    }
}
