//! Evaluations of simplex iterations, and the four moves computed by hand.

use super::{Probe, Vertex, search, step};
use crate::{Budget, Evaluations, Problem};

/// Values without structure, so that steps of every kind fail and shrinking is common.
fn scattered(x: &[f64], seed: u64) -> f64 {
    let mixed = x
        .iter()
        .fold(seed, |mixed, x| (mixed ^ x.to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31));
    (mixed >> 11) as f64
}

fn with_probe<T>(
    f: impl Fn(&[f64]) -> f64 + Send + Sync,
    n: usize,
    act: impl FnOnce(&mut Probe<'_, '_>) -> T,
) -> (T, u64) {
    let problem = Problem::new(f, vec![0.0; n]).expect("coordinates");
    let mut evaluations =
        Evaluations::here(&problem, 0.0, &Budget::unlimited(), Vec::new()).expect("a start");
    let start = vec![0.0; n];
    let value = evaluations.value(&start).expect("no limit");
    let mut probe = Probe::around((&start, value), vec![1.0; n], (false, 0), &mut evaluations);
    let done = act(&mut probe);
    (done, evaluations.count() - 1)
}

#[test]
fn a_search_takes_no_more_evaluations_than_its_level_however_often_it_shrinks() {
    for n in 1..5 {
        for (level, seed) in (1..80).zip(0..) {
            let (_, count) =
                with_probe(|x| scattered(x, seed), n, |probe| search(probe, level).expect("no limit"));
            assert!(count <= level, "n = {n}, level {level}: {count} evaluations");
            // The vertices next to the incumbent, and at least one point from these.
            let vertices = n as u64 + 1;
            assert_eq!(count > 0, level >= vertices, "n = {n}, level {level}: {count} evaluations");
        }
    }
}

#[test]
fn each_step_says_how_many_points_it_has_evaluated() {
    let mut shrunk = 0;
    for seed in 0..200 {
        let n = 3;
        let mut said = 0;
        let (_, count) = with_probe(
            |x| scattered(x, seed),
            n,
            |probe| {
                let corners =
                    (0..=n).map(|k| (0..n).map(|i| if i == k { 1.0 } else { 0.1 }).collect::<Vec<f64>>());
                let vertices = corners.map(|x| Vertex { value: scattered(&x, seed), x });
                let mut simplex: Vec<Vertex> = vertices.collect();
                simplex.sort_by(|a, b| a.value.total_cmp(&b.value));
                said = step(&mut simplex, probe).expect("no limit");
            },
        );
        assert_eq!(said, count, "seed {seed}");
        shrunk += usize::from(count == 2 + n as u64);
    }
    assert!(shrunk > 20, "{shrunk} steps have shrunk");
}

/// Lagarias, Reeds, Wright & Wright 1998, section 2, with worst vertex (0, 3) and centroid (1/2, 0) of the others.
#[test]
fn reflection_expansion_and_contractions_go_to_1_2_and_a_half_and_shrinking_goes_halfway() {
    // The worst vertex has value 3, the second worst 2, the best 1; the arguments are the values of the trial points.
    let moved = |reflected: f64, expanded: f64, outside: f64, inside: f64| {
        let f = move |x: &[f64]| match (x[0], x[1]) {
            (1.0, -3.0) => reflected,
            (1.5, -6.0) => expanded,
            (0.75, -1.5) => outside,
            (0.25, 1.5) => inside,
            _ => 9.0,
        };
        let (simplex, _) = with_probe(f, 2, |probe| {
            let vertex = |x: [f64; 2], value: f64| Vertex { x: x.to_vec(), value };
            let mut simplex = vec![vertex([0.0, 0.0], 1.0), vertex([1.0, 0.0], 2.0), vertex([0.0, 3.0], 3.0)];
            step(&mut simplex, probe).expect("no limit");
            simplex
        });
        (simplex[1].x.clone(), simplex[2].x.clone())
    };
    let stays = vec![1.0, 0.0];
    assert_eq!(moved(1.5, 0.0, 0.0, 0.0), (stays.clone(), vec![1.0, -3.0]));
    assert_eq!(moved(1.0, 0.0, 0.0, 0.0), (stays.clone(), vec![1.0, -3.0]), "no better than the best");
    assert_eq!(moved(0.5, 0.4, 0.0, 0.0), (stays.clone(), vec![1.5, -6.0]));
    assert_eq!(moved(0.5, 0.5, 0.0, 0.0), (stays.clone(), vec![1.0, -3.0]), "of equals the reflected one");
    assert_eq!(moved(2.5, 0.0, 2.4, 0.0), (stays.clone(), vec![0.75, -1.5]));
    assert_eq!(moved(3.5, 0.0, 0.0, 2.9), (stays, vec![0.25, 1.5]));
    // Halfway to the best vertex.
    assert_eq!(moved(2.5, 0.0, 2.6, 0.0), (vec![0.5, 0.0], vec![0.0, 1.5]));
    assert_eq!(moved(3.5, 0.0, 0.0, 3.1), (vec![0.5, 0.0], vec![0.0, 1.5]));
}
