//! Why a study cannot be made.

use search::Error;
use thiserror::Error as ThisError;

use super::StoreError;
use super::plan::{MOST_EVALUATIONS, MOST_RUNS, MOST_THREADS};

/// Why a study cannot be carried out. A run that fails is no such reason: it is stored with its error.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum StudyError {
    /// An error of a solver's constructor.
    #[error(transparent)]
    Solver(#[from] Error),
    /// The file of the study.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Two suites, two problems of a suite or two solvers with the same name.
    #[error("two {what} are named {name}; expected names of their own, by which runs are stored")]
    SameName {
        /// Their kind.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// More runs than a study may have.
    #[error(
        "{problems} problems with {solvers} solvers and {seeds} seeds are {} runs; \
         expected at most {MOST_RUNS}, since all are planned in memory",
        u128::from(*problems) * u128::from(*solvers) * u128::from(*seeds)
    )]
    Runs {
        /// Problems of all suites.
        problems: u64,
        /// Solvers.
        solvers: u64,
        /// Seeds.
        seeds: u64,
    },
    /// A budget of more evaluations than can be counted.
    #[error(
        "{simplex_gradients} simplex gradients of {problem}, which has {dimension} coordinates; expected at most {}, \
         since reports count evaluations exactly up to 2^53 only",
        MOST_EVALUATIONS / (*dimension as u64 + 1)
    )]
    Budget {
        /// The budget in simplex gradients.
        simplex_gradients: u64,
        /// The problem.
        problem: String,
        /// Its number of coordinates.
        dimension: usize,
    },
    /// A number of threads that is not available.
    #[error("{threads} threads: {reason}; expected 1 to {MOST_THREADS}")]
    Threads {
        /// The number asked for.
        threads: usize,
        /// What is wrong with it.
        reason: String,
    },
}
