//! The pictures of an article: where each is to be had, and its bytes.
//!
//! What is in the page itself is there. Else an article from the web has its pictures from the web. One from a file has
//! them from files beside it, never from elsewhere on the disk; what of it is on the web stays there until its reader
//! asks, for nobody need know that it is read. No page of the web has pictures from a disk, or from machines that only
//! this one can reach.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::{Host, Url};

use super::fetch::{self, FetchError, Limits, Wanted};
use super::{Source, Told};
use crate::document::Document;
use crate::picture::{self, Hint, MOST_BYTES, PictureError, Shape, Whence};
use crate::read::html::address::Base;

/// Pictures of an article that are told of, at most.
const MOST: usize = 2000;
/// Files whose size in pixels is looked at before the article is shown; that of others is found out later.
const MOST_LOOKED_AT: usize = 200;
/// Bytes of pictures that are in the page itself, beyond which no more are kept.
const MOST_WITHIN: usize = 64 << 20;
/// Bytes of a file that mostly tell its size in pixels.
const HEAD: usize = 64 << 10;

/// What is known of the pictures in a source's article.
pub fn hints(document: &Document, source: &Source) -> HashMap<Box<str>, Hint> {
    let mut hints = HashMap::new();
    let (mut looked_at, mut within) = (0, 0);
    for address in document.blocks.iter().filter_map(|block| block.image.as_ref()) {
        if hints.len() == MOST || hints.contains_key(address) {
            continue;
        }
        let whence = match picture::embedded(address) {
            Some(place) => document.source.get(place).filter(|_| within < MOST_WITHIN).and_then(data),
            None => whence(address, document, source),
        };
        let Some(whence) = whence else { continue };
        let shape = match &whence {
            Whence::Within(bytes) => {
                within += bytes.len();
                Some(picture::shape(bytes))
            }
            Whence::File(path) if looked_at < MOST_LOOKED_AT => {
                looked_at += 1;
                Some(shape(path))
            }
            _ => None,
        };
        hints.insert(address.clone(), Hint { whence, shape });
    }
    hints
}

/// The bytes of a `data:` address (RFC 2397).
fn data(address: &str) -> Option<Whence> {
    let (about, data) = address.split_once(',')?;
    let bytes = about.ends_with(";base64").then(|| {
        let bare: String = data.chars().filter(|c| !c.is_whitespace()).collect();
        STANDARD.decode(bare).ok().filter(|bytes| bytes.len() <= MOST_BYTES)
    });
    bytes.flatten().map(|bytes| Whence::Within(bytes.into()))
}

/// Where the picture of that address is to be had, if it is anywhere that may be looked at.
fn whence(address: &str, document: &Document, source: &Source) -> Option<Whence> {
    let web = || fetch::is_web(address).then(|| address.to_string());
    match source {
        // What the page says its own address is does not count.
        Source::Web(article) => web().filter(|address| may_be_asked(address, article)).map(Whence::Web),
        Source::File(_) => {
            let local = document.meta.url.as_deref().and_then(|url| beside(address, url)).unwrap_or(address);
            let file = match source.linked(local) {
                Some(Source::File(path)) if !local.split(['/', '\\']).any(|part| part == "..") => Some(path),
                _ => None,
            };
            match (file, web()) {
                // A page that was saved with its pictures names them by where it was, and they are where it is.
                (Some(path), Some(_)) if path.is_file() => Some(Whence::File(path)),
                (Some(path), None) => Some(Whence::File(path)),
                (_, address) => address.map(Whence::Elsewhere),
            }
        }
        Source::Standard | Source::Bundled => web().map(Whence::Elsewhere),
    }
}

/// The address as it stands beside a page, where the page's own address is a part of it.
fn beside<'a>(address: &'a str, page: &str) -> Option<&'a str> {
    let folder = Base::new(page).link(".").filter(|folder| fetch::is_web(folder))?;
    address.strip_prefix(&*folder)
}

/// Whether a page of the web may have a picture fetched, or be led on to it: not from this machine or the network around
/// it, unless the page is from there itself. That is told by addresses; names are not looked up for it.
pub(super) fn may_be_asked(picture: &str, page: &str) -> bool {
    let host = |address: &str| Url::parse(address).ok().and_then(|url| url.host().map(|host| host.to_owned()));
    let Some(of_picture) = host(picture) else { return false };
    let near = match &of_picture {
        Host::Domain(name) => !name.contains('.') || name.ends_with(".localhost") || name.ends_with(".local"),
        Host::Ipv4(ip) => is_near(IpAddr::V4(*ip)),
        Host::Ipv6(ip) => is_near(ip.to_ipv4_mapped().map_or(IpAddr::V6(*ip), IpAddr::V4)),
    };
    !near || host(page) == Some(of_picture)
}

fn is_near(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified() || ip.is_broadcast()
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

fn shape(path: &Path) -> Result<Shape, PictureError> {
    match picture::shape(&read(path, HEAD)?) {
        // Some forms say it at their end.
        Err(PictureError::Damaged) => picture::shape(&read(path, MOST_BYTES)?),
        told => told,
    }
}

/// A file's first bytes. What is no file, but a pipe or a device, is not opened.
fn read(path: &Path, most: usize) -> Result<Vec<u8>, PictureError> {
    let is_file = path.metadata().map_err(|_| PictureError::Missing)?.is_file();
    let file = File::open(path).ok().filter(|_| is_file).ok_or(PictureError::Missing)?;
    let mut bytes = Vec::new();
    let came = file.take(most as u64).read_to_end(&mut bytes);
    came.map_err(|error| PictureError::OutOfReach(error.to_string()))?;
    Ok(bytes)
}

/// A picture's bytes. `told` hears of what comes, and may end it.
///
/// # Errors
/// What is missing, out of reach, or has more bytes than a picture may have.
pub fn bytes(whence: &Whence, told: &mut Told<'_>) -> Result<Vec<u8>, PictureError> {
    match whence {
        Whence::Within(bytes) => Ok(bytes.to_vec()),
        Whence::File(path) => {
            let bytes = read(path, MOST_BYTES + 1)?;
            if bytes.len() > MOST_BYTES { Err(PictureError::TooHeavy(MOST_BYTES)) } else { Ok(bytes) }
        }
        Whence::Web(address) | Whence::Elsewhere(address) => {
            let limits = Limits {
                connect: Duration::from_secs(5),
                silence: Duration::from_secs(10),
                total: Duration::from_secs(30),
                bytes: MOST_BYTES,
                redirects: 5,
                wanted: Wanted::Picture,
            };
            let fetched = fetch::fetch(address, &limits, told).map_err(|error| match error {
                FetchError::TooLarge(most) => PictureError::TooHeavy(most),
                error => PictureError::OutOfReach(error.to_string()),
            })?;
            Ok(fetched.bytes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Block, Format, Meta};

    fn article(images: &[&str], url: Option<&str>) -> Document {
        let block = |image: &&str| Block { image: Some(Box::from(*image)), ..Block::default() };
        let meta = Meta { url: url.map(str::to_string), ..Meta::default() };
        Document { blocks: images.iter().map(block).collect(), meta, ..Document::default() }
    }

    #[test]
    fn a_file_has_pictures_from_beside_it_and_those_of_the_web_wait() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("page_files")).unwrap();
        std::fs::write(folder.path().join("page_files/a b.png"), "no picture").unwrap();
        let source = Source::File(folder.path().join("page.html"));
        let whence = |image: &str, url| {
            let hints = hints(&article(&[image], url), &source);
            hints.get(image).map(|hint| hint.whence.clone())
        };
        let here = || Some(Whence::File(folder.path().join("page_files/a b.png")));
        assert_eq!(whence("page_files/a%20b.png", None), here());
        let url = Some("https://news.example/2026/story.html");
        assert_eq!(whence("https://news.example/2026/page_files/a%20b.png", url), here());
        let blank = Some("https://news.example/my news/story.html");
        assert_eq!(whence("https://news.example/my%20news/page_files/a%20b.png", blank), here());
        let elsewhere = |address: &str| Some(Whence::Elsewhere(address.to_string()));
        assert_eq!(whence("https://news.example/a.png", url), elsewhere("https://news.example/a.png"));
        for out in ["../a.png", "/etc/passwd", "file:///etc/passwd", "page_files/../../a.png", "ftp://a.example/b"] {
            assert_eq!(whence(out, None), None, "{out}");
        }
    }

    #[test]
    fn a_saved_page_whose_name_has_blanks_has_its_pictures() {
        let folder = tempfile::tempdir().unwrap();
        let picture = folder.path().join("My Page_files/photo 1.jpg");
        std::fs::create_dir(folder.path().join("My Page_files")).unwrap();
        std::fs::write(&picture, "no picture").unwrap();
        let source = Source::File(folder.path().join("My Page.html"));
        for (text, format) in [
            ("<figure><img src=\"./My Page_files/photo 1.jpg\" alt=\"Boats at the quay\"></figure>", Format::Html),
            ("![Boats at the quay](<My Page_files/photo 1.jpg>)", Format::Markdown),
        ] {
            let document = crate::read::read(text.to_string(), format);
            let found: Vec<Whence> = hints(&document, &source).into_values().map(|hint| hint.whence).collect();
            let [Whence::File(path)] = &found[..] else { panic!("{text}: {found:?}") };
            assert!(path.is_file(), "{}", path.display());
        }
    }

    #[test]
    fn a_page_of_the_web_has_pictures_from_the_web_alone() {
        let source = Source::Web("https://news.example/story".to_string());
        let may = |image: &str| hints(&article(&[image], None), &source).contains_key(image);
        assert!(may("https://pictures.example/a.jpg") && may("http://8.8.8.8/a.jpg"));
        for near in ["127.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "10.1.2.3", "192.168.0.1", "localhost", "printer.local"]
        {
            assert!(!may(&format!("http://{near}:631/a.jpg")), "{near}");
        }
        for file in ["/etc/passwd", "file:///etc/passwd", "a.jpg", "data:image/png;base64,AAAA"] {
            assert!(!may(file), "{file}");
        }
        let mut rebound = article(&["http://127.0.0.1:631/a.jpg"], None);
        rebound.meta.url = Some("http://127.0.0.1:631/".to_string());
        assert!(hints(&rebound, &source).is_empty(), "wherever the page says it is from");
        let at_home = Source::Web("http://127.0.0.1:8080/story".to_string());
        assert!(hints(&article(&["http://127.0.0.1:8080/a.jpg"], None), &at_home).len() == 1);
    }

    #[test]
    fn a_picture_that_is_in_the_page_is_had_from_there() {
        let pixels = image::RgbImage::from_fn(64, 48, |x, y| image::Rgb([x as u8 * 3, y as u8 * 5, (x * y) as u8]));
        let mut png = std::io::Cursor::new(Vec::new());
        pixels.write_to(&mut png, image::ImageFormat::Png).unwrap();
        let data = format!("data:image/png;base64,{}", STANDARD.encode(png.get_ref()));
        let page = format!(
            "<title>A</title><article><h1>A</h1><p>{}</p><figure><img src=\"{data}\"><figcaption>Boats at the quay, seen \
             from the hill.</figcaption></figure><p>{}</p></article>",
            "The sea lay as calm as it had ever been. ".repeat(8),
            "Nobody who lived there could say why. ".repeat(8),
        );
        let document = crate::read::read(page, Format::Html);
        for source in [Source::Web("https://news.example/a".to_string()), Source::Standard] {
            let hints = hints(&document, &source);
            let hint = hints.values().next().expect("the picture is known");
            assert_eq!(hint.shape, Some(Ok(Shape { width: 64, height: 48 })));
            assert_eq!(bytes(&hint.whence, &mut |_| true).as_ref(), Ok(png.get_ref()));
        }
        // What is kept of the page's bytes as an address is for no one else.
        let mut out = Vec::new();
        crate::export::json(&document, "a.html", &mut out).unwrap();
        crate::export::markdown(&document, &crate::layout::Shown::default(), &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains("Boats at the quay") && !out.contains("data:"), "{out}");
        for no_picture in ["data:image/png,%89PNG", "data:image/png;base64,*", "data:", ""] {
            assert_eq!(super::data(no_picture), None);
        }
    }

    #[test]
    fn what_is_no_file_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(bytes(&Whence::File(folder.path().to_path_buf()), &mut |_| true), Err(PictureError::Missing));
        assert_eq!(shape(&folder.path().join("gone.png")), Err(PictureError::Missing));
        #[cfg(target_os = "linux")]
        assert_eq!(shape(Path::new("/dev/zero")), Err(PictureError::Missing));
    }
}
