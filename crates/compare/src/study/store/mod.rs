//! The file of a study: an SQLite database that stores each run as it ends.

mod error;
mod merge;
mod rows;

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};

use self::rows::{row_of, signed};
use super::{Ending, Manifest, Row};
use crate::analysis::History;

pub use self::error::StoreError;
pub use self::merge::Gap;

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
        violations TEXT NOT NULL DEFAULT '[]', rounds TEXT NOT NULL DEFAULT '[]',
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
        for column in ["times", "violations", "rounds"] {
            if !store.has_columns("runs", &[column])? {
                // A file of an older version.
                let add = format!("ALTER TABLE runs ADD COLUMN {column} TEXT NOT NULL DEFAULT '[]'");
                store.connection.execute_batch(&add)?;
            }
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
            "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                serde_json::to_string(&row.violations).expect("numbers"),
                serde_json::to_string(&row.rounds).expect("numbers"),
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
