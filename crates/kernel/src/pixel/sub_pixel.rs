//! Where sub-pixels are.

use nanobragg_geometry::Curvature;

use super::{Block, Carried, Scene, per_pixel};
use crate::lane::{Lane, Triple};
use crate::lattice_factor::LatticeFactor;
use crate::structure_factor::Lookup;

/// One sub-pixel of one layer.
#[derive(Clone, Copy)]
pub(crate) struct SubPixel<L> {
    pub(super) position: Triple<L>,
    pub(super) distance: L,
    pub(super) diffracted: Triple<L>,
}

impl<S: LatticeFactor, F: Lookup> Scene<'_, S, F> {
    /// The sub-pixel of a block that has only one. That of the next block to the right is worked out before the steps of this
    /// one: a chain of operations as long as a step's, for which there would be nothing to do beside it later.
    #[inline(always)]
    pub(super) fn only_sub_pixel<L: Lane>(&self, block: Block, carried: &mut Carried<F, L>) -> SubPixel<L> {
        let at = match carried.next.take() {
            Some((of, at)) if of == block => at,
            _ => self.sub_pixel(block, 0, [0, 0]),
        };
        let next = Block { fast: block.fast + L::WIDTH, ..block };
        if next.fast < self.panel.shape[1] {
            carried.next = Some((next, self.sub_pixel(next, 0, [0, 0])));
        }
        at
    }

    /// Where a sub-pixel is, and the ray towards it.
    #[inline(always)]
    pub(super) fn sub_pixel<L: Lane>(
        &self,
        block: Block,
        layer: u32,
        [sub_slow, sub_fast]: [u32; 2],
    ) -> SubPixel<L> {
        let panel = self.panel;
        let n = f64::from(self.sim.oversample);
        let sub_size = panel.pixel_size_m / n;
        #[expect(clippy::cast_precision_loss, reason = "a detector has fewer than 2⁵³ pixels")]
        let (first, row) =
            ((panel.first_pixel.fast + block.fast) as f64, (panel.first_pixel.slow + block.slow) as f64);
        let columns = L::places() + L::splat(first);
        let fdet = columns.mul_add(L::splat(n), L::splat(f64::from(sub_fast) + 0.5)) * L::splat(sub_size);
        let sdet = (row * n + f64::from(sub_slow) + 0.5) * sub_size;
        let odet = f64::from(layer) * panel.sensor.layer_thickness_m;
        let start = panel.slow * sdet + panel.normal * odet + panel.origin_m;
        let flat = Triple::splat(panel.fast.to_array()).scaled_plus(fdet, Triple::splat(start.to_array()));
        let position = match panel.curvature {
            Curvature::Flat => flat,
            _ => per_pixel(flat, |place, at| panel.bent(at, [sdet, fdet.get(place)])),
        };
        let distance = position.dot(position).sqrt();
        SubPixel { position, distance, diffracted: position.scaled(L::splat(1.0) / distance) }
    }
}
