use super::{Joint, Shape, Steps, Visit, extrapolate_at_once};
use crate::quasi_newton::at_zero::at_zero;

/// `2 (t - 0.3)²` and `2 |t - 0.3|` at ±1, and a side that leads down for ever.
#[test]
fn the_least_along_a_coordinate_is_that_of_its_shape_and_improving_the_better_side() {
    let visit = |f: &dyn Fn(f64) -> f64| Visit {
        coordinate: 0,
        steps: [-1.0, 1.0],
        rises: [f(-1.0) - f(0.0), f(1.0) - f(0.0)],
    };
    let parabola = visit(&|t| 2.0 * (t - 0.3) * (t - 0.3));
    assert!((parabola.least(Shape::Parabola) - 0.3).abs() < 1e-15 && parabola.improving() == 0.0);
    let kink = visit(&|t| 2.0 * (t - 0.3_f64).abs());
    assert!((kink.least(Shape::Kink) - 0.3).abs() < 1e-15);
    let down = visit(&|t| -t);
    assert_eq!((down.improving(), down.least(Shape::Parabola)), (1.0, 1.0));
    let hill = visit(&|t| -t * t - 0.1 * t);
    assert_eq!((hill.improving(), hill.least(Shape::Parabola)), (1.0, 1.0));
    let walls = Visit { coordinate: 0, steps: [1.0, -1.0], rises: [f64::INFINITY, f64::NAN] };
    assert_eq!((walls.improving(), walls.least(Shape::Parabola)), (0.0, 0.0));
}

#[test]
fn a_separable_quadratic_is_solved_by_the_joint_step_of_each_block() {
    let f = |x: &[f64]| x.iter().zip(1..).map(|(x, i)| f64::from(i) * (x - 0.25).powi(2)).sum::<f64>();
    for (batch, blocks) in [(8, 1), (4, 2), (2, 4)] {
        let ((x, curvatures, rounds), points) = at_zero(4, f, |place, evaluations| {
            evaluations.in_batches_of(batch);
            let began = evaluations.rounds();
            let mut steps = Steps::all(4, 1.0);
            let limits = (Shape::Parabola, 8.0, 0.0);
            let curvatures = steps
                .sweep_in_blocks(place, limits, (batch as usize, Joint::Tried), evaluations)
                .expect("no limit");
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
