//! Everything of a file but the images.

use rust_hdf5::{H5Dataset, H5File, Result};

use super::bitshuffle;
use super::description::{Beam, Description, Detector, Panel, Polarization, Rotation};
use super::frame::{beam_centre, distance_m, length_and_direction, to_mcstas};
use super::layout::{Layout, stack};
use super::pixel::Pixel;
use super::tree::{Axis, Node, text_attribute};

/// The end of a chain of movements.
const LABORATORY: &str = ".";

/// Writes what a description says, and creates the array of images, which has none yet.
pub(super) fn write<T: Pixel>(file: &H5File, said: &Description, layout: &Layout) -> Result<H5Dataset> {
    let root = Node::root(file)?;
    file.set_attr_string("default", "entry")?;
    file.set_attr_string("creator", concat!("nanobragg-image-io ", env!("CARGO_PKG_VERSION")))?;
    let entry = root.child("entry", "NXentry")?;
    entry.group().set_attr_string("default", "data")?;
    entry.text("definition", "NXmx")?;
    entry.text("title", &said.title)?;
    entry.text("start_time", said.start_time.as_deref().unwrap_or_default())?;
    entry.text("end_time_estimated", said.end_time_estimated.as_deref().unwrap_or_default())?;
    entry.child("source", "NXsource")?.text("name", &said.source)?;

    let data = entry.child("data", "NXdata")?;
    data.group().set_attr_string("signal", "data")?;
    let images = images::<T>(&data, layout)?;

    let instrument = entry.child("instrument", "NXinstrument")?;
    instrument.text("name", &said.instrument)?;
    beam(&instrument.child("beam", "NXbeam")?, &said.beam)?;
    detector(&instrument.child("detector", "NXdetector")?, &said.detector, layout)?;

    let sample = entry.child("sample", "NXsample")?;
    sample.text("name", &said.sample)?;
    match &said.rotation {
        Some(rotation) => turn(&sample, rotation)?,
        None => sample.text("depends_on", LABORATORY)?,
    }
    Ok(images)
}

fn images<T: Pixel>(data: &Node, layout: &Layout) -> Result<H5Dataset> {
    let [slow, fast] = layout.shape;
    data.group()
        .new_dataset::<T>()
        .shape([0, slow, fast])
        .max_shape(&[None, Some(slow), Some(fast)])
        .chunk(&[1, slow, fast])
        .filter_pipeline(bitshuffle::pipeline::<T>())
        .create("data")
}

fn beam(node: &Node, beam: &Beam) -> Result<()> {
    let wavelength = node.number("incident_wavelength", beam.wavelength_angstrom)?;
    text_attribute(&wavelength, "units", "angstrom")?;
    if !beam.spectrum.is_empty() {
        // A second version of the wavelength: readers that want one number have it in the first.
        text_attribute(&wavelength, "variant", "incident_wavelength_1Dspectrum")?;
        let column = |of: usize| beam.spectrum.iter().map(|line| line[of]).collect::<Vec<_>>();
        let spectrum = node.numbers("incident_wavelength_1Dspectrum", &column(0))?;
        text_attribute(&spectrum, "units", "angstrom")?;
        node.numbers("incident_wavelength_1Dspectrum_weights", &column(1))?;
    }
    if let Some(polarization) = beam.polarization {
        node.numbers("incident_polarization_stokes", &stokes(polarization))?;
    }
    node.quantity("total_flux", beam.flux_per_s, "Hz")
}

/// Intensity 1, the share along x less that along y, the same for the axes that are turned by 45 degrees, and nothing
/// circular.
fn stokes(Polarization { kahn_factor, e_vector }: Polarization) -> [f64; 4] {
    let [x, y, _] = to_mcstas(e_vector);
    let squared = x * x + y * y;
    [1.0, kahn_factor * (x * x - y * y) / squared, kahn_factor * 2.0 * x * y / squared, 0.0]
}

fn detector(node: &Node, detector: &Detector, layout: &Layout) -> Result<()> {
    let Detector { panels, .. } = detector;
    node.text("description", &detector.name)?;
    node.text("sensor_material", &detector.sensor_material)?;
    node.quantity("sensor_thickness", Some(detector.sensor_thickness_m), "m")?;
    node.quantity("count_time", detector.count_time_s, "s")?;
    node.quantity("frame_time", detector.frame_time_s, "s")?;
    for (name, value) in [("saturation_value", detector.saturation), ("underload_value", detector.underload)]
    {
        if let Some(value) = value {
            node.number(name, value)?;
        }
    }
    if let [panel] = &panels[..]
        && let Some([fast, slow]) = beam_centre(panel)
    {
        node.quantity("beam_center_x", Some(fast), "pixel")?;
        node.quantity("beam_center_y", Some(slow), "pixel")?;
    }
    let distance_m = distance_m(panels);
    node.quantity("distance", Some(distance_m), "m")?;
    let movements = node.child("transformations", "NXtransformations")?;
    let along = Axis { kind: "translation", units: "m", vector: [0.0, 0.0, 1.0], depends_on: LABORATORY };
    movements.axis("detector_z", distance_m, &along)?;
    let distance = movements.path_of("detector_z");
    node.text("depends_on", &distance)?;
    // Readers take the panels in the order of these names.
    let digits = (panels.len() - 1).to_string().len();
    for (number, (panel, (origin, _))) in panels.iter().zip(&layout.panels).enumerate() {
        let module = node.child(&format!("module_{number:0digits$}"), "NXdetector_module")?;
        place(&module, panel, *origin, distance_m, &distance)?;
    }
    if let Some(masks) = &detector.mask {
        let masks: Vec<_> = masks.iter().map(|mask| mask.view()).collect();
        pixel_mask(node, layout.shape, &stack(&masks))?;
    }
    node.group().create_soft_link("data", "/entry/data/data")
}

fn place(module: &Node, panel: &Panel, origin: [usize; 2], distance_m: f64, distance: &str) -> Result<()> {
    module.text("local_name", &panel.name)?;
    module.numbers("data_origin", &origin.map(|x| x as u64))?;
    module.numbers("data_size", &panel.shape.map(|x| x as u64))?;
    let [x, y, z] = to_mcstas(panel.origin_m);
    let (length, vector) = length_and_direction([x, y, z - distance_m]);
    let translation = |vector, depends_on| Axis { kind: "translation", units: "m", vector, depends_on };
    module.axis("module_offset", length, &translation(vector, distance))?;
    let offset = module.path_of("module_offset");
    for (name, axis, edge_m) in [
        ("fast_pixel_direction", panel.fast_axis, panel.pixel_size_m[0]),
        ("slow_pixel_direction", panel.slow_axis, panel.pixel_size_m[1]),
    ] {
        module.axis(name, edge_m, &translation(to_mcstas(axis), &offset))?;
    }
    Ok(())
}

fn pixel_mask(node: &Node, [slow, fast]: [usize; 2], pixels: &[u32]) -> Result<()> {
    let field = node
        .group()
        .new_dataset::<u32>()
        .shape([slow, fast])
        .chunk(&[slow, fast])
        .filter_pipeline(bitshuffle::pipeline::<u32>())
        .create("pixel_mask")?;
    field.write_chunk_raw_at(&[0, 0], &bitshuffle::compressed(pixels)?, 0)
}

fn turn(sample: &Node, Rotation { axis, angles_deg }: &Rotation) -> Result<()> {
    let movements = sample.child("transformations", "NXtransformations")?;
    let vector = to_mcstas(*axis);
    let about = Axis { kind: "rotation", units: "deg", vector, depends_on: LABORATORY };
    let each = |of: fn(&[f64; 2]) -> f64| angles_deg.iter().map(of).collect::<Vec<_>>();
    movements.axis_per_image("omega", &each(|[start, _]| *start), &about)?;
    let end = movements.numbers("omega_end", &each(|[_, end]| *end))?;
    text_attribute(&end, "units", "deg")?;
    let width = movements.numbers("omega_increment_set", &each(|[start, end]| end - start))?;
    text_attribute(&width, "units", "deg")?;
    sample.text("depends_on", &movements.path_of("omega"))
}
