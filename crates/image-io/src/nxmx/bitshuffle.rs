//! A chunk compressed by bitshuffle and LZ4, the HDF5 filter 32008.
//!
//! A chunk is 12 bytes of header, the uncompressed size (8 bytes) and that of a block (4), the highest byte first; blocks,
//! each with its compressed size before it (4 bytes); and the last elements that are no multiple of 8, as they are. The
//! blocks do not depend on each other, so that parts of a chunk are compressed at once and put together.

use bytemuck::Pod;
use rayon::prelude::*;
use rust_hdf5::FilterPipeline;
use rust_hdf5::format::FormatResult;
use rust_hdf5::format::messages::filter::{
    BSHUF_COMPRESS_LZ4, FILTER_BSHUF, apply_filters, reverse_filters_masked_into,
};

const HEADER_BYTES: usize = 12;
/// The filter's own choice for numbers of 2 and 4 bytes.
const BLOCK_BYTES: usize = 8192;
/// Large enough that a thread has something to do.
const PART_BYTES: usize = 64 * BLOCK_BYTES;
/// LZ4 makes no more bytes out of one.
const MOST_EXPANSION: u64 = 255;

/// What is recorded with the data. It is the version of the filter that the bytes are like.
pub(super) fn pipeline<T: Pod>() -> FilterPipeline {
    let bytes = if size_of::<T>() == 2 { 2 } else { 4 };
    let mut pipeline = FilterPipeline::bshuf_lz4(bytes);
    // Readers that look at the version want one that writes the header.
    if let Some(filter) = pipeline.filters.first_mut() {
        filter.cd_values[..2].copy_from_slice(&[0, 3]);
    }
    pipeline
}

/// Whether data of a file are compressed so, and not by anything else.
pub(super) fn is_only_filter(pipeline: &FilterPipeline, element_bytes: usize) -> bool {
    let [filter] = &pipeline.filters[..] else { return false };
    let [_, _, bytes, _, compression, ..] = filter.cd_values[..] else { return false };
    filter.id == FILTER_BSHUF
        && usize::try_from(bytes) == Ok(element_bytes)
        && compression == BSHUF_COMPRESS_LZ4
}

/// The compressed chunk of all pixels.
pub(super) fn compressed<T: Pod + Sync>(pixels: &[T]) -> FormatResult<Vec<u8>> {
    let bytes: &[u8] = bytemuck::cast_slice(pixels);
    let pipeline = pipeline::<T>();
    let parts = bytes
        .par_chunks(PART_BYTES)
        .map(|part| apply_filters(&pipeline, part))
        .collect::<FormatResult<Vec<_>>>()?;
    let blocks = || parts.iter().filter_map(|part| part.split_at_checked(HEADER_BYTES));
    let mut chunk =
        Vec::with_capacity(HEADER_BYTES + blocks().map(|(_, blocks)| blocks.len()).sum::<usize>());
    chunk.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
    chunk.extend(blocks().next().map_or(&[][..], |(header, _)| &header[8..]));
    blocks().for_each(|(_, blocks)| chunk.extend_from_slice(blocks));
    Ok(chunk)
}

/// Whether a chunk of a compressed size can hold so many bytes.
pub(super) fn can_hold(chunk_bytes: usize, bytes: u64) -> bool {
    bytes <= (chunk_bytes as u64).saturating_mul(MOST_EXPANSION)
}

/// Fills all pixels from a compressed chunk.
///
/// # Errors
/// When it is damaged, or holds more or fewer bytes.
pub(super) fn expand<T: Pod>(chunk: &[u8], pixels: &mut [T]) -> FormatResult<()> {
    reverse_filters_masked_into(&pipeline::<T>(), chunk, 0, bytemuck::cast_slice_mut(pixels))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What h5py 3.16.0 writes with the filter itself, of hdf5plugin 7.1.0, for 0, 3, 6 and so on of 16 bits.
    const OF_THE_FILTER: [u8; 42] = [
        0, 0, 0, 0, 0, 0, 0, 36, 0, 0, 32, 0, 0, 0, 0, 22, 218, 170, 170, 102, 102, 180, 180, 56, 199, 192,
        7, 0, 248, 0, 1, 0, 80, 0, 0, 0, 0, 0, 48, 0, 51, 0,
    ];

    #[test]
    fn chunks_of_the_filter_are_read() {
        let numbers: Vec<u16> = (0..18).map(|n| 3 * n).collect();
        let mut found = vec![0_u16; 18];
        expand(&OF_THE_FILTER, &mut found).unwrap();
        assert_eq!(found, numbers);
    }

    #[test]
    fn parts_are_put_together_as_one_chunk() {
        for count in [1, 7, 8, 9, PART_BYTES / 4, PART_BYTES / 4 + 13, PART_BYTES + 8 * 3 + 5] {
            let numbers: Vec<i32> = (0..count).map(|n| i32::try_from(n * n % 1013).unwrap()).collect();
            let chunk = compressed(&numbers).unwrap();
            assert_eq!(chunk, apply_filters(&pipeline::<i32>(), bytemuck::cast_slice(&numbers)).unwrap());
            assert!(can_hold(chunk.len(), 4 * count as u64));
            let mut found = vec![0; count];
            expand(&chunk, &mut found).unwrap();
            assert_eq!(found, numbers);
            assert!(expand(&chunk, &mut vec![0_i32; count + 1]).is_err());
            assert!(expand(&chunk[..chunk.len() - 1], &mut found).is_err());
        }
    }
}
