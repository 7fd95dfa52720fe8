//! Near-duplicate search: which blocks say the same thing, to the word or nearly.
//!
//! 1. Blocks with the same words, whatever the case and the quotes, are found by hash (`same`).
//! 2. Candidates for likeness are a block's neighbours, and blocks that share a rare *shingle*, a run of three words
//!    (Broder, "On the resemblance and containment of documents", 1997). Of a block's shingles those few are looked
//!    up that fewest blocks have, and of the blocks that have one only the latest, so the cost is linear however much
//!    the blocks are alike (prefix filtering: Chaudhuri, Ganti, Kaushik, ICDE 2006).
//! 3. Two candidates are aligned word by word (`difference`): a word that was mended or shortened is the same word,
//!    a credit may be appended; another name or number, and a "not" that only one has, make another statement.
//! 4. Alike blocks are joined to groups; [`fold`], once roles are known, picks the one of each group that is shown.

mod difference;

use super::words::{HashedMap, Word, Words, mix};
use crate::document::{Document, Role};
use difference::difference;

/// How alike two blocks are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Alike enough for the two texts of one picture, side by side.
    Neighbours,
    /// The same words but for a mended one, one of many dropped, or a few more at an end.
    Near,
    /// The same words.
    Same,
}

/// Two blocks that are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    pub earlier: u32,
    pub later: u32,
    pub likeness: Likeness,
}

/// The blocks that say the same thing, whatever their roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    /// The group of each block that has one: the index of the group's first block.
    pub of: Vec<Option<u32>>,
    /// What joined them: a few links a block.
    pub links: Vec<Link>,
}

/// Rare shingles looked up for a block, and blocks compared for each.
const SHINGLES: usize = 6;
const CANDIDATES: usize = 4;
/// Slots that shingles are counted in, for each word.
const ROOM: usize = 8;
/// Words of a block that are compared; what is alike so far is alike.
const COMPARED: usize = 400;

/// Finds the groups of alike blocks. Linear in the document.
pub fn find(document: &Document, words: &Words) -> Groups {
    let mut links = Vec::new();
    let fresh = same(words, &mut links);
    neighbours(document, words, &fresh, &mut links);
    far_apart(document, words, &fresh, &mut links);
    let mut joined = Joined::new(words.blocks());
    links.iter().for_each(|link| joined.join(link.earlier as usize, link.later as usize));
    let mut of = vec![None; words.blocks()];
    for (i, root) in joined.roots().into_iter().enumerate().filter(|&(i, root)| i != root as usize) {
        of[i] = Some(root);
        of[root as usize] = Some(root);
    }
    Groups { of, links }
}

/// A union-find forest whose roots are the first blocks of their groups.
struct Joined(Vec<u32>);

impl Joined {
    fn new(count: usize) -> Joined {
        Joined((0..count as u32).collect())
    }

    fn root(&mut self, block: usize) -> usize {
        let mut at = block;
        while self.0[at] as usize != at {
            self.0[at] = self.0[self.0[at] as usize];
            at = self.0[at] as usize;
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b) as u32;
    }

    fn roots(mut self) -> Vec<u32> {
        (0..self.0.len()).map(|i| self.root(i) as u32).collect()
    }
}

/// Links blocks that have the same words, each to the one before it, and gives which are the first to say theirs.
fn same(words: &Words, links: &mut Vec<Link>) -> Vec<bool> {
    let mut latest: HashedMap<u64, u32> = HashedMap::default();
    latest.reserve(words.blocks());
    let mut fresh = vec![false; words.blocks()];
    for i in (0..words.blocks()).filter(|&i| !words.block(i).is_empty()) {
        let block = words.block(i);
        let key = block.iter().fold(block.len() as u64, |hash, w| mix(hash, w.hash));
        match latest.insert(key, i as u32) {
            Some(earlier) if is_same(words.block(earlier as usize), block) => {
                links.push(Link { earlier, later: i as u32, likeness: Likeness::Same });
            }
            _ => fresh[i] = true,
        }
    }
    fresh
}

fn is_same(a: &[Word], b: &[Word]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.hash == b.hash)
}

/// Links blocks to the one before them, or the one before that, where alike.
fn neighbours(document: &Document, words: &Words, fresh: &[bool], links: &mut Vec<Link>) {
    for later in (1..fresh.len()).filter(|&i| fresh[i]) {
        for earlier in later.saturating_sub(2)..later {
            if let Some(likeness) = likeness(document, words, earlier, later)
                && (likeness > Likeness::Neighbours || earlier + 1 == later)
            {
                links.push(Link { earlier: earlier as u32, later: later as u32, likeness });
            }
        }
    }
}

/// Links blocks that share rare shingles, where alike.
fn far_apart(document: &Document, words: &Words, fresh: &[bool], links: &mut Vec<Link>) {
    let size = (words.total() * ROOM).next_power_of_two().clamp(16, 1 << 24);
    let slot = |hash: u64| (hash >> 32) as usize & (size - 1);
    // How many blocks have a shingle, more or less: shingles that share a slot are counted together, which few do.
    let mut counts = vec![0u8; size];
    let mut all = Vec::with_capacity(words.total());
    for i in (0..fresh.len()).filter(|&i| fresh[i]) {
        all.extend(shingles(words.block(i)));
    }
    all.iter().for_each(|&s| counts[slot(s)] = counts[slot(s)].saturating_add(1));
    // The latest blocks that looked a shingle up.
    let mut seen: HashedMap<u64, [u32; CANDIDATES]> = HashedMap::default();
    let mut rare: Vec<(u8, u64)> = Vec::new();
    let mut candidates: Vec<u32> = Vec::new();
    let mut left = all.as_slice();
    for later in (0..fresh.len()).filter(|&i| fresh[i]) {
        let (own, others) = left.split_at(shingles(words.block(later)).len());
        left = others;
        rare.clear();
        rare.extend(own.iter().map(|&s| (counts[slot(s)], s)).filter(|&(n, _)| n > 1));
        rare.sort_unstable();
        rare.dedup();
        rare.truncate(SHINGLES);
        candidates.clear();
        for &(_, shingle) in &rare {
            let latest = seen.entry(shingle).or_insert([u32::MAX; CANDIDATES]);
            candidates.extend(latest.iter().filter(|&&c| c != u32::MAX));
            latest.rotate_right(1);
            latest[0] = later as u32;
        }
        candidates.sort_unstable();
        candidates.dedup();
        for &earlier in candidates.iter().filter(|&&c| c as usize + 2 < later) {
            if let Some(likeness) = likeness(document, words, earlier as usize, later)
                && likeness > Likeness::Neighbours
            {
                links.push(Link { earlier, later: later as u32, likeness });
            }
        }
    }
}

/// The runs of three words of a block, as hashes.
fn shingles(words: &[Word]) -> impl ExactSizeIterator<Item = u64> {
    words.windows(3).take(COMPARED).map(|w| w.iter().fold(0, |hash, w| mix(hash, w.hash)))
}

/// How alike two blocks are, if at all.
fn likeness(document: &Document, words: &Words, a: usize, b: usize) -> Option<Likeness> {
    let x = without_extension(words.block(a), document.text(a));
    let y = without_extension(words.block(b), document.text(b));
    let (short, long) = (x.len().min(y.len()), x.len().max(y.len()));
    if short < 2 || long > 4 * short || short > COMPARED {
        return None;
    }
    if is_same(x, y) {
        return Some(Likeness::Same);
    }
    let d = difference(x, y, document.text(a), document.text(b))?;
    let enough = d.shared * 10 >= short * 8;
    if !enough || d.changed > 0 {
        return None;
    }
    let ends = d.before + d.after;
    let dropped = short >= ADDED && d.between == 1 && d.names == 0 && ends == 0;
    if dropped || (d.between == 0 && short >= 8 && ends * 2 <= short) {
        return Some(Likeness::Near);
    }
    let close = d.between <= 1 + short / 6 && (ends <= short || (short >= 5 && ends <= 2 * short));
    close.then_some(Likeness::Neighbours)
}

/// Words but for the extension, where the text is a picture's file name.
fn without_extension<'a>(words: &'a [Word], text: &str) -> &'a [Word] {
    let extension = |letters: usize| text.len().checked_sub(letters).and_then(|at| text.get(at..)?.strip_prefix('.'));
    let is_one = |of: &str| ["jpg", "jpeg", "png", "gif", "webp"].iter().any(|one| of.eq_ignore_ascii_case(one));
    let is_name = [4, 5].into_iter().filter_map(extension).any(is_one);
    &words[..words.len() - (is_name && words.len() > 1) as usize]
}

/// Says of all but one block of each group that they repeat that one: the block that stands in the story, else the
/// fullest and best typeset. Roles decide what may be folded: captions wherever they are alike, a caption into a
/// paragraph of the story that says nearly the same, other blocks only where they repeat whole sentences to the word,
/// side by side or set out.
pub fn fold(document: &mut Document, words: &Words, groups: &Groups) {
    let mut joined = Joined::new(document.blocks.len());
    for link in &groups.links {
        if may_fold(document, words, link) {
            joined.join(link.earlier as usize, link.later as usize);
        }
    }
    let of = joined.roots();
    // The best of each group stands at its root's index.
    let mut shown: Vec<u32> = (0..of.len() as u32).collect();
    for (i, &root) in of.iter().enumerate() {
        let best = shown[root as usize] as usize;
        if i != best && fitness(document, words, i) > fitness(document, words, best) {
            shown[root as usize] = i as u32;
        }
    }
    for (i, block) in document.blocks.iter_mut().enumerate() {
        let best = shown[of[i] as usize];
        block.duplicate_of = (best as usize != i).then_some(best);
    }
}

/// Words that make a sentence worth folding where it is repeated outside captions, and in a caption that repeats one.
const SENTENCE: usize = 8;
const PHRASE: usize = 4;
/// Words of a sentence that is an answer ("Yes.") rather than a caption, less than.
const ANSWER: usize = 3;
/// A caption that repeats a paragraph may have one word more in so many.
const ADDED: usize = 18;

fn may_fold(document: &Document, words: &Words, link: &Link) -> bool {
    let role = |block: u32| document.blocks[block as usize].role;
    let length = words.block(link.earlier as usize).len().min(words.block(link.later as usize).len());
    let same = link.likeness == Likeness::Same;
    let beside = link.earlier + 2 >= link.later;
    let text = document.text(link.later as usize);
    let answers = length < ANSWER && text.ends_with(['.', '!', '?']);
    let in_story = |role| matches!(role, Role::Title | Role::Body | Role::Heading | Role::List | Role::Quote);
    match (role(link.earlier), role(link.later)) {
        (Role::Caption, Role::Caption) => !answers || link.earlier + 1 == link.later,
        (Role::Caption, other) | (other, Role::Caption) if in_story(other) => {
            let longer = words.block(link.earlier as usize).len().max(words.block(link.later as usize).len());
            length >= PHRASE && (same || (link.likeness == Likeness::Near && (longer - length) * ADDED <= length))
        }
        // A question may be put to several, and its answers be the same.
        (Role::Boilerplate, Role::Boilerplate) | (Role::Byline, Role::Byline) => {
            same && !answers && !text.ends_with('?')
        }
        (a, b) => same && in_story(a) && in_story(b) && length >= SENTENCE && (beside || is_set_out(a, b)),
    }
}

/// Whether a sentence that stands twice in the story is there once to be seen from afar: as its title, or as a quote or
/// a line between paragraphs. A refrain, a question put to each of several guests, a contents list and what it lists
/// are not.
fn is_set_out(a: Role, b: Role) -> bool {
    let apart = |role| matches!(role, Role::Title | Role::Heading | Role::Quote);
    let running = |role| matches!(role, Role::Title | Role::Body);
    (apart(a) && running(b)) || (apart(b) && running(a))
}

/// What is shown rather than what repeats it: what stands in the story, then what is no mere file name, then the
/// fullest, then the best typeset.
fn fitness(document: &Document, words: &Words, block: usize) -> (u8, bool, usize, i8) {
    let text = document.text(block);
    let standing = match document.blocks[block].role {
        Role::Title => 2,
        Role::Body | Role::Heading | Role::List | Role::Quote => 1,
        _ => 0,
    };
    let beyond_ascii = |signs: &[char]| !text.is_ascii() && text.contains(signs);
    let well = beyond_ascii(&['‘', '’', '“', '”', '„', '«', '–', '—']);
    let typeset = well as i8 - (text.contains('<') || beyond_ascii(&['¿', '\u{fffd}'])) as i8;
    (standing, text.contains(char::is_whitespace), words.block(block).len(), typeset)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::difference::{aligned, may_be_alike};
    use super::*;
    use crate::document::Block;

    proptest! {
        #[test]
        fn what_cannot_be_alike_has_other_words(
            [a, b] in ["([a-e]{3,4} ){0,12}", "([a-e]{3,4} ){0,12}"],
            [start, end] in ["([a-e] ){0,4}", "([a-e] ){0,4}"],
        ) {
            let texts = [format!("{start}{a}{end}{b}"), format!("{b}{start}{end}{a}")];
            let document = article(&texts.each_ref().map(|text| (Role::Caption, text.as_str())));
            let words = Words::of(&document);
            let (x, y) = (words.block(0), words.block(1));
            if !may_be_alike(x, y) {
                prop_assert!(aligned(x, y, (0, 0), &texts[0], &texts[1]).changed > 0);
            }
        }
    }

    fn article(blocks: &[(Role, &str)]) -> Document {
        let block = |&(role, text): &(Role, &str)| Block { text: Some(text.into()), role, ..Block::default() };
        Document { blocks: blocks.iter().map(block).collect(), ..Document::default() }
    }

    /// What each block is folded into.
    fn folded(blocks: &[(Role, &str)]) -> Vec<Option<u32>> {
        let mut document = article(blocks);
        let words = Words::of(&document);
        let groups = find(&document, &words);
        fold(&mut document, &words, &groups);
        document.blocks.iter().map(|b| b.duplicate_of).collect()
    }

    use Role::{Body, Caption, Heading, List};

    #[test]
    fn the_copy_with_curly_quotes_is_shown() {
        let captions = [(Caption, "The mayor's car leaves town"), (Caption, "The mayor’s car leaves town")];
        assert_eq!(folded(&captions), [Some(1), None]);
    }

    #[test]
    fn a_credit_appended_is_still_the_same_caption() {
        let captions =
            [(Caption, "Snow in the harbour of Bergen"), (Caption, "Snow in the harbour of Bergen. Foto: Ola Li")];
        assert_eq!(folded(&captions), [Some(1), None]);
    }

    #[test]
    fn a_mended_spelling_is_still_the_same_caption() {
        let captions =
            [(Caption, "An armored van by the pier at dusk"), (Caption, "An armoured van by the pier at dusk")];
        assert_eq!(folded(&captions).iter().flatten().count(), 1);
    }

    #[test]
    fn a_long_caption_repeats_a_paragraph_but_for_a_dropped_word() {
        let paragraph = "The crew put a new mast aboard on Thursday, and then they waited in the harbour for a wind that never came.";
        let with = |caption: &str| {
            let between = (0..4).map(|i| format!("What stands between, number {i}, says nothing of it."));
            let texts: Vec<String> =
                [paragraph.into()].into_iter().chain(between).chain([caption.to_string()]).collect();
            let role = |i| if i == texts.len() - 1 { Caption } else { Body };
            let blocks: Vec<_> = texts.iter().enumerate().map(|(i, text)| (role(i), text.as_str())).collect();
            folded(&blocks).pop().unwrap()
        };
        assert_eq!(with(&paragraph.replace("and then they", "then they")), Some(0));
        assert_eq!(with(&paragraph.replace("and then they", "they")), None);
        assert_eq!(with(&paragraph.replace(" for a wind that never came", "")), None);
        assert_eq!(with(&paragraph.replace("Thursday", "Friday")), None);
        assert_eq!(with(&paragraph.replace("they waited", "they Bo waited")), None);
    }

    #[test]
    fn captions_that_say_something_else_stay() {
        for (a, b) in [
            ("The old quay before the great storm hit it", "The old quay after the great storm hit it"),
            ("Ana at the 2024 awards. Credit: J. Doe/Agency", "Boris at the 2024 awards. Credit: J. Doe/Agency"),
            ("The tower in the year 1931, seen from the river", "The tower in the year 1932, seen from the river"),
            ("Left: a plan of the northern wing", "Right: a plan of the northern wing"),
        ] {
            assert_eq!(folded(&[(Caption, a), (Caption, b)]), [None, None], "{a} / {b}");
        }
    }

    #[test]
    fn captions_that_deny_each_other_stay() {
        for (a, b) in [
            ("The bridge was open to traffic on Sunday", "The bridge was not open to traffic on Sunday"),
            ("The ferry has sailed to the island in winter", "The ferry has never sailed to the island in winter"),
            (
                "Guilty: Ann Orr leaves the court by the back door",
                "Not guilty: Ann Orr leaves the court by the back door",
            ),
            ("The gull can fly over the wall with a mouse", "The gull can’t fly over the wall with a mouse"),
            ("Die Brücke war am Sonntag für Autos offen", "Die Brücke war am Sonntag für Autos nicht offen"),
            ("Die Fähre legt am Montag wieder ab", "Die Fähre legt am Montag wieder ab, nie pünktlich"),
            ("The librarian reads with the mouse at her side", "The librarian reads without the mouse at her side"),
            ("Four armed men at the gate of the old mill", "Four unarmed men at the gate of the old mill"),
            ("A regular service to the island began in May", "An irregular service to the island began in May"),
            ("Мост был открыт в воскресенье для машин", "Мост был не открыт в воскресенье для машин"),
        ] {
            let credited = [format!("{a}. Photo: Jo Reed"), format!("{b}. Photo: Jo Reed")];
            assert_eq!(folded(&[(Caption, a), (Caption, b)]), [None, None], "{a} / {b}");
            assert_eq!(folded(&[(Caption, &credited[0]), (Caption, &credited[1])]), [None, None], "{a} / {b}");
            assert_eq!(folded(&[(Caption, a), (Caption, &credited[1])]), [None, None], "{a} / {b}");
        }
    }

    #[test]
    fn what_is_appended_may_deny_something_else() {
        let captions = [
            (Caption, "The new bridge over the Holm"),
            (Caption, "The new bridge over the Holm. It is not yet paid for."),
        ];
        assert_eq!(folded(&captions), [Some(1), None]);
    }

    #[test]
    fn captions_with_other_numbers_stay() {
        for (a, b) in [
            ("Ellery United 3-1 Dunmarrow Town", "Ellery United 1-3 Dunmarrow Town"),
            ("Final score of the match in Ellery: 3-1", "Final score of the match in Ellery: 1-3"),
            ("The temperature fell to -5 degrees on the pier", "The temperature fell to 5 degrees on the pier"),
            ("The temperature fell to −5 degrees on the pier", "The temperature fell to 5 degrees. Photo: Jo Reed"),
            ("The pier in 1931 as seen from the river", "The pier as seen from the river"),
            ("2019 The gala in the town hall of Holm", "The gala in the town hall of Holm, 2020"),
        ] {
            assert_eq!(folded(&[(Caption, a), (Caption, b)]), [None, None], "{a} / {b}");
        }
        let moved =
            [(Caption, "Ann Orr at the 2024 Gull Awards"), (Caption, "Ann Orr at the Gull Awards 2024. Photo: PX")];
        assert_eq!(folded(&moved), [Some(1), None]);
    }

    #[test]
    fn captions_with_another_short_word_or_name_stay() {
        for (a, b) in [
            ("The old house by the harbour of Holm", "The cold house by the harbour of Holm"),
            ("Ann Lee reads to the children at the library", "Ann Leed reads to the children at the library"),
            ("Daniel Ros reads to the children in Holm", "Daniela Ros reads to the children in Holm"),
            ("The employer waits at the gate of the mill", "The employee waits at the gate of the mill"),
            ("From left: Ann, Bob, Carl and Dora at the gala", "From left: Bob, Ann, Carl and Dora at the gala"),
        ] {
            assert_eq!(folded(&[(Caption, a), (Caption, b)]), [None, None], "{a} / {b}");
        }
    }

    #[test]
    fn words_misspelt_abbreviated_or_without_their_accents_are_the_same() {
        for (a, b) in [
            ("The theater on the quay is sold out", "The theatre on the quay is sold out"),
            ("Former Gov. Ann Orr at the gate of the mill", "Former Governor Ann Orr at the gate of the mill"),
            ("Der angeschraegte Rahmen an der Strasse", "Der angeschrägte Rahmen an der Straße"),
            ("Roses blooming in front of the old mill", "Roses bloom in front of the old mill"),
            ("Jose Ruiz en el puerto de la ciudad", "José Ruiz en el puerto de la ciudad"),
            ("The keeper recieves a visitor in the tower", "The keeper receives a visitor in the tower"),
        ] {
            assert_eq!(folded(&[(Caption, a), (Caption, b)]).iter().flatten().count(), 1, "{a} / {b}");
        }
    }

    #[test]
    fn a_caption_repeating_a_paragraph_folds_into_it_wherever_it_stands() {
        let said = "About a dozen guards ran beside the car as it set off for the two-hour drive to the coast, waving to \
                    children who lined the route from the station.";
        let mut blocks = vec![(Caption, said), (Caption, said)];
        blocks.extend([(Body, "One."), (Body, "Two."), (Body, "Three.")]);
        blocks.push((Body, said.strip_prefix("About ").unwrap()));
        assert_eq!(folded(&blocks)[..2], [Some(5), Some(5)]);
        assert_eq!(folded(&blocks)[5], None);
    }

    #[test]
    fn short_answers_and_headings_said_twice_stay() {
        let blocks = [(Body, "Yes."), (Heading, "What now?"), (Body, "Yes."), (Heading, "What now?"), (List, "Yes.")];
        assert_eq!(folded(&blocks), [None; 5]);
    }

    #[test]
    fn a_refrain_and_a_question_put_to_several_guests_are_read_each_time() {
        let refrain = "Oh bring me back my mouse, my mouse, across the bay to me";
        let asked = "What did you think when you heard that the mouse was gone?";
        let blocks = [(Body, refrain), (Body, "One."), (Body, "Two."), (Body, "Three."), (Body, refrain)];
        assert_eq!(folded(&blocks), [None; 5]);
        assert_eq!(folded(&blocks.map(|(_, text)| (Heading, if text == refrain { asked } else { text }))), [None; 5]);
        assert_eq!(folded(&[(Body, refrain), (Body, refrain)]), [None, Some(0)]);
        let set_out = [(Role::Quote, refrain), (Body, "One."), (Body, "Two."), (Body, "Three."), (Body, refrain)];
        assert_eq!(folded(&set_out).iter().flatten().count(), 1);
    }

    #[test]
    fn short_answers_stay_whatever_they_are_taken_for() {
        for role in [Role::Boilerplate, Role::Byline, Caption, Body] {
            assert_eq!(folded(&[(role, "Yes."), (role, "No."), (role, "Yes."), (role, "No.")]), [None; 4]);
        }
        let asked = (Role::Boilerplate, "Do you want more gulls on the pier?");
        assert_eq!(folded(&[asked, asked]), [None, None]);
        let said = (Role::Boilerplate, "Skip to the end of it.");
        assert_eq!(folded(&[said, said]), [None, Some(0)]);
    }

    #[test]
    fn japanese_captions_fold_too() {
        let captions = [
            (Caption, "記者会見に臨む市長、東京で"),
            (Body, "市長は火曜日に記者会見を開き、新しい計画を発表した。"),
            (Caption, "記者会見に臨む市長、東京で（共同）"),
        ];
        assert_eq!(folded(&captions), [Some(2), None, None]);
    }

    #[test]
    fn what_is_shown_repeats_nothing() {
        let captions: Vec<String> =
            (0..60).map(|i| format!("A view of the bay from hill number {} at dawn", i % 7)).collect();
        let captions: Vec<(Role, &str)> = captions.iter().map(|c| (Caption, c.as_str())).collect();
        let folded = folded(&captions);
        assert_eq!(folded.iter().flatten().count(), 53);
        assert!(folded.iter().flatten().all(|&shown| folded[shown as usize].is_none()));
    }

    /// The number of pairs compared must not grow faster than the number of blocks.
    #[test]
    fn alike_blocks_do_not_cost_their_square() {
        let captions: Vec<String> =
            (0..20_000).map(|i| format!("Guest n{i}x arrives at the gala in the town hall")).collect();
        let document = article(&captions.iter().map(|c| (Caption, c.as_str())).collect::<Vec<_>>());
        let words = Words::of(&document);
        let started = std::time::Instant::now();
        assert!(find(&document, &words).of.iter().all(Option::is_none));
        assert!(started.elapsed().as_secs() < 20, "20,000 captions took {:?}", started.elapsed());
    }
}
