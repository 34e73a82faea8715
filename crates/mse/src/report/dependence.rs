//! The plots of partial dependence.

use ndarray::Array2;
use netcore::{Direction, Model};

use super::svg::{Axis, Plot, escaped};
use super::{direction_of, figure, output_names, titled};
use crate::{DependenceValues, Error, PartialDependence, partial_dependence};

/// Rows shown beside the mean.
const SINGLE: usize = 30;
/// Colours of the style sheet.
const COLOURS: usize = 8;

pub(super) fn section(model: &Model, inputs: &Array2<f64>) -> Result<String, Error> {
    let names = output_names(model);
    let together = !model.answer().classes().is_empty();
    let mut figures = String::new();
    let mut first = 0;
    let features = model.features().all();
    for (dependence, feature) in partial_dependence(model, inputs)?.iter().zip(features) {
        let deciles = deciles(inputs.row(first).to_vec());
        // Probabilities have one scale; numbers of different targets have not.
        let groups: Vec<Vec<usize>> = if together {
            vec![(0..names.len()).collect()]
        } else {
            (0..names.len()).map(|k| vec![k]).collect()
        };
        for outputs in groups {
            figures += &figure_of(model, dependence, &names, &outputs, &deciles);
        }
        first += feature.rows();
    }
    let faint = if together && names.len() > 1 { "" } else { "Faint lines are single rows. " };
    let note = format!(
        "The mean answer over at most 500 rows in which the feature has been set to each value, whatever it was (partial \
         dependence). {faint}Marks at the lower edge are the deciles of a feature of numbers."
    );
    Ok(titled(
        "How the answers move with each feature",
        &note,
        &format!("<div class=\"figures\">\n{figures}</div>\n"),
    ))
}

fn figure_of(
    model: &Model,
    dependence: &PartialDependence,
    names: &[String],
    outputs: &[usize],
    deciles: &[f64],
) -> String {
    let PartialDependence { feature, values, mean, individual } = dependence;
    // Single rows are known of the first output; of several classes in one plot they would only confuse.
    let single = if outputs == [0] { individual.nrows().min(SINGLE) } else { 0 };
    let singles: Vec<usize> = (0..single).map(|place| place * individual.nrows() / single).collect();
    let shown = outputs.iter().flat_map(|&output| mean.row(output).to_vec());
    let range = if model.answer().classes().is_empty() {
        Axis::of(shown.chain(singles.iter().flat_map(|&row| individual.row(row).to_vec())))
    } else {
        Axis { low: 0.0, high: 1.0 }
    };
    let label = if let [output] = outputs { names[*output].as_str() } else { "probability" };
    let (mut plot, places) = match values {
        DependenceValues::Numbers(numbers) => {
            let mut plot = Plot::new(Axis::of(numbers.iter().copied()), range, [feature, label]);
            deciles.iter().for_each(|&decile| plot.rug(decile));
            (plot, numbers.clone())
        }
        DependenceValues::Texts(texts) => {
            let places = (0..texts.len()).map(|place| place as f64).collect();
            (Plot::of_names(texts, range, [feature, label]), places)
        }
    };
    for row in singles {
        plot.line("one", places.iter().copied().zip(individual.row(row).iter().copied()));
    }
    for &output in outputs {
        let class = format!("mean k{}", output % COLOURS);
        let points: Vec<(f64, f64)> = places.iter().copied().zip(mean.row(output).iter().copied()).collect();
        plot.line(&class, points.iter().copied());
        if matches!(values, DependenceValues::Texts(_)) {
            points.into_iter().for_each(|point| plot.point(&class, 3.5, point));
        }
    }
    let mut caption = String::new();
    match direction_of(model, feature) {
        Some(Direction::Increasing) => caption += "Asked to be increasing.",
        Some(Direction::Decreasing) => caption += "Asked to be decreasing.",
        None => {}
    }
    if outputs.len() > 1 {
        let key = |&output: &usize| {
            format!("<span class=\"key k{}\">{}</span>", output % COLOURS, escaped(&names[output]))
        };
        caption += &outputs.iter().map(key).collect::<String>();
    }
    figure(&format!("{label} and {feature}"), &plot.svg(&format!("{label} along {feature}")), &caption)
}

/// The nine deciles.
fn deciles(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    (1..10).map(|tenth| values[(tenth * (values.len() - 1) + 5) / 10]).collect()
}
