//! Mends mojibake: UTF-8 that somebody upstream read as Windows-1252 or Latin-1, so that "’" became "â€™".
//!
//! Only what is certain is mended, as the mended text is what the reader sees: a sequence that decodes, in a place
//! where no language writes it on purpose («CAFÉ»… would decode too). What bytes were lost on the way ("Stanfordâs")
//! is put back only in text that is plainly English and where only one reading is possible. The input itself is never
//! changed: [`crate::document::Document::source`] keeps what came.

use std::borrow::Cow;

use crate::clean;

/// Text may have been misread more than once; each pass undoes one misreading.
const PASSES: usize = 3;

/// What a block shows of its source, on one line: mojibake mended, control characters made harmless, white space
/// folded. Every reader's shown text is made here.
///
/// ```
/// use cutline::mend::shown;
///
/// assert_eq!(shown(" Stanfordâ€™s\n campus "), "Stanford’s campus");
/// ```
pub fn shown(text: &str) -> Cow<'_, str> {
    match mended(text) {
        Cow::Borrowed(text) => clean::folded(text),
        Cow::Owned(text) => Cow::Owned(clean::folded(&text).into_owned()),
    }
}

/// Text with its certain mojibake mended; clean text is not copied.
///
/// ```
/// use cutline::mend::mended;
///
/// assert_eq!(mended("Itâ€™s a cafÃ©"), "It’s a café");
/// assert_eq!(mended("« CAFÉ »… à «l’âge»"), "« CAFÉ »… à «l’âge»");
/// assert_eq!(mended("It is Stanfordâs campus, the oldest"), "It is Stanford’s campus, the oldest");
/// ```
pub fn mended(text: &str) -> Cow<'_, str> {
    if lead(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut text = Cow::Borrowed(text);
    for _ in 0..PASSES {
        let Some(better) = pass(&text) else { break };
        text = Cow::Owned(better);
    }
    if let Some(better) = half_lost(&text) {
        text = Cow::Owned(better);
    }
    text
}

/// Where the text holds what every misreading starts with: a letter from Â to ô, or the quote of MacRoman's "‚Ä".
fn lead(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(0xc3, 0xe2, bytes).find(|at| match bytes[*at..] {
        [0xc3, second, ..] => (0x82..=0xb4).contains(&second),
        [_, second, third, ..] => (second, third) == (0x80, 0x9a),
        _ => false,
    })
}

/// One misreading undone, or none where nothing was found.
fn pass(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(skipped) = lead(&text[at..]) {
        at += skipped;
        match mend_at(text, at) {
            Some((end, mended)) => {
                out.push_str(&text[copied..at]);
                out.push_str(&mended);
                (at, copied) = (end, end);
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    if copied == 0 {
        return None;
    }
    out.push_str(&text[copied..]);
    Some(out)
}

/// The misread characters at a place: where they end, and what they should have been.
fn mend_at(text: &str, at: usize) -> Option<(usize, String)> {
    let rest = &text[at..];
    if let Some(mended) = mac_roman(rest) {
        return Some((at + "‚Äô".len(), mended.to_string()));
    }
    let before = text[..at].chars().next_back();
    let Some((len, mended)) = decoded(rest) else { return cut_short(rest, before).map(|(len, m)| (at + len, m)) };
    let lead = rest.chars().next()?;
    let after = rest[len..].chars().next();
    match lead {
        // Latin letters and signs, which are two bytes each.
        'Â'..='Å' => in_a_word(&rest[lead.len_utf8()..len], before, after).then(|| (at + len, mended.to_string())),
        // Punctuation, arrows, currency; emoji.
        'â' | 'ð' => Some((at + len, mended.to_string())),
        'ï' if matches!(mended, '\u{feff}' | '\u{fffd}') => Some((at + len, mended.to_string())),
        // The signs of Windows-1252 itself, where text was misread twice.
        'Æ' | 'Ë' if matches!(mended, 'ƒ' | 'ˆ' | '˜') => Some((at + len, mended.to_string())),
        // Other alphabets come in runs; «MENÜ» or «café»… alone may be meant.
        _ => run(rest).map(|(len, mended)| (at + len, mended)),
    }
}

/// At least two misread characters in a row, of alphabets that have no Latin letters between.
fn run(rest: &str) -> Option<(usize, String)> {
    let mut mended = String::new();
    let mut len = 0;
    while let Some((n, c)) = decoded(&rest[len..]) {
        mended.push(c);
        len += n;
    }
    (mended.chars().count() > 1).then_some((len, mended))
}

/// Whether a continuation that is also punctuation ("É»", "Ä…") cannot be meant as such: it stands within a word, or
/// its capital follows a small letter or a stop.
fn in_a_word(continuation: &str, before: Option<char>, after: Option<char>) -> bool {
    let Some(c) = continuation.chars().next() else { return false };
    let punctuation = matches!(c, '\u{a0}' | '«' | '»' | '‹' | '›' | '‘'..='„' | '…' | '–' | '—' | '™');
    let behind = before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit() || matches!(b, '.' | ',' | '!' | '?'));
    let word = before.is_some_and(char::is_alphabetic);
    !punctuation || behind || after.is_some_and(char::is_alphabetic) || (c == '\u{a0}' && !word)
}

/// The character that the first few spell in UTF-8 when they are taken for bytes, and their length.
fn decoded(rest: &str) -> Option<(usize, char)> {
    let mut chars = rest.chars();
    let lead = byte(chars.next()?)?;
    let wanted = match lead {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let mut bytes = [lead, 0, 0, 0];
    for place in &mut bytes[1..wanted] {
        *place = byte(chars.next()?).filter(|b| (0x80..0xc0).contains(b))?;
    }
    let decoded = std::str::from_utf8(&bytes[..wanted]).ok()?.chars().next()?;
    Some((rest.len() - chars.as_str().len(), decoded))
}

/// Windows-1252 leaves five bytes without a character, and many programs drop those, or all of 80 to 9F. "â€" with
/// nothing after it can only have been "”" (E2 80 9D); "Â" behind a small letter, only a no-break space.
fn cut_short(rest: &str, before: Option<char>) -> Option<(usize, String)> {
    let before = before?;
    if let Some(after) = rest.strip_prefix("â€") {
        let lost = if after.starts_with('\u{fffd}') { '\u{fffd}'.len_utf8() } else { 0 };
        return (!before.is_whitespace()).then(|| ("â€".len() + lost, "”".to_string()));
    }
    let alone = rest.strip_prefix('Â')?.starts_with([' ', '\n']) && before.is_lowercase();
    alone.then(|| ('Â'.len_utf8(), String::new()))
}

/// The byte of a character in Windows-1252, in which the five unassigned bytes stand for themselves.
fn byte(c: char) -> Option<u8> {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match c {
        '\u{80}'..='\u{ff}' => Some(c as u8),
        '\0'..='\u{7f}' => None,
        _ => HIGH.iter().position(|h| *h == c).map(|at| 0x80 + at as u8),
    }
}

/// Punctuation in UTF-8 that was read as MacRoman, three characters each.
fn mac_roman(rest: &str) -> Option<char> {
    match rest.strip_prefix("‚Ä")?.chars().next()? {
        'ô' => Some('’'),
        'ò' => Some('‘'),
        'ú' => Some('“'),
        'ù' => Some('”'),
        'ì' => Some('–'),
        'î' => Some('—'),
        _ => None,
    }
}

/// Puts back punctuation of which only the "â" is left, bytes 80 to 9F having been dropped. Only in English, and that
/// beyond doubt where other letters of the text are accented: "gwâs", "mât" and "surâs" are words elsewhere.
fn half_lost(text: &str) -> Option<String> {
    if !text.contains('â') {
        return None;
    }
    let accented = |c: char| c != 'â' && c.is_alphabetic() && !c.is_ascii();
    let english = if text.contains(accented) { english_words(text) > 2 } else { is_english(text) };
    if !english {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut changed = false;
    let mut opened = false;
    for (at, c) in text.char_indices() {
        let mended = if c == 'â' { punctuation(text, at, &mut opened) } else { None };
        changed |= mended.is_some();
        out.push(mended.unwrap_or(c));
    }
    changed.then_some(out)
}

/// What a lone "â" stands for: an apostrophe before the endings that English puts there, quotation marks around
/// words, a dash between spaces.
fn punctuation(text: &str, at: usize, opened: &mut bool) -> Option<char> {
    const ENDINGS: [&str; 7] = ["s", "t", "d", "m", "re", "ve", "ll"];
    let (before, after) = (&text[..at], &text[at + 'â'.len_utf8()..]);
    let stem = before.chars().rev().take_while(char::is_ascii_alphabetic).count();
    let ending = &after[..after.bytes().take_while(u8::is_ascii_alphabetic).count()];
    let space_before = before.chars().next_back().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '['));
    let space_after = after.chars().next().is_none_or(char::is_whitespace);
    if space_before && space_after {
        return (!before.is_empty() && !after.is_empty()).then_some('–');
    }
    if stem > 0 && ENDINGS.contains(&ending) {
        // "mât", "bât" and the like are words: "t" wants its "n".
        return (ending != "t" || before.ends_with('n')).then_some('’');
    }
    if space_before && !*opened && closes(after) {
        *opened = true;
        return Some('“');
    }
    let ends_word = after.chars().next().is_none_or(|c| !c.is_alphanumeric());
    if !space_before && ends_word && std::mem::take(opened) {
        return Some('”');
    }
    // What it closes says which one it was.
    if ends_word && before.ends_with(['.', ',', '!', '?', '…']) { left_open(before) } else { None }
}

/// The mark that closes the latest quotation which is still open at the end of a text.
fn left_open(text: &str) -> Option<char> {
    let mut open = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '“' => open.push('”'),
            '‘' => open.push('’'),
            // Before a letter it is an apostrophe.
            '”' | '’' if chars.peek().is_none_or(|next| !next.is_alphanumeric()) && open.last() == Some(&c) => {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop()
}

/// Whether a lone "â" at the end of a word comes soon enough to close a quotation that opens here.
fn closes(after: &str) -> bool {
    const REACH: usize = 600;
    let mut chars = after.chars().take(REACH).peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        if c == 'â' && !before.is_whitespace() && chars.peek().is_none_or(|c| !c.is_alphanumeric()) {
            return true;
        }
        before = c;
    }
    false
}

/// Whether English function words stand in the text, or a capitalised name with a possessive: "Stanfordâs".
fn is_english(text: &str) -> bool {
    let possessive = |word: &str| {
        let stem = word.trim_end_matches(|c: char| c.is_ascii_punctuation()).strip_suffix("âs").unwrap_or_default();
        stem.len() > 3
            && stem.starts_with(|c: char| c.is_ascii_uppercase())
            && stem.bytes().all(|b| b.is_ascii_alphabetic())
    };
    let contraction = |word: &str| {
        let word = word.trim_end_matches(|c: char| c.is_ascii_punctuation());
        ["nât", "Iâm", "youâre", "weâre", "theyâre", "Iâve", "weâve", "Iâll"].iter().any(|end| word.ends_with(end))
    };
    english_words(text) > 0 || text.split_whitespace().any(|w| possessive(w) || contraction(w))
}

/// How many of a text's words are function words of English.
fn english_words(text: &str) -> usize {
    const WORDS: [&str; 18] = [
        "the", "of", "and", "to", "is", "was", "for", "that", "with", "have", "has", "are", "were", "by", "this", "it",
        "from", "at",
    ];
    text.split_whitespace().filter(|word| WORDS.contains(word)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text in UTF-8 as a program sees it that takes the bytes for Windows-1252.
    fn misread(text: &str) -> String {
        encoding_rs::WINDOWS_1252.decode(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn every_lead_is_found() {
        for c in '\0'..=char::MAX {
            let text = format!("it’s Ã{c}");
            let plain = text.find(|c| matches!(c, 'Â'..='ô' | '‚'));
            assert_eq!(lead(&text), plain);
            assert_eq!(lead(&text["it’s Ã".len()..]).is_some(), matches!(c, 'Â'..='ô' | '‚'), "{c:?}");
        }
    }

    #[test]
    fn misread_text_comes_back() {
        for text in [
            "It’s “quoted” – and — dashed… • 5 €",
            "Zoë Müller, à Besançon, où l’été",
            "¿Qué pasó en Málaga? 25 °C",
            "Dvořák, Łódź, Kraków, žluťoučký kůň",
            "Привет, как дела",
            "Καλημέρα κόσμε",
            "日本語のニュース",
            "😀 emoji 🎉",
        ] {
            assert_eq!(mended(&misread(text)), text, "{}", misread(text));
            assert_eq!(mended(&misread(&misread(text))), text, "twice");
        }
    }

    #[test]
    fn latin_1_controls_are_mended_too() {
        assert_eq!(mended("itâ\u{80}\u{99}s â\u{80}\u{9c}soâ\u{80}\u{9d}"), "it’s “so”");
        assert_eq!(mended("so it goes,â€ he said"), "so it goes,” he said");
    }

    #[test]
    fn what_people_write_stays() {
        for text in [
            "Zoë’s 日本語 – fine",
            "«CAFÉ»… «voilà»… MENÜ“ „JÄ…“",
            "Le mât, l’âge, dégâts et gâteaux; château",
            "Mae’r gwâs a’r tŷ",
            "a surâs şi a râs",
            "the château of the king",
            "Le film de l'été: the best of, et gâté",
            "MANHÃ» e AMANHÃ”",
            "‚Äpfel‘ und Birnen",
            "São Paulo, coração, Âncora, ÂNCORA",
            "Å»",
        ] {
            assert!(matches!(mended(text), Cow::Borrowed(_)), "{text} became {}", mended(text));
        }
    }

    #[test]
    fn half_lost_punctuation_is_put_back_in_english() {
        assert_eq!(mended("Stanfordâs campus"), "Stanford’s campus");
        assert_eq!(
            mended("We donât know, âas of nowâ, that itâs over â yet"),
            "We don’t know, “as of now”, that it’s over – yet"
        );
        assert_eq!(
            mended("‘It is the mayor’s ‘plan’ that he was for.â"),
            "‘It is the mayor’s ‘plan’ that he was for.’"
        );
        assert_eq!(mended("“It was of the mayor that he spoke.â"), "“It was of the mayor that he spoke.”");
        assert_eq!(mended("It was of the mayor that he spoke.â"), "It was of the mayor that he spoke.â");
        assert_eq!(mended("he saidÂ so"), "he said so");
        assert_eq!(
            mended("The café of Stanfordâs campus was shut by the mayor"),
            "The café of Stanford’s campus was shut by the mayor"
        );
    }

    #[test]
    fn a_macroman_reading_is_mended() {
        assert_eq!(mended("It‚Äôs ‚Äúthat‚Äù ‚Äì yes"), "It’s “that” – yes");
    }

    #[test]
    fn mending_twice_changes_nothing_more() {
        for text in ["Ã¢â‚¬â„¢", "ÃÃÃ©Â©", "â€â€â€", "ï»¿ï¿½", "Ã"] {
            let once = mended(text).into_owned();
            assert_eq!(mended(&once), once, "{text}");
        }
    }
}
