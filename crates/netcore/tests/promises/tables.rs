//! CSV tables: what is read, and what every broken file is told.

use ndarray::array;
use netcore::{Table, TableFault, Target};
use proptest::prelude::*;

fn read(csv: &str) -> Result<Table, netcore::TableError> {
    Table::from_reader("t.csv", csv.as_bytes(), &Target::last())
}

fn message(csv: &str) -> String {
    read(csv).unwrap_err().to_string()
}

fn classes(csv: &str) -> Table {
    Table::from_reader("t.csv", csv.as_bytes(), &Target::last().as_classes()).unwrap()
}

#[test]
fn labels_become_one_row_per_class_and_numbers_one_row() {
    let classes = read("a,b,kind\n1,2,x\n3,4,y\n5,6,x\n").unwrap();
    assert_eq!(classes.inputs(), array![[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]);
    assert_eq!(classes.targets(), array![[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]);
    assert!(classes.inputs().is_standard_layout() && classes.targets().is_standard_layout());

    let real = read("a,b,y\n1,2,0.5\n3,4,-1e3\n").unwrap();
    assert_eq!(real.targets(), array![[0.5, -1000.0]]);
    assert!(real.classes().is_empty());
}

#[test]
fn numbers_can_be_classes_sorted_by_value() {
    let csv = "a,digit\n0,10\n1,9\n2,10\n";
    let table = Table::from_reader("t.csv", csv.as_bytes(), &Target::last().as_classes()).unwrap();
    assert_eq!(table.classes(), ["9", "10"]);
    assert_eq!(table.targets(), array![[0.0, 1.0, 0.0], [1.0, 0.0, 1.0]]);
    let text = Table::from_reader("t.csv", "a,y\n1,2\n3,x\n".as_bytes(), &Target::last().as_numbers());
    assert!(matches!(text.unwrap_err().fault, TableFault::NotANumber { .. }));
}

#[test]
fn any_column_can_be_the_target() {
    let table = Table::from_reader("t.csv", "y,a\n1,2\n3,4\n".as_bytes(), &Target::named("y")).unwrap();
    assert_eq!((table.features(), table.target()), (&["a".to_owned()][..], "y"));
    assert_eq!(table.targets(), array![[1.0, 3.0]]);
}

#[test]
fn byte_order_mark_line_ends_and_blanks_do_not_matter() {
    let plain = read("a,kind\n1,x\n2,y\n").unwrap();
    for csv in [
        "\u{feff}a,kind\n1,x\n2,y\n",
        "a,kind\r\n1,x\r\n2,y\r\n",
        "a , kind\n 1, x \n2 ,y",
        "\n\na,kind\n\n1,x\n2,y\n\n",
    ] {
        assert_eq!(read(csv).unwrap(), plain, "{csv:?}");
    }
    assert_eq!(read("\u{feff}\"a\",kind\r\n1,x\r\n2,y\r\n").unwrap(), plain);
}

#[test]
fn every_fault_names_file_row_column_and_value() {
    assert_eq!(message(""), "t.csv: the file is empty; expected a header row and samples");
    assert_eq!(message("\u{feff}\n\n"), message(""));
    assert!(message("a,b\n").contains("there is a header but no sample"));
    assert_eq!(
        message("a,b,y\n1,2,3\n1,2\n"),
        "t.csv: row 2 (line 3) has 2 cells; expected 3 as in the header"
    );
    assert_eq!(
        message("a,b,y\n1,2,3\n\n1,two,3\n"),
        "t.csv: row 2 (line 4), column `b`: found `two`: expected a number"
    );
    for (value, expected) in
        [("NaN", "finite"), ("inf", "finite"), ("-Infinity", "finite"), ("1e999", "finite")]
    {
        let said = message(&format!("a,y\n{value},1\n"));
        assert!(said.contains(&format!("row 1 (line 2), column `a`: found `{value}`")), "{said}");
        assert!(said.contains(expected), "{said}");
    }
    assert!(message("a,y\n1,nan\n").contains("column `y`: found `nan`: expected a finite number"));
    assert!(message("a,y\n,1\n").contains("column `a`: the cell is empty: expected a number"));
    assert!(message("a,y\n1,3\n2,x\n").contains("row 2 (line 3), column `y`: found `x`"));
    assert!(message("a,b,a\n1,2,3\n").contains("columns 1 and 3 are both named `a`"));
    assert!(message("y\n1\n").contains("the only column is the target `y`"));
    assert!(message("a,kind\n1,x\n2,x\n").contains("every sample of column `kind` is of class `x`"));
    let unknown = Table::from_reader("t.csv", "a,b\n1,2\n".as_bytes(), &Target::named("c")).unwrap_err();
    assert_eq!(unknown.to_string(), "t.csv: there is no column `c`; the columns are: a, b");
    let binary = Table::from_reader("t.csv", &b"a,y\n\xff\xfe,1\n"[..], &Target::last()).unwrap_err();
    assert_eq!(binary.to_string(), "t.csv: line 2 is not UTF-8 text");
    let long = message(&format!("a,y\n{},1\n", "z".repeat(100_000)));
    assert!(long.len() < 200, "a long cell is cut: {} characters", long.len());
}

#[test]
fn quotes_that_mean_nothing_are_refused_by_line_and_cell() {
    for (csv, line, cell) in [
        ("a,b,kind\n1,2,a\n3,4,\"b\n5,6,c\n7,8,d\n", 3, 3),
        ("a,b,kind\n1,2,\"a\n3,4,b", 2, 3),
        ("a,b,\"kind\n1,2,a\n3,4,b\n", 1, 3),
        ("a,\"b\n,kind\n1,2,a\n", 1, 2),
        ("\"", 1, 1),
        ("a,b,kind\n1,2,\"a\"\"\n", 2, 3),
    ] {
        let expected = format!("t.csv: line {line}, cell {cell}: the quote that opens here is never closed");
        assert_eq!(message(csv), expected, "{csv:?}");
    }
    for (csv, line, cell, value) in [
        // The quotes of later cells close it, and open what is none.
        ("a,kind\n1,x\n2,\"y\n3,\"z\"\n", 3, 2, "\"y\\n3,\"z\""),
        ("a,kind\n1,\"x\"y\n", 2, 2, "\"x\"y"),
        ("a,kind\n1,\"x\" y,\n", 2, 2, "\"x\" y"),
        ("a,kind\n1,5\"\n", 2, 2, "5\""),
        ("a,kind\n1,x \"y\"\n", 2, 2, "x \"y\""),
        ("a,ki\"nd\n1,x\n", 1, 2, "ki\"nd"),
        ("a,kind\n1,\"\u{1b}[2J\"x\n", 2, 2, "\"\\u{1b}[2J\"x"),
    ] {
        let expected = format!("t.csv: line {line}, cell {cell}: found `{value}`; expected quotes");
        assert!(message(csv).starts_with(&expected), "{}", message(csv));
    }
    // A quoted cell may hold commas, line ends and doubled quotes; lines are those of an editor.
    let table = read("a,\"k,\"\"i\"\"\"\n1,\"x\ny, z\"\n2,w\n").unwrap();
    assert_eq!((table.target(), table.classes()), ("k,\"i\"", &["w".to_owned(), "x\ny, z".to_owned()][..]));
    assert!(message("a,kind\n1,\"x\ny\"\ntwo,z\n").contains("row 2 (line 4)"));
}

#[test]
fn a_sample_in_place_of_the_header_is_refused() {
    let last = Target::last();
    for (csv, target) in [
        ("5.1,3.5,1.4,0.2,Iris-setosa\n4.9,3.0,1.4,0.2,Iris-setosa\n", &last),
        ("5.1,3.5,1.4,0.2,Iris-setosa\n4.9,3.0,1.4,0.2,Iris-setosa\n", &Target::named("species")),
        ("M,17.99,10.38\nB,1,2\n", &last),
        ("1,14.23,1.71\n2,1,2\n", &last),
        ("1,14.23,1.71\n2,1,2\n", &Target::named("1")),
        ("1,,1.71\n2,1,2\n", &last),
        ("1,1,x\n", &last),
        ("1\n2\n", &last),
    ] {
        let fault = Table::from_reader("t.csv", csv.as_bytes(), target).unwrap_err().fault;
        assert!(matches!(fault, TableFault::NoHeader { .. }), "{csv:?}: {fault}");
    }
    // A frame whose columns are numbered has a header, which names its target.
    let numbered = "0,1,species\n5.1,3.5,a\n4.9,3.0,b\n".as_bytes();
    assert_eq!(
        Table::from_reader("t.csv", numbered, &Target::named("species")).unwrap().features(),
        ["0", "1"]
    );
    assert!(message("0,1,species\n1,2,a\n").contains("begins with `0`"));
}

#[test]
fn columns_without_a_name_are_refused_by_number() {
    for (csv, column) in [
        (",w,h,kind\n0,1,2,a\n1,3,4,b\n", 1),
        ("w,h,kind,\n1,2,a,\n", 4),
        ("w, ,kind\n1,2,a\n", 2),
        ("w,\"\",,kind\n1,2,3,a\n", 2),
    ] {
        assert!(message(csv).starts_with(&format!("t.csv: column {column} has no name")), "{}", message(csv));
    }
}

#[test]
fn labels_that_are_the_same_number_are_one_class_named_as_the_first() {
    for (labels, names, rows) in [
        (&["1.0", "2", "1", "01", "+1", "1e0", "2."][..], &["1.0", "2"][..], &[0, 1, 0, 0, 0, 0, 1][..]),
        (&["0", "-0", "0.0", "-1", "-10"], &["-10", "-1", "0"], &[2, 2, 2, 1, 0]),
        (&["True", "true", "1", "b", "B"], &["1", "B", "True", "b", "true"], &[2, 4, 0, 3, 1]),
        // As doubles these are equal; as labels they are not.
        (&["9007199254740993", "9007199254740992"], &["9007199254740992", "9007199254740993"], &[1, 0]),
        (&["1e-400", "0"], &["0", "1e-400"], &[1, 0]),
        (&["nan", "NaN", "inf", "5"], &["5", "NaN", "inf", "nan"], &[3, 1, 2, 0]),
    ] {
        let samples: Vec<String> = labels.iter().map(|label| format!("0.5,{label}\n")).collect();
        let table = classes(&format!("a,kind\n{}", samples.concat()));
        assert_eq!(table.classes(), names, "{labels:?}");
        let found: Vec<usize> = table
            .targets()
            .columns()
            .into_iter()
            .map(|sample| sample.iter().position(|&one| one == 1.0).unwrap())
            .collect();
        assert_eq!(found, rows, "{labels:?}");
        assert_eq!(table.targets().sum(), labels.len() as f64);
    }
    let one = Table::from_reader("t.csv", "a,y\n1,2\n3,2.0\n".as_bytes(), &Target::last().as_classes());
    assert!(matches!(one.unwrap_err().fault, TableFault::OneClass { .. }));
}

#[test]
fn an_empty_target_is_told_by_its_row() {
    for csv in ["a,y\n1,2\n3,\n5,6\n", "a,y\n1,x\n3,\n5,y\n", "a,y\n1,x\n3,\"\"\n", "a,y\n1,2\n3, \t\n"] {
        let expected =
            "t.csv: the target of row 2 (line 3), column `y`, is empty; expected a number or a label";
        for target in [Target::last(), Target::last().as_classes(), Target::last().as_numbers()] {
            let error = Table::from_reader("t.csv", csv.as_bytes(), &target).unwrap_err().to_string();
            assert_eq!(error, expected, "{csv:?}");
        }
    }
    assert!(message("a,y\n1,\n2,3\n").contains("the target of row 1 (line 2)"));
}

#[test]
fn a_missing_file_is_named() {
    let error = Table::read("no/such/file.csv", &Target::last()).unwrap_err();
    assert_eq!(error.file, "no/such/file.csv");
    assert!(matches!(error.fault, TableFault::Io(ref io) if io.kind() == std::io::ErrorKind::NotFound));
    let folder = Table::read(env!("CARGO_MANIFEST_DIR"), &Target::last()).unwrap_err();
    assert!(matches!(folder.fault, TableFault::Io(_)), "{folder}");
}

/// Sizes and classes as `datasets/PROVENANCE.md` states them.
#[test]
fn the_datasets_are_complete() {
    let read = |file: &str, target: &Target| {
        Table::read(format!("{}/../../datasets/{file}.csv", env!("CARGO_MANIFEST_DIR")), target).unwrap()
    };
    let last = Target::last();
    for (file, target, samples, inputs, classes) in [
        ("iris", &last, 150, 4, 3),
        ("wine", &last, 178, 13, 3),
        ("breast_cancer", &last, 569, 30, 2),
        ("digits", &last.clone().as_classes(), 1797, 64, 10),
        ("diabetes", &last, 442, 10, 0),
    ] {
        let table = read(file, target);
        let sizes = (table.samples(), table.features().len(), table.classes().len());
        assert_eq!(sizes, (samples, inputs, classes), "{file}");
    }
    // Fisher's own rows 35 and 38, not those of the UCI copy (4.9,3.1,1.5,0.1 twice).
    let iris = read("iris", &last);
    assert_eq!(iris.inputs().column(34).to_vec(), [4.9, 3.1, 1.5, 0.2]);
    assert_eq!(iris.inputs().column(37).to_vec(), [4.9, 3.6, 1.4, 0.1]);
}

proptest! {
    /// What another program writes (the crate `csv`, with quotes where needed or everywhere) comes back.
    #[test]
    fn tables_written_by_another_program_are_read(
        samples in prop::collection::vec((-1e3_f64..1e3, "[a-c\",\n\r ]{0,8}[a-c]"), 2..12),
        always in any::<bool>(),
        crlf in any::<bool>(),
    ) {
        let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let ends = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().quote_style(style).terminator(ends).from_writer(Vec::new());
        writer.write_record(["a", "kind"]).unwrap();
        for (a, label) in &samples {
            writer.write_record([&a.to_string(), label]).unwrap();
        }
        let labels: std::collections::BTreeSet<&str> = samples.iter().map(|(_, label)| label.trim()).collect();
        prop_assume!(labels.len() > 1);
        let table = Table::from_reader("t.csv", &writer.into_inner().unwrap()[..], &Target::last()).unwrap();
        let inputs: Vec<f64> = samples.iter().map(|(a, _)| *a).collect();
        prop_assert_eq!(table.inputs().row(0).to_vec(), inputs);
        prop_assert_eq!(table.classes().iter().map(String::as_str).collect::<Vec<_>>(), labels.into_iter().collect::<Vec<_>>());
        for (sample, (_, label)) in samples.iter().enumerate() {
            let row = table.classes().iter().position(|class| class == label.trim()).unwrap();
            prop_assert_eq!(table.targets()[[row, sample]], 1.0);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Table::from_reader("t.csv", &bytes[..], &Target::last());
    }

    #[test]
    fn nearly_tables_do_not_make_the_reader_panic(text in "(a|b|,|\n|\r|\"|1|\\.|e|-|n|\u{feff}| ){0,60}") {
        for target in [Target::last(), Target::named("a").as_classes(), Target::last().as_numbers()] {
            if let Ok(table) = Table::from_reader("t.csv", text.as_bytes(), &target) {
                prop_assert_eq!(table.inputs().ncols(), table.targets().ncols());
                prop_assert!(table.inputs().iter().chain(table.targets()).all(|v| v.is_finite()));
            }
        }
    }
}
