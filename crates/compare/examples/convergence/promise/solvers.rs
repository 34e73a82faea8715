//! The solvers: all of the registry with their defaults, and variants of the pattern search.

use search::Minimizer;
use serde_json::{Value, json};

/// Beside those of the registry.
fn variants() -> Vec<(&'static str, Value)> {
    vec![
        ("no-look", json!({"last_look": false})),
        ("coordinate-no-look", json!({"algorithm": "coordinate", "last_look": false})),
        ("hybrid-no-look", json!({"algorithm": "hybrid", "last_look": false})),
        ("gps-np1", json!({"poll_method": "GPSPositiveBasisNp1"})),
        ("gss-2n", json!({"poll_method": "GSSPositiveBasis2N"})),
        ("gss-np1", json!({"poll_method": "GSSPositiveBasisNp1"})),
        ("mads-2n", json!({"poll_method": "MADSPositiveBasis2N"})),
        ("mads-np1", json!({"poll_method": "MADSPositiveBasisNp1"})),
        ("orthomads-2n", json!({"poll_method": "OrthoMADSPositiveBasis2N"})),
        ("orthomads-np1", json!({"poll_method": "OrthoMADSPositiveBasisNp1"})),
        ("nups", json!({"algorithm": "nups"})),
        ("nups-gps", json!({"algorithm": "nups-gps"})),
        ("nups-mads", json!({"algorithm": "nups-mads"})),
        ("success", json!({"poll_order": "success"})),
        ("random", json!({"poll_order": "random"})),
        ("complete", json!({"use_complete_poll": true})),
        ("accelerated", json!({"accelerate_mesh": true})),
        ("cache", json!({"cache": true})),
        ("searchlhs", json!({"search_fcn": "searchlhs"})),
        ("searchneldermead", json!({"search_fcn": "searchneldermead"})),
        ("searchga", json!({"search_fcn": "searchga"})),
        ("rbfsurrogate", json!({"search_fcn": "rbfsurrogate"})),
        (
            "coordinate-plain",
            json!({"algorithm": "coordinate", "pattern_move": false, "parabola_step": false}),
        ),
        ("hybrid-no-models", json!({"algorithm": "hybrid", "hybrid": {"model_step": false}})),
        ("hybrid-no-axes", json!({"algorithm": "hybrid", "hybrid": {"model_axes": false}})),
        ("hybrid-no-metric", json!({"algorithm": "hybrid", "hybrid": {"variable_metric": false}})),
        ("hybrid-no-skipping", json!({"algorithm": "hybrid", "hybrid": {"skip_polls": false}})),
    ]
}

/// All of them by name, those of the pattern search first.
///
/// # Panics
/// If the registry refuses options that are written here.
pub(crate) fn solvers() -> Vec<(String, Box<dyn Minimizer>)> {
    let made = |name: &str, options: &Value| {
        search::solver(name, options).unwrap_or_else(|error| panic!("{name} {options}: {error}"))
    };
    let mut kinds: Vec<_> =
        search::solver_names().into_iter().map(|name| (name.to_owned(), made(name, &json!({})))).collect();
    let others = kinds.split_off(4);
    let variants = variants().into_iter().map(|(name, options)| {
        let name = format!("patternsearch {name}");
        (name, made("patternsearch", &options))
    });
    kinds.into_iter().chain(variants).chain(others).collect()
}
