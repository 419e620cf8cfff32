//! Where the panels of an image are: by its header, or by a description of the experiment.

use std::path::Path;

use nanobragg_c_flags::Error;
use nanobragg_experiment::{
    Context, Crystal, Draft, Error as ExperimentError, GeomOptions, PredictedSpot, Provenance,
    StructureFactors, in_order, resolve,
};
use nanobragg_geometry::{LabVec, Panel};
use nanobragg_image_io::{Header, Image, cbf, smv};

use super::view::named;
use crate::failure::Failure;
use crate::terminal;

/// Cells of a crystal along each edge whose size is not known.
const CELLS: [u32; 3] = [100; 3];

/// The geometry of an image.
pub(crate) struct Known {
    /// A panel for each of the image's.
    pub(crate) panels: Vec<Panel>,
    pub(crate) wavelength_angstrom: f64,
    /// The spots of each panel, where they are wanted.
    pub(crate) spots: Option<Vec<Vec<PredictedSpot>>>,
}

/// The geometry of an image by an experiment's description, or by the image's own header.
pub(crate) fn of(
    path: &Path,
    image: &Image,
    experiment: Option<&Path>,
    panel: Option<&str>,
    wants_spots: bool,
) -> Result<Known, Failure> {
    let shape = [image.pixels.nrows(), image.pixels.ncols()];
    match (experiment, &image.header) {
        (Some(experiment), header) => described(path, image, header, experiment, panel, wants_spots),
        (None, Header::Smv(header)) => of_smv(header, shape),
        (None, Header::Cbf(header)) => of_cbf(header, shape),
        (None, _) => Err(unknown(path, "an image of this format has no geometry in it")),
    }
}

/// In the frame of the panel: x along the fast axis, y along the slow one. The nearest point C of its plane, at the distance
/// D, and the point B where the beam meets it, give the beam's direction (B − C, D) however the detector is tilted.
fn of_smv(header: &smv::Header, shape: [usize; 2]) -> Result<Known, Failure> {
    let need = |key: &str| {
        header.number(key)?.ok_or_else(|| unknown(header.path(), &format!("its header has no {key}")))
    };
    let pair = |x: &str, y: &str| -> Result<Option<[f64; 2]>, Failure> {
        Ok(header.number(x)?.zip(header.number(y)?).map(|(x, y)| [x, y]))
    };
    let wavelength_angstrom = need("WAVELENGTH")?;
    let pixel_mm = need("PIXEL_SIZE")?;
    let half = pixel_mm / 2.0;
    // Fast and slow, mm. BEAM_CENTER alone is that of ADSC detectors, as dxtbx reads it: X along the slow axis.
    let beam = if let Some([x, y]) = pair("MOSFLM_CENTER_X", "MOSFLM_CENTER_Y")? {
        [y + half, x + half]
    } else if let Some([x, y]) = pair("DENZO_X_BEAM", "DENZO_Y_BEAM")? {
        [y, x]
    } else if let Some([x, y]) = pair("ADXV_CENTER_X", "ADXV_CENTER_Y")? {
        [x, shape[0] as f64 * pixel_mm - y]
    } else {
        [need("BEAM_CENTER_Y")?, need("BEAM_CENTER_X")?]
    };
    let (near, distance_mm) = match (pair("XDS_ORGX", "XDS_ORGY")?, header.number("CLOSE_DISTANCE")?) {
        (Some(origin), Some(close_mm)) => (origin.map(|pixels| (pixels - 0.5) * pixel_mm), close_mm),
        _ if header.number("TWOTHETA")?.unwrap_or(0.0) != 0.0 => {
            return Err(unknown(
                header.path(),
                "its header has a TWOTHETA and no XDS_ORGX, XDS_ORGY and CLOSE_DISTANCE",
            ));
        }
        _ => (beam, need("DISTANCE")?),
    };
    facing(
        shape,
        pixel_mm * 1e-3,
        beam.map(|mm| mm * 1e-3),
        near.map(|mm| mm * 1e-3),
        distance_mm * 1e-3,
        wavelength_angstrom,
    )
}

fn of_cbf(header: &cbf::HeaderText, shape: [usize; 2]) -> Result<Known, Failure> {
    let missing = |name: &str| unknown(header.path(), &format!("its header has no line `# {name}`"));
    let need = |name: &str| header.number(name)?.ok_or_else(|| missing(name));
    let pair = |name: &str| header.pair(name)?.ok_or_else(|| missing(name));
    if header.number("Detector_2theta")?.unwrap_or(0.0) != 0.0 {
        return Err(unknown(
            header.path(),
            "its header has a Detector_2theta, and does not say about which axis",
        ));
    }
    let [pixel_m, slow_m] = pair("Pixel_size")?;
    if (pixel_m - slow_m).abs() > 1e-6 * pixel_m {
        return Err(unknown(header.path(), "its pixels are not square"));
    }
    let beam = pair("Beam_xy")?.map(|pixels| pixels * pixel_m);
    facing(shape, pixel_m, beam, beam, need("Detector_distance")?, need("Wavelength")?)
}

/// A panel in its own frame, of which points are given along the fast and the slow axis in metres.
fn facing(
    shape: [usize; 2],
    pixel_size_m: f64,
    beam: [f64; 2],
    near: [f64; 2],
    distance_m: f64,
    wavelength_angstrom: f64,
) -> Result<Known, Failure> {
    let panel = Panel::flat(
        shape,
        pixel_size_m,
        LabVec::new(-near[0], -near[1], distance_m),
        LabVec::new(1.0, 0.0, 0.0),
        LabVec::new(0.0, 1.0, 0.0),
        LabVec::new(beam[0] - near[0], beam[1] - near[1], distance_m),
    )
    .map_err(ExperimentError::from)?;
    Ok(Known { panels: vec![panel], wavelength_angstrom, spots: None })
}

/// The geometry of a description. Without spots only beam and detector of it count, and no structure factors are read.
fn described(
    path: &Path,
    image: &Image,
    header: &Header,
    experiment: &Path,
    panel: Option<&str>,
    wants_spots: bool,
) -> Result<Known, Failure> {
    let mut draft = draft(experiment)?;
    if !wants_spots {
        draft.crystal = Some(Crystal::new([100.0, 100.0, 100.0, 90.0, 90.0, 90.0]));
        draft.structure_factors = Some(StructureFactors::uniform(0.0));
        draft.background = Vec::new();
    }
    if draft.scan.images > 1 {
        match start_deg(header)? {
            Some(start_deg) => draft.scan.start_deg = start_deg,
            None if wants_spots => {
                let images = draft.scan.images;
                terminal::warn(format!(
                    "{}: spots are those of the first of {images} images",
                    experiment.display()
                ));
            }
            None => {}
        }
        draft.scan.images = 1;
    }
    let resolved = draft
        .finish()
        .and_then(|experiment| resolve(&experiment, &Context::of_this_machine()))
        .map_err(|error| error.in_description(experiment))?;
    let panels = &resolved.simulation.panels;
    let names: Vec<&str> = panels.iter().map(|panel| panel.name.as_str()).collect();
    let chosen: Vec<usize> = match (image.panels.len(), panel) {
        (1, Some(panel)) => vec![named(experiment, panel, &names)?],
        (count, _) if count == panels.len() => (0..count).collect(),
        (count, _) => {
            let (image, experiment, of_experiment) = (path.display(), experiment.display(), panels.len());
            let text = format!(
                "{image} has {count} panel(s), {experiment} {of_experiment}: expected as many, or --panel NAME|K"
            );
            return Err(Error::Contradiction(text).into());
        }
    };
    for (of_image, &index) in image.panels.iter().zip(&chosen) {
        let (found, [slow, fast]) =
            ([of_image.rows.len(), image.pixels.ncols()], panels[index].placement.panel.shape);
        if found != [slow, fast] {
            let (image, experiment, name) = (path.display(), experiment.display(), &panels[index].name);
            let [found_slow, found_fast] = found;
            let text = format!(
                "{image}: found {found_slow} slow x {found_fast} fast pixels, expected {slow} x {fast} as panel {name} \
                 of {experiment}"
            );
            return Err(Error::Contradiction(text).into());
        }
    }
    let spots = if wants_spots {
        Some(resolved.spots().map_err(|error| error.in_description(experiment))?)
    } else {
        None
    };
    Ok(Known {
        panels: chosen.iter().map(|&index| panels[index].placement.panel.clone()).collect(),
        wavelength_angstrom: resolved.facts.wavelength_angstrom,
        spots: spots.map(|spots| chosen.iter().map(|&index| spots[index].clone()).collect()),
    })
}

/// What a file describes, by its extension; of a DIALS experiment list the crystal has a size and one F added.
fn draft(path: &Path) -> Result<Draft, Failure> {
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
    let (draft, notices) = match extension.as_ref().and_then(|extension| extension.to_str()) {
        Some("expt") => {
            let mut draft = Draft::default();
            let notices = draft.import_expt(path)?;
            for (key, what) in [("detector", "no detector"), ("beam.spectrum", "no beam")] {
                if !matches!(draft.provenance.of(key), Provenance::File { .. }) {
                    return Err(
                        ExperimentError::Unfit { path: path.to_owned(), what: what.to_owned() }.into()
                    );
                }
            }
            draft.crystal = draft.crystal.map(|crystal| crystal.with_cells(CELLS));
            draft.structure_factors = Some(StructureFactors::uniform(1.0));
            (draft, notices)
        }
        Some("geom") => {
            let mut draft = Draft::default();
            let notices = draft.import_geom(path, GeomOptions::default())?;
            (draft, notices)
        }
        _ => Draft::from_toml_file(path)?,
    };
    for notice in in_order(notices) {
        terminal::warn(notice);
    }
    Ok(draft)
}

/// The spindle angle at the start of an image by its header, degrees.
fn start_deg(header: &Header) -> Result<Option<f64>, Failure> {
    Ok(match header {
        Header::Smv(header) => header.number("OSC_START")?,
        Header::Cbf(header) => header.number("Start_angle")?,
        _ => None,
    })
}

/// The geometry of an image is not known.
fn unknown(path: &Path, why: &str) -> Failure {
    let text = format!(
        "{}: {why}: --rings, --beam and --spots need --experiment FILE (TOML, .expt or .geom)",
        path.display()
    );
    Error::Contradiction(text).into()
}
