//! An article that is still coming: more of it takes the place of what was there, and the reader stays at the words.

use super::page::Page;
use super::{Find, Mode, Place, Reader, Remark};
use crate::document::{Document, Position};
use crate::layout::Part;

impl Reader {
    /// Takes more of the article that is read, structured with the reader's corrections. It begins as the article did
    /// so far.
    pub fn grow(&mut self, document: Document) {
        let place = self.place();
        let (top, cursor) = (self.found_in(&document, place.top), self.found_in(&document, place.cursor));
        let part = match place.part {
            Part::Sidebar(index) if index >= document.sidebars.len() => Part::Story,
            part => part,
        };
        let last = document.blocks.len().saturating_sub(1);
        let moved = |block: usize| {
            let found = self.found_in(&document, Position { block, offset: 0 });
            found.map_or(block.min(last), |found| found.block)
        };
        let remarks = self.remarks.iter().map(|r| Remark { block: moved(r.block), ..r.clone() }).collect();
        let noting = if let Mode::Noting { block, .. } = &self.mode { moved(*block) } else { 0 };
        if let Mode::Noting { block, .. } = &mut self.mode {
            *block = noting;
        }
        self.remarks = remarks;
        self.deeds.clear();
        self.minutes = document.minutes();
        self.document = document;
        // Sidebars may have gone or moved, and with them what leads into them.
        self.trail.retain(|(_, place)| place.part == Part::Story && place.top.block < self.document.blocks.len());
        self.jumped_from = None;
        self.marks.retain(|_, place| place.part == Part::Story && place.top.block < self.document.blocks.len());
        if matches!(self.under_help(), Mode::Skim { .. } | Mode::Outline(_) | Mode::Links { .. } | Mode::Correcting) {
            self.mode = Mode::Reading;
        }
        (self.link, self.selected_from) = (None, None);
        self.page = Page::new(&self.document, part, &self.preferences.shown);
        let first = self.page.top;
        self.restore(Place { part, top: top.unwrap_or(first), cursor: cursor.unwrap_or(first), ..place });
        if self.raw.is_none() {
            let mut find = Find::of(self.find.input.clone());
            find.put_by = self.find.put_by;
            find.search(&self.document);
            self.find = find;
        }
        self.place_pictures();
        self.list_captions();
        self.keep_chosen();
    }

    /// A place of this document in one that has grown out of it: by the bytes that it stands for.
    fn found_in(&self, grown: &Document, position: Position) -> Option<Position> {
        let span = self.document.blocks.get(position.block)?.span.clone()?;
        let ends_after = |at: usize| grown.blocks[at].span.as_ref().is_some_and(|there| there.end > span.start);
        let block = (0..grown.blocks.len()).find(|at| ends_after(*at))?;
        let same = grown.blocks[block].span.as_ref().is_some_and(|there| there.start == span.start);
        Some(Position { block, offset: if same { position.offset } else { 0 } })
    }
}

#[cfg(test)]
mod tests {
    use crate::document::Format;
    use crate::read;
    use crate::reader::{Action, Message, Preferences, Reader, update};
    use crate::structure::structure;

    #[test]
    fn more_of_an_article_leaves_the_reader_at_the_same_words() {
        let article: String = (0..200).map(|i| format!("Paragraph {i} says that it rained all day.\n\n")).collect();
        let part = |bytes: usize| {
            let mut document = read::read(article[..bytes].to_string(), Format::Text);
            structure(&mut document, &[]);
            document
        };
        let mut reader = Reader::new(part(2000), "rain.txt", Preferences::default(), Vec::new());
        update(&mut reader, Message::Resize { columns: 80, rows: 24 });
        let words = |reader: &Reader| reader.document.text(reader.page.top.block).to_string();
        update(&mut reader, Message::Act(Action::PageDown));
        let before = words(&reader);
        assert!(!before.starts_with("Paragraph 0 "));
        update(&mut reader, Message::Act(Action::Highlight));
        let highlighted = |reader: &Reader| {
            let remarked = reader.remarks.iter().map(|remark| reader.document.text(remark.block).to_string());
            remarked.collect::<Vec<_>>()
        };
        let marked = highlighted(&reader);
        assert_eq!(marked.len(), 1);
        for bytes in [3000, 3017, article.len()] {
            reader.grow(part(bytes));
            assert_eq!(words(&reader), before);
            assert_eq!(highlighted(&reader), marked);
        }
        update(&mut reader, Message::Act(Action::End));
        assert!(reader.document.text(reader.page.cursor.block).starts_with("Paragraph 199"));
        let mut empty = Reader::new(crate::document::Document::default(), "", Preferences::default(), Vec::new());
        empty.grow(part(500));
        assert!(words(&empty).starts_with("Paragraph 0 "));
    }
}
