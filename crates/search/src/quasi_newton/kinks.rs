//! Signs of kinks in the values and slopes along the path.

use serde::{Deserialize, Serialize};

use crate::hybrid::KINK;

/// The weight of the latest departure in the mean.
const LATEST: f64 = 0.3;

/// The fewest departures that tell.
const FEWEST: u32 = 3;

/// The mean departure of the last steps, in which later ones weigh more.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Departures {
    mean: f64,
    count: u32,
}

impl Departures {
    /// Takes that of a step, at most 1.
    pub(super) fn take(&mut self, departure: f64) {
        if departure.is_finite() {
            self.mean += LATEST * (departure.min(1.0) - self.mean);
            self.count += 1;
        }
    }

    /// Whether they are those of a function with kinks.
    pub(super) fn show_kinks(&self) -> bool {
        self.count >= FEWEST && self.mean > KINK
    }
}

#[cfg(test)]
mod tests {
    use super::Departures;

    #[test]
    fn kinks_show_after_three_departures_of_a_twentieth_in_the_mean() {
        let after = |departures: &[f64]| {
            let mut all = Departures::default();
            departures.iter().for_each(|departure| all.take(*departure));
            all.show_kinks()
        };
        assert!(!after(&[0.5, 0.5]) && after(&[0.5, 0.5, 0.5]) && after(&[f64::NAN, 0.5, 0.5, 0.5]));
        // 0.3 (0.49 · 0.1 + 0.7 · 0.1 + 0.1) = 0.0657, and 0.3 (0.49 + 0.7 + 1) times 0.07 is 0.046.
        assert!(after(&[0.1, 0.1, 0.1]) && !after(&[0.07, 0.07, 0.07]));
        // One that is infinite says nothing, and one above 1 counts as 1.
        assert!(!after(&[f64::INFINITY, 9.0]) && !after(&[9.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]));
    }
}
