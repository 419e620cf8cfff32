//! What 6 million pixels cost from photons to a mini-CBF file: background, point spread, noise, and the file itself.
//!
//! The same crystal is rendered alone, to no file, and with all that to a file, by turns; the median of the differences of the
//! pairs is what is beyond rendering.

use std::io::Write as _;

use anyhow::ensure;

use crate::bench::{median, processor, release_build, today};
use crate::prediction_bench::time;

/// What is rendered: the reference run's crystal and detector, still.
const RENDERED: &str = r#"
[crystal]
cell = [26.7514, 31.31, 33.6734, 88.687, 71.5295, 68.1375]
cells = [36, 47, 29]
orientation = { misset_deg = [10, 20, 30] }

[structure_factors]
source = { uniform = 100 }

[beam]
spectrum = { wavelength_angstrom = 0.9768 }
intensity = { fluence_per_m2 = 1e26 }

[detector.convention]
distance_mm = 231
pixel_size_mm = 0.172
pixels = [2527, 2463]

[sampling]
oversample = 1
"#;

/// What is added to it: a material in the beam, and a detector with point spread, noise and offset.
const COUNTED: &str = r#"
[[background]]
thickness_um = 0.5

[response]
preset = "ccd"
noise_seed = 1
"#;

/// Photons to no file.
const NO_PHOTONS: &str = "-floatfile /dev/null -intfile /dev/null -nopgm -nonoise";

/// Seconds that the difference may be.
const LIMIT_S: f64 = 0.7;

/// Times the pairs, and fails where the difference is over the limit.
pub(crate) fn run(pairs: usize, threads: usize) -> anyhow::Result<()> {
    ensure!(pairs > 0, "expected at least one pair");
    let program = release_build()?;
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("rendered.toml"), RENDERED)?;
    std::fs::write(folder.path().join("counted.toml"), format!("{RENDERED}{COUNTED}"))?;
    let mut times = Vec::new();
    for _ in 0..pairs {
        let rendered = time(&program, folder.path(), "run rendered.toml", NO_PHOTONS, threads)?;
        let flags = "run counted.toml -cbffile counts.cbf";
        let counted = time(&program, folder.path(), flags, NO_PHOTONS, threads)?;
        times.push((rendered, counted));
    }
    let rendered = median(times.iter().map(|&(rendered, _)| rendered));
    let counted = median(times.iter().map(|&(_, counted)| counted));
    let beyond = median(times.iter().map(|&(rendered, counted)| counted - rendered));
    let mut out = std::io::stdout();
    writeln!(out, "{}, {threads} threads, {}, medians of {pairs} pairs.\n", processor(), today())?;
    writeln!(out, "| 2463 × 2527 pixels | s |\n|---|---|")?;
    writeln!(out, "| rendered, floats to no file | {rendered:.3} |")?;
    writeln!(out, "| with background, point spread and noise to mini-CBF | {counted:.3} |")?;
    writeln!(out, "| beyond rendering (limit {LIMIT_S}) | {beyond:.3} |")?;
    ensure!(beyond <= LIMIT_S, "{beyond:.3} s beyond rendering, more than {LIMIT_S}");
    Ok(())
}
