//! Memory: a poll allocates nothing per point.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

use search::pattern::Options;
use search::{Budget, Minimizer, PatternSearch, Problem};

/// The system's allocator, counting.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call is passed on unchanged to the system's allocator.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations of a run with so many evaluations in polls of 70 points that all fail.
fn allocations(evaluations: u64) -> u64 {
    let problem = Problem::new(|x: &[f64]| x.iter().map(|v| v.abs()).sum::<f64>(), vec![0.0; 35]).unwrap();
    let options = Options {
        mesh_contraction_factor: 0.999_9,
        max_iterations: Some(u64::MAX),
        max_function_evaluations: Some(evaluations),
        ..Options::default()
    };
    let search = PatternSearch::new(options).unwrap();
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    assert_eq!(outcome.counts.evaluations, evaluations);
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

#[test]
fn evaluations_do_not_allocate() {
    // What grows is the trace, a row per iteration: doubling its memory now and then.
    let (few, many) = (allocations(1_000), allocations(100_000));
    assert!(many <= few + 16, "{few} allocations in 1,000 evaluations, {many} in 100,000");
}
