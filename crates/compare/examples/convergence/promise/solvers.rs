//! The solvers: all of the registry with their defaults, and variants of the pattern search.

use search::Minimizer;
use serde_json::{Value, json};

/// Beside those of the registry.
fn variants() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("patternsearch", "no-look", json!({"last_look": false})),
        ("coordinate", "no-look", json!({"last_look": false})),
        ("hybrid", "no-look", json!({"last_look": false})),
        ("patternsearch", "gps-np1", json!({"poll_method": "GPSPositiveBasisNp1"})),
        ("patternsearch", "gss-2n", json!({"poll_method": "GSSPositiveBasis2N"})),
        ("patternsearch", "gss-np1", json!({"poll_method": "GSSPositiveBasisNp1"})),
        ("patternsearch", "mads-2n", json!({"poll_method": "MADSPositiveBasis2N"})),
        ("patternsearch", "mads-np1", json!({"poll_method": "MADSPositiveBasisNp1"})),
        ("patternsearch", "orthomads-2n", json!({"poll_method": "OrthoMADSPositiveBasis2N"})),
        ("patternsearch", "orthomads-np1", json!({"poll_method": "OrthoMADSPositiveBasisNp1"})),
        ("patternsearch", "nups", json!({"algorithm": "nups"})),
        ("patternsearch", "nups-gps", json!({"algorithm": "nups-gps"})),
        ("patternsearch", "nups-mads", json!({"algorithm": "nups-mads"})),
        ("patternsearch", "success", json!({"poll_order": "success"})),
        ("patternsearch", "random", json!({"poll_order": "random"})),
        ("patternsearch", "complete", json!({"use_complete_poll": true})),
        ("patternsearch", "accelerated", json!({"accelerate_mesh": true})),
        ("patternsearch", "cache", json!({"cache": true})),
        ("patternsearch", "searchlhs", json!({"search_fcn": "searchlhs"})),
        ("patternsearch", "searchneldermead", json!({"search_fcn": "searchneldermead"})),
        ("patternsearch", "searchga", json!({"search_fcn": "searchga"})),
        ("patternsearch", "rbfsurrogate", json!({"search_fcn": "rbfsurrogate"})),
        ("coordinate", "plain", json!({"pattern_move": false, "parabola_step": false})),
        ("hybrid", "no-models", json!({"parts": {"model_step": false}})),
        ("hybrid", "no-axes", json!({"parts": {"model_axes": false}})),
        ("hybrid", "no-metric", json!({"parts": {"variable_metric": false}})),
        ("hybrid", "no-skipping", json!({"parts": {"skip_polls": false}})),
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
    let variants = variants()
        .into_iter()
        .map(|(solver, name, options)| (format!("{solver} {name}"), made(solver, &options)));
    kinds.into_iter().chain(variants).chain(others).collect()
}
