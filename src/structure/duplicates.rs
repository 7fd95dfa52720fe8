//! Which blocks say the same thing, and which of them is shown.

use std::collections::HashMap;

use crate::document::Document;

/// Blocks that say the same thing share a number; a block that stands alone has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    /// One entry a block.
    pub of: Vec<Option<u32>>,
}

/// Groups the blocks of three words or more whose letters and digits are the same.
pub fn find(document: &Document) -> Groups {
    let mut seen: HashMap<String, (usize, Option<u32>)> = HashMap::new();
    let mut of = vec![None; document.blocks.len()];
    let mut count = 0;
    for index in 0..document.blocks.len() {
        let text = document.text(index);
        if text.split_whitespace().nth(2).is_none() {
            continue;
        }
        let letters = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let (first, group) = seen.entry(letters).or_insert((index, None));
        if *first != index {
            let group = *group.get_or_insert_with(|| {
                count += 1;
                count - 1
            });
            of[*first] = Some(group);
            of[index] = Some(group);
        }
    }
    Groups { of }
}

/// Folds every block of a group behind the group's first.
pub fn fold(document: &mut Document, groups: &Groups) {
    let mut shown: HashMap<u32, u32> = HashMap::new();
    for (index, block) in document.blocks.iter_mut().enumerate() {
        let first = groups.of[index].map(|group| *shown.entry(group).or_insert(index as u32));
        block.duplicate_of = first.filter(|&first| first != index as u32);
    }
}
