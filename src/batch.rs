//! Many articles, a line of JSON each: on all cores, in order, in no more memory than a few of them take.
//!
//! 1. [`work`] gives what there is to do, piece by piece, as it comes down a list or a pipe.
//! 2. [`lines`] makes a line of each piece on as many threads as there are cores.
//! 3. The lines are written in the order of the pieces. No thread is ever far ahead of what has been written.

mod in_order;
mod records;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _, Write};
use std::iter;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::thread;

use crate::decode;
use crate::document::Format;
use crate::export;
use crate::input::{self, Article, Reason, Source};

use in_order::in_order;
use records::{Record, records};

/// One thing to do.
#[derive(Debug)]
pub enum Piece {
    Source(Source),
    /// A line of JSON that holds an article.
    Record(Record),
    /// What was to say more of what there is to do, and could not be read: its name and why.
    Broken(String, String),
}

/// What came of a piece.
pub struct Loaded {
    pub name: String,
    /// The article, taken apart but for its structure; or why it cannot be read.
    pub article: Result<Article, String>,
}

impl Piece {
    /// Reads the piece's article, as `format` where one is given.
    pub fn load(self, format: Option<Format>) -> Loaded {
        match self {
            Piece::Source(source) => {
                let article = source.load(format, &mut |_| true).map_err(|error| error.reason.to_string());
                Loaded { name: source.name(), article }
            }
            Piece::Record(record) => record.load(),
            Piece::Broken(name, reason) => Loaded { name, article: Err(reason) },
        }
    }
}

/// All there is to do: the sources, then what the file `listed` names, a word a line (`-` is standard input), and each
/// word stands for what it does on the command line. Where they hold records, the lines of each are the pieces.
pub fn work(sources: Vec<Source>, listed: Option<&Path>, are_records: bool) -> impl Iterator<Item = Piece> + use<> {
    let mut taken = listed.is_some_and(|path| path == Path::new("-"));
    let listed = listed.map(Path::to_path_buf).map(|path| iter::once_with(|| named_in(path)).flatten());
    let pieces = sources.into_iter().map(Piece::Source).chain(listed.into_iter().flatten());
    pieces.flat_map(move |piece| -> Box<dyn Iterator<Item = Piece> + Send> {
        match piece {
            // It comes but once.
            Piece::Source(Source::Standard) if std::mem::replace(&mut taken, true) => {
                let reason = "it is read already".to_string();
                Box::new(iter::once(Piece::Broken(Source::Standard.name(), reason)))
            }
            Piece::Source(source) if are_records => records(source),
            piece => Box::new(iter::once(piece)),
        }
    })
}

/// Bytes of a name, at most. What goes on and on without a line's end names nothing.
const LONGEST_NAME: u64 = 64 << 10;

/// The sources that a file names.
fn named_in(path: PathBuf) -> impl Iterator<Item = Piece> {
    let mut lines = Some(opened(&path));
    let next = move || {
        let error = match lines.take()? {
            Err(error) => error,
            Ok(mut rest) => match next_name(&mut rest) {
                Err(error) => error,
                Ok(None) => return None,
                Ok(Some(name)) => {
                    lines = Some(Ok(rest));
                    let sources = if name.is_empty() { Vec::new() } else { input::expand(&word(name)) };
                    return Some(sources.into_iter().map(Piece::Source).collect::<Vec<_>>());
                }
            },
        };
        Some(vec![Piece::Broken(Source::File(path.clone()).name(), Reason::from(error).to_string())])
    };
    iter::from_fn(next).flatten()
}

/// Bytes as a word of the command line, which may name a file whose name is no UTF-8.
fn word(bytes: Vec<u8>) -> OsString {
    #[cfg(unix)]
    return std::os::unix::ffi::OsStringExt::from_vec(bytes);
    #[cfg(not(unix))]
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// The next line, without its end.
fn next_name(lines: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut name = Vec::new();
    if lines.by_ref().take(LONGEST_NAME).read_until(b'\n', &mut name)? == 0 {
        return Ok(None);
    }
    if name.len() as u64 == LONGEST_NAME {
        return Err(io::Error::other("a line of it is too long for a name"));
    }
    let ends = [b"\r\n".as_slice(), b"\n"].into_iter().find_map(|end| name.strip_suffix(end)).map(<[u8]>::len);
    name.truncate(ends.unwrap_or(name.len()));
    Ok(Some(name))
}

/// A file to be read line by line, or standard input.
fn opened(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    if path == Path::new("-") {
        return decode::lines(BufReader::new(io::stdin()));
    }
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    decode::lines(BufReader::with_capacity(1 << 16, file))
}

/// A line that was made.
struct Made {
    line: Vec<u8>,
    /// What there is to say of it beside the line.
    notice: Option<String>,
    failed: bool,
}

/// Writes a line for each piece of work, in order, on all cores; `notify` hears what else there is to say. Gives
/// whether all could be read.
///
/// # Errors
/// Those of the writer.
pub fn lines(
    work: impl Iterator<Item = Piece> + Send,
    format: Option<Format>,
    out: &mut (impl Write + Send),
    mut notify: impl FnMut(&str) + Send,
) -> io::Result<bool> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let mut all = true;
    in_order(
        work,
        cores,
        |piece| made(piece, format),
        |made| {
            all &= !made.failed;
            if let Some(notice) = &made.notice {
                notify(notice);
            }
            out.write_all(&made.line)
        },
    )?;
    out.flush()?;
    Ok(all)
}

fn made(piece: Piece, format: Option<Format>) -> Made {
    let name = match &piece {
        Piece::Source(source) => source.name(),
        Piece::Record(record) => record.name().to_string(),
        Piece::Broken(name, _) => name.clone(),
    };
    // A fault of ours in one article of a million must not cost the others.
    let made = catch_unwind(AssertUnwindSafe(|| {
        let Loaded { name, article } = piece.load(format);
        match article {
            Ok(mut article) => {
                article.structure(&[]);
                let Article { document, notice, .. } = article;
                let mut line = Vec::with_capacity(2 * document.source.len());
                export::jsonl(&document, &name, &mut line)
                    .map(|()| Made { line, notice: notice.map(|notice| format!("{name}: {notice}")), failed: false })
                    .unwrap_or_else(|error| unmade(&name, &error.to_string()))
            }
            Err(reason) => unmade(&name, &reason),
        }
    }));
    made.unwrap_or_else(|_| unmade(&name, "it cannot be read: cutline failed"))
}

/// The line that says that there is none.
fn unmade(name: &str, reason: &str) -> Made {
    let mut line = Vec::new();
    // Memory can be written to.
    let _ = export::jsonl_error(name, reason, &mut line);
    Made { line, notice: None, failed: true }
}
