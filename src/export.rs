//! Document -> text.
use crate::document::Document;
use crate::layout::{Measure, Shown};
use std::io::{self, Write};
pub fn text(_d: &Document, _s: &Shown, _m: &Measure, _o: &mut impl Write) -> io::Result<()> {
    Ok(())
}
pub fn markdown(_d: &Document, _s: &Shown, _o: &mut impl Write) -> io::Result<()> {
    Ok(())
}
pub fn json(_d: &Document, _n: &str, _o: &mut impl Write) -> io::Result<()> {
    Ok(())
}
pub fn jsonl(_d: &Document, _n: &str, _o: &mut impl Write) -> io::Result<()> {
    Ok(())
}
pub fn jsonl_error(_n: &str, _e: &str, _o: &mut impl Write) -> io::Result<()> {
    Ok(())
}
