//! The trace of one pixel of a simulation: written, read back, compared.
//!
//! The kernel records [`Line`]s while it computes a pixel. A [`Log`] holds them; [`text`] writes and reads them in the
//! line forms of nanoBragg's own trace logs, [`json`] as one object with units, and a [`Diff`] of two logs names
//! the first quantity in which they differ, with its inputs. [`quantity`] is the table behind both: what each
//! key means, in which unit, and how large it naturally is.
//!
//! Text keeps fifteen digits, as the C program prints them, so that logs of the two programs can be laid side by
//! side; JSON keeps every bit.
//!
//! ```
//! use nanobragg_trace::{Diff, Log, Options, text};
//!
//! let ours = Log::parse("TRACE_RS: lambda_meters 1e-10\nTRACE_RS: hkl_frac 1.5 0 2\n", "ours.log")?;
//! let theirs = Log::parse("TRACE_C: lambda_meters 1e-10\nTRACE_C: hkl_frac 1.6 1e-17 2\n", "theirs.log")?;
//! let diff = Diff::between(&ours, &theirs, &Options::default());
//! assert_eq!(diff.first().map(|row| row.key.as_ref()), Some("hkl_frac"));
//!
//! let mut written = Vec::new();
//! text::write(&ours, text::PREFIX, &mut written)?;
//! assert!(written.starts_with(b"TRACE_RS: lambda_meters 1e-10\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod diff;
mod error;
pub mod json;
mod log;
mod parse;
pub mod quantity;
pub mod text;

pub use diff::{Diff, Excuse, Options, Report, Row, Side, Status};
pub use error::Error;
pub use log::{Defect, Dropped, Log};
pub use nanobragg_kernel::record::{Form, Line, Value};

/// Compiles and runs the README's example.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
