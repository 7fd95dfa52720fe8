//! The lists beside the story: what they hold, what is chosen in them, and how they follow the story.

use std::collections::BTreeMap;

use super::areas::{self, Form};
use super::place::Leaving;
use super::{Action, Pane, Reader, rows_of};
use crate::document::{Position, Role};
use crate::layout::{Item, Part};

/// One line of the captions pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The block whose words are listed.
    pub block: usize,
    /// The block to go to: the same, or the paragraph that the caption repeats.
    pub place: usize,
    /// How many blocks say this, itself and a paragraph that it repeats included.
    pub times: usize,
    /// Whether it is a copy, shown under the caption it repeats.
    pub copy: bool,
}

impl Reader {
    /// Makes the captions pane's list anew.
    pub(super) fn list_captions(&mut self) {
        let mut copies: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (i, block) in self.document.blocks.iter().enumerate() {
            if let (Role::Caption, Some(shown)) = (block.role, block.duplicate_of) {
                copies.entry(shown as usize).or_default().push(i);
            }
        }
        self.entries.clear();
        for (i, block) in self.document.blocks.iter().enumerate() {
            let copies = copies.get(&i).map_or(&[][..], Vec::as_slice);
            // A caption that repeats a paragraph is listed too: the first of its copies stands for it.
            let times = 1 + copies.len();
            let (listed, copies) = match (block.role, copies) {
                (Role::Caption, _) if block.duplicate_of.is_some() => continue,
                (Role::Caption, copies) => (i, copies),
                (_, [first, rest @ ..]) => (*first, rest),
                (_, []) => continue,
            };
            self.entries.push(Entry { block: listed, place: i, times, copy: false });
            if self.preferences.shown.duplicates {
                self.entries.extend(copies.iter().map(|&block| Entry { block, place: block, times: 1, copy: true }));
            }
        }
        self.choose(Pane::Captions, self.captions.chosen);
    }

    /// The number of entries in a list pane.
    fn entries_of(&self, pane: Pane) -> usize {
        match pane {
            Pane::Body => 0,
            Pane::Sidebars => self.document.sidebars.len(),
            Pane::Captions => self.entries.len(),
        }
    }

    /// Whether keys do anything in a pane.
    pub(super) fn has_keys_for(&self, pane: Pane) -> bool {
        pane == Pane::Body || self.entries_of(pane) > 0
    }

    /// What the keys are about: the item at the cursor, or what is chosen in the pane that has them.
    pub fn at_hand(&self) -> Option<Item> {
        match self.focus {
            Pane::Body => {
                let (document, page) = self.in_body();
                page.at_cursor(document)
            }
            Pane::Sidebars => Some(Item::Sidebar(self.sidebars.chosen)).filter(|_| self.has_keys_for(self.focus)),
            Pane::Captions => self.entries.get(self.captions.chosen).map(|entry| Item::Block(entry.block)),
        }
    }

    /// Rows for the entries of a list pane.
    fn list_height(&self, pane: Pane) -> usize {
        let areas = self.areas();
        let area = if pane == Pane::Captions { areas.captions } else { areas.sidebars };
        usize::from(areas::list_and_preview(area, self.entries_of(pane)).0.height)
    }

    /// Chooses an entry of a list pane, the last where there are fewer.
    pub(super) fn choose(&mut self, pane: Pane, entry: usize) {
        let (height, entries) = (self.list_height(pane), self.entries_of(pane));
        match pane {
            Pane::Captions => self.captions.choose(entry, entries, height),
            Pane::Sidebars => self.sidebars.choose(entry, entries, height),
            Pane::Body => {}
        }
    }

    /// Keeps what is chosen in sight after a resize, or goes back to the story where a list has nothing in it any more.
    pub(super) fn keep_chosen(&mut self) {
        if !self.has_keys_for(self.focus) {
            self.focus = Pane::Body;
        }
        self.choose(Pane::Captions, self.captions.chosen);
        self.choose(Pane::Sidebars, self.sidebars.chosen);
    }

    /// Lets the lists follow the story where it has moved: the first caption in sight is chosen, and the sidebar that is read or near.
    pub(super) fn follow(&mut self) {
        if self.raw.is_some() || self.entries.is_empty() && self.document.sidebars.is_empty() {
            return;
        }
        let sight = self.in_sight();
        if self.followed == sight {
            return;
        }
        self.followed = sight.clone();
        if self.focus != Pane::Captions
            && let Some(entry) = self.entries.iter().position(|e| sight.contains(&e.place))
        {
            self.choose(Pane::Captions, entry);
        }
        if self.focus != Pane::Sidebars {
            let sidebar = match self.page.part {
                Part::Sidebar(index) => Some(index),
                _ => self.document.sidebars.iter().position(|s| sight.contains(&s.blocks.start)),
            };
            if let Some(index) = sidebar {
                self.choose(Pane::Sidebars, index);
            }
        }
    }

    /// Keys that move in a list pane, and Enter.
    pub(super) fn in_list(&mut self, action: Action, count: Option<usize>) {
        let pane = self.focus;
        let chosen = if pane == Pane::Captions { self.captions.chosen } else { self.sidebars.chosen };
        if let Some(rows) = rows_of(action, count.unwrap_or(1), self.list_height(pane)) {
            return self.choose(pane, chosen.saturating_add_signed(rows));
        }
        match action {
            Action::Top => self.choose(pane, 0),
            Action::End => self.choose(pane, usize::MAX),
            Action::Choose => self.open_entry(pane, chosen),
            _ => {}
        }
    }

    /// Goes to a caption's place in the story, or reads a sidebar.
    pub(super) fn open_entry(&mut self, pane: Pane, entry: usize) {
        if entry >= self.entries_of(pane) {
            return;
        }
        if pane == Pane::Sidebars {
            return self.read_sidebar(entry);
        }
        self.reveal(Position { block: self.entries[entry].place, offset: 0 }, Leaving::Captions);
        if self.areas().form == Form::Tabs {
            self.focus = Pane::Body;
        }
    }
}
