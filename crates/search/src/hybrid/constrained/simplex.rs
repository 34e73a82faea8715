//! The nearest point of a simplex.

/// Returns the point nearest to `v` among those whose elements are not negative and have the sum 1: `max(vᵢ - τ, 0)`, with
/// the τ of that sum (Held, Wolfe & Crowder 1974, "Validation of subgradient optimization"). Nothing for nothing.
pub(super) fn onto_simplex(v: &[f64]) -> Vec<f64> {
    let mut sorted = v.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut threshold) = (0.0, 0.0);
    for (k, element) in sorted.iter().enumerate() {
        sum += element;
        let next = (sum - 1.0) / (k + 1) as f64;
        if *element <= next {
            break;
        }
        threshold = next;
    }
    v.iter().map(|element| (element - threshold).max(0.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::onto_simplex;

    #[test]
    fn the_nearest_point_keeps_differences_and_leaves_out_what_is_too_small() {
        assert_eq!(onto_simplex(&[0.25, 0.75]), [0.25, 0.75]);
        // Shifts of all elements change nothing.
        assert_eq!(onto_simplex(&[8.25, 8.75, 4.0]), [0.25, 0.75, 0.0]);
        assert_eq!(onto_simplex(&[3.0, -1.0]), [1.0, 0.0]);
        assert_eq!(onto_simplex(&[0.0; 4]), [0.25; 4]);
        assert_eq!(onto_simplex(&[]), [0.0; 0]);
    }
}
