//! What the tests of geometry files share: paths, vectors, directions.

use std::path::{Path, PathBuf};

use nanobragg_experiment::Panel;

pub(crate) type Vector = [f64; 3];

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/geometry").join(name)
}

pub(crate) fn add(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|i| a[i] + b[i])
}

pub(crate) fn scaled(a: Vector, by: f64) -> Vector {
    a.map(|c| c * by)
}

pub(crate) fn cross(a: Vector, b: Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

pub(crate) fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Where the ray from the sample meets a plane: f and s with `corner + f fast + s slow` along the direction, by
/// Cramer's rule; none if it meets it behind the sample.
pub(crate) fn meet(direction: Vector, corner: Vector, fast: Vector, slow: Vector) -> Option<[f64; 2]> {
    let normal = cross(fast, slow);
    let along = dot(corner, normal) / dot(direction, normal);
    let at = add(scaled(direction, along), scaled(corner, -1.0));
    let f = dot(cross(at, slow), normal) / dot(normal, normal);
    let s = dot(cross(fast, at), normal) / dot(normal, normal);
    (along > 0.0).then_some([f, s])
}

/// Where the ray meets a panel as it was read, in pixels: fast, slow.
pub(crate) fn pixel(direction: Vector, panel: &Panel) -> Option<[f64; 2]> {
    let edge = panel.pixel_size_mm;
    meet(direction, panel.origin_mm, scaled(panel.fast_axis, edge), scaled(panel.slow_axis, edge))
}

/// A direction from the sample to somewhere on a panel or within half its size of it, out of two numbers of [0, 1).
pub(crate) fn towards(panel: &Panel, [u, v]: [f64; 2]) -> Vector {
    let [slow, fast] = panel.pixels.map(f64::from);
    let (f, s) = ((2.0 * u - 0.5) * fast, (2.0 * v - 0.5) * slow);
    let in_plane = add(scaled(panel.fast_axis, f), scaled(panel.slow_axis, s));
    let point = add(panel.origin_mm, scaled(in_plane, panel.pixel_size_mm));
    scaled(point, 1.0 / dot(point, point).sqrt())
}

/// Numbers of [0, 1) that are the same in every run (an LCG with the constants of Knuth's MMIX).
pub(crate) struct Numbers(u64);

impl Iterator for Numbers {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let bits = u32::try_from(self.0 >> 32).expect("32 bits");
        Some(f64::from(bits) / (f64::from(u32::MAX) + 1.0))
    }
}

/// A thousand directions, spread over the panels, each with its panel's index.
pub(crate) fn thousand(panels: &[Panel]) -> Vec<(usize, Vector)> {
    let mut numbers = Numbers(20_240_517);
    let mut next = || numbers.next().expect("it never ends");
    (0..1000).map(|i| (i % panels.len(), towards(&panels[i % panels.len()], [next(), next()]))).collect()
}
