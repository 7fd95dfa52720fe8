//! Splits a block's text into words, each with what can be told of it by itself, and counts what stands between.

use crate::structure::vocabulary::{EMPTY, mix, step};

/// A word as the scan sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    pub hash: u64,
    /// The hash, spread over all bits.
    pub spread: u64,
    pub classes: u32,
    pub letters: u16,
    pub form: Form,
    /// The characters up to the next word held a full stop or the like.
    pub stop: bool,
    pub gerund: bool,
    pub third_person: bool,
    pub past: bool,
    pub year: bool,
    /// Its number, where it is all digits and a small one.
    pub number: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Lower,
    Capital,
    Shouted,
    Number,
}

/// Whether each letter is a word's worth: Chinese, Japanese; Korean too, whose words are short.
fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x2e80..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}

/// Whether a character is a letter or a digit. Quotes and dashes, the most common of what is no ASCII, are neither.
fn is_letter(c: char) -> bool {
    !matches!(c, '\u{2000}'..='\u{206f}') && c.is_alphanumeric()
}

/// Splits a text into words and counts what stands between them. `classes` tells them of a word by its spread hash.
pub fn split(text: &str, classes: &impl Fn(u64) -> u32, words: &mut Vec<Word>) -> Marks {
    words.clear();
    let bytes = text.as_bytes();
    let mut marks = Marks { characters: text.chars().count(), ..Marks::default() };
    let mut word = Open::default();
    let mut before = ' ';
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_lowercase() {
            at += word.push_small(&bytes[at..]);
            before = 'a';
            continue;
        }
        if byte == b' ' {
            close(&mut word, &mut marks, classes, words);
            at += 1;
            before = ' ';
            continue;
        }
        let c = if byte.is_ascii() { char::from(byte) } else { text[at..].chars().next().unwrap_or(' ') };
        at += c.len_utf8();
        let next = || text[at..].chars().next();
        if is_letter(c) {
            if word.letters > 0 && is_ideograph(c) {
                close(&mut word, &mut marks, classes, words);
            }
            word.push(c, &mut marks);
            if is_ideograph(c) {
                close(&mut word, &mut marks, classes, words);
            }
        } else if word.letters > 0 && goes_on(c, before, next) {
            // An apostrophe inside a word, a point inside a number.
            marks.times += usize::from(c == ':');
        } else {
            close(&mut word, &mut marks, classes, words);
            marks.count(c, before, next(), words.len());
            if matches!(c, '.' | '!' | '?' | '。' | '！' | '？' | '…')
                && let Some(last) = words.last_mut()
                && last.letters > 1
            {
                last.stop = true;
            }
        }
        before = c;
    }
    close(&mut word, &mut marks, classes, words);
    marks
}

/// Whether a word goes on behind a sign.
fn goes_on(sign: char, before: char, next: impl Fn() -> Option<char>) -> bool {
    match sign {
        '\'' | '’' => next().is_some_and(is_letter),
        '.' | ',' | ':' => before.is_numeric() && next().is_some_and(char::is_numeric),
        _ => false,
    }
}

fn close(open: &mut Open, marks: &mut Marks, classes: &impl Fn(u64) -> u32, words: &mut Vec<Word>) {
    let letters = open.letters;
    if letters == 0 {
        return;
    }
    marks.letters += letters;
    let form = match open {
        Open { digits: 1.., .. } => Form::Number,
        Open { upper: 0, .. } => Form::Lower,
        Open { upper, .. } if *upper == letters && letters > 1 => Form::Shouted,
        Open { capital: true, .. } => Form::Capital,
        _ => Form::Lower,
    };
    let all_digits = form == Form::Number && open.digits == letters;
    let year = all_digits && letters == 4 && (1900..2100).contains(&open.number);
    marks.years += usize::from(year);
    let spread = mix(open.hash);
    let [_, _, second, last] = open.tail.to_be_bytes();
    words.push(Word {
        hash: open.hash,
        spread,
        classes: classes(spread),
        letters: letters.min(usize::from(u16::MAX)) as u16,
        form,
        stop: false,
        year,
        number: if all_digits { open.number.min(9999) as u16 } else { 0 },
        past: letters > 4 && open.tail & 0xffff == u32::from_be_bytes(*b"\0\0ed"),
        gerund: letters > 4 && open.tail & 0xff_ffff == u32::from_be_bytes(*b"\0ing"),
        third_person: letters > 3 && last == b's' && !matches!(second, b's' | b'u' | b'i'),
    });
    *open = Open::default();
}

/// A word that is being read.
struct Open {
    hash: u64,
    letters: usize,
    upper: usize,
    digits: usize,
    number: usize,
    capital: bool,
    /// The last letters in lower case, a byte each; 255 stands for all that are no ASCII.
    tail: u32,
}

impl Default for Open {
    fn default() -> Self {
        Open { hash: EMPTY, letters: 0, upper: 0, digits: 0, number: 0, capital: false, tail: 0 }
    }
}

impl Open {
    /// Takes the small letters from a to z that open `bytes`, and gives how many there are.
    #[inline]
    fn push_small(&mut self, bytes: &[u8]) -> usize {
        let (mut hash, mut taken) = (self.hash, 0);
        for byte in bytes {
            if !byte.is_ascii_lowercase() {
                break;
            }
            hash = step(hash, char::from(*byte));
            taken += 1;
        }
        self.hash = hash;
        self.letters += taken;
        self.tail = match bytes[..taken] {
            [.., third, second, last] => u32::from_be_bytes([0, third, second, last]),
            ref few => few.iter().fold(self.tail, |tail, byte| tail << 8 | u32::from(*byte)),
        };
        taken
    }

    fn push(&mut self, c: char, marks: &mut Marks) {
        let lower = if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) };
        self.hash = step(self.hash, lower);
        self.tail = self.tail << 8 | if lower.is_ascii() { u32::from(lower) } else { 255 };
        if let Some(digit) = c.to_digit(10) {
            self.digits += 1;
            self.number = (self.number * 10 + digit as usize).min(100_000);
            marks.digits += 1;
        }
        if lower != c {
            self.upper += 1;
            self.capital |= self.letters == 0;
            marks.upper += 1;
        }
        self.letters += 1;
        marks.foreign += usize::from(u32::from(c) >= 0x370);
    }
}

/// What stands between a block's words, counted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Marks {
    pub characters: usize,
    pub letters: usize,
    pub upper: usize,
    pub digits: usize,
    pub foreign: usize,
    pub commas: usize,
    pub colons: usize,
    /// Words before the first colon, where they are few.
    pub first_colon: usize,
    pub questions: usize,
    pub exclaims: usize,
    pub quotes: usize,
    /// Quotes opened and not closed.
    pub depth: i32,
    pub single_quotes: usize,
    pub brackets: usize,
    pub dashes: usize,
    pub bars: usize,
    pub slashes: usize,
    /// Words before the last opening bracket and the last stroke.
    pub last_bracket: usize,
    pub last_slash: usize,
    pub signs: usize,
    pub handles: usize,
    pub ellipses: usize,
    pub times: usize,
    pub years: usize,
}

impl Marks {
    fn count(&mut self, c: char, before: char, after: Option<char>, words: usize) {
        if c == ' ' {
            return;
        }
        let spaced = before == ' ' && after.is_none_or(|c| c == ' ');
        match c {
            ',' | '،' | '、' => self.commas += 1,
            ':' | '：' => {
                self.colons += 1;
                if self.first_colon == 0 && words < 6 {
                    self.first_colon = words;
                }
            }
            '?' | '？' | '؟' => self.questions += 1,
            '!' | '！' => self.exclaims += 1,
            '"' => {
                self.quotes += 1;
                self.depth = 1 - self.depth;
            }
            '“' | '„' | '«' => {
                self.quotes += 1;
                self.depth += 1;
            }
            '”' | '»' => {
                self.quotes += 1;
                self.depth -= 1;
            }
            '‘' | '’' | '\'' => self.single_quotes += 1,
            '(' | '[' => {
                self.brackets += 1;
                self.last_bracket = words;
            }
            '-' | '–' | '—' if spaced || c == '—' => self.dashes += 1,
            '|' | '•' | '·' => self.bars += 1,
            '/' => {
                self.slashes += 1;
                self.last_slash = words;
            }
            '©' | '®' | '™' | '*' | '>' | '→' => self.signs += 1,
            '@' | '#' => self.handles += 1,
            '…' => self.ellipses += 1,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same a character at a time.
    fn plainly(text: &str, words: &mut Vec<Word>) -> Marks {
        let classes = |_| 0;
        let mut marks = Marks::default();
        let mut word = Open::default();
        let mut before = ' ';
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            marks.characters += 1;
            let next = characters.peek().copied();
            if c.is_alphanumeric() {
                if is_ideograph(c) {
                    close(&mut word, &mut marks, &classes, words);
                }
                word.push(c, &mut marks);
                if is_ideograph(c) {
                    close(&mut word, &mut marks, &classes, words);
                }
            } else if word.letters > 0
                && match c {
                    '\'' | '’' => next.is_some_and(char::is_alphanumeric),
                    '.' | ',' | ':' => next.is_some_and(char::is_numeric) && before.is_numeric(),
                    _ => false,
                }
            {
                marks.times += usize::from(c == ':');
            } else {
                close(&mut word, &mut marks, &classes, words);
                marks.count(c, before, next, words.len());
                if matches!(c, '.' | '!' | '?' | '。' | '！' | '？' | '…')
                    && let Some(last) = words.last_mut().filter(|last| last.letters > 1)
                {
                    last.stop = true;
                }
            }
            before = c;
        }
        close(&mut word, &mut marks, &classes, words);
        marks
    }

    proptest! {
        #[test]
        fn runs_of_letters_are_read_as_single_ones(text in "[a-gins A-D0-9'’.,:!éÉſK٣Ⅷ\u{2071}東한—…“\u{a0}/-]{0,40}") {
            let (mut quick, mut plain) = (Vec::new(), Vec::new());
            prop_assert_eq!(split(&text, &|_| 0, &mut quick), plainly(&text, &mut plain));
            prop_assert_eq!(quick, plain);
        }
    }

    #[test]
    fn endings_are_those_of_the_whole_word() {
        let mut words = Vec::new();
        split("Walking walked it'sing O'Deed walks WALKING bus", &|_| 0, &mut words);
        let ends: Vec<_> = words.iter().map(|word| (word.gerund, word.past, word.third_person)).collect();
        let [gerund, past, third, none] =
            [(true, false, false), (false, true, false), (false, false, true), (false, false, false)];
        assert_eq!(ends, [gerund, past, gerund, past, third, gerund, none]);
    }

    #[test]
    fn no_quote_or_dash_is_a_letter() {
        assert!(('\0'..=char::MAX).all(|c| is_letter(c) == c.is_alphanumeric()));
    }
}
