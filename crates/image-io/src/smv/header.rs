//! Reading an SMV header.

use std::path::{Path, PathBuf};

use crate::Error;
use crate::samples::ByteOrder;

/// A larger header length is refused as invalid.
const MOST_BYTES: u64 = 1 << 20;

/// The keys of a header with their values as text, in file order.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    path: PathBuf,
    text: String,
    header_bytes: u64,
    entries: Vec<(String, String)>,
}

impl Header {
    pub(super) fn parse(path: &Path, bytes: &[u8], header_bytes: u64) -> Result<Self, Error> {
        let bytes = &bytes[..bytes.len().min(usize::try_from(header_bytes).unwrap_or(usize::MAX))];
        if (bytes.len() as u64) < header_bytes {
            let found = format!("the end of the file after {} bytes", bytes.len());
            return Err(Error::malformed(path, found, format!("a header of {header_bytes} bytes")));
        }
        let text = String::from_utf8_lossy(bytes).into_owned();
        let Some((inside, _)) = text.split_once('}') else {
            let found = format!("no `}}` in the {header_bytes} bytes of the header");
            return Err(Error::malformed(path, found, "`}` at its end"));
        };
        let entries = entries(inside);
        Ok(Self { path: path.to_owned(), header_bytes, entries, text })
    }

    /// The file the header was read from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes before the first pixel.
    #[must_use]
    pub fn header_bytes(&self) -> u64 {
        self.header_bytes
    }

    /// The value of a key as text, matched by its exact name; the last of several.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.entries.iter().rev().find(|(name, _)| name == key).map(|(_, text)| text.as_str())
    }

    /// Keys and values as text, in file order.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(key, text)| (key.as_str(), text.as_str()))
    }

    /// The value of a key as a number; `None` when the header does not have that key.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the value is not a finite number.
    pub fn number(&self, key: &str) -> Result<Option<f64>, Error> {
        let parse = |text: &str| match text.parse() {
            Ok(number) if f64::is_finite(number) => Ok(number),
            _ => Err(self.unexpected(key, text, "a number")),
        };
        self.text(key).map(parse).transpose()
    }

    /// The number that the C program nanoBragg reads for a key, which can be that of another key.
    ///
    /// It searches for the last occurrence of the key's letters anywhere in the header, within other keys and values
    /// as well (`DISTANCE` finds `CLOSE_DISTANCE`), skips to the next `=`, and reads the longest decimal number
    /// there, 0 when there is none. `None` when the letters do not occur.
    #[must_use]
    pub fn reference_number(&self, key: &str) -> Option<f64> {
        let at = self.text.rfind(key)?;
        let number = self.text[at + key.len()..].split_once('=').map_or("", |(_, rest)| rest);
        Some(leading_number(number))
    }

    /// Shape `[slow, fast]` of the image: `SIZE2` by `SIZE1`.
    ///
    /// # Errors
    /// [`Error::Malformed`] when one is missing, is 0 or not an integer, or when `DIM` is not 2.
    pub fn shape(&self) -> Result<[usize; 2], Error> {
        match self.text("DIM") {
            None | Some("2") => Ok([self.side("SIZE2")?, self.side("SIZE1")?]),
            Some(dim) => Err(self.unexpected("DIM", dim, "`DIM=2`")),
        }
    }

    pub(super) fn byte_order(&self) -> Result<ByteOrder, Error> {
        match self.text("BYTE_ORDER") {
            None | Some("little_endian") => Ok(ByteOrder::Little),
            Some("big_endian") => Ok(ByteOrder::Big),
            Some(other) => Err(self.unexpected("BYTE_ORDER", other, "`little_endian` or `big_endian`")),
        }
    }

    pub(super) fn check_pixel_type(&self) -> Result<(), Error> {
        match self.text("TYPE") {
            None | Some("unsigned_short") => Ok(()),
            Some(other) => Err(self.unexpected("TYPE", other, "`TYPE=unsigned_short`")),
        }
    }

    fn side(&self, key: &str) -> Result<usize, Error> {
        let expected = "a whole number of pixels above 0";
        let text = self.text(key).ok_or_else(|| {
            Error::malformed(
                &self.path,
                format!("no `{key}` in the header"),
                format!("`{key}=` and {expected}"),
            )
        })?;
        text.parse().ok().filter(|&side| side > 0).ok_or_else(|| self.unexpected(key, text, expected))
    }

    fn unexpected(&self, key: &str, text: &str, expected: &str) -> Error {
        Error::malformed(&self.path, format!("`{key}={text}` in the header"), expected)
    }
}

/// `HEADER_BYTES` of a file that starts with these bytes.
pub(super) fn stated_length(path: &Path, start: &[u8]) -> Result<u64, Error> {
    let text = String::from_utf8_lossy(start);
    let Some(inside) = text.trim_start().strip_prefix('{') else {
        let found = if start.is_empty() { "an empty file" } else { "no `{` at its start" };
        return Err(Error::malformed(path, found, "an SMV header"));
    };
    let inside = inside.split('}').next().unwrap_or_default();
    let entries = entries(inside);
    let expected = format!("`HEADER_BYTES=` and a whole number from 16 to {MOST_BYTES}");
    let Some((_, length)) = entries.iter().rev().find(|(key, _)| key == "HEADER_BYTES") else {
        let found = format!("no `HEADER_BYTES` in its first {} bytes", start.len());
        return Err(Error::malformed(path, found, expected));
    };
    length
        .parse()
        .ok()
        .filter(|length| (16..=MOST_BYTES).contains(length))
        .ok_or_else(|| Error::malformed(path, format!("`HEADER_BYTES={length}`"), expected))
}

/// A line may hold several entries; the C program's `DIALS_ORIGIN` ends with its line, not with a semicolon.
fn entries(inside: &str) -> Vec<(String, String)> {
    let pair = |entry: &str| {
        entry.split_once('=').map(|(key, text)| {
            let key = key.trim().trim_start_matches('{').trim_start();
            (key.to_owned(), text.trim().to_owned())
        })
    };
    inside.split(['\n', ';']).filter_map(pair).collect()
}

/// C's `atof`, for decimal numbers.
fn leading_number(text: &str) -> f64 {
    let text = text.trim_start();
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut len = text.len() - unsigned.len() + digits(unsigned);
    if text[len..].starts_with('.') {
        len += 1 + digits(&text[len + 1..]);
    }
    if let Some(exponent) = text[len..].strip_prefix(['e', 'E']) {
        let sign = usize::from(exponent.starts_with(['+', '-']));
        let count = digits(&exponent[sign..]);
        if count > 0 {
            len += 1 + sign + count;
        }
    }
    text[..len].parse().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(inside: &str) -> Header {
        let bytes = format!("{{\n{inside}\n}}\x0c");
        Header::parse(Path::new("x.img"), bytes.as_bytes(), bytes.len() as u64).unwrap()
    }

    #[test]
    fn keys_are_exact_and_the_last_counts() {
        let header = header("DISTANCE= 100 ;\nCLOSE_DISTANCE=90;PHI=1;\nPHI=2;\r\nDIALS_ORIGIN=1,2,3\nX=4;");
        assert_eq!(header.number("DISTANCE").unwrap(), Some(100.0));
        assert_eq!(header.number("PHI").unwrap(), Some(2.0));
        assert_eq!(header.number("X").unwrap(), Some(4.0));
        assert_eq!(header.number("CLOSE").unwrap(), None);
        let error = header.number("DIALS_ORIGIN").unwrap_err().to_string();
        assert_eq!(error, "x.img: found `DIALS_ORIGIN=1,2,3` in the header, expected a number");
    }

    #[test]
    fn the_reference_takes_the_last_occurrence_of_the_letters() {
        let header =
            header("DISTANCE=100;\nCLOSE_DISTANCE=90;\nNOTE=PHI unknown;\nPHI;\nOSC=7;\nBAD=x;\nNOTHING");
        for (key, expected) in [
            ("DISTANCE", Some(90.0)),
            ("PHI", Some(7.0)),
            ("BAD", Some(0.0)),
            ("NOTHING", Some(0.0)),
            ("WAVELENGTH", None),
        ] {
            assert_eq!(header.reference_number(key), expected, "{key}");
        }
    }

    #[test]
    fn leading_numbers_are_those_of_atof() {
        for (text, expected) in [
            (" 12.5;", 12.5),
            ("\n-3e2mm", -300.0),
            ("+.5", 0.5),
            ("7.", 7.0),
            ("1e", 1.0),
            ("1e+", 1.0),
            ("-", 0.0),
            (".", 0.0),
            ("", 0.0),
            ("µm", 0.0),
        ] {
            assert_eq!(leading_number(text).to_bits(), f64::to_bits(expected), "{text:?}");
        }
    }
}
