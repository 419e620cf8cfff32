//! What a run takes of memory, as Linux counts it.

use std::path::Path;
use std::time::Duration;

use crate::workplace::{CRYSTAL, program, workplace};

/// The most memory that a run held at once, in bytes: looked up while it runs, since it cannot be asked for later.
fn peak_bytes(folder: &Path, line: &str) -> u64 {
    let mut run = program(folder, line).spawn().unwrap();
    let status = format!("/proc/{}/status", run.id());
    let mut peak = 0;
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let kilobytes = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
        peak = peak.max(kilobytes.map_or(0, |number| 1024 * number.trim().parse::<u64>().unwrap()));
        if let Some(ended) = run.try_wait().unwrap() {
            assert!(ended.success(), "{line}: {ended}");
            return peak;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Four bytes a pixel and 100 MB: the counts, the gray levels and the noise are made as they are written.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the system has no /proc")]
fn an_image_takes_four_bytes_a_pixel() {
    let pixels = 6000;
    let line = format!(
        "{CRYSTAL} -detpixels {pixels} -pixel 0.05 -N 1 -floatfile /dev/null -intfile /dev/null -pgmfile /dev/null \
         -noisefile /dev/null"
    )
    .replace("-N 4 ", "")
    .replace("-pixel 1 ", "");
    let peak = peak_bytes(workplace().path(), &line);
    assert!(peak > 4 * pixels * pixels, "{peak} bytes");
    assert!(peak < 4 * pixels * pixels + 100_000_000, "{peak} bytes");
}
