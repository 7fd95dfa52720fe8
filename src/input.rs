//! Where articles come from: files, the web, standard input, and the one that is bundled.
//!
//! 1. [`Source::load`] gets a source's bytes, and tells of them as they come.
//! 2. [`crate::decode`] makes text of them.
//! 3. Its format is what the reader says; else what HTTP, the bytes and the name say, in that order.

mod expand;
pub mod fetch;
mod pattern;
pub mod pictures;

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

pub use expand::expand;
use fetch::{FetchError, Limits};

use crate::address::Address;
use crate::document::{Document, Format};
use crate::picture::Hint;
use crate::read::html::address::{self, Base};
use crate::structure::{Correction, TOGETHER, structure};
use crate::{clean, decode, document, read};
use decode::{Cut, DecodeError};

/// The article that a new user sees first.
const BUNDLED: &str = include_str!("../assets/welcome.txt");

/// Something to read an article from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    File(PathBuf),
    /// An address that begins with `http://` or `https://`.
    Web(String),
    Standard,
    Bundled,
}

/// An article that was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Article {
    pub document: Document,
    /// Whether it has been taken apart, too.
    pub structured: bool,
    /// What there is to say of it: that it was cut short.
    pub notice: Option<String>,
    /// What is known of its pictures, by their addresses, where they have been looked for.
    pub pictures: HashMap<Box<str>, Hint>,
}

impl Article {
    /// Takes the article apart, if that is still to be done or there are corrections to be heard.
    pub fn structure(&mut self, corrections: &[Correction]) {
        if !self.structured || !corrections.is_empty() {
            structure(&mut self.document, corrections);
            self.structured = true;
        }
    }
}

impl Article {
    /// What there is to say of it first: that it was cut short, or that not all of it is shown.
    pub fn told(&self) -> Option<String> {
        self.notice.clone().or(match self.document.unseen {
            0 => None,
            1 => Some("one character is left out: it cannot be seen".to_string()),
            many => Some(format!("{many} characters are left out: they cannot be seen")),
        })
    }
}

/// How much of a source has come, and of how much, where that is known.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    pub bytes: &'a [u8],
    pub of: Option<usize>,
}

/// Hears of what comes; says whether to go on.
pub type Told<'a> = dyn FnMut(&Progress<'_>) -> bool + 'a;

/// Why a source cannot be read, as a sentence that names it.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct InputError {
    pub name: String,
    pub reason: Reason,
}

/// What was wrong with a source.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    #[error("no such file")]
    Missing,
    #[error("it is a directory without articles")]
    Directory,
    #[error("it may not be read: permission denied")]
    Denied,
    #[error("{0}")]
    Decode(#[from] DecodeError),
    #[error("{0}")]
    Fetch(#[from] FetchError),
    #[error("it cannot be read: {0}")]
    Other(io::Error),
}

impl From<io::Error> for Reason {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Reason::Missing,
            io::ErrorKind::IsADirectory => Reason::Directory,
            io::ErrorKind::PermissionDenied => Reason::Denied,
            _ => Reason::Other(error),
        }
    }
}

/// Bytes of a file that are read; what follows is left out, and that is said.
const MOST_OF_A_FILE: usize = 256 << 20;
/// Bytes of standard input that are read: it may never end.
const MOST_OF_A_PIPE: usize = 32 << 20;
/// How much is read at once.
const PIECE: usize = 64 << 10;

/// Bytes that are asked for beyond those that a file should have: its end is seen, and if it has grown, how far.
const BEYOND: usize = 4 << 10;

/// A source's bytes, and what came with them.
#[derive(Debug, Default)]
struct Bytes {
    bytes: Vec<u8>,
    /// As HTTP gives it.
    content_type: Option<String>,
    /// Where it came from in the end.
    address: Option<String>,
    /// The limit at which it was cut short.
    cut: Option<usize>,
}

impl Source {
    /// The source that a word of the command line names.
    pub fn named(name: &str) -> Source {
        match name {
            "-" => Source::Standard,
            name if fetch::is_web(name) => Source::Web(name.to_string()),
            name => {
                let address = name.starts_with("file://").then(|| Address::of(name)).flatten();
                Source::File(address.and_then(|address| address.file()).unwrap_or_else(|| name.into()))
            }
        }
    }

    /// Where a link in this source's article leads, if it may be read here: on to the web, and from a file to another
    /// beside it. From the web there is no way to a file.
    pub fn linked(&self, address: &str) -> Option<Source> {
        if fetch::is_web(address) {
            return Some(Source::Web(address.to_string()));
        }
        let Source::File(path) = self else { return None };
        let file = address.split(['?', '#']).next().filter(|file| address::is_beside(file))?;
        Some(Source::File(path.parent()?.join(unescaped(file)?)))
    }

    /// What the source is called, fit to be shown.
    pub fn name(&self) -> String {
        match self {
            Source::File(path) => clean::folded(&path.to_string_lossy()).into_owned(),
            Source::Web(address) => clean::folded(address).into_owned(),
            Source::Standard => "standard input".to_string(),
            Source::Bundled => "welcome.txt".to_string(),
        }
    }

    /// Why the source is none, where that can be told without reading it: it is a file that is not there.
    pub fn missing(&self) -> Option<InputError> {
        let Source::File(path) = self else { return None };
        let error = path.metadata().err()?;
        Some(InputError { name: self.name(), reason: error.into() })
    }

    /// How many bytes the source has, where they are all there already.
    pub fn size(&self) -> Option<u64> {
        match self {
            Source::Bundled => Some(BUNDLED.len() as u64),
            Source::File(path) => path.metadata().ok().filter(std::fs::Metadata::is_file).map(|about| about.len()),
            Source::Standard | Source::Web(_) => None,
        }
    }

    /// Where the source is to be found again, from whatever directory: for a file its absolute path.
    pub fn whereabouts(&self) -> String {
        match self {
            Source::File(path) => std::path::absolute(path).as_ref().unwrap_or(path).to_string_lossy().into_owned(),
            _ => self.name(),
        }
    }

    /// The source whose whereabouts these are; none of what comes but once.
    pub fn found_at(whereabouts: &str) -> Option<Source> {
        let (once, bundled) = (Source::Standard, Source::Bundled);
        match whereabouts {
            _ if whereabouts == once.whereabouts() => None,
            _ if whereabouts == bundled.whereabouts() => Some(bundled),
            _ => Some(Source::named(whereabouts)),
        }
    }

    /// Reads the source's article, as `format` where one is given. `told` hears of what comes, and may end it.
    ///
    /// # Errors
    /// What is missing, a directory, unreadable, out of reach or no text.
    pub fn load(&self, format: Option<Format>, told: &mut Told<'_>) -> Result<Article, InputError> {
        let bytes = self.bytes(told).map_err(|reason| InputError { name: self.name(), reason })?;
        self.article(bytes, format).map_err(|reason| InputError { name: self.name(), reason })
    }

    /// What has come of the source so far, as an article.
    ///
    /// # Errors
    /// It is not text, as far as can be told yet.
    pub fn so_far(&self, bytes: &[u8], format: Option<Format>) -> Result<Article, InputError> {
        let bytes = Bytes { bytes: whole_lines(bytes).to_vec(), ..Bytes::default() };
        let article = self.article(bytes, format).map_err(|reason| InputError { name: self.name(), reason })?;
        // Whatever there is to say may be otherwise in the end: what is compressed always breaks off before that.
        Ok(Article { notice: None, ..article })
    }

    fn bytes(&self, told: &mut Told<'_>) -> Result<Bytes, Reason> {
        match self {
            Source::Bundled => Ok(Bytes { bytes: BUNDLED.into(), ..Bytes::default() }),
            Source::File(path) => {
                let file = std::fs::File::open(path)?;
                // A directory can be opened, and only then refuses to be read.
                let about = file.metadata()?;
                if about.is_dir() {
                    return Err(Reason::Directory);
                }
                let of = usize::try_from(about.len()).ok().filter(|_| about.is_file());
                // A device may never end, as a pipe.
                pour(file, of, if of.is_some() { MOST_OF_A_FILE } else { MOST_OF_A_PIPE }, told)
            }
            Source::Standard => pour(Pipe::new(io::stdin())?, None, MOST_OF_A_PIPE, told),
            Source::Web(address) => {
                let fetched = fetch::fetch(address, &Limits::default(), told)?;
                let (content_type, address) = (fetched.content_type, Some(fetched.address));
                Ok(Bytes { bytes: fetched.bytes, content_type, address, cut: None })
            }
        }
    }

    fn article(&self, bytes: Bytes, format: Option<Format>) -> Result<Article, Reason> {
        let Bytes { bytes, content_type, address, cut } = bytes;
        let (text, opened) = decode::decode_or_cut(bytes.into(), content_type.as_deref().and_then(charset))?;
        let limit = Limits::default().bytes;
        if matches!(self, Source::Web(_)) && text.len() > limit.saturating_mul(2) {
            // Packed within what the server had packed; legacy encodings may double in UTF-8.
            return Err(FetchError::TooLarge(limit).into());
        }
        let name = match self {
            Source::Standard => None,
            _ => Some(address.clone().unwrap_or_else(|| self.name())),
        };
        let format = format.unwrap_or_else(|| read::detect(&text, name.as_deref(), content_type.as_deref()));
        let mut document = read::read(text, format);
        if let Some(address) = &address {
            resolve(&mut document, address);
        }
        let cut = cut.map(Cut::Limit).or(opened).map(|cut| match cut {
            Cut::Limit(most) => format!("only its first {} MB were read", most >> 20),
            Cut::Broken => "it is compressed, and broken: what comes before that was read".to_string(),
        });
        let crowded = || "it has more paragraphs than are told apart: the last stand together".to_string();
        let apart = || format!("what repeats itself more than {TOGETHER} paragraphs later is not found");
        let notice =
            cut.or_else(|| document.crowded.then(crowded)).or_else(|| (document.blocks.len() > TOGETHER).then(apart));
        Ok(Article { document, notice, ..Article::default() })
    }
}

/// A file's name as it stands in a link: what is escaped (`%20`) is not, on a disk.
fn unescaped(name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let [first, after @ ..] = rest {
        let digit = |at: usize| after.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok().filter(|name| !name.contains('\0') && !name.starts_with('/'))
}

/// The same input, read as another format.
pub fn read_as(document: Document, format: Format) -> Document {
    let url = document.meta.url;
    let mut document = read::read(document.source, format);
    if let Some(url) = url {
        resolve(&mut document, &url);
    }
    document
}

/// Standard input, read on a thread of its own: a pipe that says nothing for a while is an error of the kind
/// [`io::ErrorKind::WouldBlock`], and may be read on.
struct Pipe {
    pieces: Receiver<io::Result<Vec<u8>>>,
    piece: io::Cursor<Vec<u8>>,
}

/// How long a pipe may say nothing.
const SILENCE: Duration = Duration::from_millis(200);

impl Pipe {
    fn new(mut from: impl Read + Send + 'static) -> io::Result<Pipe> {
        let (sender, pieces) = sync_channel(4);
        let pump = move || {
            let mut piece = vec![0; PIECE];
            loop {
                let came = match from.read(&mut piece) {
                    Ok(0) => break,
                    Ok(came) => Ok(piece[..came].to_vec()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                let failed = came.is_err();
                if sender.send(came).is_err() || failed {
                    break;
                }
            }
        };
        thread::Builder::new().name("pipe".into()).spawn(pump)?;
        Ok(Pipe { pieces, piece: io::Cursor::default() })
    }
}

impl Read for Pipe {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.piece.position() == self.piece.get_ref().len() as u64 {
            self.piece = match self.pieces.recv_timeout(SILENCE) {
                Ok(piece) => io::Cursor::new(piece?),
                Err(RecvTimeoutError::Timeout) => return Err(io::ErrorKind::WouldBlock.into()),
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            };
        }
        self.piece.read(to)
    }
}

/// Reads to the end, or to the limit.
fn pour(mut from: impl Read, of: Option<usize>, most: usize, told: &mut Told<'_>) -> Result<Bytes, Reason> {
    let mut bytes = Vec::with_capacity(of.map_or(0, |of| of.min(most).saturating_add(BEYOND)));
    loop {
        let before = bytes.len();
        let piece = of.map_or(PIECE, |of| of.saturating_sub(before).saturating_add(BEYOND).min(PIECE));
        bytes.resize(before + piece, 0);
        let came = from.read(&mut bytes[before..]);
        bytes.truncate(before + came.as_ref().map_or(0, |came| *came));
        match came {
            Ok(0) => return Ok(Bytes { bytes, ..Bytes::default() }),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            // Nothing has come for a while: whoever is told may have had enough.
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error.into()),
            _ => {}
        }
        if bytes.len() > most {
            bytes.truncate(most);
            bytes.truncate(whole_lines(&bytes).len());
            return Ok(Bytes { bytes, cut: Some(most), ..Bytes::default() });
        }
        if !told(&Progress { bytes: &bytes, of }) {
            return Err(FetchError::Cancelled.into());
        }
    }
}

/// The bytes up to the last line's end, or all where that is far away.
fn whole_lines(bytes: &[u8]) -> &[u8] {
    let tail = bytes.len().saturating_sub(PIECE);
    memchr::memrchr(b'\n', &bytes[tail..]).map_or(bytes, |at| &bytes[..=tail + at])
}

/// The charset of a `Content-Type`.
fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })
}

/// Makes links that are relative to where the article came from absolute, where the page did not say otherwise; and
/// takes that for the article's address, where it names no other.
fn resolve(document: &mut Document, address: &str) {
    let base = Base::new(address);
    for block in &mut document.blocks {
        for mark in &mut block.marks {
            if let document::MarkKind::Link(target) = &mut mark.kind
                && !target.contains(':')
                && let Some(absolute) = base.link(target)
            {
                *target = absolute;
            }
        }
        let image = block.image.as_deref().filter(|image| !image.contains(':')).and_then(|image| base.link(image));
        block.image = image.map(String::into_boxed_str).or(block.image.take());
    }
    document.meta.url.get_or_insert_with(|| clean::folded(address).into_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_names_a_file_an_address_or_standard_input() {
        assert_eq!(Source::named("-"), Source::Standard);
        assert_eq!(Source::named("HTTPS://example.org/a"), Source::Web("HTTPS://example.org/a".to_string()));
        for file in ["a.txt", "./http:", "ftp://example.org", "http:", "file:a.txt", "file://far.example/a.txt"] {
            assert_eq!(Source::named(file), Source::File(PathBuf::from(file)));
        }
        let here = Source::File(PathBuf::from("/saved/my page.html"));
        assert_eq!(Source::named("file:///saved/my%20page.html"), here);
    }

    #[test]
    fn a_file_leads_to_files_beside_it_and_the_web_only_to_the_web() {
        let page = Source::File(PathBuf::from("/saved/news/page.html"));
        let file = |path: &str| Some(Source::File(PathBuf::from(path)));
        assert_eq!(page.linked("other%20page.html?x#part"), file("/saved/news/other page.html"));
        assert_eq!(page.linked("notes/a.md"), file("/saved/news/notes/a.md"));
        assert_eq!(page.linked("https://a.example/"), Some(Source::Web("https://a.example/".to_string())));
        for address in ["/etc/motd", "%2Fetc/motd", "file:///etc/motd", "#part", "a%00b", "%FF"] {
            assert_eq!(page.linked(address), None, "{address}");
        }
        for source in [Source::Web("https://a.example/b".to_string()), Source::Standard, Source::Bundled] {
            assert_eq!(source.linked("other.html"), None);
        }
    }

    #[test]
    fn all_is_read_whatever_its_length_was_said_to_be() {
        let text: Vec<u8> = (0..=255).cycle().take(3 * PIECE + 77).collect();
        let length = text.len();
        for said in
            [None, Some(0), Some(1), Some(7), Some(length - 1), Some(length), Some(length + 1), Some(9 * length)]
        {
            let read = pour(&text[..], said, usize::MAX, &mut |_: &Progress<'_>| true).unwrap();
            assert!(read.bytes == text && read.cut.is_none(), "{} of {length}, said to be {said:?}", read.bytes.len());
        }
    }

    #[test]
    fn the_charset_is_found_in_a_content_type() {
        assert_eq!(charset("text/html; charset=koi8-r"), Some("koi8-r"));
        assert_eq!(charset("text/html;foo=bar; Charset=\"utf-8\""), Some("utf-8"));
        assert_eq!(charset("text/html"), None);
    }

    #[test]
    fn an_endless_source_is_cut_at_the_end_of_a_line() {
        let endless = io::repeat(b'\n');
        let cut = pour(endless, None, 100_000, &mut |_| true).unwrap();
        assert_eq!((cut.bytes.len(), cut.cut), (100_000, Some(100_000)));
        let lines = b"twelve chars\n".repeat(9000);
        let cut = pour(&lines[..], None, 100_000, &mut |_| true).unwrap();
        assert!(cut.bytes.ends_with(b"chars\n") && cut.bytes.len() > 99_980, "{}", cut.bytes.len());
        let whole = pour(&lines[..100_000], None, 100_000, &mut |_| true).unwrap();
        assert_eq!((whole.bytes.len(), whole.cut), (100_000, None));
    }

    #[test]
    fn what_comes_is_told_and_can_be_ended() {
        let mut heard = Vec::new();
        let ended = pour(io::repeat(b'x'), None, usize::MAX, &mut |progress| {
            heard.push(progress.bytes.len());
            heard.len() < 3
        });
        assert!(matches!(ended, Err(Reason::Fetch(FetchError::Cancelled))));
        assert_eq!(heard, [PIECE, 2 * PIECE, 3 * PIECE]);
    }

    #[test]
    fn links_are_resolved_against_where_an_article_came_from() {
        let page = "# News\n\n[One](two.html) and [three](https://example.com/four).\n";
        let mut document = read::read(page.to_string(), Format::Markdown);
        resolve(&mut document, "https://example.org/a/b");
        let links: Vec<&document::MarkKind> = document.blocks[1].marks.iter().map(|mark| &mark.kind).collect();
        let link = |address: &str| document::MarkKind::Link(address.to_string());
        assert_eq!(links, [&link("https://example.org/a/two.html"), &link("https://example.com/four")]);
        assert_eq!(document.meta.url.as_deref(), Some("https://example.org/a/b"));
    }
}
