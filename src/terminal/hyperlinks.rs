//! Links that the terminal knows of (OSC 8): it shows where they lead, and opens them its own way.
//!
//! <https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda> describes them. [`Linked`] stands between
//! ratatui and the terminal: cells that carry a [`Hyperlink`] are written between its address and its end, so that
//! nothing drawn later belongs to it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{self, Write};
use std::rc::Rc;

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Size};
use ratatui::style::Color;

use super::shown::Shown;
use crate::document::{Document, MarkKind};
use crate::reader::links::opens;
use crate::view::hyperlink::Hyperlink;
use crate::view::pictures::is_overlaid;

/// Bytes of an address, at most: terminals built on VTE drop longer ones.
const LONGEST: usize = 2083;

/// The addresses of the links in a frame, shared by who draws it and who writes it.
#[derive(Debug, Clone, Default)]
pub struct Addresses(Rc<RefCell<HashMap<Hyperlink, String>>>);

impl Addresses {
    /// Learns the addresses of the links in a frame; forgets all others.
    pub fn learn(&self, document: &Document, frame: &Buffer) {
        let mut addresses = self.0.borrow_mut();
        let mut before = std::mem::take(&mut *addresses);
        let mut last = None;
        for link in frame.content.iter().filter_map(Hyperlink::of) {
            if last != Some(link) && !addresses.contains_key(&link) {
                let known = before.remove(&link).or_else(|| address(document, link));
                addresses.extend(known.map(|address| (link, address)));
            }
            last = Some(link);
        }
    }

    /// Forgets all, as another article's links have the same numbers; says whether there were any.
    pub fn forget(&self) -> bool {
        let before = std::mem::take(&mut *self.0.borrow_mut());
        !before.is_empty()
    }
}

/// A link's address in printable ASCII, if it is one that may be opened.
fn address(document: &Document, link: Hyperlink) -> Option<String> {
    let mut links = document.blocks.get(link.block)?.marks.iter().filter_map(|mark| match &mark.kind {
        MarkKind::Link(address) => Some(address),
        _ => None,
    });
    // Where a name stands before the host the terminal would show the name first.
    let address = links.nth(link.nth).and_then(|address| opens(address)).filter(|address| !address.has_name())?;
    let ascii = address.ascii();
    (ascii.len() <= LONGEST && ascii.bytes().all(|b| b.is_ascii_graphic())).then(|| ascii.to_string())
}

/// A terminal that is told of links.
pub struct Linked<W: Write> {
    terminal: CrosstermBackend<W>,
    shown: Shown,
    /// None where the terminal is not to be told.
    addresses: Option<Addresses>,
}

impl<W: Write> Linked<W> {
    pub fn new(terminal: CrosstermBackend<W>, addresses: Option<Addresses>) -> Linked<W> {
        Linked { terminal, shown: Shown::default(), addresses }
    }

    /// Begins a link. Its parts on several rows are one, as they share an `id`.
    fn begin(&mut self, link: Hyperlink) -> io::Result<bool> {
        let Some(addresses) = &self.addresses else { return Ok(false) };
        let addresses = addresses.0.borrow();
        let Some(address) = addresses.get(&link) else { return Ok(false) };
        write!(self.terminal, "\x1b]8;id={}.{};{address}\x1b\\", link.block, link.nth)?;
        Ok(true)
    }
}

impl<W: Write> Backend for Linked<W> {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        let change = self.shown.change(content);
        if let Some(moved) = change.moved {
            moved.write(&mut self.terminal)?;
        }
        let mut cells = change.cells();
        while let Some((.., first)) = cells.clone().next() {
            let link = Hyperlink::of(first);
            let run = cells.clone().take_while(|(.., cell)| Hyperlink::of(cell) == link);
            let count = run.clone().count();
            let is_overlaid = run.clone().any(|(.., cell)| is_overlaid(cell));
            let run = cells.by_ref().take(count);
            if link.is_none() && !is_overlaid {
                self.terminal.draw(run)?;
                continue;
            }
            let mut bare: Vec<(u16, u16, Cell)> = run.map(|(x, y, cell)| (x, y, cell.clone())).collect();
            bare.iter_mut().for_each(|(.., cell)| cell.underline_color = Color::Reset);
            let begun = link.map_or(Ok(false), |link| self.begin(link))?;
            self.terminal.draw(bare.iter().map(|(x, y, cell)| (*x, *y, cell)))?;
            if begun {
                self.terminal.write_all(b"\x1b]8;;\x1b\\")?;
            }
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.terminal.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.terminal.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.terminal.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.terminal.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.shown.clear();
        self.terminal.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.shown.clear();
        self.terminal.clear_region(region)
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.shown.clear();
        self.terminal.append_lines(lines)
    }

    fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.terminal.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.terminal)
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;
    use crate::document::{Block, Mark};

    fn article(addresses: &[&str]) -> Document {
        let mark = |address: &&str| Mark { range: 0..1, kind: MarkKind::Link((*address).to_string()) };
        let marks: Vec<Mark> = addresses.iter().map(mark).collect();
        let block = Block { text: Some("words".into()), marks: marks.into(), ..Block::default() };
        Document { blocks: vec![block], ..Document::default() }
    }

    /// What is written for a row of which the middle two cells are the first link of a document.
    fn written(address: &str, understood: bool) -> String {
        let mut frame = Buffer::with_lines(["abcd"]);
        frame.set_style(Rect::new(1, 0, 2, 1), Hyperlink { block: 0, nth: 0 }.on(Style::new()));
        let addresses = Addresses::default();
        addresses.learn(&article(&[address]), &frame);
        let mut out = Vec::new();
        let mut linked = Linked::new(CrosstermBackend::new(&mut out), understood.then_some(addresses));
        let cells = (0..4).map(|x| (x, 0, &frame[(x, 0)]));
        linked.draw(cells).unwrap();
        Backend::flush(&mut linked).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_link_is_written_between_its_address_and_its_end() {
        let written = written("https://example.org/a", true);
        let (before, rest) = written.split_once("\x1b]8;id=0.0;https://example.org/a\x1b\\").unwrap();
        let (within, after) = rest.split_once("\x1b]8;;\x1b\\").unwrap();
        let letters = |part: &str| part.chars().filter(|c| "abcd".contains(*c)).collect::<String>();
        assert_eq!([letters(before), letters(within), letters(after)], ["a", "bc", "d"]);
        assert!(!written.contains("58;2"), "the number is no colour");
    }

    #[test]
    fn what_may_not_be_opened_is_no_link_and_nothing_breaks_out_of_an_address() {
        for address in ["javascript:alert(1)", "/relative", "https://a\x1b\\b", "https://a\u{9c}b", "https://a b"] {
            assert!(!written(address, true).contains("]8;"), "{address:?}");
        }
        assert!(!written(&format!("https://example.org/{}", "x".repeat(LONGEST)), true).contains("]8;"));
        assert!(written("https://example.org/ü\u{202e}", true).contains(";https://example.org/%C3%BC%E2%80%AE\x1b\\"));
    }

    #[test]
    fn a_terminal_that_does_not_understand_is_told_nothing() {
        let written = written("https://example.org/a", false);
        assert!(!written.contains("]8;") && !written.contains("58;2"));
    }
}
