//! What holds for any document: nothing is lost, the same input gives the same blocks however it was laid out, and
//! everything can be printed.

use std::path::Path;

use cutline::clean;
use cutline::document::Format;
use cutline::read::{read, text};
use proptest::prelude::*;

/// Text put together from what upsets readers: white space of all kinds, control characters, bullets, long words,
/// wide and combining characters.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Zäß’]{1,12}",
        4 => Just(" ".to_string()),
        2 => Just("\n".to_string()),
        1 => Just("\n\n".to_string()),
        1 => prop::sample::select(vec![
            "\u{a0}", "\t", "\u{3000}", "\u{2028}", "\u{c}", "\u{200b}", "\u{feff}", "\u{301}", "\u{1b}[31m", "\0", "\u{85}", "\u{ad}",
            "\n- ", "\n• ", "\n1. ", "\n2. ", "\n    ", "\n> ", "日本語", "。", "👨\u{200d}👩\u{200d}👧", "â€™", "مرحبا", "ภาษา", "\u{202e}",
        ]).prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
    ];
    let plain = prop::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat().replace('\r', "\n"));
    (plain, 20_usize..90, any::<bool>()).prop_map(|(text, width, wrapped)| {
        let wrap = |line: &str| wrap(line, width).join("\n");
        if wrapped { text.split('\n').map(wrap).collect::<Vec<_>>().join("\n\n") } else { text }
    })
}

/// Checks promise 1 for flat text: the spans are in order and disjoint, and only white space lies outside.
fn check_nothing_is_lost(source: &str) {
    let blocks = text::read(source);
    let mut end = 0;
    for block in &blocks {
        let span = block.span.clone().expect("blocks of flat text have spans");
        assert!(end <= span.start && span.start < span.end, "{span:?} after {end}");
        assert!(source[end..span.start].trim().is_empty(), "lost: {:?}", &source[end..span.start]);
        let text = &source[span.clone()];
        assert_eq!(text.trim(), text, "a span has white space around it");
        assert!(block.text.as_deref() != Some(text), "a copy of what the span says");
        let shown = block.text.as_deref().unwrap_or(text);
        assert_eq!(clean::visible(shown), shown, "shown text is not clean");
        end = span.end;
    }
    assert!(source[end..].trim().is_empty(), "lost: {:?}", &source[end..]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(source in any_text()) {
        check_nothing_is_lost(&source);
    }

    #[test]
    fn nothing_is_lost_of_any_characters(source in "(?s).{0,300}") {
        check_nothing_is_lost(&source.replace('\r', "\n"));
    }
}

/// Wraps a paragraph as Python's `textwrap` does without breaking long words: blanks within a line stay, those at its
/// ends go.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let blank = |c: char| c.is_ascii_whitespace();
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    let mut rest = text;
    while !rest.is_empty() {
        let is_blank = rest.starts_with(blank);
        let end = rest.find(|c| blank(c) != is_blank).unwrap_or(rest.len());
        let chunk = &rest[..end];
        let wide = chunk.chars().count();
        if used > 0 && used + wide > width {
            lines.push(line.trim_end().to_string());
            line.clear();
            used = 0;
            if is_blank {
                rest = &rest[end..];
                continue;
            }
        }
        line.push_str(chunk);
        used += wide;
        rest = &rest[end..];
    }
    lines.push(line.trim_end().to_string());
    lines
}

/// The texts of the corpus' blocks, an article at a time, or none where the corpus is not at hand.
fn corpus(name: &str) -> Option<Vec<(String, Vec<String>)>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus").join(name);
    let Ok(records) = std::fs::read_to_string(&path) else {
        println!("skipped: there is no {}", path.display());
        return None;
    };
    let article = |line: &str| {
        let record: serde_json::Value = serde_json::from_str(line).expect("a record is JSON");
        let texts = record["blocks"].as_array().expect("a record has blocks").iter();
        let text = |b: &serde_json::Value| b["text"].as_str().expect("a block has text").to_string();
        (record["id"].as_str().unwrap_or_default().to_string(), texts.map(text).collect())
    };
    Some(records.lines().map(article).collect())
}

/// How many of an article's blocks are found exactly where its text is laid out so, with the first that is not.
fn recovered(blocks: &[String], separator: &str, lay: impl Fn(&str) -> String) -> (usize, Option<String>) {
    let laid: Vec<String> = blocks.iter().map(|text| lay(text)).collect();
    let source = laid.join(separator) + "\n";
    let found: std::collections::HashSet<_> = text::read(&source).into_iter().filter_map(|b| b.span).collect();
    let mut start = 0;
    let (mut right, mut wrong) = (0, None);
    for text in &laid {
        let trimmed = start + (text.len() - text.trim_start().len());
        if found.contains(&(trimmed..trimmed + text.trim().len())) {
            right += 1;
        } else if wrong.is_none() {
            wrong = Some(text.clone());
        }
        start += text.len() + separator.len();
    }
    (right, wrong)
}

#[test]
fn the_three_ways_of_writing_paragraphs_give_the_same_blocks() {
    type Lay = Box<dyn Fn(&str) -> String>;
    let wrapped = |width| Box::new(move |text: &str| wrap(text, width).join("\n")) as Lay;
    let layouts: [(&str, &str, Lay); 5] = [
        ("blank", "\n\n", Box::new(str::to_string)),
        ("lines", "\n", Box::new(str::to_string)),
        ("wrapped at 66", "\n\n", wrapped(66)),
        ("wrapped at 72", "\n\n", wrapped(72)),
        ("wrapped at 80", "\n\n", wrapped(80)),
    ];
    let Some(articles) = corpus("dev.jsonl") else { return };
    let total: usize = articles.iter().map(|(_, blocks)| blocks.len()).sum();
    for (layout, separator, lay) in layouts {
        let mut right = 0;
        for (id, blocks) in &articles {
            let (found, wrong) = recovered(blocks, separator, &lay);
            right += found;
            if let Some(wrong) = wrong {
                println!("{layout}: {id}: {found} of {}, not {wrong:?}", blocks.len());
            }
        }
        println!("{layout}: {right} of {total} blocks ({:.3} %)", 100.0 * right as f64 / total as f64);
        assert!(right * 1000 >= total * 999, "{layout}: {right} of {total} blocks");
    }
}

#[test]
fn a_document_is_read_as_its_format() {
    let document = read("One\n\ntwo".to_string(), Format::Text);
    assert_eq!((document.text(0), document.text(1)), ("One", "two"));
}
