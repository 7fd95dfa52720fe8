//! Sixels: pictures for terminals since the VT240, six rows of pixels to a character.
//!
//! The palette is fixed, six shades of red, seven of green and six of blue, and what is between them is dithered by
//! diffusing each pixel's error to its neighbours (Floyd and Steinberg, 1976).

use std::io::Write as _;

use image::RgbImage;

const SHADES: [i32; 3] = [6, 7, 6];
const COLOURS: usize = (SHADES[0] * SHADES[1] * SHADES[2]) as usize;

/// A picture as the bytes that draw it at the cursor. They are ours alone: of the picture there are only colours.
pub fn sixel(picture: &RgbImage) -> Vec<u8> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let colours = dithered(picture);
    let mut used = [false; COLOURS];
    colours.iter().for_each(|colour| used[usize::from(*colour)] = true);
    let mut out = Vec::with_capacity(colours.len());
    // Writing into memory does not fail.
    let _ = write!(out, "\x1bP0;1;0q\"1;1;{width};{height}");
    for (colour, _) in used.iter().enumerate().filter(|(_, used)| **used) {
        let [r, g, b] = shades(colour).map(|(shade, of)| shade * 100 / (of - 1));
        let _ = write!(out, "#{colour};2;{r};{g};{b}");
    }
    let mut bands: Vec<Vec<u8>> = vec![Vec::new(); COLOURS];
    for band in colours.chunks(width * 6) {
        let mut here: Vec<usize> = Vec::new();
        for (at, colour) in band.iter().enumerate() {
            let colour = usize::from(*colour);
            if bands[colour].is_empty() {
                bands[colour].resize(width, 0);
                here.push(colour);
            }
            bands[colour][at % width] |= 1 << (at / width);
        }
        for colour in here {
            let _ = write!(out, "#{colour}");
            for run in bands[colour].chunk_by(|a, b| a == b) {
                match run.len() {
                    1..=3 => out.extend(run.iter().map(|bits| bits + b'?')),
                    many => {
                        let _ = write!(out, "!{many}{}", char::from(run[0] + b'?'));
                    }
                }
            }
            out.push(b'$');
            bands[colour].clear();
        }
        out.push(b'-');
    }
    out.extend(b"\x1b\\");
    out
}

/// A colour's shades of red, green and blue, each of how many.
fn shades(colour: usize) -> [(i32, i32); 3] {
    let colour = colour as i32;
    let [reds, greens, blues] = SHADES;
    [(colour / (greens * blues), reds), (colour / blues % greens, greens), (colour % blues, blues)]
}

/// The palette's colour of every pixel.
fn dithered(picture: &RgbImage) -> Vec<u8> {
    let width = picture.width() as usize;
    let mut colours = Vec::with_capacity(width * picture.height() as usize);
    // What is still owed to this row's pixels and to those of the next, in sixteenths, with room at both ends.
    let (mut owed, mut next) = (vec![[0_i32; 3]; width + 2], vec![[0_i32; 3]; width + 2]);
    for row in picture.rows() {
        for (x, pixel) in row.enumerate() {
            let mut colour = 0;
            for channel in 0..3 {
                let of = SHADES[channel];
                let value = (i32::from(pixel.0[channel]) + owed[x + 1][channel] / 16).clamp(0, 255);
                let shade = (value * (of - 1) + 127) / 255;
                colour = colour * of + shade;
                let error = value - shade * 255 / (of - 1);
                owed[x + 2][channel] += error * 7;
                next[x][channel] += error * 3;
                next[x + 1][channel] += error * 5;
                next[x + 2][channel] += error;
            }
            colours.push(colour as u8);
        }
        std::mem::swap(&mut owed, &mut next);
        next.fill([0; 3]);
    }
    colours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_bands_of_six_rows_each_colour_in_turn() {
        let picture = RgbImage::from_fn(5, 7, |x, _| image::Rgb(if x < 4 { [255, 0, 0] } else { [0, 0, 255] }));
        let red = (SHADES[0] - 1) * SHADES[1] * SHADES[2];
        let expected =
            format!("\x1bP0;1;0q\"1;1;5;7#5;2;0;0;100#{red};2;100;0;0#{red}!4~?$#5!4?~$-#{red}!4@?$#5!4?@$-\x1b\\");
        assert_eq!(String::from_utf8(sixel(&picture)).unwrap(), expected);
    }

    #[test]
    fn shades_between_the_palettes_are_right_on_the_whole() {
        let picture = RgbImage::from_pixel(60, 60, image::Rgb([100, 100, 100]));
        let sum: i32 = dithered(&picture)
            .iter()
            .map(|colour| {
                let (shade, of) = shades(usize::from(*colour))[1];
                shade * 255 / (of - 1)
            })
            .sum();
        assert!((sum / 3600 - 100).abs() <= 2, "{}", sum / 3600);
    }
}
