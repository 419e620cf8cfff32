//! Reading all of a file, or nothing.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// All of a file, or of a pipe up to its end, if that is no more than so many bytes: a device may never end.
///
/// # Errors
/// Those of the system, and [`FileTooLarge`](io::ErrorKind::FileTooLarge) where there is more.
pub fn read_at_most(path: &Path, most_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most_bytes {
        let reason = format!("expected at most {most_bytes} bytes, found more");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_read_or_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, b"12345").unwrap();
        for (most, expected) in
            [(5, Ok(&b"12345"[..])), (u64::MAX, Ok(b"12345")), (4, Err(io::ErrorKind::FileTooLarge))]
        {
            assert_eq!(read_at_most(&path, most).as_deref().map_err(io::Error::kind), expected, "{most}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_device_without_end_is_refused() {
        let message = read_at_most(Path::new("/dev/zero"), 1 << 20).unwrap_err().to_string();
        assert_eq!(message, "expected at most 1048576 bytes, found more");
    }
}
