//! Composes articles with sidebars: stories, and boxes of short lines, set into other stories on kindred subjects.
//!
//! Real pages keep few of their sidebars. A story set into one that shares its rare words is found no more easily
//! than a real one; the manner is Choi's ("Advances in domain independent linear text segmentation", NAACL 2000).

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use cutline::document::Role;
use cutline::structure::words::Words;

use super::corpus::{Gold, Record};

/// Numbers that look random and are the same every time (SplitMix64).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// Between 0 and 1.
    pub fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Puts items in a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }

    fn pick(&mut self, range: Range<usize>) -> usize {
        range.start + self.below(range.end - range.start)
    }
}

/// Composes articles: hosts with one to three guests each.
pub fn compose(records: &[&Record], count: usize, random: &mut Random) -> Vec<Record> {
    let bags: Vec<BTreeMap<u64, f32>> = vectors(records);
    let body = |r: &Record| r.blocks.iter().filter(|b| b.role == Role::Body).count();
    let hosts: Vec<usize> = (0..records.len())
        .filter(|&i| body(records[i]) >= 8 && records[i].blocks.iter().all(|b| b.sidebar.is_none()))
        .collect();
    let mut near: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut made = Vec::new();
    for turn in 0..count {
        let host = hosts[random.below(hosts.len())];
        let near = near.entry(host).or_insert_with(|| {
            let mut all: Vec<usize> =
                (0..records.len()).filter(|&i| i != host && records[i].lang == records[host].lang).collect();
            let likeness =
                |&i: &usize| -> f32 { bags[host].iter().filter_map(|(w, x)| Some(x * bags[i].get(w)?)).sum() };
            all.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
            all
        });
        let guests = [0, 1, 1, 1, 2, 2, 3][random.below(7)];
        let reach = if turn % 3 == 0 { 3 } else { 12 };
        let mut picked: Vec<Vec<Gold>> = Vec::new();
        let mut domains = records[host].domains();
        for _ in 0..guests {
            if near.is_empty() {
                continue;
            }
            let from = near[random.below(near.len().min(reach))];
            domains.extend(records[from].domains());
            picked.extend(match random.unit() {
                ..0.15 => fact_box(records[if random.unit() < 0.5 { host } else { from }], random),
                0.15..0.2 => points(records[host], random),
                0.2..0.28 => timetable(records[if random.unit() < 0.7 { host } else { from }], random),
                0.28..0.31 => answers(records[from], random),
                0.31..0.5 if body(records[host]) >= 18 => own_part(records[host], random),
                _ => guest(records[from], random).map(|guest| match random.unit() < 0.65 {
                    true => renamed(guest, records[host], random),
                    false => guest,
                }),
            });
        }
        let mut blocks = insert(records[host], picked, random);
        for _ in 0..random.below(4) {
            let from = near.get(random.below(near.len().min(12))).map_or(host, |&from| from);
            blocks = with_link(blocks, records[from], random);
        }
        let domains = domains.into_iter().map(str::to_owned).collect();
        made.push(Record::new(format!("composed-{turn}"), domains, records[host].lang.clone(), blocks));
    }
    made
}

/// The rare words of each record, weighted, as a unit vector.
fn vectors(records: &[&Record]) -> Vec<BTreeMap<u64, f32>> {
    let bag = |record: &&Record| {
        let words = Words::of(&record.gold_document());
        let mut bag: BTreeMap<u64, f32> = BTreeMap::new();
        for word in (0..words.blocks()).flat_map(|b| words.block(b)).filter(|w| w.chars >= 4) {
            *bag.entry(word.hash).or_default() += 1.0;
        }
        bag
    };
    let mut bags: Vec<_> = records.iter().map(bag).collect();
    let mut counts: HashMap<u64, f32> = HashMap::new();
    bags.iter().flat_map(|bag| bag.keys()).for_each(|&w| *counts.entry(w).or_default() += 1.0);
    for bag in &mut bags {
        bag.retain(|w, _| counts[w] > 1.0);
        bag.iter_mut().for_each(|(w, x)| *x = (1.0 + x.ln()) * (records.len() as f32 / counts[w]).ln());
        let length = bag.values().map(|x| x * x).sum::<f32>().sqrt().max(1e-6);
        bag.values_mut().for_each(|x| *x /= length);
    }
    bags
}

/// A story as a sidebar: its title, then its first blocks.
fn guest(record: &Record, random: &mut Random) -> Option<Vec<Gold>> {
    let kept = |b: &&Gold| {
        matches!(b.role, Role::Body | Role::Caption | Role::Heading | Role::List | Role::Quote)
            && b.sidebar.is_none()
            && b.note.is_none()
    };
    let mut blocks: Vec<Gold> = record.blocks.iter().filter(kept).cloned().collect();
    if blocks.iter().filter(|b| b.role == Role::Body).count() < 4 {
        return None;
    }
    let title = record.blocks.iter().find(|b| b.role == Role::Title)?;
    let length = if random.unit() < 0.6 { random.pick(3..15) } else { random.pick(8..40) };
    blocks.truncate(length);
    while blocks.last().is_some_and(|b| b.role == Role::Heading) {
        blocks.pop();
    }
    if random.unit() < PICTURES_LAST {
        blocks.sort_by_key(|b| b.role == Role::Caption);
    }
    blocks.insert(0, Gold { role: Role::Heading, ..title.clone() });
    Some(blocks)
}

/// Scrapers leave a story's pictures after its text, so often.
const PICTURES_LAST: f32 = 0.15;

/// Of the written second stories with pictures three in five end with one, and one in seven of those in the corpus's
/// composed articles. So often the last ones are left out.
const LAST_LEFT_OUT: f32 = 0.5;

/// A later part of the host itself as a second story on its very subject, under a headline made of a sentence.
fn own_part(record: &Record, random: &mut Random) -> Option<Vec<Gold>> {
    let length = random.pick(5..16);
    let from = random.pick(record.blocks.len() / 2..record.blocks.len());
    let part = record.blocks[from..].iter().filter(|b| b.note.is_none() && b.role != Role::Boilerplate);
    let mut part: Vec<Gold> = part.take(length).map(|b| Gold { group: None, ..b.clone() }).collect();
    let first = part.iter().position(|b| b.role == Role::Body)?;
    part.drain(..first);
    let lead: Vec<&str> = part[0].text.split_whitespace().take(random.pick(10..24)).collect();
    let headline = lead.join(" ").trim_end_matches(['.', ',', ';', '"', '”']).to_string();
    part[0] = Gold { text: headline, role: Role::Heading, group: None, sidebar: None, note: None };
    (part.iter().filter(|b| b.role == Role::Body).count() >= 3).then_some(part)
}

/// A box of short lines on a story: half of its title, then clauses of its last paragraphs.
fn fact_box(record: &Record, random: &mut Random) -> Option<Vec<Gold>> {
    let title = record.blocks.iter().find(|b| b.role == Role::Title)?;
    let words: Vec<&str> = title.text.split_whitespace().collect();
    let half = words.len().min(random.pick(2..8));
    let from = random.below(words.len() - half + 1);
    let line = |text: String, role| Gold { text, role, group: None, sidebar: None, note: None };
    let mut made = vec![line(words[from..from + half].join(" "), Role::Heading)];
    let bodies: Vec<&Gold> = record.blocks.iter().filter(|b| b.role == Role::Body && b.note.is_none()).collect();
    let count = random.pick(3..12);
    let listed = random.unit() < 0.5;
    let parted = random.unit() < 0.4;
    for body in bodies.iter().rev().take(count) {
        let words: Vec<&str> = body.text.split_whitespace().collect();
        let length = words.len().min(random.pick(4..14));
        if length < 3 {
            continue;
        }
        let from = random.below(words.len() - length + 1);
        let role = if listed { Role::List } else { Role::Body };
        if parted && random.unit() < 0.3 {
            made.push(line(
                format!("{}:", words[from..from + 2].join(" ")),
                if listed { Role::List } else { Role::Heading },
            ));
        }
        made.push(line(words[from..from + length].join(" ").trim_matches(['.', ',', '"', '”', '“']).to_string(), role));
    }
    (made.len() >= 4).then_some(made)
}

/// The blocks with a line among them that looks like the headline of a sidebar, and is a link to another story.
fn with_link(mut blocks: Vec<Gold>, record: &Record, random: &mut Random) -> Vec<Gold> {
    let Some(title) = record.blocks.iter().find(|b| b.role == Role::Title) else { return blocks };
    let openings =
        ["", "", "Read more: ", "Related: ", "(MORE: ", "Factbox: ", "Timeline: ", "Explained: ", "SEE ALSO: "];
    let text = format!("{}{}", openings[random.below(openings.len())], title.text);
    let text = if text.starts_with('(') { text + ")" } else { text };
    let at = 1 + random.below(blocks.len());
    let sidebar =
        blocks.get(at).and_then(|next| next.sidebar.clone()).filter(|_| blocks[at - 1].sidebar == blocks[at].sidebar);
    blocks.insert(at, Gold { text, role: Role::Boilerplate, group: None, sidebar, note: None });
    blocks
}

/// The name of a box, or some words of the record's title with one.
fn box_title(record: &Record, random: &mut Random) -> Option<Gold> {
    let names: &[&str] = match record.lang.as_deref() {
        Some("de") => {
            &["Auf einen Blick", "Das Wichtigste in Kürze", "Kurz erklärt", "Chronologie", "Daten und Fakten"]
        }
        Some("es") => &["Las claves", "En resumen", "Cronología", "En cifras", "Lo esencial"],
        _ => &["Key points", "At a glance", "Timeline", "Fact box", "What we know", "In brief", "Key dates"],
    };
    let name = names[random.below(names.len())];
    let title = record.blocks.iter().find(|b| b.role == Role::Title)?;
    let words: Vec<&str> = title.text.split_whitespace().collect();
    let some = words[..words.len().min(random.pick(2..7))].join(" ");
    let text = match random.below(5) {
        0 | 1 => name.to_owned(),
        2 => format!("{name}: {some}"),
        3 => format!("{}:", some.trim_end_matches([':', ',', '.'])),
        _ => some,
    };
    Some(Gold { text, role: Role::Heading, group: None, sidebar: None, note: None })
}

fn bodies(record: &Record) -> Vec<&Gold> {
    record.blocks.iter().filter(|b| b.role == Role::Body && b.note.is_none()).collect()
}

/// A story in a few points: whole sentences from all over it.
fn points(record: &Record, random: &mut Random) -> Option<Vec<Gold>> {
    let bodies = bodies(record);
    let count = random.pick(2..6);
    let (stopped, step) = (random.unit() < 0.6, (bodies.len() / count).max(1));
    let role = if random.unit() < 0.7 { Role::List } else { Role::Body };
    let mut made = vec![box_title(record, random)?];
    for body in bodies.iter().skip(random.below(step)).step_by(step).take(count) {
        let sentence = body.text.split_inclusive(". ").next()?.trim();
        let text = if stopped { sentence } else { sentence.trim_end_matches('.') };
        made.push(Gold { text: text.to_owned(), role, group: None, sidebar: None, note: None });
    }
    (made.len() >= 3).then_some(made)
}

/// What comes when: short lines under days, times or years.
fn timetable(record: &Record, random: &mut Random) -> Option<Vec<Gold>> {
    let line = |text: String, role| Gold { text, role, group: None, sidebar: None, note: None };
    let days: &[&str] = match record.lang.as_deref() {
        Some("de") => &["Montag", "Dienstag", "Mittwochabend", "Donnerstag", "Freitagmorgen", "Samstag", "Sonntag"],
        Some("es") => &["Lunes", "Martes por la tarde", "Miércoles", "Jueves", "Viernes", "Sábado", "Domingo"],
        _ => &["Monday", "Tuesday morning", "Wednesday", "Thursday evening", "Friday", "Saturday night", "Sunday"],
    };
    let form = random.below(4);
    let colon = if random.unit() < 0.7 { ":" } else { "" };
    let own_line = random.unit() < 0.6;
    let most = random.pick(1..5);
    let mut made = vec![box_title(record, random)?];
    let mut day = random.below(4);
    let mut year = random.pick(1900..2010);
    let bodies = bodies(record);
    let mut clauses = bodies.iter().flat_map(|b| b.text.split([',', ';', '.'])).filter_map(|clause| {
        let words: Vec<&str> = clause.split_whitespace().collect();
        (3..14).contains(&words.len()).then(|| words.join(" "))
    });
    for _ in 0..random.pick(2..7) {
        let label = match form {
            0 | 1 => days[day % days.len()].to_owned(),
            2 => year.to_string(),
            _ => format!("{}.{:02}", 7 + day, random.below(60)),
        };
        (day, year) = (day + 1, year + random.pick(1..9));
        if own_line {
            made.push(line(format!("{label}{colon}"), Role::Heading));
            made.extend(clauses.by_ref().take(random.pick(1..most + 1)).map(|clause| line(clause, Role::List)));
        } else if let Some(clause) = clauses.next() {
            made.push(line(format!("{label}{colon} {clause}"), Role::List));
        }
    }
    while made.last().is_some_and(|b| b.role == Role::Heading) {
        made.pop();
    }
    (made.len() >= 4).then_some(made)
}

/// Questions and answers, out of another story.
fn answers(record: &Record, random: &mut Random) -> Option<Vec<Gold>> {
    let mut made = vec![box_title(record, random)?];
    let bodies = bodies(record);
    let mut bodies = bodies.iter().skip(2);
    for _ in 0..random.pick(2..6) {
        let Some(asked) = bodies.next() else { break };
        let words: Vec<&str> = asked.text.split_whitespace().skip(random.below(4)).take(random.pick(4..10)).collect();
        let text = format!("{}?", words.join(" ").trim_end_matches([',', '.', ';', ':']));
        made.push(Gold { text, role: Role::Heading, group: None, sidebar: None, note: None });
        made.extend(bodies.by_ref().take(random.pick(1..3)).map(|&b| b.clone()));
    }
    (made.len() >= 5).then_some(made)
}

/// A guest with the host's names for its own: a second story on the first one's very people and places.
fn renamed(mut guest: Vec<Gold>, host: &Record, random: &mut Random) -> Vec<Gold> {
    let mut new: HashMap<String, String> = HashMap::new();
    for (kind, most) in [(names as fn(&[&Gold]) -> Vec<String>, 9), (topics, 16)] {
        let (theirs, ours) = (kind(&guest.iter().collect::<Vec<_>>()), kind(&host.blocks.iter().collect::<Vec<_>>()));
        let count = if most > 9 && random.unit() < 0.5 { 0 } else { random.below(most) };
        new.extend(theirs.into_iter().zip(ours).take(count));
    }
    for gold in &mut guest {
        gold.text = gold
            .text
            .split_inclusive(|c: char| !c.is_alphanumeric())
            .map(|part| {
                let word = part.trim_end_matches(|c: char| !c.is_alphanumeric());
                new.get(word).map_or(part.to_owned(), |name| format!("{name}{}", &part[word.len()..]))
            })
            .collect();
    }
    guest
}

/// The words that have a capital within sentences, the commonest first.
fn names(blocks: &[&Gold]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for gold in blocks {
        let words: Vec<&str> = gold.text.split_whitespace().collect();
        for pair in words.windows(2) {
            let name = pair[1].trim_matches(|c: char| !c.is_alphanumeric());
            let name = name.trim_end_matches("’s").trim_end_matches("'s");
            let within = pair[0].ends_with(|c: char| c.is_lowercase() || c == ',');
            if within && name.chars().count() >= 3 && name.starts_with(char::is_uppercase) {
                *counts.entry(name).or_default() += 1;
            }
        }
    }
    commonest(counts)
}

/// The long small words, the commonest first.
fn topics(blocks: &[&Gold]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in blocks.iter().flat_map(|gold| gold.text.split(|c: char| !c.is_alphanumeric())) {
        if word.chars().count() >= 6 && word.starts_with(char::is_lowercase) {
            *counts.entry(word).or_default() += 1;
        }
    }
    commonest(counts)
}

fn commonest(counts: BTreeMap<&str, usize>) -> Vec<String> {
    let mut all: Vec<(&str, usize)> = counts.into_iter().filter(|&(_, n)| n > 1).collect();
    all.sort_by_key(|&(word, n)| (std::cmp::Reverse(n), word));
    all.into_iter().map(|(word, _)| word.to_owned()).collect()
}

/// An article with its own sidebars set elsewhere in it, some left out, and some of its blocks missing.
pub fn moved(record: &Record, random: &mut Random) -> Record {
    let (host, boxes) = parted(record, random);
    let mut slots: BTreeMap<usize, Vec<Gold>> = BTreeMap::new();
    for (place, mut blocks) in boxes {
        if random.unit() < 0.2 {
            continue;
        }
        if random.unit() < PICTURES_LAST {
            blocks.sort_by_key(|gold| gold.role == Role::Caption);
        }
        if random.unit() < LAST_LEFT_OUT && blocks.iter().any(|gold| gold.role == Role::Body) {
            while blocks.last().is_some_and(|gold| gold.role == Role::Caption) {
                blocks.pop();
            }
        }
        let place = if random.unit() < 0.3 { place } else { random.pick(3.min(host.len())..host.len() + 1) };
        // A picture's two texts are not parted.
        let within =
            |at: usize| at > 0 && at < host.len() && host[at].group.is_some() && host[at].group == host[at - 1].group;
        let place = if within(place) { place + 1 } else { place };
        slots.entry(place.min(host.len())).or_insert(blocks);
    }
    let mut made = Vec::new();
    for (at, gold) in host.into_iter().enumerate() {
        made.extend(slots.remove(&at).unwrap_or_default());
        made.push(gold);
    }
    made.extend(slots.into_values().flatten());
    let domains = record.domains().into_iter().map(str::to_owned).collect();
    Record::new(record.id.clone(), domains, record.lang.clone(), made)
}

/// The main story of an article, some of its blocks missing and in some articles all repeated ones; and its sidebars,
/// with the blocks of the story before each.
fn parted(record: &Record, random: &mut Random) -> (Vec<Gold>, Vec<(usize, Vec<Gold>)>) {
    let mut host: Vec<Gold> = Vec::new();
    let mut boxes: Vec<(usize, Vec<Gold>)> = Vec::new();
    let single = random.unit() < 0.25;
    let mut seen: Vec<&str> = Vec::new();
    for gold in &record.blocks {
        let repeated = gold.group.as_deref().is_some_and(|group| {
            let known = seen.contains(&group);
            seen.push(group);
            known
        });
        if (repeated && single) || (gold.sidebar.is_none() && gold.role != Role::Title && random.unit() < 0.05) {
            continue;
        }
        let Some(name) = &gold.sidebar else {
            host.push(gold.clone());
            continue;
        };
        match boxes.last_mut().filter(|(_, blocks)| blocks[0].sidebar.as_ref() == Some(name)) {
            Some((_, blocks)) => blocks.push(gold.clone()),
            None => boxes.push((host.len(), vec![gold.clone()])),
        }
    }
    (host, boxes)
}

/// The host's blocks with guests set before some of its paragraphs.
fn insert(host: &Record, guests: Vec<Vec<Gold>>, random: &mut Random) -> Vec<Gold> {
    let mut blocks = host.blocks.clone();
    // A story of another length around it: the same host is not always the same.
    if random.unit() < 0.3 {
        blocks.truncate(random.pick(blocks.len() / 2..blocks.len() + 1));
    }
    // What a guest took from the host itself stands there no more.
    blocks.retain(|b| !guests.iter().flatten().any(|gold| gold.text == b.text && gold.text.len() > 60));
    let bodies: Vec<usize> = (0..blocks.len()).filter(|&i| blocks[i].role == Role::Body).skip(2).collect();
    if bodies.is_empty() {
        return blocks;
    }
    let mut slots: BTreeMap<usize, Vec<Gold>> = BTreeMap::new();
    for guest in guests {
        slots.insert(bodies[random.below(bodies.len())], guest);
    }
    let mut made = Vec::new();
    for (i, block) in blocks.into_iter().enumerate() {
        let guest = slots.remove(&i).unwrap_or_default();
        made.extend(guest.into_iter().map(|gold| Gold { sidebar: Some(format!("s{i}")), ..gold }));
        made.push(block);
    }
    made
}
