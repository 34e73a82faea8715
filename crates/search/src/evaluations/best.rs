//! The best evaluated point, even if the solver has not moved there.

/// The best point by whole evaluations, and a tentative point that is better by an incremental trial. The
/// tentative point replaces the other once a whole evaluation confirms it.
pub(super) struct Best {
    x: Vec<f64>,
    /// Infinite while there is none.
    value: f64,
    /// The residuals there, if they are known.
    residuals: Option<Box<[f64]>>,
    tentative: Option<Tentative>,
    /// The least value reported to observers.
    told: f64,
    /// The tentative point, if its place is [`Place::Here`].
    tentative_x: Vec<f64>,
}

#[derive(Debug, Clone, Copy)]
struct Tentative {
    value: f64,
    place: Place,
}

/// Where the tentative point is stored, so that a trial of one coordinate can be kept without copying the
/// point.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Here,
    /// The centre of the trials.
    Centre,
    /// The centre with one coordinate replaced.
    Beside(usize, f64),
}

impl Best {
    pub(super) fn none_yet(start: &[f64]) -> Self {
        Best::at(start.to_vec(), f64::INFINITY, None)
    }

    pub(super) fn at(x: Vec<f64>, value: f64, residuals: Option<Box<[f64]>>) -> Self {
        Best { tentative_x: x.clone(), x, value, residuals, tentative: None, told: value }
    }

    /// Starts a new search at `start` in the same run.
    pub(super) fn begin_anew(&self, start: &[f64]) -> Self {
        Best { told: self.told, ..Best::none_yet(start) }
    }

    /// Sets the best point to one of an earlier search.
    pub(super) fn return_to(&mut self, x: &[f64], value: f64, residuals: Option<Box<[f64]>>) {
        self.x.copy_from_slice(x);
        (self.value, self.residuals, self.tentative) = (value, residuals, None);
    }

    /// The best value so far, tentative or not.
    pub(super) fn value(&self) -> f64 {
        self.tentative.map_or(self.value, |tentative| tentative.value.min(self.value))
    }

    /// Returns whether a value is below all values reported to observers, and marks it as reported. A later
    /// whole evaluation may exceed a reported tentative value by rounding.
    pub(super) fn is_news(&mut self, value: f64) -> bool {
        let news = value < self.told;
        self.told = self.told.min(value);
        news
    }

    /// The best point by whole evaluations, and its value.
    pub(super) fn settled(&self) -> (&[f64], f64) {
        (&self.x, self.value)
    }

    /// The residuals at the best point by whole evaluations, if they are known.
    pub(super) fn residuals(&self) -> Option<&[f64]> {
        self.residuals.as_deref()
    }

    /// Sets the residuals at the best point.
    pub(super) fn set_residuals(&mut self, residuals: Option<&[f64]>) {
        self.residuals = residuals.map(Box::from);
    }

    /// Sets the best point, after a whole evaluation better than all before.
    pub(super) fn set(&mut self, x: &[f64], value: f64) {
        self.x.copy_from_slice(x);
        (self.value, self.residuals) = (value, None);
        self.tentative = self.tentative.filter(|tentative| tentative.value < value);
    }

    pub(super) fn set_beside_centre(&mut self, i: usize, to: f64, value: f64) {
        self.tentative = Some(Tentative { value, place: Place::Beside(i, to) });
    }

    /// Handles a whole evaluation of the centre.
    pub(super) fn centre_has(&mut self, centre: &[f64], value: f64) {
        if value < self.value {
            self.x.copy_from_slice(centre);
            (self.value, self.residuals) = (value, None);
        }
        if self.tentative.is_some_and(|tentative| tentative.place == Place::Centre) {
            self.tentative = None;
        }
    }

    /// Prepares for a move of the centre along a coordinate.
    pub(super) fn centre_moves(&mut self, centre: &[f64], i: usize, to: f64) {
        match &mut self.tentative {
            Some(tentative) if tentative.place == Place::Beside(i, to) => tentative.place = Place::Centre,
            _ => self.centre_leaves(centre),
        }
    }

    /// Prepares for a move of the centre to any point, by copying a tentative point that depends on it.
    pub(super) fn centre_leaves(&mut self, centre: &[f64]) {
        let Some(tentative) = &mut self.tentative else { return };
        if tentative.place != Place::Here {
            self.tentative_x.copy_from_slice(centre);
        }
        if let Place::Beside(i, to) = tentative.place {
            self.tentative_x[i] = to;
        }
        tentative.place = Place::Here;
    }

    /// Takes the tentative point, if there is one.
    pub(super) fn take_tentative(&mut self, centre: &[f64]) -> Option<&[f64]> {
        self.centre_leaves(centre);
        self.tentative.take().map(|_| self.tentative_x.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::Best;

    #[test]
    fn a_value_is_news_once_and_only_if_it_is_below_all_told_before() {
        let mut best = Best::none_yet(&[0.0]);
        assert_eq!(
            [3.0, 3.0, 4.0, 2.0, 2.5].map(|value| best.is_news(value)),
            [true, false, false, true, false]
        );
        // Another search of the run tells only what is better than all before.
        let mut next = best.begin_anew(&[1.0]);
        assert_eq!([2.0, 1.0].map(|value| next.is_news(value)), [false, true]);
    }
}
