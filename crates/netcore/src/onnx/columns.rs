//! Columns of a table as nodes of a graph: encodings, and what stands where a cell is missing.

use super::graph::{Graph, Kind, Tensor};
use crate::{Encoding, Feature, Features, ModelError};

/// The encoded features (samples × rows of the features), from an input for each column.
pub(super) fn encoded(graph: &mut Graph, features: &Features) -> Result<String, ModelError> {
    let column = |feature: &Feature| {
        let kind = if feature.encoding == Encoding::Number { Kind::Double } else { Kind::Text };
        check_texts(feature)?;
        graph.input(&feature.name, kind, 1)
    };
    let cells: Vec<String> = features.all().iter().map(column).collect::<Result<_, _>>()?;
    let parts: Vec<String> = features
        .all()
        .iter()
        .zip(&cells)
        .map(|(feature, cells)| encoded_feature(graph, feature, cells))
        .collect();
    Ok(joined(graph, &parts))
}

/// An empty text is a missing cell; it cannot be a value as well.
fn check_texts(feature: &Feature) -> Result<(), ModelError> {
    let (Encoding::OneHot(known) | Encoding::Ordinal(known)) = &feature.encoding else { return Ok(()) };
    if feature.fill.is_none() || !known.iter().any(String::is_empty) {
        return Ok(());
    }
    let expected = "no empty text among the values, since it is a missing cell";
    Err(ModelError::Onnx { what: "the feature", value: feature.name.clone(), expected })
}

fn encoded_feature(graph: &mut Graph, feature: &Feature, cells: &str) -> String {
    let mut rows = match &feature.encoding {
        Encoding::Number => cells.to_owned(),
        Encoding::OneHot(known) => one_hot(graph, cells, known),
        Encoding::Ordinal(known) => {
            let one_hot = one_hot(graph, cells, known);
            let places = (0..known.len()).map(|place| place as f64);
            let places = graph.constant(Tensor::doubles(&[known.len(), 1], places));
            graph.apply("MatMul", &[&one_hot, &places])
        }
    };
    if feature.fill.is_none() && !feature.indicator {
        return rows;
    }
    let missing = missing(graph, feature, cells);
    if let Some(fill) = &feature.fill {
        let fill = graph.constant(Tensor::row(fill));
        rows = graph.apply("Where", &[&missing, &fill, &rows]);
    }
    if feature.indicator {
        let indicator = graph.double(&missing);
        rows = joined(graph, &[rows, indicator]);
    }
    rows
}

/// A column for each text, 1 where the cell has it; NaN in all of them where the cell has another one (0/0).
fn one_hot(graph: &mut Graph, cells: &str, known: &[String]) -> String {
    let known = graph.constant(Tensor::texts(known));
    let equal = graph.apply("Equal", &[cells, &known]);
    let ones = graph.double(&equal);
    let columns = graph.constant(Tensor::integers(&[1]));
    let found = graph.apply("ReduceSum", &[&ones, &columns]);
    graph.apply("Div", &[&ones, &found])
}

fn missing(graph: &mut Graph, feature: &Feature, cells: &str) -> String {
    if feature.encoding == Encoding::Number {
        return graph.apply("IsNaN", &[cells]);
    }
    let empty = graph.constant(Tensor::texts(&[String::new()]));
    graph.apply("Equal", &[cells, &empty])
}

/// Columns side by side.
fn joined(graph: &mut Graph, parts: &[String]) -> String {
    match parts {
        [part] => part.clone(),
        parts => {
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            graph.apply_with("Concat", &parts, &[("axis", 1)])
        }
    }
}
