//! How the words of a [`Piece`] read, and how alike two of them are.

use std::sync::LazyLock;

use super::walk::Piece;

/// The words of a text: its runs of letters and digits.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = run_end(text, at, false);
        at = run_end(text, start, true);
        (start < at).then(|| &text[start..at])
    })
}

/// Where a run of letters and digits, or of all else, ends.
fn run_end(text: &str, start: usize, of_letters: bool) -> usize {
    /// What is not of ASCII.
    const OTHER: u8 = 2;
    const KINDS: [u8; 256] = {
        let mut kinds = [OTHER; 256];
        let mut byte = 0;
        while byte < 128 {
            kinds[byte] = (byte as u8).is_ascii_alphanumeric() as u8;
            byte += 1;
        }
        kinds
    };
    let wanted = u8::from(of_letters);
    let mut at = start;
    loop {
        let left = &text.as_bytes()[at..];
        at += left.iter().position(|byte| KINDS[usize::from(*byte)] != wanted).unwrap_or(left.len());
        match text[at..].chars().next() {
            Some(c) if !c.is_ascii() && c.is_alphanumeric() == of_letters => at += c.len_utf8(),
            _ => return at,
        }
    }
}

/// Words are compared as hashes of their small letters (FNV-1a, the same on every machine).
pub fn words(text: &str) -> impl Iterator<Item = u64> + '_ {
    tokens(text).map(hashed)
}

fn hashed(word: &str) -> u64 {
    if word.is_ascii() {
        hash(word.bytes().map(|b| b.to_ascii_lowercase()))
    } else {
        hash(word.chars().flat_map(char::to_lowercase).flat_map(|c| (c as u32).to_le_bytes()).filter(|b| *b != 0))
    }
}

pub fn hash(bytes: impl IntoIterator<Item = u8>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    }
    hash
}

/// Words of a text that are compared.
const COMPARED: usize = 80;

/// A text's first words in order of their hashes, as [`likeness`] wants them.
pub fn bag(text: &str) -> Vec<u64> {
    let mut bag: Vec<u64> = words(text).take(COMPARED).collect();
    bag.sort_unstable();
    bag
}

pub fn shingles(words: &[u64]) -> impl Iterator<Item = u64> + '_ {
    words.windows(3).map(|three| hash(three.iter().flat_map(|word| word.to_le_bytes())))
}

/// How alike two bags of words are, 0 to 1.
pub fn likeness(a: &[u64], b: &[u64]) -> f32 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        shared += i32::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    2.0 * shared as f32 / (a.len() + b.len()) as f32
}

/// Words that open or fill bylines, dates, credits and pleas in the languages of many news sites.
const LISTS: [&str; 4] = [
    "by von par por di av af door od written reporting autor text author oleh e",
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august \
     september october november december januar februar märz mai juni juli oktober dezember uhr updated \
     published aktualisiert pm am est ago",
    "getty reuters ap afp photo photograph photographer foto fotos image images bild credit shutterstock dpa \
     epa picture pictured alamy imago courtesy istock",
    "subscribe newsletter newsletters advertisement anzeige werbung read more sign share follow click related \
     lesen mehr abonnieren app inbox copyright rights reserved login register comments comment kommentare \
     watch video continue story cookies privacy facebook twitter email print whatsapp see also leer",
];

/// The lists that a word is in, a bit each.
fn lists(word: u64) -> u8 {
    /// The listed words in order of their hashes, and by a hash's last bits whether one ends so: few other words do.
    struct Index {
        words: Vec<(u64, u8)>,
        ends: [bool; 4096],
    }
    static INDEX: LazyLock<Index> = LazyLock::new(|| {
        let mut words: Vec<(u64, u8)> = Vec::new();
        for (at, list) in LISTS.iter().enumerate() {
            words.extend(self::words(list).map(|word| (word, 1 << at)));
        }
        words.sort_unstable();
        words.dedup_by(|next, word| {
            let same = next.0 == word.0;
            word.1 |= if same { next.1 } else { 0 };
            same
        });
        let mut ends = [false; 4096];
        words.iter().for_each(|(word, _)| ends[(word % 4096) as usize] = true);
        Index { words, ends }
    });
    let Index { words, ends } = &*INDEX;
    if !ends[(word % 4096) as usize] {
        return 0;
    }
    words.binary_search_by_key(&word, |(word, _)| *word).map_or(0, |at| words[at].1)
}

/// What is counted in a text letter by letter.
#[derive(Debug, Default, PartialEq)]
struct Letters {
    all: usize,
    /// By [`Sign`].
    signs: [usize; SIGNS],
    /// Words by the white space between them, and those with a capital first.
    spaced: usize,
    spaced_capitals: usize,
}

/// What a letter counts as; most count as nothing.
#[derive(Clone, Copy)]
enum Sign {
    Digit,
    Capital,
    Comma,
    Stop,
    Line,
    Bar,
    Right,
    At,
    Bracket,
}

const SIGNS: usize = Sign::Bracket as usize + 1;

impl Sign {
    const fn of(c: char) -> Option<Sign> {
        Some(match c {
            '0'..='9' => Sign::Digit,
            'A'..='Z' => Sign::Capital,
            ',' | ';' | ':' | '–' | '—' => Sign::Comma,
            '.' | '!' | '?' | '。' => Sign::Stop,
            '\n' => Sign::Line,
            '|' | '•' | '·' | '/' => Sign::Bar,
            '©' | '®' => Sign::Right,
            '@' => Sign::At,
            '(' | '[' => Sign::Bracket,
            _ => return None,
        })
    }
}

/// The signs of ASCII, and whether it is white space.
static ASCII: [(Option<Sign>, bool); 128] = {
    let mut table = [(None, false); 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (Sign::of(byte as u8 as char), matches!(byte as u8, b' ' | 0x09..=0x0d));
        byte += 1;
    }
    table
};

impl Letters {
    fn of(text: &str) -> Letters {
        let mut letters = Letters::default();
        let mut after_space = true;
        for c in text.chars() {
            let (sign, is_space) = match ASCII.get(c as usize) {
                Some(&known) => known,
                None if c.is_uppercase() => (Some(Sign::Capital), false),
                None => (Sign::of(c), c.is_whitespace()),
            };
            letters.all += 1;
            if let Some(sign) = sign {
                letters.signs[sign as usize] += 1;
            }
            if after_space && !is_space {
                letters.spaced += 1;
                letters.spaced_capitals += usize::from(matches!(sign, Some(Sign::Capital)));
            }
            after_space = is_space;
        }
        letters
    }

    fn count(&self, sign: Sign) -> usize {
        self.signs[sign as usize]
    }

    fn has(&self, sign: Sign) -> bool {
        self.count(sign) > 0
    }
}

/// How the words of a piece read.
pub struct Wording {
    /// Its [`bag`].
    pub bag: Vec<u64>,
    pub features: [f32; 26],
}

impl Wording {
    pub fn of(piece: &Piece) -> Wording {
        /// Words that are looked up.
        const FIRST: usize = 400;
        let text = piece.text.as_str();
        let mut bag = Vec::with_capacity(COMPARED.min(text.len() / 4));
        let mut among = [0; LISTS.len()];
        let (mut listed, mut opens, mut dated, mut short) = (0, false, false, 0);
        for (at, word) in tokens(text).enumerate() {
            dated |= word.len() == 4 && (word.starts_with("20") || word.starts_with("19"));
            if at < FIRST {
                let hash = hashed(word);
                if at < COMPARED {
                    bag.push(hash);
                }
                let in_lists = lists(hash);
                opens |= at == 0 && in_lists & 1 != 0;
                if in_lists != 0 {
                    among.iter_mut().enumerate().for_each(|(list, count)| *count += usize::from(in_lists >> list & 1));
                }
                short += usize::from(word.chars().nth(3).is_none());
                listed += 1;
            }
        }
        bag.sort_unstable();
        let bytes = text.len().max(1) as f32;
        let count = listed.max(1) as f32;
        let letters = Letters::of(text);
        let chars = letters.all.max(1) as f32;
        let share = |count: usize| count as f32 / chars;
        let last = text.trim_end_matches(['”', '"', '\'', '’', '»', '“', ')', ']']).chars().next_back().unwrap_or(' ');
        let ending = match last {
            '.' | '!' | '。' => 1.0,
            '?' => 2.0,
            '…' => 3.0,
            ':' => 4.0,
            '>' | '»' | '›' | '→' => 5.0,
            c if c.is_ascii_digit() => 6.0,
            _ => 0.0,
        };
        let features = [
            bytes.ln(),
            listed as f32,
            piece.linked as f32 / bytes,
            piece.stressed as f32 / bytes,
            chars / count,
            share(letters.count(Sign::Digit)),
            share(letters.count(Sign::Capital)),
            share(letters.count(Sign::Comma)),
            letters.count(Sign::Stop) as f32,
            ending,
            f32::from(text.starts_with(char::is_lowercase)),
            f32::from(text.starts_with(['“', '"', '„', '«', '‘', '\''])),
            f32::from(letters.has(Sign::Bar)),
            f32::from(letters.has(Sign::Right)),
            f32::from(letters.has(Sign::At)),
            f32::from(text.contains("http") || text.contains("www.") || text.contains(".com")),
            f32::from(letters.has(Sign::Bracket) && text.ends_with([')', ']'])),
            f32::from(opens),
            among[1] as f32,
            f32::from(dated),
            among[2] as f32,
            among[3] as f32 / count,
            among[3] as f32,
            short as f32 / count,
            letters.spaced_capitals as f32 / letters.spaced.max(1) as f32,
            letters.count(Sign::Line) as f32,
        ];
        Wording { bag, features }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn letters_are_counted_as_unicode_has_them(text in "[a-cA-C0-9ÄéЯ ,;–.!。?\n\t\u{a0}\u{2003}|•©@(\\[-]{0,60}") {
            let letters = Letters::of(&text);
            let count = |test: &dyn Fn(char) -> bool| text.chars().filter(|c| test(*c)).count();
            prop_assert_eq!(letters.all, count(&|_| true));
            prop_assert_eq!(letters.count(Sign::Capital), count(&char::is_uppercase));
            prop_assert_eq!(letters.count(Sign::Digit), count(&|c| c.is_ascii_digit()));
            prop_assert_eq!(letters.count(Sign::Comma), count(&|c| ",;:–—".contains(c)));
            prop_assert_eq!(letters.count(Sign::Stop), count(&|c| ".!?。".contains(c)));
            prop_assert_eq!(letters.count(Sign::Bar), count(&|c| "|•·/".contains(c)));
            prop_assert_eq!(letters.spaced, text.split_whitespace().count());
            let capitals = text.split_whitespace().filter(|word| word.starts_with(char::is_uppercase));
            prop_assert_eq!(letters.spaced_capitals, capitals.count());
        }
    }
}
