//! An article as JSON: schema 1.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

use serde::{Serialize, Serializer};

use crate::clean;
use crate::document::{Block, Document, Format, Kind, MarkKind, Sidebar};
use crate::picture::embedded;

/// The number that changes when the form does.
const SCHEMA: u32 = 1;

/// Writes an article as one JSON object, indented for the eye. `source` names where it came from.
///
/// # Errors
/// Those of the writer.
pub fn json(document: &Document, source: &str, out: impl Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    serde_json::to_writer_pretty(&mut out, &Article::of(document, source))?;
    writeln!(out)?;
    out.flush()
}

/// Writes an article as one JSON object on one line. `source` names where it came from.
///
/// # Errors
/// Those of the writer.
pub fn jsonl(document: &Document, source: &str, out: impl Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    serde_json::to_writer(&mut out, &Article::of(document, source))?;
    writeln!(out)?;
    out.flush()
}

/// Writes, as one line, that a source could not be read and why.
///
/// # Errors
/// Those of the writer.
pub fn jsonl_error(source: &str, reason: &str, mut out: impl Write) -> io::Result<()> {
    let failure = Failure { source: clean::folded(source), error: clean::folded(reason) };
    writeln!(out, "{}", serde_json::to_string(&failure)?)
}

#[derive(Serialize)]
struct Failure<'a> {
    source: Cow<'a, str>,
    error: Cow<'a, str>,
}

/// The whole, in the order in which it is written; it borrows from the document.
#[derive(Serialize)]
struct Article<'a> {
    schema: u32,
    source: Cow<'a, str>,
    format: Format,
    title: Option<Cow<'a, str>>,
    byline: Option<Cow<'a, str>>,
    published: Option<Cow<'a, str>>,
    site: Option<Cow<'a, str>>,
    url: Option<Cow<'a, str>>,
    language: Option<Cow<'a, str>>,
    words: usize,
    minutes: f64,
    unseen: usize,
    #[serde(serialize_with = "blocks")]
    blocks: &'a Document,
    #[serde(serialize_with = "sidebars")]
    sidebars: &'a Document,
}

#[derive(Serialize)]
struct BlockOut<'a> {
    role: &'static str,
    text: &'a str,
    span: Option<(usize, usize)>,
    sidebar: Option<u32>,
    duplicate_of: Option<u32>,
    confidence: f64,
    level: Option<u8>,
    image: Option<Cow<'a, str>>,
    links: Vec<Link<'a>>,
}

#[derive(Serialize)]
struct Link<'a> {
    range: (usize, usize),
    href: Cow<'a, str>,
}

#[derive(Serialize)]
struct SidebarOut<'a> {
    title: Option<&'a str>,
    blocks: Vec<usize>,
    confidence: f64,
}

impl<'a> Article<'a> {
    fn of(document: &'a Document, source: &'a str) -> Article<'a> {
        let meta = &document.meta;
        let words = document.words();
        let clean = |text: &'a Option<String>| text.as_deref().map(clean::folded);
        Article {
            schema: SCHEMA,
            source: clean::visible(source),
            format: document.format,
            title: document.title().map(clean::folded),
            byline: document.byline().map(clean::folded),
            published: clean(&meta.published),
            site: clean(&meta.site),
            url: clean(&meta.url),
            language: clean(&meta.language),
            words,
            minutes: rounded(crate::document::reading_minutes(words), 10.0),
            unseen: document.unseen,
            blocks: document,
            sidebars: document,
        }
    }
}

fn blocks<S: Serializer>(document: &&Document, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(document.blocks.iter().map(|block| block_out(document, block)))
}

fn sidebars<S: Serializer>(document: &&Document, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(document.sidebars.iter().enumerate().map(|(i, sidebar)| sidebar_out(document, i, sidebar)))
}

fn block_out<'a>(document: &'a Document, block: &'a Block) -> BlockOut<'a> {
    let links = block.marks.iter().filter_map(|mark| match &mark.kind {
        MarkKind::Link(href) => Some(Link { range: pair(&mark.range), href: clean::visible(href) }),
        _ => None,
    });
    BlockOut {
        role: block.role.name(),
        text: document.text_of(block),
        span: block.span.as_ref().map(pair),
        sidebar: block.sidebar,
        duplicate_of: block.duplicate_of,
        confidence: rounded(f64::from(block.confidence), 1000.0),
        level: if let Kind::Heading(level) = block.kind { Some(level) } else { None },
        image: block.image.as_deref().filter(|address| embedded(address).is_none()).map(clean::visible),
        links: links.collect(),
    }
}

fn sidebar_out<'a>(document: &'a Document, index: usize, sidebar: &Sidebar) -> SidebarOut<'a> {
    let its = |block: &usize| document.blocks[*block].sidebar == Some(index as u32);
    SidebarOut {
        title: sidebar.title.map(|block| document.text(block)),
        blocks: sidebar.blocks.clone().filter(its).collect(),
        confidence: rounded(f64::from(sidebar.confidence), 1000.0),
    }
}

fn pair(range: &Range<usize>) -> (usize, usize) {
    (range.start, range.end)
}

/// Rounded to a fraction, as `rounded(x, 10.0)` to tenths.
fn rounded(value: f64, fraction: f64) -> f64 {
    (value * fraction).round() / fraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Mark, Role};

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
        assert_eq!(value["blocks"].as_array().map(Vec::len), Some(9));
        assert_eq!(value["blocks"][3]["duplicate_of"], 2);
        assert_eq!(value["sidebars"][0]["blocks"], serde_json::json!([4, 5, 6]));
        assert_eq!(value["sidebars"][0]["title"], "What the gull has");
        assert_eq!(value["title"], "Gull takes mouse");
    }
}
