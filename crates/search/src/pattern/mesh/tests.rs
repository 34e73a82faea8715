//! The effect of successes and failures on the mesh, for each rule.

use super::{Gain, Mesh};
use crate::pattern::{Algorithm, Options, PollMethod};

fn sizes(options: &Options, successes: &[bool]) -> Vec<f64> {
    let mut mesh = Mesh::new(options, &[0.0], None);
    let mut next = |&success: &bool| {
        if success {
            mesh.expand(Gain::Sufficient);
        } else {
            mesh.contract();
        }
        mesh.size()
    };
    successes.iter().map(&mut next).collect()
}

#[test]
fn a_success_doubles_the_mesh_and_a_failure_halves_it_within_its_limit() {
    let options = Options::default();
    assert_eq!(sizes(&options, &[true, true, false, false, false]), [2.0, 4.0, 2.0, 1.0, 0.5]);
    let options = Options { mesh_expansion_factor: 3.0, mesh_contraction_factor: 0.25, ..options };
    assert_eq!(sizes(&options, &[true, false]), [3.0, 0.75]);
    let options = Options { max_mesh_size: Some(5.0), ..options };
    assert_eq!(sizes(&options, &[true, true, true]), [3.0, 5.0, 5.0]);
}

/// MATLAB's logs: the first faster contraction follows 6.104e-5 = 2^-14, none follows 1.221e-4.
#[test]
fn an_accelerated_mesh_contracts_by_a_quarter_an_eighth_and_so_on_once_it_is_below_1e_4() {
    let options = Options { accelerate_mesh: true, initial_mesh_size: 2_f64.powi(-12), ..Options::default() };
    let powers =
        |successes: &[bool]| sizes(&options, successes).into_iter().map(f64::log2).collect::<Vec<_>>();
    assert_eq!(powers(&[false; 5]), [-13.0, -14.0, -16.0, -19.0, -23.0]);
    // A success resets the acceleration.
    assert_eq!(powers(&[false, false, false, true, false]), [-13.0, -14.0, -16.0, -15.0, -17.0]);
}

/// Audet & Dennis 2006: poll steps of length 2^-ℓ on a mesh of size min(1, 4^-ℓ).
#[test]
fn a_mads_poll_is_as_long_as_the_root_of_its_mesh_size() {
    let options = Options {
        poll_method: PollMethod::MadsPositiveBasis2N,
        initial_mesh_size: 2.0,
        ..Options::default()
    };
    let mut mesh = Mesh::new(&options, &[0.0], None);
    let mut state = |success: bool| {
        if success {
            mesh.expand(Gain::Sufficient);
        } else {
            mesh.contract();
        }
        (mesh.level(), mesh.size(), mesh.poll_size())
    };
    assert_eq!([state(false), state(false)], [(1, 0.5, 1.0), (2, 0.125, 0.5)]);
    assert_eq!([state(true), state(true)], [(1, 0.5, 1.0), (0, 2.0, 2.0)]);
    // The mesh stops growing, poll steps do not.
    assert_eq!([state(true), state(false)], [(-1, 2.0, 4.0), (0, 2.0, 2.0)]);
    let options = Options { max_mesh_size: Some(4.0), ..options };
    let mut mesh = Mesh::new(&options, &[0.0], None);
    (0..3).for_each(|_| mesh.expand(Gain::Sufficient));
    assert_eq!((mesh.level(), mesh.poll_size()), (-1, 4.0));
}

/// Polls of 2^-1 and 2^-2 on meshes of 4^-1 and 4^-2.
#[test]
fn a_mads_search_ends_by_its_mesh_or_by_the_length_of_its_polls() {
    for (by_polls, fineness) in [(true, [0.5, 0.25]), (false, [0.25, 0.0625])] {
        let poll_method = PollMethod::OrthoMadsPositiveBasisNp1;
        let mut mesh = Mesh::new(&Options { poll_method, ..Options::default() }, &[0.0], None);
        if by_polls {
            mesh.end_by_polls();
        }
        for size in fineness {
            mesh.contract();
            assert!(!mesh.has_failed_down_to(size) && mesh.has_failed_down_to(1.001 * size));
        }
    }
}

#[test]
fn small_decreases_expand_a_coarse_mesh_and_a_fine_one_by_half_the_third_time_in_a_row() {
    let options = Options { algorithm: Algorithm::Nups, mesh_tolerance: 1e-4, ..Options::default() };
    let mut mesh = Mesh::new(&options, &[0.0], None);
    mesh.expand(Gain::Small);
    assert_eq!(mesh.size(), 2.0);
    // The square root of the tolerance, 0.01, is not coarse.
    let fine = Options { initial_mesh_size: 0.01, ..options };
    let mut mesh = Mesh::new(&fine, &[0.0], None);
    let mut after = |gain: Gain| {
        mesh.expand(gain);
        mesh.size() / 0.01
    };
    let (small, sufficient) = (Gain::Small, Gain::Sufficient);
    assert_eq!([small, small, small].map(&mut after), [1.0, 1.0, 1.5]);
    // Now the mesh is coarse.
    assert_eq!([small, sufficient].map(&mut after), [3.0, 6.0]);
    let mut mesh = Mesh::new(&fine, &[0.0], None);
    mesh.expand(small);
    mesh.contract();
    [small, small].into_iter().for_each(|gain| mesh.expand(gain));
    assert_eq!(mesh.size(), 0.005, "a failure begins anew");
}

#[test]
fn scales_are_the_powers_of_two_nearest_to_the_start_and_1_for_0() {
    let mesh = |scale_mesh: bool| {
        Mesh::new(&Options { scale_mesh, ..Options::default() }, &[20.0, -30.0, 0.0, 0.1], None)
    };
    assert_eq!(mesh(true).scale(), [16.0, 32.0, 1.0, 0.125]);
    assert_eq!(mesh(false).scale(), [1.0; 4]);
    assert_eq!((mesh(true).step(1), mesh(true).reach()[3]), (32.0, 0.125));
    assert_eq!(mesh(true).distance(&[20.0, 0.0, 0.0, 0.0], &[28.0, 0.0, 0.0, 0.25]), 2.0);
}

#[test]
fn a_displacement_fits_into_a_mesh_size_a_whole_number_of_times_at_least_once() {
    let mut mesh = Mesh::new(&Options::default(), &[4.0, 1.0], None);
    (0..3).for_each(|_| mesh.expand(Gain::Sufficient));
    // 8 mesh sizes: steps of 32 and 8.
    assert_eq!(mesh.times(&[4.0, 0.5]), 8.0);
    assert_eq!(mesh.times(&[4.0, 3.0]), 3.0);
    assert_eq!(mesh.times(&[0.0, 100.0]), 1.0);
}

#[test]
fn it_has_failed_down_to_a_tolerance_once_a_poll_has_failed_after_which_it_is_below() {
    let mut mesh = Mesh::new(&Options::default(), &[0.0], None);
    mesh.contract();
    assert!(!mesh.has_failed_down_to(0.5) && mesh.has_failed_down_to(0.51));
    assert_eq!(mesh.failed_steps(), [1.0]);
    // After a success no earlier failure counts.
    mesh.expand(Gain::Sufficient);
    assert!(!mesh.has_failed_down_to(9.0));
    // The new mesh is no finer than that of the last failed poll.
    mesh.contract();
    mesh.begin_at(0.25);
    assert_eq!(mesh.size(), 1.0);
    mesh.begin_at(3.0);
    assert_eq!(mesh.size(), 4.0);
}
