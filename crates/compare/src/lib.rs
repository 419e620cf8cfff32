#![doc = include_str!("../README.md")]
//!
//! [`Report::between`] compares two [`Image`]s: pixel by pixel ([`metrics`]), by structural similarity, and by their
//! peaks ([`peaks`]), over the whole image, a region, and without masked pixels; bounds ([`Thresholds`]) decide whether
//! it passes. [`load`] reads images, [`programs`] runs two programs on the same arguments and reads their images, and
//! [`folder`] writes a report with pictures and a page. A report does not depend on the number of threads.
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
mod part;
pub mod peaks;
pub mod pictures;
pub mod programs;
mod quantiles;
pub mod radial;
mod report;
mod resample;
mod selection;
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
