//! Counts: a number before an action repeats it.

use super::{Action, Effect, Expects, Pane, Reader, act};

/// A count as far as it is typed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Count {
    pub number: usize,
    /// What had the keys, and whether the story stood alone, before the first digit led to a pane.
    from: Option<(Pane, bool)>,
}

/// The highest count that can be typed.
const MOST: usize = 1_000_000;

impl Reader {
    /// A digit goes on with a count, or begins one. One that is bound as well does what it is bound to; where that
    /// leads to a pane, the next key tells whether it was meant to.
    pub(super) fn type_digit(&mut self, digit: u8, bound: Option<Action>) -> Vec<Effect> {
        let bound = bound.filter(|_| self.count.is_none() && self.expects() == Expects::Action);
        let before = (self.focus, self.zoomed);
        let begun = self.count.take().map_or(0, |count| {
            (self.focus, self.zoomed) = count.from.unwrap_or(before);
            count.number
        });
        self.notice = None;
        if let Some(action) = bound {
            let effects = act(self, action, None);
            if !matches!(action, Action::Body | Action::Sidebars | Action::Captions) {
                return effects;
            }
        }
        let number = begun.saturating_mul(10).saturating_add(usize::from(digit)).min(MOST);
        let from = Some(before).filter(|before| bound.is_some() && *before != (self.focus, self.zoomed));
        if from.is_none() && self.notice.is_none() {
            self.notice = Some(number.to_string());
        }
        self.count = Some(Count { number, from });
        Vec::new()
    }

    /// A digit that led to a pane stands for itself once the keys have paused.
    pub(super) fn end_count_at_pane(&mut self) {
        self.count.take_if(|count| count.from.is_some());
    }

    /// The count that was typed before an action. A single digit that led to a pane was no count, unless this is
    /// nothing that moves in the pane: then the pane is left again.
    pub(super) fn take_count(&mut self, action: Action) -> Option<usize> {
        let count = self.count.take()?;
        match count.from {
            Some(_) if !action.is_counted_everywhere() => return None,
            Some(from) => (self.focus, self.zoomed) = from,
            None => {}
        }
        Some(count.number)
    }
}
