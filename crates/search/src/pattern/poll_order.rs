//! In which order the directions of a poll take their turns.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use super::{Options, PollOrder};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Order {
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
    pub(super) fn new(options: &Options) -> Self {
        match options.poll_order {
            _ if options.poll_method.is_mads() => Order::Consecutive,
            PollOrder::Consecutive => Order::Consecutive,
            PollOrder::Success => Order::Success { last: 0 },
            PollOrder::Random => Order::Random {
                generator: Xoshiro256PlusPlus::seed_from_u64(options.seed),
                order: Vec::new(),
            },
        }
    }

    /// Before a poll of so many directions, which may be others in number than those of the last one.
    pub(super) fn prepare(&mut self, directions: usize) {
        match self {
            Order::Consecutive => {}
            Order::Success { last } if *last < directions => {}
            Order::Success { last } => *last = 0,
            Order::Random { generator, order } => {
                if order.len() != directions {
                    *order = (0..directions).collect();
                }
                order.shuffle(generator);
            }
        }
    }

    /// The direction whose turn it is.
    pub(super) fn direction(&self, turn: usize) -> usize {
        match self {
            Order::Consecutive => turn,
            Order::Success { last } if turn == 0 => *last,
            Order::Success { last } if turn <= *last => turn - 1,
            Order::Success { .. } => turn,
            Order::Random { order, .. } => order[turn],
        }
    }

    pub(super) fn succeeded(&mut self, direction: usize) {
        if let Order::Success { last } = self {
            *last = direction;
        }
    }
}
