//! A closure, a start, bounds, a limit: one statement.
//!
//! ```text
//! cargo run --release --example first_steps
//! ```

fn main() -> Result<(), search::Error> {
    // Rosenbrock's function, cut off at x1 <= 0.5.
    let outcome =
        search::minimize(|x| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2), [-1.0, 1.0])
            .within([-2.0, -2.0], [0.5, 2.0])
            .evaluations(2_000)
            .run()?;

    println!("{outcome}");
    assert_eq!(outcome.x[0], 0.5); // on the bound, to the bit
    Ok(())
}
