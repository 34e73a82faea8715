//! The schedule of the augmented Lagrangian.

use super::State;
use crate::pattern::Options;
use crate::{
    Budget, ConstraintCount, ConstraintValues, Evaluations, Method, Minimizer, PatternSearch, Problem, Seen,
    Status,
};

fn problem<'o>() -> Problem<'o> {
    let constraints = |x: &[f64]| ([], [x[0] * x[0] + x[1] * x[1] - 2.0]);
    Problem::new(|x: &[f64]| x[0] + x[1], vec![1.0, -2.0])
        .map(|problem| problem.constrained(ConstraintCount::new(0, 1), constraints))
        .expect("two coordinates")
}

fn seen(x: [f64; 2], value: f64, ceq: f64) -> Seen {
    let constraints = ConstraintValues { inequalities: Vec::new(), equalities: vec![ceq] };
    Seen { x: x.to_vec(), value, constraints, ..Seen::default() }
}

fn with_state<T>(options: &Options, act: impl FnOnce(&mut State, &Evaluations<'_>) -> T) -> T {
    let problem = problem();
    let mut evaluations =
        Evaluations::here(&problem, 0.0, &Budget::unlimited(), Vec::new()).expect("a start");
    let mut state = State::at_start(options, &mut evaluations).expect("no limit");
    act(&mut state, &evaluations)
}

/// Conn, Gould & Toint 1991, with LANCELOT's exponent 0.1.
#[test]
fn it_begins_with_the_initial_penalty_to_the_tenth_root_of_which_a_solution_may_be_infeasible() {
    let options = Options { initial_penalty: 1024.0, ..Options::default() };
    with_state(&options, |state, _| {
        assert_eq!((state.lagrangian.penalty(), state.mesh_tolerance), (1024.0, 1e-3));
        assert!((state.allowed_infeasibility - 0.5).abs() < 1e-15);
    });
    let coarse = Options { mesh_tolerance: 0.01, ..Options::default() };
    with_state(&coarse, |state, _| assert_eq!(state.mesh_tolerance, 0.01));
}

/// Subproblems are solved to 1e-3, then to one hundredth of the previous tolerance, down to a thousandth of the final
/// one.
#[test]
fn each_subproblem_is_solved_to_a_mesh_finer_by_the_penalty_factor() {
    let outcome = PatternSearch::new(Options::default())
        .and_then(|search| search.run(&problem(), &crate::Run::default(), &mut ()));
    let outcome = outcome.expect("a valid problem");
    let sizes: Vec<f64> = outcome.trace[1..].iter().filter_map(|row| row.mesh_size).collect();
    // The powers of two just below 1e-3, 1e-5, 1e-7 and 1e-9.
    let expected = [-10, -17, -24, -30].into_iter().chain(std::iter::repeat(-30));
    let expected: Vec<f64> = expected.map(|power| 2_f64.powi(power)).take(sizes.len()).collect();
    assert!(sizes.len() > 2, "{sizes:?}");
    assert_eq!(sizes, expected);
    assert!(outcome.trace.iter().any(|row| row.method == Method::UpdateMultipliers));
}

#[test]
fn a_search_ends_once_the_mesh_is_fine_and_its_solution_feasible_or_three_times_without_progress() {
    let options = Options::default();
    with_state(&options, |state, evaluations| {
        let end =
            |before: &Seen, at: &Seen, state: &mut State| state.end(Some(before), at, &options, evaluations);
        let (here, moved) = (seen([1.0, 1.0], 5.0, 0.0), seen([2.0, 1.0], 4.0, 0.0));
        // The mesh is not yet fine enough.
        assert_eq!(end(&here, &moved, state).expect("no limit"), None);
        state.mesh_tolerance = options.mesh_tolerance;
        assert_eq!(end(&here, &moved, state).expect("no limit"), Some(Status::MeshTolerance));
        // Progress is a violation below nine tenths of the least one.
        state.least_violation = 1.0;
        for (violation, without) in [(0.89, 0), (0.85, 1), (0.76, 0), (0.75, 1), (0.75, 2)] {
            let at = seen([1.0, 1.0], 5.0, violation);
            assert_eq!(end(&here, &at, state).expect("no limit"), None);
            assert_eq!(state.without_progress, without, "{violation}");
        }
        assert_eq!(
            end(&here, &seen([1.0, 1.0], 5.0, 0.8), state).expect("no limit"),
            Some(Status::NoFeasiblePoint)
        );
    });
}
