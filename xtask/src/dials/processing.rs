//! The steps of DIALS from images to merged intensities.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::ensure;

use super::{IMAGES, SERIES, logged};

/// DIALS, as the distribution installs it.
pub(super) struct Installation {
    pub(super) version: String,
}

/// A format of images that DIALS reads.
#[derive(Clone, Copy)]
pub(super) enum Format {
    Cbf,
    Nxmx,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cbf => "mini-CBF",
            Self::Nxmx => "NXmx",
        })
    }
}

/// The steps after the import, with their input and what is not as DIALS has it by default: the crystal that was simulated
/// does not change during the rotation. Cell and symmetry are found, not given.
const STEPS: [(&str, &[&str]); 6] = [
    ("dials.find_spots", &["imported.expt"]),
    ("dials.index", &["imported.expt", "strong.refl"]),
    ("dials.refine", &["indexed.expt", "indexed.refl", "scan_varying=False"]),
    ("dials.integrate", &["refined.expt", "refined.refl"]),
    ("dials.symmetry", &["integrated.expt", "integrated.refl"]),
    ("dials.scale", &["symmetrized.expt", "symmetrized.refl", "merged_mtz=merged.mtz"]),
];
/// The steps that share their work among processes.
const PARALLEL: [&str; 3] = ["dials.find_spots", "dials.index", "dials.integrate"];

impl Installation {
    /// DIALS where its programs can be started.
    pub(super) fn found() -> Option<Self> {
        let output = Command::new("dials.version").output().ok().filter(|output| output.status.success())?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Some(Self { version: text.lines().next()?.trim().to_owned() })
    }

    /// Processes the images of a simulation's folder, in a folder within it.
    pub(super) fn process(&self, simulation: &Path, format: Format) -> anyhow::Result<PathBuf> {
        let folder = simulation.join(format.to_string());
        std::fs::create_dir(&folder)?;
        let images = match format {
            Format::Cbf => format!("template=../{IMAGES}"),
            Format::Nxmx => format!("../{SERIES}"),
        };
        let processes = format!("nproc={}", std::thread::available_parallelism()?);
        let import = ("dials.import", &[images.as_str()][..]);
        for (program, arguments) in std::iter::once(import).chain(STEPS) {
            let mut command = Command::new(program);
            command.current_dir(&folder).args(arguments);
            if PARALLEL.contains(&program) {
                command.arg(&processes);
            }
            logged(&mut command, &folder.join(format!("{program}.out")))?;
        }
        ensure!(folder.join("merged.mtz").is_file(), "DIALS wrote no merged intensities");
        Ok(folder)
    }
}
