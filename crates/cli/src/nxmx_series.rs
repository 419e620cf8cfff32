//! The NXmx file of a run: all panels and all images.

use nanobragg_experiment::{Intensity, Resolved};
use nanobragg_geometry::LabVec;
use nanobragg_image_io::nxmx::{
    Beam, Description, Detector as Described, Panel, Pixel, Polarization, Rotation, Writer,
};
use nanobragg_kernel as kernel;
use nanobragg_response::{Counts, Pixels, Sample};
use ndarray::{Array2, ArrayView2};
use whole_file::FileSet;

use crate::counts::{self, Detector};
use crate::exposure;
use crate::failure::Failure;
use crate::prepared::Prepared;
use crate::timestamp::timestamp;

/// A sensor without thickness gets a nanometre, since dxtbx refuses it otherwise: a hundred-thousandth of a pixel of parallax.
const THINNEST_M: f64 = 1e-9;

/// A file to which images are appended while they are rendered; it has its name at the end.
pub(crate) struct Series {
    writer: Of,
    set: FileSet,
}

/// By the type of a pixel.
enum Of {
    U16(Writer<u16>),
    I16(Writer<i16>),
    U32(Writer<u32>),
    I32(Writer<i32>),
}

impl Series {
    /// Begins the file, the only one of a set, if there is to be one.
    pub(crate) fn begin(
        set: FileSet,
        prepared: &Prepared,
        detector: Option<&Detector>,
        images: u32,
    ) -> Result<Option<Self>, Failure> {
        let (Some(path), Some(detector)) = (&prepared.experiment.output.nxmx_file, detector) else {
            return Ok(None);
        };
        let readout = counts::readout(&prepared.experiment);
        let description = description(prepared, detector, images, counts::largest_measured(&readout));
        let writer = match readout.sample {
            Sample::I16 => Of::I16(Writer::create_in(&set, path, &description)?),
            Sample::U32 => Of::U32(Writer::create_in(&set, path, &description)?),
            Sample::I32 => Of::I32(Writer::create_in(&set, path, &description)?),
            _ => Of::U16(Writer::create_in(&set, path, &description)?),
        };
        Ok(Some(Self { writer, set }))
    }

    /// Appends an image.
    pub(crate) fn append(&mut self, counts: &[Counts]) -> Result<(), Failure> {
        fn append<'a, T: Pixel>(
            writer: &mut Writer<T>,
            counts: &'a [Counts],
            of: impl Fn(&'a Pixels) -> Option<&'a Array2<T>>,
        ) -> Result<(), Failure> {
            let panels: Vec<ArrayView2<'_, T>> =
                counts.iter().filter_map(|counts| Some(of(&counts.pixels)?.view())).collect();
            Ok(writer.append(&panels)?)
        }
        macro_rules! of {
            ($kind:ident) => {
                |pixels| if let Pixels::$kind(image) = pixels { Some(image) } else { None }
            };
        }
        match &mut self.writer {
            Of::U16(writer) => append(writer, counts, of!(U16)),
            Of::I16(writer) => append(writer, counts, of!(I16)),
            Of::U32(writer) => append(writer, counts, of!(U32)),
            Of::I32(writer) => append(writer, counts, of!(I32)),
        }
    }

    /// Ends the file and gives it its name.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self.writer {
            Of::U16(writer) => writer.finish(),
            Of::I16(writer) => writer.finish(),
            Of::U32(writer) => writer.finish(),
            Of::I32(writer) => writer.finish(),
        }?;
        Ok(self.set.commit()?)
    }
}

fn description(prepared: &Prepared, detector: &Detector, images: u32, largest_measured: i64) -> Description {
    let (experiment, resolved) = (&prepared.experiment, &prepared.resolved);
    let simulation = &resolved.simulation;
    let frame = Frame::of(resolved);
    let sensor = &simulation.panels[0].placement.panel.sensor;
    let seconds = exposure::seconds(experiment);
    let scan = &experiment.scan;
    let is_still = scan.width_deg == 0.0 && images == 1;
    let angles = (0..images).map(|image| {
        let start = scan.image(image).start_deg;
        [start, start + scan.width_deg]
    });
    let mut described = Described {
        name: "simulated by nanobragg".to_owned(),
        sensor_material: "Si".to_owned(),
        sensor_thickness_m: (sensor.layer_thickness_m * f64::from(sensor.layers)).max(THINNEST_M),
        saturation: Some(largest_measured),
        count_time_s: Some(seconds),
        frame_time_s: Some(seconds),
        mask: detector.masks(),
        ..Described::default()
    };
    described.panels = simulation.panels.iter().map(|panel| frame.panel(panel)).collect();
    Description {
        title: "simulated by nanobragg".to_owned(),
        sample: "crystal".to_owned(),
        instrument: "nanobragg".to_owned(),
        source: "simulation".to_owned(),
        start_time: Some(format!("{}Z", timestamp(0.0))),
        end_time_estimated: Some(format!("{}Z", timestamp(seconds * f64::from(images)))),
        beam: Beam {
            wavelength_angstrom: resolved.facts.wavelength_angstrom,
            spectrum: Vec::new(),
            polarization: match &simulation.polarization {
                kernel::Polarization::Kahn { factor, e_vector } => {
                    Some(Polarization { kahn_factor: *factor, e_vector: frame.vector(*e_vector) })
                }
                kernel::Polarization::Off => None,
            },
            flux_per_s: match &experiment.beam.intensity {
                Intensity::Flux(flux) => Some(flux.flux_per_s),
                _ => None,
            },
        },
        detector: described,
        rotation: (!is_still).then(|| Rotation {
            axis: frame.vector(LabVec::from(resolved.facts.spindle)),
            angles_deg: angles.collect(),
        }),
    }
}

/// The axes of the imgCIF frame: z to the source, x along the spindle as far as that is across the beam.
struct Frame {
    x: LabVec,
    y: LabVec,
    z: LabVec,
}

impl Frame {
    fn of(resolved: &Resolved) -> Self {
        /// The sine of the angle between the spindle and the beam, at least.
        const APART: f64 = 1e-6;
        let panel = &resolved.simulation.panels[0].placement.panel;
        let z = -panel.beam;
        let across = |v: LabVec| v - z * v.dot(z);
        let spindle = across(LabVec::from(resolved.facts.spindle));
        let x = if spindle.length() > APART { spindle } else { across(panel.fast) };
        let x = if x.length() > APART { x } else { across(panel.slow) }.unit();
        Self { x, y: z.cross(x), z }
    }

    fn vector(&self, v: LabVec) -> [f64; 3] {
        [v.dot(self.x), v.dot(self.y), v.dot(self.z)]
    }

    fn panel(&self, panel: &kernel::DetectorPanel) -> Panel {
        let placed = &panel.placement.panel;
        Panel {
            name: panel.name.clone(),
            shape: placed.shape,
            fast_axis: self.vector(placed.fast.unit()),
            slow_axis: self.vector(placed.slow.unit()),
            origin_m: self.vector(placed.corner_m()),
            pixel_size_m: [placed.pixel_size_m; 2],
        }
    }
}
