//! An ONNX graph that is being built: its inputs, constants, nodes and outputs.
//!
//! The numbers of fields and types are those of the published `onnx.proto`.

use std::collections::BTreeSet;

use super::wire::Message;
use crate::ModelError;

/// Version of the file format, and that of the operators that came with it.
const FORMAT: i64 = 9;
const OPERATORS: i64 = 19;

/// The type of the elements of a tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Integer = 7,
    Text = 8,
    Double = 11,
}

/// A constant: elements, and the size of each dimension.
pub(super) struct Tensor {
    kind: Kind,
    dims: Vec<usize>,
    content: Message,
}

const RAW_DATA: u64 = 9;
const STRING_DATA: u64 = 6;

impl Tensor {
    pub(super) fn doubles(dims: &[usize], values: impl IntoIterator<Item = f64>) -> Self {
        let bytes: Vec<u8> = values.into_iter().flat_map(f64::to_le_bytes).collect();
        Tensor {
            kind: Kind::Double,
            dims: dims.to_vec(),
            content: Message::default().bytes(RAW_DATA, &bytes),
        }
    }

    /// A list of doubles.
    pub(super) fn row(values: &[f64]) -> Self {
        Tensor::doubles(&[values.len()], values.iter().copied())
    }

    /// A list of integers.
    pub(super) fn integers(values: &[i64]) -> Self {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let content = Message::default().bytes(RAW_DATA, &bytes);
        Tensor { kind: Kind::Integer, dims: vec![values.len()], content }
    }

    /// A list of texts.
    pub(super) fn texts(values: &[String]) -> Self {
        let content = Message::default().each(values, |message, text| message.text(STRING_DATA, text));
        Tensor { kind: Kind::Text, dims: vec![values.len()], content }
    }

    /// A `TensorProto`.
    fn message(self, name: &str) -> Message {
        let dims = self.dims.iter().map(|&size| size as i64);
        self.content.each(dims, |message, size| message.int(1, size)).int(2, self.kind as i64).text(8, name)
    }
}

/// An attribute of a node: its name and a whole number.
pub(super) type Attribute = (&'static str, i64);

/// A `GraphProto` that grows. Each value has a name of its own.
#[derive(Default)]
pub(super) struct Graph {
    content: Message,
    names: BTreeSet<String>,
}

impl Graph {
    /// A value that the user gives, samples × columns.
    pub(super) fn input(&mut self, name: &str, kind: Kind, columns: usize) -> Result<String, ModelError> {
        self.claim(name)?;
        self.add(11, &value_info(name, kind, columns));
        Ok(name.to_owned())
    }

    /// A value that the user gets, samples × columns.
    pub(super) fn output(&mut self, name: &str, value: &str, kind: Kind, columns: usize) {
        self.node("Identity", &[value], &[], name);
        self.add(12, &value_info(name, kind, columns));
    }

    /// Keeps a name for an input or an output.
    pub(super) fn claim(&mut self, name: &str) -> Result<(), ModelError> {
        let wrong = |expected| ModelError::Onnx { what: "the name", value: name.to_owned(), expected };
        if name.is_empty() {
            return Err(wrong("a name that is not empty"));
        }
        let free = self.names.insert(name.to_owned());
        if free { Ok(()) } else { Err(wrong("a name that only one input or output has")) }
    }

    /// A constant.
    pub(super) fn constant(&mut self, tensor: Tensor) -> String {
        let name = self.unused("constant");
        self.add(5, &tensor.message(&name));
        name
    }

    /// The value of an operator.
    pub(super) fn apply(&mut self, operator: &str, inputs: &[&str]) -> String {
        self.apply_with(operator, inputs, &[])
    }

    /// The value of an operator with attributes.
    pub(super) fn apply_with(&mut self, operator: &str, inputs: &[&str], attributes: &[Attribute]) -> String {
        let name = self.unused(operator);
        self.node(operator, inputs, attributes, &name);
        name
    }

    /// A value of any type as doubles.
    pub(super) fn double(&mut self, value: &str) -> String {
        self.apply_with("Cast", &[value], &[("to", Kind::Double as i64)])
    }

    /// The file: a `ModelProto`.
    pub(super) fn into_file(self) -> Vec<u8> {
        let operators = Message::default().text(1, "").int(2, OPERATORS);
        Message::default()
            .int(1, FORMAT)
            .text(2, "patternsearch")
            .text(3, env!("CARGO_PKG_VERSION"))
            .message(7, &self.content.text(2, "net"))
            .message(8, &operators)
            .into_bytes()
    }

    /// A `NodeProto`.
    fn node(&mut self, operator: &str, inputs: &[&str], attributes: &[Attribute], output: &str) {
        let node = Message::default().each(inputs, |node, input| node.text(1, input)).text(2, output);
        let node = node.text(3, &format!("make_{output}")).text(4, operator);
        // An `AttributeProto` of type 2, an integer.
        let attribute =
            |&(name, value): &Attribute| Message::default().text(1, name).int(3, value).int(20, 2);
        self.add(1, &node.each(attributes, |node, given| node.message(5, &attribute(given))));
    }

    fn unused(&mut self, stem: &str) -> String {
        let names = (self.names.len()..).map(|number| format!("{stem}_{number}"));
        let name = names
            .into_iter()
            .find(|name| !self.names.contains(name))
            .expect("there is always another number");
        self.names.insert(name.clone());
        name
    }

    fn add(&mut self, field: u64, part: &Message) {
        self.content = std::mem::take(&mut self.content).message(field, part);
    }
}

/// A `ValueInfoProto` of any number of samples.
fn value_info(name: &str, kind: Kind, columns: usize) -> Message {
    let samples = Message::default().text(2, "samples");
    let columns = Message::default().int(1, columns as i64);
    let shape = Message::default().message(1, &samples).message(1, &columns);
    let tensor = Message::default().int(1, kind as i64).message(2, &shape);
    Message::default().text(1, name).message(2, &Message::default().message(1, &tensor))
}
