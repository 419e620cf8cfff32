//! Images made by running two programs on the same flags.
//!
//! Each program has an empty folder of its own. Files that the flags name are copied there, so that no program
//! touches the caller's; flags that name an output keep its file name alone. What is compared can therefore only
//! have been written by the run.

mod flags;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde::Serialize;

use crate::load::{self, ShapeFrom};
use crate::{Error, Image};
use flags::Flags;

/// How many lines of what a failed program printed are shown.
const LAST_LINES: usize = 12;
/// How much of its output is looked at for them.
const LAST_BYTES: u64 = 1 << 14;
/// Both streams of a program go to this file of its folder.
const OUTPUT: &str = ".output-of-the-program";

/// A program with arguments of its own, put before and after the flags that both programs get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    command: PathBuf,
    arguments: Vec<OsString>,
    also: Vec<OsString>,
}

/// A program that was run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunSummary {
    /// The program and its own arguments; `…` marks the common flags if arguments of its own follow them.
    pub program: String,
    /// Wall-clock time of the run.
    pub seconds: f64,
}

impl Program {
    /// A command with arguments of its own. A command without a `/` is searched for in `PATH`.
    #[must_use]
    pub fn new(command: impl Into<PathBuf>, arguments: impl IntoIterator<Item = OsString>) -> Self {
        Self { command: command.into(), arguments: arguments.into_iter().collect(), also: Vec::new() }
    }

    /// A command and its arguments, separated by white space. `None` when there is no command.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split_whitespace();
        let command = parts.next()?;
        Some(Self::new(command, parts.map(OsString::from)))
    }

    /// The same program with flags of its own put after those that both programs get, where the last value of a flag applies.
    #[must_use]
    pub fn also(self, flags: impl IntoIterator<Item = OsString>) -> Self {
        Self { also: flags.into_iter().collect(), ..self }
    }

    /// Runs the program on flags that were written for the folder `origin`, and reads its float image.
    ///
    /// # Errors
    /// [`Error::ProgramNotRun`], [`Error::ProgramFailed`], [`Error::ProgramWroteNothing`]; those of
    /// [`load::image`] for an image that cannot be read.
    pub fn run(
        &self,
        flags: &[OsString],
        origin: &Path,
        shape_from: &ShapeFrom,
    ) -> Result<(Image, RunSummary), Error> {
        let not_run = |reason: io::Error| Error::ProgramNotRun { program: self.to_string(), reason };
        let folder = tempfile::tempdir().map_err(not_run)?;
        let origin = std::path::absolute(origin).map_err(not_run)?;
        let arguments = [self.arguments.as_slice(), flags, self.also.as_slice()].concat();
        let flags = Flags::moved(&arguments, &origin, folder.path()).map_err(not_run)?;
        let output = File::create(folder.path().join(OUTPUT)).map_err(not_run)?;
        let mut command = Command::new(self.found_from(&origin));
        command.args(&flags.arguments).current_dir(folder.path()).stdin(Stdio::null());
        command.stdout(output.try_clone().map_err(not_run)?).stderr(output);
        let start = Instant::now();
        let status = command.status().map_err(not_run)?;
        let seconds = start.elapsed().as_secs_f64();
        let last_lines = || last_lines(&folder.path().join(OUTPUT)).unwrap_or_default();
        if !status.success() {
            return Err(Error::ProgramFailed { program: self.to_string(), status, last_lines: last_lines() });
        }
        let path = folder.path().join(&flags.float_image);
        if !path.exists() {
            let image = flags.float_image.display().to_string();
            return Err(Error::ProgramWroteNothing {
                program: self.to_string(),
                image,
                last_lines: last_lines(),
            });
        }
        let image = load::image(&path, shape_from)?.named(self.to_string());
        Ok((image, RunSummary { program: self.to_string(), seconds }))
    }

    /// The command's path, independent of the current folder.
    fn found_from(&self, origin: &Path) -> PathBuf {
        if self.command.components().count() > 1 { origin.join(&self.command) } else { self.command.clone() }
    }
}

impl std::fmt::Display for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.command.display())?;
        let dots = (!self.also.is_empty()).then_some(OsString::from("…"));
        let mut arguments = self.arguments.iter().chain(&dots).chain(&self.also);
        arguments.try_for_each(|argument| write!(f, " {}", Path::new(argument).display()))
    }
}

/// Runs two programs, one after the other so that neither slows the other, on flags written for the folder
/// `origin`.
///
/// # Errors
/// Those of [`Program::run`], for the first program that fails.
pub fn run_both(
    programs: [&Program; 2],
    flags: &[OsString],
    origin: &Path,
    shape_from: &ShapeFrom,
) -> Result<[(Image, RunSummary); 2], Error> {
    let shape_from = match shape_from {
        // The programs run elsewhere.
        ShapeFrom::Like(like) => ShapeFrom::Like(origin.join(like)),
        other => other.clone(),
    };
    let [a, b] = programs;
    Ok([a.run(flags, origin, &shape_from)?, b.run(flags, origin, &shape_from)?])
}

fn last_lines(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    file.seek(SeekFrom::Start(bytes.saturating_sub(LAST_BYTES)))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    let text = String::from_utf8_lossy(&end);
    let lines: Vec<&str> = text.lines().collect();
    Ok(lines[lines.len().saturating_sub(LAST_LINES)..].join("\n"))
}
