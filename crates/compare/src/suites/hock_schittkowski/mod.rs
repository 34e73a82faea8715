//! The problems of Hock and Schittkowski.

mod bounds;
mod five_variables;
mod four_variables;
mod linear;
mod many_variables;
mod networks;
mod nonlinear;
mod six_to_eight_variables;
mod two_and_three_variables;

pub use bounds::hock_schittkowski;
pub use linear::linear_constraints;
pub use nonlinear::hock_schittkowski_nonlinear;

use crate::Case;

/// All problems of Hock & Schittkowski (1981, "Test examples for nonlinear programming codes", Lecture Notes in
/// Economics and Mathematical Systems 187) with constraints beyond bounds that are certified here, in the order of
/// their numbers, with the starts and bounds of the book. The book's linear constraints are rows, and its
/// `g(x) >= 0` is `-g(x) <= 0`. Some starts lie outside the bounds and many are not feasible.
pub fn hock_schittkowski_constrained() -> Vec<Case<'static>> {
    let whole = |case: &Case<'_>| !["hs14", "hs22", "hs42", "hs113"].contains(&case.name());
    let mut cases: Vec<Case<'static>> = linear_constraints();
    cases.extend(hock_schittkowski_nonlinear().into_iter().filter(whole));
    cases.extend(two_and_three_variables::problems());
    cases.extend(four_variables::problems());
    cases.extend(five_variables::problems());
    cases.extend(six_to_eight_variables::problems());
    cases.extend(networks::problems());
    cases.extend(many_variables::problems());
    cases.sort_by_key(number);
    cases
}

/// The number of a problem in the book.
fn number(case: &Case<'_>) -> u32 {
    case.name()["hs".len()..].parse().expect("hs and a number")
}
