//! The numbers of the block that may open a sidebar, and of what stands around it.

use super::super::boxes::Name;
use super::super::cohesion::{Article, Ending, ln};
use super::{HEADING, OPENING, flag};
use crate::document::Role;

/// Numbers about the block that opens the sidebar and what stands around it.
pub(super) fn opening(article: &Article, first: usize, before: &[u32]) -> [f32; OPENING] {
    let facts = &article.facts;
    let (f, next, prev) = (&facts[first], &facts[first + 1], &facts[first - 1]);
    let length = |words: usize| ln(1.0 + words as f32) / 4.0;
    let known = |block: usize| article.share(block, |stem| before[stem] > 0);
    // The first paragraphs: a second story tells anew who is who.
    let paragraph = |b: &usize| facts[*b].words >= 12 && !facts[*b].copy;
    let mut paragraphs = (first + 1..facts.len().min(first + 8)).filter(paragraph).map(known);
    let told_anew = |from: usize, to: usize, most: usize| {
        let told: Vec<f32> = (from..to).filter(paragraph).take(most).map(|b| facts[b].again.min(3.0)).collect();
        told.iter().sum::<f32>() / told.len().max(1) as f32
    };
    let (anew, anew_more) =
        (told_anew(first + 1, facts.len().min(first + 8), 1), told_anew(first + 1, facts.len().min(first + 10), 3));
    let anew_before = told_anew(first.saturating_sub(8), first, 8);
    let (one, two) = (paragraphs.next(), paragraphs.next());
    // How far the story's own paragraphs just before take up what came before them.
    let own: Vec<f32> = (first.saturating_sub(5).max(1)..first)
        .filter(|&b| facts[b].words >= 12)
        .map(|b| article.share(b, |stem| before[stem] > 1).all)
        .collect();
    let own = own.iter().sum::<f32>() / own.len().max(1) as f32;
    let heading = known(first);
    [
        1.0,
        flag(f.role == Role::Heading),
        flag(f.role == Role::Title),
        flag(f.role == Role::Body),
        flag(f.role == Role::Caption),
        f.confidence * flag(f.role == Role::Heading),
        f.confidence,
        length(f.words),
        flag(f.words >= 8),
        flag(f.words <= 3),
        flag(f.ending == Ending::Stop),
        flag(f.ending == Ending::Colon),
        flag(f.ending == Ending::Question),
        flag(f.colon),
        flag(f.opens_with_quote),
        flag(f.capitals),
        flag(f.capitals) - article.heading_capitals,
        flag(f.name > Name::Other && next.words < 40),
        flag(f.name > Name::Other),
        flag(f.name == Name::Own),
        flag(f.asks),
        flag(f.opens_with_number),
        f.heading,
        flag(next.copy),
        article.doubled * flag(!next.copy),
        article.doubled * flag(prev.copy),
        flag(next.is_line()),
        flag(facts.get(first + 2).is_some_and(|f| f.is_line())) * flag(next.is_line()),
        f.weight.names / (f.weight.all + 0.5),
        flag(next.role == Role::Body),
        flag(next.role == Role::List),
        flag(next.role == Role::Caption),
        flag(next.role == Role::Heading),
        length(next.words),
        flag(prev.role == Role::Body),
        flag(prev.role == Role::Caption),
        flag(prev.ending == Ending::Colon),
        heading.all,
        heading.names,
        one.map_or(0.0, |s| s.all),
        one.map_or(0.0, |s| s.names),
        two.map_or(0.0, |s| s.all),
        two.map_or(0.0, |s| s.names),
        one.map_or(0.0, |s| s.all - own),
        anew,
        anew_more,
        anew_more - anew_before,
        ln(1.0 + article.headings) / 3.0,
        (f.words.min(HEADING) as f32 - article.heading_words) / 10.0,
        first as f32 / facts.len() as f32,
        ln(1.0 + first as f32) / 4.0,
        article.usual,
        ln(facts.len() as f32) / 5.0,
        prev.joint,
        f.joint,
    ]
}
