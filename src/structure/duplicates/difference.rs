//! How the words of two blocks differ: which both have, which were only mended, and which make another statement.

use std::sync::LazyLock;

use crate::structure::words::{Shape, Word, mix};

/// How the words of two blocks differ.
#[derive(Debug, Default)]
pub(super) struct Difference {
    /// Words that both have.
    pub shared: usize,
    /// Words of the one where the other has other words.
    pub changed: usize,
    /// Words that the one has before, after and between the shared ones, and the other has not.
    pub before: usize,
    pub after: usize,
    pub between: usize,
    /// Those between that are names, as far as a capital tells.
    pub names: usize,
}

/// Words in the middle of two blocks, between what they have in common at the ends, that are aligned at most.
const ALIGNED: usize = 48;

/// Words of a gap between shared ones that may be a mended word, at most.
const MENDED: usize = 4;

/// Whether two runs of words may say the same: what differs at their beginnings, and at their ends, is one or the
/// other's alone, or mended. Then the first word of one is in the other, or they share one just behind; and likewise
/// the last.
pub(super) fn may_be_alike(a: &[Word], b: &[Word]) -> bool {
    let has = |words: &[Word], word: &Word| words.iter().any(|other| other.hash == word.hash);
    let share = |x: &[Word], y: &[Word]| x.iter().any(|word| has(y, word));
    let (near_a, near_b) = (a.len().min(MENDED + 1), b.len().min(MENDED + 1));
    let (Some((first_a, last_a)), Some((first_b, last_b))) = (a.first().zip(a.last()), b.first().zip(b.last())) else {
        return true;
    };
    a.len().max(b.len()) <= MENDED
        || (has(b, first_a) || has(a, first_b) || share(&a[..near_a], &b[..near_b]))
            && (has(b, last_a) || has(a, last_b) || share(&a[a.len() - near_a..], &b[b.len() - near_b..]))
}

/// Aligns two blocks by their longest common subsequence of words, or gives up where too much differs: where one has
/// other words than the other for certain.
pub(super) fn difference(x: &[Word], y: &[Word], x_text: &str, y_text: &str) -> Option<Difference> {
    let head = x.iter().zip(y).take_while(|(a, b)| a.hash == b.hash).count();
    let tail = x[head..].iter().rev().zip(y[head..].iter().rev()).take_while(|(a, b)| a.hash == b.hash).count();
    let (a, b) = (&x[head..x.len() - tail], &y[head..y.len() - tail]);
    if a.len() > ALIGNED || b.len() > ALIGNED || !may_be_alike(a, b) {
        return None;
    }
    Some(aligned(a, b, (head, tail), x_text, y_text))
}

/// How two blocks differ that have so many words in common at the head and the tail, given what lies between.
pub(super) fn aligned(a: &[Word], b: &[Word], (head, tail): (usize, usize), x_text: &str, y_text: &str) -> Difference {
    let mut d = Difference { shared: head + tail, ..Difference::default() };
    let mut gaps = Gaps::default();
    let mut gap = |a: &[Word], b: &[Word], first: bool, last: bool| {
        let more = a.len().max(b.len());
        if a.is_empty() || b.is_empty() {
            let (own, text) = if b.is_empty() { (a, x_text) } else { (b, y_text) };
            *if first {
                &mut d.before
            } else if last {
                &mut d.after
            } else {
                &mut d.between
            } += more;
            if !first && !last {
                d.names += own.iter().filter(|word| word.shape == Shape::Capital).count();
            }
            gaps.take(own, !b.is_empty(), !first && !last);
            d.changed += if negates(own, text, last) { more } else { 0 };
        } else if is_mended(a, b, x_text, y_text) {
            d.shared += a.len().min(b.len());
        } else {
            d.changed += more;
        }
    };
    if a.is_empty() || b.is_empty() {
        gap(a, b, head == 0, tail == 0);
        d.changed += gaps.changed(a, b);
        return d;
    }
    let longest = Longest::of(a, b);
    let (mut i, mut j, mut from) = (0, 0, (0, 0));
    let mut matched = 0;
    while i < a.len() && j < b.len() {
        if a[i].hash == b[j].hash {
            gap(&a[from.0..i], &b[from.1..j], head == 0 && from == (0, 0), false);
            (i, j) = (i + 1, j + 1);
            (from, matched) = ((i, j), matched + 1);
        } else if longest.from(i + 1, j) >= longest.from(i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    gap(&a[from.0..], &b[from.1..], head == 0 && from == (0, 0), tail == 0);
    d.shared += matched;
    d.changed += gaps.changed(a, b);
    d
}

/// What only one of two blocks has, of each.
#[derive(Debug, Default)]
struct Gaps {
    /// Words between shared ones.
    between: [usize; 2],
    numbers: [usize; 2],
    numbers_between: usize,
}

impl Gaps {
    fn take(&mut self, own: &[Word], second: bool, between: bool) {
        let numbers = own.iter().filter(is_number).count();
        self.numbers[usize::from(second)] += numbers;
        if between {
            self.between[usize::from(second)] += own.len();
            self.numbers_between += numbers;
        }
    }

    /// Words that say something else, given all that differs. Two words that changed places look like words of the one
    /// here and of the other there. A number may be appended like any word, or stand elsewhere, but no other number
    /// may stand in its place.
    fn changed(&self, a: &[Word], b: &[Word]) -> usize {
        let moved = self.between[0].min(self.between[1]);
        let other = self.numbers_between > 0 || (self.numbers[0] > 0 && self.numbers[1] > 0);
        let numbers = |words: &[Word]| words.iter().filter(is_number).map(|word| word.hash).collect::<Vec<_>>();
        moved + usize::from(other && numbers(a) != numbers(b))
    }
}

fn is_number(word: &&Word) -> bool {
    word.shape == Shape::Number
}

/// Words that deny what stands around them, in the languages served. Where one means something else in another
/// language, two captions are shown that could be one.
const DENYING: &str = "no not never nor neither none nobody nothing nowhere without cannot hardly \
    nicht nie niemals nichts niemand nirgends kein keine keinen keinem keiner keines ohne weder kaum \
    ne non pas jamais rien aucun aucune sans ni nunca jamás nada nadie ningún ninguno ninguna sin tampoco \
    nessun nessuno nessuna niente nulla senza né não ninguém nenhum nenhuma sem nem \
    niet nooit niets niemand geen zonder inte ej icke aldrig ingen inget inga utan ikke aldri intet uden uten \
    nigdy nikt nic bez żaden żadna żadne ani nikdy nikdo žádný žádná žádné \
    ei eivät eikä ilman nem nincs nincsenek soha nélkül не ни нет без никогда никто ничего";

/// Their hashes, in order.
static DENIALS: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let hash = |word: &str| word.chars().fold(0, |hash, c| mix(hash, u64::from(c)));
    let mut hashes: Vec<u64> = DENYING.split(' ').map(hash).collect();
    hashes.sort_unstable();
    hashes
});

/// Whether words that only one of two blocks has deny what both say. What is appended speaks of it as far as the
/// clause goes on.
fn negates(own: &[Word], text: &str, appended: bool) -> bool {
    let before = |word: &Word| text.get(..word.start as usize).unwrap_or_default();
    let goes_on = |word: &&Word| {
        let before = before(word).trim_end_matches([' ', ',', '\'', '"', '’', '”', '“']);
        before.ends_with(char::is_alphanumeric)
    };
    // Of "can't" the "t" is a word.
    let shortened = |word: &Word| word.hash == mix(0, u64::from('t')) && before(word).ends_with(['\'', '’']);
    let denies = |word: &Word| DENIALS.binary_search(&word.hash).is_ok() || shortened(word);
    if appended { own.iter().take_while(goes_on).any(denies) } else { own.iter().any(denies) }
}

/// How long the longest common subsequences of what is left of two runs of words are, a bit a word (Hyyrö,
/// "Bit-parallel LCS-length computation revisited", 2004).
struct Longest {
    words: usize,
    /// For what is left of the one from each word on: bits of the other's words from the last, 0 where one more word of
    /// the other makes the subsequence longer.
    rows: [u64; ALIGNED + 1],
}

impl Longest {
    fn of(a: &[Word], b: &[Word]) -> Longest {
        const SLOTS: usize = 128;
        // Which words of the other have a hash, by the hash: twice as many slots as words.
        let mut places = [(0u64, 0u64); SLOTS];
        let slot = |hash: u64, places: &[(u64, u64); SLOTS]| {
            let mut slot = (hash >> 57) as usize % SLOTS;
            while places[slot].1 != 0 && places[slot].0 != hash {
                slot = (slot + 1) % SLOTS;
            }
            slot
        };
        for (bit, word) in b.iter().rev().enumerate() {
            let slot = slot(word.hash, &places);
            places[slot] = (word.hash, places[slot].1 | 1 << bit);
        }
        let mut rows = [u64::MAX; ALIGNED + 1];
        for (i, word) in a.iter().enumerate().rev() {
            let row = rows[i + 1];
            let found = row & places[slot(word.hash, &places)].1;
            rows[i] = row.wrapping_add(found) | (row - found);
        }
        Longest { words: b.len(), rows }
    }

    /// The length where `i` words of the one and `j` of the other are left out at the beginning.
    fn from(&self, i: usize, j: usize) -> u32 {
        (!self.rows[i] & !(u64::MAX << (self.words - j))).count_ones()
    }
}

/// Whether words are the same but for spelling, shortening or where they are parted.
fn is_mended(a: &[Word], b: &[Word], a_text: &str, b_text: &str) -> bool {
    if a.iter().chain(b).any(|word| is_number(&word)) || a.len().max(b.len()) > MENDED {
        return false;
    }
    if a.len() == b.len() {
        return a.iter().zip(b).all(|(a, b)| is_spelling(a, b, a_text, b_text));
    }
    letters(a, a_text).eq(letters(b, b_text))
}

/// The letters of words in lower case, spelt without accents.
fn letters<'a>(words: &'a [Word], text: &'a str) -> impl DoubleEndedIterator<Item = char> + Clone {
    let word = |w: &Word| text.get(w.start as usize..w.start as usize + w.bytes as usize).unwrap_or_default();
    let lower = |c: char| c.to_lowercase().next().unwrap_or(c);
    words.iter().flat_map(move |w| word(w).chars()).flat_map(move |c| {
        let (first, second) = plain(lower(c));
        std::iter::once(first).chain(second)
    })
}

/// A letter as it is spelt where there are no accents.
fn plain(letter: char) -> (char, Option<char>) {
    match letter {
        '\0'..='\x7f' => (letter, None),
        'ä' | 'æ' => ('a', Some('e')),
        'ö' | 'ø' | 'œ' => ('o', Some('e')),
        'ü' => ('u', Some('e')),
        'å' => ('a', Some('a')),
        'ß' => ('s', Some('s')),
        'à' | 'á' | 'â' | 'ã' | 'ą' => ('a', None),
        'ç' | 'ć' | 'č' => ('c', None),
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => ('e', None),
        'ì' | 'í' | 'î' | 'ï' => ('i', None),
        'ł' => ('l', None),
        'ñ' | 'ń' | 'ň' => ('n', None),
        'ò' | 'ó' | 'ô' | 'õ' | 'ő' => ('o', None),
        'ř' => ('r', None),
        'ś' | 'š' => ('s', None),
        'ù' | 'ú' | 'û' | 'ű' | 'ů' => ('u', None),
        'ý' | 'ÿ' => ('y', None),
        'ź' | 'ż' | 'ž' => ('z', None),
        _ => (letter, None),
    }
}

/// Letters of a word that may be misspelt, at least: of shorter ones too many are another word but for a letter.
const MISSPELT: usize = 6;
/// Letters that are left of an abbreviated word, at least, and of an English verb without its ending.
const ABBREVIATED: usize = 3;
const VERB: usize = 4;

/// Whether one word is the other, misspelt, abbreviated, or as a verb ("they bloom", "blooming").
///
/// Four misspellings of five are one letter too many, missing or wrong, or two that changed places (Damerau, "A
/// technique for computer detection and correction of spelling errors", 1964), and few are in the first letter
/// (Pollock, Zamora, "Automatic spelling correction in scientific and scholarly text", 1984): what differs there, or in
/// the last one, mostly is another word, or a form of it.
fn is_spelling(a: &Word, b: &Word, a_text: &str, b_text: &str) -> bool {
    let (x, y) = (letters(std::slice::from_ref(a), a_text), letters(std::slice::from_ref(b), b_text));
    let (short, long) = (x.clone().count(), y.clone().count());
    if short > long {
        return is_spelling(b, a, b_text, a_text);
    }
    let head = x.clone().zip(y.clone()).take_while(|(x, y)| x == y).count();
    let tail = x.clone().rev().zip(y.clone().rev()).take_while(|(x, y)| x == y).count().min(short - head);
    if head == short {
        let end = y.skip(head);
        let verb = short >= VERB && a.shape == Shape::Small && b.shape == Shape::Small;
        let rest = a_text.get(a.start as usize + usize::from(a.bytes)..).unwrap_or_default();
        return long == short
            || (verb && (end.clone().eq("ing".chars()) || end.eq("ed".chars())))
            || (short >= ABBREVIATED && long >= 2 * short && rest.starts_with('.'));
    }
    let one_letter = long - head - tail == 1 && tail > 0;
    let swapped = || {
        let mut two = x.skip(head).zip(y.skip(head)).take(2);
        let (one, other) = (two.next(), two.next());
        short == long && head + tail + 2 == long && one.map(|(x, y)| (y, x)) == other
    };
    head > 0 && long >= MISSPELT && (one_letter || swapped())
}
