//! Options as text, in JSON or TOML.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::Error;

/// Reads options from JSON text, an object of keys and values. What they mean is for [`solver`](crate::solver) to say.
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
/// [`Error::OptionsText`] for text that is not such an object, or has a key twice.
pub fn options_from_json(text: &str) -> Result<Value, Error> {
    let Table(options) = serde_json::from_str(text).map_err(unreadable)?;
    Ok(Value::Object(options))
}

/// Reads options from TOML text, keys and values. Infinities and NaN, which JSON does not have, become the words `inf`,
/// `-inf` and `NaN`; no value, JSON's `null`, is a key that is not there.
///
/// ```
/// let options = search::options_from_toml("TolMesh = 1e-8\nCompletePoll = 'on'")?;
/// assert!(search::solver("patternsearch", &options).is_ok());
/// # Ok::<(), search::Error>(())
/// ```
///
/// # Errors
/// [`Error::OptionsText`] for text that is not TOML.
pub fn options_from_toml(text: &str) -> Result<Value, Error> {
    let table: toml::Table = text.parse().map_err(unreadable)?;
    Ok(json(toml::Value::Table(table)))
}

/// Options of one solver; fields that are not there have their defaults.
///
/// # Errors
/// [`Error::OptionsText`] naming the key that is unknown, there in two spellings, or of the wrong type.
pub(crate) fn parsed<O: DeserializeOwned>(options: &Value) -> Result<O, Error> {
    // serde would also take the values of a list one after the other.
    if !options.is_object() {
        return Err(unreadable(format!("the value is {options}; expected keys and values")));
    }
    serde_path_to_error::deserialize(options).map_err(|error| {
        let path = error.path().to_string();
        let key = if path == "." { String::new() } else { format!("{path}: ") };
        Error::OptionsText { key, message: error.into_inner().to_string() }
    })
}

fn unreadable(message: impl fmt::Display) -> Error {
    Error::OptionsText { key: String::new(), message: message.to_string().trim_end().to_owned() }
}

fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::Float(number) if !number.is_finite() => number.to_string().into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Boolean(switch) => switch.into(),
        toml::Value::String(word) => word.into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, json(value))).collect(),
    }
}

/// A JSON object without a key that is there twice, of which `serde_json` would keep the last.
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
                return Err(A::Error::custom(format!("{key} is there twice")));
            }
        }
        Ok(Table(table))
    }
}
