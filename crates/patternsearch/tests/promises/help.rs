//! What the program says of itself.

use crate::process;

use process::{ends_with, output, stderr, stdout};

#[test]
fn help_shows_examples_and_exit_codes() {
    for arguments in [&["--help"][..], &["run", "--help"], &["ask", "--help"]] {
        let output = output(arguments);
        ends_with(0, &output);
        let text = stdout(&output);
        for part in ["Example", "patternsearch ", "Exit codes:", "3    a limit was reached"] {
            assert!(text.contains(part), "{arguments:?}: `{part}` is missing in:\n{text}");
        }
    }
    ends_with(2, &output(&[]));
    let unknown = output(&["walk"]);
    ends_with(2, &unknown);
    assert!(stderr(&unknown).contains("unrecognized subcommand 'walk'"));
}

/// Each block of the list can be given back with `--options`, comments and all.
#[test]
fn the_listed_options_are_toml_that_the_solvers_take() {
    let output = output(&["solvers"]);
    ends_with(0, &output);
    let text = stdout(&output);
    let mut names = Vec::new();
    for block in text.trim_end().split("\n\n") {
        let (head, options) = block.split_once('\n').unwrap();
        let name = head.split_once(':').unwrap().0;
        let options = search::options_from_toml(options).unwrap();
        let by_default = search::solver(name, &serde_json::json!({})).unwrap();
        assert_eq!(search::solver(name, &options).unwrap().settings(), by_default.settings(), "{name}");
        names.push(name);
    }
    assert_eq!(names, search::solver_names());
}
