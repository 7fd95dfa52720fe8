//! Where a link leads: an address taken apart as browsers do (<https://url.spec.whatwg.org/>), and shown so that its
//! host cannot be mistaken for another's.
//!
//! 1. [`Address::of`] understands what a browser would, and nothing that cutline does not open.
//! 2. [`Address::ascii`] is what is opened, fetched and told to the terminal: nothing in it is left to be understood.
//! 3. [`Address::shown`] is what a person reads before that.

use std::path::PathBuf;

use idna::AsciiDenyList;
use idna::uts46::{Hyphens, Uts46};
use unicode_security::{RestrictionLevel, RestrictionLevelDetection, skeleton};
use url::{Host, Url};

use crate::clean;

/// The schemes that are ever opened.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "file"];

/// Characters of a host that are shown: of a longer one its end, which says whose it is.
const LONGEST: usize = 60;

/// An address that may be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// What a text means as an address; none for what is no absolute one, or of no scheme that is opened.
    pub fn of(text: &str) -> Option<Address> {
        let url = Url::parse(text.trim()).ok().filter(|url| SCHEMES.contains(&url.scheme()))?;
        Some(Address(url))
    }

    /// Whether what is there may be read in cutline.
    pub fn is_web(&self) -> bool {
        matches!(self.0.scheme(), "http" | "https")
    }

    /// The file that the address is of, where it is one on this machine.
    pub fn file(&self) -> Option<PathBuf> {
        self.0.to_file_path().ok().filter(|_| self.0.scheme() == "file")
    }

    /// The address in printable ASCII, a host in another script in punycode.
    pub fn ascii(&self) -> &str {
        self.0.as_str()
    }

    /// Whether a name for the server stands before the host, which could be taken for the host.
    pub fn has_name(&self) -> bool {
        self.is_web() && (!self.0.username().is_empty() || self.0.password().is_some())
    }

    /// The address for a person to judge.
    ///
    /// The host is the real one: its labels are decoded from punycode where they are of one script (UTS 39) and are
    /// not spelt like a word in ASCII, and of one that is very long the end is shown. A name before it is left out.
    ///
    /// ```
    /// use cutline::address::Address;
    ///
    /// let shown = |text| Address::of(text).unwrap().shown();
    /// assert_eq!(shown("https://xn--mnchen-3ya.example/rathaus"), "https://münchen.example/rathaus");
    /// assert_eq!(shown("https://аррӏе.com/"), "https://xn--80ak6aa92e.com/");
    /// assert_eq!(shown("https://bank.example@evil.example/"), "https://…@evil.example/");
    /// ```
    pub fn shown(&self) -> String {
        let url = &self.0;
        let Some(host) = url.host() else { return clean::folded(url.as_str()).into_owned() };
        let name = if self.has_name() { "…@" } else { "" };
        let host = match host {
            Host::Domain(host) => legible(host),
            number => number.to_string(),
        };
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{name}{host}{port}{}", url.scheme(), unescaped(&url[url::Position::BeforePath..]))
    }
}

/// An address as it is, but for a host in letters beyond ASCII, which is put into punycode: wherever it is written
/// then, it cannot be taken for another's.
pub fn with_ascii_host(text: String) -> String {
    let Some((_, rest)) = text.split_once("://") else { return text };
    let (host, path) = rest.split_at(rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len()));
    match Address::of(&text).filter(|address| !host.is_ascii() && address.is_web()) {
        Some(Address(url)) => format!("{}{path}", &url[..url::Position::BeforePath]),
        None => text,
    }
}

/// A host whose labels are decoded where none can be mistaken.
fn legible(host: &str) -> String {
    let decode = |label: &[char], _: &[char], turned: bool| !turned && is_distinct(&label.iter().collect::<String>());
    let (host, _) = Uts46::new().to_user_interface(host.as_bytes(), AsciiDenyList::URL, Hyphens::Allow, decode);
    let host = clean::folded(&host);
    let length = host.chars().count();
    if length <= LONGEST {
        host.into_owned()
    } else {
        std::iter::once('…').chain(host.chars().skip(length - LONGEST)).collect()
    }
}

/// Whether a label looks like no other: it is of one script, or of those that Japanese, Chinese and Korean are written
/// in, and what is left of it when letters are taken for those that they look like (its skeleton) is no plain ASCII.
/// Accents are left aside, but where they stand on Latin letters.
fn is_distinct(label: &str) -> bool {
    let is_latin = |c: char| c.is_ascii() || matches!(c, 'À'..='ɏ' | 'Ḁ'..='ỿ');
    let latin = label.chars().all(is_latin);
    let is_accent = |c: &char| matches!(c, '\u{300}'..='\u{36f}');
    label.check_restriction_level(RestrictionLevel::SingleScript)
        && skeleton(label).filter(|c| latin || !is_accent(c)).any(|c| !c.is_ascii())
}

/// A path and what follows it, letters beyond ASCII decoded from their escapes. Nothing else is: an escaped slash is
/// no slash.
fn unescaped(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        let run = rest.as_bytes()[at..].chunks_exact(3);
        let bytes: Vec<u8> = run.map_while(escaped).take_while(|byte| !byte.is_ascii()).collect();
        let letters = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let is_legible = !letters.is_empty() && letters.chars().all(char::is_alphanumeric);
        let end = if is_legible { at + 3 * letters.len() } else { at + 1 };
        out.push_str(if is_legible { &rest[..at] } else { &rest[..end] });
        out.push_str(if is_legible { letters } else { "" });
        rest = &rest[end..];
    }
    out.push_str(rest);
    clean::folded(&out).into_owned()
}

/// The byte that `%` and two digits stand for.
fn escaped(escape: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(escape.strip_prefix(b"%")?).ok()?;
    u8::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Address::of(text).unwrap_or_else(|| panic!("{text:?} is an address")).shown()
    }

    #[test]
    fn a_host_is_decoded_where_it_looks_like_no_other() {
        for (address, expected) in [
            ("https://xn--caf-dma.example/", "https://café.example/"),
            ("https://ПРАВДА.example/", "https://правда.example/"),
            ("https://xn--n3h.example/", "https://xn--n3h.example/"),
            ("https://日本語.example/", "https://日本語.example/"),
            ("https://ひらがなカナ漢字.example/", "https://ひらがなカナ漢字.example/"),
            ("https://αβγδ.example/", "https://αβγδ.example/"),
            ("https://ｅｘａｍｐｌｅ.example/", "https://example.example/"),
        ] {
            assert_eq!(shown(address), expected);
        }
    }

    #[test]
    fn a_host_that_could_be_mistaken_stays_in_punycode() {
        for address in [
            // Cyrillic, alone and among Latin letters.
            "https://аррӏе.com/",
            "https://bаnk.example/",
            "https://xn--80ak6aa92e.com/",
            // Greek, Armenian, and Latin letters that look like others.
            "https://gοοgle.example/",
            "https://օօ.example/",
            "https://pınar.example/",
            "https://ɡoogle.example/",
            // Cyrillic with accents that Latin letters have too.
            "https://сӧре.example/",
            // Katakana that looks like a slash, and what is turned around.
            "https://bank.exampleノlogin.evil.example/",
            "https://אבג.example/",
        ] {
            let shown = shown(address);
            assert!(shown.is_ascii() && shown.contains("xn--"), "{address}: {shown}");
        }
    }

    #[test]
    fn the_host_is_the_one_that_a_browser_goes_to() {
        for (address, expected) in [
            ("https://bank.example@evil.example/a", "https://…@evil.example/a"),
            ("https://bank.example:443@evil.example", "https://…@evil.example/"),
            ("https://bank.example%2F@evil.example/", "https://…@evil.example/"),
            ("https://evil.example\\@bank.example/", "https://evil.example/@bank.example/"),
            ("https:\\\\evil.example\\bank.example", "https://evil.example/bank.example"),
            ("https:evil.example", "https://evil.example/"),
            ("https:///evil.example", "https://evil.example/"),
            ("https://%65vil.example/", "https://evil.example/"),
            ("https://EVIL.example:443/", "https://evil.example/"),
            ("https://bank.example:4430/", "https://bank.example:4430/"),
            ("http://0x7f.1/", "http://127.0.0.1/"),
            ("http://2130706433/", "http://127.0.0.1/"),
            ("http://[::1]:80/a", "http://[::1]/a"),
            ("https://bank.example。evil.example/", "https://bank.example.evil.example/"),
            ("https://pay\u{ad}pal.example/", "https://paypal.example/"),
        ] {
            assert_eq!(shown(address), expected, "{address}");
        }
    }

    #[test]
    fn of_a_long_host_the_end_is_shown() {
        let shown = shown(&format!("https://bank.example.{}evil.example/login", "a.".repeat(80)));
        assert!(shown.starts_with("https://…") && shown.ends_with(".a.evil.example/login"), "{shown}");
        assert!(shown.chars().count() < 80 && !shown.contains("bank"), "{shown}");
    }

    #[test]
    fn letters_of_a_path_are_decoded_and_nothing_else_is() {
        for (address, expected) in [
            ("https://a.example/stra%C3%9Fe?q=ü#%E6%97%A5", "https://a.example/straße?q=ü#日"),
            ("https://a.example/a%2Fb%20c%00%1b", "https://a.example/a%2Fb%20c%00%1b"),
            ("https://a.example/%E2%80%AE%C2%9B%C3", "https://a.example/%E2%80%AE%C2%9B%C3"),
            ("https://a.example/%", "https://a.example/%"),
            ("https://a.example/%+4%4", "https://a.example/%+4%4"),
        ] {
            assert_eq!(shown(address), expected);
        }
    }

    #[test]
    fn only_the_host_of_an_address_is_put_into_ascii() {
        for (address, expected) in [
            ("https://аррӏе.com/ü?q=ü", "https://xn--80ak6aa92e.com/ü?q=ü"),
            ("HTTPS://a.example/ü", "HTTPS://a.example/ü"),
            ("/ü", "/ü"),
            ("https://bank.example@аррӏе.com", "https://bank.example@xn--80ak6aa92e.com"),
            ("https://ü%00/", "https://ü%00/"),
        ] {
            assert_eq!(with_ascii_host(address.to_string()), expected);
        }
    }

    #[test]
    fn what_is_opened_is_printable_ascii() {
        for address in
            ["https://a.example/\u{202e}ü ␛[5m", "mailto:a\u{9b}@b", "file:///a b\u{1b}", "https://münchen.example"]
        {
            let ascii = Address::of(address).map(|address| address.ascii().to_string()).unwrap_or_default();
            assert!(!ascii.is_empty() && ascii.bytes().all(|b| b.is_ascii_graphic() || b == b' '), "{ascii:?}");
        }
        for none in [
            "",
            "a.example",
            "javascript:alert(1)",
            "https://",
            "https://a.example:99999/",
            "https://a b/",
            "https://a%00b/",
        ] {
            assert_eq!(Address::of(none), None, "{none:?}");
        }
    }
}
