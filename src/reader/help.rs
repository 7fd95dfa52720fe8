//! The help: every key and what it does.

use super::{Action, Mode, Reader, rows_of};

/// A line of the help: keys and what they do, under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpLine {
    pub group: &'static str,
    pub keys: String,
    pub text: &'static str,
}

/// What the keys do while the help is on the screen.
pub(super) fn help(reader: &mut Reader, action: Action, count: Option<usize>) {
    let Mode::Help { top } = reader.mode else { return };
    let lines = reader.help_lines().len();
    let height = usize::from(reader.areas().body.height);
    let last = lines.saturating_sub(height);
    reader.mode = match action {
        Action::Back | Action::Escape | Action::Help | Action::Choose => Mode::Reading,
        Action::Top => Mode::Help { top: 0 },
        Action::End => Mode::Help { top: last },
        _ => {
            let rows = rows_of(action, count.unwrap_or(1), height).unwrap_or(0);
            Mode::Help { top: top.saturating_add_signed(rows).min(last) }
        }
    };
}

/// A row of the help screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HelpRow<'a> {
    Blank,
    Group(&'static str),
    Keys(&'a HelpLine),
}

impl Reader {
    /// The help screen's rows: the keys under their headings, a blank row between.
    pub fn help_lines(&self) -> Vec<HelpRow<'_>> {
        let mut rows = Vec::new();
        let mut group = None;
        for line in &self.help {
            if group != Some(line.group) {
                rows.extend(group.map(|_| HelpRow::Blank));
                rows.push(HelpRow::Group(line.group));
                group = Some(line.group);
            }
            rows.push(HelpRow::Keys(line));
        }
        rows
    }
}
