//! What a page keeps from its readers, by `hidden` or `style="display: none"`: folded away, where the story stands
//! without it.

use foldhash::{HashMap, HashMapExt};

use super::is_story;
use super::parse::{NodeId, Tree};
use super::walk::Piece;
use crate::document::Role;

/// One part in so many of a story may be hidden for good. Where more is, a script would show it: pages that ask to read
/// more, or that show nothing at all without one.
const PART: usize = 5;

/// Makes boilerplate of the words that the page hides amid the story; what ends it may be the rest of it, to be asked
/// for. Captions are left: galleries show one at a time.
pub fn fold(tree: &Tree, pieces: &[Piece], roles: &mut [Option<Role>]) {
    let mut known = HashMap::new();
    let story = (0..pieces.len()).filter(|at| roles[*at].is_some_and(is_story));
    let (hidden, seen): (Vec<usize>, Vec<usize>) = story.partition(|at| is_hidden(tree, pieces[*at].node, &mut known));
    let size = |of: &[usize]| of.iter().map(|at| pieces[*at].text.len()).sum::<usize>();
    if size(&hidden) * PART <= size(&hidden) + size(&seen) {
        let amid = hidden.into_iter().filter(|at| seen.last().is_some_and(|last| at < last));
        amid.for_each(|at| roles[at] = Some(Role::Boilerplate));
    }
}

/// Whether an element or one around it is hidden. What is known of those on the way is kept.
fn is_hidden(tree: &Tree, node: NodeId, known: &mut HashMap<NodeId, bool>) -> bool {
    let around = std::iter::successors(Some(node), |node| tree.parent(*node));
    let mut passed = Vec::new();
    let mut found = false;
    for node in around {
        if let Some(hidden) = known.get(&node) {
            found = *hidden;
            break;
        }
        passed.push(node);
        if hides(tree, node) {
            found = true;
            break;
        }
    }
    known.extend(passed.into_iter().map(|node| (node, found)));
    found
}

/// Whether an element says that it is not to be shown.
fn hides(tree: &Tree, node: NodeId) -> bool {
    tree.attributes_of(node).any(|(name, value)| {
        name.eq_ignore_ascii_case("hidden") || name.eq_ignore_ascii_case("style") && displays_nothing(value)
    })
}

/// Whether a style says `display: none`.
fn displays_nothing(style: &str) -> bool {
    style.split(';').filter_map(|rule| rule.split_once(':')).any(|(name, value)| {
        let value = value.trim().split('!').next().unwrap_or_default();
        name.trim().eq_ignore_ascii_case("display") && value.trim().eq_ignore_ascii_case("none")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_say_what_is_not_shown() {
        for style in ["display:none", "color: red; DISPLAY : None !important"] {
            assert!(displays_nothing(style), "{style}");
        }
        for style in ["", "display:block", "none", "x-display:none", "background: url(display:none)"] {
            assert!(!displays_nothing(style), "{style}");
        }
    }
}
