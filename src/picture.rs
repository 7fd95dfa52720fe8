//! Pictures: their size from their first bytes, and their pixels, within limits. Nobody vouches for these bytes.
//!
//! What comes out are plain colours, never the bytes that came: whatever a file holds besides pixels ends here.

use std::cell::Cell;
use std::io::Cursor;
use std::ops::Range;
use std::panic;
use std::path::PathBuf;
use std::sync::Arc;

use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, RgbImage};

/// How wide and high a picture is, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    pub width: u32,
    pub height: u32,
}

/// Where a picture is to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whence {
    /// In the page itself: its bytes.
    Within(Arc<[u8]>),
    /// A file beside the article's.
    File(PathBuf),
    /// An address of the web, for an article that is from there itself.
    Web(String),
    /// An address of the web, for an article that is not: nobody is told that it is read, unless its reader says so.
    Elsewhere(String),
}

/// What stands for the address of a picture that is in its page, as a `data:` address: the bytes of the page where that
/// stands, as repeating all of it would take as much memory again.
///
/// ```
/// use cutline::picture::{embedded, embedded_at};
///
/// assert_eq!(embedded(&embedded_at(120..9000)), Some(120..9000));
/// assert_eq!(embedded("https://example.org/a.png"), None);
/// ```
pub fn embedded_at(page: Range<usize>) -> String {
    format!("{EMBEDDED}{}-{}", page.start, page.end)
}

/// The bytes of the page at which a picture's `data:` address stands, if it is in the page.
pub fn embedded(address: &str) -> Option<Range<usize>> {
    let (start, end) = address.strip_prefix(EMBEDDED)?.split_once('-')?;
    Some(start.parse().ok()?..end.parse().ok()?)
}

const EMBEDDED: &str = "data:bytes=";

/// What is known of a picture before it is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    pub whence: Whence,
    /// Its size, or why it cannot be shown; none where that is found out with the picture.
    pub shape: Option<Result<Shape, PictureError>>,
}

/// Why a picture cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    #[error("no such file")]
    Missing,
    #[error("it is in no form that is known here")]
    Form,
    #[error("it is too large: {width} by {height}")]
    TooLarge { width: u32, height: u32 },
    #[error("it has too many bytes: more than {} MB", .0 >> 20)]
    TooHeavy(usize),
    #[error("it is damaged")]
    Damaged,
    #[error("{0}")]
    OutOfReach(String),
}

/// Bytes of a picture, at most.
pub const MOST_BYTES: usize = 24 << 20;
/// Pixels of a picture along a side, and in all, at most.
const MOST_ALONG: u32 = 20_000;
const MOST_PIXELS: u64 = 40_000_000;
/// Bytes of memory that taking one apart may take, beside its pixels.
const MOST_MEMORY: u64 = 256 << 20;

/// Pixels of a picture, as many as can be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its size before it was made smaller.
    pub shape: Shape,
    pixels: RgbImage,
}

/// A picture's size by its first bytes.
///
/// # Errors
/// No picture, or a larger one than is shown.
pub fn shape(bytes: &[u8]) -> Result<Shape, PictureError> {
    guard(|| Ok(shape_of(&mut decoder(bytes)?).0))
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is taking a picture apart: a panic then is the picture's fault, and ends nothing else.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

fn guard<T>(take_apart: impl FnOnce() -> Result<T, PictureError> + panic::UnwindSafe) -> Result<T, PictureError> {
    GUARDED.set(true);
    let taken = panic::catch_unwind(take_apart).unwrap_or(Err(PictureError::Damaged));
    GUARDED.set(false);
    taken
}

fn decoder(bytes: &[u8]) -> Result<impl ImageDecoder + '_, PictureError> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| PictureError::Form)?;
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(told)?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > MOST_ALONG || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(PictureError::TooLarge { width, height });
    }
    if width == 0 || height == 0 { Err(PictureError::Damaged) } else { Ok(decoder) }
}

/// A picture's size once it stands upright, and how it has to be turned for that.
fn shape_of(decoder: &mut impl ImageDecoder) -> (Shape, Orientation) {
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let (width, height) = decoder.dimensions();
    let lies = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    (if lies { Shape { width: height, height: width } } else { Shape { width, height } }, orientation)
}

fn told(error: ImageError) -> PictureError {
    match error {
        ImageError::Unsupported(_) => PictureError::Form,
        ImageError::Limits(_) => PictureError::TooHeavy(MOST_MEMORY as usize),
        _ => PictureError::Damaged,
    }
}

impl Picture {
    /// Takes a picture apart: its first frame, upright, on white where it lets something through, and no larger than
    /// `most` pixels along a side.
    ///
    /// # Errors
    /// What is no picture, is damaged or too large. A decoder that gives up in a panic says so in an error, too.
    pub fn decode(bytes: &[u8], most: u32) -> Result<Picture, PictureError> {
        guard(|| {
            let mut decoder = decoder(bytes)?;
            let (shape, orientation) = shape_of(&mut decoder);
            let mut image = DynamicImage::from_decoder(decoder).map_err(told)?;
            if image.width().max(image.height()) > most {
                image = image.thumbnail(most, most);
            }
            image.apply_orientation(orientation);
            Ok(Picture { shape, pixels: on_white(image) })
        })
    }

    /// The picture in so many pixels.
    pub fn scaled(&self, width: u32, height: u32) -> RgbImage {
        let (width, height) = (width.max(1), height.max(1));
        match (self.pixels.width(), self.pixels.height()) {
            here if here == (width, height) => self.pixels.clone(),
            (w, h) if w >= width && h >= height => imageops::thumbnail(&self.pixels, width, height),
            _ => imageops::resize(&self.pixels, width, height, FilterType::Triangle),
        }
    }

    pub fn pixels(&self) -> &RgbImage {
        &self.pixels
    }
}

/// Drawings with nothing behind them are made for white pages.
fn on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let through = image.into_rgba8();
    let mut pixels = RgbImage::new(through.width(), through.height());
    for (to, from) in pixels.pixels_mut().zip(through.pixels()) {
        let [r, g, b, alpha] = from.0.map(u16::from);
        to.0 = [r, g, b].map(|c| ((c * alpha + 255 * (255 - alpha)) / 255) as u8);
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Rgba, RgbaImage};

    fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// Left red, right blue.
    fn halves(width: u32, height: u32) -> DynamicImage {
        let colour = |x| if x < width / 2 { [255, 0, 0] } else { [0, 0, 255] };
        RgbImage::from_fn(width, height, |x, _| image::Rgb(colour(x))).into()
    }

    #[test]
    fn pictures_of_the_webs_forms_are_taken_apart() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let image = match format {
                ImageFormat::Gif => DynamicImage::from(halves(64, 32).into_rgba8()),
                _ => halves(64, 32),
            };
            let bytes = written(&image, format);
            assert_eq!(shape(&bytes), Ok(Shape { width: 64, height: 32 }), "{format:?}");
            let picture = Picture::decode(&bytes, 1000).unwrap();
            let [left, right] = [4, 60].map(|x| picture.pixels().get_pixel(x, 16).0);
            assert!(left[0] > 200 && left[2] < 60 && right[0] < 60 && right[2] > 200, "{format:?} {left:?} {right:?}");
        }
    }

    #[test]
    fn a_large_picture_is_made_smaller_and_keeps_its_shape() {
        let picture = Picture::decode(&written(&halves(600, 200), ImageFormat::Png), 60).unwrap();
        assert_eq!((picture.pixels().dimensions(), picture.shape), ((60, 20), Shape { width: 600, height: 200 }));
        assert_eq!(picture.scaled(30, 40).dimensions(), (30, 40));
    }

    #[test]
    fn what_lets_something_through_stands_on_white() {
        let glass = RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0]));
        let picture = Picture::decode(&written(&glass.into(), ImageFormat::Png), 100).unwrap();
        assert_eq!(picture.pixels().get_pixel(3, 3).0, [255, 255, 255]);
    }

    #[test]
    fn a_bomb_is_told_from_its_first_bytes() {
        // A PNG's head that promises 50,000 by 50,000 pixels; its checksum is that of these bytes.
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
        let mut head = b"IHDR".to_vec();
        head.extend(50_000_u32.to_be_bytes().repeat(2));
        head.extend([8, 2, 0, 0, 0]);
        png.extend(&head);
        png.extend(crc(&head).to_be_bytes());
        png.extend(b"\0\0\0\0IDAT\0\0\0\0");
        let told = PictureError::TooLarge { width: 50_000, height: 50_000 };
        assert_eq!(shape(&png), Err(told.clone()));
        assert_eq!(Picture::decode(&png, 100).err(), Some(told));
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
        })
    }

    #[test]
    fn what_is_no_picture_or_half_of_one_is_an_error() {
        assert_eq!(shape(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Err(PictureError::Form));
        assert_eq!(shape(b""), Err(PictureError::Form));
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let bytes = written(&halves(64, 32), format);
            for end in (8..bytes.len() - 12).step_by(7) {
                let _ = shape(&bytes[..end]);
                if let Ok(picture) = Picture::decode(&bytes[..end], 100) {
                    assert_eq!(picture.shape, Shape { width: 64, height: 32 });
                }
            }
        }
    }

    #[test]
    fn bytes_turned_about_never_panic() {
        let bytes = written(&halves(40, 24), ImageFormat::Png);
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let image = DynamicImage::from(halves(40, 24).into_rgba8());
            let image = if format == ImageFormat::Jpeg { halves(40, 24) } else { image };
            let mut bytes = written(&image, format);
            for at in (0..bytes.len()).step_by(3) {
                let before = bytes[at];
                bytes[at] = before.wrapping_add(85);
                let _ = (shape(&bytes), Picture::decode(&bytes, 100));
                bytes[at] = before;
            }
        }
        assert!(Picture::decode(&bytes, 100).is_ok());
    }
}
