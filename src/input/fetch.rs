//! Articles and their pictures from the web: one polite request, within limits of time, size and redirects.
//!
//! 1. The address is asked for with what we can read and unpack; certificates are checked against Mozilla's roots.
//! 2. A redirect is followed, to the web and nowhere else.
//! 3. The body is unpacked as it comes and counted unpacked, so that a bomb is too large like any other.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use ureq::http::{HeaderMap, Response, StatusCode};
use ureq::{Agent, Body, Timeout};

use super::pictures::may_be_asked;
use super::{Progress, Told};
use crate::address::Address;
use crate::clean;
use crate::read::html::address::Base;

/// How long and how much is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Until a server is found, answers the telephone and shows its certificate.
    pub connect: Duration,
    /// Between one word from the server and the next.
    pub silence: Duration,
    /// From the first request to the last byte.
    pub total: Duration,
    /// Bytes of an article, unpacked.
    pub bytes: usize,
    pub redirects: usize,
    pub wanted: Wanted,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Article,
    Picture,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(20),
            total: Duration::from_secs(120),
            bytes: 32 << 20,
            redirects: 10,
            wanted: Wanted::Article,
        }
    }
}

/// What came from an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    pub bytes: Vec<u8>,
    /// Where it came from in the end, redirects followed.
    pub address: String,
    /// As in `text/html; charset=utf-8`.
    pub content_type: Option<String>,
}

/// Why nothing can be had from an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("it is no address of the web")]
    Address,
    #[error("there is no server of that name, or no network")]
    Name,
    #[error("the server refuses connections")]
    Refused,
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    #[error("the server does not answer: nothing came within {} s", .0.as_secs())]
    Silent(Duration),
    #[error("it takes too long: more than {} s", .0.as_secs())]
    Slow(Duration),
    #[error("{}", status(*.0))]
    Status(u16),
    #[error("the server is not to be trusted: {0}")]
    Certificate(String),
    #[error("it is redirected more than {0} times")]
    Redirects(usize),
    #[error("it is redirected to what is no address of the web: {0}")]
    Elsewhere(String),
    #[error("it is too large: more than {} MB", .0 >> 20)]
    TooLarge(usize),
    #[error("the connection broke off before all had come")]
    BrokenOff,
    #[error("it is not packed the way the server says")]
    Unpacking,
    #[error("it is not text but {0}")]
    NotText(&'static str),
    #[error("the server answered in a way that cannot be understood: {0}")]
    Protocol(String),
    #[error("cancelled")]
    Cancelled,
}

/// What a server means by a number, for a person.
fn status(code: u16) -> String {
    let meaning = match code {
        401 => "it wants to know who is asking",
        402 | 403 => "this page is not for everyone",
        404 => "there is no such page",
        410 => "the page is gone",
        429 => "it is asked too often, try later",
        451 => "the page is kept back for legal reasons",
        500..=599 => "it is in trouble, try later",
        _ => StatusCode::from_u16(code).ok().and_then(|code| code.canonical_reason()).unwrap_or("it gives no article"),
    };
    format!("the server says {code}: {meaning}")
}

const USER_AGENT: &str = concat!("cutline/", env!("CARGO_PKG_VERSION"), " (terminal article reader)");
const ACCEPT_PICTURE: &str = "image/webp,image/jpeg,image/png,image/gif;q=0.9";
const ACCEPT: &str = "text/html,application/xhtml+xml,text/markdown,text/plain;q=0.9,*/*;q=0.5";

/// Whether an address is one of the web: `http://…` or `https://…`.
pub fn is_web(address: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && address.len() > scheme.len()
    })
}

/// Fetches what is at an address. `told` hears of every piece that comes, and may end it.
///
/// # Errors
/// Everything that can go wrong on the way; see [`FetchError`].
pub fn fetch(address: &str, limits: &Limits, told: &mut Told<'_>) -> Result<Fetched, FetchError> {
    let until = Instant::now() + limits.total;
    let mut address = requested(address)?;
    for _ in 0..=limits.redirects {
        let response = request(&address, limits, until)?;
        let Some(target) = redirect(&response) else {
            let status = response.status();
            if !status.is_success() {
                return Err(FetchError::Status(status.as_u16()));
            }
            let content_type = header(response.headers(), "content-type").map(str::to_string);
            let no_text = content_type.as_deref().and_then(no_text);
            if let Some(what) = no_text.filter(|_| limits.wanted == Wanted::Article) {
                return Err(FetchError::NotText(what));
            }
            let bytes = body(response, limits, told)?;
            return Ok(Fetched { bytes, address, content_type });
        };
        let absolute = if has_scheme(&target) { Some(target.clone()) } else { Base::new(&address).link(&target) };
        let shown = || clean::folded(&target).into_owned();
        address = absolute
            .filter(|absolute| is_web(absolute))
            .filter(|absolute| limits.wanted == Wanted::Article || may_be_asked(absolute, &address))
            .and_then(|absolute| requested(&absolute).ok())
            .ok_or_else(|| FetchError::Elsewhere(shown()))?;
        if !told(&Progress { bytes: &[], of: None }) {
            return Err(FetchError::Cancelled);
        }
    }
    Err(FetchError::Redirects(limits.redirects))
}

/// An address as it is asked for: without its fragment, and with what is no ASCII escaped, in the host by punycode.
fn requested(address: &str) -> Result<String, FetchError> {
    let address = Address::of(address).filter(Address::is_web).ok_or(FetchError::Address)?;
    let address = address.ascii().split('#').next().unwrap_or_default();
    let mut out = String::with_capacity(address.len());
    for byte in address.bytes() {
        match byte {
            b'!'..=b'~' if !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}') => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(out)
}

fn has_scheme(target: &str) -> bool {
    let scheme = target.split([':', '/', '?', '#']).next().unwrap_or_default();
    target[scheme.len()..].starts_with(':') && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

fn request(address: &str, limits: &Limits, until: Instant) -> Result<Response<Body>, FetchError> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(FetchError::Slow(limits.total));
    }
    let config = Agent::config_builder()
        .user_agent(USER_AGENT)
        .accept(if limits.wanted == Wanted::Picture { ACCEPT_PICTURE } else { ACCEPT })
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_resolve(Some(limits.connect))
        .timeout_connect(Some(limits.connect))
        .timeout_per_read(Some(limits.silence))
        .timeout_per_write(Some(limits.silence))
        .timeout_global(Some(left));
    let agent = Agent::new_with_config(config.build());
    let mut request = agent.get(address);
    let environment = LOCALES.map(|name| (name, std::env::var(name).unwrap_or_default()));
    if let Some(languages) = languages(&environment.each_ref().map(|(name, value)| (*name, value.as_str()))) {
        request = request.header("accept-language", languages);
    }
    request.call().map_err(|error| told_apart(error, limits))
}

/// The variables that name a person's language, the first that is set before the others.
const LOCALES: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

/// The languages to ask for, by the environment: a person's own, and English rather than another.
fn languages(environment: &[(&str, &str)]) -> Option<String> {
    let locale = environment.iter().map(|(_, value)| *value).find(|value| !value.is_empty())?;
    let tag = locale.split(['.', '@']).next().unwrap_or_default().replace('_', "-");
    let (language, region) = tag.split_once('-').unwrap_or((&tag, ""));
    let fits = |part: &str, longest| part.len() <= longest && part.bytes().all(|b| b.is_ascii_alphanumeric());
    if language.len() < 2 || !fits(language, 3) || !fits(region, 8) {
        return None;
    }
    let own = if region.is_empty() { language.to_string() } else { format!("{tag},{language};q=0.9") };
    let english = if language == "en" { "" } else { ",en;q=0.5" };
    Some(format!("{own}{english},*;q=0.1"))
}

/// Where an answer sends us, if it does.
fn redirect(response: &Response<Body>) -> Option<String> {
    let redirects = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let target = response.headers().get("location").filter(|_| redirects)?;
    Some(String::from_utf8_lossy(target.as_bytes()).trim().to_string())
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// What a server sends that says itself to be no text; there is no need to wait for all of it.
fn no_text(content_type: &str) -> Option<&'static str> {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Some(match kind.split_once('/')? {
        ("image", "svg+xml") => return None,
        ("image", _) => "a picture",
        ("audio", _) => "a sound",
        ("video", _) => "a film",
        ("font", _) => "a font",
        ("application", "pdf") => "a PDF document",
        ("application", "zip" | "epub+zip") => "an archive or a book (zip)",
        _ => return None,
    })
}

/// How many bytes are read at once.
const PIECE: usize = 16 << 10;

fn body(response: Response<Body>, limits: &Limits, told: &mut Told<'_>) -> Result<Vec<u8>, FetchError> {
    let packed = header(response.headers(), "content-encoding").is_some();
    let of = header(response.headers(), "content-length").and_then(|length| length.parse().ok());
    if of.is_some_and(|length: usize| length > limits.bytes) {
        return Err(FetchError::TooLarge(limits.bytes));
    }
    // Of what is packed, the length says nothing of what it comes to.
    let of = of.filter(|_| !packed);
    let mut reader = response.into_body().into_reader();
    let mut bytes = Vec::new();
    let mut piece = [0; PIECE];
    loop {
        let came = match reader.read(&mut piece) {
            Ok(0) => break,
            Ok(came) => came,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                return Err(match told_apart(ureq::Error::from(error), limits) {
                    FetchError::Unreachable(_) | FetchError::Protocol(_) => FetchError::BrokenOff,
                    told => told,
                });
            }
        };
        bytes.extend_from_slice(&piece[..came]);
        if bytes.len() > limits.bytes {
            return Err(FetchError::TooLarge(limits.bytes));
        }
        if !told(&Progress { bytes: &bytes, of }) {
            return Err(FetchError::Cancelled);
        }
    }
    Ok(bytes)
}

/// What went wrong, in our words.
fn told_apart(error: ureq::Error, limits: &Limits) -> FetchError {
    use ureq::Error;
    match error {
        Error::HostNotFound | Error::Timeout(Timeout::Resolve) => FetchError::Name,
        Error::BadUri(_) | Error::Http(_) => FetchError::Address,
        Error::Timeout(Timeout::Global) => FetchError::Slow(limits.total),
        Error::Timeout(Timeout::Connect) => FetchError::Silent(limits.connect),
        Error::Timeout(_) => FetchError::Silent(limits.silence),
        Error::Decompress(_, error) if error.kind() == io::ErrorKind::UnexpectedEof => FetchError::BrokenOff,
        Error::Decompress(..) => FetchError::Unpacking,
        Error::Rustls(error) => FetchError::Certificate(distrust(&error.to_string())),
        Error::Io(error) => match error.kind() {
            io::ErrorKind::ConnectionRefused => FetchError::Refused,
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
                FetchError::BrokenOff
            }
            io::ErrorKind::InvalidData => FetchError::Certificate(distrust(&error.to_string())),
            io::ErrorKind::TimedOut => FetchError::Silent(limits.connect),
            // The standard library has no kind for names that cannot be looked up.
            _ if error.to_string().contains("lookup") => FetchError::Name,
            _ => FetchError::Unreachable(clean::folded(&error.to_string()).into_owned()),
        },
        other => FetchError::Protocol(clean::folded(&other.to_string()).into_owned()),
    }
}

/// Why a certificate does not convince, for a person.
fn distrust(error: &str) -> String {
    let known = [
        ("UnknownIssuer", "nobody known vouches for its certificate"),
        ("Expired", "its certificate has expired"),
        ("NotValidYet", "its certificate is not valid yet"),
        ("NotValidForName", "its certificate is another server's"),
        ("Revoked", "its certificate was revoked"),
    ];
    let told = known.iter().find(|(name, _)| error.contains(name));
    told.map_or_else(|| clean::folded(error).into_owned(), |(_, told)| (*told).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_asked_for() {
        for address in ["http://example.org", "HTTPS://example.org/a?b#c"] {
            assert!(is_web(address), "{address}");
        }
        for address in ["http://", "file:///etc/passwd", "ftp://example.org", "example.org", "", "htt\u{f0}p://x"] {
            assert!(!is_web(address), "{address}");
            assert_eq!(requested(address), Err(FetchError::Address));
        }
    }

    #[test]
    fn an_address_is_escaped_and_goes_without_its_fragment() {
        let asked = requested(" https://example.org/caf\u{e9} au lait?q=\"1\"#top").unwrap();
        assert_eq!(asked, "https://example.org/caf%C3%A9%20au%20lait?q=%221%22");
        assert_eq!(requested("https://example.org/%C3%A9").unwrap(), "https://example.org/%C3%A9");
        assert_eq!(requested("https://M\u{fc}nchen.example").unwrap(), "https://xn--mnchen-3ya.example/");
    }

    #[test]
    fn the_language_of_the_environment_is_asked_for() {
        let asked = |locale| languages(&[("LC_ALL", ""), ("LANG", locale)]);
        assert_eq!(asked("de_AT.UTF-8").as_deref(), Some("de-AT,de;q=0.9,en;q=0.5,*;q=0.1"));
        assert_eq!(asked("nb_NO@dialect").as_deref(), Some("nb-NO,nb;q=0.9,en;q=0.5,*;q=0.1"));
        assert_eq!(asked("en_GB").as_deref(), Some("en-GB,en;q=0.9,*;q=0.1"));
        assert_eq!(asked("eo").as_deref(), Some("eo,en;q=0.5,*;q=0.1"));
        for no_language in ["", "C", "C.UTF-8", "POSIX", "de\r\nX: y"] {
            assert_eq!(asked(no_language), None, "{no_language}");
        }
    }

    #[test]
    fn statuses_are_told_in_words() {
        assert_eq!(status(404), "the server says 404: there is no such page");
        assert_eq!(status(418), "the server says 418: I'm a teapot");
        assert_eq!(status(799), "the server says 799: it gives no article");
    }
}
