//! What shows a run while it is under way: display, history, live plots.

use std::io::{self, Write};

use search::pattern::{Options, SearchMethod};
use search::{
    Bounds, Budget, CoordinateSearch, DisplayLevel, History, IterativeDisplay, Minimizer, PatternSearch,
    Problem, Solver,
};

fn rosenbrock(x: &[f64]) -> f64 {
    100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)
}

#[test]
fn diagnose_prints_the_problem_and_the_options_first() {
    let bounds = Bounds::new(vec![0.0, 1.0], vec![f64::INFINITY, 1.0]).unwrap();
    let problem = Problem::new(rosenbrock, vec![2.0, 1.0]).unwrap().bounded(bounds).unwrap();
    let options = Options { search_fcn: Some(SearchMethod::NelderMead.into()), ..Options::default() };
    let search = PatternSearch::new(options).unwrap();
    let print = |level| {
        let mut text = Vec::new();
        let mut display = IterativeDisplay::new(level, &mut text).with_settings(search.settings());
        search.minimize(&problem, &Budget::evaluations(300), &mut display).unwrap();
        String::from_utf8(text).unwrap()
    };
    let (diagnose, iter) = (print(DisplayLevel::Diagnose), print(DisplayLevel::Iter));
    let (before, after) = diagnose.split_once("Iter ").unwrap();
    assert_eq!(format!("Iter {after}"), iter, "then the same");
    assert!(iter.contains("Successful Search"));
    for line in [
        "patternsearch\n",
        "variables: 2\n",
        "lower bounds: 2\n",
        "upper bounds: 1\n",
        "fixed: 1\n",
        "mesh_tolerance: 1e-6\n",
        "searchneldermead",
    ] {
        assert!(before.contains(line), "{line}: {before}");
    }
    assert_eq!(Options::from_json(r#"{"Display": "Diagnose"}"#).unwrap().display, DisplayLevel::Diagnose);
}

/// All fields of a table, by rows.
fn fields(text: &str) -> Vec<Vec<&str>> {
    assert!(text.ends_with('\n'));
    text.lines().map(|line| line.split(',').collect()).collect()
}

#[test]
fn the_history_reads_back_as_the_trace() {
    for search in [&PatternSearch::default() as &dyn Minimizer, &CoordinateSearch::default()] {
        let failing = |x: &[f64]| if x[0] > 1.9 { f64::NAN } else { rosenbrock(x) };
        let problem = Problem::new(failing, vec![2.0, 0.1]).unwrap();
        let mut history = History::of_iterations(Vec::new());
        let outcome = search.minimize(&problem, &Budget::evaluations(300), &mut history).unwrap();
        let text = String::from_utf8(history.into_inner().unwrap()).unwrap();
        let rows = fields(&text);
        assert_eq!(rows[0], ["iteration", "evaluations", "value", "mesh_size", "method", "x1", "x2"]);
        assert_eq!(rows[1], ["0", "1", "inf", "1.0", "", "2.0", "0.1"]);
        assert_eq!(rows.len(), outcome.trace.len() + 1);
        for (row, expected) in rows[1..].iter().zip(&outcome.trace) {
            let value: f64 = row[2].parse().unwrap();
            assert_eq!(row[0], expected.iteration.to_string());
            assert_eq!(row[1], expected.evaluations.to_string());
            assert_eq!((value, row[3].parse().ok()), (expected.value, expected.mesh_size));
            assert_eq!(row[4], expected.method.to_string());
            let x: Vec<f64> = row[5..].iter().map(|x| x.parse().unwrap()).collect();
            assert!(value == f64::INFINITY || failing(&x) == value);
        }
    }
}

#[test]
fn the_history_of_improvements_falls() {
    let problem = Problem::new(rosenbrock, vec![-1.9, 2.0]).unwrap();
    let mut history = History::of_improvements(Vec::new());
    let outcome =
        PatternSearch::default().minimize(&problem, &Budget::evaluations(200), &mut history).unwrap();
    let text = String::from_utf8(history.into_inner().unwrap()).unwrap();
    let rows = fields(&text);
    assert_eq!(rows[0], ["evaluations", "value", "x1", "x2"]);
    let numbers: Vec<Vec<f64>> =
        rows[1..].iter().map(|row| row.iter().map(|field| field.parse().unwrap()).collect()).collect();
    assert!(numbers.windows(2).all(|pair| pair[0][0] < pair[1][0] && pair[0][1] > pair[1][1]));
    let last = numbers.last().unwrap();
    assert_eq!((last[1], &last[2..]), (outcome.value, outcome.x.as_slice()));
}

/// A disk that is full after so many bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_does_not_end_a_run_and_is_told() {
    let problem = Problem::new(rosenbrock, vec![-1.9, 2.0]).unwrap();
    let mut history = History::of_iterations(Full(300));
    let outcome =
        PatternSearch::default().minimize(&problem, &Budget::evaluations(200), &mut history).unwrap();
    assert_eq!(outcome.counts.evaluations, 200);
    assert_eq!(history.into_inner().err().unwrap().kind(), io::ErrorKind::StorageFull);
}

#[cfg(feature = "plot")]
mod plots {
    use std::fs;
    use std::sync::atomic::{AtomicBool, Ordering};

    use search::plot::LivePlot;
    use search::{ConstraintCount, Event, Observer};

    use super::*;

    /// Whether a text is one SVG document, its elements closed in order.
    fn is_svg(text: &str) -> bool {
        let mut open = Vec::new();
        for tag in text.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default()) {
            if let Some(name) = tag.strip_prefix('/') {
                if open.pop() != Some(name) {
                    return false;
                }
            } else if !tag.ends_with('/') {
                open.push(tag.split_whitespace().next().unwrap_or_default());
            }
        }
        open.is_empty() && text.starts_with("<svg") && text.trim_end().ends_with("</svg>")
    }

    #[test]
    fn a_live_plot_shows_all_four_and_is_whole_at_any_moment() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.svg");
        let over = AtomicBool::new(false);
        let reads = std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut reads = 0;
                while !over.load(Ordering::Relaxed) {
                    if let Ok(text) = fs::read_to_string(&path) {
                        assert!(is_svg(&text), "{text}");
                        reads += 1;
                    }
                }
                reads
            });
            let problem = Problem::new(rosenbrock, vec![-1.9, 2.0]).unwrap();
            let mut plot = LivePlot::new(&path, "Rosenbrock & <co>");
            for _ in 0..20 {
                PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut plot).unwrap();
            }
            plot.finish().unwrap();
            over.store(true, Ordering::Relaxed);
            reader.join().unwrap()
        });
        assert!(reads > 0);
        let text = fs::read_to_string(&path).unwrap();
        for label in ["Best value", "Incumbent", "Mesh size", "Evaluations per iteration", "&amp;"] {
            assert!(text.contains(label), "{label}");
        }
        let left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["run.svg"], "nothing else is left");
    }

    #[test]
    fn the_worst_constraint_is_shown_where_there_are_constraints() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.svg");
        let plain = Problem::new(rosenbrock, vec![-1.9, 2.0]).unwrap();
        let disc = |x: &[f64]| ([x[0] * x[0] + x[1] * x[1] - 1.0], []);
        let constrained = plain.clone().constrained(ConstraintCount::new(1, 0), disc);
        for (problem, shown) in [(plain, false), (constrained, true)] {
            let mut plot = LivePlot::new(&path, "Rosenbrock");
            PatternSearch::default().minimize(&problem, &Budget::evaluations(400), &mut plot).unwrap();
            plot.finish().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            assert!(is_svg(&text) && text.contains("Best value") && text.contains("Mesh size"));
            assert_eq!(text.contains("Worst constraint"), shown);
        }
    }

    #[test]
    fn a_plot_interval_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.svg");
        let problem = Problem::new(rosenbrock, vec![-1.9, 2.0]).unwrap();
        let mut plot = LivePlot::new(&path, "Rosenbrock").with_plot_interval(7);
        let (mut drawn_at, mut before) = (Vec::new(), None);
        let mut watch = |event: &Event<'_>| {
            let told = plot.observe(event);
            let now = fs::read(&path).ok();
            if let Event::Iteration { row, .. } = event
                && now != before
            {
                drawn_at.push(row.iteration);
            }
            before = now;
            // Patience with the machine that draws.
            std::thread::sleep(std::time::Duration::from_millis(1));
            told
        };
        let outcome =
            PatternSearch::default().minimize(&problem, &Budget::evaluations(300), &mut watch).unwrap();
        assert_eq!(drawn_at[0], 0);
        assert!(drawn_at.iter().all(|iteration| iteration % 7 == 0), "{drawn_at:?}");
        assert!(outcome.iterations % 7 != 0 || before.is_some());
    }

    #[test]
    fn nothing_finite_and_no_folder_are_survived() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.svg");
        let extreme = |x: &[f64]| if x[0] == 1.0 { f64::NAN } else { 1e308 * x[0].signum() };
        let problem = Problem::new(extreme, vec![1.0, f64::MAX]).unwrap();
        let mut plot = LivePlot::new(&path, "");
        let _ = PatternSearch::default().minimize(&problem, &Budget::evaluations(9), &mut plot);
        plot.finish().unwrap();
        assert!(is_svg(&fs::read_to_string(&path).unwrap()));

        let mut plot = LivePlot::new(folder.path().join("no/such/folder.svg"), "");
        let outcome =
            PatternSearch::default().minimize(&problem, &Budget::evaluations(9), &mut plot).unwrap();
        assert_eq!(outcome.counts.evaluations, 9, "the run goes on");
        assert!(plot.finish().is_err());
    }
}
