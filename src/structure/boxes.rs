//! What boxes beside a story are called: key points, timelines, itineraries, profiles.

use super::vocabulary::{EMPTY, decoded, mix, step};

/// Names of boxes, in the languages of the corpus and their neighbours, in three parts: what hardly anything but a box
/// is called; what parts of a story are called as well; and labels, which are names only where nothing but a number or a
/// colon follows.
const NAMES: &str = "key points, key takeaways, takeaways, key facts, key dates, key figures, key findings, quick facts, \
    fast facts, facts and figures, fact box, factbox, fact file, fact sheet, factfile, at a glance, in brief, \
    in numbers, in figures, by the numbers, timeline, timeline of events, tl;dr, backgrounder, who is who, who's who, \
    about the author, about the authors, about this article, did you know, how we did it, if you go, in a nutshell, \
    the lowdown, words to know, terms to know, good to know, worth knowing, quick guide, from the archive, \
    from the archives, need to know, try it yourself, public notice, have your say, \
    what the law says, pros and cons, where to stay, where to eat, how to get there, \
    auf einen blick, im überblick, kurz gesagt, kurz und knapp, kurz erklärt, das wichtigste in kürze, \
    die wichtigsten fakten, steckbrief, zeitleiste, zahlen und fakten, daten und fakten, infobox, infokasten, zur person, \
    zur sache, zum autor, zur autorin, über den autor, über die autorin, stichwort, fragen und antworten, \
    was bisher geschah, gut zu wissen, schon gewusst, wussten sie, wusstest du, in zahlen, \
    las claves, claves, puntos clave, en cifras, lo esencial, ficha técnica, ficha, sabías que, sabía que, para saber más, \
    dato curioso, cómo llegar, \
    en bref, à retenir, l'essentiel, ce qu'il faut savoir, ce qu'il faut retenir, repères, en chiffres, encadré, \
    le saviez-vous, bon à savoir, à savoir, pour aller plus loin, y aller, fiche technique, fiche pratique, carte d'identité, \
    in breve, in sintesi, in cifre, i punti chiave, la scheda, lo sapevi, lo sapevate, da sapere, buono a sapersi, \
    em resumo, pontos-chave, em números, sabia que, \
    in het kort, kort samengevat, de feiten, in cijfers, wist je dat, wist u dat, goed om te weten, weetje, \
    kort fortalt, kort fortalt:, faktaboks, faktaboksen, fakta, faktaruta, visste du, vidste du, i korthet, bra att veta, \
    i siffror, i tal, w skrócie, czy wiesz, warto wiedzieć, ciekawostka, ciekawostki, w liczbach, v číslech, ve zkratce, \
    věděli jste, коротко, справка, кстати, знаете ли вы; \
    key events, key moments, key terms, key questions, the facts, in short, in summary, chronology, what we know, what to know, \
    what you need to know, things to know, what happened, what happens next, what's next, highlights, summary, \
    the bottom line, explainer, explained, who are, q&a, q and a, questions and answers, your questions answered, \
    frequently asked questions, faq, profile, itinerary, schedule, agenda, programme, glossary, checklist, ingredients, \
    how it works, how to help, practical information, opening hours, career, results, line-ups, teams, \
    the numbers, the essentials, more information, in depth, in context, \
    das wichtigste, zusammenfassung, hintergrund, zum hintergrund, chronik, chronologie, fakten, info, hinweis, \
    bitte beachten, der autor, die autorin, die autoren, glossar, tipps, \
    en resumen, resumen, cronología, línea de tiempo, lo que se sabe, perfil, el dato, glosario, preguntas y respuestas, \
    les faits, les chiffres, questions et réponses, le calendrier, i numeri, cronologia, la cronologia, \
    resumo, linha do tempo, tijdlijn, tidslinje, oppsummert, sammendrag, bakgrunn, bakgrund, baggrund, \
    najważniejsze, kalendarium, главное, хронология, \
    so far, through the years, over the years, day by day, step by step, in pictures, verdict, statement, safety record, \
    before you go, the victims, the charges, earlier cases, previous cases, tips, reports, numbers, \
    in bildern, die zahlen, symptome, fragen an, darum geht es, worum geht es, so funktioniert, termine, anfahrt, im vergleich, \
    qué se sabe, en números, en imágenes, así ocurrió, entenda, saiba mais, o que se sabe, os números, \
    en images, en dates, i fatti, cosa sappiamo, de cijfers, wat we weten, wat weten we, vragen over, \
    det vet vi, detta har hänt, dette vet vi, dette er saken, co wiemy, co víme, kort om; \
    box, tip, note, nb, getting there, over to you, try this, try it, warning, caution, remember, example, \
    worked example, case study, case, exercise, activity, recipe, spotlight, in focus, close-up, \
    sidebar, aside, update, specification, specifications, particulars, \
    materials, equipment, you will need, cost, costs, voices, method, method in brief, methods in brief, in practice, \
    kasten, tipp, merke, achtung, beispiel, fallbeispiel, rezept, porträt, exkurs, wichtig, technische daten, material, \
    recuadro, consejo, nota, ejemplo, aviso, atención, caso práctico, receta, recuerda, \
    astuce, conseil, attention, exemple, remarque, étude de cas, recette, portrait, zoom, le mot de l'expert, \
    riquadro, consiglio, esempio, attenzione, ricetta, approfondimento, dica, exemplo, atenção, receita, quadro, caixa, \
    voorbeeld, let op, recept, kader, tips en weetjes, eksempel, exempel, ruta, boks, obs, faktarute, \
    ramka, uwaga, wskazówka, przykład, przepis, rada, příklad, pozor, совет, внимание, пример";

/// Where the names of the second part begin, and the labels.
const PARTS: [usize; 2] = {
    let (mut parts, mut part, mut at) = ([0; 2], 0, 0);
    while at < NAMES.len() {
        if NAMES.as_bytes()[at] == b';' && NAMES.as_bytes()[at + 1] == b' ' {
            (parts[part], part) = (at, part + 1);
        }
        at += 1;
    }
    parts
};

/// Words that questions open with, and titles that could be answered: of those languages too.
const ASKING: &str = "who what how why where when which wer was wie wo warum wann welche quién quiénes qué cómo dónde cuándo qui \
    que qu'est-ce comment où pourquoi quand quel quelle quels quelles chi cosa cos'è come dove perché quando quem onde wie \
    wat hoe waar waarom wanneer welke vem vad hur var varför när hvem hva hvad hvordan hvor hvorfor hvornår kim co jak gdzie \
    kiedy dlaczego kto kdo proč kde кто что как почему где когда";

/// Bytes and words of the longest heading that is looked at.
const LONGEST: usize = 120;
const MOST: usize = 12;

/// What a heading is called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// Neither.
    #[default]
    Other,
    /// As boxes are, and parts of a story as well.
    Shared,
    /// As hardly anything but a box is.
    Own,
}

/// What a heading is called, which begins or ends with a name or is a label.
pub fn name(heading: &str) -> Name {
    if heading.len() > LONGEST {
        return Name::Other;
    }
    let words = || heading.split_whitespace().map(bare).filter(|word| !word.is_empty());
    let (Some(first), Some(last)) = (words().next(), words().next_back()) else { return Name::Other };
    let begins = named(first).filter(|&(_, name)| same(name.split(' '), words()));
    let begins = begins.map(|(at, name)| (at, label(heading) == name.split(' ').count()));
    // A label opens a heading.
    let ends = named(last).filter(|&(_, name)| same(name.rsplit(' '), words().rev())).map(|(at, _)| (at, false));
    let name = begins.chain(ends).map(|(at, is_label)| match at {
        _ if at < PARTS[0] => Name::Own,
        _ if at < PARTS[1] => Name::Shared,
        _ if is_label => Name::Own,
        _ => Name::Other,
    });
    let name = name.max().unwrap_or_default();
    if name > Name::Other && words().count() <= MOST { name } else { Name::Other }
}

/// Words of a heading up to a colon or a dash, numbers apart.
fn label(heading: &str) -> usize {
    let mut words = 0;
    for word in heading.split_whitespace() {
        let bare = bare(word);
        if bare.is_empty() && words > 0 {
            break;
        }
        words += usize::from(bare.starts_with(char::is_alphabetic));
        if word.ends_with([':', '：']) {
            break;
        }
    }
    words
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

/// The names that may begin or end with a word, and where in the list.
fn named(word: &str) -> impl Iterator<Item = (usize, &'static str)> {
    let key = key(word);
    let slots = (0..SLOTS).map(move |further| TABLE[(key as usize + further) % SLOTS]);
    let taken = slots.take_while(|(_, first, end)| first < end);
    taken
        .filter(move |slot| slot.0 == tag(key))
        .map(|(_, first, end)| (usize::from(first), &NAMES[usize::from(first)..usize::from(end)]))
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
        while end < names.len() && names[end] != b',' && (names[end] != b';' || names[end + 1] != b' ') {
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
        for heading in [
            "Key points",
            "TIMELINE: how the bridge was built",
            "Auf einen Blick:",
            "The river in numbers",
            "Le saviez-vous ?",
        ] {
            assert_eq!(name(heading), Name::Own, "{heading}");
        }
        for heading in ["Results", "The Duchess’s itinerary", "What happens next?", "Summary of the year"] {
            assert_eq!(name(heading), Name::Shared, "{heading}");
        }
        for heading in ["The key to the harbour", "A timely reminder", "", "…"] {
            assert_eq!(name(heading), Name::Other, "{heading}");
        }
    }

    #[test]
    fn labels_stand_alone_or_before_a_colon_or_have_a_number() {
        for heading in
            ["Tip", "WARNING!", "Box 2", "Box 2.1: what it costs", "Case study: the weir", "Note – on the ice"]
        {
            assert_eq!(name(heading), Name::Own, "{heading}");
        }
        for heading in ["Box office takings fall", "Tip of the iceberg", "A last warning", "The case: closed"] {
            assert_eq!(name(heading), Name::Other, "{heading}");
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
        let (names, labels) = NAMES.split_at(PARTS[1]);
        // What ends in a sign is no word of a heading.
        for one in names.split([',', ';']).map(str::trim).filter(|name| !name.is_empty() && !name.ends_with(':')) {
            // The sign in a name is no end of it.
            if ["tl", "dr"].contains(&one) {
                continue;
            }
            for heading in [one.to_uppercase(), format!("{one} – of it all"), format!("of it all: “{one}”")] {
                assert!(name(&heading) > Name::Other, "{heading}");
            }
        }
        for label in labels.trim_start_matches("; ").split(", ") {
            for heading in [label.to_uppercase(), format!("{label} 3: of it all")] {
                assert_eq!(name(&heading), Name::Own, "{heading}");
            }
        }
    }
}
