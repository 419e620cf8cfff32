//! What is drawn upon an image: resolution rings, the beam, predicted spots.

use nanobragg_picture::Mark;
use percent_g::percent_g;

use super::geometry::Known;
use super::rings::Rings;
use super::view::View;

/// Points of a ring: a few pixels from one to the next on the largest detectors.
const RING_POINTS: u32 = 3600;
/// Points along an edge of what is shown at which the resolution is looked at.
const EDGE_POINTS: u32 = 16;

/// What is drawn upon a view, in image pixels `[slow, fast]` from its corner.
#[derive(Default)]
pub(crate) struct Marks {
    /// Each with its resolution in Å.
    rings: Vec<(f64, Vec<Option<[f64; 2]>>)>,
    beam: Option<[f64; 2]>,
    spots: Vec<[f64; 2]>,
    warnings: Vec<String>,
}

/// Sizes of marks, in picture pixels.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    spot_radius: u16,
    beam_arm: u16,
    has_labels: bool,
}

impl Sizes {
    pub(crate) const PICTURE: Self = Self { spot_radius: 5, beam_arm: 8, has_labels: true };
    /// A terminal has few pixels, and labels would be as wide as it is.
    pub(crate) const TERMINAL: Self = Self { spot_radius: 1, beam_arm: 2, has_labels: false };
}

impl Marks {
    /// The marks of a view by a geometry; spots are those that the geometry has.
    pub(crate) fn of(view: &View<'_>, known: &Known, rings: Option<&Rings>, wants_beam: bool) -> Self {
        let mut marks = Self::default();
        if let Some(rings) = rings {
            for d in rings.within(inverse_resolutions(view, known)) {
                marks.add_ring(view, known, d);
            }
            if *rings == Rings::Automatic && marks.rings.is_empty() {
                marks.warnings.push("no ring of a round resolution is on what is shown".to_owned());
            }
        }
        if wants_beam {
            let beam = |(panel, first_row): (&nanobragg_geometry::Panel, usize)| {
                panel.project(panel.beam).and_then(|at| view.place(first_row, at))
            };
            marks.beam = panels(view, known).find_map(beam);
            if marks.beam.is_none() {
                marks.warnings.push("--beam: the beam does not meet what is shown".to_owned());
            }
        }
        if let Some(spots) = &known.spots {
            let of_panel = |(index, rows): &(usize, std::ops::Range<usize>)| {
                let first_row = rows.start;
                spots[*index].iter().filter_map(move |spot| view.place(first_row, spot.place))
            };
            marks.spots = view.panels.iter().flat_map(of_panel).collect();
            if marks.spots.is_empty() {
                marks.warnings.push("--spots: none is predicted on what is shown".to_owned());
            }
        }
        marks
    }

    /// What was asked for and is not to be seen.
    pub(crate) fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The marks in pixels of a picture whose blocks have so many image pixels along an edge.
    pub(crate) fn in_picture(&self, view: &View<'_>, block: usize, sizes: Sizes) -> Vec<Mark> {
        let [slow, fast] = view.shape().map(|side| side.div_ceil(block) as f64);
        let scaled = |[s, f]: [f64; 2]| {
            // The far edge belongs to the last pixel.
            [(s / block as f64).min(slow - 0.5), (f / block as f64).min(fast - 0.5)]
        };
        let ring = |(d, points): &(f64, Vec<Option<[f64; 2]>>)| Mark::Ring {
            points: points.iter().map(|point| point.map(scaled)).collect(),
            label: if sizes.has_labels { format!("{} Å", percent_g(*d, 4)) } else { String::new() },
        };
        let circle = |at: &[f64; 2]| Mark::Circle { center: scaled(*at), radius: sizes.spot_radius };
        let cross = self.beam.map(|at| Mark::Cross { center: scaled(at), arm: sizes.beam_arm });
        self.spots.iter().map(circle).chain(cross).chain(self.rings.iter().map(ring)).collect()
    }

    fn add_ring(&mut self, view: &View<'_>, known: &Known, d: f64) {
        let mut points = Vec::new();
        for (panel, first_row) in panels(view, known) {
            let on_panel =
                |at: &[f64; 2]| at.iter().zip(panel.shape).all(|(at, side)| (0.0..=side as f64).contains(at));
            let ring = panel.ring(d, known.wavelength_angstrom, RING_POINTS);
            points.extend(ring.into_iter().map(|at| view.place(first_row, at.filter(on_panel)?)));
            // The rings of two panels are not joined.
            points.push(None);
        }
        if points.iter().any(Option::is_some) {
            self.rings.push((d, points));
        } else {
            self.warnings.push(format!("--rings: the ring of {} Å is not on what is shown", percent_g(d, 4)));
        }
    }
}

/// The panels that are shown, with their first rows in the image.
fn panels<'a>(
    view: &'a View<'_>,
    known: &'a Known,
) -> impl Iterator<Item = (&'a nanobragg_geometry::Panel, usize)> {
    view.panels.iter().map(|(index, rows)| (&known.panels[*index], rows.start))
}

/// The least and the largest 1/d of what is shown, Å⁻¹, along its edges and in the beam.
fn inverse_resolutions(view: &View<'_>, known: &Known) -> [f64; 2] {
    let mut range = [f64::INFINITY, 0.0];
    for (index, rows) in &view.panels {
        let panel = &known.panels[*index];
        let [slow, fast] = view.part(rows).map(|part| {
            let (start, length) = (part.start as f64, part.len() as f64);
            move |step: u32| start + length * f64::from(step) / f64::from(EDGE_POINTS)
        });
        let edges = (0..=EDGE_POINTS).flat_map(|step| {
            [
                [slow(step), fast(0)],
                [slow(step), fast(EDGE_POINTS)],
                [slow(0), fast(step)],
                [slow(EDGE_POINTS), fast(step)],
            ]
        });
        let beam = panel.project(panel.beam).filter(|at| view.place(rows.start, *at).is_some());
        for at in edges.chain(beam) {
            let inverse = 1.0 / panel.resolution_angstrom(at, known.wavelength_angstrom);
            range = [range[0].min(inverse), range[1].max(inverse)];
        }
    }
    range
}
