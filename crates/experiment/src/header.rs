//! What the headers of `-img` and `-mask` say, as if it had been typed.

use std::path::Path;

use nanobragg_image_io::smv::{self, Smv};
use nanobragg_kernel::Mode;

use crate::error::Error;
use crate::flag::Flag;
use crate::said::{Experiment, Provenance};

/// What was read from the headers that an experiment names.
pub(crate) struct Header {
    /// As flags; `-img` over `-mask`.
    pub(crate) said: Experiment,
    /// The mask's pixels.
    pub(crate) mask: Option<Smv>,
    /// Whether there was any.
    pub(crate) read_any: bool,
}

/// Header keys and the flags that say the same.
const KEYS: [(&str, Flag); 11] = [
    ("PIXEL_SIZE", Flag::Pixel),
    ("DISTANCE", Flag::Distance),
    ("CLOSE_DISTANCE", Flag::CloseDistance),
    ("WAVELENGTH", Flag::Lambda),
    ("BEAM_CENTER_X", Flag::Xbeam),
    ("BEAM_CENTER_Y", Flag::Ybeam),
    ("ORGX", Flag::Orgx),
    ("ORGY", Flag::Orgy),
    ("PHI", Flag::Phi),
    ("OSC_RANGE", Flag::Osc),
    ("TWOTHETA", Flag::Twotheta),
];

impl Header {
    /// Reads the headers that an experiment names.
    pub(crate) fn read_all(
        experiment: &Experiment,
        mode: Mode,
        warnings: &mut Vec<String>,
    ) -> Result<Self, Error> {
        let mut said = Experiment::new();
        let mut mask = None;
        if let Some(path) = experiment.file(Flag::Img) {
            said.fill_in(as_flags(&smv::read_header(path)?, path, mode, None)?);
        }
        if let Some(path) = experiment.file(Flag::Mask) {
            let image = smv::read(path)?;
            said.fill_in(as_flags(&image.header, path, mode, Some(image.pixels.nrows()))?);
            mask = Some(image);
        }
        // A size or a wavelength that was typed replaces the header's, whatever unit it was typed in.
        if experiment.has(Flag::Energy) {
            said.forget(&[Flag::Lambda]);
        }
        // The C program has the header's pixels win over a size in mm (Q27).
        if mode == Mode::Physics && experiment.last_of(&[Flag::Detsize, Flag::DetsizeF]).is_some() {
            said.forget(&[Flag::DetpixelsF]);
        }
        if mode == Mode::Physics && experiment.last_of(&[Flag::Detsize, Flag::DetsizeS]).is_some() {
            said.forget(&[Flag::DetpixelsS]);
        }
        if experiment.has(Flag::Detpixels) {
            said.forget(&[Flag::DetpixelsF, Flag::DetpixelsS]);
        }
        if experiment.has(Flag::Distance) && !experiment.has(Flag::CloseDistance) && mode == Mode::Physics {
            // The header's nearest point belongs to the header's distance.
            if said.has(Flag::CloseDistance) {
                warnings.push("-distance is given: the header's CLOSE_DISTANCE is not used".to_owned());
                said.forget(&[Flag::CloseDistance]);
            }
        }
        let read_any = experiment.has(Flag::Img) || experiment.has(Flag::Mask);
        Ok(Self { said, mask, read_any })
    }
}

/// The header key that says the same as a flag.
pub(crate) fn key_of(flag: Flag) -> &'static str {
    match flag {
        Flag::DetpixelsF => "SIZE1",
        Flag::DetpixelsS => "SIZE2",
        _ => KEYS.iter().find(|(_, known)| *known == flag).map_or(flag.row().name, |(key, _)| key),
    }
}

/// A header as flags. A mask, whose number of rows is given, counts Ybeam from its other edge.
fn as_flags(
    header: &smv::Header,
    path: &Path,
    mode: Mode,
    mask_rows: Option<usize>,
) -> Result<Experiment, Error> {
    let from = Provenance::Header(path.to_owned());
    let mut said = Experiment::new();
    let mut say = |flag: Flag, number: f64| {
        said.say(flag, &[&number.to_string()], from.clone()).map_err(|error| match error {
            Error::WrongValue { found, expected, .. } => Error::Unfit {
                path: path.to_owned(),
                what: format!("{} in the header: expected {expected}, found {found:?}", key_of(flag)),
            },
            error => error,
        })
    };
    let number = |key: &str| -> Result<Option<f64>, Error> {
        match mode {
            Mode::Physics => Ok(header.number(key)?),
            Mode::Compat => Ok(header.reference_number(key)),
        }
    };
    for (key, flag) in [("SIZE1", Flag::DetpixelsF), ("SIZE2", Flag::DetpixelsS)] {
        if let Some(pixels) = header.number(key)? {
            say(flag, pixels)?;
        }
    }
    for (key, flag) in KEYS {
        let Some(mut value) = number(key)? else { continue };
        if flag == Flag::Twotheta && mode == Mode::Compat {
            continue;
        }
        if let (Flag::Ybeam, Some(rows)) = (flag, mask_rows) {
            #[expect(clippy::cast_precision_loss, reason = "an image has fewer than 2⁵³ rows")]
            let size = number("PIXEL_SIZE")?.unwrap_or(0.1) * rows as f64;
            value = size - value;
        }
        say(flag, value)?;
    }
    Ok(said)
}
