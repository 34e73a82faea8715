//! Plots of a run in progress, in a file that is redrawn repeatedly.

use std::ffi::OsString;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use std::{fs, io};

use plotters::prelude::*;

use super::{
    Area, Axis, Curve, DrawResult, LARGEST, PlotError, SIZE, axes, chart, curve_points, vertical_range,
};
use crate::{Event, Iteration, Observer};

/// An observer that plots a run to an SVG file: the best value, the coordinates of the incumbent, the mesh
/// size, and the evaluations per iteration (MATLAB's `psplotbestf`, `psplotbestx`, `psplotmeshsize` and
/// `psplotfuncount`). With nonlinear constraints it also plots the largest violation at the incumbent
/// (`psplotmaxconstr`).
///
/// The file is replaced atomically, so a reader never sees a partial plot. It is drawn after the start, after
/// every [`plot_interval`](LivePlot::with_plot_interval)-th iteration unless drawing would take more than
/// about a tenth of the run's time, and at the end.
///
/// ```
/// use search::plot::LivePlot;
/// use search::{Budget, Minimizer, PatternSearch, Problem};
/// # let folder = std::env::temp_dir().join(format!("live-plot-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("run.svg");
///
/// let problem = Problem::new(|x| x[0] * x[0] + 1.0, [3.0])?;
/// let mut plot = LivePlot::new(&path, "A parabola").with_plot_interval(10);
/// PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut plot)?;
/// plot.finish()?;
/// assert!(std::fs::read_to_string(&path)?.contains("Evaluations per iteration"));
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct LivePlot {
    path: PathBuf,
    title: String,
    interval: u64,
    rows: Vec<Iteration>,
    /// The incumbent.
    x: Vec<f64>,
    /// When the last plot was finished, and how long it took.
    drawn: Option<(Instant, Duration)>,
    failed: Option<PlotError>,
}

/// The run goes on for at least this many times the duration of a plot before the next plot.
const PATIENCE: u32 = 10;

impl LivePlot {
    /// Creates a plot in this file, which is overwritten.
    pub fn new(path: impl Into<PathBuf>, title: impl Into<String>) -> Self {
        LivePlot {
            path: path.into(),
            title: title.into(),
            interval: 1,
            rows: Vec::new(),
            x: Vec::new(),
            drawn: None,
            failed: None,
        }
    }

    /// Sets the number of iterations between plots (MATLAB's `PlotInterval`). Default 1; 0 counts as 1.
    #[must_use]
    pub fn with_plot_interval(self, iterations: u64) -> Self {
        LivePlot { interval: iterations.max(1), ..self }
    }

    /// Returns an error if drawing failed.
    ///
    /// # Errors
    /// The first [`PlotError`]. Nothing was drawn after it, and the run went on.
    pub fn finish(self) -> Result<(), PlotError> {
        self.failed.map_or(Ok(()), Err)
    }

    fn is_due(&self, iteration: u64) -> bool {
        iteration.is_multiple_of(self.interval)
            && self.drawn.is_none_or(|(when, took)| when.elapsed() >= PATIENCE * took)
    }

    fn draw(&mut self) {
        let began = Instant::now();
        let drawn =
            self.picture().and_then(|svg| self.replace(&svg).map_err(|error| PlotError(error.to_string())));
        self.failed = drawn.err();
        self.drawn = Some((Instant::now(), began.elapsed()));
    }

    /// Writes a new file next to the plot, and renames it to the plot.
    fn replace(&self, svg: &str) -> io::Result<()> {
        let mut beside: OsString = self.path.clone().into();
        beside.push(".new");
        fs::write(&beside, svg)?;
        fs::rename(&beside, &self.path)
    }

    fn picture(&self) -> Result<String, PlotError> {
        let mut svg = String::new();
        self.panels(&mut svg).map_err(|error| PlotError(error.to_string()))?;
        Ok(svg)
    }

    fn panels(&self, svg: &mut String) -> DrawResult {
        let constrained = self.rows.iter().any(|row| row.max_constraint.is_some());
        let lines = if constrained { 3 } else { 2 };
        let (width, height) = SIZE;
        let root = SVGBackend::with_string(svg, (width, height / 2 * lines)).into_drawing_area();
        root.fill(&WHITE)?;
        let areas = root.titled(&self.title, ("sans-serif", 22))?.split_evenly((lines as usize, 2));
        let spent = |pair: &[Iteration]| {
            let evaluations = pair[1].evaluations.saturating_sub(pair[0].evaluations);
            (pair[1].iteration as f64, evaluations as f64)
        };
        let best = curve_points(&self.rows, |row| Some(row.value));
        self.over_iterations(&areas[0], "Best value", best, BLUE)?;
        bars(&areas[1], "Coordinate", "Incumbent", &self.x)?;
        let mesh = curve_points(&self.rows, |row| row.mesh_size);
        self.over_iterations(&areas[2], "Mesh size", mesh, RED)?;
        let counts = self.rows.windows(2).map(spent).collect();
        self.over_iterations(&areas[3], "Evaluations per iteration", counts, BLACK)?;
        if constrained {
            let worst = curve_points(&self.rows, |row| row.max_constraint);
            self.over_iterations(&areas[4], "Worst constraint", worst, MAGENTA)?;
        }
        root.present()?;
        Ok(())
    }

    fn over_iterations(
        &self,
        area: &Area<'_>,
        label: &str,
        points: Vec<(f64, f64)>,
        colour: RGBColor,
    ) -> DrawResult {
        let last = self.rows.last().map_or(1.0, |row| (row.iteration as f64).max(1.0));
        let iterations = Axis { label: "Iteration", range: 0.0..last, logarithmic: false };
        chart(area, iterations, label, &[Curve { name: "", points, colour: colour.to_rgba() }])
    }
}

/// Draws a bar for each coordinate.
fn bars(area: &Area<'_>, x_label: &str, y_label: &str, x: &[f64]) -> DrawResult {
    let drawn = || x.iter().enumerate().filter(|(_, x)| x.abs() < LARGEST);
    let (low, high) = drawn().fold((0.0, 0.0), |(l, h): (f64, f64), (_, &x)| (l.min(x), h.max(x)));
    let coordinates = 0.5..x.len() as f64 + 0.5;
    let mut chart = axes(area, (x_label, coordinates), (y_label, vertical_range(low, high)))?;
    let bar = |(i, &x): (usize, &f64)| {
        let middle = i as f64 + 1.0;
        Rectangle::new([(middle - 0.4, 0.0), (middle + 0.4, x)], BLUE.mix(0.6).filled())
    };
    chart.draw_series(drawn().map(bar))?;
    Ok(())
}

impl Observer for LivePlot {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        match event {
            Event::Start { restored, .. } => (self.rows, self.x) = (restored.to_vec(), Vec::new()),
            Event::Iteration { row, x, .. } => {
                self.rows.push((*row).clone());
                self.x = x.to_vec();
                if self.failed.is_none() && self.is_due(row.iteration) {
                    self.draw();
                }
            }
            Event::End(_) | Event::NoOutcome(_) if self.failed.is_none() => self.draw(),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}
