//! From text to rows of cells.
//!
//! The format is RFC 4180: commas, or another delimiter, between cells; quotes around cells that contain
//! delimiters, line ends or quotes (which are doubled). It also allows any line ends, and blanks around cells
//! and around quotes. Text without
//! a meaning in this format is a fault. (Most readers, the crate `csv` among them, read a quote that is never
//! closed as a cell that contains the rest of the file.)

use std::borrow::Cow;

use super::fault::{TableFault, shown};

/// One row of a file: its cells without the blanks at their ends.
pub(crate) struct Record<'t> {
    /// Line on which it begins, from 1.
    pub(crate) line: u64,
    pub(crate) cells: Vec<Cow<'t, str>>,
}

/// The rows of a text, one after another, without blank lines.
pub(crate) struct Records<'t> {
    rest: &'t str,
    delimiter: char,
    /// Line on which the rest begins, from 1.
    line: u64,
}

/// The end of a cell.
enum End {
    Cell,
    Line,
    Text,
}

impl<'t> Records<'t> {
    /// The rows of a text with commas between the cells.
    pub(crate) fn of(text: &'t str) -> Self {
        Records::delimited_by(',', text)
    }

    /// The rows of a text with this delimiter between the cells, without a byte-order mark.
    pub(crate) fn delimited_by(delimiter: char, text: &'t str) -> Self {
        Records { rest: text.strip_prefix('\u{feff}').unwrap_or(text), delimiter, line: 1 }
    }

    /// Advances by this many bytes.
    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        self.line += line_ends(taken);
        taken
    }

    fn skip_blanks(&mut self) {
        let delimiter = self.delimiter;
        let blank = |c: char| is_blank(c) && c != delimiter;
        self.take(self.rest.len() - self.rest.trim_start_matches(blank).len());
    }

    /// Consumes the end of a cell, if it is here.
    fn end(&mut self) -> Option<End> {
        let (end, bytes) = match self.rest.as_bytes() {
            [] => (End::Text, 0),
            _ if self.rest.starts_with(self.delimiter) => (End::Cell, self.delimiter.len_utf8()),
            [b'\r', b'\n', ..] => (End::Line, 2),
            [b'\r' | b'\n', ..] => (End::Line, 1),
            _ => return None,
        };
        self.take(bytes);
        Some(end)
    }

    fn row(&mut self) -> Result<Record<'t>, TableFault> {
        let mut record = Record { line: self.line, cells: Vec::new() };
        loop {
            let (cell, end) = self.cell(record.cells.len() + 1)?;
            record.cells.push(cell);
            if !matches!(end, End::Cell) {
                return Ok(record);
            }
        }
    }

    /// A cell and its end; `number` counts the cells of a row from 1.
    fn cell(&mut self, number: usize) -> Result<(Cow<'t, str>, End), TableFault> {
        self.skip_blanks();
        let (from, line) = (self.rest, self.line);
        let stray = |to: &str| {
            let value = shown(&from[..from.len() - to.len()]);
            TableFault::StrayQuote { line, cell: number, value }
        };
        let content = if self.rest.starts_with('"') {
            self.take(1);
            self.quoted().ok_or(TableFault::OpenQuote { line, cell: number })?
        } else {
            Cow::Borrowed(
                self.take(self.rest.find([self.delimiter, '\n', '\r', '"']).unwrap_or(self.rest.len())),
            )
        };
        self.skip_blanks();
        let Some(end) = self.end() else {
            self.take(self.rest.find([self.delimiter, '\n', '\r']).unwrap_or(self.rest.len()));
            return Err(stray(self.rest));
        };
        Ok((trimmed(content), end))
    }

    /// The content of a cell up to the closing quote; `None` without a closing quote.
    fn quoted(&mut self) -> Option<Cow<'t, str>> {
        let mut content = Cow::Borrowed("");
        loop {
            let part = self.take(self.rest.find('"')?);
            self.take(1);
            content += part;
            if !self.rest.starts_with('"') {
                return Some(content);
            }
            content += self.take(1);
        }
    }
}

impl<'t> Iterator for Records<'t> {
    type Item = Result<Record<'t>, TableFault>;

    /// After a fault the next row would have no meaning.
    fn next(&mut self) -> Option<Self::Item> {
        let delimiter = self.delimiter;
        let blank = |c: char| c.is_whitespace() && c != delimiter;
        self.take(self.rest.len() - self.rest.trim_start_matches(blank).len());
        (!self.rest.is_empty()).then(|| self.row())
    }
}

/// A blank that does not end a line.
fn is_blank(character: char) -> bool {
    character.is_whitespace() && !matches!(character, '\n' | '\r')
}

fn trimmed(content: Cow<'_, str>) -> Cow<'_, str> {
    match content {
        Cow::Borrowed(content) => content.trim().into(),
        Cow::Owned(content) => content.trim().to_owned().into(),
    }
}

/// The number of lines that end in a text.
pub(crate) fn line_ends(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let ends =
        |(i, &byte): (usize, &u8)| byte == b'\n' || (byte == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
    bytes.iter().enumerate().filter(|&at| ends(at)).count() as u64
}
