//! The directions from the sample to a rectangle of pixels.

use std::ops::Range;

use nanobragg_geometry::{Curvature, LabVec, Panel};

/// Unit vectors towards a rectangle of pixels: centre + u·along_fast + v·along_slow + rest, |u| ≤ 1, |v| ≤ 1, |rest| ≤ `rest`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patch {
    pub(super) centre: LabVec,
    pub(super) along_fast: LabVec,
    pub(super) along_slow: LabVec,
    pub(super) rest: f64,
    /// A distance that none of its places is nearer than, in m; not positive where they may be at the sample.
    pub(super) nearest_m: f64,
    /// Of a plane.
    flat: Option<Flat>,
}

/// What bounds parts of a patch on a plane.
#[derive(Clone, Copy, Debug)]
struct Flat {
    /// Farthest place from the patch's middle, in m.
    farthest_m: f64,
    /// Half the sensor's depth in m, and what it does to a direction.
    depth_m: f64,
    depth: f64,
}

/// Bound of the second derivative of p/|p| along a straight line, times |p|²: max of sin α·√(4 − 3 sin² α) over the angle
/// α between them is 2/√3.
const CURVATURE: f64 = 1.1548;

impl Patch {
    /// The directions towards pixels, all of each pixel and all of the sensor's depth.
    pub(super) fn of(panel: &Panel, slow: &Range<usize>, fast: &Range<usize>) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a detector has fewer than 2⁵³ pixels")]
        let [middle_slow, half_slow, middle_fast, half_fast] = {
            let [s0, s1, f0, f1] = [slow.start, slow.end, fast.start, fast.end].map(|n| n as f64);
            [f64::midpoint(s0, s1), (s1 - s0) / 2.0, f64::midpoint(f0, f1), (f1 - f0) / 2.0]
        };
        let depth = f64::from(panel.sensor.layers) * panel.sensor.layer_thickness_m / 2.0;
        let middle = panel.position_m(middle_slow, middle_fast);
        let position = middle + panel.normal * if panel.curvature == Curvature::Flat { depth } else { 0.0 };
        let distance = position.length();
        let centre = position * (1.0 / distance);
        // What a small shift of the place does to the direction.
        let turned = |shift: LabVec| (shift - centre * centre.dot(shift)) * (1.0 / distance);
        let [half_fast_m, half_slow_m] = [half_fast * panel.pixel_size_m, half_slow * panel.pixel_size_m];
        if panel.curvature == Curvature::Flat {
            let (fast, slow, deep) =
                (panel.fast * half_fast_m, panel.slow * half_slow_m, panel.normal * depth);
            let farthest = fast.length() + slow.length() + depth;
            let nearest = distance - farthest;
            let rest = if nearest > 0.0 {
                turned(deep).length() + CURVATURE / 2.0 * (farthest / nearest).powi(2)
            } else {
                2.0
            };
            let (along_fast, along_slow) = (turned(fast), turned(slow));
            let flat = Flat { farthest_m: farthest, depth_m: depth, depth: turned(deep).length() };
            let rest = rest.min(2.0);
            return Self { centre, along_fast, along_slow, rest, nearest_m: nearest, flat: Some(flat) };
        }
        // A curved surface: the derivatives are central differences over the patch. A place is the beam turned by two
        // angles of at most shift/distance each, so that derivatives of any order n are bounded by the n-th power of the
        // sum of the angles: second order ½s² of the patch, third order s³/6 of each difference.
        let at = |slow: f64, fast: f64| panel.position_m(slow, fast).unit();
        let along_fast =
            (at(middle_slow, middle_fast + half_fast) - at(middle_slow, middle_fast - half_fast)) * 0.5;
        let along_slow =
            (at(middle_slow + half_slow, middle_fast) - at(middle_slow - half_slow, middle_fast)) * 0.5;
        let angles = std::f64::consts::SQRT_2
            * (half_fast_m * panel.fast.length() + half_slow_m * panel.slow.length() + depth)
            / (distance - depth).max(f64::MIN_POSITIVE);
        let rest = 2.0 * depth / distance + angles * angles + angles.powi(3);
        // The way along the surface is no shorter than the straight one.
        let nearest_m = distance - half_fast_m - half_slow_m - 2.0 * depth;
        Self { centre, along_fast, along_slow, rest: rest.min(2.0), nearest_m, flat: None }
    }

    /// The rest of a rectangle in the patch whose half sides add up to a length: how far a direction towards a place in it is at
    /// most from that towards its middle + u·along_fast + v·along_slow, with u and v from there.
    ///
    /// On a plane the derivative of a direction differs from that at the patch's middle by no more than the second derivative
    /// times the distance from there: its bound along straight lines is that of any two directions, as for every symmetric
    /// bilinear form.
    pub(super) fn rest_about(&self, half_sides_m: f64) -> f64 {
        let nearest_m = self.nearest_m;
        let Some(Flat { farthest_m, depth_m, depth }) = self.flat.filter(|_| nearest_m > 0.0) else {
            return 2.0 * self.rest;
        };
        let size = (half_sides_m + depth_m) / nearest_m;
        depth + CURVATURE * size * (farthest_m / nearest_m + size / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nanobragg_geometry::{Convention, DetectorSetup, Sensor};
    use proptest::prelude::*;

    /// Panels inclined, thick and curved; a point anywhere in a rectangle is within the rest.
    fn check(
        turn: [f64; 3],
        thickness_m: f64,
        is_curved: bool,
        start: [usize; 2],
        size: [usize; 2],
        at: [f64; 3],
        part: [f64; 2],
    ) {
        let mut setup = DetectorSetup::new(Convention::Mosflm).with_pixels([1000, 1000], 1e-4);
        setup.distance_m = 0.08;
        setup.rotations_rad = turn;
        setup.curved = is_curved;
        let panel = setup.place().unwrap().panel.with_sensor(Sensor::new(thickness_m, 1e-3, 4));
        let (slow, fast) = (start[0]..start[0] + size[0], start[1]..start[1] + size[1]);
        let patch = Patch::of(&panel, &slow, &fast);
        let place = |range: &Range<usize>, part: f64| range.start as f64 + part * range.len() as f64;
        let pixel = [place(&slow, at[0]), place(&fast, at[1])];
        // As the pixel loop has it: the depth first, then the bend.
        let sdet = pixel[0] * panel.pixel_size_m;
        let fdet = pixel[1] * panel.pixel_size_m;
        let flat =
            panel.origin_m + panel.slow * sdet + panel.fast * fdet + panel.normal * (at[2] * thickness_m);
        let position = panel.bent(flat, [sdet, fdet]);
        assert!(position.length() >= patch.nearest_m * (1.0 - 1e-12), "{position:?} {}", patch.nearest_m);
        let direction = position.unit();
        let [u, v] = [2.0 * at[1] - 1.0, 2.0 * at[0] - 1.0];
        let rest = direction - (patch.centre + patch.along_fast * u + patch.along_slow * v);
        assert!(rest.length() <= patch.rest, "{} > {}", rest.length(), patch.rest);

        // A rectangle about another place, which reaches as far as this one.
        let half = size.map(|pixels| pixels as f64 / 2.0);
        let middle = [0, 1].map(|axis| start[axis] as f64 + part[axis] * size[axis] as f64);
        let middle_m = middle.map(|at| at * panel.pixel_size_m);
        let flat = panel.origin_m
            + panel.slow * middle_m[0]
            + panel.fast * middle_m[1]
            + panel.normal * (thickness_m / 2.0);
        let of_middle = match panel.curvature {
            Curvature::Flat => flat,
            _ => panel.bent(flat - panel.normal * (thickness_m / 2.0), middle_m),
        };
        let away = [0, 1].map(|axis| pixel[axis] - middle[axis]);
        let half_sides_m =
            (away[0].abs() * panel.slow.length() + away[1].abs() * panel.fast.length()) * panel.pixel_size_m;
        let linear = patch.along_fast * (away[1] / half[1]) + patch.along_slow * (away[0] / half[0]);
        let rest = (direction - of_middle.unit() - linear).length();
        let limit = patch.rest_about(half_sides_m);
        assert!(rest <= limit * (1.0 + 1e-9) + 1e-15, "{rest} > {limit}");
    }

    proptest! {
        #[test]
        fn every_direction_is_within_the_rest(
            turn in prop::array::uniform3(-0.9..0.9f64),
            thickness in prop::sample::select(vec![0.0, 4.5e-4, 3e-3]),
            is_curved: bool,
            start in prop::array::uniform2(0..900usize),
            size in prop::array::uniform2(1..65usize),
            at in prop::array::uniform3(0.0..=1.0f64),
            part in prop::array::uniform2(0.0..=1.0f64),
        ) {
            check(turn, thickness, is_curved, start, size, at, part);
        }
    }
}
