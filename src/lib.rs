//! cutline reads articles in the terminal, taken apart: story, captions and sidebars.
//!
//! The rooms, ground floor first; each imports only rooms above it. `ARCHITECTURE.md` follows one key press
//! through them.
#![forbid(unsafe_code)]

pub mod address;
pub mod batch;
pub mod clean;
pub mod decode;
pub mod document;
pub mod mend;
pub mod picture;
pub mod read;
pub mod structure;

pub mod layout;

pub mod export;

pub mod reader;

pub mod keys;
pub mod theme;
pub mod view;

pub mod config;
pub mod input;
pub mod library;
pub mod terminal;

pub mod session;
