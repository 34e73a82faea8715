//! `patternsearch predict`: answers for the rows of a table.

use mse::{Link, Samples, Scores};
use netcore::{Answer, Encoding, Model, Sheet, Values};

use super::arguments::PredictArguments;
use super::table::csv_row;
use crate::exit::{Exit, Trouble};
use crate::output::{remark, say};

/// Answers each row, in the order of the table.
pub(crate) fn predict(arguments: &PredictArguments) -> Result<Exit, Trouble> {
    let model = Model::load(&arguments.net)?;
    // What was text when the net was fitted is text, even if it looks like numbers.
    let text = model.features().all().iter().filter(|feature| feature.encoding != Encoding::Number);
    let text = text.map(|feature| feature.name.clone()).collect();
    let sheet = Sheet::read(&arguments.file, &arguments.format.format(text))?;
    let answers = Answers::of(&model, &sheet, arguments)?;
    match &arguments.out {
        None => say(&answers.csv())?,
        Some(path) => std::fs::write(path, answers.csv()).map_err(|error| Trouble::file(path, error))?,
    }
    if let Some(scores) = answers.scores {
        remark(&format!("{scores}\n"));
    }
    Ok(Exit::Converged)
}

/// The columns of the answers.
struct Answers {
    names: Vec<String>,
    /// The cells of each column.
    columns: Vec<Vec<String>>,
    /// If the table has the target.
    scores: Option<Scores>,
}

impl Answers {
    fn of(model: &Model, sheet: &Sheet, arguments: &PredictArguments) -> Result<Self, Trouble> {
        let outputs = model.outputs(sheet)?;
        let (mut names, mut columns) = (Vec::new(), Vec::new());
        for name in &arguments.keep {
            let unknown = || {
                let known: Vec<&str> = sheet.names().collect();
                Trouble::usage(format!("--keep {name}: expected one of the columns {}", known.join(", ")))
            };
            columns.push(cells(sheet.column(name).ok_or_else(unknown)?));
            names.push(name.clone());
        }
        let number = |value: &f64| value.to_string();
        match model.answer() {
            Answer::Numbers { .. } if arguments.probabilities => {
                model.probabilities(outputs.view())?;
            }
            Answer::Numbers { targets } => {
                names.extend(targets.iter().cloned());
                columns.extend(outputs.rows().into_iter().map(|row| row.iter().map(number).collect()));
            }
            Answer::Classes { target, classes } => {
                let probabilities = model.probabilities(outputs.view())?;
                let likely = |sample: usize| {
                    let column = probabilities.column(sample);
                    let first =
                        (1..classes.len()).fold(0, |best, k| if column[k] > column[best] { k } else { best });
                    classes[first].clone()
                };
                names.push(target.clone());
                columns.push((0..sheet.rows()).map(likely).collect());
                if arguments.probabilities {
                    names.extend(classes.iter().map(|class| format!("P({class})")));
                    columns
                        .extend(probabilities.rows().into_iter().map(|row| row.iter().map(number).collect()));
                }
            }
        }
        let scores = known(model, sheet).map(|(link, samples)| Scores::of(link, &outputs, &samples));
        Ok(Answers { names, columns, scores })
    }

    fn csv(&self) -> String {
        let rows = self.columns.first().map_or(0, Vec::len);
        let mut text = csv_row(self.names.iter().map(String::as_str));
        (0..rows).for_each(|row| text += &csv_row(self.columns.iter().map(|cells| cells[row].as_str())));
        text
    }
}

fn cells(values: &Values) -> Vec<String> {
    match values {
        Values::Numbers(numbers) => {
            let cell = |number: &f64| if number.is_nan() { String::new() } else { number.to_string() };
            numbers.iter().map(cell).collect()
        }
        Values::Text(texts) => texts.iter().map(|text| text.clone().unwrap_or_default()).collect(),
    }
}

/// The targets, if the table has them all: none is missing or of another class.
fn known(model: &Model, sheet: &Sheet) -> Option<(Link, Samples)> {
    let link = if model.answer().classes().is_empty() { Link::Numbers } else { Link::Probabilities };
    let (inputs, targets) = (model.features().encode(sheet).ok()?, model.answer().encode(sheet).ok()?);
    Some((link, Samples::new(inputs, targets).ok()?))
}
