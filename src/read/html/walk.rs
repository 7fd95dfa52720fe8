//! The page's tree to a row of [`Piece`]s: every run of words a reader could see, in the page's order.
//!
//! A piece is what will be a block if the article's reader keeps it: a paragraph, a heading, a caption, a list item, a
//! table, the `alt` of a picture. Text is folded here, with marks and links as byte ranges into the folded text.

use std::ops::Range;

use super::address::Base;
use super::columns::Columns;
use super::elements::Elements;
use super::numbering::{Numbering, Style};
use super::parse::{NodeId, ROOT, Tag, Tree};
use super::vocabulary;
use crate::document::{Block, Kind, Mark, MarkKind};
use crate::mend;
use crate::picture;
use crate::read::line::Line;
use crate::read::most_blocks;
use crate::read::script::Script;

/// A run of words of the page.
#[derive(Debug, Clone, Default)]
pub struct Piece {
    pub kind: Kind,
    /// Folded, visible text; tables and code keep their lines.
    pub text: String,
    pub marks: Vec<Mark>,
    /// From the first of its words to the last in the page.
    pub span: Option<Range<usize>>,
    /// The picture it belongs to.
    pub image: Option<String>,
    /// The block element that it stands in.
    pub node: NodeId,
    /// The innermost element of its first words.
    pub inner: NodeId,
    /// Bytes of text within links, and within bold or italic type.
    pub linked: usize,
    pub stressed: usize,
    /// Its element is named for who wrote, or when.
    pub signed: bool,
    /// Of an item of a numbered list, its number, letter or the like.
    pub number: Option<String>,
}

impl Piece {
    /// Whether more of its words are links than are not.
    pub fn is_mostly_links(&self) -> bool {
        self.linked * 2 > self.text.len()
    }

    /// The block that it makes, its number before its words.
    pub fn into_block(self) -> Block {
        let (mut text, mut marks) = (self.text, self.marks);
        if let Some(number) = self.number {
            let label = number + " ";
            text.insert_str(0, &label);
            marks.iter_mut().for_each(|mark| {
                mark.range = mark.range.start + label.len()..mark.range.end + label.len();
            });
        }
        Block {
            span: self.span,
            text: Some(text.into_boxed_str()),
            kind: self.kind,
            marks: marks.into_boxed_slice(),
            image: self.image.map(String::into_boxed_str),
            ..Block::default()
        }
    }
}

/// All pieces of a page, in order; and whether there are more than are told apart.
pub fn pieces(tree: &Tree, base: &Base) -> (Vec<Piece>, bool) {
    let mut walk = Walk {
        tree,
        base,
        elements: Elements::of(tree),
        out: Vec::new(),
        // A piece takes twice what a block does.
        most: most_blocks(tree.page()) / 2,
        line: Line::default(),
        first: ROOT,
        last: ROOT,
        breaks: 0,
        image: None,
        numbers: Vec::new(),
        number: None,
        columns: Columns::default(),
        empty: 1000 + tree.page().len() / 8,
    };
    walk.children(ROOT, Context::default());
    let crowded = tree.crowded || walk.out.len() == walk.most;
    walk.most = usize::MAX;
    walk.flush(ROOT, Context::default());
    (walk.out, crowded)
}

/// What the elements around say of a piece.
#[derive(Debug, Clone, Copy, Default)]
struct Context {
    kind: Kind,
    /// The list item or heading that the piece would be the first of.
    lists: u8,
    /// Blocks inside make no pieces of their own.
    merged: bool,
    table: bool,
    pre: bool,
    signed: bool,
    script: Option<Script>,
    /// Whether an odd number of quotations is open.
    quoted: bool,
    /// The figure around.
    figure: Option<NodeId>,
}

struct Walk<'a> {
    tree: &'a Tree<'a>,
    base: &'a Base,
    elements: Elements<'a>,
    out: Vec<Piece>,
    /// How many pieces there may be before the rest becomes one.
    most: usize,
    line: Line,
    /// The innermost elements of the line's first and latest words.
    first: NodeId,
    last: NodeId,
    /// Line breaks since its latest words.
    breaks: usize,
    /// The picture last passed, and the element that holds it.
    image: Option<(String, NodeId)>,
    /// The numbered lists that are open, with the number of the next item in each.
    numbers: Vec<(NodeId, Numbering)>,
    /// The number of the item that has just begun.
    number: Option<String>,
    /// Of the table at hand.
    columns: Columns,
    /// How many empty cells may still be put where others span them: with spans of thousands, a small page could have
    /// tables without end.
    empty: usize,
}

impl Walk<'_> {
    /// The recursion is bounded by [`super::parse::MAX_DEPTH`].
    fn children(&mut self, node: NodeId, context: Context) {
        let tree = self.tree;
        for child in tree.children(node) {
            self.node(child, node, context);
        }
    }

    fn node(&mut self, node: NodeId, parent: NodeId, context: Context) {
        let tag = self.tree.tag(node);
        match tag {
            Tag::Text => self.text(node, parent, context),
            Tag::Br => self.line_break(parent, context),
            Tag::Img => self.picture(node, context),
            Tag::A => {
                let link = self.tree.attribute(node, "href").and_then(|href| self.base.link(&href));
                self.marked(link.map(MarkKind::Link), node, context);
            }
            Tag::Strong => self.marked(Some(MarkKind::Strong), node, context),
            Tag::Em => self.marked(Some(MarkKind::Emphasis), node, context),
            Tag::Del => self.marked(Some(MarkKind::Struck), node, context),
            Tag::Code => self.marked(Some(MarkKind::Code), node, context),
            Tag::Raw
            | Tag::Head
            | Tag::Meta
            | Tag::Noscript
            | Tag::Title
            | Tag::Textarea
            | Tag::Select
            | Tag::Option
            | Tag::Video => {}
            Tag::Annotation if self.is_shown_before(node, parent) => {}
            _ if context.signed && vocabulary::is_beside(self.tree, node) => {}
            Tag::Table if self.elements.is_data(node) && !context.merged => {
                self.columns = Columns::new(self.elements.cells(node));
                self.merged(node, Context { kind: Kind::Table, table: true, merged: true, ..context }, context);
            }
            Tag::Heading(level) if self.elements.is_short(node) => {
                self.merged(node, Context { kind: Kind::Heading(level), merged: true, ..context }, context);
            }
            Tag::Figcaption if self.elements.is_short(node) => {
                self.merged(node, Context { kind: Kind::Caption, merged: true, ..context }, context);
            }
            _ if !context.merged && self.elements.is_caption(node, tag) => {
                self.merged(node, Context { kind: Kind::Caption, merged: true, ..context }, context);
            }
            _ if !context.merged && context.figure.is_none() && self.elements.is_signed(node, tag, parent) => {
                self.merged(node, Context { kind: Kind::Paragraph, signed: true, merged: true, ..context }, context);
            }
            Tag::Pre => self.merged(node, Context { kind: Kind::Code, pre: true, merged: true, ..context }, context),
            Tag::Td | Tag::Th if context.table => self.cell(node, context),
            Tag::TableSection if context.table => {
                self.children(node, context);
                self.columns.end_section();
            }
            Tag::Tr if context.table => {
                self.line.row();
                self.children(node, context);
                let taken = self.columns.end_row();
                self.empty_cells(taken);
            }
            Tag::Span => self.span(node, context),
            Tag::Rt => self.reading(node, context),
            _ if tag.is_block() => self.block(node, tag, parent, context),
            _ => self.children(node, context),
        }
    }

    /// A cell of a table. One that spans others has its words in the first of them, and the others are empty.
    fn cell(&mut self, node: NodeId, context: Context) {
        let taken = self.columns.taken();
        self.empty_cells(taken);
        self.line.cell();
        self.children(node, context);
        let span = |name| self.count(node, name).and_then(|count| usize::try_from(count).ok()).unwrap_or(1);
        let spanned = self.columns.fill(span("colspan"), span("rowspan"));
        self.empty_cells(spanned);
    }

    /// Empty cells, where there may be more of them on the page.
    fn empty_cells(&mut self, count: usize) {
        for _ in 0..count.min(self.empty) {
            self.empty -= 1;
            self.line.cell();
        }
    }

    /// A run of text. Where another element ended just before it, a blank may be due: many pages leave the one between
    /// a caption and its credit to the style sheet.
    fn text(&mut self, node: NodeId, parent: NodeId, context: Context) {
        let text = self.tree.text(node);
        if context.pre {
            return self.line.push_lines(&text, self.tree.span(node));
        }
        let within = |inner: NodeId, outer: NodeId| self.tree.parent(inner) == Some(outer);
        let apart = self.last != parent && !within(self.last, parent) && !within(parent, self.last);
        if self.line.is_empty() {
            self.first = parent;
        } else if apart && self.line.ends_a_phrase() && text.starts_with(char::is_uppercase) {
            self.line.blank();
        }
        if !text.trim().is_empty() {
            self.last = parent;
            self.breaks = 0;
        }
        let text = match context.script {
            Some(script) => script.written(text, self.line.is_in_word()),
            None => text,
        };
        self.line.push(&text, self.tree.span(node));
    }

    /// An element that changes how its words are written, or none such.
    fn span(&mut self, node: NodeId, context: Context) {
        let name = self.tree.name(node);
        if let script @ Some(_) = Script::named(name) {
            return self.children(node, Context { script, ..context });
        }
        if !name.eq_ignore_ascii_case("q") || !self.lacks_quotes(node) {
            return self.children(node, context);
        }
        let [opening, closing] = if context.quoted { ["‘", "’"] } else { ["“", "”"] };
        self.line.sign(opening, true);
        self.children(node, Context { quoted: !context.quoted, ..context });
        self.line.sign(closing, false);
    }

    /// Whether a formula is there to be seen before what a program has of it: that comes last.
    fn is_shown_before(&self, annotation: NodeId, formula: NodeId) -> bool {
        const FIRST: usize = 4;
        let mut shown = self.tree.children(formula).take(FIRST).take_while(|child| *child != annotation);
        shown
            .any(|child| !matches!(self.tree.tag(child), Tag::Text | Tag::Annotation) && self.elements.is_worded(child))
    }

    /// How the words before are read (`rt`), in brackets: the page's own (`rp`), or those of the words' script.
    fn reading(&mut self, node: NodeId, context: Context) {
        if self.line.ends_with(|c| matches!(c, '(' | '（' | '[' | '〔' | '【')) || !self.elements.is_worded(node) {
            return self.children(node, context);
        }
        let is_wide = self.line.ends_with(|c| c >= '\u{2e80}');
        let [opening, closing] = if is_wide { ["（", "）"] } else { ["(", ")"] };
        if !is_wide {
            self.line.blank();
        }
        self.line.sign(opening, true);
        self.children(node, context);
        self.line.sign(closing, false);
    }

    /// Whether a quotation within a line has words, and no quotation marks of its own around them.
    fn lacks_quotes(&self, node: NodeId) -> bool {
        let mut words = node;
        while let Some(child) = self.tree.children(words).next() {
            words = child;
        }
        let text = self.tree.text(words);
        let is_own =
            |c: char| matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '‚' | '‹' | '›' | '\'' | '「');
        let is_line = !self.tree.children(node).any(|child| self.tree.tag(child).is_block());
        is_line
            && self.tree.tag(words) == Tag::Text
            && !text.trim().is_empty()
            && !text.trim_start().starts_with(is_own)
    }

    fn block(&mut self, node: NodeId, tag: Tag, parent: NodeId, context: Context) {
        if context.merged {
            self.line.blank();
            self.children(node, context);
            self.line.blank();
            return;
        }
        self.flush(parent, context);
        let mut inside = context;
        match tag {
            Tag::List => {
                inside.lists = context.lists.saturating_add(1);
                if self.tree.name(node).eq_ignore_ascii_case("ol") {
                    self.numbers.push((node, self.numbering(node)));
                }
            }
            Tag::Li | Tag::Dt | Tag::Dd => {
                inside.kind = Kind::Item(context.lists.saturating_sub(1));
                self.number = self.next_number(node, parent);
            }
            Tag::Blockquote => inside.kind = Kind::Quote,
            Tag::Figure => inside.figure = Some(node),
            Tag::Footer if context.kind == Kind::Quote => {}
            Tag::Nav | Tag::Footer | Tag::Aside | Tag::Article | Tag::Section => inside.kind = Kind::Paragraph,
            _ => {}
        }
        self.children(node, inside);
        self.flush(node, inside);
        match tag {
            Tag::Li => self.number = None,
            _ => drop(self.numbers.pop_if(|(list, _)| *list == node)),
        }
    }

    /// How a list counts.
    fn numbering(&self, list: NodeId) -> Numbering {
        let has = |name: &str| self.tree.attribute(list, name).is_some();
        let items = || self.tree.children(list).filter(|child| self.tree.tag(*child) == Tag::Li).count();
        let (first, step) = if has("reversed") { (items() as i32, -1) } else { (1, 1) };
        let next = self.count(list, "start").unwrap_or(first);
        Numbering { next, step, style: Style::named(&self.tree.attribute(list, "type").unwrap_or_default()) }
    }

    /// The number of an item, where its list has numbers.
    fn next_number(&mut self, item: NodeId, parent: NodeId) -> Option<String> {
        let said = self.count(item, "value");
        let (_, numbering) = self.numbers.last_mut().filter(|(list, _)| *list == parent)?;
        Some(numbering.number(said))
    }

    fn count(&self, node: NodeId, attribute: &str) -> Option<i32> {
        self.tree.attribute(node, attribute)?.trim().parse().ok()
    }

    /// An element that makes one piece, whatever is in it.
    fn merged(&mut self, node: NodeId, inside: Context, outside: Context) {
        if outside.merged {
            self.line.blank();
            return self.children(node, outside);
        }
        let parent = self.tree.parent(node).unwrap_or(ROOT);
        self.flush(parent, outside);
        self.children(node, inside);
        self.flush(node, inside);
    }

    fn marked(&mut self, kind: Option<MarkKind>, node: NodeId, context: Context) {
        // Links do not overlap, and bold within bold says nothing.
        let new = |kind: &MarkKind| match kind {
            MarkKind::Link(_) => !self.line.is_linked(),
            kind => !self.line.is_open(kind),
        };
        let Some(kind) = kind.filter(new) else { return self.children(node, context) };
        self.line.open(kind);
        self.children(node, context);
        self.line.close();
    }

    /// One line break ends a line, which mostly is a blank; two part paragraphs.
    fn line_break(&mut self, parent: NodeId, context: Context) {
        self.breaks += 1;
        self.line.end();
        if context.pre {
            self.line.next_line();
        } else if self.breaks > 1 && !context.merged {
            self.flush(parent, context);
        }
    }

    fn picture(&mut self, node: NodeId, context: Context) {
        let alt = self.tree.attribute(node, "alt").unwrap_or_default();
        let image = self.address(node);
        if let Some(image) = &image {
            self.image = Some((image.clone(), context.figure.or(self.tree.parent(node)).unwrap_or(ROOT)));
        }
        let text = mend::shown(&alt).into_owned();
        // Emoji and icons within the running text stay where they are.
        if context.merged || text.is_empty() {
            return;
        }
        let span =
            self.tree.attributes_of(node).find(|(name, _)| name.eq_ignore_ascii_case("alt")).map(|(_, value)| {
                let start = value.as_ptr() as usize - self.tree.page().as_ptr() as usize;
                start..start + value.len()
            });
        let is_small = !self.line.is_empty() && self.breaks == 0 && text.chars().count() < 3;
        if is_small || self.out.len() >= self.most {
            // An emoji drawn as a picture; or what is not told apart any more.
            return self.line.push(&text, span.unwrap_or_default());
        }
        let linked = if self.line.is_linked() { text.len() } else { 0 };
        self.out.push(Piece { kind: Kind::Alt, text, span, image, node, inner: node, linked, ..Piece::default() });
    }

    /// The address of a picture: pages that load late keep it elsewhere than in `src`.
    fn address(&self, node: NodeId) -> Option<String> {
        let of =
            |name: &str| self.tree.attribute(node, name).filter(|v| !v.trim().is_empty() && !v.starts_with("data:"));
        let between = |c: char| c == ',' || c.is_whitespace();
        let first = |set: &str| set.split(between).find(|part| !part.is_empty()).map(str::to_string);
        let address =
            ["src", "data-src", "data-original", "data-lazy-src", "data-url"].iter().find_map(|name| of(name));
        let address = address.map(|v| v.into_owned());
        let address = address.or_else(|| ["srcset", "data-srcset"].iter().find_map(|n| of(n)).and_then(|s| first(&s)));
        match address {
            Some(address) => self.base.link(&address),
            None => self.embedded(node),
        }
    }

    /// A picture that is in the page itself, as pages have them that were saved as one file. One of few bytes only keeps
    /// the place of another.
    fn embedded(&self, node: NodeId) -> Option<String> {
        const LEAST: usize = 1500;
        let (_, value) = self.tree.attributes_of(node).find(|(name, _)| name.eq_ignore_ascii_case("src"))?;
        let is_picture = value.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("data:image/"));
        let start = value.as_ptr() as usize - self.tree.page().as_ptr() as usize;
        (is_picture && value.len() >= LEAST).then(|| picture::embedded_at(start..start + value.len()))
    }

    /// Ends the piece in the making: what has been gathered stands in the element `node`.
    fn flush(&mut self, node: NodeId, context: Context) {
        self.breaks = 0;
        if self.out.len() >= self.most {
            return self.line.blank();
        }
        let Some(mut line) = self.line.take() else { return };
        if !context.merged && matches!(context.kind, Kind::Paragraph | Kind::Item(_) | Kind::Quote) {
            line.keep_lines();
        }
        let number = self.number.take_if(|_| matches!(context.kind, Kind::Item(_)));
        let image = match (&self.image, context.figure) {
            (Some((image, holder)), Some(figure)) if *holder == figure => Some(image.clone()),
            (Some((image, _)), None) if context.kind == Kind::Caption => Some(image.clone()),
            _ => None,
        };
        self.out.push(Piece {
            kind: context.kind,
            text: line.text,
            marks: line.marks,
            span: line.span,
            image,
            node,
            inner: self.first,
            linked: line.linked,
            stressed: line.stressed,
            signed: context.signed,
            number,
        });
    }
}
