//! An article as CommonMark.

use std::io::{self, Write};

use crate::clean;
use crate::document::{Block, Document, Kind, Mark, MarkKind, Role};
use crate::layout::{Item, Shown, flow, numbered};
use crate::picture::embedded;

/// Writes an article as CommonMark: a heading for the title, `<aside>` around a sidebar, emphasis and links as marked.
/// What is only text is escaped. What is known about the article and stands in no block leads as front matter.
///
/// # Errors
/// Those of the writer.
pub fn markdown(document: &Document, shown: &Shown, out: impl Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    front_matter(document, &mut out)?;
    let mut aside = None;
    let mut list = false;
    for (at, item) in flow(document, super::printed(shown), shown).into_iter().enumerate() {
        let Item::Block(index) = item else { continue };
        let block = &document.blocks[index];
        let in_list = is_item(block) && aside == block.sidebar && list;
        if at > 0 && !in_list {
            writeln!(out)?;
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
        write_block(document, block, &mut out)?;
        list = is_item(block);
    }
    if aside.is_some() {
        writeln!(out, "\n</aside>")?;
    }
    out.flush()
}

/// What no block says, as YAML between dashes, each value quoted as in JSON, which YAML reads.
fn front_matter(document: &Document, out: &mut impl Write) -> io::Result<()> {
    let meta = &document.meta;
    let no_block = |role| !document.blocks.iter().any(|block| block.role == role);
    let fields = [
        ("title", meta.title.as_deref().filter(|_| no_block(Role::Title))),
        ("byline", meta.byline.as_deref().filter(|_| no_block(Role::Byline))),
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

fn write_block(document: &Document, block: &Block, out: &mut impl Write) -> io::Result<()> {
    let text = document.text_of(block);
    let level = match block.kind {
        Kind::Heading(level) => usize::from(level.clamp(2, 6)),
        _ if block.sidebar.is_some() => 3,
        _ => 2,
    };
    match (block.role, block.kind) {
        (Role::Title, _) => writeln!(out, "# {}", heading(text, &block.marks)),
        (Role::Heading, _) => writeln!(out, "{} {}", "#".repeat(level), heading(text, &block.marks)),
        (_, Kind::Code | Kind::Table) => {
            let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
            writeln!(out, "{fence}\n{text}\n{fence}")
        }
        (Role::Caption, _) => match block.image.as_deref().filter(|address| embedded(address).is_none()) {
            Some(image) => writeln!(out, "![{}]({})", inline(text, &block.marks), address(image)),
            None => {
                let plain: Vec<Mark> =
                    block.marks.iter().filter(|m| matches!(m.kind, MarkKind::Link(_))).cloned().collect();
                writeln!(out, "*{}*", inline(text, &plain))
            }
        },
        (Role::Quote, _) | (_, Kind::Quote) => writeln!(out, "> {}", paragraph(text, &block.marks)),
        _ if is_item(block) => {
            let depth = if let Kind::Item(depth) = block.kind { usize::from(depth.min(8)) } else { 0 };
            let indent = "    ".repeat(depth);
            if numbered(text) == 0 {
                writeln!(out, "{indent}- {}", paragraph(text, &block.marks))
            } else {
                writeln!(out, "{indent}{}", inline(text, &block.marks))
            }
        }
        _ => writeln!(out, "{}", paragraph(text, &block.marks)),
    }
}

/// Text for a heading's line, whose closing `#` would vanish.
fn heading(text: &str, marks: &[Mark]) -> String {
    let mut line = inline(text, marks);
    if line.ends_with('#') {
        line.insert(line.len() - 1, '\\');
    }
    line
}

/// Text as a paragraph of its own: what would begin a heading, a list or a quotation does not.
fn paragraph(text: &str, marks: &[Mark]) -> String {
    let mut line = inline(text, marks);
    let head = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - head.len();
    let at = match head.chars().next() {
        Some('#' | '>' | '+' | '-') if digits == 0 => Some(0),
        Some('.' | ')') if (1..10).contains(&digits) => Some(digits),
        _ => None,
    };
    if let Some(at) = at {
        line.insert(at, '\\');
    }
    line
}

/// Text with its marks, all else escaped.
fn inline(text: &str, marks: &[Mark]) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut done = 0;
    let mut open: Vec<&Mark> = Vec::new();
    let mut next =
        marks.iter().filter(|mark| text.get(mark.range.clone()).is_some_and(|t| !t.trim().is_empty())).peekable();
    loop {
        // Whichever comes first: an open mark's end, or another's start.
        let end = open.last().map(|mark| mark.range.end);
        let start = next.peek().map(|mark| mark.range.start);
        match (end, start) {
            (Some(end), start) if start.is_none_or(|start| end <= start) => {
                escape(&text[done..end], &mut out);
                done = end;
                close(open.pop(), &mut out);
            }
            (end, Some(start)) => {
                let Some(mark) = next.next() else { break };
                // Marks that cross or that code or a link would have inside are left out: their text stays.
                let inside = end.is_none_or(|end| mark.range.end <= end);
                if start < done || !inside {
                    continue;
                }
                escape(&text[done..start], &mut out);
                done = start;
                if mark.kind == MarkKind::Code {
                    code(&text[mark.range.clone()], &mut out);
                    done = mark.range.end;
                } else {
                    out.push_str(match mark.kind {
                        MarkKind::Link(_) => "[",
                        MarkKind::Strong => "**",
                        MarkKind::Struck => "~~",
                        _ => "*",
                    });
                    open.push(mark);
                }
            }
            (Some(_), None) | (None, None) => break,
        }
    }
    escape(&text[done..], &mut out);
    out
}

fn close(mark: Option<&Mark>, out: &mut String) {
    match mark.map(|mark| &mark.kind) {
        Some(MarkKind::Link(href)) => {
            out.push_str("](");
            out.push_str(&address(href));
            out.push(')');
        }
        Some(MarkKind::Strong) => out.push_str("**"),
        Some(MarkKind::Struck) => out.push_str("~~"),
        Some(_) => out.push('*'),
        None => {}
    }
}

/// A stretch of code, between backticks enough to hold those inside.
fn code(text: &str, out: &mut String) {
    let fence = "`".repeat(longest_run(text, '`') + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    out.extend([&fence, pad, text, pad, &fence]);
}

/// A link's target in angle brackets, where no character of it can end the link.
fn address(href: &str) -> String {
    let mut out = String::from("<");
    for c in clean::visible(href).chars() {
        match c {
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            '\n' => {}
            '&' => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    out.push('>');
    out
}

/// Adds text with a backslash before whatever Markdown would take for its own.
fn escape(text: &str, out: &mut String) {
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        let escaped = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '~' => true,
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '&' => after == '#' || after.is_ascii_alphanumeric(),
            _ => false,
        };
        if escaped {
            out.push('\\');
        }
        out.push(if c == '\n' { ' ' } else { c });
        before = c;
    }
}

fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser};

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

    /// What a reader of CommonMark takes a page for: its text, without any markup.
    fn read_back(page: &str) -> String {
        let mut text = String::new();
        for event in
            Parser::new_ext(page, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES)
        {
            match event {
                Event::Text(words) => text.push_str(&words),
                Event::Start(tag) => assert_eq!(tag, pulldown_cmark::Tag::Paragraph, "{page:?}"),
                Event::End(_) => {}
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
    }
}
