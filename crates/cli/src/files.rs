//! The files of a run: written side by side, and named together when all are whole.

use std::path::{Path, PathBuf};

use hkl_io::fdump;
use nanobragg_c_flags::RunOptions;
use nanobragg_experiment::{Error as OfExperiment, ImageFiles, Resolved};
use nanobragg_image_io::{Region, npy, pgm, pixels, png, smv};
use nanobragg_kernel::{Image, Rendering, Statistics};
use serde_json::{Value, json};
use whole_file::{FileSet, destination};

use crate::counts::Detector;
use crate::exposure::Exposure;
use crate::failure::Failure;
use crate::named_file::{Named, of_panel};
use crate::nxmx_series::Series;
use crate::prepared::Prepared;
use crate::row_writers::{RowFiles, has_one_shape};
use crate::written::Written;
use crate::{counted, smv_header};

/// The set that takes the files of a run.
pub(crate) fn set(options: &RunOptions) -> FileSet {
    if options.no_clobber { FileSet::of_new_files() } else { FileSet::new() }
}

/// Writes the structure factors for next time, where that is wanted.
pub(crate) fn write_dump(set: &FileSet, prepared: &Prepared) -> Result<(), Failure> {
    if let (Some(path), Some(grid)) =
        (&prepared.experiment.structure_factors.dump_file, prepared.resolved.grid())
    {
        set.write(path, |out| fdump::write_to(out, grid))?;
    }
    Ok(())
}

/// Checks, before a rendering, that its files can be written, and with `-no-clobber` that none of them exists.
pub(crate) fn check_targets(prepared: &Prepared) -> Result<(), Failure> {
    check_inputs(prepared)?;
    check(prepared, targets(prepared))
}

/// Checks that no file of a panel, or of an image of a series, is one that is read. An experiment checks the names as given.
fn check_inputs(prepared: &Prepared) -> Result<(), Failure> {
    let experiment = &prepared.experiment;
    let images = experiment.rendered_images();
    if images == 1 && prepared.resolved.simulation.panels.len() == 1 {
        return Ok(());
    }
    let inputs: Vec<_> =
        experiment.inputs().into_iter().map(|(key, path)| (key, destination(path))).collect();
    for (key, path) in (0..images).flat_map(|image| of_image(prepared, &experiment.image_files(image))) {
        let target = destination(&path);
        if let Some((input, _)) = inputs.iter().find(|(_, input)| *input == target) {
            let [output, input] = [key, input].map(|key| experiment.provenance.name_of(key).to_owned());
            return Err(OfExperiment::WouldReplace { output, input, path }.into());
        }
    }
    Ok(())
}

/// Checks that files can be written.
pub(crate) fn check(prepared: &Prepared, targets: Vec<PathBuf>) -> Result<(), Failure> {
    whole_file::check(targets.iter().map(PathBuf::as_path))?;
    if prepared.options.no_clobber {
        let paths: Vec<PathBuf> = targets.into_iter().filter(|path| path.is_file()).collect();
        if !paths.is_empty() {
            return Err(Failure::Exists { paths });
        }
    }
    Ok(())
}

/// Every file that a run writes.
pub(crate) fn targets(prepared: &Prepared) -> Vec<PathBuf> {
    let experiment = &prepared.experiment;
    let images = (0..experiment.rendered_images()).map(|image| experiment.image_files(image));
    let of_images = images.flat_map(|files| of_image(prepared, &files));
    let mut targets: Vec<PathBuf> = of_images.map(|(_, path)| path).collect();
    targets.extend(experiment.output.nxmx_file.clone());
    targets.extend(experiment.output.expt_file.clone());
    if prepared.resolved.grid().is_some() {
        targets.extend(experiment.structure_factors.dump_file.clone());
    }
    targets
}

/// The files of an image, with those of all panels, each with its key.
pub(crate) fn of_image(prepared: &Prepared, files: &ImageFiles) -> Vec<(&'static str, PathBuf)> {
    let panels = &prepared.resolved.simulation.panels;
    let shape = |panel: usize| panels[panel].placement.panel.shape;
    let one_shape = (0..panels.len()).all(|panel| shape(panel) == shape(0));
    let mut targets = Vec::new();
    for (key, path) in files.with_keys() {
        if panels.len() == 1 || (key == "output.float_file" && one_shape) {
            targets.push((key, path.to_owned()));
        } else {
            targets.extend((0..panels.len()).map(|panel| (key, of_panel(path, panel))));
        }
        if key == "output.float_file" {
            targets.extend(files.beside_floats().map(|path| (key, path)));
        }
    }
    targets
}

/// Writes the images of an exposure that are not written with its rows, side by side.
pub(crate) fn write_all(
    set: &FileSet,
    exposure: &Exposure<'_>,
    rendering: &Rendering,
    rows: RowFiles,
    detector: Option<&Detector>,
    series: Option<&mut Series>,
) -> Result<Written, Failure> {
    let Exposure { prepared, resolved, files: names, .. } = exposure;
    let output = &prepared.experiment.output;
    let sim = &resolved.simulation;
    let statistics = Statistics::of(rendering, sim);
    let mut files = rows.floats;
    files.extend(write_description(set, exposure, rendering)?);
    let count_scale = output.int_scale.unwrap_or_else(|| pixels::auto_count_scale(statistics.max));
    let gray_scale =
        output.pgm_scale.unwrap_or_else(|| pixels::auto_gray_scale(statistics.rmsd, count_scale));
    let scaled = Scaled { set, exposure, rendering };
    let (counts, gray) = rayon::join(
        || names.int.as_ref().map(|path| scaled.counts(path, count_scale)).transpose(),
        || names.pgm.as_ref().map(|path| scaled.gray(path, gray_scale)).transpose(),
    );
    files.extend(counts?.unwrap_or_default());
    files.extend(gray?.unwrap_or_default());
    files.extend(rows.noise);
    let overloads = match detector {
        Some(detector) => {
            let images = rendering.panels.iter().map(|panel| panel.image.view());
            let counts = detector.respond(images, exposure.image)?;
            let has_arrays = prepared.experiment.response.is_described();
            files.extend(counted::write(set, exposure, &counts, has_arrays)?);
            if let Some(series) = series {
                series.append(&counts)?;
            }
            Some(counts.iter().map(|counts| counts.overloads).sum())
        }
        None => None,
    };
    if !prepared.experiment.response.is_described() {
        files.extend(scaled.photons(names.npy.as_deref(), names.png.as_deref(), gray_scale)?);
    }
    let several = sim.panels.len() > 1;
    Ok(Written {
        of_panels: if several {
            (0..sim.panels.len()).map(|panel| Statistics::of_panel(rendering, sim, panel)).collect()
        } else {
            Vec::new()
        },
        statistics,
        solid_angle_sr: rendering.solid_angle_sr(),
        left_out: rendering.left_out,
        count_scale,
        gray_scale,
        noise: rows.counted,
        overloads,
        files,
    })
}

/// Writes what describes all images: the experiment list. Adds the dump to what a run wrote.
pub(crate) fn write_descriptions(set: &FileSet, prepared: &Prepared) -> Result<Vec<Named>, Failure> {
    let mut files = Vec::new();
    if let Some(path) = &prepared.experiment.output.expt_file {
        let list = prepared.resolved.experiment_list(&prepared.experiment);
        set.write(path, |out| writeln!(out, "{list:#}"))?;
        files.push((path.clone(), "geometry and crystal for DIALS"));
    }
    let dump = &prepared.experiment.structure_factors.dump_file;
    if prepared.resolved.grid().is_some() {
        files.extend(dump.clone().map(|path| (path, "structure factors, binary")));
    }
    Ok(files)
}

/// The file that states the type and the shapes of the floats.
fn write_description(
    set: &FileSet,
    exposure: &Exposure<'_>,
    rendering: &Rendering,
) -> Result<Option<Named>, Failure> {
    let Some((path, beside)) = exposure.files.float.as_ref().zip(exposure.files.beside_floats()) else {
        return Ok(None);
    };
    let shapes: Vec<[usize; 2]> = rendering.panels.iter().map(|panel| panel.image.dim().into()).collect();
    let description = described(path, &exposure.resolved, rendering, has_one_shape(&shapes));
    set.write(&beside, |out| writeln!(out, "{description:#}"))?;
    Ok(Some((beside, "type and shape of the floats")))
}

/// Type, shape and panels of the float files.
fn described(path: &Path, resolved: &Resolved, rendering: &Rendering, one_shape: bool) -> Value {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let shape_of = |image: &Image| [image.dim().0, image.dim().1];
    let panels = resolved.simulation.panels.iter().zip(&rendering.panels).enumerate();
    let panels: Vec<Value> = panels
        .map(|(index, (panel, rendered))| {
            let shape = shape_of(&rendered.image);
            if one_shape {
                json!({ "name": panel.name, "shape": shape })
            } else {
                json!({ "name": panel.name, "shape": shape, "file": name(&of_panel(path, index)) })
            }
        })
        .collect();
    let byte_order = if cfg!(target_endian = "big") { "big" } else { "little" };
    let mut description = json!({ "type": "float32", "byte_order": byte_order });
    if one_shape {
        let [slow, fast] = shape_of(&rendering.panels[0].image);
        let count = rendering.panels.len();
        description["file"] = json!(name(path));
        description["shape"] = if count == 1 { json!([slow, fast]) } else { json!([count, slow, fast]) };
    }
    description["panels"] = panels.into();
    description
}

/// The images that are scaled or drawn from the photons, each a file per panel.
struct Scaled<'a> {
    set: &'a FileSet,
    exposure: &'a Exposure<'a>,
    rendering: &'a Rendering,
}

impl Scaled<'_> {
    /// Each panel's image and region, and its file of a name.
    fn panels<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = (usize, &'a Image, Region, PathBuf)> {
        let panels = &self.exposure.resolved.simulation.panels;
        let several = panels.len() > 1;
        panels.iter().zip(&self.rendering.panels).enumerate().map(move |(index, (panel, rendered))| {
            let region = Region { fast: panel.region.fast.clone(), slow: panel.region.slow.clone() };
            let path = if several { of_panel(path, index) } else { path.to_owned() };
            (index, &rendered.image, region, path)
        })
    }

    fn counts(&self, path: &Path, scale: f64) -> Result<Vec<Named>, Failure> {
        let offset = self.exposure.prepared.experiment.response.adc_offset;
        let mut files = Vec::new();
        for (index, image, region, path) in self.panels(path) {
            let bands = region.bands(image.view());
            let counts = bands.map(|(band, region)| pixels::to_counts(band, scale, offset, &region));
            let header = smv_header::of_panel(&self.exposure.resolved, index);
            self.set.write(&path, |out| smv::write_bands_to(out, &header, counts))?;
            files.push((path, "scaled counts, 2-byte integers (SMV)"));
        }
        Ok(files)
    }

    fn gray(&self, path: &Path, scale: f64) -> Result<Vec<Named>, Failure> {
        let mut files = Vec::new();
        for (_, image, region, path) in self.panels(path) {
            let gray = region.bands(image.view()).map(|(band, region)| pixels::to_gray(band, scale, &region));
            self.set.write(&path, |out| pgm::write_bands_to(out, scale, image.dim().into(), gray))?;
            files.push((path, "scaled bytes (PGM)"));
        }
        Ok(files)
    }

    /// The photons as arrays and as pictures, whose levels are those of the PGM with 16 bits.
    fn photons(&self, npy: Option<&Path>, png: Option<&Path>, scale: f64) -> Result<Vec<Named>, Failure> {
        let mut files = Vec::new();
        for (_, image, _, path) in npy.into_iter().flat_map(|path| self.panels(path)) {
            self.set.write(&path, |out| npy::write_to(out, image.view()))?;
            files.push((path, "photons (NumPy)"));
        }
        for (_, image, _, path) in png.into_iter().flat_map(|path| self.panels(path)) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a float cast saturates"
            )]
            let levels = image.mapv(|photons| (f64::from(photons) * scale * 257.0) as u16);
            self.set.write(&path, |out| png::write_gray16_to(out, levels.view()))?;
            files.push((path, "photons, 16-bit gray (PNG)"));
        }
        Ok(files)
    }
}
