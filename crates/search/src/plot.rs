//! Plots of a run as SVG (feature `plot`).

use plotters::coord::ranged1d::{AsRangedCoord, Ranged, ValueFormatter};
use plotters::prelude::*;
use thiserror::Error as ThisError;

use crate::{Iteration, Outcome, general};

/// A plot that could not be drawn.
#[derive(Debug, ThisError)]
#[error("the plot could not be drawn: {0}")]
pub struct PlotError(String);

const SIZE: (u32, u32) = (900, 640);

/// Ends of an axis whose length is still a number.
const LARGEST: f64 = f64::MAX / 4.0;

/// The least room around a constant of 0.
const SMALLEST: f64 = 1e-300;

/// A logarithmic axis has no labels to show over less than this ratio.
const LOGARITHMIC_FROM: f64 = 100.0;

/// Draws the best value and the mesh size over the iterations of a run, one above the other, as the
/// text of an SVG file.
///
/// What is positive and spans two powers of ten is drawn on a logarithmic scale. Rows before the first
/// successful evaluation have no value and are left out, and so are values above 4e307.
///
/// # Errors
/// [`PlotError`] if drawing fails.
///
/// ```
/// use search::{Budget, Minimizer, PatternSearch, Problem, plot};
///
/// let problem = Problem::new(|x: &[f64]| x[0] * x[0] + 1.0, vec![3.0])?;
/// let outcome = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
/// let svg = plot::convergence("A parabola", &outcome)?;
/// assert!(svg.starts_with("<svg") && svg.contains("Mesh size"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn convergence(title: &str, outcome: &Outcome) -> Result<String, PlotError> {
    let mut svg = String::new();
    draw(&mut svg, title, outcome).map_err(|error| PlotError(error.to_string()))?;
    Ok(svg)
}

type DrawResult = Result<(), Box<dyn std::error::Error>>;

fn draw(svg: &mut String, title: &str, outcome: &Outcome) -> DrawResult {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let root = root.titled(title, ("sans-serif", 22))?;
    let (above, below) = root.split_vertically(300);

    let points = |of: fn(&Iteration) -> Option<f64>| -> Vec<(f64, f64)> {
        let point = |row: &Iteration| of(row).map(|y| (row.iteration as f64, y));
        outcome.trace.iter().filter_map(point).filter(|(_, y)| y.abs() < LARGEST).collect()
    };
    panel(&above, "Best value", &points(|row| Some(row.value)), &BLUE)?;
    panel(&below, "Mesh size", &points(|row| row.mesh_size), &RED)?;
    root.present()?;
    Ok(())
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn panel(area: &Area<'_>, label: &str, points: &[(f64, f64)], colour: &RGBColor) -> DrawResult {
    let ys = || points.iter().map(|&(_, y)| y);
    let (low, high) = ys().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), y| (l.min(y), h.max(y)));
    if points.is_empty() {
        return Ok(());
    }
    if low > 0.0 && high.ln() - low.ln() >= LOGARITHMIC_FROM.ln() {
        // Room of a tenth of the drawn height on both sides, inside the numbers there are.
        let room = 0.1 * (high.ln() - low.ln());
        let (low, high) = ((low.ln() - room).exp(), (high.ln() + room).exp());
        lines(area, label, points, (low.max(f64::MIN_POSITIVE)..high.min(LARGEST)).log_scale(), colour)
    } else {
        // The same, and some around a constant.
        let room = (0.1 * (high - low)).max(high.abs().max(low.abs()) * 0.05).max(SMALLEST);
        lines(area, label, points, (low - room).max(-LARGEST)..(high + room).min(LARGEST), colour)
    }
}

fn lines<Y>(area: &Area<'_>, label: &str, points: &[(f64, f64)], y: Y, colour: &RGBColor) -> DrawResult
where
    Y: AsRangedCoord<Value = f64>,
    Y::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let last = points.last().map_or(1.0, |&(x, _)| x.max(1.0));
    let mut chart = ChartBuilder::on(area)
        .margin(14)
        .x_label_area_size(42)
        .y_label_area_size(84)
        .build_cartesian_2d(0.0..last, y)?;
    chart
        .configure_mesh()
        .light_line_style(BLACK.mix(0.04))
        .bold_line_style(BLACK.mix(0.12))
        .label_style(("sans-serif", 14))
        .axis_desc_style(("sans-serif", 15))
        .x_desc("Iteration")
        .y_desc(label)
        .x_label_formatter(&|x| general(*x, 6))
        .y_label_formatter(&|y| general(*y, 3))
        .draw()?;
    // A value holds until the next iteration: steps, not slopes.
    let steps =
        points.windows(2).flat_map(|pair| [pair[0], (pair[1].0, pair[0].1)]).chain(points.last().copied());
    chart.draw_series(LineSeries::new(steps, colour.stroke_width(2)))?;
    Ok(())
}
