//! Copying: the paragraph at the cursor, a selection of paragraphs, the article.

use std::ops::Range;

use super::{Effect, Reader};
use crate::document::Document;
use crate::layout::{self, Item, Part, flow, viewport};

impl Reader {
    /// Begins a selection at the cursor, or gives it up.
    pub(super) fn select(&mut self) {
        if self.selected_from.take().is_some() {
            return;
        }
        let (document, page) = self.in_body();
        if let Some(index) = viewport::place_of(document, &page.flow, page.cursor) {
            self.selected_from = Some(page.flow[index].block(document));
            self.notice = Some("selecting: { } extend, y copies, Esc gives up".to_string());
        }
    }

    /// The items of the page that are selected, or the one at the cursor, as indices into its flow.
    pub fn selection(&self) -> Range<usize> {
        let (document, page) = self.in_body();
        let Some(here) = viewport::place_of(document, &page.flow, page.cursor) else { return 0..0 };
        let from = self.selected_from.map(|block| page.flow.partition_point(|item| item.block(document) < block));
        let from = from.unwrap_or(here).min(page.flow.len() - 1);
        from.min(here)..from.max(here) + 1
    }

    /// Copies what is selected, or the paragraph at the cursor; a sidebar's line stands for the whole sidebar.
    pub(super) fn copy_paragraph(&mut self) -> Vec<Effect> {
        let (document, page) = self.in_body();
        let shown = self.preferences.shown;
        let mut items = Vec::new();
        for index in self.selection() {
            match page.flow[index] {
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
