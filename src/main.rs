//! The command line: what was typed, what it means, and which of reading, printing and exporting follows.
#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use cutline::batch::{self, Loaded, Piece};
use cutline::config::{self, Config, ConfigError};
use cutline::document::Format;
use cutline::input::{self, Source};
use cutline::layout::{Measure, Sidebars};
use cutline::reader::{MOST_MEASURE, Preferences};
use cutline::session::{self, Ended};
use cutline::theme::{Depth, ThemeError, Themes};
use cutline::{clean, export, terminal, theme};

/// Read articles in the terminal, taken apart: story, captions and sidebars in panes of their own.
///
/// With no SOURCE it opens the library of what was read before, or for a first time the bundled article, which teaches
/// the keys; piped into, it reads standard input.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
struct Typed {
    /// Files, directories, patterns, addresses of the web, or - for standard input
    #[arg(value_name = "SOURCE")]
    sources: Vec<OsString>,
    /// Read what else this file names, a source a line; - for standard input
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// Print instead of opening the reader, as when standard output is not a terminal
    #[arg(short, long)]
    print: bool,
    /// Print in this form
    #[arg(long, value_enum, value_name = "FORM")]
    format: Option<Form>,
    /// What the input is
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = From::Auto)]
    from: From,
    /// Leave these out
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    hide: Vec<What>,
    /// Show these
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    show: Vec<What>,
    /// Columns of a line of text, at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=i64::from(MOST_MEASURE)))]
    width: Option<u16>,
    /// Draw in this theme: auto, dark, light, terminal, plain, or one of your own
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
    /// One pane at a time, in plain ASCII and without lines around: for screen readers
    #[arg(long)]
    plain: bool,
    /// Show no pictures, until a key asks for them
    #[arg(long)]
    no_images: bool,
    /// Read this configuration
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Text,
    Markdown,
    Json,
    Jsonl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum From {
    Auto,
    Text,
    Html,
    Markdown,
    /// Lines of JSON, each with an "id" and a "text" or "html"
    Jsonl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Duplicates,
    Captions,
    Sidebars,
    Boilerplate,
}

/// What the command line and the configuration together ask for.
struct Asked {
    sources: Vec<Source>,
    /// A file that names more of them.
    listed: Option<PathBuf>,
    /// Whether they hold articles as lines of JSON.
    records: bool,
    /// The form to print in, or none to open the reader.
    form: Option<Form>,
    /// What the input is said to be.
    format: Option<Format>,
    config: Config,
    themes: Themes,
}

const FAILED: u8 = 1;
const MISUSED: u8 = 2;

fn main() -> ExitCode {
    let typed = match Typed::try_parse() {
        Ok(typed) => typed,
        Err(error) => return told(&error),
    };
    let (asked, misconfigured) = match asked(typed) {
        Ok(asked) => asked,
        Err(error) => {
            complain(&error);
            return ExitCode::from(MISUSED);
        }
    };
    let done = match asked.form {
        Some(form) => print(&asked, form),
        None => open(&asked, misconfigured.as_deref()),
    };
    match done {
        Ok(true) if misconfigured.is_some() => ExitCode::from(MISUSED),
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILED),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::from(FAILED)
        }
    }
}

/// Says what clap says: help, the version, or what was wrong with what was typed, which is quoted and may hold anything.
fn told(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        return if error.print().is_ok() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) };
    }
    let _ = io::stderr().write_all(clean::visible(&error.render().to_string()).as_bytes());
    ExitCode::from(MISUSED)
}

/// What the typed means; and what is wrong with the configuration, which then is the default.
fn asked(typed: Typed) -> anyhow::Result<(Asked, Option<String>)> {
    let records = typed.from == From::Jsonl;
    let reading = io::stdout().is_terminal() && !typed.print && typed.format.is_none() && !records;
    let loaded = match &typed.config {
        Some(path) => {
            anyhow::ensure!(path.exists(), "{}: no such file", path.display());
            Some(config::load(path))
        }
        None => config::default_path().as_deref().map(config::load),
    };
    let (mut config, misconfigured) = match loaded {
        Some(Err(error @ ConfigError::Unreadable { .. })) if typed.config.is_some() => return Err(error.into()),
        Some(Err(error)) => {
            complain(&error);
            (Config::default(), Some(clean::folded(&error.to_string()).into_owned()))
        }
        loaded => (loaded.transpose()?.unwrap_or_default(), None),
    };
    adjust(&mut config.preferences, &typed);
    let (themes, misconfigured) = match (&typed.theme, themes(typed.theme.as_deref(), &config.theme)) {
        (_, (themes, None)) => (themes, misconfigured),
        (Some(_), (_, Some(error))) => return Err(error.into()),
        (None, (themes, Some(error))) => {
            complain(&error);
            (themes, misconfigured.or(Some(clean::folded(&error.to_string()).into_owned())))
        }
    };
    let dashes = typed.sources.iter().filter(|name| *name == "-").count();
    let listed_there = typed.files_from.as_deref() == Some(Path::new("-"));
    anyhow::ensure!(dashes + usize::from(listed_there) < 2, "standard input (-) is named twice, and comes but once");
    let sources = match typed.sources.as_slice() {
        [] if typed.files_from.is_some() => Vec::new(),
        [] if io::stdin().is_terminal() && reading => Vec::new(),
        [] if io::stdin().is_terminal() && !records => vec![Source::Bundled],
        [] => vec![Source::Standard],
        named => named.iter().flat_map(|name| input::expand(name)).collect(),
    };
    let format = match typed.from {
        From::Auto | From::Jsonl => None,
        From::Text => Some(Format::Text),
        From::Html => Some(Format::Html),
        From::Markdown => Some(Format::Markdown),
    };
    let usual = if records { Form::Jsonl } else { Form::Text };
    let form = if reading { None } else { Some(typed.format.unwrap_or(usual)) };
    Ok((Asked { sources, listed: typed.files_from, records, form, format, config, themes }, misconfigured))
}

/// Lets the command line overrule the configuration; what is both hidden and shown is shown.
fn adjust(preferences: &mut Preferences, typed: &Typed) {
    let shown = &mut preferences.shown;
    for (list, show) in [(&typed.hide, false), (&typed.show, true)] {
        for what in list {
            match what {
                What::Duplicates => shown.duplicates = show,
                What::Captions => shown.captions = show,
                What::Boilerplate => shown.boilerplate = show,
                What::Sidebars => shown.sidebars = if show { Sidebars::Inline } else { Sidebars::Hidden },
            }
        }
    }
    preferences.plain |= typed.plain;
    preferences.pictures &= !typed.no_images;
    if let Some(width) = typed.width {
        preferences.measure = width;
    }
}

/// Prints every source, the readable ones among them; says whether all were.
fn print(asked: &Asked, form: Form) -> anyhow::Result<bool> {
    let work = batch::work(asked.sources.clone(), asked.listed.as_deref(), asked.records);
    if form == Form::Jsonl {
        return Ok(batch::lines(work, asked.format, &mut io::stdout(), |notice| complain(&notice))?);
    }
    let mut out = io::stdout().lock();
    let preferences = &asked.config.preferences;
    let measure = Measure {
        width: usize::from(preferences.measure),
        justified: preferences.justified,
        hyphenated: preferences.hyphenated,
        plain: preferences.plain,
        ..Measure::default()
    };
    let mut all = true;
    let mut first = true;
    for piece in work {
        let Loaded { name, article } = piece.load(asked.format);
        let document = match article {
            Ok(mut article) => {
                article.structure(&[]);
                article.told().iter().for_each(|told| complain(&format!("{name}: {told}")));
                article.document
            }
            Err(reason) => {
                all = false;
                complain(&format!("{name}: {reason}"));
                continue;
            }
        };
        match form {
            Form::Text | Form::Markdown if !first => writeln!(out)?,
            _ => {}
        }
        match form {
            Form::Text => export::text(&document, &preferences.shown, &measure, &mut out)?,
            Form::Markdown => export::markdown(&document, &preferences.shown, &mut out)?,
            Form::Json => export::json(&document, &name, &mut out)?,
            Form::Jsonl => {}
        }
        first = false;
    }
    out.flush()?;
    Ok(all)
}

/// Sources that a person goes through, at most; what names them may not end.
const LISTED: usize = 100_000;

/// Lets a person read the sources; says whether all that they came by could be read.
fn open(asked: &Asked, notice: Option<&str>) -> anyhow::Result<bool> {
    let mut sources = Vec::new();
    let mut cut = None;
    for piece in batch::work(asked.sources.clone(), asked.listed.as_deref(), false) {
        match piece {
            Piece::Source(_) if sources.len() == LISTED => {
                cut = Some(format!("only the first {LISTED} articles are listed"));
                break;
            }
            Piece::Source(source) => sources.push(source),
            Piece::Broken(name, reason) => anyhow::bail!("{name}: {reason}"),
            Piece::Record(_) => {}
        }
    }
    let ended = session::read(&sources, asked.format, &asked.config, asked.themes.clone(), notice.or(cut.as_deref()));
    let Ended { failures, unsaved, warning, signal } = ended.context("the terminal cannot be used")?;
    failures.iter().for_each(|error| complain(error));
    warning.iter().chain(&unsaved).for_each(|error| complain(error));
    if let Some(signal) = signal {
        terminal::die_of(signal)?;
    }
    Ok(failures.is_empty())
}

/// The themes, with the one that was typed or configured in effect; or why it is not. A theme that the reader names
/// has its colours whatever `NO_COLOR` says (<https://no-color.org>).
fn themes(typed: Option<&str>, configured: &str) -> (Themes, Option<ThemeError>) {
    let variable = |name| std::env::var(name).ok();
    let named = typed.is_some() || configured != theme::AUTO;
    let (term, colours, none) = (variable("TERM"), variable("COLORTERM"), variable("NO_COLOR"));
    let depth = Depth::told(term.as_deref(), colours.as_deref(), none.as_deref().filter(|_| !named));
    let mut themes = Themes::new(depth, variable("COLORFGBG").as_deref(), config::themes_folder());
    let error = themes.choose(typed.unwrap_or(configured)).err();
    (themes, error)
}

/// Says on standard error what went wrong, in one sentence, free of control characters.
fn complain(error: &dyn std::fmt::Display) {
    // Alternate formatting gives anyhow's causes too. A closed standard error is nothing to die of.
    let _ = writeln!(io::stderr(), "cutline: {}", clean::folded(&format!("{error:#}")));
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|e| e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe))
}
