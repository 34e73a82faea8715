//! Reads options from text: their spellings, values and files.

pub(crate) mod option;
pub(crate) mod options_file;
pub(crate) mod spelling;
