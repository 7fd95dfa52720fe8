//! What may happen to the reader, and what the outside has to do for it.

use std::sync::Arc;

use tui_input::InputRequest;

use super::Action;
use super::going::Go;
use crate::picture::{Picture, PictureError};

/// What the next key press should be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    Action,
    Text,
    Letter,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    Act(Action),
    /// A digit of a count before an action, and what else it is bound to.
    Digit(u8, Option<Action>),
    /// No key has come for so long that the next is not one with those before.
    Pause,
    /// A change to what is being typed.
    Edit(InputRequest),
    Letter(char),
    Paste(String),
    /// The mouse's wheel was turned over a cell, so many notches down or up.
    Wheel {
        column: u16,
        row: u16,
        by: isize,
    },
    /// The mouse was clicked on a cell.
    Click {
        column: u16,
        row: u16,
    },
    Resize {
        columns: u16,
        rows: u16,
    },
    /// The picture of that address has come, or cannot be had.
    Picture {
        address: Box<str>,
        picture: Result<Arc<Picture>, PictureError>,
    },
}

/// Something the outside has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    Quit,
    Suspend,
    /// Draw everything anew: something else has written on the screen.
    Redraw,
    /// Put a text on the clipboard.
    Copy(String),
    /// Open an address outside. Its scheme is one that may be opened.
    Open(String),
    /// Take the mouse, or let it go.
    Mouse(bool),
    /// Draw in the next theme.
    NextTheme,
    /// Leave this article for another, or for good.
    Go(Go),
}
