//! The reference run: our image against the recorded one, and the two modes against each other.

use std::fs;
use std::process::Command;

use nanobragg_image_io::raw;
use ndarray::s;

use crate::{PROGRAM, compare, failed, judged, places};

/// Shape of the image, and of its every 7th pixel.
const SHAPE: [usize; 2] = [2527, 2463];
const SAMPLE: [&str; 2] = ["361", "352"];

#[test]
fn it_is_the_recorded_one_and_the_modes_differ() {
    let Some((golden, data)) = places::shared("golden").zip(places::shared("data")) else { return };
    let golden = golden.join("supervisor");
    let args = fs::read_to_string(golden.join("args.txt")).unwrap();
    let args: Vec<&str> = args.split_whitespace().collect();
    let work = tempfile::tempdir().unwrap();
    for name in ["A.mat", "scaled.hkl"] {
        fs::copy(data.join(name), work.path().join(name)).unwrap();
    }
    let rendered =
        Command::new(PROGRAM).current_dir(work.path()).args(&args).args(["-compat", "c"]).output().unwrap();
    assert!(rendered.status.success(), "{}", String::from_utf8_lossy(&rendered.stderr));
    let image = raw::read_f32(work.path().join("floatimage.bin"), SHAPE).unwrap();
    let sample = image.slice(s![..;7, ..;7]);
    raw::write_f32(work.path().join("every7.f32"), sample).unwrap();
    let recorded = golden.join("c_every7.f32");
    let bounds =
        ["--min-correlation", "0.9999999", "--min-sum-ratio", "0.9999999", "--max-sum-ratio", "1.0000001"];
    let images = [recorded.to_str().unwrap(), "every7.f32", "--shape", SAMPLE[0], SAMPLE[1]];
    let ran = compare(work.path(), &[&images[..], &bounds].concat());
    assert_eq!(ran.status, Some(0), "{ran}");

    let words = ["--run", PROGRAM, "--also-second", "-compat c", "--format", "json", "--"];
    let ran = compare(work.path(), &[&words[..], &args].concat());
    assert_eq!(ran.status, Some(1), "{ran}");
    let report = ran.report();
    assert_eq!(failed(&report), ["correlation"]);
    assert_eq!(report["shape"], serde_json::json!(SHAPE));
    let metrics = &judged(&report)["metrics"];
    for (name, expected) in [("correlation", 0.99655), ("sum_ratio", 0.99590)] {
        let found = metrics[name].as_f64().unwrap();
        assert!((found - expected).abs() <= 0.5e-5, "{name}: {found} instead of {expected}");
    }
}
