//! The command line of `fit`, `predict` and `export`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use netcore::{Format, Missing};

use crate::number::seconds;

pub(crate) const FIT_EXAMPLES: &str = "\
Examples:
  # the price rises with the size and falls with the age; every other column is a feature, too
  patternsearch fit houses.csv --target price --increasing size --decreasing age --out net.json
  # a net with non-negative weights
  patternsearch fit houses.csv --target price --nonnegative weights
  # probabilities of two classes written as 0 and 1; that of the second, `1`, rises with the debt
  patternsearch fit loans.csv --target default --classes --increasing debt --decreasing income
  # semicolons and decimal commas, missing cells, texts with an order
  patternsearch fit data.csv --target y --decimal-comma --missing indicator --order size=small,medium,large

Of two classes, the probability that is increasing or decreasing is that of the second: numbers are sorted by value,
texts by their characters.

The size of the net and its penalty are chosen by cross-validation, unless --hidden and --penalty give them. The
scores are those of rows held out, which neither the fit nor the choice has seen. Then the net is fitted to all rows.

Ctrl-C ends the fit and writes the best net so far (exit code 4). With --journal the same command with --resume goes
on where it was stopped, however it was, and gives the net of an undisturbed fit.";

pub(crate) const PREDICT_EXAMPLES: &str = "\
Examples:
  patternsearch predict net.json new.csv --out answers.csv
  patternsearch predict net.json new.csv --keep id --probabilities

The columns of the new table may stand in any order, and others between them. If the target is among them, the scores
are printed to standard error.";

pub(crate) const EXPORT_EXAMPLE: &str = "\
Example:
  patternsearch export net.json net.onnx

The graph has an input for each feature, with its name: numbers as doubles, texts as strings, one column each. NaN and
the empty text are missing cells. The output has the name of the target; classes have `probabilities` beside it. A row
that `predict` would refuse is answered by NaN.";

/// How the text of a table is written.
#[derive(Args)]
pub(crate) struct FormatArguments {
    /// Character between the cells [default: the one of `,` `;` tab `|` that the header has most often]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    delimiter: Option<char>,
    /// Numbers are written with a comma before the fraction
    #[arg(long)]
    decimal_comma: bool,
    /// Texts of missing cells, besides the empty cell [default: NA, N/A, NaN, nan, null, NULL, None, ?]
    #[arg(long, value_name = "TEXTS", value_delimiter = ',', allow_hyphen_values = true)]
    missing_text: Vec<String>,
}

impl FormatArguments {
    pub(crate) fn format(&self, text: Vec<String>) -> Format {
        let mut format = Format {
            delimiter: self.delimiter,
            decimal_comma: self.decimal_comma,
            text,
            ..Format::default()
        };
        if !self.missing_text.is_empty() {
            format.missing =
                std::iter::once(String::new()).chain(self.missing_text.iter().cloned()).collect();
        }
        format
    }
}

fn delimiter(text: &str) -> Result<char, String> {
    let mut characters = text.chars();
    match (text, characters.next(), characters.next()) {
        ("tab" | "\\t", _, _) => Ok('\t'),
        (_, Some(character), None) => Ok(character),
        _ => Err("expected one character, or `tab`".to_owned()),
    }
}

#[derive(Args)]
pub(crate) struct FitArguments {
    /// Table with a header row
    #[arg(value_name = "FILE.csv")]
    pub(crate) file: PathBuf,
    /// Target column; several of numbers may be given
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', required = true)]
    pub(crate) target: Vec<String>,
    /// Read a target of numbers as classes; text always is
    #[arg(long)]
    pub(crate) classes: bool,
    /// Features that no answer falls with
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(crate) increasing: Vec<String>,
    /// Features that no answer rises with
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(crate) decreasing: Vec<String>,
    /// Parameters that are not below zero
    #[arg(long, value_enum)]
    pub(crate) nonnegative: Option<Parameters>,
    /// Columns that are no features
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Columns of text, even if they look like numbers
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(crate) text: Vec<String>,
    /// Order of the texts of a column, as in `size=small,medium,large`; may be given several times
    #[arg(long, value_name = "COLUMN=TEXTS", value_parser = order)]
    pub(crate) order: Vec<(String, Vec<String>)>,
    /// What becomes of missing cells of features
    #[arg(long, value_enum, default_value_t = MissingCells::Refuse)]
    pub(crate) missing: MissingCells,
    /// Column of sample weights
    #[arg(long, value_name = "COLUMN")]
    pub(crate) weight: Option<String>,
    #[command(flatten)]
    pub(crate) format: FormatArguments,
    /// What is minimized: squares, absolute, huber or huber:DELTA (in standard deviations of the target, 1.35 by
    /// default) for numbers; cross-entropy or zero-one for classes [default: squares, cross-entropy]
    #[arg(long, value_name = "LOSS", value_parser = loss)]
    pub(crate) loss: Option<mse::Loss>,
    /// Units of the hidden layers, `8` or `8,4`; `0` for none [default: chosen]
    #[arg(long, value_name = "UNITS", value_delimiter = ',')]
    pub(crate) hidden: Vec<usize>,
    /// Ridge penalty on the weights, at least 0 [default: chosen]
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub(crate) penalty: Option<f64>,
    /// Folds of the choice of hidden layers and penalty
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    pub(crate) folds: usize,
    /// Share of the rows held out for the scores; 0 for none
    #[arg(long, value_name = "SHARE", default_value_t = 0.2, allow_negative_numbers = true)]
    pub(crate) test: f64,
    /// Nets whose answers are averaged
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    pub(crate) nets: usize,
    /// Starts of each net, of which the best counts
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    pub(crate) starts: usize,
    /// End each search when a fifth of the rows, held out from it, is answered no better for 20 iterations
    #[arg(long)]
    pub(crate) early_stopping: bool,
    /// How to search
    #[arg(long, value_enum, default_value_t = Search::Automatic)]
    pub(crate) method: Search,
    /// Most iterations of each quasi-Newton search [default: 1000; fewer for more than 20000 rows]
    #[arg(long, value_name = "COUNT")]
    pub(crate) iterations: Option<u64>,
    /// Time limit of each search in seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) time: Option<Duration>,
    /// Seed of the random numbers
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// File for the net
    #[arg(long, value_name = "FILE.json", default_value = "net.json")]
    pub(crate) out: PathBuf,
    /// Record each search that is done in this file, so that a fit that was stopped can be resumed
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// Resume from the journal, if it exists
    #[arg(long, requires = "journal")]
    pub(crate) resume: bool,
    /// Write scores, calibration, proofs and plots of each feature as one page
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct PredictArguments {
    /// Net that `fit` wrote
    #[arg(value_name = "NET.json")]
    pub(crate) net: PathBuf,
    /// Table with a header row
    #[arg(value_name = "FILE.csv")]
    pub(crate) file: PathBuf,
    /// File for the answers [default: standard output]
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) out: Option<PathBuf>,
    /// Write the probability of each class beside the class
    #[arg(long)]
    pub(crate) probabilities: bool,
    /// Columns to copy beside the answers
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(crate) keep: Vec<String>,
    #[command(flatten)]
    pub(crate) format: FormatArguments,
}

#[derive(Args)]
pub(crate) struct ExportArguments {
    /// Net that `fit` wrote
    #[arg(value_name = "NET.json")]
    pub(crate) net: PathBuf,
    /// File for the graph
    #[arg(value_name = "NET.onnx")]
    pub(crate) out: PathBuf,
}

/// Which parameters are not below zero.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Parameters {
    /// Every weight; biases are free
    Weights,
    /// Every weight and bias
    All,
}

/// What becomes of missing cells.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum MissingCells {
    /// An error
    Refuse,
    /// Rows with a missing cell are left out
    Drop,
    /// The mean of the column takes their place
    Mean,
    /// The same, and one more input says where they are
    Indicator,
}

impl From<MissingCells> for Missing {
    fn from(cells: MissingCells) -> Self {
        match cells {
            MissingCells::Refuse => Missing::Refuse,
            MissingCells::Drop => Missing::Drop,
            MissingCells::Mean => Missing::Mean,
            MissingCells::Indicator => Missing::Indicator,
        }
    }
}

/// How to search.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Search {
    /// Quasi-Newton where the loss has slopes, one weight at a time elsewhere
    Automatic,
    /// Projected quasi-Newton
    QuasiNewton,
    /// One weight at a time, without slopes
    Coordinate,
}

impl From<Search> for mse::Method {
    fn from(search: Search) -> Self {
        match search {
            Search::Automatic => mse::Method::Automatic,
            Search::QuasiNewton => mse::Method::QuasiNewton,
            Search::Coordinate => mse::Method::Coordinate,
        }
    }
}

fn order(text: &str) -> Result<(String, Vec<String>), String> {
    let (column, texts) = text.split_once('=').ok_or("expected a column, `=` and its texts in order")?;
    Ok((column.to_owned(), texts.split(',').map(|text| text.trim().to_owned()).collect()))
}

/// δ of Huber's loss: 95 % of the efficiency of squares on normal errors (Huber 1964 has 1.345).
const DELTA: f64 = 1.35;

fn loss(text: &str) -> Result<mse::Loss, String> {
    let expected = "expected squares, absolute, huber, huber:DELTA, cross-entropy or zero-one";
    Ok(match text {
        "squares" => mse::Loss::Squares,
        "absolute" => mse::Loss::Absolute,
        "huber" => mse::Loss::Huber(DELTA),
        "cross-entropy" => mse::Loss::CrossEntropy,
        "zero-one" => mse::Loss::ZeroOne,
        other => {
            let delta = other.strip_prefix("huber:").and_then(|delta| delta.parse().ok());
            mse::Loss::Huber(delta.ok_or(expected)?)
        }
    })
}
