//! Which pieces of a page are its article, and as what.

use super::features::{Page, Row};
use super::metadata::Metadata;
use super::model::{CLASSES, Columns, LANES, Model};
use super::walk::Piece;
use crate::document::{Kind, Role};

/// Place of page furniture among the classes; the roles come after, in the order of [`Role::ALL`].
const FURNITURE: usize = 0;

/// How much more than its likelihood a class counts: to miss one of the rare ones costs more than to show one too
/// many. In the order of the classes.
const WEIGHTS: [f32; CLASSES] = [0.8, 1.0, 1.5, 1.0, 2.0, 1.5, 3.0, 1.0, 1.0];

/// The least and the most that an inference may be sure of its role: 1 is for what was said.
const LEAST: f32 = 0.5;
const MOST: f32 = 0.9999;

/// A title that is less likely than this is none; the page's metadata give one instead.
const TITLE: f32 = 0.1;

/// How likely a piece is page furniture, and of each role.
pub type Likelihoods = [f32; CLASSES];

/// The role of every piece, none for page furniture, and how likely each was. `is_all` where nothing but its pieces
/// tells the page's story.
pub fn roles(pieces: &[Piece], page: &Page<'_>, model: &Model, is_all: bool) -> (Vec<Option<Role>>, Vec<Likelihoods>) {
    let mut likelihoods = likelihoods(pieces, page, model);
    only_title(pieces, &mut likelihoods);
    let mut roles: Vec<Option<Role>> = likelihoods.iter().map(decided).collect();
    if !roles.iter().flatten().any(|role| matches!(role, Role::Body | Role::List | Role::Quote)) {
        roles = everything(pieces, page, &likelihoods, is_all);
    }
    (roles, likelihoods)
}

/// How likely a piece is of a role.
pub fn likelihood(likelihoods: &Likelihoods, role: Role) -> f32 {
    likelihoods[class(role)]
}

/// How sure it is that a piece has the role that it was given: rather so than not, or it would not have it.
pub fn confidence(likelihoods: &Likelihoods, role: Role) -> f32 {
    // Furniture within the article's region is boilerplate.
    let furniture = if role == Role::Boilerplate { likelihoods[FURNITURE] } else { 0.0 };
    (likelihood(likelihoods, role) + furniture).clamp(LEAST, MOST)
}

/// How likely every piece is of each class. The rows of features are asked in blocks, and not kept.
fn likelihoods(pieces: &[Piece], page: &Page<'_>, model: &Model) -> Vec<Likelihoods> {
    let mut likelihoods = Vec::with_capacity(pieces.len());
    let mut row = Row::new();
    let mut columns: Columns = vec![[0.0; LANES]; model.features];
    for (block, pieces) in pieces.chunks(LANES).enumerate() {
        for lane in 0..pieces.len() {
            page.row(block * LANES + lane, &mut row);
            columns.iter_mut().zip(&row).for_each(|(column, value)| column[lane] = *value);
        }
        let found = model.likelihoods(&columns);
        likelihoods.extend(pieces.iter().zip(found).map(|(piece, found)| believed(piece.kind, found)));
    }
    likelihoods
}

/// Likelihoods that do not contradict the markup: what it rules out goes to what it says.
fn believed(kind: Kind, mut likelihoods: Likelihoods) -> Likelihoods {
    const STORY: [Role; 5] = [Role::Body, Role::Heading, Role::Caption, Role::List, Role::Quote];
    let (says, allows): (Role, &[Role]) = match kind {
        Kind::Heading(_) => (Role::Heading, &[Role::Heading]),
        Kind::Item(_) => (Role::List, &[Role::List]),
        Kind::Quote => (Role::Quote, &[Role::Quote, Role::Caption]),
        Kind::Caption | Kind::Alt => (Role::Caption, &[Role::Caption]),
        Kind::Paragraph | Kind::Code | Kind::Table => (Role::Body, &[Role::Body, Role::Caption]),
    };
    for role in STORY.iter().filter(|role| !allows.contains(role)) {
        likelihoods[class(says)] += std::mem::take(&mut likelihoods[class(*role)]);
    }
    if kind == Kind::Alt {
        for role in [Role::Title, Role::Byline] {
            likelihoods[FURNITURE] += std::mem::take(&mut likelihoods[class(role)]);
        }
    }
    likelihoods
}

fn class(role: Role) -> usize {
    1 + role as usize
}

/// An article has one title: of others that look like one, the next likely is taken. Where none does, it is the only
/// heading of the first level.
fn only_title(pieces: &[Piece], likelihoods: &mut [Likelihoods]) {
    let title = class(Role::Title);
    let best = (0..likelihoods.len()).rev().max_by(|a, b| likelihoods[*a][title].total_cmp(&likelihoods[*b][title]));
    let best = best.filter(|best| likelihoods[*best][title] > TITLE).or_else(|| {
        let mut first = (0..pieces.len()).filter(|at| pieces[*at].kind == Kind::Heading(1));
        first.next().filter(|_| first.next().is_none())
    });
    for (at, likelihoods) in likelihoods.iter_mut().enumerate() {
        if Some(at) == best {
            *likelihoods = [0.0; CLASSES];
            likelihoods[title] = 1.0;
        } else {
            likelihoods[title] = 0.0;
        }
    }
}

fn decided(likelihoods: &Likelihoods) -> Option<Role> {
    let weighed = |class: usize| likelihoods[class] * WEIGHTS[class];
    let best = (0..CLASSES).rev().max_by(|a, b| weighed(*a).total_cmp(&weighed(*b)))?;
    Some(*Role::ALL.get(best.checked_sub(1)?)?)
}

/// On a page unlike any learned from, rather too much than nothing: all that is not mostly links. Where hardly anything
/// else is there, as in many a feed's entry, the links are what there is to read, but for navigation.
fn everything(pieces: &[Piece], page: &Page, likelihoods: &[Likelihoods], is_all: bool) -> Vec<Option<Role>> {
    let size = |of: &[&Piece]| of.iter().map(|piece| piece.text.len()).sum::<usize>();
    let (links, words): (Vec<&Piece>, Vec<&Piece>) = pieces.iter().partition(|piece| piece.is_mostly_links());
    let is_of_links = is_all && size(&words) * 2 <= size(&links);
    let role = |(piece, likelihoods): (&Piece, &Likelihoods)| {
        if piece.is_mostly_links() && (!is_of_links || page.navigates(piece)) {
            return None;
        }
        let mut without = *likelihoods;
        without[FURNITURE] = 0.0;
        without[class(Role::Boilerplate)] = 0.0;
        decided(&without)
    };
    pieces.iter().zip(likelihoods).map(role).collect()
}

/// The title to put before an article that has none on its page; `is_stated` where some of it is not on the page.
pub fn missing_title<'a>(roles: &[Option<Role>], metadata: &'a Metadata, is_stated: bool) -> Option<&'a str> {
    let is_empty = !is_stated && roles.iter().all(Option::is_none);
    let titled = roles.contains(&Some(Role::Title)) || is_empty;
    metadata.meta.title.as_deref().filter(|_| !titled)
}
