//! Random experiments, and what holds for all of them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod any;
mod pixels;
mod turned;
