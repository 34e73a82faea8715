//! A limit on the memory of a solver: a problem that needs more is rejected in advance, since running out of memory
//! aborts the whole program.

use crate::Error;

/// The most bytes that a solver may allocate: 4 GiB.
const MOST: f64 = (1_u64 << 32) as f64;

/// Rejects a problem for which a solver would need too much memory; `numbers` is the count of its floating-point
/// numbers.
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
