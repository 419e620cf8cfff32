//! The integer images recorded from the C program follow from its float images, byte for byte, headers included.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use std::fs;
use std::path::{Path, PathBuf};

use nanobragg_image_io::smv::HeaderFields;
use nanobragg_image_io::{Region, pgm, pixels, raw, smv};
use ndarray::Array2;

/// A recorded run: its folder, its report and its float image.
struct Run {
    folder: PathBuf,
    log: String,
    photons: Array2<f32>,
}

impl Run {
    fn open(folder: PathBuf) -> Self {
        let log = fs::read_to_string(folder.join("log.txt")).unwrap();
        let (_, size) = log.rsplit_once(" meters (").unwrap();
        let (fast, size) = size.split_once('x').unwrap();
        let slow = size.split(' ').next().unwrap();
        let shape = [slow.parse().unwrap(), fast.parse().unwrap()];
        let photons = raw::read_f32(folder.join("float.f32"), shape).unwrap();
        Self { folder, log, photons }
    }

    /// The numbers behind the last occurrence of a label in the report.
    fn logged<const N: usize>(&self, label: &str) -> [f64; N] {
        let (_, rest) = self.log.rsplit_once(label).unwrap_or_else(|| panic!("no {label} in the log"));
        let numbers: Vec<f64> =
            rest.split([' ', '\n', ',', 'x']).filter_map(|word| word.parse().ok()).take(N).collect();
        numbers.try_into().unwrap()
    }

    fn flag(&self, name: &str) -> Option<f64> {
        let args = fs::read_to_string(self.folder.join("args.txt")).unwrap();
        let mut words = args.split_whitespace().skip_while(|&word| word != name);
        words.nth(1).map(|value| value.parse().unwrap())
    }

    fn region(&self) -> Region {
        let (_, limits) = self.log.rsplit_once("  roi: ").unwrap();
        let limits: Vec<_> = limits.split(' ').filter_map(|word| word.trim().parse().ok()).take(4).collect();
        Region { fast: limits[0]..=limits[1], slow: limits[2]..=limits[3] }
    }

    fn count_scale(&self) -> f64 {
        let max = self.photons.iter().copied().fold(0.0, f32::max);
        self.flag("-scale").unwrap_or_else(|| pixels::auto_count_scale(f64::from(max)))
    }

    fn gray_scale(&self) -> f64 {
        let inside = self.region().cut(self.photons.mapv(f64::from));
        let mean = inside.mean().unwrap();
        let squares: f64 = inside.iter().map(|photons| (photons - mean).powi(2)).sum();
        let rmsd = (squares / (inside.len() as f64 - 1.0)).sqrt();
        self.flag("-pgmscale").unwrap_or_else(|| pixels::auto_gray_scale(rmsd, self.count_scale()))
    }

    /// The header as the C program derives it from the geometry it reports.
    fn header(&self) -> HeaderFields {
        let mm = |label: &str| self.logged::<1>(label)[0] * 1e3;
        let (fbeam, sbeam, pixel) = (mm("  Fbeam="), mm("Sbeam="), mm("pixel="));
        let (size2, size1) = self.photons.dim();
        let [corner, normal] =
            ["DETECTOR_PIX0_VECTOR", "DETECTOR_NORMAL_AXIS"].map(|label| self.logged::<3>(label));
        let [phi_start, phi_end] = self.logged("phi steps from ");
        HeaderFields {
            size1,
            size2,
            pixel_size_mm: pixel,
            distance_mm: mm("  distance="),
            wavelength_angstrom: self.logged::<1>("wave=")[0] * 1e10,
            beam_center_x_mm: mm("  Xbeam="),
            beam_center_y_mm: mm("Ybeam="),
            adxv_center_x_mm: fbeam,
            adxv_center_y_mm: size2 as f64 * pixel - sbeam,
            mosflm_center_x_mm: sbeam - 0.5 * pixel,
            mosflm_center_y_mm: fbeam - 0.5 * pixel,
            denzo_x_beam_mm: sbeam,
            denzo_y_beam_mm: fbeam,
            dials_origin_mm: self.logged("dials origin= "),
            xds_orgx_px: mm("  Fclose=") / pixel + 0.5,
            xds_orgy_px: mm("Sclose=") / pixel + 0.5,
            close_distance_mm: corner.iter().zip(normal).map(|(c, n)| c * n * 1e3).sum(),
            phi_deg: phi_start,
            osc_start_deg: phi_start,
            osc_range_deg: phi_end - phi_start,
            twotheta_deg: 0.0,
            detector: None,
        }
    }
}

#[track_caller]
fn assert_same_file(ours: &Path, golden: &Path) {
    let (found, expected) = (fs::read(ours).unwrap(), fs::read(golden).unwrap());
    let differs = found.iter().zip(&expected).position(|(a, b)| a != b);
    let text = |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).into_owned();
    assert!(
        found == expected,
        "not {} from byte {differs:?} on; ours starts\n{}\nit starts\n{}",
        golden.display(),
        text(&found),
        text(&expected)
    );
}

#[test]
fn integer_images_follow_from_float_images() {
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    if !shared.exists() {
        assert!(std::env::var_os("CI").is_none(), "the golden data is not at {}", shared.display());
        println!("skipped: the golden data is not at {}", shared.display());
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    let ours = temporary.path().join("ours");
    let (mut smv_files, mut pgm_files) = (0, 0);
    for entry in fs::read_dir(shared.join("golden/c")).unwrap() {
        let folder = entry.unwrap().path();
        let [int_image, pgm_image] = ["intimage.img", "image.pgm"].map(|name| folder.join(name));
        if !int_image.exists() {
            continue;
        }
        let run = Run::open(folder);
        let adc = run.flag("-adc").unwrap_or(40.0);
        let counts = pixels::to_counts(run.photons.view(), run.count_scale(), adc, &run.region());
        smv::write_u16(&ours, &run.header(), counts.view()).unwrap();
        assert_same_file(&ours, &int_image);
        smv_files += 1;
        if pgm_image.exists() {
            let scale = run.gray_scale();
            pgm::write(&ours, scale, pixels::to_gray(run.photons.view(), scale, &run.region()).view())
                .unwrap();
            assert_same_file(&ours, &pgm_image);
            pgm_files += 1;
        }
    }
    assert_eq!((smv_files, pgm_files), (7, 4));
}
