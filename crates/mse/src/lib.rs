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
//! // Nine of Fisher's irises; `Table::read` reads a file.
//! let irises = "petal_length,petal_width,species\n\
//!     1.4,0.2,setosa\n1.3,0.2,setosa\n1.7,0.4,setosa\n\
//!     4.7,1.4,versicolor\n4.5,1.5,versicolor\n4.9,1.5,versicolor\n\
//!     6.0,2.5,virginica\n5.1,1.9,virginica\n5.9,2.1,virginica\n";
//! let table = Table::from_reader("irises", irises.as_bytes(), &Target::named("species"))?;
//! let mut network = Network::feedforward(&[2], table.inputs(), table.targets())?;
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
//! | the objective | [`MeanSquaredError`] with its gradient, one weight at a time, and by [`VariableProjection`]; [`Regularized`], [`CrossEntropy`] |
//! | fits | [`fit`], [`Fit`], [`Fitted`], [`Outputs`], [`fit_options`], [`recipe_start`], [`nonnegative_weights`] |
//! | training for new data | [`Training`], [`Samples`], [`Size`], [`Loss`], [`Link`], [`EarlyStopping`], [`FitJournal`]; [`Constraint`]; [`cross_validate`], [`folds`]; [`ProjectedQuasiNewton`] |
//! | from a table to a model | [`Modelling`], [`Modelled`], [`default_sizes`], [`directions`], [`claims`] |
//! | answers | [`classify`], [`Confusion`], [`Scores`], [`monotonicity`], [`prove`] |
//! | MATLAB's sets | [`divideblock`], [`dividerand`] |
//! | reports | [`html_report`], [`Reliability`], [`partial_dependence`] |

mod classes;
mod constraint;
mod cross_entropy;
mod dependence;
mod division;
mod error;
mod fit;
mod gradient;
mod incremental;
mod journal;
mod least_squares;
mod loss;
mod modelling;
mod monotone;
mod objective;
mod projection;
mod quasi_newton;
mod regularized;
mod reliability;
mod report;
mod residual;
mod risk;
mod rows;
mod samples;
mod scores;
mod start;
mod training;
mod validation;

pub use classes::{Confusion, classify};
pub use constraint::{Constraint, nonnegative_weights};
pub use cross_entropy::CrossEntropy;
pub use dependence::{DependenceValues, PartialDependence, partial_dependence};
pub use division::{Division, Ratios, divideblock, dividerand};
pub use error::Error;
pub use fit::{Fit, Fitted, Outputs, Performance, fit, fit_options};
pub use journal::{FitJournal, FitJournalError, FitJournalFault};
pub use loss::{Link, Loss, UserLoss};
pub use modelling::{Claim, HeldOut, Modelled, Modelling, Nonnegative, claims, default_sizes, directions};
pub use monotone::{Counterexample, Monotonicity, Proof, monotonicity, prove};
pub use objective::MeanSquaredError;
pub use projection::VariableProjection;
pub use quasi_newton::ProjectedQuasiNewton;
pub use regularized::Regularized;
pub use reliability::{Bin, Reliability};
pub use report::{html_report, html_report_on};
pub use samples::Samples;
pub use scores::Scores;
pub use start::recipe_start;
pub use training::{EarlyStopping, Method, Size, Trained, Training};
pub use validation::{Candidate, best, cross_validate, folds};
