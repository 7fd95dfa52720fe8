//! Finding words in an article: a smart-case regular expression over every block, folded ones too.

use std::ops::Range;

use regex::{Regex, RegexBuilder};
use tui_input::Input;

use crate::document::{Document, Position, Role};
use crate::layout::Shown;

/// More matches than this are not kept: nobody steps through them, and a pattern such as `.` would fill the memory.
const MOST_MATCHES: usize = 100_000;

/// A stretch of a block's shown text that matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    pub block: usize,
    pub range: Range<usize>,
}

impl Match {
    /// Where the match begins.
    pub fn position(&self) -> Position {
        Position { block: self.block, offset: self.range.start }
    }
}

/// What is being looked for, and where it is.
#[derive(Debug, Clone, Default)]
pub struct Find {
    /// What is typed.
    pub input: Input,
    /// In the article's order.
    pub matches: Vec<Match>,
    /// Index of the match that was gone to last.
    pub current: Option<usize>,
    /// Whether the matches are no longer shown, until it is gone on to one.
    pub put_by: bool,
    /// Whether what is typed is no regular expression, so that it is looked for as it stands.
    literal: bool,
    /// What the matches are of, where all are known and what goes on from it can only stand in the same blocks.
    narrows: Option<String>,
}

impl Find {
    /// What was typed, not yet looked for.
    pub fn of(input: Input) -> Find {
        Find { input, ..Find::default() }
    }

    /// Looks through the whole document for what is typed. Matches of length zero do not count.
    pub fn search(&mut self, document: &Document) {
        self.current = None;
        let before = std::mem::take(&mut self.matches);
        let typed = self.input.value();
        let narrowed = self.narrows.take().filter(|known| typed.starts_with(known.as_str()));
        self.literal = false;
        let Some((pattern, literal)) = pattern(typed) else { return };
        self.literal = literal;
        let mut search = |block: usize| {
            let found = pattern.find_iter(document.text(block)).map(|m| m.range()).filter(|r| !r.is_empty());
            self.matches.extend(found.map(|range| Match { block, range }));
            self.matches.len() < MOST_MATCHES
        };
        let all = if narrowed.is_some() && is_plain(typed) {
            before.chunk_by(|a, b| a.block == b.block).all(|of_block| search(of_block[0].block))
        } else {
            (0..document.blocks.len()).all(search)
        };
        self.matches.truncate(MOST_MATCHES);
        self.narrows = (all && is_plain(typed)).then(|| typed.to_string());
    }

    /// What is looked for, while it is shown.
    pub fn on_screen(&self) -> Option<&str> {
        Some(self.input.value()).filter(|typed| !typed.is_empty() && !self.put_by)
    }

    /// The matches in one block that are shown, in order, each with whether it is the current one.
    pub fn in_block(&self, block: usize) -> impl Iterator<Item = (Range<usize>, bool)> {
        let start = self.matches.partition_point(|m| m.block < block);
        let end = if self.put_by { start } else { self.matches.len() };
        let rest = self.matches[start..end].iter().enumerate();
        rest.take_while(move |(_, m)| m.block == block)
            .map(move |(i, m)| (m.range.clone(), Some(start + i) == self.current))
    }

    /// Makes the first match at or after a place the current one, or else the first of all; of those in blocks that are
    /// to be preferred, and where there is none of the others.
    pub fn first_from(&mut self, place: Position, is_preferred: impl Fn(usize) -> bool) -> Option<Position> {
        let start = self.matches.partition_point(|m| m.position() < place);
        let mut round = (start..self.matches.len()).chain(0..start);
        let preferred = round.clone().find(|index| is_preferred(self.matches[*index].block));
        self.go(preferred.or_else(|| round.next())?)
    }

    /// Goes `by` matches on from the current one, round the ends; with none, or from a place elsewhere, to the next
    /// at or after the place, or the one before it.
    pub fn step(&mut self, by: isize, elsewhere: Option<Position>) -> Option<Position> {
        let count = isize::try_from(self.matches.len()).unwrap_or(isize::MAX).max(1);
        let from = match (self.current, elsewhere) {
            (Some(current), None) => isize::try_from(current).unwrap_or(0),
            (_, place) => {
                let after = self.matches.partition_point(|m| m.position() < place.unwrap_or_default());
                isize::try_from(after).unwrap_or(0) - isize::from(by > 0)
            }
        };
        self.go((from + by % count).rem_euclid(count).unsigned_abs())
    }

    fn go(&mut self, index: usize) -> Option<Position> {
        let found = self.matches.get(index)?;
        self.current = Some(index);
        Some(found.position())
    }

    /// Which match of how many: "3 of 17"; empty where nothing is looked for.
    pub fn count(&self) -> String {
        let more = if self.matches.len() == MOST_MATCHES { "+" } else { "" };
        match (self.current, self.matches.len()) {
            _ if self.input.value().is_empty() => String::new(),
            (_, 0) => "no match".to_string(),
            (Some(i), n) => format!("{} of {n}{more}", i + 1),
            (None, 1) => "1 match".to_string(),
            (None, n) => format!("{n}{more} matches"),
        }
    }

    /// What to tell the reader: "3 of 17, 2 in sidebars, 1 in a folded caption", copies being folded where they are not
    /// shown.
    pub fn summary(&self, document: &Document, shown: &Shown) -> String {
        let mut out = self.count();
        let blocks = || self.matches.iter().map(|m| &document.blocks[m.block]);
        let sidebars = blocks().filter(|b| b.sidebar.is_some()).count();
        let folded = blocks().filter(|b| b.duplicate_of.is_some() && !shown.duplicates);
        let (captions, others) = folded.partition::<Vec<_>, _>(|b| b.role == Role::Caption);
        let mut tell = |n: usize, one: &str, many: &str| match n {
            0 => {}
            1 => out.push_str(&format!(", 1 in {one}")),
            n => out.push_str(&format!(", {n} in {many}")),
        };
        tell(sidebars, "a sidebar", "sidebars");
        tell(captions.len(), "a folded caption", "folded captions");
        tell(others.len(), "a folded block", "folded blocks");
        if self.literal {
            out.push_str(", no regular expression");
        }
        out
    }
}

/// The pattern for what is typed: small letters match capitals too (smart case), and what is no regular expression
/// is looked for as it stands. Straight and curly quotation marks match one another, and a blank is the end of a line of
/// verse too. Says whether it is looked for as it stands.
fn pattern(typed: &str) -> Option<(Regex, bool)> {
    if typed.is_empty() {
        return None;
    }
    let build = |source: &str| {
        let insensitive = !typed.chars().any(char::is_uppercase);
        RegexBuilder::new(&source.replace(' ', "[ \n]")).case_insensitive(insensitive).size_limit(1 << 20).build()
    };
    let meant = build(&any_quotes(typed)).or_else(|_| build(typed)).map(|pattern| (pattern, false));
    meant.or_else(|_| build(&any_quotes(&regex::escape(typed))).map(|pattern| (pattern, true))).ok()
}

/// A pattern in which every quotation mark stands for all that are written for it.
fn any_quotes(pattern: &str) -> String {
    let mut out = String::new();
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            '\'' | '‘' | '’' | '‚' | 'ʼ' => out.push_str("['‘’‚ʼ]"),
            '"' | '“' | '”' | '„' => out.push_str("[\"“”„]"),
            '\\' => out.extend([c].into_iter().chain(characters.next())),
            _ => out.push(c),
        }
    }
    out
}

/// Whether a pattern stands for itself, so that what it begins is where it is.
fn is_plain(typed: &str) -> bool {
    typed.chars().all(|c| c.is_alphanumeric() || c == ' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Block;

    fn find(typed: &str, blocks: &[&str]) -> (Find, Document) {
        let block = |text: &&str| Block { text: Some((*text).into()), ..Block::default() };
        let document = Document { blocks: blocks.iter().map(block).collect(), ..Document::default() };
        let mut find = Find::of(typed.into());
        find.search(&document);
        (find, document)
    }

    #[test]
    fn small_letters_match_capitals_and_capitals_only_themselves() {
        assert_eq!(find("quay", &["Quay and quay"]).0.matches.len(), 2);
        assert_eq!(find("Quay", &["Quay and quay"]).0.matches.len(), 1);
    }

    #[test]
    fn a_pattern_that_is_no_regular_expression_is_looked_for_as_it_stands() {
        assert_eq!(find("what (", &["what (now)"]).0.matches.len(), 1);
        assert_eq!(find("b.d", &["bad bed"]).0.matches.len(), 2);
        assert_eq!(find("x*", &["no such letter"]).0.matches.len(), 0);
        assert_eq!(find("bay the [ g]", &["upon the bay\nthe gull"]).0.matches.len(), 1);
        let (literal, document) = find("what (", &["what (now)", "what"]);
        assert_eq!(literal.summary(&document, &Shown::default()), "1 match, no regular expression");
        assert_eq!(find("b.d", &["bad bed"]).0.summary(&document, &Shown::default()), "2 matches");
    }

    #[test]
    fn straight_and_curly_quotation_marks_match_one_another() {
        let blocks = ["the gull’s ‘own’ “mouse”", "the gull's 'own' \"mouse\""];
        for typed in ["gull's", "gull’s", "'own'", "‘own’", "\"mouse\"", "“mouse", "[x'’]s", "[\"]m", "(.)'s", "l'(s"]
        {
            let expected = if typed == "l'(s" { 0 } else { 2 };
            assert_eq!(find(typed, &blocks).0.matches.len(), expected, "{typed}");
        }
        assert_eq!(find("s (' ", &["it’s (’ here"]).0.matches.len(), 1);
        assert_eq!(find(r"\w\'s", &blocks).0.matches.len(), 1, "escaped, it is itself");
    }

    #[test]
    fn typing_on_finds_what_looking_for_the_whole_finds() {
        let blocks = ["Quay and quays", "no such word", "the QUAY", "qua"];
        let (mut typed, document) = find("q", &blocks);
        for more in ["qu", "qua", "quay", "quayS", "quay.", "quay", "qua", "", "t", "x", "xy", "the|such"] {
            typed.input = more.into();
            typed.search(&document);
            assert_eq!(typed.matches, find(more, &blocks).0.matches, "{more}");
        }
    }

    #[test]
    fn stepping_goes_round_both_ends() {
        let (mut find, document) = find("a", &["a a", "b", "a"]);
        let start = Position { block: 1, offset: 0 };
        let place = [Some(start), None, None, None, None];
        let steps: Vec<_> =
            [1, 1, 1, -1, -1].into_iter().zip(place).map(|(by, at)| find.step(by, at).unwrap()).collect();
        let at = |block, offset| Position { block, offset };
        assert_eq!(steps, [at(2, 0), at(0, 0), at(0, 2), at(0, 0), at(2, 0)]);
        assert_eq!(find.summary(&document, &Shown::default()), "3 of 3");
    }

    #[test]
    fn the_summary_says_where_the_matches_hide() {
        let (mut find, mut document) = find("a", &["a", "a", "a"]);
        document.blocks[1].sidebar = Some(0);
        document.blocks[2].role = Role::Caption;
        document.blocks[2].duplicate_of = Some(0);
        find.first_from(Position::default(), |_| true);
        assert_eq!(find.summary(&document, &Shown::default()), "1 of 3, 1 in a sidebar, 1 in a folded caption");
    }
}
