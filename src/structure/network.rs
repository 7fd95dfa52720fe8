//! The learned part of finding sidebars: small networks that make one score of a candidate's numbers, and a smaller one
//! before them that turns away what no sidebar opens with.

use std::borrow::Cow;
use std::slice;

use fearless_simd::{Level, Simd, WithSimd};

use super::candidates::{CLOSING, FEATURES, OPENING};
use super::chain::exp;
use super::cohesion::Background;
use super::weights::{self, AT_ONCE, Rows, fill, float, floats, rows, several, take};

/// Networks that score a candidate, and units of the hidden layer of each.
pub const MEMBERS: usize = 2;
pub const UNITS: usize = 64;

/// What tells sidebars by their numbers: the mean of several networks, each trained on other articles (Breiman, "Bagging
/// predictors", Machine Learning 1996).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Network {
    pub background: Background,
    pub door: Door,
    pub members: [Member; MEMBERS],
}

/// One hidden layer of units that saturate, and a straight way past it.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// What each number weighs in each unit, and what the unit starts from.
    pub hidden: Rows<UNITS>,
    pub bias: [f32; UNITS],
    /// What each unit, and each number itself, weighs in the score, and what the score starts from.
    pub out: [f32; UNITS],
    pub linear: [f32; FEATURES],
    pub offset: f32,
}

impl Default for Member {
    /// A network that takes nothing for a sidebar.
    fn default() -> Member {
        Member {
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

/// An opening whose candidates are scored.
pub struct Opening<'a> {
    network: &'a Network,
    numbers: [f32; OPENING],
    least: f32,
    /// What its numbers come to by each network that was asked, as far as they can be summed without the rest.
    sums: [Option<Sums>; MEMBERS],
}

/// Sums of the score and of the units.
#[derive(Debug, Clone, Copy)]
struct Sums {
    score: f32,
    units: [f32; UNITS],
}

/// Takes numbers in, with the widest vectors that the processor has.
struct Take<'a> {
    sums: &'a mut Sums,
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
        self.sums.score += active.iter().map(|&(x, at)| self.linear[at] * x).sum::<f32>();
        for (place, units) in self.sums.units.as_chunks_mut::<AT_ONCE>().0.iter_mut().enumerate() {
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
        let Take { sums, numbers, hidden, linear } = self.take;
        Take { sums: &mut *sums, numbers, hidden, linear }.with_simd(simd);
        let units = sums.units.map(saturate);
        sums.score + units.iter().zip(self.out).map(|(unit, weight)| unit * weight).sum::<f32>()
    }
}

impl Member {
    /// What the numbers of an opening come to.
    fn opening(&self, numbers: &[f32; OPENING]) -> Sums {
        let mut sums = Sums { score: self.offset, units: self.bias };
        Level::new().dispatch(Take { sums: &mut sums, numbers, hidden: &self.hidden, linear: &self.linear });
        sums
    }

    /// The score of a candidate, of whose opening the sums are.
    fn score(&self, mut sums: Sums, numbers: &[f32; CLOSING]) -> f32 {
        let (hidden, linear) = (&self.hidden[OPENING..], &self.linear[OPENING..]);
        let take = Take { sums: &mut sums, numbers, hidden, linear };
        Level::new().dispatch(Score { take, out: &self.out })
    }

    /// Takes the weights of [`Member::layers`] as bytes.
    fn take(rest: &mut &'static [u8]) -> Option<Member> {
        Some(Member {
            hidden: rows(FEATURES, rest)?,
            bias: floats(rest)?,
            out: floats(rest)?,
            linear: floats(rest)?,
            offset: float(rest)?,
        })
    }

    /// All weights, layer by layer.
    fn layers(&self) -> [&[f32]; 5] {
        [self.hidden.as_flattened(), &self.bias, &self.out, &self.linear, slice::from_ref(&self.offset)]
    }
}

/// Log odds by the first network that the others could not make a sidebar of.
pub const HOPELESS: f32 = -5.0;

impl Opening<'_> {
    /// The score of the candidate with these numbers: log odds of a sidebar against none, before its rivals are counted.
    pub fn score(&mut self, numbers: &[f32; CLOSING]) -> f32 {
        let first = self.score_by(0, numbers);
        if first < self.least {
            return first;
        }
        let others: f32 = (1..MEMBERS).map(|member| self.score_by(member, numbers)).sum();
        (first + others) / MEMBERS as f32
    }

    fn score_by(&mut self, member: usize, numbers: &[f32; CLOSING]) -> f32 {
        let network = &self.network.members[member];
        let sums = self.sums[member].get_or_insert_with(|| network.opening(&self.numbers));
        network.score(*sums, numbers)
    }
}

impl Network {
    /// An opening with these numbers. Candidates that score less than `least` by the first network are not put to the
    /// others.
    pub fn opening(&self, numbers: [f32; OPENING], least: f32) -> Opening<'_> {
        Opening { network: self, numbers, least, sums: [None; MEMBERS] }
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
        for member in &self.members {
            member.layers().into_iter().for_each(|layer| weights::put(&mut out, layer));
            weights::align(&mut out);
        }
        self.door.layers().into_iter().for_each(|layer| weights::put(&mut out, layer));
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
        let mut member = || {
            let member = Member::take(rest)?;
            weights::skip(bytes, rest)?;
            Some(member)
        };
        let members = [member()?, member()?];
        let background = Background::new(Cow::Borrowed(words), Cow::Borrowed(levels));
        let network = Network { background, door: Door::take(rest)?, members };
        rest.is_empty().then_some(network)
    }
}

/// What the file begins with.
const MAGIC: &[u8] = b"cutline sidebars 4\n";

#[cfg(test)]
mod tests {
    use super::*;

    /// Some weights of different sizes, by their places.
    fn some(at: usize) -> f32 {
        ((at * 37 % 101) as f32 - 40.0) / 100.0
    }

    /// A network of such weights, the first ones apart.
    fn member(first: usize) -> Member {
        let mut member = Member { offset: some(first), ..Member::default() };
        let some = |at| some(first + at);
        (member.bias, member.out, member.linear) =
            (std::array::from_fn(some), std::array::from_fn(some), std::array::from_fn(some));
        member.hidden.to_mut().as_flattened_mut().iter_mut().enumerate().for_each(|(at, weight)| *weight = some(at));
        member
    }

    #[test]
    fn bytes_give_the_same_network_again() {
        let background = Background::new(vec![7u32.to_le_bytes()].into(), vec![255].into());
        let mut network = Network { background, members: std::array::from_fn(member), ..Network::default() };
        (network.door.hidden[1][2], network.door.bias[3], network.door.out[4]) = (0.5, -0.5, 2.0);
        network.door.offset = -0.75;
        let bytes: &'static [u8] = network.to_bytes().leak();
        assert_eq!(Network::from_bytes(bytes), Some(network));
        assert_eq!(Network::from_bytes(&bytes[..bytes.len() - 1]), None);
        assert_eq!(Network::from_bytes(&[MAGIC, b"\xff\xff\xff\xff\xff\xff\xff\xff"].concat().leak()[..]), None);
    }

    #[test]
    fn wider_vectors_give_the_same_score() {
        let (member, numbers) = (member(0), std::array::from_fn(some));
        let sums = member.opening(&std::array::from_fn(some));
        let (hidden, linear) = (&member.hidden[OPENING..], &member.linear[OPENING..]);
        let take = Take { sums: &mut sums.clone(), numbers: &numbers, hidden, linear };
        let narrow = Level::baseline().dispatch(Score { take, out: &member.out });
        assert_eq!(member.score(sums, &numbers), narrow);
    }

    #[test]
    fn what_scores_is_the_mean_of_all_networks_unless_the_first_holds_it_for_hopeless() {
        let network = Network { members: std::array::from_fn(|at| member(10 * at)), ..Network::default() };
        let (opening, numbers) = (std::array::from_fn(some), std::array::from_fn(some));
        let each = network.members.each_ref().map(|member| member.score(member.opening(&opening), &numbers));
        let score = |least| network.opening(opening, least).score(&numbers);
        assert_eq!(score(each[0] + 1.0), each[0]);
        let mean = each.iter().sum::<f32>() / MEMBERS as f32;
        assert!((score(each[0]) - mean).abs() < 1e-3 && (mean - each[0]).abs() > 0.1);
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
