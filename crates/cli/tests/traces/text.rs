//! The text of traces, pinned: together they have every line that a trace can have.

use std::collections::HashSet;

use nanobragg_trace::{Diff, Log, Options, Value, quantity};

use crate::{places, run};

const CELL: &str = "-cell 70 80 90 75 85 95 -misset 12 -7 31 -default_F 100 -N 5 -lambda 1.0 -distance 100 -pixel 0.4 \
    -detpixels 96 -oversample 1 -pixel 30 41";
const LIST: &str = "-mat rotated.mat -hkl dense_box.hkl -default_F 3 -lambda 1.1 -distance 180 -pixel 0.4 -detpixels 96 -oversample 1 -pixel 52 56";

/// A name, what is common to several, and what is special.
const EXPERIMENTS: [(&str, &str, &str); 27] = [
    ("mosflm", CELL, ""),
    ("mosflm_about_sample", CELL, "-pivot sample -twotheta 10 -detector_rotx 3"),
    ("denzo", CELL, "-denzo -Xbeam 20 -Ybeam 18"),
    ("adxv_turned", CELL, "-adxv -detector_rotx 5 -detector_roty 3 -detector_rotz 2 -twotheta 7"),
    ("xds", CELL, "-xds -ORGX 40.5 -ORGY 44"),
    ("xds_about_beam", CELL, "-xds -pivot beam -twotheta 12"),
    ("dials", CELL, "-dials -twotheta 8"),
    ("custom", CELL, "-fdet_vector 0 0.6 0.8 -sdet_vector 0 -0.8 0.6 -odet_vector 1 0 0"),
    ("origin_given", CELL, "-pix0_vector 0.1 0.0196 -0.0196"),
    ("curved", CELL, "-curved_det"),
    ("point_pixel", CELL, "-point_pixel -nopolar -flux 1e12 -beamsize 0.05"),
    ("round", CELL, "-round_xtal"),
    ("gauss", CELL, "-gauss_xtal -fudge 0.5"),
    ("gauss_compat", CELL, "-gauss_xtal -fudge 0.5 -compat c"),
    ("tophat", CELL, "-tophat_spots -fudge 0.1"),
    ("oversampled", CELL, "-oversample 2 -oversample_omega -oversample_polar -polar 0.9"),
    ("layers", CELL, "-detector_thick 450 -detector_abs 300 -detector_thicksteps 3 -oversample_thick"),
    ("sources", CELL, "-sourcefile sources.txt"),
    ("all_sources", CELL, "-sourcefile sources.txt --all-sources"),
    ("phi_steps", CELL, "-phi 5 -osc 1 -phisteps 3"),
    ("phi_zero_compat", CELL, "-phi 0 -osc 1 -phisteps 3 -compat c"),
    ("mosaic", CELL, "-mosaic 0.5 -mosaic_domains 3"),
    ("all_domains", CELL, "-mosaic 0.5 -mosaic_domains 3 -phi 0 -osc 1 -phisteps 2 --all-domains"),
    (
        "all",
        CELL,
        "-round_xtal -dispersion 1 -dispsteps 2 -mosaic 0.5 -mosaic_domains 2 --all-sources --all-domains",
    ),
    ("nearest", LIST, "-N 5 -nointerpolate -water 50"),
    ("interpolated", LIST, "-N 2 -interpolate"),
    ("outside_the_region", CELL, "-roi 0 10 0 10"),
];

fn traced(common: &str, special: &str) -> String {
    let ran = run(&places::own_golden().join("inputs"), &format!("trace {common} {special}"));
    assert_eq!(ran.status, Some(0), "{special}: {}", ran.stderr);
    ran.stdout
}

/// Without fused multiplication the last digits are others: there the pinned text holds as numbers do.
#[test]
fn the_text_is_as_pinned() {
    for (name, common, special) in EXPERIMENTS {
        let text = traced(common, special);
        if cfg!(target_feature = "fma") {
            insta::with_settings!({ description => special, omit_expression => true, prepend_module_to_snapshot => false },
                { insta::assert_snapshot!(name, text) });
        } else {
            let file = places::root().join(format!("crates/cli/tests/traces/snapshots/{name}.snap"));
            let pinned = Log::parse(&std::fs::read_to_string(file).unwrap(), name).unwrap();
            let options = Options { tolerance: 1e-10, ..Options::default() };
            let diff = Diff::between(&pinned, &Log::parse(&text, "found").unwrap(), &options);
            assert!(diff.passes(), "{name}: {}", diff.report("pinned", "found"));
        }
    }
}

#[test]
fn every_quantity_is_in_one_of_them() {
    // No experiment here has several panels, so that none is named; materials along paths have no flag, and a test of
    // their own (`program background`).
    let mut seen = HashSet::from(["panel", "I_background"].map(str::to_owned));
    for (name, common, special) in EXPERIMENTS {
        for line in Log::parse(&traced(common, special), name).unwrap().lines {
            if let Value::Fields(fields) = &line.value {
                seen.extend(fields.iter().map(|(name, _)| name.to_string()));
            }
            seen.insert(line.key.into_owned());
        }
    }
    let unseen: Vec<_> = quantity::all().iter().map(|q| q.key).filter(|key| !seen.contains(*key)).collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}

#[test]
fn json_is_the_same_trace_to_the_last_bit_that_text_keeps() {
    for special in ["-mosaic 0.5 -mosaic_domains 2 --all-domains", "-xds -twotheta 12"] {
        let text = Log::parse(&traced(CELL, special), "text").unwrap();
        let json = traced(CELL, &format!("{special} --format json"));
        assert!(json.contains("\"unit\":\"m\""), "{json}");
        let diff = Diff::between(
            &Log::parse(&json, "json").unwrap(),
            &text,
            &Options { tolerance: 1e-14, ..Options::default() },
        );
        assert!(diff.passes(), "{}", diff.report("json", "text"));
    }
}

#[test]
fn a_rendering_run_prints_the_same_trace() {
    let folder = tempfile::tempdir().unwrap();
    let words = CELL.replace("-pixel 30 41", "-trace_pixel 30 41");
    let ran = run(folder.path(), &format!("{words} -nonoise -nopgm"));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.ends_with(&traced(CELL, "")));
}
