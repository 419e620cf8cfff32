//! Whole experiments, up to the simulation that they resolve into, and a small one up to its image.

use std::fmt::Write;
use std::path::Path;

use nanobragg_c_flags::{Arguments, FLAGS, Surroundings, lower};
use nanobragg_experiment::{
    Context, Crystal, Detector, Draft, Experiment, GeomOptions, Provenances, Resolved, Spectrum,
    StructureFactors, resolve, to_toml,
};
use nanobragg_kernel::render;

use super::MIB;
use crate::seeds;
use crate::workplace::Workplace;

/// Less than what a reader may allocate, so that the count is what stops it.
const MACHINE: Context = Context { clock_seed: 1, memory_bytes: MIB, map_files: true };
/// Simulations of fewer steps are rendered.
const FEW_STEPS: f64 = 2_000.0;
/// An experiment but for what a damaged file gives.
const REST: &str = "-default_F 10 -cell 30 35 40 -N 3";

/// Resolves an experiment. Whatever it resolves into must be numbers.
fn resolved(experiment: &Experiment) -> Option<Resolved> {
    let resolved = resolve(experiment, &MACHINE).ok()?;
    let mut simulation = resolved.simulation.clone();
    for panel in &mut simulation.panels {
        panel.name.clear();
        // A beam along the detector meets it nowhere.
        if panel.placement.panel.beam.dot(panel.placement.panel.normal) == 0.0 {
            let centers = &mut panel.placement.centers;
            (centers.beam_m, centers.distance_m, panel.placement.steps) = ([0.0; 2], 0.0, None);
        }
    }
    let numbers = format!("{simulation:?} {:?}", resolved.facts.phi);
    assert!(!numbers.contains("NaN") && !numbers.contains(" inf"), "{numbers}");
    assert!(resolved.simulation.evaluations() > 0.0);
    if resolved.simulation.evaluations() < FEW_STEPS {
        // Numbers that are too large for an image are refused after the rendering.
        let _ = render(&resolved.simulation, &|| ()).check();
    }
    Some(resolved)
}

/// Resolves an experiment, which must be itself when it is written and read again.
fn examined(workplace: &Workplace, experiment: &Experiment) -> bool {
    let Some(resolved) = resolved(experiment) else { return false };
    let text = to_toml(experiment, &resolved.derived);
    let written = workplace.file("written.toml", text.as_bytes());
    let (draft, _) = Draft::from_toml_file(&written).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut again = draft.finish().unwrap_or_else(|error| panic!("{error}\n{text}"));
    again.provenance = Provenances::default();
    let mut given = experiment.clone();
    given.provenance = Provenances::default();
    // Files that are to be written are beside the description.
    again.output = given.output.clone();
    again.structure_factors.dump_file.clone_from(&given.structure_factors.dump_file);
    assert_eq!(again, given, "{text}");
    true
}

/// What a command line describes.
fn described(workplace: &Workplace, words: &[String]) -> Option<Experiment> {
    let arguments = Arguments::parse(words.iter().map(String::as_str)).ok()?;
    let surroundings = Surroundings { machine: MACHINE, directory: workplace.path().to_owned() };
    Some(lower(&arguments, Draft::default(), &surroundings).ok()?.experiment)
}

/// Whether an experiment of these flags, with a file at their end, resolves.
fn resolves(workplace: &Workplace, flags: &str, path: &Path) -> bool {
    let words = workplace.words(&format!("{flags} {}", path.display()));
    described(workplace, &words).is_some_and(|experiment| resolved(&experiment).is_some())
}

/// The same with a uniform F and a small detector.
pub(super) fn with_file(workplace: &Workplace, flags: &str, path: &Path) -> bool {
    resolves(workplace, &format!("-default_F 10 -N 3 -detpixels 8 {flags}"), path)
}

/// Whether a spectrum can be that of an experiment.
pub(super) fn with_spectrum(path: &Path) -> bool {
    let mut draft = draft();
    draft.detector = Detector::facing(80.0, 0.5, [8, 8]);
    draft.beam.spectrum = Spectrum::File(path.to_owned());
    draft.finish().is_ok_and(|experiment| resolved(&experiment).is_some())
}

fn lines() -> Vec<String> {
    String::from_utf8(seeds::file("fixtures/seeds/flags.txt")).unwrap().lines().map(str::to_owned).collect()
}

/// Command lines, and one with every flag, so that each may come into another line.
pub(super) fn flag_lines() -> Vec<Vec<u8>> {
    let mut every = String::new();
    for row in FLAGS {
        write!(every, "-{} 1 2 3 ", row.name).unwrap();
    }
    lines().into_iter().chain([every]).map(String::into_bytes).collect()
}

pub(super) fn flags(workplace: &Workplace, input: &[u8]) -> bool {
    let words = workplace.words(&String::from_utf8_lossy(input));
    described(workplace, &words).is_some_and(|experiment| examined(workplace, &experiment))
}

/// The examples of the documentation, and the command lines as TOML.
pub(super) fn toml_files() -> Vec<Vec<u8>> {
    let workplace = Workplace::new();
    let mut files = seeds::of(&["fixtures/bad/toml"], ".toml");
    let documentation = String::from_utf8(seeds::file("docs/experiment.md")).unwrap();
    let examples = documentation.split("```toml\n").skip(1).filter_map(|text| text.split("```").next());
    files.extend(examples.map(|text| text.as_bytes().to_vec()));
    for line in lines() {
        let experiment = described(&workplace, &workplace.words(&line)).unwrap_or_else(|| panic!("{line}"));
        let resolved = resolve(&experiment, &MACHINE).unwrap_or_else(|error| panic!("{error}\n{line}"));
        let folder = format!("{}/", workplace.path().display());
        files.push(to_toml(&experiment, &resolved.derived).replace(&folder, "").into_bytes());
    }
    files
}

pub(super) fn toml(workplace: &Workplace, input: &[u8]) -> bool {
    let Ok((draft, _)) = Draft::from_toml_file(&workplace.file("input.toml", input)) else { return false };
    draft.finish().is_ok_and(|experiment| examined(workplace, &experiment))
}

/// A draft that only wants a detector.
fn draft() -> Draft {
    let mut draft = Draft::default();
    draft.crystal = Some(Crystal::new([30.0, 35.0, 40.0, 90.0, 90.0, 90.0]).with_cells([3; 3]));
    draft.structure_factors = Some(StructureFactors::uniform(10.0));
    draft
}

pub(super) fn crystfel_geometries() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/geometry", "fixtures/bad/geom"], ".geom")
}

pub(super) fn crystfel(workplace: &Workplace, input: &[u8]) -> bool {
    let mut draft = draft();
    let options = GeomOptions::new(Some(80.0), false);
    draft.import_geom(&workplace.file("input.geom", input), options).is_ok()
        && draft.finish().is_ok_and(|experiment| examined(workplace, &experiment))
}

pub(super) fn dials_lists() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/geometry", "fixtures/bad/expt"], ".expt")
}

pub(super) fn dials(workplace: &Workplace, input: &[u8]) -> bool {
    let mut draft = draft();
    draft.import_expt(&workplace.file("input.expt", input)).is_ok()
        && draft.finish().is_ok_and(|experiment| examined(workplace, &experiment))
}

pub(super) fn headers() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/seeds", "fixtures/bad/smv", "fixtures/bad/smv_header"], ".img")
}

/// The header of `-img`, in both modes.
pub(super) fn header(workplace: &Workplace, input: &[u8]) -> bool {
    let path = workplace.file("input.img", input);
    ["", "-compat c"].iter().any(|mode| resolves(workplace, &format!("{REST} {mode} -img"), &path))
}

pub(super) fn masks() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/seeds", "fixtures/bad/smv", "fixtures/bad/mask"], ".img")
}

/// A mask, which may give the detector or be for one that is given.
pub(super) fn mask(workplace: &Workplace, input: &[u8]) -> bool {
    let path = workplace.file("input.img", input);
    ["", "-detpixels 24"]
        .iter()
        .any(|detector| resolves(workplace, &format!("{REST} {detector} -mask"), &path))
}
