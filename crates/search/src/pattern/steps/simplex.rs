//! Nelder and Mead's simplex as a search step, with the usual coefficients 1, 2, 1/2, 1/2 (Lagarias, Reeds, Wright &
//! Wright 1998, "Convergence properties of the Nelder-Mead simplex method in low dimensions", section 2).

use super::Probe;
use crate::Stop;

/// The simplex is small if no edge from its best vertex is longer than this fraction of the poll step.
const SMALL_SIMPLEX: f64 = 1e-4;

struct Vertex {
    x: Vec<f64>,
    value: f64,
}

pub(super) fn search(probe: &mut Probe<'_, '_>, most: u64) -> Result<(), Stop> {
    let first = first_simplex(probe);
    let vertices = first.len() as u64 + 1;
    if first.is_empty() || most < vertices {
        return Ok(());
    }
    let mut left = most - first.len() as u64;
    let mut simplex = vec![Vertex { x: probe.incumbent().to_vec(), value: probe.incumbent_value() }];
    simplex.extend(evaluated(first, probe)?);
    loop {
        // The sort is stable: of equals, the older vertex ranks first.
        simplex.sort_by(|a, b| a.value.total_cmp(&b.value));
        // A failed step takes two evaluations and shrinks all vertices but one.
        if left < vertices + 1 || is_small(&simplex, probe.reach()) {
            return Ok(());
        }
        left -= step(&mut simplex, probe)?;
    }
}

/// Returns a vertex one poll step from the incumbent along each coordinate that has room, inwards at a bound.
fn first_simplex(probe: &Probe<'_, '_>) -> Vec<Vec<f64>> {
    let (x, bounds) = (probe.incumbent(), probe.bounds());
    let beside = |(i, &step): (usize, &f64)| {
        let mut vertex = x.to_vec();
        vertex[i] = bounds.stepped_inside(i, x[i], step);
        (vertex[i] != x[i] && vertex[i].is_finite()).then_some(vertex)
    };
    probe.reach().iter().enumerate().filter_map(beside).collect()
}

fn evaluated(points: Vec<Vec<f64>>, probe: &mut Probe<'_, '_>) -> Result<Vec<Vertex>, Stop> {
    let values = probe.values(&points)?;
    Ok(points.into_iter().zip(values).map(|(x, value)| Vertex { x, value }).collect())
}

fn is_small(simplex: &[Vertex], reach: &[f64]) -> bool {
    let best = &simplex[0].x;
    let is_near = |x: &[f64]| (0..x.len()).all(|i| (x[i] - best[i]).abs() <= SMALL_SIMPLEX * reach[i]);
    simplex[1..].iter().all(|vertex| is_near(&vertex.x))
}

/// Replaces the worst vertex of a sorted simplex, or shrinks it towards the best. Returns the number of evaluations.
fn step(simplex: &mut [Vertex], probe: &mut Probe<'_, '_>) -> Result<u64, Stop> {
    let last = simplex.len() - 1;
    let (best, second_worst, worst) = (simplex[0].value, simplex[last - 1].value, simplex[last].value);
    let centroid: Vec<f64> = (0..simplex[0].x.len())
        .map(|i| simplex[..last].iter().map(|vertex| vertex.x[i] / last as f64).sum())
        .collect();
    let from = simplex[last].x.clone();
    // The worst vertex is at 1, the centroid at 0, the reflected point at -1.
    let mut at = |position: f64| -> Result<Vertex, Stop> {
        let mut x: Vec<f64> = centroid.iter().zip(&from).map(|(c, x)| c + position * (x - c)).collect();
        probe.bounds().project(&mut x);
        let value = probe.value(&x)?;
        Ok(Vertex { x, value })
    };
    let reflected = at(-1.0)?;
    if reflected.value < second_worst && reflected.value >= best {
        simplex[last] = reflected;
        return Ok(1);
    }
    if reflected.value < best {
        let expanded = at(-2.0)?;
        simplex[last] = if expanded.value < reflected.value { expanded } else { reflected };
        return Ok(2);
    }
    let contracted = at(if reflected.value < worst { -0.5 } else { 0.5 })?;
    if contracted.value < worst.min(reflected.value) {
        simplex[last] = contracted;
        return Ok(2);
    }
    let (best, others) = simplex.split_first_mut().expect("a simplex has vertices");
    let halfway = |vertex: &Vertex| best.x.iter().zip(&vertex.x).map(|(a, b)| 0.5 * a + 0.5 * b).collect();
    let shrunk = evaluated(others.iter().map(halfway).collect(), probe)?;
    others.iter_mut().zip(shrunk).for_each(|(vertex, shrunk)| *vertex = shrunk);
    Ok(2 + others.len() as u64)
}

#[cfg(test)]
mod tests;
