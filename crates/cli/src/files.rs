//! The files of a run: written side by side, and named together when all are whole.

use std::path::{Path, PathBuf};

use hkl_io::fdump;
use nanobragg_c_flags::RunOptions;
use nanobragg_image_io::{Region, pgm, pixels, raw, smv};
use nanobragg_kernel::{self as kernel, Image, Rendering, Statistics, noise};
use serde_json::{Value, json};
use whole_file::FileSet;

use crate::failure::Failure;
use crate::prepared::Prepared;
use crate::smv_header;
use crate::written::Written;

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
    let targets = targets(prepared);
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
    let output = &prepared.experiment.output;
    let panels = &prepared.resolved.simulation.panels;
    let each = |path: &Path| -> Vec<PathBuf> {
        if panels.len() == 1 {
            return vec![path.to_owned()];
        }
        (0..panels.len()).map(|panel| of_panel(path, panel)).collect()
    };
    let shape = |panel: usize| panels[panel].placement.panel.shape;
    let one_shape = (0..panels.len()).all(|panel| shape(panel) == shape(0));
    let mut targets = if one_shape { vec![output.float_file.clone()] } else { each(&output.float_file) };
    if !output.float_file.starts_with("/dev") {
        targets.push(output.float_file.with_extension("json"));
    }
    targets.extend(each(&output.int_file));
    if output.write_pgm {
        targets.extend(each(&output.pgm_file));
    }
    if output.write_noise {
        targets.extend(each(&output.noise_file));
    }
    targets.extend(output.expt_file.clone());
    if prepared.resolved.grid().is_some() {
        targets.extend(prepared.experiment.structure_factors.dump_file.clone());
    }
    targets
}

/// Writes all images: the float image while its statistics are taken, then the scaled ones side by side.
pub(crate) fn write_all(
    set: &FileSet,
    prepared: &Prepared,
    rendering: &Rendering,
) -> Result<Written, Failure> {
    let output = &prepared.experiment.output;
    let sim = &prepared.resolved.simulation;
    let (floats, statistics) = rayon::join(
        || write_floats(set, &output.float_file, prepared, rendering),
        || Statistics::of(rendering, sim),
    );
    let mut files = floats?;
    let count_scale = output.int_scale.unwrap_or_else(|| pixels::auto_count_scale(statistics.max));
    let gray_scale =
        output.pgm_scale.unwrap_or_else(|| pixels::auto_gray_scale(statistics.rmsd, count_scale));
    let scaled = Scaled { set, prepared, rendering };
    let (noise, (counts, gray)) = rayon::join(
        || output.write_noise.then(|| scaled.noise(&output.noise_file)).transpose(),
        || {
            rayon::join(
                || scaled.counts(&output.int_file, count_scale),
                || output.write_pgm.then(|| scaled.gray(&output.pgm_file, gray_scale)).transpose(),
            )
        },
    );
    files.extend(counts?);
    files.extend(gray?.unwrap_or_default());
    let noise = noise?.map(|(photons, written)| {
        files.extend(written);
        photons
    });
    if let Some(path) = &output.expt_file {
        let list = prepared.resolved.experiment_list(&prepared.experiment);
        set.write(path, |out| writeln!(out, "{list:#}"))?;
        files.push((path.clone(), "geometry and crystal for DIALS"));
    }
    let dump = &prepared.experiment.structure_factors.dump_file;
    if prepared.resolved.grid().is_some() {
        files.extend(dump.clone().map(|path| (path, "structure factors, binary")));
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
        count_scale,
        gray_scale,
        noise,
        files,
    })
}

/// A file with what it holds.
type Named = (PathBuf, &'static str);

/// The float images: one file when all panels have one shape, else a file per panel; and the file that states shapes.
fn write_floats(
    set: &FileSet,
    path: &Path,
    prepared: &Prepared,
    rendering: &Rendering,
) -> Result<Vec<Named>, Failure> {
    const WHAT: &str = "photons, 4-byte floats";
    let panels = &rendering.panels;
    let one_shape = panels.iter().all(|panel| panel.image.dim() == panels[0].image.dim());
    let mut files = Vec::new();
    if one_shape {
        set.write(path, |out| {
            panels.iter().try_for_each(|panel| raw::write_f32_to(out, panel.image.view()))
        })?;
        files.push((path.to_owned(), WHAT));
    } else {
        for (index, panel) in panels.iter().enumerate() {
            let path = of_panel(path, index);
            set.write(&path, |out| raw::write_f32_to(out, panel.image.view()))?;
            files.push((path, WHAT));
        }
    }
    // A device or a pipe has nothing beside it.
    if !path.starts_with("/dev") {
        let beside = path.with_extension("json");
        let description = described(path, prepared, rendering, one_shape);
        set.write(&beside, |out| writeln!(out, "{description:#}"))?;
        files.push((beside, "type and shape of the floats"));
    }
    Ok(files)
}

/// Type, shape and panels of the float files.
fn described(path: &Path, prepared: &Prepared, rendering: &Rendering, one_shape: bool) -> Value {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let shape_of = |image: &Image| [image.dim().0, image.dim().1];
    let panels = prepared.resolved.simulation.panels.iter().zip(&rendering.panels).enumerate();
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

/// The name of a panel's file where there are several: `NAME_0.img`.
fn of_panel(path: &Path, panel: usize) -> PathBuf {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let extension = path.extension().map(|extension| format!(".{}", extension.to_string_lossy()));
    path.with_file_name(format!("{stem}_{panel}{}", extension.unwrap_or_default()))
}

/// The images that are scaled or drawn from the photons, each a file per panel.
struct Scaled<'a> {
    set: &'a FileSet,
    prepared: &'a Prepared,
    rendering: &'a Rendering,
}

impl Scaled<'_> {
    /// Each panel's image and region, and its file of a name.
    fn panels<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = (usize, &'a Image, Region, PathBuf)> {
        let panels = &self.prepared.resolved.simulation.panels;
        let several = panels.len() > 1;
        panels.iter().zip(&self.rendering.panels).enumerate().map(move |(index, (panel, rendered))| {
            let region = Region { fast: panel.region.fast.clone(), slow: panel.region.slow.clone() };
            let path = if several { of_panel(path, index) } else { path.to_owned() };
            (index, &rendered.image, region, path)
        })
    }

    fn counts(&self, path: &Path, scale: f64) -> Result<Vec<Named>, Failure> {
        let offset = self.prepared.experiment.response.adc_offset;
        let mut files = Vec::new();
        for (index, image, region, path) in self.panels(path) {
            let bands = region.bands(image.view());
            let counts = bands.map(|(band, region)| pixels::to_counts(band, scale, offset, &region));
            let header = smv_header::of_panel(&self.prepared.resolved, index);
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

    /// The noise images, with their photons and the pixels that do not fit 16 bits.
    fn noise(&self, path: &Path) -> Result<((f64, u64), Vec<Named>), Failure> {
        let offset = self.prepared.experiment.response.adc_offset;
        let mut readout = noise::Readout::new(offset, self.prepared.noise_seed());
        let (mut photons, mut overloads) = (0.0, 0);
        let mut files = Vec::new();
        for (index, image, region, path) in self.panels(path) {
            let counts = region.bands(image.view()).map(|(band, Region { fast, slow })| {
                let noisy = readout.read(band, &kernel::Region { slow, fast });
                photons += noisy.photons;
                overloads += noisy.overloads;
                noisy.counts
            });
            let header = smv_header::of_panel(&self.prepared.resolved, index);
            self.set.write(&path, |out| smv::write_bands_to(out, &header, counts))?;
            files.push((path, "photons with noise, 2-byte integers (SMV)"));
        }
        Ok(((photons, overloads), files))
    }
}
