//! `mapminmax`: published values, the inverse, rows that pass unchanged.

use ndarray::{Array2, array};
use netcore::{Error, MinMax, Scaling};
use proptest::prelude::*;

/// A worked example that circulates with the `mapminmax` page: [1 2 4] -> [-1 -0.3333 1].
#[test]
fn one_two_four_maps_as_published() {
    let x = array![[1.0, 2.0, 4.0]];
    let y = MinMax::fit(&x).unwrap().apply(&x).unwrap();
    let printed: Vec<String> = y.iter().map(|v| format!("{v:.4}")).collect();
    assert_eq!(printed, ["-1.0000", "-0.3333", "1.0000"]);
}

#[test]
fn rows_without_a_finite_range_pass_unchanged() {
    let x = array![[5.0, 5.0], [f64::NAN, 1.0], [1.0, f64::NAN], [-f64::MAX, f64::MAX], [f64::INFINITY, 0.0]];
    let scaling = MinMax::fit(&x).unwrap();
    let y = scaling.apply(&x).unwrap();
    let bits = |m: &Array2<f64>| m.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&y), bits(&x));
    assert_eq!(bits(&scaling.reverse(&x).unwrap()), bits(&x));
    assert_eq!(scaling.reverse_gain().to_vec(), [1.0; 5]);
}

#[test]
fn bad_ranges_and_shapes_are_refused() {
    let x = array![[1.0, 2.0]];
    for (low, high) in [(1.0, 1.0), (1.0, -1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (-f64::MAX, f64::MAX)]
    {
        assert!(matches!(MinMax::fit_to(&x, low, high), Err(Error::Range { .. })), "[{low}, {high}]");
    }
    assert!(matches!(MinMax::fit(&Array2::zeros((2, 0))), Err(Error::NoSamples { .. })));
    let error = MinMax::fit(&x).unwrap().apply(&array![[1.0], [2.0]]).unwrap_err();
    assert!(matches!(error, Error::Shape { given: (2, 1), expected: (1, 1), .. }), "{error}");
}

#[test]
fn only_constant_and_finite_rows_are_removed() {
    let rows =
        array![[5.0, 5.0], [f64::NAN, f64::NAN], [f64::INFINITY, f64::INFINITY], [0.0, 5e-324], [-0.0, 0.0]];
    let scaling = Scaling::fit(&rows).unwrap();
    assert_eq!(scaling.removed().iter().map(|gone| gone.row).collect::<Vec<_>>(), [0, 4]);
    assert_eq!((scaling.rows(), scaling.min_max().len()), (5, 3));
    assert!(scaling.reverse(&rows).is_err() && scaling.apply(&array![[1.0]]).is_err());
}

proptest! {
    /// There and back, and the kept rows as `mapminmax` alone maps them.
    #[test]
    fn constant_rows_are_put_back(rows in prop::collection::vec((-5.0_f64..5.0, any::<bool>()), 1..8)) {
        let value = |(r, s)| { let (value, constant): (f64, bool) = rows[r]; if constant { value } else { value + s as f64 } };
        let data = Array2::from_shape_fn((rows.len(), 4), value);
        let scaling = Scaling::fit(&data).unwrap();
        let kept: Vec<usize> = (0..rows.len()).filter(|&r| !rows[r].1).collect();
        prop_assert_eq!(scaling.kept_rows().collect::<Vec<_>>(), kept.clone());
        let mapped = scaling.apply(&data).unwrap();
        let alone = data.select(ndarray::Axis(0), &kept);
        prop_assert_eq!(&mapped, &MinMax::fit(&alone).unwrap().apply(&alone).unwrap());
        let back = scaling.reverse(&mapped).unwrap();
        for (r, &(_, constant)) in rows.iter().enumerate() {
            for (b, d) in back.row(r).iter().zip(data.row(r)) {
                let same = if constant { b == d } else { (b - d).abs() < 1e-12 };
                prop_assert!(same, "row {r}");
            }
        }
        let json = serde_json::to_string(&scaling).unwrap();
        prop_assert_eq!(serde_json::from_str::<Scaling>(&json).unwrap(), scaling, "{}", json);
    }

    #[test]
    fn the_ends_map_to_the_ends_and_reverse_undoes_apply(
        values in prop::collection::vec(-1e6_f64..1e6, 2..20),
        low in -10.0_f64..0.0,
        width in 0.1_f64..20.0,
    ) {
        let x = Array2::from_shape_vec((1, values.len()), values).unwrap();
        let scaling = MinMax::fit_to(&x, low, low + width).unwrap();
        let y = scaling.apply(&x).unwrap();
        let range = x.fold(f64::NEG_INFINITY, |m, &v| m.max(v)) - x.fold(f64::INFINITY, |m, &v| m.min(v));
        prop_assume!(range > 1e-3);
        for (&mapped, &original) in y.iter().zip(&x) {
            prop_assert!(mapped >= low - 1e-12 && mapped <= low + width + 1e-12);
            let back = scaling.reverse(&array![[mapped]]).unwrap()[[0, 0]];
            prop_assert!((back - original).abs() <= 1e-9 * (1.0 + original.abs()));
        }
    }
}
