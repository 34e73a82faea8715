//! One search of a training: its objective, its solver, and its place in the journal.

use std::sync::Arc;

use search::{CoordinateSearch, Minimizer, Objective, Problem, Run, Status};

use super::early::Watch;
use super::frame::Frame;
use super::{Method, Trained, Training};
use crate::journal::Done;
use crate::risk::Risk;
use crate::{Error, ProjectedQuasiNewton, fit_options};

impl Training {
    /// One search from a start, or its result if it is done.
    pub(super) fn search(
        &self,
        frame: &Frame,
        risk: &Arc<Risk>,
        validation: Option<&Risk>,
        start: Vec<f64>,
        trained: &mut Trained,
    ) -> Result<(Vec<f64>, f64), Error> {
        let about = self.journal.as_ref().map_or(0, |_| self.about(frame, risk, validation, &start));
        let known = self.journal.as_ref().map(|journal| journal.next(about)).transpose()?.flatten();
        let done = match known {
            Some(done) => done,
            None => {
                let (done, cancelled) = self.searched(frame, risk, validation, start, about)?;
                trained.cancelled |= cancelled;
                if let (Some(journal), false) = (&self.journal, cancelled) {
                    journal.add(&done)?;
                }
                done
            }
        };
        trained.evaluations += done.evaluations;
        Ok((done.x, done.value))
    }

    /// A checksum of all that a search depends on. (A function of one's own is none of it.)
    fn about(&self, frame: &Frame, risk: &Risk, validation: Option<&Risk>, start: &[f64]) -> u32 {
        let options = format!("{} {:?} {:?}", frame.topology, self.method, self.early_stopping);
        let mut sum = crc32fast::Hasher::new();
        sum.update(options.as_bytes());
        for numbers in [start, frame.bounds.lower(), frame.bounds.upper()] {
            numbers.iter().for_each(|number| sum.update(&number.to_le_bytes()));
        }
        [Some(risk), validation].into_iter().flatten().for_each(|risk| risk.add_to(&mut sum));
        sum.finalize()
    }

    /// Runs a search, and says whether it was cancelled. With early stopping the point and its value are those that are
    /// best on the samples held out.
    fn searched(
        &self,
        frame: &Frame,
        risk: &Arc<Risk>,
        validation: Option<&Risk>,
        start: Vec<f64>,
        about: u32,
    ) -> Result<(Done, bool), Error> {
        let gradients = match self.method {
            Method::Automatic => self.loss.has_slopes(),
            Method::QuasiNewton => true,
            Method::Coordinate => false,
        };
        let (quasi_newton, coordinate);
        let minimizer: &dyn Minimizer = if gradients {
            quasi_newton = ProjectedQuasiNewton::default();
            &quasi_newton
        } else {
            coordinate = CoordinateSearch::new(fit_options(&frame.topology))?;
            &coordinate
        };
        let objective: Arc<dyn Objective + '_> = Arc::clone(risk) as _;
        let problem = Problem::shared(objective, start)?.bounded(frame.bounds.clone())?;
        let mut watch = Watch::new(validation, self.early_stopping.as_ref());
        let outcome = minimizer.run(&problem, &Run::within(&self.budget), &mut watch)?;
        let (evaluations, cancelled) = (outcome.counts.evaluations, outcome.status == Status::Cancelled);
        let (x, value) = watch.best().unwrap_or((outcome.x, outcome.value));
        Ok((Done { about, x, value, evaluations }, cancelled))
    }
}
