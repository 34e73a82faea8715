//! NIST's nonlinear regressions against the certified values.

use std::fs;
use std::path::Path;

use compare::suites::strd;
use search::Problem;

/// Parameters are certified to 11 digits: Lanczos1, whose data are exact but for their 13th digit, is no smaller there than this.
const ROUNDED_AWAY: f64 = 1e-20;

/// The numbers of a column of a file, its parameters' lines: the starts, the certified values, their deviations.
fn column(text: &str, number: usize) -> Vec<f64> {
    let parameters = text.lines().filter(|line| {
        let mut words = line.split_whitespace();
        words.next().is_some_and(|word| word.starts_with('b')) && words.next() == Some("=")
    });
    parameters.map(|line| line.split_whitespace().nth(2 + number).unwrap().parse().unwrap()).collect()
}

fn value(problem: &Problem<'_>, x: &[f64]) -> f64 {
    problem.objective().value(x).unwrap()
}

#[test]
fn regressions_have_the_certified_sums_of_squares_at_the_certified_parameters() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/strd");
    let cases = strd();
    let mut seen = 0;
    for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "dat") {
            continue;
        }
        let name = file.file_stem().unwrap().to_str().unwrap().to_lowercase();
        let text = fs::read_to_string(&file).unwrap();
        let of_file = |word: &str| {
            let line = text.lines().find(|line| line.starts_with(word)).unwrap();
            line.split_whitespace().last().unwrap().parse::<f64>().unwrap()
        };
        let (certified, parameters) = (of_file("Residual Sum of Squares:"), column(&text, 2));
        for number in [1, 2] {
            let case = cases.iter().find(|case| case.name() == format!("{name}-{number}")).unwrap();
            let problem = case.problem(0).unwrap();
            assert_eq!(problem.start(), column(&text, number - 1), "{name}");
            assert_eq!(case.optimum(), Some(certified), "{name}");
            let sum = value(&problem, &parameters);
            let error = (sum - certified).abs();
            assert!(error < 1e-9 * certified + ROUNDED_AWAY, "{name}: {sum}, certified {certified}");
            // The certified value is a minimum: no parameter by itself does better.
            for i in 0..parameters.len() {
                for step in [-1e-4, 1e-4] {
                    let mut beside = parameters.clone();
                    beside[i] += step * beside[i];
                    assert!(value(&problem, &beside) > sum, "{name} beside {i}");
                }
            }
            seen += 1;
        }
    }
    assert_eq!((seen, cases.len()), (54, 54));
}
