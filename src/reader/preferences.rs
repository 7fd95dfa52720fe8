//! How a reader likes to read.

use super::pictures::Means;
use crate::layout::Shown;

/// How a reader likes to read.
#[derive(Debug, Clone, PartialEq)]
pub struct Preferences {
    /// Columns of a line of text, at most.
    pub measure: u16,
    pub justified: bool,
    /// Words may be hyphenated in lines of any length; narrow and justified ones always have it.
    pub hyphenated: bool,
    /// One pane at a time, without lines drawn around it, in plain ASCII: for screen readers.
    pub plain: bool,
    /// Whether the mouse is cutline's; else it selects text as the terminal does.
    pub mouse: bool,
    /// Whether pictures stand above their captions, where the terminal can show any.
    pub pictures: bool,
    /// By what means; none where that is found out.
    pub picture_means: Option<Means>,
    pub shown: Shown,
}

impl Default for Preferences {
    fn default() -> Self {
        Preferences {
            measure: DEFAULT_MEASURE,
            justified: false,
            hyphenated: false,
            plain: false,
            mouse: true,
            pictures: true,
            picture_means: None,
            shown: Shown::default(),
        }
    }
}

/// The measure that books are set in, in columns (Bringhurst, "The Elements of Typographic Style", 2.1.2).
pub const DEFAULT_MEASURE: u16 = 68;
/// The shortest lines that can be asked for, in columns.
pub const LEAST_MEASURE: u16 = 20;
/// The longest lines that can be asked for, in columns.
pub const MOST_MEASURE: u16 = 200;
