use super::least_of_parabola;

#[test]
fn the_least_of_a_parabola_is_where_its_slope_vanishes() {
    // 3 (d - 0.4)² + 1
    let value = |d: f64| 3.0 * (d - 0.4) * (d - 0.4) + 1.0;
    let least = least_of_parabola(value(0.0), value(0.5), value(-0.5), 0.5).unwrap();
    assert!((least - 0.4).abs() < 1e-12);
    // At most two steps away.
    let least = least_of_parabola(value(0.0), value(0.1), value(-0.1), 0.1).unwrap();
    assert_eq!(least, 0.2);
}

#[test]
fn there_is_none_without_curvature_or_without_a_value() {
    assert_eq!(least_of_parabola(0.0, 1.0, -1.0, 1.0), None);
    assert_eq!(least_of_parabola(0.0, -1.0, -2.0, 1.0), None);
    assert_eq!(least_of_parabola(0.0, f64::INFINITY, 1.0, 1.0), None);
}
