//! The file of a study: an SQLite database that stores each run as it ends.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};
use thiserror::Error as ThisError;

use super::{Ending, Manifest, Row};
use crate::analysis::History;

/// An error of the file of a study.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum StoreError {
    /// The database.
    #[error("the database: {0}")]
    Database(#[from] rusqlite::Error),
    /// A file that is not a study.
    #[error("{} is not the file of a study; expected one that `compare run` has made", path.display())]
    NotAStudy {
        /// The file.
        path: PathBuf,
    },
    /// A study file without a manifest.
    #[error("the database has no manifest: no study has run")]
    NoManifest,
    /// The file has contents that this version does not write.
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
    /// Files of one study that disagree about a run.
    #[error(
        "the database and what should join it disagree, runs: {runs}, the first: {first}; expected the same to the bit"
    )]
    Disagreement {
        /// Number of runs.
        runs: usize,
        /// The first of them.
        first: String,
    },
}

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

/// The file of a study.
pub struct Store {
    connection: Connection,
}

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS planned (
        suite TEXT NOT NULL, problem TEXT NOT NULL, solver TEXT NOT NULL, seed INTEGER NOT NULL,
        PRIMARY KEY (suite, problem, solver, seed)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS runs (
        suite TEXT NOT NULL, problem TEXT NOT NULL, solver TEXT NOT NULL, seed INTEGER NOT NULL,
        dimension INTEGER NOT NULL, history TEXT NOT NULL, value REAL, evaluations INTEGER NOT NULL,
        gradients INTEGER NOT NULL, failed INTEGER NOT NULL, ended TEXT NOT NULL, converged INTEGER NOT NULL,
        x TEXT NOT NULL, seconds REAL NOT NULL, overhead REAL, times TEXT NOT NULL DEFAULT '[]',
        PRIMARY KEY (suite, problem, solver, seed)
    ) WITHOUT ROWID;";

impl Store {
    /// Opens the file of a study to add runs, or creates it.
    ///
    /// # Errors
    /// [`StoreError::NotAStudy`] for a database of something else, which is left as it is;
    /// [`StoreError::Database`] if it cannot be opened or is not a database.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let mut store = Store { connection: Connection::open(path)? };
        // Shards of one machine may share a file: each waits for the other.
        store.connection.busy_timeout(std::time::Duration::from_secs(60))?;
        if !store.is_empty()? {
            store.check_is_study(path)?;
        }
        // A write-ahead log: storing a run does not wait for the disk, and a kill at any moment loses none.
        store.connection.pragma_update(None, "journal_mode", "wal")?;
        store.connection.pragma_update(None, "synchronous", "normal")?;
        // All tables or none, for other processes that open it now.
        let tables = store.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tables.execute_batch(SCHEMA)?;
        tables.commit()?;
        if !store.has_columns("runs", &["times"])? {
            // A file of an older version.
            store.connection.execute_batch("ALTER TABLE runs ADD COLUMN times TEXT NOT NULL DEFAULT '[]'")?;
        }
        Ok(store)
    }

    /// Opens the file of a study to read it, which changes nothing: neither the file nor its folder, which may both be
    /// read-only.
    ///
    /// # Errors
    /// As for [`open`](Store::open); [`StoreError::NotAStudy`] for an empty database, too.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = if Path::new(&log).exists() {
            // A study is being made, or was killed: its last runs are in the log.
            Connection::open_with_flags(path, flags)?
        } else {
            // No process writes. Without this flag SQLite would create files beside it.
            let immutable = format!("{}?immutable=1", uri(path));
            Connection::open_with_flags(immutable, flags | OpenFlags::SQLITE_OPEN_URI)?
        };
        let store = Store { connection };
        store.connection.busy_timeout(std::time::Duration::from_secs(60))?;
        store.check_is_study(path)?;
        Ok(store)
    }

    /// Returns `true` if the database is empty.
    fn is_empty(&self) -> Result<bool, StoreError> {
        let query = "SELECT count(*) FROM sqlite_master";
        Ok(self.connection.query_row(query, [], |row| row.get::<_, i64>(0))? == 0)
    }

    fn check_is_study(&self, path: &Path) -> Result<(), StoreError> {
        if self.has_columns("manifest", &["key", "value"])?
            && self.has_columns("runs", &["suite", "solver", "history"])?
        {
            return Ok(());
        }
        Err(StoreError::NotAStudy { path: path.to_owned() })
    }

    /// Returns `true` if there is such a table with these columns.
    fn has_columns(&self, table: &str, columns: &[&str]) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare("SELECT name FROM pragma_table_info(?)")?;
        let names =
            statement.query_map([table], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        Ok(columns.iter().all(|column| names.iter().any(|name| name == column)))
    }

    /// Returns `true` if a run is stored that need not be made again: it has a value, or its solver has
    /// refused it.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn has(&self, suite: &str, problem: &str, solver: &str, seed: u64) -> Result<bool, StoreError> {
        Ok(self.stored(suite, problem, solver, seed)?.is_some_and(|row| row.ending() != Ending::NoValue))
    }

    /// A run, if it is stored.
    fn stored(&self, suite: &str, problem: &str, solver: &str, seed: u64) -> Result<Option<Row>, StoreError> {
        let query = "SELECT * FROM runs WHERE suite = ? AND problem = ? AND solver = ? AND seed = ?";
        let mut statement = self.connection.prepare_cached(query)?;
        let mut rows = statement.query(params![suite, problem, solver, signed(seed)])?;
        rows.next()?.map(row_of).transpose()
    }

    /// Stores a run, and replaces an older one.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn insert(&self, row: &Row) -> Result<(), StoreError> {
        let History { problem, solver, seed, dimension, values } = &row.history;
        let [evaluations, gradients, failed] = row.counts.map(signed);
        self.connection.execute(
            "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                serde_json::to_string(&row.times).expect("numbers"),
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
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(row_of(row)?);
        }
        Ok(all)
    }

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

    /// A transaction: everything until the commit is done together, or undone.
    fn begin(&self) -> Result<rusqlite::Transaction<'_>, StoreError> {
        let immediate = TransactionBehavior::Immediate;
        Ok(rusqlite::Transaction::new_unchecked(&self.connection, immediate)?)
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

    /// Stores the manifest of a study, joined with the stored one.
    ///
    /// # Errors
    /// [`StoreError::OtherStudy`] if the stored one has other settings; [`StoreError`] as for
    /// [`manifest`](Store::manifest).
    pub fn join(&self, manifest: Manifest) -> Result<(), StoreError> {
        let transaction = self.begin()?;
        self.join_within(manifest)?;
        Ok(transaction.commit()?)
    }

    /// Like [`join`](Store::join), within a transaction: two shards may begin at the same time.
    fn join_within(&self, manifest: Manifest) -> Result<(), StoreError> {
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

/// A row of the table `runs`.
fn row_of(row: &rusqlite::Row<'_>) -> Result<Row, StoreError> {
    let unsigned = |column: &str| row.get::<_, i64>(column).map(|number| number as u64);
    let text: String = row.get("history")?;
    let values = serde_json::from_str(&text)
        .map_err(|error| StoreError::Content { what: "a history", reason: error.to_string() })?;
    let history = History {
        problem: row.get("problem")?,
        solver: row.get("solver")?,
        seed: unsigned("seed")?,
        dimension: unsigned("dimension")? as usize,
        values,
    };
    Ok(Row {
        suite: row.get("suite")?,
        history,
        value: row.get("value")?,
        counts: [unsigned("evaluations")?, unsigned("gradients")?, unsigned("failed")?],
        ended: row.get("ended")?,
        converged: row.get("converged")?,
        x: row.get("x")?,
        seconds: row.get("seconds")?,
        overhead: row.get("overhead")?,
        times: times_of(row)?,
    })
}

/// The seconds of a history, which files of older versions do not have.
fn times_of(row: &rusqlite::Row<'_>) -> Result<Vec<f64>, StoreError> {
    let text = match row.get::<_, String>("times") {
        Err(rusqlite::Error::InvalidColumnName(_)) => return Ok(Vec::new()),
        text => text?,
    };
    serde_json::from_str(&text)
        .map_err(|error| StoreError::Content { what: "the seconds of a history", reason: error.to_string() })
}

/// A path in an SQLite URI: all characters except plain letters and digits are percent-encoded.
fn uri(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut uri = "file://".to_owned();
    for &byte in absolute.as_os_str().as_encoded_bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    // With a drive letter.
    if cfg!(windows) { uri.replacen("file://", "file:///", 1) } else { uri }
}
