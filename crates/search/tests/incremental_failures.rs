//! Incremental views that fail, round or lie: what a run then still holds, and how one finds out.

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use search::pattern::{Algorithm, Options, PollOrder};
use search::{
    Bounds, Budget, CheckIncremental, Counts, Error, Event, Failure, Incremental, Journal, Minimizer,
    Objective, Outcome, Parabola, PatternSearch, Problem, Run, Status,
};

type Told = Result<f64, Failure>;
type Whole<'f> = Box<dyn Fn(&[f64]) -> Told + Send + Sync + 'f>;
type Telling<'f> = Box<dyn Fn(&[f64], usize, Told) -> Told + Send + Sync + 'f>;
type Accepting<'f> = Box<dyn Fn(&[f64], &[f64]) + Send + Sync + 'f>;
type Lines<'f> = Box<dyn Fn(&[f64], usize) -> Option<Parabola> + Send + Sync + 'f>;

/// An objective whose view evaluates as a whole, and then tells something else.
struct Twisted<'f> {
    whole: Whole<'f>,
    /// What a trial tells, from its point, the coordinate and the whole evaluation.
    told: Telling<'f>,
    /// Called with where the view is and where it should move to.
    accepting: Accepting<'f>,
    line: Lines<'f>,
    /// Called before the view begins anywhere.
    beginning: Box<dyn Fn() + Send + Sync + 'f>,
    blocks: fn() -> Vec<Vec<usize>>,
    has_view: fn() -> bool,
}

impl<'f> Twisted<'f> {
    fn of(whole: impl Fn(&[f64]) -> Told + Send + Sync + 'f) -> Self {
        Twisted {
            whole: Box::new(whole),
            told: Box::new(|_, _, told| told),
            accepting: Box::new(|_, _| ()),
            line: Box::new(|_, _| None),
            beginning: Box::new(|| ()),
            blocks: Vec::new,
            has_view: || true,
        }
    }

    fn telling(self, told: impl Fn(&[f64], usize, Told) -> Told + Send + Sync + 'f) -> Self {
        Twisted { told: Box::new(told), ..self }
    }

    fn accepting(self, accepting: impl Fn(&[f64], &[f64]) + Send + Sync + 'f) -> Self {
        Twisted { accepting: Box::new(accepting), ..self }
    }

    fn with_lines(self, line: impl Fn(&[f64], usize) -> Option<Parabola> + Send + Sync + 'f) -> Self {
        Twisted { line: Box::new(line), ..self }
    }

    fn without_view(self) -> Self {
        Twisted { has_view: || false, ..self }
    }
}

struct TwistedView<'t>(&'t Twisted<'t>, Vec<f64>);

impl Objective for Twisted<'_> {
    fn value(&self, x: &[f64]) -> Told {
        (self.whole)(x)
    }

    fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
        (self.has_view)().then(|| Box::new(TwistedView(self, Vec::new())) as Box<dyn Incremental>)
    }
}

impl Incremental for TwistedView<'_> {
    fn begin(&mut self, x: &[f64]) -> Told {
        (self.0.beginning)();
        self.1 = x.to_vec();
        (self.0.whole)(x)
    }

    fn try_value(&mut self, i: usize, to: f64) -> Told {
        // A panic leaves the view somewhere else.
        let from = std::mem::replace(&mut self.1[i], to);
        let told = (self.0.told)(&self.1, i, (self.0.whole)(&self.1));
        self.1[i] = from;
        told
    }

    fn accept(&mut self, i: usize, to: f64) {
        let mut x = self.1.clone();
        x[i] = to;
        (self.0.accepting)(&self.1, &x);
        self.1 = x;
    }

    fn line(&mut self, i: usize) -> Option<Parabola> {
        (self.0.line)(&self.1, i)
    }

    fn blocks(&self) -> Vec<Vec<usize>> {
        (self.0.blocks)()
    }
}

/// A number in [0, 1) that depends on every bit of the point (FNV-1a).
fn chance(x: &[f64], salt: u64) -> f64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ salt;
    for byte in x.iter().flat_map(|v| v.to_bits().to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 33;
    (hash.wrapping_mul(0xff51_afd7_ed55_8ccd) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A bumpy bowl around points that differ from coordinate to coordinate.
fn bowl(x: &[f64]) -> f64 {
    1.0 + x.iter().enumerate().map(|(i, v)| (v - 0.7 * (i % 5) as f64).powi(2) + v.sin()).sum::<f64>()
}

/// The same in steps: a decrease is none, or larger than what a view may round.
fn steps(x: &[f64]) -> f64 {
    (bowl(x) * 1e6).round() / 1e6
}

/// Fails in every way that there is at a part of all points.
fn failing(x: &[f64], rate: f64, salt: u64, value: Told) -> Told {
    let chance = chance(x, salt);
    match (chance < rate, (chance / rate * 5.0) as u32) {
        (false, _) => value,
        (true, 0) => Err(Failure::Error(format!("no value at {x:?}"))),
        (true, 1) => Ok(f64::NAN),
        (true, 2) => Ok(f64::INFINITY),
        (true, 3) => Ok(f64::NEG_INFINITY),
        // Without the message that a panic prints.
        (true, _) => resume_unwind(Box::new(format!("panic at {x:?}"))),
    }
}

/// The failure that [`failing`] is at a point, if it is one.
fn failure(told: impl FnOnce() -> Told) -> Option<Failure> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(told)) {
        Ok(Ok(value)) if value.is_finite() => None,
        Ok(Ok(value)) => Some(Failure::NotFinite(value)),
        Ok(Err(failure)) => Some(failure),
        Err(payload) => Some(Failure::Panic(payload.downcast_ref::<String>().unwrap().clone())),
    }
}

fn searches() -> Vec<PatternSearch> {
    let coordinate = || Options { algorithm: Algorithm::Coordinate, ..Options::default() };
    let options = [
        Options::default(),
        Options { use_complete_poll: true, poll_order: PollOrder::Success, ..Options::default() },
        Options { poll_order: PollOrder::Random, ..Options::default() },
        coordinate(),
        Options { pattern_move: false, parabola_step: false, ..coordinate() },
        Options { restarts: 3, ..coordinate() },
    ];
    options.map(|options| PatternSearch::new(options).unwrap()).into()
}

/// All of an outcome but the time, and what threads and views do beside the evaluations.
fn path(outcome: &Outcome) -> String {
    let counts = Counts { speculative: 0, recomputed: 0, ..outcome.counts };
    format!("{:?}", Outcome { seconds: 0.0, counts, ..outcome.clone() })
}

fn minimize(search: &PatternSearch, objective: Twisted, start: &[f64], budget: u64) -> Outcome {
    let problem = Problem::new(objective, start.to_vec()).unwrap();
    search.minimize(&problem, &Budget::evaluations(budget), &mut ()).unwrap()
}

/// What an outcome holds whatever the view told.
fn assert_sound(outcome: &Outcome, whole: impl Fn(&[f64]) -> f64, what: &str) {
    assert_eq!(
        outcome.value.to_bits(),
        whole(&outcome.x).to_bits(),
        "{what}: the value is that of the point"
    );
    assert!(outcome.value <= outcome.start_value, "{what}: {} > {}", outcome.value, outcome.start_value);
    for pair in outcome.trace.windows(2) {
        assert!(pair[1].value <= pair[0].value, "{what}: {pair:?}");
    }
    assert!(outcome.value <= outcome.trace.last().unwrap().value, "{what}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// The objective and its view fail at the same points; or the view alone, by coordinate and value.
    #[test]
    fn failing_trials_are_counted_and_named_and_never_win(
        start in prop::collection::vec(-5.0_f64..5.0, 1..6),
        rate in prop_oneof![Just(0.05), 0.0_f64..0.6, Just(1.0)],
        alone in any::<bool>(),
        salt in any::<u64>(),
        budget in 1_u64..400,
    ) {
        for search in searches() {
            let failures: Mutex<Vec<(Vec<f64>, Failure)>> = Mutex::default();
            let noting = |x: &[f64], told: &dyn Fn() -> Told| {
                if let Some(failure) = failure(told) {
                    failures.lock().unwrap().push((x.to_vec(), failure));
                }
                told()
            };
            let whole_rate = if alone { 0.0 } else { rate };
            let objective = Twisted::of(|x| failing(x, whole_rate, salt, Ok(bowl(x))))
                .telling(|x, i, value| {
                    noting(x, &|| if alone { failing(&[i as f64, x[i]], rate, salt, value.clone()) } else { value.clone() })
                })
                .accepting(|_, x| assert!(failure(|| failing(x, whole_rate, salt, Ok(0.0))).is_none()));
            let problem = Problem::new(objective, start.clone()).unwrap();
            let result = search.minimize(&problem, &Budget::evaluations(budget), &mut ());
            let failures = std::mem::take(&mut *failures.lock().unwrap());
            match result {
                Ok(outcome) => {
                    prop_assert!(chance(&outcome.x, salt) >= whole_rate, "a failed point won");
                    assert_sound(&outcome, bowl, "failing");
                    prop_assert!(outcome.status != Status::EvaluationLimit || outcome.counts.evaluations == budget);
                    if alone {
                        prop_assert_eq!(outcome.counts.failed, failures.len() as u64);
                        let first = outcome.first_failure.map(|first| (first.x, first.failure));
                        prop_assert_eq!(format!("{first:?}"), format!("{:?}", failures.first()));
                    }
                }
                Err(Error::NoValue { failed, first, .. }) => {
                    prop_assert!(failed <= budget && first.is_some() && !alone);
                }
                Err(error) => prop_assert!(false, "{error}"),
            }
        }
    }

    /// The same failures at the same points: the path of whole evaluations, on any number of threads.
    #[test]
    fn a_view_that_fails_where_the_objective_does_takes_its_path(
        start in prop::collection::vec(-5.0_f64..5.0, 1..5), rate in 0.0_f64..0.9, salt in any::<u64>(),
    ) {
        for search in searches() {
            // A panic in a trial happens in the view, which evaluates as a whole.
            let objective = || Twisted::of(|x| failing(x, rate, salt, Ok(steps(x))));
            let run = |objective: Twisted, threads| {
                let problem = Problem::new(objective, start.clone()).unwrap();
                let run = Run::within(&Budget::evaluations(300)).on_threads(threads);
                match search.run(&problem, &run, &mut ()) {
                    Ok(outcome) => path(&outcome),
                    Err(error) => error.to_string(),
                }
            };
            let whole = run(objective().without_view(), 1);
            for threads in [1, 2] {
                prop_assert_eq!(&run(objective(), threads), &whole);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Rough values, failures of the view and of the objective, options of every kind, valid or not.
    #[test]
    fn a_storm_is_survived(
        n in prop_oneof![1_usize..8, 100_usize..300],
        salt in any::<u64>(),
        budget in 1_u64..1500,
        algorithm in prop_oneof![Just(Algorithm::Classic), Just(Algorithm::Coordinate)],
        (mesh_tolerance, initial_mesh_size, max_mesh_size) in
            (number(), number(), prop_oneof![Just(None), number().prop_map(Some)]),
        (mesh_expansion_factor, mesh_contraction_factor) in
            (prop_oneof![Just(2.0), 0.5..1e3], prop_oneof![Just(0.5), 0.0..1.2]),
        (use_complete_poll, accelerate_mesh, scale_mesh, pattern_move, parabola_step) in any::<(bool, bool, bool, bool, bool)>(),
        (restarts, seed, max_iterations) in (0_u64..4, any::<u64>(), prop_oneof![Just(None), (0_u64..200).prop_map(Some)]),
        width in prop_oneof![Just(f64::INFINITY), 0.0_f64..20.0],
    ) {
        let options = Options {
            algorithm, mesh_tolerance, initial_mesh_size, max_mesh_size, mesh_expansion_factor, mesh_contraction_factor,
            use_complete_poll, accelerate_mesh, scale_mesh, pattern_move, parabola_step, restarts, seed, max_iterations,
            ..Options::default()
        };
        let Ok(search) = PatternSearch::new(options) else { return Ok(()) };
        // The sum of three uniform deviates is nearly normal.
        let rough = |x: &[f64]| {
            let gauss: f64 = (0..3).map(|k| 2.0 * chance(x, salt ^ k) - 1.0).sum();
            bowl(x) * (1.0 + 0.2 * gauss)
        };
        let objective = Twisted::of(|x| failing(x, 0.05, salt ^ 8, Ok(rough(x))))
            .telling(|x, i, told| failing(&[i as f64, x[i]], 0.05, salt ^ 9, told))
            .accepting(|_, x| drop(failing(x, 0.05, salt ^ 10, Ok(0.0))))
            .with_lines(|x, i| {
                let p = failing(&[i as f64, x[i]], 0.05, salt ^ 11, Ok(chance(x, salt ^ 12) - 0.5)).unwrap_or(f64::NAN);
                (chance(x, salt ^ 13) < 0.1).then_some(Parabola { value: p, slope: p, curvature: -p * p })
            });
        let start: Vec<f64> = (0..n).map(|i| 10.0 * chance(&[i as f64], salt) - 5.0).collect();
        let bounds = Bounds::uniform(n, -width, width).unwrap();
        let problem = Problem::new(objective, start).unwrap().bounded(bounds.clone()).unwrap();
        let run = || search.minimize(&problem, &Budget::evaluations(budget), &mut ());
        match run() {
            Ok(outcome) => {
                prop_assert!(bounds.contain(&outcome.x));
                assert_sound(&outcome, rough, "storm");
                prop_assert!(outcome.counts.evaluations <= budget);
                prop_assert_eq!(path(&outcome), path(&run().unwrap()));
            }
            Err(Error::NoValue { failed, .. }) => prop_assert!(failed > 0),
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}

/// Sizes that are sensible, tiny, huge, or none.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => 1e-3_f64..1.0, 4 => 1.0_f64..4.0, 2 => (-20.0_f64..20.0).prop_map(|e| 10_f64.powf(e)),
        1 => prop_oneof![Just(0.0), Just(-1.0), Just(f64::NAN), Just(f64::INFINITY)]
    ]
}

#[test]
fn a_view_that_cannot_begin_at_the_start_is_used_from_the_first_point_that_has_a_value() {
    let start = [2.0, -1.0, 0.5];
    for search in searches() {
        let trials = Mutex::new(0_u64);
        let whole = |x: &[f64]| Ok(if x == start { f64::NAN } else { steps(x) });
        let objective = Twisted::of(whole).telling(|_, _, told| {
            *trials.lock().unwrap() += 1;
            told
        });
        let outcome = minimize(&search, objective, &start, 300);
        let without = minimize(&search, Twisted::of(whole).without_view(), &start, 300);
        assert_eq!(path(&outcome), path(&without));
        let first = outcome.first_failure.unwrap();
        assert_eq!((outcome.start_value, first.evaluation, first.x), (f64::INFINITY, 1, start.to_vec()));
        assert!(trials.into_inner().unwrap() > outcome.counts.evaluations / 2);
    }
}

#[test]
fn a_view_that_panics_where_it_should_move_begins_there_instead() {
    let start = [2.0, -1.0, 0.5];
    for search in searches() {
        for rate in [0.3, 1.0] {
            let objective = Twisted::of(|x| Ok(steps(x))).accepting(|_, x| {
                if chance(x, 1) < rate {
                    resume_unwind(Box::new("no way there"));
                }
            });
            let without = Twisted::of(|x| Ok(steps(x))).without_view();
            assert_eq!(
                path(&minimize(&search, objective, &start, 400)),
                path(&minimize(&search, without, &start, 400))
            );
        }
    }
}

#[test]
fn lines_that_panic_or_are_no_parabolas_do_no_harm() {
    type Line = fn(&[f64], usize) -> Option<Parabola>;
    let lines: [(&str, Line); 6] = [
        ("panic", |_, _| resume_unwind(Box::new("no line"))),
        ("panic now and then", |x, i| {
            if chance(x, i as u64) < 0.5 {
                resume_unwind(Box::new("no line"));
            }
            None
        }),
        ("NaN", |_, _| Some(Parabola { value: f64::NAN, slope: f64::NAN, curvature: f64::NAN })),
        ("infinite", |_, _| {
            Some(Parabola { value: 1.0, slope: f64::NEG_INFINITY, curvature: f64::INFINITY })
        }),
        ("a hill", |x, i| Some(Parabola { value: bowl(x), slope: x[i], curvature: -1.0 })),
        ("wrong", |_, i| Some(Parabola { value: -1e9, slope: 1.0 - i as f64, curvature: 0.1 })),
    ];
    for search in searches() {
        for (what, line) in lines {
            for bounds in [Bounds::free(4), Bounds::uniform(4, -3.0, 3.0).unwrap()] {
                let objective = Twisted::of(|x| Ok(bowl(x))).with_lines(line);
                let problem = Problem::new(objective, vec![2.5; 4]).unwrap().bounded(bounds).unwrap();
                let outcome = search.minimize(&problem, &Budget::evaluations(5000), &mut ()).unwrap();
                assert_sound(&outcome, bowl, what);
                assert!(outcome.converged(), "{what}: {}", outcome.message());
                assert_eq!(outcome.counts.failed, 0);
                if what == "panic" {
                    assert!(outcome.value < 0.5 * outcome.start_value, "{what}: {outcome:?}");
                }
            }
        }
    }
}

/// The noise a view may have, as a part of the value.
fn noisy(x: &[f64], salt: u64, told: Told) -> Told {
    told.map(|value| value * (1.0 + 1e-13 * (2.0 * chance(x, salt) - 1.0)))
}

#[test]
fn every_value_reported_is_that_of_a_whole_evaluation_though_trials_round() {
    for search in searches() {
        for salt in 0..20 {
            let objective = Twisted::of(|x| Ok(bowl(x))).telling(|x, _, told| noisy(x, salt, told));
            let problem = Problem::new(objective, vec![3.0, -2.0, 1.0]).unwrap();
            let mut observer = |event: &Event| {
                if let Event::Iteration { row, x } = event {
                    assert_eq!(row.value.to_bits(), bowl(x).to_bits(), "{row:?}");
                }
                ControlFlow::Continue(())
            };
            for budget in [5, 50, 1000] {
                let outcome = search.minimize(&problem, &Budget::evaluations(budget), &mut observer).unwrap();
                assert_eq!(outcome.value.to_bits(), bowl(&outcome.x).to_bits());
                assert!(outcome.value < outcome.start_value);
                for pair in outcome.trace.windows(2) {
                    assert!(pair[1].value <= pair[0].value, "{pair:?}");
                }
            }
        }
    }
}

/// Nothing but noise: where all values are the same, no trial is a decrease.
#[test]
fn noise_alone_moves_nothing() {
    for search in searches() {
        let objective = Twisted::of(|_| Ok(7.0)).telling(|x, _, told| noisy(x, 3, told));
        let outcome = minimize(&search, objective, &[3.0, -2.0, 1.0], 2000);
        assert_eq!((outcome.x, outcome.value), (vec![3.0, -2.0, 1.0], 7.0));
        assert!(outcome.status.converged());
    }
}

/// Values wrong by a thousandth: the contract is broken, and the run ends all the same, with a true value.
#[test]
fn a_lying_view_neither_hangs_nor_falsifies_the_outcome() {
    for search in searches() {
        for salt in 0..20 {
            let lie = |x: &[f64], told: Told| told.map(|v| v * (1.0 + 1e-3 * (2.0 * chance(x, salt) - 1.0)));
            let objective = Twisted::of(|x| Ok(bowl(x))).telling(|x, _, told| lie(x, told));
            let outcome = minimize(&search, objective, &[3.0, -2.0, 1.0], 3000);
            assert_eq!(outcome.value.to_bits(), bowl(&outcome.x).to_bits());
            assert!(outcome.value < outcome.start_value);
        }
    }
}

/// The exact parabola of a weighted sum of squares.
fn weighted(x: &[f64]) -> f64 {
    3.0 + x.iter().enumerate().map(|(i, x)| (i + 1) as f64 * (x - 0.5) * (x - 0.5)).sum::<f64>()
}

fn parabola(x: &[f64], i: usize) -> Option<Parabola> {
    let curvature = (i + 1) as f64;
    Some(Parabola { value: weighted(x), slope: 2.0 * curvature * (x[i] - 0.5), curvature })
}

#[test]
fn a_check_finds_the_worst_lie_and_clears_an_honest_view() {
    for search in searches() {
        let run = |objective: Twisted| {
            let check = Arc::new(CheckIncremental::of(objective));
            let problem = Problem::shared(check.clone(), vec![3.0, -2.0, 1.0]).unwrap();
            let outcome = search.minimize(&problem, &Budget::evaluations(700), &mut ()).unwrap();
            (path(&outcome), check.worst().unwrap())
        };
        let honest =
            || Twisted::of(|x| Ok(weighted(x))).telling(|x, _, told| noisy(x, 1, told)).with_lines(parabola);
        let (checked, worst) = run(honest());
        assert!(worst.relative <= 1e-12, "{worst}");
        let unchecked = minimize(&search, honest(), &[3.0, -2.0, 1.0], 700);
        assert_eq!(checked, path(&unchecked), "the run takes the same steps");

        let lie = |_: &[f64], i: usize, told: Told| told.map(|v| if i == 1 { v * 1.001 } else { v });
        let (_, worst) = run(Twisted::of(|x| Ok(weighted(x))).telling(lie));
        let mut x = worst.centre.clone();
        x[1] = worst.to;
        assert_eq!(
            (worst.coordinate, worst.whole, worst.incremental),
            (1, weighted(&x), weighted(&x) * 1.001)
        );
        assert!((worst.relative - 1e-3).abs() < 1e-5, "{worst}");

        // A wrong parabola, and a failure that only one of the two has.
        let steep = |x: &[f64], i| parabola(x, i).map(|line| Parabola { slope: line.slope + 1e-3, ..line });
        let (_, worst) = run(Twisted::of(|x| Ok(weighted(x))).with_lines(steep));
        assert!(worst.relative > 1e-5 || search.options().algorithm == Algorithm::Classic, "{worst}");
        let (_, worst) = run(Twisted::of(|x| Ok(weighted(x))).telling(|_, _, _| Ok(f64::NAN)));
        assert!(worst.relative == f64::INFINITY && worst.incremental.is_nan() && worst.whole > 0.0);
    }
}

#[test]
fn improvements_decrease_though_trials_round() {
    for search in searches() {
        for salt in 0..200 {
            let objective = Twisted::of(|x| Ok(bowl(x))).telling(|x, _, told| noisy(x, salt, told));
            let problem = Problem::new(objective, vec![3.0, -2.0, 1.0]).unwrap();
            let mut last = f64::INFINITY;
            let mut observer = |event: &Event| {
                if let Event::Improvement { value, x, .. } = event {
                    assert!(*value < last, "{value:?} after {last:?} at {x:?}, {salt}, {search:?}");
                    last = *value;
                }
                ControlFlow::Continue(())
            };
            search.minimize(&problem, &Budget::evaluations(1000), &mut observer).unwrap();
        }
    }
}

#[test]
fn every_move_is_a_decrease_though_trials_round() {
    // Nothing depends on the second coordinate.
    let f = |x: &[f64]| 7.0 + x[0] * x[0];
    for search in searches() {
        for salt in 0..100 {
            let rises = Mutex::new(Vec::new());
            let objective =
                Twisted::of(|x| Ok(f(x))).telling(|x, _, told| noisy(x, salt, told)).accepting(|from, to| {
                    if f(to) >= f(from) {
                        rises.lock().unwrap().push((from.to_vec(), to.to_vec()));
                    }
                });
            minimize(&search, objective, &[3.0, -2.0], 1000);
            let rises = rises.into_inner().unwrap();
            assert!(rises.is_empty(), "{salt}: {rises:?}, {search:?}");
        }
    }
}

#[test]
fn a_lie_does_not_displace_the_start() {
    for search in searches() {
        // Everywhere but at the start it is worse, and told to be better.
        let whole = |x: &[f64]| if x == [0.0, 0.0] { 1.0 } else { 2.0 };
        let objective = Twisted::of(move |x| Ok(whole(x))).telling(|_, _, _| Ok(0.5));
        let outcome = minimize(&search, objective, &[0.0, 0.0], 50);
        assert_eq!((outcome.x, outcome.value), (vec![0.0, 0.0], 1.0));
    }
}

#[test]
fn rounding_in_a_restarted_descent_does_not_displace_the_best_point() {
    // Two flat valleys: around -1, where the search begins, and around 1, higher in the last digits.
    let f = |x: &[f64]| {
        let wall = ((x[0] * x[0] - 1.0).powi(2) - 0.3).max(0.0);
        5.0 + wall + if x[0] > 0.0 { 1e-13 } else { 0.0 }
    };
    for salt in 0..20 {
        let options =
            Options { restarts: 20, seed: salt, max_iterations: Some(10_000), ..Options::default() };
        let options = Options { algorithm: Algorithm::Coordinate, ..options };
        let search = PatternSearch::new(options).unwrap();
        let objective = Twisted::of(|x| Ok(f(x))).telling(|x, _, told| noisy(x, salt, told));
        let outcome = minimize(&search, objective, &[-1.0], 2000);
        assert_eq!(outcome.value, outcome.start_value, "seed {salt}: at {:?}", outcome.x);
    }
}

#[test]
fn a_coordinate_whose_line_is_no_parabola_any_more_is_polled_again() {
    // A parabola along the first coordinate where the second is positive, a kink elsewhere.
    let f = |x: &[f64]| (x[1] + 5.0).powi(2) + if x[1] > 0.0 { x[0] * x[0] } else { (x[0] - 4.0).abs() };
    let objective = Twisted::of(move |x| Ok(f(x))).with_lines(move |x, i| {
        (i == 0 && x[1] > 0.0).then(|| Parabola { value: f(x), slope: 2.0 * x[0], curvature: 1.0 })
    });
    let search =
        PatternSearch::new(Options { algorithm: Algorithm::Coordinate, ..Options::default() }).unwrap();
    let outcome = minimize(&search, objective, &[1.0, 2.0], 10_000);
    assert_eq!((outcome.status, outcome.x), (Status::MeshTolerance, vec![4.0, -5.0]));
}

#[test]
fn a_hill_is_least_at_one_of_its_ends_and_what_is_no_number_nowhere() {
    let line = |slope, curvature| Parabola { value: 0.0, slope, curvature };
    assert_eq!(line(-1.0, -1.0).least_within(-10.0, 1.0), -10.0, "-110 there, -2 at the other end");
    assert_eq!(line(0.0, -1.0).least_within(-1.0, 2.0), 2.0, "the centre is the top");
    assert!(line(f64::NAN, 1.0).least_within(-1.0, 1.0).is_nan());
    assert!(line(1.0, f64::NAN).least_within(-1.0, 1.0).is_nan());
}

#[test]
fn a_coordinate_whose_line_is_no_number_is_polled() {
    let nan = Parabola { value: f64::NAN, slope: f64::NAN, curvature: f64::NAN };
    let objective = Twisted::of(|x| Ok(bowl(x))).with_lines(move |_, _| Some(nan));
    let search =
        PatternSearch::new(Options { algorithm: Algorithm::Coordinate, ..Options::default() }).unwrap();
    let outcome = minimize(&search, objective, &[2.5, 2.5], 10_000);
    let without = minimize(&search, Twisted::of(|x| Ok(bowl(x))), &[2.5, 2.5], 10_000);
    assert!((outcome.value - without.value).abs() < 1e-6, "{} against {}", outcome.value, without.value);
}

#[test]
fn a_check_stays_within_the_bounds() {
    let whole = |x: &[f64]| {
        if x.iter().any(|x| !(0.0..=3.0).contains(x)) {
            resume_unwind(Box::new("outside the bounds"));
        }
        Ok(weighted(x))
    };
    let bounds = Bounds::uniform(3, 0.0, 3.0).unwrap();
    let search =
        PatternSearch::new(Options { algorithm: Algorithm::Coordinate, ..Options::default() }).unwrap();
    let check = Arc::new(CheckIncremental::of(Twisted::of(whole).with_lines(parabola)));
    let run = |problem: Problem| {
        path(
            &search
                .minimize(&problem.bounded(bounds.clone()).unwrap(), &Budget::unlimited(), &mut ())
                .unwrap(),
        )
    };
    let checked = run(Problem::shared(check.clone(), vec![0.0, 3.0, 1.0]).unwrap());
    let plain = run(Problem::new(Twisted::of(whole).with_lines(parabola), vec![0.0, 3.0, 1.0]).unwrap());
    assert_eq!(checked, plain);
    assert!(check.worst().unwrap().relative < 1e-12);
}

#[test]
fn a_value_that_only_the_view_has_does_not_win() {
    for search in searches() {
        let whole =
            |x: &[f64]| if x[0] > 3.5 { Err(Failure::Error("none".to_owned())) } else { Ok(10.0 - x[0]) };
        let objective = Twisted::of(whole).telling(|x, _, _| Ok(10.0 - x[0]));
        let outcome = minimize(&search, objective, &[0.0, 0.0], 200);
        assert_eq!(whole(&outcome.x), Ok(outcome.value), "{outcome:?}");
    }
}

#[test]
fn a_view_that_could_not_begin_is_asked_for_nothing_else() {
    for search in searches() {
        // The third trial panics; after that the view cannot begin, and its centre is undefined.
        let (trials, undefined) = (Mutex::new(0), Mutex::new(false));
        let spent = || *trials.lock().unwrap() >= 3;
        let mut objective = Twisted::of(|x| Ok(bowl(x))).telling(|_, _, told| {
            assert!(!*undefined.lock().unwrap(), "asked for more");
            *trials.lock().unwrap() += 1;
            if spent() { resume_unwind(Box::new("spent")) } else { told }
        });
        objective.beginning = Box::new(|| {
            if spent() {
                *undefined.lock().unwrap() = true;
                resume_unwind(Box::new("spent"))
            }
        });
        let outcome = minimize(&search, objective, &[3.0, -2.0], 300);
        assert_eq!(outcome.counts.failed, 1, "{search:?}");
        assert_sound(&outcome, bowl, "spent");
    }
}

#[test]
fn a_run_stopped_after_a_view_panicked_resumes_with_true_values() {
    let folder = tempfile::tempdir().unwrap();
    for search in searches() {
        for salt in 0..10 {
            let objective = || {
                Twisted::of(|x| Ok(bowl(x)))
                    .telling(move |x, _, told| noisy(x, salt, told))
                    .accepting(|_, _| resume_unwind(Box::new("no way there")))
            };
            let problem = Problem::new(objective(), vec![3.0, -2.0, 1.0]).unwrap();
            let undisturbed = search.minimize(&problem, &Budget::evaluations(300), &mut ()).unwrap();
            for stop in [7, 40, 100, 299] {
                let file = folder.path().join("journal");
                let _ = std::fs::remove_file(&file);
                let journal = Journal { flush_interval: Duration::ZERO, ..Journal::new(&file) };
                let run = |n, journal| {
                    search
                        .run(&problem, &Run::within(&Budget::evaluations(n)).with_journal(journal), &mut ())
                        .unwrap()
                };
                run(stop, journal.clone());
                let resumed = run(300, journal.resumed());
                assert_eq!(resumed.value.to_bits(), bowl(&resumed.x).to_bits(), "{salt} {stop} {search:?}");
                assert_eq!(resumed.trace, undisturbed.trace);
                assert_eq!(resumed.counts, undisturbed.counts);
            }
        }
    }
}

/// The path with these blocks and a view, if it can be had.
fn path_with(search: &PatternSearch, blocks: fn() -> Vec<Vec<usize>>, has_view: fn() -> bool) -> String {
    let objective = Twisted { blocks, has_view, ..Twisted::of(|x| Ok(steps(x))) };
    path(&minimize(search, objective, &[3.0, -2.0], 200))
}

#[test]
fn a_view_that_cannot_be_had_is_done_without() {
    for search in searches() {
        let plain = path_with(&search, Vec::new, || false);
        assert_eq!(path_with(&search, Vec::new, || resume_unwind(Box::new("no view"))), plain);
    }
}

#[test]
fn blocks_that_cannot_be_had_are_done_without() {
    for search in searches() {
        let plain = path_with(&search, Vec::new, || true);
        assert_eq!(path_with(&search, || resume_unwind(Box::new("no blocks")), || true), plain);
    }
}

#[test]
fn blocks_that_are_no_order_of_the_coordinates_are_done_without() {
    for search in searches() {
        let plain = path_with(&search, Vec::new, || true);
        for blocks in [(|| vec![vec![1]]) as fn() -> _, || vec![vec![0, 1, 1]], || vec![vec![0, 1], vec![2]]]
        {
            assert_eq!(path_with(&search, blocks, || true), plain);
        }
    }
}
