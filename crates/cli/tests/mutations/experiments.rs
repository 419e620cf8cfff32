//! Whole experiments: TOML and command lines, up to the simulation that they resolve into.

use std::path::Path;

use nanobragg_c_flags::{Arguments, FLAGS, Surroundings, lower};
use nanobragg_experiment::{Context, Draft, Experiment, resolve, to_toml};

use crate::trial::{all, corpus, folder};

/// Less than the trials allow.
const MEMORY: usize = 64 << 20;
const MACHINE: Context = Context { clock_seed: 1, memory_bytes: MEMORY, map_files: true };

/// Small experiments, each with another kind of what an experiment has.
const LINES: [&str; 14] = [
    "-cell 30 35 40 80 95 100 -misset 10 20 30 -default_F 100 -N 4 -lambda 1 -distance 60 -pixel 1 -detpixels 24",
    "-hkl list.hkl -cell 50 -Na 3 -Nb 4 -Nc 5 -detsize 20 -pixel 0.5 -phi 5 -osc 1 -phisteps 3 -round_xtal -fudge 1.2",
    "-hkl list.hkl -mat cell.mat -mosaic 0.5 -mosaic_domains 5 -mosaic_seed 3 -detpixels_f 20 -detpixels_s 30 -gauss_xtal",
    "-dump list.bin -cell 30 30 30 -N 2 -interpolate -detpixels 16 -energy 12000 -dispersion 1 -dispsteps 3",
    "-default_F 10 -cell 30 -N 5 -divergence 2 -hdivsteps 3 -vdivsteps 2 -square_div -detpixels 16 -tophat_spots",
    "-default_F 10 -cell 30 -N 5 -hdivrange 1 -hdivstep 0.5 -vdivrange 1 -vdivstep 0.3 -detpixels 16 -polar 0.9",
    "-default_F 10 -cell 30 -sourcefile sources.txt -water 10 -stol curve.stol -detpixels 16 -nopolar",
    "-default_F 10 -cell 30 -xds -ORGX 8 -ORGY 7 -detector_rotx 5 -detector_roty -3 -detector_rotz 1 -twotheta 10 -detpixels 16",
    "-default_F 10 -cell 30 -fdet_vector 0 0 1 -sdet_vector 0 -1 0 -odet_vector 1 0 0 -beam_vector 1 0 0 -pix0_vector 0.1 0.01 -0.01 -detpixels 16",
    "-default_F 10 -cell 30 -img header.img -oversample 2 -oversample_omega -detector_thick 300 -detector_abs 200 -detector_thicksteps 4",
    "-default_F 10 -cell 30 -mask header.img -compat c -Xbeam 5 -Ybeam 6 -close_distance 80 -pivot beam -dmin 2",
    "-default_F 10 -cell 30 -geom one.geom -roi 0 5 0 5 -fluence 1e24 -point_pixel",
    "-default_F 10 -N 3 -cell 30 -expt one.expt -flux 1e12 -exposure 0.1 -beamsize 0.1 -samplesize 0.05",
    "-default_F 10 -cell 30 -misset random -misset_seed 5 -curved_det -dials -detpixels 16 -seed 3 -scale 2 -adc 40",
];

/// Makes the files that the lines name.
fn inputs(folder: &Path) {
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    write("list.hkl", b"0 0 1 5\n1 0 0 7\n-1 2 3 9\n2 2 2 4\n");
    write("list.bin", &corpus(&["fixtures/hkl"], ".bin")[0]);
    write("cell.mat", b"0.03 0.002 0\n-0.001 0.028 0.003\n0 0.001 0.025\n");
    write("sources.txt", b"-10 0 0 1 1e-10\n-10 0.2 0 3 1.05e-10\n");
    write("curve.stol", b"# sin(theta)/lambda F\n0 2.5\n0.05 4 measured\n0.1 1\n");
    write("header.img", &corpus(&["fixtures/images/intimage.img"], "")[0]);
    write("one.geom", &corpus(&["fixtures/geometry/one_panel.geom"], "")[0]);
    write("one.expt", &corpus(&["fixtures/geometry/one_panel.expt"], "")[0]);
}

/// The line with its files in a folder.
fn placed(line: &str, folder: &Path) -> Vec<String> {
    let is_file = |word: &str| folder.join(word).is_file();
    line.split_whitespace()
        .map(|word| if is_file(word) { folder.join(word).display().to_string() } else { word.to_owned() })
        .collect()
}

fn described(words: &[String], folder: &Path) -> Option<Experiment> {
    let arguments = Arguments::parse(words.iter().map(String::as_str)).ok()?;
    let surroundings = Surroundings { machine: MACHINE, directory: folder.to_owned() };
    let lowered = lower(&arguments, Draft::default(), &surroundings).ok()?;
    Some(lowered.experiment)
}

#[test]
fn the_lines_are_experiments() {
    let folder = folder();
    inputs(folder.path());
    for line in LINES {
        let words = placed(line, folder.path());
        let arguments = Arguments::parse(words.iter().map(String::as_str)).unwrap();
        let surroundings = Surroundings { machine: MACHINE, directory: folder.path().to_owned() };
        let lowered = lower(&arguments, Draft::default(), &surroundings)
            .unwrap_or_else(|error| panic!("{error}\n{line}"));
        resolve(&lowered.experiment, &MACHINE).unwrap_or_else(|error| panic!("{error}\n{line}"));
    }
}

#[test]
fn flags() {
    let folder = folder();
    inputs(folder.path());
    let mut lines: Vec<Vec<u8>> = LINES.iter().map(|line| line.as_bytes().to_vec()).collect();
    // Every flag may come into a line.
    let all_flags = FLAGS.iter().map(|row| format!("-{} 1 2 3 ", row.name)).collect::<String>();
    lines.push(all_flags.into_bytes());
    all("flags", 3_000, &lines, |bytes| {
        let words = placed(&String::from_utf8_lossy(bytes), folder.path());
        described(&words, folder.path()).is_some_and(|experiment| resolve(&experiment, &MACHINE).is_ok())
    });
}

#[test]
fn toml() {
    let folder = folder();
    inputs(folder.path());
    let mut files = corpus(&["fixtures/bad/toml"], ".toml");
    for line in LINES {
        let experiment = described(&placed(line, folder.path()), folder.path()).unwrap();
        let resolved = resolve(&experiment, &MACHINE).unwrap();
        files.push(to_toml(&experiment, &resolved.derived).into_bytes());
    }
    let path = folder.path().join("input.toml");
    all("toml", 3_000, &files, |bytes| {
        std::fs::write(&path, bytes).unwrap();
        let Ok((draft, _)) = Draft::from_toml_file(&path) else { return false };
        draft.finish().is_ok_and(|experiment| resolve(&experiment, &MACHINE).is_ok())
    });
}
