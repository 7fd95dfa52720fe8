//! Where the panes stand in a window. Known to the state, so that drawing changes nothing and a click finds its pane.

/// A rectangle of the window, in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

impl Area {
    /// Whether the cell at a column and row lies inside.
    pub fn contains(self, column: u16, row: u16) -> bool {
        (self.x..self.x.saturating_add(self.width)).contains(&column)
            && (self.y..self.y.saturating_add(self.height)).contains(&row)
    }

    /// The upper part of at most `height` rows, and the rest below it.
    fn split(self, height: u16) -> (Area, Area) {
        let height = height.min(self.height);
        (Area { height, ..self }, Area { y: self.y + height, height: self.height - height, ..self })
    }
}

/// How the panes are arranged, by the size of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// 110 columns and more: the story, and beside it sidebars above captions, in a frame.
    Wide,
    /// 80 to 109 columns: the same with a narrow rail.
    Rail,
    /// Narrower or very low: one pane at a time, tabs on top, no frame.
    Tabs,
}

/// The panes' places in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    pub form: Form,
    /// The title's row, or the tabs.
    pub header: Area,
    pub body: Area,
    /// Empty where the pane is not on the screen.
    pub sidebars: Area,
    /// Empty where the pane is not on the screen.
    pub captions: Area,
    pub status: Area,
}

/// What the arrangement depends on besides the window.
#[derive(Debug, Clone, Copy)]
pub struct Needs {
    /// Columns the reader wants for a line of text.
    pub measure: u16,
    /// Entries in the sidebars pane.
    pub sidebars: usize,
    /// Entries in the captions pane.
    pub captions: usize,
    /// Whether the body is to stand alone.
    pub zoomed: bool,
    /// Whether one pane is to be shown at a time, whatever the window's size.
    pub plain: bool,
}

const WIDE: u16 = 110;
const RAIL: u16 = 80;
const LOWEST_FRAME: u16 = 12;
/// Rows of the sidebars pane that show the chosen one's first lines, with the rule above them.
const PREVIEW: u16 = 8;
/// A preview of fewer rows, rule included, says less than another entry would.
const LEAST_PREVIEW: u16 = 3;

/// Arranges the panes in a window of `columns` by `rows` cells; any size will do, 0 by 0 too.
pub fn arrange(columns: u16, rows: u16, needs: Needs) -> Areas {
    let form = match columns {
        _ if needs.plain || rows < LOWEST_FRAME => Form::Tabs,
        WIDE.. => Form::Wide,
        RAIL.. => Form::Rail,
        _ => Form::Tabs,
    };
    if form == Form::Tabs {
        return tabs(columns, rows);
    }
    let rail = match form {
        _ if needs.zoomed || (needs.sidebars == 0 && needs.captions == 0) => 0,
        Form::Wide => (columns - 3).saturating_sub(needs.measure + 8).clamp(30, 46),
        _ => (columns / 4).clamp(20, 27),
    };
    // The frame: a border at each side, one between body and rail.
    let between = u16::from(rail > 0);
    let body = Area { x: 1, y: 3, width: columns - 2 - between - rail, height: rows - 6 };
    let right = Area { x: 1 + body.width + between, width: rail, ..body };
    let (sidebars, captions) = stack(right, needs);
    Areas {
        form,
        header: Area { x: 1, y: 1, width: columns - 2, height: 1 },
        body,
        sidebars,
        captions,
        status: Area { x: 1, y: rows - 2, width: columns - 2, height: 1 },
    }
}

/// Sidebars above, captions below, a rule between them; each as high as it has use for.
fn stack(right: Area, needs: Needs) -> (Area, Area) {
    if right.width == 0 {
        return (Area::default(), Area::default());
    }
    let wanted = match needs.sidebars {
        0 => 1,
        n => 1 + u16::try_from(n).unwrap_or(u16::MAX).saturating_add(PREVIEW),
    };
    let most = if needs.captions == 0 { right.height.saturating_sub(2) } else { right.height / 2 };
    let (sidebars, rest) = right.split(wanted.min(most));
    (sidebars, rest.split(1).1)
}

fn tabs(columns: u16, rows: u16) -> Areas {
    let (header, rest) = Area { x: 0, y: 0, width: columns, height: rows }.split(u16::from(rows > 2));
    let (body, status) = rest.split(rest.height - u16::from(rows > 1));
    Areas { form: Form::Tabs, header, body, sidebars: body, captions: body, status }
}

/// Splits a list's pane below its heading row: the entries, and (where they leave room) a preview of the chosen one
/// under a rule.
pub fn list_and_preview(pane: Area, entries: usize) -> (Area, Area) {
    let (_, inner) = pane.split(1);
    let entries = u16::try_from(entries).unwrap_or(u16::MAX);
    let least_preview = match (inner.height / 3).min(PREVIEW) {
        ..LEAST_PREVIEW => 0,
        rows => rows,
    };
    let (list, rest) = inner.split(entries.min(inner.height - least_preview));
    (list, if rest.height < LEAST_PREVIEW { Area { height: 0, ..rest } } else { rest.split(1).1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDS: Needs = Needs { measure: 68, sidebars: 3, captions: 30, zoomed: false, plain: false };

    #[test]
    fn every_area_lies_in_the_window_at_any_size() {
        for columns in 0..200 {
            for rows in 0..60 {
                for zoomed in [false, true] {
                    let areas = arrange(columns, rows, Needs { zoomed, ..NEEDS });
                    for area in [areas.header, areas.body, areas.sidebars, areas.captions, areas.status] {
                        assert!(area.x + area.width <= columns && area.y + area.height <= rows, "{columns}x{rows}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_form_follows_the_width() {
        let form = |columns, rows| arrange(columns, rows, NEEDS).form;
        assert_eq!((form(160, 50), form(110, 40), form(109, 40)), (Form::Wide, Form::Wide, Form::Rail));
        assert_eq!((form(80, 24), form(79, 24), form(160, 8)), (Form::Rail, Form::Tabs, Form::Tabs));
    }

    #[test]
    fn a_measure_fits_beside_the_panes_of_a_wide_window() {
        assert!(arrange(120, 40, NEEDS).body.width >= 68 + 4);
    }
}
