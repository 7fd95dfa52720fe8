//! Counts the instructions of the main paths, under callgrind, and compares them with those that `benches/counts.tsv`
//! keeps: a path that takes 5 % more is slower, on any machine and however busy it is.
//!
//! ```sh
//! cargo run --example counts              # compares
//! cargo run --example counts -- --renew   # keeps today's
//! ```
//!
//! It also holds that four times as much costs four times as much, of what is as unlike articles as can be.
//!
//! As the compiler and the standard library count too, counts of another toolchain are not compared, nor those of a
//! processor with other instructions. Without valgrind nothing is.

#[path = "../../benches/inputs/mod.rs"]
mod inputs;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{fs, io};

use cutline::document::{Document, Format};
use cutline::layout::{Measure, Shown};
use cutline::reader::{Action, Message, Preferences, Reader, update};
use cutline::structure::structure;
use cutline::theme::Theme;
use cutline::view::view;
use cutline::{decode, export, read};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// How much more than what is kept a path may take.
const MORE: f64 = 0.05;
const BYTES: usize = 40_000;

/// Blocks that are unlike an article: as many as one-letter blocks must be to be passed over, and sixteen times as many
/// are still taken apart together.
const BLOCKS: usize = 256;

/// What four times as much of it must not cost more than, and how many times the usual input that is four times of:
/// in less, what stands at the edges and costs less is much of it.
const FOURFOLD: f64 = 4.2;
const ENOUGH: usize = 4;

/// What is counted.
const PATHS: [&str; 12] = [
    "decode",
    "read text",
    "read html",
    "read markdown",
    "structure",
    "first frame",
    "a line of scrolling",
    "print",
    "export json",
    "structure of identical paragraphs",
    "structure of captions that differ in a word",
    "structure of one-letter blocks",
];

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let renew = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => false,
        ["--renew"] => true,
        ["--walk", path, times] => {
            walk(path, times.parse().unwrap_or(1));
            return Ok(ExitCode::SUCCESS);
        }
        _ => {
            eprintln!("counts [--renew]");
            return Ok(ExitCode::from(2));
        }
    };
    let told = |program: &str| {
        let told = Command::new(program).arg("--version").stderr(Stdio::null()).output().ok()?;
        told.status.success().then(|| String::from_utf8_lossy(&told.stdout).trim().to_string())
    };
    let Some(valgrind) = told("valgrind") else {
        eprintln!("skipped: instructions are not counted, there is no valgrind");
        return Ok(ExitCode::SUCCESS);
    };
    let toolchain = told("rustc").unwrap_or_default();
    let toolchain = format!("{toolchain}, {valgrind}, {}", processor());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/counts.tsv");
    if renew {
        return keep(&file, &toolchain).map(|()| ExitCode::SUCCESS);
    }
    compare(&file, &toolchain)
}

/// What decides which instructions a library picks that looks at the processor first.
fn processor() -> String {
    #[cfg(target_arch = "x86_64")]
    let wide = if std::arch::is_x86_feature_detected!("avx2") { " with AVX2" } else { "" };
    #[cfg(not(target_arch = "x86_64"))]
    let wide = "";
    format!("{}{wide}", std::env::consts::ARCH)
}

/// Writes down today's counts.
fn keep(file: &PathBuf, toolchain: &str) -> io::Result<()> {
    let mut out = format!("# Instructions of the main paths, by examples/counts; {toolchain}\n");
    for path in PATHS {
        out += &format!("{path}\t{}\n", count(path, 1)?);
    }
    print!("{out}");
    fs::write(file, out)
}

/// Compares today's counts with those that are kept.
fn compare(file: &PathBuf, toolchain: &str) -> io::Result<ExitCode> {
    let kept = fs::read_to_string(file)?;
    if !kept.lines().next().is_some_and(|first| first.ends_with(&format!("; {toolchain}"))) {
        eprintln!("skipped: instructions were counted with another toolchain than {toolchain}");
        return Ok(ExitCode::SUCCESS);
    }
    let kept: BTreeMap<&str, u64> =
        kept.lines().filter_map(|line| line.split_once('\t')).filter_map(|(p, n)| Some((p, n.parse().ok()?))).collect();
    let mut slower = false;
    for path in PATHS {
        let (now, before) = (count(path, 1)?, kept.get(path).copied().unwrap_or_default());
        let more = now as f64 / before.max(1) as f64 - 1.0;
        println!("{path}: {now}, {:+.1} %", 100.0 * more);
        slower |= more > MORE;
    }
    if slower {
        eprintln!(
            "a path takes over 5 % more instructions; where that is meant: cargo run --example counts -- --renew"
        );
    }
    let mut steeper = false;
    for path in PATHS.into_iter().filter(|path| path.starts_with("structure")) {
        let times = count(path, 4 * ENOUGH)? as f64 / count(path, ENOUGH)? as f64;
        println!("{path}, four times as much: {times:.2} times the cost");
        steeper |= times > FOURFOLD;
    }
    if steeper {
        eprintln!("the cost grows faster than the input");
    }
    Ok(ExitCode::from(u8::from(slower || steeper)))
}

/// The instructions of one path, over so many times the usual input.
fn count(path: &str, times: usize) -> io::Result<u64> {
    let told = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*counts*measured*"])
        .arg(std::env::current_exe()?)
        .args(["--walk", path, &times.to_string()])
        .output()?;
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    let collected = told.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    collected.filter(|count| *count > 0).ok_or_else(|| io::Error::other(format!("{path}: nothing was counted: {told}")))
}

/// What is counted: all that is done within.
#[inline(never)]
fn measured<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

fn structured(bytes: usize) -> Document {
    let mut document = read::read(inputs::text(bytes), Format::Text);
    structure(&mut document, &[]);
    document
}

/// What is unlike an article.
fn unlike(path: &str, count: usize) -> String {
    let words = inputs::Words::new(1).run(14);
    match path {
        "structure of identical paragraphs" => format!("{words}.\n\n").repeat(count),
        "structure of captions that differ in a word" => {
            (0..count).map(|number| format!("{words} w{number}\n\n")).collect()
        }
        _ => "x\n".repeat(count),
    }
}

/// Goes one path. What is made once in a process was made before.
fn walk(path: &str, times: usize) {
    let warm = structured(1000);
    let mut out = Vec::with_capacity(4 * BYTES);
    let (shown, lines) = (Shown::default(), Measure::default());
    let theme = Theme::built_in("terminal").unwrap_or_default();
    let read_as = |text: fn(usize) -> String, format: Format| {
        read::read(text(1000), format);
        let text = text(BYTES);
        drop(measured(|| read::read(text, format)));
    };
    match path {
        "decode" => {
            let bytes = inputs::text(BYTES).into_bytes();
            drop(measured(|| decode::decode(&bytes, None)));
        }
        "read text" => read_as(inputs::text, Format::Text),
        "read html" => read_as(inputs::html, Format::Html),
        "read markdown" => read_as(inputs::markdown, Format::Markdown),
        "structure" => {
            let mut document = read::read(inputs::text(times * BYTES), Format::Text);
            measured(|| structure(&mut document, &[]));
        }
        path if path.starts_with("structure of") => {
            let mut document = read::read(unlike(path, times * BLOCKS), Format::Text);
            measured(|| structure(&mut document, &[]));
        }
        "print" => {
            let document = structured(BYTES);
            let _ = measured(|| export::text(&document, &shown, &lines, &mut out));
        }
        "export json" => {
            let document = structured(BYTES);
            let _ = measured(|| export::jsonl(&document, "a.txt", &mut out));
        }
        _ => {
            let document = if path == "first frame" { warm } else { structured(BYTES) };
            let mut frame = Buffer::empty(Rect::new(0, 0, 120, 40));
            let mut draw = |reader: &Reader| view(reader, &theme, &mut frame);
            let mut opened = |document: Document| {
                let mut reader = Reader::new(document, "a.txt", Preferences::default(), Vec::new());
                update(&mut reader, Message::Resize { columns: 120, rows: 40 });
                draw(&reader);
                reader
            };
            if path == "first frame" {
                measured(|| opened(document));
                return;
            }
            let mut reader = opened(document);
            measured(|| {
                (0..20).for_each(|_| {
                    update(&mut reader, Message::Act(Action::LineDown));
                    draw(&reader);
                });
            });
        }
    }
}
