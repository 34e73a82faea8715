//! What counts as a point: every kind of vector that a caller may hold.

/// A start, bounds, granularities, a row of linear constraints: whatever is one number for each coordinate.
///
/// Arrays, slices and vectors are points, owned or borrowed. So are `ndarray`'s one-dimensional arrays and views with the
/// feature `ndarray` (0.17), and `nalgebra`'s column vectors and views with the feature `nalgebra` (0.35). A vector type of
/// one's own becomes one in a line.
///
/// ```
/// use search::{IntoPoint, Problem};
///
/// struct Complex { re: f64, im: f64 }
///
/// impl IntoPoint for Complex {
///     fn into_point(self) -> Vec<f64> {
///         vec![self.re, self.im]
///     }
/// }
///
/// let known = vec![3.0, 4.0];
/// assert_eq!(Problem::new(|x| x[0], [3.0, 4.0])?.start(), known);
/// assert_eq!(Problem::new(|x| x[0], &known)?.start(), known);
/// assert_eq!(Problem::new(|x| x[0], &known[..])?.start(), known);
/// assert_eq!(Problem::new(|x| x[0], Complex { re: 3.0, im: 4.0 })?.start(), known);
/// # Ok::<(), search::Error>(())
/// ```
pub trait IntoPoint {
    /// The numbers, one for each coordinate.
    fn into_point(self) -> Vec<f64>;
}

impl IntoPoint for Vec<f64> {
    fn into_point(self) -> Vec<f64> {
        self
    }
}

impl IntoPoint for &Vec<f64> {
    fn into_point(self) -> Vec<f64> {
        self.clone()
    }
}

impl IntoPoint for &[f64] {
    fn into_point(self) -> Vec<f64> {
        self.to_vec()
    }
}

impl IntoPoint for Box<[f64]> {
    fn into_point(self) -> Vec<f64> {
        self.into_vec()
    }
}

impl<const N: usize> IntoPoint for [f64; N] {
    fn into_point(self) -> Vec<f64> {
        self.to_vec()
    }
}

impl<const N: usize> IntoPoint for &[f64; N] {
    fn into_point(self) -> Vec<f64> {
        self.to_vec()
    }
}

#[cfg(feature = "ndarray")]
impl<S: ndarray::Data<Elem = f64>> IntoPoint for ndarray::ArrayBase<S, ndarray::Ix1> {
    fn into_point(self) -> Vec<f64> {
        self.iter().copied().collect()
    }
}

#[cfg(feature = "ndarray")]
impl<S: ndarray::Data<Elem = f64>> IntoPoint for &ndarray::ArrayBase<S, ndarray::Ix1> {
    fn into_point(self) -> Vec<f64> {
        self.iter().copied().collect()
    }
}

#[cfg(feature = "nalgebra")]
impl<D: nalgebra::Dim, S: nalgebra::RawStorage<f64, D>> IntoPoint for nalgebra::Vector<f64, D, S> {
    fn into_point(self) -> Vec<f64> {
        self.iter().copied().collect()
    }
}

#[cfg(feature = "nalgebra")]
impl<D: nalgebra::Dim, S: nalgebra::RawStorage<f64, D>> IntoPoint for &nalgebra::Vector<f64, D, S> {
    fn into_point(self) -> Vec<f64> {
        self.iter().copied().collect()
    }
}
