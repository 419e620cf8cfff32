//! How close is close: the bounds of the recorded results.

use std::path::Path;

use nanobragg_c_flags::{Arguments, Surroundings, lower};
use nanobragg_experiment::{Context, Draft, resolve};
use nanobragg_kernel::noise;
use nanobragg_trace::{Diff, Log, Options};
use ndarray::Array2;
use serde::Deserialize;

use crate::case::{Case, Mode, program, workplace};
use crate::places;

/// Relative difference that a pixel may have, and absolute one as a part of the image's maximum.
const PIXEL: [f64; 2] = [1e-6, 1e-9];
/// Departure of the correlation and of the sum ratio from 1.
const WHOLE: f64 = 1e-7;
/// Part of the pixels of scaled images that must be equal; the others may be one off.
const EQUAL_COUNTS: f64 = 0.999;
/// Bytes of an SMV header.
const SMV_HEADER: usize = 512;

/// The recorded bytes of a case's file and the program's, when there are recorded ones.
fn both(case: &Case, recorded: &str, work: &Path, written: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let expected = std::fs::read(case.folder.join(recorded)).ok()?;
    Some((expected, std::fs::read(work.join(written)).unwrap_or_default()))
}

pub(crate) fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

/// All images of a case.
pub(crate) fn images(case: &Case, work: &Path) -> Vec<String> {
    let mut complaints = Vec::new();
    match both(case, "float.f32", work, "floatimage.bin") {
        Some((expected, found)) => complaints.extend(float_image(&floats(&expected), &floats(&found))),
        None => complaints.push("no recorded float image".to_owned()),
    }
    if let Some((expected, found)) = both(case, "intimage.img", work, "intimage.img") {
        let pixels = |bytes: &[u8]| -> Vec<i32> {
            bytes[SMV_HEADER..].chunks_exact(2).map(|b| i32::from(u16::from_le_bytes([b[0], b[1]]))).collect()
        };
        complaints.extend(header("intimage.img", &expected[..SMV_HEADER], found.get(..SMV_HEADER)));
        complaints.extend(scaled("intimage.img", &pixels(&expected), &pixels(&found)));
    }
    if let Some((expected, found)) = both(case, "image.pgm", work, "image.pgm") {
        let split = |bytes: &[u8]| bytes.windows(5).position(|w| w == b"\n255\n").map_or(0, |at| at + 5);
        let (expected_at, found_at) = (split(&expected), split(&found));
        let pixels = |bytes: &[u8]| -> Vec<i32> { bytes.iter().map(|&b| i32::from(b)).collect() };
        complaints.extend(header("image.pgm", &expected[..expected_at], found.get(..found_at)));
        complaints.extend(scaled(
            "image.pgm",
            &pixels(&expected[expected_at..]),
            &pixels(&found[found_at..]),
        ));
    }
    if let Some((expected, found)) = both(case, "Fdump.bin", work, "Fdump.bin")
        && case.args.iter().any(|word| word == "-hkl")
        && !found.is_empty()
        && expected != found
    {
        complaints.push("Fdump.bin differs".to_owned());
    }
    if let (Some((expected, found)), Some((float, our_float))) = (
        both(case, "noiseimage.img", work, "noiseimage.img"),
        both(case, "float.f32", work, "floatimage.bin"),
    ) {
        complaints.extend(header("noiseimage.img", &expected[..SMV_HEADER], found.get(..SMV_HEADER)));
        if float == our_float && expected != found {
            complaints.push("noiseimage.img differs although the float image is the same".to_owned());
        }
    }
    complaints
}

/// A float image, pixel by pixel and as a whole.
pub(crate) fn float_image(expected: &[f32], found: &[f32]) -> Vec<String> {
    if expected.len() != found.len() {
        return vec![format!("{} pixels instead of {}", found.len(), expected.len())];
    }
    let largest = expected.iter().fold(0.0f64, |max, &x| max.max(f64::from(x)));
    let mut complaints = Vec::new();
    let mut wrong = 0;
    for (place, (&e, &f)) in expected.iter().zip(found).enumerate() {
        let (e, f) = (f64::from(e), f64::from(f));
        // A NaN is not close to anything.
        let close = (f - e).abs() <= PIXEL[0] * e + PIXEL[1] * largest;
        if !close {
            if wrong == 0 {
                complaints.push(format!("pixel {place}: {f:e} instead of {e:e}"));
            }
            wrong += 1;
        }
    }
    if wrong > 1 {
        complaints.push(format!("{wrong} of {} pixels are wrong", expected.len()));
    }
    let (ratio, correlation) = ratio_and_correlation(expected, found);
    let alike = (ratio - 1.0).abs() <= WHOLE && correlation >= 1.0 - WHOLE;
    if largest > 0.0 && !alike {
        complaints.push(format!("sum ratio {ratio}, correlation {correlation}"));
    }
    complaints
}

/// A pixel in single precision is within 1e-5 of itself and 1e-8 of the brightest.
pub(crate) fn single_precision(double: &[f32], single: &[f32]) -> Option<String> {
    assert_eq!(double.len(), single.len());
    let largest = double.iter().fold(0.0, |a: f32, &b| a.max(b));
    // NaN is within no bound.
    let is_within = |double: f32, single: f32| {
        let bound = 1e-5 * f64::from(double) + 1e-8 * f64::from(largest);
        (f64::from(single) - f64::from(double)).abs() <= bound
    };
    let mut pairs = double.iter().zip(single);
    let (double, single) = pairs.find(|&(&double, &single)| !is_within(double, single))?;
    Some(format!("{single} in single precision, {double} in double, {largest} at the brightest"))
}

fn ratio_and_correlation(expected: &[f32], found: &[f32]) -> (f64, f64) {
    let n = expected.len() as f64;
    let (e, f) = (|i: usize| f64::from(expected[i]), |i: usize| f64::from(found[i]));
    let all = 0..expected.len();
    let (sum_e, sum_f): (f64, f64) = (all.clone().map(e).sum(), all.clone().map(f).sum());
    let (mean_e, mean_f) = (sum_e / n, sum_f / n);
    let (mut ee, mut ff, mut ef) = (0.0, 0.0, 0.0);
    for i in all {
        let (a, b) = (e(i) - mean_e, f(i) - mean_f);
        (ee, ff, ef) = (ee + a * a, ff + b * b, ef + a * b);
    }
    let correlation = if ee > 0.0 { ef / (ee * ff).sqrt() } else { 1.0 };
    (sum_f / sum_e, correlation)
}

fn header(name: &str, expected: &[u8], found: Option<&[u8]>) -> Option<String> {
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (found != Some(expected)).then(|| {
        format!("{name}: header {:?} instead of {:?}", shown(found.unwrap_or_default()), shown(expected))
    })
}

fn scaled(name: &str, expected: &[i32], found: &[i32]) -> Option<String> {
    let differences: Vec<i32> = expected.iter().zip(found).map(|(e, f)| (e - f).abs()).collect();
    let equal = differences.iter().filter(|&&d| d == 0).count() as f64 / expected.len() as f64;
    let worst = differences.iter().max().copied().unwrap_or_default();
    let good = expected.len() == found.len() && worst <= 1 && equal >= EQUAL_COUNTS;
    (!good).then(|| format!("{name}: {equal} of {} pixels equal, the worst {worst} off", expected.len()))
}

/// The noise of the recorded float image is the recorded noise image, byte for byte.
pub(crate) fn noise_stream(case: &Case, work: &Path) -> Option<String> {
    let (expected, _) = both(case, "noiseimage.img", work, "")?;
    let (float, _) = both(case, "float.f32", work, "")?;
    let arguments = Arguments::parse(case.args.iter().map(|word| {
        // Files are read where the case was run.
        if work.join(word).is_file() {
            Box::leak(work.join(word).display().to_string().into_boxed_str())
        } else {
            &**word
        }
    }))
    .unwrap();
    let machine = Context { clock_seed: 1, memory_bytes: usize::MAX, map_files: true };
    let surroundings = Surroundings { machine, directory: work.to_owned() };
    let experiment = lower(&arguments, Draft::default(), &surroundings).unwrap().experiment;
    let resolved = resolve(&experiment, &machine).unwrap();
    let shape = resolved.simulation.panels[0].placement.panel.shape;
    let image = Array2::from_shape_vec(shape, floats(&float)).unwrap();
    let mut readout =
        noise::Readout::new(experiment.response.adc_offset, experiment.response.noise_seed.unwrap());
    let noisy = readout.read(image.view(), 0, &resolved.simulation.panels[0].region);
    let bytes: Vec<u8> = noisy.counts.iter().flat_map(|c| c.to_le_bytes()).collect();
    let wrong = bytes.iter().zip(&expected[SMV_HEADER..]).filter(|(a, b)| a != b).count();
    (wrong > 0 || bytes.len() + SMV_HEADER != expected.len())
        .then(|| format!("{wrong} bytes of the noise stream differ"))
}

/// Cases whose image is the same in both modes but not the way to it.
const TRACED_IN_COMPAT_ALONE: [(&str, &str); 1] =
    [("thick_sensor_inf", "an empty image either way, but of layers of thickness/(count − 1) there (Q10)")];

/// Every recorded trace of a case.
pub(crate) fn traces(case: &Case, work: &Path, mode: Mode) -> Vec<String> {
    let mut complaints = Vec::new();
    if mode == Mode::Physics && TRACED_IN_COMPAT_ALONE.iter().any(|(name, _)| *name == case.name) {
        return complaints;
    }
    for entry in std::fs::read_dir(&case.folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some(pixel) = name.strip_prefix("trace_").and_then(|rest| rest.strip_suffix(".log")) else {
            continue;
        };
        let (slow, fast) = pixel.split_once('_').unwrap();
        let output = program(work, &case.words(mode, &["-trace_pixel", slow, fast]));
        complaints
            .extend(trace(&path, &String::from_utf8_lossy(&output.stdout)).map(|c| format!("{name}: {c}")));
    }
    complaints
}

/// A trace against a recorded one.
fn trace(recorded: &Path, ours: &str) -> Option<String> {
    let expected = Log::parse(&places::recorded_trace(recorded), "recorded").unwrap();
    let found = match Log::parse(ours, "ours") {
        Ok(log) => log,
        Err(error) => return Some(error.to_string()),
    };
    let diff = Diff::between(&expected, &found, &Options { tolerance: 1e-10, ..Options::default() });
    (!diff.passes()).then(|| diff.report("recorded", "ours").to_string())
}

#[derive(Deserialize)]
struct Expected {
    shape: [usize; 2],
    sum: f64,
    max: f64,
    argmax_slow_fast: [usize; 2],
    every7: Sample,
    peak64: Sample,
}

#[derive(Deserialize)]
struct Sample {
    file: String,
    start: [usize; 2],
    step: usize,
    shape: [usize; 2],
}

/// The reference run: 2463 × 2527 pixels, 10 rotation steps, 64,333 reflections.
pub(crate) fn reference_run(golden: &Path, data: &Path, mode: Mode) {
    let work = workplace(data);
    let args = std::fs::read_to_string(golden.join("args.txt")).unwrap();
    let compat = if mode == Mode::Compat { " -compat c" } else { "" };
    let line = format!("{args} {compat} -threads 2");
    let output = program(work.path(), &line.split_whitespace().collect::<Vec<_>>());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let bytes = std::fs::read(work.path().join("floatimage.bin")).unwrap();
    let image = floats(&bytes);

    let text = std::fs::read_to_string(golden.join("expected.json")).unwrap();
    let key = if mode == Mode::Compat { "c" } else { "physics" };
    let mut all: std::collections::HashMap<String, Expected> = serde_json::from_str(&text).unwrap();
    let expected = all.remove(key).unwrap();
    assert_eq!(image.len(), expected.shape[0] * expected.shape[1]);
    let sum: f64 = image.iter().map(|&x| f64::from(x)).sum();
    assert!((sum / expected.sum - 1.0).abs() < 1e-7, "sum {sum} instead of {}", expected.sum);
    let at = (0..image.len()).reduce(|best, i| if image[i] > image[best] { i } else { best }).unwrap();
    assert_eq!([at / expected.shape[1], at % expected.shape[1]], expected.argmax_slow_fast);
    assert!((f64::from(image[at]) / expected.max - 1.0).abs() < 1e-6);

    for sample in [&expected.every7, &expected.peak64] {
        let recorded = floats(&std::fs::read(golden.join(&sample.file)).unwrap());
        let found: Vec<f32> = (0..sample.shape[0] * sample.shape[1])
            .map(|i| {
                let slow = sample.start[0] + sample.step * (i / sample.shape[1]);
                let fast = sample.start[1] + sample.step * (i % sample.shape[1]);
                image[slow * expected.shape[1] + fast]
            })
            .collect();
        // The second term of a pixel's bound is a part of the whole image's maximum.
        for (place, (&e, &f)) in recorded.iter().zip(&found).enumerate() {
            let (e, f) = (f64::from(e), f64::from(f));
            let bound = PIXEL[0] * e + PIXEL[1] * expected.max;
            assert!((f - e).abs() <= bound, "{} place {place}: {f:e} instead of {e:e}", sample.file);
        }
        let (_, correlation) = ratio_and_correlation(&recorded, &found);
        assert!(correlation >= 1.0 - WHOLE, "{} correlation {correlation}", sample.file);
    }
    let line = format!("{args} {compat} -precision single");
    assert!(program(work.path(), &line.split_whitespace().collect::<Vec<_>>()).status.success());
    let single = floats(&std::fs::read(work.path().join("floatimage.bin")).unwrap());
    assert_eq!(single_precision(&image, &single), None);
    assert!(single != image, "it is not single precision");
    for threads in ["1", "7"] {
        let line = format!("{args} {compat} -threads {threads}");
        assert!(program(work.path(), &line.split_whitespace().collect::<Vec<_>>()).status.success());
        let again = std::fs::read(work.path().join("floatimage.bin")).unwrap();
        assert!(again == bytes, "{threads} threads change the image");
    }
    for pixel in ["1039_685", "685_1039"] {
        let (slow, fast) = pixel.split_once('_').unwrap();
        let line = format!("{args} {compat} -trace_pixel {slow} {fast}");
        let output = program(work.path(), &line.split_whitespace().collect::<Vec<_>>());
        let path = golden.join(format!("{key}_trace_{pixel}.log"));
        if let Some(complaint) = trace(&path, &String::from_utf8_lossy(&output.stdout)) {
            panic!("{pixel}: {complaint}");
        }
    }
}
