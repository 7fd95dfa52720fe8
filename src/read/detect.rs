//! Which [`Format`] an article came in: by what the transport says, then by its text, then by its name.

use crate::clean;
use crate::document::Format;

/// How much of the text is looked at.
const LOOKED_AT: usize = 64 << 10;

/// The format of a text. `name` is the file's or the address', `media_type` what HTTP says, such as `text/html`.
///
/// ```
/// use cutline::document::Format;
/// use cutline::read::detect;
///
/// assert_eq!(detect("<!doctype html><p>Hello", None, None), Format::Html);
/// assert_eq!(detect("# Hello\n\nSee [this](https://example.com).\n", None, None), Format::Markdown);
/// assert_eq!(detect("Hello.\n", Some("note.md"), None), Format::Markdown);
/// assert_eq!(detect("Hello.\n", None, None), Format::Text);
/// ```
pub fn detect(text: &str, name: Option<&str>, media_type: Option<&str>) -> Format {
    let media_type = media_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media_type.as_str() {
        "text/html" | "application/xhtml+xml" => return Format::Html,
        "text/markdown" | "text/x-markdown" => return Format::Markdown,
        _ => {}
    }
    let text = clean::head(text, LOOKED_AT);
    // Whoever serves a page's source as plain text means it to be read as such.
    if media_type != "text/plain" && is_html(text) {
        return Format::Html;
    }
    if is_markdown(text) {
        return Format::Markdown;
    }
    let name = name.unwrap_or_default().split(['?', '#']).next().unwrap_or_default();
    match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("html" | "htm" | "xhtml" | "shtml") if media_type != "text/plain" => Format::Html,
        Some("md" | "markdown" | "mdown" | "mkd" | "mdx") => Format::Markdown,
        _ => Format::Text,
    }
}

/// A text that begins with a page's markup, or is full of it.
fn is_html(text: &str) -> bool {
    const OPENING: [&str; 22] = [
        "!doctype html",
        "html",
        "head",
        "body",
        "title",
        "meta",
        "link",
        "script",
        "style",
        "base",
        "article",
        "main",
        "section",
        "header",
        "div",
        "p",
        "h1",
        "h2",
        "table",
        "figure",
        "span",
        "nav",
    ];
    let mut rest = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    // Comments and the XML declaration may go before.
    while let Some((_, after)) =
        ["<!--", "<?"].iter().find(|open| rest.starts_with(**open)).and_then(|_| rest.split_once('>'))
    {
        rest = after.trim_start();
    }
    let begins = rest.strip_prefix('<').is_some_and(|tag| {
        OPENING.iter().any(|name| {
            let named = tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
            named && tag[name.len()..].starts_with(|c: char| c == '>' || c == '/' || c.is_whitespace())
        })
    });
    const MANY: usize = 5;
    let ends = |at: &usize| ["</p>", "</div>", "</P>", "</DIV>"].iter().any(|end| text[*at..].starts_with(end));
    begins || memchr::memchr_iter(b'<', text.as_bytes()).filter(ends).take(MANY).count() == MANY
}

/// A text with two kinds of Markdown's marks, or with front matter: one kind alone is also in plain text.
fn is_markdown(text: &str) -> bool {
    if super::markdown::has_front_matter(text) {
        return true;
    }
    let is_heading = |line: &str| {
        let title = line.trim_start_matches('#');
        let level = line.len() - title.len();
        (1..=6).contains(&level) && title.starts_with(' ') && title.trim().len() > 1
    };
    let [mut heading, mut code, mut table, mut quote] = [false; 4];
    let bytes = text.as_bytes();
    let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', bytes).map(|end| end + 1));
    for from_line in starts.map(|start| &text[start..]) {
        match from_line.as_bytes().first() {
            Some(b'#') => heading |= from_line.lines().next().is_some_and(is_heading),
            Some(b'`') => code |= from_line.starts_with("```"),
            Some(b'|') => table |= from_line.starts_with("|--") || from_line.starts_with("| --"),
            Some(b'>') => quote |= from_line.starts_with("> "),
            _ => {}
        }
    }
    let link = memchr::memchr(b'[', bytes).is_some()
        && text.match_indices("](").any(|(at, _)| {
            let target = &text[at + 2..];
            target.starts_with("http") || target.starts_with(['/', '#', '.', '<'])
        });
    let image = memchr::memchr_iter(b'[', bytes).any(|at| at > 0 && bytes[at - 1] == b'!');
    let bold = memchr::memchr(b'*', bytes).is_some() && text.lines().any(|line| line.matches("**").count() >= 2);
    let kinds = [heading, link, bold, image, code, table, quote];
    kinds.iter().filter(|kind| **kind).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transport_goes_before_the_text_and_the_text_before_the_name() {
        let page = "<html><body><p>Hi</p></body></html>";
        assert_eq!(detect(page, Some("a.txt"), None), Format::Html);
        assert_eq!(detect(page, Some("a.html"), Some("text/plain; charset=utf-8")), Format::Text);
        assert_eq!(detect("Hi", Some("a.md"), Some("text/html")), Format::Html);
        assert_eq!(detect("Hi", Some("https://example.com/a.HTM?x=1.md"), None), Format::Html);
        assert_eq!(detect("# Hi there\n\n**so**\n", None, Some("text/plain")), Format::Markdown);
    }

    #[test]
    fn pages_are_known_by_their_beginning_or_their_markup() {
        for page in [
            "\u{feff}\n<!DOCTYPE html>",
            "<?xml version=\"1.0\"?>\n<html>",
            "<!-- saved -->\n<HTML lang=en>",
            "<article class=x>",
            "Words first. <p>a</p><p>b</p><p>c</p><p>d</p><p>e</p>",
        ] {
            assert_eq!(detect(page, None, None), Format::Html, "{page}");
        }
    }

    #[test]
    fn prose_with_a_stray_sign_is_text() {
        for text in [
            "<3 you all",
            "# 1 in the charts\n\nNobody expected it.",
            "a < b and **c**",
            "> He said\n> she said",
            "<pre",
            "---\n\nA rule on top.\n",
            "",
        ] {
            assert_eq!(detect(text, None, None), Format::Text, "{text}");
        }
    }
}
