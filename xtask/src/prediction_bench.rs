//! What leaving out steps saves: the program against itself, whole runs by turns.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::ensure;

use crate::bench::{REFLECTIONS, keep, median, processor, release_build, today, write_reflections};

/// The same flags twice, with more of them each time.
struct Comparison {
    name: &'static str,
    flags: String,
    /// What is measured, and what it is measured against.
    with: &'static str,
    against: &'static str,
    /// Evaluations of F²·F_latt² of all steps, in millions.
    million_steps: f64,
    /// How many times faster it is to be at least; less than 1 where it may only cost.
    at_least: f64,
}

/// A still of a free-electron laser: 2100² pixels, 100 mosaic domains, 20 wavelengths.
fn still(cells: u32, shape: &str) -> String {
    format!(
        "-cell 79 79 38 90 90 90 -misset 10 20 30 -lambda 1 -distance 150 -detpixels 2100 -pixel 0.075 -seed 1 \
         -flux 1e18 -beamsize 1 -oversample 1 -mosaic 0.2 -mosaic_domains 100 -dispersion 0.5 -dispsteps 20 \
         -default_F 100 -hkl {REFLECTIONS} -N {cells} {shape}"
    )
}

fn comparisons() -> Vec<Comparison> {
    let crystal = "-cell 26.7514 31.31 33.6734 88.687 71.5295 68.1375 -misset 10 20 30 -lambda 0.9768 -distance 231 \
                   -seed 1 -flux 1e18 -beamsize 1 -oversample 1 -detpixels 1024 -pixel 0.4";
    let listed = format!("{crystal} -hkl {REFLECTIONS}");
    let reference = "-cell 26.7514 31.31 33.6734 88.687 71.5295 68.1375 -misset 10 20 30 -lambda 0.9768 -distance 231 \
                     -seed 1 -flux 1e18 -beamsize 1 -oversample 1 -detpixels_x 2463 -detpixels_y 2527 -pixel 0.172 \
                     -Na 36 -Nb 47 -Nc 29 -osc 0.1 -phi 0 -phisteps 10";
    let row = |name, flags: String, [with, against]: [&'static str; 2], million_steps, at_least| Comparison {
        name,
        flags,
        with,
        against,
        million_steps,
        at_least,
    };
    let predicted = ["", "-nopredict"];
    let tolerated = ["-tolerance 1e-3", ""];
    vec![
        row("XFEL still, gauss, N 20", still(20, "-gauss_xtal"), predicted, 8820.0, 12.0),
        row("XFEL still, gauss, N 50", still(50, "-gauss_xtal"), predicted, 8820.0, 60.0),
        row("XFEL still, tophat, N 20", still(20, "-tophat_spots"), predicted, 8820.0, 20.0),
        row(
            "1024², gauss, N 1, 50 domains: nothing can be left out",
            format!("{listed} -N 1 -gauss_xtal -mosaic 0.5 -mosaic_domains 50"),
            predicted,
            52.43,
            0.97,
        ),
        row(
            "1024², square, 50 domains: nothing can be left out",
            format!("{listed} -Na 36 -Nb 47 -Nc 29 -mosaic 0.5 -mosaic_domains 50"),
            predicted,
            52.43,
            0.97,
        ),
        row(
            "1024², square, 50 domains, single precision against double",
            format!("{listed} -Na 36 -Nb 47 -Nc 29 -mosaic 0.5 -mosaic_domains 50"),
            ["-precision single", ""],
            52.43,
            1.6,
        ),
        row(
            "1 rotation image of 2463 × 2527, square, tolerance 1e-3 photons",
            format!("{reference} -hkl {REFLECTIONS}"),
            tolerated,
            62.24,
            1.5,
        ),
        row(
            "1024², square, N 30, 50 domains, tolerance 1e-3 photons",
            format!("{listed} -N 30 -mosaic 0.5 -mosaic_domains 50"),
            tolerated,
            52.43,
            3.0,
        ),
    ]
}

/// Times the pairs, prints the table and keeps it beside that of [`crate::bench`].
pub(crate) fn run(pairs: usize, threads: usize) -> anyhow::Result<()> {
    ensure!(pairs > 0, "expected at least one pair");
    let program = release_build()?;
    let folder = tempfile::tempdir()?;
    write_reflections(&folder.path().join(REFLECTIONS), 20)?;
    let mut table = String::new();
    writeln!(table, "{}, {threads} threads, {}, medians of {pairs} pairs.\n", processor(), today())?;
    writeln!(table, "| workload | with, s | without, s | times faster | wanted | steps/s |")?;
    writeln!(table, "|---|---|---|---|---|---|")?;
    for Comparison { name, flags, with, against, million_steps, at_least } in comparisons() {
        let mut times = Vec::new();
        for _ in 0..pairs {
            let with = time(&program, folder.path(), &flags, with, threads)?;
            times.push((with, time(&program, folder.path(), &flags, against, threads)?));
        }
        let with = median(times.iter().map(|&(with, _)| with));
        let against = median(times.iter().map(|&(_, against)| against));
        let ratio = median(times.iter().map(|&(with, against)| against / with));
        let rate = million_steps * 1e6 / with;
        writeln!(table, "| {name} | {with:.3} | {against:.3} | {ratio:.2} | {at_least} | {rate:.1e} |")?;
        eprintln!("{name}: {ratio:.2}");
    }
    writeln!(std::io::stdout(), "{table}")?;
    keep(&table, threads, "-left-out")
}

/// Seconds that a run takes, from start to end, with all its default files.
pub(crate) fn time(
    program: &Path,
    folder: &Path,
    flags: &str,
    more: &str,
    threads: usize,
) -> anyhow::Result<f64> {
    let mut command = Command::new(program);
    command.current_dir(folder).args(flags.split_whitespace()).args(more.split_whitespace());
    command.args(["-threads", &threads.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let seconds = start.elapsed().as_secs_f64();
    ensure!(status.success(), "{} ended with {status} on: {flags} {more}", program.display());
    Ok(seconds)
}
