//! Lines of fixed columns.

/// A line without its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a>(&'a [u8]);

/// What is wrong with a line.
#[derive(Debug)]
pub(super) struct Defect {
    pub(super) expected: String,
    pub(super) found: String,
}

impl Defect {
    pub(super) fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { expected: expected.into(), found: found.into() }
    }
}

impl<'a> Line<'a> {
    pub(super) fn new(line: &'a [u8]) -> Self {
        Self(line.strip_suffix(b"\r").unwrap_or(line))
    }

    /// The name of the record.
    pub(super) fn record(self) -> &'a [u8] {
        self.columns(1, 6).trim_ascii_end()
    }

    /// Columns counted from 1, the last one included; fewer if the line is shorter.
    pub(super) fn columns(self, first: usize, last: usize) -> &'a [u8] {
        let length = self.0.len();
        &self.0[(first - 1).min(length)..last.min(length)]
    }

    /// The text of columns without blanks around it.
    pub(super) fn text(self, first: usize, last: usize) -> String {
        String::from_utf8_lossy(self.columns(first, last).trim_ascii()).into_owned()
    }

    /// The number in columns; `what` it is, for the message.
    pub(super) fn number(self, first: usize, last: usize, what: &str) -> Result<f64, Defect> {
        let text = self.columns(first, last).trim_ascii();
        let is_decimal = text.iter().all(|byte| byte.is_ascii_digit() || b"+-.".contains(byte));
        let text = std::str::from_utf8(text).ok().filter(|_| is_decimal);
        let number = text.and_then(|text| text.parse().ok());
        number.ok_or_else(|| {
            self.defect(first, last, &format!("{what}, a number in columns {first} to {last}"))
        })
    }

    pub(super) fn defect(self, first: usize, last: usize, expected: &str) -> Defect {
        let found = self.text(first, last);
        Defect::new(expected, if found.is_empty() { "nothing".to_owned() } else { format!("{found:?}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimal() {
        for (text, expected) in [
            (" 12.50", Some(12.5)),
            ("-.5", Some(-0.5)),
            ("+7", Some(7.0)),
            ("", None),
            ("nan", None),
            ("inf", None),
            ("1e5", None),
            ("****", None),
            ("1 2", None),
            ("1.2.3", None),
            ("\u{ff}", None),
        ] {
            let found = Line::new(text.as_bytes()).number(1, 6, "x").ok();
            assert_eq!(found, expected, "{text:?}");
        }
        let defect = Line::new(b"ab\r").number(2, 9, "the edge a").unwrap_err();
        assert_eq!(defect.expected, "the edge a, a number in columns 2 to 9");
        assert_eq!(defect.found, "\"b\"");
        assert_eq!(Line::new(b"ab\r").number(3, 9, "x").unwrap_err().found, "nothing");
    }
}
