//! Finding as one types: what the keys do while words are typed, and the way from match to match.

use super::place::Leaving;
use super::{Action, Find, Mode, Place, Reader};
use crate::document::Position;

impl Reader {
    /// Opens the line that words are typed into.
    pub(super) fn open_find(&mut self) {
        self.mode = Mode::Finding { from: self.place() };
        self.find = Find::default();
        self.focus = super::Pane::Body;
    }

    /// Looks for what is typed by now, and goes to the first match from where finding began.
    pub(super) fn find_typed(&mut self, from: Place) {
        let mut find = std::mem::take(&mut self.find);
        find.search(self.in_body().0);
        let found = find.at_or_after(if self.raw.is_some() { Position::default() } else { from.top });
        self.find = find;
        match found {
            Some(position) => self.reveal(position, Leaving::Found),
            None => self.forget_found(from),
        }
    }

    /// Back to where finding began.
    fn forget_found(&mut self, from: Place) {
        if self.raw.is_none() {
            if self.trail.last().is_some_and(|(why, _)| *why == Leaving::Found) {
                self.trail.pop();
            }
            self.restore(from);
        }
    }

    /// Up and down go from match to match while typing; Enter keeps what was found, and anything else goes back to where finding began.
    pub(super) fn end_find(&mut self, action: Action, from: Place) {
        if let Some(by) = super::rows_of(action, 1, 1) {
            return self.step_match(by);
        }
        self.mode = Mode::Reading;
        if action == Action::Choose && !self.find.matches.is_empty() {
            return;
        }
        if action == Action::Choose && !self.find.input.value().is_empty() {
            self.notice = Some(format!("no match for “{}”", self.find.input.value()));
        }
        self.forget_found(from);
        self.find = Find::default();
    }

    /// To the next match, or the one before.
    pub(super) fn step_match(&mut self, by: isize) {
        if self.find.matches.is_empty() {
            self.notice = Some("nothing to find yet, / begins".to_string());
            return;
        }
        let from = self.in_body().1.cursor;
        if let Some(position) = self.find.step(by, from) {
            self.reveal(position, Leaving::Found);
        }
    }
}
