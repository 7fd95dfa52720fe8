//! Links: choosing one on the screen by letters, and opening it outside.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::going::Go;
use super::{Effect, Mode, Reader};
use crate::address::Address;
use crate::clean;
use crate::document::{Document, MarkKind, Position};
use crate::layout::{Item, columns};
use crate::read::html::address::is_beside;

/// A link in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub block: usize,
    pub range: Range<usize>,
    pub address: String,
}

/// The letters that links are chosen by, the easiest to reach first.
const LETTERS: &[u8] = b"asdfghjklqwertyuiopzxcvbnm";

/// The address that may be opened where a link leads: its scheme is one of the few, and there is nothing in it that
/// could be taken for anything but an address.
pub fn opens(address: &str) -> Option<Address> {
    Address::of(address).filter(|_| !address.contains(|c: char| c.is_control() || c.is_whitespace()))
}

impl Reader {
    /// The links on the screen, top to bottom, each with the letters that choose it: as many letters as it takes for
    /// none to begin another.
    pub fn links_in_sight(&self) -> Vec<(String, Link)> {
        let window = self.window();
        let (document, page) = self.in_body();
        let mut found: Vec<Link> = Vec::new();
        for placed in page.rows(&window) {
            let (Item::Block(block), Some(row)) = (placed.item, placed.row) else { continue };
            let starts_here = |range: &Range<usize>| row.range.contains(&range.start);
            found.extend(links(document, block).filter(|link| starts_here(&link.range)));
        }
        let one = found.len() <= LETTERS.len();
        let label = |i: usize| match one {
            true => char::from(LETTERS[i]).to_string(),
            false => {
                [i / LETTERS.len() % LETTERS.len(), i % LETTERS.len()].iter().map(|l| char::from(LETTERS[*l])).collect()
            }
        };
        found.into_iter().enumerate().map(|(i, link)| (label(i), link)).collect()
    }

    /// Shows letters at the links.
    pub(super) fn open_links(&mut self) {
        if self.links_in_sight().is_empty() {
            self.notice = Some("there are no links on the screen".to_string());
            return;
        }
        self.mode = Mode::Links { typed: String::new() };
    }

    /// A letter of a link's label has been typed.
    pub(super) fn type_label(&mut self, letter: char) {
        let Mode::Links { typed } = &self.mode else { return };
        let typed = format!("{typed}{letter}");
        let links = self.links_in_sight();
        self.mode = Mode::Reading;
        if let Some((_, link)) = links.iter().find(|(label, _)| *label == typed) {
            self.choose_link(link.clone());
        } else if links.iter().any(|(label, _)| label.starts_with(&typed)) {
            self.mode = Mode::Links { typed };
        } else {
            self.notice = Some(format!("no link is called {typed}"));
        }
    }

    /// Reads what the chosen link leads to, where that is on the web or beside the article; else opens it outside.
    pub(super) fn follow_link(&mut self) -> Vec<Effect> {
        let address = self.link.as_ref().map(|link| link.address.as_str()).unwrap_or_default();
        let web = || Some(opens(address).filter(Address::is_web)?.ascii().to_string());
        let Some(address) = is_beside(address).then(|| address.to_string()).or_else(web) else {
            return self.open_link();
        };
        self.link = None;
        vec![Effect::Go(Go::Follow(address))]
    }

    /// The link at a cell of the body pane.
    fn link_at(&self, column: u16, row: u16) -> Option<Link> {
        let window = self.window();
        let (document, page) = self.in_body();
        let area = self.areas().body;
        let placed = page.rows(&window).into_iter().nth(usize::from(row.checked_sub(area.y)?))?;
        let (Item::Block(block), Some(row)) = (placed.item, placed.row) else { return None };
        let left = usize::from(area.x) + (usize::from(area.width).saturating_sub(window.measure.width)) / 2;
        let mut at = usize::from(column).checked_sub(left + row.indent)?;
        let text = document.text(block);
        for (run, blanks) in row.runs(text) {
            for (offset, grapheme) in text[run.clone()].grapheme_indices(true) {
                let width = columns(grapheme);
                if at < width {
                    return links(document, block).find(|link| link.range.contains(&(run.start + offset)));
                }
                at -= width;
            }
            at = at.checked_sub(blanks)?;
        }
        None
    }

    /// A click on a link chooses it, and says where it leads; one on the link that is chosen opens it. Says nothing
    /// where there is no link.
    pub(super) fn click_link(&mut self, column: u16, row: u16) -> Option<Vec<Effect>> {
        let link = self.link_at(column, row)?;
        if self.link.as_ref() == Some(&link) {
            return Some(self.open_link());
        }
        self.choose_link(link);
        Some(Vec::new())
    }

    fn choose_link(&mut self, link: Link) {
        self.notice = Some(match opens(&link.address) {
            Some(address) if address.is_web() => format!("Enter reads {}, o opens it in the browser", address.shown()),
            Some(address) => format!("Enter opens {}", address.shown()),
            None if is_beside(&link.address) => format!("Enter reads {}", clean::folded(&link.address)),
            None => unopened(&link.address),
        });
        let block = link.block;
        self.link = Some(link);
        self.on_page(|page, window| page.show(window, Position { block, offset: 0 }));
    }

    /// Opens the chosen link, or the only one in the paragraph at the cursor, in the browser.
    pub(super) fn open_link(&mut self) -> Vec<Effect> {
        let (document, page) = self.in_body();
        let here = match page.at_cursor(document) {
            Some(Item::Block(block)) => links(document, block).collect(),
            _ => Vec::new(),
        };
        let address = match (&self.link, here.as_slice()) {
            (Some(link), _) => link.address.clone(),
            (None, [only]) => only.address.clone(),
            (None, []) => {
                self.notice = Some("there is no link here, ; chooses one on the screen".to_string());
                return Vec::new();
            }
            (None, _) => {
                self.open_links();
                return Vec::new();
            }
        };
        let Some(opened) = opens(&address) else {
            self.notice = Some(unopened(&address));
            return Vec::new();
        };
        self.notice = Some(format!("opening {}", opened.shown()));
        vec![Effect::Open(opened.ascii().to_string())]
    }
}

fn unopened(address: &str) -> String {
    format!("only http, https, mailto and file are opened, not {address}")
}

/// The links of a block, in order.
fn links(document: &Document, block: usize) -> impl Iterator<Item = Link> {
    document.blocks[block].marks.iter().filter_map(move |mark| match &mark.kind {
        MarkKind::Link(address) => Some(Link { block, range: mark.range.clone(), address: address.clone() }),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::opens;

    #[test]
    fn only_addresses_of_four_schemes_are_opened() {
        for address in ["https://example.org/a?b=c", "HTTP://example.org", "mailto:a@example.org", "file:///etc/motd"] {
            assert!(opens(address).is_some(), "{address}");
        }
        for address in [
            "javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "ssh://x",
            "-x",
            "",
            "https://a b",
            "https://a\nb",
        ] {
            assert_eq!(opens(address), None, "{address}");
        }
    }
}
