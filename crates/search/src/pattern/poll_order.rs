//! The order of the directions in a poll.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use super::{Options, PollOrder};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Order {
    Consecutive,
    /// The last successful direction first, then the others in consecutive order.
    Success {
        last: usize,
    },
    /// Shuffled for each poll.
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

    /// Prepares a poll with this many directions, which may differ from the last poll.
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

    /// Returns the direction at this turn.
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
