//! The window: frames are drawn, and what differs from the last one is written.

use std::io::{self, Write};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType};
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Color;

use super::hyperlinks;
use super::shown::{Change, Shown};
use crate::document::Document;
use crate::view::hyperlink::Hyperlink;
use crate::view::pictures::is_overlaid;

/// What a terminal shows, and the next frame of it.
pub struct Screen<W: Write> {
    terminal: CrosstermBackend<W>,
    frame: Buffer,
    /// None where that is not known.
    shown: Option<Shown>,
}

impl<W: Write> Screen<W> {
    pub fn new(writer: W) -> Screen<W> {
        Screen { terminal: CrosstermBackend::new(writer), frame: Buffer::default(), shown: None }
    }

    /// The frame to draw into, of so many columns and rows.
    pub fn frame(&mut self, (columns, rows): (u16, u16)) -> &mut Buffer {
        let area = Rect::new(0, 0, columns, rows);
        if self.frame.area != area {
            self.frame = Buffer::empty(area);
            self.forget();
        }
        &mut self.frame
    }

    /// The frame that was drawn last.
    pub fn drawn(&self) -> &Buffer {
        &self.frame
    }

    /// Has the next frame written whole: the terminal may show anything by now.
    pub fn forget(&mut self) {
        self.shown = None;
    }

    /// Shows the frame, and the cursor where there is one. The terminal is told of the links of a document, if it is to
    /// be.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn show(&mut self, links_of: Option<&Document>, cursor: Option<(u16, u16)>) -> io::Result<()> {
        let next = Shown::of(&self.frame);
        let change = match &self.shown {
            Some(shown) => shown.change(&next),
            None => {
                queue!(self.terminal, Clear(ClearType::All))?;
                next.whole()
            }
        };
        self.write(&change, links_of)?;
        self.shown = Some(next);
        match cursor {
            Some((x, y)) => queue!(self.terminal, MoveTo(x, y), Show)?,
            None => queue!(self.terminal, Hide)?,
        }
        Write::flush(&mut self.terminal)
    }

    fn write(&mut self, change: &Change, links_of: Option<&Document>) -> io::Result<()> {
        if let Some(moved) = change.moved {
            moved.write(&mut self.terminal)?;
        }
        let frame = &self.frame;
        let marked = |at: &(u16, u16)| (Hyperlink::of(&frame[*at]), is_overlaid(&frame[*at]));
        for run in change.cells.chunk_by(|one, next| marked(one) == marked(next)) {
            let link = match marked(&run[0]) {
                (None, false) => {
                    self.terminal.draw(run.iter().map(|(x, y)| (*x, *y, &frame[(*x, *y)])))?;
                    continue;
                }
                (link, _) => links_of.zip(link).and_then(|(document, link)| hyperlinks::begin(document, link)),
            };
            let mut bare: Vec<Cell> = run.iter().map(|at| frame[*at].clone()).collect();
            bare.iter_mut().for_each(|cell| cell.underline_color = Color::Reset);
            self.terminal.write_all(link.as_deref().unwrap_or_default().as_bytes())?;
            self.terminal.draw(run.iter().zip(&bare).map(|((x, y), cell)| (*x, *y, cell)))?;
            if link.is_some() {
                self.terminal.write_all(hyperlinks::END)?;
            }
        }
        Ok(())
    }
}
