//! A process under argmin's executor, killed at random moments or interrupted, goes on from its checkpoint to the
//! result of the process nobody disturbed.
#![cfg(unix)]

#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "../../../../tests/example.rs"]
mod example;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use example::{example, text};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

fn command(checkpoint: &Path) -> Command {
    let mut command = Command::new(example("argmin_executor"));
    command.arg(checkpoint).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a run prints after its iterations, and how many of these it printed.
fn finished(checkpoint: &Path) -> (String, usize) {
    let output = command(checkpoint).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    let iterations = printed.lines().filter(|line| line.starts_with(' ')).count();
    (printed.lines().skip(iterations).collect::<Vec<_>>().join("\n"), iterations)
}

#[test]
fn a_killed_run_goes_on_to_the_same_bits() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(2024);
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("spring.checkpoint");
    let began = Instant::now();
    let (undisturbed, iterations) = finished(&checkpoint);
    let whole = began.elapsed();
    assert!(undisturbed.starts_with("Solver converged"), "{undisturbed}");

    let mut gone_on = 0;
    for _ in 0..8 {
        let _ = fs::remove_file(&checkpoint);
        for _ in 0..random.random_range(1..=3) {
            // A pipe that nobody reads would stop it.
            let mut child = command(&checkpoint).stdout(Stdio::null()).spawn().unwrap();
            std::thread::sleep(whole.mul_f64(random.random_range(0.0..0.6)));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let (ended, left) = finished(&checkpoint);
        assert_eq!(ended, undisturbed);
        gone_on += usize::from(left < iterations);
    }
    assert!(gone_on > 0, "the kills came too early to mean anything");
}

#[test]
fn an_interrupt_ends_with_the_best_point_and_a_checkpoint_to_go_on_from() {
    let folder = tempfile::tempdir().unwrap();
    let (checkpoint, other) =
        (folder.path().join("spring.checkpoint"), folder.path().join("other.checkpoint"));
    let child = command(&checkpoint).spawn().unwrap();
    let process = child.id().to_string();
    // As soon as the first of some fifty iterations has ended.
    let began = Instant::now();
    while !checkpoint.exists() && began.elapsed().as_secs() < 60 {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(Command::new("kill").args(["-INT", &process]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let printed = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(printed.contains("\nInterrupt\n") && printed.contains("best point   ["), "{printed}");

    let (undisturbed, iterations) = finished(&other);
    let (ended, left) = finished(&checkpoint);
    assert_eq!(ended, undisturbed);
    assert!(left < iterations);
}
