//! The rows that a picture takes above its caption.

use super::{Item, Measure, Row, Setting};
use crate::document::Document;
use crate::picture::Shape;

/// One row of a picture's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strip {
    /// Which row of the picture it is, from 0, and of how many.
    pub row: usize,
    pub rows: usize,
    /// How wide the picture's place is.
    pub columns: usize,
}

/// The rows of an item's picture, if one is shown there: as wide as the measure lets it be and no higher than the
/// window has room for. One row where a sentence says why it cannot be shown.
pub(super) fn strips(document: &Document, item: Item, setting: &Setting, measure: &Measure) -> Vec<Row> {
    let (Item::Block(block), 1..) = (item, measure.picture_rows) else { return Vec::new() };
    let Some(shape) = document.pictures.get(&block) else { return Vec::new() };
    let indent = super::columns(setting.bar);
    let room = measure.width.saturating_sub(indent).max(1);
    let (columns, rows) = shape.map_or((room, 1), |shape| fit(shape, room, measure.picture_rows, measure.cell));
    let strip = |row| Row {
        range: 0..0,
        indent,
        bar: setting.bar,
        marker: "",
        hyphen: false,
        stretch: 0,
        cells: None,
        strip: Some(Strip { row, rows, columns }),
    };
    (0..rows).map(strip).collect()
}

/// How often its own size a small picture is shown at most: more would show its pixels.
const MOST_ENLARGED: u64 = 2;

/// The columns and rows that a picture takes of so many at most, in cells of a size in pixels; at least one each.
///
/// ```
/// use cutline::layout::fit;
/// use cutline::picture::Shape;
///
/// let landscape = Shape { width: 1500, height: 1000 };
/// assert_eq!(fit(landscape, 60, 50, (10, 20)), (60, 20));
/// assert_eq!(fit(landscape, 60, 10, (10, 20)), (30, 10));
/// assert_eq!(fit(Shape { width: 40, height: 40 }, 60, 50, (10, 20)), (8, 4));
/// ```
pub fn fit(shape: Shape, columns: usize, rows: usize, cell: (u16, u16)) -> (usize, usize) {
    let (cell_width, cell_height) = (u64::from(cell.0.max(1)), u64::from(cell.1.max(1)));
    let (width, height) = (u64::from(shape.width.max(1)), u64::from(shape.height.max(1)));
    let room = (columns as u64 * cell_width).min(width * MOST_ENLARGED);
    // As wide as there is room for; where that is too high, as high as there is room for.
    let wide = (room, (room * height).div_ceil(width));
    let most = rows as u64 * cell_height;
    let (width, height) = if wide.1 > most { ((most * width) / height, most) } else { wide };
    let cells = |pixels: u64, cell: u64| usize::try_from(((pixels + cell / 2) / cell).max(1)).unwrap_or(usize::MAX);
    (cells(width, cell_width).min(columns.max(1)), cells(height, cell_height).min(rows.max(1)))
}
