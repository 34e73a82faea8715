//! The report of a fit as one page of HTML.

mod answers;
mod dependence;
mod svg;

use std::fmt::Write as _;

use netcore::{Direction, Model, Monotone, Sheet};
use search::general;

use crate::{Claim, Error, HeldOut, Modelled, Proof, Scores, Size};
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
    let model = &modelled.model;
    let inputs = model.features().encode(&sheet.select(&modelled.samples))?;
    let mut sections = String::new();
    if let Some(held_out) = &modelled.held_out {
        sections += &scores_section(held_out);
        sections += &answers::section(model, held_out);
    }
    sections += &claims_section(modelled);
    sections += &dependence::section(model, &inputs)?;
    if !modelled.candidates.is_empty() {
        sections += &sizes_section(modelled);
    }
    sections += &made_section(modelled, sheet);
    let title = format!("A net for {}", escaped(&model.answer().targets().join(", ")));
    let (rows, features) = (modelled.samples.len(), model.features().all().len());
    let subtitle = format!("Fitted to {rows} rows and {features} features of {}.", escaped(sheet.name()));
    let filled = [("{{title}}", title.as_str()), ("{{subtitle}}", &subtitle), ("{{style}}", STYLE)];
    let page = filled.into_iter().fold(PAGE.to_owned(), |page, (place, text)| page.replace(place, text));
    Ok(page.replace("{{sections}}", &sections))
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

fn scores_section(held_out: &HeldOut) -> String {
    let list = |values: &[f64]| values.iter().map(|value| general(*value, 4)).collect::<Vec<_>>().join(", ");
    let entries = match &held_out.scores {
        Scores::Numbers { rmse, mae, r2, .. } => {
            [("R²", list(r2)), ("RMSE", list(rmse)), ("mean absolute error", list(mae))].to_vec()
        }
        Scores::Classes { accuracy, log_loss, .. } => {
            [("accuracy", format!("{:.1} %", 100.0 * accuracy)), ("log loss", general(*log_loss, 4))].to_vec()
        }
    };
    let entries: Vec<_> = entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let note = format!(
        "{} rows were held out. A net fitted to the others, of a size chosen without them, answered them once. The net of \
         the file is fitted to all rows.",
        held_out.samples.len()
    );
    titled("On rows held out", &note, &terms(" class=\"scores\"", &entries))
}

fn claims_section(modelled: &Modelled) -> String {
    let mut lines = String::new();
    for claim in &modelled.claims {
        let class = if claim.proof == Proof::Holds { "" } else { " class=\"open\"" };
        let _ = writeln!(lines, "<li{class}>{}</li>", escaped(&claim.text(&modelled.model)));
    }
    if modelled.claims.is_empty() && modelled.has_nonnegative_weights() {
        lines += "<li>No weight is negative; the answers are increasing in every input.</li>\n";
    }
    if lines.is_empty() {
        lines += "<li class=\"open\">No feature was asked to be monotone.</li>\n";
    }
    let note = "A claim is proved from the signs of the weights, for all values of the other features, in exact arithmetic.";
    titled("What is proved", note, &format!("<ul class=\"claims\">\n{lines}</ul>\n"))
}

fn sizes_section(modelled: &Modelled) -> String {
    let heads = ["hidden units", "penalty", "loss", "± standard error"].map(str::to_owned);
    let row = |candidate: &crate::Candidate| {
        let Size { hidden, penalty } = &candidate.size;
        let cells = [
            hidden_units(hidden),
            general(*penalty, 4),
            general(candidate.loss, 4),
            general(candidate.error, 2),
        ];
        (candidate.size == modelled.size, cells.to_vec())
    };
    let rows: Vec<_> = modelled.candidates.iter().map(row).collect();
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

fn made_section(modelled: &Modelled, sheet: &Sheet) -> String {
    let model = &modelled.model;
    let entries = [
        ("table", format!("{}, {} rows", sheet.name(), sheet.rows())),
        ("rows used", modelled.samples.len().to_string()),
        ("inputs", model.features().row_names().join(", ")),
        ("net", format!("{:#}, mean of {}", model.networks()[0].topology(), model.networks().len())),
        ("penalty", general(modelled.size.penalty, 4)),
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
    ];
    let entry = |(term, text): &(&str, String)| format!("<dt>{term}</dt><dd>{}</dd>\n", escaped(text));
    let list: String = entries.iter().map(entry).collect();
    format!("<section id=\"made\">\n<h2>How this was made</h2>\n<dl>\n{list}</dl>\n</section>\n")
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
