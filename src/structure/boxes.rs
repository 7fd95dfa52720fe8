//! What boxes beside a story are called: key points, timelines, itineraries, profiles.

use super::vocabulary::{EMPTY, decoded, mix, step};

/// Names of boxes, in the languages of the corpus and their neighbours.
const NAMES: &str = "key points, key takeaways, takeaways, key facts, key events, key dates, key moments, key figures, \
    key terms, key questions, quick facts, the facts, fast facts, facts and figures, fact box, factbox, fact file, \
    fact sheet, factfile, at a glance, in brief, in short, in numbers, in figures, by the numbers, in summary, timeline, \
    timeline of events, chronology, what we know, what to know, what you need to know, things to know, what happened, \
    what happens next, what's next, highlights, summary, the bottom line, tl;dr, backgrounder, explainer, explained, \
    who is who, who's who, who are, q&a, q and a, questions and answers, your questions answered, \
    frequently asked questions, faq, profile, about the author, about the authors, itinerary, schedule, agenda, \
    programme, the lowdown, did you know, glossary, checklist, ingredients, how it works, how to help, how we did it, \
    how to get there, if you go, practical information, opening hours, career, results, line-ups, teams, \
    the numbers, the essentials, more information, in depth, in context, \
    auf einen blick, im überblick, kurz gesagt, kurz und knapp, kurz erklärt, das wichtigste in kürze, \
    das wichtigste, die wichtigsten fakten, zusammenfassung, hintergrund, zum hintergrund, steckbrief, chronik, \
    chronologie, zeitleiste, zahlen und fakten, daten und fakten, fakten, infobox, info, hinweis, bitte beachten, zur person, \
    zur sache, zum autor, zur autorin, der autor, die autorin, die autoren, über den autor, stichwort, glossar, \
    fragen und antworten, was bisher geschah, tipps, \
    las claves, claves, puntos clave, en resumen, resumen, en cifras, cronología, línea de tiempo, lo que se sabe, \
    lo esencial, ficha técnica, ficha, perfil, el dato, glosario, preguntas y respuestas, \
    en bref, à retenir, l'essentiel, ce qu'il faut savoir, ce qu'il faut retenir, les faits, repères, en chiffres, les chiffres, \
    encadré, questions et réponses, le calendrier, \
    in breve, in sintesi, in cifre, i punti chiave, i numeri, cronologia, la scheda, la cronologia, \
    em resumo, resumo, pontos-chave, em números, linha do tempo, \
    in het kort, kort samengevat, tijdlijn, de feiten, \
    kort fortalt, kort fortalt:, faktaboks, faktaboksen, fakta, tidslinje, oppsummert, sammendrag, bakgrunn, bakgrund, baggrund, \
    w skrócie, najważniejsze, kalendarium, коротко, главное, хронология, справка, \
    words to know, terms to know, so far, through the years, over the years, day by day, step by step, in pictures, \
    verdict, public notice, have your say, statement, safety record, before you go, the victims, the charges, \
    earlier cases, previous cases, tips, reports, numbers, \
    in zahlen, in bildern, die zahlen, symptome, fragen an, darum geht es, worum geht es, so funktioniert, termine, \
    anfahrt, im vergleich, \
    qué se sabe, en números, en imágenes, así ocurrió, entenda, saiba mais, o que se sabe, os números, \
    en images, en dates, i fatti, cosa sappiamo, \
    in cijfers, de cijfers, wat we weten, wat weten we, vragen over, \
    i siffror, det vet vi, detta har hänt, dette vet vi, dette er saken, i tal, \
    w liczbach, co wiemy, v číslech, co víme, kort om";

/// Words that questions open with, and titles that could be answered: of those languages too.
const ASKING: &str = "who what how why where when which wer was wie wo warum wann welche quién quiénes qué cómo dónde cuándo qui \
    que qu'est-ce comment où pourquoi quand quel quelle quels quelles chi cosa cos'è come dove perché quando quem onde wie \
    wat hoe waar waarom wanneer welke vem vad hur var varför när hvem hva hvad hvordan hvor hvorfor hvornår kim co jak gdzie \
    kiedy dlaczego kto kdo proč kde кто что как почему где когда";

/// Bytes and words of the longest heading that is looked at.
const LONGEST: usize = 120;
const MOST: usize = 12;

/// Whether a heading begins or ends with what boxes are called.
pub fn names_one(heading: &str) -> bool {
    if heading.len() > LONGEST {
        return false;
    }
    let words = || heading.split_whitespace().map(bare).filter(|word| !word.is_empty());
    let (Some(first), Some(last)) = (words().next(), words().next_back()) else { return false };
    let begins = |name: &'static str| same(name.split(' '), words());
    let ends = |name: &'static str| same(name.rsplit(' '), words().rev());
    (named(first).any(begins) || named(last).any(ends)) && words().count() <= MOST
}

/// Whether a heading opens with what questions open with.
pub fn asks(heading: &str) -> bool {
    let first = heading.split_whitespace().map(bare).find(|word| !word.is_empty());
    first.is_some_and(|first| ASKS.contains(&key(first)))
}

/// What [`ASKING`] hashes to, word by word. Made when cutline is built, as the table below.
static ASKS: [u64; count(ASKING)] = {
    let mut keys = [0; count(ASKING)];
    let (text, mut at, mut word, mut hash) = (ASKING.as_bytes(), 0, 0, EMPTY);
    while at < text.len() {
        let (c, bytes) = decoded(text, at);
        at += bytes;
        if c != ' ' {
            hash = step(hash, c);
        }
        if c == ' ' || at == text.len() {
            (keys[word], word, hash) = (mix(hash), word + 1, EMPTY);
        }
    }
    keys
};

/// Words of a text that has one space between two.
const fn count(text: &str) -> usize {
    let (mut at, mut words) = (0, 1);
    while at < text.len() {
        words += (text.as_bytes()[at] == b' ') as usize;
        at += 1;
    }
    words
}

/// What a word hashes to, however it is written.
fn key(word: &str) -> u64 {
    mix(lower(word).fold(EMPTY, step))
}

/// Whether the words of a name are the next of a heading.
fn same<'a, 'b>(mut name: impl Iterator<Item = &'a str>, mut words: impl Iterator<Item = &'b str>) -> bool {
    name.all(|part| words.next().is_some_and(|word| lower(word).eq(part.chars())))
}

/// The names that may begin or end with a word.
fn named(word: &str) -> impl Iterator<Item = &'static str> {
    let key = key(word);
    let slots = (0..SLOTS).map(move |further| TABLE[(key as usize + further) % SLOTS]);
    let taken = slots.take_while(|(_, first, end)| first < end);
    taken.filter(move |slot| slot.0 == tag(key)).map(|(_, first, end)| &NAMES[usize::from(first)..usize::from(end)])
}

/// Slots of the table, many more than edges of names, so that most searches end at the first.
const SLOTS: usize = 1 << 11;

/// The names by the hashes of their first and last words: half of the hash, and where the name is in the list. Made
/// when cutline is built, so that no reading waits for it.
static TABLE: [(u32, u16, u16); SLOTS] = table();

const fn table() -> [(u32, u16, u16); SLOTS] {
    let mut table = [(0, 0, 0); SLOTS];
    let names = NAMES.as_bytes();
    let mut first = 0;
    while first < names.len() {
        // What the words of the name hash to: the first, and the one that is being read.
        let (mut end, mut opening, mut word) = (first, EMPTY, EMPTY);
        while end < names.len() && names[end] != b',' {
            if names[end] == b' ' {
                opening = if opening == EMPTY { word } else { opening };
                (end, word) = (end + 1, EMPTY);
            } else {
                let (c, bytes) = decoded(names, end);
                (end, word) = (end + bytes, step(word, c));
            }
        }
        add(&mut table, mix(word), first, end);
        if opening != EMPTY && opening != word {
            add(&mut table, mix(opening), first, end);
        }
        // Past the comma and the space after it.
        first = end + 2;
    }
    table
}

const fn add(table: &mut [(u32, u16, u16); SLOTS], key: u64, first: usize, end: usize) {
    let mut slot = key as usize % SLOTS;
    while table[slot].1 < table[slot].2 {
        slot = (slot + 1) % SLOTS;
    }
    table[slot] = (tag(key), first as u16, end as u16);
}

const fn tag(key: u64) -> u32 {
    (key >> 32) as u32
}

/// A word without what stands around its letters and digits.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The characters of a word as names are written.
fn lower(word: &str) -> impl Iterator<Item = char> {
    word.chars().flat_map(char::to_lowercase).map(|c| if c == '’' { '\'' } else { c })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_told_by_their_names() {
        for heading in
            ["Key points", "TIMELINE: how the bridge was built", "Auf einen Blick:", "The Duchess’s itinerary"]
        {
            assert!(names_one(heading), "{heading}");
        }
        for heading in ["The key to the harbour", "A timely reminder", "", "…"] {
            assert!(!names_one(heading), "{heading}");
        }
    }

    #[test]
    fn titles_that_ask_open_with_the_word_that_does() {
        for heading in ["Who is Ada Holm?", "HOW THE BRIDGE FELL", "„Was wir wissen“", "¿Qué se sabe?", "Où aller"]
        {
            assert!(asks(heading), "{heading}");
        }
        for word in ASKING.split(' ') {
            assert!(asks(&word.to_uppercase()), "{word}");
        }
        for heading in ["Whole towns are empty", "The man who knew", "", "?"] {
            assert!(!asks(heading), "{heading}");
        }
    }

    #[test]
    fn every_name_names_a_box_alone_before_and_after_other_words() {
        // What ends in a sign is no word of a heading.
        for name in NAMES.split(", ").filter(|name| !name.ends_with(':')) {
            for heading in [name.to_uppercase(), format!("{name} – of it all"), format!("of it all: “{name}”")] {
                assert!(names_one(&heading), "{heading}");
            }
        }
    }
}
