//! The largest rectangle inside an ellipse, under linear and nonlinear constraints.
//!
//! ```text
//! cargo run --release --example constrained
//! ```

use search::{ConstraintCount, LinearConstraints};

fn main() -> Result<(), search::Error> {
    // Half the sides, so that the corner (a, b) lies in the ellipse (a/3)² + (b/2)² <= 1, and a <= 2b.
    let outcome = search::minimize(|x| -4.0 * x[0] * x[1], [1.0, 1.0])
        .nonnegative()
        .subject_to(LinearConstraints::at_most([[1.0, -2.0]], [0.0])?)
        .constrained(ConstraintCount::new(1, 0), |x| {
            ([(x[0] / 3.0).powi(2) + (x[1] / 2.0).powi(2) - 1.0], [])
        })
        .run()?;

    println!("{outcome}");
    println!("area {:.3}; exactly 12, of the half sides 3/√2 and √2", -outcome.value);
    Ok(())
}
