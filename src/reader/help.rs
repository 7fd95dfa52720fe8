//! The help: every key and what it does.

use unicode_segmentation::UnicodeSegmentation;

use super::{Action, Mode, Reader, rows_of};
use crate::layout::columns;

/// A line of the help: keys and what they do, under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpLine {
    pub group: &'static str,
    pub keys: String,
    pub text: &'static str,
}

/// What the keys do while the help is on the screen.
pub(super) fn help(reader: &mut Reader, action: Action, count: Option<usize>) {
    let Mode::Help { top, over } = std::mem::replace(&mut reader.mode, Mode::Reading) else { return };
    let lines = reader.help_lines().len();
    let height = usize::from(reader.areas().body.height);
    let last = lines.saturating_sub(height);
    reader.mode = match action {
        Action::Back | Action::Escape | Action::Help | Action::Choose => *over,
        Action::Top => Mode::Help { top: 0, over },
        Action::End => Mode::Help { top: last, over },
        _ => {
            let rows = rows_of(action, count.unwrap_or(1), height).unwrap_or(0);
            Mode::Help { top: top.saturating_add_signed(rows).min(last), over }
        }
    };
}

/// A row of the help screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HelpRow<'a> {
    Blank,
    Group(&'static str),
    /// Keys and what they do, or as much of it as a row holds; the rest is in the rows after.
    Keys(&'a str, &'static str),
}

/// Columns of the help, at most, and those that its keys take of them.
const MOST_WIDTH: u16 = 84;
const KEYS: u16 = 22;
/// Columns between keys and what they do.
const BETWEEN: u16 = 2;

impl Reader {
    /// Opens the help over whatever is on the screen.
    pub(super) fn open_help(&mut self) {
        let over = Box::new(std::mem::replace(&mut self.mode, Mode::Reading));
        self.mode = Mode::Help { top: 0, over };
    }

    /// What is on the screen, or would be without the help over it.
    pub(super) fn under_help(&self) -> &Mode {
        if let Mode::Help { over, .. } = &self.mode { over } else { &self.mode }
    }

    /// How wide the help is, and how wide its keys.
    pub fn help_columns(&self) -> (u16, u16) {
        let width = self.areas().header.width.min(MOST_WIDTH);
        (width, KEYS.min(width / 3))
    }

    /// The help screen's rows: the keys under their headings, a blank row between.
    pub fn help_lines(&self) -> Vec<HelpRow<'_>> {
        let (width, keys) = self.help_columns();
        let text = width.saturating_sub(keys + BETWEEN);
        let mut rows = Vec::new();
        let mut group = None;
        for line in &self.help {
            if group != Some(line.group) {
                rows.extend(group.map(|_| HelpRow::Blank));
                rows.push(HelpRow::Group(line.group));
                group = Some(line.group);
            }
            let (mut keys, mut text) = (filled(&line.keys, keys), filled(line.text, text));
            let both = keys.len().max(text.len());
            keys.resize(both, "");
            text.resize(both, "");
            rows.extend(keys.into_iter().zip(text).map(|(keys, text)| HelpRow::Keys(keys, text)));
        }
        rows
    }
}

/// Words in rows of so many columns; one that is longer goes on in the next.
pub fn filled(text: &str, width: u16) -> Vec<&str> {
    let fits = |part: &str| columns(part) <= usize::from(width.max(1));
    let mut rows = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let words = rest.match_indices(' ').map(|(at, _)| at).chain([rest.len()]);
        let letters = rest.grapheme_indices(true).map(|(at, letter)| at + letter.len());
        let whole = words.take_while(|end| fits(&rest[..*end])).last().filter(|end| *end > 0);
        let cut = || letters.clone().take_while(|end| fits(&rest[..*end])).last().or(letters.clone().next());
        let end = whole.or_else(cut).unwrap_or(rest.len());
        rows.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn words_go_on_in_the_next_row() {
        assert_eq!(filled("space f pgdn ctrl-f", 13), ["space f pgdn", "ctrl-f"]);
        assert_eq!(filled("a page down", 11), ["a page down"]);
        assert_eq!(filled("ctrl-f f", 3), ["ctr", "l-f", "f"]);
        assert_eq!(filled("日本", 1), ["日", "本"]);
        assert_eq!(filled("a b", 0), ["a", "b"]);
        assert_eq!(filled("", 3), [""; 0]);
    }
}
