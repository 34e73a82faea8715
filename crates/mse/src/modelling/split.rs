//! The rows held out.

use crate::loss::Link;
use crate::{Error, Samples, folds};

/// The samples to fit and those held out, which are about this share of all.
pub(super) fn split(
    samples: &Samples,
    link: Link,
    share: f64,
    seed: u64,
) -> Result<(Vec<usize>, Vec<usize>), Error> {
    if share == 0.0 {
        return Ok(((0..samples.len()).collect(), Vec::new()));
    }
    let wanted = (share * samples.len() as f64).round();
    if !(share > 0.0 && share < 1.0 && wanted >= 1.0 && wanted < samples.len() as f64) {
        let expected = "0, or a share below 1 that leaves a row on both sides";
        let value = format!("{share} of {} rows", samples.len());
        return Err(Error::Training { argument: "the test share", value, expected });
    }
    // Dealt sample by sample, so that of classes each part has its share of each.
    let single = folds(samples, link, samples.len().max(2), seed)?.concat();
    let held_out = |place: usize| {
        let upto = |place: usize| (place as f64 * wanted / samples.len() as f64).floor();
        upto(place + 1) > upto(place)
    };
    let (tested, fitted): (Vec<_>, Vec<_>) =
        single.into_iter().enumerate().partition(|&(place, _)| held_out(place));
    let sorted = |part: Vec<(usize, usize)>| {
        let mut part: Vec<usize> = part.into_iter().map(|(_, sample)| sample).collect();
        part.sort_unstable();
        part
    };
    Ok((sorted(fitted), sorted(tested)))
}
