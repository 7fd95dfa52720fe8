//! From bytes to text: [`decode`] is the only way in.
//!
//! 1. Gzip is opened, up to [`OPENED`] bytes.
//! 2. What is no text is told by its first bytes.
//! 3. The encoding is what a byte order mark says (that of UTF-32 too); else UTF-8 where the bytes are valid UTF-8 (no
//!    other encoding looks like it by chance); else what the transport, XML or HTML declare, where the bytes agree; else
//!    what they look like (the detector of Firefox, which takes a pound sign for a Polish letter, and is corrected there).
//! 4. Line ends become `\n`.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, ISO_8859_2, ISO_8859_4, ISO_8859_13, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252, WINDOWS_1254,
    WINDOWS_1257, WINDOWS_1258,
};
use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::bufread::MultiGzDecoder;

/// Why bytes cannot be read as an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("it is not text")]
    NotText,
    #[error("it is not text but {0}")]
    Known(&'static str),
    #[error("it is compressed, and broken at its beginning")]
    Broken,
}

/// Where compressed input was not opened to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// At the limit of so many bytes.
    Limit(usize),
    /// Where it breaks off or is damaged.
    Broken,
}

/// How many bytes compressed input is opened to, at most.
pub const OPENED: usize = 256 << 20;

/// How many times its size compressed input is opened to, where that is more than [`LITTLE`]. Text opens to three to ten
/// times; what opens to a thousand is meant to fill the memory.
const PACKED: usize = 20;
const LITTLE: usize = 16 << 20;

/// How far into the input bytes are looked at to tell text from other files.
const SAMPLE: usize = 8192;

/// How far a declaration may stand from the beginning: pages with long comments before it are real.
const DECLARED: usize = 4096;

/// How much the detector is shown.
const DETECTED: usize = 1 << 20;

/// The text that bytes stand for, with line ends as `\n` and without a byte order mark.
///
/// `hint` is the charset that the transport declared, as in `Content-Type: text/html; charset=koi8-r`. Bytes that are
/// nothing in their encoding become replacement characters. Control characters stay, so that offsets into the text
/// are offsets into the input; [`crate::clean`] makes them harmless wherever text is shown.
///
/// ```
/// use cutline::decode::decode;
///
/// assert_eq!(decode(b"Z\xfcrich\r\n", Some("iso-8859-1")).unwrap(), "Zürich\n");
/// assert!(decode(b"%PDF-1.7", None).is_err());
/// ```
///
/// # Errors
/// Where the first bytes are those of a picture, an archive, a program, and where compressed input does not open.
pub fn decode(bytes: &[u8], hint: Option<&str>) -> Result<String, DecodeError> {
    Ok(decode_or_cut(bytes.into(), hint)?.0)
}

/// [`decode`], without a copy where owned bytes are the text as it is; and where compressed input was cut, if it was.
///
/// # Errors
/// Those of [`decode`].
pub fn decode_or_cut(bytes: Cow<'_, [u8]>, hint: Option<&str>) -> Result<(String, Option<Cut>), DecodeError> {
    let most = bytes.len().saturating_mul(PACKED).clamp(LITTLE, OPENED);
    let (opened, cut) = opened(bytes, most)?;
    if let Some(what) = known(&opened) {
        return Err(DecodeError::Known(what));
    }
    let opened = String::from_utf8(utf_32(&opened).map_or_else(|| opened.into_owned(), String::into_bytes));
    let (all, is_valid) = match &opened {
        Ok(text) => (text.as_bytes(), true),
        Err(error) => (error.as_bytes(), false),
    };
    let (encoding, bytes) = encoding(all, is_valid, hint);
    if encoding != UTF_16LE && encoding != UTF_16BE && is_binary(&bytes[..bytes.len().min(SAMPLE)]) {
        return Err(DecodeError::NotText);
    }
    let text = match &opened {
        Ok(text) if encoding == UTF_8 => Cow::Borrowed(&text[text.len() - bytes.len()..]),
        _ => encoding.decode_without_bom_handling(bytes).0,
    };
    let text = match text {
        _ if memchr::memchr(b'\r', text.as_bytes()).is_some() => text.replace("\r\n", "\n").replace('\r', "\n"),
        Cow::Owned(text) => text,
        Cow::Borrowed(text) if text.len() < all.len() => text.to_string(),
        // What may be large need not be there twice.
        Cow::Borrowed(_) => opened.unwrap_or_default(),
    };
    Ok((text, cut))
}

/// Bytes as they come, to be read line by line: gzip is opened, and what a byte order mark begins is made UTF-8.
///
/// # Errors
/// Those of reading the first of them.
pub fn lines(mut from: impl BufRead + Send + 'static) -> io::Result<Box<dyn BufRead + Send>> {
    let is_packed = from.fill_buf()?.starts_with(GZIP);
    let from: Box<dyn Read + Send> = if is_packed { Box::new(MultiGzDecoder::new(from)) } else { Box::new(from) };
    let text = DecodeReaderBytesBuilder::new().utf8_passthru(true).strip_bom(true).build(from);
    Ok(Box::new(BufReader::with_capacity(1 << 16, text)))
}

/// Bytes of a file of settings, at most.
const SETTINGS: u64 = 1 << 20;

/// The text of a file of settings: a configuration, a theme. What is no file, as a pipe that nobody writes, would be
/// waited for without end, and a device might never end; but `/dev/null` says nothing, as it does everywhere.
///
/// # Errors
/// Those of reading; what is no file, no UTF-8 or more than a megabyte.
pub fn settings(path: &Path) -> io::Result<String> {
    let about = std::fs::metadata(path)?;
    if about.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if path == Path::new("/dev/null") {
        return Ok(String::new());
    }
    if !about.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    if about.len() > SETTINGS {
        return Err(io::Error::other("it is too large: more than 1 MB"));
    }
    let mut text = String::new();
    std::fs::File::open(path)?.take(SETTINGS).read_to_string(&mut text)?;
    Ok(text)
}

/// What gzip begins with.
const GZIP: &[u8] = b"\x1f\x8b";

/// The bytes, or what is compressed in them, up to so many; and where that is cut. What breaks off is read up to there.
fn opened(bytes: Cow<'_, [u8]>, most: usize) -> Result<(Cow<'_, [u8]>, Option<Cut>), DecodeError> {
    if !bytes.starts_with(GZIP) {
        return Ok((bytes, None));
    }
    let mut out = Vec::new();
    let read = MultiGzDecoder::new(&*bytes).take(most as u64 + 1).read_to_end(&mut out);
    if read.is_err() && out.is_empty() {
        return Err(DecodeError::Broken);
    }
    let cut = if out.len() > most { Some(Cut::Limit(most)) } else { read.is_err().then_some(Cut::Broken) };
    out.truncate(most);
    Ok((Cow::Owned(out), cut))
}

/// Bytes behind a beginning that is nothing but letters in which a file that is no text has a control character.
const FOLLOWING: usize = 24;

/// What a file is that begins like one of these. A text may begin with letters, too.
fn known(bytes: &[u8]) -> Option<&'static str> {
    const BEGINNINGS: [(&[u8], &str); 20] = [
        (b"%PDF-", "a PDF document"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"II*\0", "a picture"),
        (b"MM\0*", "a picture"),
        (b"RIFF", "a picture, sound or film"),
        (b"\x1aE\xdf\xa3", "a film"),
        (b"OggS", "a sound"),
        (b"fLaC", "a sound"),
        (b"ID3", "a sound"),
        (b"PK\x03\x04", "an archive, a document or a book (zip)"),
        (b"Rar!\x1a", "an archive"),
        (b"7z\xbc\xaf", "an archive"),
        (b"\xfd7zXZ", "an archive"),
        (b"BZh91AY&SY", "an archive"),
        (b"\x28\xb5\x2f\xfd", "an archive"),
        (b"\x7fELF", "a program"),
        (b"SQLite format 3\0", "a database"),
        (b"\xd0\xcf\x11\xe0", "an office document"),
    ];
    let is_one = |beginning: &[u8]| {
        bytes.strip_prefix(beginning).is_some_and(|rest| {
            let letters = beginning.iter().all(u8::is_ascii_alphanumeric);
            !letters || rest.iter().take(FOLLOWING).any(is_control)
        })
    };
    BEGINNINGS.iter().find(|(beginning, _)| is_one(beginning)).map(|(_, what)| *what)
}

/// Whether a byte is a control character that text has none of.
fn is_control(byte: &u8) -> bool {
    *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)
}

/// The encoding of bytes, which are known to be valid UTF-8 or not, and the bytes behind the byte order mark.
fn encoding<'a>(bytes: &'a [u8], is_valid: bool, hint: Option<&str>) -> (&'static Encoding, &'a [u8]) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return (encoding, &bytes[mark..]);
    }
    if let Some(encoding) = unmarked_utf_16(&bytes[..bytes.len().min(SAMPLE)]) {
        return (encoding, bytes);
    }
    if is_utf_8(bytes, is_valid) {
        return (UTF_8, bytes);
    }
    let declared = hint.and_then(|label| Encoding::for_label(label.trim().as_bytes())).or_else(|| declared(bytes));
    // Whoever declares UTF-8 or Windows-1252 often just said nothing.
    if let Some(declared) = declared.filter(|d| *d != UTF_8 && *d != WINDOWS_1252 && *d != UTF_16LE && *d != UTF_16BE)
        && declared.decode_without_bom_handling_and_without_replacement(bytes).is_some()
    {
        return (declared, bytes);
    }
    if declared == Some(WINDOWS_1252) && !has_c1(bytes) {
        return (WINDOWS_1252, bytes);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    let sample = &bytes[..bytes.len().min(DETECTED)];
    detector.feed(sample, bytes.len() <= DETECTED);
    let guess = detector.guess(None, Utf8Detection::Allow);
    (if is_rather_western(sample, guess) { WINDOWS_1252 } else { guess }, bytes)
}

/// The encodings of other languages in Latin letters, which have letters where Windows-1252 has signs.
const NEIGHBOURS: [&Encoding; 7] =
    [WINDOWS_1250, WINDOWS_1254, WINDOWS_1257, WINDOWS_1258, ISO_8859_2, ISO_8859_4, ISO_8859_13];

/// Whether bytes that look as if they were in a neighbour of Windows-1252 are rather in that itself. What would be letters
/// there and signs here stands alone, as in “£20”, and not in words; or there is none such, the words around are English,
/// and few of them have letters beyond ASCII.
fn is_rather_western(sample: &[u8], guess: &'static Encoding) -> bool {
    if !NEIGHBOURS.contains(&guess) {
        return false;
    }
    let (western, _) = WINDOWS_1252.decode_without_bom_handling(sample);
    let (guessed, _) = guess.decode_without_bom_handling(sample);
    // A byte is a character in each.
    let mut characters = western.chars().zip(guessed.chars()).peekable();
    let (mut alone, mut within, mut letters, mut before) = (0, 0, 0, ' ');
    while let Some((here, there)) = characters.next() {
        let next = characters.peek().map_or(' ', |(_, next)| *next);
        match (here.is_alphabetic(), there.is_alphabetic()) {
            (true, true) => letters += usize::from(here != there),
            (false, true) => {
                let is_unit = here == '³' && before == 'm';
                let is_initial = next == '.' && !before.is_ascii_digit();
                let is_within = before.is_alphabetic() || next.is_alphabetic() || is_initial;
                *(if is_within && !is_unit { &mut within } else { &mut alone }) += 1;
            }
            _ => {}
        }
        before = there;
    }
    let (english, words) = english(&western);
    let is_english = english * 6 >= words && english > 0 && letters <= 2 + words / 50;
    within * 10 <= alone && (alone > 0 || is_english)
}

/// How many of a text's words in ASCII are plainly English, and how many there are.
fn english(text: &str) -> (usize, usize) {
    const WORDS: [&str; 14] =
        ["of", "and", "for", "from", "have", "his", "were", "been", "will", "you", "your", "she", "said", "about"];
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 1 && word.is_ascii());
    let is_english =
        |word: &str| WORDS.contains(&word) || ["th", "wh", "ck", "gh"].iter().any(|two| word.contains(two));
    words.fold((0, 0), |(english, all), word| (english + usize::from(is_english(word)), all + 1))
}

/// Whether bytes are UTF-8, but for what a cut or a slip broke: at most one place in twenty is wrong. Text without
/// anything but ASCII is UTF-8 too, unless it has the escapes of ISO-2022-JP.
fn is_utf_8(bytes: &[u8], is_valid: bool) -> bool {
    if is_valid {
        return !bytes.is_ascii() || memchr::memmem::find(bytes, b"\x1b$").is_none();
    }
    let (mut right, mut wrong) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    // The last character may have been cut.
    right > 0 && (wrong * 20 <= right || (wrong == 1 && right >= 3))
}

/// Whether there are bytes of those that Windows-1252 leaves unassigned.
fn has_c1(bytes: &[u8]) -> bool {
    bytes.iter().any(|b| matches!(b, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d))
}

/// The text of UTF-32, which only its mark tells.
fn utf_32(bytes: &[u8]) -> Option<String> {
    let number = match bytes {
        [0xff, 0xfe, 0, 0, ..] => u32::from_le_bytes,
        [0, 0, 0xfe, 0xff, ..] => u32::from_be_bytes,
        _ => return None,
    };
    let character = |four: &[u8]| four.try_into().ok().map(number).and_then(char::from_u32).unwrap_or('\u{fffd}');
    Some(bytes[4..].chunks(4).map(character).collect())
}

/// UTF-16 without its mark: of Latin text every other byte is zero, of any other those of line ends and blanks are.
fn unmarked_utf_16(sample: &[u8]) -> Option<&'static Encoding> {
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let enough = |many: usize, few: usize| many * 8 > sample.len() / 2 && few * 20 < many;
    if sample.len() < 4 {
        None
    } else if enough(odd, even) {
        plausible(UTF_16LE, sample)
    } else if enough(even, odd) {
        plausible(UTF_16BE, sample)
    } else {
        // Any two letters of ASCII are one of Han: bytes that could be UTF-8 are not taken for UTF-16.
        let broken = sample.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
        let candidates =
            if even + odd > 0 && broken > 1 + sample.len() / 100 { &[UTF_16LE, UTF_16BE][..] } else { &[] };
        candidates.iter().find_map(|encoding| written(encoding, sample))
    }
}

/// An encoding in which the sample is letters and what stands between them, nothing else: other files that have a zero
/// now and then would have unpaired surrogates and characters of no script in them.
fn written(encoding: &'static Encoding, sample: &[u8]) -> Option<&'static Encoding> {
    let (text, broken) = encoding.decode_without_bom_handling(&sample[..sample.len() & !1]);
    let between = |c: char| {
        matches!(c, ' '..='~' | '\n' | '\r' | '\t' | '\u{a0}'..='\u{bf}' | '\u{2000}'..='\u{206f}')
            || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
    };
    (!broken && text.chars().all(|c| c.is_alphanumeric() || between(c))).then_some(encoding)
}

/// An encoding in which the sample is text: hardly a character is a control, or none at all.
fn plausible(encoding: &'static Encoding, sample: &[u8]) -> Option<&'static Encoding> {
    let (text, _) = encoding.decode_without_bom_handling(&sample[..sample.len() & !1]);
    let odd = text.chars().filter(|c| (c.is_control() && !c.is_whitespace()) || *c == '\u{fffd}').count();
    (odd * 50 <= text.chars().count()).then_some(encoding)
}

/// What XML (`<?xml version="1.0" encoding="…"?>`) or HTML (`<meta charset="…">`, `content="text/html; charset=…"`)
/// declare.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARED)]).to_ascii_lowercase();
    let value = |after: &str| {
        let label = after.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
        let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':' | '.'));
        let end = end.unwrap_or(label.len());
        Encoding::for_label(&label.as_bytes()[..end])
    };
    let xml = head.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split("?>").next());
    if let Some(found) = xml.and_then(|rest| value(rest.split_once("encoding")?.1)) {
        return Some(found);
    }
    let metas = head.split("<meta").skip(1).filter_map(|meta| meta.split('>').next());
    metas.filter_map(|meta| value(meta.split_once("charset")?.1)).next()
}

/// Text has control characters only here and there, and a zero only by a slip, where it has no others.
fn is_binary(sample: &[u8]) -> bool {
    let odd = sample.iter().filter(|b| is_control(b)).count();
    let zeros = sample.iter().filter(|b| **b == 0).count();
    let slipped = zeros == odd && zeros <= 1 + sample.len() / 1000 && zeros * 20 <= sample.len();
    (zeros > 0 && !slipped) || odd * 10 > sample.len()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A few sentences in each language, long enough to be told by.
    const RUSSIAN: &str =
        "Сегодня утром в городе открылась новая библиотека. Первые читатели пришли ещё до восьми часов.";
    const JAPANESE: &str = "新しい図書館が今朝、駅前に開館した。最初の利用者は八時前から列を作っていたという。";
    const KOREAN: &str = "오늘 아침 역 앞에 새 도서관이 문을 열었다. 첫 이용자들은 여덟 시 전부터 줄을 섰다.";
    const CHINESE: &str = "今天早上，新图书馆在车站前开馆。第一批读者八点以前就开始排队等候了。";
    const GERMAN: &str =
        "Die Bücherei öffnete früh – schon um halb acht stand eine Schlange vor der Tür, „wie im Märchen“.";

    fn in_encoding(label: &str, text: &str) -> Vec<u8> {
        let (bytes, _, lost) = Encoding::for_label(label.as_bytes()).unwrap().encode(text);
        assert!(!lost, "{label} cannot hold {text}");
        bytes.into_owned()
    }

    fn utf_16(text: &str, byte: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(byte).collect()
    }

    #[test]
    fn legacy_encodings_are_detected() {
        for (label, text) in [
            ("koi8-r", RUSSIAN),
            ("windows-1251", RUSSIAN),
            ("shift_jis", JAPANESE),
            ("euc-jp", JAPANESE),
            ("iso-2022-jp", JAPANESE),
            ("euc-kr", KOREAN),
            ("gb18030", CHINESE),
            ("windows-1252", GERMAN),
            ("utf-8", RUSSIAN),
        ] {
            assert_eq!(decode(&in_encoding(label, text), None).unwrap(), text, "{label}");
        }
    }

    #[test]
    fn signs_amid_english_are_not_letters_of_other_languages() {
        for text in [
            "The firm paid £100 million for it, then £20 million more.",
            "Price: £20.",
            "See § 5 of the act, and § 12.",
            "A mark ¶ at the start.",
            "£ 5 and © 2020 by the firm.",
            "The tank holds 20 m³ of water, and cost £3.",
            "Naïve people think so.",
            "A naïve plan, and £3.",
            "Das kostet £5.",
            "Le prix est de 5 £ le kilo.",
        ] {
            assert_eq!(decode(&in_encoding("windows-1252", text), None).unwrap(), text);
        }
    }

    #[test]
    fn languages_in_other_latin_letters_keep_them() {
        for (label, text) in [
            ("windows-1250", "Wczoraj wieczorem w Łodzi otwarto nową bibliotekę. Czytelnicy czekali już od ósmej."),
            ("iso-8859-2", "Wczoraj wieczorem w Łodzi otwarto nową bibliotekę. Czytelnicy czekali już od ósmej."),
            ("windows-1250", "Cena: 20 zł"),
            ("windows-1250", "Ł. Kowalski"),
            ("windows-1250", "Łódź"),
            ("windows-1250", "The president, Wałęsa, said that the shipyard was his."),
            ("windows-1250", "Dnes ráno otevřeli ve městě novou knihovnu. První čtenáři přišli už před osmou."),
            ("iso-8859-2", "Dnes ráno otevřeli ve městě novou knihovnu. První čtenáři přišli už před osmou."),
            ("windows-1250", "Příliš žluťoučký kůň."),
            ("windows-1250", "Ma reggel új könyvtár nyílt. Az első olvasók már nyolc előtt ott voltak."),
            ("windows-1250", "Az idő szép."),
            ("windows-1250", "Žena je otišla u Čakovec."),
            ("windows-1254", "Bu sabah şehirde yeni bir kütüphane açıldı. İlk okurlar sekizden önce geldi."),
            ("windows-1254", "Işık"),
            ("windows-1257", "Šorīt pilsētā atvēra jaunu bibliotēku. Pirmie lasītāji ieradās jau pirms astoņiem."),
            ("windows-1257", "Rīga"),
            ("windows-1257", "Lietuvių kalba"),
            ("windows-1257", "Täna hommikul avati linnas uus raamatukogu, kõik on hästi."),
        ] {
            assert_eq!(decode(&in_encoding(label, text), None).unwrap(), text, "{label}");
        }
    }

    #[test]
    fn declared_encodings_are_believed() {
        let short = "Ёж";
        let page = |declared: &str| format!("<html><head>{declared}</head><body>{short}</body></html>");
        for declared in [
            r#"<meta charset="koi8-r">"#,
            "<META CHARSET=koi8-r>",
            r#"<meta http-equiv="Content-Type" content="text/html; charset=KOI8-R">"#,
        ] {
            let page = page(declared);
            assert_eq!(decode(&in_encoding("koi8-r", &page), None).unwrap(), page);
        }
        let xml = format!(r#"<?xml version="1.0" encoding="koi8-r"?><p>{short}</p>"#);
        assert_eq!(decode(&in_encoding("koi8-r", &xml), None).unwrap(), xml);
        assert_eq!(decode(&in_encoding("koi8-r", short), Some("KOI8-R")).unwrap(), short);
    }

    #[test]
    fn the_transport_goes_before_the_page_and_the_bytes_before_both() {
        let page = r#"<meta charset="koi8-r"><p>Ёж"#;
        assert_eq!(decode(&in_encoding("windows-1251", page), Some("windows-1251")).unwrap(), page);
        assert_eq!(decode(RUSSIAN.as_bytes(), Some("shift_jis")).unwrap(), RUSSIAN, "valid UTF-8, whatever is said");
        assert_eq!(decode(&in_encoding("koi8-r", RUSSIAN), Some("utf-8")).unwrap(), RUSSIAN, "a lie");
        assert_eq!(decode(b"plain", Some("no-such-charset")).unwrap(), "plain");
    }

    #[test]
    fn utf_16_is_told_with_and_without_its_mark() {
        let marked = format!("\u{feff}{GERMAN}");
        for text in [&marked, GERMAN] {
            assert_eq!(decode(&utf_16(text, u16::to_le_bytes), None).unwrap(), GERMAN);
            assert_eq!(decode(&utf_16(text, u16::to_be_bytes), None).unwrap(), GERMAN);
        }
        for text in [JAPANESE, KOREAN, CHINESE, RUSSIAN].map(|text| format!("{text}\n{text}\n")) {
            assert_eq!(decode(&utf_16(&text, u16::to_le_bytes), None).unwrap(), text);
            assert_eq!(decode(&utf_16(&text, u16::to_be_bytes), None).unwrap(), text);
        }
    }

    #[test]
    fn utf_32_is_told_by_its_mark() {
        for byte in [u32::to_le_bytes, u32::to_be_bytes] {
            let bytes = |text: &str| text.chars().flat_map(|c| byte(u32::from(c))).collect::<Vec<u8>>();
            assert_eq!(decode(&bytes(&format!("\u{feff}{GERMAN}\r\n")), None).unwrap(), format!("{GERMAN}\n"));
            let broken = [bytes("\u{feff}a"), byte(0xd800).to_vec(), vec![0]].concat();
            assert_eq!(decode(&broken, None).unwrap(), "a\u{fffd}\u{fffd}");
        }
    }

    #[test]
    fn lines_are_read_packed_and_marked_too() {
        let text = format!("{GERMAN}\n{RUSSIAN}\n");
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(format!("\u{feff}{text}").as_bytes()).unwrap();
        let marked = format!("\u{feff}{text}");
        let (little, big) = (utf_16(&marked, u16::to_le_bytes), utf_16(&marked, u16::to_be_bytes));
        for bytes in [text.clone().into_bytes(), marked.into_bytes(), little, big, packer.finish().unwrap()] {
            let read: Vec<String> = lines(io::Cursor::new(bytes)).unwrap().lines().map(Result::unwrap).collect();
            assert_eq!(read, [GERMAN, RUSSIAN]);
        }
        let mut name = Vec::new();
        lines(&b"caf\xe9.txt"[..]).unwrap().read_to_end(&mut name).unwrap();
        assert_eq!(name, b"caf\xe9.txt", "a file's name need not be UTF-8");
    }

    #[test]
    fn text_with_a_zero_in_it_is_not_another_script() {
        for zero in 0..40 {
            let mut bytes = b"The boats lie at the quay, and nobody rows them.".to_vec();
            bytes[zero] = 0;
            let read = decode(&bytes, None);
            let expected = "The boats lie at the quay, and nobody rows them.".char_indices();
            let expected: String = expected.map(|(at, c)| if at == zero { '\0' } else { c }).collect();
            assert_eq!(read, Ok(expected));
            bytes[zero + 1] = 0xc4;
            let read = decode(&bytes, None);
            assert!(!read.as_ref().is_ok_and(|text| text.contains(|c: char| c >= '\u{3000}')), "{read:?}");
        }
    }

    #[test]
    fn a_broken_place_does_not_make_another_encoding() {
        let mut bytes = RUSSIAN.repeat(3).into_bytes();
        bytes.pop();
        bytes[1] = 0xff;
        bytes.pop();
        let text = decode(&bytes, None).unwrap();
        assert!(text.contains("пришли ещё до восьми часов") && text.contains('\u{fffd}'), "{text}");
    }

    #[test]
    fn gzip_opens_within_a_limit() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&GERMAN.repeat(100).into_bytes()).unwrap();
        let packed = packer.finish().unwrap();
        assert_eq!(decode(&packed, None).unwrap(), GERMAN.repeat(100));
        let (some, cut) = opened(packed.as_slice().into(), 1000).unwrap();
        assert_eq!((some.len(), cut), (1000, Some(Cut::Limit(1000))));
        assert_eq!(decode_or_cut(packed.as_slice().into(), None).unwrap().1, None);
        let (cut, broken) = decode_or_cut(packed[..packed.len() - 10].into(), None).unwrap();
        assert_eq!(broken, Some(Cut::Broken));
        assert!(GERMAN.repeat(100).starts_with(cut.trim_end_matches('\u{fffd}')) && !cut.is_empty());
        assert_eq!(decode(&packed[..5], None), Err(DecodeError::Broken));
    }

    #[test]
    fn line_ends_become_newlines() {
        assert_eq!(decode(b"\xef\xbb\xbfa\r\nb\rc\n", None).unwrap(), "a\nb\nc\n");
    }

    #[test]
    fn text_may_begin_with_the_letters_of_other_files() {
        for (text, file, what) in [
            ("ID3 tags explained\n\nAn article about it.\n", &b"ID3\x04\0\0\0\0\x0f\x76TSSE"[..], "a sound"),
            ("RIFF is a form for many files.\n", b"RIFF\x24\x08\x01\0WAVEfmt \x10\0", "a picture, sound or film"),
            ("GIF89a or GIF87a?\n", b"GIF89a\x40\x01\xf0\0\xf7\0\0", "a picture"),
            ("OggS is what it begins with.\n", b"OggS\0\x02\0\0", "a sound"),
            ("fLaC\n", b"fLaC\0\0\0\x22\x10", "a sound"),
            ("BZh and other letters\n", b"BZh91AY&SY\x5a\x55\xc4\x1e", "an archive"),
        ] {
            assert_eq!(decode(text.as_bytes(), None).as_deref(), Ok(text));
            assert_eq!(decode(file, None), Err(DecodeError::Known(what)));
        }
    }

    #[test]
    fn what_is_not_text_is_said_so() {
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None), Err(DecodeError::Known("a picture")));
        assert_eq!(decode(b"%PDF-1.4 and so on", None), Err(DecodeError::Known("a PDF document")));
        for zeros in [&[0; 100][..], b"\0", b"ab\0cd\0ef", b"A short one of some words, and \x01 and \0 in it."] {
            assert_eq!(decode(zeros, None), Err(DecodeError::NotText));
        }
        let noise: Vec<u8> = (0..9000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert_eq!(decode(&noise, None), Err(DecodeError::NotText));
        assert_eq!(decode(b"", None).unwrap(), "");
    }
}
