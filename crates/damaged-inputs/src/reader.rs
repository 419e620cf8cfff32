//! What reads a format.

use crate::workplace::Workplace;

/// What reads a format.
pub struct Reader {
    /// The format, and the name of its fuzz target.
    pub name: &'static str,
    /// How many inputs the tests try: about two seconds' worth.
    pub inputs: u64,
    /// No input makes it allocate more, in bytes.
    pub most_bytes: usize,
    pub(crate) seeds: fn() -> Vec<Vec<u8>>,
    pub(crate) read: fn(&Workplace, &[u8]) -> bool,
}

impl Reader {
    /// Small inputs of the format: more of those that are read than of those that are refused.
    ///
    /// # Panics
    /// If the repository's files cannot be read.
    #[must_use]
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        (self.seeds)()
    }

    /// Reads an input: whether it was read and not refused.
    ///
    /// # Panics
    /// If something that was read cannot be, such as a number that is none. That is a defect.
    #[must_use]
    pub fn read(&self, workplace: &Workplace, input: &[u8]) -> bool {
        (self.read)(workplace, input)
    }
}
