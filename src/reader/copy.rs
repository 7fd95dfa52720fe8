//! Copying: the paragraph at the cursor, a selection of paragraphs, the article.

use std::ops::Range;

use super::{Effect, Pane, Reader};
use crate::document::Document;
use crate::layout::{self, Item, Part, flow, viewport};

/// Why nothing can be done with the words at the cursor.
pub(super) const NOTHING: &str = "there is nothing here";

impl Reader {
    /// Begins a selection at the cursor, or gives it up.
    pub(super) fn select(&mut self) {
        if self.selected_from.take().is_some() {
            return;
        }
        if self.focus != Pane::Body {
            self.notice = Some("paragraphs are selected in the story, not here".to_string());
            return;
        }
        let (document, page) = self.in_body();
        match page.at_cursor(document) {
            Some(item) => self.selected_from = Some(item.block(document)),
            None => self.notice = Some(NOTHING.to_string()),
        }
    }

    /// What is selected, or the item at the cursor; in a pane what is chosen there.
    pub(super) fn items_at_hand(&self) -> Vec<Item> {
        match self.focus {
            Pane::Body => self.in_body().1.flow[self.selection()].to_vec(),
            _ => self.at_hand().into_iter().collect(),
        }
    }

    /// The items of the page that are selected, or the one at the cursor, as indices into its flow.
    pub fn selection(&self) -> Range<usize> {
        let (document, page) = self.in_body();
        let cursor = page.cursor_among(document, &page.rows(&self.window()));
        let Some(here) = viewport::place_of(document, &page.flow, cursor) else { return 0..0 };
        let from = self.selected_from.map(|block| page.flow.partition_point(|item| item.block(document) < block));
        let from = from.unwrap_or(here).min(page.flow.len() - 1);
        from.min(here)..from.max(here) + 1
    }

    /// Copies what is selected, or the paragraph at the cursor, or what is chosen in a pane; a sidebar's line stands for
    /// the whole sidebar.
    pub(super) fn copy_paragraph(&mut self) -> Vec<Effect> {
        let document = self.in_body().0;
        let shown = self.preferences.shown;
        let mut items = Vec::new();
        for item in self.items_at_hand() {
            match item {
                Item::Sidebar(sidebar) => items.extend(flow(document, Part::Sidebar(sidebar), &shown)),
                item => items.push(item),
            }
        }
        let text = text_of(document, &items);
        self.selected_from = None;
        self.copied(text)
    }

    /// Copies the whole article, as it is shown, sidebars where they stand.
    pub(super) fn copy_article(&mut self) -> Vec<Effect> {
        let (document, _) = self.in_body();
        let text = text_of(document, &flow(document, Part::Whole, &self.preferences.shown));
        self.copied(text)
    }

    fn copied(&mut self, text: String) -> Vec<Effect> {
        let words = text.split_whitespace().count();
        if words == 0 {
            self.notice = Some(NOTHING.to_string());
            return Vec::new();
        }
        self.notice = Some(format!("{words} {} copied", if words == 1 { "word" } else { "words" }));
        vec![Effect::Copy(text)]
    }
}

/// Items as plain text, with the blank lines that stand between them.
fn text_of(document: &Document, items: &[Item]) -> String {
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        out.push_str(&layout::text(document, *item));
        if let Some(next) = items.get(index + 1) {
            out.push_str(if layout::gap(document, *item, *next) > 0 { "\n\n" } else { "\n" });
        }
    }
    out
}
