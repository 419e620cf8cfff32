//! Quantiles of millions of numbers without sorting them.
//!
//! The bits of a float, with the sign adjusted, sort like the numbers. A first count by the upper sixteen bits finds
//! the bucket of each quantile, a second one within that bucket the number itself. The first count also serves as a
//! fine logarithmic histogram.

use rayon::prelude::*;

const BUCKETS: usize = 1 << 16;
/// Numbers, or rows, per parallel task, each of which has separate counts.
const PIECE: usize = 1 << 19;
const ROWS: usize = 256;

/// Counts of numbers by their upper sixteen bits.
#[derive(Clone, Debug)]
pub(crate) struct Buckets {
    counts: Vec<u64>,
}

impl Buckets {
    /// Of numbers that `as_f32` gives; NaN are left out.
    pub(crate) fn of<T: Copy + Sync>(values: &[T], as_f32: impl Fn(T) -> f32 + Sync) -> Self {
        let bucket = |value: T| number_key(as_f32(value)).map(|key| (key >> 16) as usize);
        Self { counts: counted(values, BUCKETS, bucket) }
    }

    /// Of the numbers of each row from 0 to `rows`; NaN are left out.
    pub(crate) fn of_rows<R: Iterator<Item = f32>>(rows: usize, row: impl Fn(usize) -> R + Sync) -> Self {
        let fill = |mut counts: Vec<u64>, index| {
            row(index).filter_map(number_key).for_each(|key| counts[(key >> 16) as usize] += 1);
            counts
        };
        let empty = || vec![0; BUCKETS];
        let counts = (0..rows).into_par_iter().with_min_len(ROWS).fold(empty, fill).reduce(empty, summed);
        Self { counts }
    }

    /// The middle of each bucket that is not empty, with its count, in ascending order.
    pub(crate) fn filled(&self) -> impl Iterator<Item = (f32, u64)> + '_ {
        let value = |bucket: usize| from_order_key(u32::try_from(bucket).unwrap_or(0) << 16 | 0x8000);
        self.counts.iter().enumerate().filter(|&(_, &n)| n > 0).map(move |(bucket, &n)| (value(bucket), n))
    }

    pub(crate) fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The bucket of a rank counted from 0, and the rank within it.
    fn find(&self, rank: u64) -> (u32, u64) {
        let mut before = 0;
        for (bucket, &count) in (0_u32..).zip(&self.counts) {
            if rank < before + count {
                return (bucket, rank - before);
            }
            before += count;
        }
        (u32::MAX >> 16, 0)
    }
}

/// For every probability the number of nearest rank: the one at `probability` of the way through the numbers in
/// ascending order. Empty when there are none but NaN.
pub(crate) fn quantiles<T: Copy + Sync>(
    values: &[T],
    as_f32: impl Fn(T) -> f32 + Sync,
    probabilities: &[f64],
) -> Vec<f32> {
    let buckets = Buckets::of(values, &as_f32);
    let Some(last) = buckets.total().checked_sub(1) else {
        return Vec::new();
    };
    let places: Vec<_> = probabilities.iter().map(|&p| buckets.find(nearest_rank(p, last))).collect();
    let mut wanted: Vec<_> = places.iter().map(|&(bucket, _)| bucket).collect();
    wanted.sort_unstable();
    wanted.dedup();
    // One pass counts the lower bits within all the buckets of the quantiles.
    let mut slot_of = vec![None; BUCKETS];
    for (slot, &bucket) in wanted.iter().enumerate() {
        slot_of[bucket as usize] = Some(slot);
    }
    let lower_bits = |value: T| {
        let key = number_key(as_f32(value))?;
        slot_of[(key >> 16) as usize].map(|slot| slot * BUCKETS + (key & 0xffff) as usize)
    };
    let lower_counts = counted(values, wanted.len() * BUCKETS, lower_bits);
    let quantile = |(bucket, rank): (u32, u64)| {
        let slot = slot_of[bucket as usize].unwrap_or(0);
        let counts = lower_counts[slot * BUCKETS..(slot + 1) * BUCKETS].to_vec();
        let (lower, _) = Buckets { counts }.find(rank);
        from_order_key(bucket << 16 | lower)
    };
    places.into_iter().map(quantile).collect()
}

fn counted<T: Copy + Sync>(
    values: &[T],
    buckets: usize,
    bucket: impl Fn(T) -> Option<usize> + Sync,
) -> Vec<u64> {
    let pieces = values.par_chunks(PIECE).fold(
        || vec![0_u64; buckets],
        |mut counts, piece| {
            piece.iter().filter_map(|&value| bucket(value)).for_each(|bucket| counts[bucket] += 1);
            counts
        },
    );
    pieces.reduce(|| vec![0; buckets], summed)
}

fn summed(mut sum: Vec<u64>, counts: Vec<u64>) -> Vec<u64> {
    sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    sum
}

fn number_key(value: f32) -> Option<u32> {
    (!value.is_nan()).then(|| order_key(value))
}

fn nearest_rank(probability: f64, last: u64) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "not more than `last`")]
    let rank = (probability.clamp(0.0, 1.0) * last as f64).round() as u64;
    rank.min(last)
}

/// Orders as the numbers do, −0 before 0.
fn order_key(value: f32) -> u32 {
    let bits = value.to_bits();
    if bits >> 31 == 1 { !bits } else { bits | 1 << 31 }
}

fn from_order_key(key: u32) -> f32 {
    f32::from_bits(if key >> 31 == 1 { key & !(1 << 31) } else { !key })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn they_are_those_of_the_sorted_numbers(
            mut values in prop::collection::vec(any::<f32>().prop_filter("no NaN", |v| !v.is_nan()), 1..200),
            probability in 0.0..=1.0,
        ) {
            let found = quantiles(&values, |value| value, &[0.0, probability, 1.0]);
            values.sort_by(f32::total_cmp);
            let last = values.len() - 1;
            let rank = usize::try_from(nearest_rank(probability, last as u64)).unwrap();
            prop_assert_eq!(found, [values[0], values[rank], values[last]]);
        }
    }

    #[test]
    fn nan_are_left_out() {
        assert_eq!(quantiles(&[f32::NAN, 2.0, f32::NAN], |v| v, &[0.0, 1.0]), [2.0, 2.0]);
        assert!(quantiles(&[f32::NAN], |v| v, &[0.5]).is_empty());
    }
}
