//! Reads options from JSON or TOML.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value, json};

use crate::Error;

/// Reads options from JSON text, an object of keys and values. [`solver`](crate::solver) interprets and
/// checks them.
///
/// ```
/// use search::{options_from_json, options_from_toml};
///
/// let options = options_from_json(r#"{"TolMesh": 1e-8, "MaxMeshSize": "inf"}"#)?;
/// assert_eq!(options_from_toml("TolMesh = 1e-8\nMaxMeshSize = inf")?, options);
/// # Ok::<(), search::Error>(())
/// ```
///
/// # Errors
/// [`Error::OptionsText`] for text that is not such an object, or for a duplicate key.
pub fn options_from_json(text: &str) -> Result<Value, Error> {
    let Table(options) = serde_json::from_str(without_mark(text)).map_err(unreadable)?;
    Ok(Value::Object(options))
}

/// Reads options from TOML text, keys and values. Infinities and NaN, which JSON lacks, become the words
/// `inf`, `-inf` and `NaN`. TOML has no `null`: omit the key instead.
///
/// ```
/// let options = search::options_from_toml("TolMesh = 1e-8\nCompletePoll = 'on'")?;
/// assert!(search::solver("patternsearch", &options).is_ok());
/// # Ok::<(), search::Error>(())
/// ```
///
/// # Errors
/// [`Error::OptionsText`] for text that is not TOML.
#[cfg(feature = "toml")]
pub fn options_from_toml(text: &str) -> Result<Value, Error> {
    let table: toml::Table = without_mark(text).parse().map_err(unreadable)?;
    Ok(json_of(toml::Value::Table(table)))
}

/// Parses the options of one solver; missing fields take their defaults.
///
/// # Errors
/// [`Error::OptionsText`] naming a key that is unknown, given in two spellings, or of the wrong type.
pub(crate) fn parsed<O: DeserializeOwned>(options: &Value) -> Result<O, Error> {
    // serde would also accept a list of values in the order of the fields.
    if !options.is_object() {
        return Err(unreadable(format!("the value is {options}; expected keys and values")));
    }
    serde_path_to_error::deserialize(options).map_err(|error| {
        let path = error.path().to_string();
        let key = if path == "." { String::new() } else { format!("{path}: ") };
        let message = instead_of(&path).unwrap_or_else(|| error.into_inner().to_string());
        Error::OptionsText { key, message }
    })
}

/// Returns a hint for a MATLAB option that is set elsewhere here.
fn instead_of(key: &str) -> Option<String> {
    let instead = match key.to_lowercase().as_str() {
        "useparallel" | "usevectorized" | "vectorized" => "use `Run::on_threads` or the flag --threads",
        "plotfcn" | "plotfcns" | "plotinterval" => {
            "use an observer such as `plot::LivePlot`, or `plot::convergence`, or the flag --plot"
        }
        "outputfcn" | "outputfcns" => "use `PatternSearch::with_output_fcn` or an `Observer` in code",
        _ => return None,
    };
    Some(format!("is not an option here: {instead}"))
}

/// Replaces the option's name in an error by the spelling used in `options`.
pub(crate) fn as_spelled<O: DeserializeOwned>(error: Error, options: &Value) -> Error {
    match error {
        Error::Option { name, value, expected } => {
            Error::Option { name: spelling::<O>(name, options), value, expected }
        }
        Error::UnusedOption { name, value, algorithm, default, taken_by } => {
            Error::UnusedOption { name: spelling::<O>(name, options), value, algorithm, default, taken_by }
        }
        error => error,
    }
}

/// Returns the spelling in `options` of a field of `O`, keeping a part after a dot; `name` itself if the
/// field is missing.
fn spelling<O: DeserializeOwned>(name: Cow<'static, str>, options: &Value) -> Cow<'static, str> {
    let (field, part) = name.split_at(name.find('.').unwrap_or(name.len()));
    // serde reports a duplicate field exactly if the key is a spelling of the field.
    let is_twice = |key: &str, value: &Value| {
        let twice = O::deserialize(json!({ field: value, key: value }));
        twice.is_err_and(|error| error.to_string().starts_with(&format!("duplicate field `{field}`")))
    };
    let mut given = options.as_object().into_iter().flatten();
    match given.find(|(key, value)| is_twice(key, value)) {
        Some((key, _)) => format!("{key}{part}").into(),
        None => name,
    }
}

/// Strips the byte order mark that some editors write at the beginning.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn unreadable(message: impl fmt::Display) -> Error {
    Error::OptionsText { key: String::new(), message: message.to_string().trim_end().to_owned() }
}

#[cfg(feature = "toml")]
fn json_of(value: toml::Value) -> Value {
    match value {
        toml::Value::Float(number) if !number.is_finite() => number.to_string().into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Boolean(switch) => switch.into(),
        toml::Value::String(word) => word.into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(json_of).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, json_of(value))).collect(),
    }
}

/// A JSON object without duplicate keys, of which `serde_json` would silently keep the last.
struct Table(Map<String, Value>);

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TableVisitor)
    }
}

struct TableVisitor;

impl<'de> Visitor<'de> for TableVisitor {
    type Value = Table;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of options")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Table, A::Error> {
        let mut table = Map::new();
        while let Some((key, value)) = entries.next_entry::<String, Value>()? {
            if table.insert(key.clone(), value).is_some() {
                return Err(A::Error::custom(format!("{key} is given twice")));
            }
        }
        Ok(Table(table))
    }
}
