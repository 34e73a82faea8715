//! The choice of a size.

use crate::validation::{Candidate, best, cross_validate};
use crate::{Error, Samples, Size, Trained, Training};

/// The sizes that are tried by default: no hidden layer, or one of 8 units, each with the penalties 0.001,
/// 0.003, 0.01, 0.03 and 0.1.
pub fn default_sizes() -> Vec<Size> {
    let penalties = [0.001, 0.003, 0.01, 0.03, 0.1];
    let hidden = [Vec::new(), vec![8]].into_iter();
    hidden.flat_map(|hidden| penalties.map(|penalty| Size { hidden: hidden.clone(), penalty })).collect()
}

impl Training {
    /// Fits nets of the size that cross-validation prefers among these, or of the only one; returns that size
    /// with the losses of all.
    ///
    /// # Errors
    /// As for [`cross_validate`] and [`Training::run`]; [`Error::Training`] without sizes.
    pub fn run_best(
        &self,
        sizes: &[Size],
        count: usize,
        samples: &Samples,
    ) -> Result<(Trained, Size, Vec<Candidate>), Error> {
        let candidates = match sizes {
            [] => {
                let (value, expected) = ("an empty list".to_owned(), "at least one");
                return Err(Error::Training { argument: "sizes", value, expected });
            }
            [_] => Vec::new(),
            sizes => cross_validate(self, sizes, samples, count)?,
        };
        let size = best(&candidates).map_or(&sizes[0], |candidate| &candidate.size).clone();
        let trained = Training { size: size.clone(), ..self.clone() }.run(samples)?;
        Ok((trained, size, candidates))
    }
}
