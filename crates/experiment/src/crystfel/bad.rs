//! Bad regions: rectangles of pixels of a panel, or of the plane across the beam.

use std::path::Path;

use super::statement::{At, Statement};
use super::template::Frame;
use crate::{BadRegion, Error};

const PLANE: [&str; 4] = ["min_x", "max_x", "min_y", "max_y"];
const PIXELS: [&str; 4] = ["min_fs", "max_fs", "min_ss", "max_ss"];

/// CrystFEL takes a rectangle in x and y without its outline, and corners of pixels often lie right on it: so much,
/// in pixels, is cut off at each side.
const OUTLINE_PX: f64 = 1e-6;

/// The values of a region so far.
#[derive(Clone, Debug)]
pub(super) struct Region {
    name: String,
    line: usize,
    plane: [Option<f64>; 4],
    pixels: [Option<At<u32>>; 4],
    panel: Option<At<String>>,
}

impl Region {
    /// A region named for the first time.
    pub(super) fn new(name: &str, line: usize) -> Self {
        Self { name: name.to_owned(), line, plane: [None; 4], pixels: [const { None }; 4], panel: None }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Takes a statement about the region; whether its key is known.
    pub(super) fn take(&mut self, statement: &Statement<'_>) -> Result<bool, Error> {
        let index = |keys: [&str; 4]| keys.iter().position(|key| *key == statement.key);
        if let Some(index) = index(PLANE) {
            self.plane[index] = Some(statement.number("a position in pixels")?);
        } else if let Some(index) = index(PIXELS) {
            self.pixels[index] = Some(statement.at(statement.count()?));
        } else if statement.key == "panel" {
            self.panel = Some(statement.at(statement.value.to_owned()));
        } else {
            return Ok(false);
        }
        if self.plane.iter().any(Option::is_some) && self.pixels.iter().any(Option::is_some) {
            let expected = format!("expected either {} or {}", PLANE.join(", "), PIXELS.join(", "));
            return Err(statement.wrong(format!("{expected} of one region, found both kinds")));
        }
        Ok(true)
    }

    /// Marks the region in the panels; a notice where something had to be assumed.
    pub(super) fn mark(&self, path: &Path, frames: &mut [Frame]) -> Result<Option<String>, Error> {
        let place = Place { path, region: self };
        if self.pixels.iter().any(Option::is_some) {
            place.mark_pixels(frames).map(|()| None)
        } else {
            place.mark_plane(frames)
        }
    }
}

/// Where a message about a region points to.
struct Place<'a> {
    path: &'a Path,
    region: &'a Region,
}

impl Place<'_> {
    fn wrong(&self, key: &str, line: usize, what: String) -> Error {
        Error::Key { path: self.path.to_owned(), line, key: format!("{}/{key}", self.region.name), what }
    }

    fn need<T: Clone>(&self, values: &[Option<T>; 4], keys: [&str; 4]) -> Result<[T; 4], Error> {
        let need = |index: usize| {
            let what = format!("expected {} for the region first named here, found no {0}", keys[index]);
            values[index].clone().ok_or_else(|| self.wrong(keys[index], self.region.line, what))
        };
        Ok([need(0)?, need(1)?, need(2)?, need(3)?])
    }

    /// The panel that the region names.
    fn panel<'f>(&self, named: &At<String>, frames: &'f mut [Frame]) -> Result<&'f mut Frame, Error> {
        let what = format!("expected the name of a panel, found {:?}", named.value);
        let found = frames.iter_mut().find(|frame| frame.name == named.value);
        found.ok_or_else(|| self.wrong("panel", named.line, what))
    }

    /// Marks pixels of the panel that is named, or of the only one.
    fn mark_pixels(&self, frames: &mut [Frame]) -> Result<(), Error> {
        let bounds = self.need(&self.region.pixels, PIXELS)?;
        let frame = match (&self.region.panel, frames) {
            (Some(named), frames) => self.panel(named, frames)?,
            (None, [only]) => only,
            (None, _) => {
                let what = "expected the name of the region's panel, found none".to_owned();
                return Err(self.wrong("panel", self.region.line, what));
            }
        };
        let [fast_min, fast_max] = self.within(&bounds[0], &bounds[1], 0, frame)?;
        let [slow_min, slow_max] = self.within(&bounds[2], &bounds[3], 1, frame)?;
        frame.bad.push(BadRegion::Pixels([fast_min, fast_max, slow_min, slow_max]));
        Ok(())
    }

    /// A range of the file's pixels along the fast (0) or the slow axis (1) in those of the panel.
    fn within(&self, min: &At<u32>, max: &At<u32>, axis: usize, frame: &Frame) -> Result<[u32; 2], Error> {
        let (first, count) = (frame.first[axis], frame.pixels[1 - axis]);
        let last = first + (count - 1);
        let fits = first <= min.value && min.value <= max.value && max.value <= last;
        if fits {
            return Ok([min.value - first, max.value - first]);
        }
        let [key, other] = [PIXELS[2 * axis], PIXELS[2 * axis + 1]];
        let what = format!(
            "expected {key} to {other} within {first} to {last} of panel {}, found {} to {}",
            frame.name, min.value, max.value
        );
        let (key, line) = if first <= min.value { (other, max.line) } else { (key, min.line) };
        Err(self.wrong(key, line, what))
    }

    fn mark_plane(&self, frames: &mut [Frame]) -> Result<Option<String>, Error> {
        let bounds = self.need(&self.region.plane, PLANE)?;
        let [min_x, max_x, min_y, max_y] = bounds;
        if min_x > max_x || min_y > max_y {
            let (key, min, max) =
                if min_x > max_x { ("max_x", min_x, max_x) } else { ("max_y", min_y, max_y) };
            let what = format!("expected {min} or more, found {max}");
            return Err(self.wrong(key, self.region.line, what));
        }
        if let Some(named) = &self.region.panel {
            let frame = self.panel(named, frames)?;
            frame.bad.push(in_plane(bounds, frame));
            let what =
                format!("marked on panel {} alone; CrystFEL 0.10 and later mark it on all", named.value);
            return Ok(Some(self.notice(&what)));
        }
        for frame in frames {
            frame.bad.push(in_plane(bounds, frame));
        }
        Ok(None)
    }

    fn notice(&self, what: &str) -> String {
        format!("{}:{}: {}: {what}", self.path.display(), self.region.line, self.region.name)
    }
}

/// A rectangle of the plane across the beam in mm of the laboratory. CrystFEL compares the corner of a pixel with it
/// (`draw_bad_region_xy` in its image.c), the model compares its centre.
fn in_plane([min_x, max_x, min_y, max_y]: [f64; 4], frame: &Frame) -> BadRegion {
    let mm = |bound_px: f64, axis: usize, inwards: f64| {
        let centre_px = 0.5 * (frame.fs[axis] + frame.ss[axis]);
        (bound_px + centre_px + inwards) * 1000.0 / frame.res
    };
    BadRegion::LabXyMm([
        mm(min_x, 0, OUTLINE_PX),
        mm(max_x, 0, -OUTLINE_PX),
        mm(min_y, 1, OUTLINE_PX),
        mm(max_y, 1, -OUTLINE_PX),
    ])
}
