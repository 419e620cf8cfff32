//! Mini-CBF files: read back, by this crate, by FabIO and by dxtbx, and refused when damaged.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]
#![expect(clippy::print_stdout, reason = "what is skipped is said")]

use std::process::Command;

use nanobragg_image_io::cbf::{self, Header};
use ndarray::Array2;
use proptest::prelude::*;

fn header() -> Header {
    Header {
        detector: "simulated, S/N 1".to_owned(),
        timestamp: "2026-11-24T10:00:00.000".to_owned(),
        pixel_size_m: [172e-6, 172e-6],
        sensor_thickness_m: 320e-6,
        exposure_time_s: 0.1,
        exposure_period_s: 0.103,
        count_cutoff: 1_048_500,
        wavelength_angstrom: 0.9768,
        distance_m: 0.231,
        beam_pixels: [24.5, 17.25],
        start_angle_deg: 10.0,
        angle_increment_deg: 0.1,
        two_theta_deg: 0.0,
        polarization: 0.99,
    }
}

fn image(counts: Vec<i32>, fast: usize) -> Array2<i32> {
    Array2::from_shape_vec([counts.len() / fast, fast], counts).unwrap()
}

/// Differences of all widths up to 32 bits, which FabIO reads.
fn counts() -> Array2<i32> {
    let steps = [0, 1, -1, 127, -128, 128, 32_767, -32_768, 40_000, -2, 1_048_500, 2_000_000_000, -1, 7];
    image(steps.into_iter().cycle().take(14 * 9).collect(), 14)
}

proptest! {
    #[test]
    fn what_is_written_is_read(counts in prop::collection::vec(any::<i32>(), 1..300)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.cbf");
        let image = image(counts, 1);
        cbf::write(&path, image.view(), &header()).unwrap();
        prop_assert_eq!(cbf::read(&path).unwrap(), image);
    }
}

/// FabIO reads the same counts and the lines of the header.
#[test]
fn fabio_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let (path, image) = (folder.path().join("a.cbf"), counts());
    cbf::write(&path, image.view(), &header()).unwrap();
    let script = "import sys, fabio; i = fabio.open(sys.argv[1]); h = i.header; \
                  print(i.data.shape, i.data.dtype, h['_array_data.header_convention']); \
                  print(*i.data.ravel()); print(h['_array_data.header_contents'])";
    let output = match Command::new("python3").args(["-c", script]).arg(&path).output() {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout).unwrap(),
        Ok(output) if String::from_utf8_lossy(&output.stderr).contains("No module named 'fabio'") => {
            println!("skipped: FabIO is not there");
            return;
        }
        Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => {
            println!("skipped: python3 is not there: {error}");
            return;
        }
    };
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines[0], "(9, 14) int32 GENERIC_MINI");
    let found: Vec<i32> = lines[1].split(' ').map(|word| word.parse().unwrap()).collect();
    assert_eq!(found, image.iter().copied().collect::<Vec<_>>());
    for line in [
        "# Wavelength 0.97680000 A",
        "# Beam_xy (24.50000000, 17.25000000) pixels",
        "# Pixel_size 1.72e-4 m x 1.72e-4 m",
    ] {
        assert!(output.contains(line), "{line}\n{output}");
    }
}

#[test]
fn what_is_damaged_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.cbf");
    cbf::write(&path, counts().view(), &header()).unwrap();
    let whole = std::fs::read(&path).unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let replaced = |from: &str, to: &str| {
        let place = whole.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        [&whole[..place], to.as_bytes(), &whole[place + from.len()..]].concat()
    };
    let mark = whole.windows(4).position(|window| window == [0x0c, 0x1a, 0x04, 0xd5]).unwrap();
    let mut flipped = whole.clone();
    flipped[mark + 9] ^= 1;
    for (bytes, expected) in [
        (whole[..mark].to_vec(), "expected a CBF file with one image"),
        (whole[..mark + 20].to_vec(), "found the end of the file"),
        (flipped, "expected data with the MD5"),
        (replaced("x-CBF_BYTE_OFFSET", "x-CBF_PACKED"), "found another compression"),
        (replaced("signed 32-bit integer", "signed 16-bit integer"), "found signed 16-bit integer"),
        (replaced("X-Binary-Size-Fastest-Dimension: 14", "X-Binary-Size-Fastest-Dimension: x"), "found x"),
        (replaced("Second-Dimension: 9", "Second-Dimension: 999999999999999999"), "pixels"),
        (replaced("Second-Dimension: 9", "Second-Dimension: 10"), "expected 140 counts of 32 bits"),
    ] {
        std::fs::write(&path, &bytes).unwrap();
        let message = cbf::read(&path).unwrap_err().to_string();
        assert!(
            message.contains(expected),
            "{expected}: {message}\n{}",
            text(&bytes[..bytes.len().min(200)])
        );
    }
}

/// dxtbx, with which DIALS imports images, finds the geometry of the header, but for the polarization, of which it knows that
/// of synchrotrons alone, and the exposure time, which it takes from the period.
#[test]
fn dxtbx_imports_it() {
    let of_a_pilatus = Array2::from_shape_fn([195, 487], |(slow, fast)| i32::try_from(slow * fast).unwrap());
    for image in [counts(), of_a_pilatus] {
        import(&image);
    }
}

fn import(image: &Array2<i32>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a_0001.cbf");
    cbf::write(&path, image.view(), &header()).unwrap();
    let script = "import sys\n\
        try:\n    import dxtbx\nexcept ImportError:\n    print('absent'); sys.exit()\n\
        i = dxtbx.load(sys.argv[1]); p = i.get_detector()[0]; b = i.get_beam(); s = i.get_scan()\n\
        print(*p.get_origin(), p.get_distance(), *p.get_pixel_size(), b.get_wavelength(), \
        *s.get_oscillation(), s.get_exposure_times()[0])\n\
        print(*i.get_raw_data())\n";
    // The system's Python has the packages of the system.
    let output = match Command::new("/usr/bin/python3").args(["-c", script]).arg(&path).output() {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout).unwrap(),
        Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => {
            println!("skipped: /usr/bin/python3 is not there: {error}");
            return;
        }
    };
    if output.starts_with("absent") {
        println!("skipped: dxtbx is not there");
        return;
    }
    let mut lines = output.lines();
    let numbers = |line: &str| line.split(' ').map(|word| word.parse().unwrap()).collect::<Vec<f64>>();
    let found = numbers(lines.next().unwrap());
    // The fast axis is x, the slow one −y, the beam runs along −z; the centre is 24.5 and 17.25 pixels of 0.172 mm away.
    let expected = [-24.5 * 0.172, 17.25 * 0.172, -231.0, 231.0, 0.172, 0.172, 0.9768, 10.0, 0.1, 0.103];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6 * expected.abs(), "{found} {expected}");
    }
    let found: Vec<i32> = lines.next().unwrap().split(' ').map(|word| word.parse().unwrap()).collect();
    assert_eq!(found, image.iter().copied().collect::<Vec<_>>());
}
