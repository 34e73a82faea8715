//! Grids to the bit: which numbers are multiples of a granularity, near 0 and as far away as numbers tell them apart.

use std::f64::consts::PI;
use std::sync::Mutex;

use proptest::prelude::*;
use search::{Bounds, Budget, Error, Evaluations, Minimizer, PatternSearch, Problem, Solver, Status, Stop};

/// A granularity and the number nearest to each of its multiples.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A whole number with a decimal exponent: multiples by whole numbers and as text, which Rust reads as the nearest
    /// number.
    Decimal(i64, i32),
    /// A power of two: multiples are exact, and so divide again.
    PowerOfTwo(i32),
    /// Any other number, of which a product is rounded once.
    Odd(f64),
}

impl Step {
    fn granularity(self) -> f64 {
        match self {
            Step::Decimal(digits, exponent) => format!("{digits}e{exponent}").parse().unwrap(),
            Step::PowerOfTwo(exponent) => f64::from(exponent).exp2(),
            Step::Odd(granularity) => granularity,
        }
    }

    fn multiple(self, k: i64) -> f64 {
        match self {
            Step::Decimal(digits, exponent) => {
                format!("{}e{exponent}", i128::from(digits) * i128::from(k)).parse().unwrap()
            }
            Step::PowerOfTwo(exponent) => {
                let multiple = k as f64 * f64::from(exponent).exp2();
                assert_eq!(multiple * f64::from(-exponent).exp2(), k as f64);
                multiple
            }
            Step::Odd(granularity) => k as f64 * granularity,
        }
    }

    /// How many steps the grid goes to either side.
    fn furthest(self) -> i64 {
        let is_power = matches!(self, Step::PowerOfTwo(_)) || matches!(self, Step::Decimal(1, 0));
        if is_power { 1 << 53 } else { 1 << 52 }
    }

    fn problem(self) -> Problem<'static> {
        let problem = Problem::new(|_: &[f64]| 0.0, vec![0.0]).unwrap();
        problem.granular(vec![self.granularity()]).unwrap()
    }
}

fn steps() -> impl Strategy<Value = Step> {
    let (few, any) = (1_i64..1000, 1_i64..1_000_000_000_000_000);
    prop_oneof![
        (few.clone(), -12_i32..=0).prop_map(|(digits, exponent)| Step::Decimal(digits, exponent)),
        (any, -22_i32..=0).prop_map(|(digits, exponent)| Step::Decimal(digits, exponent)),
        (few.clone(), 0_i32..12).prop_map(|(digits, exponent)| Step::Decimal(digits, exponent)),
        (-300_i32..300).prop_map(Step::PowerOfTwo),
        (few, 1e-9_f64..1e9)
            .prop_map(|(digits, size)| Step::Odd(size * PI / digits as f64))
            .prop_filter("no decimal fraction of 15 digits", |step| digits(step.granularity()) > 15),
    ]
}

fn digits(number: f64) -> usize {
    format!("{number:e}").split('e').next().unwrap().replace('.', "").len()
}

/// Whole numbers of all sizes up to the end of the grid.
fn counts() -> impl Strategy<Value = (i64, u32)> {
    (any::<i64>(), 0_u32..=53)
}

fn count((k, bits): (i64, u32), step: Step) -> i64 {
    (k % (1_i64 << bits)).clamp(-step.furthest(), step.furthest())
}

/// Asks for this one point.
struct Asks(f64);

impl Solver for Asks {
    fn name(&self) -> String {
        "asks".to_owned()
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        evaluations.value(&[self.0])?;
        Ok(Status::SolverConverged)
    }

    fn accepts(&self, _problem: &Problem<'_>) -> Result<(), Error> {
        Ok(())
    }
}

/// Whether the door lets a point pass.
fn is_let_pass(problem: &Problem<'_>, x: f64) -> bool {
    match Asks(x).minimize(problem, &Budget::unlimited(), &mut ()) {
        Ok(_) => true,
        Err(Error::OffGrid { .. }) => false,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_start_beyond_the_grid_is_refused_within_bounds_too_unless_they_move_it() {
    let run = |start: f64, lower: f64, upper: f64| {
        let problem = Problem::new(|x: &[f64]| (x[0] - 3.0).abs(), vec![start]).unwrap();
        let problem = problem.granular(vec![1.0]).unwrap().bounded(Bounds::uniform(1, lower, upper).unwrap());
        problem
            .and_then(|problem| PatternSearch::default().minimize(&problem, &Budget::evaluations(5), &mut ()))
    };
    for (start, lower, upper) in [(1e16, 0.0, 1e17), (-1e16, -1e17, 0.0)] {
        assert!(matches!(run(start, lower, upper), Err(Error::StartBeyondGrid { index: 0, .. })));
    }
    assert_eq!(run(1e16, 0.0, 10.0).unwrap().projected, 1);
}

#[test]
fn just_beyond_half_a_step_the_further_multiple_is_nearer() {
    let problem = Problem::new(|x: &[f64]| x[0], vec![0.0]).unwrap().granular(vec![0.813]).unwrap();
    let half = 0.4065_f64;
    assert_eq!(problem.grid().unwrap().nearest(0, half.next_up()), 0.813);
    assert_eq!(problem.grid().unwrap().nearest(0, half.next_down()), 0.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn multiples_are_on_the_grid_and_no_other_number_is(step in steps(), k in counts(), apart in -3_i64..=3) {
        let k = count(k, step);
        let problem = step.problem();
        let grid = problem.grid().unwrap();
        let multiple = step.multiple(k);
        prop_assert_eq!(grid.nearest(0, multiple).to_bits(), multiple.to_bits(), "{} of {:?}", k, step);
        prop_assert!(is_let_pass(&problem, multiple), "{k} of {step:?}: {multiple:e}");
        for beside in [multiple.next_up(), multiple.next_down()] {
            let is_multiple = (-2..=2).any(|more| step.multiple(k + more) == beside);
            if !is_multiple && beside != 0.0 {
                prop_assert!(!is_let_pass(&problem, beside), "{beside:e} beside {k} of {step:?}");
            }
        }
        // Between two multiples the nearer one.
        let other = (k + apart).clamp(-step.furthest(), step.furthest());
        let x = 0.75 * multiple + 0.25 * step.multiple(other);
        let nearest = grid.nearest(0, x);
        prop_assert!(is_let_pass(&problem, nearest));
        for more in -4..=4 {
            let k = (k + more).clamp(-step.furthest(), step.furthest());
            prop_assert!((nearest - x).abs() <= (step.multiple(k) - x).abs(), "{nearest:e} for {x:e}, {step:?}");
        }
    }

    /// Of bounds anywhere the outermost multiples inside, which the multiples next to them are not.
    #[test]
    fn bounds_move_inwards_to_multiples(step in steps(), k in counts(), width in 0_i64..5, part in (0.0_f64..1.0, 0.0_f64..1.0)) {
        let k = count(k, step).clamp(-step.furthest() / 2, step.furthest() / 2 - 10);
        let between = |k: i64, part: f64| {
            let (low, high) = (step.multiple(k), step.multiple(k + 1));
            (low + part * (high - low)).clamp(low, high)
        };
        let (lower, upper) = (between(k, part.0), between(k + width, part.1));
        prop_assume!(lower <= upper);
        let bounds = Bounds::new(vec![lower], vec![upper]).unwrap();
        match step.problem().bounded(bounds) {
            Err(Error::NoGridPoint { .. }) => {
                let inside = (k..=k + width + 1).find(|&k| step.multiple(k) >= lower && step.multiple(k) <= upper);
                prop_assert_eq!(inside, None);
            }
            problem => {
                let problem = problem.unwrap();
                let (low, high) = (problem.bounds().lower()[0], problem.bounds().upper()[0]);
                // A bound that is a multiple but for its last digits is that multiple.
                let forgiven = |bound: f64| (4.0 * (bound.abs().next_up() - bound.abs())).min(1e-3 * step.granularity());
                prop_assert!(low >= lower - forgiven(lower) && high <= upper + forgiven(upper));
                let all: Vec<f64> = (k - 1..=k + width + 2).map(|k| step.multiple(k)).collect();
                prop_assert!(all.contains(&low) && all.contains(&high), "{low:e} {high:e}");
                prop_assert!(!all.iter().any(|&x| (x >= lower && x < low) || (x <= upper && x > high)));
            }
        }
    }
}

#[test]
fn bounds_beside_multiples_move_inwards_and_rounded_ones_are_multiples() {
    let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
    for (granularity, bounds, ends) in [
        (1.0, (1.000_000_000_5, 7.999_999_999_5), (2.0, 7.0)),
        (1.0, (1.0, 8.0), (1.0, 8.0)),
        (1.0, (1.000_000_000_000_000_2, 8.0), (1.0, 8.0)),
        (1.0, (-0.5, 0.5), (0.0, 0.0)),
        (0.1, (3.0 * 0.1, 0.7), (0.3, 0.7)),
        (0.1, (0.300_000_001, 0.699_999_999), (0.4, 0.6)),
        (1.0, (low, 1e300), (low, 9_007_199_254_740_992.0)),
        (1.0, (-1e300, high), (-9_007_199_254_740_992.0, high)),
        (3.0, (9_007_199_254_740_989.0, high), (9_007_199_254_740_990.0, high)),
        (0.5, (1e15 + 0.25, 1e15 + 0.75), (1e15 + 0.5, 1e15 + 0.5)),
    ] {
        let problem = Problem::new(|x: &[f64]| x[0], vec![0.0]).unwrap().granular(vec![granularity]).unwrap();
        let problem = problem.bounded(Bounds::new(vec![bounds.0], vec![bounds.1]).unwrap()).unwrap();
        let moved = (problem.bounds().lower()[0], problem.bounds().upper()[0]);
        assert_eq!(moved, ends, "granularity {granularity}, bounds {bounds:?}");
    }
    for (granularity, bounds) in [(1.0, (1e17, 1e18)), (1.0, (0.2, 0.8)), (0.1, (0.301, 0.399))] {
        let problem = Problem::new(|x: &[f64]| x[0], vec![0.0]).unwrap().granular(vec![granularity]).unwrap();
        let error = problem.bounded(Bounds::new(vec![bounds.0], vec![bounds.1]).unwrap()).unwrap_err();
        assert!(matches!(error, Error::NoGridPoint { index: 0, .. }), "{bounds:?}: {error}");
    }
}

#[test]
fn a_start_is_kept_as_far_as_numbers_tell_multiples_apart_and_refused_beyond() {
    let whole = 9_007_199_254_740_992.0; // 2^53
    let run = |granularity: f64, start: f64, upper: f64| {
        let problem = Problem::new(|x: &[f64]| x[1], vec![0.0, start]).unwrap();
        let bounds = Bounds::uniform(2, f64::NEG_INFINITY, upper).unwrap();
        let problem = problem.bounded(bounds).unwrap().granular(vec![0.0, granularity]).unwrap();
        PatternSearch::default().minimize(&problem, &Budget::evaluations(1), &mut ())
    };
    for (granularity, start) in [
        (1.0, whole),
        (1.0, -whole),
        (1.0, whole - 1.0),
        (0.5, 0.5 * whole),
        (2.0, 2.0 * whole),
        (3.0, whole - 2.0),
    ] {
        let outcome = run(granularity, start, f64::INFINITY).unwrap();
        assert_eq!((outcome.x[1], outcome.projected), (start, 0), "granularity {granularity}");
    }
    for (granularity, start) in [(1.0, 1e16), (1.0, -1e300), (0.1, 1e16), (1e-300, 1.0), (PI, 1e17)] {
        let error = run(granularity, start, f64::INFINITY).unwrap_err();
        assert!(matches!(error, Error::StartBeyondGrid { index: 1, value, .. } if value == start), "{error}");
        assert!(error.to_string().starts_with("start[1] is "), "{error}");
    }
    // Within bounds it is where the bounds are.
    assert_eq!(run(1.0, 1e16, 10.5).unwrap().x[1], 10.0);
}

/// All points of runs far from 0, where the last digits are few.
#[test]
fn every_evaluated_point_far_away_is_a_multiple_to_the_bit() {
    for (step, start, least) in [
        (Step::PowerOfTwo(-10), 1_000_000.3, 1_000_100.7),
        (Step::PowerOfTwo(-2), 1e14, 1e14 + 333.3),
        (Step::PowerOfTwo(-1), 1e15, 1e15 - 77.7),
        (Step::PowerOfTwo(0), 9e15, 9e15 + 1000.0),
        (Step::Decimal(1, -1), 1e14, 1e14 + 12.34),
        (Step::Decimal(123_456_789, -7), 1e12, 1e12 + 500.0),
        (Step::Decimal(1, -18), 3e-16, 7.7e-16),
        (Step::Odd(PI), 1e9, 1e9 + 100.0),
    ] {
        let points = Mutex::new(Vec::new());
        let f = |x: &[f64]| {
            points.lock().unwrap().push(x[0]);
            (x[0] - least).abs()
        };
        let problem = Problem::new(f, vec![start]).unwrap().granular(vec![step.granularity()]).unwrap();
        PatternSearch::default().minimize(&problem, &Budget::evaluations(300), &mut ()).unwrap();
        drop(problem);
        for x in points.into_inner().unwrap() {
            let k = (x / step.granularity()).round() as i64;
            assert!((-1..=1).any(|more| step.multiple(k + more) == x), "{x:e} is no multiple, {step:?}");
        }
    }
}
