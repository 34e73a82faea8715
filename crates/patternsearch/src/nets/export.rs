//! `patternsearch export`: a net as an ONNX file.

use netcore::Model;

use super::arguments::ExportArguments;
use crate::exit::{Exit, Trouble};

/// Writes the net of one file to the other.
pub(crate) fn export(arguments: &ExportArguments) -> Result<Exit, Trouble> {
    Model::load(&arguments.net)?.save_onnx(&arguments.out)?;
    Ok(Exit::Converged)
}
