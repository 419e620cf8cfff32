//! The intensity of every pixel of a diffraction image, with SIMD and threads

pub mod record;
