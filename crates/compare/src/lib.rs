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

mod axis;
mod chart;
mod charts;
mod check;
mod error;
pub mod folder;
mod frame;
pub mod histogram;
mod image;
pub mod load;
pub mod metrics;
mod number;
mod options;
pub mod page;
mod palette;
mod part;
pub mod peaks;
pub mod pictures;
pub mod programs;
mod quantiles;
pub mod radial;
mod report;
mod resample;
mod selection;
mod sidecar;
mod ssim;
mod svg;
mod table;

pub use check::Check;
pub use error::Error;
pub use image::Image;
pub use options::{Options, PictureOptions, Thresholds};
pub use part::Part;
pub use pictures::Pictures;
pub use report::Report;
pub use resample::resample;
