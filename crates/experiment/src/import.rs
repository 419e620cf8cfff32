//! Geometry files read onto a draft.

use std::path::Path;

use crate::draft::Draft;
use crate::error::Error;
use crate::model::{Crystal, Detector, EV_ANGSTROM, Scan};
use crate::notice::{Notice, Part};
use crate::provenance::Provenance;
use crate::{crystfel, dials};

/// What is known beside a CrystFEL geometry, whose numbers may stand in a data file.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct GeomOptions {
    /// Camera length in mm, in place of the file's.
    pub camera_length_mm: Option<f64>,
    /// Whether a wavelength or an energy is given elsewhere, so that the file needs none.
    pub has_spectrum: bool,
}

impl GeomOptions {
    /// A camera length in mm, and whether a wavelength or an energy is given elsewhere.
    #[must_use]
    pub const fn new(camera_length_mm: Option<f64>, has_spectrum: bool) -> Self {
        Self { camera_length_mm, has_spectrum }
    }
}

impl Draft {
    /// Takes beam, detector, scan and crystal of a DIALS experiment list.
    ///
    /// # Errors
    /// Those of [`dials::read`].
    pub fn import_expt(&mut self, path: &Path) -> Result<Vec<Notice>, Error> {
        let imported = dials::read(path)?;
        let from = Provenance::File { path: path.to_owned(), line: None };
        if let Some(beam) = imported.beam {
            self.beam.direction = beam.direction;
            self.beam.spectrum = beam.spectrum;
            self.beam.polarization = beam.polarization;
            self.imported(&["beam.direction", "beam.spectrum", "beam.polarization"], &from);
        }
        if let Some(panels) = imported.panels {
            self.detector = Detector::Panels(panels);
            self.imported(&["detector"], &from);
        }
        if let Some(scan) = imported.scan {
            // A list says nothing of steps.
            let steps = if scan.width_deg == 0.0 { 1 } else { self.scan.steps };
            self.scan = Scan { steps, centred_steps: self.scan.centred_steps, ..scan };
            let keys = ["scan.axis", "scan.start_deg", "scan.width_deg", "scan.step_deg", "scan.images"];
            self.imported(&keys, &from);
        }
        if let Some(crystal) = imported.crystal {
            let before = self.crystal.take().unwrap_or_default();
            self.crystal = Some(Crystal {
                cell: None,
                matrix_file: None,
                vectors_angstrom: crystal.vectors_angstrom,
                orientation: crystal.orientation,
                ..before
            });
            self.imported(&["crystal.vectors_angstrom", "crystal.orientation"], &from);
        }
        Ok(notices(imported.notices))
    }

    /// Takes the detector and the photon energy of a CrystFEL geometry.
    ///
    /// # Errors
    /// Those of [`crystfel::read`], and numbers that the file leaves open when they are not given.
    pub fn import_geom(&mut self, path: &Path, options: GeomOptions) -> Result<Vec<Notice>, Error> {
        let geometry = crystfel::read(path)?;
        let from = Provenance::File { path: path.to_owned(), line: None };
        let open = geometry.photon_energy_ev.is_none() && options.has_spectrum;
        // Any energy will do for a file without one: it is replaced.
        let beam = geometry.beam(open.then_some(EV_ANGSTROM))?;
        self.detector = Detector::Panels(geometry.panels(options.camera_length_mm.map(|mm| mm * 1e-3))?);
        self.beam.direction = beam.direction;
        self.beam.spectrum = beam.spectrum;
        self.beam.polarization.e_vector = beam.polarization.e_vector;
        let keys = ["detector", "beam.direction", "beam.spectrum", "beam.polarization.e_vector"];
        self.imported(&keys, &from);
        Ok(notices(geometry.notices))
    }

    fn imported(&mut self, keys: &[&str], from: &Provenance) {
        for key in keys {
            self.provenance.forget(key);
            self.provenance.set(*key, from.clone());
        }
    }
}

fn notices(lines: Vec<String>) -> Vec<Notice> {
    lines.into_iter().map(|line| Notice::new(Part::Files, line)).collect()
}
