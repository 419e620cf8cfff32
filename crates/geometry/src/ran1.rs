//! The `ran1` generator, so that a seed gives the same deviates as in the C program.
//!
//! Park and Miller's minimal standard with a Bays–Durham shuffle (Press et al., *Numerical Recipes in C*, 1992,
//! §7.1). Its f32 results feed mosaic domains, random orientations and noise; another generator would change every
//! recorded image.

const MULTIPLIER: i64 = 16_807;
const MODULUS: i64 = 2_147_483_647;
const QUOTIENT: i64 = 127_773;
const REMAINDER: i64 = 2_836;
const SHUFFLE: usize = 32;
const SHUFFLE_DIVISOR: i64 = 1 + (MODULUS - 1) / SHUFFLE as i64;
/// The largest value returned, so that 1 never is.
const LARGEST: f64 = 1.0 - 1.2e-7;

/// A stream of uniform deviates in (0, 1).
#[derive(Clone, Debug)]
pub struct Ran1 {
    state: i64,
    next: i64,
    shuffle: [i64; SHUFFLE],
}

impl Ran1 {
    /// The stream of a user's seed: the same for `s` and `−s`, and 0 counts as 1.
    #[must_use]
    pub fn new(seed: i64) -> Self {
        let mut this = Self {
            state: (seed.checked_abs().unwrap_or(1) % MODULUS).max(1),
            next: 0,
            shuffle: [0; SHUFFLE],
        };
        for _ in 0..8 {
            this.step();
        }
        for slot in (0..SHUFFLE).rev() {
            this.shuffle[slot] = this.step();
        }
        this.next = this.shuffle[0];
        this
    }

    /// The next deviate in (0, 1), an f32 as in the original.
    pub fn uniform(&mut self) -> f32 {
        let fresh = self.step();
        let slot = usize::try_from(self.next / SHUFFLE_DIVISOR).unwrap_or(0);
        self.next = std::mem::replace(&mut self.shuffle[slot], fresh);
        #[expect(clippy::cast_precision_loss, reason = "the state is below 2³¹")]
        let scaled = (1.0 / MODULUS as f64) * self.next as f64;
        narrow(scaled).min(narrow(LARGEST))
    }

    /// One step of the minimal standard by Schrage's method.
    fn step(&mut self) -> i64 {
        let k = self.state / QUOTIENT;
        self.state = MULTIPLIER * (self.state - k * QUOTIENT) - REMAINDER * k;
        if self.state < 0 {
            self.state += MODULUS;
        }
        self.state
    }
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
        let mut generator = Ran1 { state: 1, next: 0, shuffle: [0; SHUFFLE] };
        let mut state = 0;
        for _ in 0..10_000 {
            state = generator.step();
        }
        assert_eq!(state, 1_043_618_065);
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
