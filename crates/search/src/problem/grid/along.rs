//! Steps along a direction that stay on the grid.

/// Largest multiple of a direction, relative to its smallest component, that is tried.
const MOST_MULTIPLE: u32 = 64;

/// A component counts as a whole number of granularities if it differs by less than this.
const WHOLE: f64 = 1e-6;

/// Returns the shortest step along a direction whose coordinates are all whole numbers of granularities, if there is one
/// below a limit. A direction that moves a continuous coordinate has none.
pub(crate) fn shortest_step(direction: &[f64], granularity: &[f64]) -> Option<Vec<f64>> {
    // Not finite for continuous coordinates.
    let in_granularities = |(&part, step): (&f64, &f64)| if part == 0.0 { 0.0 } else { part / step };
    let parts: Vec<f64> = direction.iter().zip(granularity).map(in_granularities).collect();
    let sizes = parts.iter().map(|part| part.abs()).filter(|&size| size > 0.0);
    let smallest = sizes.fold(f64::INFINITY, f64::min);
    let is_whole = |part: f64| (part - part.round()).abs() < WHOLE;
    let multiple = (1..=MOST_MULTIPLE)
        .map(|multiple| f64::from(multiple) / smallest)
        .find(|multiple| parts.iter().all(|part| is_whole(part * multiple)))?;
    Some(parts.iter().zip(granularity).map(|(part, step)| (part * multiple).round() * step).collect())
}

#[cfg(test)]
mod tests {
    use super::shortest_step;

    #[test]
    fn a_step_along_a_direction_is_the_shortest_of_whole_numbers() {
        let integers = [1.0, 1.0];
        assert_eq!(shortest_step(&[0.5, 1.0], &integers), Some(vec![1.0, 2.0]));
        assert_eq!(shortest_step(&[-0.9, 0.6], &integers), Some(vec![-3.0, 2.0]));
        assert_eq!(shortest_step(&[0.0, -0.3], &integers), Some(vec![0.0, -1.0]));
        assert_eq!(shortest_step(&[1.0, 1.0], &[0.5, 2.0]), Some(vec![2.0, 2.0]));
        assert_eq!(shortest_step(&[1.0, 2_f64.sqrt()], &integers), None);
        assert_eq!(shortest_step(&[1.0, 1.0], &[1.0, 0.0]), None);
    }
}
