//! Finds the sidebars: spans of blocks that are not the main story.
//!
//! 1. Spans that open with what looks like a heading are measured ([`candidates`]), above all by lexical cohesion
//!    ([`cohesion`](super::cohesion)), and scored ([`network`](super::network)).
//! 2. What the markup set apart is a candidate above all others; what the reader corrected rules out all candidates
//!    that contradict.
//! 3. Of the openings those are taken whose candidates do not overlap and score highest together, over the whole
//!    article (`choice`): a semi-Markov conditional random field (Sarawagi and Cohen, NIPS 2004). Its marginals say
//!    where each most likely ends, and how sure it is.

mod choice;

use std::sync::LazyLock;

pub use choice::{Candidate, marginals};
use choice::{Found, MARKED, choose};

use super::boxes::Name;
use super::candidates::{self, LONGEST, Measure, OPENING};
use super::cohesion::Article;
use super::network::{HOPELESS, Network};
use super::weights::Aligned;
use super::{Correction, Seen};
use crate::document::{Document, Kind, Role, Sidebar};

/// The network that ships, trained on the labelled corpus by `examples/train.rs`.
pub fn shipped() -> &'static Network {
    static BYTES: &Aligned<[u8]> = &Aligned(*include_bytes!("../../assets/sidebars.bin"));
    static SHIPPED: LazyLock<Network> = LazyLock::new(|| Network::from_bytes(&BYTES.0).unwrap_or_default());
    &SHIPPED
}

/// How sure a sidebar must be to be one. A false one takes paragraphs out of the story; a missed one leaves them in
/// their place.
pub const SURE: f32 = 0.83;

/// The same of what is called as hardly anything but a box is: "At a glance", "Did you know?", "Box 2". Seldom is it
/// none, and then it is a part of the story with a title of its own.
pub const SURE_BY_NAME: f32 = 0.5;

/// Finds the sidebars of a document whose roles are known: sets its sidebars and each block's. A block that opens one
/// becomes its heading.
pub fn find(document: &mut Document, seen: &Seen, corrections: &[Correction], network: &Network) {
    let count = document.blocks.len();
    let given = Given::new(count, corrections);
    let article = Article::of(document, seen, &network.background);
    let mut all = marked(document);
    let mut scratch = Measure::new(&article);
    // Where the reader says that one begins or ends, hopeless ones may be what is left to choose from.
    let least = if given.wanted.contains(&true) { f32::MIN } else { HOPELESS };
    for (first, numbers) in openings(document, &article, network) {
        let mut opening = network.opening(numbers, least);
        scratch.spans(first, |last, numbers| {
            all.push(Candidate { first, last, score: opening.score(numbers) });
        });
    }
    given.add(&article, &mut all);
    if !corrections.is_empty() {
        all.retain(|c| given.allows(c));
    }
    all.sort_by_key(|c| (c.first, c.last));

    document.sidebars.clear();
    document.blocks.iter_mut().for_each(|block| block.sidebar = None);
    for found in choose(&all, count, &given.wanted) {
        let Found { first, last, score, sure } = found;
        let said = given.wanted[first] || given.wanted[last] || score >= MARKED;
        let links = document.blocks[first..=last].iter().filter(|block| block.role == Role::Boilerplate).count();
        let least = if article.facts[first].name == Name::Own { SURE_BY_NAME } else { SURE };
        if !said && (sure < least || 2 * links > last - first) {
            continue;
        }
        let index = document.sidebars.len() as u32;
        document.blocks[first..=last].iter_mut().for_each(|block| block.sidebar = Some(index));
        let opening = &mut document.blocks[first];
        let titled = opening.role == Role::Heading || (first < last && candidates::may_open(&article, first));
        if titled && opening.role != Role::Heading && opening.confidence < 1.0 {
            (opening.role, opening.confidence) = (Role::Heading, sure.min(opening.confidence));
        }
        let title = (titled && opening.role == Role::Heading).then_some(first);
        let confidence = if said { 1.0 } else { sure };
        document.sidebars.push(Sidebar { blocks: first..last + 1, title, confidence });
    }
}

/// The openings whose spans are worth measuring, with their numbers: the likeliest, where there are too many.
pub fn openings(document: &Document, article: &Article, network: &Network) -> Vec<(usize, [f32; OPENING])> {
    let most = |bytes: usize| 32.max(document.source.len() / bytes);
    let mut found = candidates::openings(article, most(BYTES_A_LINE));
    // What the markup says of these is believed.
    let is_said = |kind| matches!(kind, Kind::Caption | Kind::Alt | Kind::Code | Kind::Table);
    found.retain(|(block, _)| !is_said(document.blocks[*block].kind));
    let score = |opening @ (_, numbers): (usize, [f32; OPENING])| (network.door.score(&numbers), opening);
    let mut found: Vec<_> = found.into_iter().map(score).filter(|(score, _)| *score >= 0.0).collect();
    let most = most(BYTES_AN_OPENING);
    if found.len() > most {
        found.sort_by(|(a, (first, _)), (b, (second, _))| b.total_cmp(a).then(first.cmp(second)));
        found.truncate(most);
        found.sort_by_key(|(_, (first, _))| *first);
    }
    found.into_iter().map(|(_, opening)| opening).collect()
}

/// One line is looked at as an opening for so many bytes of text, and one opening's spans are measured for so many, so
/// that the cost stays linear in the text.
const BYTES_A_LINE: usize = 150;
const BYTES_AN_OPENING: usize = 1500;

/// What the markup set apart, where it is more than boilerplate.
fn marked(document: &Document) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut first = 0;
    for run in document.blocks.chunk_by(|a, b| a.aside == b.aside) {
        if run[0].aside.is_some() && run.iter().any(|block| block.role != Role::Boilerplate) {
            found.push(Candidate { first, last: first + run.len() - 1, score: MARKED });
        }
        first += run.len();
    }
    found
}

/// What the reader said, block by block.
struct Given {
    starts: Vec<bool>,
    ends: Vec<bool>,
    /// No sidebar may lie over these blocks, and one must lie over those.
    barred: Vec<bool>,
    wanted: Vec<bool>,
}

impl Given {
    /// Of corrections that contradict, the last holds.
    fn new(count: usize, corrections: &[Correction]) -> Given {
        let none = vec![false; count];
        let mut given = Given { starts: none.clone(), ends: none.clone(), barred: none.clone(), wanted: none };
        for &correction in corrections {
            match correction {
                Correction::SidebarStart { block } if block < count => {
                    (given.starts[block], given.barred[block]) = (true, false);
                }
                Correction::SidebarEnd { block } if block < count => {
                    (given.ends[block], given.barred[block]) = (true, false);
                }
                Correction::NotSidebar { block } if block < count => {
                    (given.starts[block], given.ends[block], given.barred[block]) = (false, false, true);
                }
                _ => {}
            }
        }
        given.wanted = given.starts.iter().zip(&given.ends).map(|(start, end)| start | end).collect();
        given
    }

    /// Whether a candidate contradicts nothing.
    fn allows(&self, c: &Candidate) -> bool {
        !self.barred[c.first..=c.last].contains(&true)
            && !self.starts[c.first + 1..=c.last].contains(&true)
            && !self.ends[c.first..c.last].contains(&true)
    }

    /// Adds the candidates that the reader's starts and ends make, whatever they look like.
    fn add(&self, article: &Article, all: &mut Vec<Candidate>) {
        let count = self.starts.len();
        all.iter_mut().filter(|c| self.starts[c.first] || self.ends[c.last]).for_each(|c| c.score = c.score.max(NEW));
        for first in (0..count).filter(|&b| self.starts[b]) {
            let known: Vec<Candidate> = all.iter().filter(|c| c.first == first).copied().collect();
            let limit = count.min(first + FARTHEST);
            let end = (first..limit).find(|&b| self.ends[b]);
            for last in first..end.map_or(limit.min(first + LONGEST), |end| end + 1) {
                if !known.iter().any(|c| c.last == last) {
                    all.push(Candidate { first, last, score: NEW });
                }
            }
        }
        for last in (0..count).filter(|&b| self.ends[b]) {
            let known: Vec<Candidate> = all.iter().filter(|c| c.last == last).copied().collect();
            for first in (last.saturating_sub(LONGEST)..=last).filter(|&b| !known.iter().any(|c| c.first == b)) {
                let score = if candidates::may_open(article, first) { NEW } else { UNLIKELY };
                all.push(Candidate { first, last, score });
            }
        }
    }
}

/// Blocks between a start and an end that the reader gave, at most.
const FARTHEST: usize = 4096;
/// Log odds of a candidate that only the reader's word makes one, with something like a heading and without.
const NEW: f32 = -12.0;
const UNLIKELY: f32 = -40.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Block;
    use crate::structure::cohesion::ln;
    use crate::structure::duplicates;
    use crate::structure::network::Member;
    use crate::structure::words::Words;

    /// Eight paragraphs with two lines that look like headings, read without a network.
    fn plain() -> Document {
        let text = |i: usize| match i {
            3 | 6 => format!("A line like a heading, number {i}"),
            _ => format!("Paragraph {i} of the story says this and that about the matter, and then it stops."),
        };
        let block = |i| Block { text: Some(text(i).into()), ..Block::default() };
        Document { blocks: (0..9).map(block).collect(), ..Document::default() }
    }

    /// The first and last block of each sidebar.
    fn found(document: &mut Document, corrections: &[Correction]) -> Vec<(usize, usize)> {
        found_by(&Network::default(), document, corrections)
    }

    fn found_by(network: &Network, document: &mut Document, corrections: &[Correction]) -> Vec<(usize, usize)> {
        let words = Words::of(document);
        let groups = duplicates::find(document, &words);
        let roles = vec![[0.0; Role::ALL.len()]; document.blocks.len()];
        find(document, &Seen { words: &words, groups: &groups, roles: &roles }, corrections, network);
        document.sidebars.iter().map(|sidebar| (sidebar.blocks.start, sidebar.blocks.end - 1)).collect()
    }

    /// A network to which what opens is a sidebar to the end of the story, by such log odds for six blocks.
    fn to_the_end(odds: f32) -> Network {
        let mut member = Member { offset: odds - 80.0 * ln(6.0) / 3.0, ..Member::default() };
        member.linear[OPENING] = 80.0;
        Network { members: std::array::from_fn(|_| member.clone()), ..Network::default() }
    }

    #[test]
    fn what_is_unsure_is_none() {
        let found = |odds, title: &str, least: f32| {
            let mut document = plain();
            document.blocks[3] = Block { text: Some(title.into()), role: Role::Heading, ..Block::default() };
            let spans = found_by(&to_the_end(odds), &mut document, &[]);
            // What is inferred is never certain.
            assert!(document.sidebars.iter().all(|sidebar| (least..1.0).contains(&sidebar.confidence)));
            spans
        };
        let odds = [-1.0, 1.0, 3.0];
        let (none, all) = (vec![], vec![(3, 8)]);
        assert_eq!(odds.map(|odds| found(odds, "A matter of taste", SURE)), [&none, &none, &all].map(Vec::clone));
        for name in ["Box 2", "Did you know …"] {
            assert_eq!(odds.map(|odds| found(odds, name, SURE_BY_NAME)), [&none, &all, &all].map(Vec::clone));
        }
    }

    #[test]
    fn a_run_that_is_links_by_half_is_none_unless_the_reader_or_the_markup_says_so() {
        let found = |links: &[usize], corrections: &[Correction]| {
            let mut document = plain();
            document.blocks[3].role = Role::Heading;
            links.iter().for_each(|&block| document.blocks[block].role = Role::Boilerplate);
            found_by(&to_the_end(8.0), &mut document, corrections);
            document.sidebars.iter().any(|sidebar| sidebar.blocks.start == 3)
        };
        let spans = |links: &[usize]| found(links, &[]);
        assert_eq!([spans(&[]), spans(&[4, 5]), spans(&[4, 5, 7])], [true, true, false]);
        assert!(found(&[4, 5, 7], &[Correction::SidebarStart { block: 3 }]));
    }

    #[test]
    fn what_the_markup_calls_a_caption_opens_nothing() {
        let opening = |kind| -> Vec<usize> {
            let mut document = plain();
            document.blocks[3].kind = kind;
            let (words, network) = (Words::of(&document), Network::default());
            let groups = duplicates::find(&document, &words);
            let roles = vec![[0.0; Role::ALL.len()]; document.blocks.len()];
            let seen = Seen { words: &words, groups: &groups, roles: &roles };
            let article = Article::of(&document, &seen, &network.background);
            openings(&document, &article, &network).into_iter().map(|(block, _)| block).collect()
        };
        assert_eq!(opening(Kind::Paragraph), [3, 6]);
        for said in [Kind::Caption, Kind::Alt, Kind::Code, Kind::Table] {
            assert_eq!(opening(said), [6], "{said:?}");
        }
    }

    #[test]
    fn what_the_markup_set_apart_is_a_sidebar() {
        let mut document = plain();
        document.blocks[3..6].iter_mut().for_each(|block| block.aside = Some(1));
        assert_eq!(found(&mut document, &[]), [(3, 5)]);
        assert_eq!(document.sidebars[0].title, Some(3));
        assert_eq!(document.sidebars[0].confidence, 1.0);
        assert!(found(&mut document, &[Correction::NotSidebar { block: 4 }]).is_empty());
        assert_eq!(found(&mut document, &[Correction::SidebarEnd { block: 4 }]), [(3, 4)]);
    }

    #[test]
    fn the_readers_start_and_end_are_taken_as_given() {
        let (start, end) = (Correction::SidebarStart { block: 3 }, Correction::SidebarEnd { block: 5 });
        assert!(found(&mut plain(), &[]).is_empty());
        assert_eq!(found(&mut plain(), &[start, end]), [(3, 5)]);
        assert_eq!(found(&mut plain(), &[start])[0].0, 3);
        assert_eq!(found(&mut plain(), &[end]).last().map(|span| span.1), Some(5));
        assert_eq!(found(&mut plain(), &[start, end, Correction::NotSidebar { block: 3 }])[0].1, 5);
        assert!(found(&mut plain(), &[start, Correction::NotSidebar { block: 3 }]).is_empty());
        assert!(found(&mut plain(), &[Correction::SidebarStart { block: 99 }]).is_empty());
    }

    #[test]
    fn where_the_reader_says_that_one_begins_all_networks_say_where_it_ends() {
        let hopeless = Member { offset: HOPELESS - 3.0, ..Member::default() };
        let mut short = hopeless.clone();
        short.linear[OPENING] = -20.0;
        let mut members = std::array::from_fn(|_| short.clone());
        members[0] = hopeless;
        let network = Network { members, ..Network::default() };
        assert_eq!(found_by(&network, &mut plain(), &[Correction::SidebarStart { block: 3 }]), [(3, 4)]);
    }

    #[test]
    fn what_opens_a_sidebar_becomes_its_heading_unless_it_is_a_paragraph() {
        let mut document = plain();
        found(&mut document, &[Correction::SidebarStart { block: 3 }, Correction::SidebarEnd { block: 5 }]);
        assert_eq!((document.blocks[3].role, document.sidebars[0].title), (Role::Heading, Some(3)));
        let mut document = plain();
        found(&mut document, &[Correction::SidebarStart { block: 4 }, Correction::SidebarEnd { block: 5 }]);
        assert_eq!((document.blocks[4].role, document.sidebars[0].title), (Role::Body, None));
    }

    #[test]
    fn a_document_of_any_size_can_be_read() {
        for count in 0..4 {
            let block = || Block { text: Some("One".into()), ..Block::default() };
            let mut document = Document { blocks: (0..count).map(|_| block()).collect(), ..Document::default() };
            let all: Vec<Correction> = (0..=count).map(|block| Correction::SidebarStart { block }).collect();
            assert_eq!(found(&mut document, &all).len(), count);
        }
    }
}
