//! Puts together the lines that belong to one block.

use std::ops::Range;

use crate::document::Kind;

use super::lines::Line;
use super::wrapping::Wrapping;

/// The lines of one block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub lines: Range<usize>,
    pub kind: Kind,
    /// Bytes at the start that are not shown: an item's bullet.
    pub bullet: usize,
}

/// What a list item starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bullet {
    Sign(char),
    Number(u32),
}

/// Indent, in columns beyond the text's own, from which lines that are not wrapped are code.
const CODE_INDENT: u16 = 4;

/// How many lines ahead the second item of a list is looked for.
const AHEAD: usize = 16;

/// The blocks' lines, in order; every line is in one.
pub fn parts(source: &str, lines: &[Line]) -> Vec<Part> {
    let indent = usual_indent(lines);
    let wrapping = Wrapping::of(lines, |line| line.indent < indent + CODE_INDENT && bullet_of(source, line).is_none());
    let mut parts = Vec::with_capacity(lines.len() / 2 + 1);
    let mut start = 0;
    while start < lines.len() {
        let more = lines[start + 1..].iter().take_while(|line| !line.after_blank).count();
        let group = start..start + 1 + more;
        let wrapping = wrapping.of_part(&lines[group.clone()]);
        if is_code(source, &lines[group.clone()], indent, wrapping) {
            parts.push(Part { lines: group.clone(), kind: Kind::Code, bullet: 0 });
        } else {
            split(source, lines, group.clone(), wrapping, &mut parts);
        }
        start = group.end;
    }
    mark_items(source, lines, &mut parts);
    parts
}

/// Divides lines without a blank line among them.
fn split(source: &str, lines: &[Line], group: Range<usize>, wrapping: Wrapping, parts: &mut Vec<Part>) {
    let part = |lines| Part { lines, kind: Kind::Paragraph, bullet: 0 };
    let mut start = group.start;
    for next in group.start + 1..group.end {
        if !goes_on(source, lines, start, next, group.end, wrapping) {
            parts.push(part(start..next));
            start = next;
        }
    }
    parts.push(part(start..group.end));
}

/// Whether the block that begins at line `start` goes on in line `next`.
fn goes_on(source: &str, lines: &[Line], start: usize, next: usize, end: usize, wrapping: Wrapping) -> bool {
    if wrapping == Wrapping::None {
        return is_hanging(source, lines, start, next);
    }
    let (first, line, following) = (&lines[start], &lines[next - 1], &lines[next]);
    let made = wrapping.made(line, following);
    if let Some((bullet, _)) = bullet_of(source, following) {
        let of_list = bullet_of(source, first).is_some_and(|(before, _)| follows(before, bullet));
        let later = &lines[next + 1..end.min(next + 1 + AHEAD)];
        let opens_list = line.introduces
            || following.indent > line.indent
            || later.iter().any(|line| bullet_of(source, line).is_some_and(|(b, _)| follows(bullet, b)));
        return made && !of_list && !opens_list;
    }
    if is_hanging(source, lines, start, next) {
        return true;
    }
    // An indent begins a paragraph, but not where all further lines hang.
    let hangs = next - start > 1 || (next + 1 < end && lines[next + 1].indent == following.indent);
    made && (following.indent <= line.indent + 1 || hangs)
}

/// Whether a line hangs under the item that begins at line `start`.
fn is_hanging(source: &str, lines: &[Line], start: usize, next: usize) -> bool {
    let (first, line) = (&lines[start], &lines[next]);
    bullet_of(source, line).is_none() && line.indent >= first.indent + 2 && bullet_of(source, first).is_some()
}

/// Whether lines without a blank line among them are code, or verse: set in, and not wrapped.
fn is_code(source: &str, lines: &[Line], usual: u16, wrapping: Wrapping) -> bool {
    let set_in = |line: &Line| line.indent >= usual + CODE_INDENT && bullet_of(source, line).is_none();
    lines.len() > 1
        && lines.iter().all(set_in)
        && !lines.windows(2).all(|pair| wrapping.made(&pair[0], &pair[1]))
        && lines[0].indent <= lines.iter().map(|line| line.indent).min().unwrap_or(0) + 2 * CODE_INDENT
}

/// The indent that most lines have.
fn usual_indent(lines: &[Line]) -> u16 {
    let mut counts = [0_usize; 64];
    for line in lines {
        counts[usize::from(line.indent).min(63)] += 1;
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    counts.iter().position(|count| *count == most).unwrap_or(0) as u16
}

/// A list that is being read: items with the same sign, or numbers one after another, at one indent.
struct List {
    indent: u16,
    last: Bullet,
    /// Index of the list that it stands in.
    outer: Option<usize>,
    depth: u8,
    /// It is a list, not only a line that begins like an item.
    sure: bool,
}

/// Gives the parts that are items of a list their kind.
///
/// A sign such as `•` says so alone. A number, a dash or a star may also begin a sentence, a date, a line of dialogue
/// or a footnote: it takes a second item, and for dashes no blank line between.
fn mark_items(source: &str, lines: &[Line], parts: &mut [Part]) {
    let spaced = lines.iter().skip(1).any(|line| line.after_blank);
    let mut lists: Vec<List> = Vec::new();
    let mut open: Option<usize> = None;
    let mut items: Vec<(usize, usize, usize)> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let line = &lines[part.lines.start];
        let Some((bullet, bytes)) = bullet_of(source, line) else {
            open = None;
            continue;
        };
        let dash = matches!(bullet, Bullet::Sign('-' | '–' | '—'));
        while let Some(list) = open.map(|list| &lists[list])
            && list.indent > line.indent
        {
            open = list.outer;
        }
        let list = match open {
            Some(list) if lists[list].indent == line.indent => {
                let goes_on = follows(lists[list].last, bullet) && !(dash && (line.after_blank || !spaced));
                lists[list].sure |= goes_on;
                lists[list].last = bullet;
                if goes_on { Some(list) } else { None }
            }
            _ => None,
        };
        let list = list.unwrap_or_else(|| {
            let outer = open.filter(|outer| lists[*outer].indent < line.indent);
            let sure = matches!(bullet, Bullet::Sign(_)) && !dash && !matches!(bullet, Bullet::Sign('*' | '+'));
            let depth = outer.map_or(0, |outer| lists[outer].depth.saturating_add(1));
            lists.push(List { indent: line.indent, last: bullet, outer, depth, sure });
            lists.len() - 1
        });
        open = Some(list);
        items.push((at, list, if matches!(bullet, Bullet::Sign(_)) { bytes } else { 0 }));
    }
    for (at, list, bullet) in items {
        let List { sure, outer, depth, .. } = lists[list];
        if (sure || outer.is_some_and(|outer| lists[outer].sure)) && parts[at].kind == Kind::Paragraph {
            (parts[at].kind, parts[at].bullet) = (Kind::Item(depth), bullet);
        }
    }
}

/// Whether an item with the second bullet may come after one with the first.
fn follows(first: Bullet, second: Bullet) -> bool {
    match (first, second) {
        (Bullet::Number(a), Bullet::Number(b)) => b == a + 1,
        (first, second) => first == second,
    }
}

/// The bullet that a line begins with, and the bytes that it takes with the blanks after it.
fn bullet_of(source: &str, line: &Line) -> Option<(Bullet, usize)> {
    let text = &source[line.start..line.end];
    let first = text.chars().next()?;
    let (bullet, signs) = match first {
        '-' | '–' | '—' | '*' | '+' | '•' | '·' | '‣' | '◦' | '▪' | '●' | '■' | '\u{f0b7}' => {
            (Bullet::Sign(first), first.len_utf8())
        }
        '0'..='9' => {
            let digits = text.bytes().take(4).take_while(u8::is_ascii_digit).count();
            let closed = matches!(text.as_bytes().get(digits), Some(b'.' | b')'));
            let number = text[..digits].parse().ok().filter(|_| closed && digits <= 3)?;
            (Bullet::Number(number), digits + 1)
        }
        _ => return None,
    };
    let rest = &text[signs..];
    let blanks = rest.len() - rest.trim_start().len();
    // A row of stars divides; it is no item.
    let says = rest.chars().take(64).any(char::is_alphanumeric);
    (blanks > 0 && says).then_some((bullet, signs + blanks))
}
