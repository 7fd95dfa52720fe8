//! Pictures: as cells of two colours, or as blank cells that the terminal draws over.
//!
//! A cell that a picture lies over is told by its underline colour, which no theme uses, as with links.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use image::RgbImage;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use super::put;
use crate::clean;
use crate::layout::{Item, Strip, fit};
use crate::picture::Picture;
use crate::reader::page::{Page, Window};
use crate::reader::pictures::Means;
use crate::reader::{Mode, Reader};
use crate::theme::{Rgb, Theme, in_cube};

/// The underline colour of cells that a picture lies over.
const OVERLAID: Color = Color::Indexed(7);

/// Whether a picture lies over the cell.
pub fn is_overlaid(cell: &Cell) -> bool {
    cell.underline_color == OVERLAID
}

/// A picture that the terminal is to draw, or as much of it as is in sight.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlay {
    pub block: usize,
    pub picture: Arc<Picture>,
    /// Where the part that is in sight stands.
    pub x: u16,
    pub y: u16,
    /// Columns and rows of the whole picture.
    pub columns: u16,
    pub rows: u16,
    /// The first of its rows that is in sight, and how many are.
    pub from: u16,
    pub height: u16,
}

/// The pictures of a frame in the making.
#[derive(Default)]
pub(super) struct Pictures {
    /// In half cells, each made once a frame.
    small: HashMap<usize, OnceCell<RgbImage>>,
}

impl Pictures {
    /// One row of a picture's place.
    pub fn strip(
        &mut self,
        reader: &Reader,
        block: usize,
        strip: Strip,
        area: Rect,
        theme: &Theme,
        buffer: &mut Buffer,
    ) {
        let is_last = strip.row + 1 == strip.rows;
        let told = match reader.picture_above(block) {
            Some(Ok(picture)) => return self.picture_strip(reader, block, picture, strip, area, buffer),
            Some(Err(reason)) => format!("▨ No picture: {}", clean::folded(&reason.to_string())),
            None => "▨ …".to_string(),
        };
        if is_last {
            put(buffer, area, &told, theme.dim);
        }
    }

    fn picture_strip(
        &mut self,
        reader: &Reader,
        block: usize,
        picture: &Picture,
        strip: Strip,
        area: Rect,
        buffer: &mut Buffer,
    ) {
        let (columns, rows) = size(reader, picture, strip);
        let Some(row) = row_of(strip, rows) else { return };
        let width = columns.min(area.width);
        if reader.pictures.means.is_graphic() {
            let over = Rect { width, height: 1, ..area };
            return buffer.set_style(over.intersection(buffer.area), Style::new().underline_color(OVERLAID));
        }
        let small = self.small.entry(block).or_default();
        let small = small.get_or_init(|| picture.scaled(u32::from(columns), u32::from(rows) * 2));
        let colour = |x: u16, y: u16| {
            let [r, g, b] = small.get_pixel(u32::from(x), u32::from(y)).0;
            if reader.pictures.means == Means::IndexedBlocks { in_cube(Rgb(r, g, b)) } else { Color::Rgb(r, g, b) }
        };
        for x in 0..width {
            if let Some(cell) = buffer.cell_mut((area.x + x, area.y)) {
                let (upper, lower) = (colour(x, 2 * row), colour(x, 2 * row + 1));
                cell.set_symbol("▀").set_fg(upper).set_bg(lower);
            }
        }
    }
}

/// The columns and rows that a picture takes of its place, which may have been kept for one of another shape.
fn size(reader: &Reader, picture: &Picture, strip: Strip) -> (u16, u16) {
    let (columns, rows) = fit(picture.shape, strip.columns, strip.rows, reader.pictures.cell);
    (u16::try_from(columns).unwrap_or(u16::MAX), u16::try_from(rows).unwrap_or(u16::MAX))
}

/// Which row of a picture of so many stands in a row of its place: it stands at the foot, close to its caption.
fn row_of(strip: Strip, rows: u16) -> Option<u16> {
    let blank = strip.rows.saturating_sub(usize::from(rows));
    u16::try_from(strip.row.checked_sub(blank)?).ok()
}

/// The pictures that the terminal is to draw over a frame: of each, the rows from the first that nothing else covers.
pub fn overlays(reader: &Reader, frame: &Buffer) -> Vec<Overlay> {
    if reader.document.pictures.is_empty() || !reader.pictures.means.is_graphic() || reader.raw.is_some() {
        return Vec::new();
    }
    match &reader.mode {
        Mode::Skim { page, .. } => {
            let (area, window) = reader.card();
            on_page(reader, page, &window, super::rect(area), frame)
        }
        _ => on_page(reader, &reader.page, &reader.window(), super::rect(reader.areas().body), frame),
    }
}

fn on_page(reader: &Reader, page: &Page, window: &Window<'_>, area: Rect, frame: &Buffer) -> Vec<Overlay> {
    let width = u16::try_from(window.measure.width).unwrap_or(area.width).min(area.width);
    let left = area.x + (area.width - width) / 2;
    let mut overlays: Vec<Overlay> = Vec::new();
    for (y, placed) in (area.y..area.bottom()).zip(page.rows(window)) {
        let (Item::Block(block), Some(row)) = (placed.item, placed.row) else { continue };
        let (Some(strip), Some(Ok(picture))) = (row.strip, reader.picture_above(block)) else { continue };
        let (columns, rows) = size(reader, picture, strip);
        let x = left + u16::try_from(row.indent).unwrap_or(0);
        let is_free = (x..x.saturating_add(columns)).all(|x| frame.cell((x, y)).is_some_and(is_overlaid));
        let Some(from) = row_of(strip, rows).filter(|_| is_free) else { continue };
        match overlays.last_mut().filter(|last| last.block == block) {
            Some(last) if last.y + last.height == y => last.height += 1,
            // Below what covers its middle it is not taken up again.
            Some(_) => {}
            None => {
                let picture = Arc::clone(picture);
                overlays.push(Overlay { block, picture, x, y, columns, rows, from, height: 1 });
            }
        }
    }
    overlays
}
