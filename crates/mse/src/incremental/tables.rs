//! Hyperbolic tangents of steps along the inputs, kept for the next trial of the same step.
//!
//! `tanh(d u)` depends on the input and on the size of the step, but neither on the unit nor on the sign. If
//! steps are powers of two, few tables serve all units for many sweeps.

use netcore::{Rows, Transfer};

/// The most bytes of all tables together, if there is at least one table for each source.
const MEMORY: usize = 64 << 20;

/// The most tables of one source.
const PER_SOURCE: usize = 8;

/// The tables of all sources.
pub(super) struct Tables {
    sources: Vec<Vec<Table>>,
    per_source: usize,
    uses: u64,
}

struct Table {
    step: f64,
    last_use: u64,
    tangents: Rows,
}

impl Tables {
    pub(super) fn for_sources(sources: usize, samples: usize) -> Self {
        let one_each = sources * samples * size_of::<f64>();
        let per_source = (MEMORY / one_each.max(1)).clamp(1, PER_SOURCE);
        let sources = std::iter::repeat_with(Vec::new).take(sources).collect();
        Tables { sources, per_source, uses: 0 }
    }

    /// `tanh(step u)` for the values `u` of a source.
    pub(super) fn tangents(&mut self, source: usize, step: f64, values: &[f64], samples: usize) -> &[f64] {
        self.uses += 1;
        let (uses, tables) = (self.uses, &mut self.sources[source]);
        let place = match tables.iter().position(|table| table.step == step) {
            Some(place) => place,
            None => {
                let place = if tables.len() < self.per_source {
                    tables.push(Table { step, last_use: 0, tangents: Rows::zeros(1, samples) });
                    tables.len() - 1
                } else {
                    let oldest = tables.iter().enumerate().min_by_key(|(_, table)| table.last_use);
                    oldest.map_or(0, |(place, _)| place)
                };
                let table = &mut tables[place];
                table.step = step;
                let tangents = table.tangents.row_mut(0);
                tangents.iter_mut().zip(values).for_each(|(tangent, u)| *tangent = step * u);
                // Zeros stay zeros.
                Transfer::Tansig.apply_to_unit(tangents);
                place
            }
        };
        tables[place].last_use = uses;
        tables[place].tangents.row(0)
    }
}
