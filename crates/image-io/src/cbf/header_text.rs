//! The header as it is read.

use std::path::{Path, PathBuf};

use crate::Error;

/// The lines of a header that begin with `#`, as detectors and this crate write them.
#[derive(Clone, Debug, PartialEq)]
pub struct HeaderText {
    path: PathBuf,
    lines: Vec<String>,
}

impl HeaderText {
    pub(super) fn of(path: &Path, text: &str) -> Self {
        let comments = text.lines().filter_map(|line| line.trim().strip_prefix("# "));
        Self { path: path.to_owned(), lines: comments.map(str::to_owned).collect() }
    }

    /// The file the header was read from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What follows a name, such as `0.9768 A` of `# Wavelength 0.9768 A`; of several such lines the first.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| {
            let rest = line.strip_prefix(name)?;
            rest.starts_with([' ', ':', '=', '\t']).then(|| rest.trim_start_matches([' ', ':', '=', '\t']))
        })
    }

    /// The number that follows a name; `None` when there is no such line.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is no finite number.
    pub fn number(&self, name: &str) -> Result<Option<f64>, Error> {
        self.text(name).map(|text| self.finite(name, text, text.split_whitespace().next())).transpose()
    }

    /// The first two numbers that follow a name, such as those of `# Beam_xy (1231.5, 1263.5) pixels` and of
    /// `# Pixel_size 172e-6 m x 172e-6 m`: along the fast and the slow axis.
    ///
    /// # Errors
    /// [`Error::Malformed`] when they are not two finite numbers.
    pub fn pair(&self, name: &str) -> Result<Option<[f64; 2]>, Error> {
        let pair = |text: &str| {
            let words = text.split(|c: char| c.is_whitespace() || "(),".contains(c));
            let mut words = words.filter(|word| !["", "m", "x"].contains(word));
            Ok([self.finite(name, text, words.next())?, self.finite(name, text, words.next())?])
        };
        self.text(name).map(pair).transpose()
    }

    fn finite(&self, name: &str, text: &str, word: Option<&str>) -> Result<f64, Error> {
        word.and_then(|word| word.parse().ok()).filter(|number: &f64| number.is_finite()).ok_or_else(|| {
            let text: String = text.chars().take(40).collect();
            Error::malformed(&self.path, format!("`# {name} {text}` in the header"), "a number")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_detectors_headers_are_read() {
        let text = HeaderText::of(
            Path::new("x.cbf"),
            "data_x\r\n# Pixel_size 172e-6 m x 171e-6 m\r\n# Wavelength 0.97950 A\r\n# Wavelength_b 3\r\n\
             # Beam_xy (1231.50, 1263.25) pixels\r\n# Detector_distance = 0.25 m\r\n# Start_angle ? deg.\r\n",
        );
        assert_eq!(text.pair("Pixel_size").unwrap(), Some([172e-6, 171e-6]));
        assert_eq!(text.pair("Beam_xy").unwrap(), Some([1231.5, 1263.25]));
        assert_eq!(text.number("Wavelength").unwrap(), Some(0.9795));
        assert_eq!(text.number("Detector_distance").unwrap(), Some(0.25));
        assert_eq!(text.number("Detector_2theta").unwrap(), None);
        let error = text.number("Start_angle").unwrap_err().to_string();
        assert_eq!(error, "x.cbf: found `# Start_angle ? deg.` in the header, expected a number");
        assert!(text.pair("Wavelength").is_err());
    }
}
