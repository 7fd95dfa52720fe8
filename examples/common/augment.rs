//! Variants of the labelled articles, as other scrapers and other papers might have left them.
//!
//! The corpus is small, and every article in it has a title, its debris and its captions where one site puts them.
//! A variant lacks blocks here and there, the second of two captions, the credits, the title; or a part of another
//! article stands inside it, or what a page has above its title before it.

use super::compose::Random;
use super::corpus::{Gold, Record};
use cutline::document::Role;

/// A variant of the record; `others` are articles whose parts may be set into it.
pub fn variant(record: &Record, others: &[&Record], random: &mut Random) -> Record {
    let mut chance = |odds: f32| random.unit() < odds;
    let [untitled, unsigned, tidied, single, uncredited, straight, shouted] =
        [0.15, 0.3, 0.2, 0.4, 0.3, 0.2, 0.05].map(&mut chance);
    let [guest, resigned, doubled, pulled, headed, dated] = [0.25, 0.25, 0.1, 0.2, 0.15, 0.05].map(&mut chance);
    let credits = if resigned { foreign_credits(record, others, random) } else { Vec::new() };
    let mut seen = Vec::new();
    let mut blocks = Vec::new();
    for gold in &record.blocks {
        let repeated = gold.group.is_some() && seen.contains(&&gold.group);
        seen.push(&gold.group);
        let dropped = match gold.role {
            Role::Title => untitled,
            Role::Byline => unsigned,
            Role::Boilerplate => tidied,
            _ => random.unit() < 0.08,
        };
        if dropped || (repeated && single) {
            continue;
        }
        let mut gold = gold.clone();
        if uncredited && gold.role == Role::Caption {
            gold.text = without_credit(&gold.text).to_owned();
        }
        if gold.role == Role::Caption && !credits.is_empty() {
            let credit = credits[random.below(credits.len())];
            gold.text = format!("{}{credit}", without_credit(&gold.text));
        }
        if doubled && gold.role == Role::Caption && gold.group.is_none() {
            let text = without_credit(&gold.text).replace(['“', '”', '„'], "\"").replace(['‘', '’'], "'");
            blocks.push(Gold { text, ..gold.clone() });
        }
        if straight {
            gold.text = gold.text.replace(['“', '”', '„', '«', '»'], "\"").replace(['‘', '’'], "'");
        }
        if shouted && gold.role == Role::Heading {
            gold.text = gold.text.to_uppercase();
        }
        blocks.push(gold);
    }
    if pulled {
        pull(&mut blocks, random);
    }
    let mut domains = record.domains.clone();
    if guest && !others.is_empty() && blocks.len() > 6 {
        let other = others[random.below(others.len())];
        if other.lang == record.lang {
            let at = 3 + random.below(blocks.len() - 4);
            let part = part(other, 3 + random.below(12));
            blocks.splice(at..at, part);
            domains.extend(other.domain.clone());
        }
    }
    if dated && let Some(byline) = blocks.iter().position(|gold| gold.role == Role::Byline) {
        blocks[..=byline].rotate_right(1);
    }
    if headed {
        blocks.splice(..0, head(record, others, random));
    }
    let text = blocks.iter().map(|gold| gold.text.as_str()).collect::<Vec<_>>().join("\n\n");
    Record { text, blocks, domains, ..record.clone() }
}

/// What a page has above its title, by language: what to click on, where the page belongs, what it is.
const HEAD: [(&str, &str); 5] = [
    (
        "en",
        "Skip to content;Skip to main content;Jump to navigation;Menu;Search;Sign in;Log in;Subscribe;\
         Subscribe now;Newsletters;Home;News;World news;Politics;Business;Sport;Opinion;Life & Style;\
         Home > News > Local;Home / Sport / Football;News | Courts;Advertisement;For subscribers;Premium;\
         Open in app;Listen to this article;Listen • 4 min;Print this page;Share;Today's paper;Weather;\
         Support our journalism;We use cookies to make this site work.;Accept all;Close;LIVE",
    ),
    (
        "de",
        "Zum Inhalt springen;Menü;Suche;Anmelden;Abo;Startseite;Nachrichten;Politik;Sport;Panorama;\
         Startseite > Region > Umland;Anzeige;Artikel anhören;Nur für Abonnenten;E-Paper;Teilen",
    ),
    (
        "fr",
        "Aller au contenu principal;Menu;Rechercher;Accueil;S'abonner;Se connecter;Actualités;\
         Accueil > Région;Réservé aux abonnés;Publicité;Écouter l'article",
    ),
    (
        "es",
        "Ir al contenido;Menú;Buscar;Inicio;Suscríbete;Iniciar sesión;Internacional;Deportes;\
         Inicio > Sociedad;Publicidad;Escuchar la noticia",
    ),
    ("it", "Vai al contenuto;Menu;Cerca;Home;Cronaca;Abbonati;Accedi;Home > Cronaca;Pubblicità"),
];

/// Some lines as a page has them above its title, and as another article has them below.
fn head(record: &Record, others: &[&Record], random: &mut Random) -> Vec<Gold> {
    let lang = record.lang.as_deref().unwrap_or("en");
    let own: Vec<&str> = HEAD.iter().find(|(of, _)| *of == lang).unwrap_or(&HEAD[0]).1.split(';').collect();
    let short = |gold: &&Gold| gold.role == Role::Boilerplate && gold.text.split_whitespace().count() <= 8;
    let foreign: Vec<&str> = (0..4)
        .filter_map(|_| others.get(random.below(others.len())))
        .filter(|other| other.lang == record.lang)
        .flat_map(|other| other.blocks.iter().filter(short).map(|gold| gold.text.as_str()))
        .collect();
    let count = 1 + random.below(5);
    let line = |_| {
        let lines = if random.below(3) == 0 && !foreign.is_empty() { &foreign } else { &own };
        let text = lines[random.below(lines.len())].to_owned();
        Gold { text, role: Role::Boilerplate, group: None, sidebar: None, note: None }
    };
    (0..count).map(line).collect()
}

/// The beginning of an article as a second story: its title a heading.
fn part(record: &Record, length: usize) -> Vec<Gold> {
    let told = |gold: &&Gold| !matches!(gold.role, Role::Byline | Role::Boilerplate | Role::Title);
    let title = record.blocks.iter().find(|gold| gold.role == Role::Title);
    let title = title.map(|title| Gold { role: Role::Heading, group: None, ..title.clone() });
    title.into_iter().chain(record.blocks.iter().filter(told).take(length).cloned()).collect()
}

/// A caption's text up to its credit: what stands last in brackets, or in a few words after the last full stop.
fn without_credit(text: &str) -> &str {
    let text = text.trim_end();
    let cut = if text.ends_with([')', ']']) {
        text.rfind(['(', '['])
    } else {
        text.rfind(". ").filter(|&at| text[at..].split_whitespace().count() < 8).map(|at| at + 1)
    };
    match cut {
        Some(cut) if cut > 10 => text[..cut].trim_end(),
        _ => text,
    }
}

/// What captions of another article in the same language are signed with; none where the one drawn has no credits.
fn foreign_credits<'a>(record: &Record, others: &[&'a Record], random: &mut Random) -> Vec<&'a str> {
    let credits = |other: &&'a Record| -> Vec<&'a str> {
        let captions = other.blocks.iter().filter(|gold| gold.role == Role::Caption);
        captions
            .map(|gold| &gold.text.trim_end()[without_credit(&gold.text).len()..])
            .filter(|c| !c.is_empty())
            .collect()
    };
    let drawn = (0..8)
        .map(|_| others[random.below(others.len())])
        .find(|other| other.lang == record.lang && !credits(other).is_empty());
    drawn.map(|other| credits(&other)).unwrap_or_default()
}

/// Sets one or two sentences of the story apart beside the paragraphs that they are from, as pull quotes.
fn pull(blocks: &mut Vec<Gold>, random: &mut Random) {
    for _ in 0..1 + random.below(2) {
        if blocks.is_empty() {
            return;
        }
        let at = random.below(blocks.len());
        let paragraph = &blocks[at];
        let sentences: Vec<&str> = paragraph.text.split_inclusive(". ").map(str::trim).collect();
        let sentence = sentences[random.below(sentences.len())];
        let length = sentence.split_whitespace().count();
        if paragraph.role != Role::Body || sentences.len() < 2 || !(8..36).contains(&length) {
            continue;
        }
        let text = match random.below(3) {
            0 => format!("“{}”", sentence.trim_matches(['“', '”', '"'])),
            _ => sentence.to_owned(),
        };
        let quote = Gold { text, role: Role::Quote, group: None, note: None, ..paragraph.clone() };
        blocks.insert((at + 2).saturating_sub(random.below(4)).clamp(1, blocks.len()), quote);
    }
}
