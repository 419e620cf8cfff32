//! Random experiments: of everything that can be described without a file.
//!
//! What is bounded here and not refused by the program are magnitudes: F, fluence, cells and solid angles whose product is
//! no f32, and lengths and energies so far from any experiment that their squares are no f64.

use nanobragg_experiment::{
    Background, Band, Beam, Convention, ConventionDetector, Crystal, Detector, Draft, Experiment,
    FactorSource, Flux, Intensity, Interpolation, Mosaic, Orientation, Panel, PerSubStep, Pivot, Precision,
    Pulse, RandomOrientation, Sampling, Scan, Sensor, Shape, Spectrum, StructureFactors,
};
use nanobragg_geometry::{LabVec, Rotation};
use proptest::option::of;
use proptest::prelude::*;

/// A vector of a length far from 0.
pub(crate) fn direction() -> impl Strategy<Value = [f64; 3]> {
    prop::array::uniform3(-1.0..1.0f64).prop_filter("a direction", |v| LabVec::from(*v).length() > 0.05)
}

/// A rotation by any angle.
pub(crate) fn rotation() -> impl Strategy<Value = Rotation> {
    (direction(), 0.0..std::f64::consts::TAU)
        .prop_map(|(axis, angle_rad)| Rotation::about(LabVec::from(axis).unit(), angle_rad))
}

fn orientation() -> impl Strategy<Value = Orientation> {
    prop_oneof![
        prop::array::uniform3(-400.0..400.0f64).prop_map(Orientation::MissetDeg),
        rotation().prop_map(|rotation| Orientation::RotationMatrix(rotation.rows())),
        prop::array::uniform4(0.1..1.0f64).prop_map(Orientation::Quaternion),
        any::<i64>().prop_map(|seed| Orientation::Random(RandomOrientation::seeded(seed))),
    ]
}

fn shape() -> impl Strategy<Value = Shape> {
    prop::sample::select(vec![Shape::Square, Shape::Round, Shape::Gauss, Shape::Tophat])
}

fn mosaic() -> impl Strategy<Value = Mosaic> {
    (prop_oneof![Just(0.0), 0.0..2.0f64, 0.0..=180.0f64], 1..4u32, any::<i64>()).prop_map(
        |(spread_deg, domains, seed)| {
            let mut mosaic = Mosaic::new(spread_deg, domains);
            mosaic.seed = seed;
            mosaic
        },
    )
}

fn crystal() -> impl Strategy<Value = Crystal> {
    let lattice =
        (prop::array::uniform3(3.0..400.0f64), prop::array::uniform3(50.0..125.0f64), any::<bool>());
    let size = (prop::array::uniform3(1..40u32), of(prop::array::uniform3(1e-4..0.05f64)));
    (lattice, orientation(), size, shape(), prop_oneof![Just(1.0), 0.0..9.0f64], mosaic()).prop_map(
        |((edges, angles, vectors), orientation, (cells, size_um), shape, fudge, mosaic)| {
            let [a, b, c] = edges;
            let mut crystal = if vectors {
                let mut crystal = Crystal::default();
                crystal.vectors_angstrom = Some([[a, 0.0, 0.1 * a], [-0.2 * b, b, 0.0], [0.0, 0.3 * c, c]]);
                crystal
            } else {
                Crystal::new([a, b, c, angles[0], angles[1], angles[2]])
            };
            crystal.orientation = orientation;
            crystal.cells = cells;
            crystal.size_um = size_um;
            crystal.shape = shape;
            crystal.fudge = fudge;
            crystal.mosaic = mosaic;
            crystal
        },
    )
}

pub(crate) fn structure_factors() -> impl Strategy<Value = StructureFactors> {
    let row = (-6..6i32, -6..6i32, -6..6i32, -1e3..1e3f64);
    let source = prop_oneof![
        (-1e4..1e4f64).prop_map(FactorSource::Uniform),
        prop::collection::vec(row, 1..40).prop_map(FactorSource::Reflections),
    ];
    let how = of(prop::sample::select(vec![Interpolation::Nearest, Interpolation::Tricubic]));
    (source, prop_oneof![Just(0.0), -1e3..1e3f64], how).prop_map(|(source, default_f, interpolation)| {
        let mut factors = StructureFactors::new(source);
        factors.default_f = default_f;
        factors.interpolation = interpolation;
        factors
    })
}

fn spectrum() -> impl Strategy<Value = Spectrum> {
    prop_oneof![
        (0.05..20.0f64).prop_map(Spectrum::WavelengthAngstrom),
        (300.0..2e5f64).prop_map(Spectrum::EnergyEv),
        (0.05..20.0f64, 0.0..199.9f64, 1..4u32)
            .prop_map(|(wavelength, width, count)| Spectrum::Band(Band::new(wavelength, width, count))),
        prop::collection::vec((300.0..2e5f64, 0.0..5.0f64).prop_map(|(e, w)| [e, w + 1e-3]), 1..4)
            .prop_map(Spectrum::Table),
    ]
}

fn intensity() -> impl Strategy<Value = Intensity> {
    prop_oneof![
        (0.0..1e31f64).prop_map(Intensity::FluencePerM2),
        (0.0..1e14f64, 0.0..1e3f64, 0.1..1e3f64)
            .prop_map(|(flux, time, size)| Intensity::Flux(Flux::new(flux, time, size))),
        (0.0..1e14f64, 0.1..1e3f64).prop_map(|(count, size)| Intensity::Pulse(Pulse::new(count, size))),
    ]
}

pub(crate) fn beam() -> impl Strategy<Value = Beam> {
    let range = || prop_oneof![Just(0.0), 0.0..10.0f64, 0.0..6283.0f64];
    let step = || of(prop_oneof![Just(0.0), 0.01..100.0f64]);
    let spread = ([range(), range()], [1..4u32, 1..4u32], [step(), step()], any::<bool>());
    let factor = prop_oneof![Just(-1.0), Just(0.0), Just(1.0), -1.0..=1.0f64];
    (of(direction()), spectrum(), spread, (any::<bool>(), factor, of(direction())), intensity()).prop_map(
        |(direction, spectrum, (range, count, step, round), (apply, kahn_factor, e_vector), intensity)| {
            let mut beam = Beam::default();
            beam.direction = direction;
            beam.spectrum = spectrum;
            [beam.divergence.horizontal_mrad, beam.divergence.vertical_mrad] = range;
            [beam.divergence.horizontal_steps, beam.divergence.vertical_steps] = count;
            [beam.divergence.horizontal_step_mrad, beam.divergence.vertical_step_mrad] = step;
            beam.divergence.round = round;
            beam.polarization.apply = apply;
            beam.polarization.kahn_factor = kahn_factor;
            beam.polarization.e_vector = e_vector;
            beam.intensity = intensity;
            beam
        },
    )
}

fn scan() -> impl Strategy<Value = Scan> {
    (of(direction()), -720.0..720.0f64, prop_oneof![Just(0.0), 0.0..800.0f64], 1..4u32, of(-90.0..90.0f64))
        .prop_map(|(axis, start_deg, width_deg, steps, step_deg)| {
            let mut scan = Scan::new(start_deg, width_deg, steps);
            scan.axis = axis;
            scan.step_deg = step_deg;
            scan
        })
}

pub(crate) fn sensor() -> impl Strategy<Value = Sensor> {
    let depth = of(prop_oneof![Just(f64::INFINITY), 1e-6..1.0f64, 1.0..1e4f64]);
    (prop_oneof![Just(0.0), 1e-3..2e3f64], depth, of(1..5u32)).prop_map(|(thickness, depth, layers)| {
        let mut sensor = Sensor::default();
        sensor.thickness_um = thickness;
        sensor.attenuation_depth_um = depth;
        sensor.layers = layers;
        sensor
    })
}

fn pixels() -> impl Strategy<Value = [u32; 2]> {
    [1..25u32, 1..25u32]
}

fn convention_detector() -> impl Strategy<Value = Detector> {
    use Convention::{Adxv, Custom, Denzo, Dials, Mosflm, Xds};
    let name = prop::sample::select(vec![Mosflm, Denzo, Adxv, Xds, Dials, Custom]);
    let place = (0.5..1e3f64, of(0.5..1e3f64), 1e-2..5.0f64, pixels());
    let angle = || prop_oneof![Just(0.0), -30.0..30.0f64, -180.0..180.0f64];
    let axes = prop::array::uniform4(of(direction()));
    let centers = [of(-50.0..50.0f64), of(-50.0..50.0f64), of(-50.0..50.0f64), of(-50.0..50.0f64)];
    let pivot = of(prop::sample::select(vec![Pivot::Beam, Pivot::Sample]));
    (name, place, [angle(), angle(), angle(), angle()], centers, axes, pivot, any::<bool>(), sensor())
        .prop_map(
            |(
                name,
                (distance, close, pixel, pixels),
                [x, y, z, twotheta],
                [xb, yb, xo, yo],
                axes,
                pivot,
                curved,
                sensor,
            )| {
                let mut detector = ConventionDetector::new(name);
                detector.distance_mm = distance;
                detector.close_distance_mm = close;
                detector.pixel_size_mm = pixel;
                detector.pixels = Some(pixels);
                detector.rotations_deg = [x, y, z];
                detector.twotheta_deg = twotheta;
                (detector.xbeam_mm, detector.ybeam_mm) = (xb, yb);
                (detector.orgx_px, detector.orgy_px) = (xo, yo);
                if name == Custom {
                    [detector.fast_axis, detector.slow_axis, detector.normal, detector.twotheta_axis] = axes;
                }
                detector.pivot = pivot;
                detector.curved = curved;
                detector.sensor = sensor;
                Detector::from(detector)
            },
        )
}

/// A panel anywhere about the sample, with axes that may be off right angles by the skew that is allowed.
pub(crate) fn panel() -> impl Strategy<Value = Panel> {
    let skew = prop_oneof![Just(0.0), -0.01..0.01f64];
    (prop::array::uniform3(-300.0..300.0f64), rotation(), skew, pixels(), 1e-2..5.0f64, sensor()).prop_map(
        |(origin_mm, rotation, skew, pixels, pixel_mm, sensor)| {
            let fast = rotation.apply(LabVec::new(1.0, 0.0, 0.0));
            let slow = rotation.apply(LabVec::new(skew, 1.0, 0.0));
            Panel::new(origin_mm, fast.to_array(), slow.to_array(), pixels, pixel_mm).with_sensor(sensor)
        },
    )
}

pub(crate) fn sampling() -> impl Strategy<Value = Sampling> {
    let limit = prop_oneof![Just(0.0), 0.0..6.0f64];
    let roi = of([0..20u32, 0..20u32, 0..20u32, 0..20u32]);
    (1..4u32, prop::array::uniform3(any::<bool>()), limit, any::<[bool; 2]>(), roi).prop_map(
        |(oversample, [capture, polarization, solid_angle], dmin_angstrom, [point_pixel, predict], roi)| {
            let mut per_sub_step = PerSubStep::default();
            per_sub_step.capture = capture;
            per_sub_step.polarization = polarization;
            per_sub_step.solid_angle = solid_angle;
            let mut sampling = Sampling::default();
            sampling.oversample = Some(oversample);
            sampling.per_sub_step = per_sub_step;
            sampling.dmin_angstrom = dmin_angstrom;
            sampling.point_pixel = point_pixel;
            sampling.predict = predict;
            sampling.precision = if point_pixel == predict { Precision::Double } else { Precision::Single };
            sampling.tolerance_photons = dmin_angstrom * 1e-3;
            sampling.roi = roi.map(|[f, df, s, ds]| [f, f + df, s, s + ds]);
            sampling
        },
    )
}

pub(crate) fn background() -> impl Strategy<Value = Vec<Background>> {
    prop_oneof![Just(Vec::new()), (0.0..2e3f64).prop_map(|edge| vec![Background::water(edge)])]
}

/// Drafts, most of which are experiments.
pub(crate) fn draft() -> impl Strategy<Value = Draft> {
    let detector =
        prop_oneof![convention_detector(), prop::collection::vec(panel(), 1..4).prop_map(Detector::from)];
    (crystal(), structure_factors(), beam(), scan(), detector, background(), sampling()).prop_map(
        |(crystal, factors, beam, scan, detector, background, sampling)| {
            let mut draft = Draft::default();
            draft.crystal = Some(crystal);
            draft.structure_factors = Some(factors);
            draft.beam = beam;
            draft.scan = scan;
            draft.detector = detector;
            draft.background = background;
            draft.sampling = sampling;
            draft
        },
    )
}

/// Experiments that can be: drafts without those that are refused, such as detectors that face away from the sample.
pub(crate) fn experiment() -> impl Strategy<Value = Experiment> {
    draft().prop_filter_map("it can be", |draft| draft.finish().ok().filter(|it| it.resolve().is_ok()))
}
