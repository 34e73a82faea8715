//! The keys of the file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Description {
    pub(super) name: Option<String>,
    pub(super) program: Command,
    #[serde(default)]
    pub(super) pass: Passing,
    pub(super) timeout: Option<Number>,
    pub(super) start: Option<Vec<Number>>,
    pub(super) lower: Option<Each>,
    pub(super) upper: Option<Each>,
    pub(super) granularity: Option<Each>,
    pub(super) variables: Option<Vec<String>>,
    #[serde(default)]
    pub(super) variable: Vec<Variable>,
    #[serde(default)]
    pub(super) linear: Relations,
    pub(super) outputs: Option<Vec<String>>,
    #[serde(default)]
    pub(super) format: Format,
    pub(super) minimize: Option<String>,
    pub(super) maximize: Option<String>,
    pub(super) residuals: Option<Residuals>,
    pub(super) residual_count: Option<usize>,
    pub(super) sigma: Option<Each>,
    pub(super) loss: Option<LossName>,
    pub(super) loss_scale: Option<Number>,
    #[serde(default)]
    pub(super) constraints: Constraints,
    pub(super) equalities: Option<usize>,
    pub(super) optimum: Option<Number>,
    pub(super) solver: Option<String>,
    #[serde(default)]
    pub(super) options: Map<String, Value>,
    pub(super) batch: Option<u64>,
    #[serde(default)]
    pub(super) asynchronous: bool,
    pub(super) seed: Option<u64>,
    pub(super) starts: Option<u64>,
    pub(super) budget: Option<u64>,
    pub(super) time: Option<Number>,
    pub(super) workers: Option<usize>,
    pub(super) journal: Option<PathBuf>,
    #[serde(default)]
    pub(super) table: Tables,
    #[serde(default)]
    pub(super) hint: Tables,
}

/// A program and its first arguments.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Command {
    Alone(String),
    WithArguments(Vec<String>),
}

#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Passing {
    #[default]
    Arguments,
    File,
    Lines,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Format {
    #[default]
    Line,
    Keys,
    Json,
}

/// The loss of a fit.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum LossName {
    Squares,
    Huber,
    SoftL1,
    Cauchy,
    L1,
    Minimax,
    Chebyshev,
}

/// A file of known points, or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Tables {
    One(PathBuf),
    Several(Vec<PathBuf>),
}

impl Default for Tables {
    fn default() -> Self {
        Tables::Several(Vec::new())
    }
}

impl Tables {
    pub(super) fn paths(&self) -> &[PathBuf] {
        match self {
            Tables::One(path) => std::slice::from_ref(path),
            Tables::Several(paths) => paths,
        }
    }
}

/// A number for each coordinate or residual, or one for all.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Each {
    All(Number),
    Each(Vec<Number>),
}

/// One variable with all that belongs to it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Variable {
    pub(super) name: Option<String>,
    pub(super) start: Number,
    pub(super) lower: Option<Number>,
    pub(super) upper: Option<Number>,
    #[serde(default)]
    pub(super) granularity: Option<Number>,
    #[serde(default)]
    pub(super) integer: bool,
}

/// Relations, with names or without.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Relations {
    Listed(Vec<String>),
    Named(BTreeMap<String, String>),
}

impl Default for Relations {
    fn default() -> Self {
        Relations::Listed(Vec::new())
    }
}

impl Relations {
    /// Each with the key that it has in the file.
    pub(super) fn keyed(&self, key: &str) -> Vec<(String, &str)> {
        match self {
            Relations::Listed(texts) => {
                texts.iter().enumerate().map(|(i, text)| (format!("{key}[{i}]"), text.as_str())).collect()
            }
            Relations::Named(texts) => {
                texts.iter().map(|(name, text)| (format!("{key}.{name}"), text.as_str())).collect()
            }
        }
    }
}

/// How many residuals, or their names.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Residuals {
    Count(usize),
    Names(Vec<String>),
}

/// How many inequalities `c(x) <= 0`, or relations of outputs.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Constraints {
    Count(usize),
    Relations(Relations),
}

impl Default for Constraints {
    fn default() -> Self {
        Constraints::Relations(Relations::default())
    }
}

/// A number; `inf`, `-inf` and `nan` may be words, since JSON does not have them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number(pub(super) f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let number = match &value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        number.map(Number).ok_or_else(|| serde::de::Error::custom(format!("{value} is no number")))
    }
}
