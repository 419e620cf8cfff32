//! The part of an image that is shown.

use std::ops::Range;
use std::path::Path;

use nanobragg_c_flags::Error;
use nanobragg_image_io::{Image, Region};
use ndarray::{ArrayView2, Axis, Slice};

use crate::failure::Failure;

/// The part of an image that is shown.
pub(crate) struct View<'a> {
    pub(crate) pixels: ArrayView2<'a, f64>,
    /// The panels it is a part of: their numbers in the file, and their rows in the image.
    pub(crate) panels: Vec<(usize, Range<usize>)>,
    /// Row and column of the image of its first pixel.
    first: [usize; 2],
}

impl<'a> View<'a> {
    /// A panel of an image or all of them, and a region of that.
    ///
    /// `panel` names a panel of the experiment instead, where one is described and the image has no panels of its own.
    pub(crate) fn of(
        path: &Path,
        image: &'a Image,
        panel: Option<&str>,
        region: Option<&Region>,
        is_described: bool,
    ) -> Result<Self, Failure> {
        let panels = &image.panels;
        let names: Vec<&str> = panels.iter().map(|panel| panel.name.as_str()).collect();
        let chosen = match panel {
            Some(_) if panels.len() == 1 && is_described => None,
            Some(panel) => Some(named(path, panel, &names)?),
            None => None,
        };
        let panels: Vec<(usize, Range<usize>)> = panels
            .iter()
            .enumerate()
            .filter(|(index, _)| chosen.is_none_or(|chosen| chosen == *index))
            .map(|(index, panel)| (index, panel.rows.clone()))
            .collect();
        let rows =
            panels.first().map_or(0, |(_, rows)| rows.start)..panels.last().map_or(0, |(_, rows)| rows.end);
        let whole = image.pixels.slice_axis(Axis(0), Slice::from(rows.clone()));
        let shape: [usize; 2] = whole.dim().into();
        let region = region.cloned().unwrap_or_else(|| Region::whole(shape));
        let first = [rows.start + region.rows(shape).start, region.columns(shape).start];
        let pixels = region.cut(whole);
        if pixels.is_empty() {
            let [slow, fast] = shape;
            let text = format!(
                "--region: found no pixel of {} ({slow} slow x {fast} fast pixels) there",
                path.display()
            );
            return Err(Error::Contradiction(text).into());
        }
        Ok(Self { pixels, panels, first })
    }

    /// `[slow, fast]`.
    pub(crate) fn shape(&self) -> [usize; 2] {
        self.pixels.dim().into()
    }

    /// A point of a panel, whose first row in the image is given, in pixels from the corner of the view; `None` where it is
    /// not in the view.
    pub(crate) fn place(&self, first_row: usize, [slow, fast]: [f64; 2]) -> Option<[f64; 2]> {
        let [first_slow, first_fast] = self.first.map(|first| first as f64);
        let at = [slow + first_row as f64 - first_slow, fast - first_fast];
        at.iter().zip(self.shape()).all(|(at, side)| (0.0..=side as f64).contains(at)).then_some(at)
    }

    /// The rows and columns of a panel, whose rows in the image are given, that are in the view.
    pub(crate) fn part(&self, rows: &Range<usize>) -> [Range<usize>; 2] {
        let [first_slow, first_fast] = self.first;
        let [slow, fast] = self.shape();
        let within = |row: usize| row.clamp(rows.start, rows.end) - rows.start;
        [within(first_slow)..within(first_slow + slow), first_fast..first_fast + fast]
    }
}

/// Panels that an error names at the most.
const MOST_NAMES: usize = 8;

/// The number of a panel of a file, by its name or else by its number.
pub(crate) fn named(path: &Path, panel: &str, names: &[&str]) -> Result<usize, Failure> {
    let by_name = names.iter().position(|name| *name == panel);
    let by_number = || panel.parse().ok().filter(|index| *index < names.len());
    by_name.or_else(by_number).ok_or_else(|| {
        let mut some = names[..names.len().min(MOST_NAMES)].join(", ");
        if names.len() > MOST_NAMES {
            some += ", …";
        }
        let path = path.display();
        let text =
            format!("--panel: expected a panel of {path} ({some}), or its number from 0, found {panel}");
        Error::Contradiction(text).into()
    })
}
