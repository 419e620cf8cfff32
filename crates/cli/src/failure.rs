//! How the program ends when something is wrong.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use nanobragg_c_flags::{Flag, named_flag};

use crate::example::EXAMPLE;
use crate::{checkpoint, level, terminal};

/// A usage error: something typed is wrong.
pub(crate) const USAGE: u8 = 2;
/// An input file is missing, unreadable or wrong.
pub(crate) const INPUT: u8 = 3;
/// An output file could not be written.
pub(crate) const OUTPUT: u8 = 1;
/// What was compared is not the same.
pub(crate) const DIFFERENT: u8 = 1;
/// Added to the number of a signal that ended the program: 130 for Ctrl-C, 143 for SIGTERM.
pub(crate) const SIGNALLED: i32 = 128;
/// The program was built for another processor.
pub(crate) const UNSUITABLE_MACHINE: u8 = 70;

/// Why the program cannot go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The flags are wrong, or a file they name.
    #[error(transparent)]
    Flags(#[from] nanobragg_c_flags::Error),
    /// The description is wrong, or a file it names.
    #[error(transparent)]
    Experiment(#[from] nanobragg_experiment::Error),
    /// An image file could not be read or written.
    #[error(transparent)]
    Image(#[from] nanobragg_image_io::Error),
    /// There is no picture of an image.
    #[error(transparent)]
    Picture(#[from] nanobragg_picture::Error),
    /// A dump of structure factors could not be written.
    #[error(transparent)]
    Dump(#[from] hkl_io::Error),
    /// A trace cannot be read.
    #[error(transparent)]
    Trace(#[from] nanobragg_trace::Error),
    /// Two images cannot be compared.
    #[error(transparent)]
    Comparison(#[from] nanobragg_compare::Error),
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] whole_file::Error),
    /// A rendering that would take more than a day, by a number of sub-pixels that nobody gave.
    #[error(
        "the rendering would take about {time} ({steps:.1e} steps): {oversample} sub-pixels along a pixel's edge were \
         chosen automatically; give -oversample N (TOML: sampling.oversample), or a smaller crystal or detector"
    )]
    TooLong {
        /// Steps in all.
        steps: f64,
        /// The time, with its unit.
        time: String,
        /// Sub-pixels along an edge.
        oversample: u32,
    },
    /// A pixel that is no number of photons.
    #[error("{0}: nothing is written; check F, the fluence and the thickness of what is in the beam")]
    NotPhotons(#[from] nanobragg_kernel::NotPhotons),
    /// A detector that cannot make counts of the photons.
    #[error("response: {0}")]
    Response(#[from] nanobragg_response::Error),
    /// Nothing to write.
    #[error("no output: give at least one of -cbffile, -nxmx, -smvfile, -npyfile and -pngfile")]
    NoOutput,
    /// An output that would replace the image that is read.
    #[error("{}: is read and cannot be written too: expected another name", path.display())]
    WouldReplaceInput {
        /// The image.
        path: PathBuf,
    },
    /// Counts, or what was scaled, in place of photons.
    #[error(
        "{}: expected photons, as raw 4-byte floats (-floatfile) or a NumPy array (-npyfile), found an image of integers",
        path.display()
    )]
    Integers {
        /// The image.
        path: PathBuf,
    },
    /// An image that is not of the detector's shape.
    #[error("{}: expected the panels of the detector, {expected} pixels (slow x fast), found {} x {}", path.display(), found[0], found[1])]
    ImageShape {
        /// The image.
        path: PathBuf,
        /// Its shape, `[slow, fast]`.
        found: [usize; 2],
        /// The shapes of the panels.
        expected: String,
    },
    /// A checkpoint of a series.
    #[error(
        "-checkpoint keeps the rows of one image, and {images} are to be rendered: leave it out, or give -images 1"
    )]
    CheckpointOfSeries {
        /// Images.
        images: u32,
    },
    /// Files that a run would replace, when that is not wanted.
    #[error("-no-clobber: a run would replace {}", paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", "))]
    Exists {
        /// The files.
        paths: Vec<PathBuf>,
    },
    /// The rows of a rendering cannot be kept, or are not those of this one.
    #[error(transparent)]
    Checkpoint(#[from] checkpoint::Error),
    /// A folder for results cannot be made.
    #[error("{}: cannot make the folder: {reason}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// The screen, or the pipe behind it, is gone.
    #[error("cannot write the report: {0}")]
    Screen(#[from] std::io::Error),
    /// The threads that were asked for cannot be had.
    #[error("cannot start threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// Another program of a release was asked for and cannot be had.
    #[error(transparent)]
    Level(#[from] level::Error),
    /// Nothing typed at all.
    #[error(
        "nothing to render: give a crystal (-cell A B C ALPHA BETA GAMMA, -mat FILE, or a file with a cell as -hkl FILE) \
         and its structure factors (-hkl FILE, -dump FILE or -default_F F); nanobragg -h tells more"
    )]
    NothingToRender,
    /// A word in the place of a command, which looks like something else.
    #[error("{found:?} is no command: did you mean {meant}?")]
    NoCommand {
        /// The word.
        found: String,
        /// What it looks like.
        meant: String,
    },
    /// A command behind flags, where it is taken for the value of one.
    #[error("{flag}: flags come after the command: nanobragg {line}")]
    CommandLast {
        /// The flag.
        flag: String,
        /// What was typed, with the command first.
        line: String,
    },
    /// No help on something.
    #[error(
        "help: expected {expected}, found {topic:?}{}",
        nearest.as_ref().map(|name| format!(": did you mean {name}?")).unwrap_or_default()
    )]
    NoHelp {
        /// What was asked for.
        topic: String,
        /// What there is that looks like it.
        nearest: Option<String>,
        /// What there is.
        expected: String,
    },
    /// A message of clap: help, a version, or a usage error.
    #[error(transparent)]
    Command(#[from] clap::Error),
}

impl Failure {
    /// With a flag under the name that was typed.
    pub(crate) fn with_typed_name(self, typed: impl Fn(Flag) -> Option<String>) -> Self {
        match self {
            Self::Flags(error) => Self::Flags(error.with_typed_name(typed)),
            // Of a command that has no such flag.
            Self::Command(mut error) => {
                let named = match error.get(ContextKind::InvalidArg) {
                    Some(ContextValue::String(name)) => named_flag(name),
                    _ => None,
                };
                if let Some(typed) = named.and_then(Result::ok).and_then(typed) {
                    error.insert(ContextKind::InvalidArg, ContextValue::String(typed));
                }
                Self::Command(error)
            }
            other => other,
        }
    }

    /// Says what is wrong and gives the exit status.
    pub(crate) fn report(self) -> ExitCode {
        let code = match &self {
            Self::Command(error) if !error.use_stderr() => {
                return if error.print().is_ok() { ExitCode::SUCCESS } else { ExitCode::from(OUTPUT) };
            }
            // A reader that has seen enough, such as `head`, is no failure.
            Self::Screen(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            Self::Command(_)
            | Self::Level(_)
            | Self::TooLong { .. }
            | Self::NotPhotons(_)
            | Self::Response(_)
            | Self::Picture(_)
            | Self::NoOutput
            | Self::NothingToRender
            | Self::NoCommand { .. }
            | Self::CommandLast { .. }
            | Self::NoHelp { .. }
            | Self::WouldReplaceInput { .. }
            | Self::CheckpointOfSeries { .. } => USAGE,
            Self::Image(error) if error.is_about_input() => INPUT,
            Self::Flags(error) if error.is_usage() => USAGE,
            Self::Experiment(error) if error.is_usage() => USAGE,
            Self::Checkpoint(checkpoint::Error::Output { .. }) => USAGE,
            Self::Checkpoint(checkpoint::Error::Unusable { .. }) => OUTPUT,
            Self::Flags(_)
            | Self::Experiment(_)
            | Self::Trace(_)
            | Self::ImageShape { .. }
            | Self::Integers { .. }
            | Self::Checkpoint(_) => INPUT,
            Self::Comparison(error) => error.exit_status(),
            Self::Exists { .. }
            | Self::Image(_)
            | Self::Dump(_)
            | Self::File(_)
            | Self::Screen(_)
            | Self::Threads(_)
            | Self::Folder { .. } => OUTPUT,
        };
        match &self {
            Self::Command(error) => terminal::tell_error(told_by_clap(error)),
            _ => terminal::tell_error(&self),
        }
        if self.lacks_an_input() {
            anstream::eprintln!("  for example: {EXAMPLE}");
        }
        ExitCode::from(code)
    }

    /// Whether a crystal or its structure factors are missing from what was typed.
    const fn lacks_an_input(&self) -> bool {
        use nanobragg_c_flags::Error as OfFlags;
        use nanobragg_experiment::Error;
        match self {
            Self::NothingToRender | Self::Flags(OfFlags::NoStructureFactors) => true,
            Self::Flags(OfFlags::Experiment(error)) => {
                matches!(error, Error::NoCell | Error::Missing { .. })
            }
            _ => false,
        }
    }
}

/// What clap says is wrong, as the program says such things: in one line, and with flags as they are typed.
fn told_by_clap(error: &clap::Error) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    // Behind a blank line are tips and the usage, which the help has in full.
    let said = text.split("\n\n").next().unwrap_or(text);
    let said = match (error.kind(), error.get(ContextKind::InvalidArg)) {
        (ErrorKind::MissingRequiredArgument, Some(ContextValue::Strings(names))) => {
            format!("no {}", names.join(" and no ").replace(['<', '>'], ""))
        }
        _ => said.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let usage = text.lines().find_map(|line| line.strip_prefix("Usage: "));
    let expected = match error.kind() {
        ErrorKind::InvalidSubcommand => Some("a flag or a command, as nanobragg -h lists them"),
        _ => usage,
    };
    let suggestions =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let suggested = suggestions.into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(name) => Some(name.as_str()),
        ContextValue::Strings(names) => names.first().map(String::as_str),
        _ => None,
    });
    let more = match (suggested, expected) {
        (Some(name), Some(expected)) => format!(": did you mean '{name}'? (expected {expected})"),
        (Some(name), None) => format!(": did you mean '{name}'?"),
        (None, Some(expected)) => format!("; expected {expected}"),
        (None, None) => String::new(),
    };
    format!("{said}{more}").replace("unrecognized subcommand", "unknown command").replace("'--", "'-")
}
