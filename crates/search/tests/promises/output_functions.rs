//! Output functions: they see every iteration, stop a run, and change its options.

use std::fs;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use search::pattern::{Algorithm, OptimValues, Options};
use search::{
    Bounds, Budget, Event, Journal, Method, Minimizer, Outcome, PatternSearch, Problem, Run, Status,
};

fn bowl(x: &[f64]) -> f64 {
    x.iter().map(|v| (v - 0.3) * (v - 0.3)).sum()
}

fn problem() -> Problem<'static> {
    Problem::new(bowl, vec![2.0, -1.0]).unwrap()
}

fn run(
    options: Options,
    output: impl Fn(&OptimValues<'_>, &mut Options) -> ControlFlow<()> + Send + Sync + 'static,
) -> Outcome {
    let search = PatternSearch::new(options).unwrap().with_output_fcn(output);
    search.minimize(&problem(), &Budget::unlimited(), &mut ()).unwrap()
}

#[test]
fn an_output_function_is_told_what_the_trace_holds() {
    for algorithm in [Algorithm::Classic, Algorithm::Nups] {
        let told = Arc::new(Mutex::new(Vec::new()));
        let tells = told.clone();
        let output = move |now: &OptimValues<'_>, _: &mut Options| {
            let OptimValues { iteration, fval, mesh_size, func_count, method, .. } = *now;
            tells.lock().unwrap().push((
                iteration,
                func_count,
                fval,
                Some(mesh_size),
                method,
                now.x.to_vec(),
            ));
            ControlFlow::Continue(())
        };
        let options = Options { algorithm, ..Options::default() };
        let search = PatternSearch::new(options.clone()).unwrap().with_output_fcn(output);
        let mut seen = Vec::new();
        let mut watch = |event: &Event<'_>| {
            if let Event::Iteration { row, x, .. } = event {
                seen.push((row.iteration, row.evaluations, row.value, row.mesh_size, row.method, x.to_vec()));
            }
            ControlFlow::Continue(())
        };
        let outcome = search.minimize(&problem(), &Budget::unlimited(), &mut watch).unwrap();
        let told = std::mem::take(&mut *told.lock().unwrap());
        assert_eq!((told[0].0, told[0].4), (0, Method::Start));
        assert_eq!(told, seen);
        // Watching changes nothing.
        let plain = PatternSearch::new(options).unwrap();
        let plain = plain.minimize(&problem(), &Budget::unlimited(), &mut ()).unwrap();
        assert_eq!((outcome.trace, outcome.status), (plain.trace, plain.status));
    }
}

#[test]
fn an_output_function_stops_the_run() {
    for stop_at in [0, 1, 7] {
        let outcome = run(Options::default(), move |now, _| {
            if now.iteration == stop_at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!((outcome.iterations, outcome.exit_flag()), (stop_at, -1));
        assert_eq!(outcome.status, Status::StoppedByObserver);
    }
}

/// Each option that takes effect, from the third iteration on.
#[test]
fn options_change_while_the_search_is_under_way() {
    let plain = run(Options::default(), |_, _| ControlFlow::Continue(()));
    let classic = |change: fn(&mut Options)| {
        run(Options::default(), move |now, options| {
            if now.iteration == 3 {
                change(options);
            }
            ControlFlow::Continue(())
        })
    };
    let sizes =
        |outcome: &Outcome| -> Vec<f64> { outcome.trace.iter().map(|row| row.mesh_size.unwrap()).collect() };
    let check = |what: &str, outcome: &Outcome, holds: bool| {
        assert_eq!(outcome.trace[..4], plain.trace[..4], "{what}: nothing before");
        assert!(holds, "{what}: {:?}", outcome.trace);
    };

    let coarse = classic(|options| options.mesh_tolerance = 0.01);
    check("mesh tolerance", &coarse, coarse.trace.last().unwrap().mesh_size.unwrap() >= 0.01 / 2.0);
    assert_eq!(coarse.status, Status::MeshTolerance);
    let few = classic(|options| options.max_iterations = Some(5));
    check("iterations", &few, (few.status, few.iterations) == (Status::IterationLimit, 5));
    let cheap = classic(|options| options.max_function_evaluations = Some(30));
    check("evaluations", &cheap, (cheap.status, cheap.counts.evaluations) == (Status::EvaluationLimit, 30));
    let fast = classic(|options| options.mesh_contraction_factor = 0.125);
    let ratios: Vec<f64> = sizes(&fast)[3..].windows(2).map(|pair| pair[1] / pair[0]).collect();
    check("contraction", &fast, ratios.iter().all(|ratio| [0.125, 2.0].contains(ratio)));
    let flat = classic(|options| options.mesh_expansion_factor = 1.0);
    let ratios: Vec<f64> = sizes(&flat)[3..].windows(2).map(|pair| pair[1] / pair[0]).collect();
    check("expansion", &flat, ratios.iter().all(|ratio| [0.5, 1.0].contains(ratio)));
    let complete = classic(|options| options.use_complete_poll = true);
    let spent = complete.trace[3..].windows(2).map(|pair| pair[1].evaluations - pair[0].evaluations);
    check("complete poll", &complete, spent.into_iter().all(|spent| spent == 4));
    let tolerant = classic(|options| options.step_tolerance = 0.6);
    check("step tolerance", &tolerant, tolerant.status == Status::StepTolerance);
    // Those that are laid down at the start stay as they are.
    let same = classic(|options| {
        (options.seed, options.scale_mesh, options.initial_mesh_size) = (5, false, 3.0);
        options.poll_order = search::pattern::PollOrder::Random;
    });
    assert_eq!(same.trace, plain.trace);
}

#[test]
fn options_out_of_range_end_the_run_with_their_name() {
    let outcome = run(Options::default(), |now, options| {
        options.mesh_tolerance = if now.iteration == 4 { -1.0 } else { 1e-6 };
        ControlFlow::Continue(())
    });
    assert_eq!((outcome.status, outcome.iterations), (Status::SolverGaveUp, 4));
    let complaint = outcome.complaint.unwrap();
    assert_eq!(complaint, "option mesh_tolerance is -1; expected a finite number above 0");
}

/// From values and from snapshots, the options as they were changed.
#[test]
fn changed_options_survive_a_resume() {
    let folder = tempfile::tempdir().unwrap();
    let cheap = |x: &[f64]| x.iter().map(|v| v.abs()).sum::<f64>();
    let problem = Problem::new(cheap, vec![0.7; 30]).unwrap();
    let problem = problem.bounded(Bounds::uniform(30, -9.0, 9.0).unwrap()).unwrap();
    for algorithm in [Algorithm::Classic] {
        let options = Options {
            algorithm,
            mesh_contraction_factor: 0.9,
            max_iterations: Some(u64::MAX),
            max_function_evaluations: Some(u64::MAX),
            ..Options::default()
        };
        let search = PatternSearch::new(options).unwrap().with_output_fcn(|now, options| {
            if now.iteration == 20 {
                (options.mesh_contraction_factor, options.mesh_tolerance) = (0.97, 1e-12);
                options.max_function_evaluations = Some(60_000);
            }
            ControlFlow::Continue(())
        });
        let undisturbed = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        for stop in [300, 30_000] {
            let path = folder.path().join(format!("{algorithm:?}{stop}"));
            let often = Journal { flush_interval: Duration::from_millis(1), ..Journal::new(&path) };
            let run = |most, journal: &Journal| {
                let run = Run::within(&Budget::evaluations(most)).with_journal(journal.clone());
                search.run(&problem, &run, &mut ()).unwrap()
            };
            let stopped = run(stop, &often);
            let resumed = run(u64::MAX, &often.clone().resumed());
            assert_eq!((&resumed.x, resumed.status), (&undisturbed.x, undisturbed.status));
            assert_eq!(resumed.trace, undisturbed.trace);
            if stop == 30_000 {
                assert!(stopped.journal.unwrap().snapshots > 0);
            }
        }
        // A journal tells runs with an output function from those without.
        let path = folder.path().join(format!("{algorithm:?}300"));
        let plain = PatternSearch::new(search.options().clone()).unwrap();
        let bytes = fs::read(&path).unwrap();
        let run = Run::default().with_journal(Journal::new(&path).resumed());
        let message = plain.run(&problem, &run, &mut ()).unwrap_err().to_string();
        assert!(message.contains("options.output_fcn is true"), "{message}");
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}
