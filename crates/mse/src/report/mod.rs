//! The report of a fit as one page of HTML.

mod answers;
mod dependence;
mod svg;

use std::fmt::Write as _;

use ndarray::Array2;
use netcore::{Answer, Direction, Model, Monotone, Sheet};
use search::general;

use crate::modelling::has_nonnegative_weights;
use crate::{Candidate, Claim, Error, HeldOut, Link, Modelled, Proof, Samples, Scores, Size, claims};
use svg::escaped;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");

/// The report of a fit as one HTML page, which needs no script and no network: scores on the rows held out, calibration
/// and confusion matrix of classes or a plot of measured and predicted numbers, what is proved monotone, a plot of the
/// [partial dependence](crate::partial_dependence) on each feature, and the sizes that were tried. The sheet is the one
/// that was fitted.
///
/// ```
/// use mse::{Modelling, html_report};
/// use netcore::{Choice, Format, Sheet};
///
/// let rows: String = (0..30).map(|i| format!("{i},{},{}\n", i % 7, 2 * i - i % 7)).collect();
/// let sheet = Sheet::from_reader("t.csv", format!("a,b,y\n{rows}").as_bytes(), &Format::default())?;
/// let modelled = Modelling::of(Choice::targets(["y"])).run(&sheet)?;
/// let page = html_report(&modelled, &sheet)?;
/// assert!(page.starts_with("<!doctype html>") && page.contains("RMSE") && !page.contains("{{"));
/// # Ok::<(), mse::Error>(())
/// ```
///
/// # Errors
/// [`Error::Table`] if the sheet is not the one that was fitted.
pub fn html_report(modelled: &Modelled, sheet: &Sheet) -> Result<String, Error> {
    let Modelled { model, size, candidates, claims, samples, held_out, .. } = modelled;
    let inputs = model.features().encode(&sheet.select(samples))?;
    let (rows, features) = (samples.len(), model.features().all().len());
    let scored = held_out.as_ref().map(|held_out| Scored {
        held_out,
        title: "On rows held out",
        note: format!(
            "{} rows were held out. A net fitted to the others, of a size chosen without them, answered them once. The \
             net of the file is fitted to all rows.",
            held_out.samples.len()
        ),
    });
    let page = Page {
        model,
        size,
        candidates,
        claims,
        inputs: &inputs,
        scored,
        subtitle: format!("Fitted to {rows} rows and {features} features of {}.", sheet.name()),
        made: vec![
            ("table", format!("{}, {} rows", sheet.name(), sheet.rows())),
            ("rows used", rows.to_string()),
        ],
    };
    page.html()
}

/// The report of a model on rows that its user has chosen, as one HTML page: that of [`html_report`], with scores,
/// answers and plots of features from these rows (inputs as the model's features encode them), all by the model itself.
/// Only rows that it was not fitted to tell how it answers new ones. `candidates` are the sizes that `size` was chosen
/// among; none if there was no choice.
///
/// ```
/// use mse::{Samples, Size, Training, html_report_on};
/// use ndarray::array;
/// use netcore::{Answer, Features, Model};
///
/// let rows = Samples::new(array![[0.0, 1.0, 2.0, 3.0]], array![[0.0, 1.0, 4.0, 9.0]])?;
/// let size = Size { hidden: vec![2], penalty: 0.001 };
/// let trained = Training { size: size.clone(), ..Training::numbers() }.run(&rows)?;
/// let answer = Answer::Numbers { targets: vec!["y".to_owned()] };
/// let model = Model::new(Features::numbers(["x"]), answer, Vec::new(), trained.networks)?;
/// assert!(html_report_on(&model, &size, &[], &rows)?.contains("y and x"));
/// # Ok::<(), mse::Error>(())
/// ```
///
/// # Errors
/// [`Error::Network`] for rows with another number of inputs than the model has, [`Error::Direction`] as for
/// [`claims`](crate::claims), [`Error::Training`] for rows with another number of targets than the model answers.
pub fn html_report_on(
    model: &Model,
    size: &Size,
    candidates: &[Candidate],
    rows: &Samples,
) -> Result<String, Error> {
    let outputs = model.outputs_of(rows.inputs())?;
    if rows.targets().nrows() != outputs.nrows() {
        let (argument, value) = ("the number of targets", rows.targets().nrows().to_string());
        return Err(Error::Training { argument, value, expected: "that of the model's answers" });
    }
    let link = match model.answer() {
        Answer::Numbers { .. } => Link::Numbers,
        Answer::Classes { .. } => Link::Probabilities,
    };
    let scores = Scores::of(link, &outputs, rows);
    let held_out = HeldOut { samples: rows.clone(), outputs, scores };
    let (count, features) = (rows.len(), model.features().all().len());
    let page = Page {
        model,
        size,
        candidates,
        claims: &claims(model, rows.inputs())?,
        inputs: rows.inputs(),
        scored: Some(Scored {
            held_out: &held_out,
            title: "On the rows of this report",
            note: format!(
                "{count} rows were given to the report. Their scores tell of new rows only if the net was not fitted to \
                 them."
            ),
        }),
        subtitle: format!("{features} features, shown on {count} rows."),
        made: vec![("rows of this report", count.to_string())],
    };
    page.html()
}

/// What a page shows.
struct Page<'a> {
    model: &'a Model,
    size: &'a Size,
    candidates: &'a [Candidate],
    claims: &'a [Claim],
    /// Encoded inputs, over which the plots of features go.
    inputs: &'a Array2<f64>,
    scored: Option<Scored<'a>>,
    /// Plain text under the title.
    subtitle: String,
    /// The rows, for the section on how the net was made.
    made: Vec<(&'static str, String)>,
}

/// Rows that were answered, and what is said of them.
struct Scored<'a> {
    held_out: &'a HeldOut,
    title: &'static str,
    note: String,
}

impl Page<'_> {
    fn html(&self) -> Result<String, Error> {
        let mut sections = String::new();
        if let Some(scored) = &self.scored {
            sections += &scores_section(scored);
            sections += &answers::section(self.model, scored.held_out);
        }
        sections += &claims_section(self.model, self.claims);
        sections += &dependence::section(self.model, self.inputs)?;
        if !self.candidates.is_empty() {
            sections += &sizes_section(self.candidates, self.size);
        }
        sections += &self.made_section();
        let title = format!("A net for {}", escaped(&self.model.answer().targets().join(", ")));
        let subtitle = escaped(&self.subtitle);
        let filled = [("{{title}}", title.as_str()), ("{{subtitle}}", &subtitle), ("{{style}}", STYLE)];
        let page = filled.into_iter().fold(PAGE.to_owned(), |page, (place, text)| page.replace(place, text));
        Ok(page.replace("{{sections}}", &sections))
    }

    fn made_section(&self) -> String {
        let model = self.model;
        let net = format!("{:#}, mean of {}", model.networks()[0].topology(), model.networks().len());
        let mut entries = self.made.clone();
        entries.extend([
            ("inputs", model.features().row_names().join(", ")),
            ("net", net),
            ("penalty", general(self.size.penalty, 4)),
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ]);
        let entry = |(term, text): &(&str, String)| format!("<dt>{term}</dt><dd>{}</dd>\n", escaped(text));
        let list: String = entries.iter().map(entry).collect();
        format!("<section id=\"made\">\n<h2>How this was made</h2>\n<dl>\n{list}</dl>\n</section>\n")
    }
}

/// A section with a title and a note of HTML.
fn titled(title: &str, note: &str, content: &str) -> String {
    format!("<section>\n<h2>{title}</h2>\n<p class=\"note\">{note}</p>\n{content}</section>\n")
}

/// A figure with a title of plain text and a caption of HTML.
fn figure(title: &str, plot: &str, caption: &str) -> String {
    format!("<figure>\n<h3>{}</h3>\n{plot}\n<figcaption>{caption}</figcaption>\n</figure>\n", escaped(title))
}

/// A table; rows with `true` are marked. Heads and cells are plain text.
fn table(heads: &[String], rows: &[(bool, Vec<String>)]) -> String {
    let cells = |tag: &str, cells: &[String]| -> String {
        cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).collect()
    };
    let mut text =
        format!("<div class=\"scroll\"><table>\n<thead><tr>{}</tr></thead>\n<tbody>\n", cells("th", heads));
    for (marked, row) in rows {
        let class = if *marked { " class=\"best\"" } else { "" };
        let _ = writeln!(text, "<tr{class}>{}</tr>", cells("td", row));
    }
    text + "</tbody>\n</table></div>\n"
}

/// Terms and their descriptions, plain text.
fn terms(class: &str, entries: &[(String, String)]) -> String {
    let entry = |(term, text): &(String, String)| {
        format!("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(term), escaped(text))
    };
    format!("<dl{class}>\n{}</dl>\n", entries.iter().map(entry).collect::<String>())
}

fn scores_section(scored: &Scored<'_>) -> String {
    let list = |values: &[f64]| values.iter().map(|value| general(*value, 4)).collect::<Vec<_>>().join(", ");
    let entries = match &scored.held_out.scores {
        Scores::Numbers { rmse, mae, r2, .. } => {
            [("R²", list(r2)), ("RMSE", list(rmse)), ("mean absolute error", list(mae))].to_vec()
        }
        Scores::Classes { accuracy, log_loss, .. } => {
            [("accuracy", format!("{:.1} %", 100.0 * accuracy)), ("log loss", general(*log_loss, 4))].to_vec()
        }
    };
    let entries: Vec<_> = entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    titled(scored.title, &scored.note, &terms(" class=\"scores\"", &entries))
}

fn claims_section(model: &Model, claims: &[Claim]) -> String {
    let mut lines = String::new();
    for claim in claims {
        let class = if claim.proof == Proof::Holds { "" } else { " class=\"open\"" };
        let _ = writeln!(lines, "<li{class}>{}</li>", escaped(&claim.text(model)));
    }
    if claims.is_empty() && has_nonnegative_weights(model) {
        lines += "<li>No weight is negative; the answers are increasing in every input.</li>\n";
    }
    if lines.is_empty() {
        lines += "<li class=\"open\">No feature was asked to be monotone.</li>\n";
    }
    let note = "A claim is proved from the signs of the weights, for all values of the other features, in exact arithmetic.";
    titled("What is proved", note, &format!("<ul class=\"claims\">\n{lines}</ul>\n"))
}

fn sizes_section(candidates: &[Candidate], chosen: &Size) -> String {
    let heads = ["hidden units", "penalty", "loss", "± standard error"].map(str::to_owned);
    let row = |candidate: &Candidate| {
        let Size { hidden, penalty } = &candidate.size;
        let cells = [
            hidden_units(hidden),
            general(*penalty, 4),
            general(candidate.loss, 4),
            general(candidate.error, 3),
        ];
        (candidate.size == *chosen, cells.to_vec())
    };
    let rows: Vec<_> = candidates.iter().map(row).collect();
    let note = "The mean loss on folds left out: the mean squared error of numbers, the log loss of classes. The size chosen is \
                in bold.";
    titled("Sizes tried", note, &table(&heads, &rows))
}

fn hidden_units(hidden: &[usize]) -> String {
    match hidden {
        [] => "none".to_owned(),
        layers => layers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// What the plots of a model show along their vertical axis: a target, or the probability of a class.
fn output_names(model: &Model) -> Vec<String> {
    match model.answer().classes() {
        [] => model.answer().targets().to_vec(),
        [_, second] => vec![format!("P({second})")],
        classes => classes.iter().map(|class| format!("P({class})")).collect(),
    }
}

/// What is known of the direction of a feature, for the caption of its plot.
fn direction_of(model: &Model, feature: &str) -> Option<Direction> {
    let asked = |monotone: &&Monotone| monotone.feature == feature;
    model.monotone().iter().find(asked).map(|monotone| monotone.direction)
}

impl Claim {
    /// The claim and what is known of it, in a sentence: `y is increasing in x: proved by the signs of the weights`.
    pub fn text(&self, model: &Model) -> String {
        let Monotone { feature, direction } = &self.monotone;
        format!("{} is {direction} in {feature}: {}", output_names(model).join(", "), self.proof)
    }
}
