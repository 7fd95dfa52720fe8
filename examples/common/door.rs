//! Fits the door that stands before the network of sidebars (see `structure::network`).

use cutline::structure::candidates::OPENING;
use cutline::structure::chain::exp;
use cutline::structure::network::{DOOR, Door};

use super::adam::{Adam, Course};
use super::compose::Random;
use super::spans::Usual;

/// Fits the door to what the network makes of the spans behind it, and opens it so far that nearly all openings pass
/// that are likelier than not: openings, and how likely each is, all its spans together.
pub fn fit(openings: &[([f32; OPENING], f32)]) -> Door {
    let usual = Usual::of(openings.iter().map(|(numbers, _)| (numbers.as_slice(), 1)));
    let stray = |numbers: &[f32; OPENING]| std::array::from_fn(|i| (numbers[i] - usual.0[i].0) * usual.0[i].1);
    let openings: Vec<([f32; OPENING], f32)> =
        openings.iter().map(|(numbers, likely)| (stray(numbers), *likely)).collect();
    let mut random = Random(23);
    let mut door = Door::default();
    let mut fill = |weights: &mut dyn Iterator<Item = &mut f32>, size: f32| {
        weights.for_each(|weight| *weight = (random.unit() - 0.5) * size);
    };
    fill(&mut door.hidden.iter_mut().flatten(), 0.5);
    fill(&mut door.out.iter_mut(), 0.9);
    let (mut adam, mut slope) = (Adam::new(door.layers().into_iter().map(<[f32]>::len).sum()), Door::default());
    DOOR_COURSE.run(openings.len(), &mut random, |batch, rate, _| {
        slope.layers_mut().into_iter().for_each(|layer| layer.fill(0.0));
        for &at in batch {
            let (numbers, likely) = &openings[at];
            let units = door.units(numbers);
            let wanted = if *likely >= WORTHWHILE { 1.0 } else { 0.0 };
            let error = 1.0 / (1.0 + exp(-door.score_of(&units))) - wanted;
            slope.offset += error;
            for unit in (0..DOOR).filter(|&unit| units[unit] > 0.0) {
                slope.out[unit] += error * units[unit];
                let back = error * door.out[unit];
                slope.bias[unit] += back;
                slope.hidden.iter_mut().zip(numbers).for_each(|(row, x)| row[unit] += back * x);
            }
        }
        let slopes = slope.layers().into_iter().flatten().map(|slope| slope / batch.len() as f32);
        adam.step(door.layers_mut().into_iter().flatten(), slopes, rate, 0.0);
    });
    let likely = openings.iter().filter(|(_, likely)| *likely >= 0.5);
    let mut passed: Vec<f32> = likely.map(|(numbers, _)| door.score(numbers)).collect();
    passed.sort_by(f32::total_cmp);
    door.offset -= passed.get((passed.len() as f32 * LOST) as usize).copied().unwrap_or(0.0);
    // What was done to the numbers goes into the weights.
    usual.fold(&mut door.hidden, &mut door.bias);
    door
}

const DOOR_COURSE: Course = Course { passes: 40, batch: 128, rate: 0.005 };
/// How likely an opening must be for the door to learn that it is worth a look.
const WORTHWHILE: f32 = 0.3;
/// The share of openings, of those more likely than not, that may be lost at the door.
const LOST: f32 = 0.02;
