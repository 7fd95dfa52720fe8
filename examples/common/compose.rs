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
                ..0.2 => fact_box(records[if random.unit() < 0.5 { host } else { from }], random),
                0.2..0.35 if body(records[host]) >= 24 => own_part(records[host], random),
                _ => guest(records[from], random),
            });
        }
        let blocks = insert(records[host], picked, random);
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
    let length = if random.unit() < 0.8 { random.pick(3..15) } else { random.pick(3..40) };
    blocks.truncate(length);
    while blocks.last().is_some_and(|b| b.role == Role::Heading) {
        blocks.pop();
    }
    blocks.insert(0, Gold { role: Role::Heading, ..title.clone() });
    Some(blocks)
}

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
