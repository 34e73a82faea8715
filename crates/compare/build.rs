//! Passes the revision of the sources to the program (`COMPARE_REVISION`) and the folder of its tables
//! (`COMPARE_TABLES`), and says whether the pages of the repository are there (`repository`).

use std::path::Path;
use std::process::Command;

/// The sources of the program, from the root of the repository.
const SOURCES: [&str; 7] = [
    "crates/compare",
    "crates/mse",
    "crates/netcore",
    "crates/search",
    "datasets",
    "Cargo.toml",
    "Cargo.lock",
];

/// The files that git writes at a commit or a checkout.
const HISTORY: [&str; 3] = ["HEAD", "logs/HEAD", "packed-refs"];

fn main() {
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    // A crate inside another repository must not use the revision of that repository.
    let in_own_repository =
        git(&["rev-parse", "--show-prefix"]).is_some_and(|prefix| prefix == "crates/compare/");
    if in_own_repository {
        let branch = git(&["symbolic-ref", "HEAD"]);
        for name in HISTORY.into_iter().chain(branch.as_deref()) {
            if let Some(file) = git(&["rev-parse", "--git-path", name]) {
                watch(&file);
            }
        }
    }
    for source in SOURCES {
        watch(&format!("../../{source}"));
    }
    let revision = if in_own_repository { revision() } else { None };
    println!("cargo::rustc-env=COMPARE_REVISION={}", revision.unwrap_or(version));
    println!("cargo::rustc-env=COMPARE_TABLES={}", tables());
    println!("cargo::rustc-check-cfg=cfg(repository)");
    if Path::new("../../docs/SUMMARY.md").exists() {
        println!("cargo::rustc-cfg=repository");
    }
}

/// The folder of the tables: part of the package, or in the repository, where `data/tables` is a link to it. Git for
/// Windows may check a link out as a file.
fn tables() -> String {
    let crate_folder = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let packaged = Path::new(&crate_folder).join("data/tables");
    let tables = if packaged.is_dir() { packaged } else { Path::new(&crate_folder).join("../../datasets") };
    tables.display().to_string()
}

/// The commit, with `-dirty` if sources differ from it.
fn revision() -> Option<String> {
    let commit = git(&["describe", "--always", "--abbrev=12"])?;
    let sources = SOURCES.map(|source| format!(":/{source}"));
    let status = ["status", "--porcelain", "--"].into_iter().chain(sources.iter().map(String::as_str));
    let changes = git(&status.collect::<Vec<_>>())?;
    Some(if changes.is_empty() { commit } else { format!("{commit}-dirty") })
}

/// Runs this program again when the file changes. Cargo treats a missing file as changed.
fn watch(file: &str) {
    if Path::new(file).exists() {
        println!("cargo::rerun-if-changed={file}");
    }
}

/// The output of git in the folder of this crate.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
