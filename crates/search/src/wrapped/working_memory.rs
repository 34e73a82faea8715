//! How much memory a solver may take: one that needs more is refused before it takes any, since to be out of memory ends the
//! whole program.

use crate::Error;

/// The most bytes that a solver may take for itself: 4 GiB.
const MOST: f64 = (1_u64 << 32) as f64;

/// Refuses a problem of so many coordinates for a solver that would work with so many numbers, if that is too many.
pub(crate) fn admit(solver: impl FnOnce() -> String, coordinates: usize, numbers: f64) -> Result<(), Error> {
    let bytes = numbers * size_of::<f64>() as f64;
    if bytes <= MOST {
        return Ok(());
    }
    let gibibytes = |bytes: f64| bytes / (1_u64 << 30) as f64;
    Err(Error::WorkingMemory {
        solver: solver(),
        coordinates,
        needed: gibibytes(bytes),
        most: gibibytes(MOST),
    })
}

#[cfg(test)]
mod tests {
    use super::admit;

    #[test]
    fn more_than_four_gibibytes_are_refused_with_both_figures() {
        let name = || "nelder-mead".to_owned();
        let at_most = (1_u64 << 29) as f64;
        assert!(admit(name, 20_000, at_most).is_ok());
        assert_eq!(
            admit(name, 100_000, 4e10).unwrap_err().to_string(),
            "nelder-mead would need about 298 GiB of memory for 100000 coordinates; expected at most 4 GiB"
        );
    }
}
