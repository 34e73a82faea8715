//! What ends the programs that this process leaves behind when it is killed.
//!
//! A process that is killed cannot end its children. A shell that waits for the end of its input, which comes with the end
//! of this process however that ends, can: it is told of every group of processes that begins and ends, and kills those
//! that are left.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Reads `+ GROUP` and `- GROUP`. Signals that end this process, Ctrl-C for one, do not end it.
const SCRIPT: &str = "\
trap '' HUP INT QUIT TERM
groups=' '
while read -r sign group; do
    case $sign in
    +) groups=\"$groups$group \" ;;
    -) groups=\"${groups%% $group *} ${groups#* $group }\" ;;
    esac
done
for group in $groups; do kill -s KILL -- \"-$group\"; done";

/// A group of processes that does not outlive this one.
#[derive(Debug)]
pub(super) struct Guarded {
    group: u32,
}

impl Guarded {
    pub(super) fn group(group: u32) -> Self {
        tell('+', group);
        Guarded { group }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        tell('-', self.group);
    }
}

fn tell(sign: char, group: u32) {
    static GUARD: OnceLock<Option<Mutex<ChildStdin>>> = OnceLock::new();
    // Without a guard programs run all the same.
    if let Some(guard) = GUARD.get_or_init(start) {
        let mut guard = guard.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = guard.write_all(format!("{sign} {group}\n").as_bytes());
    }
}

fn start() -> Option<Mutex<ChildStdin>> {
    let mut command = Command::new("sh");
    command.args(["-c", SCRIPT, "patternsearch-guard"]).current_dir("/");
    // In a group of its own: who kills ours does not kill it.
    command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().ok()?.stdin.take().map(Mutex::new)
}
