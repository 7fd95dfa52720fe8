//! Which spans of blocks are not the main story.

use crate::document::{Document, Sidebar};
use crate::structure::Correction;

/// Makes a sidebar of each run of blocks that the markup set apart.
pub fn find(document: &mut Document, _corrections: &[Correction]) {
    document.sidebars.clear();
    let mut start = 0;
    for run in document.blocks.chunk_by_mut(|a, b| a.aside == b.aside) {
        let end = start + run.len();
        if run[0].aside.is_some() {
            run.iter_mut().for_each(|block| block.sidebar = Some(document.sidebars.len() as u32));
            document.sidebars.push(Sidebar { blocks: start..end, title: None, confidence: 1.0 });
        }
        start = end;
    }
}
