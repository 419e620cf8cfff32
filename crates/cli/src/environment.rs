//! What a result was made with: the program, the instructions it may use, the threads, the time.

use std::time::{SystemTime, UNIX_EPOCH};

use nanobragg_experiment::Resolved;
use nanobragg_kernel::Mode;
use nanobragg_kernel::lane::{Arithmetic, Wide};
use serde_json::{Value, json};

/// The features among these that the build uses.
macro_rules! enabled_features {
    ($($name:literal)*) => { [$(($name, cfg!(target_feature = $name))),*] };
}

/// The program, the machine and the time, as JSON.
pub(crate) fn json(resolved: &Resolved) -> Value {
    let features =
        enabled_features!("sse2" "sse4.2" "avx" "avx2" "fma" "bmi2" "avx512f" "avx512dq" "avx512vl" "neon");
    let features: Vec<&str> =
        features.into_iter().filter(|(_, is_on)| *is_on).map(|(name, _)| name).collect();
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        // Set when a release is built; a build script would have to run git.
        "commit": option_env!("NANOBRAGG_COMMIT").unwrap_or("unknown"),
        "target": format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
        "target_features": features,
        "lane_width": { "image": Wide::WIDTH, "trace": <f64 as Arithmetic>::WIDTH },
        "threads": rayon::current_num_threads(),
        "mode": match resolved.simulation.mode {
            Mode::Physics => "physics",
            Mode::Compat => "compat",
        },
        "precision": { "arithmetic": "f64", "image": "f32" },
        "time": utc(seconds),
    })
}

/// Seconds since 1970 as `2024-02-29T12:00:00Z`.
///
/// The date is counted in eras of 400 years that begin in March, so that the leap day is the last of its year.
fn utc(seconds: u64) -> String {
    const DAYS_BEFORE_1970: u64 = 719_468;
    const DAYS_OF_ERA: u64 = 146_097;
    let (days, second) = (seconds / 86_400 + DAYS_BEFORE_1970, seconds % 86_400);
    let (era, day) = (days / DAYS_OF_ERA, days % DAYS_OF_ERA);
    let year_of_era = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day + 2) / 153;
    let day = day - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_735_689_600, "2025-01-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(utc(seconds), expected);
        }
    }
}
