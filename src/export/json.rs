//! An article as JSON: schema 1.

use std::io::{self, Write};
use std::ops::Range;

use serde::Serialize;

use crate::clean;
use crate::document::{Block, Document, Kind, MarkKind, Sidebar};
use crate::picture::embedded;

/// The number that changes when the form does.
const SCHEMA: u32 = 1;

/// Writes an article as one JSON object, indented for the eye. `source` names where it came from.
///
/// # Errors
/// Those of the writer.
pub fn json(document: &Document, source: &str, out: impl Write) -> io::Result<()> {
    let mut out = Json { out: io::BufWriter::new(out), depth: 0, indented: true, first: true };
    article(document, source, &mut out)?;
    out.end()
}

/// Writes an article as one JSON object on one line. `source` names where it came from. It is written in many small
/// pieces: memory is the best place for them.
///
/// # Errors
/// Those of the writer.
pub fn jsonl(document: &Document, source: &str, out: impl Write) -> io::Result<()> {
    let mut out = Json { out, depth: 0, indented: false, first: true };
    article(document, source, &mut out)?;
    out.end()
}

/// Writes, as one line, that a source could not be read and why.
///
/// # Errors
/// Those of the writer.
pub fn jsonl_error(source: &str, reason: &str, out: impl Write) -> io::Result<()> {
    let mut out = Json { out, depth: 0, indented: false, first: true };
    out.open(b'{')?;
    out.text("source", Some(&*clean::folded(source)))?;
    out.text("error", Some(&*clean::folded(reason)))?;
    out.close(b'}')?;
    out.end()
}

/// JSON as it is written. Texts, which most of it is, are looked through many bytes at once.
struct Json<W> {
    out: W,
    depth: usize,
    indented: bool,
    /// Nothing has been written yet of the object or list at hand.
    first: bool,
}

impl<W: Write> Json<W> {
    /// Begins the next item of an object or a list.
    fn item(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.first) {
            self.out.write_all(b",")?;
        }
        self.line()
    }

    fn line(&mut self) -> io::Result<()> {
        if self.indented {
            write!(self.out, "\n{:1$}", "", 2 * self.depth)?;
        }
        Ok(())
    }

    fn key(&mut self, key: &str) -> io::Result<()> {
        self.item()?;
        self.out.write_all(b"\"")?;
        self.out.write_all(key.as_bytes())?;
        self.out.write_all(if self.indented { b"\": " } else { b"\":" })
    }

    fn open(&mut self, bracket: u8) -> io::Result<()> {
        self.depth += 1;
        self.first = true;
        self.out.write_all(&[bracket])
    }

    fn close(&mut self, bracket: u8) -> io::Result<()> {
        self.depth -= 1;
        if !std::mem::take(&mut self.first) {
            self.line()?;
        }
        self.out.write_all(&[bracket])
    }

    /// A field that is a number, or nothing.
    fn value(&mut self, key: &str, value: impl Serialize) -> io::Result<()> {
        self.key(key)?;
        Ok(serde_json::to_writer(&mut self.out, &value)?)
    }

    /// A field that is text, or nothing.
    fn text(&mut self, key: &str, text: Option<&str>) -> io::Result<()> {
        self.key(key)?;
        let Some(text) = text else { return self.out.write_all(b"null") };
        self.out.write_all(b"\"")?;
        escaped(text, &mut self.out)?;
        self.out.write_all(b"\"")
    }

    /// A field that is a list, of which each item is written by `item`.
    fn list<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut item: impl FnMut(&mut Self, T) -> io::Result<()>,
    ) -> io::Result<()> {
        self.key(key)?;
        self.open(b'[')?;
        for each in items {
            self.item()?;
            item(self, each)?;
        }
        self.close(b']')
    }

    /// A field that is a pair of numbers, or nothing.
    fn range(&mut self, key: &str, range: Option<&Range<usize>>) -> io::Result<()> {
        match range {
            Some(range) => self.list(key, [range.start, range.end], Self::number),
            None => self.text(key, None),
        }
    }

    fn number(&mut self, number: usize) -> io::Result<()> {
        Ok(serde_json::to_writer(&mut self.out, &number)?)
    }

    fn end(mut self) -> io::Result<()> {
        self.out.write_all(b"\n")?;
        self.out.flush()
    }
}

/// Writes the inside of a JSON text.
fn escaped(text: &str, out: &mut impl Write) -> io::Result<()> {
    let mut rest = text.as_bytes();
    while let Some(at) = clean::first(rest, |byte| (byte < b' ') | (byte == b'"') | (byte == b'\\')) {
        out.write_all(&rest[..at])?;
        match rest[at] {
            byte @ (b'"' | b'\\') => out.write_all(&[b'\\', byte])?,
            b'\n' => out.write_all(b"\\n")?,
            b'\r' => out.write_all(b"\\r")?,
            b'\t' => out.write_all(b"\\t")?,
            0x08 => out.write_all(b"\\b")?,
            0x0c => out.write_all(b"\\f")?,
            byte => write!(out, "\\u{byte:04x}")?,
        }
        rest = &rest[at + 1..];
    }
    out.write_all(rest)
}

fn article<W: Write>(document: &Document, source: &str, out: &mut Json<W>) -> io::Result<()> {
    let meta = &document.meta;
    let words = document.words();
    out.open(b'{')?;
    out.value("schema", SCHEMA)?;
    out.text("source", Some(&*clean::visible(source)))?;
    out.value("format", document.format)?;
    for (key, text) in [
        ("title", document.title()),
        ("byline", document.byline()),
        ("published", meta.published.as_deref()),
        ("site", meta.site.as_deref()),
        ("url", meta.url.as_deref()),
        ("language", meta.language.as_deref()),
    ] {
        out.text(key, text.map(clean::folded).as_deref())?;
    }
    out.value("words", words)?;
    out.value("minutes", rounded(crate::document::reading_minutes(words), 10.0))?;
    out.value("unseen", document.unseen)?;
    out.list("blocks", &document.blocks, |out, each| block(document, each, out))?;
    let numbered = document.sidebars.iter().enumerate();
    out.list("sidebars", numbered, |out, (index, each)| sidebar(document, index, each, out))?;
    out.close(b'}')
}

fn block<W: Write>(document: &Document, block: &Block, out: &mut Json<W>) -> io::Result<()> {
    out.open(b'{')?;
    out.text("role", Some(block.role.name()))?;
    out.text("text", Some(document.text_of(block)))?;
    out.range("span", block.span.as_ref())?;
    out.value("sidebar", block.sidebar)?;
    out.value("duplicate_of", block.duplicate_of)?;
    out.value("confidence", rounded(f64::from(block.confidence), 1000.0))?;
    out.value("level", if let Kind::Heading(level) = block.kind { Some(level) } else { None })?;
    let image = block.image.as_deref().filter(|address| embedded(address).is_none());
    out.text("image", image.map(clean::visible).as_deref())?;
    let links = block.marks.iter().filter_map(|mark| match &mark.kind {
        MarkKind::Link(href) => Some((&mark.range, href)),
        _ => None,
    });
    out.list("links", links, |out, (range, href)| {
        out.open(b'{')?;
        out.range("range", Some(range))?;
        out.text("href", Some(&*clean::visible(href)))?;
        out.close(b'}')
    })?;
    out.close(b'}')
}

fn sidebar<W: Write>(document: &Document, index: usize, sidebar: &Sidebar, out: &mut Json<W>) -> io::Result<()> {
    let its = |block: &usize| document.blocks[*block].sidebar == Some(index as u32);
    out.open(b'{')?;
    out.text("title", sidebar.title.map(|block| document.text(block)))?;
    out.list("blocks", sidebar.blocks.clone().filter(its), Json::number)?;
    out.value("confidence", rounded(f64::from(sidebar.confidence), 1000.0))?;
    out.close(b'}')
}

/// Rounded to a fraction, as `rounded(x, 10.0)` to tenths.
fn rounded(value: f64, fraction: f64) -> f64 {
    (value * fraction).round() / fraction
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::{Mark, Role};

    proptest! {
        #[test]
        fn texts_are_escaped_as_json(text in "[\\x00-\\x7fé—\u{2028}😀]{0,80}") {
            let mut out = Vec::new();
            escaped(&text, &mut out).expect("memory can be written");
            let expected = serde_json::to_string(&text).expect("texts can be written");
            prop_assert_eq!(format!("\"{}\"", String::from_utf8(out).expect("JSON is UTF-8")), expected);
        }
    }

    #[test]
    fn an_article_on_one_line() {
        let block = Block {
            span: Some(0..9),
            role: Role::Heading,
            kind: Kind::Heading(2),
            confidence: 0.98765,
            marks: [Mark { range: 4..9, kind: MarkKind::Link("https://example.com".into()) }].into(),
            ..Block::default()
        };
        let document = Document { source: "The \"gull".into(), blocks: vec![block], ..Document::default() };
        let mut out = Vec::new();
        jsonl(&document, "a\u{1b}.txt", &mut out).expect("memory can be written");
        let expected = concat!(
            r#"{"schema":1,"source":"a␛.txt","format":"text","title":null,"byline":null,"published":null,"#,
            r#""site":null,"url":null,"language":null,"words":2,"minutes":0.0,"unseen":0,"#,
            r#""blocks":[{"role":"heading","text":"The \"gull","span":[0,9],"sidebar":null,"duplicate_of":null,"#,
            r#""confidence":0.988,"level":2,"image":null,"links":[{"range":[4,9],"href":"https://example.com"}]}],"#,
            r#""sidebars":[]}"#,
            "\n"
        );
        assert_eq!(String::from_utf8(out).expect("JSON is UTF-8"), expected);
    }

    #[test]
    fn everything_is_in_the_json() {
        let article = crate::export::tests::article();
        let mut out = Vec::new();
        json(&article, "gull.txt", &mut out).expect("memory can be written");
        let value: serde_json::Value = serde_json::from_slice(&out).expect("what was written is JSON");
        let mut line = Vec::new();
        jsonl(&article, "gull.txt", &mut line).expect("memory can be written");
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&line).expect("a line is JSON too"), value);
        assert_eq!(value["blocks"].as_array().map(Vec::len), Some(9));
        assert_eq!(value["blocks"][3]["duplicate_of"], 2);
        assert_eq!(value["sidebars"][0]["blocks"], serde_json::json!([4, 5, 6]));
        assert_eq!(value["sidebars"][0]["title"], "What the gull has");
        assert_eq!(value["title"], "Gull takes mouse");
    }
}
