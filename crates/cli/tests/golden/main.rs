//! Every recorded result of the reference, against the program: float images, scaled images, noise, dumps and traces.
//!
//! Cases are data: a folder with `args.txt` and what came out, listed in `cases.json` (what the C program does) and
//! `physics.json` (the same program with its defects corrected). They are run from `../shared/golden` where it is, and
//! a selection of them from the repository's own `golden/` everywhere.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod case;
mod compare;
mod places;

use case::{Case, Mode};

/// Runs cases, all of them, and fails with every complaint.
fn run_all(cases: &[(Case, Mode)]) {
    let complaints: Vec<String> = cases
        .iter()
        .flat_map(|(case, mode)| {
            let label = format!("{} {mode:?}", case.name);
            case.check(*mode).into_iter().map(move |complaint| format!("{label}: {complaint}"))
        })
        .collect();
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn the_selection_in_the_repository() {
    let cases = case::listed(&places::own_golden());
    assert!(cases.len() >= 20, "only {} cases", cases.len());
    run_all(&cases);
}

#[test]
fn every_recorded_case() {
    let Some(golden) = places::shared("golden") else { return };
    let cases = case::listed(&golden);
    let compat = cases.iter().filter(|(case, mode)| *mode == Mode::Compat && case.folder.is_dir()).count();
    assert!(cases.len() >= 150 && compat >= 80, "{} cases, {compat} in compat mode", cases.len());
    run_all(&cases);
}

#[test]
fn every_case_in_single_precision() {
    let golden = places::shared("golden").unwrap_or_else(places::own_golden);
    let cases = case::listed(&golden);
    let complaints: Vec<String> = cases
        .iter()
        .flat_map(|(case, mode)| {
            let complaints = case.check_single(*mode).into_iter();
            complaints.map(move |complaint| format!("{} {mode:?}: {complaint}", case.name))
        })
        .collect();
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn the_reference_run_in_compat_mode() {
    if let Some((golden, data)) = places::shared("golden").zip(places::shared("data")) {
        compare::reference_run(&golden.join("supervisor"), &data, Mode::Compat);
    }
}

#[test]
fn the_reference_run_in_the_default_mode() {
    if let Some((golden, data)) = places::shared("golden").zip(places::shared("data")) {
        compare::reference_run(&golden.join("supervisor"), &data, Mode::Physics);
    }
}
