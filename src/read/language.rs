//! The language of an article that does not say: the one whose commonest small words it is full of.
//!
//! Small words are the surest sign of a language in running text (Grefenstette, "Comparing two language
//! identification schemes", 1995), and ten of each tell those apart that words are hyphenated in here.

use std::sync::LazyLock;

use foldhash::{HashMap, HashMapExt};

use crate::clean;
use crate::document::Document;

/// Languages (ISO 639-1), each with small words that are common in it.
const SMALL_WORDS: [(&str, &str); 15] = [
    ("en", "the of and to that was for with is his"),
    ("de", "der die und das nicht mit ist von den eine"),
    ("fr", "le les des est une dans pour et qui pas"),
    ("es", "el los las que una por con del para y"),
    ("it", "il che di della per non una sono gli è"),
    ("pt", "que os uma não com para dos em da ao"),
    ("nl", "het een van en niet dat zijn met voor op"),
    ("sv", "och att det som inte är för på av ett"),
    ("da", "og det er ikke til af på at som med"),
    ("nb", "og det er ikke til av på å som med"),
    ("pl", "nie się jest na że do i jak z w"),
    ("cs", "je se na že v a s který byl jako"),
    ("fi", "ja on ei se että oli hän myös mutta kun"),
    ("hu", "a az és hogy nem egy is volt de meg"),
    ("ru", "и в не на что с он как это по"),
];

/// Bytes of a small word, at most; in capitals it may have more.
const LONGEST: usize = 8;
/// Words that are looked at.
const WORDS: usize = 400;
/// With fewer words than this nothing is guessed.
const LEAST_WORDS: usize = 20;
/// Of a hundred words, how many have to be small ones of the language, at least.
const LEAST_SHARE: usize = 10;

/// Which languages have a word, as bits.
static SPEAKERS: LazyLock<HashMap<u64, u16>> = LazyLock::new(|| {
    let mut speakers = HashMap::new();
    for (language, (_, small)) in SMALL_WORDS.iter().enumerate() {
        small.split(' ').for_each(|small| *speakers.entry(packed(small)).or_default() |= 1 << language);
    }
    speakers
});

/// Words that were read, and how many of them are small ones of each language.
#[derive(Default)]
struct Tally {
    words: usize,
    counts: [usize; SMALL_WORDS.len()],
}

impl Tally {
    fn read<'a>(&mut self, words: impl Iterator<Item = &'a str>) {
        for word in words.take(WORDS - self.words) {
            self.words += 1;
            if let Some(word) = small(word)
                && let Some(speakers) = SPEAKERS.get(&word)
            {
                let counts = self.counts.iter_mut().enumerate();
                counts.for_each(|(language, count)| *count += usize::from(speakers >> language & 1));
            }
        }
    }
}

/// The language of a document by the words of its blocks, if that is plain.
pub fn guess(document: &Document) -> Option<&'static str> {
    let mut tally = Tally::default();
    for text in (0..document.blocks.len()).map(|block| document.text(block)) {
        if tally.words == WORDS {
            break;
        }
        // Bytes are split several times as fast.
        if clean::has_wide_space(text) {
            tally.read(text.split_whitespace());
        } else {
            tally.read(text.split_ascii_whitespace());
        }
    }
    let Tally { words, counts } = tally;
    let best = (0..counts.len()).max_by_key(|language| (counts[*language], std::cmp::Reverse(*language)))?;
    let second = (0..counts.len()).filter(|language| *language != best).map(|language| counts[language]).max()?;
    let plain = words >= LEAST_WORDS && counts[best] * 100 >= words * LEAST_SHARE && counts[best] > second;
    plain.then_some(SMALL_WORDS[best].0)
}

/// The bytes of a word, up to [`LONGEST`], as a number.
fn packed(word: &str) -> u64 {
    word.bytes().fold(0, |number, byte| number << 8 | u64::from(byte))
}

/// A word's letters in lower case, [`packed`]. No small word is longer; a word without end is not copied.
fn small(word: &str) -> Option<u64> {
    let is_other = |byte: u8| byte.is_ascii() && !byte.is_ascii_alphabetic();
    let mut bytes = word.as_bytes();
    while let [first, rest @ ..] = bytes
        && is_other(*first)
    {
        bytes = rest;
    }
    while let [rest @ .., last] = bytes
        && is_other(*last)
    {
        bytes = rest;
    }
    if bytes.is_ascii() {
        let pack = |number, byte: &u8| number << 8 | u64::from(byte.to_ascii_lowercase());
        return (bytes.len() <= LONGEST).then(|| bytes.iter().fold(0, pack));
    }
    let word = word.trim_matches(|c: char| !c.is_alphabetic());
    (word.len() <= LONGEST).then(|| packed(&word.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::Block;

    proptest! {
        #[test]
        fn small_words_are_bared_of_what_is_no_letter(word in "[a-dX-Z0-9éÉя’.,-]{0,12}") {
            let letters = word.trim_matches(|c: char| !c.is_alphabetic());
            prop_assert_eq!(small(&word), (letters.len() <= LONGEST).then(|| packed(&letters.to_lowercase())));
        }
    }

    fn guessed(text: &str) -> Option<&'static str> {
        guess(&Document { blocks: vec![Block { text: Some(text.into()), ..Block::default() }], ..Document::default() })
    }

    #[test]
    fn running_text_tells_its_language() {
        for (language, text) in [
            ("en", "The gull was seen on the roof of the library with the mouse, and it is said to be proud of that."),
            (
                "de",
                "Die Möwe saß mit der Maus auf dem Dach und wollte das Tier nicht hergeben, was den Leuten von dort \
                    eine Lehre ist.",
            ),
            (
                "fr",
                "Le goéland est parti avec la souris et les lecteurs qui étaient dans la salle ne sont pas venus \
                    pour une autre.",
            ),
            (
                "es",
                "La gaviota se fue con el ratón y los lectores de la sala dicen que las teclas son mejores para una \
                    tarde por el puerto.",
            ),
            (
                "sv",
                "Måsen tog musen och det var inte för att den var hungrig, säger de som är på biblioteket av ett \
                    gammalt slag.",
            ),
            (
                "ru",
                "Чайка унесла мышь и не вернула её, что в городе никого не удивило, и он как прежде читает на \
                    скамье по утрам.",
            ),
        ] {
            assert_eq!(guessed(text), Some(language), "{text}");
        }
    }

    #[test]
    fn what_is_short_or_of_no_known_language_is_not_guessed() {
        assert_eq!(guessed("The gull was seen."), None);
        assert_eq!(guessed(&"1702 1758 1871 ".repeat(20)), None);
        assert_eq!(guessed(&"kupu rerekē katoa ".repeat(20)), None);
        assert_eq!(guessed(""), None);
    }
}
