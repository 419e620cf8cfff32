//! The selection of recorded results that is in the repository.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::root;

/// Cases of what the C program does.
const C: [&str; 19] = [
    "cell_defaults",
    "convention_dials_default_beam",
    "curved_detector",
    "everything",
    "everything_hkl",
    "gauss_fudge_mosaic",
    "hkl_awkward_text",
    "hkl_nearest",
    "interpolate_auto",
    "interpolate_forced",
    "mask",
    "matrix_misset",
    "misset_random",
    "oversample_omega",
    "oversample_thick",
    "refuse_missing_hkl",
    "refuse_no_cell",
    "refuse_no_structure_factors",
    "roi",
];

/// Cases of the same program with its defects corrected.
const PHYSICS: [&str; 8] = [
    "curved_detector_xds",
    "interpolate_leaves_box",
    "oversample_all",
    "pivot_beam_xds",
    "source_weights",
    "supervisor_small",
    "tophat_spots",
    "water_fluence",
];

/// Copies the selection and lists it in golden/README.md.
pub(crate) fn run() -> anyhow::Result<()> {
    let from = root().join("../shared/golden");
    let to = root().join("golden");
    let mut listed = Vec::new();
    for (list, folder, names) in [("cases.json", "c", &C[..]), ("physics.json", "physics", &PHYSICS[..])] {
        let text = std::fs::read_to_string(from.join(list)).with_context(|| from.display().to_string())?;
        let all: Vec<Value> = serde_json::from_str(&text)?;
        let selected: Vec<&Value> =
            all.iter().filter(|case| names.iter().any(|name| case["name"] == *name)).collect();
        anyhow::ensure!(selected.len() == names.len(), "{list} lacks some of the selected cases");
        std::fs::write(to.join(list), serde_json::to_string_pretty(&selected)? + "\n")?;
        for name in names {
            listed.extend(copy_case(&from, &to, &format!("{folder}/{name}"))?);
        }
    }
    for entry in std::fs::read_dir(from.join("inputs"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != "seed_extents.hkl" || PHYSICS.contains(&"supervisor_small") {
            listed.push(copy(&from, &to, &format!("inputs/{name}"))?);
        }
    }
    listed.sort();
    let readme = to.join("README.md");
    let text = std::fs::read_to_string(&readme)?;
    let head = text.split("## Files").next().unwrap_or_default();
    let mut table = format!("{head}## Files\n\n| sha256 | file |\n|---|---|\n");
    for (name, sum) in listed {
        writeln!(table, "| {sum} | {name} |")?;
    }
    std::fs::write(readme, table)?;
    Ok(())
}

/// What is kept of a case: arguments, float image, scaled images, and the trace of its brightest pixel.
fn copy_case(from: &Path, to: &Path, case: &str) -> anyhow::Result<Vec<(String, String)>> {
    // What the full set no longer has goes here too.
    if to.join(case).exists() {
        std::fs::remove_dir_all(to.join(case))?;
    }
    std::fs::create_dir_all(to.join(case))?;
    let mut names: Vec<String> = std::fs::read_dir(from.join(case))?
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_, _>>()?;
    names.sort();
    let bright = |name: &String| !name.starts_with("trace_32_64") && name != "log.txt";
    names.iter().filter(|name| bright(name)).map(|name| copy(from, to, &format!("{case}/{name}"))).collect()
}

fn copy(from: &Path, to: &Path, name: &str) -> anyhow::Result<(String, String)> {
    let bytes = std::fs::read(from.join(name)).with_context(|| name.to_owned())?;
    if let Some(folder) = to.join(name).parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(to.join(name), &bytes)?;
    let sum = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((name.to_owned(), sum))
}
