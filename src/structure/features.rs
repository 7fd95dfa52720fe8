//! What can be told of a block from its own words: lengths, punctuation, capitals, kinds of words.
//!
//! Every feature is a level from 0 to 255, so that a block's row is a few cache lines and the trees of
//! [`crate::structure::model`] compare bytes.

mod sums;

use sums::Sums;

use crate::document::{Block, Document, Format, Kind};
use crate::structure::scan::{Form, Word, split};
use crate::structure::vocabulary::{Class, mix};

macro_rules! features {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// A block's features: the own ones first, then those that need the article around it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(usize)]
        pub enum Feature { $($(#[$doc])* $name,)* }

        impl Feature {
            pub const NAMES: &[&str] = &[$(stringify!($name),)*];
        }
    };
}

features! {
    Words, Letters, MeanWord, LongestWord, Sentences, SentenceLength,
    /// How it ends and begins, see `ending` and `beginning`.
    End, EndBare, Start,
    Commas, Colons, EarlyColon, Questions, Exclaims, Quotes, QuoteOpen, SingleQuotes, Brackets, BracketEnd, Dashes,
    Bars, Slashes, Signs, Handles, Links, Ellipses,
    Numbers, DigitShare, NumberFirst, Years, Times,
    UpperShare, CapitalShare, CapitalRun, Shouted, FirstShouted, LastCapital,
    FunctionShare, NoFunction, FunctionFirst, FunctionLast,
    Speech, SpeechEnd, Pointing, PointingFirst, Credit, CreditFirst, CreditLast, Dates, DateFirst, By, ByFirst,
    Stamp, StampFirst, Office, Promo, PromoFirst, PromoShare, Person, QuestionFirst, Scene, SceneEarly, Gerund,
    GerundEarly, VerbEarly, Past, TailCapitals, TailAfterStop, TailPlain, Foreign, Item, YearLast, DateLast,
    LinkingFirst, Auxiliaries, AuxiliaryFirst, Articles, ThirdPersons, BracketTail, SlashLast, PlaceDate,
    Summary, Names, NameFirst, NameLast,
    // What the article around it tells.
    Index, FromEnd, Fraction, Blocks, WordsBefore, WordsAfter, MedianWords, WordsToMedian, StopShare, ShortShare,
    RunLength, RunBefore, RunAfter, SinceParagraph, UntilParagraph, ShortRun, SameShapeBefore, SameShapeAfter,
    Group, GroupBefore, GroupAfter, GroupFirst, GroupWords, GroupStop,
    TitleShare, BeforeShare, AfterShare, Before3Share, After3Share, EarlierShare, LaterShare, Spread,
    FirstWordBefore, FirstWordAfter, WordsToBefore, WordsToAfter, SkipShare, FirstWordOften, LastWordOften,
    /// Blocks of the same build, see [`Scanned::builds`]: how many, how far off, how often a paragraph follows.
    BuildOften, BuildBefore, BuildAfter, BuildLeads,
    /// How much of its wording stands in other blocks too.
    EchoBefore, EchoAfter,
    /// How far off the block is whose leading number comes before or after this one's.
    NumberBefore, NumberAfter,
    SinceColon, SinceShort, UntilShort, SinceSummary, ColonRun,
    /// How much of its wording stands elsewhere, where no block says the same: a pull quote, or what it is from.
    PulledOut,
    /// How common such captions' ends are in the article: a doubled block, a plain tail or a credit at the end.
    DoubledShare, SignedShare,
    /// Its capitals, mortar and length of words beside those of the article's paragraphs.
    CapitalsToUsual, FunctionToUsual, MeanWordToUsual,
    // What its words alone suggest, one level a role (`crate::structure::lexicon`).
    LexTitle, LexByline, LexBody, LexHeading, LexCaption, LexList, LexQuote, LexBoilerplate,
    // What a first reading of the article said of the block and of blocks like it (`crate::structure::agreement`).
    ReadTitle, ReadByline, ReadBody, ReadHeading, ReadCaption, ReadList, ReadQuote, ReadBoilerplate,
    RunTitle, RunByline, RunBody, RunHeading, RunCaption, RunList, RunQuote, RunBoilerplate,
    BuildTitle, BuildByline, BuildBody, BuildHeading, BuildCaption, BuildList, BuildQuote, BuildBoilerplate,
    EndTitle, EndByline, EndBody, EndHeading, EndCaption, EndList, EndQuote, EndBoilerplate,
    FirstTitle, FirstByline, FirstBody, FirstHeading, FirstCaption, FirstList, FirstQuote, FirstBoilerplate,
    LastTitle, LastByline, LastBody, LastHeading, LastCaption, LastList, LastQuote, LastBoilerplate,
    AroundTitle, AroundByline, AroundBody, AroundHeading, AroundCaption, AroundList, AroundQuote, AroundBoilerplate,
    SameTitle, SameByline, SameBody, SameHeading, SameCaption, SameList, SameQuote, SameBoilerplate,
    AllTitle, AllByline, AllBody, AllHeading, AllCaption, AllList, AllQuote, AllBoilerplate,
}

/// How many features a block has.
pub const COUNT: usize = Feature::NAMES.len();

/// A block's features, indexed by [`Feature`].
pub type Row = [u8; COUNT];

/// What scanning a block leaves besides its row.
#[derive(Debug, Default, Clone)]
pub struct Scanned {
    /// Hashes of the words that carry meaning, for likeness between blocks.
    pub content: Vec<u32>,
    /// Where the words of each block end in `content`.
    pub ends: Vec<usize>,
    /// Hash of each block's first word, and of its last.
    pub first: Vec<u32>,
    pub last: Vec<u32>,
    /// Hashes of the runs of three words, and where those of each block end.
    pub runs: Vec<u32>,
    pub run_ends: Vec<usize>,
    /// The number that each block begins with, 0 where there is none.
    pub numbers: Vec<u16>,
    /// How each block is built, roughly: its length, beginning and end.
    pub builds: Vec<u32>,
}

impl Scanned {
    /// Sets memory aside for what the blocks of a document leave.
    fn reserve(&mut self, document: &Document) {
        let blocks = document.blocks.len();
        // Of a source that is nothing but blanks much would be set aside for nothing.
        let words = (document.source.len() / 5).min(1 << 20);
        self.content.reserve(words / 2);
        self.runs.reserve(words);
        for list in [&mut self.ends, &mut self.run_ends] {
            list.reserve(blocks);
        }
        for list in [&mut self.first, &mut self.last, &mut self.builds] {
            list.reserve(blocks);
        }
        self.numbers.reserve(blocks);
    }
}

/// The scanner; it keeps its buffers from block to block.
///
/// `classes` gives a word's classes by its hash, spread (see [`crate::structure::vocabulary::classes`]).
pub struct Scanner<F> {
    classes: F,
    words: Vec<Word>,
}

/// A count as a level.
fn level(count: usize) -> u8 {
    count.min(255) as u8
}

/// A share of a whole as a level.
pub fn share(part: usize, whole: usize) -> u8 {
    (part * 255).checked_div(whole).unwrap_or(0).min(255) as u8
}

/// How a block begins, as a level: with a small letter, a capital, a digit, a quote, a bracket, a dash, a sign.
fn beginning(c: char) -> u8 {
    match c {
        c if c.is_lowercase() => 0,
        c if c.is_uppercase() => 1,
        c if c.is_numeric() => 2,
        '"' | '“' | '„' | '«' | '»' => 3,
        '\'' | '‘' | '’' => 4,
        '(' | '[' | '<' => 5,
        '-' | '–' | '—' | '•' | '*' | '·' => 6,
        c if c.is_alphabetic() => 8,
        _ => 7,
    }
}

/// How a block ends, as a level, from no sign at all to a full stop.
fn ending(c: char) -> u8 {
    match c {
        ',' | ';' | '-' | '–' | '—' | '|' | '/' => 3,
        ')' | ']' | '>' => 4,
        ':' => 5,
        '…' => 6,
        '?' | '？' | '؟' => 8,
        '!' | '！' => 9,
        '.' | '。' | '۔' | '।' => 10,
        c if is_quote(c) => 7,
        c if c.is_alphabetic() => 1,
        c if c.is_numeric() => 2,
        _ => 0,
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '\'')
}

/// Whether the address of a page stands in a text, by its looks.
fn has_address(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'.', b':', bytes).any(|at| {
        let rest = &bytes[at..];
        rest.starts_with(b"://") || rest.starts_with(b".com") || (rest[0] == b'.' && bytes[..at].ends_with(b"www"))
    })
}

fn has(word: &Word, class: Class) -> bool {
    word.classes & class.bit() != 0
}

fn is_name(word: &Word) -> bool {
    has(word, Class::Name) && word.form != Form::Lower
}

impl<F: Fn(u64) -> u32> Scanner<F> {
    pub fn new(classes: F) -> Self {
        Scanner { classes, words: Vec::new() }
    }

    /// The features of a block's own words; `scanned` gets what likeness between blocks is told by, and `token` each
    /// word's hash and each two words' outlines, anywhere; then [`PLACED`](crate::structure::lexicon::PLACED) more, of words and outlines with their places.
    pub fn scan(&mut self, document: &Document, block: &Block, scanned: &mut Scanned, tokens: &mut Vec<u64>) -> Row {
        if scanned.ends.is_empty() {
            scanned.reserve(document);
        }
        let text = document.text_of(block);
        let mut row = [0; COUNT];
        let marks = split(text, &self.classes, &mut self.words);
        let words = self.words.as_slice();
        let n = words.len();
        let mut set = |feature: Feature, value: u8| row[feature as usize] = value;

        set(Feature::Words, level(n));
        set(Feature::Letters, level(marks.characters / 4));
        set(Feature::MeanWord, level((marks.letters * 16).checked_div(n).unwrap_or(0)));
        let sums = Sums::of(words);
        set(Feature::LongestWord, level(usize::from(sums.longest)));
        set(Feature::Sentences, level(sums.stops + 1));
        set(Feature::SentenceLength, level(4 * n / (sums.stops + 1)));

        let end = text.trim_end();
        let bare = end.trim_end_matches(|c| is_quote(c) || matches!(c, ')' | ']'));
        set(Feature::End, end.chars().next_back().map_or(0, ending));
        set(Feature::EndBare, bare.chars().next_back().map_or(0, ending));
        set(Feature::BracketEnd, u8::from(end.ends_with([')', ']'])));
        set(Feature::Start, text.chars().next().map_or(0, beginning));
        for (feature, count) in [
            (Feature::Commas, marks.commas),
            (Feature::Colons, marks.colons),
            (Feature::Questions, marks.questions),
            (Feature::Exclaims, marks.exclaims),
            (Feature::Quotes, marks.quotes),
            (Feature::QuoteOpen, usize::from(marks.depth != 0)),
            (Feature::SingleQuotes, marks.single_quotes),
            (Feature::Brackets, marks.brackets),
            (Feature::Dashes, marks.dashes),
            (Feature::Bars, marks.bars),
            (Feature::Slashes, marks.slashes),
            (Feature::Signs, marks.signs),
            (Feature::Handles, marks.handles),
            (Feature::Ellipses, marks.ellipses),
            (Feature::EarlyColon, marks.first_colon),
            (Feature::Times, marks.times),
        ] {
            set(feature, level(count));
        }
        set(Feature::Links, u8::from(has_address(text)));

        set(Feature::Numbers, level(sums.numbers));
        set(Feature::DigitShare, share(marks.digits, marks.characters));
        set(Feature::NumberFirst, u8::from(words.first().is_some_and(|w| w.form == Form::Number)));
        set(Feature::Years, level(marks.years));
        set(Feature::UpperShare, share(marks.upper, marks.letters));
        set(Feature::CapitalShare, share(sums.inner_capitals, sums.inner));
        set(Feature::CapitalRun, level(sums.longest_run));
        set(Feature::TailCapitals, level(sums.run));
        set(Feature::Shouted, share(sums.shouted, n));
        let shouted_head = words.iter().take_while(|w| matches!(w.form, Form::Shouted | Form::Number)).count();
        set(Feature::FirstShouted, level(shouted_head));
        set(Feature::LastCapital, u8::from(words.last().is_some_and(|w| w.form == Form::Capital)));
        let (stops, tail) = (sums.stops, sums.tail);
        set(Feature::TailAfterStop, if stops > 0 { level(tail) } else { 0 });

        let of = |class: Class| sums.classes[class as usize];
        let first = |class: Class, within: usize| match of(class) {
            0 => 0,
            _ => words.iter().take(within).position(|w| has(w, class)).map_or(0, |at| level(within - at)),
        };
        let last = |class: Class, within: usize| match of(class) {
            0 => 0,
            _ => words.iter().rev().take(within).position(|w| has(w, class)).map_or(0, |at| level(within - at)),
        };
        let function = of(Class::Function);
        set(Feature::FunctionShare, share(function, n));
        set(Feature::NoFunction, u8::from(function == 0));
        set(Feature::FunctionFirst, first(Class::Function, 3));
        set(Feature::FunctionLast, last(Class::Function, 3));
        set(Feature::Speech, level(of(Class::Speech)));
        set(Feature::SpeechEnd, last(Class::Speech, 4));
        set(Feature::Pointing, level(of(Class::Pointing)));
        set(Feature::PointingFirst, first(Class::Pointing, 4));
        set(Feature::Credit, level(of(Class::Credit)));
        set(Feature::CreditFirst, first(Class::Credit, 3));
        set(Feature::CreditLast, last(Class::Credit, 6));
        set(Feature::Dates, level(of(Class::Date)));
        set(Feature::DateFirst, first(Class::Date, 4));
        set(Feature::By, level(of(Class::By)));
        set(Feature::ByFirst, first(Class::By, 2));
        set(Feature::Stamp, level(of(Class::Stamp)));
        set(Feature::StampFirst, first(Class::Stamp, 3));
        set(Feature::Office, level(of(Class::Office)));
        let promo = of(Class::Promo);
        set(Feature::Promo, level(promo));
        set(Feature::PromoFirst, first(Class::Promo, 3));
        set(Feature::PromoShare, share(promo, n));
        set(Feature::Person, level(of(Class::Person)));
        set(Feature::QuestionFirst, first(Class::Question, 2));
        set(Feature::Scene, level(of(Class::Scene)));
        set(Feature::SceneEarly, first(Class::Scene, 7));
        set(Feature::Gerund, level(sums.gerunds));
        let early = |f: &dyn Fn(&Word) -> bool| words.iter().take(8).position(f).map_or(0, |at| level(8 - at));
        set(Feature::GerundEarly, early(&|w| w.gerund && w.form == Form::Lower));
        set(Feature::VerbEarly, early(&|w| w.third_person && w.form == Form::Lower));
        set(Feature::Past, level(sums.past));
        let tail_words = &words[n - tail.min(n)..];
        let plain_tail =
            stops > 0 && tail < 7 && tail_words.iter().all(|w| !has(w, Class::Function) && w.form != Form::Lower);
        set(Feature::TailPlain, if plain_tail { level(tail) } else { 0 });
        let late = words.iter().rev().take(5);
        set(Feature::YearLast, late.clone().position(|w| w.year).map_or(0, |at| level(5 - at)));
        set(Feature::DateLast, last(Class::Date, 5));
        set(Feature::LinkingFirst, first(Class::Linking, 2));
        set(Feature::Auxiliaries, level(of(Class::Auxiliary)));
        set(Feature::AuxiliaryFirst, first(Class::Auxiliary, 10));
        set(Feature::Articles, share(of(Class::Article), n));
        set(Feature::ThirdPersons, share(sums.third_persons, n));
        set(
            Feature::BracketTail,
            if end.ends_with([')', ']']) { level(words.len() - marks.last_bracket.min(n)) } else { 0 },
        );
        set(
            Feature::SlashLast,
            if marks.slashes > 0 { level(8usize.saturating_sub(n - marks.last_slash.min(n))) } else { 0 },
        );
        set(Feature::Summary, level(of(Class::Summary)));
        set(Feature::Names, level(sums.names));
        set(Feature::NameFirst, words.iter().take(3).position(is_name).map_or(0, |at| level(3 - at)));
        set(Feature::NameLast, words.iter().rev().take(5).position(is_name).map_or(0, |at| level(5 - at)));
        set(Feature::PlaceDate, level(sums.dated));
        set(Feature::Foreign, share(marks.foreign, marks.letters));
        let item = matches!(block.kind, Kind::Item(_)) && document.format == Format::Text;
        set(Feature::Item, u8::from(item));

        let means = |w: &Word| (w.classes & Class::Function.bit() == 0) & (w.letters > 2);
        extend_where(&mut scanned.content, words.iter().map(|w| (w.spread as u32, means(w))));
        scanned.ends.push(scanned.content.len());
        scanned.first.push(words.first().map_or(0, |w| w.spread as u32));
        scanned.last.push(words.last().map_or(0, |w| w.spread as u32));
        let run = |w: &[Word]| mix(w[0].hash ^ w[1].hash.rotate_left(21) ^ w[2].hash.rotate_left(42)) as u32;
        scanned.runs.extend(words.windows(3).map(run));
        scanned.run_ends.push(scanned.runs.len());
        scanned.numbers.push(words.first().filter(|w| w.letters < 4).map_or(0, |w| w.number));
        let length = [2, 5, 9, 15, 24].iter().filter(|&&most| n > most).count() as u64;
        let edges = [Feature::Start, Feature::EndBare, Feature::NumberFirst, Feature::FirstShouted];
        let edges = edges.iter().fold(length, |build, &edge| (build << 8) | u64::from(row[edge as usize].min(15)));
        scanned.builds.push(mix(edges ^ u64::from(marks.colons > 0) << 60) as u32);

        tokens.clear();
        tokens.extend(words.iter().take(TOKEN_WORDS).map(|w| w.spread));
        push_pairs(words, tokens);
        let placed = |word: Option<&Word>, place: u64| word.map_or(0, |w| mix(w.hash ^ (place << 56)));
        tokens.extend((0..3).map(|at| placed(words.get(at), at as u64 + 1)));
        tokens.extend((0..3).map(|at| placed(n.checked_sub(at + 1).map(|i| &words[i]), at as u64 + 4)));
        tokens.push(match words {
            [a, b, ..] => mix(a.hash.rotate_left(7) ^ b.hash),
            _ => 0,
        });
        push_edges(words, tokens);
        row
    }
}

/// Appends those numbers that are to be kept, without a branch for each.
fn extend_where(to: &mut Vec<u32>, numbers: impl ExactSizeIterator<Item = (u32, bool)>) {
    let mut end = to.len();
    to.resize(end + numbers.len(), 0);
    for (number, kept) in numbers {
        to[end] = number;
        end += usize::from(kept);
    }
    to.truncate(end);
}

/// Pushes how the words follow one another: a hash of the outlines of each two, beginning and end included.
///
/// Told by outlines alone, it says how a block is written and nothing of what about (Stamatatos, "Authorship
/// attribution using text distortion", EACL 2017).
fn push_pairs(words: &[Word], tokens: &mut Vec<u64>) {
    let pair = |before: u64, next: u64| mix(before.rotate_left(17) ^ next ^ 5 << 56);
    let mut before = BEGINNING;
    tokens.extend(words.iter().take(TOKEN_WORDS).map(|word| {
        let next = outline(word);
        pair(std::mem::replace(&mut before, next), next)
    }));
    if words.len() <= TOKEN_WORDS {
        tokens.push(pair(before, END));
    }
}

/// Pushes the outlines of the first three words and of the last three: each with its place, and the three as one.
fn push_edges(words: &[Word], tokens: &mut Vec<u64>) {
    let n = words.len();
    let placed = |word: Option<&Word>, place: u64| word.map_or(0, |w| mix(outline(w) ^ (place << 56)));
    tokens.extend((0..3).map(|at| placed(words.get(at), at as u64 + 11)));
    tokens.extend((0..3).map(|at| placed(n.checked_sub(at + 1).map(|i| &words[i]), at as u64 + 14)));
    let as_one = |words: &[Word], place: u64| {
        mix(words.iter().fold(place << 56, |all, word| all.rotate_left(19) ^ outline(word)))
    };
    tokens.push(as_one(&words[..n.min(3)], 17));
    tokens.push(as_one(&words[n.saturating_sub(3)..], 18));
}

/// What stands for a block's beginning and end among the outlines.
const BEGINNING: u64 = 2;
const END: u64 = 3;

/// Words of a block that its tokens are made of, from its head: enough to tell it by.
const TOKEN_WORDS: usize = 64;

/// A word of the mortar, or another that tells of roles, as itself; any other by its shape.
fn outline(word: &Word) -> u64 {
    const TELLING: u32 = Class::Function.bit()
        | Class::Speech.bit()
        | Class::Pointing.bit()
        | Class::Credit.bit()
        | Class::By.bit()
        | Class::Stamp.bit()
        | Class::Promo.bit()
        | Class::Person.bit()
        | Class::Question.bit()
        | Class::Scene.bit()
        | Class::Linking.bit()
        | Class::Auxiliary.bit()
        | Class::Article.bit();
    let code = if word.classes & TELLING != 0 {
        word.hash
    } else {
        let kind = match word.classes {
            classes if classes & Class::Name.bit() != 0 => 1,
            classes if classes & Class::Date.bit() != 0 => 2,
            _ => 0,
        };
        let shape = [word.gerund, word.past, word.third_person, word.year, word.letters > 3];
        shape.iter().fold(4 * word.form as u64 + kind, |code, &sign| code << 1 | u64::from(sign)) + 1000
    };
    code << 1 | u64::from(word.stop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read;
    use crate::structure::lexicon::PLACED;
    use crate::structure::vocabulary;

    fn tokens(text: &str) -> Vec<u64> {
        let document = read(text.to_owned(), Format::Text);
        let mut tokens = Vec::new();
        let mut scanner = Scanner::new(vocabulary::classes());
        scanner.scan(&document, &document.blocks[0], &mut Scanned::default(), &mut tokens);
        tokens
    }

    #[test]
    fn pairs_tell_how_a_block_is_written_and_not_what_about() {
        let [baker, tailor, other] =
            ["The baker melts in the garden", "The tailor kneads in the cellar", "The baker melts and the garden"]
                .map(tokens);
        assert_ne!(baker[..6], tailor[..6]);
        assert_eq!(baker[6..13], tailor[6..13]);
        assert_ne!(baker[6..13], other[6..13]);
    }

    #[test]
    fn numbers_that_are_not_kept_leave_no_gap() {
        let mut numbers = vec![7];
        extend_where(&mut numbers, [(1, false), (2, true), (3, false), (4, true), (5, false)].into_iter());
        assert_eq!(numbers, [7, 2, 4]);
    }

    #[test]
    fn a_huge_block_has_no_more_tokens_than_its_head() {
        assert_eq!(tokens(&"word ".repeat(10_000)).len(), 2 * TOKEN_WORDS + PLACED);
        assert_eq!(tokens("word").len(), 1 + 2 + PLACED);
    }
}
