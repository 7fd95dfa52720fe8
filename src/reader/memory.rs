//! What is kept of an article from one reading to the next.

use std::collections::{BTreeMap, BTreeSet};

use super::page::{Page, Window};
use super::{Place, Reader, Remark};
use crate::document::Position;
use crate::layout::Part;
use crate::structure::Correction;

/// What a reader leaves behind in an article, and finds again: plain data, that [`crate::library`] keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Memory {
    /// Where the reader was last.
    pub place: Option<Place>,
    /// How much of the story lies above the end of what was in sight there, in hundredths.
    pub reached: Option<u8>,
    pub marks: BTreeMap<char, Place>,
    /// What the reader said about blocks, in the order it was said.
    pub corrections: Vec<Correction>,
    /// What the reader highlighted and noted.
    pub remarks: BTreeSet<Remark>,
}

impl Memory {
    /// Whether something was marked, corrected, highlighted or noted that is not in another memory.
    pub fn has_more_than(&self, other: &Memory) -> bool {
        self.marks.iter().any(|(letter, place)| other.marks.get(letter) != Some(place))
            || self.corrections.iter().any(|correction| !other.corrections.contains(correction))
            || !self.remarks.is_subset(&other.remarks)
    }
}

impl Reader {
    /// What to keep of the article that is read.
    pub fn memory(&self) -> Memory {
        Memory {
            place: Some(self.place()),
            reached: Some(self.reached()),
            marks: self.marks.clone(),
            corrections: self.corrections.clone(),
            remarks: self.remarks.clone(),
        }
    }

    /// How far the reader has come in the story, in hundredths; who reads a sidebar is where it stands.
    fn reached(&self) -> u8 {
        let window = Window { document: &self.document, ..self.window() };
        let done = match self.page.part {
            Part::Sidebar(index) => {
                let mut story = Page::new(&self.document, Part::Story, &self.preferences.shown);
                story.top = Position { block: self.document.sidebars[index].blocks.start, offset: 0 };
                story.progress(&window)
            }
            _ => self.page.progress(&window),
        };
        (done * 100.0) as u8
    }

    /// Goes on where it was left. The document has been structured with the memory's corrections.
    pub fn recall(&mut self, memory: Memory) {
        self.marks = memory.marks;
        self.corrections = memory.corrections;
        self.remarks = memory.remarks;
        if let Some(place) = memory.place {
            self.restore(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;
    use crate::read;
    use crate::reader::{Action, Message, Preferences, update};

    #[test]
    fn a_reader_goes_on_where_another_stopped() {
        let article = read::read("It rained all day.\n\n".repeat(200), Format::Text);
        let reader = || {
            let mut reader = Reader::new(article.clone(), "rain.txt", Preferences::default(), Vec::new());
            update(&mut reader, Message::Resize { columns: 80, rows: 24 });
            reader
        };
        let mut first = reader();
        for message in [Message::Act(Action::End), Message::Act(Action::Mark), Message::Letter('a')] {
            update(&mut first, message);
        }
        update(&mut first, Message::Act(Action::HalfUp));
        let mut second = reader();
        second.recall(first.memory());
        assert_eq!(second.memory(), first.memory());
        for message in [Message::Act(Action::GoToMark), Message::Letter('a'), Message::Act(Action::Back)] {
            update(&mut second, message);
        }
        assert_eq!(second.place(), first.place());
    }
}
