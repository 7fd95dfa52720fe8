//! How far keys move: a line, half a page, a page.

use super::Action;
use super::page::{Page, Window};

/// How far an action moves in rows of a window, if it is such a motion.
pub(super) fn rows_of(action: Action, count: usize, height: usize) -> Option<isize> {
    let signed = |rows: usize| isize::try_from(rows.saturating_mul(count)).unwrap_or(isize::MAX);
    // A page keeps two rows in sight, to read on from.
    let page = height.saturating_sub(2).max(1);
    Some(match action {
        Action::LineDown => signed(1),
        Action::LineUp => -signed(1),
        Action::HalfDown => signed((height / 2).max(1)),
        Action::HalfUp => -signed((height / 2).max(1)),
        Action::PageDown => signed(page),
        Action::PageUp => -signed(page),
        _ => return None,
    })
}

/// Moves a page by the rows that [`rows_of`] gives for an action.
pub(super) fn scroll(page: &mut Page, window: &Window<'_>, action: Action, rows: isize) {
    match action {
        Action::PageDown | Action::HalfDown | Action::PageUp | Action::HalfUp => page.turn(window, rows),
        _ => page.scroll(window, rows),
    }
}
