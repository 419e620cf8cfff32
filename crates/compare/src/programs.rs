//! Images made by running two programs on the same arguments.
//!
//! Each program runs in its own empty folder. Input files among the arguments are copied there, so that no program
//! can change the caller's; of an output file ([`Outputs`]) only the name is kept. An image that is compared was
//! therefore written by the run.

mod arguments;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde::Serialize;
use whole_file::Scratch;

use crate::load::{self, ShapeFrom};
use crate::{Error, Image};
use arguments::Arguments;

/// How many lines of what a failed program printed are shown.
const LAST_LINES: usize = 12;
/// The number of bytes at the end of its output in which they are searched.
const LAST_BYTES: u64 = 1 << 14;
/// Within the scratch folder: where a program runs, and what both its streams go to.
const FOLDER: &str = "run";
const OUTPUT: &str = "output";

/// A program with arguments that only it gets, before and after those that both programs get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    command: PathBuf,
    arguments: Vec<OsString>,
    trailing: Vec<OsString>,
}

/// What both programs are run on.
#[derive(Clone, Copy, Debug)]
pub struct Invocation<'a> {
    /// The arguments that both programs get.
    pub arguments: &'a [OsString],
    /// Which of the arguments name files that a program writes.
    pub outputs: Outputs<'a>,
    /// The folder that relative paths among the arguments refer to.
    pub origin: &'a Path,
    /// Where the shape of a raw float image comes from.
    pub shape_from: &'a ShapeFrom,
}

/// Which arguments name files that a program writes.
///
/// An option is listed without hyphens; among the arguments it has one or two, and its value follows as an argument of
/// its own. A program without such options writes [`default_image`](Self::default_image).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outputs<'a> {
    /// Options whose value is the image that is compared; the last one given applies.
    pub image: &'a [&'a str],
    /// Options whose value is another file.
    pub others: &'a [&'a str],
    /// The image's file name when no option gives one.
    pub default_image: &'a str,
}

/// A program that was run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RunSummary {
    /// The program and the arguments that only it got; `…` stands for the common ones if others follow them.
    pub program: String,
    /// Wall-clock time of the run.
    pub seconds: f64,
}

impl Program {
    /// A command and its leading arguments. A command without a `/` is searched for in `PATH`.
    #[must_use]
    pub fn new(command: impl Into<PathBuf>, arguments: impl IntoIterator<Item = OsString>) -> Self {
        Self { command: command.into(), arguments: arguments.into_iter().collect(), trailing: Vec::new() }
    }

    /// A command and its arguments, separated by white space. `None` when there is no command.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split_whitespace();
        let command = parts.next()?;
        Some(Self::new(command, parts.map(OsString::from)))
    }

    /// The same program with arguments after those that both programs get, so that they override them where the last
    /// value of an option applies.
    #[must_use]
    pub fn with_trailing(self, arguments: impl IntoIterator<Item = OsString>) -> Self {
        Self { trailing: arguments.into_iter().collect(), ..self }
    }

    /// Runs the program in an empty folder and reads its image.
    ///
    /// # Errors
    /// [`Error::ProgramNotRun`], [`Error::ProgramFailed`], [`Error::ProgramWroteNothing`]; those of
    /// [`load::image`] for an image that cannot be read.
    pub fn run(&self, invocation: &Invocation<'_>) -> Result<(Image, RunSummary), Error> {
        let not_run = |reason: io::Error| Error::ProgramNotRun { program: self.to_string(), reason };
        let scratch = Scratch::new_in(&std::env::temp_dir()).map_err(not_run)?;
        // The scratch folder is locked, and a program that waits for a lock to name its files would wait there.
        let folder = scratch.path().join(FOLDER);
        std::fs::create_dir(&folder).map_err(not_run)?;
        let origin = std::path::absolute(invocation.origin).map_err(not_run)?;
        let arguments = [self.arguments.as_slice(), invocation.arguments, self.trailing.as_slice()].concat();
        let arguments =
            Arguments::moved(&arguments, &invocation.outputs, &origin, &folder).map_err(not_run)?;
        let printed = scratch.path().join(OUTPUT);
        let output = File::create(&printed).map_err(not_run)?;
        let mut command = Command::new(self.found_from(&origin));
        command.args(&arguments.list).current_dir(&folder).stdin(Stdio::null());
        command.stdout(output.try_clone().map_err(not_run)?).stderr(output);
        let start = Instant::now();
        let status = command.status().map_err(not_run)?;
        let seconds = start.elapsed().as_secs_f64();
        let last_lines = || last_lines(&printed).unwrap_or_default();
        if !status.success() {
            return Err(Error::ProgramFailed { program: self.to_string(), status, last_lines: last_lines() });
        }
        let path = folder.join(&arguments.image);
        if !path.exists() {
            let image = arguments.image.display().to_string();
            return Err(Error::ProgramWroteNothing {
                program: self.to_string(),
                image,
                last_lines: last_lines(),
            });
        }
        let image = load::image(&path, invocation.shape_from)?.named(self.to_string());
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
        let dots = (!self.trailing.is_empty()).then_some(OsString::from("…"));
        let mut arguments = self.arguments.iter().chain(&dots).chain(&self.trailing);
        arguments.try_for_each(|argument| write!(f, " {}", Path::new(argument).display()))
    }
}

/// Runs two programs, one after the other so that neither slows the other.
///
/// # Errors
/// Those of [`Program::run`], for the first program that fails.
pub fn run_both(
    programs: [&Program; 2],
    invocation: &Invocation<'_>,
) -> Result<[(Image, RunSummary); 2], Error> {
    let shape_from = match invocation.shape_from {
        // The programs run in other folders.
        ShapeFrom::Like(like) => ShapeFrom::Like(invocation.origin.join(like)),
        other => other.clone(),
    };
    let invocation = Invocation { shape_from: &shape_from, ..*invocation };
    let [a, b] = programs;
    Ok([a.run(&invocation)?, b.run(&invocation)?])
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
