//! Nets as ONNX files, for other programs to run.
//!
//! Sources: the specifications "Open Neural Network Exchange" (`onnx.proto`, "Operators") and Protocol Buffers
//! ("Encoding").

mod columns;
mod graph;
mod layers;
mod wire;

use std::fs;
use std::path::Path;

use crate::{Answer, Model, ModelError, Network};
use graph::{Graph, Kind, Tensor};

/// Names of classes, in the order of their probabilities.
#[derive(Debug, Clone, PartialEq)]
pub enum ClassNames {
    /// Whole numbers.
    Integers(Vec<i64>),
    /// Other numbers.
    Doubles(Vec<f64>),
    /// Texts.
    Texts(Vec<String>),
}

impl ClassNames {
    fn len(&self) -> usize {
        match self {
            ClassNames::Integers(names) => names.len(),
            ClassNames::Doubles(names) => names.len(),
            ClassNames::Texts(names) => names.len(),
        }
    }

    fn tensor(&self) -> (Kind, Tensor) {
        match self {
            ClassNames::Integers(names) => (Kind::Integer, Tensor::integers(names)),
            ClassNames::Doubles(names) => (Kind::Double, Tensor::row(names)),
            ClassNames::Texts(names) => (Kind::Text, Tensor::texts(names)),
        }
    }
}

/// The name of the output with the probabilities.
const PROBABILITIES: &str = "probabilities";

/// An ONNX file of networks whose mean is the answer: the input `inputs` (samples × inputs) and the output
/// `outputs` (samples × outputs), all of them doubles.
///
/// With names of classes the outputs are `class` (samples × 1, of the type of the names) and `probabilities`
/// (samples × classes); of two classes the networks' output is the probability of the second.
///
/// The file has format version 9 and operators of version 19, which ONNX 1.14 brought. Its answers agree with
/// [`Network::outputs`] to rounding.
///
/// ```
/// use netcore::{Layer, Network, Topology, Transfer, to_onnx};
///
/// let network = Network::new(Topology::feedforward(4, &[3], 1)?);
/// std::fs::write(std::env::temp_dir().join("net.onnx"), to_onnx(&[network], None)?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ModelError::NoNetwork`] without networks, [`ModelError::Size`] if they differ in inputs or outputs, or have
/// another number of outputs than the classes need.
pub fn to_onnx(networks: &[Network], classes: Option<&ClassNames>) -> Result<Vec<u8>, ModelError> {
    let first = networks.first().ok_or(ModelError::NoNetwork)?;
    let outputs = match classes.map(ClassNames::len) {
        None => first.output_scaling().rows(),
        Some(2) => 1,
        Some(count) => count,
    };
    ModelError::check_sizes(networks, first.input_scaling().rows(), outputs)?;
    let mut graph = Graph::default();
    let inputs = graph.input("inputs", Kind::Double, first.input_scaling().rows())?;
    match classes {
        None => {
            graph.claim("outputs")?;
            let mean = layers::mean_outputs(&mut graph, networks, &inputs);
            graph.output("outputs", &mean, Kind::Double, outputs);
        }
        Some(classes) => {
            graph.claim("class")?;
            graph.claim(PROBABILITIES)?;
            let mean = layers::mean_outputs(&mut graph, networks, &inputs);
            answer_classes(&mut graph, "class", &mean, classes);
        }
    }
    Ok(graph.into_file())
}

impl Model {
    /// The model as an ONNX file. It has an input for each feature, with the feature's name (samples × 1): doubles
    /// for numbers, texts for the others. Answers are as [`Network::outputs`] gives them, to rounding.
    ///
    /// Of numbers there is an output for each target, with its name (samples × 1, doubles). Of classes one output
    /// has the target's name and is the most probable class (samples × 1, texts), and `probabilities` (samples ×
    /// classes, doubles) has the probability of each.
    ///
    /// A missing cell is NaN, or the empty text. ONNX has no errors: where this model would refuse a row, because a
    /// cell is missing that may not be or a text is unknown, numbers and probabilities are NaN, and the class is the
    /// empty text.
    ///
    /// The file has format version 9 and operators of version 19, which ONNX 1.14 brought.
    ///
    /// # Errors
    /// [`ModelError::Onnx`] for what a graph cannot express: a feature named as another one or as an output, a name
    /// that is empty, or a feature in which the empty text is a value and a missing cell at once.
    pub fn to_onnx(&self) -> Result<Vec<u8>, ModelError> {
        let mut graph = Graph::default();
        self.answer().targets().iter().try_for_each(|target| graph.claim(target))?;
        if matches!(self.answer(), Answer::Classes { .. }) {
            graph.claim(PROBABILITIES)?;
        }
        let inputs = columns::encoded(&mut graph, self.features())?;
        let mean = layers::mean_outputs(&mut graph, self.networks(), &inputs);
        match self.answer() {
            Answer::Numbers { targets } => answer_numbers(&mut graph, targets, &mean),
            Answer::Classes { target, classes } => {
                answer_classes(&mut graph, target, &mean, &ClassNames::Texts(classes.clone()));
            }
        }
        Ok(graph.into_file())
    }

    /// Writes [`to_onnx`](Model::to_onnx) to a file, replacing what was there.
    ///
    /// # Errors
    /// [`ModelError::Onnx`], or [`ModelError::File`] if the file cannot be written.
    pub fn save_onnx(&self, path: impl AsRef<Path>) -> Result<(), ModelError> {
        let path = path.as_ref();
        fs::write(path, self.to_onnx()?).map_err(|source| ModelError::File { path: path.to_owned(), source })
    }
}

/// A column of the outputs for each target.
fn answer_numbers(graph: &mut Graph, targets: &[String], outputs: &str) {
    if let [target] = targets {
        return graph.output(target, outputs, Kind::Double, 1);
    }
    for (place, target) in targets.iter().enumerate() {
        let place = graph.constant(Tensor::integers(&[place as i64]));
        let column = graph.apply_with("Gather", &[outputs, &place], &[("axis", 1)]);
        graph.output(target, &column, Kind::Double, 1);
    }
}

/// The most probable class, the first of equals, and the probabilities.
fn answer_classes(graph: &mut Graph, name: &str, outputs: &str, classes: &ClassNames) {
    let mut probabilities = outputs.to_owned();
    if classes.len() == 2 {
        let one = graph.constant(Tensor::row(&[1.0]));
        let first = graph.apply("Sub", &[&one, outputs]);
        probabilities = graph.apply_with("Concat", &[&first, outputs], &[("axis", 1)]);
    }
    let largest = graph.apply_with("ArgMax", &[&probabilities], &[("axis", 1)]);
    let (kind, names) = classes.tensor();
    let names = graph.constant(names);
    let mut class = graph.apply("Gather", &[&names, &largest]);
    if kind == Kind::Text {
        let columns = graph.constant(Tensor::integers(&[1]));
        let sum = graph.apply("ReduceSum", &[&probabilities, &columns]);
        let refused = graph.apply("IsNaN", &[&sum]);
        let empty = graph.constant(Tensor::texts(&[String::new()]));
        class = graph.apply("Where", &[&refused, &empty, &class]);
    }
    graph.output(name, &class, kind, 1);
    graph.output(PROBABILITIES, &probabilities, Kind::Double, classes.len());
}
