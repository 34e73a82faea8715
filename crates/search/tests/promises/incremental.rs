//! The incremental contract: one coordinate at a time, the same run; budget, bounds, journals, observers.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;

use crate::any_bounds::bound;
use search::pattern::{Algorithm, Options, PollMethod, PollOrder};
use search::{
    Bounds, Budget, Cancellation, CheckIncremental, CoordinateOptions, CoordinateSearch, Error, Event,
    Failure, Incremental, Journal, JournalFault, Minimizer, Objective, Outcome, Parabola, PatternSearch,
    Problem, Run, Status,
};

/// Steps of values, a power of two.
const STEPS: f64 = 1048576.0;

/// A chain: each term joins a coordinate with the one before. Along the coordinates of an even number the value
/// is a parabola; along the others there is a kink.
#[derive(Default)]
struct Chain {
    view: View,
    /// All that is asked of it, with the point it is asked for.
    asked: Mutex<Vec<(Ask, Vec<f64>)>>,
    /// Whether the terms are in steps: a decrease is none, or larger than what a view may round.
    stepped: bool,
    /// Blocks of the view.
    blocks: Vec<Vec<usize>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
enum View {
    #[default]
    None,
    /// Adds up all terms: the bits of a whole evaluation.
    Exact,
    /// Adds what a trial changes to a running sum, which drifts.
    Drifting,
    /// The same, and knows the parabolas.
    Lines,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Ask {
    Whole,
    Begin,
    Try,
    Accept,
    Line,
}

impl Chain {
    fn seen_by(view: View) -> Self {
        Chain { view, ..Chain::default() }
    }

    fn in_steps(view: View) -> Self {
        Chain { stepped: true, ..Chain::seen_by(view) }
    }

    fn term(&self, x: &[f64], i: usize) -> f64 {
        let away = x[i] - 0.37 * ((7 * i) % 5) as f64 + 0.6;
        let before = if i > 0 { x[i] - x[i - 1] } else { 1.0 };
        let kink = if i % 2 == 1 { away.abs() } else { 0.0 };
        let term = (i % 3 + 1) as f64 * away * away + kink + 0.25 * before * before;
        // Of so few binary digits that they add up without rounding.
        if self.stepped { (term * STEPS).round() / STEPS } else { term }
    }

    fn note(&self, ask: Ask, x: &[f64]) {
        self.asked.lock().unwrap().push((ask, x.to_vec()));
    }

    fn take_asked(&self) -> Vec<(Ask, Vec<f64>)> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

impl Objective for Chain {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        self.note(Ask::Whole, x);
        Ok((0..x.len()).map(|i| self.term(x, i)).sum())
    }

    fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
        let links = Links { chain: self, x: Vec::new(), terms: Vec::new(), sum: 0.0 };
        (self.view != View::None).then(|| Box::new(links) as Box<dyn Incremental>)
    }
}

/// The value of a chain that is not in steps.
fn chain(x: &[f64]) -> f64 {
    Chain::default().value(x).unwrap()
}

struct Links<'c> {
    chain: &'c Chain,
    x: Vec<f64>,
    terms: Vec<f64>,
    sum: f64,
}

impl Links<'_> {
    /// The value with coordinate `i` at `to`; `x` and the terms are left like that.
    fn put(&mut self, i: usize, to: f64) -> f64 {
        self.x[i] = to;
        for k in i..(i + 2).min(self.x.len()) {
            let term = self.chain.term(&self.x, k);
            self.sum += term - self.terms[k];
            self.terms[k] = term;
        }
        if self.chain.view == View::Exact { self.terms.iter().sum() } else { self.sum }
    }
}

impl Incremental for Links<'_> {
    fn begin(&mut self, x: &[f64]) -> Result<f64, Failure> {
        self.chain.note(Ask::Begin, x);
        self.x = x.to_vec();
        self.terms = (0..x.len()).map(|i| self.chain.term(x, i)).collect();
        self.sum = self.terms.iter().sum();
        Ok(self.sum)
    }

    fn try_value(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
        let (x, terms, sum) = (self.x.clone(), self.terms.clone(), self.sum);
        let value = self.put(i, to);
        self.chain.note(Ask::Try, &self.x);
        (self.x, self.terms, self.sum) = (x, terms, sum);
        Ok(value)
    }

    fn accept(&mut self, i: usize, to: f64) {
        self.put(i, to);
        self.chain.note(Ask::Accept, &self.x);
    }

    fn line(&mut self, i: usize) -> Option<Parabola> {
        if self.chain.view != View::Lines || i % 2 == 1 {
            return None;
        }
        self.chain.note(Ask::Line, &self.x);
        let weight = (i % 3 + 1) as f64;
        let away = self.x[i] - 0.37 * ((7 * i) % 5) as f64 + 0.6;
        let before = if i > 0 { self.x[i] - self.x[i - 1] } else { 0.0 };
        let after = self.x.get(i + 1).map_or(0.0, |next| self.x[i] - next);
        let neighbours = usize::from(i > 0) + usize::from(i + 1 < self.x.len());
        let slope = 2.0 * weight * away + 0.5 * (before + after);
        let curvature = weight + 0.25 * neighbours as f64;
        Some(Parabola { value: self.sum, slope, curvature })
    }

    fn blocks(&self) -> Vec<Vec<usize>> {
        self.chain.blocks.clone()
    }
}

fn searches() -> Vec<Box<dyn Minimizer>> {
    let classic = [
        Options::default(),
        Options { use_complete_poll: true, accelerate_mesh: true, ..Options::default() },
        Options { poll_order: PollOrder::Random, seed: 3, ..Options::default() },
        Options { poll_order: PollOrder::Success, use_complete_poll: true, ..Options::default() },
    ];
    let all = CoordinateOptions::default;
    let coordinate = [
        all(),
        CoordinateOptions { pattern_move: false, ..all() },
        CoordinateOptions { parabola_step: false, scale_mesh: false, ..all() },
        CoordinateOptions { restarts: 3, seed: 5, ..all() },
        CoordinateOptions { restarts: 2, pattern_move: false, parabola_step: false, ..all() },
    ];
    let classic = classic.map(|options| Box::new(PatternSearch::new(options).unwrap()) as Box<dyn Minimizer>);
    let coordinate =
        coordinate.map(|options| Box::new(CoordinateSearch::new(options).unwrap()) as Box<dyn Minimizer>);
    classic.into_iter().chain(coordinate).collect()
}

fn start(n: usize) -> Vec<f64> {
    (0..n).map(|i| 5.0 - 1.7 * i as f64).collect()
}

/// All of an outcome but the time, the journal, and what threads and views do beside the evaluations.
fn path(outcome: &Outcome) -> String {
    let mut rest = outcome.clone();
    rest.seconds = 0.0;
    rest.journal = None;
    rest.counts.speculative = 0;
    rest.counts.recomputed = 0;
    format!("{rest:?}")
}

/// All of an outcome but the time and the journal.
fn result(outcome: &Outcome) -> String {
    let mut rest = outcome.clone();
    rest.seconds = 0.0;
    rest.journal = None;
    format!("{rest:?}")
}

#[test]
fn an_exact_view_takes_the_path_of_whole_evaluations_on_any_threads() {
    for search in searches() {
        let told = search.settings();
        for n in [1, 2, 7] {
            for budget in [40, 900] {
                let run = |view, threads| {
                    let problem = Problem::of(Chain::in_steps(view), start(n)).unwrap();
                    let bounds = Bounds::uniform(n, -9.0, 0.7).unwrap();
                    let run = Run::within(&Budget::evaluations(budget)).on_threads(threads);
                    search.run(&problem.bounded(bounds).unwrap(), &run, &mut ()).unwrap()
                };
                let whole = run(View::None, 1);
                assert!(whole.value < whole.start_value);
                for threads in [1, 2, 8] {
                    let incremental = run(View::Exact, threads);
                    assert_eq!(path(&incremental), path(&whole), "{told}, n = {n}, {threads} threads");
                    assert_eq!(incremental.counts.speculative, 0, "trials are made in turn");
                }
            }
        }
    }
}

/// Numbers of few binary digits: adding up what changes does not round.
#[test]
fn running_sums_that_do_not_round_take_the_path_of_whole_evaluations() {
    struct Squares(bool);
    struct Sum(Vec<f64>, f64);
    impl Objective for Squares {
        fn value(&self, x: &[f64]) -> Result<f64, Failure> {
            Ok(x.iter().enumerate().map(|(i, x)| (x - 0.375 * i as f64) * (x - 0.375 * i as f64)).sum())
        }
        fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
            self.0.then(|| Box::new(Sum(Vec::new(), 0.0)) as Box<dyn Incremental>)
        }
    }
    impl Incremental for Sum {
        fn begin(&mut self, x: &[f64]) -> Result<f64, Failure> {
            (self.0, self.1) = (x.to_vec(), Squares(false).value(x)?);
            Ok(self.1)
        }
        fn try_value(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
            Ok(self.1 + (to - self.0[i]) * (to + self.0[i] - 0.75 * i as f64))
        }
        fn accept(&mut self, i: usize, to: f64) {
            self.1 += (to - self.0[i]) * (to + self.0[i] - 0.75 * i as f64);
            self.0[i] = to;
        }
    }
    let plain = CoordinateOptions { parabola_step: false, ..CoordinateOptions::default() };
    let plain = CoordinateSearch::new(plain).unwrap();
    for search in [&PatternSearch::default() as &dyn Minimizer, &plain] {
        let run = |incremental| {
            let problem = Problem::of(Squares(incremental), vec![4.0, -3.0, 1.0, 8.0]).unwrap();
            let problem = problem.bounded(Bounds::uniform(4, -8.0, 8.0).unwrap()).unwrap();
            search.minimize(&problem, &Budget::unlimited(), &mut ())
        };
        let (incremental, whole) = (run(true).unwrap(), run(false).unwrap());
        assert_eq!(path(&incremental), path(&whole));
        assert!(incremental.value == 0.0 && incremental.converged(), "{}", incremental.status);
    }
}

#[test]
fn a_view_decides_the_order_of_a_sweep_and_what_is_not_whole_is_not_asked_for_whole() {
    let in_blocks = || Chain { blocks: vec![vec![2, 0], vec![3], vec![1]], ..Chain::seen_by(View::Exact) };
    let options = CoordinateOptions { max_iterations: Some(1), ..CoordinateOptions::default() };
    let sweep = |objective: Arc<dyn Objective>| {
        let problem = Problem::shared(objective, vec![0.0; 4]).unwrap();
        let search = CoordinateSearch::new(options.clone()).unwrap();
        search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap()
    };
    let seen = Arc::new(in_blocks());
    let outcome = sweep(seen.clone());
    let asked = seen.take_asked();
    // Where the trials of the first sweep differ from the point they stand at.
    let (mut at, mut order) = (vec![0.0; 4], Vec::new());
    for (ask, x) in &asked {
        match ask {
            Ask::Try => order.extend((0..4).find(|&i| x[i] != at[i])),
            Ask::Begin | Ask::Accept => at.clone_from(x),
            _ => {}
        }
    }
    order.dedup();
    assert_eq!(order, [2, 0, 3, 1]);
    let whole = asked.iter().filter(|(ask, _)| *ask == Ask::Whole).count();
    assert!(whole <= 3, "the start, the parabola step and the pattern move: {whole}");
    // A check keeps the order; without it another sweep is made.
    assert_eq!(path(&sweep(Arc::new(CheckIncremental::of(in_blocks())))), path(&outcome));
    assert_ne!(path(&sweep(Arc::new(Chain::seen_by(View::Exact)))), path(&outcome));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn budget_and_bounds_hold_for_all_that_a_view_is_asked(
        coordinates in prop::collection::vec((bound(), -5.0_f64..5.0), 1..7),
        view in prop_oneof![Just(View::Exact), Just(View::Drifting), Just(View::Lines)],
        budget in 1_u64..400,
    ) {
        let (bounds, start): (Vec<_>, Vec<_>) = coordinates.into_iter().unzip();
        let (lower, upper): (Vec<_>, Vec<_>) = bounds.into_iter().unzip();
        let bounds = Bounds::new(lower, upper).unwrap();
        for search in searches() {
            let asked_of = Arc::new(Chain::seen_by(view));
            let problem = Problem::shared(asked_of.clone(), start.clone()).unwrap().bounded(bounds.clone()).unwrap();
            let run = || search.minimize(&problem, &Budget::evaluations(budget), &mut ()).unwrap();
            let outcome = run();
            let asked = asked_of.take_asked();
            for (ask, x) in &asked {
                prop_assert!(bounds.contain(x), "{:?} at {:?} outside {:?}", ask, x, bounds);
            }
            let count = |what| asked.iter().filter(|(ask, _)| *ask == what).count() as u64;
            let (counts, trials) = (outcome.counts, count(Ask::Try));
            let asked_for = trials + count(Ask::Line);
            // A line asked for when the budget is spent is not counted.
            let beyond = u64::from(outcome.status == Status::EvaluationLimit && view == View::Lines);
            prop_assert!(counts.evaluations <= budget);
            prop_assert!(outcome.status != Status::EvaluationLimit || counts.evaluations == budget);
            prop_assert!(asked_for < counts.evaluations + beyond, "{asked_for}, and the start: {counts:?}");
            prop_assert!(asked_for + count(Ask::Whole) >= counts.evaluations);
            prop_assert!(asked_for + count(Ask::Whole) <= counts.evaluations + counts.recomputed + beyond);
            prop_assert_eq!(outcome.value.to_bits(), chain(&outcome.x).to_bits());
            prop_assert!(outcome.value <= outcome.start_value);
            prop_assert_eq!(result(&outcome), result(&run()), "the same run twice");
        }
    }

    #[test]
    fn a_parabola_is_least_where_it_says(
        slope in -5.0_f64..5.0, curvature in prop_oneof![Just(0.0), 0.0_f64..3.0],
        low in -4.0_f64..=0.0, high in 0.0_f64..4.0,
    ) {
        let line = Parabola { value: 1.0, slope, curvature };
        let at = |d: f64| line.value + d * (slope + d * curvature);
        let least = line.least_within(low, high);
        prop_assert!(low <= least && least <= high);
        for k in 0..=100 {
            let d = low + (high - low) * f64::from(k) / 100.0;
            prop_assert!(at(least) <= at(d) + 1e-12, "{least} against {d}");
        }
    }
}

#[test]
fn each_line_counts_as_one_evaluation_and_leads_to_the_exact_minimum() {
    // One coordinate, a parabola: the start, its line, the minimum; and the line again, which moves nothing.
    let asked_of = Arc::new(Chain::seen_by(View::Lines));
    let problem = Problem::shared(asked_of.clone(), vec![5.0]).unwrap();
    let options = CoordinateOptions { last_look: false, ..CoordinateOptions::default() };
    let search = CoordinateSearch::new(options).unwrap();
    let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    assert!((outcome.x[0] + 0.6).abs() < 1e-14 && outcome.status == Status::NoStepDown, "{outcome:?}");
    let lines = asked_of.take_asked().iter().filter(|(ask, _)| *ask == Ask::Line).count() as u64;
    // What is not a line: the start, the minimum, and the pattern move beyond it.
    assert_eq!(outcome.counts.evaluations, lines + 3);
    for budget in 1..=outcome.counts.evaluations {
        let outcome = search.minimize(&problem, &Budget::evaluations(budget), &mut ()).unwrap();
        assert_eq!(outcome.counts.evaluations, budget);
    }
}

fn at_once(path: &Path) -> Journal {
    Journal { flush_interval: Duration::ZERO, ..Journal::new(path) }
}

fn within(evaluations: u64, journal: Journal) -> Run {
    Run::within(&Budget::evaluations(evaluations)).with_journal(journal)
}

#[test]
fn a_stopped_incremental_run_resumes_as_if_it_had_never_been() {
    let folder = tempfile::tempdir().unwrap();
    for (k, search) in searches().iter().enumerate() {
        let told = search.settings();
        for view in [View::Exact, View::Drifting, View::Lines] {
            let problem = Problem::of(Chain::seen_by(view), start(6)).unwrap();
            let undisturbed = search.minimize(&problem, &Budget::evaluations(1500), &mut ()).unwrap();
            let path = folder.path().join(format!("{k}-{view:?}"));
            for stop in [1, 2, 3, 8, 21, 34, 55, 100, 233, 400, 610, 987, 1499] {
                let _ = fs::remove_file(&path);
                search.run(&problem, &within(stop, at_once(&path)), &mut ()).unwrap();
                let run = within(1500, at_once(&path).resumed()).on_threads(2);
                let resumed = search.run(&problem, &run, &mut ()).unwrap();
                assert_eq!(result(&resumed), result(&undisturbed), "{told}, {view:?}, stopped at {stop}");
                let known = resumed.journal.unwrap().known;
                assert!(known <= stop && (stop < 200 || known > 1), "{known} known of {stop}");
            }
            // Stopped again and again.
            let _ = fs::remove_file(&path);
            for stop in (1..1500).step_by(150) {
                search.run(&problem, &within(stop, at_once(&path).resumed()), &mut ()).unwrap();
            }
            let resumed = search.run(&problem, &within(1500, at_once(&path).resumed()), &mut ()).unwrap();
            assert_eq!(result(&resumed), result(&undisturbed), "{told}, {view:?}, ten times");
        }
    }
}

/// Polls along other directions than the coordinates evaluate whole points: as if there were no view, on threads, and from
/// a journal.
#[test]
fn polls_of_other_directions_take_the_same_path_with_a_view_and_resume_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let polls = [
        Options { poll_method: PollMethod::GpsPositiveBasisNp1, ..Options::default() },
        Options { poll_method: PollMethod::MadsPositiveBasis2N, ..Options::default() },
        Options { poll_method: PollMethod::OrthoMadsPositiveBasisNp1, ..Options::default() },
        Options { algorithm: Algorithm::Nups, ..Options::default() },
    ];
    for (k, options) in polls.into_iter().enumerate() {
        let search = PatternSearch::new(options).unwrap();
        for bounds in [Bounds::free(6), Bounds::uniform(6, -9.0, 0.7).unwrap()] {
            let problem =
                |view| Problem::of(Chain::in_steps(view), start(6)).unwrap().bounded(bounds.clone()).unwrap();
            let whole = search.minimize(&problem(View::None), &Budget::evaluations(700), &mut ()).unwrap();
            assert!(whole.value < whole.start_value);
            for threads in [1, 3] {
                let run = Run::within(&Budget::evaluations(700)).on_threads(threads);
                let seen = search.run(&problem(View::Exact), &run, &mut ()).unwrap();
                assert_eq!(path(&seen), path(&whole), "{search:?}, {threads} threads");
            }
            let file = folder.path().join(format!("whole {k}"));
            for stop in [2, 34, 150, 400, 699] {
                let _ = fs::remove_file(&file);
                search.run(&problem(View::Exact), &within(stop, at_once(&file)), &mut ()).unwrap();
                let run = within(700, at_once(&file).resumed()).on_threads(2);
                let resumed = search.run(&problem(View::Exact), &run, &mut ()).unwrap();
                assert_eq!(path(&resumed), path(&whole), "{search:?}, stopped at {stop}");
            }
        }
    }
}

/// The objective had no view when the journal was begun, or has none any more.
#[test]
fn a_journal_with_and_without_a_view_is_refused_or_resumed_to_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let (mut refused, mut resumed) = (0, 0);
    for (k, search) in searches().iter().enumerate() {
        let told = search.settings();
        let problem = |view| Problem::of(Chain::in_steps(view), start(5)).unwrap();
        let undisturbed = search.minimize(&problem(View::None), &Budget::evaluations(700), &mut ()).unwrap();
        for stop in [1, 2, 9, 63, 64, 65, 150, 400] {
            for (before, after) in [(View::None, View::Exact), (View::Exact, View::None)] {
                let file = folder.path().join(format!("{k}-{stop}-{before:?}"));
                search.run(&problem(before), &within(stop, at_once(&file)), &mut ()).unwrap();
                let bytes = fs::read(&file).unwrap();
                let go_on =
                    |view| search.run(&problem(view), &within(700, at_once(&file).resumed()), &mut ());
                match go_on(after) {
                    Ok(outcome) => {
                        assert_eq!(path(&outcome), path(&undisturbed), "{told}, stopped at {stop}");
                        let values_alone = before == View::None && stop > 1 && stop < 64;
                        assert!(!values_alone, "single values cannot be gone on from: {told}, {stop}");
                        resumed += 1;
                    }
                    Err(Error::Journal(error)) => {
                        assert!(matches!(error.fault, JournalFault::Diverged { .. }), "{error}");
                        assert_eq!(before, View::None, "a state can be resumed without the view");
                        assert!(fs::read(&file).unwrap() == bytes, "a refused journal is left as it is");
                        assert_eq!(path(&go_on(before).unwrap()), path(&undisturbed));
                        refused += 1;
                    }
                    Err(other) => panic!("{other}"),
                }
            }
        }
    }
    assert!(refused > 10 && resumed > 10, "{refused} refused, {resumed} resumed");
}

#[test]
fn improvements_decrease_inside_the_bounds_down_to_the_outcome() {
    for search in searches() {
        for view in [View::Exact, View::Drifting, View::Lines] {
            let bounds = Bounds::uniform(8, -4.0, 0.5).unwrap();
            let problem = Problem::of(Chain::seen_by(view), start(8)).unwrap();
            let problem = problem.bounded(bounds.clone()).unwrap();
            let mut improvements: Vec<(u64, Vec<f64>, f64)> = Vec::new();
            let mut observer = |event: &Event| {
                match event {
                    Event::Improvement { evaluations, x, value, .. } => {
                        improvements.push((*evaluations, x.to_vec(), *value));
                    }
                    Event::Iteration { row, x, .. } => {
                        assert_eq!(row.value.to_bits(), chain(x).to_bits(), "{row:?}");
                    }
                    _ => {}
                }
                ControlFlow::Continue(())
            };
            let outcome = search.minimize(&problem, &Budget::evaluations(2000), &mut observer).unwrap();
            for (_, x, value) in &improvements {
                assert!(bounds.contain(x));
                let whole = chain(x);
                assert!((value - whole).abs() <= 1e-12 * whole.abs(), "{value} for {whole}");
            }
            assert!(improvements.windows(2).all(|pair| pair[1].2 < pair[0].2 && pair[1].0 > pair[0].0));
            assert_eq!(improvements.last().unwrap().1, outcome.x);

            // Stopped or cancelled at an improvement, in the middle of whatever it is found in.
            for (k, (evaluations, x, _)) in improvements.iter().enumerate().step_by(3) {
                let cancellation = Cancellation::default();
                for (cancel, status) in [(false, Status::StoppedByObserver), (true, Status::Cancelled)] {
                    let mut count = 0;
                    let mut stop = |event: &Event| {
                        count += usize::from(matches!(event, Event::Improvement { .. }));
                        if count <= k {
                            return ControlFlow::Continue(());
                        }
                        if cancel {
                            cancellation.cancel();
                            return ControlFlow::Continue(());
                        }
                        ControlFlow::Break(())
                    };
                    let budget = Budget::unlimited().cancelled_by(&cancellation);
                    let stopped = search.minimize(&problem, &budget, &mut stop).unwrap();
                    assert_eq!((stopped.status, &stopped.x), (status, x));
                    assert_eq!(stopped.value.to_bits(), chain(x).to_bits());
                    assert_eq!(stopped.counts.evaluations, *evaluations, "nothing is tried after the stop");
                }
            }
        }
    }
}

#[test]
fn a_time_limit_ends_incremental_runs_after_at_most_sixteen_more_trials() {
    struct Slow;
    struct SlowView(Vec<f64>);
    impl Objective for Slow {
        fn value(&self, x: &[f64]) -> Result<f64, Failure> {
            Ok(x.iter().map(|x| x.abs()).sum())
        }
        fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
            Some(Box::new(SlowView(Vec::new())))
        }
    }
    impl Incremental for SlowView {
        fn begin(&mut self, x: &[f64]) -> Result<f64, Failure> {
            self.0 = x.to_vec();
            Slow.value(x)
        }
        fn try_value(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
            // The time of the run is over after the first trial.
            std::thread::sleep(Duration::from_millis(11));
            let mut x = self.0.clone();
            x[i] = to;
            Slow.value(&x)
        }
        fn accept(&mut self, i: usize, to: f64) {
            self.0[i] = to;
        }
    }
    for search in searches() {
        let problem = Problem::of(Slow, vec![0.0; 40]).unwrap();
        for (seconds, most) in [(0.0, 1), (0.01, 17)] {
            let budget = Budget::unlimited().within_seconds(seconds);
            let outcome = search.minimize(&problem, &budget, &mut ()).unwrap();
            assert_eq!(outcome.status, Status::TimeLimit);
            assert!(outcome.counts.evaluations <= most, "{:?}", outcome.counts);
        }
    }
}

#[test]
fn a_view_may_run_a_minimizer_of_its_own() {
    /// The least distance from a coordinate to a chain's value, found by a search for each.
    struct Nested(bool);
    struct NestedView(Vec<f64>);
    fn inner(x: f64, view: View) -> f64 {
        let problem = Problem::of(Chain::seen_by(view), vec![x, 1.0]).unwrap();
        let problem = problem.bounded(Bounds::uniform(2, x - 0.5, x.abs() + 2.0).unwrap()).unwrap();
        let options = CoordinateOptions { mesh_tolerance: 0.01, ..CoordinateOptions::default() };
        let search = CoordinateSearch::new(options).unwrap();
        let value = search.minimize(&problem, &Budget::evaluations(60), &mut ()).unwrap().value;
        (value * STEPS).round() / STEPS
    }
    impl Objective for Nested {
        fn value(&self, x: &[f64]) -> Result<f64, Failure> {
            Ok(x.iter().map(|&x| inner(x, View::Drifting)).sum())
        }
        fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
            self.0.then(|| Box::new(NestedView(Vec::new())) as Box<dyn Incremental>)
        }
    }
    impl Incremental for NestedView {
        fn begin(&mut self, x: &[f64]) -> Result<f64, Failure> {
            self.0 = x.to_vec();
            Nested(true).value(x)
        }
        fn try_value(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
            let each = self.0.iter().enumerate().map(|(k, &x)| if k == i { to } else { x });
            Ok(each.map(|x| inner(x, View::Drifting)).sum())
        }
        fn accept(&mut self, i: usize, to: f64) {
            self.0[i] = to;
        }
    }
    for search in searches() {
        let run = |view| {
            let objective = Arc::new(CheckIncremental::of(Nested(view)));
            let problem = Problem::shared(objective.clone(), vec![3.0, -2.0]).unwrap();
            let outcome = search.minimize(&problem, &Budget::evaluations(120), &mut ()).unwrap();
            assert_eq!(objective.worst().map(|worst| worst.relative), view.then_some(0.0));
            path(&outcome)
        };
        assert_eq!(run(true), run(false));
    }
}
