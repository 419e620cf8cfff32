//! NXmx files (`.nxs`, `.h5`): the images of a series with their geometry, in HDF5.
//!
//! Sources: the NeXus definition NXmx; Bernstein et al. 2020, IUCrJ 7, 784, the gold standard; for the compression,
//! Masui et al. 2015, Astronomy and Computing 12, 181, and the HDF5 filter 32008 that is registered for it.
//!
//! The images are one array `[image, slow, fast]`, of which a chunk is an image. Several panels of one width stand one below
//! the other in it, and an `NXdetector_module` says where each of them is. An array `[image, panel, slow, fast]` would not
//! be read by programs of one panel, nor by dxtbx of DIALS 3.12; nor does that read a mask beside which panels of another width
//! leave gaps.
//!
//! HDF5 is written and read without the C library.

mod bitshuffle;
mod description;
mod frame;
mod layout;
mod metadata;
mod pixel;
mod read;
mod tree;
mod writer;

pub use description::{Beam, Description, Detector, Panel, Polarization, Rotation, mask};
pub use pixel::{Pixel, PixelType};
pub use read::{Shape, read, shape};
pub use writer::Writer;

/// The group of the images.
const DATA: &str = "entry/data";
/// What describes the detector, in our files and in those of an Eiger.
const DETECTOR: &str = "entry/instrument/detector";
