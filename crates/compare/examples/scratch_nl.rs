//! Scratch.
use compare::suites::hock_schittkowski_nonlinear;
use search::pattern::{NonlinearConstraints, Options};
use search::*;
fn main() {
    let arg: Vec<String> = std::env::args().collect();
    let pb = arg.get(1).is_some_and(|a| a == "pb");
    let only = arg.get(2);
    let limit: Option<u64> = arg.get(3).and_then(|a| a.parse().ok());
    for case in hock_schittkowski_nonlinear() {
        if only.is_some_and(|o| o != case.name() && o != "all") {
            continue;
        }
        let problem = case.problem(0).unwrap();
        let options = Options {
            max_function_evaluations: limit.or(Some(2_000_000)),
            max_iterations: if limit.is_some() { None } else { Some(100000) },
            nonlinear_constraints: if pb {
                NonlinearConstraints::ProgressiveBarrier
            } else {
                NonlinearConstraints::AugmentedLagrangian
            },
            display: if only.is_some_and(|o| o != "all") && !pb {
                DisplayLevel::Iter
            } else {
                DisplayLevel::Off
            },
            ..Options::default()
        };
        let o =
            PatternSearch::new(options).unwrap().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        let opt = case.optimum().unwrap();
        println!(
            "{:6} f {:.9} opt {:.9} err {:+.1e} viol {:.1e} flag {} it {} fe {} ms {:.1}",
            case.name(),
            o.value,
            opt,
            (o.value - opt) / opt.abs().max(1.0),
            o.max_constraint.unwrap(),
            o.exit_flag(),
            o.iterations,
            o.counts.evaluations,
            o.seconds * 1e3
        );
    }
}
