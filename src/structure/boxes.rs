//! What boxes beside a story are called: key points, timelines, itineraries, profiles.

use std::collections::HashMap;
use std::sync::LazyLock;

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

/// Words of the longest heading that is looked at.
const MOST: usize = 12;

/// Whether a heading begins or ends with what boxes are called.
pub fn names_one(heading: &str) -> bool {
    static NAMED: LazyLock<HashMap<&str, Vec<Vec<&str>>>> = LazyLock::new(|| {
        let mut named: HashMap<&str, Vec<Vec<&str>>> = HashMap::new();
        for name in NAMES.split(", ") {
            let words: Vec<&str> = name.split(' ').collect();
            for edge in [words[0], words[words.len() - 1]] {
                named.entry(edge).or_default().push(words.clone());
            }
        }
        named
    });
    if heading.len() > 120 {
        return false;
    }
    let lower = |word: &str| {
        let lower = word.to_lowercase();
        let lower = if lower.contains('’') { lower.replace('’', "'") } else { lower };
        Some(lower.trim_matches(|c: char| !c.is_alphanumeric()).to_string()).filter(|word| !word.is_empty())
    };
    let known = |word: &Option<String>| word.as_ref().and_then(|word| NAMED.get(word.as_str())).into_iter().flatten();
    let first = heading.split_whitespace().find_map(lower);
    let last = heading.split_whitespace().rev().find_map(lower);
    if known(&first).chain(known(&last)).next().is_none() {
        return false;
    }
    let words: Vec<String> = heading.split_whitespace().filter_map(lower).collect();
    let stand = |name: &Vec<&str>, at: Option<&[String]>| at.is_some_and(|words| words == name.as_slice());
    words.len() <= MOST
        && (known(&first).any(|name| stand(name, words.get(..name.len())))
            || known(&last).any(|name| stand(name, words.len().checked_sub(name.len()).and_then(|at| words.get(at..)))))
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
