//! Fitting a network to a table under bounds.

mod fitted;
mod options;
mod performance;

use std::sync::Arc;

use netcore::{Network, Table};
use search::{
    Bounds, Budget, CoordinateSearch, Failure, Journal, Minimizer, Objective, Observer, Problem, Run,
};

use crate::{Error, MeanSquaredError, VariableProjection, nonnegative_weights};

pub use fitted::Fitted;
pub use options::fit_options;
pub use performance::Performance;

/// Begins a fit of a network to a table. By default it starts from the network's own parameters, has no
/// bounds, and uses a [`CoordinateSearch`] with [`fit_options`], one weight at a time.
///
/// A linear output layer can also be solved for at each point of the hidden layers
/// ([`outputs`](Fit::outputs), [`VariableProjection`]). This takes fewer evaluations, but each takes several
/// times longer.
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
    Fit {
        network,
        table,
        bounds: None,
        start: None,
        minimizer: None,
        outputs: Outputs::Searched,
        performance: Performance::default(),
        run: Run::default(),
        observer: None,
    }
}

/// A fit that has not run yet; see [`fit`].
#[must_use = "nothing happens before `run`"]
pub struct Fit<'a> {
    network: &'a Network,
    table: &'a Table,
    bounds: Option<Bounds>,
    start: Option<Vec<f64>>,
    minimizer: Option<&'a dyn Minimizer>,
    outputs: Outputs,
    performance: Performance,
    run: Run,
    observer: Option<&'a mut dyn Observer>,
}

/// How a fit treats a linear output layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outputs {
    /// Searches for its parameters like for all others.
    Searched,
    /// Solves for it, within its bounds, at each point of the hidden layers.
    Solved,
}

impl<'a> Fit<'a> {
    /// Sets zero as lower bound of every weight **and every bias**, as in the MATLAB recipe. The network is
    /// monotone, but its hidden units cannot move to larger inputs, so it fits less well than with
    /// [`nonnegative_weights`](Fit::nonnegative_weights).
    pub fn nonnegative(self) -> Self {
        let n = self.network.topology().parameter_count();
        self.bounds(Bounds::nonnegative(n))
    }

    /// Sets zero as lower bound of every weight, and leaves the biases free. With transfer functions that
    /// never fall, this suffices for a network that never falls when an input rises
    /// ([`monotonicity`](crate::monotonicity) proves it).
    ///
    /// ```
    /// use mse::Monotonicity;
    /// use netcore::{Network, Parameter, Table, Target};
    /// use search::Budget;
    ///
    /// let csv = "x,y\n0,0\n1,0\n2,0\n3,1\n4,2\n";
    /// let table = Table::from_reader("bend.csv", csv.as_bytes(), &Target::last())?;
    /// let mut network = Network::feedforward(&[2], table.inputs(), table.targets())?;
    /// network.set_parameters(&mse::recipe_start(network.topology(), 1))?;
    /// let fitted = mse::fit(&network, &table).nonnegative_weights().budget(Budget::evaluations(2_000)).run()?;
    /// for (parameter, &value) in network.topology().parameters().zip(fitted.network.parameters()) {
    ///     assert!(matches!(parameter, Parameter::Bias { .. }) || value >= 0.0);
    /// }
    /// assert_eq!(mse::monotonicity(&fitted.network, table.inputs())?, [Monotonicity::NonDecreasing]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn nonnegative_weights(self) -> Self {
        let bounds = nonnegative_weights(self.network.topology());
        self.bounds(bounds)
    }

    /// Sets bounds on the flat vector, element by element.
    pub fn bounds(self, bounds: Bounds) -> Self {
        Fit { bounds: Some(bounds), ..self }
    }

    /// Sets the flat vector from which the fit starts, instead of the network's own.
    pub fn start(self, start: Vec<f64>) -> Self {
        Fit { start: Some(start), ..self }
    }

    /// Sets the solver.
    pub fn minimizer(self, minimizer: &'a dyn Minimizer) -> Self {
        Fit { minimizer: Some(minimizer), ..self }
    }

    /// Sets how the output layer is treated; by default it is searched for. If it is solved for, the solver
    /// and the observers see points of the hidden parameters only.
    pub fn outputs(self, outputs: Outputs) -> Self {
        Fit { outputs, ..self }
    }

    /// Sets what is minimized; by default the mean squared error alone.
    ///
    /// ```
    /// use mse::{Performance, ProjectedQuasiNewton, classify};
    /// use netcore::{Network, Table, Target};
    ///
    /// let csv = "x,kind\n0,a\n1,a\n2,b\n3,b\n4,c\n5,c\n";
    /// let table = Table::from_reader("kinds.csv", csv.as_bytes(), &Target::last())?;
    ///
    /// // net = feedforwardnet(2); net.performParam.regularization = 0.1; net = train(net, x, t);
    /// let mut net = Network::feedforward(&[2], table.inputs(), table.targets())?;
    /// net.set_parameters(&mse::recipe_start(net.topology(), 1))?;
    /// let regularized = Performance::Mse { regularization: 0.1 };
    /// let fitted = mse::fit(&net, &table).performance(regularized).run()?;
    /// let msw = fitted.network.parameters().iter().map(|w| w * w).sum::<f64>() / 13.0;
    /// assert!((fitted.outcome.value - (0.9 * fitted.mse() + 0.1 * msw)).abs() < 1e-12);
    ///
    /// // net = patternnet(2); net = train(net, x, t); classes = vec2ind(net(x));
    /// let mut net = Network::patternnet(&[2], table.inputs(), table.targets())?;
    /// net.set_parameters(&mse::recipe_start(net.topology(), 1))?;
    /// let quasi_newton = ProjectedQuasiNewton::default();
    /// let fit = mse::fit(&net, &table).performance(Performance::CrossEntropy).minimizer(&quasi_newton);
    /// let fitted = fit.run()?;
    /// assert_eq!(classify(&fitted.network, table.inputs())?, [0, 0, 1, 1, 2, 2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn performance(self, performance: Performance) -> Self {
        Fit { performance, ..self }
    }

    /// Sets the limits.
    pub fn budget(self, budget: Budget) -> Self {
        Fit { run: Run { budget, ..self.run }, ..self }
    }

    /// Sets the number of threads that evaluate points ahead of their turn; the fit is the same on any
    /// number. (The pattern search changes one weight at a time, on one thread.)
    pub fn on_threads(self, threads: usize) -> Self {
        Fit { run: self.run.on_threads(threads), ..self }
    }

    /// Sets the journal from which the fit can be resumed. Its label should name the data.
    pub fn with_journal(self, journal: Journal) -> Self {
        Fit { run: self.run.with_journal(journal), ..self }
    }

    /// Sets an observer of the run.
    pub fn observer(self, observer: &'a mut dyn Observer) -> Self {
        Fit { observer: Some(observer), ..self }
    }

    /// Runs the fit.
    ///
    /// # Errors
    /// [`Error::Network`] for a start of the wrong length or a table that does not match the network;
    /// [`Error::Search`] for bounds of the wrong length, a budget without evaluations, or if the network had
    /// no finite error at any point; [`Error::NotLinear`] if the output layer is to be solved for and is not
    /// linear; [`Error::Training`] for a performance out of range, not of this network, or not the mean squared error
    /// alone where the output layer is solved for.
    pub fn run(self) -> Result<Fitted, Error> {
        let Fit { network, table, bounds, start, minimizer, outputs, performance, mut run, observer } = self;
        let error = Arc::new(MeanSquaredError::new(network, table.inputs(), table.targets())?);
        let objective = performance.objective(network, table, &error)?;
        let start = start.unwrap_or_else(|| network.parameters().to_vec());
        network.topology().check_parameters(&start)?;
        let bounds = bounds.unwrap_or_else(|| Bounds::free(start.len()));
        let mse_before = at_projection(&error, &start, &bounds).unwrap_or(f64::INFINITY);

        let by_default = CoordinateSearch::new(fit_options(network.topology()))?;
        let hidden = error.hidden_parameters();
        let minimizer = minimizer.unwrap_or(&by_default);
        let mut nobody = ();
        let observer = observer.unwrap_or(&mut nobody);
        if let Some(journal) = &mut run.journal {
            // The part that the solver's own settings do not contain.
            journal.label += &format!("; {} arithmetic", netcore::instructions());
            if performance != Performance::default() {
                journal.label += &format!("; {performance:?}");
            }
            if outputs == Outputs::Solved {
                journal.label += &format!("; output layer solved within {bounds:?}");
            }
        }
        let outcome = match outputs {
            Outputs::Searched => {
                let problem = Problem::shared(objective, start)?.bounded(bounds)?;
                minimizer.run(&problem, &run, observer)?
            }
            Outputs::Solved => {
                performance.check_solved()?;
                let projection = Arc::new(VariableProjection::new(Arc::clone(&error), &bounds)?);
                let bounds =
                    Bounds::new(bounds.lower()[..hidden].to_vec(), bounds.upper()[..hidden].to_vec())?;
                let problem = Problem::shared(
                    Arc::clone(&projection) as Arc<dyn Objective + '_>,
                    start[..hidden].to_vec(),
                )?
                .bounded(bounds)?;
                let mut outcome = minimizer.run(&problem, &run, observer)?;
                outcome.x = projection.complete(&outcome.x).map_err(|failure| Error::Unsolved { failure })?;
                outcome
            }
        };
        let mut network = network.clone();
        network.set_parameters(&outcome.x)?;
        let mse = if performance == Performance::default() {
            outcome.value
        } else {
            error.value(&outcome.x).unwrap_or(f64::INFINITY)
        };
        Ok(Fitted { network, outcome, mse, mse_before })
    }
}

/// The error at the start of a fit, projected onto the bounds.
fn at_projection(objective: &MeanSquaredError, start: &[f64], bounds: &Bounds) -> Result<f64, Failure> {
    let mut start = start.to_vec();
    if bounds.dimension() == start.len() {
        bounds.project(&mut start);
    }
    objective
        .value(&start)
        .and_then(|value| if value.is_finite() { Ok(value) } else { Err(Failure::NotFinite(value)) })
}
