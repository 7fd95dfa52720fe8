//! Nothing moves that the reader did not move: no frame without cause, few frames for many keys, no work when idle, and
//! the right screen after a storm of resizes.
#![cfg(unix)]

mod common;

use std::thread;
use std::time::Duration;

use common::pty::Terminal;

/// Frames in what was written: with each the cursor is hidden.
fn frames(written: &[u8]) -> usize {
    written.windows(6).filter(|bytes| bytes == b"\x1b[?25l").count()
}

/// Waits until nothing more is written; gives how much was.
fn settled(terminal: &Terminal) -> usize {
    let mut written = terminal.written().len();
    loop {
        thread::sleep(Duration::from_millis(300));
        let now = terminal.written().len();
        if now == written {
            return now;
        }
        written = now;
    }
}

#[test]
fn a_reader_who_reads_is_left_in_peace() {
    let terminal = Terminal::open(&[], 120, 40);
    terminal.wait_for("SIDEBARS");
    let before = settled(&terminal);
    #[cfg(target_os = "linux")]
    let worked = terminal.processor_time();
    thread::sleep(Duration::from_secs(2));
    assert_eq!(terminal.written().len(), before);
    #[cfg(target_os = "linux")]
    assert!(terminal.processor_time() - worked <= Duration::from_millis(10));
}

#[test]
fn many_keys_at_once_are_few_frames() {
    let mut terminal = Terminal::open(&[], 120, 40);
    terminal.wait_for("SIDEBARS");
    let before = settled(&terminal);
    terminal.keys(&"jk".repeat(300));
    terminal.keys("G");
    terminal.wait_for("100 %");
    settled(&terminal);
    let frames = frames(&terminal.written()[before..]);
    assert!((1..=60).contains(&frames), "{frames} frames for 601 keys");
}

#[test]
fn a_storm_of_resizes_ends_on_the_right_screen() {
    let mut terminal = Terminal::open(&[], 100, 30);
    terminal.wait_for("SIDEBARS");
    // The rest of the frame may be on its way.
    settled(&terminal);
    let expected = terminal.screen();
    for turn in 0..60 {
        terminal.resize(1 + turn * 37 % 160, 1 + turn * 23 % 60);
    }
    terminal.resize(100, 30);
    terminal.wait("the screen as it was", |screen| screen == expected);
}

#[test]
fn a_huge_window_and_a_tiny_one_are_windows() {
    let mut terminal = Terminal::open(&[], 1000, 300);
    terminal.wait_for("SIDEBARS");
    terminal.keys("s");
    terminal.wait_for("[ ] flip");
    terminal.resize(1, 1);
    terminal.keys("qq");
    assert_eq!(terminal.end(), 0);
    terminal.assert_restored();
}

#[test]
fn keys_that_come_with_a_resize_are_heard_and_so_is_the_resize() {
    let mut terminal = Terminal::open(&[], 90, 30);
    terminal.wait_for("SIDEBARS");
    settled(&terminal);
    // Stopped, it finds all of it in the same moment; and it is more than is read at once.
    terminal.signal("STOP");
    terminal.keys(&"jk".repeat(1500));
    terminal.keys("?");
    terminal.resize(120, 40);
    terminal.signal("CONT");
    terminal.wait("the keys in a window of 120 columns", |screen| {
        screen.contains("more below") && screen.lines().any(|line| line.trim_end().chars().count() == 120)
    });
    terminal.keys("qq");
    assert_eq!(terminal.end(), 0);
}
