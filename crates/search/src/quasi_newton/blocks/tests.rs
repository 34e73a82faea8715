use super::{Joint, Shape, Steps, extrapolate_at_once};
use crate::quasi_newton::at_zero::at_zero;

#[test]
fn a_separable_quadratic_is_solved_by_the_joint_step_of_each_block() {
    let f = |x: &[f64]| x.iter().zip(1..).map(|(x, i)| f64::from(i) * (x - 0.25).powi(2)).sum::<f64>();
    for (batch, blocks) in [(8, 1), (4, 2), (2, 4)] {
        let ((x, curvatures, rounds), points) = at_zero(4, f, |place, evaluations| {
            evaluations.in_batches_of(batch);
            let began = evaluations.rounds();
            let mut steps = Steps::all(4, 1.0);
            let joint = (Shape::Parabola, Joint::Tried);
            let visits = steps
                .sweep_in_blocks(place, joint, (f64::MAX, batch as usize), evaluations)
                .expect("no limit");
            let curvatures = steps.adapt(&visits, (Shape::Parabola, 8.0, 0.0));
            (place.x.clone(), curvatures, evaluations.rounds() - began)
        });
        assert!(x.iter().all(|x| (x - 0.25).abs() < 1e-12), "{batch}: {x:?}");
        // Both sides of 0 fail; 2 i in the unit of the value 0.625, a half.
        assert_eq!(curvatures, [1.0, 2.0, 3.0, 4.0].map(|i| Some(4.0 * i)));
        // A round of both sides and one of joint steps for each block.
        assert_eq!(rounds, 2 * blocks, "{batch}");
        assert!(points.len() as u64 <= batch * rounds);
    }
}

#[test]
fn an_extrapolation_tries_several_multiples_at_once_and_goes_on_from_the_last() {
    let run = |batch: usize| {
        at_zero(
            1,
            |x| -x[0].min(9.0),
            |place, evaluations| {
                (place.x, place.value) = (vec![1.0], -1.0);
                extrapolate_at_once(place, &[0.0], (f64::MAX, batch), evaluations).expect("no limit");
                place.x.clone()
            },
        )
    };
    let points = |multiples: &[f64]| multiples.iter().map(|m| vec![1.0 + m]).collect::<Vec<_>>();
    // 8 is the last of the first three and better; of 16, 32 and 64 none is better than 16, and 64 is not the best.
    assert_eq!(run(3), (vec![16.0], points(&[1.0, 3.0, 7.0, 15.0, 31.0, 63.0])));
    assert_eq!(run(8), (vec![16.0], points(&[1.0, 3.0, 7.0, 15.0, 31.0, 63.0, 127.0, 255.0])));
}
