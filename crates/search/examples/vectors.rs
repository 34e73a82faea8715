//! Starts, bounds and closures in the vectors of `ndarray` and `nalgebra`: least squares, once with each.
//!
//! ```text
//! cargo run --release --example vectors --features ndarray,nalgebra
//! ```

use nalgebra::{DVector, DVectorView, Matrix3x2, Vector2, Vector3};
use ndarray::{Array1, ArrayView1, array};

fn main() -> Result<(), search::Error> {
    // A point is a slice; a view of it costs nothing.
    let (a, b) = (array![[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]], array![1.1, 1.9, 3.2]);
    let residuals = |x: &[f64]| a.dot(&ArrayView1::from(x)) - &b;
    let outcome = search::minimize(|x| residuals(x).mapv(|r| r * r).sum(), Array1::zeros(2)).run()?;
    println!("ndarray   {}", Array1::from(outcome.x));

    let (a, b) = (Matrix3x2::new(1.0, 1.0, 1.0, 2.0, 1.0, 3.0), Vector3::new(1.1, 1.9, 3.2));
    let squares = |x: &[f64]| (a * DVectorView::from_slice(x, 2) - b).norm_squared();
    let outcome = search::minimize(squares, Vector2::zeros()).nonnegative().run()?;
    println!("nalgebra  {}", DVector::from(outcome.x).transpose());
    Ok(())
}
