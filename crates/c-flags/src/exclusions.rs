//! Which flags exclude each other: one table for the warnings of a run and for the help.

use crate::flag::Flag;

/// Flags that give the same value in different ways: the last one counts.
pub(crate) const RIVALS: &[&[Flag]] = &[
    &[Flag::Lambda, Flag::Energy],
    &[Flag::SquareXtal, Flag::RoundXtal, Flag::GaussXtal, Flag::TophatSpots],
    &[Flag::Interpolate, Flag::NoInterpolate],
    &[Flag::RoundDiv, Flag::SquareDiv],
    &[Flag::Polar, Flag::Nopolar],
    &[Flag::Stol, Flag::FourStol, Flag::Q],
    &[Flag::Mosflm, Flag::Xds, Flag::Adxv, Flag::Denzo, Flag::Dials],
    &[Flag::Pix0Vector, Flag::Pix0VectorMm],
    &[Flag::Progress, Flag::Noprogress],
    &[Flag::Verbose, Flag::Quiet],
];

/// A flag for several axes, and those for one: the last one counts.
pub(crate) const WHOLES: &[(Flag, &[Flag])] = &[
    (Flag::N, &[Flag::Na, Flag::Nb, Flag::Nc]),
    (Flag::SampleSize, &[Flag::SampleX, Flag::SampleY, Flag::SampleZ]),
    (Flag::Detpixels, &[Flag::DetpixelsF, Flag::DetpixelsS]),
    (Flag::Detsize, &[Flag::DetsizeF, Flag::DetsizeS]),
    (Flag::Divergence, &[Flag::Hdivrange, Flag::Vdivrange]),
    (Flag::Divsteps, &[Flag::Hdivsteps, Flag::Vdivsteps]),
];

/// The flags that `-sourcefile` leaves without effect.
pub(crate) const SWEEPS_OF_SOURCES: &[Flag] = &[
    Flag::Divergence,
    Flag::Hdivrange,
    Flag::Vdivrange,
    Flag::Hdivstep,
    Flag::Vdivstep,
    Flag::Divsteps,
    Flag::Hdivsteps,
    Flag::Vdivsteps,
    Flag::Dispersion,
    Flag::Dispsteps,
    Flag::RoundDiv,
    Flag::SquareDiv,
];

/// Flags, and those with which they have no effect, whatever their order.
const YIELDING: &[(&[Flag], &[Flag])] = &[
    (&[Flag::N, Flag::Na], &[Flag::SampleSize, Flag::SampleX]),
    (&[Flag::Nb], &[Flag::SampleSize, Flag::SampleY]),
    (&[Flag::Nc], &[Flag::SampleSize, Flag::SampleZ]),
    (&[Flag::Fluence], &[Flag::Flux]),
    (SWEEPS_OF_SOURCES, &[Flag::Sourcefile]),
    (&[Flag::Distance], &[Flag::CloseDistance, Flag::Pix0Vector, Flag::Pix0VectorMm]),
    (&[Flag::CloseDistance, Flag::Pivot], &[Flag::Pix0Vector, Flag::Pix0VectorMm]),
    (&[Flag::Detsize, Flag::DetsizeF], &[Flag::Detpixels, Flag::DetpixelsF]),
    (&[Flag::DetsizeS], &[Flag::Detpixels, Flag::DetpixelsS]),
];

impl Flag {
    /// The flags of which only the last one given counts, this one left out.
    #[must_use]
    pub fn rivals(self) -> Vec<Self> {
        let rivals = RIVALS.iter().filter(|rivals| rivals.contains(&self));
        let parts = WHOLES.iter().filter(|(whole, _)| *whole == self).flat_map(|(_, parts)| *parts);
        let wholes = WHOLES.iter().filter(|(_, parts)| parts.contains(&self)).map(|(whole, _)| whole);
        let all = rivals.copied().flatten().chain(parts).chain(wholes).copied();
        all.filter(|&rival| rival != self).collect()
    }

    /// The flags with which this one has no effect.
    #[must_use]
    pub fn yields_to(self) -> Vec<Self> {
        let found = YIELDING.iter().filter(|(yielding, _)| yielding.contains(&self));
        found.flat_map(|(_, to)| *to).copied().collect()
    }
}
