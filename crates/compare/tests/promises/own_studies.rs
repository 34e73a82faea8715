//! The chapter on your own solver, problem and figure, carried out as it stands.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use crate::program::told;

const CHAPTER: &str = include_str!("../../../../docs/own-studies.md");

/// The blocks of code in a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let begin = format!("```{language}\n");
    let blocks = CHAPTER.split(begin.as_str()).skip(1);
    blocks.map(|text| text.split("```").next().unwrap()).collect()
}

/// Writes the blocks that begin with the name of a file.
fn write_files(folder: &Path) -> Vec<&'static str> {
    let mut written = Vec::new();
    for block in [blocks("python"), blocks("toml")].concat() {
        let (name, contents) = block.split_once('\n').unwrap();
        std::fs::write(folder.join(name.trim_start_matches("# ")), contents).unwrap();
        written.push(contents);
    }
    written
}

#[test]
fn a_solver_a_problem_and_a_figure_take_fewer_than_twenty_lines() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("left out: there is no python3");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let files = write_files(folder);
    let commands: Vec<&str> = blocks("sh")[0].lines().collect();
    let lines = files.iter().map(|text| text.lines().count()).sum::<usize>() + commands.len();
    assert!(lines < 20, "{lines} lines");
    for command in &commands {
        let (code, _, errors) = told(folder, command.strip_prefix("compare ").unwrap());
        assert_eq!(code, 0, "{command}: {errors}");
    }
    let figure = std::fs::read_to_string(folder.join("figure.svg")).unwrap();
    for words in [">search<", ">hybrid<", ">own (3 instances)<", ">solved to τ = 1e-3<"] {
        assert!(figure.contains(words), "{words}");
    }
    // Two suites, two tolerances, three solvers, and a line of each in the legend.
    assert_eq!(figure.matches("fill=\"none\"").count(), 2 * 2 * 3);
    assert_eq!(figure.matches("stroke-dasharray").count(), 2 * 2 * 3 + 3);
    let (code, out, errors) =
        told(folder, "verify runs.db --sample 12 --solvers search.toml --problem valley.toml");
    assert!(code == 0 && out.contains("the same to the bit"), "{out}{errors}");
}

#[test]
fn the_histories_of_the_chapter_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("histories.csv"), blocks("csv")[0]).unwrap();
    let import = blocks("sh").into_iter().find(|block| block.starts_with("compare import")).unwrap();
    let words =
        import.trim().strip_prefix("compare ").unwrap().replace("\"version, settings, machine\"", "words");
    let (code, _, errors) = told(folder, &words);
    assert!(code == 0 && errors.contains("1 new run"), "{errors}");
}
