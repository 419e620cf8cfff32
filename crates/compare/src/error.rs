//! Why two images could not be compared.

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
