//! Fitting a network to a table under bounds.

use std::sync::Arc;

use netcore::{Network, Table};
use search::{Bounds, Budget, Journal, Minimizer, Observer, Outcome, PatternSearch, Problem, Run};

use crate::{Error, MeanSquaredError};

/// Begins a fit of a network to a table: by default from the network's own parameters, without
/// bounds, by a pattern search with MATLAB's defaults.
///
/// ```
/// use netcore::{Network, Table, Target};
/// use search::Budget;
///
/// let csv = "x,y\n0,0\n1,1\n2,4\n3,9\n";
/// let table = Table::from_reader("squares.csv", csv.as_bytes(), &Target::last())?;
/// let mut network = Network::feedforward(&[2], table.inputs(), table.targets())?;
/// network.set_parameters(&mse::recipe_start(network.topology(), 1))?;
///
/// let fitted = mse::fit(&network, &table).nonnegative().budget(Budget::evaluations(2_000)).run()?;
/// assert!(fitted.mse() < fitted.mse_before());
/// assert!(fitted.network.parameters().iter().all(|&w| w >= 0.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fit<'a>(network: &'a Network, table: &'a Table) -> Fit<'a> {
    Fit { network, table, bounds: None, start: None, minimizer: None, run: Run::default(), observer: None }
}

/// A fit about to be run; see [`fit`].
#[must_use = "nothing happens before `run`"]
pub struct Fit<'a> {
    network: &'a Network,
    table: &'a Table,
    bounds: Option<Bounds>,
    start: Option<Vec<f64>>,
    minimizer: Option<&'a dyn Minimizer>,
    run: Run,
    observer: Option<&'a mut dyn Observer>,
}

/// A fitted network and how it came about.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The network with the best parameters found.
    pub network: Network,
    /// The run: its value is the mean squared error.
    pub outcome: Outcome,
}

impl Fitted {
    /// Mean squared error after the fit, in squared units of the target.
    pub fn mse(&self) -> f64 {
        self.outcome.value
    }

    /// Mean squared error at the start; infinite if the network had none there.
    pub fn mse_before(&self) -> f64 {
        self.outcome.start_value
    }
}

impl<'a> Fit<'a> {
    /// Zero as lower bound of every weight and bias: with transfer functions that never fall, a
    /// network that never falls when an input rises.
    pub fn nonnegative(self) -> Self {
        let n = self.network.topology().parameter_count();
        self.bounds(Bounds::nonnegative(n))
    }

    /// Bounds on the flat vector, element by element.
    pub fn bounds(self, bounds: Bounds) -> Self {
        Fit { bounds: Some(bounds), ..self }
    }

    /// The flat vector to start from instead of the network's own.
    pub fn start(self, start: Vec<f64>) -> Self {
        Fit { start: Some(start), ..self }
    }

    /// The solver.
    pub fn minimizer(self, minimizer: &'a dyn Minimizer) -> Self {
        Fit { minimizer: Some(minimizer), ..self }
    }

    /// The limits.
    pub fn budget(self, budget: Budget) -> Self {
        Fit { run: Run { budget, ..self.run }, ..self }
    }

    /// Threads that evaluate points ahead of their turn; the fit is the same on any number.
    pub fn on_threads(self, threads: usize) -> Self {
        Fit { run: self.run.on_threads(threads), ..self }
    }

    /// The journal from which the fit can be resumed. Its label should name the data.
    pub fn with_journal(self, journal: Journal) -> Self {
        Fit { run: self.run.with_journal(journal), ..self }
    }

    /// Who watches the run.
    pub fn observer(self, observer: &'a mut dyn Observer) -> Self {
        Fit { observer: Some(observer), ..self }
    }

    /// Runs the fit.
    ///
    /// # Errors
    /// [`Error::Network`] for a start of the wrong length or a table that does not suit the network;
    /// [`Error::Search`] for bounds of the wrong length, a budget of no evaluation, or if the network
    /// had no finite error at any point.
    pub fn run(self) -> Result<Fitted, Error> {
        let Fit { network, table, bounds, start, minimizer, run, observer } = self;
        let objective = MeanSquaredError::new(network, table.inputs(), table.targets())?;
        let start = start.unwrap_or_else(|| network.parameters().to_vec());
        network.topology().check_parameters(&start)?;
        let mut problem = Problem::shared(Arc::new(objective), start)?;
        if let Some(bounds) = bounds {
            problem = problem.bounded(bounds)?;
        }
        let default = PatternSearch::default();
        let minimizer = minimizer.unwrap_or(&default);
        let outcome = minimizer.run(&problem, &run, observer.unwrap_or(&mut ()))?;
        let mut network = network.clone();
        network.set_parameters(&outcome.x)?;
        Ok(Fitted { network, outcome })
    }
}
