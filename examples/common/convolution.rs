//! Trains the network of roles on labelled articles (see `structure::convolution`).

use cutline::structure::chain::{ROLES, Scores, exp};
use cutline::structure::convolution::{CHANNELS, Convolution, INPUTS, NEAR, UNITS, add, around, hear, rectified};
use cutline::structure::features::Row;

use super::adam::{Adam, Course};
use super::compose::Random;

/// An article to learn from.
pub struct Example<'a> {
    pub rows: &'a [Row],
    pub labels: &'a [usize],
    /// How much each block counts.
    pub weights: &'a [f32],
}

const COURSE: Course = Course { passes: 12, batch: 12, rate: 0.003 };
const DECAY: f32 = 0.1;

/// The share of the numbers of each layer that is left out at random while training (Srivastava and others,
/// "Dropout", JMLR 2014).
const DROPPED: f32 = 0.3;

/// No input is scaled up more than one that strays this far.
const LEAST_SPREAD: f32 = 0.3;

/// The network that the articles teach; the same articles in the same order give the same one.
pub fn train(examples: &[Example]) -> Convolution {
    let usual = usual(examples);
    let mut random = Random(3);
    let mut network = beginning(&mut random);
    let mut adam = Adam::new(network.layers().into_iter().map(<[f32]>::len).sum());
    let mut slope = Convolution::default();
    COURSE.run(examples.len(), &mut random, |batch, rate, random| {
        slope.layers_mut().into_iter().for_each(|layer| layer.fill(0.0));
        let total: f32 = batch.iter().flat_map(|&at| examples[at].weights).sum();
        batch.iter().for_each(|&at| add_slope(&network, &examples[at], &usual, &mut slope, random));
        let slopes = slope.layers().into_iter().flatten().map(|slope| slope / total);
        adam.step(network.layers_mut().into_iter().flatten(), slopes, rate, DECAY);
    });
    // What was done to the inputs goes into the weights.
    for (weights, &(mean, scale)) in network.inputs.to_mut().iter_mut().zip(&usual) {
        weights.iter_mut().for_each(|weight| *weight *= scale);
        add(&mut network.units_start, -mean, weights);
    }
    network
}

/// The mean of each input, and what makes it stray by one.
fn usual(examples: &[Example]) -> Vec<(f32, f32)> {
    let (mut count, mut sums) = (0.0, vec![[0.0f64; 2]; INPUTS]);
    for row in examples.iter().flat_map(|example| example.rows) {
        count += 1.0;
        hear(row, |input, x| {
            sums[input][0] += f64::from(x);
            sums[input][1] += f64::from(x) * f64::from(x);
        });
    }
    let usual = |[sum, squares]: [f64; 2]| {
        let mean = sum / count;
        let spread = (squares / count - mean * mean).max(0.0).sqrt() as f32;
        (mean as f32, 1.0 / spread.max(LEAST_SPREAD))
    };
    sums.into_iter().map(usual).collect()
}

/// Small weights at random, smaller the more of them are summed up.
fn beginning(random: &mut Random) -> Convolution {
    let mut network = Convolution::default();
    let mut fill = |weights: &mut dyn Iterator<Item = &mut f32>, summed: usize| {
        let size = 2.0 / (summed as f32).sqrt();
        weights.for_each(|weight| *weight = (random.unit() - 0.5) * size);
    };
    fill(&mut network.inputs.to_mut().iter_mut().flatten(), INPUTS);
    fill(&mut network.first.to_mut().iter_mut().flatten(), NEAR * UNITS);
    fill(&mut network.second.to_mut().iter_mut().flatten(), NEAR * CHANNELS);
    fill(&mut network.units_out.to_mut().iter_mut().flatten(), UNITS);
    fill(&mut network.channels_out.to_mut().iter_mut().flatten(), CHANNELS);
    network
}

/// What each of the numbers is multiplied by: nothing where it is left out.
fn drop<const N: usize>(random: &mut Random) -> [f32; N] {
    std::array::from_fn(|_| dropped(random))
}

fn dropped(random: &mut Random) -> f32 {
    if random.unit() < DROPPED { 0.0 } else { 1.0 / (1.0 - DROPPED) }
}

fn times<const N: usize>(numbers: &[f32; N], by: &[f32; N]) -> [f32; N] {
    std::array::from_fn(|at| numbers[at] * by[at])
}

fn dot<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    // Four sums at a time, so that they need not wait for one another.
    let mut sums = [0.0; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        sums.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (a, b))| *sum += a * b);
    }
    sums.iter().sum()
}

/// Adds the slope of an article's negative log likelihood.
fn add_slope(
    network: &Convolution,
    example: &Example,
    usual: &[(f32, f32)],
    slope: &mut Convolution,
    random: &mut Random,
) {
    let n = example.rows.len();
    // Forward: what is heard, the units, the channels, the scores.
    let mut heard = vec![[0.0f32; INPUTS]; n];
    let mut units = Vec::with_capacity(n);
    for (row, heard) in example.rows.iter().zip(&mut heard) {
        hear(row, |input, x| heard[input] = x);
        let mut sums = network.units_start;
        for ((x, (mean, scale)), weights) in heard.iter_mut().zip(usual).zip(&*network.inputs) {
            *x = (*x - mean) * scale * dropped(random);
            add(&mut sums, *x, weights);
        }
        units.push(rectified(sums));
    }
    let kept: Vec<[f32; UNITS]> = (0..n).map(|_| drop(random)).collect();
    let units_kept: Vec<[f32; UNITS]> = units.iter().zip(&kept).map(|(units, kept)| times(units, kept)).collect();
    let first: Vec<[f32; CHANNELS]> =
        around(&units_kept, &network.first, &network.first_start).into_iter().map(rectified).collect();
    let first_kept: Vec<[f32; CHANNELS]> = (0..n).map(|_| drop(random)).collect();
    let first_left: Vec<[f32; CHANNELS]> = first.iter().zip(&first_kept).map(|(x, kept)| times(x, kept)).collect();
    let second: Vec<[f32; CHANNELS]> =
        around(&first_left, &network.second, &network.second_start).into_iter().map(rectified).collect();
    // Backward, block by block: the slopes of the scores, then those of both layers of channels.
    let mut units_back = vec![[0.0; UNITS]; n];
    let mut first_back = vec![[0.0; CHANNELS]; n];
    let mut second_back = vec![[0.0; CHANNELS]; n];
    for at in 0..n {
        let kept: [f32; CHANNELS] = drop(random);
        let channels: [f32; CHANNELS] = std::array::from_fn(|c| (first[at][c] + second[at][c]) * kept[c]);
        let mut scores = network.out_start;
        units[at].iter().zip(&*network.units_out).for_each(|(&x, row)| add(&mut scores, x, row));
        channels.iter().zip(&*network.channels_out).for_each(|(&x, row)| add(&mut scores, x, row));
        let best = scores.iter().copied().fold(f32::MIN, f32::max);
        let odds = scores.map(|score| exp(score - best));
        let total: f32 = odds.iter().sum();
        let error: Scores = std::array::from_fn(|role| {
            example.weights[at] * (odds[role] / total - if role == example.labels[at] { 1.0 } else { 0.0 })
        });
        add(&mut slope.out_start, 1.0, &error);
        for unit in 0..UNITS {
            add(&mut slope.units_out.to_mut()[unit], units[at][unit], &error);
            units_back[at][unit] = dot::<ROLES>(&network.units_out[unit], &error);
        }
        for c in 0..CHANNELS {
            add(&mut slope.channels_out.to_mut()[c], channels[c], &error);
            let back = dot::<ROLES>(&network.channels_out[c], &error) * kept[c];
            first_back[at][c] = back;
            second_back[at][c] = if second[at][c] > 0.0 { back } else { 0.0 };
        }
    }
    back(&first_left, &network.second, &second_back, slope.second.to_mut(), &mut slope.second_start, |at, c, back| {
        first_back[at][c] += back * first_kept[at][c];
    });
    for (back, first) in first_back.iter_mut().zip(&first) {
        back.iter_mut().zip(first).filter(|(_, first)| **first <= 0.0).for_each(|(back, _)| *back = 0.0);
    }
    back(&units_kept, &network.first, &first_back, slope.first.to_mut(), &mut slope.first_start, |at, unit, back| {
        units_back[at][unit] += back * kept[at][unit];
    });
    for at in 0..n {
        let back: [f32; UNITS] =
            std::array::from_fn(|unit| if units[at][unit] > 0.0 { units_back[at][unit] } else { 0.0 });
        add(&mut slope.units_start, 1.0, &back);
        heard[at]
            .iter()
            .zip(slope.inputs.to_mut())
            .filter(|(x, _)| **x != 0.0)
            .for_each(|(&x, row)| add(row, x, &back));
    }
}

/// The slopes of a layer that sums up over the blocks around each: of its weights, and of the numbers that went in,
/// which `pass` gets with their block and place.
fn back<const N: usize, const M: usize>(
    numbers: &[[f32; N]],
    weights: &[[f32; M]],
    errors: &[[f32; M]],
    slopes: &mut [[f32; M]],
    start: &mut [f32; M],
    mut pass: impl FnMut(usize, usize, f32),
) {
    for (index, error) in errors.iter().enumerate() {
        add(start, 1.0, error);
        for near in 0..NEAR {
            let Some(at) = (index + near).checked_sub(1).filter(|&at| at < numbers.len()) else { continue };
            for (place, &x) in numbers[at].iter().enumerate().filter(|(_, x)| **x != 0.0) {
                add(&mut slopes[near * N + place], x, error);
                pass(at, place, dot(&weights[near * N + place], error));
            }
        }
    }
}
