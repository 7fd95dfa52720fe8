//! An article as CommonMark, with the tables, struck words and boxes to tick of GitHub.

mod inline;

use std::io::{self, Write};

use crate::clean;
use crate::document::{Block, Document, Format, Kind, Mark, MarkKind, Role};
use crate::layout::{Item, Shown, cells_of, flow, numbered};
use crate::picture::embedded;
use inline::{address, inline, longest_run};

/// Writes an article as Markdown: a heading for the title, `<aside>` around a sidebar, emphasis and links as marked.
/// What is only text is escaped. What is known about the article and stands in no block leads as front matter.
///
/// # Errors
/// Those of the writer.
pub fn markdown(document: &Document, shown: &Shown, out: impl Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    front_matter(document, &mut out)?;
    let mut aside = None;
    let mut list = Vec::new();
    for (at, item) in flow(document, super::printed(shown), shown).into_iter().enumerate() {
        let Item::Block(index) = item else { continue };
        let block = &document.blocks[index];
        let in_list = is_item(block) && aside == block.sidebar && !list.is_empty();
        if at > 0 && !in_list {
            writeln!(out)?;
            list.clear();
        }
        if aside != block.sidebar {
            if aside.is_some() {
                writeln!(out, "</aside>\n")?;
            }
            if block.sidebar.is_some() {
                writeln!(out, "<aside>\n")?;
            }
            aside = block.sidebar;
        }
        write_block(document, block, &mut list, &mut out)?;
    }
    if aside.is_some() {
        writeln!(out, "\n</aside>")?;
    }
    out.flush()
}

/// What no block says, as YAML between dashes, each value quoted as in JSON, which YAML reads.
fn front_matter(document: &Document, out: &mut impl Write) -> io::Result<()> {
    let meta = &document.meta;
    let blocks = |role| document.blocks.iter().filter(move |block| block.role == role);
    let bylines: Vec<String> = blocks(Role::Byline).map(|block| document.text_of(block).to_lowercase()).collect();
    let no_block_says = |name: &str| !bylines.iter().any(|byline| byline.contains(&clean::folded(name).to_lowercase()));
    let fields = [
        ("title", meta.title.as_deref().filter(|_| blocks(Role::Title).next().is_none())),
        ("byline", meta.byline.as_deref().filter(|names| names.split(", ").any(no_block_says))),
        ("published", meta.published.as_deref()),
        ("site", meta.site.as_deref()),
        ("url", meta.url.as_deref()),
    ];
    if fields.iter().all(|(_, value)| value.is_none()) {
        return Ok(());
    }
    writeln!(out, "---")?;
    for (name, value) in fields {
        if let Some(value) = value {
            writeln!(out, "{name}: {}", serde_json::to_string(&clean::folded(value))?)?;
        }
    }
    writeln!(out, "---\n")
}

fn is_item(block: &Block) -> bool {
    let plain = matches!(block.role, Role::List | Role::Body | Role::Boilerplate);
    block.role == Role::List || (plain && matches!(block.kind, Kind::Item(_)))
}

/// A list that is being written, in the one before it.
struct List {
    depth: u8,
    /// How many blanks stand before its items, and before the items of a list in the last of them.
    indent: usize,
    within: usize,
    /// The number of its last item, if it has one, and the sign behind it.
    number: Option<(u32, char)>,
}

/// How deep lists are written, at most.
const DEEPEST: u8 = 8;

/// The list that an item of such a depth is written in: that of the item before, one in it, or one around it. It is
/// taken from those that are open.
fn list_at(depth: u8, lists: &mut Vec<List>) -> List {
    let mut list = None;
    while let Some(inner) = lists.pop_if(|list| list.depth >= depth) {
        list = Some(inner);
    }
    let indent = lists.last().map_or(0, |list| list.within);
    List { depth, ..list.unwrap_or(List { depth, indent, within: indent, number: None }) }
}

fn write_block(document: &Document, block: &Block, lists: &mut Vec<List>, out: &mut impl Write) -> io::Result<()> {
    let text = document.text_of(block);
    let level = match block.kind {
        Kind::Heading(level) => usize::from(level.clamp(2, 6)),
        _ if block.sidebar.is_some() => 3,
        _ => 2,
    };
    match (block.role, block.kind) {
        (Role::Title, _) => writeln!(out, "# {}", heading(text, &block.marks)),
        (Role::Heading, _) => writeln!(out, "{} {}", "#".repeat(level), heading(text, &block.marks)),
        (_, Kind::Code) => fenced(text, language(document, block), out),
        (_, Kind::Table) => write_table(text, &block.marks, out),
        (Role::Caption, _) => match block.image.as_deref().filter(|address| embedded(address).is_none()) {
            Some(image) => writeln!(out, "![{}]({})", joined(text, &block.marks), address(image)),
            None => {
                let plain: Vec<Mark> =
                    block.marks.iter().filter(|m| matches!(m.kind, MarkKind::Link(_))).cloned().collect();
                writeln!(out, "*{}*", joined(text, &plain))
            }
        },
        (Role::Quote, _) | (_, Kind::Quote) => {
            writeln!(out, "> {}", paragraph(text, &block.marks).replace('\n', "\n> "))
        }
        _ if is_item(block) => {
            let depth = if let Kind::Item(depth) = block.kind { depth.min(DEEPEST) } else { 0 };
            write_item(text, &block.marks, depth, lists, out)
        }
        _ => writeln!(out, "{}", paragraph(text, &block.marks)),
    }
}

/// An item of a list, behind its bullet or number. A number that does not follow the one before it begins a list of its
/// own, as another sign behind it says.
fn write_item(text: &str, marks: &[Mark], depth: u8, lists: &mut Vec<List>, out: &mut impl Write) -> io::Result<()> {
    let (number, sign, rest) = counted(text).unwrap_or((0, '-', text));
    let before = text.len() - rest.len();
    let begins = lists.last().is_some_and(|list| list.depth < depth);
    let list = list_at(depth, lists);
    let (sign, number) = match list.number {
        _ if before == 0 => (sign, None),
        Some((last, sign)) if last.checked_add(1) == Some(number) => (sign, Some(number)),
        Some((_, '.')) => (')', Some(number)),
        Some(_) => ('.', Some(number)),
        None => (sign, Some(number)),
    };
    // Right under an item's text a number other than 1 begins no list.
    if begins && number.is_some_and(|number| number != 1) {
        writeln!(out)?;
    }
    let bullet = number.map_or("- ".to_string(), |number| format!("{number}{sign} "));
    let back = |at: usize| at.saturating_sub(before);
    let marks =
        marks.iter().map(|mark| Mark { range: back(mark.range.start)..back(mark.range.end), kind: mark.kind.clone() });
    let mut line = paragraph(rest, &marks.collect::<Vec<_>>());
    // A box to tick is written as one.
    for tick in ["[ ] ", "[x] "].iter().filter(|tick| rest.starts_with(**tick)) {
        line = line.replacen(&tick.replace('[', "\\[").replace(']', "\\]"), tick, 1);
    }
    writeln!(out, "{}{bullet}{line}", " ".repeat(list.indent))?;
    lists.push(List { within: list.indent + bullet.len().max(4), number: number.map(|number| (number, sign)), ..list });
    Ok(())
}

/// An item's number, the sign behind it, and the rest. In Markdown only digits number a list.
fn counted(text: &str) -> Option<(u32, char, &str)> {
    let (number, rest) = text.split_at(numbered(text));
    let number = number.trim_end();
    let sign = number.chars().next_back()?;
    Some((number.trim_end_matches(sign).parse().ok()?, sign, rest))
}

fn fenced(text: &str, language: &str, out: &mut impl Write) -> io::Result<()> {
    let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
    writeln!(out, "{fence}{language}\n{text}\n{fence}")
}

/// What the fence of a block of code says that it is in.
fn language<'a>(document: &'a Document, block: &Block) -> &'a str {
    let span = block.span.clone().filter(|_| document.format == Format::Markdown);
    let mut lines = span.and_then(|span| document.source.get(span)).unwrap_or_default().lines();
    let info = lines.find_map(|line| {
        let line = line.trim_start_matches([' ', '\t', '>']);
        ["```", "~~~"].iter().find_map(|fence| line.strip_prefix(fence))
    });
    let word = info.unwrap_or_default().trim_start_matches(['`', '~']).split_whitespace().next().unwrap_or_default();
    let is_name = word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'#' | b'.' | b'_'));
    if is_name { word } else { "" }
}

/// How many times its cells a table may have when all its rows are made as long as the longest.
const RAGGED: usize = 4;

/// A table, under the lines before it that have but one cell, as its title is. Its first row is the head: there is no
/// table without one.
fn write_table(text: &str, marks: &[Mark], out: &mut impl Write) -> io::Result<()> {
    let rows: Vec<Vec<&str>> = text.split('\n').map(|line| cells_of(line).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    if columns * rows.len() > RAGGED * rows.iter().map(Vec::len).sum::<usize>() {
        return fenced(text, "", out);
    }
    let titles = rows.iter().take_while(|row| row.len() < columns.min(2)).count();
    for title in rows[..titles].iter().flatten() {
        writeln!(out, "{}\n", guarded(&cell(text, title, marks)))?;
    }
    for (at, row) in rows[titles..].iter().enumerate() {
        for column in 0..columns {
            write!(out, "| {} ", cell(text, row.get(column).unwrap_or(&""), marks))?;
        }
        writeln!(out, "|")?;
        if at == 0 {
            writeln!(out, "{}|", "| --- ".repeat(columns))?;
        }
    }
    Ok(())
}

/// A cell of a table with the marks in it; the bars that are none between cells are escaped, if only once.
fn cell(text: &str, cell: &str, marks: &[Mark]) -> String {
    if cell.is_empty() {
        return String::new();
    }
    let start = cell.as_ptr() as usize - text.as_ptr() as usize;
    let end = start + cell.len();
    let before = |at: usize| marks.partition_point(|mark| mark.range.start < at);
    let own = marks[before(start)..before(end)].iter().filter(|mark| mark.range.end <= end);
    let own = own.map(|mark| Mark { range: mark.range.start - start..mark.range.end - start, kind: mark.kind.clone() });
    let line = inline(cell, &own.collect::<Vec<_>>());
    let words = line.split(' ').map(|word| {
        let unmarked = word.split("](<").next().unwrap_or(word).trim_matches(['*', '~', '`', '[']);
        if matches!(unmarked, "\\|" | "\\\\|") { word.replacen(unmarked, "|", 1) } else { word.to_string() }
    });
    words.collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// Text for a heading's line, whose closing `#` would vanish.
fn heading(text: &str, marks: &[Mark]) -> String {
    let mut line = joined(text, marks);
    if line.ends_with('#') {
        line.insert(line.len() - 1, '\\');
    }
    line
}

/// Text on one line.
fn joined(text: &str, marks: &[Mark]) -> String {
    inline(text, marks).replace('\n', " ")
}

/// Text as a paragraph of its own, its lines kept.
fn paragraph(text: &str, marks: &[Mark]) -> String {
    inline(text, marks).split('\n').map(guarded).collect::<Vec<_>>().join("\\\n")
}

/// A line that would begin a heading, a list or a quotation, and does not.
fn guarded(line: &str) -> String {
    let mut line = line.to_string();
    let head = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - head.len();
    let at = match head.chars().next() {
        Some('#' | '>' | '+' | '-' | '=' | '|' | ':') if digits == 0 => Some(0),
        Some('.' | ')') if (1..10).contains(&digits) => Some(digits),
        _ => None,
    };
    if let Some(at) = at {
        line.insert(at, '\\');
    }
    line
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;
    use std::ops::Range;

    use super::*;
    use crate::document::Meta;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    #[test]
    fn a_page_of_markdown() {
        let mut out = Vec::new();
        markdown(&crate::export::tests::article(), &Shown::default(), &mut out).expect("memory can be written");
        let page = "\
# Gull takes mouse

The only computer in the reading room has been without a mouse for eleven days.

*The bird, pictured at noon*

<aside>

### What the gull has

- A mouse, with its cable and its pad
1. Time

</aside>

The search goes on.
";
        assert_eq!(String::from_utf8(out).expect("Markdown is UTF-8"), page);
    }

    #[test]
    fn marks_become_markup() {
        let mark = |range, kind| Mark { range, kind };
        let marks = [
            mark(0..3, MarkKind::Strong),
            mark(4..19, MarkKind::Link("https://example.com/a b>".into())),
            mark(8..12, MarkKind::Emphasis),
            mark(20..23, MarkKind::Code),
        ];
        assert_eq!(
            inline("The one read [room] a`b", &marks),
            "**The** [one *read* \\[room\\]](<https://example.com/a b%3E>) ``a`b``"
        );
    }

    #[test]
    fn emphasis_is_written_where_it_is_taken_for_such() {
        use MarkKind::{Code, Emphasis, Link, Strong, Struck};
        let written = |text: &str, marks: &[(Range<usize>, MarkKind)]| {
            let marks: Vec<Mark> =
                marks.iter().map(|(range, kind)| Mark { range: range.clone(), kind: kind.clone() }).collect();
            inline(text, &marks)
        };
        assert_eq!(written("no,but", &[(0..3, Strong)]), "no,but");
        assert_eq!(written("no, but", &[(0..3, Strong)]), "**no,** but");
        assert_eq!(written("no,“but”", &[(0..3, Struck)]), "~~no,~~“but”");
        assert_eq!(written("so(no)", &[(2..6, Emphasis)]), "so(no)");
        assert_eq!(written("so [no]", &[(3..7, Emphasis)]), "so *\\[no\\]*");
        assert_eq!(written("undo", &[(0..2, Emphasis)]), "*un*do");
        assert_eq!(written("ab", &[(0..1, Strong), (1..2, Strong)]), "**ab**");
        assert_eq!(written("ab", &[(0..1, Code), (1..2, Code)]), "`ab`");
        assert_eq!(written("ab", &[(0..1, Strong), (1..2, Emphasis)]), "**a***b*");
        assert_eq!(written("a bc", &[(0..4, Emphasis), (2..3, Strong)]), "*a **b**c*");
        assert_eq!(written("abc", &[(0..3, Emphasis), (1..2, Strong)]), "*abc*");
        // A link in emphasis begins and ends with a bracket.
        assert_eq!(written("undo", &[(2..4, Strong), (2..4, Link("a".into()))]), "un[do](<a>)");
        assert_eq!(written("do it", &[(0..2, Strong), (0..2, Link("a".into()))]), "**[do](<a>)** it");
    }

    #[test]
    fn what_no_block_says_leads_and_is_read_back() {
        let block = |role, text: &str| Block { role, text: Some(text.into()), ..Block::default() };
        let meta = |byline: &str| Meta {
            title: Some("The \"gull\" of C:\\port".into()),
            byline: Some(byline.into()),
            ..Meta::default()
        };
        let head = |names: &str, byline: &str| {
            let blocks = vec![block(Role::Byline, byline), block(Role::Body, "Text.")];
            let mut out = Vec::new();
            markdown(&Document { meta: meta(names), blocks, ..Document::default() }, &Shown::default(), &mut out)
                .unwrap();
            crate::read::read(String::from_utf8(out).unwrap(), Format::Markdown).meta
        };
        assert_eq!(head("Ann Lee", "May 1, 2024"), meta("Ann Lee"), "a date is no author");
        assert_eq!(head("Ann Lee, Bo Chen", "By Ann Lee"), meta("Ann Lee, Bo Chen"));
        assert_eq!(head("Ann Lee, Bo Chen", "BY BO CHEN AND ANN LEE"), Meta { byline: None, ..meta("") });
    }

    #[test]
    fn sidebars_are_read_back() {
        let article = crate::export::tests::article();
        let mut out = Vec::new();
        markdown(&article, &Shown::default(), &mut out).unwrap();
        let mut read = crate::read::read(String::from_utf8(out).unwrap(), Format::Markdown);
        crate::structure::structure(&mut read, &[]);
        let boxed = |document: &Document| {
            let boxed = document.blocks.iter().filter(|block| block.sidebar.is_some());
            boxed.map(|block| (document.text_of(block).to_string(), block.sidebar)).collect::<Vec<_>>()
        };
        assert_eq!(boxed(&read), boxed(&article));
    }

    /// A page of Markdown, read and written again.
    fn again(page: &str) -> String {
        let mut document = crate::read::read(page.to_string(), Format::Markdown);
        crate::structure::structure(&mut document, &[]);
        let mut out = Vec::new();
        markdown(&document, &Shown { boilerplate: true, duplicates: true, ..Shown::default() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn markdown_is_written_as_it_was_read() {
        for page in [
            "|  | 2023 | [2024](<https://a.example>) |\n| --- | --- | --- |\n| Ferries | a \\| b | **12** |\n| Boats |  |  |\n",
            "| **\\| x** | *x \\|* `\\|` | [\\|](<here>) |\n| --- | --- | --- |\n| **a** | `b \\| c` | d\\|e |\n",
            "```rust\nlet boats = 3;\n```\n",
            "- [x] Rope bought and coiled\n- [ ] Boats painted, the blue one twice\n",
            "The boat is out\\\nupon the bay,\\\n\\- the gull is *in\\\nit*.\n",
            "> The boat is out\\\n> upon the bay,\\\n> the gull is in it.\n",
        ] {
            assert_eq!(again(page), page);
        }
        let table = "<table><caption>Boats</caption><tr><td>a<td>b<tr><td>1<td>2</table>\n";
        assert_eq!(again(table), "Boats\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n");
        let ragged = format!("<table><tr><td>{}<tr>{}</table>\n", "a<td>".repeat(9), "<tr><td>b<td>".repeat(50));
        assert!(again(&ragged).starts_with("```\na | a | a"), "rows are not made longer without end");
        assert_eq!(again("<ol type=a><li>Rope<li>Boats</ol>\n"), "- a. Rope\n- b. Boats\n");
    }

    #[test]
    fn an_item_is_written_in_the_list_before_it_or_begins_one() {
        for page in [
            "- one\n    - two\n        - three\n    - two\n- one\n",
            "1234. one\n      - two\n",
            "- one\n\n```\nlet a = 1;\n```\n\n- two\n    - three\n",
        ] {
            assert_eq!(again(page), page);
        }
        // What stands between ends the lists.
        let parted = "- one\n\n  ```\n  let a = 1;\n  ```\n\n  - two\n    - three\n\n  - two\n- one\n";
        assert_eq!(again(parted), "- one\n\n```\nlet a = 1;\n```\n\n- two\n    - three\n- two\n- one\n");
    }

    #[test]
    fn numbers_and_what_follows_them_are_read_back() {
        let items = |page: &str| {
            let document = crate::read::read(page.to_string(), Format::Markdown);
            document.blocks.iter().map(|b| (b.kind, document.text_of(b).to_string())).collect::<Vec<_>>()
        };
        for page in [
            "<ol><li>Hertha<li>1. FC Köln<li># one<li>- two<li>&gt; three<li>2) four<li>+</ol>\n",
            "<ol><li>one<ol start=3><li>in it<li>and that</ol><li>two<ol><li>in two</ol></ol>\n",
            "<ul><li>one<ol start=3><li>in it</ol><li>two</ul>\n",
            "<ol><li>one<li>two</ol><ol><li>one<li>two</ol><ol><li>one</ol>\n",
            "<ol><li>one<li value=9>nine<ol><li>a</ol><ol start=4><li>b</ol><li>ten</ol>\n",
            "<ol reversed><li>three<li>two<li>one</ol>\n",
            "<ol><li><b>1. one</b> two<li><b>two</b></ol>\n",
        ] {
            assert_eq!(items(&again(page)), items(page), "{}", again(page));
        }
        let two = "1. one\n2. two\n1) one\n2) two\n";
        assert_eq!(again("<ol><li>one<li>two</ol><ol><li>one<li>two</ol>\n"), two);
        let late = "- one\n\n    3. in it\n    4. too\n- two\n";
        assert_eq!(again("<ul><li>one<ol start=3><li>in it<li>too</ol><li>two</ul>\n"), late);
    }

    /// What a reader of CommonMark takes a page for: its text, without any markup.
    fn read_back(page: &str) -> String {
        let mut text = String::new();
        for event in
            Parser::new_ext(page, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES)
        {
            match event {
                Event::Text(words) => text.push_str(&words),
                Event::Start(Tag::Paragraph | Tag::Emphasis | Tag::Strong | Tag::Strikethrough) => {}
                Event::Start(Tag::Link { dest_url, .. }) if &*dest_url == "here" => {}
                Event::End(_) => {}
                Event::Code(words) => text.push_str(&words),
                Event::HardBreak => text.push('\n'),
                other => panic!("{page:?} has {other:?}"),
            }
        }
        text
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn text_stays_text(words in prop::collection::vec("[-a1.)(*_`\\\\<>#+&;:=~!|\\[\\]/ é]{1,6}|&amp;|<b>|---|https://a.b|10\\.", 1..12)) {
            let text = clean::folded(&words.join(" ")).into_owned();
            prop_assert_eq!(read_back(&paragraph(&text, &[])), text);
        }

        #[test]
        fn marked_text_stays_text(
            text in "[ab ,.()“é*~_`—]{0,11}[b“—]",
            marks in prop::collection::vec((0usize..12, 1usize..6, 0usize..5), 0..6),
        ) {
            let text = clean::folded(&text).into_owned();
            let at: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let kinds = [MarkKind::Emphasis, MarkKind::Strong, MarkKind::Struck, MarkKind::Code, MarkKind::Link("here".into())];
            let mut marks: Vec<Mark> = marks.into_iter().filter_map(|(start, len, kind)| {
                let range = *at.get(start)?..*at.get(start + len)?;
                let words = &text[range.clone()];
                let start = range.end - words.trim_start().len();
                let range = start..start + words.trim().len();
                (!range.is_empty()).then(|| Mark { range, kind: kinds[kind].clone() })
            }).collect();
            marks.sort_by_key(|mark| (mark.range.start, Reverse(mark.range.end)));
            let page = paragraph(&text, &marks);
            prop_assert_eq!(read_back(&page), text, "{} with {:?}", page, marks);
        }

        #[test]
        fn lines_stay_lines(lines in prop::collection::vec("[-a1.)(*_`\\\\<>#+&;:=~!|\\[\\]/ é]{1,6}|---|===|:-\\|-|10\\.", 1..5)) {
            let folded = lines.iter().map(|line| clean::folded(line).into_owned()).filter(|line| !line.is_empty());
            let text = folded.collect::<Vec<_>>().join("\n");
            prop_assume!(!text.is_empty());
            prop_assert_eq!(read_back(&paragraph(&text, &[])), text);
        }
    }
}
