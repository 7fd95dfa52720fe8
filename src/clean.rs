//! Makes text from outside safe and fit to show. Everything that is drawn or printed has passed through here.
//!
//! Articles are untrusted: an escape sequence in one must not reach the terminal, nor a bidirectional override turn
//! a line around. [`visible`] takes any text and gives text without such characters; [`folded`] also folds white
//! space, as paragraphs are shown.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

/// How many marks may stand on one letter. Vietnamese, Hebrew and Tibetan need up to four or five; a tower of a
/// thousand would be drawn over the whole screen.
const MARKS_ON_A_LETTER: usize = 8;

/// Columns from one tab stop to the next, as in CommonMark.
const TAB: usize = 4;

/// What becomes of a character on its way to the screen.
enum Fate {
    Keep,
    Drop,
    Show(char),
}

/// What becomes of a character between what is kept before it and what comes next; `marks` are there before it.
fn fate(c: char, before: Option<char>, next: Option<char>, marks: usize) -> Fate {
    match c {
        '\n' | ' '..='~' => Fate::Keep,
        // A form feed ends a page, and so a word.
        '\t' | '\u{b}' | '\u{c}' => Fate::Show(' '),
        '\u{2028}' | '\u{2029}' | '\u{85}' => Fate::Show('\n'),
        '\0'..='\u{1f}' => Fate::Show(char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}')),
        '\u{7f}' => Fate::Show('␡'),
        '\u{80}'..='\u{9f}' => Fate::Show('\u{fffd}'),
        _ if marks >= MARKS_ON_A_LETTER && is_mark(c) => Fate::Drop,
        // Persian, Hindi and family emoji are spelt with the joiners; between Latin letters they make two words of what
        // looks like one.
        '\u{200c}' | '\u{200d}' if before.or(next).is_some_and(joins) => Fate::Keep,
        // "As text" and "as emoji".
        '\u{fe0e}' | '\u{fe0f}' if before.is_some_and(|before| is_picture(before, next)) => Fate::Keep,
        // The variants of Mongolian letters.
        '\u{180b}'..='\u{180d}' | '\u{180f}' if matches!(before, Some('\u{1820}'..='\u{18aa}')) => Fate::Keep,
        _ if is_unseen(c) => Fate::Drop,
        _ => Fate::Keep,
    }
}

/// Whether a character shows nothing, or turns around what does: Unicode's Default_Ignorable_Code_Point, and the
/// interlinear notes.
fn is_unseen(c: char) -> bool {
    match c {
        // Soft hyphen, grapheme joiner, Arabic letter mark, Hangul fillers, vowels that Khmer does not write.
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}'
        | '\u{ffa0}' => true,
        // Zero-width space, joiners, direction marks, embeddings, overrides and isolates, invisible operators.
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        // Variation selectors, byte order mark, interlinear notes, tags.
        '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' => true,
        // Shorthand and musical signs that say where others begin and end.
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => true,
        _ => false,
    }
}

/// Whether a joiner beside a character may change how it looks: in scripts whose letters are joined, and at emoji.
fn joins(c: char) -> bool {
    let script = matches!(c, '\u{600}'..='\u{10ff}' | '\u{1780}'..='\u{18af}' | '\u{1a00}'..='\u{1cff}'
        | '\u{a800}'..='\u{abff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10a00}'..='\u{11fff}');
    (script || matches!(c, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}'))
        && !(is_unseen(c) && c != '\u{fe0f}')
}

/// Whether there are two forms of a character, text and emoji; of a digit only as a key's cap.
fn is_picture(c: char, next: Option<char>) -> bool {
    match c {
        '#' | '*' | '0'..='9' => next == Some('\u{20e3}'),
        '©' | '®' | '\u{203c}'..='\u{2bff}' | '\u{3030}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}' => true,
        _ => false,
    }
}

/// Whether a character is drawn onto the one before it.
fn is_mark(c: char) -> bool {
    c >= '\u{300}' && (c == '\u{200c}' || c == '\u{200d}' || unicode_width::UnicodeWidthChar::width(c) == Some(0))
}

/// Where the first byte of a kind stands. Most bytes are of none that is looked for: many are asked at once.
pub fn first(bytes: &[u8], is_wanted: impl Fn(u8) -> bool) -> Option<usize> {
    const AT_ONCE: usize = 32;
    let mut chunks = bytes.chunks_exact(AT_ONCE);
    let without = |chunk: &&[u8]| !chunk.iter().fold(false, |found, byte| found | is_wanted(*byte));
    let skipped = if bytes.first().is_some_and(|byte| is_wanted(*byte)) {
        0
    } else {
        chunks.by_ref().take_while(without).count()
    };
    let start = skipped * AT_ONCE;
    bytes[start..].iter().position(|byte| is_wanted(*byte)).map(|at| start + at)
}

/// Tells of every character that is no plain ASCII: where it stands, and what becomes of it.
fn walk(text: &str, mut tell: impl FnMut(usize, char, &Fate)) {
    let (mut at, mut marks, mut before) = (0, 0, None);
    while let Some(skipped) = first(&text.as_bytes()[at..], |byte| byte != b'\n' && !(b' '..=b'~').contains(&byte)) {
        if skipped > 0 {
            at += skipped;
            (before, marks) = (Some(char::from(text.as_bytes()[at - 1])), 0);
        }
        let mut rest = text[at..].chars();
        let Some(c) = rest.next() else { break };
        let fate = fate(c, before, rest.clone().next(), marks);
        match fate {
            Fate::Keep => (before, marks) = (Some(c), if is_mark(c) { marks + 1 } else { 0 }),
            Fate::Show(shown) => (before, marks) = (Some(shown), 0),
            Fate::Drop => {}
        }
        tell(at, c, &fate);
        at += c.len_utf8();
    }
}

/// Text without anything that a terminal takes for a command or a reader cannot see.
///
/// Control characters become their pictures, C1 controls a replacement character, tabs blanks up to the next stop, form
/// feeds a blank; invisible and direction-changing characters vanish ([`unseen`] counts them); of a heap of combining marks the first
/// few stay. Line ends stay.
///
/// ```
/// use cutline::clean::visible;
///
/// assert_eq!(visible("plain"), "plain");
/// assert_eq!(visible("\x1b[31mred"), "␛[31mred");
/// assert_eq!(visible("gnp\u{202e}.exe"), "gnp.exe");
/// assert_eq!(visible("if a:\n\tb = 1\t# c"), "if a:\n    b = 1   # c");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    // What lies before `copied` is in `out` as it is shown.
    let mut copied = 0;
    // How many columns its last line has, as far as they are counted.
    let (mut counted, mut column) = (0, 0);
    walk(text, |at, c, fate| {
        if !matches!(fate, Fate::Keep) {
            out.push_str(&text[copied..at]);
            copied = at + c.len_utf8();
        }
        if c == '\t' {
            let (is_new, line) =
                out[counted..].rsplit_once('\n').map_or((false, &out[counted..]), |(_, line)| (true, line));
            column = if is_new { 0 } else { column } + line.width();
            let blanks = TAB - column % TAB;
            out.extend(std::iter::repeat_n(' ', blanks));
            (counted, column) = (out.len(), column + blanks);
        } else if let Fate::Show(shown) = fate {
            out.push(*shown);
        }
    });
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// How many characters of a text [`visible`] leaves out.
///
/// ```
/// assert_eq!(cutline::clean::unseen("pay\u{200b}pal, gnp\u{202e}.exe"), 2);
/// ```
pub fn unseen(text: &str) -> usize {
    let mut count = 0;
    walk(text, |_, _, fate| count += usize::from(matches!(fate, Fate::Drop)));
    count
}

/// Appends [`visible`] text to visible text. Of the marks that meet at the seam as many stay as on any letter.
pub fn append(text: &mut String, more: &str) {
    let kept = match more.chars().next() {
        Some(first) if is_mark(first) => {
            let there = text.chars().rev().take(MARKS_ON_A_LETTER).take_while(|c| is_mark(*c)).count();
            let marks = more.char_indices().take_while(|(_, c)| is_mark(*c));
            marks.map(|(at, c)| at + c.len_utf8()).take(MARKS_ON_A_LETTER - there).last().unwrap_or(0)
        }
        _ => return text.push_str(more),
    };
    text.push_str(&more[..kept]);
    text.push_str(more[kept..].trim_start_matches(is_mark));
}

/// One line of [`visible`] text: white space (no-break spaces and line ends too) folded to single spaces, none at
/// the ends.
///
/// ```
/// use cutline::clean::folded;
///
/// assert_eq!(folded(" two\u{a0}\n words "), "two words");
/// ```
pub fn folded(text: &str) -> Cow<'_, str> {
    let visible = visible(text);
    if let Cow::Borrowed(text) = visible
        && is_folded(text.trim())
    {
        return Cow::Borrowed(text.trim());
    }
    // Bytes are split several times as fast; the vertical tab, which they do not know, is in no visible text.
    if has_wide_space(&visible) {
        Cow::Owned(joined(visible.split_whitespace(), visible.len()))
    } else {
        Cow::Owned(joined(visible.split_ascii_whitespace(), visible.len()))
    }
}

/// Words with a blank between each two, no longer than so many bytes.
fn joined<'a>(words: impl Iterator<Item = &'a str>, most: usize) -> String {
    let mut out = String::with_capacity(most);
    for word in words {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// A text's first bytes, at most so many, cut between characters.
pub fn head(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

/// Whether a text has white space beyond ASCII: no-break spaces and their like.
pub fn has_wide_space(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    // What the bytes of such white space begin with.
    let leads = |byte: u8| matches!(byte, 0xc2 | 0xe1..=0xe3);
    let mut rest = text;
    while let Some(at) = first(rest.as_bytes(), leads) {
        let mut characters = rest[at..].chars();
        if characters.next().is_some_and(char::is_whitespace) {
            return true;
        }
        rest = characters.as_str();
    }
    false
}

/// Whether the only white space is single spaces.
pub fn is_folded(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_other = |byte: u8| matches!(byte, b'\t'..=b'\r');
    let other = bytes.iter().fold(false, |found, byte| found | is_other(*byte));
    let double = bytes.iter().zip(&bytes[1.min(bytes.len())..]);
    let double = double.fold(false, |found, (a, b)| found | ((*a == b' ') & (*b == b' ')));
    !other && !double && !has_wide_space(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_survives() {
        let all: String = (0..0x3000).filter_map(char::from_u32).collect();
        let left: Vec<char> = visible(&all).chars().filter(|c| c.is_control() && *c != '\n').collect();
        assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn clean_text_is_not_copied() {
        assert!(matches!(visible("Zoë’s 日本語 – fine"), Cow::Borrowed(_)));
        assert!(matches!(folded("  Zoë’s – fine\n"), Cow::Borrowed("Zoë’s – fine")));
    }

    #[test]
    fn tabs_lead_to_stops_that_are_counted_in_columns() {
        for (text, shown) in [
            ("\ta", "    a"),
            ("abc\td", "abc d"),
            ("abcd\te", "abcd    e"),
            ("日本\tx", "日本    x"),
            ("日\tx\ty", "日  x   y"),
            ("a\n\tb\tc\nde\tf", "a\n    b   c\nde  f"),
            ("a\u{2028}\tb", "a\n    b"),
        ] {
            assert_eq!(visible(text), shown, "{text:?}");
        }
        assert_eq!(folded("a\tb"), "a b");
        assert_eq!(
            (folded("ends here.\u{c}Page two"), visible("a\u{b}b")),
            ("ends here. Page two".into(), "a b".into())
        );
        // As long as it takes to look at each character once.
        assert_eq!(visible(&"a\t".repeat(200_000)).len(), 800_000);
    }

    #[test]
    fn all_wide_space_is_found() {
        for c in ('\0'..=char::MAX).filter(|c| c.is_whitespace()) {
            for text in [format!("one’s{c}two"), format!("é{c}"), format!("{c}")] {
                assert_eq!(has_wide_space(&text), !c.is_ascii(), "{text:?}");
            }
        }
        let others = ('\u{80}'..=char::MAX).filter(|c| !c.is_whitespace());
        assert!(!has_wide_space(&others.collect::<String>()));
        assert!(!has_wide_space("Zoë’s 日本語 – fine"));
    }

    #[test]
    fn a_tower_of_marks_is_cut_down() {
        let tower = format!("a{}b", "\u{301}".repeat(10_000));
        assert_eq!(visible(&tower).chars().count(), 2 + MARKS_ON_A_LETTER);
    }

    #[test]
    fn marks_that_come_one_after_another_are_cut_down_too() {
        let mut text = "a".to_string();
        (0..100).for_each(|_| append(&mut text, "\u{301}\u{302}\u{303}"));
        append(&mut text, "\u{301}b");
        assert_eq!(text, format!("a{}b", "\u{301}\u{302}\u{303}".repeat(3).trim_end_matches('\u{303}')));
        append(&mut text, "\u{301}c");
        assert!(text.ends_with("b\u{301}c"));
        let dropped_between = format!("a{}\u{115f}\u{200b}{}", "\u{301}".repeat(8), "\u{301}".repeat(8));
        assert_eq!(visible(&dropped_between), format!("a{}", "\u{301}".repeat(8)));
    }

    #[test]
    fn what_joins_nothing_is_left_out_and_counted() {
        for (text, shown) in [
            ("pay\u{200d}pal", "paypal"),
            ("pay\u{200c}pal", "paypal"),
            ("п\u{200d}р", "пр"),
            ("日\u{200d}本", "日本"),
            ("1\u{fe0f}0", "10"),
            ("a\u{fe0f}", "a"),
            ("\u{200d}a", "a"),
            ("👩\u{200d}\u{200d}👧", "👩\u{200d}👧"),
            ("a\u{34f}b\u{2065}c\u{1d173}d\u{fff0}e\u{180e}", "abcde"),
        ] {
            assert_eq!(visible(text), shown);
            assert_eq!(unseen(text), text.chars().count() - shown.chars().count());
            assert_eq!(visible(shown), shown);
        }
    }

    #[test]
    fn emoji_sequences_stay_whole() {
        for text in [
            "👨\u{200d}👩\u{200d}👧",
            "❤\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "\u{200c}خواهم",
        ] {
            assert_eq!(visible(text), text);
        }
    }
}
