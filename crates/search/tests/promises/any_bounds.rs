//! Random bounds for property tests.

use proptest::prelude::*;

/// Bounds of every kind for one coordinate: free, one-sided, two-sided, fixed.
pub(crate) fn bound() -> impl Strategy<Value = (f64, f64)> {
    let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
    prop_oneof![
        Just((low, high)),
        (-3.0_f64..3.0).prop_map(move |b| (b, high)),
        (-3.0_f64..3.0).prop_map(move |b| (low, b)),
        (-3.0_f64..3.0, 0.0_f64..3.0).prop_map(|(b, width)| (b, b + width)),
        (-3.0_f64..3.0).prop_map(|b| (b, b)),
    ]
}
