//! Diffraction image files: SMV, raw float, PGM, NumPy, PNG.
//!
//! Images are [`ndarray`] arrays of shape `[slow, fast]`: the fast axis is contiguous in memory and in every file
//! format here. Nothing in this crate knows what a pixel means; headers are plain numbers given by the caller.
//! Files are written whole or not at all ([`whole_file`]), and a file is refused, before memory is asked for, when
//! its size is not the one its shape demands.
//!
//! ```
//! use nanobragg_image_io::{Region, pixels, pgm, raw};
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("float.bin");
//! let photons = ndarray::array![[0.0_f32, 1.5], [2.0, 300.0]];
//! raw::write_f32(&path, photons.view())?;
//!
//! let read = raw::read_f32(&path, [2, 2])?;
//! let gray = pixels::to_gray(read.view(), 1.0, &Region::whole([2, 2]));
//! pgm::write(folder.path().join("image.pgm"), 1.0, gray.view())?;
//! assert_eq!(gray, ndarray::array![[0, 1], [2, 255]]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod error;
pub mod npy;
pub mod pgm;
pub mod pixels;
pub mod png;
pub mod preview;
pub mod raw;
mod region;
mod samples;
pub mod smv;

pub use error::Error;
pub use region::Region;

/// Holds the README's example to the compiler.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
