//! The terminal: raw mode, signals, the event loop, and performing what the reader asks of the outside.
//!
//! Two threads wait, one for keys and one for signals, and send what comes down one channel; the loop sleeps until
//! there is something, takes all that has come, and draws once. However cutline ends, the terminal is left as it was.

pub mod background;
mod outside;

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crossterm::event::{
    self, DisableBracketedPaste, EnableBracketedPaste, Event as Input, MouseButton, MouseEvent, MouseEventKind,
};
use crossterm::terminal::{self, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use outside::Browser;

use crate::keys::Keymap;
use crate::reader::{Effect, Message, Reader, update};
use crate::theme::Theme;
use crate::view::view;

/// What the loop waits for.
enum Event {
    Input(Input),
    Signal(i32),
    /// The terminal is gone.
    Gone,
}

type Screen = Terminal<CrosstermBackend<BufWriter<Stdout>>>;

/// Bytes of a frame that are written at once; a full redraw of a large window fits.
const FRAME: usize = 256 * 1024;

/// Lets a person read until they quit. `columns` and `rows` of the reader are set to the terminal's.
///
/// # Errors
/// No terminal, or one that can no longer be written to.
pub fn run(mut reader: Reader, keymap: &Keymap, themes: &[Theme]) -> io::Result<()> {
    let (columns, rows) = terminal::size()?;
    update(&mut reader, Message::Resize { columns, rows });
    let mut theme = 0;
    restore_on_panic();
    let _raw = Raw::enter(reader.preferences.mouse)?;
    let mut screen = Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(FRAME, io::stdout())))?;
    let events = listen()?;
    loop {
        screen.draw(|frame| view(&reader, &themes[theme], frame))?;
        let Ok(first) = events.recv() else { return Ok(()) };
        for event in std::iter::once(first).chain(events.try_iter()) {
            let message = match event {
                Event::Input(Input::Key(key)) => keymap.message(key, reader.expects()),
                Event::Input(Input::Resize(columns, rows)) => Some(Message::Resize { columns, rows }),
                Event::Input(Input::Paste(text)) => Some(Message::Paste(text)),
                Event::Input(Input::Mouse(mouse)) => mouse_message(mouse),
                Event::Input(_) => None,
                Event::Signal(SIGTSTP) => {
                    suspend(&mut reader, &mut screen)?;
                    None
                }
                Event::Signal(SIGCONT) => {
                    resume(&mut reader, &mut screen)?;
                    None
                }
                Event::Signal(signal) => {
                    leave();
                    return emulate_default_handler(signal);
                }
                Event::Gone => return Ok(()),
            };
            for effect in message.map(|m| update(&mut reader, m)).unwrap_or_default() {
                match effect {
                    Effect::Quit => return Ok(()),
                    Effect::Suspend => suspend(&mut reader, &mut screen)?,
                    Effect::Redraw => repaint(&mut screen)?,
                    Effect::Copy(text) => outside::copy(&text)?,
                    Effect::Open(address) => open(&address, &mut reader, &mut screen)?,
                    Effect::Mouse(on) => take_mouse(on)?,
                    Effect::NextTheme => theme = (theme + 1) % themes.len(),
                }
            }
        }
    }
}

/// Stops the process as ^Z does; when it goes on, takes the terminal again.
fn suspend(reader: &mut Reader, screen: &mut Screen) -> io::Result<()> {
    leave();
    emulate_default_handler(SIGTSTP)?;
    resume(reader, screen)
}

/// Takes the terminal again after a stop, whatever its size is by now.
fn resume(reader: &mut Reader, screen: &mut Screen) -> io::Result<()> {
    enter(reader.preferences.mouse)?;
    let (columns, rows) = terminal::size()?;
    update(reader, Message::Resize { columns, rows });
    repaint(screen)
}

/// Has the next frame drawn whole. (`Terminal::clear` would do, but it asks the terminal where its cursor is, and the
/// thread that waits for keys would get the answer.)
fn repaint(screen: &mut Screen) -> io::Result<()> {
    let size = screen.size()?;
    screen.resize(size.into())
}

/// Opens an address in the browser; one that runs in a terminal gets this one until it ends.
fn open(address: &str, reader: &mut Reader, screen: &mut Screen) -> io::Result<()> {
    let started = match outside::browser(address) {
        Browser::Beside(mut command) => command.spawn().map(drop),
        Browser::InTerminal(mut command) => {
            leave();
            let ended = command.status();
            resume(reader, screen)?;
            ended.map(drop)
        }
    };
    if let Err(error) = started {
        reader.notice = Some(format!("no browser could be started: {error}"));
    }
    Ok(())
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
fn listen() -> io::Result<Receiver<Event>> {
    let (sender, events) = channel();
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT])?;
    let signal_sender: Sender<Event> = sender.clone();
    thread::Builder::new().name("signals".into()).spawn(move || {
        signals.forever().take_while(|signal| signal_sender.send(Event::Signal(*signal)).is_ok()).for_each(drop);
    })?;
    thread::Builder::new().name("keys".into()).spawn(move || {
        loop {
            let event = event::read().map_or(Event::Gone, Event::Input);
            let gone = matches!(event, Event::Gone);
            if sender.send(event).is_err() || gone {
                break;
            }
        }
    })?;
    Ok(events)
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
        leave();
        before(info);
    }));
}
