//! Colours: how many a terminal has, the nearest of those to a true one, and whether text in one can be read on another.

use std::sync::LazyLock;

use ratatui::style::{Color, Style};

/// A true colour: red, green and blue as sRGB, 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// The least contrast of text with its ground that most people can read (WCAG 2.2, success criterion 1.4.3, AA).
pub const READABLE: f64 = 4.5;

impl Rgb {
    /// How bright it looks, from 0 for black to 1 for white (WCAG 2.2, relative luminance).
    pub fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// The contrast with another colour, from 1 to 21 (WCAG 2.2, contrast ratio).
    pub fn contrast(self, other: Rgb) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        a.max(b) / a.min(b)
    }

    /// Whether, as a ground, it wants dark text on it.
    pub fn is_light(self) -> bool {
        self.contrast(Rgb(0, 0, 0)) > self.contrast(Rgb(255, 255, 255))
    }

    /// Red, green and blue as amounts of light.
    fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|v| {
            let v = f64::from(v) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// Where it lies in Oklab, in which distance is likeness to the eye (Björn Ottosson, 2020).
    fn oklab(self) -> [f64; 3] {
        // Not `cbrt`, which asks the processor first what it can do: that takes longer than all the roots.
        let root = |light: f64| light.powf(1.0 / 3.0);
        let [r, g, b] = self.linear();
        let l = root(0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b);
        let m = root(0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b);
        let s = root(0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b);
        [
            0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
            0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
        ]
    }

    /// The number of the likest colour among some of a terminal's 256.
    fn nearest(self, among: std::ops::RangeInclusive<u8>) -> u8 {
        static PALETTE: LazyLock<[[f64; 3]; 256]> =
            LazyLock::new(|| std::array::from_fn(|index| indexed(index as u8).oklab()));
        let (own, palette) = (self.oklab(), &*PALETTE);
        let mut nearest = (f64::INFINITY, 0);
        for index in among {
            let [l, a, b] = std::array::from_fn(|axis| own[axis] - palette[usize::from(index)][axis]);
            let distance = l * l + a * a + b * b;
            if distance < nearest.0 {
                nearest = (distance, index);
            }
        }
        nearest.1
    }
}

/// The sixteen colours as xterm has them. People change them, so they are good for telling which is near, no more.
const SIXTEEN: [Rgb; 16] = [
    Rgb(0, 0, 0),
    Rgb(205, 0, 0),
    Rgb(0, 205, 0),
    Rgb(205, 205, 0),
    Rgb(0, 0, 238),
    Rgb(205, 0, 205),
    Rgb(0, 205, 205),
    Rgb(229, 229, 229),
    Rgb(127, 127, 127),
    Rgb(255, 0, 0),
    Rgb(0, 255, 0),
    Rgb(255, 255, 0),
    Rgb(92, 92, 255),
    Rgb(255, 0, 255),
    Rgb(0, 255, 255),
    Rgb(255, 255, 255),
];

/// The colour of a number: sixteen, then a cube of six steps a side, then greys (xterm's 256 colours).
fn indexed(index: u8) -> Rgb {
    let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
    match index {
        0..=15 => SIXTEEN[usize::from(index)],
        16..=231 => Rgb(step((index - 16) / 36), step((index - 16) / 6 % 6), step((index - 16) % 6)),
        232.. => Rgb(8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232)),
    }
}

/// The colour of the 256 that a pixel gets: of the cube or the greys, whichever is nearer. For a picture's thousands of
/// pixels, where the nearest would look at every colour for each.
pub fn in_cube(Rgb(r, g, b): Rgb) -> Color {
    let level = |v: u8| match v {
        0..48 => 0,
        48..115 => 1,
        _ => (v - 35) / 40,
    };
    let cube = 16 + 36 * level(r) + 6 * level(g) + level(b);
    let mean = (u16::from(r) + u16::from(g) + u16::from(b)) / 3;
    let grey = 232 + (mean.saturating_sub(3) / 10).min(23) as u8;
    let apart = |index: u8| {
        let there = indexed(index);
        [(r, there.0), (g, there.1), (b, there.2)].map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).iter().sum::<u32>()
    };
    Color::Indexed(if apart(grey) < apart(cube) { grey } else { cube })
}

/// The true colour of what a style names, where that is known: a terminal's first sixteen are anyone's guess.
pub fn known(colour: Color) -> Option<Rgb> {
    match colour {
        Color::Rgb(r, g, b) => Some(Rgb(r, g, b)),
        Color::Indexed(index @ 16..) => Some(indexed(index)),
        _ => None,
    }
}

/// How many colours a terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None: bold, dim, underlined and reversed are all there is.
    Plain,
    Sixteen,
    Indexed,
    True,
}

/// Terminals that have true colour and say so in `TERM` alone where `COLORTERM` is lost, as over ssh.
const TRUE: [&str; 7] = ["xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour", "iterm2"];

impl Depth {
    /// What the environment variables `TERM`, `COLORTERM` and `NO_COLOR` say.
    pub fn told(term: Option<&str>, colorterm: Option<&str>, no_color: Option<&str>) -> Depth {
        let term = term.unwrap_or_default();
        // GNU screen hands on the COLORTERM of the terminal it was started in, and has no true colour itself.
        let most = if term.starts_with("screen") { Depth::Indexed } else { Depth::True };
        let named = |name: &str| term.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        if no_color.is_some_and(|value| !value.is_empty()) || matches!(term, "" | "dumb") {
            Depth::Plain
        } else if matches!(colorterm, Some("truecolor" | "24bit")) || term.ends_with("-direct") {
            most
        } else if TRUE.iter().any(|name| named(name)) {
            Depth::True
        } else if term.ends_with("-256color") {
            Depth::Indexed
        } else {
            Depth::Sixteen
        }
    }

    /// A style in the colours there are: each the nearest of them to what it was. Of sixteen, two that go together may
    /// have the same nearest one, or one too like it: then the text is black or white.
    pub(super) fn style(self, style: Style) -> Style {
        let (fg, bg) = (style.fg.map(|c| self.colour(c)), style.bg.map(|c| self.colour(c)));
        let unreadable = match (fg, bg) {
            (Some(Color::Indexed(fg)), Some(Color::Indexed(bg))) if self == Depth::Sixteen => {
                Some(indexed(bg)).filter(|bg| bg.contrast(indexed(fg)) < READABLE)
            }
            _ => None,
        };
        let fg = unreadable.map(|bg| Color::Indexed(if bg.is_light() { 0 } else { 15 })).or(fg);
        Style { fg, bg, ..style }
    }

    fn colour(self, colour: Color) -> Color {
        match (self, known(colour)) {
            (Depth::Indexed, Some(rgb)) => Color::Indexed(rgb.nearest(16..=255)),
            (Depth::Sixteen, Some(rgb)) => Color::Indexed(rgb.nearest(0..=15)),
            (Depth::Plain, _) => Color::Reset,
            _ => colour,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let (black, white) = (Rgb(0, 0, 0), Rgb(255, 255, 255));
        assert!((black.contrast(white) - 21.0).abs() < 1e-9);
        assert!((white.contrast(white) - 1.0).abs() < 1e-9);
        // The guidelines' own example of a grey that just passes on white.
        assert!((Rgb(0x76, 0x76, 0x76).contrast(white) - 4.54).abs() < 0.005);
        assert!(white.is_light() && Rgb(0xfd, 0xf6, 0xe3).is_light() && Rgb(0x8a, 0x8a, 0x8a).is_light());
        assert!(!black.is_light() && !Rgb(0x2e, 0x34, 0x40).is_light() && !Rgb(0x60, 0x60, 0x60).is_light());
    }

    #[test]
    fn a_pixel_gets_a_colour_of_the_256_that_is_near() {
        for (pixel, index) in [
            (Rgb(0, 0, 0), 16),
            (Rgb(255, 255, 255), 231),
            (Rgb(255, 0, 0), 196),
            (Rgb(128, 128, 128), 244),
            (Rgb(95, 135, 175), 67),
        ] {
            assert_eq!(in_cube(pixel), Color::Indexed(index), "{pixel:?}");
        }
        for value in 0..=255 {
            let Color::Indexed(index) = in_cube(Rgb(value, value, value)) else { panic!("no number") };
            assert!(indexed(index).0.abs_diff(value) <= 8, "{value}");
        }
    }

    #[test]
    fn the_depth_is_what_the_environment_says() {
        use Depth::*;
        for (term, colorterm, no_color, depth) in [
            (Some("xterm-256color"), Some("truecolor"), None, True),
            (Some("xterm-256color"), Some("24bit"), None, True),
            (Some("xterm-256color"), None, None, Indexed),
            (Some("tmux-256color"), Some("1"), None, Indexed),
            (Some("xterm-direct"), None, None, True),
            (Some("xterm-kitty"), None, None, True),
            (Some("foot-extra"), None, None, True),
            (Some("footless"), None, None, Sixteen),
            (Some("screen-256color"), Some("truecolor"), None, Indexed),
            (Some("xterm"), None, None, Sixteen),
            (Some("linux"), Some(""), None, Sixteen),
            (Some("dumb"), Some("truecolor"), None, Plain),
            (Some(""), Some("truecolor"), None, Plain),
            (None, None, None, Plain),
            (Some("xterm-256color"), Some("truecolor"), Some("1"), Plain),
            (Some("xterm-256color"), Some("truecolor"), Some(""), True),
        ] {
            assert_eq!(Depth::told(term, colorterm, no_color), depth, "{term:?} {colorterm:?} {no_color:?}");
        }
    }

    #[test]
    fn fewer_colours_are_the_nearest() {
        let at = |depth: Depth, r, g, b| depth.colour(Color::Rgb(r, g, b));
        assert_eq!(at(Depth::True, 1, 2, 3), Color::Rgb(1, 2, 3));
        assert_eq!(at(Depth::Indexed, 95, 135, 255), Color::Indexed(69));
        assert_eq!(at(Depth::Indexed, 128, 128, 128), Color::Indexed(244));
        assert_eq!(at(Depth::Indexed, 255, 0, 0), Color::Indexed(196));
        assert_eq!(at(Depth::Sixteen, 250, 250, 250), Color::Indexed(15));
        assert_eq!(at(Depth::Sixteen, 20, 10, 10), Color::Indexed(0));
        assert_eq!(at(Depth::Sixteen, 200, 20, 20), Color::Indexed(1));
        assert_eq!(at(Depth::Plain, 200, 20, 20), Color::Reset);
        // What the terminal names itself is left to it.
        assert_eq!(Depth::Sixteen.colour(Color::Cyan), Color::Cyan);
        assert_eq!(Depth::Indexed.colour(Color::Indexed(200)), Color::Indexed(200));
        assert_eq!(Depth::Sixteen.colour(Color::Indexed(196)), Color::Indexed(9));
    }

    #[test]
    fn text_does_not_fall_together_with_its_ground() {
        let style = Style::new().fg(Color::Rgb(130, 130, 130)).bg(Color::Rgb(120, 120, 120));
        let sixteen = Depth::Sixteen.style(style);
        assert_eq!((sixteen.fg, sixteen.bg), (Some(Color::Indexed(0)), Some(Color::Indexed(8))));
        let blue = Depth::Sixteen.style(Style::new().fg(Color::Rgb(0, 0, 120)).bg(Color::Rgb(0, 0, 200)));
        assert_eq!((blue.fg, blue.bg), (Some(Color::Indexed(15)), Some(Color::Indexed(4))));
    }

    #[test]
    fn every_number_is_nearest_to_itself() {
        for index in 16..=255 {
            let found = indexed(index).nearest(16..=255);
            assert_eq!(indexed(found), indexed(index), "{index}");
        }
    }
}
