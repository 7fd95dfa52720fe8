//! A program in a pseudo-terminal of its own, its screen read by a terminal emulator.

use std::io::{self, Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

pub const COLUMNS: u16 = 120;
pub const ROWS: u16 = 40;

/// Longer than anything may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long nothing must come for a frame to be over.
const QUIET: Duration = Duration::from_millis(25);

/// What the terminal has seen.
struct Seen {
    screen: vt100::Parser,
    bytes: usize,
    /// When the last of them came.
    last: Instant,
}

pub struct Program {
    master: Box<dyn MasterPty + Send>,
    writer: Arc<Mutex<Box<dyn Write + Send>>>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<Mutex<Seen>>,
    pub started: Instant,
    spent: Duration,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn window(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).unwrap_or(NonZeroU16::MIN)
}

/// What the processor has done for programs that have ended.
pub fn spent() -> Duration {
    getrusage(UsageWho::RUSAGE_CHILDREN).map_or(Duration::ZERO, |usage| {
        let micros = |time: nix::sys::time::TimeVal| (time.tv_sec() * 1_000_000 + time.tv_usec()) as u64;
        Duration::from_micros(micros(usage.user_time()) + micros(usage.system_time()))
    })
}

impl Program {
    /// Starts a program, with nothing of this environment but where programs are.
    pub fn start(program: &str, arguments: &[&str], home: &std::path::Path) -> io::Result<Program> {
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        let path = std::env::var("PATH").unwrap_or_default();
        for (name, value) in [("PATH", path.as_str()), ("TERM", "xterm-256color"), ("LANG", "C.UTF-8")] {
            command.env(name, value);
        }
        command.env("HOME", home);
        let pair = native_pty_system().openpty(window(COLUMNS, ROWS)).map_err(io::Error::other)?;
        let spent = spent();
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).map_err(io::Error::other)?;
        drop(pair.slave);
        let writer = Arc::new(Mutex::new(pair.master.take_writer().map_err(io::Error::other)?));
        let mut reader = pair.master.try_clone_reader().map_err(io::Error::other)?;
        let screen = vt100::Parser::new(cells(ROWS), cells(COLUMNS), 0);
        let seen = Arc::new(Mutex::new(Seen { screen, bytes: 0, last: started }));
        let (sink, answer) = (Arc::clone(&seen), Arc::clone(&writer));
        thread::spawn(move || {
            let mut bytes = [0; 65536];
            while let Ok(read @ 1..) = reader.read(&mut bytes) {
                let last = Instant::now();
                // A terminal tells its ground, as most do.
                if bytes[..read].windows(6).any(|bytes| bytes == b"\x1b]11;?") {
                    let _ = lock(&answer).write_all(b"\x1b]11;rgb:1c1c/1c1c/1c1c\x07");
                }
                let mut seen = lock(&sink);
                seen.screen.process(&bytes[..read]);
                seen.bytes += read;
                seen.last = last;
            }
        });
        Ok(Program { master: pair.master, writer, child, seen, started, spent })
    }

    pub fn screen(&self) -> String {
        lock(&self.seen).screen.screen().contents()
    }

    /// Bytes that it has written.
    pub fn bytes(&self) -> usize {
        lock(&self.seen).bytes
    }

    /// Waits until the screen is as asked; says when that was.
    pub fn wait(&self, test: impl Fn(&vt100::Screen) -> bool) -> Instant {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let seen = lock(&self.seen);
            if test(seen.screen.screen()) {
                return seen.last;
            }
            drop(seen);
            thread::sleep(Duration::from_micros(500));
        }
        start + PATIENCE
    }

    /// Waits until there is something in the last row of the screen, where every program writes last.
    pub fn wait_for_frame(&self) -> Instant {
        self.wait(|screen| {
            (0..COLUMNS).any(|column| screen.cell(ROWS - 1, column).is_some_and(vt100::Cell::has_contents))
        })
    }

    /// Waits until nothing more comes; says when the last bytes came.
    pub fn settle(&self) -> Instant {
        loop {
            let last = lock(&self.seen).last;
            if last.elapsed() > QUIET {
                return last;
            }
            thread::sleep(QUIET.saturating_sub(last.elapsed()) + Duration::from_millis(1));
        }
    }

    /// Types keys, and says when.
    pub fn keys(&self, keys: &str) -> Instant {
        let now = Instant::now();
        let mut writer = lock(&self.writer);
        let _ = writer.write_all(keys.as_bytes()).and_then(|()| writer.flush());
        now
    }

    /// Types keys, and waits for the frame that they cause; says how long it took to its last byte.
    pub fn answer(&self, keys: &str) -> Duration {
        let before = self.bytes();
        let typed = self.keys(keys);
        self.caused(before, typed)
    }

    pub fn resize(&self, columns: u16, rows: u16) -> Duration {
        let before = self.bytes();
        lock(&self.seen).screen.screen_mut().set_size(cells(rows), cells(columns));
        let resized = Instant::now();
        let _ = self.master.resize(window(columns, rows));
        self.caused(before, resized)
    }

    fn caused(&self, before: usize, since: Instant) -> Duration {
        while self.bytes() == before && since.elapsed() < PATIENCE {
            thread::sleep(Duration::from_micros(100));
        }
        self.settle() - since
    }

    /// A number that the kernel tells of the program, in kB where it is a size.
    fn told(&self, file: &str, name: &str) -> u64 {
        let told = std::fs::read_to_string(file).unwrap_or_default();
        let line = told.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.split_whitespace().find_map(|word| word.parse().ok()).unwrap_or_default()
    }

    fn proc(&self) -> String {
        format!("/proc/{}", self.child.process_id().unwrap_or_default())
    }

    /// The most memory that it has had, in bytes.
    pub fn memory(&self) -> u64 {
        self.told(&format!("{}/status", self.proc()), "VmHWM:") * 1024
    }

    /// How often its threads have waited for something and gone on.
    pub fn wake_ups(&self) -> u64 {
        let threads = std::fs::read_dir(format!("{}/task", self.proc()));
        let status = |thread: std::fs::DirEntry| thread.path().join("status").to_string_lossy().into_owned();
        let told = |thread| self.told(&status(thread), "voluntary_ctxt_switches:");
        threads.into_iter().flatten().flatten().map(told).sum()
    }

    /// Waits for its end after keys, or after a signal; says how long that took.
    pub fn end(mut self, keys: Option<&str>) -> Duration {
        let since = match keys {
            Some(keys) => self.keys(keys),
            None => {
                let id = i32::try_from(self.child.process_id().unwrap_or_default()).unwrap_or_default();
                let since = Instant::now();
                let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::SIGTERM);
                since
            }
        };
        let _ = self.child.wait();
        since.elapsed()
    }

    /// Kills it; says how much the processor has done for it.
    pub fn kill(mut self) -> Duration {
        let _ = self.child.kill();
        let _ = self.child.wait();
        spent() - self.spent
    }
}
