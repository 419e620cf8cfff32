//! The `ran1` generator, so that a seed gives the same deviates as in the C program.
//!
//! Park and Miller's minimal standard with a Bays–Durham shuffle (Press et al., *Numerical Recipes in C*, 1992,
//! §7.1). Its f32 results feed mosaic domains, random orientations and noise; another generator would change every
//! recorded image.

const MULTIPLIER: u64 = 16_807;
/// For two steps at once.
const MULTIPLIER_SQUARED: u64 = MULTIPLIER * MULTIPLIER % MODULUS as u64;
/// 2³¹ − 1.
const MODULUS: u32 = (1 << MODULUS_BITS) - 1;
const MODULUS_BITS: u32 = 31;
const SHUFFLE: usize = 1 << SHUFFLE_BITS;
const SHUFFLE_BITS: u32 = 5;
/// The largest value returned, so that 1 never is.
const LARGEST: f64 = 1.0 - 1.2e-7;

/// A stream of uniform deviates in (0, 1).
#[derive(Clone, Debug)]
pub struct Ran1 {
    state: u32,
    next: u32,
    shuffle: [u32; SHUFFLE],
}

impl Ran1 {
    /// The stream of a user's seed: the same for `s` and `−s`, and 0 counts as 1.
    #[must_use]
    pub fn new(seed: i64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "a remainder of 31 bits")]
        let seed = (seed.checked_abs().unwrap_or(1).unsigned_abs() % u64::from(MODULUS)) as u32;
        let mut this = Self { state: seed.max(1), next: 0, shuffle: [0; SHUFFLE] };
        for _ in 0..8 {
            this.state = step(this.state);
        }
        for slot in this.shuffle.iter_mut().rev() {
            this.state = step(this.state);
            *slot = this.state;
        }
        this.next = this.shuffle[0];
        this
    }

    /// The next deviate in (0, 1), an f32 as in the original.
    #[inline]
    pub fn uniform(&mut self) -> f32 {
        let mut found = 0.0;
        self.uniform_while(|uniform| {
            found = uniform;
            false
        });
        found
    }

    /// Passes over deviates.
    pub fn skip(&mut self, count: usize) {
        let Self { mut state, mut next, .. } = *self;
        for _ in 0..count / 2 {
            // Neither waits for the other.
            let [first, second] = [times(MULTIPLIER, state), times(MULTIPLIER_SQUARED, state)];
            next = self.shuffled(next, first);
            next = self.shuffled(next, second);
            state = second;
        }
        (self.state, self.next) = (state, next);
        if count % 2 == 1 {
            self.uniform();
        }
    }

    /// The number in the slot that the one before picks by its first bits, which another takes.
    #[inline]
    fn shuffled(&mut self, before: u32, new: u32) -> u32 {
        let slot = (before >> (MODULUS_BITS - SHUFFLE_BITS)) as usize % SHUFFLE;
        std::mem::replace(&mut self.shuffle[slot], new)
    }

    /// The next deviates, until one is not followed by another.
    #[inline]
    pub fn uniform_while(&mut self, mut is_followed: impl FnMut(f32) -> bool) {
        let Self { mut state, mut next, .. } = *self;
        loop {
            state = step(state);
            next = self.shuffled(next, state);
            let scaled = (1.0 / f64::from(MODULUS)) * f64::from(next);
            if !is_followed(narrow(scaled).min(narrow(LARGEST))) {
                break;
            }
        }
        (self.state, self.next) = (state, next);
    }
}

/// One step of the minimal standard.
#[inline]
fn step(state: u32) -> u32 {
    times(MULTIPLIER, state)
}

/// A product modulo 2³¹ − 1. 2³¹ is 1 there, so that the upper bits of the product are added to the lower ones instead of a
/// division.
#[inline]
fn times(multiplier: u64, state: u32) -> u32 {
    let product = multiplier * u64::from(state);
    #[expect(clippy::cast_possible_truncation, reason = "31 bits each")]
    let sum = (product as u32 & MODULUS) + (product >> MODULUS_BITS) as u32;
    sum.min(sum.wrapping_sub(MODULUS))
}

#[expect(clippy::cast_possible_truncation, reason = "the original returns a float")]
fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Park and Miller (1988) publish the 10,000th state of the minimal standard from seed 1: 1043618065.
    #[test]
    fn the_minimal_standard_reaches_its_published_value() {
        assert_eq!((0..10_000).fold(1, |state, _| step(state)), 1_043_618_065);
    }

    #[test]
    fn the_sign_of_a_seed_does_not_matter_and_its_size_does() {
        let first = |seed| {
            std::iter::repeat_with({
                let mut r = Ran1::new(seed);
                move || r.uniform()
            })
            .take(50)
            .collect::<Vec<_>>()
        };
        assert_eq!(first(42), first(-42));
        assert_eq!(first(0), first(1));
        assert_ne!(first(42), first(43));
    }

    #[test]
    fn what_is_skipped_is_what_would_have_been_drawn() {
        let [mut skipped, mut drawn] = [0, 1].map(|_| Ran1::new(42));
        for count in [0, 1, 2, 7, 32, 1000, 1001] {
            skipped.skip(count);
            (0..count).for_each(|_| _ = drawn.uniform());
            assert_eq!(skipped.uniform().to_bits(), drawn.uniform().to_bits(), "{count}");
        }
    }

    #[test]
    fn deviates_are_uniform_between_zero_and_one() {
        let mut generator = Ran1::new(12_345_678);
        let mut bins = [0u32; 10];
        for _ in 0..100_000 {
            let value = generator.uniform();
            assert!(value > 0.0 && value < 1.0, "{value}");
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ value·10 < 10")]
            let bin = (value * 10.0) as usize;
            bins[bin] += 1;
        }
        // Four standard deviations of a binomial count are 380.
        assert!(bins.iter().all(|&n| n.abs_diff(10_000) < 380), "{bins:?}");
    }
}
