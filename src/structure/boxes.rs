//! What boxes beside a story are called: key points, timelines, itineraries, profiles.

use std::sync::LazyLock;

use super::words::{HashedMap, mix};

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
    w skrócie, najważniejsze, kalendarium, коротко, главное, хронология, справка";

/// Bytes and words of the longest heading that is looked at.
const LONGEST: usize = 120;
const MOST: usize = 12;

/// Whether a heading begins or ends with what boxes are called.
pub fn names_one(heading: &str) -> bool {
    if heading.len() > LONGEST {
        return false;
    }
    let words = || heading.split_whitespace().map(bare).filter(|word| !word.is_empty());
    let first = words().next().map_or(&[][..], known);
    let last = words().next_back().map_or(&[][..], known);
    if first.is_empty() && last.is_empty() {
        return false;
    }
    let words: Vec<String> = words().map(|word| lower(word).collect()).collect();
    let stand = |name: &Name, at: Option<&[String]>| at.is_some_and(|words| words == name.as_slice());
    words.len() <= MOST
        && (first.iter().any(|name| stand(name, words.get(..name.len())))
            || last.iter().any(|name| stand(name, words.len().checked_sub(name.len()).and_then(|at| words.get(at..)))))
}

type Name = Vec<&'static str>;

/// The names that begin or end with a word.
fn known(word: &str) -> &'static [Name] {
    static NAMED: LazyLock<HashedMap<u64, Vec<Name>>> = LazyLock::new(|| {
        let mut named: HashedMap<u64, Vec<Name>> = HashedMap::default();
        for name in NAMES.split(", ") {
            let words: Name = name.split(' ').collect();
            for edge in [words[0], words[words.len() - 1]] {
                named.entry(hash(edge)).or_default().push(words.clone());
            }
        }
        named
    });
    NAMED.get(&hash(word)).map_or(&[], Vec::as_slice)
}

/// A word without what stands around its letters and digits.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The characters of a word as names are written.
fn lower(word: &str) -> impl Iterator<Item = char> {
    word.chars().flat_map(char::to_lowercase).map(|c| if c == '’' { '\'' } else { c })
}

/// The same for all ways to write a word. No string is made for it: few lines name a box.
fn hash(word: &str) -> u64 {
    lower(word).fold(0, |hash, c| mix(hash, u64::from(c)))
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
}
