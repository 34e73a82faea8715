//! The best point of all those evaluated, also if the solver has not moved there.

/// The best point and its value, infinite while there is none.
pub(super) struct Best {
    /// The point, if that is its place.
    x: Vec<f64>,
    value: f64,
    /// Whether the value is that of a whole evaluation.
    canonical: bool,
    place: Place,
}

/// Where the best point stands: a trial that changes one coordinate is kept without copying all.
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
        Best { x, value, canonical: true, place: Place::Here }
    }

    pub(super) fn value(&self) -> f64 {
        self.value
    }

    pub(super) fn set(&mut self, x: &[f64], value: f64) {
        self.x.copy_from_slice(x);
        (self.value, self.canonical, self.place) = (value, true, Place::Here);
    }

    pub(super) fn set_beside_centre(&mut self, i: usize, to: f64, value: f64) {
        (self.value, self.canonical, self.place) = (value, false, Place::Beside(i, to));
    }

    /// The value at the centre has been computed anew.
    pub(super) fn centre_has(&mut self, value: f64) {
        if self.place == Place::Centre {
            (self.value, self.canonical) = (value, true);
        }
    }

    /// Whether the value is that of a whole evaluation.
    pub(super) fn is_canonical(&self) -> bool {
        self.canonical
    }

    /// The centre is about to move along a coordinate.
    pub(super) fn centre_moves(&mut self, centre: &[f64], i: usize, to: f64) {
        if self.place == Place::Beside(i, to) {
            self.place = Place::Centre;
        } else {
            self.leave(centre);
        }
    }

    /// The point, made independent of the centre, which is about to go elsewhere.
    pub(super) fn leave(&mut self, centre: &[f64]) -> &[f64] {
        if self.place != Place::Here {
            self.x.copy_from_slice(centre);
        }
        if let Place::Beside(i, to) = self.place {
            self.x[i] = to;
        }
        self.place = Place::Here;
        &self.x
    }
}
