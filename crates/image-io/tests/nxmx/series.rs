//! Series to write.

use nanobragg_image_io::nxmx::{
    Beam, Description, Detector, Panel, Pixel, Polarization, Rotation, Writer, mask,
};
use ndarray::Array2;
use std::path::Path;

/// What is said of every series.
pub(crate) fn described(panels: Vec<Panel>, rotation: Option<Rotation>) -> Description {
    let masked = |panel: &Panel| {
        let mut pixels = Array2::zeros(panel.shape);
        (pixels[[1, 2]], pixels[[3, 0]]) = (mask::DEAD, mask::NOISY | mask::USER);
        pixels
    };
    Description {
        title: "a lattice of one µm".to_owned(),
        sample: "lysozyme".to_owned(),
        instrument: "BL 1".to_owned(),
        source: "simulated".to_owned(),
        start_time: Some("2026-11-24T10:00:00Z".to_owned()),
        end_time_estimated: Some("2026-11-24T10:00:01Z".to_owned()),
        beam: Beam {
            wavelength_angstrom: 0.976_8,
            spectrum: vec![[0.976, 0.25], [0.9776, 0.75]],
            polarization: Some(Polarization { kahn_factor: 0.9, e_vector: [2.0, 0.0, 0.3] }),
            flux_per_s: Some(3e12),
        },
        detector: Detector {
            name: "simulated, S/N 1".to_owned(),
            sensor_material: "Si".to_owned(),
            sensor_thickness_m: 320e-6,
            saturation: Some(1_048_500),
            underload: Some(0),
            count_time_s: Some(0.1),
            frame_time_s: Some(0.103),
            mask: Some(panels.iter().map(masked).collect()),
            panels,
        },
        rotation,
    }
}

/// One panel across the beam.
pub(crate) fn one_panel() -> Vec<Panel> {
    vec![Panel {
        name: "flat".to_owned(),
        shape: [9, 14],
        fast_axis: [1.0, 0.0, 0.0],
        slow_axis: [0.0, -1.0, 0.0],
        origin_m: [-24.5 * 172e-6, 17.25 * 172e-6, -0.231],
        pixel_size_m: [172e-6, 172e-6],
    }]
}

/// Two columns of three panels, each tilted its own way; the last one has other pixels and another shape.
pub(crate) fn six_panels() -> Vec<Panel> {
    let panel = |number: usize| {
        let (column, row) = ((number % 2) as f64, (number / 2) as f64);
        let (sin, cos) = (0.02 + 0.05 * column - 0.03 * row).sin_cos();
        let (sin_z, cos_z) = (0.01 * row).sin_cos();
        // Turned about z first, then about x.
        let tilted = |[x, y]: [f64; 2]| [x, cos * y, sin * y];
        Panel {
            name: format!("p{number}"),
            shape: if number == 5 { [5, 16] } else { [8, 16] },
            fast_axis: tilted([cos_z, sin_z]),
            slow_axis: tilted([sin_z, -cos_z]),
            origin_m: [-0.003 + 0.0031 * column, 0.002 - 0.0015 * row, -0.1 + 0.001 * column],
            pixel_size_m: if number == 5 { [75e-6, 150e-6] } else { [75e-6, 75e-6] },
        }
    };
    (0..6).map(panel).collect()
}

/// Three images, of a fifth of a degree each.
pub(crate) fn turning() -> Rotation {
    let (sin, cos) = 0.1_f64.sin_cos();
    let angles_deg = [10.0, 10.2, 10.4].map(|start| [start, start + 0.2]).to_vec();
    Rotation { axis: [cos, sin, 0.0], angles_deg }
}

/// The pixels of three images, with numbers of all sizes; of a panel `[slow, fast]`.
pub(crate) fn images<T: Pixel>(panels: &[Panel], value: impl Fn(usize) -> T) -> Vec<Vec<Array2<T>>> {
    let mut number = 0;
    let mut pixel = |_| {
        number += 1;
        value(number)
    };
    (0..3)
        .map(|_| panels.iter().map(|panel| Array2::from_shape_fn(panel.shape, &mut pixel)).collect())
        .collect()
}

/// Counts, most of them small, with gaps.
pub(crate) fn count(number: usize) -> i32 {
    match number % 11 {
        0 => -1,
        7 => i32::try_from(number * 7919 % 1_048_000).unwrap(),
        _ => i32::try_from(number % 5).unwrap(),
    }
}

pub(crate) fn write<T: Pixel>(path: &Path, description: &Description, images: &[Vec<Array2<T>>]) {
    let mut file = Writer::<T>::create(path, description).unwrap();
    for panels in images {
        let panels: Vec<_> = panels.iter().map(|panel| panel.view()).collect();
        file.append(&panels).unwrap();
    }
    file.finish().unwrap();
}
