//! The time of a simulation.

/// The time of the simulation begins with this century, so that the same experiment gives the same bytes.
pub(crate) fn timestamp(seconds: f64) -> String {
    const DAY_S: f64 = 86_400.0;
    let seconds = seconds.rem_euclid(31.0 * DAY_S);
    let (day, rest) = ((seconds / DAY_S).floor(), seconds % DAY_S);
    let (hour, minute) = ((rest / 3600.0).floor(), (rest % 3600.0 / 60.0).floor());
    format!("2000-01-{:02}T{hour:02}:{minute:02}:{:06.3}", day + 1.0, rest % 60.0)
}
