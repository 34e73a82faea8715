//! The plan of a study, and files of one study merged.

use rusqlite::params;

use super::rows::signed;
use super::{Store, StoreError};
use crate::analysis::History;
use crate::study::Ending;

/// The missing runs of a suite of an unfinished study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The suite.
    pub suite: String,
    /// The number of planned runs that are stored.
    pub stored: u64,
    /// The number of planned runs.
    pub planned: u64,
}

impl Store {
    /// Records the planned runs, each by suite, problem, solver and seed. [`gaps`](Store::gaps) returns those
    /// that are missing.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn plan<'r>(
        &self,
        runs: impl IntoIterator<Item = (&'r str, &'r str, String, u64)>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin()?;
        let mut insert = transaction.prepare("INSERT OR IGNORE INTO planned VALUES (?, ?, ?, ?)")?;
        for (suite, problem, solver, seed) in runs {
            insert.execute(params![suite, problem, solver, signed(seed)])?;
        }
        drop(insert);
        Ok(transaction.commit()?)
    }

    /// The suites with planned runs that are not stored; empty for a file of an older version, which has no
    /// plan.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn gaps(&self) -> Result<Vec<Gap>, StoreError> {
        if !self.has_columns("planned", &["suite"])? {
            return Ok(Vec::new());
        }
        let mut statement = self.connection.prepare(
            "SELECT suite, count(runs.seed) AS stored, count(*) AS planned
             FROM planned LEFT JOIN runs USING (suite, problem, solver, seed)
             GROUP BY suite HAVING stored < planned",
        )?;
        let gap = |row: &rusqlite::Row<'_>| {
            let count = |column| row.get::<_, i64>(column).map(|count| count as u64);
            Ok(Gap { suite: row.get("suite")?, stored: count("stored")?, planned: count("planned")? })
        };
        Ok(statement.query_map([], gap)?.collect::<Result<_, _>>()?)
    }

    /// Merges the runs and the plan of another file, such as another shard; after an error nothing is merged.
    /// A run with a value replaces one without. Returns the number of new runs.
    ///
    /// # Errors
    /// [`StoreError::OtherStudy`] if its study has other settings; [`StoreError::Disagreement`] if both have
    /// a run and it is not the same; [`StoreError::NoManifest`], [`StoreError::Database`].
    pub fn merge(&self, other: &Store) -> Result<usize, StoreError> {
        let transaction = self.begin()?;
        self.join_within(other.manifest()?.ok_or(StoreError::NoManifest)?)?;
        self.plan_as(other)?;
        let (mut taken, mut different) = (0, Vec::new());
        for row in other.rows()? {
            let History { problem, solver, seed, .. } = &row.history;
            match self.stored(&row.suite, problem, solver, *seed)? {
                Some(here) if row.ending() == Ending::NoValue || here.agrees_with(&row) => {}
                Some(here) if here.ending() != Ending::NoValue => different.push(row.name()),
                _ => {
                    self.insert(&row)?;
                    taken += 1;
                }
            }
        }
        if let Some(first) = different.first() {
            return Err(StoreError::Disagreement { runs: different.len(), first: first.clone() });
        }
        transaction.commit()?;
        Ok(taken)
    }

    fn plan_as(&self, other: &Store) -> Result<(), StoreError> {
        if !other.has_columns("planned", &["suite"])? {
            return Ok(());
        }
        let mut insert = self.connection.prepare("INSERT OR IGNORE INTO planned VALUES (?, ?, ?, ?)")?;
        let mut statement = other.connection.prepare("SELECT suite, problem, solver, seed FROM planned")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text = |column| row.get::<_, String>(column);
            insert.execute(params![text(0)?, text(1)?, text(2)?, row.get::<_, i64>(3)?])?;
        }
        Ok(())
    }
}
