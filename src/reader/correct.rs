//! Corrections: the reader says what a block really is, and the rest is decided again around it.

use super::remarks::Deed;
use super::shown::AS_IT_CAME;
use super::{Mode, Pane, Reader};
use crate::document::{Position, Role};
use crate::layout::{Item, Part};
use crate::structure::{Correction, structure};

/// A role or sidebar's edge less sure than this is worth a look.
const SURE: f32 = 0.6;

/// What a letter says of the block at the cursor.
pub const ANSWERS: &[(char, Answer, &str)] = &[
    ('p', Answer::Role(Role::Body), "paragraph"),
    ('h', Answer::Role(Role::Heading), "heading"),
    ('c', Answer::Role(Role::Caption), "caption"),
    ('l', Answer::Role(Role::List), "list item"),
    ('q', Answer::Role(Role::Quote), "quote"),
    ('t', Answer::Role(Role::Title), "title"),
    ('b', Answer::Role(Role::Byline), "byline"),
    ('x', Answer::Role(Role::Boilerplate), "boilerplate"),
    ('[', Answer::Start, "a sidebar begins here"),
    (']', Answer::End, "the sidebar ends here"),
    ('n', Answer::NoSidebar, "no sidebar"),
];

/// What a role is called in the answers.
fn said(role: Role) -> &'static str {
    ANSWERS.iter().find(|(_, answer, _)| *answer == Answer::Role(role)).map_or(role.name(), |(.., words)| words)
}

/// What can be said of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Role(Role),
    Start,
    End,
    NoSidebar,
}

impl Reader {
    /// Asks what the block at the cursor really is.
    pub(super) fn open_corrections(&mut self) {
        if self.raw.is_some() {
            self.notice = Some(AS_IT_CAME.to_string());
        } else if self.at_hand().is_some() {
            self.mode = Mode::Correcting;
        }
    }

    /// What a correction would be about: what it is taken for now, and its words.
    pub fn in_question(&self) -> Option<(&'static str, &str)> {
        let document = &self.document;
        Some(match self.at_hand()? {
            Item::Block(block) => (said(document.blocks[block].role), document.text(block)),
            Item::Sidebar(index) => ("sidebar", document.sidebar_title(index)),
        })
    }

    /// The answer to what the block is.
    pub(super) fn correct(&mut self, letter: char) {
        self.mode = Mode::Reading;
        let Some(block) = self.at_hand().map(|item| item.block(&self.document)) else { return };
        let Some((_, answer, words)) = ANSWERS.iter().find(|(l, ..)| *l == letter) else {
            self.notice = Some(format!("{letter} says nothing of a block"));
            return;
        };
        self.corrections.push(match *answer {
            Answer::Role(role) => Correction::Role { block, role },
            Answer::Start => Correction::SidebarStart { block },
            Answer::End => Correction::SidebarEnd { block },
            Answer::NoSidebar => Correction::NotSidebar { block },
        });
        self.deeds.push(Deed::Correction);
        // From a list the story stays where it is.
        self.take_apart_again(if self.focus == Pane::Body { block } else { self.page.cursor.block });
        self.notice = Some(format!("corrected: {words} · U takes it back"));
    }

    /// Takes the last correction back.
    pub(super) fn undo_correction(&mut self) {
        let Some(last) = self.corrections.pop() else { return };
        let block = match last {
            Correction::Role { block, .. }
            | Correction::SidebarStart { block }
            | Correction::SidebarEnd { block }
            | Correction::NotSidebar { block } => block,
        };
        self.take_apart_again(block);
        self.notice = Some("correction taken back".to_string());
    }

    /// Decides the structure anew around the corrections, and stays at a block.
    fn take_apart_again(&mut self, block: usize) {
        structure(&mut self.document, &self.corrections);
        self.minutes = self.document.minutes();
        // Sidebars may have gone, come or moved: what led back to them no longer does.
        self.trail.retain(|(_, place)| place.part == Part::Story);
        self.jumped_from = self.jumped_from.filter(|place| place.part == Part::Story);
        let top = self.page.top;
        let part = match (self.page.part, self.document.blocks[block].sidebar) {
            (Part::Sidebar(_), Some(index)) => Part::Sidebar(index as usize),
            _ => Part::Story,
        };
        self.page = super::page::Page::new(&self.document, part, &self.preferences.shown);
        self.page.top = top;
        self.page.cursor = Position { block, offset: 0 };
        self.place_pictures();
        self.list_captions();
        self.keep_chosen();
        self.on_page(|page, window| {
            let cursor = page.cursor;
            page.show(window, cursor);
        });
    }

    /// Goes to the next or previous place whose reading is unsure.
    pub(super) fn step_unsure(&mut self, by: isize) {
        if self.raw.is_some() {
            return;
        }
        self.focus = Pane::Body;
        let found = self.on_page(|page, window| {
            let document = window.document;
            page.step(window, by, |item| match item {
                Item::Block(block) => document.blocks[block].confidence < SURE,
                Item::Sidebar(index) => document.sidebars[index].confidence < SURE,
            })
        });
        let told = match self.page.at_cursor(&self.document) {
            Some(_) if !found => "no further place is unsure".to_string(),
            Some(Item::Block(block)) => {
                let block = &self.document.blocks[block];
                format!("{}? {:.0} % sure · R says what it is", said(block.role), block.confidence * 100.0)
            }
            Some(Item::Sidebar(index)) => {
                let sidebar = &self.document.sidebars[index];
                format!("a sidebar? {:.0} % sure · R n says it is none", sidebar.confidence * 100.0)
            }
            None => return,
        };
        self.notice = Some(told);
    }
}
