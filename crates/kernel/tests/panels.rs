//! A detector of one panel and the same detector cut into six: the same pixels, bit for bit.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::float_cmp, reason = "the numbers are the same ones")]

mod common;

use std::sync::Arc;

use common::grid;
use nanobragg_geometry::{
    Convention, DetectorSetup, LabVec, Lattice, Panel, PixelIndex, Placement, Sensor, Source, UnitCell,
    common_frames, mosaic,
};
use nanobragg_kernel::lane::Lane;
use nanobragg_kernel::record::{Form, Line, Value};
use nanobragg_kernel::{
    Crystal, Detail, DetectorPanel, Image, Mode, Orientations, PerSubStep, Polarization, Region, Rendering,
    Shape, Simulation, Statistics, StructureFactors, render, render_scalar, render_with, trace,
};
use ndarray::{Array2, s};

/// Rows and columns of the whole panel; no part of it begins at a multiple of a lane's width but the first.
const SHAPE: [usize; 2] = [29, 53];
/// Where it is cut: three times two.
const SLOW: [usize; 4] = [0, 9, 19, 29];
const FAST: [usize; 3] = [0, 27, 53];

/// A panel that is turned and swung out.
fn setup() -> DetectorSetup {
    let mut setup = DetectorSetup::new(Convention::Xds).with_pixels(SHAPE, 5e-4);
    setup.distance_m = 0.08;
    setup.rotations_rad = [0.05, -0.11, 0.4];
    setup.twotheta_rad = 0.35;
    setup
}

/// Two sources, two rotation steps and three domains on a panel.
fn simulation(placement: Placement) -> Simulation {
    let lattice = Lattice::from_cell(&UnitCell::new([26.75, 31.31, 33.67], [88.7, 71.5, 68.1]).unwrap());
    let beam = LabVec::new(0.0, 0.0, 1.0);
    let sources = vec![Source::new(beam, 1.2), Source::new(LabVec::new(1e-3, 0.0, 1.0), 1.21)];
    let mut sim = Simulation::new(
        vec![DetectorPanel::new("whole", placement)],
        sources,
        lattice,
        Crystal::new(Shape::Square, [5, 4, 3]),
        StructureFactors::Grid(Arc::new(grid(0.0))),
    );
    let domains = mosaic::domains(0.01, 3, 1);
    let spindle = LabVec::new(1.0, 0.0, 0.0);
    sim.orientations = Orientations::new(&lattice, spindle, vec![0.0, 0.01], &domains, Mode::Physics);
    sim.polarization = Polarization::Kahn { factor: 0.9, e_vector: LabVec::new(1.0, 0.0, 0.0) };
    sim
}

/// The simulation with its panel cut into six, row by row.
fn cut(whole: &Simulation) -> Simulation {
    let mut parts = whole.clone();
    let panel = &whole.panels[0];
    parts.panels = (0..6)
        .map(|index| {
            let (slow, fast) = place(index);
            let part = panel.placement.panel.cut(slow.clone(), fast.clone()).unwrap();
            let mut part = DetectorPanel::new(format!("part {index}"), part);
            part.mask = panel.mask.as_ref().map(|mask| Arc::new(mask.slice(s![slow, fast]).to_owned()));
            part
        })
        .collect();
    parts
}

/// The rows and the columns of a part.
fn place(index: usize) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
    let (row, column) = (index / 2, index % 2);
    (SLOW[row]..SLOW[row + 1], FAST[column]..FAST[column + 1])
}

fn assert_same_pixels(name: &str, whole: &Rendering, parts: &Rendering) {
    assert!(whole.panels[0].image.iter().any(|&photons| photons > 0.0), "{name}");
    let bits = |image: Image| image.mapv(f32::to_bits);
    for (index, part) in parts.panels.iter().enumerate() {
        let (slow, fast) = place(index);
        let expected = whole.panels[0].image.slice(s![slow, fast]).to_owned();
        assert_eq!(bits(part.image.clone()), bits(expected), "{name}, part {index}");
    }
    let (found, expected) = (parts.solid_angle_sr(), whole.solid_angle_sr());
    assert!((found - expected).abs() < 1e-13 * expected, "{name}: {found} sr instead of {expected} sr");
}

/// Every option of rendering that depends on the place of a pixel.
fn variants() -> Vec<(&'static str, Simulation)> {
    let plain = simulation(setup().place().unwrap());
    let mut all = Vec::new();

    let mut oversampled = plain.clone();
    oversampled.oversample = 2;
    oversampled.per_sub_step = PerSubStep { capture: true, polarization: true, solid_angle: true };
    all.push(("oversampled", oversampled));

    let mut thick = plain.clone();
    thick.panels[0].placement.panel.sensor = Sensor::new(4.5e-4, 2.3e-4, 3);
    all.push(("thick", thick));

    let mut masked = plain.clone();
    let mask = Array2::from_shape_fn(SHAPE, |(slow, fast)| (slow * 31 + fast * 17) % 11 < 7);
    masked.panels[0].mask = Some(Arc::new(mask));
    all.push(("masked", masked));

    let mut curved = setup();
    curved.curved = true;
    all.push(("curved", simulation(curved.place().unwrap())));
    curved.as_reference = true;
    let mut reference = simulation(curved.place().unwrap());
    reference.structure_factors = StructureFactors::Uniform(100.0);
    all.push(("curved as the reference", reference));

    let mut interpolated = plain.clone();
    interpolated.interpolate = true;
    all.push(("interpolated", interpolated));

    let mut resolution = plain.clone();
    resolution.dmin_angstrom = 2.2;
    resolution.crystal.shape = Shape::Tophat;
    all.push(("cut at a resolution", resolution));

    // In compat mode the first evaluation of all has another orientation (Q1).
    let mut compat = plain.clone();
    compat.mode = Mode::Compat;
    let spindle = LabVec::new(1.0, 0.0, 0.0);
    compat.orientations = Orientations::new(
        &plain.lattice,
        spindle,
        vec![0.0, 0.01],
        &mosaic::domains(0.01, 3, 1),
        Mode::Compat,
    );
    assert!(compat.orientations.first_table().is_some());
    all.push(("compat", compat));

    all.push(("plain", plain));
    all
}

#[test]
fn six_parts_are_the_whole_bit_for_bit() {
    for (name, whole) in variants() {
        let parts = cut(&whole);
        assert_same_pixels(name, &render(&whole, &|| ()), &render(&parts, &|| ()));
        assert!((parts.evaluations() - whole.evaluations()).abs() < 0.5, "{name}");
    }
}

#[test]
fn lanes_of_all_widths_agree_on_parts() {
    fn check<L: Lane>(whole: &Simulation, parts: &Simulation) {
        let (expected, found) = (render_scalar(whole, &|| ()), render_with::<L>(parts, &|| ()));
        assert_same_pixels(std::any::type_name::<L>(), &expected, &found);
    }
    for (_, whole) in variants() {
        let parts = cut(&whole);
        check::<f64>(&whole, &parts);
        check::<wide::f64x2>(&whole, &parts);
        check::<wide::f64x4>(&whole, &parts);
        check::<wide::f64x8>(&whole, &parts);
    }
}

#[test]
fn threads_change_nothing_on_parts() {
    let (_, whole) = variants().remove(0);
    let parts = cut(&whole);
    let [one, seven] = [1, 7].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| render(&parts, &|| ()))
    });
    assert_eq!(one, seven);
}

#[test]
fn every_row_of_every_panel_is_announced_once() {
    let (_, whole) = variants().remove(0);
    let rows = std::sync::atomic::AtomicUsize::new(0);
    let count = || {
        rows.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    };
    render(&cut(&whole), &count);
    assert_eq!(rows.into_inner(), 2 * SHAPE[0]);
}

/// Six corners as a file would give them, with sixteen digits, and the frame found again.
#[test]
fn six_panels_given_one_by_one_are_the_whole_after_they_share_a_frame() {
    let whole = simulation(setup().place().unwrap());
    let mut parts = cut(&whole);
    let mut panels: Vec<Panel> = parts
        .panels
        .iter()
        .map(|part| {
            let part = &part.placement.panel;
            Panel::flat(part.shape, part.pixel_size_m, part.corner_m(), part.fast, part.slow, part.beam)
                .unwrap()
        })
        .collect();
    common_frames(&mut panels);
    for (part, panel) in parts.panels.iter_mut().zip(panels) {
        part.placement = Placement::of_panel(panel);
    }
    let [expected, found] = [&whole, &parts].map(|sim| render(sim, &|| ()));
    for (index, part) in found.panels.iter().enumerate() {
        let (slow, fast) = place(index);
        let expected = expected.panels[0].image.slice(s![slow, fast]);
        assert!(part.image.iter().zip(expected).all(|(a, b)| (a - b).abs() <= 1e-6 * b), "part {index}");
        assert_eq!(parts.panels[index].placement.panel.origin_m, whole.panels[0].placement.panel.origin_m);
    }
}

#[test]
fn statistics_of_parts_are_those_of_the_whole() {
    for (name, whole) in variants() {
        let parts = cut(&whole);
        let (expected_rendering, found_rendering) = (render(&whole, &|| ()), render(&parts, &|| ()));
        let expected = Statistics::of(&expected_rendering, &whole);
        let found = Statistics::of(&found_rendering, &parts);
        assert_eq!(expected, Statistics::of_panel(&expected_rendering, &whole, 0), "{name}");
        assert_eq!((found.max, found.count), (expected.max, expected.count), "{name}");
        let (slow, fast) = place(found.max_panel);
        let at = PixelIndex::new(slow.start + found.max_at.slow, fast.start + found.max_at.fast);
        let image = &expected_rendering.panels[0].image;
        assert_eq!(f64::from(image[[at.slow, at.fast]]), expected.max, "{name}");
        for (found, expected) in [
            (found.sum, expected.sum),
            (found.mean, expected.mean),
            (found.rms, expected.rms),
            (found.rmsd, expected.rmsd),
        ] {
            assert!((found - expected).abs() < 1e-12 * expected, "{name}: {found} {expected}");
        }
        let own: Vec<Statistics> =
            (0..6).map(|panel| Statistics::of_panel(&found_rendering, &parts, panel)).collect();
        assert_eq!(own.iter().map(|panel| panel.count).sum::<usize>(), found.count, "{name}");
        assert_eq!(own[found.max_panel].max_at, found.max_at, "{name}");
        assert_eq!(own[found.max_panel].max_panel, found.max_panel, "{name}");
    }
}

#[test]
fn a_pixel_of_a_part_is_traced_as_the_pixel_of_the_whole() {
    let numbers = |lines: Vec<Line>| -> Vec<Line> {
        let kept = |line: &Line| !matches!(line.form, Form::Geometry | Form::Config);
        lines.into_iter().filter(kept).collect()
    };
    let detail = Detail { all_sources: true, all_domains: true };
    for (name, whole) in variants() {
        let parts = cut(&whole);
        let rendering = render(&parts, &|| ());
        for (panel, pixel) in
            [(0, PixelIndex::new(0, 0)), (3, PixelIndex::new(4, 7)), (5, PixelIndex::new(9, 25))]
        {
            let (slow, fast) = place(panel);
            let parent = PixelIndex::new(slow.start + pixel.slow, fast.start + pixel.fast);
            let lines = trace(&parts, panel, pixel, detail);
            let named = Value::Name(format!("part_{panel}").into());
            assert_eq!(
                (lines[0].form, &*lines[0].key, &lines[0].value),
                (Form::Geometry, "panel", &named),
                "{name}"
            );
            let stored = lines.iter().rfind(|line| line.key == "floatimage_accumulated");
            let photons = rendering.panels[panel].image[[pixel.slow, pixel.fast]];
            match stored.map(|line| &line.value) {
                Some(value) => assert_eq!(*value, Value::Numbers(vec![f64::from(photons)]), "{name}"),
                None => assert!(!parts.renders(panel, pixel), "{name}"),
            }
            assert_eq!(numbers(lines), numbers(trace(&whole, 0, parent, detail)), "{name}, part {panel}");
        }
    }
}

#[test]
fn a_region_counts_the_pixels_of_its_own_panel() {
    let whole = simulation(setup().place().unwrap());
    let mut parts = cut(&whole);
    parts.panels[4].region = Region { slow: 2..=3, fast: 20..=usize::MAX };
    let [all, some] = [&cut(&whole), &parts].map(|sim| render(sim, &|| ()));
    for ((slow, fast), &photons) in some.panels[4].image.indexed_iter() {
        let pixel = PixelIndex::new(slow, fast);
        let inside = (2..=3).contains(&slow) && fast >= 20;
        assert_eq!(parts.renders(4, pixel), inside);
        assert_eq!(photons, if inside { all.panels[4].image[[slow, fast]] } else { 0.0 });
    }
    assert_eq!(some.panels[3], all.panels[3]);
    assert!(!parts.renders(6, PixelIndex::new(0, 0)), "there are six panels");
    assert_eq!(Statistics::of_panel(&some, &parts, 4).count, 2 * 7);
}

#[test]
fn what_is_shared_between_threads_may_be() {
    fn check<T: Send + Sync>() {}
    check::<Simulation>();
    check::<Rendering>();
    check::<Statistics>();
    check::<Line>();
}
