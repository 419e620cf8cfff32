//! A folder of small inputs, a run of the program in it, and what came of that.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hkl_io::text::ReadOptions;
use tempfile::TempDir;

/// What a run ended with, said and wrote.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The files that are new in the folder.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

/// A small detector of 24 × 24 pixels with spots on it.
pub(crate) const CRYSTAL: &str = "-cell 30 35 40 80 95 100 -misset 10 20 30 -default_F 100 -N 4 -lambda 1 -distance 60 \
    -pixel 1 -oversample 1 -seed 1";
pub(crate) const DETECTOR: &str = "-detpixels 24";

/// The repository's folder of fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// A folder with the inputs that tests name.
pub(crate) fn workplace() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("list.hkl", hkl_list().as_bytes());
    write("cell.mat", b"0.03 0.002 0\n-0.001 0.028 0.003\n0 0.001 0.025\n");
    write("sources.txt", b"-10 0 0 1 1e-10\n-10 0.2 0 3 1.05e-10\n");
    write("sources_along_z.txt", b"0 0 -10 1 1e-10\n0 0.2 -10 3 1.05e-10\n");
    write("curve.stol", b"# sin(theta)/lambda F\n0 2.5\n0.05 4 measured\n0.1 1\n");
    write("header.img", &smv("PHI=5;\nBEAM_CENTER_X=8;\n", 24, 24, |_| 1));
    write("mask.img", &smv("", 24, 24, |place| u16::from(place % 3 != 0)));
    for name in
        ["one_panel.geom", "two_by_three.geom", "one_panel.expt", "two_by_three.expt", "two_theta.expt"]
    {
        std::fs::copy(fixtures().join("geometry").join(name), folder.path().join(name)).unwrap();
    }
    for (source, name) in
        [("reflections/anomalous.mtz", "anomalous.mtz"), ("structures/5e5z.pdb", "model.pdb")]
    {
        std::fs::copy(fixtures().join(source), folder.path().join(name)).unwrap();
    }
    let options = ReadOptions { default_f: 100.0, ..ReadOptions::default() };
    let text = hkl_io::text::read(&folder.path().join("list.hkl"), &options).unwrap();
    hkl_io::fdump::write(&text.grid, &folder.path().join("list.bin")).unwrap();
    folder
}

/// Reflections around the origin, each with its own F.
fn hkl_list() -> String {
    let mut text = String::new();
    for h in -4..=4 {
        for k in -4..=4 {
            for l in -4..=4 {
                text += &format!("{h} {k} {l} {}\n", 50 + (7 * h + 11 * k + 13 * l + 200) % 90);
            }
        }
    }
    text
}

/// An SMV image of so many pixels, with further lines in its header.
pub(crate) fn smv(more: &str, fast: usize, slow: usize, pixel: impl Fn(usize) -> u16) -> Vec<u8> {
    let mut header = format!(
        "{{\nHEADER_BYTES=512;\nDIM=2;\nBYTE_ORDER=little_endian;\nTYPE=unsigned_short;\nSIZE1={fast};\nSIZE2={slow};\n{more}}}"
    );
    header.push_str(&" ".repeat(512 - header.len()));
    header
        .into_bytes()
        .into_iter()
        .chain((0..fast * slow).flat_map(|place| pixel(place).to_le_bytes()))
        .collect()
}

/// The regular files of a folder, by name.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file());
    files
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect()
}

/// The names in a folder that begin with a dot.
pub(crate) fn hidden(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let names = entries.map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| name.starts_with('.')).collect()
}

/// The program with the arguments of a line, in a folder; it says nothing on the screen.
pub(crate) fn program(folder: &Path, line: &str) -> Command {
    let nanobragg = env!("CARGO_BIN_EXE_nanobragg");
    let mut command = Command::new(if cfg!(target_os = "linux") { "env" } else { nanobragg });
    if cfg!(target_os = "linux") {
        // Where the tests were started with signals ignored, as `nohup` does, the program is not.
        command.args(["--default-signal=INT,TERM,HUP", nanobragg]);
    }
    command.current_dir(folder).args(line.split_whitespace());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Runs the program in a folder.
pub(crate) fn run_in(folder: &Path, words: &[&str]) -> Run {
    let names = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    for earlier in ["floatimage.bin", "floatimage.json", "intimage.img", "image.pgm", "noiseimage.img"] {
        // Most runs are the first in their folder.
        let _ = std::fs::remove_file(folder.join(earlier));
    }
    let before = names(folder);
    let output =
        Command::new(env!("CARGO_BIN_EXE_nanobragg")).current_dir(folder).args(words).output().unwrap();
    let files = names(folder)
        .into_iter()
        .filter(|path| !before.contains(path))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    Run {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        files,
    }
}

/// Runs the program in a workplace of its own.
pub(crate) fn run(line: &str) -> Run {
    run_in(workplace().path(), &line.split_whitespace().collect::<Vec<_>>())
}

/// Runs the small experiment with more flags.
pub(crate) fn run_small(more: &str) -> Run {
    let run = run(&format!("{CRYSTAL} {DETECTOR} {more}"));
    assert_eq!(run.status, Some(0), "{more}: {}", run.stderr);
    run
}

/// The small experiment of `CRYSTAL` and `DETECTOR` as a TOML file.
pub(crate) const STILL: &str = "\
[crystal]
cell = [30.0, 35.0, 40.0, 80.0, 95.0, 100.0]
cells = [4, 4, 4]
orientation.misset_deg = [10.0, 20.0, 30.0]

[structure_factors]
source.uniform = 100.0
default_f = 100.0

[beam]
spectrum.wavelength_angstrom = 1.0

[detector.convention]
distance_mm = 60.0
pixel_size_mm = 1.0
pixels = [24, 24]

[sampling]
oversample = 1

[response]
noise_seed = 1
";

/// The small experiment with some of its lines replaced by others.
pub(crate) fn still_with(replacements: &[(&str, &str)]) -> String {
    replacements.iter().fold(STILL.to_owned(), |text, (line, by)| {
        assert_eq!(text.matches(line).count(), 1, "{line}");
        text.replace(line, by)
    })
}

/// Writes a TOML file as `e.toml` in a folder and runs it there with flags.
pub(crate) fn run_toml_in(folder: &Path, toml: &str, flags: &str) -> Run {
    std::fs::write(folder.join("e.toml"), toml).unwrap();
    run_in(folder, &["run", "e.toml"].into_iter().chain(flags.split_whitespace()).collect::<Vec<_>>())
}

/// Runs a TOML file, which must be good, in a workplace of its own.
pub(crate) fn run_toml(toml: &str, flags: &str) -> Run {
    let run = run_toml_in(workplace().path(), toml, flags);
    assert_eq!(run.status, Some(0), "{flags}: {}\n{toml}", run.stderr);
    run
}

impl Run {
    pub(crate) fn image(&self) -> &[u8] {
        &self.files["floatimage.bin"]
    }

    /// The pixels of the float image.
    pub(crate) fn photons(&self) -> Vec<f32> {
        self.image().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect()
    }
}
