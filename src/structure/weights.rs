//! Weights as the program holds them: little-endian bytes, read where they lie if they can be.

use std::borrow::Cow;

/// Rows of weights.
pub type Rows<const N: usize> = Cow<'static, [[f32; N]]>;

/// Bytes of a weight.
const EACH: usize = size_of::<f32>();

/// Where rows begin: at multiples of so many bytes, so that no vector of weights lies across two lines of the cache.
const ALIGNED: usize = 64;

/// Sums over rows that are made at once: so many stay in registers.
pub const AT_ONCE: usize = 32;

/// Bytes that lie where rows may begin.
#[repr(C, align(64))]
pub struct Aligned<T: ?Sized>(pub T);

/// Appends weights to bytes.
pub fn put(out: &mut Vec<u8>, weights: &[f32]) {
    out.extend(weights.iter().flat_map(|weight| weight.to_le_bytes()));
}

/// Appends bytes up to where rows may begin.
pub fn align(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(ALIGNED), 0);
}

/// Leaves the bytes out that [`align`] appended, given all bytes and the rest of them.
pub fn skip(all: &[u8], rest: &mut &'static [u8]) -> Option<()> {
    let at = all.len() - rest.len();
    several::<1>(rest, at.next_multiple_of(ALIGNED) - at).map(drop)
}

/// Takes the first bytes of the rest.
pub fn take<const N: usize>(rest: &mut &'static [u8]) -> Option<[u8; N]> {
    let (taken, left) = rest.split_first_chunk()?;
    *rest = left;
    Some(*taken)
}

/// Takes some pieces of so many bytes each.
pub fn several<const N: usize>(rest: &mut &'static [u8], count: usize) -> Option<&'static [[u8; N]]> {
    let (taken, left) = rest.split_at_checked(count.checked_mul(N)?)?;
    *rest = left;
    Some(taken.as_chunks().0)
}

/// Takes a weight.
pub fn float(rest: &mut &'static [u8]) -> Option<f32> {
    take(rest).map(f32::from_le_bytes)
}

/// Takes as many weights as there are places: none that is no number.
pub fn fill(places: &mut [f32], rest: &mut &'static [u8]) -> Option<()> {
    let weights = several(rest, places.len())?;
    places.iter_mut().zip(weights).for_each(|(place, &weight)| *place = f32::from_le_bytes(weight));
    are_numbers(places).then_some(())
}

/// Takes so many weights.
pub fn floats<const N: usize>(rest: &mut &'static [u8]) -> Option<[f32; N]> {
    let mut floats = [0.0; N];
    fill(&mut floats, rest)?;
    Some(floats)
}

/// Takes rows of weights, and leaves them where they lie if they are of this machine's kind and aligned.
pub fn rows<const N: usize>(count: usize, rest: &mut &'static [u8]) -> Option<Rows<N>> {
    let bytes = several::<EACH>(rest, count.checked_mul(N)?)?;
    let rows: Rows<N> = match bytemuck::try_cast_slice::<_, f32>(bytes) {
        Ok(floats) if cfg!(target_endian = "little") => Cow::Borrowed(floats.as_chunks().0),
        _ => bytes.as_chunks().0.iter().map(|row: &[_; N]| row.map(f32::from_le_bytes)).collect(),
    };
    are_numbers(rows.as_flattened()).then_some(rows)
}

/// All are looked at, which is faster than to stop at the first that is none.
fn are_numbers(weights: &[f32]) -> bool {
    weights.iter().fold(true, |finite, weight| finite & weight.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::{roles, sidebars};

    /// Some bytes, and weights behind them where rows may begin.
    fn kept(before: usize, weights: &[f32]) -> &'static [u8] {
        let mut out = vec![7; before];
        align(&mut out);
        put(&mut out, weights);
        out.leak()
    }

    #[test]
    fn rows_are_the_same_wherever_they_lie() {
        let weights: Vec<f32> = (0..12u8).map(|n| f32::from(n) / 7.0 - 0.5).collect();
        for shift in 0..4 {
            let mut bytes = vec![1; shift];
            put(&mut bytes, &weights);
            let bytes: &'static [u8] = bytes.leak();
            let rows = rows::<4>(3, &mut &bytes[shift..]).unwrap();
            assert_eq!(rows.as_flattened(), weights);
        }
    }

    #[test]
    fn rows_are_not_copied_from_where_they_may_lie() {
        for before in 0..9 {
            let bytes = kept(before, &[1.0, 2.0]);
            let mut rest = &bytes[before..];
            skip(bytes, &mut rest).unwrap();
            let aligned = rest.as_ptr().addr().is_multiple_of(EACH);
            let rows = rows::<2>(1, &mut rest).unwrap();
            assert_eq!(rows[0], [1.0, 2.0]);
            assert_eq!(matches!(rows, Cow::Borrowed(_)), aligned && cfg!(target_endian = "little"));
        }
    }

    #[test]
    fn what_ships_is_read_where_it_lies_at_lines_of_the_cache() {
        let network = roles::shipped().network.as_ref().unwrap();
        let (inputs, hidden) = (&network.inputs, &sidebars::shipped().members[1].hidden);
        assert_eq!(matches!((inputs, hidden), (Cow::Borrowed(_), Cow::Borrowed(_))), cfg!(target_endian = "little"));
        assert!([inputs.as_ptr().addr(), hidden.as_ptr().addr()].iter().all(|at| at.is_multiple_of(ALIGNED)));
    }

    #[test]
    fn what_is_no_number_or_too_little_is_no_weights() {
        let bytes = kept(0, &[1.0, f32::NAN, 3.0]);
        assert_eq!(rows::<3>(1, &mut { bytes }), None);
        assert_eq!(floats::<2>(&mut { bytes }), None);
        assert_eq!(floats::<1>(&mut { bytes }), Some([1.0]));
        assert_eq!(rows::<2>(2, &mut { bytes }), None);
        assert_eq!(rows::<2>(usize::MAX, &mut { bytes }), None);
    }
}
