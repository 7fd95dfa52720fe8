//! What a reader asks of the world outside: the clipboard, the browser.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use crossterm::clipboard::CopyToClipboard;
use crossterm::execute;

/// Puts a text on the clipboard of the terminal's machine, by the escape sequence OSC 52, which also works over SSH.
/// Inside tmux, which keeps that sequence to itself by default, tmux is asked to do it.
///
/// # Errors
/// The terminal cannot be written to.
pub fn copy(text: &str) -> io::Result<()> {
    if std::env::var_os("TMUX").is_some() && copy_by_tmux(text).is_ok() {
        return Ok(());
    }
    execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))
}

fn copy_by_tmux(text: &str) -> io::Result<()> {
    let mut tmux = Command::new("tmux");
    tmux.args(["load-buffer", "-w", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = tmux.spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes())?;
    }
    if child.wait()?.success() { Ok(()) } else { Err(io::Error::other("tmux would not take it")) }
}

/// How an address is opened.
pub enum Browser {
    /// The one that the environment names, which may need the terminal for itself.
    InTerminal(Command),
    /// The desktop's opener, which returns at once.
    Beside(Command),
}

/// The program that opens addresses here: `$BROWSER`, or the desktop's opener. The address is one argument to it, and
/// no shell sees it.
pub fn browser(address: &str) -> Browser {
    match std::env::var_os("BROWSER") {
        Some(named) if !named.is_empty() => {
            let mut command = Command::new(named);
            command.arg(address);
            Browser::InTerminal(command)
        }
        _ => {
            let mut command = if cfg!(target_os = "macos") {
                Command::new("open")
            } else if cfg!(windows) {
                let mut explorer = Command::new("rundll32");
                explorer.arg("url.dll,FileProtocolHandler");
                explorer
            } else {
                Command::new("xdg-open")
            };
            command.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            Browser::Beside(command)
        }
    }
}
