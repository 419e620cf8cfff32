//! Nodes that a text lists more than once.

use std::collections::{HashMap, HashSet};

use crate::text::chunk::Listed;
use crate::text::source::Source;
use crate::{Bounds, Error, Miller};

/// The maximum number of duplicated nodes that are reported, to limit memory when a whole file is duplicated.
pub const MAX_DUPLICATES: usize = 1000;

/// A node listed more than once; its F is the one on the last line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Duplicate {
    /// The node.
    pub miller: Miller,
    /// The first line that lists it, counted from 1.
    pub first_line: usize,
    /// The last line that lists it, counted from 1.
    pub last_line: usize,
}

/// A set of places in a grid.
pub(super) struct NodeSet(Vec<u64>);

impl NodeSet {
    pub(super) fn new(node_count: usize) -> Self {
        Self(vec![0; node_count.div_ceil(64)])
    }

    /// Whether the place was not yet in the set.
    pub(super) fn insert(&mut self, place: usize) -> bool {
        let (word, bit) = (&mut self.0[place / 64], 1 << (place % 64));
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }
}

/// The nodes listed more than once: those whose second line comes first, if there are too many.
pub(super) fn find(source: &Source<'_>, bounds: Bounds) -> Result<Vec<Duplicate>, Error> {
    let repeated = first_repeated(source, bounds)?;
    let mut duplicates: HashMap<Miller, Duplicate> = HashMap::with_capacity(repeated.len());
    source.each(&mut |lines_before, chunk| {
        for Listed { miller, line, .. } in chunk.listed_in(bounds) {
            if repeated.contains(miller) {
                let line = lines_before + *line as usize + 1;
                let first = Duplicate { miller: *miller, first_line: line, last_line: line };
                duplicates.entry(*miller).or_insert(first).last_line = line;
            }
        }
        Ok(())
    })?;
    let mut duplicates: Vec<_> = duplicates.into_values().collect();
    duplicates.sort_unstable_by_key(|duplicate| duplicate.first_line);
    Ok(duplicates)
}

fn first_repeated(source: &Source<'_>, bounds: Bounds) -> Result<HashSet<Miller>, Error> {
    let node_count = bounds.shape().iter().product();
    let mut seen = NodeSet::new(node_count);
    let mut repeated = HashSet::new();
    source.each(&mut |_, chunk| {
        for Listed { miller, .. } in chunk.listed_in(bounds) {
            if repeated.len() < MAX_DUPLICATES && !seen.insert(bounds.place(*miller)) {
                repeated.insert(*miller);
            }
        }
        Ok(())
    })?;
    Ok(repeated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{ReadOptions, chunk, parse};

    fn duplicates(text: &str) -> (usize, Vec<Duplicate>) {
        let hkl = parse(text.as_bytes(), "t.hkl", &ReadOptions::default()).unwrap();
        (hkl.duplicate_count, hkl.duplicates)
    }

    #[test]
    fn every_replaced_line_counts_and_first_and_last_are_told() {
        let (count, found) = duplicates("0 0 1 1\n# c\n0 0 2 1\n0 0 2 2\n\n0 0 1 3\n0 0 3 1\n0 0 1 4\n");
        let expected = [(1, 1, 8), (2, 3, 4)].map(|(l, first_line, last_line)| Duplicate {
            miller: Miller::new(0, 0, l),
            first_line,
            last_line,
        });
        assert_eq!((count, found), (3, expected.to_vec()));
        assert_eq!(duplicates("0 0 1 1\n0 0 2 1\n"), (0, vec![]));
    }

    #[test]
    fn the_last_in_the_file_wins_across_chunks() {
        let filler = "0 0 2 1\n".repeat(chunk::TARGET_BYTES / 4);
        let text = format!("0 0 1 1\n{filler}0 0 1 7\n");
        let hkl = parse(text.as_bytes(), "t.hkl", &ReadOptions::default()).unwrap();
        assert_eq!(hkl.grid.get(Miller::new(0, 0, 1)), Some(7.0));
        let last_line = chunk::TARGET_BYTES / 4 + 2;
        assert_eq!(hkl.duplicates[0], Duplicate { miller: Miller::new(0, 0, 1), first_line: 1, last_line });
        assert_eq!(hkl.duplicate_count, last_line - 2);
    }

    #[test]
    #[cfg_attr(miri, ignore = "thousands of lines take Miri more than five minutes")]
    fn no_more_than_the_limit_are_named() {
        let once: String = (0..2000).map(|l| format!("0 0 {l} 1\n")).collect();
        let (count, found) = duplicates(&format!("{once}{once}"));
        assert_eq!((count, found.len()), (2000, MAX_DUPLICATES));
        assert_eq!(
            found[999],
            Duplicate { miller: Miller::new(0, 0, 999), first_line: 1000, last_line: 3000 }
        );
    }
}
