//! Why there is no picture.

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A scale whose dark end is not below its bright one.
    #[error("the scale ends at {max}, expected more than its start, {min}")]
    EmptyScale {
        /// Its start.
        min: f64,
        /// Its end.
        max: f64,
    },
    /// A logarithmic scale that starts at 0 or below.
    #[error("a logarithmic scale starts at {min}, expected a number above 0")]
    NotPositive {
        /// Its start.
        min: f64,
    },
    /// A picture without pixels.
    #[error(transparent)]
    Image(#[from] nanobragg_image_io::Error),
}
