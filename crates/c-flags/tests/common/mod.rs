//! A command line, lowered and resolved.

pub(crate) mod random;

use std::ops::Deref;
use std::path::Path;

use nanobragg_c_flags::{Arguments, Error, Surroundings, lower};
use nanobragg_experiment::{Context, Draft, Experiment, Resolved, in_order, resolve};

/// What a command line describes.
#[derive(Debug)]
#[allow(dead_code, reason = "not every test looks at all of it")]
pub(crate) struct Described {
    pub(crate) experiment: Experiment,
    pub(crate) resolved: Resolved,
    /// Warnings, in order.
    pub(crate) told: Vec<String>,
}

impl Deref for Described {
    type Target = Resolved;
    fn deref(&self) -> &Resolved {
        &self.resolved
    }
}

/// Lowers and resolves a command line in a folder, with so much memory.
pub(crate) fn described(line: &str, directory: &Path, memory_bytes: usize) -> Result<Described, Error> {
    let surroundings = Surroundings {
        machine: Context { clock_seed: 1, memory_bytes, map_files: true },
        directory: directory.to_owned(),
    };
    let arguments = Arguments::parse(line.split_whitespace())?;
    let lowered = lower(&arguments, Draft::default(), &surroundings)?;
    let resolved = resolve(&lowered.experiment, &surroundings.machine)?;
    let told = in_order(resolved.warnings.clone().into_iter().chain(lowered.notices));
    Ok(Described { experiment: lowered.experiment, resolved, told })
}
