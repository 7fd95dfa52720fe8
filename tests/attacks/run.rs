//! Runs cutline under a limit of memory, printing or in a pseudo-terminal, and says what was wrong.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::bytes;
use super::cases::{Act, Case, Feed, Out, Way};

/// How long anything may take that has no limit of its own.
const PATIENCE: Duration = Duration::from_secs(30);
/// Address space that is only reserved: stacks of threads, arenas of the allocator, the program itself.
const RESERVED: u64 = 600 << 20;
/// What cutline may use besides twenty times its input.
const MEMORY: u64 = 100 << 20;

/// What a run took.
#[derive(Debug, Clone, Default)]
pub struct Took {
    pub time: Duration,
    /// How long it computed meanwhile, on all cores together; none where the system does not tell.
    pub computed: Option<Duration>,
    /// The most memory that was in use, in bytes; 0 where the system does not tell.
    pub memory: u64,
}

/// Runs a case one of its ways, in a directory of its own.
pub fn run(case: &Case, way: &Way, slow: bool) -> (Took, Result<(), String>) {
    let folder = tempfile::tempdir().expect("there is room for a directory");
    let mut took = Took::default();
    let outcome = case.prepare(folder.path()).and_then(|size| {
        let done = match way {
            Way::Print { .. } => print(case, way, folder.path(), size, &mut took),
            Way::Screen { .. } => screen(case, way, folder.path(), size, slow, &mut took),
        };
        done.and_then(|()| case.afterwards(folder.path()))
    });
    // What a case has locked is opened, so that it can be removed.
    let _ = Command::new("chmod").args(["-R", "u+rwX"]).arg(folder.path()).stderr(Stdio::null()).status();
    (took, outcome)
}

/// The words before cutline's own: a shell that sets the limit and becomes cutline.
fn limited(case: &Case, size: u64, before: &str) -> Vec<String> {
    let kilobytes = (20 * size + MEMORY + RESERVED) / 1024;
    let limit = if cfg!(target_os = "linux") { format!("ulimit -v {kilobytes}; ") } else { String::new() };
    let ours = std::env::var("CUTLINE").unwrap_or_else(|_| env!("CARGO_BIN_EXE_cutline").to_string());
    let program = case.peer.as_deref().unwrap_or(&ours);
    let words = ["-c", &format!("{limit}{}{before}exec \"$@\"", case.shell), "sh", program];
    words.iter().map(|word| (*word).to_string()).chain(case.arguments.iter().cloned()).collect()
}

fn environment(case: &Case, home: &Path) -> Vec<(String, String)> {
    let mut variables = vec![
        ("PATH".to_string(), std::env::var("PATH").unwrap_or_default()),
        ("TERM".to_string(), "xterm-256color".to_string()),
        ("LANG".to_string(), "C.UTF-8".to_string()),
        ("HOME".to_string(), home.display().to_string()),
    ];
    for (name, value) in &case.environment {
        variables.retain(|(known, _)| known != name);
        let value = value.as_ref().map(|value| value.replace("$HOME", &home.display().to_string()));
        variables.extend(value.map(|value| (name.clone(), value)));
    }
    variables
}

/// The most memory that a process has used so far.
fn peak(process: u32) -> Option<u64> {
    if is_ours(process) {
        return None;
    }
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// How long a process has computed so far. The system counts in hundredths of a second.
fn computed(process: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Duration::from_millis(10 * (ticks(11)? + ticks(12)?)))
}

/// Whether the process is still the one that is to become a shell: what it has in use is the tests' own.
fn is_ours(process: u32) -> bool {
    let program = |process: &str| std::fs::read_link(format!("/proc/{process}/exe")).ok();
    program("self") == program(&process.to_string())
}

fn check_memory(took: &Took, size: u64) -> Result<(), String> {
    let most = 20 * size + MEMORY;
    if took.memory <= most {
        return Ok(());
    }
    Err(format!("uses {} MB, not {}", took.memory >> 20, most >> 20))
}

fn check_words(case: &Case, text: &str) -> Result<(), String> {
    // Rows are broken anywhere: words are compared without the blanks.
    let squeezed: String = text.split_whitespace().collect();
    let has = |words: &String| squeezed.contains(&words.split_whitespace().collect::<String>());
    if let Some(words) = case.expected.iter().find(|words| !has(words)) {
        let end: String = text.chars().rev().take(200).collect::<Vec<_>>().into_iter().rev().collect();
        return Err(format!("does not say “{words}” but … {end:?}"));
    }
    case.forbidden.iter().find(|words| has(words)).map_or(Ok(()), |words| Err(format!("says “{words}”")))
}

fn print(case: &Case, way: &Way, home: &Path, size: u64, took: &mut Took) -> Result<(), String> {
    let Way::Print { form, out } = way else { return Ok(()) };
    let start = Instant::now();
    let before = if *out == Out::Closed { "exec 1>&-; " } else { "" };
    let mut command = Command::new("sh");
    command.args(limited(case, size, before)).current_dir(home);
    if case.peer.is_none() {
        command.args(["--format", form]);
    }
    command.env_clear().envs(environment(case, home));
    command.stdin(if case.fed.is_some() { Stdio::piped() } else { Stdio::null() });
    command.stderr(Stdio::piped());
    let full = || File::options().write(true).open("/dev/full").map_err(|error| error.to_string());
    command.stdout(if *out == Out::Full { full()?.into() } else { Stdio::piped() });
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let fed = feed(case, child.stdin.take());
    let collect = |mut from: Box<dyn Read + Send>, most: usize| {
        thread::spawn(move || {
            let (mut all, mut some) = (Vec::new(), vec![0; 1 << 16]);
            while all.len() < most
                && let Ok(read @ 1..) = from.read(&mut some)
            {
                all.extend_from_slice(&some[..read]);
            }
            all
        })
    };
    let most = if *out == Out::Broken { 1 } else { usize::MAX };
    let printed = child.stdout.take().map(|out| collect(Box::new(out), most));
    let complained = child.stderr.take().map(|out| collect(Box::new(out), usize::MAX));
    let status = loop {
        took.memory = peak(child.id()).unwrap_or(0).max(took.memory);
        took.computed = computed(child.id()).or(took.computed);
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        if start.elapsed() > PATIENCE {
            let _ = child.kill().and_then(|()| child.wait());
            return Err("never ends".into());
        }
        thread::sleep(Duration::from_millis(2));
    };
    took.time = start.elapsed();
    drop(fed);
    let text = |bytes: Option<thread::JoinHandle<Vec<u8>>>| bytes.and_then(|b| b.join().ok()).unwrap_or_default();
    let (printed, complained) = (text(printed), text(complained));
    // A tab is none of cutline's, but nothing that a terminal could be hurt by.
    let printed = if case.peer.is_some() {
        printed.iter().map(|b| if *b == b'\t' { b' ' } else { *b }).collect()
    } else {
        printed
    };
    let printed = if *out == Out::Broken { String::new() } else { bytes::check_print(&printed)? };
    let complained = bytes::check_print(&complained).map_err(|error| format!("on standard error {error}"))?;
    if complained.contains("panicked") || complained.contains("RUST_BACKTRACE") {
        return Err(format!("panics: {complained}"));
    }
    match status.code() {
        Some(code) if case.peer.is_some() || case.statuses.contains(&code) => {}
        _ => return Err(format!("ends with {status}: {complained}")),
    }
    check_memory(took, size)?;
    if *out == Out::Kept && *form == "text" && case.peer.is_none() {
        check_words(case, &format!("{printed}\n{complained}"))
    } else {
        Ok(())
    }
}

/// Writes what a case feeds through a pipe, until nobody reads it.
fn feed(case: &Case, pipe: Option<impl Write + Send + 'static>) -> Option<thread::JoinHandle<()>> {
    let (fed, mut pipe) = (case.fed.clone()?, pipe?);
    Some(thread::spawn(move || match fed {
        Feed::Once(bytes) => drop(pipe.write_all(&bytes())),
        Feed::Endless(bytes) => while pipe.write_all(&bytes).is_ok() {},
    }))
}

fn screen(case: &Case, way: &Way, home: &Path, size: u64, slow: bool, took: &mut Took) -> Result<(), String> {
    let Way::Screen { columns, rows, keys, act, opens } = way else { return Ok(()) };
    let window = |columns, rows| PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(window(*columns, *rows)).map_err(|error| error.to_string())?;
    let before = format!("{:?}", pair.master.get_termios());
    let mut command = CommandBuilder::new("sh");
    let piped = match &case.fed {
        // The pipe is another process's, as the pseudo-terminal is standard input here.
        Some(Feed::Once(bytes)) => {
            std::fs::write(home.join("fed"), bytes()).map_err(|error| error.to_string())?;
            "exec <fed; "
        }
        Some(Feed::Endless(bytes)) => {
            std::fs::write(home.join("fed"), bytes).map_err(|error| error.to_string())?;
            "mkfifo pipe; (while cat fed; do :; done) </dev/null >pipe 2>/dev/null & exec <pipe; "
        }
        None => "",
    };
    command.args(limited(case, size, piped));
    command.cwd(home);
    command.env_clear();
    environment(case, home).into_iter().for_each(|(name, value)| command.env(name, value));
    let start = Instant::now();
    let mut child = pair.slave.spawn_command(command).map_err(|error| error.to_string())?;
    drop(pair.slave);
    let process = child.process_id().unwrap_or(0);
    let seen = Arc::new(Mutex::new((Vec::new(), Instant::now())));
    let (sink, mut from) = (Arc::clone(&seen), pair.master.try_clone_reader().map_err(|error| error.to_string())?);
    let hung_up = Arc::new(AtomicBool::new(false));
    let stops = Arc::clone(&hung_up);
    let reading = thread::spawn(move || {
        let mut some = vec![0; 1 << 16];
        while !stops.load(Ordering::Relaxed)
            && let Ok(read @ 1..) = from.read(&mut some)
        {
            let mut sink = sink.lock().expect("nobody panics while holding it");
            sink.0.extend_from_slice(&some[..read]);
            sink.1 = Instant::now();
        }
    });
    let mut writer = pair.master.take_writer().map_err(|error| error.to_string())?;
    let mut most = (*columns, *rows);
    let written = || seen.lock().expect("nobody panics while holding it").0.clone();
    let told = |most: (u16, u16)| bytes::check_screen(&written(), most.0, most.1);
    let mut ended = None;
    let mut waited_until = |until: &mut dyn FnMut() -> bool, at_most: Duration| {
        let begun = Instant::now();
        while !until() && begun.elapsed() < at_most {
            if let Some(status) = child.try_wait().ok().flatten() {
                return Some(status);
            }
            thread::sleep(Duration::from_millis(2));
        }
        None
    };
    let tiny = u32::from(*columns) * u32::from(*rows) < 20;
    if let Act::Signal(name, after) = act {
        thread::sleep(*after);
        signal(process, name);
        if *name == "TSTP" {
            // What waits for the terminal's answer stops only after that.
            for _ in 0..4 {
                thread::sleep(Duration::from_millis(100));
                signal(process, "CONT");
            }
        }
    }
    let early = matches!(act, Act::Signal(name, _) if *name != "TSTP");
    let signalled = early || matches!(act, Act::Last(_));
    if *opens && !early {
        // That something is being loaded is no first screen, unless its beginning can be read already.
        let endless = matches!(case.fed, Some(Feed::Endless(_)));
        let loading = || {
            let (Some(rows), Some(columns)) = (NonZero::new(*rows), NonZero::new(*columns)) else { return false };
            let mut screen = vt100::Parser::new(rows, columns, 0);
            screen.process(&written());
            let screen = screen.screen();
            let mut story = screen.rows(0, columns.get()).take(usize::from(rows.get()) - 1).skip(3);
            screen.contents().contains("loading ·") && !story.any(|row| row.contains(char::is_alphanumeric))
        };
        let mut drawn = || match told(most) {
            Ok(told) if tiny => told.alternate,
            Ok(told) => told.drawn > 0 && (endless || *columns < 20 || !loading()),
            Err(_) => false,
        };
        ended = waited_until(&mut drawn, PATIENCE);
        took.time = start.elapsed();
        took.computed = computed(process);
        took.memory = peak(process).unwrap_or(0);
        if tiny {
            thread::sleep(Duration::from_millis(50));
        }
        if let Act::Storm = act {
            for turn in 0..200_u16 {
                let (columns, rows) = (turn * 37 % 300, turn * 13 % 90);
                most = (most.0.max(columns), most.1.max(rows));
                pair.master.resize(window(columns, rows)).map_err(|error| error.to_string())?;
            }
            pair.master.resize(window(*columns, *rows)).map_err(|error| error.to_string())?;
        }
        for key in keys.split(' ').filter(|key| !key.is_empty()) {
            let sent = Instant::now();
            if writer.write_all(key.as_bytes()).and_then(|()| writer.flush()).is_err() {
                break;
            }
            // Until the answer has been drawn, or there is none.
            let quiet = || sent.elapsed().min(seen.lock().expect("nobody panics while holding it").1.elapsed());
            ended = ended.or(waited_until(&mut || quiet() > Duration::from_millis(6), Duration::from_millis(60)));
            if key == "\x1b" {
                // What follows at once would be one key with it.
                thread::sleep(Duration::from_millis(80));
            }
            if let Act::Stops = act {
                signal(process, "TSTP");
                thread::sleep(Duration::from_millis(10));
                signal(process, "CONT");
            }
        }
        took.memory = peak(process).unwrap_or(0).max(took.memory);
        match act {
            Act::Last(name) => signal(process, name),
            Act::HangsUp => {
                // All of this end is closed: what is being read from once more is drawn.
                hung_up.store(true, Ordering::Relaxed);
                let _ = writer.write_all(b"\x0c").and_then(|()| writer.flush());
                let _ = reading.join();
                drop((writer, pair.master));
                let begun = Instant::now();
                while child.try_wait().ok().flatten().is_none() {
                    if begun.elapsed() > PATIENCE {
                        let _ = child.kill();
                        return Err("goes on without a terminal".into());
                    }
                    thread::sleep(Duration::from_millis(5));
                }
                return told(most).map(drop);
            }
            _ => drop(writer.write_all(b"Q").and_then(|()| writer.flush())),
        }
    } else {
        took.memory = peak(process).unwrap_or(0);
    }
    if ended.is_none() {
        ended = waited_until(&mut || false, if signalled { Duration::from_secs(30) } else { PATIENCE });
    }
    if !*opens {
        took.time = start.elapsed();
    }
    let Some(status) = ended else {
        let _ = child.kill();
        return Err(format!("never ends; it wrote {:?}", told(most).map(|told| told.text)));
    };
    // The reading ends when the last descriptor of the other side does.
    let begun = Instant::now();
    while !reading.is_finished() && begun.elapsed() < Duration::from_secs(5) {
        thread::sleep(Duration::from_millis(1));
    }
    let told = told(most)?;
    if told.text.contains("panicked") {
        return Err(format!("panics: {}", told.text));
    }
    if told.alternate || told.hidden_cursor || told.paste || told.mouse {
        return Err(format!("leaves the terminal changed: {told:?}"));
    }
    if format!("{:?}", pair.master.get_termios()) != before {
        return Err("leaves the line's modes changed".into());
    }
    let code = i32::try_from(status.exit_code()).unwrap_or(-1);
    let by_signal = status.signal().is_some() && signalled;
    if !by_signal && !case.statuses.contains(&code) {
        return Err(format!("ends with {status:?}: {}", told.text.trim()));
    }
    check_memory(took, size)?;
    // On a machine that is busy with something else, what it took of it counts.
    let time = took.computed.map_or(took.time, |computed| computed.min(took.time));
    if *opens && !slow && !signalled && time > case.limit {
        return Err(format!("first screen after {:.1} s", took.time.as_secs_f64()));
    }
    if *opens { Ok(()) } else { check_words(case, &told.text) }
}

fn signal(process: u32, name: &str) {
    let _ = Command::new("kill").args(["-s", name, &process.to_string()]).stderr(Stdio::null()).status();
}
