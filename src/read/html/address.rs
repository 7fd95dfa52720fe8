//! Addresses in a page: relative ones resolved, and only those kept that a reader may follow.

use crate::address::with_ascii_host;
use crate::clean;

/// What relative addresses are relative to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base {
    /// `https:`
    scheme: String,
    /// `//example.com`
    host: String,
    /// `/news/`, up to and with the last slash.
    folder: String,
    /// `/news/article.html`
    path: String,
}

impl Base {
    /// Resolves nothing.
    pub const NOWHERE: Base =
        Base { scheme: String::new(), host: String::new(), folder: String::new(), path: String::new() };

    /// The base that an absolute web address makes; another makes one that resolves nothing.
    pub fn new(address: &str) -> Base {
        let address = written(address);
        let Some((scheme, rest)) = address.split_once("://") else { return Base::default() };
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(&*scheme, "http" | "https") {
            return Base::default();
        }
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let slash = rest.find('/').unwrap_or(rest.len());
        let (host, path) = rest.split_at(slash);
        let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
        Base { scheme: scheme + ":", host: format!("//{host}"), folder: folder.to_string(), path: path.to_string() }
    }

    /// The absolute address of a link, fit to be shown; none for what is no place to go (`javascript:`, `#top`). What
    /// cannot be resolved stays relative.
    ///
    /// ```
    /// use cutline::read::html::address::Base;
    ///
    /// let base = Base::new("https://example.com/news/today.html");
    /// assert_eq!(base.link("../a?b#c").as_deref(), Some("https://example.com/a?b#c"));
    /// assert_eq!(base.link("javascript:alert(1)"), None);
    /// ```
    pub fn link(&self, href: &str) -> Option<String> {
        let href = written(href);
        if href.is_empty() || href.starts_with('#') {
            return None;
        }
        if let Some(scheme) = scheme(&href) {
            let known = ["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
            return known.then(|| with_ascii_host(href));
        }
        if self.scheme.is_empty() {
            return Some(href);
        }
        let Base { scheme, host, folder, path } = self;
        Some(match href.as_bytes() {
            [b'/', b'/', ..] => with_ascii_host(format!("{scheme}{href}")),
            [b'/', ..] => format!("{scheme}{host}{}", without_dots(&href)),
            [b'?', ..] => format!("{scheme}{host}{path}{href}"),
            _ => format!("{scheme}{host}{}", without_dots(&format!("{folder}{href}"))),
        })
    }
}

/// An address as it is to be written: tabs, line ends and blanks around it are not part of it, and blanks within it are
/// escaped, as browsers do (<https://url.spec.whatwg.org/#url-parsing>).
fn written(address: &str) -> String {
    let address = address.replace(['\t', '\n', '\r'], "");
    let visible = clean::visible(address.trim());
    let mut out = String::with_capacity(visible.len());
    for c in visible.chars() {
        if c.is_whitespace() {
            out.extend(c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("%{byte:02X}")));
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether an address leads to what stands beside the page that it is in, or in a folder near it.
pub fn is_beside(address: &str) -> bool {
    let path = !address.is_empty() && !address.starts_with(['/', '\\', '#', '?']);
    path && scheme(address).is_none() && !address.contains(|c: char| c.is_control())
}

/// The scheme that an absolute address starts with.
fn scheme(href: &str) -> Option<&str> {
    let (scheme, _) = href.split_once(':')?;
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(fits)).then_some(scheme)
}

/// A path with its `.` and `..` segments taken out.
fn without_dots(path: &str) -> String {
    let end = path.find(['?', '#']).unwrap_or(path.len());
    let (path, rest) = path.split_at(end);
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    format!("/{}{rest}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_resolved_as_browsers_do() {
        let base = Base::new("https://example.com/a/b/c.html?q=1");
        for (href, absolute) in [
            ("d.html", "https://example.com/a/b/d.html"),
            ("./d", "https://example.com/a/b/d"),
            ("../../../../d", "https://example.com/d"),
            ("..", "https://example.com/a/"),
            ("/d?x=../y", "https://example.com/d?x=../y"),
            ("//cdn.example/d", "https://cdn.example/d"),
            ("?page=2", "https://example.com/a/b/c.html?page=2"),
            ("HTTP://other.example", "HTTP://other.example"),
            ("mailto:a@b.example", "mailto:a@b.example"),
        ] {
            assert_eq!(base.link(href).as_deref(), Some(absolute));
        }
        assert_eq!(Base::new("https://example.com").link("x").as_deref(), Some("https://example.com/x"));
    }

    #[test]
    fn blanks_within_an_address_stay_as_escapes() {
        let base = Base::new(" https://example.com/my news/today.html ");
        for (href, absolute) in [
            (" my photo.jpg\n", "https://example.com/my%20news/my%20photo.jpg"),
            ("/find?q=a b", "https://example.com/find?q=a%20b"),
            ("https://example.com/a\n\tb\r\n c", "https://example.com/ab%20c"),
            ("a\u{a0}b", "https://example.com/my%20news/a%C2%A0b"),
            ("a%20b", "https://example.com/my%20news/a%20b"),
        ] {
            assert_eq!(base.link(href).as_deref(), Some(absolute));
        }
        assert_eq!(Base::NOWHERE.link("./My Page_files/a b.jpg").as_deref(), Some("./My%20Page_files/a%20b.jpg"));
        assert_eq!(Base::NOWHERE.link("\t\n "), None);
    }

    #[test]
    fn what_stands_beside_a_page_has_no_scheme_and_no_root() {
        for address in ["other.html", "../notes/b.md#part", "caf%C3%A9 au lait.txt", "a/b:c"] {
            assert!(is_beside(address), "{address}");
        }
        for address in
            ["", "#part", "?a", "/etc/motd", "\\\\host\\a", "//cdn.example/a", "file:a", "https://a.example", "a\0b"]
        {
            assert!(!is_beside(address), "{address}");
        }
    }

    #[test]
    fn what_is_no_place_to_go_is_no_link() {
        let base = Base::new("https://example.com/");
        for href in
            ["", "#top", "javascript:void(0)", " java\nscript:alert(1)", "data:text/html,x", "file:///etc/passwd"]
        {
            assert_eq!(base.link(href), None, "{href}");
        }
        assert_eq!(Base::new("").link("/x").as_deref(), Some("/x"));
    }
}
