//! How the words of a [`Piece`] read, and how alike two of them are.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::features::Row;
use super::walk::Piece;

/// Words are compared as hashes of their small letters (FNV-1a, the same on every machine).
pub fn words(text: &str) -> impl Iterator<Item = u64> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(|word| {
        if word.is_ascii() {
            hash(word.bytes().map(|b| b.to_ascii_lowercase()))
        } else {
            hash(word.chars().flat_map(char::to_lowercase).flat_map(|c| (c as u32).to_le_bytes()).filter(|b| *b != 0))
        }
    })
}

pub fn hash(bytes: impl IntoIterator<Item = u8>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    }
    hash
}

/// A text's first words in order of their hashes, as [`likeness`] wants them.
pub fn bag(text: &str) -> Vec<u64> {
    const FIRST: usize = 80;
    let mut bag: Vec<u64> = words(text).take(FIRST).collect();
    bag.sort_unstable();
    bag
}

pub fn shingles(words: &[u64]) -> impl Iterator<Item = u64> + '_ {
    words.windows(3).map(|three| hash(three.iter().flat_map(|word| word.to_le_bytes())))
}

/// How alike two bags of words are, 0 to 1.
pub fn likeness(a: &[u64], b: &[u64]) -> f32 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        shared += i32::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    2.0 * shared as f32 / (a.len() + b.len()) as f32
}

/// Words that open or fill bylines, dates, credits and pleas in the languages of many news sites.
const LISTS: [&str; 4] = [
    "by von par por di av af door od written reporting autor text author oleh e",
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august \
     september october november december januar februar märz mai juni juli oktober dezember uhr updated \
     published aktualisiert pm am est ago",
    "getty reuters ap afp photo photograph photographer foto fotos image images bild credit shutterstock dpa \
     epa picture pictured alamy imago courtesy istock",
    "subscribe newsletter newsletters advertisement anzeige werbung read more sign share follow click related \
     lesen mehr abonnieren app inbox copyright rights reserved login register comments comment kommentare \
     watch video continue story cookies privacy facebook twitter email print whatsapp see also leer",
];

/// The lists that a word is in, a bit each.
fn lists(word: u64) -> u8 {
    static INDEX: LazyLock<HashMap<u64, u8>> = LazyLock::new(|| {
        let mut index = HashMap::new();
        for (at, list) in LISTS.iter().enumerate() {
            for word in words(list) {
                *index.entry(word).or_default() |= 1 << at;
            }
        }
        index
    });
    INDEX.get(&word).copied().unwrap_or(0)
}

/// How the words themselves read.
pub fn reading(piece: &Piece, row: &mut Row) {
    let text = piece.text.as_str();
    let bytes = text.len().max(1) as f32;
    let chars = text.chars().count().max(1) as f32;
    let listed: Vec<u8> = words(text).take(400).map(lists).collect();
    let count = listed.len().max(1) as f32;
    let among = |list: usize| listed.iter().filter(|in_lists| **in_lists & (1 << list) != 0).count() as f32;
    let tokens = || text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let of = |fits: fn(char) -> bool| text.chars().filter(|c| fits(*c)).count() as f32 / chars;
    row.push(bytes.ln());
    row.push(listed.len() as f32);
    row.push(piece.linked as f32 / bytes);
    row.push(piece.stressed as f32 / bytes);
    row.push(chars / count);
    row.push(of(|c| c.is_ascii_digit()));
    row.push(of(char::is_uppercase));
    row.push(of(|c| matches!(c, ',' | ';' | ':' | '–' | '—')));
    row.push(text.matches(['.', '!', '?', '。']).count() as f32);
    let last = text.trim_end_matches(['”', '"', '\'', '’', '»', '“', ')', ']']).chars().next_back().unwrap_or(' ');
    row.push(match last {
        '.' | '!' | '。' => 1.0,
        '?' => 2.0,
        '…' => 3.0,
        ':' => 4.0,
        '>' | '»' | '›' | '→' => 5.0,
        c if c.is_ascii_digit() => 6.0,
        _ => 0.0,
    });
    row.push(f32::from(text.starts_with(char::is_lowercase)));
    row.push(f32::from(text.starts_with(['“', '"', '„', '«', '‘', '\''])));
    row.push(f32::from(text.contains(['|', '•', '·', '/'])));
    row.push(f32::from(text.contains(['©', '®'])));
    row.push(f32::from(text.contains('@')));
    row.push(f32::from(text.contains("http") || text.contains("www.") || text.contains(".com")));
    row.push(f32::from(text.contains(['(', '[']) && text.ends_with([')', ']'])));
    row.push(f32::from(listed.first().is_some_and(|in_lists| in_lists & 1 != 0)));
    row.push(among(1));
    row.push(f32::from(tokens().any(|w| w.len() == 4 && (w.starts_with("20") || w.starts_with("19")))));
    row.push(among(2));
    row.push(among(3) / count);
    row.push(among(3));
    row.push(tokens().take(400).filter(|w| w.chars().count() <= 3).count() as f32 / count);
    let capitals = text.split_whitespace().filter(|w| w.starts_with(char::is_uppercase)).count() as f32;
    row.push(capitals / text.split_whitespace().count().max(1) as f32);
    row.push(text.matches('\n').count() as f32);
}
