//! Runs in an embedded SQLite file: each as it ends.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;
use thiserror::Error as ThisError;

use super::Manifest;
use crate::Record;
use crate::analysis::History;

/// What can go wrong with the file of a study.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum StoreError {
    /// The database.
    #[error("the database: {0}")]
    Database(#[from] rusqlite::Error),
    /// What stands in it is not what this version writes.
    #[error("the database holds {what}: {reason}; expected what this version writes")]
    Content {
        /// Which column or entry.
        what: &'static str,
        /// Why it cannot be read.
        reason: String,
    },
    /// A study or a file with other settings cannot join the one in the database.
    #[error("{key} is {stored} in the database and {given} in what should join it; expected the same")]
    OtherStudy {
        /// The setting.
        key: String,
        /// Its value in the database.
        stored: String,
        /// Its value in the study or file that should join.
        given: String,
    },
}

/// A stored run.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its suite.
    pub suite: String,
    /// What analysis looks at.
    pub history: History,
    /// The best value by the solver's own objective; none without an outcome.
    pub value: Option<f64>,
    /// Evaluations, gradients, failed evaluations.
    pub counts: [u64; 3],
    /// Why it ended, in words.
    pub ended: String,
    /// Whether it had converged.
    pub converged: bool,
    /// The best point, as JSON; empty without an outcome. Of a problem without constraints in units of
    /// `max(1, ‖x0‖_∞)`, in which studies run it.
    pub x: String,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// Seconds per evaluation beyond the objective's own; none where it was too little to measure.
    pub overhead: Option<f64>,
}

impl Row {
    /// What is stored of a record; the overhead per evaluation where it was measured.
    pub fn of(suite: &str, record: &Record, overhead: Option<f64>) -> Self {
        let outcome = record.result.as_ref().ok();
        let counts = outcome.map_or([0; 3], |outcome| {
            [outcome.counts.evaluations, outcome.counts.gradients, outcome.counts.failed]
        });
        Row {
            suite: suite.to_owned(),
            history: History::from(record),
            value: outcome.map(|outcome| outcome.value),
            counts,
            ended: match &record.result {
                Ok(outcome) => outcome.message(),
                Err(error) => error.to_string(),
            },
            converged: outcome.is_some_and(search::Outcome::converged),
            x: outcome.map(|outcome| Value::from(outcome.x.clone()).to_string()).unwrap_or_default(),
            seconds: outcome.map_or(0.0, |outcome| outcome.seconds),
            overhead,
        }
    }
}

/// The file of a study.
pub struct Store {
    connection: Connection,
}

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS runs (
        suite TEXT NOT NULL, problem TEXT NOT NULL, solver TEXT NOT NULL, seed INTEGER NOT NULL,
        dimension INTEGER NOT NULL, history TEXT NOT NULL, value REAL, evaluations INTEGER NOT NULL,
        gradients INTEGER NOT NULL, failed INTEGER NOT NULL, ended TEXT NOT NULL, converged INTEGER NOT NULL,
        x TEXT NOT NULL, seconds REAL NOT NULL, overhead REAL,
        PRIMARY KEY (suite, problem, solver, seed)
    ) WITHOUT ROWID;";

impl Store {
    /// Opens the file of a study, or makes it.
    ///
    /// # Errors
    /// [`StoreError::Database`] if it cannot be opened or is no database.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let connection = Connection::open(path)?;
        // Shards of one machine may share a file: each waits for the other.
        connection.busy_timeout(std::time::Duration::from_secs(60))?;
        // A write-ahead log: storing a run does not wait for the disk, and a kill at any moment loses none.
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "normal")?;
        connection.execute_batch(SCHEMA)?;
        Ok(Store { connection })
    }

    /// Whether a run is stored.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn has(&self, suite: &str, problem: &str, solver: &str, seed: u64) -> Result<bool, StoreError> {
        let query = "SELECT 1 FROM runs WHERE suite = ? AND problem = ? AND solver = ? AND seed = ?";
        let found =
            self.connection.query_row(query, params![suite, problem, solver, signed(seed)], |_| Ok(()));
        Ok(found.optional()?.is_some())
    }

    /// Stores a run; one that is there already is replaced.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn insert(&self, row: &Row) -> Result<(), StoreError> {
        let History { problem, solver, seed, dimension, values } = &row.history;
        let [evaluations, gradients, failed] = row.counts.map(signed);
        self.connection.execute(
            "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                row.suite,
                problem,
                solver,
                signed(*seed),
                *dimension as i64,
                serde_json::to_string(values).expect("numbers"),
                row.value,
                evaluations,
                gradients,
                failed,
                row.ended,
                row.converged,
                row.x,
                row.seconds,
                row.overhead,
            ],
        )?;
        Ok(())
    }

    /// All runs, in the order of suite, problem, solver and seed.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read, or holds something else.
    pub fn rows(&self) -> Result<Vec<Row>, StoreError> {
        let mut statement =
            self.connection.prepare("SELECT * FROM runs ORDER BY suite, problem, solver, seed")?;
        let rows = statement.query_map([], |row| {
            let text: String = row.get("history")?;
            let values = serde_json::from_str(&text).map_err(|error| error.to_string());
            let unsigned = |column: &str| row.get::<_, i64>(column).map(|number| number as u64);
            let history = History {
                problem: row.get("problem")?,
                solver: row.get("solver")?,
                seed: unsigned("seed")?,
                dimension: unsigned("dimension")? as usize,
                values: Vec::new(),
            };
            let row = Row {
                suite: row.get("suite")?,
                history,
                value: row.get("value")?,
                counts: [unsigned("evaluations")?, unsigned("gradients")?, unsigned("failed")?],
                ended: row.get("ended")?,
                converged: row.get("converged")?,
                x: row.get("x")?,
                seconds: row.get("seconds")?,
                overhead: row.get("overhead")?,
            };
            Ok((row, values))
        })?;
        rows.map(|row| {
            let (mut row, values) = row?;
            row.history.values =
                values.map_err(|reason| StoreError::Content { what: "a history", reason })?;
            Ok(row)
        })
        .collect()
    }

    /// Takes over the runs of another file, those of another shard.
    ///
    /// # Errors
    /// [`StoreError::OtherStudy`] if it is of a study with other settings; [`StoreError::Database`].
    pub fn merge(&self, other: &Path) -> Result<usize, StoreError> {
        let theirs = Store::open(other)?;
        if let Some(theirs) = theirs.manifest()? {
            self.join(theirs)?;
        }
        drop(theirs);
        self.connection.execute("ATTACH ? AS other", params![other.to_string_lossy()])?;
        let taken = self.connection.execute("INSERT OR IGNORE INTO runs SELECT * FROM other.runs", []);
        self.connection.execute("DETACH other", [])?;
        Ok(taken?)
    }

    /// The manifest, if the file has one.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn manifest(&self) -> Result<Option<Manifest>, StoreError> {
        let query = "SELECT value FROM manifest WHERE key = 'manifest'";
        let text: Option<String> = self.connection.query_row(query, [], |row| row.get(0)).optional()?;
        let read = |text: String| serde_json::from_str(&text);
        text.map(read).transpose().map_err(|error: serde_json::Error| StoreError::Content {
            what: "a manifest",
            reason: error.to_string(),
        })
    }

    /// Stores the manifest of a study, joined with the one that is there.
    ///
    /// # Errors
    /// [`StoreError::OtherStudy`] if that one has other settings; [`StoreError`] as for
    /// [`manifest`](Store::manifest).
    pub fn join(&self, manifest: Manifest) -> Result<(), StoreError> {
        let manifest = match self.manifest()? {
            Some(stored) => stored.joined(manifest)?,
            None => manifest,
        };
        let text = serde_json::to_string(&manifest).expect("text and numbers");
        self.connection.execute("INSERT OR REPLACE INTO manifest VALUES ('manifest', ?)", params![text])?;
        Ok(())
    }
}

/// SQLite's integers have a sign: the same bits.
fn signed(number: u64) -> i64 {
    number as i64
}
