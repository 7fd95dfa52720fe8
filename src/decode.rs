//! From bytes to text: [`decode`] is the only way in.

use std::borrow::Cow;

/// Why bytes cannot be read as an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("it is not text")]
    NotText,
}

/// How far into the input bytes are looked at to tell text from other files.
const SAMPLE: usize = 8192;

/// The text that bytes stand for, with line ends as `\n` and without a byte order mark.
///
/// Bytes that are no UTF-8 become replacement characters. Control characters stay, so that offsets into the
/// text are offsets into the input; [`crate::clean`] makes them harmless wherever text is shown.
///
/// # Errors
/// [`DecodeError::NotText`] where the first bytes are those of a picture, an archive, a program.
pub fn decode(bytes: &[u8]) -> Result<String, DecodeError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if is_binary(&bytes[..bytes.len().min(SAMPLE)]) {
        return Err(DecodeError::NotText);
    }
    let text = String::from_utf8_lossy(bytes);
    Ok(if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { Cow::into_owned(text) })
}

/// Text has no NUL bytes, and control characters only here and there.
fn is_binary(sample: &[u8]) -> bool {
    let control = |b: &&u8| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    let odd = sample.iter().filter(control).count();
    sample.contains(&0) || odd * 10 > sample.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_become_newlines() {
        assert_eq!(decode(b"\xef\xbb\xbfa\r\nb\rc\n").unwrap(), "a\nb\nc\n");
    }

    #[test]
    fn bytes_of_another_encoding_do_not_fail() {
        assert_eq!(decode(b"Z\xfcrich").unwrap(), "Z\u{fffd}rich");
    }

    #[test]
    fn a_picture_is_not_text() {
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Err(DecodeError::NotText));
    }
}
