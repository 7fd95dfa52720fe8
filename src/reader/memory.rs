//! What is kept of an article from one reading to the next.

use std::collections::BTreeMap;

use super::{Place, Reader};
use crate::structure::Correction;

/// What a reader leaves behind in an article, and finds again: plain data, that [`crate::library`] keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Memory {
    /// Where the reader was last.
    pub place: Option<Place>,
    pub marks: BTreeMap<char, Place>,
    /// What the reader said about blocks, in the order it was said.
    pub corrections: Vec<Correction>,
}

impl Reader {
    /// What to keep of the article that is read.
    pub fn memory(&self) -> Memory {
        Memory { place: Some(self.place()), marks: self.marks.clone(), corrections: self.corrections.clone() }
    }

    /// Goes on where it was left. The document has been structured with the memory's corrections.
    pub fn recall(&mut self, memory: Memory) {
        self.marks = memory.marks;
        self.corrections = memory.corrections;
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
