//! Are two diffraction images the same, and if not, where and why.
//!
//! [`Report::between`] compares two [`Image`]s: pixel by pixel ([`metrics`]), by structure, and by their peaks
//! ([`peaks`]), over the whole, a region, and without masked pixels; bounds ([`Thresholds`]) turn that into a
//! verdict. [`load`] reads images of any kind, [`programs`] makes them by running two programs on the same flags,
//! and [`folder`] writes a report with pictures and one self-contained page. A report is the same whatever the
//! number of threads.
//!
//! ```
//! use nanobragg_compare::{Image, Options, Report};
//!
//! let a = ndarray::Array2::from_shape_fn((64, 64), |(slow, fast)| (slow * fast % 17) as f64);
//! let b = 1.02 * &a;
//! let (a, b) = (Image::new("ours", a), Image::new("theirs", b));
//!
//! let report = Report::between(&a, &b, &Options::default())?;
//! let failed: Vec<_> = report.checks.iter().filter(|check| !check.passed).map(|check| check.name).collect();
//! assert_eq!(failed, ["sum ratio"]);
//! assert_eq!(report.exit_status(), 1);
//! # Ok::<(), nanobragg_compare::Error>(())
//! ```
#![forbid(unsafe_code)]

mod chart;
mod colour;
mod error;
pub mod figures;
pub mod folder;
mod glyphs;
pub mod histogram;
mod image;
pub mod load;
pub mod metrics;
mod options;
pub mod page;
pub mod peaks;
pub mod programs;
mod quantiles;
pub mod radial;
mod report;
mod resample;
mod selection;
mod ssim;
mod table;

pub use error::Error;
pub use figures::Figures;
pub use image::Image;
pub use options::{Options, Thresholds};
pub use report::{Check, Part, Report};
pub use resample::resample;

/// Holds the README's example to the compiler.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
