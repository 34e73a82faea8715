//! The files that a run writes after it ends, in addition to its journal.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use search::Outcome;

use crate::arguments::ReportArguments;
use crate::exit::Trouble;
use crate::history;

/// The files to be written after the run.
pub(crate) struct Files<'a> {
    history: Option<Pending<'a>>,
    trace: Option<Pending<'a>>,
    #[cfg(feature = "plot")]
    plot: Option<Pending<'a>>,
}

impl<'a> Files<'a> {
    /// Opens the files without changing their contents.
    pub(crate) fn open(
        report: &'a ReportArguments,
        others: &[(&'static str, Option<&Path>)],
    ) -> Result<Self, Trouble> {
        check_names(report, others)?;
        Ok(Files {
            history: report.history.as_deref().map(Pending::open).transpose()?,
            trace: report.trace.as_deref().map(Pending::open).transpose()?,
            #[cfg(feature = "plot")]
            plot: report.plot.as_deref().map(Pending::open).transpose()?,
        })
    }

    /// Replaces the contents of the files.
    pub(crate) fn fill(&mut self, outcome: &Outcome, history: Option<String>) -> Result<(), Trouble> {
        if let Some((file, history)) = self.history.as_mut().zip(history) {
            file.fill(&history)?;
        }
        if let Some(file) = &mut self.trace {
            file.fill(&history::trace(outcome))?;
        }
        #[cfg(feature = "plot")]
        if let Some(file) = &mut self.plot {
            let svg = search::plot::convergence(&outcome.solver, outcome);
            file.fill(&svg.map_err(|error| Trouble::file(file.path, error))?)?;
        }
        Ok(())
    }
}

/// Refuses an output file that is also another file of the run.
fn check_names(report: &ReportArguments, others: &[(&'static str, Option<&Path>)]) -> Result<(), Trouble> {
    let written = [
        ("--history", report.history.as_deref()),
        ("--trace", report.trace.as_deref()),
        #[cfg(feature = "plot")]
        ("--plot", report.plot.as_deref()),
    ];
    let files: Vec<(&str, &Path)> =
        others.iter().copied().chain(written).filter_map(|(what, path)| Some((what, path?))).collect();
    for (i, (what, path)) in files.iter().enumerate().filter(|(_, (what, _))| WRITTEN.contains(what)) {
        if let Some((other, _)) = files[..i].iter().find(|(_, other)| is_same(path, other)) {
            let path = path.display();
            return Err(Trouble::usage(format!(
                "{what} {path} is also the file of {other}; expected another file"
            )));
        }
    }
    Ok(())
}

const WRITTEN: [&str; 3] = ["--history", "--trace", "--plot"];

/// Whether two names refer to the same file, which need not exist yet.
fn is_same(a: &Path, b: &Path) -> bool {
    let place = |path: &Path| Some(folder(path).canonicalize().ok()?.join(path.file_name()?));
    same_file::is_same_file(a, b).unwrap_or_else(|_| place(a).is_some_and(|a| Some(a) == place(b)))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file to be written.
struct Pending<'a> {
    path: &'a Path,
    file: File,
    /// Whether the file was created here and is still empty.
    empty: bool,
}

impl<'a> Pending<'a> {
    fn open(path: &'a Path) -> Result<Self, Trouble> {
        let created = File::create_new(path).map(|file| Pending { path, file, empty: true });
        let opened = created.or_else(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                let file = OpenOptions::new().write(true).open(path)?;
                Ok(Pending { path, file, empty: false })
            }
            _ => Err(error),
        });
        opened.map_err(|error| Trouble::file(path, error))
    }

    fn fill(&mut self, text: &str) -> Result<(), Trouble> {
        self.empty = false;
        self.write(text).map_err(|error| Trouble::file(self.path, error))
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        // A device such as `/dev/stdout` has no contents to replace.
        if self.file.metadata()?.is_file() {
            self.file.set_len(0)?;
        }
        self.file.write_all(text.as_bytes())
    }
}

impl Drop for Pending<'_> {
    /// Removes a file that was created but never written.
    fn drop(&mut self) {
        if self.empty {
            // If this fails, an empty file remains.
            let _ = fs::remove_file(self.path);
        }
    }
}
