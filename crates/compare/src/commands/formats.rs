//! The formats of a report, and the files in which they are written.

use std::collections::BTreeMap;
use std::path::Path;

use clap::ValueEnum;
use compare::analysis::Cost;
use compare::report::{LatexTable, SuiteSummary, csv, html, latex, markdown, svg};
use compare::study::{Gap, Manifest};

use super::Failure;
use crate::arguments::Format;

/// Where a report goes, and in which formats.
pub(super) enum Place<'p> {
    /// Standard output.
    Output(Format),
    File(&'p Path, Format),
    /// A file of each format.
    Folder(&'p Path, Vec<Format>),
}

impl<'p> Place<'p> {
    pub(super) fn of(formats: &[Format], out: Option<&'p Path>) -> Result<Self, String> {
        let Some(path) = out else {
            return match formats {
                [] => Ok(Place::Output(Format::Markdown)),
                [format] => Ok(Place::Output(*format)),
                _ => {
                    Err(format!("{} formats on standard output; expected --out with a folder", formats.len()))
                }
            };
        };
        match formats {
            [] if is_folder(path) => Ok(Place::Folder(path, Format::of_this_build())),
            [] => Ok(Place::File(path, Format::by_ending(path)?)),
            [format] if !is_folder(path) => Ok(Place::File(path, *format)),
            formats => Ok(Place::Folder(path, formats.to_vec())),
        }
    }
}

/// Whether a path is that of a folder, existing or not.
fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.extension().is_none()
}

/// What a report is made of.
pub(super) struct Report<'r> {
    pub(super) manifest: &'r Manifest,
    pub(super) suites: &'r [SuiteSummary],
    pub(super) gaps: &'r [Gap],
    pub(super) tolerances: &'r [f64],
    /// What the figure counts.
    pub(super) cost: Cost,
}

impl Report<'_> {
    /// The contents of one file.
    pub(super) fn in_format(&self, format: Format) -> Result<Vec<u8>, Failure> {
        let Report { manifest, suites, gaps, .. } = self;
        Ok(match format {
            Format::Markdown => markdown(manifest, suites, gaps).into_bytes(),
            Format::Latex => {
                self.tables().map(|table| table.text).collect::<Vec<_>>().join("\n").into_bytes()
            }
            Format::Csv => csv(suites)?.into_bytes(),
            Format::Html => html(manifest, suites, gaps).into_bytes(),
            Format::Svg => self.figure().into_bytes(),
            Format::Pdf | Format::Png => self.picture(format)?,
        })
    }

    /// Writes a file of each format into the folder, which is created if it does not exist.
    pub(super) fn write_into(&self, folder: &Path, formats: &[Format]) -> Result<(), Failure> {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for &format in formats {
            if format == Format::Latex {
                self.write_tables(folder)?;
            } else {
                write(&folder.join(format.file()), &self.in_format(format)?)?;
            }
        }
        Ok(())
    }

    /// Writes a file for each table.
    fn write_tables(&self, folder: &Path) -> Result<(), Failure> {
        let mut written = BTreeMap::new();
        for LatexTable { name, text } in self.tables() {
            let file = file_name(&name);
            write(&folder.join(&file), text.as_bytes())?;
            if let Some(other) = written.insert(file.clone(), name.clone()) {
                return Err(format!(
                    "{file} would be the table of {other} and of {name}; expected a file.tex"
                )
                .into());
            }
        }
        Ok(())
    }

    fn tables(&self) -> impl Iterator<Item = LatexTable> {
        latex(self.manifest, self.suites, self.gaps).into_iter()
    }

    fn figure(&self) -> String {
        svg(self.suites, self.manifest.simplex_gradients as f64, self.tolerances, self.cost)
    }

    #[cfg(feature = "pictures")]
    fn picture(&self, format: Format) -> Result<Vec<u8>, Failure> {
        let made = if format == Format::Pdf { compare::report::pdf } else { compare::report::png };
        Ok(made(&self.figure())?)
    }

    #[cfg(not(feature = "pictures"))]
    fn picture(&self, _: Format) -> Result<Vec<u8>, Failure> {
        Err("this program is built without PDF and PNG; expected the cargo feature `pictures`, or svg".into())
    }
}

impl Format {
    /// Those that this program can write.
    fn of_this_build() -> Vec<Self> {
        let written =
            |format: &&Format| cfg!(feature = "pictures") || ![Format::Pdf, Format::Png].contains(format);
        Format::value_variants().iter().filter(written).copied().collect()
    }

    /// The format by a file's ending.
    fn by_ending(path: &Path) -> Result<Self, String> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Ok(Format::Markdown),
            "tex" => Ok(Format::Latex),
            "csv" => Ok(Format::Csv),
            "html" | "htm" => Ok(Format::Html),
            "svg" => Ok(Format::Svg),
            "pdf" => Ok(Format::Pdf),
            "png" => Ok(Format::Png),
            _ => Err(format!(
                "{}: unknown format; expected the ending .md, .tex, .csv, .html, .svg, .pdf or .png, or --format",
                path.display()
            )),
        }
    }

    /// Its file in a folder.
    fn file(self) -> &'static str {
        match self {
            Format::Markdown => "tables.md",
            Format::Latex => "tables.tex",
            Format::Csv => "rows.csv",
            Format::Html => "report.html",
            Format::Svg => "figure.svg",
            Format::Pdf => "figure.pdf",
            Format::Png => "figure.png",
        }
    }
}

/// The file of a table: a name that any system takes, and LaTeX too.
fn file_name(table: &str) -> String {
    let plain = |character: char| if character.is_ascii_alphanumeric() { character } else { '-' };
    format!("table-{}.tex", table.chars().map(plain).collect::<String>())
}

pub(super) fn write(path: &Path, contents: &[u8]) -> Result<(), String> {
    std::fs::write(path, contents).map_err(|error| format!("{}: {error}", path.display()))
}
