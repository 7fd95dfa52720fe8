//! What holds for any document: nothing is lost, the same input gives the same blocks however it was laid out, and
//! everything can be printed.

mod common;

use std::path::Path;

use common::sound::{check_blocks, check_nothing_is_lost, check_rows, check_walk};
use cutline::document::{Block, Document, Format, Kind, Position, Role, Sidebar};
use cutline::layout::{self, Item, Measure, Part, Shown, Sidebars, viewport};
use cutline::picture::Shape;
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

/// Checks promise 1 for flat text.
fn check(source: String) {
    let document = read(source, Format::Text);
    check_blocks(&document);
    check_nothing_is_lost(&document);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(source in any_text()) {
        check(source);
    }

    #[test]
    fn nothing_is_lost_of_any_characters(source in "(?s).{0,300}") {
        check(source.replace('\r', "\n"));
    }
}

/// A document of such text, with blocks of all roles and kinds and a sidebar.
fn any_document() -> impl Strategy<Value = Document> {
    (any_text(), prop::collection::vec((0..Role::ALL.len(), 0..9_usize), 8), 0..4_usize, 0..4_usize).prop_map(
        |(source, rolls, start, length)| {
            let mut document = read(source, Format::Text);
            for (index, block) in document.blocks.iter_mut().enumerate() {
                let (role, kind) = rolls[index % rolls.len()];
                block.role = Role::ALL[role];
                block.kind = match kind {
                    0 => Kind::Quote,
                    1 => Kind::Item(index as u8),
                    2 => Kind::Table,
                    _ => block.kind,
                };
                block.duplicate_of = (kind == 3 && index > 0).then_some(0);
            }
            let sidebar = start.min(document.blocks.len())..(start + length).min(document.blocks.len());
            if !sidebar.is_empty() {
                document.blocks[sidebar.clone()].iter_mut().for_each(|block| block.sidebar = Some(0));
                document.sidebars = vec![Sidebar { blocks: sidebar, title: None, confidence: 0.5 }];
            }
            document.meta.language = Some("en".to_string());
            document
        },
    )
}

fn any_measure() -> impl Strategy<Value = Measure> {
    let width = prop_oneof![1_usize..12, 12_usize..90];
    (width, any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(width, justified, optimal, hyphenated, inset, plain)| Measure {
            width,
            justified,
            optimal,
            hyphenated,
            inset,
            plain,
            ..Measure::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_hold_all_text_and_fit(document in any_document(), measure in any_measure()) {
        for index in 0..document.blocks.len() {
            check_rows(&document, Item::Block(index), &measure);
        }
        for index in 0..document.sidebars.len() {
            check_rows(&document, Item::Sidebar(index), &measure);
        }
    }

    #[test]
    fn walking_passes_every_row(document in any_document(), measure in any_measure(), hidden in any::<bool>()) {
        let shown = Shown { duplicates: !hidden, captions: !hidden, boilerplate: !hidden, sidebars: Sidebars::Line };
        for part in [Part::Story, Part::Sidebar(0), Part::Whole] {
            check_walk(&document, &layout::flow(&document, part, &shown), &measure);
        }
    }

    #[test]
    fn walking_passes_every_row_of_pictures_too(document in any_document(), measure in any_measure(), rows in 1..9_usize) {
        let mut document = document;
        let shape = |block: usize| Some(Shape { width: 100 + 90 * block as u32, height: 200 }).filter(|_| !block.is_multiple_of(5));
        document.pictures = (0..document.blocks.len()).step_by(2).map(|block| (block, shape(block))).collect();
        let measure = Measure { picture_rows: rows, ..measure };
        for part in [Part::Story, Part::Sidebar(0), Part::Whole] {
            check_walk(&document, &layout::flow(&document, part, &Shown::default()), &measure);
        }
    }

    #[test]
    fn every_block_is_in_the_flow_or_hidden_for_a_reason(document in any_document()) {
        let shown = Shown { duplicates: true, captions: true, boilerplate: true, sidebars: Sidebars::Inline };
        let flow = layout::flow(&document, Part::Story, &shown);
        let all: Vec<Item> = (0..document.blocks.len()).filter(|i| !document.text(*i).is_empty()).map(Item::Block).collect();
        prop_assert_eq!(flow, all);
    }
}

#[test]
fn a_huge_block_is_laid_out_piece_by_piece() {
    for text in ["word and another, then more. ".repeat(4_000), "x".repeat(100_000), "日本語".repeat(10_000)] {
        let text = text.trim_end().to_string();
        let blocks = vec![Block { span: Some(0..text.len()), ..Block::default() }];
        let document = Document { source: text, blocks, ..Document::default() };
        let measure = Measure { width: 40, ..Measure::default() };
        check_rows(&document, Item::Block(0), &measure);
        let flow = [Item::Block(0)];
        let middle = Position { block: 0, offset: document.source.len() / 6 * 3 };
        let screen = viewport::forward(&document, &flow, &measure, middle, 30);
        let first = screen[0].row.as_ref().map(|row| row.range.clone());
        assert!(screen.len() == 30 && first.is_some_and(|range| range.contains(&middle.offset)), "{:?}", screen[0]);
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
