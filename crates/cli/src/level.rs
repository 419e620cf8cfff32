//! Which program of a release runs: there is one for each level of x86-64 processors.
//!
//! `wide` chooses its vectors when it is compiled, and one program for all processors would leave most of what a newer one has
//! unused. A release is therefore `bin/nanobragg`, built for x86-64-v2, and the same source built for more in
//! `libexec/nanobragg`. The first gives its place to the best that the processor runs, by `exec`: the process, its arguments
//! and its environment stay. Code of several levels within one program would need a second copy of everything that the
//! kernel is generic over, and the compiler could still share a function among them.
//!
//! Only the program for x86-64-v2 looks for a better one, so a build for the machine it is made on does nothing of this, and
//! a program within `libexec/nanobragg` never does.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// The variable that names the level of the program that is to run.
pub(crate) const VARIABLE: &str = "NANOBRAGG_LEVEL";

/// Where the programs of higher levels are, beside the folder of the first.
const FOLDER: &str = "libexec/nanobragg";

/// Why the better program, which is there, does not run.
static NOT_STARTED: OnceLock<String> = OnceLock::new();

/// A level that was asked for and cannot be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Not the name of a level.
    #[error("{VARIABLE}: expected x86-64-v2, x86-64-v3 or x86-64-v4, found {found:?}")]
    NoLevel {
        /// The value of the variable.
        found: OsString,
    },
    /// The program for that level is not there, or cannot be started.
    #[error("{VARIABLE}: the program for {level} cannot be started: {reason}")]
    NotStarted {
        /// The level.
        level: &'static str,
        /// Its file, and what the system said.
        reason: String,
    },
}

/// Levels of processors as the x86-64 psABI defines them; a processor of one runs programs for all below.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    V1,
    V2,
    V3,
    V4,
}

/// Whether features are enabled in this build.
macro_rules! built_for {
    ($($name:tt)*) => { $(cfg!(target_feature = $name))&&* };
}

impl Level {
    /// What this program is built for.
    const OF_PROGRAM: Self = {
        let v4 = built_for!("avx512f" "avx512bw" "avx512cd" "avx512dq" "avx512vl");
        let v3 = built_for!("avx" "avx2" "bmi1" "bmi2" "f16c" "fma" "lzcnt" "movbe");
        let v2 = built_for!("sse3" "ssse3" "sse4.1" "sse4.2" "popcnt");
        match (v4, v3, v2) {
            (true, true, true) => Self::V4,
            (false, true, true) => Self::V3,
            (_, false, true) => Self::V2,
            (_, _, false) => Self::V1,
        }
    };

    const fn name(self) -> &'static str {
        match self {
            Self::V1 => "x86-64",
            Self::V2 => "x86-64-v2",
            Self::V3 => "x86-64-v3",
            Self::V4 => "x86-64-v4",
        }
    }
}

/// Gives this process to the program for the level that was asked for, or else to the best that the processor runs; returns
/// where that is this one.
pub(crate) fn choose() -> Result<(), Error> {
    match std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        Some(found) => {
            let levels = [Level::V2, Level::V3, Level::V4];
            let level = levels.into_iter().find(|level| found == level.name());
            let level = level.ok_or(Error::NoLevel { found })?;
            if level == Level::OF_PROGRAM {
                return Ok(());
            }
            let reason = match sibling(level) {
                Some(path) => give_place_to(path),
                None => "there are no others beside this one".to_owned(),
            };
            Err(Error::NotStarted { level: level.name(), reason })
        }
        None if Level::OF_PROGRAM == Level::V2 => {
            let better = levels_of_processor().find_map(|level| sibling(level).filter(|path| path.exists()));
            if let Some(path) = better {
                NOT_STARTED.get_or_init(|| give_place_to(path));
            }
            Ok(())
        }
        None => Ok(()),
    }
}

/// The processor, and which program it runs.
pub(crate) fn described() -> String {
    let name = processor_name();
    if !cfg!(target_arch = "x86_64") {
        return name;
    }
    let reason = NOT_STARTED.get().map(|reason| format!("; a better one cannot be started: {reason}"));
    format!("{name}, program for {}{}", Level::OF_PROGRAM.name(), reason.unwrap_or_default())
}

/// What the processor calls itself.
#[cfg(target_arch = "x86_64")]
fn processor_name() -> String {
    let brand = raw_cpuid::CpuId::new().get_processor_brand_string();
    brand.map_or_else(|| "unknown processor".to_owned(), |brand| brand.as_str().trim().to_owned())
}

#[cfg(not(target_arch = "x86_64"))]
fn processor_name() -> String {
    std::env::consts::ARCH.to_owned()
}

/// The levels above v2 whose programs run here, the best first.
///
/// What a build enables is detected without a look at the processor, but nothing of this is enabled where it is asked. The
/// detection covers whether the operating system keeps the registers (XCR0), which CPUID alone does not tell.
#[cfg(target_arch = "x86_64")]
fn levels_of_processor() -> impl Iterator<Item = Level> {
    macro_rules! detected {
        ($($name:tt)*) => { $(std::arch::is_x86_feature_detected!($name))&&* };
    }
    let v3 = detected!("avx" "avx2" "bmi1" "bmi2" "f16c" "fma" "lzcnt" "movbe");
    let v4 = v3 && detected!("avx512f" "avx512bw" "avx512cd" "avx512dq" "avx512vl");
    [(v4, Level::V4), (v3, Level::V3)].into_iter().filter_map(|(runs, level)| runs.then_some(level))
}

#[cfg(not(target_arch = "x86_64"))]
fn levels_of_processor() -> impl Iterator<Item = Level> {
    std::iter::empty()
}

/// Where the program for a level is, seen from the real path of this one.
fn sibling(level: Level) -> Option<PathBuf> {
    let folder = std::env::current_exe().ok()?.canonicalize().ok()?.parent()?.to_owned();
    let name = format!("nanobragg-{}", level.name());
    (!folder.ends_with(FOLDER)).then(|| Some(folder.parent()?.join(FOLDER).join(name)))?
}

/// Replaces this program by another, with the same arguments; returns why that failed.
#[cfg(unix)]
fn give_place_to(path: PathBuf) -> String {
    use std::os::unix::process::CommandExt;
    let mut arguments = std::env::args_os();
    let mut command = Command::new(&path);
    command.arg0(arguments.next().unwrap_or_default()).args(arguments);
    let error = command.exec();
    // On its way `exec` has made the loss of a reader deadly again; with a handler, whatever it does, it is an error of `write`.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGPIPE, std::sync::Arc::default());
    failed(path, error)
}

#[cfg(not(unix))]
fn give_place_to(path: PathBuf) -> String {
    failed(path, io::ErrorKind::Unsupported.into())
}

fn failed(path: PathBuf, error: io::Error) -> String {
    format!("{}: {error}", path.display())
}
