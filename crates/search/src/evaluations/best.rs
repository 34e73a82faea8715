//! The best point of all those evaluated, also if the solver has not moved there.

/// The best point by whole evaluations, and one that incremental trials say is better: it takes the other's
/// place once a whole evaluation agrees.
pub(super) struct Best {
    x: Vec<f64>,
    /// Infinite while there is none.
    value: f64,
    tentative: Option<Tentative>,
    /// The least value that observers have been told.
    told: f64,
    /// The tentative point, if that is its place.
    tentative_x: Vec<f64>,
}

#[derive(Debug, Clone, Copy)]
struct Tentative {
    value: f64,
    place: Place,
}

/// Where a tentative point stands: a trial that changes one coordinate is kept without copying all.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Here,
    /// At the centre of the trials.
    Centre,
    /// At the centre, but for one coordinate.
    Beside(usize, f64),
}

impl Best {
    pub(super) fn none_yet(start: &[f64]) -> Self {
        Best::at(start.to_vec(), f64::INFINITY)
    }

    pub(super) fn at(x: Vec<f64>, value: f64) -> Self {
        Best { tentative_x: x.clone(), x, value, tentative: None, told: value }
    }

    /// The same for a new search from here, in the same run.
    pub(super) fn begin_anew(&self, start: &[f64]) -> Self {
        Best { told: self.told, ..Best::none_yet(start) }
    }

    /// Takes a settled point for the best, whatever it was.
    pub(super) fn return_to(&mut self, x: &[f64], value: f64) {
        self.x.copy_from_slice(x);
        (self.value, self.tentative) = (value, None);
    }

    /// The best value so far, be it tentative.
    pub(super) fn value(&self) -> f64 {
        self.tentative.map_or(self.value, |tentative| tentative.value.min(self.value))
    }

    /// Whether a value is news to the observers. A tentative one may have been lower, by rounding, than a whole
    /// evaluation after it.
    pub(super) fn is_news(&mut self, value: f64) -> bool {
        let news = value < self.told;
        self.told = self.told.min(value);
        news
    }

    /// The best point by whole evaluations, and its value.
    pub(super) fn settled(&self) -> (&[f64], f64) {
        (&self.x, self.value)
    }

    /// A whole evaluation was better than all before.
    pub(super) fn set(&mut self, x: &[f64], value: f64) {
        self.x.copy_from_slice(x);
        self.value = value;
        self.tentative = self.tentative.filter(|tentative| tentative.value < value);
    }

    pub(super) fn set_beside_centre(&mut self, i: usize, to: f64, value: f64) {
        self.tentative = Some(Tentative { value, place: Place::Beside(i, to) });
    }

    /// A whole evaluation of the centre.
    pub(super) fn centre_has(&mut self, centre: &[f64], value: f64) {
        if value < self.value {
            self.x.copy_from_slice(centre);
            self.value = value;
        }
        if self.tentative.is_some_and(|tentative| tentative.place == Place::Centre) {
            self.tentative = None;
        }
    }

    /// The centre is about to move along a coordinate.
    pub(super) fn centre_moves(&mut self, centre: &[f64], i: usize, to: f64) {
        match &mut self.tentative {
            Some(tentative) if tentative.place == Place::Beside(i, to) => tentative.place = Place::Centre,
            _ => self.centre_leaves(centre),
        }
    }

    /// The centre is about to go elsewhere: a tentative point is made independent of it.
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
