//! Journals: any run resumes to the same bits, from any byte of its journal.

use crate::pattern_searches;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use search::pattern::{Algorithm, Options, PollMethod, PollOrder, SearchMethod};
use search::{
    Adam, Bounds, Budget, Error, Event, GradientSearch, HybridSearch, Journal, JournalError, JournalFault,
    JournalReport, Minimizer, Multistart, MultistartOptions, NelderMead, NelderMeadOptions, Outcome,
    ParticleSwarm, PatternSearch, Problem, ProjectedGradient, Run, SimulatedAnnealing, Solver, Status,
};

use pattern_searches::{SEARCH_METHODS, pattern, pattern_searches};

fn three_starts() -> MultistartOptions {
    MultistartOptions { starts: 3, evaluations_per_start: Some(90), seed: 2 }
}

fn minimizers() -> Vec<Box<dyn Minimizer>> {
    let searching =
        |method: SearchMethod| pattern(Options { search_fcn: Some(method.into()), ..Options::default() });
    let mut minimizers = pattern_searches();
    minimizers.extend(SEARCH_METHODS.map(searching));
    let others: [Box<dyn Minimizer>; 9] = [
        pattern(Options { cache: true, cache_tol: 1e-3, ..Options::default() }),
        Box::new(NelderMead::default()),
        Box::new(Multistart::new(NelderMead::default(), three_starts()).unwrap()),
        Box::new(Multistart::new(PatternSearch::default(), three_starts()).unwrap()),
        Box::new(ParticleSwarm::default()),
        Box::new(SimulatedAnnealing::default()),
        Box::new(GradientSearch::default()),
        Box::new(ProjectedGradient::default()),
        Box::new(Adam::default()),
    ];
    minimizers.extend(others);
    minimizers
}

/// All of an outcome but the time, the journal, and speculative evaluations.
fn result(outcome: &Outcome) -> String {
    let mut rest = outcome.clone();
    rest.seconds = 0.0;
    rest.journal = None;
    rest.counts.speculative = 0;
    format!("{rest:?}")
}

/// A bowl that fails at some points, and counts its calls.
fn bowl(calls: &AtomicU64) -> impl Fn(&[f64]) -> Result<f64, String> + Send + Sync {
    |x: &[f64]| {
        calls.fetch_add(1, Ordering::Relaxed);
        let sum: f64 = x.iter().enumerate().map(|(i, v)| (v - 0.3 * i as f64).powi(2)).sum();
        if (sum * 1e5) as u64 % 7 == 3 { Err(format!("no value at {sum}")) } else { Ok(sum) }
    }
}

fn within(evaluations: u64, journal: Journal) -> Run {
    Run::within(&Budget::evaluations(evaluations)).with_journal(journal)
}

fn each_at_once(path: &Path) -> Journal {
    Journal { flush_interval: Duration::ZERO, ..Journal::new(path) }
}

#[test]
fn a_stopped_run_resumes_as_if_it_had_never_been() {
    let folder = tempfile::tempdir().unwrap();
    for (k, minimizer) in minimizers().iter().enumerate() {
        let calls = AtomicU64::new(0);
        let problem = Problem::new(bowl(&calls), vec![2.0, -1.0, 0.5]).unwrap();
        let undisturbed = minimizer.minimize(&problem, &Budget::evaluations(300), &mut ()).unwrap();
        for stop in [1, 2, 5, 17, 99, 250] {
            for threads in [1, 3] {
                let path = folder.path().join(format!("{k}-{stop}-{threads}"));
                // Without a snapshot in the way: values as they are.
                let journal = Journal::new(&path);
                let before = minimizer.run(&problem, &within(stop, journal.clone()), &mut ());
                // A start that fails, alone, is no outcome; its journal holds it all the same.
                if let Ok(outcome) = &before {
                    assert_eq!(outcome.journal.as_ref().unwrap().known, 0);
                }
                calls.store(0, Ordering::Relaxed);
                let run = within(300, journal.resumed()).on_threads(threads);
                let resumed = minimizer.run(&problem, &run, &mut ()).unwrap();
                assert_eq!(result(&resumed), result(&undisturbed), "{}, stopped at {stop}", resumed.solver);
                let known = resumed.journal.unwrap().known;
                let counts = resumed.counts;
                // Records at first; from their measured cost on perhaps a snapshot instead.
                let least = stop.min(64).min(counts.evaluations);
                assert!(known <= stop && known >= least, "{known} known of {stop}");
                assert_eq!(
                    calls.load(Ordering::Relaxed),
                    counts.evaluations + counts.speculative - known,
                    "nothing twice"
                );
            }
        }
    }
}

#[test]
fn a_run_along_kinks_resumes_whatever_has_the_lead() {
    let folder = tempfile::tempdir().unwrap();
    let search = HybridSearch::default();
    // A kink in each coordinate, which has steps to all of them, and one that bends, which a variable metric follows.
    let straight: fn(&[f64]) -> f64 = |x| (x[0] - 0.3).abs() + 2.0 * (x[1] + 0.4 + 0.01 * x[0]).abs();
    let bent: fn(&[f64]) -> f64 = |x| 10.0 * (x[1] - x[0] * x[0]).abs() + (1.0 - x[0]).abs();
    for (name, f) in [("straight", straight), ("bent", bent)] {
        let problem = Problem::new(f, vec![-1.2, 1.0]).unwrap();
        let undisturbed = search.minimize(&problem, &Budget::evaluations(200), &mut ()).unwrap();
        for stop in (5..undisturbed.counts.evaluations).step_by(3) {
            let journal = each_at_once(&folder.path().join(format!("{name}-{stop}")));
            search.run(&problem, &within(stop, journal.clone()), &mut ()).unwrap();
            let resumed = search.run(&problem, &within(200, journal.resumed()), &mut ()).unwrap();
            assert_eq!(result(&resumed), result(&undisturbed), "{name}, stopped at {stop}");
        }
    }
}

/// Cuts the journal at every byte: the run goes on from what is left.
#[test]
fn a_journal_cut_at_any_byte_resumes_to_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut");
    let calls = AtomicU64::new(0);
    let problem = Problem::new(bowl(&calls), vec![2.0, -1.0]).unwrap();
    let search = PatternSearch::new(Options { poll_order: PollOrder::Random, ..Options::default() }).unwrap();
    // Longer than it takes to time records: the file has snapshots as well as values.
    let undisturbed = search.run(&problem, &within(120, each_at_once(&path)), &mut ()).unwrap();
    let whole = fs::read(&path).unwrap();
    let mut cuts = 0;
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let resumed = search.run(&problem, &within(120, each_at_once(&path).resumed()), &mut ()).unwrap();
        assert_eq!(result(&resumed), result(&undisturbed), "cut at byte {length}");
        cuts += u64::from(resumed.journal.unwrap().cut > 0);
    }
    assert!(cuts > whole.len() as u64 / 2, "{cuts} of {} cuts were reported", whole.len());
}

/// One bit flipped anywhere below the header: the run goes on to the same bits where a kill could have left as much, and is refused,
/// with the file as it was, where whole records stand behind; cut there by request, it goes on, and what was cut is kept.
#[test]
fn no_flipped_bit_costs_whole_records_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flipped");
    let calls = AtomicU64::new(0);
    let problem = Problem::new(bowl(&calls), vec![2.0, -1.0]).unwrap();
    let search = PatternSearch::default();
    let journal = Journal { every_value: true, ..each_at_once(&path) };
    let undisturbed = search.run(&problem, &within(40, journal.clone()), &mut ()).unwrap();
    let whole = fs::read(&path).unwrap();
    let header = whole.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    let (mut refused, mut cut) = (0, 0);
    for place in header..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        fs::write(&path, &bytes).unwrap();
        match search.run(&problem, &within(40, journal.clone().resumed()), &mut ()) {
            Ok(outcome) => {
                assert_eq!(result(&outcome), result(&undisturbed), "byte {place}");
                let report = outcome.journal.unwrap();
                let (JournalReport { cut: bytes_cut, kept, .. }, rest) = (report, &bytes[header..]);
                assert!(bytes_cut > 0 && rest.ends_with(&fs::read(kept.unwrap()).unwrap()), "byte {place}");
                cut += 1;
            }
            Err(Error::Journal(JournalError { fault: JournalFault::Damaged { at, behind }, .. })) => {
                assert!(at as usize <= place && (at + behind) as usize == bytes.len(), "byte {place}");
                assert_eq!(fs::read(&path).unwrap(), bytes, "left as it is");
                let cutting = Journal { cut_damage: true, ..journal.clone().resumed() };
                let outcome = search.run(&problem, &within(40, cutting), &mut ()).unwrap();
                assert_eq!(result(&outcome), result(&undisturbed), "byte {place}");
                let report = outcome.journal.clone().unwrap();
                assert_eq!(fs::read(report.kept.unwrap()).unwrap(), bytes[at as usize..], "byte {place}");
                assert!(outcome.explain().contains("were cut off and are kept in"));
                refused += 1;
            }
            Err(other) => panic!("byte {place}: {other}"),
        }
    }
    assert!(refused > 30 * cut, "{refused} refused, {cut} cut");
}

/// Whole records that are doubled, missing, or in each other's place, values and snapshots.
#[test]
fn records_in_another_order_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("order");
    let search = PatternSearch::default();
    let problem = Problem::new(|x: &[f64]| x[0] * x[0] + x[1].abs(), vec![2.0, -1.0]).unwrap();
    for every_value in [true, false] {
        let _ = fs::remove_file(&path);
        let journal = Journal { every_value, ..each_at_once(&path) };
        search.run(&problem, &within(100, journal.clone()), &mut ()).unwrap();
        let whole = fs::read(&path).unwrap();
        let header = whole.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        // Length, number, checksum: 12 bytes before each content.
        let mut ends = vec![header];
        while *ends.last().unwrap() < whole.len() {
            let begin = *ends.last().unwrap();
            let length = u32::from_le_bytes(whole[begin..begin + 4].try_into().unwrap()) as usize;
            ends.push(begin + 12 + length);
        }
        let records: Vec<&[u8]> = ends.windows(2).map(|ends| &whole[ends[0]..ends[1]]).collect();
        assert!(records.len() > 4, "{}", records.len());
        let damaged = |order: &[usize]| {
            let mut bytes = whole[..header].to_vec();
            order.iter().for_each(|&k| bytes.extend_from_slice(records[k]));
            fs::write(&path, &bytes).unwrap();
            let resumed = search.run(&problem, &within(100, journal.clone().resumed()), &mut ());
            matches!(resumed, Err(Error::Journal(JournalError { fault: JournalFault::Damaged { .. }, .. })))
        };
        let in_order: Vec<usize> = (0..records.len()).collect();
        assert!(!damaged(&in_order));
        for k in 0..records.len() - 1 {
            let (mut doubled, mut missing, mut swapped) =
                (in_order.clone(), in_order.clone(), in_order.clone());
            doubled.insert(k, k);
            missing.remove(k);
            swapped.swap(k, k + 1);
            assert!(damaged(&doubled) && damaged(&missing) && damaged(&swapped), "record {k}");
        }
    }
}

/// An objective so cheap that its records would cost more: the solver's state is written instead.
#[test]
fn a_cheap_objective_is_kept_in_snapshots() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cheap");
    for poll_order in [PollOrder::Consecutive, PollOrder::Random, PollOrder::Success] {
        let options = Options {
            poll_order,
            mesh_contraction_factor: 0.99,
            max_iterations: Some(u64::MAX),
            max_function_evaluations: Some(u64::MAX),
            accelerate_mesh: true,
            ..Options::default()
        };
        let search = PatternSearch::new(options).unwrap();
        let problem =
            Problem::new(|x: &[f64]| x.iter().map(|v| v.abs()).sum::<f64>(), vec![0.7; 30]).unwrap();
        let undisturbed = search.minimize(&problem, &Budget::evaluations(200_000), &mut ()).unwrap();
        let _ = fs::remove_file(&path);
        let often = Journal { flush_interval: Duration::from_millis(1), ..Journal::new(&path) };
        let stopped = search.run(&problem, &within(60_000, often.clone()), &mut ()).unwrap();
        let report = stopped.journal.unwrap();
        assert!(report.snapshots > 0 && report.values < 30_000, "{report:?}");
        let resumed = search.run(&problem, &within(200_000, often.resumed()), &mut ()).unwrap();
        assert_eq!(result(&resumed), result(&undisturbed));
        let known = resumed.journal.unwrap().known;
        assert!(known > 0 && known <= 60_000, "{known}");
    }
}

/// What a search step learns from and what a cache knows is part of the state.
#[test]
fn snapshots_hold_the_points_that_a_run_remembers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("remembered");
    let free = || Options {
        mesh_contraction_factor: 0.99,
        max_iterations: Some(u64::MAX),
        max_function_evaluations: Some(u64::MAX),
        ..Options::default()
    };
    let search_fcn = Some(SearchMethod::RbfSurrogate.into());
    for options in [
        Options { search_fcn, ..free() },
        Options { cache: true, cache_size: 300, use_complete_poll: true, ..free() },
        Options { search_fcn, cache: true, cache_tol: 1e-3, ..free() },
    ] {
        let is_cheap = options.search_fcn.is_none();
        let search = PatternSearch::new(options).unwrap();
        let f = |x: &[f64]| x.iter().map(|v| (v.abs() * 8.0).floor()).sum::<f64>();
        let problem = Problem::new(f, vec![0.7, 3.0, -2.0]).unwrap();
        let undisturbed = search.minimize(&problem, &Budget::evaluations(6_000), &mut ()).unwrap();
        let often = Journal { flush_interval: Duration::from_millis(1), ..Journal::new(&path) };
        let half = undisturbed.counts.evaluations / 2;
        let stopped = search.run(&problem, &within(half, often.clone()), &mut ()).unwrap();
        // A model takes more time than records do.
        assert!(stopped.journal.unwrap().snapshots > 0 || !is_cheap);
        let resumed = search.run(&problem, &within(6_000, often.resumed()), &mut ()).unwrap();
        assert_eq!(result(&resumed), result(&undisturbed));
        fs::remove_file(&path).unwrap();
    }
}

/// The generators of directions and what polls remember are part of the state.
#[test]
fn a_snapshot_holds_all_that_the_next_poll_depends_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("polls");
    let poll = |poll_method| Options { poll_method, ..Options::default() };
    let kind = |algorithm| Options { algorithm, ..Options::default() };
    for options in [
        poll(PollMethod::GpsPositiveBasisNp1),
        poll(PollMethod::MadsPositiveBasis2N),
        poll(PollMethod::MadsPositiveBasisNp1),
        poll(PollMethod::OrthoMadsPositiveBasis2N),
        poll(PollMethod::OrthoMadsPositiveBasisNp1),
        kind(Algorithm::Nups),
        kind(Algorithm::NupsMads),
    ] {
        let options = Options {
            mesh_tolerance: 1e-300,
            step_tolerance: 0.0,
            function_tolerance: 0.0,
            max_iterations: Some(u64::MAX),
            max_function_evaluations: Some(u64::MAX),
            ..options
        };
        let search = PatternSearch::new(options).unwrap();
        // Far from the minimum at all sizes: polls never cease to succeed.
        let f = |x: &[f64]| x.iter().enumerate().map(|(i, v)| v * v * (1.0 + i as f64)).sum::<f64>();
        let problem = Problem::new(f, vec![0.7; 8]).unwrap();
        let run = |evaluations, journal| search.run(&problem, &within(evaluations, journal), &mut ());
        let undisturbed = search.minimize(&problem, &Budget::evaluations(30_000), &mut ()).unwrap();
        for stop in [5_000, 9_001] {
            let _ = fs::remove_file(&path);
            let report = run(stop, each_at_once(&path)).unwrap().journal.unwrap();
            // When records give way to snapshots is up to the machine's load; here it is enough that they do.
            assert!(report.snapshots > 0 && report.values < stop, "{report:?}");
            let resumed = run(30_000, each_at_once(&path).resumed()).unwrap();
            assert_eq!(result(&resumed), result(&undisturbed), "{search:?}");
            assert!(resumed.journal.unwrap().known > 0);
        }
    }
}

#[test]
fn a_finished_run_resumes_without_an_evaluation() {
    let folder = tempfile::tempdir().unwrap();
    let calls = AtomicU64::new(0);
    let problem = Problem::new(bowl(&calls), vec![2.0, -1.0]).unwrap();
    let journal = Journal::new(folder.path().join("finished"));
    let search = NelderMead::default();
    let first = search.run(&problem, &Run::default().with_journal(journal.clone()), &mut ()).unwrap();
    calls.store(0, Ordering::Relaxed);
    let again = search.run(&problem, &Run::default().with_journal(journal.resumed()), &mut ()).unwrap();
    assert_eq!((result(&again), calls.load(Ordering::Relaxed)), (result(&first), 0));
}

#[test]
fn a_run_that_differs_is_refused_with_the_first_difference() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bound");
    let f = |x: &[f64]| x.iter().map(|v| v * v).sum::<f64>();
    let problem = |start: &[f64]| Problem::new(f, start.to_vec()).unwrap();
    let base = problem(&[1.0, 2.0])
        .bounded(Bounds::new(vec![0.0, f64::NEG_INFINITY], vec![9.0; 2]).unwrap())
        .unwrap();
    let journal = Journal::new(&path).labelled("iris");
    let search = PatternSearch::default();
    search.run(&base, &within(20, journal.clone()), &mut ()).unwrap();
    let bytes = fs::read(&path).unwrap();

    let refused = |minimizer: &dyn Minimizer, problem: &Problem, journal: &Journal| {
        let error = minimizer.run(problem, &within(30, journal.clone().resumed()), &mut ()).unwrap_err();
        assert_eq!(fs::read(&path).unwrap(), bytes, "a refused journal is left as it is");
        error.to_string()
    };
    let fine = Options { mesh_tolerance: 1e-9, ..Options::default() };
    let seeded = Options { seed: 1, ..Options::default() };
    let lower = base.clone().bounded(Bounds::new(vec![0.0, -5.0], vec![9.0; 2]).unwrap()).unwrap();
    let moved = problem(&[1.0, 2.5]).bounded(base.bounds().clone()).unwrap();
    for (message, what) in [
        (
            refused(&PatternSearch::new(fine).unwrap(), &base, &journal),
            "options.mesh_tolerance is 1e-6, that of this run is 1e-9",
        ),
        (
            refused(&PatternSearch::new(seeded).unwrap(), &base, &journal),
            "options.seed is 0, that of this run is 1",
        ),
        (refused(&NelderMead::default(), &base, &journal), "options"),
        (refused(&search, &lower, &journal), "lower[1] is \"-inf\", that of this run is \"-5.0\""),
        (refused(&search, &moved, &journal), "start[1] is \"2.0\", that of this run is \"2.5\""),
        (refused(&search, &problem(&[1.0]), &journal), "dimension is 2, that of this run is 1"),
        (
            refused(&search, &base, &journal.clone().labelled("wine")),
            "label is \"iris\", that of this run is \"wine\"",
        ),
    ] {
        assert!(message.contains(what) && message.contains("bound"), "{what}: {message}");
    }
    // Every solver is bound to its own options.
    let simplex = Journal::new(folder.path().join("simplex"));
    NelderMead::default().run(&base, &within(20, simplex.clone()), &mut ()).unwrap();
    let other =
        NelderMead::new(NelderMeadOptions { initial_step: 0.25, ..NelderMeadOptions::default() }).unwrap();
    let message = other.run(&base, &within(30, simplex.resumed()), &mut ()).unwrap_err().to_string();
    assert!(message.contains("options.initial_step is 0.5, that of this run is 0.25"), "{message}");
    // The display, the budget and the threads may change.
    let loud =
        PatternSearch::new(Options { display: search::DisplayLevel::Off, ..Options::default() }).unwrap();
    assert!(loud.run(&base, &within(40, journal.clone().resumed()).on_threads(2), &mut ()).is_ok());
    // And a new journal does not overwrite an old one.
    let error = search.run(&base, &within(40, journal), &mut ()).unwrap_err();
    assert!(matches!(&error, Error::Journal(journal) if journal.fault == JournalFault::Exists), "{error}");
}

#[test]
fn another_objective_is_noticed_when_it_asks_for_other_points() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path().join("diverged"));
    let run = |sign: f64, run: &Run| {
        let problem = Problem::new(move |x: &[f64]| sign * (x[0] + 2.0 * x[1]), vec![1.0, 2.0]).unwrap();
        PatternSearch::default().run(&problem, run, &mut ())
    };
    run(1.0, &within(30, journal.clone())).unwrap();
    // The recorded values lead down the recorded path; only a solver with other arithmetic diverges.
    struct Other;
    impl Solver for Other {
        fn name(&self) -> String {
            "patternsearch".to_owned()
        }
        fn settings(&self) -> serde_json::Value {
            PatternSearch::default().settings()
        }
        fn search(&self, evaluations: &mut search::Evaluations<'_>) -> Result<Status, search::Stop> {
            evaluations.value(&[1.0, 2.0])?;
            evaluations.value(&[7.0, 7.0])?;
            Ok(Status::MeshTolerance)
        }
    }
    let problem = Problem::new(|x: &[f64]| x[0], vec![1.0, 2.0]).unwrap();
    let error = Other.run(&problem, &within(30, journal.resumed()), &mut ()).unwrap_err();
    let Error::Journal(error) = error else { panic!("{error}") };
    assert_eq!(error.fault, JournalFault::Diverged { evaluation: 2 });
}

#[test]
fn files_that_cannot_be_used_are_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let calls = AtomicU64::new(0);
    let problem = Problem::new(bowl(&calls), vec![2.0]).unwrap();
    let fault = |journal: Journal| match PatternSearch::default().run(&problem, &within(30, journal), &mut ())
    {
        Err(Error::Journal(error)) => error.fault,
        other => panic!("{other:?}"),
    };
    assert!(matches!(fault(Journal::new(folder.path())), JournalFault::Io { .. }), "a folder");
    assert!(matches!(fault(Journal::new(folder.path().join("no/such/folder"))), JournalFault::Io { .. }));
    #[cfg(target_os = "linux")]
    {
        let full = fault(Journal::new("/dev/full"));
        assert!(matches!(full, JournalFault::Io { kind: std::io::ErrorKind::StorageFull, .. }), "{full}");
    }
    // Files that are something else are left as they are.
    for content in ["some text\nand more", "{}\n", "[1]\n", "{\"search journal\"", "\0\0\0", "x"] {
        let path = folder.path().join("other");
        fs::write(&path, content).unwrap();
        assert_eq!(fault(Journal::new(&path).resumed()), JournalFault::NotAJournal, "{content:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
    assert_eq!(calls.load(Ordering::Relaxed), 0, "nothing was evaluated");
}

#[test]
fn one_journal_serves_one_run_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("busy");
    let inner = Problem::new(|x: &[f64]| x[0] * x[0], vec![2.0]).unwrap();
    let outer = Problem::new(
        |x: &[f64]| {
            let run = within(5, Journal::new(&path).resumed());
            match PatternSearch::default().run(&inner, &run, &mut ()) {
                Err(Error::Journal(error)) if error.fault == JournalFault::InUse => Ok(x[0] * x[0]),
                other => Err(format!("{other:?}")),
            }
        },
        vec![2.0],
    );
    let outcome =
        PatternSearch::default().run(&outer.unwrap(), &within(10, Journal::new(&path)), &mut ()).unwrap();
    assert_eq!(outcome.counts.failed, 0, "{:?}", outcome.first_failure);
}

/// The processes of a run that was killed a moment ago may still hold its journal.
#[test]
fn a_journal_that_is_free_soon_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ending");
    let problem = Problem::new(|x: &[f64]| x[0] * x[0], vec![2.0]).unwrap();
    PatternSearch::default().run(&problem, &within(5, Journal::new(&path)), &mut ()).unwrap();
    let held = fs::File::open(&path).unwrap();
    held.lock().unwrap();
    let resumed = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(60));
            held.unlock().unwrap();
        });
        PatternSearch::default().run(&problem, &within(9, Journal::new(&path).resumed()), &mut ())
    });
    assert_eq!(resumed.unwrap().counts.evaluations, 9);
}

#[test]
fn work_is_in_the_file_within_the_flush_interval() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slow");
    let length = |path: &Path| fs::metadata(path).unwrap().len();
    let mut lengths = Vec::new();
    let mut watch = |event: &Event| {
        if let Event::Improvement { .. } = event {
            lengths.push(length(&path));
        }
        std::ops::ControlFlow::Continue(())
    };
    let problem = Problem::new(|x: &[f64]| -x[0], vec![0.0]).unwrap();
    let journal = Journal { sync: true, ..each_at_once(&path) };
    PatternSearch::default().run(&problem, &within(20, journal), &mut watch).unwrap();
    assert!(lengths.windows(2).all(|pair| pair[0] < pair[1]), "each record at once: {lengths:?}");
}

#[test]
fn an_observer_that_panics_loses_no_record() {
    let folder = tempfile::tempdir().unwrap();
    let calls = AtomicU64::new(0);
    let journal = Journal::new(folder.path().join("panic"));
    let problem = Problem::new(bowl(&calls), vec![2.0, -1.0]).unwrap();
    let mut events = 0;
    let mut observer = |_: &Event| {
        events += 1;
        if events == 9 {
            std::panic::panic_any("the window was closed")
        } else {
            std::ops::ControlFlow::Continue(())
        }
    };
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let run = within(100, journal.clone());
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        PatternSearch::default().run(&problem, &run, &mut observer)
    }));
    std::panic::set_hook(hook);
    assert!(panicked.is_err());
    let before = calls.swap(0, Ordering::Relaxed);
    let resumed = PatternSearch::default().run(&problem, &within(100, journal.resumed()), &mut ()).unwrap();
    assert_eq!(resumed.journal.unwrap().known, before);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever the bytes below the header: no panic, no memory beyond the file's size, and the result
    /// of the undisturbed run or a refusal.
    #[test]
    fn no_bytes_make_the_reader_panic(
        tail in prop::collection::vec(any::<u8>(), 0..200),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..=255), 0..4),
        keep in any::<prop::sample::Index>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fuzz");
        let problem = Problem::new(|x: &[f64]| x[0] * x[0] + x[1].abs(), vec![2.0, -1.0]).unwrap();
        let search = PatternSearch::default();
        let undisturbed = search.run(&problem, &within(90, each_at_once(&path)), &mut ()).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes.truncate(keep.index(bytes.len() + 1));
        for (place, flip) in &flips {
            if !bytes.is_empty() {
                let place = place.index(bytes.len());
                bytes[place] ^= flip;
            }
        }
        bytes.extend(&tail);
        fs::write(&path, &bytes).unwrap();
        match search.run(&problem, &within(90, each_at_once(&path).resumed()), &mut ()) {
            Ok(outcome) => prop_assert_eq!(result(&outcome), result(&undisturbed)),
            Err(Error::Journal(_)) => {}
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn a_claimed_length_takes_no_memory(length in any::<u32>(), checksum in any::<u32>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("claim");
        let problem = Problem::new(|x: &[f64]| x[0] * x[0], vec![2.0]).unwrap();
        let search = PatternSearch::default();
        search.run(&problem, &within(3, Journal::new(&path)), &mut ()).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        let before = bytes.len();
        bytes.extend(length.to_le_bytes().iter().chain(&checksum.to_le_bytes()));
        bytes.extend([0; 40]);
        fs::write(&path, &bytes).unwrap();
        let resumed = search.run(&problem, &within(3, Journal::new(&path).resumed()), &mut ()).unwrap();
        prop_assert_eq!(resumed.journal.unwrap().cut, (bytes.len() - before) as u64);
    }
}
