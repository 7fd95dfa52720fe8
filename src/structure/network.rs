//! The learned part of finding sidebars: a small network that makes one score of a candidate's numbers, and a
//! smaller one before it that turns away what no sidebar opens with.

use std::borrow::Cow;
use std::slice;

use fearless_simd::{Level, Simd, WithSimd};

use super::candidates::{CLOSING, FEATURES, OPENING};
use super::chain::exp;
use super::cohesion::Background;
use super::weights::{self, AT_ONCE, Rows, fill, float, floats, rows, several, take};

/// Units of the hidden layer.
pub const UNITS: usize = 128;

/// One hidden layer of units that saturate, and a straight way past it.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    pub background: Background,
    pub door: Door,
    /// What each number weighs in each unit, and what the unit starts from.
    pub hidden: Rows<UNITS>,
    pub bias: [f32; UNITS],
    /// What each unit, and each number itself, weighs in the score, and what the score starts from.
    pub out: [f32; UNITS],
    pub linear: [f32; FEATURES],
    pub offset: f32,
}

impl Default for Network {
    /// A network that takes nothing for a sidebar.
    fn default() -> Network {
        Network {
            background: Background::default(),
            door: Door::default(),
            hidden: vec![[0.0; UNITS]; FEATURES].into(),
            bias: [0.0; UNITS],
            out: [0.0; UNITS],
            linear: [0.0; FEATURES],
            offset: -100.0,
        }
    }
}

/// Units of the door.
pub const DOOR: usize = 32;

/// Tells by the numbers of an opening alone how likely any of its spans is to be a sidebar: one hidden layer of
/// rectified units.
#[derive(Debug, Clone, PartialEq)]
pub struct Door {
    pub hidden: [[f32; DOOR]; OPENING],
    pub bias: [f32; DOOR],
    pub out: [f32; DOOR],
    pub offset: f32,
}

impl Default for Door {
    /// A door that lets all pass.
    fn default() -> Door {
        Door { hidden: [[0.0; DOOR]; OPENING], bias: [0.0; DOOR], out: [0.0; DOOR], offset: 0.0 }
    }
}

impl Door {
    /// The sums of the units.
    pub fn units(&self, numbers: &[f32; OPENING]) -> [f32; DOOR] {
        let mut units = self.bias;
        for (&x, weights) in numbers.iter().zip(&self.hidden) {
            units.iter_mut().zip(weights).for_each(|(unit, weight)| *unit += weight * x);
        }
        units
    }

    /// How far it pays to look at the spans of an opening: below zero it does not.
    pub fn score(&self, numbers: &[f32; OPENING]) -> f32 {
        self.score_of(&self.units(numbers))
    }

    /// The score that the sums of the units make; one below zero counts as nothing.
    pub fn score_of(&self, units: &[f32; DOOR]) -> f32 {
        self.offset + units.iter().zip(&self.out).map(|(unit, weight)| unit.max(0.0) * weight).sum::<f32>()
    }

    /// Takes the weights of [`Door::layers`] as bytes.
    fn take(rest: &mut &'static [u8]) -> Option<Door> {
        let mut door = Door::default();
        door.layers_mut().into_iter().try_for_each(|layer| fill(layer, rest))?;
        Some(door)
    }

    /// All weights, layer by layer.
    pub fn layers(&self) -> [&[f32]; 4] {
        [self.hidden.as_flattened(), &self.bias, &self.out, slice::from_ref(&self.offset)]
    }

    /// The same, to be changed.
    pub fn layers_mut(&mut self) -> [&mut [f32]; 4] {
        [self.hidden.as_flattened_mut(), &mut self.bias, &mut self.out, slice::from_mut(&mut self.offset)]
    }
}

/// What a unit makes of its sum: the hyperbolic tangent, the same bits on every machine.
#[inline]
pub fn saturate(x: f32) -> f32 {
    1.0 - 2.0 / (1.0 + exp(2.0 * x))
}

/// What an opening's numbers come to, as far as they can be summed without the rest.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    sum: f32,
    units: [f32; UNITS],
}

/// Takes numbers in, with the widest vectors that the processor has.
struct Take<'a> {
    opening: &'a mut Opening,
    numbers: &'a [f32],
    hidden: &'a [[f32; UNITS]],
    linear: &'a [f32],
}

impl WithSimd for Take<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        // Most numbers are signs of what is seldom there, and what is nothing adds nothing. The others are picked out
        // beforehand, without a branch that nothing could foretell.
        let mut active = [(0.0, 0); FEATURES];
        let mut count = 0;
        for (at, &x) in self.numbers.iter().enumerate() {
            active[count] = (x, at);
            count += usize::from(x != 0.0);
        }
        let active = &active[..count];
        self.opening.sum += active.iter().map(|&(x, at)| self.linear[at] * x).sum::<f32>();
        for (place, units) in self.opening.units.as_chunks_mut::<AT_ONCE>().0.iter_mut().enumerate() {
            let mut own = *units;
            for &(x, at) in active {
                let weights = &self.hidden[at].as_chunks::<AT_ONCE>().0[place];
                own.iter_mut().zip(weights).for_each(|(unit, weight)| *unit += weight * x);
            }
            *units = own;
        }
    }
}

/// Makes a score of the sums, likewise.
struct Score<'a> {
    take: Take<'a>,
    out: &'a [f32; UNITS],
}

impl WithSimd for Score<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f32 {
        let Take { opening, numbers, hidden, linear } = self.take;
        Take { opening: &mut *opening, numbers, hidden, linear }.with_simd(simd);
        let units = opening.units.map(saturate);
        opening.sum + units.iter().zip(self.out).map(|(unit, weight)| unit * weight).sum::<f32>()
    }
}

impl Network {
    /// Takes in the numbers of an opening.
    pub fn opening(&self, numbers: &[f32; OPENING]) -> Opening {
        let mut opening = Opening { sum: self.offset, units: self.bias };
        let take = Take { opening: &mut opening, numbers, hidden: &self.hidden, linear: &self.linear };
        Level::new().dispatch(take);
        opening
    }

    /// The score of a candidate: log odds of a sidebar against none, before its rivals are counted.
    pub fn score(&self, mut opening: Opening, numbers: &[f32; CLOSING]) -> f32 {
        let (hidden, linear) = (&self.hidden[OPENING..], &self.linear[OPENING..]);
        let take = Take { opening: &mut opening, numbers, hidden, linear };
        Level::new().dispatch(Score { take, out: &self.out })
    }

    /// The network as bytes, little-endian: what `assets/sidebars.bin` holds.
    pub fn to_bytes(&self) -> Vec<u8> {
        let (words, weights) = self.background.bytes();
        let mut out = MAGIC.to_vec();
        out.extend((FEATURES as u32).to_le_bytes());
        out.extend((weights.len() as u32).to_le_bytes());
        out.extend(words);
        out.extend(weights);
        weights::align(&mut out);
        self.layers().into_iter().for_each(|layer| weights::put(&mut out, layer));
        out
    }

    /// A network from [`Network::to_bytes`], or none where the bytes are no network of these candidates' numbers. Most
    /// of it stays where it is.
    pub fn from_bytes(bytes: &'static [u8]) -> Option<Network> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let rest = &mut rest;
        let features = u32::from_le_bytes(take(rest)?) as usize;
        let count = u32::from_le_bytes(take(rest)?) as usize;
        if features != FEATURES || count > usize::from(u16::MAX) {
            return None;
        }
        let (words, levels) = (several(rest, count)?, several::<1>(rest, count)?.as_flattened());
        weights::skip(bytes, rest)?;
        let network = Network {
            background: Background::new(Cow::Borrowed(words), Cow::Borrowed(levels)),
            hidden: rows(FEATURES, rest)?,
            bias: floats(rest)?,
            out: floats(rest)?,
            linear: floats(rest)?,
            offset: float(rest)?,
            door: Door::take(rest)?,
        };
        rest.is_empty().then_some(network)
    }

    /// All weights, layer by layer: the door's last.
    fn layers(&self) -> [&[f32]; 9] {
        let [door, bias, out, offset] = self.door.layers();
        let hidden = self.hidden.as_flattened();
        [hidden, &self.bias, &self.out, &self.linear, slice::from_ref(&self.offset), door, bias, out, offset]
    }
}

/// What the file begins with.
const MAGIC: &[u8] = b"cutline sidebars 3\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_give_the_same_network_again() {
        let background = Background::new(vec![7u32.to_le_bytes()].into(), vec![255].into());
        let mut network = Network { background, offset: 0.25, ..Network::default() };
        network.hidden.to_mut()[3][4] = -1.5;
        (network.door.hidden[1][2], network.door.bias[3], network.door.out[4]) = (0.5, -0.5, 2.0);
        (network.door.offset, network.bias[5], network.out[6], network.linear[7]) = (-0.75, 3.0, 4.0, 5.0);
        let bytes: &'static [u8] = network.to_bytes().leak();
        assert_eq!(Network::from_bytes(bytes), Some(network));
        assert_eq!(Network::from_bytes(&bytes[..bytes.len() - 1]), None);
        assert_eq!(Network::from_bytes(b"cutline sidebars 3\n\xff\xff\xff\xff\xff\xff\xff\xff"), None);
    }

    #[test]
    fn wider_vectors_give_the_same_score() {
        let some = |at: usize| ((at * 37 % 101) as f32 - 40.0) / 100.0;
        let mut network = Network { offset: 0.25, ..Network::default() };
        (network.bias, network.out) = (std::array::from_fn(some), std::array::from_fn(some));
        network.linear.iter_mut().enumerate().for_each(|(at, weight)| *weight = some(at + 7));
        network.hidden.to_mut().as_flattened_mut().iter_mut().enumerate().for_each(|(at, weight)| *weight = some(at));
        let (opening, numbers) = (network.opening(&std::array::from_fn(some)), std::array::from_fn(some));
        let (hidden, linear) = (&network.hidden[OPENING..], &network.linear[OPENING..]);
        let take = Take { opening: &mut opening.clone(), numbers: &numbers, hidden, linear };
        let narrow = Level::baseline().dispatch(Score { take, out: &network.out });
        assert_eq!(network.score(opening, &numbers), narrow);
    }

    #[test]
    fn units_of_the_door_below_zero_count_as_nothing() {
        let mut door = Door { offset: -1.0, ..Door::default() };
        (door.hidden[2][0], door.hidden[2][1], door.bias[1]) = (1.0, -1.0, 0.5);
        (door.out[0], door.out[1]) = (2.0, 8.0);
        let with = |x: f32| door.score(&std::array::from_fn(|i| if i == 2 { x } else { 9.0 }));
        assert_eq!([with(3.0), with(0.0), with(-1.0)], [5.0, 3.0, 11.0]);
    }

    #[test]
    fn the_network_that_ships_is_of_these_numbers() {
        assert!(super::super::sidebars::shipped() != &Network::default());
    }
}
