//! A row as it is kept: panel and row (u32), solid angle (f64), photons (f32), and the CRC-32 of these; little-endian.

use nanobragg_kernel::RowIndex;

/// Bytes before the photons.
pub(super) const PREFIX_BYTES: usize = 16;
/// Bytes of the sum behind them.
const SUM_BYTES: usize = 4;

/// A record whose sum is right.
pub(super) struct Record<'a> {
    pub(super) solid_angle_sr: f64,
    photons: &'a [u8],
}

/// Bytes of the record of a row of so many pixels.
pub(super) const fn bytes(pixels: usize) -> usize {
    PREFIX_BYTES + 4 * pixels + SUM_BYTES
}

/// The record of a row.
pub(super) fn of(row: RowIndex, photons: &[f32], solid_angle_sr: f64) -> Vec<u8> {
    let mut record = vec![0; bytes(photons.len())];
    let (prefix, rest) = record.split_at_mut(PREFIX_BYTES);
    // The images of more rows would not fit into memory.
    let [panel, slow] = [row.panel, row.slow].map(|place| u32::try_from(place).unwrap_or(u32::MAX));
    prefix[..4].copy_from_slice(&panel.to_le_bytes());
    prefix[4..8].copy_from_slice(&slow.to_le_bytes());
    prefix[8..].copy_from_slice(&solid_angle_sr.to_le_bytes());
    for (bytes, photons) in rest.as_chunks_mut().0.iter_mut().zip(photons) {
        *bytes = photons.to_le_bytes();
    }
    let sum_at = record.len() - SUM_BYTES;
    let sum = crc32fast::hash(&record[..sum_at]);
    record[sum_at..].copy_from_slice(&sum.to_le_bytes());
    record
}

/// Which row a record is of, from its first bytes.
pub(super) fn row(prefix: &[u8]) -> Option<RowIndex> {
    let number = |at: usize| -> Option<usize> {
        let bytes = prefix.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    };
    (prefix.len() == PREFIX_BYTES).then_some(RowIndex { panel: number(0)?, slow: number(4)? })
}

impl<'a> Record<'a> {
    /// A record of which not a bit has changed.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (content, sum) = bytes.split_last_chunk::<SUM_BYTES>()?;
        if crc32fast::hash(content) != u32::from_le_bytes(*sum) {
            return None;
        }
        let (prefix, photons) = content.split_at_checked(PREFIX_BYTES)?;
        let solid_angle_sr = f64::from_le_bytes(*prefix.last_chunk()?);
        Some(Self { solid_angle_sr, photons })
    }

    pub(super) fn photons_into(&self, into: &mut [f32]) {
        for (photons, bytes) in into.iter_mut().zip(self.photons.as_chunks().0) {
            *photons = f32::from_le_bytes(*bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_the_row_and_no_bit_of_it_may_change() {
        let (at, photons) = (RowIndex { panel: 3, slow: 70_000 }, [0.0f32, 1.5, f32::MAX]);
        let mut record = of(at, &photons, 0.25);
        assert_eq!(record.len(), bytes(3));
        assert_eq!(row(&record[..PREFIX_BYTES]), Some(at));
        let parsed = Record::parse(&record).unwrap();
        let mut read = [f32::NAN; 3];
        parsed.photons_into(&mut read);
        assert_eq!((parsed.solid_angle_sr.to_bits(), read), (0.25f64.to_bits(), photons));
        for place in 0..record.len() {
            record[place] ^= 4;
            assert!(Record::parse(&record).is_none(), "{place}");
            record[place] ^= 4;
        }
        assert!(Record::parse(&record[..record.len() - 1]).is_none());
        assert!(row(&record[..PREFIX_BYTES - 1]).is_none());
    }
}
