//! One search of a training: its objective, its solver, and its place in the journal.

use std::sync::Arc;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
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
        let options =
            format!("{} {:?} {:?} {:?}", frame.topology, self.method, self.early_stopping, self.iterations);
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
        let (quasi_newton, coordinate);
        let minimizer: &dyn Minimizer = if self.uses_slopes() {
            let max_iterations = self.iterations.unwrap_or_else(|| iterations(risk.samples()));
            let function_tolerance = self.function_tolerance();
            quasi_newton = ProjectedQuasiNewton {
                max_iterations,
                function_tolerance,
                ..ProjectedQuasiNewton::default()
            };
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

/// From how many samples on a search begins with a part of them, and how many these are. (Byrd, Chin, Nocedal & Wu
/// 2012, "Sample size selection in optimization methods for machine learning".)
const MANY: usize = 20_000;
const PART: usize = 10_000;
/// Samples over which all iterations together sweep, if there are many.
const SWEPT: u64 = 10_000_000;

/// The most iterations of a search over this many samples. Of many samples the last iterations cost most and gain
/// least: far less than the error that the samples themselves leave.
fn iterations(samples: usize) -> u64 {
    if samples <= MANY { 1000 } else { (SWEPT / samples as u64).max(50) }
}

/// The part of the value below which a decrease counts as none, for nets with hidden units. From here on their value
/// falls slowly and for long, but not their error on other samples (`docs/nets-for-tables.md`).
const SMALL_DECREASE: f64 = 1e-6;

impl Training {
    /// Linear nets have one minimum, and reach it in a few iterations more.
    fn function_tolerance(&self) -> f64 {
        let linear = self.size.hidden.is_empty();
        if linear { ProjectedQuasiNewton::default().function_tolerance } else { SMALL_DECREASE }
    }

    /// The samples with which a search begins, if it does not begin with all.
    pub(super) fn sketch(&self, samples: usize) -> Option<Vec<usize>> {
        if samples <= MANY || !self.uses_slopes() {
            return None;
        }
        let mut part: Vec<usize> = (0..samples).collect();
        part.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(self.seed));
        part.truncate(PART);
        part.sort_unstable();
        Some(part)
    }

    fn uses_slopes(&self) -> bool {
        match self.method {
            Method::Automatic => self.loss.has_slopes(),
            Method::QuasiNewton => true,
            Method::Coordinate => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Method, Training, iterations};
    use crate::Size;

    #[test]
    fn more_than_20_000_samples_have_fewer_iterations_and_never_less_than_50() {
        assert_eq!([2, 20_000, 40_000, 100_000, 9_000_000].map(iterations), [1000, 1000, 250, 100, 50]);
    }

    #[test]
    fn nets_with_hidden_units_end_at_a_larger_decrease_than_linear_ones() {
        let with = |hidden| Training { size: Size { hidden, penalty: 0.0 }, ..Training::numbers() };
        assert_eq!(with(vec![]).function_tolerance(), 1e-9);
        assert_eq!(with(vec![8]).function_tolerance(), 1e-6);
    }

    #[test]
    fn many_samples_are_sketched_by_the_seed() {
        let training = Training::numbers();
        assert_eq!(training.sketch(20_000), None);
        let part = training.sketch(20_001).unwrap();
        assert_eq!((part.len(), part.windows(2).all(|pair| pair[0] < pair[1])), (10_000, true));
        assert_eq!(training.sketch(20_001).unwrap(), part);
        assert_ne!(Training { seed: 1, ..training.clone() }.sketch(20_001).unwrap(), part);
        // One weight at a time is not a search in many iterations.
        assert_eq!(Training { method: Method::Coordinate, ..training }.sketch(20_001), None);
    }
}
