//! Remarks: what the reader highlights, and what the reader notes beside the text. Each is at a block.

use std::collections::BTreeSet;

use tui_input::{Input, InputRequest};

use super::copy::NOTHING;
use super::shown::AS_IT_CAME;
use super::{Action, Mode, Pane, Reader};
use crate::layout::Item;

/// A highlight or a note.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    pub block: usize,
    /// What is noted; none for a highlight.
    pub note: Option<String>,
}

impl Remark {
    /// That a block is highlighted.
    pub fn highlight(block: usize) -> Remark {
        Remark { block, note: None }
    }
}

/// Something that the reader did and can take back.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    Correction,
    /// Highlights and notes were these before it.
    Remarks(BTreeSet<Remark>),
}

impl Reader {
    /// Whether a block is highlighted.
    pub fn is_highlighted(&self, block: usize) -> bool {
        self.remarks.contains(&Remark::highlight(block))
    }

    /// What is noted at a block.
    pub fn notes(&self, block: usize) -> impl Iterator<Item = &str> {
        let from_here = self.remarks.range(Remark::highlight(block)..);
        from_here.take_while(move |remark| remark.block == block).filter_map(|remark| remark.note.as_deref())
    }

    /// The blocks that a remark would be about: those that are selected, or the one at the cursor; in a pane the chosen
    /// caption's, where it stands in the story. A sidebar's line is none of them.
    fn remarkable(&mut self) -> Vec<usize> {
        if self.raw.is_some() {
            self.notice = Some(AS_IT_CAME.to_string());
            return Vec::new();
        }
        let chosen = self.entries.get(self.captions.chosen).filter(|_| self.focus == Pane::Captions);
        let items = chosen.map_or_else(|| self.items_at_hand(), |entry| vec![Item::Block(entry.place)]);
        let blocks: Vec<usize> =
            items.iter().filter_map(|i| if let Item::Block(block) = i { Some(*block) } else { None }).collect();
        if blocks.is_empty() {
            let told = if items.is_empty() { NOTHING } else { "Enter opens the sidebar, to write in it" };
            self.notice = Some(told.to_string());
        }
        self.selected_from = None;
        blocks
    }

    /// Highlights the paragraph at the cursor or what is selected; where all of it is, takes that off.
    pub(super) fn highlight(&mut self) {
        let blocks = self.remarkable();
        if blocks.is_empty() {
            return;
        }
        let off = blocks.iter().all(|block| self.is_highlighted(*block));
        let highlights: BTreeSet<Remark> = blocks.into_iter().map(Remark::highlight).collect();
        let remarks = if off { &self.remarks - &highlights } else { &self.remarks | &highlights };
        let told = if off { "no longer highlighted" } else { "highlighted · t lists it" };
        self.remark(remarks, told);
    }

    /// Opens the line that a note is typed into, with what is noted there already.
    pub(super) fn open_note(&mut self) {
        if let Some(block) = self.remarkable().first().copied() {
            let noted: Vec<&str> = self.notes(block).collect();
            self.mode = Mode::Noting { block, input: Input::from(noted.join(" / ")) };
        }
    }

    pub(super) fn edit_note(&mut self, request: InputRequest) {
        if let Mode::Noting { input, .. } = &mut self.mode {
            input.handle(request);
        }
    }

    /// Enter keeps what is typed as the block's note, or takes the note off where nothing is; Escape leaves it as it was.
    pub(super) fn end_note(&mut self, action: Action) {
        let Mode::Noting { block, input } = &self.mode else { return };
        let (block, typed) = (*block, input.value().trim().to_string());
        match action {
            Action::Choose => {
                let others = self.remarks.iter().filter(|remark| remark.block != block || remark.note.is_none());
                let mut remarks: BTreeSet<Remark> = others.cloned().collect();
                let told =
                    if typed.is_empty() { "nothing is noted here" } else { "noted · a reads it again, t lists it" };
                remarks.extend(Some(typed).filter(|typed| !typed.is_empty()).map(|t| Remark { block, note: Some(t) }));
                self.mode = Mode::Reading;
                self.remark(remarks, told);
            }
            Action::Escape => self.mode = Mode::Reading,
            _ => {}
        }
    }

    fn remark(&mut self, remarks: BTreeSet<Remark>, told: &str) {
        if remarks != self.remarks {
            self.deeds.push(Deed::Remarks(std::mem::replace(&mut self.remarks, remarks)));
        }
        self.notice = Some(told.to_string());
    }

    /// Takes back what was done last since the article was opened: a correction, a highlight or a note. What was done
    /// before stays; nobody knows any more in which order it was.
    pub(super) fn undo(&mut self) {
        match self.deeds.pop() {
            Some(Deed::Remarks(before)) => {
                self.remarks = before;
                self.notice = Some("taken back".to_string());
            }
            Some(Deed::Correction) => self.undo_correction(),
            None => self.notice = Some("there is nothing to take back since it was opened".to_string()),
        }
    }
}
