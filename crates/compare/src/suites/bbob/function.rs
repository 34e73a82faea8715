//! A function of BBOB, by its number.

use nalgebra::DVector;

use super::draw::Draw;
use super::{multimodal, peaks, unimodal};

/// `f(x) - f_opt`.
type Above = Box<dyn Fn(&DVector<f64>) -> f64 + Send + Sync>;

/// An instance without its least value.
pub(super) struct Shape {
    pub(super) minimizer: DVector<f64>,
    above: Above,
}

impl Shape {
    pub(super) fn new(
        minimizer: DVector<f64>,
        above: impl Fn(&DVector<f64>) -> f64 + Send + Sync + 'static,
    ) -> Self {
        Shape { minimizer, above: Box::new(above) }
    }
}

/// Makes an instance of a function.
type Make = fn(Draw) -> Shape;

/// The names of the functions, and what makes them, in their order.
const FUNCTIONS: [(&str, Make); BbobFunction::COUNT] = [
    ("sphere", unimodal::sphere),
    ("separable-ellipsoid", unimodal::separable_ellipsoid),
    ("separable-rastrigin", multimodal::separable_rastrigin),
    ("bueche-rastrigin", multimodal::bueche_rastrigin),
    ("linear-slope", unimodal::linear_slope),
    ("attractive-sector", unimodal::attractive_sector),
    ("step-ellipsoid", unimodal::step_ellipsoid),
    ("rosenbrock", unimodal::rosenbrock),
    ("rotated-rosenbrock", unimodal::rotated_rosenbrock),
    ("ellipsoid", unimodal::ellipsoid),
    ("discus", unimodal::discus),
    ("bent-cigar", unimodal::bent_cigar),
    ("sharp-ridge", unimodal::sharp_ridge),
    ("different-powers", unimodal::different_powers),
    ("rastrigin", multimodal::rastrigin),
    ("weierstrass", multimodal::weierstrass),
    ("schaffers", multimodal::schaffers),
    ("schaffers-ill-conditioned", multimodal::ill_conditioned_schaffers),
    ("griewank-rosenbrock", multimodal::griewank_rosenbrock),
    ("schwefel", multimodal::schwefel),
    ("gallagher-101", peaks::gallagher_101),
    ("gallagher-21", peaks::gallagher_21),
    ("katsuura", multimodal::katsuura),
    ("lunacek", multimodal::lunacek),
];

/// An instance of a noiseless function of BBOB ([`bbob`](super::bbob) names the source), defined everywhere.
///
/// Instances are those of COCO: the same optimal point, rotations and least value for the same number.
///
/// ```
/// use compare::suites::BbobFunction;
///
/// // `‖x - x_opt‖² + f_opt`
/// let sphere = BbobFunction::new(1, 1, 2);
/// assert_eq!(sphere.least(), 79.48);
/// assert!((sphere.minimizer()[0] - 0.2528).abs() < 1e-12);
/// let mut beside = sphere.minimizer().to_vec();
/// beside[1] += 2.0;
/// assert!((sphere.value(&beside) - 83.48).abs() < 1e-12);
/// ```
pub struct BbobFunction {
    least: f64,
    shape: Shape,
}

impl BbobFunction {
    /// How many functions there are.
    pub const COUNT: usize = 24;

    /// The instance of a function, whose number is from 1, with n coordinates.
    ///
    /// # Panics
    /// If there is no such function, or with fewer than two coordinates.
    pub fn new(number: usize, instance: u64, n: usize) -> Self {
        assert!(n >= 2, "at least two coordinates, not {n}");
        let (_, shape) = FUNCTIONS[number - 1];
        let draw = Draw::of(number, instance, n);
        BbobFunction { least: draw.least(), shape: shape(draw) }
    }

    /// The name of a function.
    ///
    /// # Panics
    /// If there is no such function.
    pub fn name_of(number: usize) -> &'static str {
        FUNCTIONS[number - 1].0
    }

    /// The optimal point.
    pub fn minimizer(&self) -> &[f64] {
        self.shape.minimizer.as_slice()
    }

    /// The least value `f_opt`.
    pub fn least(&self) -> f64 {
        self.least
    }

    /// `f(x)`
    pub fn value(&self, x: &[f64]) -> f64 {
        self.above_least(x) + self.least
    }

    /// `f(x) - f_opt`, with more digits near the optimal point.
    pub fn above_least(&self, x: &[f64]) -> f64 {
        (self.shape.above)(&DVector::from_column_slice(x))
    }
}
