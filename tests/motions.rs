//! A property: after any sequence of messages and sizes the top of the body is at the same words or where the message
//! sent it, nothing panics, and every block is either on some screen or counted as hidden.

mod common;

use std::collections::BTreeMap;

use common::Session;
use cutline::document::{Position, Role};
use cutline::layout::viewport::{self, PlacedRow};
use cutline::layout::{self, Item, Measure, Part};
use cutline::reader::areas::Form;
use cutline::reader::correct::ANSWERS;
use cutline::reader::page::{Page, Window};
use cutline::reader::{Action, Message, Mode, Pane, Reader, update};
use proptest::prelude::*;

/// Every action of the reader, so that a sequence of them can be made up.
fn action() -> impl Strategy<Value = Message> {
    let actions: Vec<Action> =
        cutline::keys::TABLE.iter().flat_map(|(_, bindings)| bindings.iter().map(|b| b.action)).collect();
    prop_oneof![
        20 => proptest::sample::select(actions).prop_map(Message::Act),
        2 => (0u16..180, 0u16..60).prop_map(|(columns, rows)| Message::Resize { columns, rows }),
        2 => (0u8..10).prop_map(|digit| Message::Digit(digit, bound(digit))),
        1 => "[a-z .(]{1,3}".prop_map(Message::Paste),
        1 => proptest::char::range('a', 'q').prop_map(Message::Letter),
        1 => (0u16..120, 0u16..40, -2isize..3).prop_map(|(column, row, by)| Message::Wheel { column, row, by }),
        1 => (0u16..120, 0u16..40).prop_map(|(column, row)| Message::Click { column, row }),
    ]
}

/// What a digit is bound to.
fn bound(digit: u8) -> Option<Action> {
    [Action::Body, Action::Sidebars, Action::Captions].get(usize::from(digit.wrapping_sub(1))).copied()
}

/// Where a message sends the top of the body.
#[derive(Debug, PartialEq)]
enum Sent {
    /// The same words stay at the top, of the same part.
    Nowhere,
    /// This row is the first.
    To(Position),
    /// The first row of a part.
    Into(Part),
    /// So that this place stands in the window, in whatever part it is read.
    Sight(Position),
    /// The very place.
    Back(Part, Position),
    /// Out of the raw input or into it, or back to somewhere the reader has been.
    Elsewhere,
}

/// The rows of what is in the body pane, all of them, and which of them the window begins at: the slow and simple way
/// to say where a motion leads.
struct Rows<'a> {
    reader: &'a Reader,
    rows: Vec<PlacedRow>,
    at: usize,
    height: usize,
}

impl<'a> Rows<'a> {
    fn of(reader: &'a Reader) -> Option<Rows<'a>> {
        let (_, page) = reader.in_body();
        let window = reader.window();
        let here = page.rows(&Window { height: 1, ..window }).first()?.position;
        let mut from_top = page.clone();
        from_top.to_top(&window);
        let rows = from_top.rows(&Window { height: usize::MAX, ..window });
        let at = rows.iter().position(|row| row.position == here)?;
        Some(Rows { reader, rows, at, height: window.height.max(1) })
    }

    /// The row that shows the last screenful.
    fn end(&self) -> usize {
        self.rows.len().saturating_sub(self.height)
    }

    fn to(&self, row: usize) -> Sent {
        if row == self.at { Sent::Nowhere } else { Sent::To(self.rows[row].position) }
    }

    /// The row that the window begins at.
    fn first_row(&self) -> Position {
        self.rows[self.at].position
    }

    fn down(&self, rows: usize) -> usize {
        if self.at >= self.end() { self.at } else { self.at.saturating_add(rows).min(self.end()) }
    }

    /// How many rows at the foot of a window that begins at a row are a heading's, whose text begins below.
    fn stranded(&self, at: usize) -> usize {
        let foot = (at + self.height).min(self.rows.len());
        if self.rows[foot - 1].item == self.rows[self.rows.len() - 1].item {
            return 0;
        }
        let document = self.reader.in_body().0;
        let heads = |row: &&PlacedRow| match row.item {
            Item::Block(block) => document.blocks[block].role == Role::Heading,
            Item::Sidebar(_) => false,
        };
        let stranded = self.rows[at..foot].iter().rev().take_while(heads).count();
        if stranded < foot - at { stranded } else { 0 }
    }

    /// A page, or part of one, down: a heading that would stand last is left to the next.
    fn turned(&self, rows: usize) -> usize {
        let target = self.down(rows);
        let stranded = self.stranded(target);
        if stranded < rows { target.saturating_sub(stranded) } else { target }
    }

    /// The same, up.
    fn turned_back(&self, rows: usize) -> usize {
        let target = self.at.saturating_sub(rows);
        target.saturating_sub(self.stranded(target))
    }

    /// The first row of an item of the flow.
    fn first(&self, item: Item) -> usize {
        self.rows.iter().position(|row| row.item == item && row.first).unwrap()
    }

    /// To an item: nowhere where it is in sight, else so that a third of the window stands above it.
    fn shown(&self, item: Item) -> Sent {
        let row = self.first(item);
        if (self.at..self.at + (self.height - 1).max(1)).contains(&row) {
            return Sent::Nowhere;
        }
        let third = self.reader.window().height / 3;
        let top = row.saturating_sub(third).min(self.end());
        let stranded = self.stranded(top);
        let stays = row - top < self.height - stranded;
        self.to(if stays { top.saturating_sub(stranded) } else { top })
    }

    /// So many hundredths into the text.
    fn percent(&self, percent: usize) -> Sent {
        let (document, page) = self.reader.in_body();
        let length = |item: &Item| match item {
            Item::Block(block) => document.text(*block).len(),
            Item::Sidebar(_) => 1,
        };
        let total: usize = page.flow.iter().map(length).sum();
        let target = total * percent.min(100) / 100;
        let before = |item: Item| page.flow.iter().take_while(|other| **other != item).map(length).sum::<usize>();
        let starts = |row: &PlacedRow| match (row.item, &row.row) {
            (Item::Block(_), Some(text)) => Some(before(row.item) + text.range.start),
            (Item::Sidebar(_), Some(_)) if row.first => Some(before(row.item)),
            _ => None,
        };
        let reached = self.rows.iter().rposition(|row| starts(row).is_some_and(|start| start <= target));
        self.to(reached.unwrap_or(0).min(self.end()))
    }

    /// Over items of a kind, as many as there are that way.
    fn stepped(&self, by: isize, test: impl Fn(Item) -> bool) -> Sent {
        let (document, page) = self.reader.in_body();
        let here = page.item_at(document, page.cursor_among(document, &page.rows(&self.reader.window()))).unwrap();
        let here = page.flow.iter().position(|item| *item == here).unwrap();
        let found = match by {
            1.. => page.flow[here + 1..].iter().filter(|item| test(**item)).take(by.unsigned_abs()).last(),
            _ => page.flow[..here].iter().rev().filter(|item| test(**item)).take(by.unsigned_abs()).last(),
        };
        found.map_or(Sent::Nowhere, |item| self.shown(*item))
    }
}

/// Where a message sends the top of the body. `marks` are those that were set, `count` was typed before an action.
fn sent(reader: &Reader, marks: &BTreeMap<char, (Part, Position)>, count: Option<usize>, message: &Message) -> Sent {
    let Some(rows) = Rows::of(reader) else { return Sent::Elsewhere };
    match message {
        Message::Act(action) => sent_by_key(reader, &rows, count, *action),
        Message::Letter(letter) if reader.raw.is_none() => match reader.mode {
            Mode::Marking(Action::GoToMark) => marks.get(letter).map_or(Sent::Nowhere, |m| Sent::Back(m.0, m.1)),
            // The structure may be another after a correction, but the block in question stays in sight.
            Mode::Correcting if ANSWERS.iter().any(|(l, ..)| l == letter) => Sent::Sight(reader.page.cursor),
            _ => Sent::Nowhere,
        },
        Message::Letter(_) | Message::Paste(_) => Sent::Elsewhere,
        Message::Wheel { column, row, by } if matches!(reader.mode, Mode::Reading) => {
            let areas = reader.areas();
            let over = areas.body.contains(*column, *row) && (areas.form != Form::Tabs || reader.focus == Pane::Body);
            match by.unsigned_abs() * 3 {
                _ if !over => Sent::Nowhere,
                lines if *by > 0 => rows.to(rows.down(lines)),
                lines => rows.to(rows.at.saturating_sub(lines)),
            }
        }
        Message::Click { .. } => Sent::Elsewhere,
        _ => Sent::Nowhere,
    }
}

fn sent_by_key(reader: &Reader, rows: &Rows<'_>, count: Option<usize>, action: Action) -> Sent {
    use Action::*;
    let document = &reader.document;
    let by = isize::try_from(count.unwrap_or(1).max(1)).unwrap();
    let lines = |lines: usize| lines.saturating_mul(by.unsigned_abs());
    let (raw, in_body) = (reader.raw.is_some(), reader.focus == Pane::Body);
    let is_caption = |item| matches!(item, Item::Block(block) if document.blocks[block].role == Role::Caption);
    let begins = |item| match item {
        Item::Sidebar(_) => true,
        Item::Block(block) => document.sidebars.iter().any(|sidebar| sidebar.blocks.start == block),
    };
    let start_of = |sidebar: usize| Position { block: document.sidebars[sidebar].blocks.start, offset: 0 };
    match &reader.mode {
        Mode::Reading => {}
        Mode::Skim { card, .. } if action == Choose => return Sent::Sight(start_of(*card)),
        Mode::Outline(outline) if action == Choose => {
            let heading = outline.headings.get(outline.list.chosen);
            return heading
                .map_or(Sent::Nowhere, |heading| Sent::Sight(Position { block: heading.block(document), offset: 0 }));
        }
        Mode::Finding(_) => return Sent::Elsewhere,
        _ => return Sent::Nowhere,
    }
    match action {
        LineDown if in_body => rows.to(rows.down(lines(1))),
        LineUp if in_body => rows.to(rows.at.saturating_sub(lines(1))),
        HalfDown if in_body => rows.to(rows.turned(lines((reader.window().height / 2).max(1)))),
        HalfUp if in_body => rows.to(rows.turned_back(lines((reader.window().height / 2).max(1)))),
        PageDown if in_body => rows.to(rows.turned(lines(reader.window().height.saturating_sub(2).max(1)))),
        PageUp if in_body => rows.to(rows.turned_back(lines(reader.window().height.saturating_sub(2).max(1)))),
        Top | End if in_body => match count {
            Some(percent) => rows.percent(percent),
            None => rows.to(if action == Top { 0 } else { rows.end() }),
        },
        NextParagraph | PreviousParagraph if raw => Sent::Elsewhere,
        NextParagraph => rows.stepped(by, |_| true),
        PreviousParagraph => match rows.stepped(-by, |_| true) {
            // At the first item, to its first row.
            Sent::Nowhere if reader.in_body().1.at_cursor(reader.in_body().0) == Some(rows.rows[0].item) => rows.to(0),
            elsewhere => elsewhere,
        },
        NextCaption | PreviousCaption | NextSidebar | PreviousSidebar if raw => Sent::Nowhere,
        NextCaption if reader.preferences.shown.captions => rows.stepped(by, is_caption),
        PreviousCaption if reader.preferences.shown.captions => rows.stepped(-by, is_caption),
        NextSidebar | PreviousSidebar => match (reader.page.part, action) {
            (Part::Sidebar(index), _) => {
                let by = if action == NextSidebar { by } else { -by };
                let next = index.saturating_add_signed(by).min(document.sidebars.len() - 1);
                if next == index { Sent::Nowhere } else { Sent::Into(Part::Sidebar(next)) }
            }
            _ if reader.preferences.shown.sidebars == layout::Sidebars::Hidden => Sent::Nowhere,
            (_, NextSidebar) => rows.stepped(by, begins),
            _ => rows.stepped(-by, begins),
        },
        Choose if raw => Sent::Elsewhere,
        Choose => match (reader.focus, reader.page.part, reader.page.at_cursor(document)) {
            (Pane::Captions, ..) => {
                Sent::Sight(Position { block: reader.entries[reader.captions.chosen].place, offset: 0 })
            }
            (Pane::Sidebars, ..) => Sent::Into(Part::Sidebar(reader.sidebars.chosen)),
            (_, Part::Sidebar(index), _) => Sent::Sight(start_of(index)),
            (_, _, Some(Item::Sidebar(index))) => Sent::Into(Part::Sidebar(index)),
            _ => Sent::Nowhere,
        },
        NextMatch | PreviousMatch if reader.find.matches.is_empty() => Sent::Nowhere,
        NextMatch | PreviousMatch | Back | Escape | Raw | Undo | NextUnsure | PreviousUnsure => Sent::Elsewhere,
        _ => Sent::Nowhere,
    }
}

/// Whether a place, or what stands for it, is in the window's rows.
fn in_window(reader: &Reader, position: Position) -> bool {
    let (document, page) = reader.in_body();
    let window = reader.window();
    let rows = page.rows(&Window { height: window.height.max(1), ..window });
    let place = viewport::place_of(document, &page.flow, position).map(|index| page.flow[index]);
    let reaches = |row: &PlacedRow| match (&row.row, row.item) {
        // The blank that a line ends at is in no row.
        (Some(text), Item::Block(block)) => {
            block != position.block || (text.range.start..=text.range.end).contains(&position.offset)
        }
        (row, _) => row.is_some(),
    };
    rows.iter().any(|row| Some(row.item) == place && reaches(row))
}

/// The blocks of a part that stand on one of its screens, from the first to the last.
fn on_screens(session: &Session, part: Part) -> Vec<usize> {
    let reader = &session.reader;
    let mut page = Page::new(&reader.document, part, &reader.preferences.shown);
    let window =
        Window { document: &reader.document, measure: Measure { width: 40, ..Measure::default() }, height: 20 };
    let mut seen = Vec::new();
    loop {
        seen.extend(page.rows(&window).iter().filter_map(|placed| match (placed.item, &placed.row) {
            (Item::Block(block), Some(_)) => Some(block),
            _ => None,
        }));
        let before = page.top;
        page.scroll(&window, 18);
        if page.top == before {
            return seen;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_messages_leaves_a_sound_reader(messages in proptest::collection::vec(action(), 1..30)) {
        let mut session = Session::welcome(100, 30);
        let (mut marks, mut count, mut been) = (BTreeMap::new(), None::<usize>, Vec::new());
        // Whether the count is a digit that led from a list to the story, and by itself is none.
        let mut led = false;
        for message in messages {
            let before = session.reader.clone();
            let sent = sent(&before, &marks, count.filter(|_| !led), &message);
            been.push((before.page.part, before.page.top));
            let begins = count.is_none();
            match message {
                Message::Digit(digit, _) => count = Some((count.unwrap_or(0) * 10 + usize::from(digit)).min(1_000_000)),
                Message::Act(_) | Message::Click { .. } => count = None,
                Message::Letter(letter) if matches!(before.mode, Mode::Marking(Action::Mark)) => {
                    marks.insert(letter, (before.page.part, before.page.top));
                }
                _ => {}
            }
            update(&mut session.reader, message.clone());
            if matches!(message, Message::Digit(..) | Message::Act(_) | Message::Click { .. }) {
                let led_out = before.focus != Pane::Body && session.reader.focus == Pane::Body;
                led = begins && led_out && matches!(message, Message::Digit(..));
            }
            let _ = session.buffer();
            let reader = &session.reader;
            let (document, page) = reader.in_body();
            prop_assert!(page.top.block < document.blocks.len());
            prop_assert!(page.top.offset <= document.text(page.top.block).len().max(200));
            let (top, raw) = (page.top, reader.raw.is_some());
            let at_end = || Rows::of(reader).is_some_and(|rows| rows.at >= rows.end());
            match sent {
                Sent::Nowhere => {
                    let stood = (before.in_body().1.top, before.page.part, before.raw.is_some());
                    // A place outside of the part that is read stands for the row that is nearest to it.
                    let row = |reader: &Reader| Some(Rows::of(reader)?.first_row());
                    let same_row = row(&before) == row(reader) && (before.page.part, before.raw.is_some()) == (reader.page.part, raw);
                    prop_assert!(same_row || (top, reader.page.part, raw) == stood, "{:?} {:?}", message, stood);
                }
                Sent::To(first) => {
                    let row = page.rows(&Window { height: 1, ..reader.window() }).remove(0);
                    prop_assert_eq!(row.position, first, "{:?}", message);
                }
                Sent::Into(part) => {
                    let mut first = page.clone();
                    first.to_top(&reader.window());
                    prop_assert_eq!((page.part, top), (part, first.top), "{:?}", message);
                }
                Sent::Back(part, place) => prop_assert_eq!((reader.page.part, top, raw), (part, place, false)),
                Sent::Sight(place) => prop_assert!(in_window(reader, place), "{:?} to {:?}", message, place),
                Sent::Elsewhere if raw && before.raw.is_none() => {
                    // The input begins at the block that was at the top.
                    let from = before.document.blocks[before.page.top.block].span.clone().unwrap().start;
                    let first = page.rows(&Window { height: 1, ..reader.window() }).remove(0);
                    let holds = first.row.is_some_and(|row| (row.range.start..=row.range.end).contains(&from));
                    prop_assert!(holds || at_end(), "{:?}", message);
                }
                // What was found before is taken up again where it was.
                Sent::Elsewhere if matches!((&before.mode, &reader.mode), (Mode::Finding(_), Mode::Reading)) => {}
                Sent::Elsewhere => match reader.find.current.and_then(|current| reader.find.matches.get(current)) {
                    Some(found) if before.find.current != reader.find.current || before.find.matches != reader.find.matches => {
                        prop_assert!(in_window(reader, found.position()), "{:?} to {:?}", message, found);
                    }
                    // What leads back leads to where the reader has been.
                    _ if matches!(message, Message::Act(Action::Back | Action::Escape)) && before.raw.is_none() => {
                        prop_assert!(been.contains(&(page.part, top)), "{:?}", message);
                    }
                    _ => {}
                },
            }
            // The words that the place names are in the first row, unless they are hidden now.
            let first = page.rows(&reader.window()).into_iter().next();
            if let Some((row, placed)) = first.as_ref().and_then(|placed| Some((placed.row.as_ref()?, placed)))
                && placed.item == Item::Block(page.top.block)
                // A place in the line of a sidebar may be none in the block that the sidebar begins with.
                && page.top.offset <= document.text(page.top.block).len()
            {
                prop_assert!((row.range.start..=row.range.end).contains(&page.top.offset), "{:?}", message);
            }
        }
        let reader = &session.reader;
        let sidebars = (0..reader.document.sidebars.len()).map(Part::Sidebar);
        let mut seen: Vec<usize> = std::iter::once(Part::Story).chain(sidebars).flat_map(|part| on_screens(&session, part)).collect();
        seen.sort_unstable();
        seen.dedup();
        let (duplicates, captions, boilerplate) = reader.hidden();
        prop_assert_eq!(seen.len() + duplicates + captions + boilerplate, reader.document.blocks.len());
    }
}
