//! Places to come back to: where a reader is, why it was left, and the marks.

use super::going::Go;
use super::page::{Page, Window};
use super::{Action, Effect, Pane, Reader};
use crate::document::{Position, Role};
use crate::layout::{Part, Sidebars};

/// Where a reader is, to come back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub part: Part,
    pub top: Position,
    pub cursor: Position,
    pub focus: Pane,
}

/// Why a place was left. Leaving twice for the same reason keeps the first place: leafing through the captions and
/// going to each, one key leads back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaving {
    /// Only the keys went to a pane.
    Pane,
    Reading,
    Captions,
    Sidebars,
    Skim,
    Outline,
    Found,
    Mark,
}

impl Reader {
    /// Where the reader is now.
    pub fn place(&self) -> Place {
        Place { part: self.page.part, top: self.page.top, cursor: self.page.cursor, focus: self.focus }
    }

    /// Remembers where the reader is, to come back to by [`Action::Back`].
    pub(super) fn leave(&mut self, why: Leaving) {
        if why != Leaving::Pane {
            self.jumped_from = Some(self.place());
        }
        // Going to the pane to choose again from it is no step of its own.
        let before = self.trail.iter().rposition(|(left, _)| *left != Leaving::Pane);
        let before = before.filter(|at| why != Leaving::Pane && self.trail[*at].0 == why);
        if let Some(at) = before {
            self.trail.truncate(at + 1);
        } else if self.trail.last().is_none_or(|(left, _)| *left != why) {
            self.trail.push((why, self.place()));
        }
    }

    /// Goes to a place; one in a sidebar that is no longer there is looked for in the story.
    pub fn restore(&mut self, place: Place) {
        let part = match place.part {
            Part::Sidebar(index) if index >= self.document.sidebars.len() => Part::Story,
            part => part,
        };
        self.turn_to(part);
        self.page.top = place.top;
        self.page.cursor = place.cursor;
        self.focus = if self.has_keys_for(place.focus) { place.focus } else { Pane::Body };
        self.zoomed &= self.focus == Pane::Body;
    }

    /// Has a part of the article in the body pane, from its top if it was not there.
    pub(super) fn turn_to(&mut self, part: Part) {
        if self.page.part != part {
            self.page = Page::new(&self.document, part, &self.preferences.shown);
        }
    }

    /// Runs a motion of the page in the body pane.
    pub(super) fn on_page<T>(&mut self, motion: impl FnOnce(&mut Page, &Window<'_>) -> T) -> T {
        let area = self.areas().body;
        let measure = self.measure_in(area);
        let height = usize::from(area.height);
        match &mut self.raw {
            Some(raw) => motion(&mut raw.page, &Window { document: &raw.document, measure, height }),
            None => motion(&mut self.page, &Window { document: &self.document, measure, height }),
        }
    }

    /// Shows a place of the article in the body pane, opening what hides it.
    pub(super) fn reveal(&mut self, position: Position, why: Leaving) {
        if self.raw.is_none() {
            self.leave(why);
            self.turn_to(self.part_of(position.block));
            if !self.page.holds(position.block) {
                let block = &self.document.blocks[position.block];
                let shown = &mut self.preferences.shown;
                shown.duplicates |= block.duplicate_of.is_some();
                shown.captions |= block.role == Role::Caption;
                shown.boilerplate |= block.is_clutter();
                self.reflow();
            }
        }
        self.on_page(|page, window| page.show(window, position));
    }

    /// The part that a block is read in.
    fn part_of(&self, block: usize) -> Part {
        match self.document.blocks[block].sidebar {
            Some(index) if self.preferences.shown.sidebars != Sidebars::Inline => Part::Sidebar(index as usize),
            _ => Part::Story,
        }
    }

    /// Decides anew what stands in the page and in the lists, after what is shown has changed.
    pub(super) fn reflow(&mut self) {
        self.page.reflow(&self.document, &self.preferences.shown);
        self.place_pictures();
        self.list_captions();
    }

    /// One step back: out of the raw view, out of a pane, out of what was gone to, and then out of cutline.
    pub(super) fn back(&mut self) -> Vec<Effect> {
        if self.raw.is_some() {
            self.toggle_raw();
            return Vec::new();
        }
        // A pane that another key has led out of is no step any more.
        while self.focus == Pane::Body && self.trail.pop_if(|(why, _)| *why == Leaving::Pane).is_some() {}
        match self.trail.pop() {
            Some((why, place)) if why != Leaving::Pane => self.restore(place),
            None if self.focus == Pane::Body => return vec![Effect::Go(Go::Out)],
            _ => self.focus = Pane::Body,
        }
        Vec::new()
    }

    /// Back out of anything, never out of cutline.
    pub(super) fn escape(&mut self) {
        if self.selected_from.take().is_some() || self.link.take().is_some() {
            return;
        }
        if self.find.on_screen().is_some() {
            self.find.put_by = true;
        } else if self.focus != Pane::Body {
            self.focus = Pane::Body;
        } else if self.raw.is_some() || !self.trail.is_empty() {
            self.back();
        }
    }

    /// Sets a mark, or goes to one; `'` stands for where the reader was before going elsewhere the last time.
    pub(super) fn mark(&mut self, letter: char, action: Action) {
        if action == Action::Mark {
            self.marks.insert(letter, self.place());
            self.notice = Some(format!("mark {letter} set"));
        } else if let Some(place) = self.jumped_from.filter(|_| letter == '\'').or(self.marks.get(&letter).copied()) {
            self.leave(Leaving::Mark);
            self.raw = None;
            self.restore(place);
        } else {
            self.notice = Some(format!("there is no mark {letter}"));
        }
    }
}
