//! Rounds to each tolerance: how many times a search waits for a set of at most q values.
//!
//! ```text
//! cargo run --release -p patternsearch-compare --example rounds --features cmaes -- more-wild --part=odd --q=16
//! ```
//!
//! Arguments are suites, `--part=even`, `odd` or `all` (default `odd`: problems with even position, from 0, have chosen
//! the constants of the search), `--q=` with numbers or `n` (default `8,16,64,n`), `--seed=` (default 1), `--problems`
//! for each problem beside the table, and `--own` for the searches of this package alone.
//!
//! A round is one wait: an evaluator that holds at most q points evaluates all that it has been given when the search
//! waits for a value that it does not have yet. A problem is solved to τ once the best value is at most
//! `f_L + τ (f(x₀) - f_L)`, with the least value f_L that any of these runs has found; of a noisy problem the true
//! values count. "Times fewer" is the median over problems of the evaluations of `hybrid` with q = 1, divided by the
//! rounds. A run ends after 100 (n + 1) rounds.

mod evaluator;
mod solvers;
mod table;

use std::error::Error;

use compare::Case;
use compare::suites::suites;
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
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = arguments()?;
    for name in &arguments.suites {
        let suite = suites().into_iter().find(|suite| suite.name == *name);
        let cases = (suite.ok_or_else(|| format!("unknown suite {name}"))?.cases)();
        let ways = ways(&arguments.sizes, arguments.own);
        let of_part =
            |(position, _): &(usize, &Case<'_>)| arguments.parity.is_none_or(|parity| position % 2 == parity);
        let chosen: Vec<_> = cases.iter().enumerate().filter(of_part).map(|(_, case)| case).collect();
        let problems: Result<Vec<_>, _> =
            chosen.par_iter().map(|case| problem(case, arguments.seed, &ways)).collect();
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

fn arguments() -> Result<Arguments, String> {
    let mut arguments = Arguments {
        suites: Vec::new(),
        parity: Some(1),
        sizes: [8, 16, 64].map(Size::Fixed).into_iter().chain([Size::Dimension]).collect(),
        seed: 1,
        own: false,
        each: false,
    };
    for word in std::env::args().skip(1) {
        match word.split_once('=').unwrap_or((&word, "")) {
            ("--part", "even") => arguments.parity = Some(0),
            ("--part", "odd") => arguments.parity = Some(1),
            ("--part", "all") => arguments.parity = None,
            ("--q", sizes) => arguments.sizes = sizes.split(',').map(Size::read).collect::<Result<_, _>>()?,
            ("--seed", seed) => arguments.seed = seed.parse().map_err(|_| format!("--seed={seed}"))?,
            ("--own", "") => arguments.own = true,
            ("--problems", "") => arguments.each = true,
            (suite, "") if !suite.starts_with("--") => arguments.suites.push(word),
            _ => return Err(format!("unknown argument {word}")),
        }
    }
    Ok(arguments)
}

/// Runs each way on a problem.
fn problem(case: &Case<'static>, seed: u64, ways: &[Way]) -> Result<Problem, search::Error> {
    let runs = ways.iter().map(|way| way.run(case, seed)).collect::<Result<Vec<_>, _>>()?;
    Ok(Problem { name: case.name().to_owned(), runs })
}
