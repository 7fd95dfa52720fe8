//! The real binary in a real pseudo-terminal: driven by keys, its screen read by a terminal emulator.
#![cfg(unix)]

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const PATIENCE: Duration = Duration::from_secs(20);

fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a window has cells")
}

/// A running cutline, the emulator that watches it, and everything it wrote.
struct Terminal {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<Mutex<(vt100::Parser, Vec<u8>)>>,
    _home: tempfile::TempDir,
}

impl Terminal {
    /// Starts a shell command in a window; `cutline` in it is the binary under test.
    fn shell(script: &str, columns: u16, rows: u16) -> Terminal {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", script]);
        Terminal::start(command, columns, rows)
    }

    /// Starts cutline itself.
    fn open(arguments: &[&str], columns: u16, rows: u16) -> Terminal {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_cutline"));
        command.args(arguments);
        Terminal::start(command, columns, rows)
    }

    fn start(mut command: CommandBuilder, columns: u16, rows: u16) -> Terminal {
        let home = tempfile::tempdir().unwrap();
        let binaries = std::path::Path::new(env!("CARGO_BIN_EXE_cutline")).parent().unwrap();
        let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap_or_default());
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        command.env_clear();
        for (name, value) in [("PATH", path.as_str()), ("TERM", "xterm-256color"), ("LANG", "C.UTF-8")] {
            command.env(name, value);
        }
        command.env("HOME", home.path());
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let seen = Arc::new(Mutex::new((vt100::Parser::new(cells(rows), cells(columns), 0), Vec::new())));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let sink = Arc::clone(&seen);
        thread::spawn(move || {
            let mut bytes = [0; 65536];
            while let Ok(read @ 1..) = reader.read(&mut bytes) {
                let mut sink = sink.lock().unwrap();
                sink.0.process(&bytes[..read]);
                sink.1.extend_from_slice(&bytes[..read]);
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Terminal { master: pair.master, writer, child, seen, _home: home }
    }

    fn screen(&self) -> String {
        self.seen.lock().unwrap().0.screen().contents()
    }

    fn written(&self) -> Vec<u8> {
        self.seen.lock().unwrap().1.clone()
    }

    fn alternate(&self) -> bool {
        self.seen.lock().unwrap().0.screen().alternate_screen()
    }

    fn keys(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    fn resize(&mut self, columns: u16, rows: u16) {
        self.seen.lock().unwrap().0.screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Waits until the screen is as asked; fails with the screen if it never is.
    fn wait(&self, what: &str, test: impl Fn(&str) -> bool) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if test(&self.screen()) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("never saw {what}; the screen is\n{}", self.screen());
    }

    fn wait_for(&self, words: &str) {
        self.wait(&format!("“{words}”"), |screen| screen.contains(words));
    }

    /// Waits for the end; gives the exit status.
    fn end(&mut self) -> u32 {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            thread::sleep(Duration::from_millis(5));
        }
        self.child.kill().unwrap();
        panic!("never ended; the screen is\n{}", self.screen());
    }

    /// The modes of the line, as `stty` tells them.
    #[cfg(target_os = "linux")]
    fn modes(&self) -> String {
        let tty = self.master.tty_name().unwrap();
        let told = Command::new("stty").arg("-a").arg("-F").arg(tty).output().unwrap();
        String::from_utf8(told.stdout).unwrap()
    }

    fn signal(&self, name: &str) {
        let id = self.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Everything that cutline switched on is off again.
    fn assert_restored(&self) {
        assert!(!self.alternate());
        let seen = self.seen.lock().unwrap();
        let screen = seen.0.screen();
        assert!(!screen.hide_cursor());
        assert!(!screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }
}

#[test]
fn open_skim_toggle_find_quit() {
    let mut terminal = Terminal::open(&[], 120, 40);
    terminal.wait_for("SIDEBARS");
    terminal.wait_for("Gull makes off with the mouse");
    terminal.keys("s");
    terminal.wait_for("1 of 3  The keys");
    terminal.keys("]");
    terminal.wait_for("2 of 3");
    terminal.keys("q");
    terminal.wait_for("CAPTIONS");
    terminal.keys("D");
    terminal.wait_for("copies shown");
    terminal.keys("/viaduct");
    terminal.wait_for("1 of 1");
    terminal.keys("\r");
    terminal.wait_for("It rolled through a cutting");
    terminal.keys("qq");
    assert_eq!(terminal.end(), 0);
    terminal.assert_restored();
}

#[test]
#[cfg(target_os = "linux")]
fn the_lines_modes_are_as_they_were() {
    // The shell stays, so that the line can be asked after cutline has gone.
    let mut terminal = Terminal::shell("cutline; echo gone; read line", 80, 24);
    let before = {
        let plain = Terminal::shell("echo ready; read line", 80, 24);
        plain.wait_for("ready");
        plain.modes()
    };
    terminal.wait_for("SIDEBARS");
    assert_ne!(terminal.modes(), before, "raw mode changes the line");
    terminal.keys("q");
    terminal.wait_for("gone");
    assert_eq!(terminal.modes(), before);
    terminal.assert_restored();
}

#[test]
fn signals_end_it_with_the_terminal_restored() {
    for name in ["TERM", "HUP", "INT"] {
        let mut terminal = Terminal::open(&[], 100, 30);
        terminal.wait_for("SIDEBARS");
        assert!(terminal.alternate());
        terminal.signal(name);
        assert_ne!(terminal.end(), 0, "SIG{name} is no success");
        let start = Instant::now();
        while terminal.alternate() && start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(5));
        }
        terminal.assert_restored();
    }
}

#[test]
fn suspended_and_resumed_it_draws_its_screen_again() {
    let mut terminal = Terminal::shell("set -m; cutline; echo stopped; fg >/dev/null; echo over; read line", 100, 30);
    terminal.wait_for("SIDEBARS");
    terminal.keys("\x1a");
    // The shell's `echo stopped` is on the main screen, and `fg` brings cutline back at once.
    terminal.wait("its screen again after a stop", |screen| screen.contains("SIDEBARS"));
    terminal.wait("the stop", |_| {
        let written = terminal.written();
        let leaves = written.windows(8).filter(|w| w == b"\x1b[?1049l").count();
        let enters = written.windows(8).filter(|w| w == b"\x1b[?1049h").count();
        leaves == 1 && enters >= 2
    });
    terminal.wait_for("SIDEBARS");
    terminal.keys("?");
    terminal.wait_for("more below");
    terminal.keys("qq");
    terminal.wait_for("over");
    terminal.assert_restored();
}

#[test]
fn a_resize_redraws_at_the_same_words() {
    let mut terminal = Terminal::open(&[], 120, 40);
    terminal.wait_for("SIDEBARS");
    terminal.keys(" ");
    terminal.wait("the second page", |screen| !screen.contains("By Cordelia Finch"));
    let words = "The reading room’s one computer";
    terminal.wait_for(words);
    for (columns, rows) in [(80, 24), (40, 12), (1, 1), (160, 50)] {
        terminal.resize(columns, rows);
        if columns > 40 {
            terminal.wait_for(words);
        }
    }
    terminal.wait_for("SIDEBARS");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn an_article_piped_in_is_read_with_keys_from_the_terminal() {
    let mut terminal = Terminal::shell("cat assets/welcome.txt | cutline; echo status $?; read line", 120, 40);
    terminal.wait_for("SIDEBARS");
    terminal.keys("s");
    terminal.wait_for("1 of 3");
    terminal.keys("qq");
    terminal.wait_for("status 0");
}

#[test]
fn no_control_character_of_an_article_reaches_the_terminal() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("attack.txt");
    std::fs::write(
        &file,
        "A title \x1b]0;owned\x07 that attacks\n\nBody \x1b[31mred\x1b[0m \u{9b}31m \u{202e}backwards\u{202c} \x08\x7f end.\n\n\x1bPdevice\x1b\\ control.\n",
    )
    .unwrap();
    let mut terminal = Terminal::open(&[file.to_str().unwrap()], 100, 30);
    terminal.wait_for("backwards");
    terminal.keys("r");
    terminal.wait_for("RAW");
    terminal.keys("qq");
    terminal.end();
    let written = String::from_utf8_lossy(&terminal.written()).into_owned();
    for attack in ["\x1b]0;owned", "\x1b[31m", "\u{9b}", "\u{202e}", "\x1bP", "\x08", "\x7f"] {
        assert!(!written.contains(attack), "{attack:?} was written");
    }
    assert!(written.contains("␛"));
}
