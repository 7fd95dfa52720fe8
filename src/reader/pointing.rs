//! The mouse: the wheel scrolls what is under it, a click chooses.

use super::areas::{Form, list_and_preview};
use super::help::help;
use super::{Action, Effect, Mode, Pane, Reader};
use crate::document::Position;
use crate::layout::Item;

/// Rows that one notch of the wheel scrolls.
const NOTCH: isize = 3;

impl Reader {
    /// The pane at a cell.
    fn pane_at(&self, column: u16, row: u16) -> Option<Pane> {
        let areas = self.areas();
        if areas.form == Form::Tabs {
            return areas.body.contains(column, row).then_some(self.focus);
        }
        let panes = [(areas.body, Pane::Body), (areas.sidebars, Pane::Sidebars), (areas.captions, Pane::Captions)];
        panes.iter().find(|(area, _)| area.contains(column, row)).map(|(_, pane)| *pane)
    }

    pub(super) fn wheel(&mut self, column: u16, row: u16, by: isize) {
        let rows = by.saturating_mul(NOTCH);
        let action = if by > 0 { Action::LineDown } else { Action::LineUp };
        match self.mode {
            Mode::Skim { .. } => self.skim(action, Some(rows.unsigned_abs())),
            Mode::Help { .. } => help(self, action, Some(rows.unsigned_abs())),
            Mode::Outline(_) => self.outline(action),
            Mode::Reading => match self.pane_at(column, row) {
                Some(Pane::Body) => self.on_page(|page, window| page.scroll(window, rows)),
                Some(pane) => {
                    let list = if pane == Pane::Captions { self.captions } else { self.sidebars };
                    self.choose(pane, list.chosen.saturating_add_signed(by));
                }
                None => {}
            },
            _ => {}
        }
    }

    pub(super) fn click(&mut self, column: u16, row: u16) -> Vec<Effect> {
        self.notice = None;
        match self.mode {
            Mode::Reading => {}
            Mode::Outline(_) => {
                self.click_outline(row);
                return Vec::new();
            }
            _ => return Vec::new(),
        }
        let Some(pane) = self.pane_at(column, row) else { return Vec::new() };
        self.go_to_pane(pane);
        let areas = self.areas();
        if pane == Pane::Body {
            return self.click_link(column, row).unwrap_or_else(|| {
                self.click_body(usize::from(row - areas.body.y));
                Vec::new()
            });
        }
        let (area, list, entries) = match pane {
            Pane::Captions => (areas.captions, self.captions, self.entries.len()),
            _ => (areas.sidebars, self.sidebars, self.document.sidebars.len()),
        };
        let (entries, _) = list_and_preview(area, entries);
        if entries.contains(column, row) {
            let entry = list.top + usize::from(row - entries.y);
            self.choose(pane, entry);
            self.open_entry(pane, entry);
        }
        Vec::new()
    }

    /// A click on a row of the body puts the cursor there; on a sidebar's line it opens the sidebar.
    fn click_body(&mut self, row: usize) {
        let (document, page) = self.in_body();
        let Some(placed) = page.rows(&self.window()).into_iter().nth(row) else { return };
        let position = Position { block: placed.item.block(document), offset: 0 };
        match placed.item {
            Item::Sidebar(index) if placed.row.is_some() => self.read_sidebar(index),
            _ => self.on_page(|page, _| page.cursor = position),
        }
    }
}
