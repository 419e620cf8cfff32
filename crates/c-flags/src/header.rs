//! The headers of `-img` and `-mask`, as the flags that give the same values.

use std::path::Path;

use nanobragg_experiment::{Error as ExperimentError, Mode, Notice, Part, Provenance};
use nanobragg_image_io::smv;

use crate::arguments::Arguments;
use crate::error::Error;
use crate::flag::Flag;

/// Header keys and the flags that give the same values.
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

/// Reads the headers that a command line names: as flags, those of `-img` over those of `-mask`, without those that the
/// command line overrides.
pub(crate) fn read_all(
    arguments: &Arguments,
    mode: Mode,
    notices: &mut Vec<Notice>,
) -> Result<Arguments, Error> {
    let mut header = Arguments::new();
    if let Some(path) = arguments.file(Flag::Img) {
        let read = smv::read_header(path).map_err(ExperimentError::from)?;
        warn_of_misspelt_keys(&read, path, notices);
        header.fill_in(as_flags(&read, path, mode, None)?);
    }
    if let Some(path) = arguments.file(Flag::Mask) {
        let image = smv::read(path).map_err(ExperimentError::from)?;
        warn_of_misspelt_keys(&image.header, path, notices);
        header.fill_in(as_flags(&image.header, path, mode, Some(image.pixels.nrows()))?);
    }
    // A size or a wavelength that was typed replaces the header's, whatever unit it was typed in.
    if arguments.has(Flag::Energy) {
        header.remove(&[Flag::Lambda]);
    }
    // The C program has the header's pixels win over a size in mm (Q27).
    if mode == Mode::Physics && arguments.last_of(&[Flag::Detsize, Flag::DetsizeF]).is_some() {
        header.remove(&[Flag::DetpixelsF]);
    }
    if mode == Mode::Physics && arguments.last_of(&[Flag::Detsize, Flag::DetsizeS]).is_some() {
        header.remove(&[Flag::DetpixelsS]);
    }
    if arguments.has(Flag::Detpixels) {
        header.remove(&[Flag::DetpixelsF, Flag::DetpixelsS]);
    }
    if arguments.has(Flag::Distance) && !arguments.has(Flag::CloseDistance) && mode == Mode::Physics {
        // The header's nearest point belongs to the header's distance.
        if header.has(Flag::CloseDistance) {
            let text = "-distance is given: the header's CLOSE_DISTANCE is not used";
            notices.push(Notice::new(Part::Files, text));
            header.remove(&[Flag::CloseDistance]);
        }
    }
    Ok(header)
}

/// Other keys of SMV headers that have a meaning here.
const OTHER_KEYS: [&str; 6] = ["HEADER_BYTES", "DIM", "BYTE_ORDER", "TYPE", "SIZE1", "SIZE2"];

/// Warns of keys that are one letter off one that has a meaning: they are not read.
fn warn_of_misspelt_keys(header: &smv::Header, path: &Path, notices: &mut Vec<Notice>) {
    let known = || KEYS.iter().map(|(key, _)| *key).chain(OTHER_KEYS);
    for (key, _) in header.entries() {
        // Three letters and a digit name other things: SIZE3, CHI.
        let is_word = key.len() > 5 && !known().any(|known| known == key);
        let nearest = known().find(|known| strsim::osa_distance(known, key) == 1);
        if let (Some(nearest), true) = (nearest, is_word) {
            let path = path.display();
            let text =
                format!("{path}: the header key {key} is not known and not read: did you mean {nearest}?");
            notices.push(Notice::new(Part::Files, text));
        }
    }
}

/// The header key of a flag.
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
) -> Result<Arguments, Error> {
    let mut arguments = Arguments::new();
    let mut add = |flag: Flag, number: f64| {
        let from = Provenance::Header { path: path.to_owned(), key: key_of(flag) };
        arguments.add(flag, &[&number.to_string()], from.clone()).map_err(|error| error.of(&from))
    };
    let number = |key: &str| -> Result<Option<f64>, Error> {
        match mode {
            Mode::Physics => Ok(header.number(key).map_err(ExperimentError::from)?),
            Mode::Compat => Ok(header.reference_number(key)),
        }
    };
    for (key, flag) in [("SIZE1", Flag::DetpixelsF), ("SIZE2", Flag::DetpixelsS)] {
        if let Some(pixels) = header.number(key).map_err(ExperimentError::from)? {
            add(flag, pixels)?;
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
        add(flag, value)?;
    }
    Ok(arguments)
}
