//! Splits a block's text into words, each with what can be told of it by itself, and counts what stands between.

use crate::structure::vocabulary::{EMPTY, step};

/// A word as the scan sees it.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    pub hash: u64,
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

/// Splits a text into words and counts what stands between them.
pub fn split(text: &str, classes: &impl Fn(u64) -> u32, words: &mut Vec<Word>) -> Marks {
    words.clear();
    let mut marks = Marks::default();
    let mut word = Open::default();
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        marks.characters += 1;
        if c.is_ascii_lowercase() {
            word.push_small(c);
        } else if c.is_alphanumeric() {
            if word.letters > 0 && is_ideograph(c) {
                close(&mut word, &mut marks, classes, words);
            }
            word.push(c, &mut marks);
            if is_ideograph(c) {
                close(&mut word, &mut marks, classes, words);
            }
        } else if word.letters > 0
            && matches!(c, '\'' | '’' | '.' | ',' | ':')
            && characters.peek().is_some_and(|next| {
                if matches!(c, '\'' | '’') {
                    next.is_alphanumeric()
                } else {
                    next.is_numeric() && before.is_numeric()
                }
            })
        {
            // An apostrophe inside a word, a point inside a number.
            marks.times += usize::from(c == ':');
        } else {
            close(&mut word, &mut marks, classes, words);
            marks.count(c, before, characters.peek().copied(), words.len());
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

fn close(open: &mut Open, marks: &mut Marks, classes: &impl Fn(u64) -> u32, words: &mut Vec<Word>) {
    if open.letters == 0 {
        return;
    }
    let open = std::mem::take(open);
    marks.letters += open.letters;
    let form = match open {
        Open { digits, .. } if digits > 0 => Form::Number,
        Open { upper, letters, .. } if upper == letters && letters > 1 => Form::Shouted,
        Open { capital: true, .. } => Form::Capital,
        _ => Form::Lower,
    };
    let year = open.digits == 4 && open.letters == 4 && (1900..2100).contains(&open.number);
    marks.years += usize::from(year);
    words.push(Word {
        hash: open.hash,
        classes: classes(open.hash),
        letters: open.letters.min(usize::from(u16::MAX)) as u16,
        form,
        stop: false,
        year,
        number: if open.digits == open.letters { open.number.min(9999) as u16 } else { 0 },
        past: open.letters > 4 && open.tail[1..] == ['e', 'd'],
        gerund: open.letters > 4 && open.tail == ['i', 'n', 'g'],
        third_person: open.letters > 3 && open.tail[2] == 's' && !matches!(open.tail[1], 's' | 'u' | 'i'),
    });
}

/// A word that is being read.
struct Open {
    hash: u64,
    letters: usize,
    upper: usize,
    digits: usize,
    number: usize,
    capital: bool,
    tail: [char; 3],
}

impl Default for Open {
    fn default() -> Self {
        Open { hash: EMPTY, letters: 0, upper: 0, digits: 0, number: 0, capital: false, tail: [' '; 3] }
    }
}

impl Open {
    /// Takes one of the small letters from a to z; they are counted when the word ends.
    #[inline]
    fn push_small(&mut self, c: char) {
        self.hash = step(self.hash, c);
        self.tail = [self.tail[1], self.tail[2], c];
        self.letters += 1;
    }

    fn push(&mut self, c: char, marks: &mut Marks) {
        let lower = if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) };
        self.hash = step(self.hash, lower);
        self.tail = [self.tail[1], self.tail[2], lower];
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
#[derive(Debug, Default)]
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
