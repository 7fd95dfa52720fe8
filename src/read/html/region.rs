//! What else stands in the article's region of the page. What the model took for furniture there is folded, not lost;
//! and what the markup itself calls a caption, a quotation, a table, code or a box beside the story is believed.

use super::features::Page;
use super::is_story;
use super::parse::{NodeId, ROOT, Tag, Tree};
use super::vocabulary::Purpose;
use super::walk::Piece;
use super::wording::{bag, likeness};
use crate::document::{Kind, Role};

/// The region's element holds so much of the article's paragraphs.
const MOST: f32 = 0.9;

/// How many pieces before and after are looked at for the caption of a picture.
const CAPTION_NEAR: usize = 3;

/// The alternative text of a picture without a caption says what is to be seen from so many words on; with fewer it
/// names the file.
const DESCRIBES: usize = 5;

/// Pieces after the story's last that may still belong to it: what goes on for longer is the page's.
const AFTER: usize = 30;

/// Where the page's body is all there is around the story, what follows may be anything of the page, unless it is as
/// few pieces.
const FEW: usize = 6;

/// Alternative text and caption that are as alike say the same.
const REPEATS: f32 = 0.7;

/// How far up the figure is that a picture stands in.
const FIGURE_NEAR: usize = 6;

/// Gives a role to the pieces that stand within the article and have none yet.
pub fn complete(tree: &Tree, pieces: &[Piece], page: &Page<'_>, boxes: &[Option<NodeId>], roles: &mut [Option<Role>]) {
    let story = |role: &Option<Role>| role.is_some_and(is_story);
    let (Some(first), Some(last)) = (roles.iter().position(story), roles.iter().rposition(story)) else { return };
    let title = roles.iter().position(|role| *role == Some(Role::Title));
    let first = title.map_or(first, |title| first.min(title + 1));
    let region = region(tree, pieces, roles);
    let places = places(tree, region, page);
    let is_apart = !matches!(tree.tag(region), Tag::Body | Tag::Html) && region != ROOT;
    let rest = pieces.len() - (last + 1);
    let end = last + 1 + if is_apart || rest <= FEW { rest.min(AFTER) } else { 0 };
    let lists = lists(tree);
    let kept = kept(pieces, roles, &lists);
    let found: Vec<(usize, Role)> = (first..end)
        .filter(|&at| roles[at].is_none())
        .filter_map(|at| {
            let piece = &pieces[at];
            let believed = || match piece.kind {
                Kind::Caption => Some(Role::Caption),
                Kind::Alt => describes(tree, pieces, at).then_some(Role::Caption),
                Kind::Code | Kind::Table => Some(Role::Body),
                Kind::Quote => Some(Role::Quote),
                Kind::Item(_) => {
                    (boxes[at].is_some() || kept[lists[piece.node as usize] as usize] >= 0).then_some(Role::List)
                }
                Kind::Heading(_) => boxes[at].map(|_| Role::Heading),
                Kind::Paragraph => boxes[at].map(|_| Role::Body),
            };
            let role = match places[piece.inner as usize] {
                Place::Elsewhere => return None,
                Place::Beside => None,
                Place::Story => Some(()).filter(|()| !piece.is_mostly_links()).and_then(|()| believed()),
            };
            Some((at, role.unwrap_or(Role::Boilerplate)))
        })
        .collect();
    found.into_iter().for_each(|(at, role)| roles[at] = Some(role));
}

/// The innermost element that holds most of the article's paragraphs.
fn region(tree: &Tree, pieces: &[Piece], roles: &[Option<Role>]) -> NodeId {
    let mut held = vec![0; tree.nodes.len()];
    let mut all = 0;
    for (piece, _) in pieces.iter().zip(roles).filter(|(_, role)| **role == Some(Role::Body)) {
        held[piece.node as usize] += piece.text.len();
        all += piece.text.len();
    }
    // Children come after their parents, so the first that holds enough is the innermost.
    for node in (1..tree.nodes.len()).rev() {
        if held[node] as f32 >= MOST * all as f32 && tree.tag(node as NodeId) != Tag::P {
            return node as NodeId;
        }
        if let Some(parent) = tree.parent(node as NodeId) {
            held[parent as usize] += held[node];
        }
    }
    ROOT
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Outside the region, or in what is the page's in it: navigation, comments, forms.
    Elsewhere,
    /// In the region, in what is named for something else than the story.
    Beside,
    Story,
}

/// Where each node stands.
fn places(tree: &Tree, region: NodeId, page: &Page<'_>) -> Vec<Place> {
    let mut places = vec![Place::Elsewhere; tree.nodes.len()];
    places[region as usize] = Place::Story;
    for node in region as usize + 1..tree.nodes.len() {
        let id = node as NodeId;
        let Some(around) = tree.parent(id).map(|parent| places[parent as usize]) else { continue };
        let is_pages = match tree.tag(id) {
            Tag::Nav | Tag::Form | Tag::Button => true,
            Tag::Footer => !ends_a_part(tree, region, id),
            _ => false,
        };
        if around == Place::Elsewhere || is_pages {
            continue;
        }
        places[node] = match page.purpose(id) {
            Purpose::Page => Place::Elsewhere,
            Purpose::Other => Place::Beside,
            Purpose::Unknown => around,
        };
    }
    places
}

/// Whether a footer is that of a part of the region, such as a quotation, and not of the article or the page.
fn ends_a_part(tree: &Tree, region: NodeId, footer: NodeId) -> bool {
    let around = std::iter::successors(tree.parent(footer), |node| tree.parent(*node));
    let mut around = around.take_while(|node| *node != region);
    around.any(|node| matches!(tree.tag(node), Tag::Blockquote | Tag::Figure | Tag::Section))
}

/// The outermost list around each node that stands in one, or the node itself.
fn lists(tree: &Tree) -> Vec<NodeId> {
    let is_list = |node| matches!(tree.tag(node), Tag::List | Tag::Li | Tag::Dl | Tag::Dt | Tag::Dd);
    let mut lists: Vec<NodeId> = Vec::with_capacity(tree.nodes.len());
    for node in 0..tree.nodes.len() as NodeId {
        let parent = tree.parent(node).filter(|parent| is_list(*parent) && is_list(node));
        lists.push(parent.map_or(node, |parent| lists[parent as usize]));
    }
    lists
}

/// By list, how many more of its items are the article's than are not.
fn kept(pieces: &[Piece], roles: &[Option<Role>], lists: &[NodeId]) -> Vec<i32> {
    let mut kept = vec![0; lists.len()];
    for (piece, role) in pieces.iter().zip(roles).filter(|(piece, _)| matches!(piece.kind, Kind::Item(_))) {
        kept[lists[piece.node as usize] as usize] += if *role == Some(Role::List) { 1 } else { -1 };
    }
    kept
}

/// Whether a picture's alternative text is a caption: it repeats the caption, or stands for one that is not there.
fn describes(tree: &Tree, pieces: &[Piece], at: usize) -> bool {
    let piece = &pieces[at];
    let near = pieces[at.saturating_sub(CAPTION_NEAR)..].iter().take(2 * CAPTION_NEAR + 1);
    let mut captions = near.filter(|near| near.kind == Kind::Caption && near.image == piece.image).peekable();
    let words = bag(&piece.text);
    if captions.peek().is_some() {
        return captions.any(|caption| likeness(&bag(&caption.text), &words) > REPEATS);
    }
    let mut around = std::iter::successors(Some(piece.node), |node| tree.parent(*node)).take(FIGURE_NEAR);
    piece.image.is_some() && words.len() >= DESCRIBES && around.any(|node| tree.tag(node) == Tag::Figure)
}
