//! The question for the terminal's ground, put by the real binary to pseudo-terminals that answer at once, late, in
//! pieces, or never: the first frame waits no longer than it may, and no answer becomes keys.
#![cfg(unix)]

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const QUESTION: &[u8] = b"\x1b]11;?";
const LONG: Duration = Duration::from_secs(20);
/// The colour of the text in the light theme, and the dark theme's own ground, as they are written.
const LIGHT_TEXT: &[u8] = b"38;2;46;44;41";
const LIGHT_GROUND: &[u8] = b"48;2;251;249;244";
const DARK_TEXT: &[u8] = b"38;2;214;210;201";
const DARK_GROUND: &[u8] = b"48;2;27;28;31";

/// cutline on a terminal that does what the test has it do.
struct Terminal {
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<Vec<u8>>,
    written: Vec<u8>,
    emulator: vt100::Parser,
    _master: Box<dyn MasterPty + Send>,
    _home: tempfile::TempDir,
}

impl Terminal {
    fn open(arguments: &[&str], environment: &[(&str, &str)]) -> Terminal {
        let home = tempfile::tempdir().unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_cutline"));
        command.args(arguments);
        command.env_clear();
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        command.env("HOME", home.path());
        for (name, value) in [("TERM", "xterm-256color"), ("COLORTERM", "truecolor")].iter().chain(environment) {
            command.env(name, value);
        }
        let size = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 65536];
            while let Ok(read @ 1..) = reader.read(&mut bytes) {
                let _ = sender.send(bytes[..read].to_vec());
            }
        });
        let cells = |n| NonZeroU16::new(n).unwrap();
        Terminal {
            writer: pair.master.take_writer().unwrap(),
            child,
            output,
            written: Vec::new(),
            emulator: vt100::Parser::new(cells(40), cells(120), 0),
            _master: pair.master,
            _home: home,
        }
    }

    fn says(&mut self, bytes: &str) {
        self.writer.write_all(bytes.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    fn wrote(&self, bytes: &[u8]) -> bool {
        self.written.windows(bytes.len()).any(|window| window == bytes)
    }

    fn screen(&self) -> String {
        self.emulator.screen().contents()
    }

    /// Reads until it is as asked; gives the time that took.
    fn wait(&mut self, what: &str, test: impl Fn(&Terminal) -> bool) -> Duration {
        let start = Instant::now();
        while !test(self) {
            match self.output.recv_timeout(LONG.saturating_sub(start.elapsed())) {
                Ok(bytes) => {
                    self.emulator.process(&bytes);
                    self.written.extend(bytes);
                }
                Err(_) => panic!("never saw {what}; the screen is\n{}", self.screen()),
            }
        }
        start.elapsed()
    }

    fn wait_for_question(&mut self) {
        self.wait("the question", |terminal| terminal.wrote(QUESTION));
    }

    /// The first frame is there, down to its last corner.
    fn wait_for_frame(&mut self) -> Duration {
        self.wait("the frame", |terminal| {
            let screen = terminal.screen();
            screen.contains("? help  / find") && screen.trim_end().ends_with('┘')
        })
    }

    fn wait_for(&mut self, words: &str) -> Duration {
        self.wait(words, |terminal| terminal.screen().contains(words))
    }

    /// Reads whatever comes in a while.
    fn pause(&mut self, millis: u64) {
        let until = Instant::now() + Duration::from_millis(millis);
        loop {
            match self.output.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(bytes) => {
                    self.emulator.process(&bytes);
                    self.written.extend(bytes);
                }
                Err(RecvTimeoutError::Timeout) => return,
                Err(RecvTimeoutError::Disconnected) => panic!("it ended"),
            }
        }
    }

    /// Quits with one key: had a key of an answer opened anything, that would only close it.
    fn quit(mut self) {
        self.says("q");
        let start = Instant::now();
        while start.elapsed() < LONG {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert_eq!(status.exit_code(), 0);
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("it did not end");
    }
}

#[test]
fn a_light_terminal_that_answers_gets_the_light_theme_on_its_own_ground() {
    let mut terminal = Terminal::open(&[], &[]);
    terminal.wait_for_question();
    terminal.says("\x1b]11;rgb:ffff/ffff/ffff\x1b\\");
    terminal.wait_for_frame();
    assert!(terminal.wrote(LIGHT_TEXT));
    assert!(!terminal.wrote(DARK_TEXT), "the first frame is light already");
    assert!(!terminal.wrote(LIGHT_GROUND), "the ground is the terminal's own");
    terminal.quit();
}

#[test]
fn a_silent_terminal_is_waited_for_no_longer_than_a_tenth_of_a_second() {
    let mut terminal = Terminal::open(&[], &[]);
    terminal.wait_for_question();
    let waited = terminal.wait_for_frame();
    println!("first frame {waited:?} after the question");
    // The rest is for drawing, on a machine that may be busy.
    assert!(waited < Duration::from_millis(500), "{waited:?}");
    assert!(terminal.wrote(DARK_TEXT) && terminal.wrote(DARK_GROUND), "what is not known is painted");
    terminal.quit();
}

#[test]
fn a_silent_terminal_may_have_told_its_colours_otherwise() {
    let mut terminal = Terminal::open(&[], &[("COLORFGBG", "0;15")]);
    terminal.wait_for_frame();
    assert!(terminal.wrote(LIGHT_TEXT) && terminal.wrote(LIGHT_GROUND));
    terminal.quit();
}

#[test]
fn a_late_answer_changes_the_colours_and_presses_no_keys() {
    let mut terminal = Terminal::open(&[], &[]);
    terminal.wait_for_frame();
    terminal.pause(300);
    let before = terminal.screen();
    terminal.says("\x1b]11;rgb:ffff/ffff/ffff\x07");
    terminal.wait("light text", |terminal| terminal.wrote(LIGHT_TEXT));
    terminal.pause(100);
    assert_eq!(terminal.screen(), before);
    terminal.quit();
}

#[test]
fn an_answer_in_pieces_presses_no_keys() {
    for pieces in [
        &["\x1b", "]11;rgb:ffff/ffff/ffff\x07"][..],
        &["\x1b]1", "1;rgb:ff", "ff/ffff/", "ffff\x1b", "\\"],
        &["\x1b]11;rgb:ffff/ffff/ffff\x1b"],
    ] {
        let mut terminal = Terminal::open(&[], &[]);
        terminal.wait_for_frame();
        let before = terminal.screen();
        for piece in pieces {
            terminal.says(piece);
            terminal.pause(10);
        }
        terminal.wait("light text", |terminal| terminal.wrote(LIGHT_TEXT));
        terminal.pause(100);
        assert_eq!(terminal.screen(), before, "{pieces:?}");
        terminal.quit();
    }
}

#[test]
fn an_answer_that_says_nothing_presses_no_keys() {
    let mut terminal = Terminal::open(&[], &[]);
    terminal.wait_for_frame();
    let before = terminal.screen();
    // The question as an echo, and an answer to a question that was not put.
    terminal.says("\x1b]11;?\x07\x1b[?62;22c");
    terminal.pause(200);
    assert_eq!(terminal.screen(), before);
    terminal.quit();
}

#[test]
fn keys_typed_before_the_answer_and_after_it_are_not_lost() {
    let mut terminal = Terminal::open(&[], &[]);
    terminal.says("?");
    terminal.wait_for_question();
    terminal.says("q\x1b[6~\x1b]11;rgb:ffff/ffff/ffff\x1b\\?");
    terminal.wait_for("more below");
    terminal.says("\x1b");
    terminal.wait_for_frame();
    assert!(!terminal.screen().contains("By Cordelia Finch"), "a page on");
    assert!(terminal.wrote(LIGHT_TEXT) && !terminal.wrote(DARK_TEXT));
    terminal.says("g");
    terminal.wait_for("By Cordelia Finch");
    terminal.quit();
}

#[test]
fn with_a_theme_named_nothing_is_asked() {
    let config = tempfile::tempdir().unwrap();
    let path = config.path().join("config.toml");
    std::fs::write(&path, "theme = \"light\"\n").unwrap();
    for (arguments, text, ground) in [
        (["--theme", "dark"], DARK_TEXT, DARK_GROUND),
        (["--config", path.to_str().unwrap()], LIGHT_TEXT, LIGHT_GROUND),
    ] {
        let mut terminal = Terminal::open(&arguments, &[]);
        terminal.wait_for_frame();
        assert!(!terminal.wrote(QUESTION), "{arguments:?}");
        assert!(terminal.wrote(text) && terminal.wrote(ground), "{arguments:?}");
        terminal.quit();
    }
}

#[test]
fn a_theme_that_is_named_has_its_colours_whatever_no_color_says() {
    let mut terminal = Terminal::open(&["--theme", "light"], &[("NO_COLOR", "1")]);
    terminal.wait_for_frame();
    assert!(terminal.wrote(LIGHT_TEXT) && terminal.wrote(LIGHT_GROUND));
    terminal.quit();
}

#[test]
fn terminals_without_colours_and_those_that_do_not_understand_are_not_asked() {
    for environment in [("NO_COLOR", "1"), ("TERM", "dumb"), ("TERM", "linux"), ("TERM", "screen.xterm-256color")] {
        let mut terminal = Terminal::open(&[], &[environment]);
        terminal.wait_for_frame();
        assert!(!terminal.wrote(QUESTION), "{environment:?}");
        let colours = [&b"38;2;"[..], b"38;5;", b"48;2;", b"48;5;"].into_iter().any(|colour| terminal.wrote(colour));
        let plain = matches!(environment, ("NO_COLOR", _) | (_, "dumb"));
        assert!(!(plain && colours), "{environment:?}");
        terminal.quit();
    }
}
