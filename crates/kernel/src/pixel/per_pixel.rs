//! What is computed pixel by pixel, by functions of scalars.

use nanobragg_geometry::LabVec;

use crate::lane::{Arithmetic, Triple, WIDEST};

/// A vector for each pixel by a function of scalars: for detectors that are not planes.
#[inline(always)]
pub(crate) fn per_pixel<X: Arithmetic>(
    flat: Triple<X>,
    position: impl Fn(usize, LabVec) -> LabVec,
) -> Triple<X> {
    // Number by number, and inlined, so that the positions on a plane stay in registers.
    let mut bent = [LabVec::ZERO; 2 * WIDEST];
    for (place, bent) in bent.iter_mut().enumerate().take(X::WIDTH) {
        let [x, y, z] = flat.0.map(|v| v.get(place));
        *bent = position(place, LabVec::new(x, y, z));
    }
    Triple([
        X::from_fn(|place| bent[place].x),
        X::from_fn(|place| bent[place].y),
        X::from_fn(|place| bent[place].z),
    ])
}
