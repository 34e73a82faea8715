//! An objective as a program: Rosenbrock's function at the point that its arguments are, or without arguments at
//! that of each line of its standard input.
//!
//! ```text
//! cargo build --release -p patternsearch --example rosenbrock
//! cargo run --release -p patternsearch -- run --x0 -1,1 -- target/release/examples/rosenbrock
//! cargo run --release -p patternsearch -- run --x0 -1,1 --pass lines -- target/release/examples/rosenbrock
//! ```

use std::error::Error;
use std::io::{self, Write};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.is_empty() {
        println!("{:?}", rosenbrock(arguments.iter().map(String::as_str))?);
        return Ok(());
    }
    let mut out = io::stdout();
    for line in io::stdin().lines() {
        writeln!(out, "{:?}", rosenbrock(line?.split_whitespace())?)?;
        // Who asks waits for the answer.
        out.flush()?;
    }
    Ok(())
}

fn rosenbrock<'t>(coordinates: impl Iterator<Item = &'t str>) -> Result<f64, Box<dyn Error>> {
    let x: Vec<f64> = coordinates.map(str::parse).collect::<Result<_, _>>()?;
    let [x1, x2] = x[..] else { return Err(format!("{} coordinates; expected 2", x.len()).into()) };
    Ok(100.0 * (x2 - x1 * x1).powi(2) + (1.0 - x1).powi(2))
}
