//! Which steps can add to a pixel, for shapes whose spots end: spots are predicted instead of searched for.
//!
//! A step is one orientation × source. In ρ, the units that a shape measures the distance from a node in, an orientation
//! takes the scattering vector q to M q, with M = Σ bᵢ ⊗ aᵢ (aᵢ the direct vectors, bᵢ the shape's basis), and the node n
//! stands at Σ nᵢ bᵢ; the spot is the ball of radius R about it. Over a tile of pixels the unit vector towards a pixel is
//! d̂ = ĉ + u e_f + v e_s + r with |u|, |v| ≤ 1 and a small rest r ([`patch`]), so that M q is a parallelogram but for the rest.
//! Whether a node's ball meets it is decided exactly enough: three directions that separate them, the parallelogram's
//! normal and its two edges, for all orientations of a tile ([`tile`]), then for each row of pixels the interval in u
//! where |M q − Σ nᵢbᵢ| ≤ R ([`footprint`]). The nodes that come into question are those in a box of indices, found for
//! runs of neighbouring orientations together ([`orientations`]), and first for many sources together.
//!
//! Every bound errs towards more steps. The evaluation itself leaves out what is beyond R
//! ([`counted`](crate::lattice_factor::LatticeFactor::counted)), so that the image does not depend, in any bit, on what a
//! prediction lists too much; and the steps of a pixel are summed in the order in which they are without it.
//!
//! Where a tolerance is given, steps of a shape whose fringes have no end are left out by bounds of them ([`tails`]).
//!
//! # What it costs
//!
//! Per tile, source and node some 25 vector operations for each lane of orientations, and some 70 for each step that is
//! found, against 35 for each of 64 blocks of pixels and each step without it. Where every spot is nearer to its node than to
//! any other, steps are listed with their nodes and need not look for them and their F
//! ([`known_nodes`](crate::pixel)): 50 operations instead of 65.

mod footprint;
mod orientations;
mod patch;
mod pieces;
mod tails;
mod tile;

pub(crate) use tile::{Predictor, Tile};

use crate::lattice_factor::{Gauss, LatticeFactor, Spot, Tophat};
use crate::simulation::{Shape, Simulation};

/// Steps that are evaluated for each that counts: a block is evaluated whole.
const LISTED: f64 = 3.0;
/// Above this share of steps within reach, evaluating all of them is as fast.
const WORTHWHILE_SHARE: f64 = 0.4;

/// The part of all steps that spots reach: the ball's volume over that of the cell.
fn share_within_reach(spot: &Spot) -> f64 {
    let [a, b, c] = spot.basis.map(|[x, y, z]| nanobragg_geometry::LabVec::new(x, y, z));
    4.0 / 3.0 * std::f64::consts::PI * spot.radius.powi(3) / a.dot(b.cross(c)).abs()
}

/// About how many of the steps will be evaluated: 1 for all of them. A tolerance may leave out more.
#[must_use]
pub fn predicted_share(sim: &Simulation) -> f64 {
    let Simulation { crystal, lattice, mode, .. } = sim;
    let spot = match crystal.shape {
        Shape::Gauss => Gauss::new(crystal, lattice, *mode, sim.leaves_out().then_some(0.0)).spot(),
        Shape::Tophat => Tophat::new(crystal, lattice, *mode).spot(),
        Shape::Square | Shape::Round => None,
    };
    let listed = |spot: Spot| (LISTED * share_within_reach(&spot)).min(1.0);
    spot.filter(|spot| pays(sim, spot)).map_or(1.0, listed)
}

/// Whether a prediction leaves out enough to pay.
pub(crate) fn pays(sim: &Simulation, spot: &Spot) -> bool {
    // Where the running sum is multiplied at every step, water makes each of them count.
    let all_count = sim.multiplies_running_sum() && sim.amorphous.is_some();
    sim.predict && !all_count && share_within_reach(spot) < WORTHWHILE_SHARE
}
