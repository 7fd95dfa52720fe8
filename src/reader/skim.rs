//! Skimming: the sidebars as a deck of cards, one at a time on the whole window.

use super::page::Page;
use super::place::Leaving;
use super::{Action, Mode, Pane, Reader, motion, rows_of};
use crate::layout::Part;

impl Reader {
    /// Lays the deck out, at the sidebar at hand.
    pub(super) fn open_skim(&mut self) {
        if self.document.sidebars.is_empty() {
            self.notice = Some("this article has no sidebars".to_string());
            return;
        }
        self.show_card(match self.page.part {
            Part::Sidebar(index) => index,
            _ if self.focus == Pane::Sidebars => self.sidebars.chosen,
            _ => 0,
        });
    }

    fn show_card(&mut self, card: usize) {
        let page = Page::new(&self.document, Part::Sidebar(card), &self.preferences.shown);
        self.mode = Mode::Skim { card, page };
        self.sidebars.chosen = card;
    }

    /// What the keys do while a card is on the screen.
    pub(super) fn skim(&mut self, action: Action, count: Option<usize>) {
        let Mode::Skim { card, mut page } = std::mem::replace(&mut self.mode, Mode::Reading) else { return };
        let times = count.unwrap_or(1).max(1);
        let last = self.document.sidebars.len() - 1;
        let target = match action {
            Action::Back | Action::Escape | Action::Skim => return,
            Action::Choose => return self.go_to_sidebar(card, Leaving::Skim),
            Action::NextSidebar | Action::NextPane => card.saturating_add(times).min(last),
            Action::PreviousSidebar | Action::PreviousPane => card.saturating_sub(times),
            _ => card,
        };
        if target != card {
            return self.show_card(target);
        }
        let (_, window) = self.card();
        match action {
            Action::Top => page.to_top(&window),
            Action::End => page.to_end(&window),
            Action::Pictures => self.toggle_pictures(),
            Action::Duplicates | Action::CaptionsShown | Action::Boilerplate => {
                self.toggle(action);
                page.reflow(&self.document, &self.preferences.shown);
            }
            _ => {
                if let Some(rows) = rows_of(action, times, window.height) {
                    motion::scroll(&mut page, &window, action, rows);
                }
            }
        }
        self.mode = Mode::Skim { card, page };
    }
}
