//! Ends the programs that this process would leave behind when it is killed. A killed process cannot end its
//! children, but a shell can. The shell waits for the end of its input, which comes when this process ends
//! for any reason. It is told of every process group that begins or ends, and kills those that are left.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The guard's script, which reads `+ GROUP` and `- GROUP`. It ignores signals that end this process, such as
/// Ctrl-C.
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

/// A process group that does not outlive this process.
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
    // If the guard cannot be started, programs run without it.
    if let Some(guard) = GUARD.get_or_init(start) {
        let mut guard = guard.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = guard.write_all(format!("{sign} {group}\n").as_bytes());
    }
}

fn start() -> Option<Mutex<ChildStdin>> {
    let mut command = Command::new("sh");
    command.args(["-c", SCRIPT, "patternsearch-guard"]).current_dir("/");
    // In its own group, so that killing our group does not kill the guard.
    command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().ok()?.stdin.take().map(Mutex::new)
}
