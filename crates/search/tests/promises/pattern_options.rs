//! Options of the pattern search: ranges, files in every spelling, and what wrong ones are told.

use proptest::prelude::*;
use search::PatternSearch;
use search::pattern::{Options, PollMethod};

#[test]
fn options_out_of_range_are_refused_by_name() {
    let d = Options::default;
    let cases = [
        ("mesh_tolerance", Options { mesh_tolerance: 0.0, ..d() }),
        ("mesh_tolerance", Options { mesh_tolerance: f64::NAN, ..d() }),
        ("step_tolerance", Options { step_tolerance: -1e-9, ..d() }),
        ("function_tolerance", Options { function_tolerance: f64::INFINITY, ..d() }),
        ("max_function_evaluations", Options { max_function_evaluations: Some(0), ..d() }),
        ("max_time", Options { max_time: Some(-1.0), ..d() }),
        ("max_time", Options { max_time: Some(f64::NAN), ..d() }),
        ("initial_mesh_size", Options { initial_mesh_size: 0.0, ..d() }),
        ("initial_mesh_size", Options { initial_mesh_size: 1e-9, ..d() }),
        ("max_mesh_size", Options { max_mesh_size: Some(0.5), ..d() }),
        ("mesh_expansion_factor", Options { mesh_expansion_factor: 0.99, ..d() }),
        ("mesh_contraction_factor", Options { mesh_contraction_factor: 1.0, ..d() }),
        ("mesh_contraction_factor", Options { mesh_contraction_factor: 0.0, ..d() }),
        ("constraint_tolerance", Options { constraint_tolerance: 0.0, ..d() }),
        ("initial_penalty", Options { initial_penalty: 0.5, ..d() }),
        ("penalty_factor", Options { penalty_factor: 1.0, ..d() }),
        ("barrier_threshold", Options { barrier_threshold: Some(-1.0), ..d() }),
    ];
    for (name, options) in cases {
        let message = PatternSearch::new(options).unwrap_err().to_string();
        assert!(
            message.starts_with(&format!("option {name} is ")) && message.contains("expected"),
            "{message}"
        );
    }
}

#[test]
fn option_files_take_new_old_and_our_spellings() {
    let new = r#"{"Algorithm": "classic", "PollMethod": "GPSPositiveBasis2N", "PollOrderAlgorithm": "Success",
        "UseCompletePoll": true, "MeshTolerance": 1e-5, "StepTolerance": 1e-4, "FunctionTolerance": 1e-3,
        "MaxIterations": 7, "MaxFunctionEvaluations": 8, "MaxTime": 9.5, "InitialMeshSize": 2, "MaxMeshSize": 16,
        "MeshExpansionFactor": 4, "MeshContractionFactor": 0.25, "AccelerateMesh": true, "ScaleMesh": false, "MeshRotate": false,
        "ConstraintTolerance": 1e-4, "InitialPenalty": 20, "PenaltyFactor": 30, "Display": "iter", "seed": 3}"#;
    let old = r#"{"Algorithm": "classic", "PollMethod": "PositiveBasis2N", "PollingOrder": "success",
        "CompletePoll": "on", "TolMesh": 1e-5, "TolX": 1e-4, "TolFun": 1e-3, "MaxIter": 7, "MaxFunEvals": 8,
        "TimeLimit": 9.5, "InitialMeshSize": 2, "MaxMeshSize": 16, "MeshExpansion": 4, "MeshContraction": 0.25,
        "MeshAccelerator": "on", "ScaleMesh": "off", "MeshRotate": "off", "TolCon": 1e-4, "InitialPenalty": 20,
        "PenaltyFactor": 30, "Display": "iter", "seed": 3}"#;
    let options = Options::from_json(new).unwrap();
    assert_eq!(Options::from_json(old).unwrap(), options);
    assert_eq!(
        (options.mesh_tolerance, options.step_tolerance, options.function_tolerance),
        (1e-5, 1e-4, 1e-3)
    );
    assert_eq!((options.max_iterations, options.max_function_evaluations), (Some(7), Some(8)));
    assert_eq!(
        (options.constraint_tolerance, options.initial_penalty, options.penalty_factor),
        (1e-4, 20.0, 30.0)
    );
    assert!(options.use_complete_poll && options.accelerate_mesh && !options.scale_mesh);
    assert!(!options.mesh_rotate && Options::default().mesh_rotate);
    // What is written is read back the same.
    let written = serde_json::to_string(&options).unwrap();
    assert_eq!(Options::from_json(&written).unwrap(), options);
    assert_eq!(Options::from_json("{}").unwrap(), Options::default());
    let written = serde_json::to_string(&Options::default()).unwrap();
    assert_eq!(Options::from_json(&written).unwrap(), Options::default());
}

#[test]
fn poll_methods_have_matlabs_names() {
    let names = [
        ("GPSPositiveBasis2N", PollMethod::GpsPositiveBasis2N),
        ("GPSPositiveBasisNp1", PollMethod::GpsPositiveBasisNp1),
        ("GSSPositiveBasis2N", PollMethod::GssPositiveBasis2N),
        ("GSSPositiveBasisNp1", PollMethod::GssPositiveBasisNp1),
        ("MADSPositiveBasis2N", PollMethod::MadsPositiveBasis2N),
        ("MADSPositiveBasisNp1", PollMethod::MadsPositiveBasisNp1),
        ("OrthoMADSPositiveBasis2N", PollMethod::OrthoMadsPositiveBasis2N),
        ("OrthoMADSPositiveBasisNp1", PollMethod::OrthoMadsPositiveBasisNp1),
    ];
    let read = |name: &str| Options::from_json(&format!("{{\"PollMethod\": \"{name}\"}}")).unwrap();
    for (name, method) in names {
        assert_eq!(read(name).poll_method, method);
        assert_eq!(read(&name.to_lowercase()).poll_method, method);
        assert_eq!(serde_json::to_value(read(name)).unwrap()["poll_method"], name);
    }
    assert_eq!(read("PositiveBasis2N").poll_method, PollMethod::GpsPositiveBasis2N);
    assert_eq!(read("PositiveBasisNp1").poll_method, PollMethod::GpsPositiveBasisNp1);
}

#[test]
fn option_files_take_what_matlab_writes() {
    let text = r#"{"MaxIter": "100*numberOfVariables", "MaxFunEvals": "2000*numberofvariables", "MaxMeshSize": "Inf",
        "MaxTime": "inf", "Display": "Iter", "CompletePoll": "Off", "PollMethod": "positivebasis2n",
        "PollingOrder": "Consecutive"}"#;
    let expected = Options { display: search::DisplayLevel::Iter, ..Options::default() };
    assert_eq!(Options::from_json(text).unwrap(), expected);
    let text = r#"{"MaxIter": 100.0, "MaxFunEvals": 1e3, "MaxTime": null}"#;
    let expected =
        Options { max_iterations: Some(100), max_function_evaluations: Some(1000), ..Options::default() };
    assert_eq!(Options::from_json(text).unwrap(), expected);
}

#[test]
fn wrong_option_files_are_told_the_key() {
    for (text, says) in [
        (r#"{"TolMsh": 1}"#, "TolMsh"),
        (r#"{"TolMesh": "small"}"#, "TolMesh"),
        (r#"{"TolMesh": -1}"#, "TolMesh is -1"),
        (r#"{"CompletePoll": "maybe"}"#, "CompletePoll: expected true, false, \"on\" or \"off\""),
        (r#"{"MaxIter": 1.5}"#, "MaxIter"),
        (r#"{"MaxIter": -1}"#, "MaxIter"),
        (
            r#"{"PollMethod": "Spiral"}"#,
            "PollMethod: unknown variant `Spiral`, expected `GPSPositiveBasis2N`",
        ),
        (r#"{"PollingOrder": "sideways"}"#, "expected `consecutive` or `random` or `success`"),
        (r#"{"Display": "loud"}"#, "Display: unknown variant `loud`"),
        (r#"{"MaxTime": "soon"}"#, "MaxTime: unknown variant `soon`, expected `Inf`"),
        (r#"{"TolMesh": 1, "MeshTolerance": 2}"#, "duplicate field `mesh_tolerance`"),
        (r#"{"TolMesh": 1"#, "EOF"),
        (r#"{} {}"#, "trailing"),
        ("", "EOF"),
    ] {
        let message = Options::from_json(text).unwrap_err().to_string();
        assert!(message.contains(says), "{text}: {message}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_options_reader_panic(text in "\\PC{0,80}") {
        let _ = Options::from_json(&text);
    }

    #[test]
    fn options_read_from_any_json_are_valid(key in 0_usize..12, value in any::<f64>()) {
        let keys = ["MeshTolerance", "TolX", "TolFun", "MaxIter", "MaxFunEvals", "MaxTime", "InitialMeshSize",
            "MaxMeshSize", "MeshExpansion", "MeshContraction", "seed", "CompletePoll"];
        if let Ok(options) = Options::from_json(&format!("{{\"{}\": {value:e}}}", keys[key])) {
            prop_assert!(PatternSearch::new(options).is_ok());
        }
    }
}
