//! Compression by differences: each pixel is its difference from the one before, in as few bytes as hold it.

use ndarray::{ArrayView2, Axis};
use rayon::prelude::*;

/// What says that the difference does not fit so many bytes: the most negative number that they hold.
const NOT_8: i8 = i8::MIN;
const NOT_16: i16 = i16::MIN;
const NOT_32: i32 = i32::MIN;

/// Rows that are compressed together.
const ROWS: usize = 64;

/// The bytes of an image, fast axis first.
pub(super) fn compressed(counts: ArrayView2<'_, i32>) -> Vec<u8> {
    let pieces = counts.axis_chunks_iter(Axis(0), ROWS).into_par_iter().enumerate();
    let compressed = pieces.map(|(index, piece)| {
        let before = (index * ROWS).checked_sub(1).and_then(|above| counts.row(above).last().copied());
        compressed_after(before.unwrap_or(0), piece)
    });
    compressed.collect::<Vec<_>>().concat()
}

/// The bytes of the rows that follow after a pixel.
fn compressed_after(before: i32, counts: ArrayView2<'_, i32>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(counts.len() + counts.len() / 8);
    let mut before = i64::from(before);
    for &count in counts {
        let difference = i64::from(count) - before;
        before = i64::from(count);
        match (i8::try_from(difference), i16::try_from(difference), i32::try_from(difference)) {
            (Ok(small), ..) if small != NOT_8 => bytes.extend(small.to_le_bytes()),
            (_, Ok(small), _) if small != NOT_16 => {
                bytes.extend(NOT_8.to_le_bytes());
                bytes.extend(small.to_le_bytes());
            }
            (.., Ok(small)) if small != NOT_32 => {
                bytes.extend(NOT_8.to_le_bytes());
                bytes.extend(NOT_16.to_le_bytes());
                bytes.extend(small.to_le_bytes());
            }
            _ => {
                bytes.extend(NOT_8.to_le_bytes());
                bytes.extend(NOT_16.to_le_bytes());
                bytes.extend(NOT_32.to_le_bytes());
                bytes.extend(difference.to_le_bytes());
            }
        }
    }
    bytes
}

/// So many counts; `None` if there are not as many, or others than fit 32 bits.
pub(super) fn expanded(mut bytes: &[u8], pixels: usize) -> Option<Vec<i32>> {
    let mut counts = Vec::with_capacity(pixels);
    let mut count = 0_i64;
    for _ in 0..pixels {
        let small = i8::from_le_bytes(take(&mut bytes)?);
        let mut difference = i64::from(small);
        if small == NOT_8 {
            let wider = i16::from_le_bytes(take(&mut bytes)?);
            difference = i64::from(wider);
            if wider == NOT_16 {
                let wide = i32::from_le_bytes(take(&mut bytes)?);
                difference = i64::from(wide);
                if wide == NOT_32 {
                    difference = i64::from_le_bytes(take(&mut bytes)?);
                }
            }
        }
        count = count.checked_add(difference)?;
        counts.push(i32::try_from(count).ok()?);
    }
    Some(counts)
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    fn check(counts: &[i32], expected: &[u8]) {
        let image = Array2::from_shape_vec([1, counts.len()], counts.to_vec()).unwrap();
        assert_eq!(compressed(image.view()), expected, "{counts:?}");
        assert_eq!(expanded(expected, counts.len()).as_deref(), Some(counts), "{expected:?}");
    }

    #[test]
    fn a_difference_takes_as_few_bytes_as_hold_it() {
        check(&[0, 127, 0, -127], &[0, 127, 0x81, 0x81]);
        check(&[128, 0, -1], &[0x80, 128, 0, 0x80, 0x80, 0xff, 0xff]);
        check(&[32_767, -1], &[0x80, 0xff, 0x7f, 0x80, 0, 0x80, 0, 0x80, 0xff, 0xff]);
        check(
            &[i32::MAX, i32::MIN],
            &[
                0x80, 0, 0x80, 0xff, 0xff, 0xff, 0x7f, 0x80, 0, 0x80, 0, 0, 0, 0x80, 1, 0, 0, 0, 0xff, 0xff,
                0xff, 0xff,
            ],
        );
    }

    #[test]
    fn pieces_of_an_image_go_on_where_the_one_before_ends() {
        let mut count = 0;
        let image = Array2::from_shape_simple_fn([2 * ROWS + 3, 5], || {
            count += 1;
            count * count % 1000
        });
        let bytes = compressed(image.view());
        assert_eq!(bytes, compressed_after(0, image.view()));
        assert_eq!(expanded(&bytes, image.len()), Some(image.into_raw_vec_and_offset().0));
    }

    #[test]
    fn what_is_cut_short_or_beyond_32_bits_is_refused() {
        assert_eq!(expanded(&[1, 2], 3), None);
        assert_eq!(expanded(&[0x80, 1], 1), None);
        assert_eq!(expanded(&[0x80, 0, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x80], 1), None);
        assert_eq!(expanded(&[], 0), Some(Vec::new()));
    }
}
