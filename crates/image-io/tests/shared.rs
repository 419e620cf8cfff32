//! Types may be shared between threads, and errors are errors that may be sent.

use nanobragg_image_io::pgm::Pgm;
use nanobragg_image_io::preview::{Curve, Options, Preview, Scale};
use nanobragg_image_io::smv::{Header, HeaderFields, Smv};
use nanobragg_image_io::{Error, Image, Region, ShapeFrom};

const fn shared<T: Send + Sync + 'static>() {}
const fn error<E: std::error::Error + Send + Sync + 'static>() {}

/// Compiled is tested.
const _: () = {
    shared::<(Smv, Header, HeaderFields, Pgm, Region)>();
    shared::<(Preview, Options, Scale, Curve)>();
    shared::<(Image, ShapeFrom)>();
    error::<Error>();
};
