//! What each block is in the article.

use crate::document::{Document, Kind, Role};
use crate::structure::Correction;
use crate::structure::duplicates::Groups;

/// Gives every block its role, and how sure that is.
pub fn decide(document: &mut Document, _groups: &Groups, corrections: &[Correction]) {
    for index in 0..document.blocks.len() {
        let text = document.text(index);
        let role = if index == 0 {
            Role::Title
        } else if text.ends_with(['.', '!', '?', '"', '”', '“', '’', '»', '。']) {
            Role::Body
        } else if text.split_whitespace().count() < 9 {
            Role::Heading
        } else {
            Role::Caption
        };
        let block = &mut document.blocks[index];
        if block.confidence < 1.0 {
            let marked = marked(block.kind);
            block.role = marked.unwrap_or(role);
            block.confidence = if marked.is_some() { 1.0 } else { 0.5 };
        }
    }
    for &correction in corrections {
        if let Correction::Role { block, role } = correction
            && let Some(block) = document.blocks.get_mut(block)
        {
            (block.role, block.confidence) = (role, 1.0);
        }
    }
}

/// The role that markup gives a block, where it gives one.
fn marked(kind: Kind) -> Option<Role> {
    match kind {
        Kind::Paragraph => None,
        Kind::Heading(_) => Some(Role::Heading),
        Kind::Item(_) => Some(Role::List),
        Kind::Quote => Some(Role::Quote),
        Kind::Code | Kind::Table => Some(Role::Body),
        Kind::Caption | Kind::Alt => Some(Role::Caption),
    }
}
