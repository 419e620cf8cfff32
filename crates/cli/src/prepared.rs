//! An experiment ready to be rendered: read, lowered, resolved, with what a user should know of it.

use std::collections::BTreeSet;
use std::path::Path;

use nanobragg_c_flags::{Arguments, Flag, Lowered, Quirk, RunOptions, Telling, lower, quirk};
use nanobragg_experiment::{Context, Draft, Error, Experiment, Mode, Notice, Resolved, in_order, resolve};

use crate::failure::Failure;
use crate::{header_limits, host, smv_header, terminal};

/// An experiment ready to be rendered.
pub(crate) struct Prepared {
    pub(crate) experiment: Experiment,
    pub(crate) options: RunOptions,
    pub(crate) resolved: Resolved,
    /// What a user should know of, a line each.
    pub(crate) warnings: Vec<String>,
    /// The differences from the C program that play a part.
    pub(crate) quirks: BTreeSet<u8>,
    /// Seed of all that is drawn anew in each run.
    pub(crate) clock_seed: i64,
}

impl Prepared {
    /// The experiment that flags describe.
    pub(crate) fn from_arguments(arguments: &Arguments) -> Result<Self, Failure> {
        host::start_threads(arguments.count(Flag::Threads))?;
        let surroundings = host::surroundings(arguments);
        let lowered = lower(arguments, Draft::default(), &surroundings)?;
        Self::of(lowered, Vec::new(), &surroundings.machine)
            .map_err(|error| nanobragg_c_flags::Error::from(error).into())
    }

    /// The experiment of a file, with the flags that override it.
    pub(crate) fn from_file(path: &Path, arguments: &Arguments) -> Result<Self, Failure> {
        host::start_threads(arguments.count(Flag::Threads))?;
        let surroundings = host::surroundings(arguments);
        let (draft, notices) = Draft::from_toml_file(path)?;
        if arguments.is_empty() {
            let prepared = draft
                .finish()
                .and_then(|experiment| Self::of(Lowered::of(experiment), notices, &surroundings.machine));
            return Ok(prepared.map_err(|error| error.in_description(path))?);
        }
        let alone = draft.clone();
        let lowered = lower(arguments, draft, &surroundings).map_err(|error| match alone.finish() {
            // Flags may add what a file lacks; what cannot be in it is not theirs.
            Err(own) if error.is_usage() && !matches!(own, Error::Missing { .. }) => {
                Failure::from(own.in_description(path))
            }
            _ => error.into(),
        })?;
        Ok(Self::of(lowered, notices, &surroundings.machine)?)
    }

    /// The experiment of a file that flags override, where a file is given, or of flags alone.
    pub(crate) fn from_file_or_arguments(file: Option<&str>, arguments: &Arguments) -> Result<Self, Failure> {
        match file {
            Some(file) => Self::from_file(Path::new(file), arguments),
            None => Self::from_arguments(arguments),
        }
    }

    /// What was lowered, resolved.
    pub(crate) fn of(lowered: Lowered, notices: Vec<Notice>, machine: &Context) -> Result<Self, Error> {
        let Lowered { experiment, options, notices: of_flags, mut quirks, .. } = lowered;
        let resolved = resolve(&experiment, &Context { map_files: options.map_files, ..*machine })?;
        quirks.extend(quirk::touched(&experiment, &resolved.simulation));
        if smv_header::is_long(&resolved) {
            quirks.insert(29);
        }
        let mut warnings = in_order(notices.into_iter().chain(resolved.warnings.clone()).chain(of_flags));
        let not_said = experiment.output.cbf_file.as_ref().and_then(|_| header_limits::not_said(&resolved));
        warnings.extend(not_said.map(|what| {
            format!("the header of a mini-CBF file cannot say {what}: -expt-out FILE writes it for DIALS")
        }));
        Ok(Self { experiment, options, resolved, warnings, quirks, clock_seed: machine.clock_seed })
    }

    /// Seed of the noise: as given, or from the clock.
    pub(crate) fn noise_seed(&self) -> i64 {
        self.experiment.response.noise_seed.unwrap_or(self.clock_seed)
    }

    /// Checks that no file that is still read has been written to since it was opened.
    pub(crate) fn check_unchanged(&self) -> Result<(), Failure> {
        self.resolved
            .grid()
            .map_or(Ok(()), |grid| grid.check_unchanged())
            .map_err(|error| Error::from(error).into())
    }

    /// Tells what a user should know of, on the error stream. Differences from the C program matter to those who compare
    /// with it: they are told when its answer is asked for, and with everything else.
    pub(crate) fn tell(&self) {
        if self.options.telling == Telling::Errors {
            return;
        }
        for warning in &self.warnings {
            terminal::warn(warning);
        }
        if self.options.telling == Telling::Everything || self.experiment.mode == Mode::Compat {
            for (_, notice) in self.differences() {
                terminal::note(notice);
            }
        }
    }

    /// The differences from the C program that play a part, by row.
    pub(crate) fn differences(&self) -> Vec<(u8, String)> {
        let compat = self.experiment.mode == Mode::Compat;
        self.quirks.iter().map(|&row| (row, Quirk::numbered(row).notice(compat))).collect()
    }
}
