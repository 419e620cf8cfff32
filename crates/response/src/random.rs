//! Random numbers that belong to a pixel: they depend on a seed, an image, a panel, a stage and the pixel alone.
//!
//! They are words of the stream cipher ChaCha with 8 rounds, whose key names all but the pixel. A pixel has a fixed
//! place in stream 0, so that a row is generated in one go; the few pixels that need more, by rejection, go on in a
//! stream of their own. A generator for each pixel would cost ten times as much.

use std::array;

use rand_chacha::ChaCha8Rng;
use rand_core::{Infallible, Rng, SeedableRng, TryRng};

/// The stages that draw random numbers, by their place in the order of stages.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stage {
    Shot = 2,
    Calibration = 3,
    Counting = 4,
    Readout = 6,
    Defects = 7,
}

/// The random numbers of one stage of one image of one panel.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    start: ChaCha8Rng,
}

/// The random numbers of the pixels of a row, one pixel after the other.
pub(crate) struct Row<'a, const N: usize> {
    stream: &'a Stream,
    rng: ChaCha8Rng,
    pixel: u64,
}

/// The random numbers of one pixel: `N` of 64 bits, and after them as many as are asked for.
pub(crate) struct Pixel<'a, const N: usize> {
    stream: &'a Stream,
    pixel: u64,
    first: [u64; N],
    used: usize,
    more: Option<Box<ChaCha8Rng>>,
}

impl Stream {
    pub(crate) fn new(stage: Stage, seed: u64, image: u64, panel: u32) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&image.to_le_bytes());
        key[16..20].copy_from_slice(&panel.to_le_bytes());
        key[20] = stage as u8;
        Self { start: ChaCha8Rng::from_seed(key) }
    }

    /// The numbers of the pixels of a row of the panel from `[slow, fast]` on, both below 2³².
    pub(crate) fn row<const N: usize>(&self, [slow, fast]: [usize; 2]) -> Row<'_, N> {
        let pixel = ((slow as u64) << 32) | fast as u64;
        let mut rng = self.start.clone();
        rng.set_word_pos(u128::from(pixel) * (2 * N as u128));
        Row { stream: self, rng, pixel }
    }
}

impl<'a, const N: usize> Row<'a, N> {
    #[inline]
    pub(crate) fn next_pixel(&mut self) -> Pixel<'a, N> {
        let first = array::from_fn(|_| self.rng.next_u64());
        let pixel = Pixel { stream: self.stream, pixel: self.pixel, first, used: 0, more: None };
        self.pixel += 1;
        pixel
    }
}

impl<const N: usize> Pixel<'_, N> {
    #[cold]
    fn more(&mut self) -> u64 {
        let stream = self.stream;
        let own = self.more.get_or_insert_with(|| {
            let mut rng = Box::new(stream.start.clone());
            rng.set_stream(self.pixel + 1);
            rng
        });
        own.next_u64()
    }
}

impl<const N: usize> TryRng for Pixel<'_, N> {
    type Error = Infallible;

    #[expect(clippy::cast_possible_truncation, reason = "the lower half of a number")]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.next_u64() as u32)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let Some(&number) = self.first.get(self.used) else { return Ok(self.more()) };
        self.used += 1;
        Ok(number)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next_u64().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(stream: &Stream, start: [usize; 2], pixels: usize, numbers: usize) -> Vec<Vec<u64>> {
        let mut row = stream.row::<2>(start);
        let pixels = (0..pixels).map(|_| row.next_pixel());
        pixels.map(|mut pixel| (0..numbers).map(|_| pixel.next_u64()).collect()).collect()
    }

    #[test]
    fn the_numbers_of_a_pixel_do_not_depend_on_where_a_row_begins() {
        let stream = Stream::new(Stage::Counting, 1, 2, 3);
        let whole = draw(&stream, [5, 0], 100, 7);
        for start in [1, 2, 3, 17, 64, 99] {
            assert_eq!(draw(&stream, [5, start], 100 - start, 7), whole[start..], "{start}");
            assert_eq!(draw(&stream, [5, start], 1, 2)[0], whole[start][..2], "{start}");
        }
    }

    #[test]
    fn no_two_keys_share_a_number() {
        let keys = [
            (Stage::Counting, 0, 0, 0),
            (Stage::Readout, 0, 0, 0),
            (Stage::Counting, 1, 0, 0),
            (Stage::Counting, 0, 1, 0),
            (Stage::Counting, 0, 0, 1),
        ];
        let mut numbers: Vec<u64> = Vec::new();
        for (stage, seed, image, panel) in keys {
            let stream = Stream::new(stage, seed, image, panel);
            for slow in [0, 1, 4_000_000_000] {
                numbers.extend(draw(&stream, [slow, 7], 50, 6).concat());
            }
        }
        let count = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), count);
    }
}
