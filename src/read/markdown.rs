//! Markdown, as people, extractors and note-taking programs write it.
//!
//! 1. `front_matter` is taken off the head.
//! 2. The parser is given a stretch at a time (`stretches`). Its events become blocks: paragraphs, headings, items,
//!    quotes, tables, code. A picture that stands by itself becomes captions (`pictures`), raw HTML what it is in HTML;
//!    callouts and asides are set apart (`boxes`).
//! 3. Markup that is in no block (fences, markers, link definitions) goes to the next one, so that the spans cover all
//!    of the input but its white space.

mod boxes;
mod front_matter;
mod pictures;
mod stretches;

use std::ops::Range;

use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::document::{Block, Document, Format, Given, Kind, MarkKind, Role};
use crate::mend;
use crate::picture::embedded;
use crate::read::html::address::Base;
use crate::read::html::{parse, vocabulary, walk};
use crate::read::line::Line;
use crate::read::most_blocks;
use crate::read::script::Script;
use pictures::Picture;
use stretches::Definitions;

/// Reads a note or an article in Markdown.
pub fn read(source: String) -> Document {
    let (head, meta) = front_matter::front_matter(&source).unwrap_or_default();
    let base = Base::new(meta.url.as_deref().unwrap_or_default());
    let mut reader = Reader::new(&source, &base);
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let definitions = Definitions::of(&source[head..], reader.most);
    let mut start = head;
    while start < source.len() {
        let end = stretches::end_of(&source, start);
        start = reader.stretch(start..end, options, &definitions);
    }
    let crowded = reader.is_crowded();
    reader.most = usize::MAX;
    reader.flush();
    let mut blocks = reader.blocks;
    let titled = blocks.iter().any(|block| block.kind == Kind::Heading(1));
    if let Some(title) = meta.title.as_deref().filter(|_| !titled) {
        let (text, span) = (Some(Box::from(title)), Some(0..head));
        let (kind, role) = (Kind::Heading(1), Role::Title);
        blocks.insert(
            0,
            Block { text, span, kind, role, given: Some(Given { role, confidence: 1.0 }), ..Block::default() },
        );
    }
    cover(&source, &mut blocks);
    for block in &mut blocks {
        if block.text.as_deref() == block.span.clone().map(|span| &source[span]) {
            block.text = None;
        }
    }
    Document { source, format: Format::Markdown, meta, blocks, crowded, ..Document::default() }
}

/// Whether a text opens with front matter.
pub fn has_front_matter(source: &str) -> bool {
    front_matter::front_matter(source).is_some()
}

/// Stretches the blocks' spans over what lies between them, each back to the end of the one before, and trims white
/// space off. A document of markup alone is one block.
fn cover(source: &str, blocks: &mut Vec<Block>) {
    let mut end = 0;
    blocks.retain_mut(|block| {
        let Some(span) = block.span.clone() else { return false };
        // Spans never go back; what the parser says of nested blocks may touch.
        let start = end + leading_space(&source[end..span.start.max(end)]);
        let stop = span.end.max(start);
        let stop = start + source[start..stop].trim_end().len();
        block.span = Some(start..stop);
        end = stop;
        true
    });
    let rest = source[end..].trim();
    if rest.is_empty() {
        return;
    }
    let last = source.trim_end().len();
    match blocks.last_mut() {
        Some(Block { span: Some(span), .. }) => span.end = last,
        _ => {
            let text = Some(mend::shown(rest).into_owned().into_boxed_str());
            blocks.push(Block { text, span: Some(end + leading_space(&source[end..])..last), ..Block::default() });
        }
    }
}

fn leading_space(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// The reading so far: the line in the making and what stands around it.
struct Reader<'a> {
    source: &'a str,
    base: &'a Base,
    blocks: Vec<Block>,
    /// How many blocks there may be before the rest becomes one; and how many marks on all of them.
    most: usize,
    marks: usize,
    line: Line,
    /// Bytes of the block in the making, from its first event to its last.
    extent: Option<Range<usize>>,
    /// The lists that are open, each with its next item's number where it has numbers.
    lists: Vec<Option<u64>>,
    quotes: usize,
    /// The next block opens a list item.
    item: bool,
    heading: Option<u8>,
    table: bool,
    /// Where the last cell of a table's row ended.
    cell_end: usize,
    code: bool,
    html: Option<Range<usize>>,
    /// Where letters stand, between the tags that say so.
    script: Option<Script>,
    picture: Option<Picture>,
    /// What a footnote is called, or an item's number, until its first words come.
    label: Option<(String, usize)>,
    /// Callouts that are open: how many quotes deep each is, and its number.
    callouts: Vec<(usize, u32)>,
    /// The first block behind a line that is `<aside>`, until one that is `</aside>`.
    boxed_from: Option<usize>,
    numbered: u32,
    /// Events up to here belong to a callout's first line, which is read already.
    read_up_to: usize,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str, base: &'a Base) -> Reader<'a> {
        Reader {
            source,
            base,
            blocks: Vec::new(),
            most: most_blocks(source),
            marks: 0,
            line: Line::default(),
            extent: None,
            lists: Vec::new(),
            quotes: 0,
            item: false,
            heading: None,
            table: false,
            cell_end: 0,
            code: false,
            html: None,
            script: None,
            picture: None,
            label: None,
            callouts: Vec::new(),
            boxed_from: None,
            numbered: 0,
            read_up_to: 0,
        }
    }

    /// Reads a stretch of the source, and says where the next begins: where the last block of this one did, if more of
    /// it may follow.
    fn stretch(&mut self, stretch: Range<usize>, options: Options, definitions: &Definitions<'_>) -> usize {
        let mut depth = 0_usize;
        // Where the last block begins, and what there was before it.
        let mut last = (stretch.start, self.so_far());
        let mut defined = |link: BrokenLink<'_>| definitions.address(&link);
        let parser = Parser::new_with_broken_link_callback(&self.source[stretch.clone()], options, Some(&mut defined));
        for (event, range) in parser.into_offset_iter() {
            let range = range.start + stretch.start..range.end + stretch.start;
            let (starts, ends) = (matches!(event, Event::Start(_)), matches!(event, Event::End(_)));
            if depth == 0 {
                last = (range.start, self.so_far());
            }
            self.event(event, range);
            depth = (depth + usize::from(starts)).saturating_sub(usize::from(ends));
        }
        let (start, so_far) = last;
        // With what it is indented by.
        let start = self.source[..start].trim_end_matches([' ', '\t']).len();
        if stretch.end == self.source.len() || start <= stretch.start || self.is_crowded() {
            return stretch.end;
        }
        self.blocks.truncate(so_far.0);
        (_, self.marks, self.numbered, self.boxed_from) = so_far;
        self.read_up_to = start;
        start
    }

    /// What reading a block changes, and not reading it changes back.
    fn so_far(&self) -> (usize, usize, u32, Option<usize>) {
        (self.blocks.len(), self.marks, self.numbered, self.boxed_from)
    }

    fn is_crowded(&self) -> bool {
        self.blocks.len() >= self.most
    }

    fn event(&mut self, event: Event, range: Range<usize>) {
        if range.start < self.read_up_to && !matches!(event, Event::End(_) | Event::Start(_)) {
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => self.text(&text, range),
            Event::Code(text) => {
                self.line.open(MarkKind::Code);
                self.text(&text, range);
                self.line.close();
            }
            Event::SoftBreak => self.line.blank(),
            Event::HardBreak => self.line.end(),
            Event::FootnoteReference(name) => self.text(&format!("[{name}]"), range),
            Event::TaskListMarker(done) => self.text(if done { "[x] " } else { "[ ] " }, range),
            Event::Html(_) => self.html = Some(self.html.take().map_or(range.start, |html| html.start)..range.end),
            Event::InlineHtml(markup) => self.inline_html(&markup, range),
            Event::Rule => self.flush(),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text, range),
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if let Some(picture) = &mut self.picture {
            return picture.alt.push_str(text);
        }
        if let Some((label, at)) = self.label.take().filter(|_| !self.code) {
            self.reach(&(at..at));
            self.line.push(&label, at..at);
        }
        self.reach(&range);
        match self.code {
            true => self.line.push_lines(text, range),
            false => match self.script {
                Some(script) => self.line.push(&script.written(text.into(), self.line.is_in_word()), range),
                None => self.line.push(text, range),
            },
        }
    }

    /// The block in the making reaches over these bytes.
    fn reach(&mut self, range: &Range<usize>) {
        let all = self.extent.take().unwrap_or(range.clone());
        self.extent = Some(all.start.min(range.start)..all.end.max(range.end));
    }

    fn start(&mut self, tag: Tag, range: Range<usize>) {
        match tag {
            // What cannot be kept apart is not marked either.
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } if self.is_crowded() => {}
            Tag::Emphasis => self.line.open(MarkKind::Emphasis),
            Tag::Strong => self.line.open(MarkKind::Strong),
            Tag::Strikethrough => self.line.open(MarkKind::Struck),
            Tag::Superscript | Tag::Subscript => {}
            Tag::Link { link_type, dest_url, .. } => {
                let link = match link_type {
                    LinkType::Email => self.base.link(&format!("mailto:{dest_url}")),
                    _ => self.base.link(&dest_url),
                };
                let link = link.unwrap_or_default();
                self.reach(&range);
                self.line.open(MarkKind::Link(link));
            }
            Tag::Image { dest_url, title, .. } => {
                let alone = self.is_alone(&range);
                let (title, alt) = (title.into_string(), String::new());
                self.picture = Some(Picture { address: self.base.link(&dest_url), title, alt, range, alone });
            }
            Tag::TableHead | Tag::TableRow => self.line.row(),
            Tag::TableCell => self.line.cell(),
            _ => {
                self.flush();
                self.start_block(tag, range);
            }
        }
    }

    fn start_block(&mut self, tag: Tag, range: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => self.heading = Some(level as u8),
            Tag::BlockQuote(_) => {
                self.quotes += 1;
                self.callout(&range);
            }
            Tag::CodeBlock(_) => self.code = true,
            Tag::List(first) => self.lists.push(first),
            Tag::Item => {
                self.item = true;
                self.label = self.lists.last_mut().and_then(Option::as_mut).map(|number| {
                    *number = number.saturating_add(1);
                    (format!("{}. ", *number - 1), range.start)
                });
            }
            Tag::FootnoteDefinition(name) => self.label = Some((format!("[{name}] "), range.start)),
            Tag::Table(_) => self.table = true,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => self.line.close(),
            TagEnd::Link => {
                self.reach(&range);
                self.line.close();
            }
            TagEnd::Image => self.picture(),
            TagEnd::Superscript | TagEnd::Subscript => {}
            TagEnd::TableCell => self.cell_end = range.end,
            TagEnd::TableRow => self.surplus(self.cell_end.max(range.start)..range.end),
            TagEnd::TableHead => {}
            TagEnd::HtmlBlock => self.html_block(),
            _ => {
                if self.extent.is_some() && !matches!(tag, TagEnd::Item | TagEnd::List(_) | TagEnd::BlockQuote(_)) {
                    self.reach(&range);
                }
                self.flush();
                self.end_block(tag);
            }
        }
    }

    fn end_block(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.heading = None,
            TagEnd::BlockQuote(_) => {
                self.callouts.pop_if(|(depth, _)| *depth == self.quotes);
                self.quotes -= 1;
            }
            TagEnd::CodeBlock => self.code = false,
            TagEnd::List(_) => self.lists.truncate(self.lists.len().saturating_sub(1)),
            TagEnd::Item => (self.item, self.label) = (false, None),
            TagEnd::Table => self.table = false,
            _ => {}
        }
    }

    /// Cells of a row beyond those of its table's head, which the parser drops: their words are kept as they are written.
    fn surplus(&mut self, rest: Range<usize>) {
        let source = self.source;
        let bars = source[rest.clone()].match_indices('|').map(|(at, _)| rest.start + at);
        let mut start = rest.start;
        for bar in bars.filter(|bar| !source[..*bar].ends_with('\\')).chain([rest.end]) {
            let cell = source[start..bar].trim();
            if !cell.is_empty() {
                self.line.cell();
                self.text(&cell.replace("\\|", "|"), start..bar);
            }
            start = bar + 1;
        }
    }

    /// Ends the block in the making.
    fn flush(&mut self) {
        self.script = None;
        if self.is_crowded() {
            return self.line.blank();
        }
        let (kind, extent) = (self.kind(), self.extent.take());
        let Some(mut line) = self.line.take() else { return };
        if matches!(kind, Kind::Paragraph | Kind::Item(_) | Kind::Quote) {
            line.keep_lines();
        }
        self.item &= self.heading.is_some();
        let marks = line.marks.into_iter().filter(|mark| mark.kind != MarkKind::Link(String::new()));
        let marks: Box<[_]> = marks.take(self.most.saturating_sub(self.marks)).collect();
        self.marks += marks.len();
        self.blocks.push(Block {
            span: extent.or(line.span),
            text: Some(line.text.into_boxed_str()),
            kind,
            marks,
            aside: self.aside(),
            ..Block::default()
        });
    }

    fn kind(&self) -> Kind {
        match self.heading {
            Some(level) => Kind::Heading(level),
            None if self.code => Kind::Code,
            None if self.table => Kind::Table,
            None if self.item => Kind::Item(self.lists.len().saturating_sub(1).min(255) as u8),
            None if self.quotes > 0 && self.callouts.is_empty() => Kind::Quote,
            None => Kind::Paragraph,
        }
    }

    /// Raw HTML on lines of its own: its pieces are blocks.
    fn html_block(&mut self) {
        let Some(range) = self.html.take() else { return };
        self.flush();
        if self.is_crowded() {
            return self.text(&self.source[range.clone()], range);
        }
        self.box_by(self.source[range.clone()].trim());
        let tree = parse::Tree::parse(&self.source[range.clone()]);
        let boxes = vocabulary::boxes(&tree);
        let mut boxed = None;
        for piece in walk::pieces(&tree, self.base).0 {
            let around = boxes[piece.node as usize];
            if around.is_some() && around != boxed {
                self.numbered += 1;
            }
            boxed = around;
            let own = around.map(|_| self.numbered - 1);
            let block = piece.into_block();
            let span = block.span.map_or(range.clone(), |span| range.start + span.start..range.start + span.end);
            // The bytes of an embedded picture would be those of this part of the input.
            let image = block.image.filter(|image| embedded(image).is_none());
            self.blocks.push(Block { span: Some(span), image, aside: self.aside().or(own), ..block });
        }
    }

    /// Raw HTML within a paragraph: a break ends a line, letters may stand above or below it, a picture gives its alt text, other tags say nothing.
    fn inline_html(&mut self, markup: &CowStr, range: Range<usize>) {
        let tree = parse::Tree::parse(markup);
        let Some(node) = tree.children(parse::ROOT).next() else {
            let ended = markup.trim_start_matches("</").trim_end_matches('>').trim();
            self.script = self.script.filter(|_| Script::named(ended).is_none());
            return;
        };
        match tree.tag(node) {
            parse::Tag::Br => self.line.end(),
            parse::Tag::Span => self.script = Script::named(tree.name(node)).or(self.script),
            parse::Tag::Img => {
                let alt = tree.attribute(node, "alt").unwrap_or_default().into_owned();
                let address = tree.attribute(node, "src").and_then(|src| self.base.link(&src));
                let alone = self.is_alone(&range);
                self.picture = Some(Picture { address, title: String::new(), alt, range, alone });
                self.picture();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Mark;

    fn blocks(source: &str) -> Vec<(Kind, String)> {
        let document = read(source.to_string());
        document.blocks.iter().map(|block| (block.kind, document.text_of(block).to_string())).collect()
    }

    #[test]
    fn lists_in_lists_without_end_are_read() {
        let deep: String = (0..400).map(|depth| format!("{}- item {depth}\n", "  ".repeat(depth))).collect();
        assert!(super::super::read(deep, crate::document::Format::Markdown).blocks.len() > 1);
    }

    #[test]
    fn blocks_have_the_kinds_that_the_markup_gives() {
        let source = "# Title\n\nA *short* text\nin two lines.\n\n> Said.\n\n1. one\n   - two\n\n```rust\nfn a() {\n}\n```\n\n\
                      | a | b |\n|---|---|\n| 1 | 2 |\n";
        let expected = [
            (Kind::Heading(1), "Title"),
            (Kind::Paragraph, "A short text in two lines."),
            (Kind::Quote, "Said."),
            (Kind::Item(0), "1. one"),
            (Kind::Item(1), "two"),
            (Kind::Code, "fn a() {\n}"),
            (Kind::Table, "a | b\n1 | 2"),
        ];
        assert_eq!(blocks(source), expected.map(|(kind, text)| (kind, text.to_string())));
    }

    #[test]
    fn marks_and_links_lie_over_the_shown_text() {
        let document = read("See **the [map](/m \"x\")** of `it`.\n".to_string());
        assert_eq!(document.text(0), "See the map of it.");
        let mark = |range, kind| Mark { range, kind };
        let link = MarkKind::Link("/m".to_string());
        let expected = [mark(4..11, MarkKind::Strong), mark(8..11, link), mark(15..17, MarkKind::Code)];
        assert_eq!(*document.blocks[0].marks, expected);
    }

    #[test]
    fn pictures_are_captions_with_their_address() {
        let source = "Before.\n![A bridge](b.jpg \"The bridge at dawn\")\nAfter ![smile](s.png) all.\n";
        let document = read(source.to_string());
        let expected = [
            (Kind::Paragraph, "Before."),
            (Kind::Alt, "A bridge"),
            (Kind::Caption, "The bridge at dawn"),
            (Kind::Paragraph, "After smile all."),
        ];
        assert_eq!(blocks(source), expected.map(|(kind, text)| (kind, text.to_string())));
        assert_eq!(document.blocks[1].image.as_deref(), Some("b.jpg"));
    }

    #[test]
    fn a_callout_is_set_apart_under_its_title() {
        let document =
            read("> [!tip]- Getting there\n> By train.\n\n> [!NOTE]\n> Mind the gap.\n\nText.\n".to_string());
        let seen: Vec<_> = document.blocks.iter().map(|b| (document.text_of(b), b.aside)).collect();
        let expected = [
            ("Getting there", Some(0)),
            ("By train.", Some(0)),
            ("Note", Some(1)),
            ("Mind the gap.", Some(1)),
            ("Text.", None),
        ];
        assert_eq!(seen, expected);
        assert_eq!(document.blocks[1].kind, Kind::Paragraph);
    }

    #[test]
    fn front_matter_gives_the_title_where_no_heading_does() {
        let document = read("---\ntitle: A walk\nauthor: Ann\n---\nText.\n".to_string());
        assert_eq!((document.text(0), document.blocks[0].role), ("A walk", Role::Title));
        assert_eq!(document.meta.byline.as_deref(), Some("Ann"));
        assert_eq!(read("---\ntitle: A walk\n---\n# A walk\n".to_string()).blocks.len(), 1);
    }

    #[test]
    fn items_of_numbered_lists_keep_their_numbers() {
        let items = |source: &str| blocks(source).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        assert_eq!(items("3. three\n4. four\n\n   and more\n"), ["3. three", "4. four", "and more"]);
        assert_eq!(items("1. one\n   - two\n2. three\n"), ["1. one", "two", "2. three"]);
        assert_eq!(items("1.\n2. two\n"), ["2. two"]);
        let html = "<ol start=5><li>five<li>six<ul><li>dash</ul><li value=9><p>nine</p><p>more</p></ol>";
        assert_eq!(items(html), ["5. five", "6. six", "dash", "9. nine", "more"]);
        assert_eq!(items("<ol reversed><li>three<li>two<li>one</ol>"), ["3. three", "2. two", "1. one"]);
        assert_eq!(
            items("<ol type=a><li>one<ol type=i start=4><li>in it</ol><li>two</ol>"),
            ["a. one", "iv. in it", "b. two"]
        );
    }

    #[test]
    fn tables_keep_their_empty_cells_and_the_bars_in_them() {
        let texts = |source: &str| blocks(source).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        let table = "|  | 2023 | 2024 |\n|---|---|---|\n| Ferries | 12 | 14 |\n| a \\| b | | c |\n";
        assert_eq!(texts(table), [" | 2023 | 2024\nFerries | 12 | 14\na \\| b |  | c"]);
        assert_eq!(texts("| | |\n|---|---|\n| a | b |\n"), ["a | b"], "a head without words is none");
        let html = "<table><tr><td></td><th>2023</th></tr><tr><td>Ferries</td><td>a | b</td></tr></table>\n";
        assert_eq!(texts(html), [" | 2023\nFerries | a \\| b"]);
    }

    #[test]
    fn a_row_longer_than_its_tables_head_loses_no_cell() {
        let table = |row: &str| blocks(&format!("| a | b | c |\n|---|---|---|\n{row}\n\nAfter.\n"))[0].1.clone();
        assert_eq!(table("| pipe | `code | x` | 12345 |"), "a | b | c\npipe | `code | x` | 12345");
        assert_eq!(table("1 | 2 | 3 | x\\|y \\| z | | é"), "a | b | c\n1 | 2 | 3 | x|y \\| z | é");
        assert_eq!(table("| | | | | left over |"), "a | b | c\n |  |  | left over");
        assert_eq!(table("| 1 | 2 | 3 | |"), "a | b | c\n1 | 2 | 3");
        assert_eq!(table("| 1 |"), "a | b | c\n1 |  |");
        assert_covered("> | a |\n> |---|\n> | 1 | 2 |\n> | | 3\n");
    }

    #[test]
    fn letters_above_and_below_the_line_are_written_so() {
        for source in [
            "10<sup>5</sup> of CO<sub>2</sub>, the 1<sup>st</sup>",
            "<p>10<sup>5</sup> of CO<sub>2</sub>, the 1<sup>st</sup>\n",
        ] {
            assert_eq!(read(source.to_string()).text(0), "10⁵ of CO₂, the 1st", "{source}");
        }
    }

    #[test]
    fn lines_of_verse_are_kept() {
        let verse = "The boat is out  \nupon the bay,\\\nthe *gull* is<br>in it.\n\nOne line  \nand one more.\n";
        let document = read(verse.to_string());
        assert_eq!(document.text(0), "The boat is out\nupon the bay,\nthe gull is\nin it.");
        assert_eq!(&document.text(0)[document.blocks[0].marks[0].range.clone()], "gull");
        assert_eq!(document.text(1), "One line and one more.");
        let html = "<p>The boat is out<br>upon the bay,<br>the gull<br>is in it.</p>\n";
        assert_eq!(read(html.to_string()).text(0), "The boat is out\nupon the bay,\nthe gull\nis in it.");
    }

    #[test]
    fn an_address_of_mail_is_a_link_to_write_to() {
        let document = read("Write to <press@norwell.example>.\n".to_string());
        assert_eq!(document.blocks[0].marks[0].kind, MarkKind::Link("mailto:press@norwell.example".into()));
    }

    #[test]
    fn what_is_struck_through_is_marked_so() {
        for source in ["It is ~~new~~ old.", "<p>It is <del>new</del> old.</p>"] {
            let document = read(source.to_string());
            assert_eq!(document.text(0), "It is new old.", "{source}");
            assert_eq!(*document.blocks[0].marks, [Mark { range: 6..9, kind: MarkKind::Struck }], "{source}");
        }
    }

    #[test]
    fn asides_in_raw_html_are_boxes() {
        let document = read("Before.\n\n<aside><h3>One</h3><p>Two.</p></aside>\n\nAfter.\n\n<aside><p>Three.</p></aside>\n\n> [!TIP]\n> Four.\n".to_string());
        let boxes: Vec<(&str, Option<u32>)> =
            document.blocks.iter().map(|block| (document.text_of(block), block.aside)).collect();
        let expected = [
            ("Before.", None),
            ("One", Some(0)),
            ("Two.", Some(0)),
            ("After.", None),
            ("Three.", Some(1)),
            ("Tip", Some(2)),
            ("Four.", Some(2)),
        ];
        assert_eq!(boxes, expected);
    }

    #[test]
    fn what_stands_between_the_tags_of_an_aside_is_a_box() {
        let boxes = |source: &str| {
            let document = read(source.to_string());
            document.blocks.iter().map(|b| (document.text_of(b).to_string(), b.aside)).collect::<Vec<_>>()
        };
        let seen = |blocks: &[(&str, Option<u32>)]| {
            blocks.iter().map(|(text, aside)| (text.to_string(), *aside)).collect::<Vec<_>>()
        };
        let two = "Before.\n\n<aside>\n\n### One\n\n- a\n- *b*\n\n</aside>\n\n<aside>\n\nTwo.\n\n</aside>\n\nAfter.\n";
        let (one, other) = (Some(0), Some(1));
        let expected = [("Before.", None), ("One", one), ("a", one), ("b", one), ("Two.", other), ("After.", None)];
        assert_eq!(boxes(two), seen(&expected));
        assert_covered(two);
        // One that never ends is none, nor is one that never began.
        assert_eq!(boxes("</aside>\n\na\n\n<aside>\n\nb\n\nc\n"), seen(&[("a", None), ("b", None), ("c", None)]));
        let open = "<aside>\n\na\n\n<aside>\n\nb\n\n</aside>\n\nc\n\n> [!tip]\n> d\n";
        assert_eq!(boxes(open), seen(&[("a", None), ("b", one), ("c", None), ("Tip", other), ("d", other)]));
        let quoted = "> <aside>\n\na\n\n</aside>\n";
        assert_eq!(boxes(quoted), seen(&[("a", None)]));
    }

    #[test]
    fn raw_html_is_read_as_html() {
        let source = "<figure><img src=\"a.jpg\" alt=\"A\"><figcaption>At <b>dawn</b></figcaption></figure>\n\nOne<br>two &amp; three[^1]\n\n[^1]: A note.\n";
        let expected = [
            (Kind::Alt, "A"),
            (Kind::Caption, "At dawn"),
            (Kind::Paragraph, "One two & three[1]"),
            (Kind::Paragraph, "[1] A note."),
        ];
        assert_eq!(blocks(source), expected.map(|(kind, text)| (kind, text.to_string())));
    }

    #[test]
    fn a_large_source_is_read_as_a_small_one_is() {
        let part = |n: usize| {
            format!(
                "# Part {n}\n\nSome *text* with a [link][Far {}], of it.\n\n> quoted\n> twice\n\n- one\n- two\n\n  more of two\n\n\
                 ```\ncode {n}\n\n# no heading\n```\n\n    indented\n\n> [!note] Mind {n}\n> the gap\n\n| a | b |\n|---|---|\n| 1 | {n} |\n\n\
                 <aside>\n\n### Box {n}\n\nin it\n\n</aside>\n\n",
                n % 7
            )
        };
        let definitions: String = (0..7).map(|n| format!("[far {n}]: https://a.example/{n} \"t\"\n")).collect();
        let parts = 2 * stretches::STRETCH / part(0).len();
        let all: String = (0..parts).map(part).collect::<String>() + &definitions;
        assert_covered(&all);
        let large = read(all);
        let seen: Vec<_> = large.blocks.iter().map(|b| (b.kind, large.text_of(b), &b.marks, b.aside)).collect();
        let mut at = 0;
        for n in 0..parts {
            let small = read(part(n) + &definitions);
            for block in &small.blocks {
                let aside = block.aside.map(|aside| 2 * n as u32 + aside);
                assert_eq!(seen[at], (block.kind, small.text_of(block), &block.marks, aside), "part {n}");
                at += 1;
            }
        }
        assert_eq!(at, seen.len());
    }

    #[test]
    fn what_is_longer_than_a_stretch_is_read_in_pieces() {
        let many = 2 * stretches::STRETCH;
        for source in ["*a*b ".repeat(many / 5), "- a\n".repeat(many / 4), "[".repeat(many), "a | b\n".repeat(many / 6)]
        {
            assert_covered(&source);
        }
        let document = read("*a*b ".repeat(many / 5));
        assert!(document.blocks.len() < 5 && document.blocks.iter().map(|b| b.marks.len()).sum::<usize>() > 20_000);
    }

    /// Promise 1: the blocks' spans are in order, do not overlap, and only white space lies between them.
    fn assert_covered(source: &str) {
        let document = read(source.to_string());
        let mut end = 0;
        for block in &document.blocks {
            let span = block.span.clone().expect("a span");
            assert!(span.start >= end && span.end <= source.len(), "{span:?} after {end} in {source:?}");
            assert_eq!(source[end..span.start].trim(), "", "left out in {source:?}");
            end = span.end;
        }
        assert_eq!(source[end..].trim(), "", "left out at the end of {source:?}");
    }

    #[test]
    fn nothing_is_lost() {
        for source in [
            "",
            "---",
            "[a]: http://example.com\n",
            "text\n\n[a]: http://example.com \"t\"\n",
            "<!-- only a comment -->",
            "<div>\n\n*a*\n\n</div>\n",
            "![](x.png)",
            "![a](x.png \"b\")![c](y.png)",
            "[![a](x.png)](http://b.example)\n",
            "> > [!note] x\n> y\n",
            "- \n- a\n\n  b\n",
            "---\ntitle: x\n---\n",
            "| a |\n|---|\n",
            "a[^1]\n\n[^1]:\n",
        ] {
            assert_covered(source);
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost_of_any_input(source in "([a-c \\n>#*_`\\[\\]()!|<>/:.~-]|\\[!n\\]|---\\n|\\[\\^1\\]|<img alt=\"x\">|<p>|é|\r|\u{a0}){0,60}") {
            assert_covered(&source);
        }
    }

    #[test]
    fn deep_nesting_costs_in_proportion() {
        for source in [">".repeat(100_000), "- ".repeat(20_000), "[".repeat(100_000), "*a ".repeat(50_000)] {
            let start = std::time::Instant::now();
            assert_covered(&source);
            assert!(start.elapsed().as_secs() < 10, "{:?} for {}", start.elapsed(), &source[..4]);
        }
    }
}
