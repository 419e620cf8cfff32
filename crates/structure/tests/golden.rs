//! Structure factors of entries of the Protein Data Bank, computed by gemmi and by an independent summation.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests stop and print like tests")]

use std::path::{Path, PathBuf};

use hkl_io::Miller;
use nanobragg_structure::{BulkSolvent, Complex, Computation, ReadOptions, StructureFactors, read};

/// A list of expected structure factors.
struct Case {
    model: &'static str,
    expected: &'static str,
    /// The list is to this resolution, in Å.
    d_min: f64,
    energy_ev: Option<f64>,
    solvent: bool,
}

const PLAIN: Case = Case { model: "", expected: "", d_min: 0.0, energy_ev: None, solvent: false };
const SELENIUM: Option<f64> = Some(12_662.0);

/// The whole lists, beside the repository.
const SHARED: [Case; 6] = [
    Case { model: "1orc.pdb", expected: "1orc.txt", d_min: 2.0, ..PLAIN },
    Case { model: "5e5z.pdb", expected: "5e5z.txt", d_min: 1.2, ..PLAIN },
    Case { model: "5i55.cif", expected: "5i55.txt", d_min: 1.6, ..PLAIN },
    Case { model: "5wkd.pdb", expected: "5wkd.txt", d_min: 1.5, ..PLAIN },
    Case { model: "5i55.cif", expected: "5i55_anomalous.txt", d_min: 1.6, energy_ev: SELENIUM, ..PLAIN },
    Case { model: "1orc.pdb", expected: "1orc_solvent.txt", d_min: 2.0, solvent: true, ..PLAIN },
];

/// Parts of the lists, and files without what does not scatter.
const FIXTURES: [Case; 3] = [
    Case { model: "5e5z.pdb", expected: "5e5z.txt", d_min: 1.2, ..PLAIN },
    Case { model: "5i55.cif", expected: "5i55_anomalous.txt", d_min: 1.6, energy_ev: SELENIUM, ..PLAIN },
    Case { model: "1orc.pdb", expected: "1orc_solvent.txt", d_min: 2.0, solvent: true, ..PLAIN },
];

/// How far what is found is from what is expected.
struct Differences {
    /// The largest distance in the complex plane, as a share of the mean |F|.
    worst: f64,
    /// Σ||F| − |F expected||/Σ|F expected|.
    r: f64,
    count: usize,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Lines `h k l |F| phase/°`.
fn expected(path: &Path) -> Vec<(Miller, Complex<f64>)> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let [h, k, l, modulus, phase] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let [modulus, phase] = [modulus, phase].map(|word| word.parse::<f64>().unwrap());
        (
            Miller::from([h, k, l].map(|word| word.parse().unwrap())),
            Complex::from_polar(modulus, phase.to_radians()),
        )
    });
    rows.collect()
}

fn differences(found: &StructureFactors, expected: &[(Miller, Complex<f64>)]) -> Differences {
    let sum: f64 = expected.iter().map(|(_, factor)| factor.norm()).sum();
    let pairs: Vec<_> =
        expected.iter().map(|(node, e)| (found.get(*node).expect("within the resolution"), *e)).collect();
    let apart = |(found, expected): &(Complex<f64>, Complex<f64>)| {
        // Phases have four decimals, which of a strong reflection is more than 1e-6 of the mean.
        let rounding = expected.norm() * 0.5e-4_f64.to_radians();
        ((found - expected).norm() - rounding).max((found.norm() - expected.norm()).abs())
    };
    Differences {
        worst: pairs.iter().map(apart).fold(0.0, f64::max) / (sum / pairs.len() as f64),
        r: pairs.iter().map(|(found, expected)| (found.norm() - expected.norm()).abs()).sum::<f64>() / sum,
        count: pairs.len(),
    }
}

fn check(case: &Case, models: &Path, lists: &Path) {
    let model = read(&models.join(case.model), &ReadOptions::default()).unwrap();
    assert_eq!(model.notices, Vec::<String>::new());
    let computation = Computation::new(&model, case.d_min)
        .anomalous(case.energy_ev)
        .solvent(case.solvent.then(BulkSolvent::default));
    let expected = expected(&lists.join(case.expected));
    let by_transform = differences(&computation.run(&|_| ()).unwrap(), &expected);
    let by_summation = differences(&computation.direct(&|_| ()).unwrap(), &expected);
    println!(
        "{}: {} reflections; by transform {:.1e} of the mean |F|, R {:.1e}; by summation {:.1e}, R {:.1e}",
        case.expected,
        by_transform.count,
        by_transform.worst,
        by_transform.r,
        by_summation.worst,
        by_summation.r
    );
    assert!(by_transform.count > 300);
    if case.solvent {
        assert!(by_transform.r < 0.01 && by_summation.r < 0.01, "{}", case.expected);
    } else {
        // f′ and f″ depend on the last digits of constants.
        let exact = if case.energy_ev.is_some() { 1e-4 } else { 1e-6 };
        assert!(by_transform.worst < 2e-3 && by_summation.worst < exact, "{}", case.expected);
    }
}

#[test]
fn structure_factors_of_whole_entries() {
    let shared = repository().join("../shared");
    if !shared.is_dir() {
        println!("skipped: {} is not there", shared.display());
        return;
    }
    for case in &SHARED {
        check(case, &shared.join("data/structures"), &shared.join("golden/structure"));
    }
}

#[test]
fn structure_factors_of_parts_of_entries() {
    let folder = repository().join("fixtures/structures");
    for case in &FIXTURES {
        check(case, &folder, &folder);
    }
}
