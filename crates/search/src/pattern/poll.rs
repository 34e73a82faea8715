//! The poll: the points around the incumbent, their order, and what counts as success.

use std::ops::ControlFlow;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use super::basis::PositiveBasis2N;
use super::classic::Incumbent;
use super::mesh::Mesh;
use super::{Options, PollOrder};
use crate::{Evaluations, Lookahead, Stop, TinyDecrease};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Poll {
    basis: PositiveBasis2N,
    pub(super) complete: bool,
    order: Order,
}

/// How a poll ended.
pub(super) enum Polled {
    /// The incumbent moved: by how much in x (Euclidean), and in the value.
    Improved { distance: f64, decrease: f64 },
    /// No point was better.
    Failed,
    /// No point differed from the incumbent: the steps are below its last digit.
    NoStep,
}

impl Poll {
    pub(super) fn new(options: &Options, dimension: usize) -> Self {
        let basis = PositiveBasis2N::new(dimension);
        let order = match options.poll_order {
            PollOrder::Consecutive => Order::Consecutive,
            PollOrder::Success => Order::Success { last: 0 },
            PollOrder::Random => Order::Random {
                generator: Xoshiro256PlusPlus::seed_from_u64(options.seed),
                order: (0..basis.len()).collect(),
            },
        };
        Poll { basis, complete: options.use_complete_poll, order }
    }

    /// Polls around the incumbent and moves it to the first better point, or to the best of all in a
    /// complete poll; of equals to the first.
    pub(super) fn around(
        &mut self,
        incumbent: &mut Incumbent,
        mesh: &Mesh,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Polled, Stop> {
        self.order.prepare();
        let (basis, order, bounds) = (self.basis, &self.order, evaluations.bounds());
        let centre = &incumbent.x;
        let target = |k: usize| {
            let (i, sign) = basis.direction(k);
            (i, centre[i] + sign * mesh.step(i))
        };
        let inside = |k: usize| Some(target(k)).filter(|&(i, to)| bounds.admit(i, to));
        if is_stuck(centre, (0..basis.len()).filter_map(inside)) {
            return Ok(Polled::NoStep);
        }

        let step = |turn: usize| inside(order.direction(turn));
        let lookahead = if self.complete { Lookahead::All } else { Lookahead::UntilBreak };
        let mut best = (incumbent.value, None);
        // To MATLAB's poll any decrease is one.
        let tiny = TinyDecrease::Confirmed;
        evaluations.trials_in_order(basis.len(), lookahead, tiny, step, |turn, value| {
            if value < best.0 {
                best = (value, Some(order.direction(turn)));
                if !self.complete {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })?;

        let (value, Some(k)) = best else { return Ok(Polled::Failed) };
        let (i, to) = target(k);
        evaluations.accept(i, to, value);
        let value = evaluations.settle()?;
        if value >= incumbent.value {
            // An incremental value that a whole evaluation does not confirm: terms so large that rounding decides.
            evaluations.hold(centre, incumbent.value)?;
            return Ok(Polled::Failed);
        }
        let improved =
            Polled::Improved { distance: (to - centre[i]).abs(), decrease: incumbent.value - value };
        incumbent.x[i] = to;
        incumbent.value = value;
        self.order.succeeded(k);
        Ok(improved)
    }
}

/// Whether there are poll points, and none differs from the centre.
fn is_stuck(centre: &[f64], targets: impl Iterator<Item = (usize, f64)>) -> bool {
    let mut any = false;
    for (i, to) in targets {
        if to != centre[i] {
            return false;
        }
        any = true;
    }
    any
}

/// In which order the directions take their turns.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Order {
    Consecutive,
    /// The direction that succeeded last comes first, the others after it in consecutive order.
    Success {
        last: usize,
    },
    /// Shuffled anew for each poll.
    Random {
        generator: Xoshiro256PlusPlus,
        order: Vec<usize>,
    },
}

impl Order {
    fn prepare(&mut self) {
        if let Order::Random { generator, order } = self {
            order.shuffle(generator);
        }
    }

    fn direction(&self, turn: usize) -> usize {
        match self {
            Order::Consecutive => turn,
            Order::Success { last } if turn == 0 => *last,
            Order::Success { last } if turn <= *last => turn - 1,
            Order::Success { .. } => turn,
            Order::Random { order, .. } => order[turn],
        }
    }

    fn succeeded(&mut self, direction: usize) {
        if let Order::Success { last } = self {
            *last = direction;
        }
    }
}
