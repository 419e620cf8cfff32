//! Whole runs against the C program: the table of the README.
//!
//! Times on a shared host vary, so that the two programs run alternately and the median of the ratios of the pairs is
//! reported. Both programs get the same flags, the same number of threads and an empty folder each, and write all their
//! default files.

use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, bail};

use crate::root;

/// One row of the table.
struct Workload {
    name: &'static str,
    /// Evaluations of F²·F_latt², in millions; 0 where they do not matter.
    million_steps: f64,
    flags: String,
    /// The folder whose files it needs; `None` when they are not there.
    needs: Option<&'static str>,
}

/// Files that workloads name.
pub(crate) const REFLECTIONS: &str = "reflections.hkl";
const MANY_REFLECTIONS: &str = "many.hkl";
/// Every index from −63 to 63: 2,048,383 reflections in 47 MB of text.
const MANY: i32 = 63;

fn workloads() -> anyhow::Result<Vec<Workload>> {
    let shared = root().join("../shared");
    let mut workloads = Vec::new();
    let reference = shared.join("golden/supervisor/args.txt");
    if reference.is_file() {
        let flags = std::fs::read_to_string(reference)?;
        workloads.push(Workload {
            name: "reference run: 2463 × 2527, 10 phi steps, N 36 47 29",
            million_steps: 62.24,
            flags: flags.trim().to_owned(),
            needs: Some("../shared/data"),
        });
    } else {
        eprintln!("skipped: {} is not there", reference.display());
    }
    let crystal = "-cell 26.7514 31.31 33.6734 88.687 71.5295 68.1375 -misset 10 20 30 -lambda 0.9768 -distance 231 \
                   -seed 1 -flux 1e18 -beamsize 1 -oversample 1";
    let thousand = "-detpixels 1024 -pixel 0.4";
    let mut add = |name, million_steps, flags: String| {
        workloads.push(Workload { name, million_steps, flags, needs: None });
    };
    add(
        "1024², square, 50 mosaic domains",
        52.43,
        format!(
            "{crystal} {thousand} -hkl {REFLECTIONS} -Na 36 -Nb 47 -Nc 29 -mosaic 0.5 -mosaic_domains 50"
        ),
    );
    add(
        "1024², gauss, 50 mosaic domains",
        52.43,
        format!(
            "{crystal} {thousand} -hkl {REFLECTIONS} -Na 36 -Nb 47 -Nc 29 -mosaic 0.5 -mosaic_domains 50 -gauss_xtal"
        ),
    );
    add(
        "512², 50 domains × 20 wavelengths",
        262.14,
        format!(
            "{crystal} -detpixels 512 -pixel 0.8 -hkl {REFLECTIONS} -Na 36 -Nb 47 -Nc 29 -mosaic 0.5 -mosaic_domains 50 \
             -dispersion 2 -dispsteps 20"
        ),
    );
    // Far enough away that all of the detector is inside the list: the C program stops interpolating for good at the
    // first sample outside (Q4), and would have less to do.
    let far = crystal.replace("-distance 231", "-distance 600");
    add("1024², N 1, tricubic", 1.05, format!("{far} {thousand} -hkl {REFLECTIONS} -N 1 -interpolate"));
    add(
        "reading 2,048,383 reflections, writing the Fdump",
        0.0,
        format!("{crystal} -detpixels 4 -hkl {MANY_REFLECTIONS} -N 5 -nointerpolate"),
    );
    add("16 × 16 pixels, uniform F", 0.0, format!("{crystal} -detpixels 16 -default_F 100 -N 5"));
    Ok(workloads)
}

/// Builds our program as users do.
pub(crate) fn release_build() -> anyhow::Result<PathBuf> {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--package", "nanobragg"])
        .current_dir(root())
        .status()?;
    anyhow::ensure!(built.success(), "the program does not build");
    Ok(root().join("target/release/nanobragg").canonicalize()?)
}

/// Times our program, and the C program where there is one, and prints the table.
pub(crate) fn run(reference: Option<&Path>, pairs: usize, threads: usize) -> anyhow::Result<()> {
    let ours = release_build()?;
    let reference =
        reference.map(|path| path.canonicalize().with_context(|| path.display().to_string())).transpose()?;
    let inputs = tempfile::tempdir()?;
    write_reflections(&inputs.path().join(REFLECTIONS), 20)?;
    write_reflections(&inputs.path().join(MANY_REFLECTIONS), MANY)?;

    let mut table = String::new();
    writeln!(table, "{}, {threads} threads, {}, medians of {pairs} pairs.\n", processor(), today())?;
    writeln!(table, "| workload | nanobragg, s | C program, s | times faster | million steps/s |")?;
    writeln!(table, "|---|---|---|---|---|")?;
    for workload in workloads()? {
        let folder = workload.needs.map_or(inputs.path().to_owned(), |needs| root().join(needs));
        let mut times = Vec::new();
        for _ in 0..pairs {
            let mine = time(&ours, &workload.flags, &["-compat", "c"], &folder, threads)?;
            let theirs = match &reference {
                Some(program) => Some(time(program, &workload.flags, &[], &folder, threads)?),
                None => None,
            };
            times.push((mine, theirs));
        }
        let mine = median(times.iter().map(|&(mine, _)| mine));
        let theirs = reference.is_some().then(|| median(times.iter().filter_map(|&(_, theirs)| theirs)));
        let ratio = reference
            .is_some()
            .then(|| median(times.iter().filter_map(|&(mine, theirs)| theirs.map(|theirs| theirs / mine))));
        let shown =
            |value: Option<f64>, digits: usize| value.map_or("–".to_owned(), |v| format!("{v:.digits$}"));
        let speed = if workload.million_steps > 0.0 {
            format!("{:.0}", workload.million_steps / mine)
        } else {
            "–".to_owned()
        };
        writeln!(
            table,
            "| {} | {mine:.3} | {} | {} | {speed} |",
            workload.name,
            shown(theirs, 2),
            shown(ratio, 1)
        )?;
        eprintln!("{}: done", workload.name);
    }
    writeln!(std::io::stdout(), "{table}")?;
    keep(&table, threads, "")
}

/// Keeps a table beside those of other days and other processors.
pub(crate) fn keep(table: &str, threads: usize, kind: &str) -> anyhow::Result<()> {
    let folder = root().join("benches/results");
    std::fs::create_dir_all(&folder)?;
    let processor = processor();
    let words: Vec<_> = processor.split([' ', '(', ')', '/', '@']).filter(|word| !word.is_empty()).collect();
    let name = format!("{}-{}-{threads}-threads{kind}.md", today(), words.join("-"));
    std::fs::write(folder.join(&name), table)?;
    eprintln!("kept as benches/results/{name}");
    Ok(())
}

/// Seconds that a run takes, from start to end, in a new folder with the input files.
fn time(program: &Path, flags: &str, more: &[&str], inputs: &Path, threads: usize) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    for entry in std::fs::read_dir(inputs)? {
        let path = entry?.path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            std::os::unix::fs::symlink(path.canonicalize()?, folder.path().join(name))?;
        }
    }
    let mut command = Command::new(program);
    command.current_dir(folder.path()).args(flags.split_whitespace()).args(more);
    if !more.is_empty() {
        command.args(["-threads", &threads.to_string()]);
    }
    command.env("OMP_NUM_THREADS", threads.to_string()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().with_context(|| program.display().to_string())?;
    let seconds = start.elapsed().as_secs_f64();
    if !status.success() {
        bail!("{} ended with {status} on: {flags}", program.display());
    }
    Ok(seconds)
}

/// Every reflection up to an index, 23 bytes a line.
pub(crate) fn write_reflections(path: &Path, limit: i32) -> anyhow::Result<()> {
    let mut out = BufWriter::new(std::fs::File::create(path)?);
    for h in -limit..=limit {
        for k in -limit..=limit {
            for l in -limit..=limit {
                let factor = f64::from((h * 7 + k * 13 + l * 31).rem_euclid(9973)) * 0.01 + 1.0;
                writeln!(out, "{h:4}{k:4}{l:4}{factor:10.2}")?;
            }
        }
    }
    out.flush()?;
    Ok(())
}

pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

pub(crate) fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        text.lines().find_map(|line| line.strip_prefix("model name")).and_then(|rest| rest.split(':').nth(1));
    format!("{} ({})", model.map_or("unknown processor", str::trim), instructions())
}

/// The widest vectors of the processor.
fn instructions() -> &'static str {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let widest = [("avx512f", "AVX-512"), ("avx2", "AVX2")];
    widest.into_iter().find(|(flag, _)| text.contains(flag)).map_or("SSE", |(_, name)| name)
}

pub(crate) fn today() -> String {
    let output = Command::new("date").arg("-I").output();
    output.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default()
}
