//! The example that the help begins with and that a message about a missing input ends with.

/// A command line that needs no file.
pub(crate) const EXAMPLE: &str = "nanobragg -cell 70 80 90 -default_F 100 -N 10 -detpixels 512";
