//! The vector types that are accepted as points.

/// A vector with one number for each coordinate, such as a start, bounds, granularities, or a row of linear
/// constraints.
///
/// Arrays and vectors, owned or borrowed, and slices implement it. So do `ndarray`'s one-dimensional arrays
/// and views with the feature `ndarray` (0.17), and `nalgebra`'s column vectors and views with the feature
/// `nalgebra` (0.35). Other types need one method:
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
    /// Returns the numbers, one for each coordinate.
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
