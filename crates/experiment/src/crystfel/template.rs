//! A panel of a geometry file: its statements, and the frame that follows from them.

use std::path::Path;

use super::direction::direction;
use super::statement::{At, Quantity, Statement};
use crate::{BadRegion, Error};

/// By how much the length of `fs` or `ss` may differ from 1, and the cosine of the angle between them from 0.
const TOLERANCE: f64 = 0.02;

/// The values of a panel so far: its own lines, and the defaults before its first.
#[derive(Clone, Debug, Default)]
pub(super) struct Template {
    pub name: String,
    /// The line of its first mention.
    pub line: usize,
    pub fs: Option<At<[f64; 3]>>,
    pub ss: Option<At<[f64; 3]>>,
    pub corner_x: Option<f64>,
    pub corner_y: Option<f64>,
    pub coffset_m: f64,
    pub clen: Option<At<Quantity>>,
    pub res: Option<f64>,
    pub min_fs: Option<u32>,
    pub max_fs: Option<At<u32>>,
    pub min_ss: Option<u32>,
    pub max_ss: Option<At<u32>>,
    pub max_adu: Option<f64>,
    pub no_index: Option<At<bool>>,
    pub mask_edge_pixels: u32,
}

/// A panel of which only the camera length is open.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub name: String,
    pub line: usize,
    /// Corner of the first pixel, in pixels.
    pub corner_px: [f64; 2],
    pub coffset_m: f64,
    pub clen: Option<At<Quantity>>,
    /// Pixels per metre.
    pub res: f64,
    pub fs: [f64; 3],
    pub ss: [f64; 3],
    /// First pixel of the panel in the file's data: fast, slow.
    pub first: [u32; 2],
    /// `[slow, fast]`.
    pub pixels: [u32; 2],
    pub max_adu: Option<f64>,
    pub bad: Vec<BadRegion>,
}

impl Template {
    /// Takes a statement about the panel; whether its key is one that places or describes it.
    pub(super) fn take(&mut self, statement: &Statement<'_>) -> Result<bool, Error> {
        match statement.key {
            "fs" => self.fs = Some(statement.at(axis(statement)?)),
            "ss" => self.ss = Some(statement.at(axis(statement)?)),
            "corner_x" => self.corner_x = Some(statement.number("a position in pixels")?),
            "corner_y" => self.corner_y = Some(statement.number("a position in pixels")?),
            "coffset" => self.coffset_m = statement.number("a distance in m")?,
            "clen" => self.clen = Some(statement.at(length(statement)?)),
            "res" => self.res = Some(positive(statement, "pixels per metre, more than 0")?),
            "min_fs" => self.min_fs = Some(statement.count()?),
            "max_fs" => self.max_fs = Some(statement.at(statement.count()?)),
            "min_ss" => self.min_ss = Some(statement.count()?),
            "max_ss" => self.max_ss = Some(statement.at(statement.count()?)),
            "max_adu" => self.max_adu = Some(positive(statement, "a largest count, more than 0")?),
            "no_index" => self.no_index = Some(statement.at(statement.switch()?)),
            "mask_edge_pixels" => self.mask_edge_pixels = statement.count()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A panel named for the first time: the values given so far without a name are its defaults.
    pub(super) fn new_panel(&self, name: &str, line: usize) -> Self {
        Self { name: name.to_owned(), line, ..self.clone() }
    }

    /// The panel, when all is there that places it.
    pub(super) fn frame(self, path: &Path) -> Result<Frame, Error> {
        let place = Place { path, panel: &self.name, line: self.line };
        let fs = place.need(self.fs, "fs", "a direction such as +1.0x -0.001y")?;
        let ss = place.need(self.ss, "ss", "a direction such as -0.001x +1.0y")?;
        let corner_x = place.need(self.corner_x, "corner_x", "a position in pixels")?;
        let corner_y = place.need(self.corner_y, "corner_y", "a position in pixels")?;
        let res = place.need(self.res, "res", "pixels per metre")?;
        place.perpendicular(&fs, &ss)?;
        let (first_fast, fast) = place.range(self.min_fs, self.max_fs, "fs")?;
        let (first_slow, slow) = place.range(self.min_ss, self.max_ss, "ss")?;
        let pixels = [slow, fast];
        Ok(Frame {
            corner_px: [corner_x, corner_y],
            coffset_m: self.coffset_m,
            clen: self.clen,
            res,
            fs: fs.value,
            ss: ss.value,
            first: [first_fast, first_slow],
            pixels,
            max_adu: self.max_adu,
            bad: edges(self.mask_edge_pixels, pixels),
            line: self.line,
            name: self.name,
        })
    }
}

/// Where a message about a panel points to.
struct Place<'a> {
    path: &'a Path,
    panel: &'a str,
    line: usize,
}

impl Place<'_> {
    fn wrong(&self, key: &str, line: usize, what: String) -> Error {
        Error::Key { path: self.path.to_owned(), line, key: format!("{}/{key}", self.panel), what }
    }

    fn need<T>(&self, value: Option<T>, key: &str, expected: &str) -> Result<T, Error> {
        value.ok_or_else(|| {
            let what = format!("expected {expected} for the panel first named here, found none");
            self.wrong(key, self.line, what)
        })
    }

    fn perpendicular(&self, fs: &At<[f64; 3]>, ss: &At<[f64; 3]>) -> Result<(), Error> {
        let cosine = dot(fs.value, ss.value) / (dot(fs.value, fs.value) * dot(ss.value, ss.value)).sqrt();
        if cosine.abs() <= TOLERANCE {
            return Ok(());
        }
        let angle = cosine.acos().to_degrees();
        let what = format!(
            "expected a direction at right angles to fs (line {}), found {angle:.3} degrees",
            fs.line
        );
        Err(self.wrong("ss", ss.line, what))
    }

    /// The first of a range of pixels, and how many there are. Both ends belong to the range.
    fn range(&self, min: Option<u32>, max: Option<At<u32>>, axis: &str) -> Result<(u32, u32), Error> {
        let min = self.need(min, &format!("min_{axis}"), "the first pixel")?;
        let max = self.need(max, &format!("max_{axis}"), "the last pixel")?;
        let count = max.value.checked_sub(min).and_then(|last| last.checked_add(1));
        let count = count.ok_or_else(|| {
            let what = format!("expected a last pixel from min_{axis} = {min} on, found {}", max.value);
            self.wrong(&format!("max_{axis}"), max.line, what)
        })?;
        Ok((min, count))
    }
}

/// A direction of about one pixel.
fn axis(statement: &Statement<'_>) -> Result<[f64; 3], Error> {
    let vector = direction(statement.value)
        .ok_or_else(|| statement.refuse("a sum of multiples of x, y and z such as +1.0x -0.001y"))?;
    let length = dot(vector, vector).sqrt();
    if (length - 1.0).abs() <= TOLERANCE {
        return Ok(vector);
    }
    Err(statement.wrong(format!(
        "expected a vector of length 1 within 2 %, found {:?} of length {length:.6}",
        statement.value
    )))
}

/// A camera length in m, or where a data file has it.
pub(super) fn length(statement: &Statement<'_>) -> Result<Quantity, Error> {
    let expected = "a length such as 0.1 m or 100 mm, or its place in a data file";
    match statement.quantity(expected)? {
        (Quantity::Number(metres), None | Some("m")) => Ok(Quantity::Number(metres)),
        (Quantity::Number(millimetres), Some("mm")) => Ok(Quantity::Number(millimetres * 1e-3)),
        (location @ Quantity::Location(_), None | Some("m" | "mm")) => Ok(location),
        _ => Err(statement.refuse(expected)),
    }
}

fn positive(statement: &Statement<'_>, expected: &str) -> Result<f64, Error> {
    let number = statement.number(expected)?;
    if number > 0.0 { Ok(number) } else { Err(statement.refuse(expected)) }
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// A border of so many pixels around a panel.
fn edges(border: u32, [slow, fast]: [u32; 2]) -> Vec<BadRegion> {
    if border == 0 {
        return Vec::new();
    }
    if border >= slow.div_ceil(2) || border >= fast.div_ceil(2) {
        return vec![BadRegion::Panel];
    }
    vec![
        BadRegion::Pixels([0, fast - 1, 0, border - 1]),
        BadRegion::Pixels([0, fast - 1, slow - border, slow - 1]),
        BadRegion::Pixels([0, border - 1, border, slow - border - 1]),
        BadRegion::Pixels([fast - border, fast - 1, border, slow - border - 1]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_border_is_four_strips() {
        assert!(edges(0, [32, 40]).is_empty());
        assert_eq!(edges(16, [32, 40]), [BadRegion::Panel]);
        let bad = edges(2, [32, 40]);
        let area = |region: &BadRegion| match region {
            BadRegion::Pixels([f0, f1, s0, s1]) => (f1 - f0 + 1) * (s1 - s0 + 1),
            _ => 0,
        };
        assert_eq!(bad.iter().map(area).sum::<u32>(), 32 * 40 - 28 * 36);
    }
}
