//! Nets for tables: `patternsearch fit`, `patternsearch predict` and `patternsearch export`.

pub(crate) mod arguments;
pub(crate) mod export;
pub(crate) mod fit;
pub(crate) mod predict;
mod table;

use crate::exit::{Exit, Trouble};

impl From<netcore::TableError> for Trouble {
    fn from(error: netcore::TableError) -> Self {
        let exit = if matches!(error.fault, netcore::TableFault::Io(_)) { Exit::Error } else { Exit::Usage };
        Trouble { exit, message: error.to_string() }
    }
}

impl From<netcore::ModelError> for Trouble {
    fn from(error: netcore::ModelError) -> Self {
        match error {
            netcore::ModelError::Table(error) => error.into(),
            error @ netcore::ModelError::File { .. } => {
                Trouble { exit: Exit::Error, message: error.to_string() }
            }
            error => Trouble::usage(error),
        }
    }
}

impl From<mse::FitJournalError> for Trouble {
    fn from(error: mse::FitJournalError) -> Self {
        Trouble { exit: Exit::Error, message: error.to_string() }
    }
}

impl From<mse::Error> for Trouble {
    fn from(error: mse::Error) -> Self {
        match error {
            mse::Error::Table(error) => error.into(),
            mse::Error::Model(error) => error.into(),
            mse::Error::Search(error) => error.into(),
            mse::Error::Journal(error) => error.into(),
            error => Trouble::usage(error),
        }
    }
}
