//! ONNX files: what stands in their bytes, read by a decoder of the test's own. (That other programs answer as we do
//! is tested from Python.)

use ndarray::array;
use netcore::{
    Choice, ClassNames, Format, Layer, Missing, Model, ModelError, Network, Prepared, Scaling, Sheet,
    Topology, Transfer, to_onnx,
};

/// The fields of a message of Protocol Buffers: number, and integer or bytes.
fn fields(mut bytes: &[u8]) -> Vec<(u64, Value<'_>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let value = match key % 8 {
            0 => Value::Integer(varint(&mut bytes) as i64),
            2 => {
                let length = varint(&mut bytes) as usize;
                let (content, rest) = bytes.split_at(length);
                bytes = rest;
                Value::Bytes(content)
            }
            other => panic!("wire type {other}"),
        };
        fields.push((key / 8, value));
    }
    fields
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Value<'b> {
    Integer(i64),
    Bytes(&'b [u8]),
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for place in 0.. {
        let (first, rest) = bytes.split_first().expect("an integer has an end");
        *bytes = rest;
        value |= u64::from(first & 0x7f) << (7 * place);
        if first & 0x80 == 0 {
            break;
        }
    }
    value
}

/// The contents of a field of bytes, each time it occurs.
fn each(message: &[u8], number: u64) -> Vec<&[u8]> {
    let wanted = |(field, value)| match value {
        Value::Bytes(bytes) if field == number => Some(bytes),
        _ => None,
    };
    fields(message).into_iter().filter_map(wanted).collect()
}

fn integer(message: &[u8], number: u64) -> i64 {
    let (_, value) =
        fields(message).into_iter().find(|(field, _)| *field == number).expect("the field is there");
    let Value::Integer(value) = value else { panic!("field {number} is no integer") };
    value
}

fn text(message: &[u8], number: u64) -> &str {
    std::str::from_utf8(each(message, number)[0]).unwrap()
}

/// Names, element types and columns of the inputs (11) or outputs (12) of a graph.
fn declared(graph: &[u8], field: u64) -> Vec<(&str, i64, i64)> {
    let one = |info| {
        let tensor = each(each(info, 2)[0], 1)[0];
        let dims = each(each(tensor, 2)[0], 1);
        assert_eq!(text(dims[0], 2), "samples");
        (text(info, 1), integer(tensor, 1), integer(dims[1], 1))
    };
    each(graph, field).into_iter().map(one).collect()
}

const TEXT: i64 = 8;
const DOUBLE: i64 = 11;

fn tansig(parameters: &[f64]) -> Network {
    let layers =
        vec![Layer { units: 1, transfer: Transfer::Tansig }, Layer { units: 1, transfer: Transfer::Purelin }];
    let scaling = |data| Scaling::fit(&data).unwrap();
    let (input, output) = (scaling(array![[0.0, 4.0]]), scaling(array![[10.0, 30.0]]));
    let mut network = Network::with_scaling(Topology::new(1, layers).unwrap(), input, output).unwrap();
    network.set_parameters(parameters).unwrap();
    network
}

#[test]
fn a_file_has_versions_operators_and_the_exact_weights() {
    let bytes = to_onnx(&[tansig(&[0.1, 1.0 / 3.0, -0.0, 2.5])], None).unwrap();
    assert_eq!(integer(&bytes, 1), 9);
    assert_eq!(text(&bytes, 2), "patternsearch");
    let operators = each(&bytes, 8);
    assert_eq!((operators.len(), integer(operators[0], 2)), (1, 19));
    let graph = each(&bytes, 7)[0];
    assert_eq!(declared(graph, 11), [("inputs", DOUBLE, 1)]);
    assert_eq!(declared(graph, 12), [("outputs", DOUBLE, 1)]);

    let nodes: Vec<&str> = each(graph, 1).into_iter().map(|node| text(node, 4)).collect();
    let scaled = ["Sub", "Div", "Mul", "Add"];
    let layers = ["Gemm", "Tanh", "Gemm"];
    assert_eq!(nodes, [&scaled[..], &layers, &scaled, &["Identity"]].concat());

    let constants: Vec<f64> = each(graph, 5)
        .into_iter()
        .flat_map(|tensor| each(tensor, 9)[0].as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)))
        .collect();
    // minimum, width, span, low; W, b of each layer; minimum, width, span, low.
    let expected = [0.0, 4.0, 2.0, -1.0, 1.0 / 3.0, 0.1, 2.5, -0.0, 10.0, 20.0, 2.0, -1.0].map(f64::to_bits);
    assert_eq!(constants.into_iter().map(f64::to_bits).collect::<Vec<_>>(), expected);
}

fn prepared(csv: &str, missing: Missing) -> Prepared {
    let sheet = Sheet::from_reader("t.csv", csv.as_bytes(), &Format::default()).unwrap();
    Choice { missing, ..Choice::targets(["y"]) }.prepare(&sheet).unwrap()
}

fn model(csv: &str, missing: Missing, transfer: Transfer) -> Model {
    let Prepared { features, answer, .. } = prepared(csv, missing);
    let layer = Layer { units: answer.rows(), transfer };
    let network = Network::new(Topology::new(features.rows(), vec![layer]).unwrap());
    Model::new(features, answer, Vec::new(), vec![network.clone(), network]).unwrap()
}

#[test]
fn a_model_has_an_input_for_each_column_and_an_output_for_each_answer() {
    let csv = "size,colour,y\n1,red,5\n,blue,6\n2,green,7\n";
    let bytes = model(csv, Missing::Indicator, Transfer::Purelin).to_onnx().unwrap();
    let graph = each(&bytes, 7)[0];
    assert_eq!(declared(graph, 11), [("size", DOUBLE, 1), ("colour", TEXT, 1)]);
    assert_eq!(declared(graph, 12), [("y", DOUBLE, 1)]);
    // The mean of two networks.
    let nodes: Vec<&str> = each(graph, 1).into_iter().map(|node| text(node, 4)).collect();
    assert_eq!(nodes[nodes.len() - 3..], ["Add", "Div", "Identity"]);

    let classes = model("x,y\n1,no\n2,yes\n3,no\n", Missing::Refuse, Transfer::Logsig).to_onnx().unwrap();
    assert_eq!(declared(each(&classes, 7)[0], 12), [("y", TEXT, 1), ("probabilities", DOUBLE, 2)]);
}

#[test]
fn what_a_graph_cannot_express_is_refused_by_name() {
    let named = model("probabilities,y\n1,no\n2,yes\n", Missing::Refuse, Transfer::Logsig).to_onnx();
    let said = named.unwrap_err().to_string();
    assert_eq!(
        said,
        "the name `probabilities` cannot be written to ONNX; expected a name that only one input or output has"
    );
    assert!(matches!(to_onnx(&[], None), Err(ModelError::NoNetwork)));
    let three = ClassNames::Integers(vec![0, 1, 2]);
    let said = to_onnx(&[tansig(&[0.0; 4])], Some(&three)).unwrap_err().to_string();
    assert!(said.starts_with("network 1 has 1 outputs; expected 3"), "{said}");
}
