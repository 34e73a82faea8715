//! The directions that each poll method takes, as the points of its polls show them.

use std::sync::Mutex;

use search::pattern::{Algorithm, Options, PollMethod};
use search::{Budget, Iteration, Minimizer, Outcome, PatternSearch, Problem};

use PollMethod::{
    GpsPositiveBasis2N, GpsPositiveBasisNp1, GssPositiveBasis2N, GssPositiveBasisNp1, MadsPositiveBasis2N,
    MadsPositiveBasisNp1, OrthoMadsPositiveBasis2N, OrthoMadsPositiveBasisNp1,
};

/// One direction of a poll, in units of the mesh.
type Direction = Vec<f64>;

/// A run from the origin, and all points it evaluates. The objective is told how many were evaluated before.
fn recorded(
    options: Options,
    n: usize,
    f: impl Fn(usize, &[f64]) -> f64 + Send + Sync,
) -> (Outcome, Vec<Vec<f64>>) {
    let seen: Mutex<Vec<Vec<f64>>> = Mutex::default();
    let recording = |x: &[f64]| {
        let mut seen = seen.lock().unwrap();
        seen.push(x.to_vec());
        f(seen.len() - 1, x)
    };
    let search = PatternSearch::new(options).unwrap();
    let problem = Problem::new(recording, vec![0.0; n]).unwrap();
    let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    drop(problem);
    (outcome, seen.into_inner().unwrap())
}

/// The directions of the first polls from the origin, where all fail, so that the mesh gets finer with each.
fn failing_polls(options: Options, n: usize, polls: u64) -> Vec<Vec<Direction>> {
    let options = Options {
        max_iterations: Some(polls),
        max_function_evaluations: Some(u64::MAX),
        mesh_tolerance: 1e-300,
        mesh_rotate: false,
        ..options
    };
    let (outcome, points) = recorded(options, n, |_, _| 0.0);
    assert_eq!(outcome.iterations, polls);
    let of_poll = |rows: &[Iteration]| {
        let size = rows[0].mesh_size.unwrap();
        let points = &points[rows[0].evaluations as usize..rows[1].evaluations as usize];
        points.iter().map(|x| x.iter().map(|v| v / size).collect()).collect()
    };
    outcome.trace.windows(2).map(of_poll).collect()
}

/// From one point to another.
fn step(from: &[f64], to: &[f64]) -> Direction {
    to.iter().zip(from).map(|(to, from)| to - from).collect()
}

fn by(poll_method: PollMethod) -> Options {
    Options { last_look: false, poll_method, ..Options::default() }
}

fn nups(algorithm: Algorithm) -> Options {
    Options { last_look: false, algorithm, ..Options::default() }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn length(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

fn is_whole(direction: &[f64]) -> bool {
    direction.iter().all(|v| v.fract() == 0.0)
}

/// The determinant of a matrix of whole numbers, exactly. (Bareiss 1968, "Sylvester's identity and multistep
/// integer-preserving Gaussian elimination".)
fn determinant(rows: &[Direction]) -> i128 {
    let n = rows.len();
    let mut a: Vec<Vec<i128>> = rows.iter().map(|row| row.iter().map(|&v| v as i128).collect()).collect();
    let (mut sign, mut before) = (1, 1);
    for k in 0..n - 1 {
        let Some(pivot) = (k..n).find(|&i| a[i][k] != 0) else { return 0 };
        if pivot != k {
            a.swap(pivot, k);
            sign = -sign;
        }
        for i in k + 1..n {
            for j in k + 1..n {
                a[i][j] = (a[i][j] * a[k][k] - a[i][k] * a[k][j]) / before;
            }
        }
        before = a[k][k];
    }
    sign * a[n - 1][n - 1]
}

/// Solves a small system by Gauss' elimination with pivots; `None` where it is singular.
fn solve(matrix: &[Direction], right: &[f64]) -> Option<Vec<f64>> {
    let n = matrix.len();
    let mut a: Vec<Vec<f64>> =
        matrix.iter().zip(right).map(|(row, &b)| row.iter().copied().chain([b]).collect()).collect();
    for k in 0..n {
        let pivot = (k..n).max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs())).unwrap();
        a.swap(pivot, k);
        if a[k][k].abs() < 1e-9 {
            return None;
        }
        for i in (0..n).filter(|&i| i != k) {
            let factor = a[i][k] / a[k][k];
            (k..=n).for_each(|j| a[i][j] -= factor * a[k][j]);
        }
    }
    Some((0..n).map(|i| a[i][n] / a[i][i]).collect())
}

/// The cosine measure: the least, over all unit vectors, of the largest cosine with a direction. By its finite
/// characterization: the unit vectors that have equal cosines with the members of a basis among the directions are
/// enough. (Hare & Jarry-Bolduc 2020, "A deterministic algorithm to compute the cosine measure of a finite positive
/// spanning set", Optimization Letters 14.)
fn cosine_measure(directions: &[Direction]) -> f64 {
    let unit: Vec<Direction> = directions.iter().map(|d| d.iter().map(|v| v / length(d)).collect()).collect();
    let n = unit[0].len();
    let mut least = f64::INFINITY;
    for chosen in (0_u32..1 << unit.len()).filter(|chosen| chosen.count_ones() == n as u32) {
        let basis: Vec<Direction> =
            (0..unit.len()).filter(|k| chosen >> k & 1 == 1).map(|k| unit[k].clone()).collect();
        if let Some(u) = solve(&basis, &vec![1.0; n]) {
            let largest = unit.iter().map(|d| dot(d, &u) / length(&u)).fold(f64::NEG_INFINITY, f64::max);
            least = least.min(largest);
        }
    }
    least
}

#[test]
fn gps_and_gss_poll_the_coordinate_directions_in_the_published_order() {
    let (e1, e2) = (vec![1.0, 0.0], vec![0.0, 1.0]);
    let maximal = vec![e1.clone(), e2.clone(), vec![-1.0, 0.0], vec![0.0, -1.0]];
    let minimal = vec![e1, e2, vec![-1.0, -1.0]];
    for (method, expected) in [
        (GpsPositiveBasis2N, &maximal),
        (GssPositiveBasis2N, &maximal),
        (GpsPositiveBasisNp1, &minimal),
        (GssPositiveBasisNp1, &minimal),
    ] {
        for directions in failing_polls(by(method), 2, 3) {
            assert_eq!(&directions, expected, "{method:?}");
        }
    }
}

/// Directions whose sum, with factors above 0, is zero and that span the space span it positively (Davis 1954, "Theory
/// of positive linear dependence"). All of these have the factor 1, and everything is whole numbers, so it is exact.
#[test]
fn every_poll_spans_the_space_positively() {
    for (method, per_poll) in [
        (GpsPositiveBasis2N, (2, 0)),
        (GpsPositiveBasisNp1, (1, 1)),
        (MadsPositiveBasis2N, (2, 0)),
        (MadsPositiveBasisNp1, (1, 1)),
        (OrthoMadsPositiveBasis2N, (2, 0)),
        (OrthoMadsPositiveBasisNp1, (1, 1)),
    ] {
        for n in 1..=6 {
            for seed in 0..5 {
                for directions in failing_polls(Options { seed, ..by(method) }, n, 9) {
                    assert_eq!(directions.len(), per_poll.0 * n + per_poll.1, "{method:?}");
                    assert!(directions.iter().all(|d| is_whole(d)), "on the mesh: {directions:?}");
                    let sum: Vec<f64> = (0..n).map(|i| directions.iter().map(|d| d[i]).sum()).collect();
                    assert_eq!(sum, vec![0.0; n], "{method:?}");
                    assert_ne!(determinant(&directions[..n]), 0, "{method:?}: {directions:?}");
                }
            }
        }
    }
}

#[test]
fn cosine_measures_are_the_closed_forms() {
    for n in 2..=5 {
        let root = (n as f64).sqrt();
        let measure = |method| cosine_measure(&failing_polls(by(method), n, 1)[0]);
        let square_of_minimal = (n * n) as f64 + 2.0 * (n as f64 - 1.0) * root;
        for (method, closed_form) in [
            (GpsPositiveBasis2N, 1.0 / root),
            (OrthoMadsPositiveBasis2N, 1.0 / root),
            (GpsPositiveBasisNp1, 1.0 / square_of_minimal.sqrt()),
        ] {
            let ours = measure(method);
            assert!((ours - closed_form).abs() < 1e-12, "{method:?}, n = {n}: {ours}, {closed_form}");
        }
        // No closed form, but above zero: they span the space positively.
        for method in [MadsPositiveBasis2N, MadsPositiveBasisNp1, OrthoMadsPositiveBasisNp1] {
            for directions in failing_polls(by(method), n, 5) {
                assert!(cosine_measure(&directions) > 0.0, "{method:?}");
            }
        }
    }
}

/// Audet & Dennis 2006, section 4: the determinant is that of the diagonal, no entry is larger.
#[test]
fn ltmads_directions_are_those_of_a_triangular_matrix() {
    for n in 1..=5_usize {
        for (level, directions) in failing_polls(by(MadsPositiveBasis2N), n, 6).iter().enumerate() {
            let largest = 2.0_f64.powi(level as i32);
            assert!(directions.iter().flatten().all(|v| v.abs() <= largest), "level {level}: {directions:?}");
            assert_eq!(determinant(&directions[..n]).abs(), 1_i128 << (n * level), "level {level}");
            for (one, other) in directions[..n].iter().zip(&directions[n..]) {
                assert!(one.iter().zip(other).all(|(a, b)| *a == -b));
            }
        }
        for (level, directions) in failing_polls(by(MadsPositiveBasisNp1), n, 6).iter().enumerate() {
            assert_eq!(determinant(&directions[..n]).abs(), 1_i128 << (n * level), "level {level}");
        }
    }
}

/// All polls at level ℓ have the direction b(ℓ) in common.
#[test]
fn ltmads_keeps_one_direction_for_each_level() {
    // Levels 0 and 1 fail, level 2 succeeds at its last point, level 1 fails again, and level 2 comes back.
    let options = Options { max_iterations: Some(5), ..by(MadsPositiveBasis2N) };
    let (outcome, points) = recorded(options, 3, |before, _| if before == 18 { -1.0 } else { 0.0 });
    let sizes: Vec<f64> = outcome.trace.iter().map(|row| row.mesh_size.unwrap()).collect();
    assert_eq!(sizes, [1.0, 0.25, 0.0625, 0.25, 0.0625, 0.015625]);
    let first: Vec<Direction> = points[13..19].iter().map(|x| step(&points[0], x)).collect();
    let again: Vec<Direction> = points[25..31].iter().map(|x| step(&points[18], x)).collect();
    let common = first.iter().filter(|d| again.contains(d)).count();
    assert!((2..6).contains(&common), "b(2) and its negative, not all: {first:?} {again:?}");
}

/// Abramson, Audet, Dennis & Le Digabel 2009: H H' = ‖q‖⁴ I, whole numbers, and 2^(ℓ/2) - √n <= ‖q‖ <= 2^(ℓ/2).
#[test]
fn orthomads_directions_are_orthogonal_and_as_long_as_the_poll_size() {
    for method in [OrthoMadsPositiveBasis2N, OrthoMadsPositiveBasisNp1] {
        for n in [1, 2, 3, 7, 20] {
            for (level, directions) in failing_polls(by(method), n, 16).iter().enumerate() {
                let poll_size = 2.0_f64.powi(level as i32);
                let each = length(&directions[0]);
                assert!(each <= poll_size && each >= 1.0, "n = {n}, level {level}: {each}");
                let least = (poll_size.sqrt() - (n as f64).sqrt()).max(0.0).powi(2);
                assert!(each >= least, "n = {n}, level {level}: {each} < {least}");
                for (i, a) in directions[..n].iter().enumerate() {
                    assert!(is_whole(a));
                    assert_eq!(dot(a, a), each * each);
                    assert!(directions[..i].iter().all(|b| dot(a, b) == 0.0), "n = {n}, level {level}");
                }
            }
        }
    }
}

/// By hand: t = 10 (the fourth prime and the level), u = (5/16, 10/27, 2/25, 22/49), so that 2 u - 1 is
/// (-0.375, -0.259, -0.84, -0.102). Rounded with a norm of at most √8, q = (-1, -1, -2, 0).
#[test]
fn orthomads_directions_are_those_of_the_halton_point() {
    let directions = &failing_polls(by(OrthoMadsPositiveBasis2N), 4, 4)[3];
    let columns =
        [[4.0, -2.0, -4.0, 0.0], [-2.0, 4.0, -4.0, 0.0], [-4.0, -4.0, -2.0, 0.0], [0.0, 0.0, 0.0, 6.0]];
    assert_eq!(directions[..4], columns.map(Vec::from));
    assert_eq!(directions[7], [0.0, 0.0, 0.0, -6.0]);
}

/// Audet, Ianni, Le Digabel & Tribes 2014: of each pair the one on the side of the last success.
#[test]
fn orthomads_of_n_plus_1_directions_turns_to_the_last_success() {
    // Downhill to the lower left, for one success.
    let options = Options { max_iterations: Some(12), ..by(OrthoMadsPositiveBasisNp1) };
    let (outcome, points) = recorded(options, 2, |_, x| if x[0] + x[1] < -0.1 { -1.0 } else { 0.0 });
    let success = outcome.trace.windows(2).position(|rows| rows[1].value < rows[0].value).unwrap();
    let from = outcome.trace[success + 1].evaluations as usize;
    let centre = &points[from - 1];
    let target = step(&points[0], centre);
    for poll in points[from..].chunks_exact(3) {
        for point in &poll[..2] {
            assert!(dot(&step(centre, point), &target) >= 0.0, "{poll:?} around {centre:?}");
        }
        assert!(dot(&step(centre, &poll[2]), &target) < 0.0, "the negative of their sum");
    }
}

/// Which arcs of so many degrees the directions of many polls hit.
fn arcs_hit(options: Options, degrees: f64, polls: u64) -> usize {
    let mut hit = vec![false; (360.0 / degrees) as usize];
    for direction in failing_polls(options, 2, polls).concat() {
        let angle = direction[1].atan2(direction[0]).to_degrees().rem_euclid(360.0);
        let arc = (angle / degrees) as usize % hit.len();
        hit[arc] = true;
    }
    hit.into_iter().filter(|&hit| hit).count()
}

#[test]
fn mads_directions_become_dense_and_gps_directions_do_not() {
    for method in
        [MadsPositiveBasis2N, MadsPositiveBasisNp1, OrthoMadsPositiveBasis2N, OrthoMadsPositiveBasisNp1]
    {
        assert_eq!(arcs_hit(by(method), 5.0, 490), 72, "{method:?}");
    }
    for algorithm in [Algorithm::Nups, Algorithm::NupsMads] {
        assert_eq!(arcs_hit(nups(algorithm), 5.0, 900), 72, "{algorithm:?}");
    }
    for (options, arcs) in
        [(by(GpsPositiveBasis2N), 4), (by(GssPositiveBasisNp1), 3), (nups(Algorithm::NupsGps), 6)]
    {
        assert_eq!(arcs_hit(options.clone(), 5.0, 490), arcs, "{options:?}");
    }
}

/// Two polls of one kind are opposite, and span the space positively together; those of the MADS part are rotated by a
/// matrix that is orthogonal, and another one for each pair.
#[test]
fn nups_polls_alternate_and_are_rotated() {
    for n in 2..=5 {
        let mut plain = vec![vec![0.0; n]; n + 1];
        (0..n).for_each(|i| plain[i][i] = 1.0);
        plain[n] = vec![1.0; n];
        let negatives = |poll: &[Direction]| -> Vec<Direction> {
            poll.iter().map(|d| d.iter().map(|v| 0.0 - v).collect()).collect()
        };
        let polls = failing_polls(nups(Algorithm::NupsGps), n, 4);
        assert_eq!(polls, [plain.clone(), negatives(&plain), plain.clone(), negatives(&plain)]);

        let polls = failing_polls(nups(Algorithm::NupsMads), n, 4);
        for pair in polls.chunks_exact(2) {
            assert_eq!(pair[1], negatives(&pair[0]));
            for (i, a) in pair[0][..n].iter().enumerate() {
                assert!((length(a) - 1.0).abs() < 1e-12);
                assert!(pair[0][..i].iter().all(|b| dot(a, b).abs() < 1e-12), "{pair:?}");
                assert!((dot(a, &pair[0][n]) - 1.0).abs() < 1e-12, "the last one is the sum");
            }
        }
        assert_ne!(polls[0], polls[2]);
    }
}

/// Uniformly at random: each element of a column has mean 0 and mean square 1/n, and the mean fourth power of a
/// uniform point on the sphere, 3/(n(n+2)).
#[test]
fn nups_rotations_are_uniform() {
    let n = 3;
    let polls = failing_polls(nups(Algorithm::NupsMads), n, 900);
    for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
        let elements: Vec<f64> = polls.iter().step_by(2).map(|poll| poll[j][i]).collect();
        let mean = |power: i32| elements.iter().map(|v| v.powi(power)).sum::<f64>() / elements.len() as f64;
        // Four standard deviations of means over 450 elements.
        assert!(mean(1).abs() < 0.11, "({i}, {j}): {}", mean(1));
        assert!((mean(2) - 1.0 / 3.0).abs() < 0.057, "({i}, {j}): {}", mean(2));
        assert!((mean(4) - 0.2).abs() < 0.051, "({i}, {j}): {}", mean(4));
    }
}

#[test]
fn a_poll_in_a_thousand_dimensions_takes_no_minutes() {
    let methods =
        [MadsPositiveBasis2N, MadsPositiveBasisNp1, OrthoMadsPositiveBasis2N, OrthoMadsPositiveBasisNp1];
    let all = methods.map(by).into_iter().chain([nups(Algorithm::NupsMads)]);
    for options in all {
        let before = std::time::Instant::now();
        assert!(failing_polls(options.clone(), 1000, 2)[1].len() > 1000);
        assert!(before.elapsed().as_secs() < 60, "{options:?} took {:?}", before.elapsed());
    }
}
