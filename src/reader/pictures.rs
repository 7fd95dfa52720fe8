//! The pictures of an article: which stand above their captions, and which have still to be had.
//!
//! 1. [`Reader::hang`] hears what is known of the article's pictures before any is seen.
//! 2. The layout keeps a place for each above its caption: as large as the picture, or where that is not known yet as
//!    large as most are.
//! 3. [`Reader::wanted_pictures`] says which are in sight or near and have still to be had; [`Message::Picture`]
//!    brings them.
//! 4. A place takes its picture's own size, or one line where there is none to be had, only while it is out of sight, or
//!    when all is laid out anew: nothing moves that the reader did not move.
//!
//! [`Message::Picture`]: super::Message::Picture

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Mode, Reader};
use crate::document::Role;
use crate::layout::{Measure, Shown, USUAL_CELL};
use crate::picture::{Hint, Picture, PictureError, Shape, Whence};

/// By what means the terminal shows pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Means {
    /// Not at all.
    #[default]
    None,
    /// As two colours a cell, by a character of which one half is filled.
    Blocks,
    /// The same in 256 colours.
    IndexedBlocks,
    /// By kitty's graphics protocol.
    Kitty,
    /// As sixels.
    Sixel,
    /// By the protocol of iTerm2 for pictures among the text.
    ITerm2,
}

impl Means {
    /// Whether the terminal draws the picture itself, rather than characters.
    pub fn is_graphic(self) -> bool {
        matches!(self, Means::Kitty | Means::Sixel | Means::ITerm2)
    }

    /// Pixels of a picture along a side that are of use.
    pub fn most_pixels(self) -> u32 {
        if self.is_graphic() { 1600 } else { 400 }
    }
}

/// What has come of a picture.
#[derive(Debug, Clone, PartialEq)]
enum Come {
    Nothing,
    /// It was asked for.
    Wanted,
    Here(Arc<Picture>),
    Broken(PictureError),
}

/// A picture, as far as it is known.
#[derive(Debug, Clone)]
struct Known {
    whence: Whence,
    /// What its place is laid out for; none where that is a sentence saying why there is no picture.
    place: Option<Shape>,
    come: Come,
}

/// The pictures of an article, by their addresses.
#[derive(Debug, Clone)]
pub struct Pictures {
    pub means: Means,
    /// How wide and high the terminal's cells are, in pixels.
    pub cell: (u16, u16),
    known: HashMap<Box<str>, Known>,
    /// How many are not where the article says.
    missing: usize,
    /// Whether the reader wants them even from where nobody knows yet that the article is read.
    asked: bool,
}

impl Default for Pictures {
    fn default() -> Self {
        Pictures { means: Means::None, cell: USUAL_CELL, known: HashMap::new(), missing: 0, asked: false }
    }
}

/// The size of most pictures in the news, where a picture's own is not known.
const USUAL: Shape = Shape { width: 1200, height: 800 };
/// The least pixels along a side of what is a picture, and no icon.
const LEAST: u32 = 48;
/// Blocks before and after those in sight whose pictures are wanted.
const NEAR: usize = 16;
/// Pictures that are kept in memory.
const MOST_KEPT: usize = 24;

impl Reader {
    /// Takes what is known of the article's pictures.
    pub fn hang(&mut self, hints: HashMap<Box<str>, Hint>) {
        let missing = |hint: &Hint| hint.shape == Some(Err(PictureError::Missing));
        self.pictures.missing = hints.values().filter(|hint| missing(hint)).count();
        let known = hints.into_iter().filter(|(_, hint)| !missing(hint)).map(|(address, hint)| {
            let (place, come) = match hint.shape {
                None => (Some(USUAL), Come::Nothing),
                Some(Ok(shape)) => (Some(shape), Come::Nothing),
                Some(Err(error)) => (None, Come::Broken(error)),
            };
            (address, Known { whence: hint.whence, place, come })
        });
        self.pictures.known = known.collect();
        self.place_pictures();
    }

    /// The same article's pictures by other means, as another window or terminal has them.
    pub fn show_pictures_by(&mut self, means: Means, cell: (u16, u16)) {
        let usable = |n: u16| (1..=1000).contains(&n);
        self.pictures.cell = if usable(cell.0) && usable(cell.1) { cell } else { USUAL_CELL };
        if self.pictures.means != means {
            self.pictures.means = means;
            self.place_pictures();
        }
        // What was on its way for another reading has not come here.
        let on_the_way = self.pictures.known.values_mut().filter(|known| known.come == Come::Wanted);
        on_the_way.for_each(|known| known.come = Come::Nothing);
    }

    /// Whether the article's pictures are on the screen where they stand.
    fn shows_pictures(&self) -> bool {
        self.preferences.pictures && !self.preferences.plain && self.pictures.means != Means::None
    }

    /// Decides anew above which captions pictures stand: each above the first that says it is its own.
    pub(super) fn place_pictures(&mut self) {
        self.document.pictures.clear();
        if !self.shows_pictures() || self.pictures.known.is_empty() {
            return;
        }
        let mut hung = HashSet::new();
        for folded in [false, true] {
            for (index, block) in self.document.blocks.iter().enumerate() {
                let Some(address) = block.image.as_deref().filter(|_| block.role == Role::Caption) else { continue };
                if block.duplicate_of.is_some() != folded || (folded && !self.preferences.shown.duplicates) {
                    continue;
                }
                let known = self.pictures.known.get(address).filter(|known| self.pictures.may_be_had(known));
                let Some(known) = known.filter(|known| known.place.is_none_or(is_no_icon)) else { continue };
                if hung.insert(address) {
                    self.document.pictures.insert(index, known.place);
                }
            }
        }
        self.page.show_first_picture(&self.document);
    }

    /// The picture that stands above a block's text, or why there is none; nothing while it has not come.
    pub fn picture_above(&self, block: usize) -> Option<Result<&Arc<Picture>, &PictureError>> {
        match &self.pictures.known.get(self.document.blocks.get(block)?.image.as_deref()?)?.come {
            Come::Here(picture) => Some(Ok(picture)),
            Come::Broken(error) => Some(Err(error)),
            Come::Nothing | Come::Wanted => None,
        }
    }

    /// The pictures in sight or near that have still to be had, each named once. Of those that are far away some are
    /// forgotten, where there are many.
    pub fn wanted_pictures(&mut self) -> Vec<(Box<str>, Whence)> {
        if self.document.pictures.is_empty() {
            return Vec::new();
        }
        let sight = self.pictures_sight();
        let near = sight.start.saturating_sub(NEAR)..sight.end.saturating_add(NEAR);
        // What is in sight before what is near.
        let mut blocks: Vec<usize> = self.document.pictures.range(near.clone()).map(|(block, _)| *block).collect();
        blocks.sort_by_key(|block| (!sight.contains(block), *block));
        let mut wanted = Vec::new();
        for address in blocks.iter().filter_map(|block| self.document.blocks[*block].image.as_deref()) {
            if let Some(known) = self.pictures.known.get_mut(address)
                && known.come == Come::Nothing
            {
                known.come = Come::Wanted;
                wanted.push((Box::from(address), known.whence.clone()));
            }
        }
        if !wanted.is_empty() {
            self.forget_far_pictures(&near);
        }
        wanted
    }

    /// Keeps no more pictures than are of use.
    fn forget_far_pictures(&mut self, near: &std::ops::Range<usize>) {
        let here = |known: &Known| matches!(known.come, Come::Here(_));
        let mut kept = self.pictures.known.values().filter(|known| here(known)).count();
        for (block, _) in self.document.pictures.iter().filter(|(block, _)| !near.contains(block)) {
            if kept <= MOST_KEPT {
                return;
            }
            let address = self.document.blocks[*block].image.as_deref().unwrap_or_default();
            if let Some(known) = self.pictures.known.get_mut(address).filter(|known| here(known)) {
                known.come = Come::Nothing;
                kept -= 1;
            }
        }
    }

    /// A picture has come, or cannot be had.
    pub(super) fn take_picture(&mut self, address: &str, picture: Result<Arc<Picture>, PictureError>) {
        if let Some(known) = self.pictures.known.get_mut(address) {
            known.come = picture.map_or_else(Come::Broken, Come::Here);
        }
    }

    /// What the layout of the body pane depends on.
    pub(super) fn look(&self) -> (Measure, Shown) {
        (self.measure_in(self.areas().body), self.preferences.shown)
    }

    /// Gives places out of sight the size of what stands in them, and all of them where everything has moved.
    pub(super) fn settle_pictures(&mut self, everywhere: bool) {
        if self.document.pictures.is_empty() {
            return;
        }
        let sized = |reader: &Reader, block: usize| {
            let known = reader.pictures.known.get(reader.document.blocks[block].image.as_deref()?)?;
            match &known.come {
                Come::Here(picture) if known.place != Some(picture.shape) => Some(Some(picture.shape)),
                Come::Broken(_) if known.place.is_some() => Some(None),
                _ => None,
            }
        };
        let open: Vec<(usize, Option<Shape>)> =
            self.document.pictures.keys().filter_map(|block| Some((*block, sized(self, *block)?))).collect();
        if open.is_empty() {
            return;
        }
        let sight = if everywhere { 0..0 } else { self.pictures_sight() };
        let mut changed = false;
        for (block, place) in open.into_iter().filter(|(block, _)| !sight.contains(block)) {
            let address = self.document.blocks[block].image.as_deref().unwrap_or_default();
            if let Some(known) = self.pictures.known.get_mut(address) {
                known.place = place;
                changed = true;
            }
        }
        if changed {
            self.place_pictures();
        }
    }

    /// The blocks in sight, on a card too; none while the input stands there as it came.
    fn pictures_sight(&self) -> std::ops::Range<usize> {
        match self.under_help() {
            Mode::Skim { page, .. } => page.in_sight(&self.card().1),
            _ => self.in_sight(),
        }
    }

    /// Shows the pictures or hides them; has those fetched from the web that have not been so far.
    pub(super) fn toggle_pictures(&mut self) {
        let pictures = &mut self.pictures;
        let withheld = pictures.known.values().filter(|known| !pictures.may_be_had(known)).count();
        let all = pictures.known.len();
        let many = |n: usize| format!("{n} {}", if n == 1 { "picture" } else { "pictures" });
        let missing = match pictures.missing {
            0 => String::new(),
            n => format!("{}{n} not found", if all > 0 { ", " } else { "" }),
        };
        self.notice = Some(if self.preferences.plain || pictures.means == Means::None {
            "pictures cannot be shown here".to_string()
        } else if all == 0 && pictures.missing == 0 {
            "this article has no pictures".to_string()
        } else if all == 0 {
            format!("no pictures, {missing}")
        } else if withheld > 0 && (self.preferences.pictures || withheld == all) {
            (self.preferences.pictures, pictures.asked) = (true, true);
            format!("fetching {} from the web{missing}", many(withheld))
        } else {
            self.preferences.pictures = !self.preferences.pictures;
            match (self.preferences.pictures, withheld) {
                (true, 0) => format!("{} shown{missing}", many(all)),
                (true, _) => format!("{} shown{missing}, {withheld} more on the web", many(all - withheld)),
                (false, _) => format!("{} hidden", many(all)),
            }
        });
        self.place_pictures();
    }
}

impl Pictures {
    /// Whether a picture may be had without anyone being told who must not be.
    fn may_be_had(&self, known: &Known) -> bool {
        self.asked || !matches!(known.whence, Whence::Elsewhere(_))
    }
}

fn is_no_icon(shape: Shape) -> bool {
    shape.width >= LEAST && shape.height >= LEAST
}
