//! Makes text from outside safe and fit to show. Everything that is drawn or printed has passed through here.
//!
//! Articles are untrusted: an escape sequence in one must not reach the terminal, nor a bidirectional override turn
//! a line around. [`visible`] takes any text and gives text without such characters; [`folded`] also folds white
//! space, as paragraphs are shown.

use std::borrow::Cow;

/// How many marks may stand on one letter. Vietnamese, Hebrew and Tibetan need up to four or five; a tower of a
/// thousand would be drawn over the whole screen.
const MARKS_ON_A_LETTER: usize = 8;

/// What becomes of a character on its way to the screen.
enum Fate {
    Keep,
    Drop,
    Show(char),
}

fn fate(c: char) -> Fate {
    match c {
        '\n' | ' '..='~' => Fate::Keep,
        '\t' => Fate::Show(' '),
        '\u{2028}' | '\u{2029}' | '\u{85}' => Fate::Show('\n'),
        '\0'..='\u{1f}' => Fate::Show(char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}')),
        '\u{7f}' => Fate::Show('␡'),
        '\u{80}'..='\u{9f}' => Fate::Show('\u{fffd}'),
        // Soft hyphen, Arabic letter mark, Mongolian vowel separator, Hangul fillers.
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => Fate::Drop,
        // Zero-width space, direction marks, embeddings, overrides and isolates, invisible operators. The joiners
        // U+200C and U+200D stay: Persian, Hindi and family emoji are spelt with them.
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => Fate::Drop,
        // Variation selectors but for "as text" and "as emoji"; byte order mark; interlinear notes; tags.
        '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' => Fate::Drop,
        _ => Fate::Keep,
    }
}

/// Whether a character is drawn onto the one before it.
fn is_mark(c: char) -> bool {
    c >= '\u{300}' && (c == '\u{200c}' || c == '\u{200d}' || unicode_width::UnicodeWidthChar::width(c) == Some(0))
}

/// Text without anything that a terminal takes for a command or a reader cannot see.
///
/// Control characters become their pictures, C1 controls a replacement character, tabs a space; invisible and
/// direction-changing characters vanish; of a heap of combining marks the first few stay. Line ends stay.
///
/// ```
/// use cutline::clean::visible;
///
/// assert_eq!(visible("plain"), "plain");
/// assert_eq!(visible("\x1b[31mred"), "␛[31mred");
/// assert_eq!(visible("gnp\u{202e}.exe"), "gnp.exe");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte == b'\n' || (b' '..=b'~').contains(&byte);
    let mut out = String::new();
    // What lies before `copied` is in `out` as it is shown.
    let (mut at, mut copied) = (0, 0);
    let mut marks = 0;
    while let Some(skipped) = text.as_bytes()[at..].iter().position(|&byte| !plain(byte)) {
        at += skipped;
        let Some(c) = text[at..].chars().next() else { break };
        marks = match (is_mark(c), skipped) {
            (false, _) => 0,
            (true, 0) => marks + 1,
            (true, _) => 1,
        };
        let fate = if marks > MARKS_ON_A_LETTER { Fate::Drop } else { fate(c) };
        if !matches!(fate, Fate::Keep) {
            out.push_str(&text[copied..at]);
            copied = at + c.len_utf8();
        }
        if let Fate::Show(shown) = fate {
            out.push(shown);
        }
        at += c.len_utf8();
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
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
    let mut out = String::with_capacity(visible.len());
    for word in visible.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    Cow::Owned(out)
}

/// A text's first bytes, at most so many, cut between characters.
pub fn head(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

/// Whether the only white space is single spaces.
fn is_folded(text: &str) -> bool {
    let mut after_space = false;
    let plain = text.bytes().all(|byte| {
        let fine = !(matches!(byte, b'\t'..=b'\r') || byte == b' ' && after_space);
        after_space = byte == b' ';
        fine
    });
    plain && (text.is_ascii() || !text.contains(|c: char| !c.is_ascii() && c.is_whitespace()))
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
    fn a_tower_of_marks_is_cut_down() {
        let tower = format!("a{}b", "\u{301}".repeat(10_000));
        assert_eq!(visible(&tower).chars().count(), 2 + MARKS_ON_A_LETTER);
    }

    #[test]
    fn emoji_sequences_stay_whole() {
        for text in ["👨\u{200d}👩\u{200d}👧", "❤\u{fe0f}", "1\u{fe0f}\u{20e3}", "می\u{200c}خواهم"] {
            assert_eq!(visible(text), text);
        }
    }
}
