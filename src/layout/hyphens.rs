//! Where words may be hyphenated: the patterns of Liang, "Word Hy-phen-a-tion by Com-put-er" (1983), as they were
//! gathered for TeX, from the `hypher` crate.

use hypher::Lang;

/// The hyphenation rules for a language given as BCP 47, if there are any.
pub fn language(tag: &str) -> Option<Lang> {
    let code: [u8; 2] = tag.split(['-', '_']).next()?.as_bytes().try_into().ok()?;
    Lang::from_iso(code.map(|b| b.to_ascii_lowercase()))
}

/// The shortest word to hyphenate, in bytes.
const SHORTEST: usize = 6;
/// The longest, in bytes: what is longer is no word.
const LONGEST: usize = 64;

/// Byte offsets in a word at which a hyphen may be put.
///
/// The word may have punctuation around it; what has digits, an address's signs or capitals inside is left whole.
pub fn points(word: &str, language: Lang) -> Vec<usize> {
    let core = word.trim_matches(|c: char| !c.is_alphabetic());
    let plain = |c: char| c.is_alphabetic() || matches!(c, '\'' | '’');
    let is_in_address = word.ends_with(['/', '@', '_', '=', '&']);
    let capitals = core.chars().skip(1).any(char::is_uppercase);
    if is_in_address || core.len() < SHORTEST || core.len() > LONGEST || capitals || !core.chars().all(plain) {
        return Vec::new();
    }
    let mut at = core.as_ptr() as usize - word.as_ptr() as usize;
    let mut points: Vec<usize> = hypher::hyphenate(core, language)
        .map(|syllable| {
            at += syllable.len();
            at
        })
        .collect();
    points.pop();
    points
}
