//! Programs as objectives: real processes, and every way in which they can fail.
#![cfg(unix)]

use search::{
    Budget, Error, Failure, Journal, Minimizer, Objective, PatternSearch, Problem, Program, Run, Status,
};

fn shell(script: &str) -> Program {
    Program::new("sh").argument("-c").argument(script).argument("sh")
}

#[track_caller]
fn reason(result: Result<f64, Failure>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn the_point_arrives_as_arguments_as_a_file_and_as_lines() {
    let x = [0.1, -2e-300, 5.0];
    let sum = |source: &str| format!("{source} | awk '{{ printf \"%.17g\\n\", $1 + 3 * $2 + $3 }}'");
    let expected = Ok(5.1);
    assert_eq!(shell(&sum("echo $1 $2 $3")).value(&x), expected);
    assert_eq!(shell(&sum("cat \"$1\"")).point_in_file().value(&x), expected);
    let lines = r#"while read a b c; do awk "BEGIN { printf \"%.17g\n\", $a + 3 * ($b) + $c }"; done"#;
    let lines = shell(lines).answering_lines();
    for _ in 0..3 {
        assert_eq!(lines.value(&x), expected);
    }
    // Every bit arrives.
    assert_eq!(shell("echo 1").within_seconds(1e19).value(&[0.0]), Ok(1.0), "a limit that no clock can hold");
    let echo = Program::new("sh").argument("-c").argument("while read x; do echo $x; done").answering_lines();
    for value in [0.1 + 0.2, 5e-324, f64::MAX, -0.0] {
        assert_eq!(echo.value(&[value]).unwrap().to_bits(), value.to_bits());
    }
}

#[test]
fn only_the_last_line_counts_and_noise_does_no_harm() {
    assert_eq!(shell("echo reading mesh; echo >&2 warning; echo 2.5; echo").value(&[0.0]), Ok(2.5));
    let loud = "i=0; while [ $i -lt 3000 ]; do echo 'some long line of output, again and again'; echo >&2 log; i=$((i+1)); done; echo 7";
    assert_eq!(shell(loud).value(&[0.0]), Ok(7.0));
    assert_eq!(shell("head -c 5000000 /dev/zero | tr '\\0' x; echo; echo 8").value(&[0.0]), Ok(8.0));
}

#[test]
fn failures_keep_their_reason() {
    let exit = reason(shell("echo 'no convergence' >&2; echo 1; exit 3").value(&[0.0]));
    assert!(exit.contains("exit status: 3") && exit.contains("no convergence"), "{exit}");
    let killed = reason(shell("kill -9 $$").value(&[0.0]));
    assert!(killed.contains("signal: 9"), "{killed}");
    let text = reason(shell("echo all good").value(&[0.0]));
    assert!(text.contains("printed `all good`"), "{text}");
    assert!(reason(shell("true").value(&[0.0])).contains("printed ``"));

    let ends = shell("read x; echo 'out of memory' >&2; exit 4").answering_lines();
    let ended = reason(ends.value(&[0.0]));
    assert!(ended.contains("exit status: 4") && ended.contains("out of memory"), "{ended}");
    let text = reason(shell("while read x; do echo nothing; done").answering_lines().value(&[0.0]));
    assert!(text.contains("printed `nothing`"), "{text}");
    let chatty = shell("while read x; do echo 1; echo 2; done").answering_lines();
    assert_eq!(chatty.value(&[0.0]), Ok(1.0));
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert!(reason(chatty.value(&[0.0])).contains("printed `2` before it was asked"));
}

/// What a program says may be long, and hold what a terminal takes for commands.
#[test]
fn words_of_programs_are_shortened_and_escaped() {
    let long = "head -c 2000000 /dev/zero | tr '\\0' x";
    for (program, says) in [
        (shell("printf '\\033]0;title\\007\\n'"), "printed `\\u{1b}]0;title\\u{7}`"),
        // Of a line that is longer than anybody reads its end is kept.
        (shell(&format!("{long}; echo")), "xxxx [1048375 more characters]"),
        (
            shell(&format!("{{ printf '\\033[2J'; {long}; echo; }} | head -c 1000 >&2; exit 1")),
            "\\u{1b}[2Jxxx",
        ),
        (
            shell(&format!("while read x; do printf '\\033[2J'; {long} | head -c 1000; echo; done"))
                .answering_lines(),
            "\\u{1b}[2Jxxx",
        ),
    ] {
        let told = reason(program.value(&[0.0]));
        assert!(told.len() < 500 && !told.contains('\x1b'), "{} characters: {told}", told.len());
        assert!(told.contains(says), "{told}");
    }
}

#[test]
fn points_in_files_are_nobody_elses() {
    let mode = shell("stat -c %a \"$1\" | sed s/600/1/").point_in_file();
    assert_eq!(mode.value(&[0.0]), Ok(1.0));
    let folder = tempfile::tempdir().unwrap();
    let names = folder.path().join("names");
    let program = shell(&format!("echo $1 >> {}; echo 1", names.display())).point_in_file();
    for _ in 0..20 {
        assert_eq!(program.value(&[0.0]), Ok(1.0));
    }
    let names = std::fs::read_to_string(names).unwrap();
    let distinct: std::collections::HashSet<&str> = names.lines().collect();
    assert_eq!(distinct.len(), 20);
    assert!(distinct.iter().all(|name| !std::path::Path::new(name).exists()), "they are gone");
}

#[test]
fn python_does_not_buffer_its_answers() {
    let program = shell("while read x; do echo $PYTHONUNBUFFERED; done").answering_lines();
    assert_eq!(program.value(&[0.0]), Ok(1.0));
}

/// Nothing is known about a point at which a program could not be started: the run ends, and its journal knows nothing of it.
#[test]
fn a_program_that_cannot_be_started_ends_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("objective");
    // Another process writes it: a file that this one has open for writing cannot be started by a process that another
    // test forks meanwhile.
    let install = |body: &str| {
        let write = r#"printf '#!/bin/sh\n%s\n' "$1" > "$0" && chmod +x "$0""#;
        let status =
            std::process::Command::new("sh").arg("-c").arg(write).arg(&path).arg(body).status().unwrap();
        assert!(status.success());
    };
    for threads in [1, 3] {
        let journal = Journal::new(folder.path().join(threads.to_string())).of_every_value();
        let run = |program: Program, budget, journal| {
            let problem = Problem::of(program, vec![2.0]).unwrap();
            let run = Run::within(&Budget::evaluations(budget)).on_threads(threads).with_journal(journal);
            PatternSearch::default().run(&problem, &run, &mut ())
        };
        let started = |budget| run(Program::new(&path), budget, journal.clone().resumed());
        for program in [Program::new(&path), Program::new(&path).answering_lines()] {
            let error = run(program, 100, journal.clone().resumed()).unwrap_err();
            let Error::NoValue { status: Status::NotStarted, complaint: Some(why), failed: 0, first: None } =
                &error
            else {
                panic!("{threads} threads: {error}");
            };
            assert!(why.starts_with(&format!("{} cannot be started: ", path.display())), "{why}");
        }
        // Installed, removed on the way, and installed again.
        install("rm $0; echo 2");
        let first = started(100).unwrap();
        assert_eq!((first.status, first.exit_flag(), first.value), (Status::NotStarted, -1, 2.0));
        assert_eq!((first.counts.evaluations, first.counts.failed), (1, 0), "{threads} threads");
        assert!(first.explain().contains("cannot be started") && first.explain().contains("the run goes on"));
        install("awk \"BEGIN { printf \\\"%.17g\\n\\\", ($1 - 0.5)^2 }\"");
        let second = started(40).unwrap();
        assert_eq!((second.counts.evaluations, second.counts.failed), (40, 0));
        assert_eq!((second.start_value, second.journal.unwrap().known), (2.0, 1));
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_program_that_failed_is_started_anew() {
    let folder = tempfile::tempdir().unwrap();
    let flag = folder.path().join("second");
    let script = format!(
        "if [ -e {0} ]; then while read x; do echo 5; done; else touch {0}; read x; exit 1; fi",
        flag.display()
    );
    let program = shell(&script).answering_lines();
    assert!(program.value(&[0.0]).is_err());
    assert_eq!(program.value(&[0.0]), Ok(5.0));
}

#[test]
fn a_time_limit_kills_the_program_and_all_it_has_started() {
    let folder = tempfile::tempdir().unwrap();
    let [mark, answered, behind] = ["mark", "answered", "behind"].map(|name| folder.path().join(name));
    let sleepy = shell(&format!("(sleep 3; touch {}) & wait", mark.display())).within_seconds(0.2);
    assert_eq!(sleepy.value(&[0.0]), Err(Failure::TimedOut { seconds: 0.2 }));
    let script = format!("while read x; do sleep 30; touch {}; echo 1; done", answered.display());
    let lines = shell(&script).answering_lines().within_seconds(0.2);
    assert_eq!(lines.value(&[0.0]), Err(Failure::TimedOut { seconds: 0.2 }));
    assert!(!answered.exists(), "its sleep was not waited for");
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert!(!mark.exists(), "the grandchild was killed too");
    // A program that leaves something behind is not waited for either.
    let script = format!("(sleep 60; touch {}) & echo 4", behind.display());
    assert_eq!(shell(&script).value(&[0.0]), Ok(4.0));
    assert!(!behind.exists());
}

#[test]
fn a_search_over_a_program_is_the_same_on_several_threads() {
    let sphere =
        r#"while read a b; do awk "BEGIN { printf \"%.17g\n\", ($a - 0.5)^2 + ($b - 0.5)^2 }"; done"#;
    let program = shell(sphere).answering_lines();
    let problem = Problem::of(program, vec![2.0, -1.0]).unwrap();
    let run = |threads| {
        let run = Run::within(&Budget::evaluations(200)).on_threads(threads);
        PatternSearch::default().run(&problem, &run, &mut ()).unwrap()
    };
    let (one, three) = (run(1), run(3));
    assert_eq!(one.x, [0.5, 0.5]);
    assert_eq!((one.trace, one.counts.evaluations), (three.trace, three.counts.evaluations));
}

/// The body of a bowl in two variables, line by line, after a command that sees them as `$a` and `$b`.
fn bowl_after(command: &str) -> Program {
    let value = r#"awk "BEGIN { printf \"%.17g\n\", ($a - 0.5)^2 + 3 * ($b + 0.2)^2 }""#;
    shell(&format!("while read a b; do {command}; {value}; done")).answering_lines()
}

/// Who is killed is a matter of luck, since it goes by the order in which points come to the workers.
#[test]
fn workers_that_are_killed_on_the_way_change_nothing() {
    let run = |program: Program, threads| {
        let problem = Problem::of(program, vec![2.0, -1.0]).unwrap();
        let run = Run::within(&Budget::evaluations(90)).on_threads(threads);
        PatternSearch::default().run(&problem, &run, &mut ()).unwrap()
    };
    let undisturbed = run(bowl_after(":"), 1);
    for threads in [1, 4] {
        let folder = tempfile::tempdir().unwrap();
        let seen = folder.path().display();
        let killed = format!(
            "if ! [ -e {seen}/$a,$b ]; then touch {seen}/$a,$b; [ $(($(ls {seen} | wc -l) % 3)) = 0 ] && kill -9 $$; fi"
        );
        let outcome = run(bowl_after(&killed), threads);
        assert!(std::fs::read_dir(folder.path()).unwrap().count() >= 60, "some were killed");
        assert_eq!((outcome.x, outcome.trace), (undisturbed.x.clone(), undisturbed.trace.clone()));
        assert_eq!((outcome.counts.evaluations, outcome.counts.failed), (90, 0), "{threads} threads");
    }
}

/// Each third point that a worker sees for the first time kills it; the point is evaluated again by another.
#[test]
fn workers_that_are_killed_in_the_middle_of_a_batch_change_nothing() {
    for solver in ["hybrid", "coordinate", "quasi-newton"] {
        let search = search::solver(solver, &serde_json::json!({ "batch": 8 })).unwrap();
        let run = |program: Program, threads| {
            let problem = Problem::of(program, vec![2.0, -1.0]).unwrap();
            let run = Run::within(&Budget::evaluations(60)).on_threads(threads);
            search.run(&problem, &run, &mut ()).unwrap()
        };
        let undisturbed = run(bowl_after(":"), 1);
        let folder = tempfile::tempdir().unwrap();
        let seen = folder.path().display();
        let killed = format!(
            "if ! [ -e {seen}/$a,$b ]; then touch {seen}/$a,$b; [ $(($(ls {seen} | wc -l) % 3)) = 0 ] && kill -9 $$; fi"
        );
        let outcome = run(bowl_after(&killed), 4);
        let seen = std::fs::read_dir(folder.path()).unwrap().count();
        assert!(seen >= 30, "{solver}: {seen} points, a third of which kill");
        assert_eq!((&outcome.x, &outcome.trace), (&undisturbed.x, &undisturbed.trace), "{solver}");
        let cost = |outcome: &search::Outcome| {
            (outcome.counts.evaluations, outcome.counts.rounds, outcome.counts.failed)
        };
        assert_eq!(cost(&outcome), cost(&undisturbed), "{solver}");
        assert_eq!(outcome.counts.failed, 0, "{solver}");
    }
}

#[test]
fn a_point_that_kills_two_workers_has_failed() {
    let folder = tempfile::tempdir().unwrap();
    let starts = folder.path().join("starts");
    let program = shell(&format!(
        "echo >> {}; while read x; do if [ $x = 2.0 ]; then kill -9 $$; fi; echo $x; done",
        starts.display()
    ))
    .answering_lines();
    let started = || std::fs::read_to_string(&starts).unwrap().len();
    assert_eq!(program.value(&[1.0]), Ok(1.0));
    assert_eq!(started(), 1);
    assert!(reason(program.value(&[2.0])).contains("ended with signal: 9"));
    assert_eq!(started(), 2);
    assert_eq!(program.value(&[3.0]), Ok(3.0));
    assert_eq!(started(), 3);
}

#[test]
fn workers_that_are_killed_while_they_wait_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let script = format!("echo $$ >> {}; while read x; do sleep 0.3; echo $x; done", pids.display());
    let program = shell(&script).answering_lines();
    std::thread::scope(|scope| {
        for x in [1.0, 2.0, 3.0] {
            let program = &program;
            scope.spawn(move || assert_eq!(program.value(&[x]), Ok(x)));
        }
    });
    for pid in std::fs::read_to_string(&pids).unwrap().lines() {
        assert!(std::process::Command::new("kill").args(["-9", pid]).status().unwrap().success());
    }
    for x in [4.0, 5.0, 6.0] {
        assert_eq!(program.value(&[x]), Ok(x));
    }
}
