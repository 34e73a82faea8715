//! Tables as people have them: what is read, what becomes of it, and what every fault is told.

use ndarray::array;
use netcore::{Answer, Choice, Encoding, Format, Missing, Prepared, Sheet, TableError, TableFault, Values};

fn sheet(csv: &str) -> Result<Sheet, TableError> {
    Sheet::from_reader("t.csv", csv.as_bytes(), &Format::default())
}

fn prepared(csv: &str, choice: &Choice) -> Result<Prepared, TableError> {
    choice.prepare(&sheet(csv)?)
}

fn message<T: std::fmt::Debug>(result: Result<T, TableError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn the_delimiter_is_found_in_the_header_or_given() {
    let plain = sheet("a,b\n1,x\n2,y z\n").unwrap();
    for csv in [
        "a;b\n1;x\n2;y z\n",
        "a\tb\n1\tx\n2\ty z\n",
        "a|b\n1|x\n2|y z\n",
        "\u{feff}\"a\"; b\r\n1;x\r\n\r\n2;\"y z\"\r\n",
    ] {
        let read = sheet(csv).unwrap();
        assert_eq!((read.column("a"), read.column("b")), (plain.column("a"), plain.column("b")), "{csv:?}");
    }
    // Delimiters inside of quotes do not count.
    assert_eq!(sheet("\"a,b,c\";d\n1;2\n").unwrap().names().collect::<Vec<_>>(), ["a,b,c", "d"]);
    let given = Format { delimiter: Some('/'), ..Format::default() };
    assert_eq!(Sheet::from_reader("t", "a/b\n1/2\n".as_bytes(), &given).unwrap().names().count(), 2);
    for delimiter in ['"', '1', '.', '\n'] {
        let format = Format { delimiter: Some(delimiter), ..Format::default() };
        let fault = Sheet::from_reader("t", "a,b\n1,2\n".as_bytes(), &format).unwrap_err().fault;
        assert!(matches!(fault, TableFault::Delimiter { .. }), "{delimiter:?}: {fault}");
    }
}

/// A row of a file with tabs may begin and end with missing cells.
#[test]
fn tabs_at_the_ends_of_a_row_are_cells() {
    let read = sheet("a\tb\tc\n\t1\t\n2\t\t3\n").unwrap();
    assert!(read.column("a").unwrap().is_missing(0) && read.column("c").unwrap().is_missing(0));
    assert!(read.column("b").unwrap().is_missing(1));
    assert_eq!(read.rows(), 2);
}

#[test]
fn a_decimal_comma_takes_the_place_of_the_point() {
    let format = Format { decimal_comma: true, ..Format::default() };
    let read = |csv: &str| Sheet::from_reader("t", csv.as_bytes(), &format);
    assert_eq!(read("a;b\n-1,5;2\n").unwrap().column("a"), Some(&Values::Numbers(vec![-1.5])));
    // `1.500` may be a thousand and a half: no number.
    assert_eq!(read("a;b\n1.500;2\n").unwrap().column("a"), Some(&Values::Text(vec![Some("1.500".into())])));
    let comma = Format { delimiter: Some(','), ..format.clone() };
    let fault = Sheet::from_reader("t", "a,b\n1,2\n".as_bytes(), &comma).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "t: `,` cannot stand between the cells of numbers with a decimal comma; expected another character, such as `;`"
    );
}

#[test]
fn words_for_missing_cells_are_missing_in_numbers_and_in_text() {
    let read = sheet("a,b\nNA,x\n2,?\n,\n").unwrap();
    assert!(
        matches!(read.column("a"), Some(Values::Numbers(a)) if a[0].is_nan() && a[1] == 2.0 && a[2].is_nan())
    );
    assert_eq!(read.column("b"), Some(&Values::Text(vec![Some("x".into()), None, None])));
    let format = Format { missing: vec!["-99".to_owned()], ..Format::default() };
    let read = Sheet::from_reader("t", "a,b\n-99,1\n3,2\n".as_bytes(), &format).unwrap();
    assert!(read.column("a").unwrap().is_missing(0));
}

#[test]
fn text_becomes_one_hot_or_its_place_in_a_given_order() {
    let csv = "size,colour,grade,y\n1,red,low,5\n2,blue,high,6\n3,red,mid,7\n";
    let order = ["low", "mid", "high"].map(str::to_owned).to_vec();
    let choice = Choice { orders: vec![("grade".into(), order)], ..Choice::targets(["y"]) };
    let data = prepared(csv, &choice).unwrap();
    assert_eq!(data.features.row_names(), ["size", "colour=blue", "colour=red", "grade"]);
    assert_eq!(data.inputs, array![[1.0, 2.0, 3.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 2.0, 1.0]]);
    assert_eq!(data.targets, array![[5.0, 6.0, 7.0]]);
    assert_eq!(data.features.all()[1].encoding, Encoding::OneHot(vec!["blue".into(), "red".into()]));
}

#[test]
fn missing_cells_are_refused_dropped_filled_with_the_mean_or_marked() {
    let csv = "a,c,y\n1,u,1\n,v,2\n5,,3\n6,u,4\n";
    let with = |missing| prepared(csv, &Choice { missing, ..Choice::targets(["y"]) });
    assert_eq!(
        message(with(Missing::Refuse)),
        "t.csv: row 2 (line 3), column `a`: the cell is missing (empty, or a word for it); expected a value, or a choice of what becomes of \
         missing cells (drop, mean, indicator)"
    );
    let dropped = with(Missing::Drop).unwrap();
    assert_eq!((dropped.samples, dropped.targets), (vec![0, 3], array![[1.0, 4.0]]));
    assert_eq!(dropped.features.row_names(), ["a", "c=u"]);
    // The mean of a = 1, 5, 6 is 4; of three texts two are u.
    let mean = with(Missing::Mean).unwrap();
    let third = 1.0 / 3.0;
    assert_eq!(
        mean.inputs,
        array![[1.0, 4.0, 5.0, 6.0], [1.0, 0.0, 2.0 * third, 1.0], [0.0, 1.0, third, 0.0]]
    );
    let marked = with(Missing::Indicator).unwrap();
    assert_eq!(marked.features.row_names(), ["a", "a missing", "c=u", "c=v", "c missing"]);
    assert_eq!(marked.inputs.row(1), array![0.0, 1.0, 0.0, 0.0]);
    assert_eq!(marked.inputs.row(4), array![0.0, 0.0, 1.0, 0.0]);
}

#[test]
fn targets_are_numbers_several_of_them_or_classes() {
    let several = prepared("a,y,z\n1,2,3\n2,4,6\n", &Choice::targets(["z", "y"])).unwrap();
    assert_eq!(several.targets, array![[3.0, 6.0], [2.0, 4.0]]);
    assert_eq!(several.answer, Answer::Numbers { targets: vec!["z".into(), "y".into()] });

    let two = Choice { classes: true, ..Choice::targets(["y"]) };
    let two = prepared("a,y\n1,10\n2,9\n3,10\n", &two).unwrap();
    assert_eq!(two.answer.classes(), ["9", "10"]); // by value
    assert_eq!(two.targets, array![[1.0, 0.0, 1.0]]); // whether it is the second

    let three = prepared("a,y\n1,p\n2,q\n3,r\n", &Choice::targets(["y"])).unwrap();
    assert_eq!(three.targets, array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
}

#[test]
fn new_data_are_read_by_name_and_refused_where_they_do_not_fit() {
    let csv = "a,c,y\n1,u,1\n2,v,2\n";
    let features = prepared(csv, &Choice::targets(["y"])).unwrap().features;
    let encode = |csv: &str| features.encode(&sheet(csv).unwrap());
    // Another order, another column, another delimiter, no target.
    assert_eq!(encode("z;c;a\n0;v;3\n").unwrap(), array![[3.0], [0.0], [1.0]]);
    assert_eq!(
        message(encode("b,c\n1,u\n")),
        "t.csv: there is no column `a` for a feature; the columns are: b, c"
    );
    assert_eq!(
        message(encode("a,c\n1,w\n")),
        "t.csv: row 1 (line 2), column `c`: found `w`: expected one of `u`, `v`"
    );
    assert_eq!(
        message(encode("a,c\nx,u\n")),
        "t.csv: row 1 (line 2), column `a`: found `x`: expected a number"
    );
    assert!(matches!(encode("a,c\n,u\n").unwrap_err().fault, TableFault::MissingCell { .. }));
    // The cell that makes the column text, not the first of the column.
    assert_eq!(
        message(encode("a,c\n1,u\nx,u\n")),
        "t.csv: row 2 (line 3), column `a`: found `x`: expected a number"
    );
    let answer = Answer::Numbers { targets: vec!["a".into()] };
    assert_eq!(
        message(answer.encode(&sheet("a,c\n1,u\nx,u\n").unwrap())),
        "t.csv: row 2 (line 3), column `a`: found `x`: expected a number"
    );
}

#[test]
fn every_fault_names_the_column_and_says_what_was_expected() {
    let of = |csv: &str, choice: &Choice| message(prepared(csv, choice));
    let y = Choice::targets(["y"]);
    assert_eq!(of("a,b\n1,2\n", &y), "t.csv: there is no column `y` for the target; the columns are: a, b");
    let both = Choice { ignore: vec!["y".into()], ..y.clone() };
    assert_eq!(
        of("a,y\n1,2\n", &both),
        "t.csv: column `y` is given as the target and as ignored; expected one of them"
    );
    // A misspelt number is not a text of its own.
    assert_eq!(
        of("a,y\n1,2\n1O,3\n2,4\n", &y),
        "t.csv: row 2 (line 3), column `a`: found `1O`: text in a column with numbers; expected numbers alone, a word \
         for a missing cell, or a column read as text"
    );
    // In a target neither, unless its values are classes.
    let typo = "a,y\n1,2\n2,3O\n3,4\n";
    assert_eq!(
        of(typo, &y),
        "t.csv: row 2 (line 3), column `y`: found `3O`: text in a target column that starts with numbers, or the \
         reverse; expected all numbers, all text, or a column read as classes"
    );
    let classes = Choice { classes: true, ..y.clone() };
    assert_eq!(prepared(typo, &classes).unwrap().answer.classes(), ["2", "3O", "4"]);
    let names: String = (0..65).map(|i| format!("p{i},{i}\n")).collect();
    assert_eq!(
        of(&format!("name,y\n{names}"), &y),
        "t.csv: column `name` has 65 different texts; expected at most 64; ignore it, or give the order of its values"
    );
    let orders = vec![("a".to_owned(), vec!["x".to_owned(), "x".to_owned()])];
    let ordered = Choice { orders, ..y.clone() };
    assert_eq!(
        of("a,y\nx,1\n", &ordered),
        "t.csv: the order of column `a` is x, x; expected two or more different values"
    );
    assert!(of("a,y\n1,u\n2,u\n", &y).contains("every sample of column `y` is of class `u`"));
    assert!(of("a,y,z\n1,u,1\n", &Choice::targets(["y", "z"])).contains("the targets y, z are several"));
    let drop = Choice { missing: Missing::Drop, ..y };
    assert_eq!(
        of("a,y\n,1\n2,\n", &drop),
        "t.csv: each of the 2 rows has a missing cell; expected at least one complete row"
    );
    assert!(message(sheet("a,a\n1,2\n")).contains("columns 1 and 2 are both named `a`"));
    assert!(message(sheet("a,b\n1\n")).contains("row 1 (line 2) has 1 cells; expected 2"));
    assert!(
        message(sheet("a,b\n1,inf\n"))
            .contains("row 1 (line 2), column `b`: found `inf`: expected a finite number")
    );
}

/// A column of numbers and text together may be ignored, or read as text.
#[test]
fn codes_that_look_like_numbers_are_read_as_text_where_asked_for() {
    let csv = "code,y\n01,1\n1,2\nB,3\n";
    let format = Format { text: vec!["code".to_owned()], ..Format::default() };
    let read = Sheet::from_reader("t", csv.as_bytes(), &format).unwrap();
    let data = Choice::targets(["y"]).prepare(&read).unwrap();
    assert_eq!(data.features.row_names(), ["code=01", "code=1", "code=B"]);
    let with = sheet("code,a,y\n01,1,1\nB,2,2\n").unwrap();
    let ignored = Choice { ignore: vec!["code".into()], ..Choice::targets(["y"]) };
    assert_eq!(ignored.prepare(&with).unwrap().features.row_names(), ["a"]);
    let unknown = Format { text: vec!["zip".to_owned()], ..Format::default() };
    assert!(message(Sheet::from_reader("t", csv.as_bytes(), &unknown)).contains("no column `zip` for text"));
}

#[test]
fn arrays_become_the_same_sheet_as_a_file() {
    let csv = sheet("a,c,y\n1,u,1\n,v,2\n").unwrap();
    let columns = vec![
        ("a".to_owned(), Values::Numbers(vec![1.0, f64::NAN])),
        ("c".to_owned(), Values::Text(vec![Some("u".into()), Some("v".into())])),
        ("y".to_owned(), Values::Numbers(vec![1.0, 2.0])),
    ];
    let choice = Choice { missing: Missing::Mean, ..Choice::targets(["y"]) };
    let arrays = Sheet::new("arrays", columns.clone()).unwrap();
    assert_eq!(choice.prepare(&arrays).unwrap(), choice.prepare(&csv).unwrap());
    let ragged = vec![columns[0].clone(), ("b".to_owned(), Values::Numbers(vec![1.0]))];
    assert_eq!(
        message(Sheet::new("arrays", ragged)),
        "arrays: column `b` has 1 values; expected 2 as in the first column"
    );
}
