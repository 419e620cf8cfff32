//! Colours of pictures.

/// A red, green, blue triple.
pub(crate) type Rgb = [u8; 3];

/// Marks pixels that are no number.
pub(crate) const NOT_A_NUMBER: Rgb = [255, 0, 255];

/// From black over blue and orange to near white, each step brighter than the one before.
const HEAT: [Rgb; 6] =
    [[0, 0, 0], [28, 30, 96], [110, 32, 124], [206, 62, 78], [250, 152, 40], [255, 250, 210]];

/// Less than nothing is blue, more is red, and white lies between.
const DIVERGING: [Rgb; 5] = [[8, 40, 110], [70, 140, 215], [255, 255, 255], [225, 100, 70], [120, 10, 25]];

/// Colour of a brightness from 0 to 1.
pub(crate) fn heat(brightness: f64) -> Rgb {
    if brightness.is_nan() { NOT_A_NUMBER } else { along(&HEAT, brightness) }
}

/// Colour of a signed brightness from −1 to 1.
pub(crate) fn diverging(signed: f64) -> Rgb {
    if signed.is_nan() { NOT_A_NUMBER } else { along(&DIVERGING, 0.5 + 0.5 * signed) }
}

fn along(stops: &[Rgb], position: f64) -> Rgb {
    let last = stops.len() - 1;
    let scaled = position.clamp(0.0, 1.0) * last as f64;
    #[expect(clippy::cast_possible_truncation, reason = "the fraction is to be dropped")]
    let stop = (scaled as usize).min(last.saturating_sub(1));
    let part = scaled - stop as f64;
    std::array::from_fn(|channel| {
        let (from, to) = (f64::from(stops[stop][channel]), f64::from(stops[stop + 1][channel]));
        #[expect(clippy::cast_possible_truncation, reason = "between two bytes")]
        let mixed = (from + (to - from) * part).round() as u8;
        mixed
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_and_the_middle() {
        assert_eq!((heat(0.0), heat(1.0), heat(9.0)), (HEAT[0], HEAT[5], HEAT[5]));
        assert_eq!((diverging(-1.0), diverging(0.0), diverging(1.0)), (DIVERGING[0], [255; 3], DIVERGING[4]));
        assert_eq!((heat(f64::NAN), diverging(f64::NAN)), (NOT_A_NUMBER, NOT_A_NUMBER));
    }
}
