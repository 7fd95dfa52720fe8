//! Asking the terminal for its ground, so that dark or light can be told.
//!
//! 1. [`ask`] writes the question (OSC 11). Nothing is read here: bytes taken from the terminal would be lost as keys.
//! 2. [`Keys`] reads events as crossterm gives them. crossterm does not know the answer and hands it on as presses of
//!    Alt-], 1, 1, ;, r, g, b and so on; `Answers` takes just these out, be they early, late or in pieces.
//! 3. [`wait`] gives the terminal [`PATIENCE`] to answer before the first frame. What comes later is still taken out.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyModifiers};

use crate::theme::Rgb;

/// How long the first frame waits for the answer.
pub const PATIENCE: Duration = Duration::from_millis(100);

/// Whether a terminal understands the question, by the environment variables `TERM` and `TMUX`.
pub fn can_be_asked(term: Option<&str>, tmux: Option<&str>) -> bool {
    let term = term.unwrap_or_default();
    let in_tmux = tmux.is_some_and(|value| !value.is_empty());
    // GNU screen asks the terminal around it, which may be none, or two that both answer; tmux answers for itself.
    let never = matches!(term, "" | "dumb" | "linux" | "cons25") || term.to_ascii_lowercase().starts_with("eterm");
    cfg!(unix) && !never && (in_tmux || !term.starts_with("screen"))
}

/// Asks. The terminal must be in raw mode, or it shows the answer.
///
/// # Errors
/// A terminal that cannot be written to.
pub fn ask(out: &mut impl Write) -> io::Result<()> {
    // Ended with BEL, as the answer will be: rxvt-unicode ends it wrong otherwise.
    out.write_all(b"\x1b]11;?\x07")?;
    out.flush()
}

/// Waits until a time for the event that tells the ground. Gives the ground, and what else came meanwhile, in order.
pub fn wait<E>(events: &Receiver<E>, until: Instant, ground: impl Fn(&E) -> Option<Rgb>) -> (Option<Rgb>, Vec<E>) {
    let mut others = Vec::new();
    while let Ok(event) = events.recv_timeout(until.saturating_duration_since(Instant::now())) {
        match ground(&event) {
            Some(ground) => return (Some(ground), others),
            None => others.push(event),
        }
    }
    (None, others)
}

/// What a terminal tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    Event(Event),
    Ground(Rgb),
}

/// The events of the terminal, without the answer to the question.
#[derive(Debug, Default)]
pub struct Keys {
    /// None where nothing was asked, or all is answered.
    answers: Option<Answers>,
    ready: VecDeque<Told>,
}

impl Keys {
    /// `asked` says whether the question is, or is going to be, asked.
    pub fn new(asked: bool) -> Keys {
        Keys { answers: asked.then(Answers::default), ready: VecDeque::new() }
    }

    /// Sleeps until there is something.
    ///
    /// # Errors
    /// A terminal that is gone.
    pub fn read(&mut self) -> io::Result<Told> {
        loop {
            if let Some(told) = self.ready.pop_front() {
                return Ok(told);
            }
            let Some(answers) = &mut self.answers else { return event::read().map(Told::Event) };
            match answers.patience() {
                Some(patience) if !event::poll(patience)? => answers.give_up(&mut self.ready),
                _ => answers.take(event::read()?, &mut self.ready),
            }
            if self.ready.iter().any(|told| matches!(told, Told::Ground(_))) {
                self.answers = None;
            }
        }
    }
}

/// How long the rest of an answer may take to come. A line that is this slow is taken to be someone's typing.
const PAUSE: Duration = Duration::from_secs(1);
/// How long Escape and Alt-] are held back, which may be the beginning of an answer whose rest is on the way.
const ESCAPE: Duration = Duration::from_millis(50);
/// What follows the introducer of the answer, and tells it from the answers to other questions.
const NUMBER: &str = "11;";
/// Characters of a colour, at most: `rgba:ffff/ffff/ffff/ffff` is the longest in use.
const LONGEST: usize = 32;

/// Takes the answer out of the key presses that crossterm makes of it.
#[derive(Debug, Default)]
struct Answers {
    stage: Stage,
    /// Presses that may be the beginning of an answer, to be handed on if they are not.
    held: Vec<Event>,
    /// What the answer says, as far as it has come.
    said: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Before,
    /// After an Escape that came alone.
    Escape,
    /// After the introducer and so many characters of the number.
    Number(usize),
    /// It is an answer; its colour is coming.
    Colour,
    /// After an Escape in the colour: the half of its end.
    End,
}

impl Answers {
    /// How long to wait for what comes next, if it makes a difference.
    fn patience(&self) -> Option<Duration> {
        match self.stage {
            Stage::Before => None,
            Stage::Escape | Stage::Number(0) | Stage::End => Some(ESCAPE),
            Stage::Number(_) | Stage::Colour => Some(PAUSE),
        }
    }

    /// Takes an event; puts out what is no part of an answer, and what an answer says.
    fn take(&mut self, event: Event, out: &mut VecDeque<Told>) {
        let Event::Key(KeyEvent { code, modifiers, .. }) = event else {
            // A resize may come in the midst of an answer.
            return out.push_back(Told::Event(event));
        };
        let character = match code {
            KeyCode::Char(c) if modifiers.difference(KeyModifiers::SHIFT).is_empty() => Some(c),
            _ => None,
        };
        let with = |c, modifier| code == KeyCode::Char(c) && modifiers == modifier;
        match self.stage {
            Stage::Before if code == KeyCode::Esc => self.hold(event, Stage::Escape),
            Stage::Before if with(']', KeyModifiers::ALT) => self.hold(event, Stage::Number(0)),
            Stage::Before => out.push_back(Told::Event(event)),
            Stage::Escape if character == Some(']') => self.hold(event, Stage::Number(0)),
            Stage::Number(at) if character == NUMBER[at..].chars().next() => match at + 1 {
                next if next == NUMBER.len() => {
                    self.held.clear();
                    self.stage = Stage::Colour;
                }
                next => self.hold(event, Stage::Number(next)),
            },
            Stage::Colour if with('g', KeyModifiers::CONTROL) || with('\\', KeyModifiers::ALT) => self.give_up(out),
            Stage::Colour if code == KeyCode::Esc => self.stage = Stage::End,
            Stage::Colour if character.is_some_and(in_colour) && self.said.len() < LONGEST => {
                self.said.extend(character);
            }
            Stage::End if character == Some('\\') => self.give_up(out),
            // Not what an answer goes on with: it is over, and this is the next thing.
            Stage::Escape | Stage::Number(_) | Stage::Colour | Stage::End => {
                self.give_up(out);
                self.take(event, out);
            }
        }
    }

    fn hold(&mut self, event: Event, next: Stage) {
        self.held.push(event);
        self.stage = next;
    }

    /// Nothing more of an answer is to come: puts out what it said, or the keys that turned out to be none.
    fn give_up(&mut self, out: &mut VecDeque<Told>) {
        out.extend(self.held.drain(..).map(Told::Event));
        out.extend(colour(&self.said).map(Told::Ground));
        self.said.clear();
        self.stage = Stage::Before;
    }
}

/// Whether a colour may be written with it, or the question, which some lines send back as an echo.
fn in_colour(c: char) -> bool {
    c.is_ascii_hexdigit() || "rgb:/#?".contains(c)
}

/// Reads a colour as X11 writes them: `rgb:ffff/ffff/ffff` with one to four digits a channel, `rgba:` with a fourth
/// channel, or `#ffffff`.
fn colour(text: &str) -> Option<Rgb> {
    let channels: Vec<&str> = match text.strip_prefix('#') {
        Some(digits) if digits.len().is_multiple_of(3) && digits.is_ascii() => {
            let each = digits.len() / 3;
            (0..3).map(|i| &digits[i * each..(i + 1) * each]).collect()
        }
        _ => text.strip_prefix("rgb")?.trim_start_matches('a').strip_prefix(':')?.split('/').collect(),
    };
    let channel = |digits: &str| {
        let most = 16_u32.checked_pow(u32::try_from(digits.len()).ok()?)?.checked_sub(1)?;
        let value = u32::from_str_radix(digits, 16).ok().filter(|_| (1..=4).contains(&digits.len()))?;
        u8::try_from((value * 255 + most / 2) / most).ok()
    };
    match channels.as_slice() {
        [r, g, b] | [r, g, b, _] => Some(Rgb(channel(r)?, channel(g)?, channel(b)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(code, modifiers))
    }

    /// The presses that crossterm makes of an answer which comes in one piece.
    fn presses(answer: &str) -> Vec<Event> {
        let mut presses = Vec::new();
        let mut characters = answer.chars();
        while let Some(c) = characters.next() {
            presses.push(match c {
                '\x1b' => match characters.next() {
                    Some(next) => key(KeyCode::Char(next), KeyModifiers::ALT),
                    None => key(KeyCode::Esc, KeyModifiers::NONE),
                },
                '\x07' => key(KeyCode::Char('g'), KeyModifiers::CONTROL),
                c if c.is_uppercase() => key(KeyCode::Char(c), KeyModifiers::SHIFT),
                c => key(KeyCode::Char(c), KeyModifiers::NONE),
            });
        }
        presses
    }

    fn told(events: impl IntoIterator<Item = Event>) -> Vec<Told> {
        let (mut answers, mut out) = (Answers::default(), VecDeque::new());
        events.into_iter().for_each(|event| answers.take(event, &mut out));
        answers.give_up(&mut out);
        out.into()
    }

    fn as_they_are(events: &[Event]) -> Vec<Told> {
        events.iter().cloned().map(Told::Event).collect()
    }

    #[test]
    fn an_answer_is_taken_out_from_among_the_keys() {
        for (answer, ground) in [
            ("\x1b]11;rgb:1212/1212/1212\x07", Rgb(0x12, 0x12, 0x12)),
            ("\x1b]11;rgb:ffff/FFFF/0000\x1b\\", Rgb(255, 255, 0)),
            ("\x1b]11;rgba:0000/8080/ffff/7f7f\x07", Rgb(0, 128, 255)),
            ("\x1b]11;#fdf6e3\x07", Rgb(0xfd, 0xf6, 0xe3)),
            ("\x1b]11;rgb:f/0/8\x07", Rgb(255, 0, 0x88)),
            // rxvt-unicode's half of an end.
            ("\x1b]11;rgb:0000/0000/0000\x1b", Rgb(0, 0, 0)),
        ] {
            let before = [key(KeyCode::Char('s'), KeyModifiers::NONE), key(KeyCode::Down, KeyModifiers::NONE)];
            let after = [key(KeyCode::Char('j'), KeyModifiers::NONE), Event::Resize(80, 24)];
            let events = before.iter().cloned().chain(presses(answer)).chain(after.iter().cloned());
            let expected = [as_they_are(&before), vec![Told::Ground(ground)], as_they_are(&after)].concat();
            assert_eq!(told(events), expected, "{answer:?}");
        }
    }

    #[test]
    fn an_answer_whose_escapes_came_alone_is_taken_out() {
        let alone = |rest: &str| [presses("\x1b"), presses(rest)].concat();
        let events = [alone("]11;rgb:00/00/ff"), alone("\\"), presses("j")].concat();
        assert_eq!(told(events), [vec![Told::Ground(Rgb(0, 0, 255))], as_they_are(&presses("j"))].concat());
    }

    #[test]
    fn an_answer_that_says_nothing_is_swallowed() {
        assert_eq!(told(presses("\x1b]11;\x07")), []);
        assert_eq!(told(presses("\x1b]11;?\x07")), [], "an echo");
        assert_eq!(told(presses("\x1b]11;rgb:zz/00/00\x07")).len(), "zz/00/00".len() + 1, "only what is no colour");
        assert_eq!(told(presses("\x1b]11;rgb:/0/0\x07")), []);
        assert_eq!(told(presses("\x1b]11;#ff\x07")), []);
    }

    #[test]
    fn keys_that_begin_like_an_answer_come_through_in_order() {
        for typed in ["\x1b]", "\x1b]1", "\x1b]11j", "\x1b]\x1b]", "\x1b", "j\x1b]12;rgb:0/0/0\x07"] {
            let events = presses(typed);
            assert_eq!(told(events.clone()), as_they_are(&events), "{typed:?}");
        }
        let escapes = [presses("\x1b"), presses("\x1b"), presses("q")].concat();
        assert_eq!(told(escapes.clone()), as_they_are(&escapes));
    }

    #[test]
    fn only_what_may_be_an_answer_is_waited_for() {
        let (mut answers, mut out) = (Answers::default(), VecDeque::new());
        assert_eq!(answers.patience(), None);
        answers.take(presses("j")[0].clone(), &mut out);
        assert_eq!(answers.patience(), None);
        answers.take(presses("\x1b")[0].clone(), &mut out);
        assert_eq!((answers.patience(), out.len()), (Some(ESCAPE), 1));
        answers.give_up(&mut out);
        assert_eq!((answers.patience(), out.len()), (None, 2));
    }

    #[test]
    fn a_run_of_digits_without_end_is_not_swallowed_without_end() {
        let events = presses(&format!("\x1b]11;{}", "f".repeat(1000)));
        assert_eq!(told(events).len(), 1000 - LONGEST);
    }

    #[test]
    fn waiting_ends_in_time_and_loses_nothing() {
        let (sender, events) = channel();
        let ground = |event: &u8| (*event == 0).then_some(Rgb(1, 2, 3));
        [5, 6].into_iter().for_each(|event| sender.send(event).unwrap());
        let start = Instant::now();
        let waited = wait(&events, start + Duration::from_millis(30), ground);
        assert_eq!(waited, (None, vec![5, 6]));
        assert!((30..500).contains(&start.elapsed().as_millis()));
        [7, 0, 8].into_iter().for_each(|event| sender.send(event).unwrap());
        let start = Instant::now();
        assert_eq!(wait(&events, start + Duration::from_secs(60), ground), (Some(Rgb(1, 2, 3)), vec![7]));
        assert!(start.elapsed() < Duration::from_secs(30));
        assert_eq!(events.recv(), Ok(8));
    }

    #[test]
    fn terminals_that_do_not_understand_are_not_asked() {
        for (term, tmux, asked) in [
            (Some("xterm-256color"), None, true),
            (Some("tmux-256color"), Some("/tmp/tmux-0/default,1,0"), true),
            (Some("screen-256color"), Some("/tmp/tmux-0/default,1,0"), true),
            (Some("screen-256color"), None, false),
            (Some("screen.xterm-256color"), Some(""), false),
            (Some("linux"), None, false),
            (Some("dumb"), None, false),
            (Some("Eterm"), None, false),
            (Some("eterm-color"), None, false),
            (None, None, false),
        ] {
            assert_eq!(can_be_asked(term, tmux), asked && cfg!(unix), "{term:?} {tmux:?}");
        }
    }
}
