//! Calibration, partial dependence, and the page that shows them.

use mse::{
    Candidate, DependenceValues, Error, Modelled, Modelling, Nonnegative, Reliability, Samples, Size,
    html_report, html_report_on, partial_dependence,
};
use ndarray::{Array2, array};
use netcore::{
    Answer, Choice, Direction, Features, Format, Layer, Model, Monotone, Network, Sheet, Topology, Transfer,
};

fn sheet(csv: &str) -> Sheet {
    Sheet::from_reader("t.csv", csv.as_bytes(), &Format::default()).unwrap()
}

#[test]
fn bins_have_mean_probability_share_and_wilsons_interval() {
    let probabilities = array![[0.02, 0.04, 0.72, 0.78, 0.75, 1.0]];
    let samples = Samples::new(Array2::zeros((1, 6)), array![[0.0, 0.0, 1.0, 0.0, 1.0, 1.0]]).unwrap();
    let Reliability { bins } = Reliability::of(&probabilities, &samples);
    let counts: Vec<_> = bins.iter().map(|bin| (bin.range[0], bin.samples)).collect();
    assert_eq!(counts, [(0.0, 2), (0.7, 3), (0.9, 1)]);
    assert!((bins[0].predicted - 0.03).abs() < 1e-15 && bins[0].observed == 0.0);
    assert!((bins[1].predicted - 0.75).abs() < 1e-15 && (bins[1].observed - 2.0 / 3.0).abs() < 1e-15);
    // The ends are where (observed - p)² = z² p (1 - p) / n.
    for bin in &bins {
        for end in bin.interval.into_iter().filter(|end| *end > 1e-12 && *end < 1.0 - 1e-12) {
            let score = (bin.observed - end) / (end * (1.0 - end) / bin.samples as f64).sqrt();
            assert!((score.abs() - 1.959_963_984_540_054).abs() < 1e-9, "{bin:?}");
        }
    }
    assert_eq!((bins[0].interval[0], bins[2].interval[1]), (0.0, 1.0));
    // 2/6 |0.03 - 0| + 3/6 |0.75 - 2/3| + 1/6 |1 - 1|
    let error = Reliability { bins }.expected_error();
    assert!((error - (0.01 + 0.5 / 12.0)).abs() < 1e-15, "{error}");
}

/// Weights count in the means, and an interval has Kish's number of samples.
#[test]
fn sample_weights_count_in_the_bins() {
    let samples = Samples::new(Array2::zeros((1, 2)), array![[0.0, 1.0]]).unwrap();
    let samples = samples.weighted(vec![1.0, 3.0]).unwrap();
    let Reliability { bins } = Reliability::of(&array![[0.5, 0.54]], &samples);
    assert!((bins[0].predicted - 0.53).abs() < 1e-15 && bins[0].observed == 0.75);
    // (1 + 3)² / (1 + 9) = 1.6
    let [low, _] = bins[0].interval;
    let score = (0.75 - low) / (low * (1.0 - low) / 1.6).sqrt();
    assert!((score - 1.959_963_984_540_054).abs() < 1e-9, "{score}");
}

#[test]
fn of_three_classes_the_chosen_one_is_calibrated() {
    let probabilities = array![[0.62, 0.1], [0.28, 0.25], [0.1, 0.65]];
    let samples = Samples::new(Array2::zeros((1, 2)), array![[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]).unwrap();
    let Reliability { bins } = Reliability::of(&probabilities, &samples);
    assert_eq!((bins.len(), bins[0].samples, bins[0].observed), (1, 2, 0.5));
    assert!((bins[0].predicted - 0.635).abs() < 1e-15);
}

/// y = a + 2 b + 3 [kind = u] + 5 [b missing] by a linear net, whose mean over rows is known in closed form.
#[test]
fn partial_dependence_sets_one_feature_in_all_rows() {
    let sheet = sheet("a,b,kind,y\n0,1,u,0\n1,,v,0\n5,3,u,1\n");
    let choice = Choice { missing: netcore::Missing::Indicator, ..Choice::targets(["y"]) };
    let prepared = choice.prepare(&sheet).unwrap();
    assert_eq!(prepared.features.row_names(), ["a", "b", "b missing", "kind=u", "kind=v"]);
    let topology = Topology::new(5, vec![Layer { units: 1, transfer: Transfer::Purelin }]).unwrap();
    let mut network = Network::new(topology);
    network.set_parameters(&[0.0, 1.0, 2.0, 5.0, 3.0, 0.0]).unwrap();
    let model = Model::new(prepared.features, prepared.answer, Vec::new(), vec![network]).unwrap();
    let dependences = partial_dependence(&model, &prepared.inputs).unwrap();
    let close = |found: &Array2<f64>, expected: Array2<f64>| {
        assert!((found - &expected).iter().all(|difference| difference.abs() < 1e-14), "{found} {expected}");
    };
    // The mean of b is 2, also where it is missing; one of three is missing, two are u.
    let (of_b, of_missing, of_kind) = (4.0, 5.0 / 3.0, 2.0);
    assert_eq!(dependences[0].values, DependenceValues::Numbers(vec![0.0, 1.0, 5.0]));
    close(&dependences[0].mean, array![[0.0, 1.0, 5.0]] + of_b + of_missing + of_kind);
    // A value that is set is not missing.
    assert_eq!(dependences[1].values, DependenceValues::Numbers(vec![1.0, 2.0, 3.0]));
    close(&dependences[1].mean, array![[2.0, 4.0, 6.0]] + 2.0 + of_kind);
    assert_eq!(dependences[2].values, DependenceValues::Texts(vec!["u".to_owned(), "v".to_owned()]));
    close(&dependences[2].mean, array![[3.0, 0.0]] + 2.0 + of_b + of_missing);
    close(&dependences[2].individual, array![[5.0, 2.0], [13.0, 10.0], [14.0, 11.0]]);
}

fn modelled(csv: &str, modelling: Modelling) -> (Modelled, Sheet) {
    let sheet = sheet(csv);
    let sizes = vec![Size { hidden: vec![2], penalty: 0.01 }, Size { hidden: Vec::new(), penalty: 0.01 }];
    (Modelling { sizes, ..modelling }.run(&sheet).unwrap(), sheet)
}

/// The page is well formed as far as its elements close, and loads nothing.
#[track_caller]
fn check_page(page: &str) {
    let mut open = Vec::new();
    for tag in page.split('<').skip(1) {
        let name: String = tag.chars().take_while(|c| c.is_alphanumeric() || "/!".contains(*c)).collect();
        let single = tag[..tag.find('>').expect("a tag ends")].ends_with('/');
        match name.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed.to_owned()), "<{tag}"),
            None if single || name.starts_with('!') || ["meta", "link"].contains(&name.as_str()) => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(!page.contains("NaN") && !page.contains("{{"), "{page}");
    for loading in ["<script", "http", "@import", "url(", "src="] {
        assert!(!page.contains(loading), "{loading}");
    }
}

#[test]
fn the_page_of_numbers_has_scores_claims_plots_and_sizes() {
    let rows: String =
        (0..60).map(|i| format!("{i},{},{},{}\n", i % 7, ["<x>", "&y"][i % 2], 2 * i - i % 7)).collect();
    let rising = Monotone { feature: "a".to_owned(), direction: Direction::Increasing };
    let modelling = Modelling { monotone: vec![rising], ..Modelling::of(Choice::targets(["y"])) };
    let (modelled, sheet) = modelled(&format!("a,b,kind,y\n{rows}"), modelling);
    let page = html_report(&modelled, &sheet).unwrap();
    check_page(&page);
    for part in [
        "<h1>A net for y</h1>",
        "Fitted to 60 rows and 3 features of t.csv.",
        "<dt>R²</dt><dd>0.9",
        "12 rows were held out.",
        "<li>y is increasing in a: proved by the signs of the weights</li>",
        "Measured and predicted",
        "y and kind",
        "&lt;x&gt;",
        "Asked to be increasing.",
        "Sizes tried",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(!page.contains("Calibration") && !page.contains("Confusion"));
}

#[test]
fn the_page_of_classes_has_calibration_and_confusion() {
    let kind = |i: usize| ["low", "middle", "high"][(i / 20 + usize::from(i.is_multiple_of(9))).min(2)];
    let rows: String = (0..60).map(|i| format!("{i},{}\n", kind(i))).collect();
    let (of_three, sheet) = modelled(&format!("x,kind\n{rows}"), Modelling::of(Choice::targets(["kind"])));
    let page = html_report(&of_three, &sheet).unwrap();
    check_page(&page);
    for part in [
        "accuracy",
        "log loss",
        "Calibration",
        "<th>true \\ chosen</th>",
        "<span class=\"key k2\">P(middle)</span>",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let rows: String = (0..60).map(|i| format!("{i},{}\n", usize::from(i > 30))).collect();
    let modelling = Modelling {
        nonnegative: Some(Nonnegative::Weights),
        test_share: 0.0,
        ..Modelling::of(Choice { classes: true, ..Choice::targets(["late"]) })
    };
    let (of_two, sheet) = modelled(&format!("x,late\n{rows}"), modelling);
    let page = html_report(&of_two, &sheet).unwrap();
    check_page(&page);
    assert!(page.contains("No weight is negative; the answers are increasing in every input."));
    assert!(!page.contains("held out"), "without rows held out there are no scores");
}

/// A report on rows that the caller has chosen says so, and does not say that they were held out.
#[test]
fn the_page_of_a_model_on_rows_has_their_scores_and_claims_no_more_of_them() {
    let topology = Topology::new(2, vec![Layer { units: 1, transfer: Transfer::Purelin }]).unwrap();
    let mut network = Network::new(topology);
    network.set_parameters(&[1.0, 2.0, -3.0]).unwrap(); // y = 1 + 2 a - 3 b
    let asked = vec![Monotone { feature: "b".to_owned(), direction: Direction::Decreasing }];
    let answer = Answer::Numbers { targets: vec!["y".to_owned()] };
    let model = Model::new(Features::numbers(["a", "b"]), answer, asked, vec![network]).unwrap();
    // The errors are 1, -1 and 0, so that R² is 1 - 2 / 2.
    let rows = Samples::new(array![[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]], array![[2.0, -1.0, 1.0]]).unwrap();
    let (chosen, other) =
        (Size { hidden: Vec::new(), penalty: 0.5 }, Size { hidden: vec![9], penalty: 0.25 });
    let tried = |size: &Size| Candidate { size: size.clone(), loss: 2.0, error: 0.125 };
    let page = html_report_on(&model, &chosen, &[tried(&chosen), tried(&other)], &rows).unwrap();
    check_page(&page);
    for part in [
        "2 features, shown on 3 rows.",
        "<h2>On the rows of this report</h2>",
        "tell of new rows only if the net was not fitted to them.",
        "<dt>RMSE</dt><dd>0.8165</dd>",
        "<li>y is decreasing in b: proved by the signs of the weights</li>",
        "<tr class=\"best\"><td>none</td><td>0.5</td>",
        "<tr><td>9</td><td>0.25</td>",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(!page.contains("held out"));

    let two = Samples::new(array![[0.0], [0.0]], array![[1.0], [2.0]]).unwrap();
    let error = html_report_on(&model, &chosen, &[], &two).unwrap_err();
    assert!(matches!(error, Error::Training { argument: "the number of targets", .. }), "{error}");
}
