//! Raw float images: 32-bit floats in native byte order, fast axis first, without a header.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use ndarray::{Array2, ArrayView2};

use crate::Error;
use crate::samples::{self, NATIVE};

/// Reads a float image of a known shape `[slow, fast]`.
///
/// # Errors
/// [`Error::Read`]; [`Error::Size`] when the file does not hold exactly that many pixels.
pub fn read_f32(path: impl AsRef<Path>, shape: [usize; 2]) -> Result<Array2<f32>, Error> {
    let path = path.as_ref();
    let mut file = File::open(path).map_err(|reason| Error::read(path, reason))?;
    samples::read_rest(&mut file, path, 0, shape, NATIVE)
}

/// Writes a float image.
///
/// # Errors
/// [`Error::Write`].
pub fn write_f32(path: impl AsRef<Path>, pixels: ArrayView2<'_, f32>) -> Result<(), Error> {
    Ok(whole_file::write(path, |out| write_f32_to(out, pixels))?)
}

/// Writes the content of a float image file.
///
/// # Errors
/// Those of `out`.
pub fn write_f32_to(out: &mut dyn Write, pixels: ArrayView2<'_, f32>) -> io::Result<()> {
    samples::write(pixels, NATIVE, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_that_does_not_match_is_stated_with_the_one_that_would() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("float.bin");
        write_f32(&path, ndarray::array![[1.0, 2.0, 3.0]].view()).unwrap();
        let error = read_f32(&path, [2, 3]).unwrap_err().to_string();
        let expected = "found 12 bytes of pixels, expected 24 (2 slow x 3 fast pixels of 4 bytes)";
        assert_eq!(error, format!("{}: {expected}", path.display()));
        assert!(matches!(read_f32(&path, [usize::MAX, usize::MAX]), Err(Error::Size { .. })));
    }
}
