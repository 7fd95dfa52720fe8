//! The words everyone speaks: an article as a [`Document`] of [`Block`]s, each with a [`Role`].
//!
//! A document is an index over one text. Blocks name the bytes they came from ([`Block::span`]); the text that is
//! shown is that span itself where nothing had to be changed, and a copy only where white space was folded,
//! mojibake mended or markup taken out. Positions, marks and links are byte offsets into the *shown* text.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::clean;
use crate::picture::Shape;

/// The form that an article came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Text,
    Html,
    Markdown,
}

impl Format {
    /// What the format is called in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Html => "HTML",
            Format::Markdown => "Markdown",
        }
    }
}

/// What the markup said a block is. Flat text only ever says [`Kind::Paragraph`] or [`Kind::Item`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    #[default]
    Paragraph,
    /// A heading of level 1 to 6.
    Heading(u8),
    /// A list item at a nesting depth, 0 outermost.
    Item(u8),
    Quote,
    Code,
    Table,
    /// Words printed with a picture.
    Caption,
    /// The text that stands in for a picture (`alt`).
    Alt,
}

/// Our reading of what a block is in the article. A block has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Title,
    Byline,
    #[default]
    Body,
    Heading,
    Caption,
    List,
    Quote,
    Boilerplate,
}

impl Role {
    pub const ALL: [Role; 8] = [
        Role::Title,
        Role::Byline,
        Role::Body,
        Role::Heading,
        Role::Caption,
        Role::List,
        Role::Quote,
        Role::Boilerplate,
    ];

    /// The role's name as the JSON export writes it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Title => "title",
            Role::Byline => "byline",
            Role::Body => "body",
            Role::Heading => "heading",
            Role::Caption => "caption",
            Role::List => "list",
            Role::Quote => "quote",
            Role::Boilerplate => "boilerplate",
        }
    }
}

/// What a stretch of a block's text is drawn as, or leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkKind {
    Emphasis,
    Strong,
    /// Struck through: what is no longer said.
    Struck,
    Code,
    /// A link's target as the input gave it, cleaned for the terminal.
    Link(String),
}

/// A style or a link over a byte range of a block's shown text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub range: Range<usize>,
    pub kind: MarkKind,
}

/// A role that a block has by its markup, and how sure that is: 1 where the markup itself names the role.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Given {
    pub role: Role,
    pub confidence: f32,
}

/// One block of an article: a paragraph, a caption, a heading, an item of a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Block {
    /// Bytes in [`Document::source`]; for HTML, `None` where the block's words stand nowhere in the page as such.
    pub span: Option<Range<usize>>,
    /// The text to show, where it differs from the source's bytes at `span`.
    pub text: Option<Box<str>>,
    pub kind: Kind,
    pub role: Role,
    /// What was made of the markup, where it says something. It is believed, unless the reader says otherwise.
    pub given: Option<Given>,
    /// How sure the role is, 0 to 1. Exactly 1 only where the markup or the reader said so.
    pub confidence: f32,
    /// Index into [`Document::sidebars`].
    pub sidebar: Option<u32>,
    /// Index of the block that is shown in this one's place. That block is itself no duplicate.
    pub duplicate_of: Option<u32>,
    /// Sorted by start; links do not overlap one another.
    pub marks: Box<[Mark]>,
    /// Address of the picture that a caption belongs to; of one that is in the page, see [`crate::picture::embedded`].
    pub image: Option<Box<str>>,
    /// Whether the markup set the block apart from the running story (HTML's `aside`, a callout): blocks in a row
    /// with the same number stand in the same box.
    pub aside: Option<u32>,
}

impl Block {
    /// Whether it is boilerplate, and that surely enough to be folded: what is as likely not is left in sight.
    pub fn is_clutter(&self) -> bool {
        self.role == Role::Boilerplate && (self.given.is_some() || self.confidence >= 0.5)
    }
}

/// A span of blocks that is not the main story: a fact box, a timeline, a second story.
#[derive(Debug, Clone, PartialEq)]
pub struct Sidebar {
    /// Blocks in the document, in order. What lies between is the sidebar's, duplicates and all.
    pub blocks: Range<usize>,
    /// The block that opens it as its title, if it has one.
    pub title: Option<usize>,
    /// How sure it is that this span is a sidebar, 0 to 1.
    pub confidence: f32,
}

/// What is known of an article as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meta {
    pub title: Option<String>,
    pub byline: Option<String>,
    /// As the input gives it: an ISO 8601 date where markup said so.
    pub published: Option<String>,
    pub site: Option<String>,
    pub url: Option<String>,
    /// BCP 47, such as `en`.
    pub language: Option<String>,
}

/// An article: its text, its blocks in order, and the sidebars among them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// The decoded input, line ends as `\n`, no control characters. Spans index it.
    pub source: String,
    pub format: Format,
    pub meta: Meta,
    pub blocks: Vec<Block>,
    pub sidebars: Vec<Sidebar>,
    /// Whether the input has more blocks, and shorter ones, than are told apart, so that the last stand together.
    pub crowded: bool,
    /// How many characters of the input are left out wherever it is shown, as they show nothing or turn lines around.
    pub unseen: usize,
    /// The pictures that are shown, each above the block of its caption: its shape, or none where one line says why it
    /// cannot be shown. Without a reader there are none.
    pub pictures: BTreeMap<usize, Option<Shape>>,
}

/// A place in the text: a block, and a byte offset in its shown text. It survives resizes and toggles.
///
/// The rows of a picture above the text have offsets too, which count back from the end of all numbers: see
/// [`Position::above`]. They come before all others of their block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Position {
    pub block: usize,
    pub offset: usize,
}

impl Position {
    /// The place so many rows, from 1, above a block's text, in the picture that stands there.
    ///
    /// ```
    /// use cutline::document::Position;
    ///
    /// let [above, below] = [Position::above(3, 2), Position::above(3, 1)];
    /// let text = Position { block: 3, offset: 0 };
    /// assert!(above < below && below < text);
    /// assert_eq!((above.rows_above(), text.rows_above()), (2, 0));
    /// ```
    pub fn above(block: usize, rows: usize) -> Position {
        Position { block, offset: rows.min(MOST_ROWS_ABOVE).wrapping_neg() }
    }

    /// How many rows above its block's text the place is; 0 in the text.
    pub fn rows_above(self) -> usize {
        let rows = self.offset.wrapping_neg();
        if rows <= MOST_ROWS_ABOVE { rows } else { 0 }
    }

    /// The first of all the places that belong to a block.
    pub fn head(block: usize) -> Position {
        Position::above(block, MOST_ROWS_ABOVE)
    }
}

/// More rows than any picture has.
const MOST_ROWS_ABOVE: usize = u16::MAX as usize;

impl Ord for Position {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = |position: &Position| position.offset.wrapping_add(MOST_ROWS_ABOVE);
        self.block.cmp(&other.block).then_with(|| order(self).cmp(&order(other)))
    }
}

impl PartialOrd for Position {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Words a minute of a reader at ease, after Brysbaert, "How many words do we read per minute?" (2019): 238 for
/// non-fiction in English.
const WORDS_PER_MINUTE: f64 = 238.0;

impl Document {
    /// The shown text of the block at `index`.
    ///
    /// ```
    /// use cutline::document::{Block, Document};
    ///
    /// let block = Block { span: Some(0..5), ..Block::default() };
    /// let document = Document { source: "Hello\n".into(), blocks: vec![block], ..Document::default() };
    /// assert_eq!(document.text(0), "Hello");
    /// ```
    pub fn text(&self, index: usize) -> &str {
        self.text_of(&self.blocks[index])
    }

    /// The shown text of one of this document's blocks.
    pub fn text_of<'a>(&'a self, block: &'a Block) -> &'a str {
        match (&block.text, &block.span) {
            (Some(text), _) => text,
            (None, Some(span)) => &self.source[span.clone()],
            (None, None) => "",
        }
    }

    /// The article's title: what the markup gives, else the title block's text.
    pub fn title(&self) -> Option<&str> {
        self.first_with(Role::Title).or(self.meta.title.as_deref())
    }

    /// The article's byline: what the markup gives, else the first byline block's text.
    pub fn byline(&self) -> Option<&str> {
        self.meta.byline.as_deref().or_else(|| self.first_with(Role::Byline))
    }

    fn first_with(&self, role: Role) -> Option<&str> {
        let found = self.blocks.iter().find(|b| b.role == role && b.sidebar.is_none() && b.duplicate_of.is_none())?;
        Some(self.text_of(found))
    }

    /// The title of the sidebar at `index`, or its first words.
    pub fn sidebar_title(&self, index: usize) -> &str {
        let sidebar = &self.sidebars[index];
        self.text(sidebar.title.unwrap_or(sidebar.blocks.start))
    }

    /// Words of the article, each said once: duplicates and boilerplate are not counted.
    pub fn words(&self) -> usize {
        let counted = self.blocks.iter().filter(|b| b.duplicate_of.is_none() && !b.is_clutter());
        counted.map(|b| words(self.text_of(b))).sum()
    }

    /// How long reading [`Document::words`] takes, in minutes.
    pub fn minutes(&self) -> f64 {
        reading_minutes(self.words())
    }
}

/// Words of a text: what white space parts. In scripts that have none between words they are told by their letters.
fn words(text: &str) -> usize {
    if !text.bytes().fold(false, |found, byte| found | leads_unparted(byte)) {
        return parted(text);
    }
    let (mut others, mut twentieths) = (0, 0);
    for word in text.split_whitespace() {
        let unparted: usize = word.chars().map(twentieths_of_a_word).sum();
        twentieths += unparted;
        others += usize::from(unparted == 0);
    }
    others + twentieths.div_ceil(20)
}

/// Whether a character of a script without blanks between words may begin with a byte.
fn leads_unparted(byte: u8) -> bool {
    (0xe0..=0xf0).contains(&byte) && byte != 0xe2
}

/// How much of a word a letter is, in scripts that have no blanks between words: a word of Chinese or Japanese has about
/// two letters, one of Thai, Lao, Khmer or Burmese about five.
fn twentieths_of_a_word(c: char) -> usize {
    match c {
        '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' => 10,
        '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => 10,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => 4,
        _ => 0,
    }
}

/// What white space parts.
fn parted(text: &str) -> usize {
    if clean::has_wide_space(text) {
        return text.split_whitespace().count();
    }
    let is_blank = |byte: u8| (byte == b' ') | (b'\t'..=b'\r').contains(&byte);
    // So many at once that a byte counts them.
    const AT_ONCE: usize = 255;
    let bytes = text.as_bytes();
    let after = bytes.get(1..).unwrap_or_default();
    let starts = bytes.chunks(AT_ONCE).zip(after.chunks(AT_ONCE)).map(|(bytes, after)| {
        let starts = bytes.iter().zip(after).map(|(before, byte)| u8::from(is_blank(*before) & !is_blank(*byte)));
        usize::from(starts.fold(0u8, u8::wrapping_add))
    });
    usize::from(bytes.first().is_some_and(|byte| !is_blank(*byte))) + starts.sum::<usize>()
}

/// How long reading so many words takes, in minutes.
pub fn reading_minutes(words: usize) -> f64 {
    words as f64 / WORDS_PER_MINUTE
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_are_what_white_space_parts(text in "[ab \\t\\n\\x0b\u{85}\u{a0}\u{3000}é—]{0,30}", times in 0usize..40) {
            let text = text.repeat(times);
            prop_assert_eq!(words(&text), text.split_whitespace().count());
        }
    }

    #[test]
    fn boilerplate_that_may_as_well_be_none_is_no_clutter() {
        let block = |role, confidence| Block { role, confidence, ..Block::default() };
        let given = Some(Given { role: Role::Boilerplate, confidence: 0.4 });
        assert!(block(Role::Boilerplate, 0.5).is_clutter() && !block(Role::Boilerplate, 0.49).is_clutter());
        assert!(Block { given, ..block(Role::Boilerplate, 0.4) }.is_clutter() && !block(Role::Body, 0.9).is_clutter());
    }

    #[test]
    fn scripts_without_blanks_have_words_too() {
        for (text, count) in [
            ("今天早上，新图书馆在车站前开馆。", 7),
            ("新しい図書館が今朝、駅前に開館した。", 8),
            ("เช้านี้ห้องสมุดใหม่เปิดแล้ว", 6),
            ("오늘 아침 새 도서관이 문을 열었다", 6),
            ("The “Tōkyō” 東京 of 1923", 5),
        ] {
            assert_eq!(words(text), count, "{text}");
        }
    }
}
