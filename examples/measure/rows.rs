//! What is measured, a row of the table each.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sched::{CpuSet, sched_setaffinity};
use nix::unistd::Pid;

use crate::inputs;
use crate::program::{COLUMNS, Program, ROWS, spent};
use crate::table::{Row, Table};

const KILO: usize = 1000;
const MEGA: usize = 1000 * KILO;
/// A word that stands once, at the end of every large input.
const RARE: &str = "zyzzyva";

/// A program that shows articles: how it is started, and the key that scrolls a line.
struct Peer {
    name: &'static str,
    program: String,
    options: &'static [&'static str],
    down: &'static str,
}

struct Bench {
    /// The first is cutline as it is once installed: a copy. What a linker has just written lies in memory page by page,
    /// and is mapped so, which its first screen takes a sixth longer for.
    peers: Vec<Peer>,
    folder: tempfile::TempDir,
    rows: Vec<Row>,
}

/// Measures everything.
///
/// # Errors
/// No pseudo-terminal, or inputs that cannot be written.
pub fn measure(cutline: &str) -> io::Result<Table> {
    let installed = |name: &str| {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.exists())
    };
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("cutline");
    fs::copy(cutline, &copy)?;
    let mut peers =
        vec![Peer { name: "cutline", program: copy.to_string_lossy().into_owned(), options: &[], down: "j" }];
    for (name, options, down) in [("less", &[][..], "j"), ("w3m", &[], "J"), ("bat", &["--paging=always"], "j")] {
        if let Some(path) = installed(name) {
            peers.push(Peer { name, program: path.to_string_lossy().into_owned(), options, down });
        }
    }
    let mut bench = Bench { peers, folder, rows: Vec::new() };
    let small = bench.input("small.txt", &inputs::text(21 * KILO))?;
    let large = |bytes: usize| inputs::text(bytes) + RARE + " is the last word.\n";
    bench.small(&small, cutline)?;
    let ten = bench.input("ten.txt", &large(10 * MEGA))?;
    let hundred = bench.input("hundred.txt", &large(100 * MEGA))?;
    bench.first_screens(&ten, &hundred)?;
    bench.in_the_large(&ten, &hundred)?;
    bench.prints(&ten, cutline)?;
    bench.jsonl(cutline)?;
    bench.quit(&small)?;
    Ok(Table { programs: bench.peers.iter().map(|peer| peer.name).collect(), rows: bench.rows })
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn mebi(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// What the processor does for a program until its first screen is there.
fn until_frame(program: Program) -> f64 {
    program.wait_for_frame();
    millis(program.kill())
}

/// The value below which so much of all lie.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len().saturating_sub(1) as f64 * share).round() as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}

impl Bench {
    fn input(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.folder.path().join(name);
        fs::write(&path, text)?;
        Ok(path)
    }

    fn open(&self, peer: usize, input: &Path) -> io::Result<Program> {
        self.start(&self.peers[peer].program, self.peers[peer].options, input)
    }

    fn start(&self, program: &str, options: &[&str], input: &Path) -> io::Result<Program> {
        let input = input.to_string_lossy();
        let arguments: Vec<&str> = options.iter().copied().chain([&*input]).collect();
        Program::start(program, &arguments, self.folder.path())
    }

    /// A program with its first screen there.
    fn opened(&self, peer: usize, input: &Path) -> io::Result<Program> {
        let program = self.open(peer, input)?;
        program.wait_for_frame();
        program.settle();
        Ok(program)
    }

    /// The median of so many figures of each program, taken in turn.
    fn medians(&self, times: usize, mut figure: impl FnMut(usize) -> io::Result<f64>) -> io::Result<Vec<Vec<f64>>> {
        let mut all = vec![Vec::new(); self.peers.len()];
        for _ in 0..times {
            for (peer, all) in all.iter_mut().enumerate() {
                all.push(figure(peer)?);
            }
        }
        Ok(all.iter_mut().map(|all| vec![quantile(all, 0.5)]).collect())
    }

    fn row(&mut self, what: &'static str, unit: &'static str, figures: Vec<Vec<f64>>, must: &[f64], aim: &[f64]) {
        eprintln!("{what}: {:?}", figures.first().into_iter().flatten().collect::<Vec<_>>());
        let (must, aim) = (must.to_vec(), aim.to_vec());
        self.rows.push(Row { what, unit, figures, must, aim, more_is_better: false });
    }

    /// What the processor does until the first screen is there.
    fn first_screen(&self, peer: usize, input: &Path) -> io::Result<f64> {
        Ok(until_frame(self.open(peer, input)?))
    }

    fn small(&mut self, small: &Path, linked: &str) -> io::Result<()> {
        let mut just_linked = Vec::new();
        let mut first = self.medians(15, |peer| {
            if peer == 0 {
                just_linked.push(until_frame(self.start(linked, &[], small)?));
            }
            self.first_screen(peer, small)
        })?;
        first[0].push(quantile(&mut just_linked, 0.5));
        self.row("first screen of 21 KB, CPU, installed / just linked", "ms", first, &[6.0], &[3.5]);

        let peers = 0..self.peers.len();
        let (mut times, mut bytes, mut idle, mut flood, mut memory) = (vec![], vec![], vec![], vec![], vec![]);
        for peer in peers {
            let program = self.opened(peer, small)?;
            let down = self.peers[peer].down;
            let before = program.bytes();
            let lines = 100;
            let mut answers: Vec<f64> = (0..lines).map(|_| millis(program.answer(down))).collect();
            times.push(vec![quantile(&mut answers, 0.5), quantile(&mut answers, 0.95)]);
            let mut scrolled = vec![(program.bytes() - before) as f64 / f64::from(lines)];
            if peer == 0 {
                program.answer("z");
                let before = program.bytes();
                (0..lines).for_each(|_| _ = program.answer("k"));
                scrolled.push((program.bytes() - before) as f64 / f64::from(lines));
            }
            bytes.push(scrolled);
            let (before, woken) = (program.bytes(), program.wake_ups());
            thread::sleep(Duration::from_secs(2));
            idle.push(vec![(program.bytes() - before) as f64 / 2.0, (program.wake_ups() - woken) as f64 / 2.0]);
            memory.push(vec![mebi(program.memory())]);
            program.kill();
            flood.push(vec![self.flood(peer, small)?]);
        }
        self.row("key to screen, median / p95", "ms", times, &[0.8, 1.5], &[0.5, 1.0]);
        self.row("bytes for a line of scrolling, with panes / without", "", bytes, &[5000.0, 5000.0], &[1500.0, 300.0]);
        self.row("idle: bytes / wake-ups a second", "", idle, &[0.0, 0.0], &[0.0, 0.0]);
        self.row("keys at 200 a second: lag after the last", "ms", flood, &[5.0], &[1.0]);
        self.row("memory, 21 KB", "MiB", memory, &[12.0], &[6.0]);
        Ok(())
    }

    /// How long after the last of many keys, typed fast, the screen is there. It must be the one that they give typed
    /// slowly.
    fn flood(&self, peer: usize, input: &Path) -> io::Result<f64> {
        const KEYS: u32 = 150;
        let down = self.peers[peer].down;
        let slow = self.opened(peer, input)?;
        (0..KEYS).for_each(|_| _ = slow.answer(down));
        let fast = self.opened(peer, input)?;
        let start = Instant::now();
        let mut typed = start;
        for key in 0..KEYS {
            thread::sleep((start + key * Duration::from_millis(5)).saturating_duration_since(Instant::now()));
            typed = fast.keys(down);
        }
        let lag = fast.settle().saturating_duration_since(typed);
        if fast.screen() != slow.screen() {
            eprintln!("{}: keys typed fast give another screen", self.peers[peer].name);
            return Ok(f64::NAN);
        }
        slow.kill();
        fast.kill();
        Ok(millis(lag))
    }

    fn first_screens(&mut self, ten: &Path, hundred: &Path) -> io::Result<()> {
        let mut figures = self.medians(7, |peer| self.first_screen(peer, ten))?;
        for (figures, hundred) in figures.iter_mut().zip(self.medians(5, |peer| self.first_screen(peer, hundred))?) {
            figures.extend(hundred);
        }
        self.row("first screen of 10 / 100 MB, CPU", "ms", figures, &[30.0, 60.0], &[10.0, 10.0]);
        Ok(())
    }

    fn in_the_large(&mut self, ten: &Path, hundred: &Path) -> io::Result<()> {
        let whole = |program: &Program| program.wait(|screen| !screen.contents().contains("loading"));
        let program = self.opened(0, ten)?;
        let took_ten = whole(&program) - program.started;
        program.settle();
        let sizes = [(100, 40), (80, 24), (60, 30), (150, 50), (COLUMNS, ROWS)];
        let mut resized: Vec<f64> = sizes.iter().map(|(c, r)| millis(program.resize(*c, *r))).collect();
        program.kill();

        let program = self.opened(0, hundred)?;
        let took_hundred = whole(&program) - program.started;
        let memory = program.memory();
        program.settle();
        let end = millis(program.answer("G"));
        program.answer("g");
        let find = millis(program.answer(&format!("/{RARE}")));
        program.kill();
        self.row(
            "taken apart, 10 / 100 MB, in the background",
            "s",
            vec![vec![took_ten.as_secs_f64(), took_hundred.as_secs_f64()]],
            &[1.0, 10.0],
            &[0.4, 4.0],
        );
        let mut memories = vec![vec![mebi(memory) * f64::from(1 << 20) / (100 * MEGA) as f64]];
        let (mut jumps, mut resizes) = (vec![vec![end, find]], vec![vec![quantile(&mut resized, 0.5)]]);
        if let Some(less) = self.peers.iter().position(|peer| peer.name == "less") {
            let program = self.opened(less, hundred)?;
            let end = millis(program.answer("G"));
            program.answer("g");
            let typed = program.keys(&format!("/{RARE}\n"));
            let found = program.wait(|screen| screen.contents().contains(&format!("{RARE} is")));
            let figures = vec![end, millis(found.saturating_duration_since(typed))];
            memories.resize(less + 1, Vec::new());
            jumps.resize(less + 1, Vec::new());
            resizes.resize(less + 1, Vec::new());
            memories[less] = vec![mebi(program.memory()) * f64::from(1 << 20) / (100 * MEGA) as f64];
            jumps[less] = figures;
            program.kill();
            let program = self.opened(less, ten)?;
            let mut resized: Vec<f64> = sizes.iter().map(|(c, r)| millis(program.resize(*c, *r))).collect();
            resizes[less] = vec![quantile(&mut resized, 0.5)];
            program.kill();
        }
        self.row("memory, 100 MB", "times the file", memories, &[3.0], &[1.5]);
        self.row("to the end / find in 100 MB, once read", "ms", jumps, &[20.0, 300.0], &[2.0, 30.0]);
        self.row("resize at 10 MB", "ms", resizes, &[30.0], &[5.0]);
        Ok(())
    }

    fn prints(&mut self, ten: &Path, cutline: &str) -> io::Result<()> {
        let page = self.input("page.html", &inputs::html(MEGA))?;
        let commands = |input: &Path, peer: &str| {
            let mut command = Command::new(if peer == "cutline" { cutline } else { peer });
            match peer {
                "cutline" => command.arg("-p"),
                "w3m" => command.args(["-T", "text/html", "-dump"]),
                _ => &mut command,
            };
            command.arg(input);
            command
        };
        let mut text = vec![Vec::new(); self.peers.len()];
        let mut html = text.clone();
        for (at, peer) in self.peers.iter().enumerate() {
            if peer.name != "w3m" {
                text[at] = vec![self.worked(|| commands(ten, peer.name))?];
            }
            if matches!(peer.name, "cutline" | "w3m") {
                html[at] = vec![self.worked(|| commands(&page, peer.name))?];
            }
        }
        self.row("print 10 MB of text, CPU", "ms", text, &[600.0], &[200.0]);
        self.row("print 1 MB of HTML, CPU", "ms", html, &[80.0], &[25.0]);
        Ok(())
    }

    /// What the processor does for a command, in the median.
    fn worked(&self, command: impl Fn() -> Command) -> io::Result<f64> {
        let mut all = Vec::new();
        for _ in 0..5 {
            let before = spent();
            command().env("HOME", self.folder.path()).stdout(Stdio::null()).stdin(Stdio::null()).status()?;
            all.push(millis(spent() - before));
        }
        Ok(quantile(&mut all, 0.5))
    }

    fn jsonl(&mut self, cutline: &str) -> io::Result<()> {
        let mut pile = String::new();
        for seed in 1..=2000 {
            let record = serde_json::json!({"id": seed, "text": inputs::seeded_text(seed, 8 * KILO)});
            let _ = writeln!(pile, "{record}");
        }
        let bytes = pile.len() as f64;
        let pile = self.input("pile.jsonl", &pile)?;
        let cores = thread::available_parallelism()?.get();
        let mut best = [f64::MAX; 2];
        for _ in 0..5 {
            for (best, cores) in best.iter_mut().zip([1, 2]) {
                keep_to(cores)?;
                let start = Instant::now();
                let mut command = Command::new(cutline);
                command.args(["--from", "jsonl"]).arg(&pile).env("HOME", self.folder.path());
                command.stdout(Stdio::null()).status()?;
                *best = best.min(start.elapsed().as_secs_f64());
            }
        }
        keep_to(cores)?;
        let rates = best.map(|seconds| bytes / seconds / MEGA as f64);
        self.row("JSONL, many articles, one core / two", "MB/s", vec![rates.to_vec()], &[20.0, 36.0], &[60.0]);
        if let Some(row) = self.rows.last_mut() {
            row.more_is_better = true;
        }
        Ok(())
    }

    fn quit(&mut self, small: &Path) -> io::Result<()> {
        let mut quit = self.medians(7, |peer| Ok(millis(self.opened(peer, small)?.end(Some("q")))))?;
        for (quit, signal) in
            quit.iter_mut().zip(self.medians(7, |peer| Ok(millis(self.opened(peer, small)?.end(None))))?)
        {
            quit.extend(signal);
        }
        self.row("quit, by q / by a signal", "ms", quit, &[20.0, 20.0], &[5.0, 5.0]);
        Ok(())
    }
}

/// Keeps this program, and what it starts from now on, to so many cores, as far as there are so many.
fn keep_to(cores: usize) -> io::Result<()> {
    let mut set = CpuSet::new();
    (0..cores).try_for_each(|core| set.set(core))?;
    Ok(sched_setaffinity(Pid::from_raw(0), &set)?)
}
