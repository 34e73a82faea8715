//! Options as text: their spellings, their values, their files.

pub(crate) mod option;
pub(crate) mod options_file;
pub(crate) mod spelling;
