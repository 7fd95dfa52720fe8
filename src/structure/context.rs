//! What can be told of a block from the article around it: its place, runs, repetitions, shared words.

use crate::document::Document;
use crate::structure::duplicates::Groups;
use crate::structure::features::{Feature, Row, Scanned, share};
use crate::structure::vocabulary::{EMPTY, mix, step};

/// A block this long that ends as sentences do is taken for a paragraph of the story, for runs and distances.
const PARAGRAPH_WORDS: u8 = 12;

/// A block of fewer words is short.
const SHORT_WORDS: u8 = 10;

/// Fills in the features that need the article around a block.
pub fn fill(rows: &mut [Row], document: &Document, scanned: &Scanned, groups: &Groups) {
    places(rows);
    runs(rows);
    repetitions(rows, groups);
    shared_words(rows, document, scanned);
    builds(rows, scanned);
    echoes(rows, scanned);
    numbers(rows, scanned);
    usual(rows);
    for index in 0..rows.len() {
        let same = |other: Option<usize>| {
            let other = other.and_then(|other| scanned.first.get(other));
            u8::from(other.is_some_and(|&first| first == scanned.first[index] && first != 0))
        };
        let ratio = |other: Option<usize>| {
            let words = |row: &Row| usize::from(row[Feature::Words as usize]) + 1;
            other
                .and_then(|other| rows.get(other))
                .map_or(0, |row| (16 * words(&rows[index]) / words(row)).min(255) as u8)
        };
        let before = index.checked_sub(1);
        let levels = [
            (Feature::FirstWordBefore, same(before)),
            (Feature::FirstWordAfter, same(Some(index + 1))),
            (Feature::WordsToBefore, ratio(before)),
            (Feature::WordsToAfter, ratio(Some(index + 1))),
        ];
        for (feature, level) in levels {
            rows[index][feature as usize] = level;
        }
    }
}

/// A quantity of any size as a level: eight steps a doubling, in whole numbers so that every machine agrees.
fn log_level(count: usize) -> u8 {
    let count = count + 1;
    let doublings = count.ilog2();
    let rest = (count << 3 >> doublings) & 7;
    (doublings as usize * 8 + rest).min(255) as u8
}

fn has_stop(row: &Row) -> bool {
    row[Feature::EndBare as usize] >= 8
}

/// Whether a block looks like a paragraph of the story.
pub fn is_paragraph(row: &Row) -> bool {
    has_stop(row) && row[Feature::Words as usize] >= PARAGRAPH_WORDS
}

/// Where a block stands, and how long blocks of this article are.
fn places(rows: &mut [Row]) {
    let n = rows.len();
    let mut lengths = [0usize; 256];
    for row in rows.iter().filter(|row| row[Feature::Words as usize] >= SHORT_WORDS) {
        lengths[usize::from(row[Feature::Words as usize])] += 1;
    }
    let half = lengths.iter().sum::<usize>().div_ceil(2);
    let mut below = 0;
    let median = lengths.iter().position(|&count| {
        below += count;
        below >= half && half > 0
    });
    let median = median.unwrap_or(30);
    let stopped = rows.iter().filter(|row| has_stop(row)).count();
    let short = rows.iter().filter(|row| row[Feature::Words as usize] < SHORT_WORDS).count();
    let total: usize = rows.iter().map(|row| usize::from(row[Feature::Words as usize])).sum();
    let mut before = 0;
    for (index, row) in rows.iter_mut().enumerate() {
        let words = usize::from(row[Feature::Words as usize]);
        row[Feature::Index as usize] = index.min(255) as u8;
        row[Feature::FromEnd as usize] = (n - 1 - index).min(255) as u8;
        row[Feature::Fraction as usize] = share(index, n);
        row[Feature::Blocks as usize] = log_level(n);
        row[Feature::WordsBefore as usize] = log_level(before);
        before += words;
        row[Feature::WordsAfter as usize] = log_level(total - before);
        row[Feature::MedianWords as usize] = median.min(255) as u8;
        row[Feature::WordsToMedian as usize] = (words * 32 / median.max(1)).min(255) as u8;
        row[Feature::StopShare as usize] = share(stopped, n);
        row[Feature::ShortShare as usize] = share(short, n);
    }
}

/// Runs of blocks that are no paragraphs, of short blocks, of blocks alike in shape.
fn runs(rows: &mut [Row]) {
    let n = rows.len();
    let mut start = 0;
    while start < n {
        let paragraph = is_paragraph(&rows[start]);
        let length = rows[start..].iter().take_while(|row| is_paragraph(row) == paragraph).count();
        for at in 0..length {
            let row = &mut rows[start + at];
            row[Feature::RunLength as usize] = length.min(255) as u8;
            row[Feature::RunBefore as usize] = at.min(255) as u8;
            row[Feature::RunAfter as usize] = (length - 1 - at).min(255) as u8;
        }
        start += length;
    }
    let mut colon = 255u8;
    let (mut since, mut until) = (0u8, 0u8);
    for index in 0..n {
        let back = n - 1 - index;
        rows[index][Feature::SinceColon as usize] = colon;
        rows[index][Feature::SinceShort as usize] = since;
        rows[back][Feature::UntilShort as usize] = until;
        colon = if rows[index][Feature::EndBare as usize] == 5 { 0 } else { colon.saturating_add(1) };
        since = if rows[index][Feature::Words as usize] < SHORT_WORDS { 0 } else { since.saturating_add(1) };
        until = if rows[back][Feature::Words as usize] < SHORT_WORDS { 0 } else { until.saturating_add(1) };
    }
    let alike = |a: &Row, b: &Row| {
        let words = |row: &Row| u32::from(row[Feature::Words as usize]) + 3;
        let same = |feature: Feature| a[feature as usize] == b[feature as usize];
        same(Feature::Start) && same(Feature::End) && words(a) < 2 * words(b) && words(b) < 2 * words(a)
    };
    let mut forward = |order: &mut dyn Iterator<Item = usize>, since: Feature, same: Feature| {
        let (mut distance, mut shape, mut last) = (0u8, 0u8, None::<usize>);
        let mut short = 0u8;
        for index in order {
            let row = &rows[index];
            let paragraph = is_paragraph(row);
            shape = if last.is_some_and(|last| alike(&rows[last], row)) { shape.saturating_add(1) } else { 0 };
            short = if row[Feature::Words as usize] < SHORT_WORDS { short.saturating_add(1) } else { 0 };
            rows[index][since as usize] = distance;
            rows[index][same as usize] = shape;
            let run = &mut rows[index][Feature::ShortRun as usize];
            *run = run.saturating_add(short);
            distance = if paragraph { 0 } else { distance.saturating_add(1) };
            last = Some(index);
        }
    };
    forward(&mut (0..n), Feature::SinceParagraph, Feature::SameShapeBefore);
    forward(&mut (0..n).rev(), Feature::UntilParagraph, Feature::SameShapeAfter);
}

/// What is usual in this article: signed and doubled blocks, and how its paragraphs are written.
fn usual(rows: &mut [Row]) {
    let n = rows.len();
    let signed =
        |row: &Row| !has_stop(row) && (row[Feature::TailPlain as usize] > 0 || row[Feature::CreditLast as usize] > 0);
    let signed = rows.iter().filter(|row| signed(row)).count();
    let doubled = rows.iter().filter(|row| row[Feature::Group as usize] > 0).count();
    let mut summary = 255u8;
    let mut colons = 0u8;
    let pairs = [
        (Feature::CapitalShare, Feature::CapitalsToUsual),
        (Feature::FunctionShare, Feature::FunctionToUsual),
        (Feature::MeanWord, Feature::MeanWordToUsual),
    ];
    let means = pairs.map(|(feature, _)| {
        let paragraphs = || rows.iter().filter(|row| is_paragraph(row));
        let sum: usize = paragraphs().map(|row| usize::from(row[feature as usize])).sum();
        sum.checked_div(paragraphs().count())
    });
    for row in rows.iter_mut() {
        row[Feature::SignedShare as usize] = share(signed, n);
        row[Feature::DoubledShare as usize] = share(doubled, n);
        let words = row[Feature::Words as usize];
        row[Feature::SinceSummary as usize] = summary;
        summary = if row[Feature::Summary as usize] > 0 && (words < SHORT_WORDS || row[Feature::EndBare as usize] == 5)
        {
            0
        } else {
            summary.saturating_add(1)
        };
        for ((own, to), mean) in pairs.into_iter().zip(means) {
            let difference = mean.map_or(0, |mean| i32::from(row[own as usize]) - mean as i32);
            row[to as usize] = (128 + difference / 2).clamp(0, 255) as u8;
        }
        if row[Feature::Group as usize] == 0 && words > 3 {
            let echo = row[Feature::EchoBefore as usize].max(row[Feature::EchoAfter as usize]);
            row[Feature::PulledOut as usize] = echo;
        }
        let early = row[Feature::EarlyColon as usize] > 0 && row[Feature::EndBare as usize] != 5;
        row[Feature::ColonRun as usize] = colons;
        colons = if early { colons.saturating_add(1) } else { 0 };
    }
    let mut colons = 0u8;
    for row in rows.iter_mut().rev() {
        let early = row[Feature::EarlyColon as usize] > 0 && row[Feature::EndBare as usize] != 5;
        row[Feature::ColonRun as usize] = row[Feature::ColonRun as usize].saturating_add(colons);
        colons = if early { colons.saturating_add(1) } else { 0 };
    }
}

/// Whether others say the same, and where.
fn repetitions(rows: &mut [Row], groups: &Groups) {
    let count = groups.of.iter().flatten().map(|&group| group as usize + 1).max().unwrap_or(0);
    let mut sizes = vec![0usize; count];
    // The longest of each group, and whether any ends with a stop.
    let mut words = vec![0u8; count];
    let mut stops = vec![0u8; count];
    let members = || groups.of.iter().enumerate().filter_map(|(index, group)| Some((index, (*group)? as usize)));
    let mut last = vec![None::<usize>; count];
    for (index, group) in members() {
        sizes[group] += 1;
        words[group] = words[group].max(rows[index][Feature::Words as usize]);
        stops[group] |= 1 << u8::from(has_stop(&rows[index]));
        rows[index][Feature::GroupFirst as usize] = u8::from(last[group].is_none());
        rows[index][Feature::GroupBefore as usize] = last[group].map_or(0, |last| (index - last).min(255) as u8);
        if let Some(last) = last[group] {
            rows[last][Feature::GroupAfter as usize] = (index - last).min(255) as u8;
        }
        last[group] = Some(index);
    }
    for (index, group) in members() {
        rows[index][Feature::Group as usize] = sizes[group].min(255) as u8;
        rows[index][Feature::GroupWords as usize] = words[group];
        rows[index][Feature::GroupStop as usize] = stops[group];
    }
}

/// How many of a block's runs of three words stand in other blocks too, before it and after it.
fn echoes(rows: &mut [Row], scanned: &Scanned) {
    let size = (scanned.runs.len() * 2).next_power_of_two().clamp(256, 1 << 22);
    let slot = |run: u32| run as usize & (size - 1);
    let runs =
        |index: usize| &scanned.runs[index.checked_sub(1).map_or(0, |i| scanned.run_ends[i])..scanned.run_ends[index]];
    let mut pass = |order: &mut dyn Iterator<Item = usize>, feature: Feature| {
        let mut seen = vec![false; size];
        for index in order {
            let own = runs(index);
            let echoed = own.iter().filter(|&&run| seen[slot(run)]).count();
            rows[index][feature as usize] = share(echoed, own.len());
            own.iter().for_each(|&run| seen[slot(run)] = true);
        }
    };
    pass(&mut (0..scanned.run_ends.len()), Feature::EchoBefore);
    pass(&mut (0..scanned.run_ends.len()).rev(), Feature::EchoAfter);
}

/// Blocks that are numbered one after another: items side by side, headings with the story between them.
fn numbers(rows: &mut [Row], scanned: &Scanned) {
    let highest = scanned.numbers.iter().max().map_or(0, |&number| usize::from(number));
    if highest == 0 {
        return;
    }
    let mut pass = |order: &mut dyn Iterator<Item = usize>, feature: Feature, step: isize| {
        let mut last = vec![None::<usize>; (highest + 1).min(1 << 10)];
        for index in order {
            let number = usize::from(scanned.numbers[index]);
            if number == 0 || number >= last.len() {
                continue;
            }
            let other = number.checked_add_signed(step).and_then(|number| *last.get(number)?);
            rows[index][feature as usize] = other.map_or(0, |other| other.abs_diff(index).min(255) as u8);
            last[number] = Some(index);
        }
    };
    pass(&mut (0..scanned.numbers.len()), Feature::NumberBefore, -1);
    pass(&mut (0..scanned.numbers.len()).rev(), Feature::NumberAfter, 1);
}

/// How often the article has blocks of the same build, or with the same first or last word.
fn builds(rows: &mut [Row], scanned: &Scanned) {
    let size = (rows.len() * 4).next_power_of_two().clamp(256, 1 << 20);
    let often = |hashes: &[u32]| {
        let mut counts = vec![0u8; size];
        hashes.iter().for_each(|&hash| {
            counts[hash as usize & (size - 1)] = counts[hash as usize & (size - 1)].saturating_add(1)
        });
        counts
    };
    let [first, last, build] = [&scanned.first, &scanned.last, &scanned.builds].map(|hashes| often(hashes));
    let slot = |hash: u32| hash as usize & (size - 1);
    let mut leads = vec![0u32; size];
    for (index, &hash) in scanned.builds.iter().enumerate() {
        leads[slot(hash)] += u32::from(rows.get(index + 1).is_some_and(is_paragraph));
    }
    let mut seen = vec![usize::MAX; size];
    for index in 0..rows.len() {
        let hash = slot(scanned.builds[index]);
        rows[index][Feature::FirstWordOften as usize] = first[slot(scanned.first[index])];
        rows[index][Feature::LastWordOften as usize] = last[slot(scanned.last[index])];
        rows[index][Feature::BuildOften as usize] = build[hash];
        rows[index][Feature::BuildLeads as usize] = share(leads[hash] as usize, usize::from(build[hash]));
        if let Some(before) = rows.get_mut(seen[hash]) {
            let distance = (index - seen[hash]).min(255) as u8;
            before[Feature::BuildAfter as usize] = distance;
            rows[index][Feature::BuildBefore as usize] = distance;
        }
        seen[hash] = index;
    }
}

/// How many of a block's words its neighbours, the title and the rest of the article use.
fn shared_words(rows: &mut [Row], document: &Document, scanned: &Scanned) {
    // Words are told apart by some bits of their hashes; that two fall together now and then does no harm.
    let size = (scanned.content.len() * 2).next_power_of_two().clamp(256, 1 << 22);
    let slot = |word: u32| word as usize & (size - 1);
    let words =
        |index: usize| &scanned.content[index.checked_sub(1).map_or(0, |i| scanned.ends[i])..scanned.ends[index]];
    let mut blocks = vec![0u16; size];
    let title_words = rows.first().map_or(&[][..], |_| words(0));
    let mut in_title = vec![false; size];
    title_words.iter().for_each(|&word| in_title[slot(word)] = true);
    if let Some(title) = &document.meta.title {
        let words = title.split(|c: char| !c.is_alphanumeric());
        let hashes = words.map(|word| mix(word.chars().flat_map(char::to_lowercase).fold(EMPTY, step)) as u32);
        hashes.for_each(|word| in_title[slot(word)] = true);
    }
    let mut pass = |order: &mut dyn Iterator<Item = usize>, features: [Feature; 3], count: bool| {
        let mut last = vec![u32::MAX; size];
        for index in order {
            let [mut next, mut near, mut any, mut skip] = [0; 4];
            let own = words(index);
            for &word in own {
                // Nowhere is far off; whether a word was seen, and where, is counted without a branch.
                let seen = last[slot(word)];
                let distance = seen.abs_diff(index as u32);
                next += usize::from(distance == 1);
                near += usize::from((1..=3).contains(&distance));
                skip += usize::from(distance == 2);
                any += usize::from((seen != u32::MAX) & (distance != 0));
            }
            for (feature, shared) in features.into_iter().zip([next, near, any]) {
                rows[index][feature as usize] = share(shared, own.len());
            }
            // What this block has in common with the one before the one before, over the head of that one.
            if count && index > 0 {
                rows[index - 1][Feature::SkipShare as usize] = share(skip, own.len());
            }
            for &word in own {
                let slot = slot(word);
                if count && last[slot] != index as u32 {
                    blocks[slot] = blocks[slot].saturating_add(1);
                }
                last[slot] = index as u32;
            }
        }
    };
    pass(&mut (0..scanned.ends.len()), [Feature::BeforeShare, Feature::Before3Share, Feature::EarlierShare], true);
    pass(&mut (0..scanned.ends.len()).rev(), [Feature::AfterShare, Feature::After3Share, Feature::LaterShare], false);
    for (index, row) in rows.iter_mut().enumerate() {
        let own = words(index);
        let titled = own.iter().filter(|&&word| in_title[slot(word)]).count();
        row[Feature::TitleShare as usize] = share(titled, own.len());
        let spread: usize = own.iter().map(|&word| usize::from(blocks[slot(word)])).sum();
        row[Feature::Spread as usize] = log_level((4 * spread).checked_div(own.len()).unwrap_or(0));
    }
}

/// The features of its neighbours that a block is judged by, with how far off they stand.
pub fn window() -> impl Iterator<Item = (isize, Feature)> {
    use Feature::*;
    const NEXT: &[Feature] = &[
        Words,
        Letters,
        MeanWord,
        Sentences,
        End,
        EndBare,
        Start,
        Commas,
        EarlyColon,
        Quotes,
        QuoteOpen,
        Brackets,
        Numbers,
        DigitShare,
        UpperShare,
        CapitalShare,
        Shouted,
        FunctionShare,
        Speech,
        Pointing,
        Credit,
        CreditLast,
        Dates,
        ByFirst,
        Stamp,
        Promo,
        Person,
        QuestionFirst,
        SceneEarly,
        TailCapitals,
        WordsToMedian,
        Group,
        TitleShare,
        BeforeShare,
        AfterShare,
        Spread,
        PulledOut,
        NameFirst,
        CapitalsToUsual,
        LexTitle,
        LexByline,
        LexBody,
        LexHeading,
        LexCaption,
        LexList,
        LexQuote,
        LexBoilerplate,
    ];
    const SECOND: &[Feature] = &[
        Words,
        End,
        EndBare,
        Start,
        Quotes,
        DigitShare,
        CapitalShare,
        FunctionShare,
        Credit,
        Dates,
        Promo,
        Group,
        TitleShare,
        WordsToMedian,
        LexByline,
        LexBody,
        LexHeading,
        LexCaption,
        LexList,
        LexQuote,
        LexBoilerplate,
    ];
    const THIRD: &[Feature] = &[Words, EndBare, LexBody, LexHeading, LexCaption, LexList, LexBoilerplate];
    let around = |distance: isize, features: &'static [Feature]| {
        [-distance, distance].into_iter().flat_map(move |offset| features.iter().map(move |&f| (offset, f)))
    };
    const READ: &[Feature] =
        &[ReadTitle, ReadByline, ReadBody, ReadHeading, ReadCaption, ReadList, ReadQuote, ReadBoilerplate];
    let read = (1..=3).flat_map(move |distance| around(distance, READ));
    around(1, NEXT).chain(around(2, SECOND)).chain(around(3, THIRD)).chain(read)
}
