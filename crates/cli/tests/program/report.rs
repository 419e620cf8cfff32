//! What the program prints on the screen: the report of two experiments, and `-printout`.

use crate::workplace::{Run, run, run_small};

/// Numbers come from sums whose last digits another processor may round otherwise; six are enough to read.
fn snapshot(name: &str, run: &Run) {
    insta::with_settings!({filters => vec![
        (r"on \d+ threads?", "on [count] threads"),
        (r"nanobragg \d+\.\d+\.\d+", "nanobragg [version]"),
        (r"(  threads +)\d+", "$1[count]"),
        (r"(  processor +).*, program for x86-64.*", "$1[processor]"),
        (r"(\d+\.\d{5})\d+", "$1"),
    ]}, {
        insta::assert_snapshot!(name, run.stdout);
    });
}

#[test]
fn the_report_of_a_small_still() {
    snapshot("report_still", &run_small("-fluence 1e27 -v"));
}

#[test]
fn the_report_of_a_full_experiment() {
    snapshot(
        "report_full",
        &run_small(
            "-hkl list.hkl -dump list_out.bin -gauss_xtal -fudge 0.8 -mosaic 0.5 -mosaic_domains 3 -xds -ORGX 10 -ORGY 11 \
             -detector_rotx 2 -twotheta 5 -detector_thick 400 -detector_abs 300 -detector_thicksteps 3 -polar 0.95 \
             -sourcefile sources_along_z.txt -flux 1e15 -exposure 0.1 -beamsize 0.05 -water 10 -stol curve.stol -phi 1 -osc 2 \
             -phisteps 3 -dmin 4 -roi 2 20 3 21 -mask mask.img -scale 0.5 -adc 20 -nopgm -v",
        ),
    );
}

#[test]
fn the_summary_of_a_small_still() {
    snapshot("summary_still", &run_small("-fluence 1e27"));
}

#[test]
fn the_summary_of_a_scan_on_panels() {
    snapshot(
        "summary_panels",
        &run(
            "-geom two_by_three.geom -hkl list.hkl -cell 30 35 40 -misset random -misset_seed 3 -N 4 -mosaic 0.5 -oversample 1 \
             -osc 1 -phisteps 2 -images 2 -npyfile a_#.npy -seed 1 -roi 3 30 2 20",
        ),
    );
}

#[test]
fn a_point_detector_subtends_no_solid_angle() {
    let run = run_small("-point_pixel -v");
    assert!(run.stdout.contains("1/m^2") && !run.stdout.contains("of the sphere"), "{}", run.stdout);
}

/// The pixel that the C program was recorded to print.
const PRINTED: &str = "-cell 70 80 90 75 85 95 -misset 12 -7 31 -default_F 100 -N 5 -lambda 1.0 -distance 100 -pixel 0.4 \
    -detpixels 96 -roi 40 40 30 30 -nonoise -printout";

#[test]
fn a_printed_pixel() {
    let run = run(&format!("{PRINTED} -printout_pixel 40 30"));
    let printed = run.stdout.split("\npixels\n").nth(1).and_then(|rest| rest.split("\nimage\n").next());
    insta::assert_snapshot!("printout", printed.unwrap());
}

#[test]
fn all_rendered_pixels_are_printed_when_none_is_named() {
    let run = run_small("-printout -roi 3 6 4 5");
    let headings =
        run.stdout.lines().filter(|line| line.starts_with("  fast ") && line.contains("stol")).count();
    assert_eq!(headings, 8, "{}", run.stdout);
    let photons = run.photons();
    let lines: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("    pixel ")).collect();
    for (line, (slow, fast)) in
        lines.iter().zip([(4, 3), (4, 4), (4, 5), (4, 6), (5, 3), (5, 4), (5, 5), (5, 6)])
    {
        let printed: f32 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        let rendered = photons[slow * 24 + fast];
        assert!((printed - rendered).abs() <= 1e-6 * rendered, "{line}: {rendered}");
    }
}

#[test]
fn a_pixel_that_is_not_rendered_says_so() {
    let run = run_small("-printout_pixel 1 2 -roi 3 6 4 5");
    assert!(run.stdout.contains("fast 1 slow 2: outside the region, or masked"), "{}", run.stdout);
}
