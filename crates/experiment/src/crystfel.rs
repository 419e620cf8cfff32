//! Detector geometries of CrystFEL (`.geom`).
//!
//! The format is that of the manual page crystfel_geometry(5) of CrystFEL 0.11, and where that page is silent, that of
//! `libcrystfel/src/datatemplate.c`. A pixel of a panel at (fs, ss), counted from 0 from the panel's corner and with its
//! own corner at whole numbers, is at
//!
//! ```text
//! x = (fs · fs_x + ss · ss_x + corner_x) / res          y likewise
//! z = clen + coffset + (fs · fs_z + ss · ss_z) / res
//! ```
//!
//! in a laboratory frame whose z axis points along the beam. Older files, which give a panel a `clen` of its own, are
//! read as well. Stricter than CrystFEL: a number must be a whole word, and directions must be perpendicular and of a
//! length of one pixel, both within 2 %, as pixels are square here.

mod bad;
mod direction;
mod energy;
mod reader;
mod statement;
mod template;

use std::path::{Path, PathBuf};

use self::energy::Energy;
use self::reader::Misspelt;
use self::statement::{At, Quantity};
use self::template::Frame;
use crate::files::read_small;
use crate::{Beam, Error, Panel, Polarization, Spectrum};

/// A geometry file, checked.
///
/// Numbers that the file refers to a data file for are open: the camera length is then given to
/// [`panels`](Self::panels), the photon energy to [`beam`](Self::beam).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Geometry {
    /// The file.
    pub path: PathBuf,
    /// The camera length of all panels, m, where the file states one.
    pub clen_m: Option<f64>,
    /// The photon energy, eV, where the file states it or a wavelength.
    pub photon_energy_ev: Option<f64>,
    /// What was in the file and has no effect, or had to be assumed.
    pub notices: Vec<String>,
    frames: Vec<Frame>,
    misspelt: Vec<Misspelt>,
    energy: Option<At<Energy>>,
}

/// Reads a geometry file.
///
/// # Errors
///
/// A file that cannot be read, holds no panel, or has a value that is impossible or missing, named by its line and key.
///
/// # Examples
///
/// ```no_run
/// # fn main() -> Result<(), nanobragg_experiment::Error> {
/// let geometry = nanobragg_experiment::crystfel::read("jungfrau.geom".as_ref())?;
/// let panels = geometry.panels(Some(0.125))?;
/// let beam = geometry.beam(None)?;
/// # Ok(())
/// # }
/// ```
pub fn read(path: &Path) -> Result<Geometry, Error> {
    let bytes = read_small(path)?;
    // Comments may be in any encoding, and lines end as on any system.
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n").replace('\r', "\n");
    let read = reader::read(path, &text)?;
    Ok(Geometry {
        path: path.to_owned(),
        clen_m: common_clen(&read.frames),
        photon_energy_ev: read.energy.as_ref().and_then(|energy| energy.value.ev()),
        notices: read.notices,
        frames: read.frames,
        misspelt: read.misspelt,
        energy: read.energy,
    })
}

impl Geometry {
    /// The panels in the order of the file, in the laboratory frame of CrystFEL. A given camera length in m replaces
    /// the file's.
    ///
    /// # Errors
    ///
    /// A panel whose camera length is in a data file, when none is given; a given one that is not finite.
    pub fn panels(&self, clen_m: Option<f64>) -> Result<Vec<Panel>, Error> {
        if let Some(given) = clen_m.filter(|given| !given.is_finite()) {
            return Err(given_value("clen_m", given, "a camera length in m"));
        }
        self.frames.iter().map(|frame| self.panel(frame, clen_m)).collect()
    }

    /// A parallel, unpolarized beam along z, with an E-vector along x. A given photon energy in eV replaces the file's.
    ///
    /// # Errors
    ///
    /// A photon energy that is in a data file or nowhere, when none is given; a given one that is not positive.
    pub fn beam(&self, photon_energy_ev: Option<f64>) -> Result<Beam, Error> {
        let spectrum = match (photon_energy_ev, &self.energy) {
            (Some(ev), _) if ev.is_finite() && ev > 0.0 => Spectrum::EnergyEv(ev),
            (Some(ev), _) => {
                return Err(given_value("photon_energy_ev", ev, "a photon energy in eV, more than 0"));
            }
            (None, Some(At { value: Energy::Ev(ev), .. })) => Spectrum::EnergyEv(*ev),
            (None, Some(At { value: Energy::WavelengthAngstrom(wavelength), .. })) => {
                Spectrum::WavelengthAngstrom(*wavelength)
            }
            (None, Some(At { value: Energy::Location(place), line })) => {
                return Err(self.open("photon_energy", *line, "a photon energy", place));
            }
            (None, None) => {
                let what =
                    "expected photon_energy or wavelength, found neither: give the photon energy".to_owned();
                return Err(Error::Unfit { path: self.path.clone(), what });
            }
        };
        Ok(Beam {
            direction: Some([0.0, 0.0, 1.0]),
            spectrum,
            polarization: Polarization { e_vector: Some([1.0, 0.0, 0.0]), ..Polarization::default() },
            ..Beam::default()
        })
    }

    fn panel(&self, frame: &Frame, given_clen_m: Option<f64>) -> Result<Panel, Error> {
        let clen_m = given_clen_m.map_or_else(|| self.clen_of(frame), Ok)?;
        let pixel_size_mm = 1000.0 / frame.res;
        let [corner_x, corner_y] = frame.corner_px;
        let z_mm = (clen_m + frame.coffset_m) * 1000.0;
        let origin_mm = [corner_x * pixel_size_mm, corner_y * pixel_size_mm, z_mm];
        let mut panel =
            Panel::new(origin_mm, frame.fs, frame.ss, frame.pixels, pixel_size_mm).named(frame.name.as_str());
        panel.bad.clone_from(&frame.bad);
        panel.trusted_range = frame.max_adu.map(|max_adu| [0.0, max_adu]);
        Ok(panel)
    }

    fn clen_of(&self, frame: &Frame) -> Result<f64, Error> {
        let key = || format!("{}/clen", frame.name);
        match &frame.clen {
            Some(At { value: Quantity::Number(clen_m), .. }) => Ok(*clen_m),
            Some(At { value: Quantity::Location(place), line }) => {
                Err(self.open(&key(), *line, "a camera length", place))
            }
            None => {
                let what = "expected a camera length for the panel first named here, found none: give it";
                let (path, line) = (self.path.clone(), frame.line);
                let error = Error::Key { path, line, key: key(), what: what.to_owned() };
                Err(reader::in_place_of(error, &self.misspelt))
            }
        }
    }

    /// A number that is in a data file, and was not given.
    fn open(&self, key: &str, line: usize, expected: &str, place: &str) -> Error {
        Error::Key {
            path: self.path.clone(),
            line,
            key: key.to_owned(),
            what: format!("expected {expected}, found its place in a data file, {place:?}: give the number"),
        }
    }
}

/// The camera length in m that all panels have, where they have one.
fn common_clen(frames: &[Frame]) -> Option<f64> {
    let mut lengths = frames.iter().map(|frame| frame.clen.as_ref().map(|clen| &clen.value));
    let first = lengths.next()??;
    match first {
        Quantity::Number(clen_m) if lengths.all(|other| other == Some(first)) => Some(*clen_m),
        _ => None,
    }
}

fn given_value(key: &str, found: f64, expected: &str) -> Error {
    Error::Value {
        key: key.to_owned(),
        from: Box::default(),
        found: found.to_string(),
        expected: expected.to_owned(),
    }
}
