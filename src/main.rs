//! The command line: what was typed, what it means, and which of reading, printing and exporting follows.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use cutline::config::{self, Config};
use cutline::document::{Document, Format};
use cutline::input::{InputError, Source};
use cutline::layout::{Measure, Sidebars};
use cutline::reader::{MOST_MEASURE, Preferences, Reader};
use cutline::structure::structure;
use cutline::theme::Theme;
use cutline::{clean, export, read, terminal};

/// Read articles in the terminal, taken apart: story, captions and sidebars in panes of their own.
///
/// With no SOURCE it opens the bundled article, which teaches the keys; piped into, it reads standard input.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
struct Typed {
    /// Files to read, or - for standard input
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
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
    /// One pane at a time, in plain ASCII and without lines around: for screen readers
    #[arg(long)]
    plain: bool,
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
    /// The form to print in, or none to open the reader.
    form: Option<Form>,
    from: From,
    config: Config,
}

const FAILED: u8 = 1;
const MISUSED: u8 = 2;

fn main() -> ExitCode {
    let (asked, misconfigured) = match asked(Typed::parse()) {
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

/// What the typed means; and what is wrong with the configuration, which then is the default.
fn asked(typed: Typed) -> anyhow::Result<(Asked, Option<String>)> {
    let reading = io::stdout().is_terminal() && !typed.print && typed.format.is_none();
    let (mut config, misconfigured) = match &typed.config {
        Some(path) => {
            anyhow::ensure!(path.exists(), "{}: no such file", path.display());
            (config::load(path)?, None)
        }
        None => match config::default_path().as_deref().map(config::load) {
            Some(Err(error)) => {
                complain(&error);
                (Config::default(), Some(clean::folded(&error.to_string()).into_owned()))
            }
            loaded => (loaded.transpose()?.unwrap_or_default(), None),
        },
    };
    adjust(&mut config.preferences, &typed);
    let sources = match typed.sources.as_slice() {
        [] if io::stdin().is_terminal() => vec![Source::Bundled],
        [] => vec![Source::Standard],
        named => named.iter().map(|name| Source::named(name)).collect(),
    };
    let form = if reading { None } else { Some(typed.format.unwrap_or(Form::Text)) };
    Ok((Asked { sources, form, from: typed.from, config }, misconfigured))
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
    if let Some(width) = typed.width {
        preferences.measure = width;
    }
}

/// Reads a source and takes it apart.
fn load(source: &Source, from: From) -> Result<Document, InputError> {
    let text = source.load()?;
    let format = match from {
        From::Auto | From::Text => Format::Text,
        From::Html => Format::Html,
        From::Markdown => Format::Markdown,
    };
    let mut document = read::read(text, format);
    structure(&mut document, &[]);
    Ok(document)
}

/// Prints every source, the readable ones among them; says whether all were.
fn print(asked: &Asked, form: Form) -> anyhow::Result<bool> {
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
    for (index, source) in asked.sources.iter().enumerate() {
        let document = match load(source, asked.from) {
            Ok(document) => document,
            Err(error) => {
                all = false;
                match form {
                    Form::Jsonl => export::jsonl_error(&error.name, &error.reason.to_string(), &mut out)?,
                    _ => complain(&error),
                }
                continue;
            }
        };
        match form {
            Form::Text | Form::Markdown if index > 0 => writeln!(out)?,
            _ => {}
        }
        match form {
            Form::Text => export::text(&document, &preferences.shown, &measure, &mut out)?,
            Form::Markdown => export::markdown(&document, &preferences.shown, &mut out)?,
            Form::Json => export::json(&document, &source.name(), &mut out)?,
            Form::Jsonl => export::jsonl(&document, &source.name(), &mut out)?,
        }
    }
    out.flush()?;
    Ok(all)
}

/// Opens the reader on the sources one after another; says whether all could be read.
fn open(asked: &Asked, notice: Option<&str>) -> anyhow::Result<bool> {
    let themes = match std::env::var_os("NO_COLOR") {
        Some(set) if !set.is_empty() => [Theme::plain(), Theme::colour()],
        _ => [Theme::colour(), Theme::plain()],
    };
    let keymap = &asked.config.keymap;
    let mut all = true;
    for source in &asked.sources {
        match load(source, asked.from) {
            Ok(document) => {
                let preferences = asked.config.preferences.clone();
                let mut reader = Reader::new(document, &source.name(), preferences, keymap.help().to_vec());
                reader.notice = notice.map(str::to_string);
                terminal::run(reader, keymap, &themes).context("the terminal cannot be used")?;
            }
            Err(error) => {
                all = false;
                complain(&error);
            }
        }
    }
    Ok(all)
}

/// Says on standard error what went wrong, in one sentence, free of control characters.
fn complain(error: &dyn std::fmt::Display) {
    // Alternate formatting gives anyhow's causes too. A closed standard error is nothing to die of.
    let _ = writeln!(io::stderr(), "cutline: {}", clean::folded(&format!("{error:#}")));
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|e| e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe))
}
