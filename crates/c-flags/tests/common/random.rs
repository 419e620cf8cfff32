//! Random small experiments, the same on every machine.
#![allow(dead_code, reason = "not every test draws experiments")]

use std::path::Path;

/// A linear congruential generator (Knuth's MMIX constants): the same on every machine.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % count
    }

    fn number(&mut self, low: f64, high: f64) -> f64 {
        let steps = 10_000;
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let part = self.below(steps) as f64 / steps as f64;
        low + (high - low) * part
    }

    fn one<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    /// Sometimes nothing, else one of the choices.
    fn maybe<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        if self.below(3) == 0 { self.one(choices) } else { "" }
    }
}

/// The arguments of one experiment.
pub(crate) fn experiment(dice: &mut Dice, folder: &Path) -> String {
    let file = |name: &str| folder.join(name).display().to_string();
    let mut arguments = vec![format!(
        "-detpixels 40 -pixel {} -lambda {} -seed 1",
        dice.number(0.2, 1.5),
        dice.number(0.7, 1.6)
    )];
    let edges = [0; 3].map(|_| dice.number(15.0, 60.0));
    let angles = [0; 3].map(|_| dice.number(75.0, 110.0));
    arguments.push(format!(
        "-cell {} {} {} {} {} {}",
        edges[0], edges[1], edges[2], angles[0], angles[1], angles[2]
    ));
    arguments.push(format!("-Na {} -Nb {} -Nc {}", 1 + dice.below(9), 1 + dice.below(9), 1 + dice.below(9)));
    arguments.push(match dice.below(3) {
        0 => format!(
            "-misset {} {} {}",
            dice.number(-90.0, 90.0),
            dice.number(-90.0, 90.0),
            dice.number(0.0, 180.0)
        ),
        1 => format!("-misset random -misset_seed {}", 1 + dice.below(1000)),
        _ => String::new(),
    });
    arguments.push(match dice.below(8) {
        0 | 1 => format!("-hkl {}", file("list.hkl")),
        2 | 3 => format!("-hkl {} -default_F 20", file("list.hkl")),
        4 => format!("-hkl {} -space-group P1 -no-solvent -force-cell -dmin 1.5", file("model.pdb")),
        5 => format!("-hkl {} -column IMEAN -force-cell", file("list.mtz")),
        _ => "-default_F 50".to_owned(),
    });
    arguments.push(match dice.below(4) {
        0 => format!("-sourcefile {}", file("sources.txt")),
        1 => format!("-divergence {} -divsteps 3", dice.number(0.5, 20.0)),
        2 => format!("-dispersion {} -dispsteps {}", dice.number(0.1, 5.0), 1 + dice.below(4)),
        _ => String::new(),
    });
    arguments.push(match dice.below(4) {
        0 => format!("-water {} -stol {}", dice.number(1.0, 50.0), file("curve.stol")),
        1 => format!("-water {}", dice.number(1.0, 50.0)),
        _ => String::new(),
    });
    let centre = format!("-Xbeam {} -Ybeam {}", dice.number(0.0, 30.0), dice.number(0.0, 30.0));
    let choices: [&[&str]; 26] = [
        &[
            "-mosflm",
            "-xds",
            "-adxv",
            "-denzo",
            "-dials",
            "-fdet_vector 0 0.1 1",
            "-pix0_vector 0.06 0.01 -0.01",
        ],
        &["-square_xtal", "-round_xtal", "-gauss_xtal", "-tophat_spots"],
        &["-interpolate", "-nointerpolate"],
        &["-curved_det"],
        &["-detector_thick 300 -detector_abs 250", "-detector_thick 100 -detector_thicksteps 3"],
        &["-dmin 2.5", "-dmin 6"],
        &["-oversample_omega"],
        &["-oversample_polar"],
        &["-oversample_thick"],
        &["-nopolar", "-polar 0.9", "-polar -1"],
        &["-square_div"],
        &["-mosaic 0.5 -mosaic_domains 3", "-mosaic 3 -mosaic_domains 2 -mosaic_seed 9"],
        &["-phi 0 -osc 2 -phisteps 2", "-phi -1 -osc 2 -phistep 1", "-phi 20", "-osc 90"],
        &["-detector_rotx 7", "-detector_roty -12 -detector_rotz 80", "-detector_roty 60"],
        &["-twotheta 20", "-twotheta -35"],
        &["-point_pixel"],
        &["-nopredict", "-tolerance 1e-3"],
        &["-precision single"],
        &["-pivot sample", "-pivot beam"],
        &["-ORGX 3.5 -ORGY 77", "-close_distance 40"],
        &["-roi 3 20 5 39", "-roi 0 0 0 0"],
        &["-fudge 0.3", "-fudge 0"],
        &["-flux 1e12 -exposure 0.2", "-fluence 1e20", "-fluence 0"],
        &["-oversample 1", "-oversample 2", "-oversample 3"],
        &["-distance 30", "-distance 250"],
        &[&centre],
    ];
    arguments.extend(choices.iter().map(|choices| dice.maybe(choices).to_owned()));
    // PHYSICS measures the way through a sensor along the flat detector's normal; where a curved one bends past it,
    // there is no such way.
    if arguments.iter().any(|word| word == "-curved_det") {
        arguments.retain(|word| !word.starts_with("-detector_thick"));
    }
    // Without it, fringes of a long crystal ask for many sub-pixels.
    arguments.push(
        if arguments.iter().any(|word| word.starts_with("-oversample ")) { "" } else { "-oversample 1" }
            .to_owned(),
    );
    // The C program multiplies the running sum by the solid angle (Q2); with 1/R², which is above 1, it
    // overflows to infinity, and so must compat mode.
    let overflows =
        ["-point_pixel", "-oversample_omega"].iter().all(|flag| arguments.iter().any(|word| word == flag));
    arguments.push(if dice.below(3) == 0 && !overflows { "-compat c" } else { "" }.to_owned());
    arguments.join(" ")
}

pub(crate) fn inputs(folder: &Path) {
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    let list: String = (-5..=5)
        .flat_map(|h| {
            (-4..=5)
                .flat_map(move |k| (-6..=3).map(move |l| format!("{h} {k} {l} {}\n", 40 + 5 * h - 3 * k * l)))
        })
        .collect();
    write("list.hkl", &list);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    for (source, name) in [("structures/5e5z.pdb", "model.pdb"), ("reflections/anomalous.mtz", "list.mtz")] {
        std::fs::copy(fixtures.join(source), folder.join(name)).unwrap();
    }
    write("sources.txt", "-10 0 0 1 1e-10\n-10 0.1 0.05 2.5 1.02e-10\n-9 0 -0.2 0\n");
    write("curve.stol", "0 2.5\n0.05 4\n0.3 1\n");
}
