//! Which link a cell belongs to. ratatui has no word for it, so the underline colour carries it, which no theme uses:
//! ratatui then sees by itself where a link has changed under letters that have not. The terminal takes it out again.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Style};

/// A link: its block, and which of that block's links it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hyperlink {
    pub block: usize,
    pub nth: usize,
}

/// Bits of a colour that say which link of its block it is; the others say which block.
const NTH: u32 = 6;

impl Hyperlink {
    /// Has the cells of a style belong to the link. Of a block beyond the 262,144th, or a link beyond its 64th, no
    /// cell knows; such a link can still be chosen by its letters.
    pub fn on(self, style: Style) -> Style {
        let number = |n: usize, bits: u32| u32::try_from(n).ok().filter(|n| *n < 1 << bits);
        let (Some(block), Some(nth)) = (number(self.block, 24 - NTH), number(self.nth, NTH)) else { return style };
        let [_, r, g, b] = (block << NTH | nth).to_be_bytes();
        style.underline_color(Color::Rgb(r, g, b))
    }

    /// The link that a cell belongs to.
    pub fn of(cell: &Cell) -> Option<Hyperlink> {
        let Color::Rgb(r, g, b) = cell.underline_color else { return None };
        let number = u32::from_be_bytes([0, r, g, b]);
        Some(Hyperlink { block: (number >> NTH) as usize, nth: (number & ((1 << NTH) - 1)) as usize })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_knows_its_link() {
        for (block, nth) in [(0, 0), (0, 63), (1, 0), (70_000, 5), (262_143, 63)] {
            let link = Hyperlink { block, nth };
            let mut cell = Cell::default();
            cell.set_style(link.on(Style::new()));
            assert_eq!(Hyperlink::of(&cell), Some(link));
        }
    }

    #[test]
    fn a_link_that_has_no_number_is_none() {
        for (block, nth) in [(262_144, 0), (0, 64), (usize::MAX, usize::MAX)] {
            assert_eq!(Hyperlink { block, nth }.on(Style::new()), Style::new());
        }
        assert_eq!(Hyperlink::of(&Cell::default()), None);
    }
}
