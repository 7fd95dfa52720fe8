//! The checks that the fuzz targets run; the tests run the same ones.

#[path = "../tests/common/sound.rs"]
pub mod sound;
