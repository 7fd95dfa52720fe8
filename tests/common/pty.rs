//! The real binary in a real pseudo-terminal, its screen read by a terminal emulator.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

pub const PATIENCE: Duration = Duration::from_secs(20);

fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a window has cells")
}

/// Where configuration and memory are kept.
pub enum Home {
    Own(tempfile::TempDir),
    Lent(PathBuf),
}

impl Home {
    fn path(&self) -> &Path {
        match self {
            Home::Own(folder) => folder.path(),
            Home::Lent(path) => path,
        }
    }
}

/// A running cutline, the emulator that watches it, and everything it wrote.
pub struct Terminal {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<Mutex<(vt100::Parser, Vec<u8>)>>,
    _home: Home,
}

impl Terminal {
    /// Starts a shell command in a window; `cutline` in it is the binary under test.
    pub fn shell(script: &str, columns: u16, rows: u16) -> Terminal {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", script]);
        Terminal::start(command, columns, rows)
    }

    /// Starts cutline itself.
    pub fn open(arguments: &[&str], columns: u16, rows: u16) -> Terminal {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_cutline"));
        command.args(arguments);
        Terminal::start(command, columns, rows)
    }

    /// Starts cutline itself with a home that outlives it.
    pub fn open_at_home(arguments: &[&str], home: &Path, columns: u16, rows: u16) -> Terminal {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_cutline"));
        command.args(arguments);
        Terminal::start_at_home(command, Home::Lent(home.to_path_buf()), columns, rows)
    }

    fn start(command: CommandBuilder, columns: u16, rows: u16) -> Terminal {
        Terminal::start_at_home(command, Home::Own(tempfile::tempdir().unwrap()), columns, rows)
    }

    fn start_at_home(mut command: CommandBuilder, home: Home, columns: u16, rows: u16) -> Terminal {
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

    pub fn screen(&self) -> String {
        self.seen.lock().unwrap().0.screen().contents()
    }

    /// One row of the screen, from 0.
    pub fn row(&self, row: usize) -> String {
        self.screen().lines().nth(row).unwrap_or_default().to_string()
    }

    pub fn written(&self) -> Vec<u8> {
        self.seen.lock().unwrap().1.clone()
    }

    pub fn alternate(&self) -> bool {
        self.seen.lock().unwrap().0.screen().alternate_screen()
    }

    pub fn keys(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.seen.lock().unwrap().0.screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Waits until the screen is as asked; fails with the screen if it never is.
    pub fn wait(&self, what: &str, test: impl Fn(&str) -> bool) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if test(&self.screen()) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("never saw {what}; the screen is\n{}", self.screen());
    }

    pub fn wait_for(&self, words: &str) {
        self.wait(&format!("“{words}”"), |screen| screen.contains(words));
    }

    /// Waits for the end; gives the exit status.
    pub fn end(&mut self) -> u32 {
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
    pub fn modes(&self) -> String {
        let tty = self.master.tty_name().unwrap();
        let told = Command::new("stty").arg("-a").arg("-F").arg(tty).output().unwrap();
        String::from_utf8(told.stdout).unwrap()
    }

    /// How long the processor has worked for it.
    #[cfg(target_os = "linux")]
    pub fn processor_time(&self) -> Duration {
        let told = std::fs::read_to_string(format!("/proc/{}/stat", self.child.process_id().unwrap())).unwrap();
        // After the name in brackets: the 12th and 13th are ticks, of which Linux has a hundred a second.
        let after_name = told.rsplit_once(") ").unwrap().1;
        let ticks: u64 = after_name.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
        Duration::from_millis(ticks * 10)
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Everything that cutline switched on is off again. Its last bytes may still be on their way when it has ended.
    pub fn assert_restored(&self) {
        let start = Instant::now();
        while self.alternate() && start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(5));
        }
        assert!(!self.alternate());
        let seen = self.seen.lock().unwrap();
        let screen = seen.0.screen();
        assert!(!screen.hide_cursor());
        assert!(!screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }
}
