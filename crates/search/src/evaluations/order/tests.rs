//! How many points threads evaluate, and how many of them count.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::evaluations::Memory;
use crate::{Budget, Counts, Evaluations, Lookahead, Problem, Run};

/// Points 0, 1, 2 and so on, each this number of times, up to the turn that breaks: calls of the objective, counts, and values.
fn evaluate(
    (threads, budget): (usize, u64),
    (count, times): (usize, usize),
    breaks: usize,
    lookahead: Lookahead,
) -> (u64, Counts, Vec<f64>) {
    let calls = AtomicU64::new(0);
    let f = |x: &[f64]| {
        calls.fetch_add(1, Ordering::Relaxed);
        10.0 * x[0]
    };
    let problem = Problem::new(f, vec![0.0]).expect("one coordinate");
    let run = Run { threads, ..Run::within(&Budget::evaluations(budget)) };
    let mut evaluations = Evaluations::without_journal(&problem, 0.0, &run, Vec::new()).expect("threads");
    if times > 1 {
        evaluations.remember(Memory::answering(100, 0.0));
    }
    let mut values = Vec::new();
    let point = |turn: usize, x: &mut [f64]| {
        x[0] = (turn / times) as f64;
        true
    };
    let commit = |turn: usize, value: f64| {
        values.push(value);
        if turn == breaks { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    // The budget may end it.
    let _ = evaluations.in_order(count, lookahead, point, commit);
    (calls.load(Ordering::Relaxed), evaluations.counts, values)
}

#[test]
fn every_call_of_the_objective_is_an_evaluation_or_speculative_also_at_the_end_of_the_budget() {
    let count = 9;
    for (threads, budget) in (1..5).flat_map(|threads| (1..11).map(move |budget| (threads, budget))) {
        for breaks in 0..=count {
            for (lookahead, ahead) in [(Lookahead::UntilBreak, threads), (Lookahead::All, 16 * threads)] {
                let (calls, counts, values) = evaluate((threads, budget), (count, 1), breaks, lookahead);
                let case = format!("{threads} threads, budget {budget}, break at {breaks}, {lookahead:?}");
                let taken = (breaks + 1).min(budget as usize).min(count);
                let expected: Vec<f64> = (0..taken).map(|k| 10.0 * k as f64).collect();
                assert_eq!((counts.evaluations, values), (taken as u64, expected), "{case}");
                assert_eq!(calls, counts.evaluations + counts.speculative, "{case}");
                assert!(calls <= budget, "{case}: {calls} calls");
                // As many at once as there are places, budget and points for; on one thread none is ahead.
                let begun = if threads == 1 { 0 } else { (taken - 1) / ahead * ahead };
                let at_once =
                    if threads == 1 { taken } else { ahead.min(budget as usize - begun).min(count - begun) };
                assert_eq!(counts.speculative as usize, begun + at_once - taken, "{case}");
            }
        }
    }
}

/// Three turns for each point, of which the memory answers two: what was evaluated ahead before it was known counts as speculative.
#[test]
fn points_known_since_they_were_evaluated_ahead_are_speculative() {
    for threads in 1..5 {
        for lookahead in [Lookahead::UntilBreak, Lookahead::All] {
            let (calls, counts, values) = evaluate((threads, 100), (12, 3), 99, lookahead);
            let case = format!("{threads} threads, {lookahead:?}");
            assert_eq!(
                values,
                [0.0, 0.0, 0.0, 10.0, 10.0, 10.0, 20.0, 20.0, 20.0, 30.0, 30.0, 30.0],
                "{case}"
            );
            assert_eq!((counts.evaluations, counts.cached), (4, 8), "{case}");
            assert_eq!(calls, counts.evaluations + counts.speculative, "{case}");
        }
    }
}
