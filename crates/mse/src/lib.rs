//! Feed-forward nets fitted under bounds by derivative-free search.
//!
//! [`MeanSquaredError`] makes a [`netcore`] network and its data an objective for every solver of [`search`].
//! [`fit`] runs a solver and returns the fitted network. For a network that never falls when an input rises,
//! [`nonnegative_weights`](Fit::nonnegative_weights) bounds the weights; [`nonnegative`](Fit::nonnegative)
//! bounds the biases as well, as the MATLAB recipe does.
//!
//! ```
//! use netcore::{Network, Table, Target};
//! use search::Budget;
//!
//! let iris = concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets/iris.csv");
//! let table = Table::read(iris, &Target::named("species"))?;
//! let mut network = Network::feedforward(&[4], table.inputs(), table.targets())?;
//! network.set_parameters(&mse::recipe_start(network.topology(), 1))?;
//!
//! let fitted = mse::fit(&network, &table).nonnegative().budget(Budget::evaluations(500)).run()?;
//! assert!(fitted.mse() < fitted.mse_before());
//! assert!(fitted.network.parameters().iter().all(|&weight| weight >= 0.0));
//! let accuracy = mse::Confusion::of(&fitted.network, &table)?.accuracy();
//! assert!((0.0..=1.0).contains(&accuracy));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | subject | items |
//! |---|---|
//! | the objective | [`MeanSquaredError`] with its gradient, one weight at a time, and by [`VariableProjection`] |
//! | fits | [`fit`], [`Fit`], [`Fitted`], [`Outputs`], [`fit_options`], [`recipe_start`], [`nonnegative_weights`] |
//! | answers | [`classify`], [`Confusion`], [`monotonicity`] |

mod classes;
mod error;
mod fit;
mod gradient;
mod incremental;
mod monotone;
mod objective;
mod projection;
mod residual;
mod rows;
mod start;

pub use classes::{Confusion, classify};
pub use error::Error;
pub use fit::{Fit, Fitted, Outputs, fit, fit_options, nonnegative_weights};
pub use monotone::{Fall, Monotonicity, monotonicity};
pub use objective::MeanSquaredError;
pub use projection::VariableProjection;
pub use start::recipe_start;
