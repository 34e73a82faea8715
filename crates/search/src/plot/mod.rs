//! Plots of a run as SVG (feature `plot`).

mod live;

use std::ops::Range;

use plotters::coord::ranged1d::{AsRangedCoord, Ranged, ValueFormatter};
use plotters::prelude::*;
use thiserror::Error as ThisError;

use crate::{Iteration, Outcome, general};
pub use live::LivePlot;

/// A plot that could not be drawn.
#[derive(Debug, ThisError)]
#[error("the plot could not be drawn: {0}")]
pub struct PlotError(String);

const SIZE: (u32, u32) = (900, 640);

/// The largest magnitude drawn, so that the length of an axis stays finite.
const LARGEST: f64 = f64::MAX / 4.0;

/// The least margin around a constant of 0.
const SMALLEST: f64 = 1e-300;

/// The least ratio of largest to smallest value for a logarithmic axis; below it there would be too few
/// labels.
const LOGARITHMIC_FROM: f64 = 100.0;

/// Colours that colour-blind readers can distinguish (Okabe & Ito 2008).
const COLOURS: [RGBColor; 6] = [
    RGBColor(213, 94, 0),
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
];

/// Draws the best value and the mesh size over the iterations of a run, one above the other, and returns the
/// text of an SVG file.
///
/// Positive values that span at least two powers of ten are drawn on a logarithmic scale. Rows before the
/// first successful evaluation are omitted, and so are values above 4e307 in magnitude.
///
/// # Errors
/// [`PlotError`] if drawing fails.
///
/// ```
/// use search::{Budget, Minimizer, PatternSearch, Problem, plot};
///
/// let problem = Problem::new(|x| x[0] * x[0] + 1.0, [3.0])?;
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

/// Draws the best values of several runs over a common logarithmic axis of evaluations, and returns the text
/// of an SVG file. A curve is a name and the trace of a run ([`Outcome::trace`]).
///
/// # Errors
/// [`PlotError`] if drawing fails.
///
/// ```
/// use search::{Budget, CoordinateSearch, Minimizer, PatternSearch, Problem, plot};
///
/// let problem = Problem::new(|x| x[0] * x[0] + 9.0 * x[1] * x[1] + 1.0, [3.0, 2.0])?;
/// let classic = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
/// let coordinate = CoordinateSearch::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
/// let curves = [("classic", classic.trace.as_slice()), ("coordinate", &coordinate.trace)];
/// let svg = plot::comparison("A bowl", &curves)?;
/// assert!(svg.contains("classic") && svg.contains("coordinate"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn comparison(title: &str, curves: &[(&str, &[Iteration])]) -> Result<String, PlotError> {
    let mut svg = String::new();
    draw_comparison(&mut svg, title, curves).map_err(|error| PlotError(error.to_string()))?;
    Ok(svg)
}

fn draw_comparison(svg: &mut String, title: &str, curves: &[(&str, &[Iteration])]) -> DrawResult {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let area = root.titled(title, ("sans-serif", 22))?;
    let point = |row: &Iteration| (row.evaluations as f64, row.value);
    let curves: Vec<Curve<'_>> = curves
        .iter()
        .enumerate()
        .map(|(k, (name, trace))| Curve {
            name,
            points: trace.iter().map(point).filter(|(_, y)| y.abs() < LARGEST).collect(),
            colour: COLOURS[k % COLOURS.len()].to_rgba(),
        })
        .collect();
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let last = points().fold(10.0, |last: f64, point| last.max(point.0));
    let evaluations = Axis { label: "Evaluations", range: 1.0..last, logarithmic: true };
    chart(&area, evaluations, "Best value", &curves)?;
    root.present()?;
    Ok(())
}

type DrawResult = Result<(), Box<dyn std::error::Error>>;

fn draw(svg: &mut String, title: &str, outcome: &Outcome) -> DrawResult {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let root = root.titled(title, ("sans-serif", 22))?;
    let (above, below) = root.split_vertically(300);

    let points = |of| curve_points(&outcome.trace, of);
    let last = outcome.trace.last().map_or(1.0, |row| (row.iteration as f64).max(1.0));
    let iterations = || Axis { label: "Iteration", range: 0.0..last, logarithmic: false };
    let curve = |points, colour: &RGBColor| [Curve { name: "", points, colour: colour.to_rgba() }];
    chart(&above, iterations(), "Best value", &curve(points(|row| Some(row.value)), &BLUE))?;
    chart(&below, iterations(), "Mesh size", &curve(points(|row| row.mesh_size), &RED))?;
    root.present()?;
    Ok(())
}

/// Returns the points of a curve over the iterations, one for each row that has a value.
fn curve_points(rows: &[Iteration], of: fn(&Iteration) -> Option<f64>) -> Vec<(f64, f64)> {
    let point = |row: &Iteration| of(row).map(|y| (row.iteration as f64, y));
    rows.iter().filter_map(point).filter(|(_, y)| y.abs() < LARGEST).collect()
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// The horizontal axis.
struct Axis {
    label: &'static str,
    range: Range<f64>,
    logarithmic: bool,
}

/// A step curve: each value holds until the next point.
struct Curve<'c> {
    name: &'c str,
    points: Vec<(f64, f64)>,
    colour: RGBAColor,
}

/// Draws curves over one horizontal axis, with a vertical axis that fits them all.
fn chart(area: &Area<'_>, axis: Axis, label: &str, curves: &[Curve<'_>]) -> DrawResult {
    let ys = || curves.iter().flat_map(|curve| curve.points.iter().map(|&(_, y)| y));
    let (low, high) = ys().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), y| (l.min(y), h.max(y)));
    if low > high {
        return Ok(());
    }
    if low > 0.0 && high.ln() - low.ln() >= LOGARITHMIC_FROM.ln() {
        // A margin of a tenth of the range on both sides, clipped to finite numbers.
        let room = 0.1 * (high.ln() - low.ln());
        let (low, high) = ((low.ln() - room).exp(), (high.ln() + room).exp());
        let y = (low.max(f64::MIN_POSITIVE)..high.min(LARGEST)).log_scale();
        with_axes(area, axis, label, y, curves)
    } else {
        with_axes(area, axis, label, vertical_range(low, high), curves)
    }
}

/// Returns the range of an axis, with a margin of a tenth of its length on both sides, and some around a
/// constant.
fn vertical_range(low: f64, high: f64) -> Range<f64> {
    let room = (0.1 * (high - low)).max(high.abs().max(low.abs()) * 0.05).max(SMALLEST);
    (low - room).max(-LARGEST)..(high + room).min(LARGEST)
}

fn with_axes<Y>(area: &Area<'_>, axis: Axis, label: &str, y: Y, curves: &[Curve<'_>]) -> DrawResult
where
    Y: AsRangedCoord<Value = f64>,
    Y::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let Axis { label: x_label, range, logarithmic } = axis;
    if logarithmic {
        lines(area, x_label, range.log_scale(), label, y, curves)
    } else {
        lines(area, x_label, range, label, y, curves)
    }
}

type Chart<'a, 'b, X, Y> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<X, Y>>;

/// Draws two axes with their labels and a grid.
fn axes<'a, 'b, X, Y>(
    area: &'a Area<'b>,
    (x_label, x): (&str, X),
    (y_label, y): (&str, Y),
) -> Result<Chart<'a, 'b, X::CoordDescType, Y::CoordDescType>, Box<dyn std::error::Error>>
where
    X: AsRangedCoord<Value = f64>,
    X::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
    Y: AsRangedCoord<Value = f64>,
    Y::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let mut chart = ChartBuilder::on(area)
        .margin(14)
        .x_label_area_size(42)
        .y_label_area_size(84)
        .build_cartesian_2d(x, y)?;
    chart
        .configure_mesh()
        .light_line_style(BLACK.mix(0.04))
        .bold_line_style(BLACK.mix(0.12))
        .label_style(("sans-serif", 14))
        .axis_desc_style(("sans-serif", 15))
        .x_desc(x_label)
        .y_desc(y_label)
        .x_label_formatter(&|x| general(*x, 6))
        .y_label_formatter(&|y| general(*y, 3))
        .draw()?;
    Ok(chart)
}

fn lines<X, Y>(area: &Area<'_>, x_label: &str, x: X, y_label: &str, y: Y, curves: &[Curve<'_>]) -> DrawResult
where
    X: AsRangedCoord<Value = f64>,
    X::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
    Y: AsRangedCoord<Value = f64>,
    Y::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let mut chart = axes(area, (x_label, x), (y_label, y))?;
    for Curve { name, points, colour } in curves {
        // A value holds until the next iteration, so the curve has steps.
        let steps = points
            .windows(2)
            .flat_map(|pair| [pair[0], (pair[1].0, pair[0].1)])
            .chain(points.last().copied());
        let colour = *colour;
        let series = chart.draw_series(LineSeries::new(steps, colour.stroke_width(2)))?;
        if !name.is_empty() {
            series
                .label(*name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(3)));
        }
    }
    if curves.iter().any(|curve| !curve.name.is_empty()) {
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(WHITE.mix(0.85))
            .border_style(BLACK.mix(0.3))
            .label_font(("sans-serif", 15))
            .draw()?;
    }
    Ok(())
}
