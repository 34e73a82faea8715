//! `patternsearch fit` and `patternsearch predict`, as a user runs them.

use std::path::Path;

use tempfile::TempDir;

use crate::process::{ends_with, output, stderr, stdout};

/// A table whose target rises with `a`, falls with `b` and has an offset for each colour, in a folder of its own.
fn table(separator: char, comma: bool) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut text = ["id", "a", "colour", "b", "y"].join(&separator.to_string()) + "\n";
    for i in 0..60 {
        let (a, b) = (f64::from(i * 17 % 60) / 10.0, f64::from(i * 7 % 60) / 20.0);
        let colour = ["red", "green", "blue"][i as usize % 3];
        let y = a - b * b + f64::from(i % 3) + f64::from(i * 11 % 7) / 10.0;
        let mut cells = [i.to_string(), a.to_string(), colour.to_owned(), b.to_string(), y.to_string()];
        if comma {
            cells.iter_mut().for_each(|cell| *cell = cell.replace('.', ","));
        }
        text += &(cells.join(&separator.to_string()) + "\n");
    }
    let path = written(folder.path(), "data.csv", &text);
    (folder, path)
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn beside(path: &str, name: &str) -> String {
    Path::new(path).with_file_name(name).to_str().unwrap().to_owned()
}

#[test]
fn a_net_is_fitted_proved_and_answers_new_data_in_any_order() {
    let (folder, data) = table(',', false);
    let net = beside(&data, "net.json");
    let flags = ["--target", "y", "--increasing", "a", "--decreasing", "b", "--ignore", "id", "--out", &net];
    let fitted = output(&[&["fit", &data][..], &flags].concat());
    ends_with(0, &fitted);
    let said = stdout(&fitted);
    assert!(said.contains("features     a, colour=blue, colour=green, colour=red, b\n"), "{said}");
    assert!(said.contains("held out     12 rows"), "{said}");
    assert!(
        said.contains("monotone     y is increasing in a: proved by the signs of the weights\n"),
        "{said}"
    );
    assert!(
        said.contains("monotone     y is decreasing in b: proved by the signs of the weights\n"),
        "{said}"
    );
    let r2: f64 = said.lines().find_map(|line| line.strip_prefix("R2           ")).unwrap().parse().unwrap();
    assert!(r2 > 0.9, "{said}");

    let new = written(folder.path(), "new.csv", "b;colour;a;name\n1;red;2;\"x, y\"\n1;red;3;z\n2;red;3;z\n");
    let answered = output(&["predict", &net, &new, "--keep", "name"]);
    ends_with(0, &answered);
    let lines: Vec<String> = stdout(&answered).lines().map(str::to_owned).collect();
    assert_eq!(lines[0], "name,y");
    assert!(lines[1].starts_with("\"x, y\","), "{lines:?}");
    let y: Vec<f64> =
        lines[1..].iter().map(|line| line.rsplit(',').next().unwrap().parse().unwrap()).collect();
    assert!(y[0] <= y[1] && y[1] >= y[2], "{y:?}");

    // The answers go into a file as well, and the scores to standard error where the target is there.
    let answers = beside(&data, "answers.csv");
    let scored = output(&["predict", &net, &data, "--out", &answers]);
    ends_with(0, &scored);
    assert!(
        stdout(&scored).is_empty() && stderr(&scored).starts_with("R2           0.9"),
        "{}",
        stderr(&scored)
    );
    assert_eq!(std::fs::read_to_string(answers).unwrap().lines().count(), 61);
}

#[test]
fn the_same_table_with_semicolons_and_decimal_commas_gives_the_same_net() {
    let fit = |separator, comma: bool| {
        let (_folder, data) = table(separator, comma);
        let net = beside(&data, "net.json");
        let mut arguments =
            vec!["fit", &data, "--target", "y", "--hidden", "3", "--penalty", "0.01", "--out", &net];
        if comma {
            arguments.push("--decimal-comma");
        }
        ends_with(0, &output(&arguments));
        std::fs::read_to_string(&net).unwrap()
    };
    let plain = fit(',', false);
    assert_eq!(plain, fit(';', true));
    assert_eq!(plain, fit('\t', true));
}

#[test]
fn a_net_with_nonnegative_weights_takes_one_flag() {
    let (_folder, data) = table(',', false);
    let net = beside(&data, "net.json");
    let flags = ["--target", "y", "--ignore", "id,colour,b", "--hidden", "4", "--nonnegative", "weights"];
    let fitted = output(&[&["fit", &data, "--out", &net][..], &flags].concat());
    ends_with(0, &fitted);
    let said = stdout(&fitted);
    assert!(
        said.contains("nonnegative  every weight; the answers are increasing in every input\n"),
        "{said}"
    );
    let both = output(&[&["fit", &data, "--out", &net, "--increasing", "a"][..], &flags].concat());
    ends_with(2, &both);
    assert!(
        stderr(&both).contains("nonnegative is given together with monotone features"),
        "{}",
        stderr(&both)
    );
}

#[test]
fn probabilities_of_classes_are_written_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String =
        (0..40).map(|i| format!("{},{}\n", i, if i * 7 % 40 + i > 40 { "late" } else { "early" })).collect();
    let data = written(folder.path(), "data.csv", &format!("x,when\n{rows}"));
    let net = beside(&data, "net.json");
    let fitted = output(&["fit", &data, "--target", "when", "--increasing", "x", "--out", &net]);
    ends_with(0, &fitted);
    let said = stdout(&fitted);
    assert!(said.contains("target       when (classes early, late)\n"), "{said}");
    assert!(said.contains("monotone     P(late) is increasing in x: proved"), "{said}");
    assert!(said.contains("true \\ chosen  early  late\n"), "{said}");
    let answered = output(&["predict", &net, &data, "--probabilities"]);
    let text = stdout(&answered);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("when,P(early),P(late)"));
    let mut last = 0.0;
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let [early, late] = [1, 2].map(|cell| cells[cell].parse::<f64>().unwrap());
        assert!((early + late - 1.0).abs() < 1e-12 && late >= last, "{line}");
        assert_eq!(cells[0], if late > early { "late" } else { "early" });
        last = late;
    }

    let numbers = written(folder.path(), "numbers.csv", "x,y\n1,0\n2,1\n3,1\n4,0\n5,1\n");
    let fitted = output(&[
        "fit",
        &numbers,
        "--target",
        "y",
        "--test",
        "0",
        "--out",
        &net,
        "--hidden",
        "2",
        "--penalty",
        "1",
    ]);
    ends_with(0, &fitted);
    assert!(stderr(&fitted).contains("--classes fits the probability"), "{}", stderr(&fitted));
    let refused = output(&["predict", &net, &numbers, "--probabilities"]);
    ends_with(2, &refused);
    assert!(stderr(&refused).contains("the model answers numbers (y)"), "{}", stderr(&refused));
}

#[test]
fn what_is_wrong_is_said_with_its_name_and_the_exit_code_of_usage() {
    let (folder, data) = table(',', false);
    let net = beside(&data, "net.json");
    let refused = |flags: &[&str], text: &str| {
        let done = output(&[&["fit", &data, "--out", &net][..], flags].concat());
        ends_with(2, &done);
        assert!(stderr(&done).contains(text), "{}", stderr(&done));
        assert!(!Path::new(&net).exists());
    };
    refused(
        &["--target", "z"],
        "there is no column `z` for the target; the columns are: id, a, colour, b, y",
    );
    refused(
        &["--target", "y", "--increasing", "c"],
        "`c` is to be increasing; expected one of the features id, a, colour, b",
    );
    refused(
        &["--target", "y", "--decreasing", "colour"],
        "`colour` is to be decreasing; expected numbers, or texts whose",
    );
    refused(&["--target", "y", "--increasing", "a", "--decreasing", "a"], "it is named twice");
    refused(&["--target", "y", "--penalty", "-1"], "penalty is -1; expected a finite number");
    refused(
        &["--target", "y", "--loss", "cross-entropy"],
        "loss is cross-entropy; expected squares, absolute",
    );
    refused(
        &["--target", "y", "--test", "0.001"],
        "the test share is 0.001 of 60 rows; expected 0, or a share",
    );
    refused(&["--target", "y", "--folds", "1"], "folds is 1; expected at least 2");
    let absent = output(&["fit", &beside(&data, "no.csv"), "--target", "y"]);
    ends_with(1, &absent);

    ends_with(
        0,
        &output(&["fit", &data, "--target", "y", "--hidden", "2", "--penalty", "0.1", "--out", &net]),
    );
    let new = written(folder.path(), "new.csv", "id,a,colour,b\n1,2,pink,3\n");
    let unknown = output(&["predict", &net, &new]);
    ends_with(2, &unknown);
    assert!(
        stderr(&unknown).contains("column `colour`: found `pink`: expected one of `blue`, `green`, `red`")
    );
    let other = written(folder.path(), "other.json", "{}");
    assert!(stderr(&output(&["predict", &other, &new])).contains("is not a model file"));
}

#[test]
fn a_fit_by_a_loss_without_slopes_and_one_stopped_early_end_as_well() {
    let (_folder, data) = table(',', false);
    let net = beside(&data, "net.json");
    for flags in
        [&["--loss", "absolute", "--early-stopping"][..], &["--method", "coordinate", "--time", "0.05"]]
    {
        let common = [
            "fit",
            &data,
            "--target",
            "y",
            "--hidden",
            "2",
            "--penalty",
            "0.01",
            "--nets",
            "2",
            "--out",
            &net,
        ];
        let fitted = output(&[&common[..], flags].concat());
        ends_with(0, &fitted);
        assert!(stdout(&fitted).contains("mean of 2\n"), "{}", stdout(&fitted));
    }
}

#[test]
fn a_net_is_exported_and_a_report_written() {
    let (_folder, data) = table(',', false);
    let (net, page, graph) =
        (beside(&data, "net.json"), beside(&data, "page.html"), beside(&data, "net.onnx"));
    let flags = ["--target", "y", "--increasing", "a", "--ignore", "id", "--hidden", "3", "--nets", "1"];
    ends_with(0, &output(&[&["fit", &data, "--out", &net, "--report", &page][..], &flags].concat()));
    let text = std::fs::read_to_string(&page).unwrap();
    assert!(text.contains("<h1>A net for y</h1>") && text.contains("y is increasing in a: proved"), "{text}");
    ends_with(0, &output(&["export", &net, &graph]));
    // The names of the inputs and outputs stand in the file as they are.
    let bytes = std::fs::read(&graph).unwrap();
    for name in ["patternsearch", "colour", "green", "Tanh", "Gemm"] {
        assert!(bytes.windows(name.len()).any(|window| window == name.as_bytes()), "{name}");
    }
    let refused = output(&["export", &data, &graph]);
    ends_with(2, &refused);
    assert!(stderr(&refused).contains("is not a model file"), "{}", stderr(&refused));
    ends_with(1, &output(&["export", &net, &beside(&data, "no/net.onnx")]));
}

/// Each message names the column and what it was to be.
#[test]
fn the_column_of_weights_is_there_and_nothing_else() {
    let (_folder, data) = table(',', false);
    let net = beside(&data, "net.json");
    let fit = |flags: &[&str]| {
        let refused = output(&[&["fit", &data, "--target", "y", "--out", &net], flags].concat());
        ends_with(2, &refused);
        stderr(&refused)
    };
    let said = fit(&["--weight", "w"]);
    let expected = "there is no column `w` for the weights; the columns are: id, a, colour, b, y";
    assert!(said.contains(expected), "{said}");
    let said = fit(&["--weight", "y"]);
    assert!(said.contains("column `y` is given as the target and as the weights"), "{said}");
    let said = fit(&["--weight", "id", "--ignore", "id"]);
    assert!(said.contains("column `id` is given as ignored and as the weights"), "{said}");
}

#[test]
fn a_target_that_does_not_vary_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = written(folder.path(), "flat.csv", "a,y\n1,3\n2,3\n3,3\n4,3\n5,3\n");
    let refused = output(&["fit", &data, "--target", "y", "--out", &beside(&data, "net.json")]);
    ends_with(2, &refused);
    let expected =
        "column `y` is 3 in each of the 5 samples; expected a target with at least two different values";
    assert!(stderr(&refused).contains(expected), "{}", stderr(&refused));
}
