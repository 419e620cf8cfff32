//! What can be wrong with a geometry.

use std::ops::Range;

/// An impossible geometry; the message names the quantity and its value.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The angles do not close a cell, or an edge is zero.
    #[error(
        "a unit cell with edges {} {} {} Å and angles {} {} {} degrees has no volume",
        edges[0], edges[1], edges[2], angles_deg[0], angles_deg[1], angles_deg[2]
    )]
    ImpossibleCell {
        /// Edges a, b, c in Å.
        edges: [f64; 3],
        /// Angles α, β, γ in degrees.
        angles_deg: [f64; 3],
    },
    /// Three reciprocal vectors that lie in a plane.
    #[error("the reciprocal cell vectors span no volume (a*·(b*×c*) = {volume:e} Å⁻³)")]
    FlatMatrix {
        /// The triple product a*·(b*×c*) in Å⁻³.
        volume: f64,
    },
    /// An axis of zero length.
    #[error("the {name} has no direction: expected a vector of non-zero length, found 0 0 0")]
    ZeroVector {
        /// Which axis.
        name: &'static str,
    },
    /// A divergence given as a number of steps without a range (Q14).
    #[error("{count} {axis} divergence steps need a range: expected a range or a step as well")]
    CountWithoutRange {
        /// Which sweep: `horizontal` or `vertical`.
        axis: &'static str,
        /// The number of steps.
        count: u32,
    },
    /// Two axes of a panel that lie along one line.
    #[error("the fast and the slow detector axis are parallel: the sine between them is {sine:e}")]
    ParallelAxes {
        /// The sine of the angle between them.
        sine: f64,
    },
    /// A pixel edge that is not a positive length.
    #[error("a pixel has an edge of {size_m} m: expected a positive number")]
    PixelSize {
        /// The edge in metres.
        size_m: f64,
    },
    /// A panel whose plane contains the sample, so that it is seen edge-on.
    #[error("the plane of the panel goes through the sample: its nearest point is at {distance_m:e} m")]
    PlaneThroughSample {
        /// Distance of the plane's nearest point in metres.
        distance_m: f64,
    },
    /// A part of a panel that is empty or not on it.
    #[error(
        "rows {} to {} and columns {} to {} (exclusive) are not a part of a panel of {} rows and {} columns",
        slow.start, slow.end, fast.start, fast.end, shape[0], shape[1]
    )]
    CutOutside {
        /// The rows of the part.
        slow: Range<usize>,
        /// The columns of the part.
        fast: Range<usize>,
        /// Shape of the panel, `[slow, fast]`.
        shape: [usize; 2],
    },
    /// A matrix or a quaternion that is not a rotation.
    #[error("{what} is no rotation: it is {deviation:e} off, expected at most {allowed:e}")]
    NotARotation {
        /// What was given.
        what: &'static str,
        /// The largest deviation of the matrix times its transpose from the unit matrix, or of the determinant from
        /// 1; for a quaternion, its length.
        deviation: f64,
        /// What is allowed.
        allowed: f64,
    },
    /// An unknown name.
    #[error("`{found}` is no {what}: expected {expected}")]
    UnknownName {
        /// The kind of thing that the name was to identify.
        what: &'static str,
        /// What was found.
        found: String,
        /// The valid names.
        expected: &'static str,
    },
}
