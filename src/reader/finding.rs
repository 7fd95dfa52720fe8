//! Finding as one types: what the keys do while words are typed, and the way from match to match.

use tui_input::InputRequest;

use super::place::Leaving;
use super::{Action, Find, Mode, Pane, Place, Reader};
use crate::document::Position;
use crate::layout::Shown;

/// What giving up finding goes back to.
#[derive(Debug, Clone)]
pub struct Finding {
    from: Place,
    /// What was shown there.
    shown: Shown,
    /// How many places led back from there.
    trail: usize,
    /// What was looked for before.
    before: Find,
}

impl Reader {
    /// Opens the line that words are typed into.
    pub(super) fn open_find(&mut self) {
        let before = std::mem::take(&mut self.find);
        let (from, shown, trail) = (self.place(), self.preferences.shown, self.trail.len());
        self.mode = Mode::Finding(Finding { from, shown, trail, before });
        self.focus = Pane::Body;
    }

    /// What is typed has changed: looks for it, and goes to the first match from where finding began. What is folded is
    /// opened only where nothing else matches.
    pub(super) fn edit_find(&mut self, request: InputRequest) {
        if !self.find.input.handle(request).is_some_and(|changed| changed.value) {
            return;
        }
        let Mode::Finding(finding) = &self.mode else { return };
        let (from, shown, trail) = (finding.from, finding.shown, finding.trail);
        self.forget_found(from, shown, trail);
        self.focus = Pane::Body;
        let mut find = std::mem::take(&mut self.find);
        let document = self.in_body().0;
        find.search(document);
        let begin = if self.raw.is_some() { Position::default() } else { from.top };
        let found = find.first_from(begin, |block| !shown.hides(&document.blocks[block]));
        self.find = find;
        if let Some(position) = found {
            self.reveal(position, Leaving::Found);
        }
    }

    /// Back to where finding began, with what was shown there.
    fn forget_found(&mut self, from: Place, shown: Shown, trail: usize) {
        if self.raw.is_none() {
            self.trail.truncate(trail);
            if self.preferences.shown != shown {
                self.preferences.shown = shown;
                self.reflow();
            }
            self.restore(from);
        }
    }

    /// Up and down go from match to match while typing; Enter keeps what was found, or goes on with what was found
    /// before where nothing is typed, and anything else goes back to where finding began.
    pub(super) fn end_find(&mut self, action: Action) {
        if let Some(by) = super::rows_of(action, 1, 1) {
            return self.step_match(by);
        }
        let Mode::Finding(finding) = std::mem::replace(&mut self.mode, Mode::Reading) else { return };
        let typed = self.find.input.value();
        match action {
            Action::Choose if typed.is_empty() => {
                self.find = finding.before;
                self.step_match(1);
                return;
            }
            Action::Choose if !self.find.matches.is_empty() => return,
            Action::Choose => self.notice = Some(format!("no match for “{typed}”")),
            _ => {}
        }
        self.forget_found(finding.from, finding.shown, finding.trail);
        self.find = finding.before;
    }

    /// To the next match, or the one before.
    pub(super) fn step_match(&mut self, by: isize) {
        if self.find.matches.is_empty() {
            self.notice = Some("nothing to find yet, / begins".to_string());
            return;
        }
        self.find.put_by = false;
        let from = self.in_body().1.cursor;
        if let Some(position) = self.find.step(by, from) {
            self.reveal(position, Leaving::Found);
        }
    }
}
