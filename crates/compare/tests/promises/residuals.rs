//! The values of the suites that are made of residuals offer them, which changes no value and no score.

use compare::suites::{
    Kind, minimax, more_garbow_hillstrom, more_wild, more_wild_bounded, moved, rotated, strd,
};
use compare::{Case, Plan, compare};
use search::{Budget, Error, Evaluations, Minimizer, NelderMead, Problem, Residuals, Solver, Status, Stop};

fn sums_of_squares() -> Vec<Case<'static>> {
    let kinds = [Kind::Smooth, Kind::DeterministicNoise, Kind::StochasticNoise];
    let plain = kinds.into_iter().flat_map(more_wild);
    plain
        .chain(more_wild_bounded(Kind::Smooth))
        .chain(rotated(more_wild(Kind::Smooth)))
        .chain(moved(more_wild(Kind::Smooth)))
        .chain(more_garbow_hillstrom())
        .chain(strd())
        .collect()
}

#[test]
fn the_squares_of_the_residuals_sum_to_the_value() {
    for case in sums_of_squares() {
        let problem = case.problem(3).unwrap();
        let objective = problem.objective();
        let own: &dyn Residuals = objective.residuals().unwrap_or_else(|| panic!("{}", case.name()));
        let mut residuals = vec![0.0; own.form().count()];
        let beside: Vec<f64> = problem.start().iter().map(|x| 1.01 * x + 1e-3).collect();
        for x in [problem.start(), &beside] {
            let value = own.residuals_at(x, &mut residuals).unwrap();
            assert_eq!(objective.value(x).map(f64::to_bits), Ok(value.to_bits()), "{}", case.name());
            let sum: f64 = residuals.iter().map(|r| r * r).sum();
            assert!((sum - value).abs() <= 1e-12 * value.abs(), "{}: {sum} {value}", case.name());
        }
    }
}

/// Sums of absolute values and maxima have the residuals of which they are made, whatever wraps them.
#[test]
fn a_value_with_kinks_is_that_of_its_residuals() {
    let nonsmooth = more_wild(Kind::Nonsmooth).into_iter().chain(rotated(more_wild(Kind::Nonsmooth)));
    let bounded = more_wild_bounded(Kind::Nonsmooth);
    for case in nonsmooth.chain(bounded).chain(minimax()).chain(rotated(minimax())) {
        let problem = case.problem(3).unwrap();
        let own = problem.objective().residuals().unwrap_or_else(|| panic!("{}", case.name()));
        let form = own.form();
        assert!(form.loss().has_kinks(), "{}", case.name());
        let mut residuals = vec![0.0; form.count()];
        let beside: Vec<f64> = problem.start().iter().map(|x| 1.01 * x + 1e-3).collect();
        for x in [problem.start(), &beside] {
            let value = own.residuals_at(x, &mut residuals).unwrap();
            assert_eq!(
                problem.objective().value(x).map(f64::to_bits),
                Ok(value.to_bits()),
                "{}",
                case.name()
            );
            assert!((form.value(&residuals) - value).abs() <= 1e-12 * value.abs(), "{}", case.name());
        }
    }
}

/// Nelder and Mead's simplex, with residuals that it does not read.
struct Reading(NelderMead);

impl Solver for Reading {
    fn name(&self) -> String {
        "reading".to_owned()
    }

    fn uses_residuals(&self) -> bool {
        true
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        self.0.accepts(problem)
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        assert!(evaluations.fit().is_some(), "each value comes with residuals");
        self.0.search(evaluations)
    }
}

#[test]
fn a_solver_that_reads_residuals_is_scored_as_one_that_does_not() {
    let mut cases = more_wild(Kind::StochasticNoise).split_off(50);
    cases.extend(rotated(more_wild(Kind::Smooth)).split_off(50));
    let minimizers: Vec<Box<dyn Minimizer>> =
        vec![Box::new(NelderMead::default()), Box::new(Reading(NelderMead::default()))];
    let plan = Plan { budget: Budget::evaluations(150), ..Plan::default() };
    let comparison = compare(&cases, &minimizers, &plan).unwrap();
    for case in &cases {
        let scores = ["nelder-mead", "reading"].map(|name| {
            let record = comparison.of(case.name(), name).next().unwrap();
            let improvements = record.truth.as_ref().unwrap_or(&record.improvements);
            assert!(record.result.is_ok(), "{:?}", record.result);
            improvements.iter().map(|best| (best.evaluations, best.value)).collect::<Vec<_>>()
        });
        assert_eq!(scores[0], scores[1], "{}", case.name());
    }
}
