//! Words with their marks: emphasis, links, code, and a backslash before whatever else Markdown would take for its own.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::mem::discriminant;
use std::ops::Range;

use crate::clean;
use crate::document::{Mark, MarkKind};

/// How often marks are left out until all that are left are taken for such; then all of emphasis are.
const ROUNDS: usize = 3;

/// Text with its marks, all else escaped. Emphasis whose signs would be taken for text is left out.
pub(super) fn inline(text: &str, marks: &[Mark]) -> String {
    let mut marks = touching(text, marks);
    for _ in 0..ROUNDS {
        let (out, signs) = marked(text, &marks);
        let mut taken = vec![true; marks.len()];
        signs.iter().for_each(|sign| taken[sign.mark] &= sign.is_taken(&out));
        let mut taken = taken.into_iter();
        let before = marks.len();
        marks.retain(|_| taken.next().unwrap_or(true));
        if marks.len() == before {
            return out;
        }
    }
    marks.retain(|mark| matches!(mark.kind, MarkKind::Code | MarkKind::Link(_)));
    marked(text, &marks).0
}

/// The marks with words in them, those of one kind that touch as one.
fn touching(text: &str, marks: &[Mark]) -> Vec<Mark> {
    let mut all: Vec<Mark> = Vec::with_capacity(marks.len());
    let mut last = HashMap::new();
    for mark in marks.iter().filter(|mark| text.get(mark.range.clone()).is_some_and(|t| !t.trim().is_empty())) {
        let kind = discriminant(&mark.kind);
        let before = last.get(&kind).map(|at: &usize| &mut all[*at]);
        match before.filter(|before| before.kind == mark.kind && mark.range.start <= before.range.end) {
            Some(before) => before.range.end = before.range.end.max(mark.range.end),
            None => {
                last.insert(kind, all.len());
                all.push(mark.clone());
            }
        }
    }
    all.sort_by_key(|mark| (mark.range.start, Reverse(mark.range.end)));
    all
}

/// The sign before or after what a mark lies over.
struct Sign {
    mark: usize,
    range: Range<usize>,
    opens: bool,
    /// Whether it stands in emphasis.
    inner: bool,
}

impl Sign {
    /// Whether CommonMark takes it for one: it must stand at a word; at punctuation only if no word is on its other
    /// side. One that opens emphasis in emphasis must not be taken for the end of that.
    fn is_taken(&self, out: &str) -> bool {
        let sign = out[self.range.clone()].chars().next();
        let Some(sign) = sign.filter(|sign| matches!(sign, '*' | '~')) else { return true };
        let before = out[..self.range.start].trim_end_matches(sign).chars().next_back().unwrap_or(' ');
        let after = out[self.range.end..].trim_start_matches(sign).chars().next().unwrap_or(' ');
        let only_opens = before.is_whitespace() || is_punctuation(before) && after.is_alphanumeric();
        if self.opens && self.inner && !only_opens {
            return false;
        }
        let (inside, outside) = if self.opens { (after, before) } else { (before, after) };
        inside.is_alphanumeric() || !inside.is_whitespace() && (outside.is_whitespace() || is_punctuation(outside))
    }
}

/// Whether a character is punctuation; of that beyond ASCII, the most common.
fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c, '¡' | '§' | '«' | '·' | '»' | '¿' | '‐'..='‧' | '‰'..='⁃' | '、'..='〃' | '〈'..='】' | '〔'..='〟')
        || matches!(c, '！' | '（' | '）' | '，' | '．' | '：' | '；' | '？')
}

/// Text with these marks, and where their signs in it are.
fn marked(text: &str, marks: &[Mark]) -> (String, Vec<Sign>) {
    let mut signs = Vec::new();
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut done = 0;
    let mut open: Vec<(usize, &Mark)> = Vec::new();
    let mut next = marks.iter().enumerate().peekable();
    let emphasised = |open: &[(usize, &Mark)]| open.iter().any(|(_, mark)| !matches!(mark.kind, MarkKind::Link(_)));
    loop {
        // Whichever comes first: an open mark's end, or another's start.
        let end = open.last().map(|(_, mark)| mark.range.end);
        let start = next.peek().map(|(_, mark)| mark.range.start);
        match (end, start) {
            (Some(end), start) if start.is_none_or(|start| end <= start) => {
                escape(&text[done..end], &mut out);
                done = end;
                if let Some((at, mark)) = open.pop() {
                    let start = out.len();
                    match &mark.kind {
                        MarkKind::Link(href) => out.extend(["](", &address(href), ")"]),
                        kind => out.push_str(sign(kind)),
                    }
                    signs.push(Sign { mark: at, range: start..out.len(), opens: false, inner: emphasised(&open) });
                }
            }
            (end, Some(start)) => {
                let Some((at, mark)) = next.next() else { break };
                // Marks that cross or that code or a link would have inside are left out: their text stays.
                let inside = end.is_none_or(|end| mark.range.end <= end);
                if start < done || !inside {
                    continue;
                }
                escape(&text[done..start], &mut out);
                done = start;
                if mark.kind == MarkKind::Code {
                    code(&text[mark.range.clone()], &mut out);
                    done = mark.range.end;
                } else {
                    let start = out.len();
                    out.push_str(sign(&mark.kind));
                    signs.push(Sign { mark: at, range: start..out.len(), opens: true, inner: emphasised(&open) });
                    open.push((at, mark));
                }
            }
            (Some(_), None) | (None, None) => break,
        }
    }
    escape(&text[done..], &mut out);
    (out, signs)
}

/// What stands before words that are marked so, and behind all but links.
fn sign(kind: &MarkKind) -> &'static str {
    match kind {
        MarkKind::Emphasis => "*",
        MarkKind::Strong => "**",
        MarkKind::Struck => "~~",
        MarkKind::Link(_) => "[",
        MarkKind::Code => "`",
    }
}

/// A stretch of code, between backticks enough to hold those inside.
fn code(text: &str, out: &mut String) {
    let fence = "`".repeat(longest_run(text, '`') + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    out.extend([&fence, pad, text, pad, &fence]);
}

/// A link's target in angle brackets, where no character of it can end the link.
pub(super) fn address(href: &str) -> String {
    let mut out = String::from("<");
    for c in clean::visible(href).chars() {
        match c {
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            '\n' => {}
            '&' => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    out.push('>');
    out
}

/// Adds text with a backslash before whatever Markdown would take for its own.
fn escape(text: &str, out: &mut String) {
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        let escaped = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '~' => true,
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '&' => after == '#' || after.is_ascii_alphanumeric(),
            _ => false,
        };
        if escaped {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
}

pub(super) fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(str::len).max().unwrap_or(0)
}
