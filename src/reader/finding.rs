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
    /// Where the input as it came was read, if it was.
    raw_from: Option<Position>,
    /// What was shown there.
    pub shown: Shown,
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
        let raw_from = self.raw.as_ref().map(|raw| raw.page.top);
        self.mode = Mode::Finding(Finding { from, raw_from, shown, trail, before });
        self.focus = Pane::Body;
    }

    /// What is typed has changed: looks for it, and goes to the first match from where finding began. What is folded is
    /// opened only where nothing else matches.
    pub(super) fn edit_find(&mut self, request: InputRequest) {
        if !self.find.input.handle(request).is_some_and(|changed| changed.value) {
            return;
        }
        let Mode::Finding(finding) = std::mem::replace(&mut self.mode, Mode::Reading) else { return };
        self.forget_found(&finding);
        let (begin, shown) = (finding.raw_from.unwrap_or(finding.from.top), finding.shown);
        self.mode = Mode::Finding(finding);
        self.focus = Pane::Body;
        let mut find = std::mem::take(&mut self.find);
        let document = self.in_body().0;
        find.search(document);
        let found = find.first_from(begin, |block| !shown.hides(&document.blocks[block]));
        self.find = find;
        if let Some(position) = found {
            self.reveal(position, Leaving::Found);
        }
    }

    /// Back to where finding began, with what was shown there.
    fn forget_found(&mut self, finding: &Finding) {
        if let (Some(raw), Some(from)) = (&mut self.raw, finding.raw_from) {
            raw.page.top = from;
            return;
        }
        self.trail.truncate(finding.trail);
        if self.preferences.shown != finding.shown {
            self.preferences.shown = finding.shown;
            self.reflow();
        }
        self.restore(finding.from);
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
        self.forget_found(&finding);
        self.find = finding.before;
    }

    /// To the next match, or the one before: from the current one where the reader is still there, else from where the
    /// reader is.
    pub(super) fn step_match(&mut self, by: isize) {
        if self.find.matches.is_empty() {
            self.notice = Some("nothing to find yet, / begins".to_string());
            return;
        }
        self.find.put_by = false;
        let elsewhere = Some(self.in_body().1.here()).filter(|_| !self.is_at_match());
        if let Some(position) = self.find.step(by, elsewhere) {
            self.reveal(position, Leaving::Found);
        }
    }

    /// Whether the cursor is at the item with the match that was gone to last, and the match in sight.
    fn is_at_match(&self) -> bool {
        let Some(found) = self.find.current.and_then(|current| self.find.matches.get(current)) else { return false };
        let (document, page) = self.in_body();
        page.at_cursor(document) == page.item_at(document, found.position())
            && page.has_in_sight(&self.window(), found.position())
    }
}
