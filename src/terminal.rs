//! The terminal: raw mode, signals, the event loop, and performing what the reader asks of the outside.
//!
//! Two threads wait, one for keys and one for signals, and send what comes down one channel; the loop sleeps until
//! there is something, takes all that has come, and draws once. However cutline ends, the terminal is left as it was.

pub mod background;
mod gallery;
mod hyperlinks;
mod loading;
mod outside;
mod painter;
mod screen;
mod shown;
mod sixel;

use std::io::{self, BufWriter, Stdout, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, Event as Input, MouseButton, MouseEvent, MouseEventKind,
};
use crossterm::terminal::{self, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, execute};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use background::{Keys, Told};
use gallery::Gallery;
pub use loading::Events;
use loading::News;
use outside::Browser;
use painter::Painter;
use screen::Screen;

use crate::clean;
use crate::input::{Article, InputError};
use crate::keys::Keymap;
use crate::picture::{self, Picture, PictureError};
use crate::reader::going::Go;
use crate::reader::pictures::Means;
use crate::reader::{Effect, Message, Preferences, Reader, update};
use crate::theme::{Depth, Rgb, Themes};
use crate::view::{pictures, view};

/// What the loop waits for.
enum Event {
    Input(Input),
    /// The terminal has told the colour of its ground.
    Ground(Rgb),
    Signal(i32),
    /// The terminal is gone.
    Gone,
    /// News of what is being loaded, with its ticket.
    News(u64, News),
    /// A picture that was asked for, by its address, for which reading.
    Picture(u64, Box<str>, Result<Arc<Picture>, PictureError>),
    /// Something on the screen may have changed.
    Changed,
}

/// Bytes of a frame that are written at once; a full redraw of a large window fits.
const FRAME: usize = 256 * 1024;

/// Keys that come this long after the one before are not one with it.
const PAUSE: Duration = Duration::from_secs(1);

/// How reading came to an end.
#[derive(Debug)]
pub enum End {
    Quit,
    /// The reader wants to go elsewhere.
    Go(Go),
    /// A part of the article that is being loaded has come.
    Part(Article),
    /// What was being loaded has come, or cannot be had.
    Whole(Result<Article, InputError>),
    /// A signal asked cutline to end. It is for the caller to obey it, by [`die_of`], once what matters is saved.
    Signal(i32),
}

/// The terminal, taken: in raw mode and with the keys listened to, for as long as it lives.
pub struct Terminal<'a> {
    keymap: &'a Keymap,
    themes: Themes,
    screen: Screen<BufWriter<Stdout>>,
    is_told_of_links: bool,
    pub events: Events,
    /// Whether the window has changed since the last frame. Even where its size is what it was, it may have been
    /// smaller meanwhile, and what stood beyond is gone.
    resized: bool,
    /// Until when the terminal's answer is waited for. Meanwhile the article is taken apart.
    answer_until: Option<Instant>,
    /// When the last key came.
    last_key: Option<Instant>,
    means: Means,
    gallery: Gallery,
    painter: Painter,
    _raw: Raw,
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        // A terminal that is gone keeps no pictures.
        let _ = self.painter.end(&mut io::stdout());
    }
}

impl<'a> Terminal<'a> {
    /// Takes the terminal, and asks it for its ground if the theme depends on that.
    ///
    /// # Errors
    /// No terminal, or one that cannot be written to.
    pub fn take(
        events: Events,
        keymap: &'a Keymap,
        themes: Themes,
        preferences: &Preferences,
    ) -> io::Result<Terminal<'a>> {
        restore_on_panic();
        if themes.depth() > Depth::Plain {
            // Whether there is to be colour is decided; crossterm would look at NO_COLOR once more.
            crossterm::style::force_color_output(true);
        }
        // Before anything is changed: a signal in between would leave it so.
        let signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT])?;
        let raw = Raw::enter(preferences.mouse)?;
        let variable = |name: &str| std::env::var(name).ok();
        let can_be_asked = background::can_be_asked(variable("TERM").as_deref(), variable("TMUX").as_deref());
        let asks = themes.depend_on_ground() && can_be_asked;
        listen(signals, asks, &events.sender)?;
        // Escape sequences that a screen reader might read out are not for the plain form.
        let is_told_of_links = can_be_asked && !preferences.plain;
        let means = match preferences.picture_means {
            Some(Means::Blocks) if themes.depth() == Depth::Indexed => Means::IndexedBlocks,
            Some(means) => means,
            None => painter::means(variable, themes.depth(), cell_size().is_some()),
        };
        let mut terminal = Terminal {
            keymap,
            themes,
            screen: Screen::new(BufWriter::with_capacity(FRAME, io::stdout())),
            is_told_of_links,
            events,
            resized: false,
            answer_until: None,
            last_key: None,
            means,
            gallery: Gallery::default(),
            painter: Painter::default(),
            _raw: raw,
        };
        if asks {
            background::ask(&mut io::stdout())?;
            terminal.answer_until = Some(Instant::now() + background::PATIENCE);
        }
        Ok(terminal)
    }

    /// Waits for the terminal to tell its ground, if it was asked and has any time left to answer.
    fn wait_for_ground(&mut self) {
        let Some(until) = self.answer_until.take() else { return };
        let ground = |event: &Event| if let Event::Ground(ground) = event { Some(*ground) } else { None };
        let (ground, others) = background::wait(&self.events.receiver, until, ground);
        ground.into_iter().for_each(|ground| self.themes.tell_ground(ground));
        self.events.waiting.extend(others);
    }

    /// Lets a person read an article until they have had enough of it.
    ///
    /// # Errors
    /// A terminal that can no longer be written to.
    pub fn read(&mut self, reader: &mut Reader) -> io::Result<End> {
        self.wait_for_ground();
        let (columns, rows) = terminal::size()?;
        update(reader, Message::Resize { columns, rows });
        self.gallery.begin();
        reader.show_pictures_by(self.means, cell_size().unwrap_or_default());
        // Another article's links have the same numbers.
        self.forget();
        reader.loading = self.events.loading.as_ref().map(|loading| loading.told(0, None));
        loop {
            let mut events = std::mem::take(&mut self.events.waiting);
            if events.is_empty() {
                if std::mem::take(&mut self.resized) {
                    self.forget();
                }
                self.draw(reader)?;
                match self.events.receiver.recv() {
                    Ok(event) => events.push(event),
                    Err(_) => return Ok(End::Quit),
                }
            }
            events.extend(self.events.receiver.try_iter());
            let mut events = events.into_iter();
            while let Some(event) = events.next() {
                if let Some(end) = self.take_notice(reader, event)? {
                    // What was typed ahead is for the next article.
                    self.events.waiting = events.collect();
                    return Ok(end);
                }
            }
        }
    }

    /// Draws a frame, and the pictures over it; asks for those that are missing.
    fn draw(&mut self, reader: &mut Reader) -> io::Result<()> {
        let frame = self.screen.frame(terminal::size()?);
        let cursor = view(reader, self.themes.current(), frame);
        self.screen.show(self.is_told_of_links.then_some(&reader.document), cursor)?;
        let overlays = pictures::overlays(reader, self.screen.drawn());
        if !self.painter.shows(&overlays) {
            let mut out = BufWriter::new(io::stdout());
            self.painter.paint(overlays, self.means, reader.pictures.cell, &mut out)?;
        }
        for wanted in reader.wanted_pictures() {
            self.gallery.ask(wanted, self.means.most_pixels(), &self.events.sender);
        }
        Ok(())
    }

    /// Has the next frame drawn whole, pictures too.
    fn forget(&mut self) {
        self.painter.forget();
        self.screen.forget();
    }

    /// Stops the process as ^Z does; when it goes on, takes the terminal again.
    fn suspend(&mut self, reader: &mut Reader) -> io::Result<()> {
        leave();
        emulate_default_handler(SIGTSTP)?;
        self.resume(reader)
    }

    /// Takes the terminal again after a stop, whatever its size is by now.
    fn resume(&mut self, reader: &mut Reader) -> io::Result<()> {
        enter(reader.preferences.mouse)?;
        let (columns, rows) = terminal::size()?;
        update(reader, Message::Resize { columns, rows });
        self.forget();
        Ok(())
    }

    /// Opens an address in the browser; one that runs in a terminal gets this one until it ends.
    fn open(&mut self, address: &str, reader: &mut Reader) -> io::Result<()> {
        let started = match outside::browser(address) {
            Browser::Beside(mut command) => command.spawn().map(drop),
            Browser::InTerminal(mut command) => {
                leave();
                let ended = command.status();
                self.resume(reader)?;
                ended.map(drop)
            }
        };
        if let Err(error) = started {
            reader.notice = Some(format!("no browser could be started: {error}"));
        }
        Ok(())
    }

    /// Does what an event asks for; says how reading ends, if it does.
    fn take_notice(&mut self, reader: &mut Reader, event: Event) -> io::Result<Option<End>> {
        let message = match event {
            Event::Input(Input::Key(key)) => {
                if self.last_key.replace(Instant::now()).is_some_and(|last| last.elapsed() > PAUSE) {
                    update(reader, Message::Pause);
                }
                self.keymap.message(key, reader.expects())
            }
            Event::Input(Input::Resize(columns, rows)) => {
                self.resized = true;
                reader.show_pictures_by(self.means, cell_size().unwrap_or_default());
                Some(Message::Resize { columns, rows })
            }
            Event::Input(Input::Paste(text)) => Some(Message::Paste(text)),
            Event::Input(Input::Mouse(mouse)) => mouse_message(mouse),
            Event::Input(_) => None,
            Event::Ground(ground) => {
                self.painter.forget();
                self.themes.tell_ground(ground);
                None
            }
            Event::Signal(SIGTSTP) => {
                self.suspend(reader)?;
                None
            }
            Event::Signal(SIGCONT) => {
                self.resume(reader)?;
                None
            }
            Event::Picture(reading, address, picture) => {
                self.gallery.awaits(reading).then_some(Message::Picture { address, picture })
            }
            Event::Signal(signal) => return Ok(Some(End::Signal(signal))),
            Event::Gone => return Ok(Some(End::Quit)),
            Event::News(ticket, news) => {
                return Ok(self.events.loading.clone().filter(|_| self.events.awaits(ticket)).and_then(|loading| {
                    match news {
                        News::Progress(bytes, of) => {
                            reader.loading = Some(loading.told(bytes, of));
                            None
                        }
                        News::Part(article) => Some(End::Part(*article)),
                        News::Whole(article) => {
                            self.events.forget();
                            reader.loading = None;
                            Some(End::Whole(*article))
                        }
                    }
                }));
            }
            Event::Changed => None,
        };
        for effect in message.map(|m| update(reader, m)).unwrap_or_default() {
            match effect {
                Effect::Quit => return Ok(Some(End::Quit)),
                Effect::Go(go) => return Ok(Some(End::Go(go))),
                Effect::Suspend => self.suspend(reader)?,
                Effect::Redraw => self.forget(),
                Effect::Copy(text) => outside::copy(&text)?,
                Effect::Open(address) => self.open(&address, reader)?,
                Effect::Mouse(on) => take_mouse(on)?,
                Effect::NextTheme => {
                    self.painter.forget();
                    let chosen = self.themes.choose_next();
                    reader.notice = Some(match chosen {
                        Ok(()) => format!("theme {}", self.themes.name()),
                        Err(error) => clean::folded(&error.to_string()).into_owned(),
                    });
                }
            }
        }
        Ok(None)
    }
}

/// How wide and high a cell is, in pixels, where the terminal tells.
fn cell_size() -> Option<(u16, u16)> {
    let size = terminal::window_size().ok()?;
    let (width, height) = (size.width.checked_div(size.columns)?, size.height.checked_div(size.rows)?);
    (width > 0 && height > 0).then_some((width, height))
}

/// Ends the process as a signal would have ended it. The terminal must have been given back.
///
/// # Errors
/// A signal that ends no process.
pub fn die_of(signal: i32) -> io::Result<()> {
    emulate_default_handler(signal)
}

/// What the mouse did, in the reader's words: the wheel and the left button.
fn mouse_message(mouse: MouseEvent) -> Option<Message> {
    let MouseEvent { kind, column, row, .. } = mouse;
    match kind {
        MouseEventKind::ScrollDown => Some(Message::Wheel { column, row, by: 1 }),
        MouseEventKind::ScrollUp => Some(Message::Wheel { column, row, by: -1 }),
        MouseEventKind::Down(MouseButton::Left) => Some(Message::Click { column, row }),
        _ => None,
    }
}

/// Starts the threads that wait for keys and signals.
fn listen(mut signals: Signals, asks: bool, sender: &Sender<Event>) -> io::Result<()> {
    let signal_sender: Sender<Event> = sender.clone();
    thread::Builder::new().name("signals".into()).spawn(move || {
        signals.forever().take_while(|signal| signal_sender.send(Event::Signal(*signal)).is_ok()).for_each(drop);
    })?;
    let sender = sender.clone();
    thread::Builder::new().name("keys".into()).spawn(move || {
        let mut keys = Keys::new(asks);
        loop {
            // Without keys there would be no way out: what is wrong with them ends it.
            let event = match catch_unwind(AssertUnwindSafe(|| keys.read())) {
                Ok(Ok(Told::Event(event))) => Event::Input(event),
                Ok(Ok(Told::Ground(ground))) => Event::Ground(ground),
                Ok(Err(_)) | Err(_) => Event::Gone,
            };
            let gone = matches!(event, Event::Gone);
            if sender.send(event).is_err() || gone {
                break;
            }
        }
    })?;
    Ok(())
}

/// Raw mode and the alternate screen, for as long as it lives.
struct Raw;

impl Raw {
    fn enter(mouse: bool) -> io::Result<Raw> {
        enter(mouse).inspect_err(|_| leave())?;
        Ok(Raw)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        leave();
    }
}

fn enter(mouse: bool) -> io::Result<()> {
    terminal::enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
    take_mouse(mouse)
}

/// Takes the mouse, or lets it go: the wheel and clicks, not every motion.
fn take_mouse(on: bool) -> io::Result<()> {
    // Not crossterm's `EnableMouseCapture`, which asks for motion too and wakes cutline at every move of the hand.
    let modes: &[u8] = if on { b"\x1b[?1000h\x1b[?1006h" } else { b"\x1b[?1006l\x1b[?1000l" };
    let mut out = io::stdout();
    out.write_all(modes)?;
    out.flush()
}

/// Leaves the terminal as it was found. Done more than once it does no harm, and a terminal that is gone is no error.
fn leave() {
    let _ = take_mouse(false);
    let mut out = io::stdout();
    let _ = execute!(out, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    let _ = out.flush();
    let _ = terminal::disable_raw_mode();
}

/// A panic's message is written on the terminal as it was before cutline, not on the screen that is about to go.
fn restore_on_panic() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !picture::is_guarded() {
            leave();
            before(info);
        }
    }));
}
