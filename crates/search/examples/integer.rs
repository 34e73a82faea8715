//! A beam of least weight: a whole number of boards, of a thickness that is sold in halves, of any length.
//!
//! ```text
//! cargo run --release --example integer
//! ```

fn main() -> Result<(), search::Error> {
    let weight = |x: &[f64]| {
        let (boards, thickness, length) = (x[0], x[1], x[2]);
        boards * thickness * length + 100.0 / (boards * thickness * thickness) + 20.0 / length
    };
    let outcome = search::minimize(weight, [4.0, 4.0, 1.0])
        .within([1.0, 0.5, 0.5], [9.0, 9.0, 9.0])
        .granular([1.0, 0.5, 0.0])
        .run()?;

    println!("{outcome}");
    println!("{} boards, {} thick, {:.3} long", outcome.x[0], outcome.x[1], outcome.x[2]);
    Ok(())
}
