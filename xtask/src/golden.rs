//! Recording what a reference binary prints, and showing what that would change in `golden/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::root;

/// What is to be recorded, and with what.
#[derive(clap::Args)]
pub(crate) struct Recording {
    /// A binary of the C program, built by you.
    #[arg(long)]
    reference: PathBuf,
    /// Whether its defects are corrected: the cases of physics.json instead of cases.json.
    #[arg(long)]
    physics: bool,
    /// A case of the list; may be repeated; all of them without.
    #[arg(long = "case")]
    cases: Vec<String>,
    /// Replace what differs, instead of showing it only.
    #[arg(long)]
    write: bool,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    args: String,
    #[serde(default)]
    before: Vec<String>,
}

/// The recorded name of what the program calls otherwise.
const FLOAT: (&str, &str) = ("float.f32", "floatimage.bin");
/// What the lines of a trace begin with; one follows a warning on the same line.
const TRACE_LINES: [&str; 6] = [
    "TRACE",
    "DETECTOR_FAST_AXIS",
    "DETECTOR_SLOW_AXIS",
    "DETECTOR_NORMAL_AXIS",
    "DETECTOR_PIX0_VECTOR",
    "WARNING: further warnings will not be printed!",
];

/// The line between the heading of a table of two columns and its rows; the table of sums is the last one.
const RULE: &str = "|---|---|\n";

/// Runs the cases with the C program and compares.
pub(crate) fn run(recording: &Recording) -> anyhow::Result<()> {
    let golden = root().join("golden");
    let (list, folder) = if recording.physics { ("physics.json", "physics") } else { ("cases.json", "c") };
    let text = std::fs::read_to_string(golden.join(list)).with_context(|| list.to_owned())?;
    let mut cases: Vec<Case> = serde_json::from_str(&text)?;
    for name in &recording.cases {
        ensure!(cases.iter().any(|case| case.name == *name), "{list} has no case {name}");
    }
    cases.retain(|case| recording.cases.is_empty() || recording.cases.contains(&case.name));
    let reference = std::fs::canonicalize(&recording.reference)
        .with_context(|| recording.reference.display().to_string())?;
    let mut written = BTreeMap::new();
    let mut changes = 0;
    for case in &cases {
        let recorded = golden.join(folder).join(&case.name);
        for (name, bytes) in record(case, &reference, &golden.join("inputs"), &recorded)? {
            let before = std::fs::read(recorded.join(&name)).ok();
            if before.as_ref() == Some(&bytes) {
                continue;
            }
            changes += 1;
            eprintln!("{folder}/{}/{name}: {}", case.name, change(&name, before.as_deref(), &bytes));
            if recording.write {
                std::fs::create_dir_all(&recorded)?;
                std::fs::write(recorded.join(&name), &bytes)?;
                written.insert(format!("{folder}/{}/{name}", case.name), bytes);
            }
        }
    }
    eprintln!("{} cases, {changes} files differ, {} written", cases.len(), written.len());
    update_sums(&golden.join("README.md"), &written)
}

/// Everything that is kept of a case, by name, as the C program makes it now.
fn record(
    case: &Case,
    reference: &Path,
    inputs: &Path,
    recorded: &Path,
) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let work = workplace(inputs)?;
    for line in &case.before {
        printed(reference, work.path(), line)?;
    }
    let mut files = BTreeMap::from([("args.txt".to_owned(), format!("{}\n", case.args).into_bytes())]);
    let log = printed(reference, work.path(), &case.args)?;
    if case.name.starts_with("refuse_") {
        return Ok(files);
    }
    let float =
        std::fs::read(work.path().join(FLOAT.1)).with_context(|| format!("{}: no float image", case.name))?;
    let mut traced = Vec::new();
    for name in kept(recorded) {
        if name == "log.txt" {
            files.insert(name, log.clone());
        } else if let Some(pixel) = name.strip_prefix("trace_").and_then(|rest| rest.strip_suffix(".log")) {
            traced.push(pixel.replace('_', " "));
        } else if let Ok(bytes) = std::fs::read(work.path().join(&name)) {
            files.insert(name, bytes);
        }
    }
    if traced.is_empty() {
        traced.extend(brightest(&float, work.path()));
    }
    files.insert(FLOAT.0.to_owned(), float);
    for pixel in traced {
        let again = workplace(inputs)?;
        for line in &case.before {
            printed(reference, again.path(), line)?;
        }
        let text = printed(reference, again.path(), &format!("{} -trace_pixel {pixel}", case.args))?;
        files.insert(format!("trace_{}.log", pixel.replace(' ', "_")), trace_lines(&text));
    }
    Ok(files)
}

/// A temporary folder with the inputs of all cases.
fn workplace(inputs: &Path) -> anyhow::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    for entry in std::fs::read_dir(inputs)? {
        let path = entry?.path();
        std::fs::copy(&path, folder.path().join(path.file_name().unwrap_or_default()))?;
    }
    Ok(folder)
}

/// The output of the C program. Its exit status is ignored: it is not 0 for some complete runs.
fn printed(reference: &Path, folder: &Path, arguments: &str) -> anyhow::Result<Vec<u8>> {
    let output = Command::new(reference)
        .current_dir(folder)
        .args(arguments.split_whitespace())
        .output()
        .with_context(|| reference.display().to_string())?;
    Ok([output.stdout, output.stderr].concat())
}

/// The files that are kept of a case today.
fn kept(recorded: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(recorded).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name != "args.txt" && name != FLOAT.0).collect()
}

/// Slow and fast of the brightest pixel, for a case that is new; the width is in the header of the integer image.
fn brightest(float: &[u8], folder: &Path) -> Option<String> {
    let header = std::fs::read(folder.join("intimage.img")).ok()?;
    let header = String::from_utf8_lossy(header.get(..512)?).into_owned();
    let width: usize = header.split("SIZE1=").nth(1)?.split(';').next()?.trim().parse().ok()?;
    let pixels = floats(float);
    let at = (0..pixels.len()).max_by(|&a, &b| pixels[a].total_cmp(&pixels[b]))?;
    Some(format!("{} {}", at / width, at % width))
}

fn trace_lines(text: &[u8]) -> Vec<u8> {
    let is_kept = |line: &&[u8]| TRACE_LINES.iter().any(|start| line.starts_with(start.as_bytes()));
    text.split_inclusive(|byte| *byte == b'\n').filter(is_kept).flatten().copied().collect()
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    let (pixels, _) = bytes.as_chunks();
    pixels.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

/// In what a file differs.
fn change(name: &str, before: Option<&[u8]>, after: &[u8]) -> String {
    let Some(before) = before else { return format!("new, {} bytes", after.len()) };
    if name == FLOAT.0 {
        let (before, after) = (floats(before), floats(after));
        if before.len() != after.len() {
            return format!("{} pixels instead of {}", after.len(), before.len());
        }
        let relative = |(a, b): (&f32, &f32)| {
            let (a, b) = (f64::from(*a), f64::from(*b));
            if a.to_bits() == b.to_bits() { 0.0 } else { (a - b).abs() / a.abs().max(b.abs()) }
        };
        let worst = before.iter().zip(&after).map(relative).fold(0.0, f64::max);
        return format!("pixels differ by up to {worst:.2e} of themselves");
    }
    if name.starts_with("trace_") {
        return trace_diff(before, after).unwrap_or_else(|error| error.to_string());
    }
    let differing = before.iter().zip(after).filter(|(a, b)| a != b).count();
    format!("{differing} bytes differ, {} instead of {} in all", after.len(), before.len())
}

/// The output of the program's `trace-diff`, since xtask uses none of the crates.
fn trace_diff(before: &[u8], after: &[u8]) -> anyhow::Result<String> {
    let folder = tempfile::tempdir()?;
    let (recorded, now) = (folder.path().join("recorded"), folder.path().join("now"));
    std::fs::write(&recorded, before)?;
    std::fs::write(&now, after)?;
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--release", "--package", "nanobragg", "--", "trace-diff"])
        .args([&recorded, &now])
        .args(["--tolerance", "1e-10"])
        .current_dir(root())
        .output()?;
    Ok(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

/// Brings the table of sums up to date for the files that were written.
fn update_sums(readme: &Path, written: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    if written.is_empty() {
        return Ok(());
    }
    let text = std::fs::read_to_string(readme)?;
    let start = text.rfind(RULE).map_or(text.len(), |at| at + RULE.len());
    let (head, table) = text.split_at(start);
    let mut rows: BTreeMap<String, String> = table
        .lines()
        .filter_map(|row| {
            let mut cells = row.split('|').map(str::trim).skip(1);
            let sum = cells.next()?.to_owned();
            Some((cells.next()?.to_owned(), sum))
        })
        .collect();
    for (name, bytes) in written {
        let sum = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        rows.insert(name.clone(), sum);
    }
    let rows: String = rows.iter().map(|(name, sum)| format!("| {sum} | {name} |\n")).collect();
    std::fs::write(readme, format!("{head}{rows}"))?;
    Ok(())
}
