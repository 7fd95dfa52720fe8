//! Lines of JSON, an article each: `{"id": "17", "text": "…"}` or `{"id": "17", "html": "…"}`.

use std::fmt::{self, Formatter};
use std::io::{self, BufRead, Read};
use std::path::Path;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer};

use super::{Loaded, Piece, opened};
use crate::clean;
use crate::document::Format;
use crate::input::{Article, Reason, Source};
use crate::read;

/// Bytes of a line, at most.
const LONGEST: u64 = 256 << 20;

/// A line, not yet looked into: that is for the thread that will read the article.
#[derive(Debug)]
pub struct Record {
    /// What the line is called where it does not say.
    name: String,
    line: Vec<u8>,
}

/// What a line says.
#[derive(Deserialize)]
struct Said {
    id: Option<Id>,
    text: Option<Words>,
    html: Option<Words>,
}

/// What a line is called that says what it should not.
#[derive(Deserialize, Default)]
struct Named {
    id: Option<Id>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Word(String),
    Number(serde_json::Number),
}

impl Id {
    fn name(self) -> String {
        match self {
            Id::Word(word) => clean::folded(&word).into_owned(),
            Id::Number(number) => number.to_string(),
        }
    }
}

/// A string as programs write it that cut texts anywhere: the half of a character (`\ud83d`) makes replacement
/// characters.
struct Words(String);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Words, D::Error> {
        struct Lossy;
        impl Visitor<'_> for Lossy {
            type Value = Words;

            fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
                out.write_str("a string")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Words, E> {
                // Nearly all are UTF-8, and to see that is quick.
                let text = std::str::from_utf8(bytes).map(str::to_owned);
                Ok(Words(text.unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned())))
            }
        }
        // Strings that are asked for as bytes need not be UTF-8.
        deserializer.deserialize_bytes(Lossy)
    }
}

/// The records of a source: its lines, but for empty ones.
pub fn records(source: Source) -> Box<dyn Iterator<Item = Piece> + Send> {
    let path = match &source {
        Source::File(path) => path.as_path(),
        Source::Standard => Path::new("-"),
        _ => {
            let reason = "records are read from files and from standard input".to_string();
            return Box::new(std::iter::once(Piece::Broken(source.name(), reason)));
        }
    };
    let mut lines = match opened(path) {
        Ok(lines) => Some(lines),
        Err(error) => {
            return Box::new(std::iter::once(Piece::Broken(source.name(), Reason::from(error).to_string())));
        }
    };
    let mut number = 0;
    let name = source.name();
    let next = move || {
        loop {
            number += 1;
            let record = |line| Piece::Record(Record { name: format!("{name}, line {number}"), line });
            match next_line(lines.as_mut()?, LONGEST) {
                Ok(None) => return None,
                Ok(Some(line)) if line.trim_ascii().is_empty() => {}
                Ok(Some(line)) => return Some(record(line)),
                Err(error) => {
                    lines = None;
                    return Some(Piece::Broken(name.clone(), Reason::from(error).to_string()));
                }
            }
        }
    };
    Box::new(std::iter::from_fn(next))
}

/// The next line; of one that is too long its beginning, which is no JSON.
///
/// # Errors
/// Those of reading, and a line of which not even twice as much has an end.
fn next_line(lines: &mut impl BufRead, longest: u64) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let came = lines.by_ref().take(longest).read_until(b'\n', &mut line)?;
    if came as u64 == longest && !line.ends_with(b"\n") {
        line.truncate(1 << 10);
        line.shrink_to_fit();
        if lines.by_ref().take(longest).skip_until(b'\n')? as u64 == longest {
            return Err(io::Error::other(format!("a line of it is longer than {} MB", longest >> 19)));
        }
    }
    Ok((came > 0).then_some(line))
}

impl Record {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads the article in the line.
    pub fn load(self) -> Loaded {
        let Record { name, line } = self;
        let said: Said = match serde_json::from_slice(&line) {
            Ok(said) => said,
            Err(error) => {
                let Named { id } = serde_json::from_slice(&line).unwrap_or_default();
                return Loaded { name: id.map_or(name, Id::name), article: Err(format!("it is no record: {error}")) };
            }
        };
        drop(line);
        let name = said.id.map_or(name, Id::name);
        let (text, format) = match (said.text, said.html) {
            (_, Some(Words(html))) => (html, Some(Format::Html)),
            (Some(Words(text)), None) => (text, None),
            (None, None) => return Loaded { name, article: Err("it has neither text nor html".to_string()) },
        };
        let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
        let format = format.unwrap_or_else(|| read::detect(&text, None, Some("text/plain")));
        Loaded { name, article: Ok(Article { document: read::read(text, format), ..Article::default() }) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn lines_end_at_line_ends_and_at_the_end() {
        let mut lines = &b"one\n\ntwo"[..];
        let mut next = || next_line(&mut lines, LONGEST).unwrap().map(|line| String::from_utf8(line).unwrap());
        assert_eq!(
            [next(), next(), next(), next()],
            [Some("one\n".into()), Some("\n".into()), Some("two".into()), None]
        );
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over_and_one_without_end_ends_it() {
        let mut lines = &b"long line\nshort\n"[..];
        assert_eq!(next_line(&mut lines, 7).unwrap().as_deref(), Some(&b"long li"[..]));
        assert_eq!(next_line(&mut lines, 7).unwrap().as_deref(), Some(&b"short\n"[..]));
        assert!(next_line(&mut BufReader::new(io::repeat(0)), 1 << 20).is_err());
    }

    #[test]
    fn a_record_says_what_it_is() {
        let load = |line: &str| {
            let loaded = Record { name: "pile, line 3".into(), line: line.into() }.load();
            (loaded.name, loaded.article.map(|article| article.document.format))
        };
        assert_eq!(load(r#"{"id": "a", "text": "It rained."}"#), ("a".into(), Ok(Format::Text)));
        assert_eq!(load(r#"{"id": 7, "html": "It rained.", "text": null}"#), ("7".into(), Ok(Format::Html)));
        assert_eq!(load(r#"{"text": "It rained.", "more": [1]}"#), ("pile, line 3".into(), Ok(Format::Text)));
        assert_eq!(load(r#"{"id": "b"}"#), ("b".into(), Err("it has neither text nor html".into())));
        for (line, name) in [("[1", "pile, line 3"), (r#"{"id": "c", "text": 1}"#, "c")] {
            let (named, article) = load(line);
            assert!(named == name && article.is_err_and(|why| why.starts_with("it is no record: ")), "{line}");
        }
    }

    #[test]
    fn half_a_character_costs_no_record() {
        for line in
            [&br#"{"text": "It rained. \ud83d\nIt \u00e9"}"#[..], b"{\"text\": \"It rained. \xff\\nIt \xc3\xa9\"}"]
        {
            let text = Record { name: String::new(), line: line.into() }.load().article.unwrap().document.source;
            assert!(text.starts_with("It rained. \u{fffd}") && text.ends_with("\nIt é"), "{text}");
        }
    }
}
