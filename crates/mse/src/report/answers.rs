//! The answers on rows held out beside the truth: measured and predicted numbers; calibration and confusion of classes.

use netcore::{Answer, Model};
use search::general;

use super::svg::{Axis, Plot, escaped};
use super::{figure, table, titled};
use crate::{Bin, HeldOut, Reliability, Scores};

/// The most samples that a plot shows.
const POINTS: usize = 2000;

pub(super) fn section(model: &Model, held_out: &HeldOut) -> String {
    match model.answer() {
        Answer::Numbers { targets } => measured_and_predicted(targets, held_out),
        Answer::Classes { classes, .. } => {
            calibration(classes, held_out) + &confusion(classes, &held_out.scores)
        }
    }
}

fn measured_and_predicted(targets: &[String], held_out: &HeldOut) -> String {
    let count = held_out.samples.len();
    let every = count.div_ceil(POINTS);
    let plots = targets.iter().enumerate().map(|(row, target)| {
        let (measured, predicted) = (held_out.samples.targets().row(row), held_out.outputs.row(row));
        let range = Axis::of(measured.iter().chain(predicted).copied());
        let mut plot = Plot::new(range, range, ["measured", "predicted"]);
        plot.line("right", [(range.low, range.low), (range.high, range.high)].into_iter());
        for sample in (0..count).step_by(every) {
            plot.point("sample", 2.5, (measured[sample], predicted[sample]));
        }
        let shown = if every == 1 { "Each row" } else { "A part of the rows, evenly spaced" };
        figure(
            target,
            &plot.svg("predicted against measured numbers"),
            &format!("{shown}. On the broken line both agree."),
        )
    });
    let figures = plots.collect::<String>();
    titled(
        "Measured and predicted",
        "The rows of the scores.",
        &format!("<div class=\"figures\">\n{figures}</div>\n"),
    )
}

fn calibration(classes: &[String], held_out: &HeldOut) -> String {
    let reliability = Reliability::of(&held_out.outputs, &held_out.samples);
    let subject = match classes {
        [_, second] => format!("P({second})"),
        _ => "the probability of the most probable class".to_owned(),
    };
    let unit = Axis { low: 0.0, high: 1.0 };
    let mut plot = Plot::new(unit, unit, ["predicted probability", "observed share"]);
    plot.line("right", [(0.0, 0.0), (1.0, 1.0)].into_iter());
    for Bin { predicted, interval: [low, high], .. } in &reliability.bins {
        plot.line("interval", [(*predicted, *low), (*predicted, *high)].into_iter());
    }
    for bin in &reliability.bins {
        plot.point("mean k0", 4.0, (bin.predicted, bin.observed));
    }
    let caption = "Bins of width 0.1, with 95 % intervals (Wilson). On the broken line classes are as frequent as predicted.";
    let plot = figure(&subject, &plot.svg("observed shares against predicted probabilities"), caption);
    let heads = ["probability", "rows", "mean predicted", "observed", "95 % interval"].map(str::to_owned);
    let row = |bin: &Bin| {
        let [from, to] = bin.range;
        let [low, high] = bin.interval;
        let cells = [
            format!("{from:.1} to {to:.1}"),
            bin.samples.to_string(),
            format!("{:.3}", bin.predicted),
            format!("{:.3}", bin.observed),
            format!("{low:.3} to {high:.3}"),
        ];
        (false, cells.to_vec())
    };
    let rows: Vec<_> = reliability.bins.iter().map(row).collect();
    let note = format!(
        "Whether classes are as frequent as {} says. The expected calibration error, the mean distance of the two, is {}.",
        escaped(&subject),
        general(reliability.expected_error(), 2)
    );
    let figures = format!("<div class=\"beside\">\n{plot}{}</div>\n", table(&heads, &rows));
    titled("Calibration", &note, &figures)
}

fn confusion(classes: &[String], scores: &Scores) -> String {
    let Scores::Classes { confusion, .. } = scores else { return String::new() };
    let heads: Vec<String> =
        std::iter::once("true \\ chosen".to_owned()).chain(classes.iter().cloned()).collect();
    let row = |(class, counts): (&String, ndarray::ArrayView1<'_, u64>)| {
        let counts = counts.iter().map(ToString::to_string);
        (false, std::iter::once(class.clone()).chain(counts).collect::<Vec<_>>())
    };
    let rows: Vec<_> = classes.iter().zip(confusion.rows()).map(row).collect();
    let note = "How many rows of each class were answered by each class.";
    titled("Confusion matrix", note, &table(&heads, &rows))
}
