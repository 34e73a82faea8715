//! A search between two iterations, whichever the algorithm: what a loop of any kind drives.

use serde::{Deserialize, Serialize};

use super::output::Kept;
use super::{Algorithm, Options, SearchStep, classic, coordinate, hybrid};
use crate::{Evaluations, Status, Stop};

/// All that a search knows between two iterations. A loop asks for its [`end`](State::end) before each
/// [`iteration`](State::iterate), which may end it too.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum State {
    Classic(classic::State),
    Coordinate(coordinate::State),
    Hybrid(Box<hybrid::State>),
}

impl State {
    /// Evaluates the start.
    pub(crate) fn at_start(options: &Options, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        Ok(match options.algorithm.decided(evaluations) {
            Algorithm::Coordinate => State::Coordinate(coordinate::State::at_start(options, evaluations)?),
            Algorithm::Hybrid => State::Hybrid(Box::new(hybrid::State::at_start(options, evaluations)?)),
            _ => State::Classic(classic::State::at_start(options, evaluations)?),
        })
    }

    /// The state that the run's journal kept, if it did, and the options that an output function had changed; the
    /// journal's header tells the algorithm.
    pub(super) fn restored(
        options: &mut Options,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Self>, Stop> {
        let (state, changed) = match options.algorithm.decided(evaluations) {
            Algorithm::Coordinate => {
                let Some(Kept { options, state }) = evaluations.restored()? else { return Ok(None) };
                (State::Coordinate(state), options)
            }
            Algorithm::Hybrid => {
                let Some(Kept { options, state }) = evaluations.restored()? else { return Ok(None) };
                (State::Hybrid(state), options)
            }
            _ => {
                let Some(Kept { options, state }) = evaluations.restored()? else { return Ok(None) };
                (State::Classic(state), options)
            }
        };
        if let Some(changed) = changed {
            evaluations.limit(changed.evaluation_limit(evaluations.dimension()), changed.max_time);
            *options = changed;
        }
        Ok(Some(state))
    }

    /// The same in a run that has just begun: its trials are about the point where the search stands.
    pub(crate) fn going_on(self, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        Ok(match self {
            State::Classic(state) => State::Classic(state.going_on(evaluations)?),
            State::Coordinate(state) => State::Coordinate(state.going_on(evaluations)?),
            State::Hybrid(state) => State::Hybrid(state),
        })
    }

    /// Whether the search ends here, and why.
    pub(crate) fn end(
        &mut self,
        options: &Options,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop> {
        match self {
            State::Classic(state) => state.end(options, evaluations),
            State::Coordinate(state) => state.end(options, evaluations),
            State::Hybrid(state) => Ok(state.end(options, evaluations)),
        }
    }

    /// One iteration, which is one row of the trace; or why there is none, or none after it.
    pub(crate) fn iterate(
        &mut self,
        options: &Options,
        step: Option<&dyn SearchStep>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop> {
        match self {
            State::Classic(state) => state.iterate(options, step, evaluations),
            State::Coordinate(state) => state.iterate(options, step, evaluations).map(|()| None),
            State::Hybrid(state) => state.iterate(options, step, evaluations).map(|()| None),
        }
    }

    /// The incumbent, the best point of all descents, and its value.
    pub(super) fn incumbent(&self) -> (&[f64], f64) {
        match self {
            State::Classic(state) => state.incumbent(),
            State::Coordinate(state) => state.incumbent(),
            State::Hybrid(state) => state.incumbent(),
        }
    }

    /// Goes on with other options, as far as they can be changed.
    pub(super) fn adopt(&mut self, options: &Options) {
        match self {
            State::Classic(state) => state.adopt(options),
            // They ask for each of them when they need it.
            State::Coordinate(_) | State::Hybrid(_) => {}
        }
    }

    /// Offers the state to the run's journal, with the options if they may have changed.
    pub(super) fn snapshot(
        &self,
        changed: Option<&Options>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let options = changed.cloned();
        match self {
            State::Classic(state) => evaluations.snapshot(&Kept { options, state }),
            State::Coordinate(state) => evaluations.snapshot(&Kept { options, state }),
            State::Hybrid(state) => evaluations.snapshot(&Kept { options, state }),
        }
    }
}
