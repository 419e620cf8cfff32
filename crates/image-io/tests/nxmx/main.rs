//! NXmx files: read back, by this crate, h5py, nxmx and dxtbx, and refused when damaged.
#![cfg(feature = "nxmx")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]
#![expect(clippy::print_stdout, reason = "what is skipped is said")]

mod outside;
mod refused;
mod round_trip;
mod series;
