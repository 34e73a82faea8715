//! Rounds to each tolerance: how many times a search waits for a set of at most q values.
//!
//! ```text
//! cargo run --release -p patternsearch-compare --example rounds --features cmaes -- more-wild --part=odd --q=16
//! ```
//!
//! Arguments are suites, `--part=even`, `odd` or `all` (default `odd`: problems with even position, from 0, have chosen
//! the constants of the search), `--q=` with numbers or `n` (default `8,16,64,n`), `--seed=` (default 1), `--searches=`
//! (default `hybrid,coordinate`), `--problems` for each problem beside the table, `--residuals`, and `--own` for these
//! searches alone.
//! The suite `many-smooth-40` has the problems of this class with 40 coordinates; its even part are the families on which
//! constants were chosen, its odd part those that judge.
//!
//! A round is one wait: an evaluator that holds at most q points evaluates all that it has been given when the search
//! waits for a value that it does not have yet. A problem is solved to τ once the best value is at most
//! `f_L + τ (f(x₀) - f_L)`, with the least value f_L that any of these runs has found; of a noisy problem the true
//! values count. "Times fewer" is the median over problems of the evaluations of the first search with q = 1, divided by
//! the rounds. A run ends after 100 (n + 1) rounds.
//!
//! Under constraints a problem is solved to τ once a point that violates none by more than 1e-6 has at most
//! `f* + τ max(1, |f*|)`. Solvers that refuse all problems of a suite are left out. With `--residuals` the solvers that read
//! residuals see those of each sum of squares.

mod evaluator;
mod solvers;
mod table;

use std::error::Error;

use compare::Case;
use compare::suites::{Class, Half, many, suites};
use rayon::prelude::*;

use solvers::{Size, Way, ways};
use table::{Problem, print, print_each};

/// The arguments.
struct Arguments {
    suites: Vec<String>,
    parity: Option<usize>,
    sizes: Vec<Size>,
    seed: u64,
    own: bool,
    each: bool,
    residuals: bool,
    searches: Vec<&'static str>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = arguments()?;
    for name in &arguments.suites {
        let chosen = cases(name, arguments.parity).ok_or_else(|| format!("unknown suite {name}"))?;
        let ways = ways(&arguments.sizes, arguments.own, &arguments.searches);
        let problems: Result<Vec<_>, _> =
            chosen.par_iter().map(|case| problem(case, &arguments, &ways)).collect();
        let problems = problems?;
        println!("{name}, {} problems", problems.len());
        if arguments.each {
            print_each(&ways, &problems);
        }
        for size in &arguments.sizes {
            print(*size, &ways, &problems);
        }
    }
    Ok(())
}

/// The problems of a suite, or of its even or odd part.
fn cases(name: &str, parity: Option<usize>) -> Option<Vec<Case<'static>>> {
    if let Some((class, n)) = name.strip_prefix("many-").and_then(|rest| rest.split_once('-')) {
        let (class, n) = (Class::ALL.into_iter().find(|known| known.name() == class)?, n.parse().ok()?);
        let is_part = |part: &(usize, Half)| parity.is_none_or(|parity| parity == part.0);
        let parts = [(0, Half::Chosen), (1, Half::Judging)].into_iter().filter(is_part);
        return Some(parts.flat_map(|(_, half)| many(class, half, n)).collect());
    }
    let suite = suites().into_iter().find(|suite| suite.name == name)?;
    let cases = (suite.cases)().into_iter().enumerate();
    let of_part = cases.filter(|(position, _)| parity.is_none_or(|parity| position % 2 == parity));
    Some(of_part.map(|(_, case)| case).collect())
}

fn arguments() -> Result<Arguments, String> {
    let mut arguments = Arguments {
        suites: Vec::new(),
        parity: Some(1),
        sizes: [8, 16, 64].map(Size::Fixed).into_iter().chain([Size::Dimension]).collect(),
        seed: 1,
        own: false,
        each: false,
        residuals: false,
        searches: vec!["hybrid", "coordinate"],
    };
    for word in std::env::args().skip(1) {
        match word.split_once('=').unwrap_or((&word, "")) {
            ("--part", "even") => arguments.parity = Some(0),
            ("--part", "odd") => arguments.parity = Some(1),
            ("--part", "all") => arguments.parity = None,
            ("--q", sizes) => arguments.sizes = sizes.split(',').map(Size::read).collect::<Result<_, _>>()?,
            ("--seed", seed) => arguments.seed = seed.parse().map_err(|_| format!("--seed={seed}"))?,
            ("--searches", names) => {
                arguments.searches = names.split(',').map(known).collect::<Result<_, _>>()?;
            }
            ("--own", "") => arguments.own = true,
            ("--problems", "") => arguments.each = true,
            ("--residuals", "") => arguments.residuals = true,
            (suite, "") if !suite.starts_with("--") => arguments.suites.push(word),
            _ => return Err(format!("unknown argument {word}")),
        }
    }
    Ok(arguments)
}

fn known(name: &str) -> Result<&'static str, String> {
    let found = search::solver_names().into_iter().find(|known| *known == name);
    found.ok_or_else(|| format!("--searches={name}; expected names of searches with the option batch"))
}

/// Runs each way on a problem.
fn problem(case: &Case<'static>, arguments: &Arguments, ways: &[Way]) -> Result<Problem, search::Error> {
    let mut problem = case.problem(arguments.seed)?;
    let form = problem.objective().residuals().map(search::Residuals::form);
    if let Some(form) = form.filter(|_| arguments.residuals) {
        problem = problem.with_residuals(form)?;
    }
    let is_constrained = problem.linear().is_some() || problem.nonlinear_constraints().is_some();
    let runs =
        ways.iter().map(|way| way.run(case, &problem, arguments.seed)).collect::<Result<Vec<_>, _>>()?;
    let optimum = case.optimum().filter(|_| is_constrained || problem.grid().is_some());
    Ok(Problem { name: case.name().to_owned(), runs, optimum })
}
