//! The frame of NeXus, in which McStas has its z axis along the beam.

use super::Panel;

/// A vector of the imgCIF frame in that of McStas: half a turn about y, which both have upwards.
pub(super) fn to_mcstas([x, y, z]: [f64; 3]) -> [f64; 3] {
    // Zeros without a sign, as one would write them.
    [0.0 - x, y, 0.0 - z]
}

/// The length of a vector, and its direction; z for none.
pub(super) fn length_and_direction(v: [f64; 3]) -> (f64, [f64; 3]) {
    let length = dot(v, v).sqrt();
    if length > 0.0 { (length, v.map(|x| x / length)) } else { (0.0, [0.0, 0.0, 1.0]) }
}

/// How far the centres of panels are from the sample along the beam, on average, metres.
pub(super) fn distance_m(panels: &[Panel]) -> f64 {
    let mean = panels.iter().map(|panel| -centre_m(panel)[2]).sum::<f64>() / panels.len() as f64;
    if mean.is_finite() { mean } else { 0.0 }
}

/// Where the beam meets a panel, pixels along the fast and the slow axis; `None` when it does not.
pub(super) fn beam_centre(panel: &Panel) -> Option<[f64; 2]> {
    let ([fx, fy, fz], [sx, sy, sz], [ox, oy, _]) = (panel.fast_axis, panel.slow_axis, panel.origin_m);
    // Origin + f fast + s slow has neither x nor y.
    let determinant = fx * sy - fy * sx;
    let (fast, slow) = ((oy * sx - ox * sy) / determinant, (ox * fy - oy * fx) / determinant);
    let along = panel.origin_m[2] + fast * fz + slow * sz;
    let centre = [fast / panel.pixel_size_m[0], slow / panel.pixel_size_m[1]];
    (along < 0.0 && centre.iter().all(|x| x.is_finite())).then_some(centre)
}

pub(super) fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn centre_m(panel: &Panel) -> [f64; 3] {
    let [slow, fast] = panel.shape.map(|pixels| pixels as f64 / 2.0);
    let [fast_m, slow_m] = [fast * panel.pixel_size_m[0], slow * panel.pixel_size_m[1]];
    std::array::from_fn(|i| panel.origin_m[i] + fast_m * panel.fast_axis[i] + slow_m * panel.slow_axis[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beam_meets_a_tilted_panel() {
        // 45 degrees about x, through the point 0.2 m along the beam, 10 fast and 20 slow pixels from its corner.
        let half = std::f64::consts::FRAC_1_SQRT_2;
        let (fast_axis, slow_axis) = ([1.0, 0.0, 0.0], [0.0, -half, -half]);
        let origin_m = [-10.0 * 1e-4, 20.0 * 2e-4 * half, -0.2 + 20.0 * 2e-4 * half];
        let panel = Panel {
            shape: [40, 20],
            fast_axis,
            slow_axis,
            origin_m,
            pixel_size_m: [1e-4, 2e-4],
            ..Panel::default()
        };
        let [fast, slow] = beam_centre(&panel).unwrap();
        assert!((fast - 10.0).abs() < 1e-9 && (slow - 20.0).abs() < 1e-9, "{fast} {slow}");
        assert!((distance_m(std::slice::from_ref(&panel)) - 0.2).abs() < 1e-12);
        assert_eq!(beam_centre(&Panel { origin_m: [0.0, 0.0, 0.2], ..panel.clone() }), None);
        assert_eq!(beam_centre(&Panel { slow_axis: [0.0, 0.0, 1.0], ..panel }), None);
    }
}
