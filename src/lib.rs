//! cutline reads articles in the terminal, taken apart: story, captions and sidebars.
//!
//! The rooms, ground floor first; each imports only rooms above it. `ARCHITECTURE.md` follows one key press
//! through them.
#![forbid(unsafe_code)]

pub mod clean;
pub mod decode;
pub mod document;
pub mod export;
pub mod layout;
pub mod mend;
pub mod read;
pub mod structure;
