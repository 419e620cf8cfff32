//! The loop closed: a rotation is simulated, DIALS processes its images as a beamline's, and what it finds is held against
//! what was simulated.

mod darwin;
mod findings;
mod pictures;
mod processing;
mod requirements;
mod shells;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::bench::{processor, today};
use crate::root;
use findings::Findings;
use processing::{Format, Installation};

/// What is simulated, and what is kept of it.
#[derive(clap::Args)]
pub(crate) struct Validation {
    /// A third of the rotation, and NXmx alone.
    #[arg(long)]
    small: bool,
    /// A folder, new or empty, for the images and what DIALS makes of them.
    #[arg(long)]
    keep: Option<PathBuf>,
    /// End with success where DIALS is not installed.
    #[arg(long)]
    if_installed: bool,
    /// Draw the pictures of docs/validation.md anew.
    #[arg(long)]
    pictures: bool,
}

/// The files of a simulation, in its folder.
struct Simulation {
    folder: PathBuf,
    experiment: PathBuf,
}

const IMAGES: &str = "image_####.cbf";
const SERIES: &str = "rotation.nxs";
const TRUTH: &str = "truth.expt";
const FACTORS: &str = "factors.mtz";

/// Simulates, processes and compares; fails where a required figure is missed.
pub(crate) fn run(validation: &Validation) -> anyhow::Result<()> {
    let Some(dials) = Installation::found() else {
        let text = "DIALS is not installed (Debian's package dials): nothing was simulated or compared";
        ensure!(validation.if_installed, text);
        eprintln!("{text}");
        return Ok(());
    };
    let temporary = tempfile::tempdir()?;
    let folder = match &validation.keep {
        Some(folder) => empty(folder)?,
        None => temporary.path().to_owned(),
    };
    let program = built()?;
    let simulation = simulate(&program, validation.small, folder)?;
    let formats: &[Format] = if validation.small { &[Format::Nxmx] } else { &[Format::Cbf, Format::Nxmx] };
    let mut found = Vec::new();
    for &format in formats {
        let folder = dials.process(&simulation.folder, format)?;
        found.push((format, Findings::of(&folder, &simulation)?));
    }
    let name = if validation.small { "small" } else { "full" };
    let (table, missed) = requirements::table(&found);
    writeln!(std::io::stdout(), "{}, {}, {}, {name} version\n", dials.version, processor(), today())?;
    writeln!(std::io::stdout(), "{table}\n{}", shells::table(&found))?;
    if validation.pictures {
        pictures::draw(&program, &simulation, &found)?;
    }
    ensure!(missed == 0, "{missed} figures are not as required");
    Ok(())
}

fn empty(folder: &Path) -> anyhow::Result<PathBuf> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    ensure!(std::fs::read_dir(folder)?.next().is_none(), "{}: expected an empty folder", folder.display());
    Ok(folder.canonicalize()?)
}

fn built() -> anyhow::Result<PathBuf> {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--package", "nanobragg"])
        .current_dir(root())
        .status()?;
    ensure!(status.success(), "the program does not build");
    Ok(root().join("target/release/nanobragg").canonicalize()?)
}

/// Renders the images of both formats in one run, so that they have the same counts.
fn simulate(program: &Path, small: bool, folder: PathBuf) -> anyhow::Result<Simulation> {
    let fixtures = root().join("fixtures").canonicalize()?;
    let experiment = fixtures.join("rotation/rotation.toml");
    let mut run = Command::new(program);
    run.current_dir(&folder).arg("run").arg(&experiment);
    run.args(["-cbffile", IMAGES, "-nxmx", SERIES, "-expt-out", TRUTH]);
    if small {
        run.args(["-images", "120"]);
    }
    logged(&mut run, &folder.join("simulation.log"))?;
    // To the corners of the detector; the wavelength is that of the experiment, for f' and f''.
    let mut factors = Command::new(program);
    factors.current_dir(&folder).arg("factors").arg(fixtures.join("structures/1orc.pdb"));
    logged(factors.args(["-dmin", "1.4", "-lambda", "1", "-o", FACTORS]), &folder.join("factors.log"))?;
    Ok(Simulation { folder, experiment })
}

/// Runs a program whose output goes to a file, the end of which is told when it fails.
fn logged(command: &mut Command, log: &Path) -> anyhow::Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let start = std::time::Instant::now();
    let out = std::fs::File::create(log).with_context(|| log.display().to_string())?;
    let status = command.stderr(out.try_clone()?).stdout(out).status().with_context(|| name.clone())?;
    if !status.success() {
        let text = std::fs::read_to_string(log)?;
        let lines: Vec<_> = text.lines().collect();
        let end = lines[lines.len().saturating_sub(20)..].join("\n");
        anyhow::bail!("{name} ended with {status}\n{end}");
    }
    let step = log.file_stem().unwrap_or_default().to_string_lossy();
    eprintln!("{step}: {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}
