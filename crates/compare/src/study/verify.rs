//! Repeats stored runs.

use std::collections::BTreeSet;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use search::Error;

use super::plan::Planned;
use super::{Ending, Entry, Row, Store, StoreError, Study, StudyError};

/// The result of repeating runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// The number of runs that are the same to the bit.
    pub same: usize,
    /// The runs that differ.
    pub different: Vec<String>,
    /// Problems that the study does not have, with their suites. Their runs could not be repeated.
    pub unknown_problems: BTreeSet<(String, String)>,
    /// Solvers that the study does not have.
    pub unknown_solvers: BTreeSet<String>,
}

impl Study {
    /// Repeats a sample of the stored runs, drawn with this seed (all runs, if there are fewer), and returns
    /// those that differ by a bit in history, value or point, in their counts, or in how they ended. Runs
    /// without a value are not drawn, because [`run`](Study::run) makes them again.
    ///
    /// # Errors
    /// [`StoreError::OtherStudy`] where the options of a solver or a problem are not those in the manifest;
    /// [`StoreError::NoManifest`] for a file without a study; [`StudyError`] for the rest.
    pub fn verify(&self, store: &Store, sample: usize, seed: u64) -> Result<Verified, StudyError> {
        let stored = store.manifest()?.ok_or(StoreError::NoManifest)?;
        stored.check_same_settings(&self.manifest()?)?;
        let solvers = self.solvers.iter().map(Entry::minimizer).collect::<Result<Vec<_>, Error>>()?;
        let mut verified = Verified::default();
        for row in drawn(store.rows()?, sample, seed) {
            let case =
                self.cases().find(|(suite, case)| *suite == row.suite && case.name() == row.history.problem);
            let solver = solvers.iter().find(|solver| solver.name() == row.history.solver);
            match (case, solver) {
                (Some((suite, case)), Some(solver)) => {
                    let run = Planned { suite, case, solver: solver.as_ref(), seed: row.history.seed };
                    let (record, _) = self.carry_out(&run);
                    verified.note(&row, &Row::of(suite, &record, None));
                }
                (None, _) => {
                    verified.unknown_problems.insert((row.suite, row.history.problem));
                }
                (_, None) => {
                    verified.unknown_solvers.insert(row.history.solver);
                }
            }
        }
        Ok(verified)
    }
}

/// A sample of the runs that have a value or were refused, in their order.
fn drawn(rows: Vec<Row>, sample: usize, seed: u64) -> impl Iterator<Item = Row> {
    let mut rows: Vec<_> =
        rows.into_iter().filter(|row| row.ending() != Ending::NoValue).enumerate().collect();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    rows.shuffle(&mut random);
    rows.truncate(sample);
    rows.sort_by_key(|(number, _)| *number);
    rows.into_iter().map(|(_, row)| row)
}

impl Verified {
    fn note(&mut self, stored: &Row, again: &Row) {
        if again.agrees_with(stored) { self.same += 1 } else { self.different.push(stored.name()) }
    }
}
