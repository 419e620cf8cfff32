//! `show --rings --beam --spots`: marks are where the geometry has them.

use std::path::Path;

use nanobragg_experiment::{Context, Draft, resolve};
use ndarray::Array2;
use tempfile::TempDir;

use crate::show::{Rgb, show, shown};
use crate::workplace::{fixtures, run_in, smv};

const RING: Rgb = [40, 130, 240];
const SPOT: Rgb = [235, 60, 60];
const BEAM: Rgb = [30, 170, 60];

/// The pixels of a colour, `[slow, fast]`.
fn marked(picture: &Array2<Rgb>, colour: Rgb) -> Vec<[usize; 2]> {
    let of_colour = picture.indexed_iter().filter(|(_, pixel)| **pixel == colour);
    of_colour.map(|((slow, fast), _)| [slow, fast]).collect()
}

/// The centre of a pixel, counted from the corner of the first one.
fn center(pixel: [usize; 2]) -> [f64; 2] {
    pixel.map(|index| index as f64 + 0.5)
}

fn distance([a, b]: [f64; 2], [c, d]: [f64; 2]) -> f64 {
    (a - c).hypot(b - d)
}

/// An SMV image of 300 × 400 pixels without spots, with lines in its header.
fn plain(header: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.img"), smv(header, 400, 300, |_| 0)).unwrap();
    folder
}

/// A ring of d on a detector square to the beam has the radius D tan(2 arcsin(λ/2d)).
#[test]
fn a_ring_and_the_cross_are_where_the_header_has_them() {
    let square = "PIXEL_SIZE=0.5;\nDISTANCE=200;\nWAVELENGTH=1;\n";
    // Centre of the beam at slow 130.5, fast 210.5 in pixels.
    for keys in [
        "MOSFLM_CENTER_X=65;\nMOSFLM_CENTER_Y=105;\n",
        "DENZO_X_BEAM=65.25;\nDENZO_Y_BEAM=105.25;\n",
        "ADXV_CENTER_X=105.25;\nADXV_CENTER_Y=84.75;\n",
        "BEAM_CENTER_X=65.25;\nBEAM_CENTER_Y=105.25;\n",
    ] {
        let folder = plain(&format!("{square}{keys}"));
        let picture = shown(folder.path(), "a.img --rings 4 --beam");
        let radius = 400.0 * (2.0 * (1.0_f64 / 8.0).asin()).tan();
        let ring = marked(&picture, RING);
        let on_ring = |at: &&[usize; 2]| (distance(center(**at), [130.5, 210.5]) - radius).abs() < 1.0;
        // But for those of the label, 3 characters of 7 × 14 pixels.
        let off = ring.iter().filter(|at| !on_ring(at)).count();
        assert!(ring.len() > 500 && off < 3 * 7 * 14, "{keys}: {} of {}", off, ring.len());
        let cross = marked(&picture, BEAM);
        assert_eq!(cross.len(), 33, "{keys}");
        assert!(cross.iter().all(|[slow, fast]| *slow == 130 || *fast == 210), "{keys}: {cross:?}");
    }
}

#[test]
fn a_mini_cbf_has_its_geometry() {
    let folder = tempfile::tempdir().unwrap();
    let header = nanobragg_image_io::cbf::Header {
        detector: "simulated".to_owned(),
        timestamp: String::new(),
        pixel_size_m: [5e-4; 2],
        sensor_thickness_m: 0.0,
        exposure_time_s: 1.0,
        exposure_period_s: 1.0,
        count_cutoff: 1 << 20,
        wavelength_angstrom: 1.0,
        distance_m: 0.2,
        beam_pixels: [210.5, 130.5],
        start_angle_deg: 0.0,
        angle_increment_deg: 0.0,
        two_theta_deg: 0.0,
        polarization: 0.5,
    };
    let write = |header: &nanobragg_image_io::cbf::Header| {
        nanobragg_image_io::cbf::write(folder.path().join("a.cbf"), Array2::zeros((300, 400)).view(), header)
            .unwrap();
    };
    write(&header);
    let smv =
        plain("PIXEL_SIZE=0.5;\nDISTANCE=200;\nWAVELENGTH=1;\nMOSFLM_CENTER_X=65;\nMOSFLM_CENTER_Y=105;\n");
    assert_eq!(shown(folder.path(), "a.cbf --rings --beam"), shown(smv.path(), "a.img --rings --beam"));
    write(&nanobragg_image_io::cbf::Header { two_theta_deg: 10.0, ..header });
    let run = show(folder.path(), "a.cbf --rings");
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("its header has a Detector_2theta"), "{}", run.stderr);
}

/// However a detector stands, the header of its images says where, to six digits.
#[test]
fn the_header_and_the_description_have_the_same_rings() {
    for flags in [
        "-mosflm -Xbeam 31.3 -Ybeam 22.2",
        "-xds -twotheta 20",
        "-adxv -twotheta -15 -pivot beam",
        "-denzo -detector_rotx 5 -detector_roty -10 -detector_rotz 20",
        "-dials -pivot sample -detector_roty 12",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let line = format!(
            "config -cell 30 35 40 90 90 90 -default_F 100 -N 3 -lambda 1.1 -distance 80 -pixel 0.5 -detpixels 120 -oversample 1 {flags}"
        );
        let run = run_in(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        std::fs::write(folder.path().join("e.toml"), run.stdout).unwrap();
        let run = run_in(folder.path(), &["run", "e.toml", "-intfile", "i.img", "-floatfile", "f.bin"]);
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        let scale = "--max 1e9 --rings 2.3 --beam";
        let by_header = shown(folder.path(), &format!("i.img {scale}"));
        let described = shown(folder.path(), &format!("f.bin --experiment e.toml {scale}"));
        for colour in [RING, BEAM] {
            let [by_header, described] = [&by_header, &described].map(|picture| marked(picture, colour));
            assert!(by_header.len() > 20, "{flags}: {colour:?}");
            for (one, other) in [(&by_header, &described), (&described, &by_header)] {
                let is_near =
                    |at: &[usize; 2]| other.iter().any(|other| distance(center(*at), center(*other)) < 1.5);
                assert!(one.iter().all(is_near), "{flags}: {colour:?}");
            }
        }
    }
}

/// Small spots of a crystal, far apart, and the description beside them.
fn spots_of(more: &str) -> (TempDir, Array2<f32>) {
    let folder = tempfile::tempdir().unwrap();
    let line = format!(
        "config -cell 31 37 43 85 95 100 -misset 10 20 30 -default_F 100 -gauss_xtal -N 25 -lambda 1 -distance 120 -pixel 0.2 \
         -detpixels 600 -Xbeam 50.3 -Ybeam 64.4 -oversample 3 {more}"
    );
    let run = run_in(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    std::fs::write(folder.path().join("e.toml"), run.stdout).unwrap();
    let run = run_in(folder.path(), &["run", "e.toml", "-nonoise", "-nopgm", "-floatfile", "f.bin"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let image = nanobragg_image_io::raw::read_f32(folder.path().join("f.bin"), [600, 600]).unwrap();
    (folder, image)
}

/// Where the program's description predicts spots, `[slow, fast]` from the corner of the first pixel, and where it has the
/// direct beam.
fn predicted(description: &Path) -> (Vec<[f64; 2]>, [f64; 2]) {
    let (draft, _) = Draft::from_toml_file(description).unwrap();
    let resolved = resolve(&draft.finish().unwrap(), &Context::of_this_machine()).unwrap();
    let panel = &resolved.simulation.panels[0].placement.panel;
    let places = resolved.spots().unwrap()[0].iter().map(|spot| spot.place).collect();
    (places, panel.project(panel.beam).unwrap())
}

/// The centroids of 7 × 7 pixels about pixels that are the largest of those and a twentieth of the largest of all.
fn bright_centroids(image: &Array2<f32>) -> Vec<[f64; 2]> {
    let least = image.iter().copied().fold(0.0, f32::max) / 20.0;
    let mut found = Vec::new();
    for ((slow, fast), &pixel) in image.indexed_iter() {
        if pixel < least || !(3..597).contains(&slow) || !(3..597).contains(&fast) {
            continue;
        }
        let window = image.slice_each_axis(|axis| {
            let center = [slow, fast][axis.axis.0];
            ndarray::Slice::from(center - 3..center + 4)
        });
        if window.iter().any(|other| *other > pixel) {
            continue;
        }
        let sum: f64 = window.iter().map(|&photons| f64::from(photons)).sum();
        let mean = |coordinate: &dyn Fn((usize, usize)) -> usize| {
            window
                .indexed_iter()
                .map(|(at, &photons)| coordinate(at) as f64 * f64::from(photons))
                .sum::<f64>()
                / sum
        };
        found.push([slow as f64 - 2.5 + mean(&|at| at.0), fast as f64 - 2.5 + mean(&|at| at.1)]);
    }
    found
}

/// The centroids of the brightest spots are within a pixel of those that are predicted.
#[test]
fn spots_are_predicted_where_the_image_has_them() {
    for (more, least) in [
        ("-phi 20 -osc 1 -phisteps 200", 100),
        ("-mosaic 0.2 -mosaic_domains 200", 60),
        ("-dispersion 1 -dispsteps 60", 60),
        ("-hdivrange 3 -vdivrange 3 -hdivsteps 6 -vdivsteps 6 -mosaic 0.1 -mosaic_domains 12", 60),
        ("-N 10", 40),
    ] {
        let (folder, image) = spots_of(more);
        let (predicted, beam) = predicted(&folder.path().join("e.toml"));
        let mut bright = bright_centroids(&image);
        // F(0 0 0) is in the beam, and no spot.
        bright.retain(|at| distance(*at, beam) > 2.0);
        assert!(bright.len() >= least, "{more}: {} bright spots", bright.len());
        let off =
            |at: &[f64; 2]| predicted.iter().map(|spot| distance(*at, *spot)).fold(f64::INFINITY, f64::min);
        let mut off: Vec<f64> = bright.iter().map(off).collect();
        off.sort_by(f64::total_cmp);
        println!(
            "{more}: {} bright spots of {} predicted, off by {:.3} pixels in the median, {:.3} at the most",
            bright.len(),
            predicted.len(),
            off[off.len() / 2],
            off[off.len() - 1]
        );
        assert!(
            off[off.len() - 1] < 1.0,
            "{more}: {} of {}",
            off.iter().filter(|o| **o >= 1.0).count(),
            off.len()
        );
    }
}

#[test]
fn circles_are_drawn_around_what_is_predicted() {
    let (folder, _) = spots_of("-phi 20 -osc 0.5 -phisteps 5");
    let picture = shown(folder.path(), "f.bin --experiment e.toml --spots --max 1e9");
    let (spots, _) = predicted(&folder.path().join("e.toml"));
    assert!(spots.len() > 50);
    for spot in &spots {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "on the image")]
        let [slow, fast] = spot.map(|at| at.floor() as usize);
        for at in [[slow + 5, fast], [slow, fast + 5]] {
            assert!(picture.get(at).is_none_or(|pixel| *pixel == SPOT), "{spot:?}");
        }
    }
    // A circle of a diameter of 11 pixels has some 28.
    let circled = marked(&picture, SPOT);
    assert!(circled.len() <= 36 * spots.len());
    let nearest = |at: &[usize; 2]| {
        let distances = spots.iter().map(|spot| distance(center(*at), spot.map(|at| at.floor() + 0.5)));
        distances.map(|distance| (distance - 5.0).abs()).fold(f64::INFINITY, f64::min)
    };
    assert!(circled.iter().all(|at| nearest(at) < 1.0));
}

/// The rings of a detector of panels, one below the other, are those of its panels alone.
#[test]
fn each_panel_has_its_part_of_a_ring() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["two_by_three.expt", "two_by_three.geom"] {
        std::fs::copy(fixtures().join("geometry").join(name), folder.path().join(name)).unwrap();
    }
    let line = "-expt two_by_three.expt -cell 40 50 60 90 90 90 -default_F 100 -N 3 -oversample 1 -floatfile f.bin -intfile i.img";
    let run = run_in(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let scale = "--max 1e9 --experiment two_by_three.expt --beam --rings 6";
    let all = shown(folder.path(), &format!("f.bin {scale}"));
    let rows = all.nrows() / 6;
    let mut found = 0;
    for panel in 0..6 {
        let alone = shown(folder.path(), &format!("f.bin --panel {panel} {scale}"));
        assert_eq!(alone, shown(folder.path(), &format!("i_{panel}.img --panel {panel} {scale}")));
        assert_eq!(alone.nrows(), rows);
        let stacked = marked(&all, RING);
        let of_panel: Vec<_> = stacked
            .iter()
            .filter(|[slow, _]| slow / rows == panel)
            .map(|[slow, fast]| [slow % rows, *fast])
            .collect();
        let alone = marked(&alone, RING);
        found += alone.len();
        // The label is on one panel alone.
        let label = 3 * 7 * 14;
        assert!(alone.iter().filter(|at| !of_panel.contains(at)).count() <= label, "{panel}");
    }
    assert!(found > 30, "{found}");
    let run = show(folder.path(), "i_0.img --beam --experiment two_by_three.expt");
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("expected as many, or --panel NAME|K"), "{}", run.stderr);
    let run = show(folder.path(), "two_by_three.geom --shape 1 1 --beam --experiment two_by_three.geom");
    assert_ne!(run.status, Some(0));
}

#[test]
fn a_description_of_another_detector_is_refused() {
    let folder = plain("");
    let path = folder.path().join("e.toml");
    std::fs::write(&path, crate::workplace::STILL).unwrap();
    let run = show(folder.path(), "a.img --rings --experiment e.toml");
    assert_eq!(run.status, Some(2));
    let text = "a.img: found 300 slow x 400 fast pixels, expected 24 x 24 as panel 0 of e.toml";
    assert!(run.stderr.contains(text), "{}", run.stderr);
    let run = show(folder.path(), "a.img --rings --experiment absent.toml");
    assert_eq!(run.status, Some(3), "{}", run.stderr);
}
