//! Why two images could not be compared.

use std::path::PathBuf;

/// Why two images could not be compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An image file could not be read or is invalid.
    #[error(transparent)]
    ImageIo(#[from] nanobragg_image_io::Error),
    /// A file of the report could not be written.
    #[error(transparent)]
    Write(#[from] whole_file::Error),
    /// A raw float image whose shape is not known.
    #[error(
        "{}: found {bytes} bytes without a header, expected a shape, a file of the same shape, \
         {} in the same folder, or an SMV image of {bytes}/4 pixels there",
        path.display(), path.with_extension("json").file_name().unwrap_or_default().display()
    )]
    NoShape {
        /// The raw image.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// SMV images in the folder of a raw float image fit its size with different shapes.
    #[error(
        "{}: found {} ({} slow x {} fast pixels) and {} ({} x {}) beside it, expected one shape",
        path.display(), first.0.display(), first.1[0], first.1[1], second.0.display(), second.1[0], second.1[1]
    )]
    ShapeUnclear {
        /// The raw image.
        path: PathBuf,
        /// A file and its shape `[slow, fast]`.
        first: (PathBuf, [usize; 2]),
        /// A file with another shape.
        second: (PathBuf, [usize; 2]),
    },
    /// The images have different shapes, and resampling was not requested.
    #[error(
        "{b}: found {} slow x {} fast pixels, expected {} x {} as in {a}",
        b_shape[0], b_shape[1], a_shape[0], a_shape[1]
    )]
    ShapesDiffer {
        /// Name of the first image.
        a: String,
        /// Its shape `[slow, fast]`.
        a_shape: [usize; 2],
        /// Name of the second image, or what else should have that shape.
        b: String,
        /// Its shape `[slow, fast]`.
        b_shape: [usize; 2],
    },
    /// A chart or the frame of a picture could not be drawn.
    #[error("{title}: cannot be drawn: {reason}")]
    Drawing {
        /// The title of the drawing.
        title: String,
        /// The error of the drawing library.
        reason: String,
    },
    /// There is nothing to compare: the image, the region or the unmasked part has no pixel.
    #[error("{scope}: found no pixel of {name}, expected at least one to compare")]
    NoPixels {
        /// Which part of the image.
        scope: &'static str,
        /// Name of the first image.
        name: String,
    },
    /// A program could not be started, or its folder could not be prepared.
    #[error("{program}: cannot be run: {reason}")]
    ProgramNotRun {
        /// The program with its arguments.
        program: String,
        /// The error of the operating system.
        reason: std::io::Error,
    },
    /// A program exited with a nonzero status.
    #[error("{program}: {status}, expected exit status 0; its last lines were\n{last_lines}")]
    ProgramFailed {
        /// The program with its arguments.
        program: String,
        /// Its exit status.
        status: std::process::ExitStatus,
        /// The last lines of its output.
        last_lines: String,
    },
    /// A program exited with status 0 but wrote no float image.
    #[error(
        "{program}: found no {image} when it had ended, expected its float image; its last lines were\n{last_lines}"
    )]
    ProgramWroteNothing {
        /// The program with its arguments.
        program: String,
        /// The expected name of the image.
        image: String,
        /// The last lines of its output.
        last_lines: String,
    },
}

impl Error {
    /// The exit status for this error: 1 when the report could not be written, 4 when a program that was run failed, 3
    /// otherwise.
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::Write(_) => 1,
            Self::ProgramNotRun { .. } | Self::ProgramFailed { .. } | Self::ProgramWroteNothing { .. } => 4,
            _ => 3,
        }
    }
}
