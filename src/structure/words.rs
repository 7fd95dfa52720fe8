//! The words of an article, as hashes: what near-duplicate search and lexical cohesion compare.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use crate::document::Document;

/// What a word looks like, beside which word it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Hash of the word in lower case. The same word gives the same hash on every machine.
    pub hash: u64,
    /// Hash of the word's first letters: forms of one word in most languages that bend their words at the end.
    pub stem: u64,
    /// Byte where the word starts in its block's shown text.
    pub start: u32,
    /// Its length in bytes.
    pub bytes: u16,
    /// Its length in characters, no more than 255.
    pub chars: u8,
    pub shape: Shape,
}

/// Letters of a word that make its stem.
const STEM: u8 = 6;

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// It has a digit.
    Number,
    /// Its first letter is a capital.
    Capital,
    /// It stands first in its sentence and has a capital for that reason, it may be.
    Opening,
    Small,
    /// A pair of characters of a script that sets no spaces between words.
    Pair,
}

/// The words of all blocks of a document.
#[derive(Debug, Default)]
pub struct Words {
    words: Vec<Word>,
    /// Where each block's words end in `words`.
    ends: Vec<usize>,
}

impl Words {
    /// Splits the shown text of every block into words: runs of letters and digits. A number below zero is another word
    /// than the one above. Scripts that are written without
    /// spaces give every pair of neighbouring characters. Markup left in the text (`<p>`) is passed over.
    pub fn of(document: &Document) -> Words {
        let mut words = Words {
            // Of a source that is nothing but blanks much would be set aside for nothing.
            words: Vec::with_capacity((document.source.len() / 5).min(1 << 20)),
            ends: Vec::with_capacity(document.blocks.len()),
        };
        for block in &document.blocks {
            split(document.text_of(block), &mut words.words);
            words.ends.push(words.words.len());
        }
        words
    }

    /// So many blocks of which no word is looked at.
    pub fn none(blocks: usize) -> Words {
        Words { words: Vec::new(), ends: vec![0; blocks] }
    }

    /// The words of the block at `index`.
    pub fn block(&self, index: usize) -> &[Word] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.words[start..self.ends[index]]
    }

    /// How many blocks there are.
    pub fn blocks(&self) -> usize {
        self.ends.len()
    }

    /// How many words there are in all blocks.
    pub fn total(&self) -> usize {
        self.words.len()
    }
}

/// Mixes a value into a hash (the multiplicative hash of the Firefox source, "FxHash").
pub fn mix(hash: u64, value: u64) -> u64 {
    (hash.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95)
}

/// Numbers to values, for numbers that are hashes already: one multiplication by a secret is hashing enough, and no
/// article can be written to make the keys collide.
pub type HashedMap<K, V> = HashMap<K, V, Secret>;

/// What keys are multiplied by: different in every map, an odd number.
#[derive(Debug, Clone, Copy)]
pub struct Secret(u64);

impl Default for Secret {
    fn default() -> Secret {
        Secret(RandomState::new().hash_one(0u64) | 1)
    }
}

impl BuildHasher for Secret {
    type Hasher = Multiplied;

    fn build_hasher(&self) -> Multiplied {
        Multiplied { secret: self.0, state: 0 }
    }
}

pub struct Multiplied {
    secret: u64,
    state: u64,
}

impl Hasher for Multiplied {
    fn write_u64(&mut self, key: u64) {
        let wide = u128::from(key ^ self.secret.rotate_left(32)) * u128::from(self.secret);
        self.state = wide as u64 ^ (wide >> 64) as u64;
    }

    fn write_u32(&mut self, key: u32) {
        self.write_u64(u64::from(key));
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(self.state ^ u64::from(byte)));
    }

    fn finish(&self) -> u64 {
        self.state
    }
}

/// Whether words of this character's script are written without spaces between them.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
}

/// Whether a character belongs to a word: a letter, a digit, or a mark on one.
fn is_part(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphanumeric(),
        '\u{300}'..='\u{36f}' => true,
        // Quotes and dashes, by far the most common of what is no ASCII.
        '\u{2000}'..='\u{206f}' => false,
        _ => c.is_alphanumeric(),
    }
}

/// Letters and digits in lower case, and nothing for all other bytes.
const LOWER: [u8; 256] = {
    let mut lower = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            lower[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    lower
};

/// A bit that letters of ASCII have and its digits have not.
const LETTER: u8 = 0x40;

/// A word that is being read.
struct Open {
    hash: u64,
    stem: u64,
    chars: u8,
    /// The bits that all its characters have, of [`LETTER`]: none where there is a digit.
    common: u8,
}

impl Open {
    const NONE: Open = Open { hash: 0, stem: 0, chars: 0, common: LETTER };

    /// Takes the ASCII letters and digits that open `bytes`, and gives how many there are.
    fn push_ascii(&mut self, bytes: &[u8]) -> usize {
        let (stem, rest) = bytes.split_at(usize::from(STEM.saturating_sub(self.chars)).min(bytes.len()));
        let mut taken = self.mix_in(stem);
        if !stem.is_empty() {
            self.stem = self.hash;
        }
        if taken == stem.len() {
            taken += self.mix_in(rest);
        }
        self.chars = self.chars.saturating_add(taken.min(255) as u8);
        taken
    }

    #[inline]
    fn mix_in(&mut self, bytes: &[u8]) -> usize {
        let (mut hash, mut common, mut taken) = (self.hash, self.common, 0);
        for byte in bytes {
            let lower = LOWER[usize::from(*byte)];
            if lower == 0 {
                break;
            }
            hash = mix(hash, u64::from(lower));
            common &= lower;
            taken += 1;
        }
        (self.hash, self.common) = (hash, common);
        taken
    }

    /// Takes a character that is no ASCII. Marks on letters change nothing but the length.
    fn push(&mut self, c: char) {
        if !('\u{300}'..='\u{36f}').contains(&c) {
            self.common &= if c.is_numeric() { 0 } else { LETTER };
            self.hash = c.to_lowercase().fold(self.hash, |hash, c| mix(hash, c as u64));
        }
        self.chars = self.chars.saturating_add(1);
        if self.chars <= STEM {
            self.stem = self.hash;
        }
    }
}

/// The character at a place in a text; a blank at its end.
fn character(text: &str, at: usize) -> char {
    text[at..].chars().next().unwrap_or(' ')
}

fn split(text: &str, words: &mut Vec<Word>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut opening = true;
    while let Some(&byte) = bytes.get(at) {
        if byte == b' ' {
            at += 1;
            continue;
        }
        let start = at;
        let first = if byte.is_ascii() { char::from(byte) } else { character(text, at) };
        if LOWER[usize::from(byte)] == 0 && !is_part(first) {
            opening |= matches!(first, '.' | '!' | '?' | ':' | '"' | '“' | '„' | '«' | '‘' | '…');
            let tag = if first == '<' { tag_length(&text[start..]) } else { None };
            at += tag.unwrap_or(first.len_utf8());
            continue;
        }
        if !byte.is_ascii() && is_unspaced(first) {
            at += first.len_utf8();
            if let Some(pair) = pair(text, start, first) {
                words.push(pair);
                opening = false;
            }
            continue;
        }
        let mut word = Open::NONE;
        if first.is_ascii_digit() && is_below_zero(&text[..start]) {
            word.hash = mix(0, u64::from('-'));
        }
        loop {
            at += word.push_ascii(&bytes[at..]);
            if bytes.get(at).is_none_or(u8::is_ascii) {
                break;
            }
            let c = character(text, at);
            if !is_part(c) || is_unspaced(c) {
                break;
            }
            word.push(c);
            at += c.len_utf8();
        }
        let shape = match (word.common & LETTER == 0, first.is_uppercase(), opening) {
            (true, ..) => Shape::Number,
            (_, true, true) => Shape::Opening,
            (_, true, false) => Shape::Capital,
            _ => Shape::Small,
        };
        let bytes = u16::try_from(at - start).unwrap_or(u16::MAX);
        words.push(Word { hash: word.hash, stem: word.stem, start: start as u32, bytes, chars: word.chars, shape });
        opening = false;
    }
}

/// Whether a number that stands after `before` has a minus: a dash that stands against it, and against nothing before.
fn is_below_zero(before: &str) -> bool {
    let sign = before.strip_suffix(['-', '−', '–']);
    sign.is_some_and(|before| before.chars().next_back().is_none_or(|c| c.is_whitespace() || c == '('))
}

/// The pair that a character of a script without spaces makes with the next; alone, where it is not the second of
/// another pair, it counts as one.
fn pair(text: &str, start: usize, first: char) -> Option<Word> {
    let at = start + first.len_utf8();
    let (hash, chars, end) = match text[at..].chars().next().filter(|&c| is_unspaced(c)) {
        Some(c) => (mix(mix(0, first as u64), c as u64), 2, at + c.len_utf8()),
        None if text[..start].chars().next_back().is_some_and(is_unspaced) => return None,
        None => (mix(0, first as u64), 1, at),
    };
    let bytes = (end - start) as u16;
    Some(Word { hash, stem: hash, start: start as u32, bytes, chars, shape: Shape::Pair })
}

/// The length of the HTML tag that opens `text`, as scrapers leave one behind: `<p>`, `</b>`, `<br />`.
fn tag_length(text: &str) -> Option<usize> {
    let end = text.bytes().take(12).position(|b| b == b'>')?;
    let name = text[1..end].trim_matches(['/', ' ']);
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::Block;

    /// A word's hash, stem, characters and whether it has a digit, a character at a time.
    fn plainly(word: &str, before: &str) -> (u64, u64, u8, bool) {
        let below_zero = word.starts_with(|c: char| c.is_ascii_digit()) && is_below_zero(before);
        let hash = if below_zero { mix(0, u64::from('-')) } else { 0 };
        let (mut hash, mut stem, mut chars, mut number) = (hash, 0, 0u8, false);
        for c in word.chars() {
            if !('\u{300}'..='\u{36f}').contains(&c) {
                number |= c.is_numeric();
                hash = c.to_lowercase().fold(hash, |hash, c| mix(hash, c as u64));
            }
            chars = chars.saturating_add(1);
            if chars <= STEM {
                stem = hash;
            }
        }
        (hash, stem, chars, number)
    }

    proptest! {
        #[test]
        fn runs_of_letters_are_read_as_single_ones(text in "[a-zA-F0-9 ’.,:!éÉſK٣Ⅷ\u{301}—…“\u{a0}<>/-]{0,40}") {
            for word in words_of(&text) {
                let bytes = word.start as usize..word.start as usize + usize::from(word.bytes);
                prop_assert!(text[bytes.clone()].chars().all(is_part));
                let (hash, stem, chars, number) = plainly(&text[bytes.clone()], &text[..bytes.start]);
                prop_assert_eq!((word.hash, word.stem, word.chars), (hash, stem, chars));
                prop_assert_eq!(word.shape == Shape::Number, number);
                let capital = text[bytes.clone()].starts_with(char::is_uppercase);
                prop_assert_eq!(matches!(word.shape, Shape::Capital | Shape::Opening), capital && !number);
                prop_assert!(!text[..bytes.start].ends_with(is_part) && !text[bytes.end..].starts_with(is_part));
            }
        }
    }

    #[test]
    fn no_quote_or_dash_is_part_of_a_word() {
        assert!(('\u{370}'..=char::MAX).all(|c| is_part(c) == c.is_alphanumeric()));
    }

    fn words_of(text: &str) -> Vec<Word> {
        let block = Block { text: Some(text.into()), ..Block::default() };
        let document = Document { blocks: vec![block], ..Document::default() };
        Words::of(&document).block(0).to_vec()
    }

    fn hashes(text: &str) -> Vec<u64> {
        words_of(text).iter().map(|w| w.hash).collect()
    }

    #[test]
    fn case_quotes_and_tags_do_not_matter() {
        assert_eq!(hashes("<p>The dictator's limo</p>"), hashes("the DICTATOR’S limo."));
        assert_eq!(hashes("an apple").len(), 2);
        assert_ne!(hashes("an apple"), hashes("a napple"));
    }

    #[test]
    fn marks_on_letters_do_not_split_words() {
        assert_eq!(hashes("cafe\u{301} noir").len(), 2);
    }

    #[test]
    fn a_number_below_zero_is_another_word() {
        assert_ne!(hashes("-5 degrees"), hashes("5 degrees"));
        assert_eq!(hashes("from -5"), hashes("from −5"));
        assert_eq!(hashes("3-1"), hashes("3 1"));
    }

    #[test]
    fn scripts_without_spaces_give_pairs() {
        assert_eq!(words_of("東京都").len(), 2);
        assert_eq!(words_of("東 x").len(), 2);
        assert_eq!(hashes("東京都")[1], hashes("京都")[0]);
    }

    #[test]
    fn a_capital_that_opens_a_sentence_is_told_apart() {
        let shapes: Vec<Shape> = words_of("The Eiffel tower. Paris, 1889").iter().map(|w| w.shape).collect();
        assert_eq!(shapes, [Shape::Opening, Shape::Capital, Shape::Small, Shape::Opening, Shape::Number]);
    }
}
