//! Lays out only what is seen: from a place in the text, as many rows as the window has.
//!
//! 1. [`flow`] says which items stand in the reading, in order: blocks, and a line for each sidebar.
//! 2. [`rows`] breaks one item into rows: byte ranges of its [`text`], over which styles are laid afterwards.
//!    A huge item is broken [piece](mod@pieces) by piece, so that no row costs more than its piece.
//! 3. [`gap`] says how many blank rows stand between two neighbours.
//! 4. [`viewport`] walks over items, pieces and rows from an anchor, forward and back.
//!
//! Nothing is laid out as a whole, so a window costs its own rows, however long the article is.

mod breaks;
mod hyphens;
mod memo;
mod pictures;
pub mod pieces;
mod tables;
pub mod viewport;
mod words;
mod wrap;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::document::{Block, Document, Kind, Role};
pub use pictures::{Strip, fit};
pub use tables::cells_of;
pub use words::{columns, is_one_column_each};

/// What the toggles say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Blocks that say again what another said.
    pub duplicates: bool,
    pub captions: bool,
    pub boilerplate: bool,
    pub sidebars: Sidebars,
}

impl Default for Shown {
    fn default() -> Self {
        Shown { duplicates: false, captions: true, boilerplate: false, sidebars: Sidebars::Line }
    }
}

impl Shown {
    /// Whether a block is folded or hidden, wherever it stands.
    pub fn hides(&self, block: &Block) -> bool {
        (block.duplicate_of.is_some() && !self.duplicates)
            || (block.role == Role::Caption && !self.captions)
            || (block.is_clutter() && !self.boilerplate)
    }
}

/// How a sidebar stands in the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sidebars {
    /// As one line at its place.
    #[default]
    Line,
    /// In full.
    Inline,
    Hidden,
}

impl Sidebars {
    /// The next of the three, round and round.
    pub fn next(self) -> Sidebars {
        match self {
            Sidebars::Line => Sidebars::Inline,
            Sidebars::Inline => Sidebars::Hidden,
            Sidebars::Hidden => Sidebars::Line,
        }
    }
}

/// Which part of an article is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// The main story.
    #[default]
    Story,
    /// The sidebar of that index.
    Sidebar(usize),
    /// Everything in order, the sidebars in full where they stand.
    Whole,
}

/// One thing that stands in the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A block, by its index in the document.
    Block(usize),
    /// The one line that stands for a sidebar, by its index in the document.
    Sidebar(usize),
}

impl Item {
    /// The block that the item is or, for a sidebar's line, begins with: the item's place in the document.
    pub fn block(self, document: &Document) -> usize {
        match self {
            Item::Block(block) => block,
            Item::Sidebar(sidebar) => document.sidebars[sidebar].blocks.start,
        }
    }
}

/// How wide rows are, and how they are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// Columns, indents included. Rows never pass it, but for a wide character in a window of one column.
    pub width: usize,
    /// Both edges even: spaces are widened where no hole would show.
    pub justified: bool,
    /// Line ends chosen over the whole paragraph, rather than each as late as it can be.
    pub optimal: bool,
    /// Words may be hyphenated, by the rules of the document's language.
    pub hyphenated: bool,
    /// Blocks of sidebars are set off by a bar, as where they stand in the story.
    pub inset: bool,
    /// Markers in plain ASCII, for screen readers and old terminals.
    pub plain: bool,
    /// Rows of a picture, at most; 0 where none are shown.
    pub picture_rows: usize,
    /// How wide and high the terminal's cells are, in pixels.
    pub cell: (u16, u16),
}

/// A cell's pixels where the terminal does not tell.
pub const USUAL_CELL: (u16, u16) = (10, 20);

impl Default for Measure {
    fn default() -> Self {
        Measure {
            width: 68,
            justified: false,
            optimal: true,
            hyphenated: true,
            inset: false,
            plain: false,
            picture_rows: 0,
            cell: USUAL_CELL,
        }
    }
}

/// One row of the screen: a byte range of its item's [`text`].
///
/// ```text
/// ▐ • text of the row-
/// │ │ └ range        └ hyphen
/// │ └ marker: ends where the text begins
/// └ bar: at the left edge
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub range: Range<usize>,
    /// Columns left of the text.
    pub indent: usize,
    /// Drawn from the first column, on every row of a quote or a sidebar. Fits the indent.
    pub bar: &'static str,
    /// Drawn just before the text, on the first row of a list item or a caption. Fits the indent after the bar.
    pub marker: &'static str,
    /// A hyphen that is not in the text ends the row.
    pub hyphen: bool,
    /// Columns to add at the spaces so that the row fills the measure.
    pub stretch: usize,
    /// How wide the columns are that the cells of a table's row stand in, where they are drawn one under the other.
    pub cells: Option<Arc<[usize]>>,
    /// It is a row of the picture above the text, and has no text itself.
    pub strip: Option<Strip>,
}

impl Row {
    /// The row's text in runs, each with the number of blank columns to add after it. One run where nothing is
    /// stretched and no columns line up.
    pub fn runs<'a>(&self, text: &'a str) -> impl Iterator<Item = (Range<usize>, usize)> + 'a {
        let Range { mut start, end } = self.range;
        let stretch = self.stretch;
        let spaces = if stretch == 0 { 0 } else { text[start..end].bytes().filter(|b| *b == b' ').count() };
        let mut seen = 0;
        let cells = self.cells.clone().map(|widths| tables::cells(text, self.range.clone(), widths));
        let plain = std::iter::from_fn(move || {
            let rest = text.get(start..end).filter(|rest| !rest.is_empty())?;
            let space = if seen < spaces { rest.find(' ') } else { None };
            let run = start..space.map_or(end, |space| start + space + 1);
            start = run.end;
            // Added evenly: after k of the spaces, stretch · k / spaces columns have been added.
            let blanks = if space.is_some() { stretch * (seen + 1) / spaces - stretch * seen / spaces } else { 0 };
            seen += 1;
            Some((run, blanks))
        });
        // One of the two: the cells of a table, or runs of words.
        let plain = plain.take(if cells.is_some() { 0 } else { usize::MAX });
        cells.into_iter().flatten().chain(plain)
    }
}

/// The items of a part of the article, in reading order.
pub fn flow(document: &Document, part: Part, shown: &Shown) -> Vec<Item> {
    let mut items = Vec::new();
    let mut line_of = None;
    for (index, block) in document.blocks.iter().enumerate() {
        let sidebar = block.sidebar.map(|s| s as usize);
        match (part, sidebar) {
            (Part::Sidebar(part), sidebar) if sidebar != Some(part) => continue,
            (Part::Story, Some(_)) if shown.sidebars == Sidebars::Hidden => continue,
            (Part::Story, Some(sidebar)) if shown.sidebars == Sidebars::Line => {
                if line_of.replace(sidebar) != Some(sidebar) {
                    items.push(Item::Sidebar(sidebar));
                }
                continue;
            }
            _ => {}
        }
        if !shown.hides(block) && !document.text(index).trim().is_empty() {
            items.push(Item::Block(index));
        }
    }
    items
}

/// Blank rows between two neighbours in the flow: none between a list's items and its heading, between a caption and
/// its copy and between the lines of two sidebars, else one.
pub fn gap(document: &Document, before: Item, after: Item) -> usize {
    let (Item::Block(a), Item::Block(b)) = (before, after) else {
        return usize::from(!matches!((before, after), (Item::Sidebar(_), Item::Sidebar(_))));
    };
    let listed = |i: usize| document.blocks[i].role == Role::List || matches!(document.blocks[i].kind, Kind::Item(_));
    let shown_by = |i: usize| document.blocks[i].duplicate_of.map_or(i, |shown| shown as usize);
    let heads = document.blocks[a].role == Role::Heading;
    let together = ((heads || listed(a)) && listed(b)) || (shown_by(a) == shown_by(b));
    usize::from(!together)
}

/// The text whose byte ranges an item's rows are: the block's shown text, or the line that stands for a sidebar.
pub fn text(document: &Document, item: Item) -> Cow<'_, str> {
    match item {
        Item::Block(block) => Cow::Borrowed(document.text(block)),
        Item::Sidebar(sidebar) => {
            let title = clipped(document.sidebar_title(sidebar));
            Cow::Owned(format!("Sidebar: {title} ({})", sidebar_size(document, sidebar, true)))
        }
    }
}

/// How long a sidebar's title may be in its one line, in bytes.
const TITLE_BYTES: usize = 100;

/// A title's first words.
fn clipped(title: &str) -> Cow<'_, str> {
    if title.len() <= TITLE_BYTES {
        return Cow::Borrowed(title);
    }
    let head = &title[..pieces::floor(title, TITLE_BYTES)];
    let end = head.rfind(' ').unwrap_or(head.len());
    Cow::Owned(format!("{}…", head[..end].trim_end_matches([',', ';', ':', '–', '—', ' '])))
}

/// A sidebar's size in few words: `12 lines` for a box of short lines, `8 ¶ 5 ▣` for one of paragraphs and captions, or
/// `8 paragraphs, 5 captions`.
/// Its title and what is folded in it do not count.
pub fn sidebar_size(document: &Document, index: usize, in_words: bool) -> String {
    const SHORT: usize = 120;
    let sidebar = &document.sidebars[index];
    let counted = |i: &usize| {
        let block = &document.blocks[*i];
        Some(*i) != sidebar.title && block.duplicate_of.is_none() && !block.is_clutter()
    };
    let (mut lines, mut paragraphs, mut captions) = (0, 0, 0);
    for i in sidebar.blocks.clone().filter(counted) {
        match document.blocks[i].role {
            Role::Caption => captions += 1,
            _ if document.text(i).len() <= SHORT => lines += 1,
            _ => paragraphs += 1,
        }
    }
    let said = |n: usize, one: &str, more: &str| format!("{n} {}", if n == 1 { one } else { more });
    match (lines + paragraphs, captions) {
        (0, captions) => said(captions, "caption", "captions"),
        (_, 0) if lines > paragraphs => said(lines + paragraphs, "line", "lines"),
        (paragraphs, 0) => said(paragraphs, "paragraph", "paragraphs"),
        (paragraphs, captions) if in_words => {
            format!("{}, {}", said(paragraphs, "paragraph", "paragraphs"), said(captions, "caption", "captions"))
        }
        (paragraphs, captions) => format!("{paragraphs} ¶ {captions} ▣"),
    }
}

/// The rows of one item. For what may be huge there is [`piece_rows`].
pub fn rows(document: &Document, item: Item, measure: &Measure) -> Vec<Row> {
    let text = text(document, item);
    (0..pieces::count(&text)).flat_map(|piece| broken(document, item, &text, piece, measure, memo::wrap)).collect()
}

/// The rows of one piece of an item; pieces are counted by [`pieces::count`].
pub fn piece_rows(document: &Document, item: Item, piece: usize, measure: &Measure) -> Vec<Row> {
    broken(document, item, &text(document, item), piece, measure, memo::wrap)
}

/// The same of an item's text, where they are looked at but once: nothing of them is remembered.
pub fn rows_once(document: &Document, item: Item, text: &str, piece: usize, measure: &Measure) -> Vec<Row> {
    broken(document, item, text, piece, measure, wrap::wrap)
}

fn broken(
    document: &Document,
    item: Item,
    text: &str,
    piece: usize,
    measure: &Measure,
    wrap: impl FnOnce(&str, Range<usize>, &wrap::Wrapping) -> Vec<wrap::Line>,
) -> Vec<Row> {
    let setting = setting(document, item, text, measure);
    let range = pieces::range(text, piece);
    let starts = range.start == 0;
    // Headings have room enough not to have their words cut.
    let language = document.meta.language.as_deref().filter(|_| measure.hyphenated && !setting.balanced);
    let wrapping = wrap::Wrapping {
        first: measure.width.max(1) - if starts { setting.indent } else { setting.hang },
        rest: measure.width.max(1) - setting.hang,
        optimal: measure.optimal,
        balanced: setting.balanced,
        language: language.and_then(hyphens::language),
        verbatim: setting.verbatim,
    };
    let lines = wrap(text, range, &wrapping);
    let cells = if setting.table { tables::widths(text, &lines, wrapping.first.min(wrapping.rest)) } else { None };
    let row = |(at, line): (usize, wrap::Line)| {
        let first = starts && at == 0;
        let width = if at == 0 { wrapping.first } else { wrapping.rest };
        let justified = measure.justified && !setting.verbatim && !setting.balanced && !line.last;
        Row {
            indent: if first { setting.indent } else { setting.hang },
            bar: setting.bar,
            marker: if first { setting.marker } else { "" },
            stretch: if justified { stretch(&text[line.range.clone()], line.hyphen, width) } else { 0 },
            range: line.range,
            hyphen: line.hyphen,
            cells: cells.clone(),
            strip: None,
        }
    };
    let strips = if starts { pictures::strips(document, item, &setting, measure) } else { Vec::new() };
    strips.into_iter().chain(lines.into_iter().enumerate().map(row)).collect()
}

/// Columns to add so that a row fills its width; none where a space would have to grow to more than three.
fn stretch(row: &str, hyphen: bool, width: usize) -> usize {
    let spaces = row.bytes().filter(|b| *b == b' ').count();
    let slack = width.saturating_sub(columns(row) + usize::from(hyphen));
    if slack <= 2 * spaces { slack } else { 0 }
}

/// How an item is set in, and what stands in its margin.
#[derive(Default)]
struct Setting {
    bar: &'static str,
    marker: &'static str,
    /// Columns left of the first row.
    indent: usize,
    /// Columns left of the others.
    hang: usize,
    /// Lines are kept as they are, leading blanks too.
    verbatim: bool,
    /// Its columns are to line up.
    table: bool,
    /// All lines are about as long, the last one too.
    balanced: bool,
}

/// The least columns that text may be left by its indent; where it would have less, it gets all.
const LEAST_TEXT: usize = 10;

fn setting(document: &Document, item: Item, text: &str, measure: &Measure) -> Setting {
    let marks = if measure.plain { &ASCII } else { &DRAWN };
    let Item::Block(index) = item else {
        let two = columns(marks.inset);
        return Setting { bar: marks.inset, indent: two, hang: two, ..Setting::default() }.within(measure);
    };
    let block = &document.blocks[index];
    let inset = measure.inset && block.sidebar.is_some();
    let outer = if inset { columns(marks.inset) } else { 0 };
    let mut setting =
        Setting { bar: if inset { marks.inset } else { "" }, indent: outer, hang: outer, ..Setting::default() };
    setting.verbatim = matches!(block.kind, Kind::Code | Kind::Table);
    setting.table = block.kind == Kind::Table;
    let depth = if let Kind::Item(depth) = block.kind { usize::from(depth.min(8)) } else { 0 };
    match (block.role, block.kind) {
        (Role::Caption, _) => setting = setting.marked(marks.caption),
        (Role::Title | Role::Heading, _) => setting.balanced = true,
        (Role::Byline, _) => {}
        (Role::Quote, _) | (_, Kind::Quote) => {
            setting.bar = if inset { marks.inset_quote } else { marks.quote };
            setting = Setting { indent: columns(setting.bar), hang: columns(setting.bar), ..setting };
        }
        (_, Kind::Code) => setting = Setting { indent: outer + 2, hang: outer + 2, ..setting },
        (Role::List, _) | (_, Kind::Item(_)) => {
            setting = Setting { indent: outer + 2 * depth, hang: outer + 2 * depth, ..setting };
            match numbered(text) {
                0 => setting = setting.marked(marks.bullet),
                number => setting.hang += number,
            }
        }
        _ => {}
    }
    setting.within(measure)
}

impl Setting {
    /// With a marker before the text, under which the rows after the first hang.
    fn marked(self, marker: &'static str) -> Setting {
        let indent = self.indent + columns(marker);
        Setting { marker, indent, hang: indent, ..self }
    }

    /// As it is where there is room for it, else the bare text.
    fn within(self, measure: &Measure) -> Setting {
        let fits = self.indent.max(self.hang) + LEAST_TEXT <= measure.width;
        if fits { self } else { Setting { bar: "", marker: "", indent: 0, hang: 0, ..self } }
    }
}

/// How many bytes the number takes that a list item brings along, as in `12. `, `b) ` or `iv. `, blank included; 0 if
/// none. A capital is one only before a bracket: `J. Smith` is a name.
pub fn numbered(text: &str) -> usize {
    let head = &text.as_bytes()[..text.len().min(6)];
    let run = |is: fn(&u8) -> bool| head.iter().take_while(|b| is(b)).count();
    let counter = [u8::is_ascii_digit, u8::is_ascii_lowercase, u8::is_ascii_uppercase].map(run).into_iter().sum();
    let is_roman = || head[..counter].iter().all(|b| matches!(b, b'i' | b'v' | b'x' | b'I' | b'V' | b'X'));
    let counts = counter == 1 || counter > 1 && (head[0].is_ascii_digit() || is_roman());
    match head.get(counter..counter + 2) {
        Some([b')', b' ']) if counts => counter + 2,
        Some([b'.', b' ']) if counts && !head[0].is_ascii_uppercase() => counter + 2,
        _ => 0,
    }
}

/// The bar that sets sidebars off, as on their rows.
pub fn inset_bar(measure: &Measure) -> &'static str {
    if measure.plain { ASCII.inset } else { DRAWN.inset }
}

/// What is drawn in the margins.
struct Margins {
    bullet: &'static str,
    caption: &'static str,
    quote: &'static str,
    inset: &'static str,
    inset_quote: &'static str,
}

const DRAWN: Margins =
    Margins { bullet: "• ", caption: "▣ ", quote: "│ ", inset: "▐ ", inset_quote: "▐ │ " };
const ASCII: Margins = Margins { bullet: "* ", caption: "Picture: ", quote: "> ", inset: "| ", inset_quote: "| > " };
