//! Links that the terminal knows of (OSC 8): it shows where they lead, and opens them its own way.
//!
//! <https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda> describes them. Cells that carry a [`Hyperlink`]
//! are written between its address and its end, so that nothing drawn later belongs to it.

use crate::document::{Document, MarkKind};
use crate::reader::links::opens;
use crate::view::hyperlink::Hyperlink;

/// Bytes of an address, at most: terminals built on VTE drop longer ones.
const LONGEST: usize = 2083;

/// What ends a link.
pub const END: &[u8] = b"\x1b]8;;\x1b\\";

/// What begins a link, if it is one that the terminal may be told of. Its parts on several rows are one, as they share
/// an `id`.
pub fn begin(document: &Document, link: Hyperlink) -> Option<String> {
    let address = address(document, link)?;
    Some(format!("\x1b]8;id={}.{};{address}\x1b\\", link.block, link.nth))
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

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::super::screen::Screen;
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
        let article = article(&[address]);
        let mut out = Vec::new();
        let mut screen = Screen::new(&mut out);
        *screen.frame((4, 1)) = frame;
        screen.show(understood.then_some(&article), None).unwrap();
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
