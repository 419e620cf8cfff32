//! What can be wrong with a geometry.

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
        /// The number of steps asked for.
        count: u32,
    },
}
