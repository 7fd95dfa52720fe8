//! Pictures that the terminal draws itself: which means it has, and writing what has changed from frame to frame.
//!
//! - kitty (<https://sw.kovidgoyal.net/kitty/graphics-protocol/>) keeps a picture and is told where it stands and which
//!   part of it shows; scrolling writes a few bytes.
//! - sixels and iTerm2's protocol (<https://iterm2.com/documentation-images.html>) draw into the cells; the part in
//!   sight is written anew where it has moved, and goes when ratatui writes over it.

use std::io::{self, Write};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::{RgbImage, imageops};

use super::sixel::sixel;
use crate::picture::Picture;
use crate::reader::pictures::Means;
use crate::theme::Depth;
use crate::view::pictures::Overlay;

/// The means that a terminal has, by its environment; nothing is asked, so nothing is waited for and no answer becomes
/// keys. `has_pixels` says whether it tells how large its cells are.
pub fn means(variable: impl Fn(&str) -> Option<String>, depth: Depth, has_pixels: bool) -> Means {
    let of = |name: &str| variable(name).filter(|value| !value.is_empty());
    let (term, program) = (of("TERM").unwrap_or_default(), of("TERM_PROGRAM").unwrap_or_default());
    // What stands between passes on what it knows, which is characters.
    let is_nested =
        of("TMUX").is_some() || of("STY").is_some() || term.starts_with("screen") || term.starts_with("tmux");
    let in_kitty = of("KITTY_WINDOW_ID").is_some()
        && program.is_empty()
        && ["VTE_VERSION", "XTERM_VERSION", "ALACRITTY_WINDOW_ID"].iter().all(|other| of(other).is_none())
        && term.starts_with("xterm");
    let starts = |names: &[&str]| names.iter().any(|name| term.starts_with(name));
    let of_iterm = ["iTerm.app", "WezTerm", "mintty"].contains(&program.as_str()) || of("LC_TERMINAL").is_some();
    match depth {
        _ if is_nested && depth < Depth::Indexed => Means::None,
        _ if !is_nested && (in_kitty || starts(&["xterm-kitty", "xterm-ghostty"]) || program == "ghostty") => {
            Means::Kitty
        }
        _ if !is_nested && of_iterm => Means::ITerm2,
        _ if !is_nested && has_pixels && starts(&["foot", "mlterm", "contour", "yaft"]) => Means::Sixel,
        Depth::True => Means::Blocks,
        Depth::Indexed => Means::IndexedBlocks,
        _ => Means::None,
    }
}

/// Draws pictures over the frames.
#[derive(Debug, Default)]
pub(super) struct Painter {
    /// What stands on the screen.
    shown: Vec<Overlay>,
    /// What kitty keeps, by its numbers; the last was shown last.
    kept: Vec<(u32, Arc<Picture>)>,
    numbers: u32,
}

/// Pictures that kitty is to keep.
const MOST_KEPT: usize = 12;
/// Bytes of base64 that kitty takes at once.
const CHUNK: usize = 4096;

impl Painter {
    /// Nothing of what was drawn stands any longer.
    pub fn forget(&mut self) {
        self.shown.clear();
    }

    /// Whether these, and no others, stand over the frame.
    pub fn shows(&self, overlays: &[Overlay]) -> bool {
        self.shown == overlays
    }

    /// Draws what is not yet there over a frame that has just been written.
    ///
    /// Not inlined: what pictures are packed with takes much of the stack, which is not to be touched without any.
    #[inline(never)]
    pub fn paint(
        &mut self,
        overlays: Vec<Overlay>,
        means: Means,
        cell: (u16, u16),
        out: &mut impl Write,
    ) -> io::Result<()> {
        // The cursor may stand in a line that is being typed.
        out.write_all(b"\x1b7")?;
        if means == Means::Kitty {
            self.take_away(&overlays, out)?;
        }
        let before = std::mem::take(&mut self.shown);
        for overlay in overlays.iter().filter(|overlay| !before.contains(overlay)) {
            let number = if means == Means::Kitty { self.keep(&overlay.picture, out)? } else { 0 };
            write!(out, "\x1b[{};{}H", overlay.y + 1, overlay.x + 1)?;
            match means {
                Means::Kitty => place(number, overlay, out)?,
                Means::Sixel => out.write_all(&sixel(&part(overlay, cell)))?,
                Means::ITerm2 => inline(overlay, cell, out)?,
                _ => {}
            }
        }
        out.write_all(b"\x1b8")?;
        out.flush()?;
        self.shown = overlays;
        Ok(())
    }

    /// Has kitty take away what no longer stands on the screen, and forget what is not likely to come back.
    fn take_away(&mut self, overlays: &[Overlay], out: &mut impl Write) -> io::Result<()> {
        let stays = |picture: &Arc<Picture>| overlays.iter().any(|overlay| Arc::ptr_eq(&overlay.picture, picture));
        for gone in self.shown.iter().filter(|shown| !stays(&shown.picture)) {
            if let Some((number, _)) = self.kept.iter().find(|(_, kept)| Arc::ptr_eq(kept, &gone.picture)) {
                write!(out, "\x1b_Ga=d,d=i,i={number},q=2\x1b\\")?;
            }
        }
        while self.kept.len() > MOST_KEPT
            && let Some(at) = self.kept.iter().position(|(_, kept)| !stays(kept))
        {
            let (number, _) = self.kept.remove(at);
            write!(out, "\x1b_Ga=d,d=I,i={number},q=2\x1b\\")?;
        }
        Ok(())
    }

    /// The number by which kitty knows a picture; it is told the picture where it does not.
    fn keep(&mut self, picture: &Arc<Picture>, out: &mut impl Write) -> io::Result<u32> {
        if let Some(at) = self.kept.iter().position(|(_, kept)| Arc::ptr_eq(kept, picture)) {
            let known = self.kept.remove(at);
            let number = known.0;
            self.kept.push(known);
            return Ok(number);
        }
        self.numbers += 1;
        let pixels = picture.pixels();
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(pixels.as_raw())?;
        let packed = STANDARD.encode(packed.finish()?);
        let mut chunks = packed.as_bytes().chunks(CHUNK).peekable();
        let (number, width, height) = (self.numbers, pixels.width(), pixels.height());
        let mut about = format!("a=t,f=24,o=z,i={number},s={width},v={height},q=2,");
        while let Some(chunk) = chunks.next() {
            write!(out, "\x1b_G{about}m={};", u8::from(chunks.peek().is_some()))?;
            out.write_all(chunk)?;
            out.write_all(b"\x1b\\")?;
            about = "q=2,".to_string();
        }
        self.kept.push((number, Arc::clone(picture)));
        Ok(number)
    }

    /// Has the terminal keep nothing.
    pub fn end(&mut self, out: &mut impl Write) -> io::Result<()> {
        for (number, _) in self.kept.drain(..) {
            write!(out, "\x1b_Ga=d,d=I,i={number},q=2\x1b\\")?;
        }
        out.flush()
    }
}

/// Has kitty show the rows of a picture that are in sight, at the cursor.
fn place(number: u32, overlay: &Overlay, out: &mut impl Write) -> io::Result<()> {
    let (width, height) = overlay.picture.pixels().dimensions();
    let at = |row: u16| height * u32::from(row) / u32::from(overlay.rows);
    let (top, bottom) = (at(overlay.from), at(overlay.from + overlay.height).max(at(overlay.from) + 1));
    let (columns, rows) = (overlay.columns, overlay.height);
    write!(out, "\x1b_Ga=p,i={number},p=1,c={columns},r={rows},x=0,y={top},w={width},h={},C=1,q=2\x1b\\", bottom - top)
}

/// The pixels of the rows in sight, as large as they stand on the screen.
fn part(overlay: &Overlay, (width, height): (u16, u16)) -> RgbImage {
    let pixels = |cells: u16, each: u16| u32::from(cells) * u32::from(each);
    let whole = overlay.picture.scaled(pixels(overlay.columns, width), pixels(overlay.rows, height));
    let (from, rows) = (pixels(overlay.from, height), pixels(overlay.height, height));
    imageops::crop_imm(&whole, 0, from, whole.width(), rows).to_image()
}

/// Shows the rows of a picture that are in sight as iTerm2 takes them, at the cursor.
fn inline(overlay: &Overlay, cell: (u16, u16), out: &mut impl Write) -> io::Result<()> {
    const QUALITY: u8 = 85;
    let mut jpeg = Vec::new();
    part(overlay, cell)
        .write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, QUALITY))
        .map_err(io::Error::other)?;
    let (columns, rows) = (overlay.columns, overlay.height);
    let (size, encoded) = (jpeg.len(), STANDARD.encode(jpeg));
    write!(
        out,
        "\x1b]1337;File=inline=1;size={size};width={columns};height={rows};preserveAspectRatio=0;doNotMoveCursor=1:\
         {encoded}\x07"
    )
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn overlay(y: u16, from: u16, height: u16) -> Overlay {
        let image = RgbImage::from_fn(40, 40, |x, y| image::Rgb([(x * 6) as u8, (y * 6) as u8, 0]));
        let mut png = Cursor::new(Vec::new());
        image.write_to(&mut png, image::ImageFormat::Png).unwrap();
        let picture = Arc::new(Picture::decode(png.get_ref(), 400).unwrap());
        Overlay { block: 0, picture, x: 2, y, columns: 8, rows: 4, from, height }
    }

    fn painted(painter: &mut Painter, overlays: &[Overlay], means: Means) -> String {
        let mut out = Vec::new();
        if !painter.shows(overlays) {
            painter.paint(overlays.to_vec(), means, (10, 20), &mut out).unwrap();
        }
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn kitty_is_told_a_picture_once_and_then_where_it_stands() {
        let mut painter = Painter::default();
        let whole = overlay(5, 0, 4);
        let first = painted(&mut painter, std::slice::from_ref(&whole), Means::Kitty);
        assert!(first.contains("\x1b_Ga=t,f=24,o=z,i=1,s=40,v=40,q=2,m=0;"), "{first:?}");
        assert!(first.contains("\x1b[6;3H\x1b_Ga=p,i=1,p=1,c=8,r=4,x=0,y=0,w=40,h=40,C=1,q=2\x1b\\"), "{first:?}");
        assert_eq!(painted(&mut painter, std::slice::from_ref(&whole), Means::Kitty), "", "nothing has changed");
        let scrolled = Overlay { y: 3, from: 1, height: 3, ..whole.clone() };
        let second = painted(&mut painter, &[scrolled], Means::Kitty);
        assert!(second.contains("\x1b[4;3H\x1b_Ga=p,i=1,p=1,c=8,r=3,x=0,y=10,w=40,h=30,C=1,q=2\x1b\\"), "{second:?}");
        assert!(!second.contains("a=t"));
        assert!(painted(&mut painter, &[], Means::Kitty).contains("\x1b_Ga=d,d=i,i=1,q=2\x1b\\"));
        let mut out = Vec::new();
        painter.end(&mut out).unwrap();
        assert_eq!(out, b"\x1b_Ga=d,d=I,i=1,q=2\x1b\\");
    }

    #[test]
    fn kitty_keeps_no_more_pictures_than_are_of_use() {
        let mut painter = Painter::default();
        for _ in 0..MOST_KEPT * 2 {
            painted(&mut painter, &[overlay(5, 0, 4)], Means::Kitty);
        }
        assert!(painter.kept.len() <= MOST_KEPT + 1);
    }

    #[test]
    fn other_terminals_are_told_the_part_that_is_in_sight() {
        let mut painter = Painter::default();
        let cut = overlay(3, 1, 2);
        let inline = painted(&mut painter, std::slice::from_ref(&cut), Means::ITerm2);
        let encoded = inline.split_once(";width=8;height=2;").and_then(|(_, rest)| rest.split_once(':')).unwrap().1;
        let jpeg = STANDARD.decode(encoded.split('\x07').next().unwrap()).unwrap();
        assert_eq!(image::load_from_memory(&jpeg).unwrap().to_rgb8().dimensions(), (80, 40));
        painter.forget();
        let sixels = painted(&mut painter, &[cut], Means::Sixel);
        assert!(sixels.contains("\x1b[4;3H\x1bP0;1;0q\"1;1;80;40"), "{sixels:?}");
    }

    #[test]
    fn the_means_are_told_by_the_environment() {
        use Means::{Blocks, ITerm2, IndexedBlocks, Kitty, None, Sixel};
        type Case = (&'static [(&'static str, &'static str)], Depth, Means);
        const TABLE: [Case; 13] = [
            (&[("TERM", "xterm-kitty")], Depth::True, Kitty),
            (&[("TERM", "xterm-256color"), ("KITTY_WINDOW_ID", "1")], Depth::True, Kitty),
            (&[("TERM", "xterm-256color"), ("KITTY_WINDOW_ID", "1"), ("VTE_VERSION", "7600")], Depth::True, Blocks),
            (&[("TERM", "xterm-ghostty")], Depth::True, Kitty),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "WezTerm")], Depth::True, ITerm2),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")], Depth::Plain, ITerm2),
            (&[("TERM", "foot")], Depth::True, Sixel),
            (&[("TERM", "tmux-256color"), ("TMUX", "x"), ("KITTY_WINDOW_ID", "1")], Depth::True, Blocks),
            (&[("TERM", "screen-256color"), ("TERM_PROGRAM", "iTerm.app")], Depth::Indexed, IndexedBlocks),
            (&[("TERM", "xterm-256color")], Depth::True, Blocks),
            (&[("TERM", "xterm-256color")], Depth::Indexed, IndexedBlocks),
            (&[("TERM", "xterm")], Depth::Sixteen, None),
            (&[("TERM", "xterm-256color"), ("NO_COLOR", "1")], Depth::Plain, None),
        ];
        for (variables, depth, expected) in TABLE {
            let variable =
                |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_string());
            assert_eq!(means(variable, depth, true), expected, "{variables:?}");
        }
        let foot = |name: &str| (name == "TERM").then(|| "foot".to_string());
        assert_eq!(means(foot, Depth::True, false), Blocks, "the size of its cells is not known");
    }
}
