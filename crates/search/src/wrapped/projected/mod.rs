//! Gradient descent with projection onto the bounds.

mod adam;
mod projected_gradient;

pub use adam::{Adam, AdamOptions};
pub use projected_gradient::{ProjectedGradient, ProjectedGradientOptions, StepLength};
