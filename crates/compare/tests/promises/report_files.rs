//! The files of a report: one for each format, and tables that LaTeX takes.
#![cfg(unix)]

use std::path::Path;

use crate::program::told;

fn done(folder: &Path, words: &str) -> String {
    let (code, out, errors) = told(folder, words);
    assert_eq!(code, 0, "{words}: {errors}");
    out
}

/// A study of two suites and two solvers, one of which LaTeX would obey.
fn study(folder: &Path) {
    let mut csv = "problem,solver,seed,evaluation,value,n\n".to_owned();
    for problem in ["p", "q"] {
        csv += &format!("{problem},50%_of{{it}},1,1,9,2\n{problem},50%_of{{it}},1,2,1,2\n");
        csv += &format!("{problem},other,1,1,9,2\n{problem},other,1,3,0,2\n");
    }
    std::fs::write(folder.join("h.csv"), csv).unwrap();
    for suite in ["first", "second_&_last"] {
        done(folder, &format!("import h.csv --suite {suite} --provenance a-paper --budget 10 --out runs.db"));
    }
}

/// The rows between the lines of a `tabular`, in cells.
fn rows(table: &str) -> Vec<Vec<&str>> {
    let inside = table.split("\\begin{tabular}").nth(1).unwrap().split("\\end{tabular}").next().unwrap();
    let rows = inside.lines().filter_map(|line| line.strip_suffix(" \\\\"));
    rows.map(|row| row.split(" & ").collect()).collect()
}

#[test]
fn a_folder_gets_a_file_of_each_format_and_each_table() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    study(folder);
    done(folder, "report runs.db --out paper");
    let mut files: Vec<String> = std::fs::read_dir(folder.join("paper"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let mut expected = vec!["figure.svg", "report.html", "rows.csv", "table-areas.tex", "table-first.tex"];
    expected.extend(["table-second---last.tex", "tables.md"]);
    if cfg!(feature = "pictures") {
        expected.splice(0..0, ["figure.pdf", "figure.png"]);
    }
    assert_eq!(files, expected);
    // Each is what the single file is.
    for (file, single) in [("rows.csv", "one.csv"), ("tables.md", "one.md"), ("figure.svg", "one.svg")] {
        done(folder, &format!("report runs.db --out {single}"));
        let read = |path: &str| std::fs::read_to_string(folder.join(path)).unwrap();
        assert_eq!(read(&format!("paper/{file}")), read(single), "{file}");
    }
    done(folder, "report runs.db --format csv,latex --out two");
    assert_eq!(std::fs::read_dir(folder.join("two")).unwrap().count(), 1 + 3);
    let (code, _, errors) = told(folder, "report runs.db --format csv,svg");
    assert!(code == 1 && errors.contains("expected --out with a folder"), "{errors}");
    let (code, _, errors) = told(folder, "report runs.db --out figure.gif");
    assert!(code == 1 && errors.contains("expected the ending .md, .tex, .csv"), "{errors}");
}

#[test]
fn tables_for_latex_have_the_cells_of_the_others_and_escape_names() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    study(folder);
    let latex = done(folder, "report runs.db --format latex");
    let tables: Vec<&str> = latex.split("\\end{tabular}\n").filter(|table| !table.is_empty()).collect();
    assert_eq!(tables.len(), 3);
    for table in &tables {
        let table = format!("{table}\\end{{tabular}}");
        let columns = table.split("\\begin{tabular}{").nth(1).unwrap().split('}').next().unwrap().len();
        assert!(rows(&table).iter().all(|row| row.len() == columns), "{table}");
        assert_eq!(rows(&table).len(), 3);
        let comments: Vec<&str> = table.lines().take_while(|line| !line.starts_with("\\begin")).collect();
        assert!(comments.iter().all(|line| line.is_empty() || line.starts_with("% ")), "{comments:?}");
        assert!(comments.concat().contains("10 simplex gradients"), "{comments:?}");
    }
    // The areas: the best of each suite is bold. `other` is solved to 1e-1 by its third evaluation alone.
    assert_eq!(rows(tables[0])[0], ["area", "first", r"second\_\&\_last"]);
    assert!(rows(tables[0]).iter().any(|row| row[0] == r"50\%\_of\{it\}"));
    assert_eq!(rows(tables[0])[1][0], "other");
    assert!(rows(tables[0])[1][1].starts_with("\\textbf{"), "{:?}", rows(tables[0]));
    // The same words and numbers as in Markdown.
    let markdown = done(folder, "report runs.db");
    let table = markdown.split("## first").nth(1).unwrap();
    let of_markdown: Vec<Vec<String>> = table
        .lines()
        .skip_while(|line| !line.starts_with("| solver"))
        .take_while(|line| line.starts_with('|'))
        .filter(|line| !line.starts_with("|-"))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    let plain = |cell: &str| cell.replace('\\', "").replace("$10^{", "1e").replace("}$", "");
    let of_latex: Vec<Vec<String>> =
        rows(tables[1]).iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    assert_eq!(of_latex, of_markdown);
}

#[test]
fn a_figure_counts_evaluations_rounds_or_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    study(folder);
    let figures = ["evaluations", "rounds", "seconds"].map(|by| {
        done(folder, &format!("report runs.db --by {by} --tolerances 1e-1 --out {by}.svg"));
        std::fs::read_to_string(folder.join(format!("{by}.svg"))).unwrap()
    });
    for (figure, axis) in figures.iter().zip([">simplex gradients<", ">rounds<", ">seconds<"]) {
        assert!(figure.contains(axis), "{axis}");
    }
    // The axis of rounds ends at the most that were needed, not at the budget.
    assert_ne!(figures[0], figures[1]);
    assert_eq!(told(folder, "report runs.db --by hours --out hours.svg").0, 2);
}

#[cfg(feature = "pictures")]
#[test]
fn pictures_have_the_size_of_the_figure_and_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    study(folder);
    done(folder, "report runs.db --tolerances 1e-1 --out paper");
    let svg = std::fs::read_to_string(folder.join("paper/figure.svg")).unwrap();
    let length = |name: &str| -> f64 {
        svg.split(&format!(" {name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
    };
    let png = std::fs::read(folder.join("paper/figure.png")).unwrap();
    // The head of a PNG (ISO/IEC 15948, 11.2.2): width and height in four bytes each, the most significant first.
    assert_eq!(png[..8], [0x89, b'P', b'N', b'G', 13, 10, 26, 10]);
    let number = |at: usize| f64::from(u32::from_be_bytes(png[at..at + 4].try_into().unwrap()));
    assert_eq!(
        [number(16), number(20)],
        ["width", "height"].map(|name| (length(name) * 300.0 / 72.0).ceil())
    );
    let pdf = std::fs::read(folder.join("paper/figure.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.contains(&format!("/MediaBox [0 0 {} {}]", length("width"), length("height"))));
    // Words are words: a font is within.
    assert!(text.contains("/FontFile"));
}

#[cfg(not(feature = "pictures"))]
#[test]
fn a_program_without_pictures_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    study(folder);
    for words in ["--out figure.pdf", "--format png"] {
        let (code, _, errors) = told(folder, &format!("report runs.db {words}"));
        assert!(code == 1 && errors.contains("expected the cargo feature `pictures`"), "{errors}");
    }
}
