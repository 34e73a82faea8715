//! Solvers of Python packages through `bridges/bridge.py` do what they do when Python calls them directly: the same points
//! and the same values, to the bit. Packages that are missing, or have other versions, are left out with a message.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

use search::{
    Bounds, Budget, ConstraintCount, Event, Failure, LeastSquares, LinearConstraints, Minimizer, Objective,
    Observer, Problem, Residuals, SolverProgram, Takes, Values,
};
use serde::Deserialize;

/// Evaluations of each run.
const EVALUATIONS: u64 = 80;

const START: [f64; 2] = [-1.2, 0.5];

/// The interpreter: that of the environment in which the packages are.
fn python() -> String {
    std::env::var("COMPARE_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("bridges")
}

/// What the test needs of the file of a bridge.
#[derive(Deserialize)]
struct Bridge {
    program: Vec<String>,
    version: String,
    #[serde(default)]
    takes: Vec<Takes>,
    #[serde(default)]
    needs: Vec<Takes>,
    #[serde(default)]
    random: bool,
}

/// All files, by their names.
fn bridges() -> Vec<(String, Bridge)> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|ending| ending == "toml")).collect();
    files.sort();
    let read = |path: &PathBuf| toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    files.iter().map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), read(path))).collect()
}

/// Rosenbrock's function, with the same order of operations as in Python.
struct Rosenbrock;

impl Objective for Rosenbrock {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        let (a, b) = (x[1] - x[0] * x[0], 1.0 - x[0]);
        Ok(100.0 * (a * a) + b * b)
    }

    fn residuals(&self) -> Option<&dyn Residuals> {
        Some(self)
    }
}

impl Residuals for Rosenbrock {
    fn form(&self) -> LeastSquares {
        LeastSquares::of(2)
    }

    fn residuals_at(&self, x: &[f64], residuals: &mut [f64]) -> Result<f64, Failure> {
        residuals.copy_from_slice(&[10.0 * (x[1] - x[0] * x[0]), 1.0 - x[0]]);
        self.value(x)
    }
}

fn problem(is_constrained: bool) -> Problem<'static> {
    let bounds = Bounds::new([-2.0, f64::NEG_INFINITY], [2.0, 0.75]).unwrap();
    let problem = Problem::of(Rosenbrock, START).unwrap().bounded(bounds).unwrap();
    if !is_constrained {
        return problem;
    }
    let rows = LinearConstraints::at_most([[1.0, 1.0]], [1.0]).unwrap();
    let disc = |x: &[f64]| ([x[0] * x[0] + x[1] * x[1] - 1.5], []);
    problem.constrained(ConstraintCount::new(1, 0), disc).subject_to(rows).unwrap()
}

/// A point and its value.
type Evaluation = (Vec<f64>, f64);

struct Noting(Vec<Evaluation>);

impl Observer for Noting {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        if let Event::Evaluation { x, values, .. } = event {
            self.0.push((x.to_vec(), values.as_ref().map_or(f64::NAN, Values::value)));
        }
        ControlFlow::Continue(())
    }

    fn wants_evaluations(&self) -> bool {
        true
    }
}

/// Each point once, where it first occurs, without the start, which a bridge's solver need not ask for.
fn distinct(evaluations: Vec<Evaluation>) -> Vec<Evaluation> {
    let mut known = BTreeSet::from([START.map(f64::to_bits).to_vec()]);
    let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    evaluations.into_iter().filter(|(x, _)| known.insert(bits(x))).collect()
}

fn program(name: &str, bridge: &Bridge) -> SolverProgram {
    let script = folder().join("bridge.py").display().to_string();
    let solver =
        SolverProgram::new(name, python()).argument(script).argument(name).of_version(&bridge.version);
    let solver = solver.taking(bridge.takes.clone()).needing(bridge.needs.clone());
    if bridge.random { solver.random() } else { solver }
}

fn through_the_bridge(name: &str, bridge: &Bridge) -> Vec<Evaluation> {
    let solver = program(name, bridge);
    let mut noting = Noting(Vec::new());
    let problem = problem(bridge.takes.contains(&Takes::Constraints));
    let outcome = solver.minimize(&problem, &Budget::evaluations(EVALUATIONS), &mut noting).unwrap();
    assert_eq!((outcome.exit_flag() >= 0, outcome.outside), (true, 0), "{}", outcome.message());
    noting.0
}

/// The evaluations of the solver called by Python, or why they are not there.
fn directly(name: &str, bridge: &Bridge) -> Result<Vec<Evaluation>, String> {
    let script = folder().join("direct.py");
    let mut command = Command::new(python());
    command.arg(script).args([name, &bridge.version, &EVALUATIONS.to_string()]);
    let output = command.output().map_err(|error| error.to_string())?;
    let errors = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(77) => Err(errors.trim().to_owned()),
        Some(0) => {
            let text = String::from_utf8(output.stdout).unwrap();
            Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
        }
        // A Python without numpy.
        _ if errors.contains("No module named") => Err(errors.lines().last().unwrap_or_default().to_owned()),
        _ => panic!("{name}: {errors}"),
    }
}

#[test]
fn a_solver_does_through_its_bridge_what_it_does_called_directly() {
    for (name, bridge) in bridges() {
        let directly = match directly(&name, &bridge) {
            Ok(evaluations) => distinct(evaluations),
            Err(missing) => {
                eprintln!("{name} is left out: {missing}");
                continue;
            }
        };
        let through = distinct(through_the_bridge(&name, &bridge));
        let both = through.len().min(directly.len());
        assert!(both >= 20, "{name}: {} and {} points", through.len(), directly.len());
        let differs = (0..both).find(|&k| through[k] != directly[k]);
        assert_eq!(differs.map(|k| (k, &through[k], &directly[k])), None, "{name}");
    }
}

/// Two inequalities and two equalities at once: packages want their limits in forms of their own.
#[test]
fn a_bridge_takes_several_constraints() {
    for (name, bridge) in
        bridges().into_iter().filter(|(_, bridge)| bridge.takes.contains(&Takes::Equalities))
    {
        if let Err(missing) = directly(&name, &bridge) {
            eprintln!("{name} is left out: {missing}");
            continue;
        }
        let functions = |x: &[f64]| {
            let sum = x.iter().sum::<f64>();
            ([sum - 9.0, -9.0 - sum], [x[0] + x[2], x[1] - 0.25])
        };
        let problem =
            Problem::new(|x: &[f64]| x.iter().map(|x| (x - 1.0).powi(2)).sum::<f64>(), [0.5, 0.5, 0.0]);
        let problem = problem.unwrap().bounded(Bounds::uniform(3, -2.0, 2.0).unwrap()).unwrap();
        let problem = problem.constrained(ConstraintCount::new(2, 2), functions);
        let outcome = program(&name, &bridge).minimize(&problem, &Budget::evaluations(60), &mut ()).unwrap();
        assert!(outcome.counts.evaluations >= 4, "{name}: {}", outcome.message());
    }
}

#[test]
fn each_bridge_names_its_solver_and_the_versions_that_are_to_be_installed() {
    let pins = std::fs::read_to_string(folder().join("requirements.txt")).unwrap();
    let pins: Vec<&str> = pins.lines().collect();
    for (name, bridge) in bridges() {
        assert_eq!(bridge.program, ["python3", "crates/compare/bridges/bridge.py", name.as_str()]);
        assert!(bridge.version.split(' ').all(|pin| pins.contains(&pin)), "{name}: {}", bridge.version);
    }
}
