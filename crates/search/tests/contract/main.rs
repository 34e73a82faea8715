//! What every solver keeps to, and the solvers of other crates.

#[path = "../promises/any_bounds.rs"]
mod any_bounds;
mod minimizers;
#[path = "../promises/pattern_searches.rs"]
mod pattern_searches;
mod peers;
mod solvers;
