//! Inside tmux, which stands between cutline and the terminal: what is copied arrives, and links break nothing.
//! Skipped, with a word saying so, where there is no tmux.
#![cfg(unix)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use common::pty::{PATIENCE, Terminal};

/// A tmux of its own, which ends with the test.
struct Tmux {
    socket: PathBuf,
    folder: tempfile::TempDir,
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.run(&["kill-server"]);
    }
}

impl Tmux {
    /// Starts a shell command in it, `$cutline` in which is the binary under test; none where there is no tmux.
    fn start(script: &str) -> Option<Tmux> {
        if Command::new("tmux").arg("-V").output().is_err() {
            eprintln!("skipped: there is no tmux");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let tmux = Tmux { socket: folder.path().join("socket"), folder };
        let home = format!("HOME={}", tmux.folder.path().display());
        let cutline = format!("cutline={}", env!("CARGO_BIN_EXE_cutline"));
        tmux.run(&[
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "100",
            "-y",
            "30",
            "-e",
            &home,
            "-e",
            &cutline,
            script,
        ]);
        Some(tmux)
    }

    fn run(&self, arguments: &[&str]) -> String {
        let told = Command::new("tmux").arg("-S").arg(&self.socket).args(arguments).output().unwrap();
        String::from_utf8_lossy(&told.stdout).into_owned()
    }

    /// Asks until it says what is waited for.
    fn wait(&self, arguments: &[&str], words: &str) {
        let start = Instant::now();
        while !self.run(arguments).contains(words) {
            assert!(start.elapsed() < PATIENCE, "never saw {words:?}: {}", self.run(arguments));
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn wait_for(&self, words: &str) {
        self.wait(&["capture-pane", "-p"], words);
    }

    fn keys(&self, keys: &str) {
        self.run(&["send-keys", "-l", keys]);
    }
}

const ARTICLE: &str = "# At the quay\n\nThe [ferry timetable](https://example.org/ferry) hangs at the quay.\n\n\
    Nobody has read it since the storm.\n";

fn article(folder: &Path) -> String {
    let path = folder.join("quay.md");
    std::fs::write(&path, ARTICLE).unwrap();
    path.display().to_string()
}

#[test]
fn what_is_copied_reaches_tmux_and_the_terminal_around_it() {
    let folder = tempfile::tempdir().unwrap();
    // Without TMUX, as over a connection to elsewhere, cutline writes the escape sequence; tmux takes it where it may.
    for cutline in ["$cutline", "env -u TMUX $cutline"] {
        let Some(tmux) = Tmux::start(&format!("{cutline} {}", article(folder.path()))) else { return };
        tmux.run(&["set", "-g", "set-clipboard", "on"]);
        let around = Terminal::shell(&format!("tmux -S {} attach", tmux.socket.display()), 100, 30);
        around.wait_for("since the storm.");
        tmux.keys("}");
        around.wait_for("▎ The ferry");
        tmux.keys("y");
        tmux.wait_for("7 words copied");
        tmux.wait(&["show-buffer"], "The ferry timetable hangs at the quay.");
        around.wait("the clipboard's sequence", |_| {
            let written = around.written();
            written.windows(5).any(|bytes| bytes == b"\x1b]52;")
        });
        tmux.keys("v}y");
        tmux.wait(&["show-buffer"], "hangs at the quay.\n\nNobody has read it since the storm.");
        tmux.keys("Q");
    }
}

#[test]
fn links_leave_no_trace_in_a_tmux_that_does_not_know_them() {
    let folder = tempfile::tempdir().unwrap();
    let Some(tmux) = Tmux::start(&format!("$cutline {}", article(folder.path()))) else { return };
    tmux.wait_for("since the storm.");
    let screen = tmux.run(&["capture-pane", "-p"]);
    assert!(screen.lines().any(|line| line.contains("  The ferry timetable hangs at the quay.  ")), "{screen}");
    assert!(!screen.contains("]8;") && !screen.contains("example.org"), "{screen}");
    tmux.keys(";a");
    tmux.wait_for("Enter reads https://example.org/ferry");
}

#[test]
fn links_reach_the_terminal_around_a_tmux_that_knows_them() {
    let told = Command::new("tmux").arg("-V").output().map(|told| String::from_utf8_lossy(&told.stdout).into_owned());
    let version = told.unwrap_or_default().replace("tmux ", "");
    // 3.4 was the first to know links.
    if !version
        .split(['.', '-'])
        .take(2)
        .flat_map(|n| n.trim_end_matches(char::is_alphabetic).trim().parse::<u32>())
        .ge([3, 4])
    {
        eprintln!("skipped: tmux {version} knows no links");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let Some(tmux) = Tmux::start(&format!("$cutline {}", article(folder.path()))) else { return };
    tmux.run(&["set", "-ga", "terminal-features", "*:hyperlinks"]);
    let around = Terminal::shell(&format!("tmux -S {} attach", tmux.socket.display()), 100, 30);
    around.wait_for("since the storm.");
    around.wait("the link", |_| String::from_utf8_lossy(&around.written()).contains(";https://example.org/ferry"));
}
