//! Which resolution rings are drawn.

/// What stands for rings of round numbers.
pub(crate) const AUTOMATIC: &str = "auto";

/// Rings on a picture, about.
const RINGS: u32 = 5;
/// Round numbers, times powers of ten.
const ROUND: [f64; 10] = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0];
const POWERS: std::ops::Range<i32> = -2..5;

/// Resolution rings, Å.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rings {
    /// Of round numbers.
    Automatic,
    /// As given.
    Given(Vec<f64>),
}

/// Reads a list of resolutions in Å, such as `2,3,4`.
pub(crate) fn parse(text: &str) -> Result<Rings, String> {
    if text == AUTOMATIC {
        return Ok(Rings::Automatic);
    }
    let number = |text: &str| text.trim().parse().ok().filter(|d: &f64| d.is_finite() && *d > 0.0);
    let rings: Option<Vec<f64>> = text.split(',').map(number).collect();
    rings
        .map(Rings::Given)
        .ok_or_else(|| "expected resolutions in Å such as 2,3,4 (FILE comes before --rings)".to_owned())
}

impl Rings {
    /// The resolutions in Å of the rings of a picture that has those of a range of 1/d in Å⁻¹: automatic ones are about
    /// evenly spaced in 1/d.
    pub(crate) fn within(&self, [least, most]: [f64; 2]) -> Vec<f64> {
        if let Self::Given(rings) = self {
            return rings.clone();
        }
        let round = || POWERS.flat_map(|power| ROUND.map(|number| number * 10_f64.powi(power)));
        let mut rings: Vec<f64> = (1..=RINGS)
            .filter_map(|ring| {
                let wanted = least + (most - least) * f64::from(ring) / f64::from(RINGS + 1);
                let off = |d: &f64| (1.0 / d - wanted).abs();
                round().min_by(|x, y| off(x).total_cmp(&off(y)))
            })
            .filter(|d| (least..=most).contains(&(1.0 / d)))
            .collect();
        rings.dedup();
        rings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn automatic_rings_are_of_round_numbers() {
        for (range, expected) in [
            ([0.0, 0.6], &[10.0, 5.0, 3.0, 2.5, 2.0][..]),
            ([0.0, 0.006], &[1000.0, 500.0, 300.0, 250.0, 200.0]),
            ([0.51, 0.52], &[]),
        ] {
            assert_eq!(Rings::Automatic.within(range), expected, "{range:?}");
        }
        assert_eq!(Rings::Given(vec![3.3]).within([9.0, 10.0]), [3.3]);
    }

    #[test]
    fn lists_are_read() {
        assert_eq!(parse("2, 3.5,4"), Ok(Rings::Given(vec![2.0, 3.5, 4.0])));
        for text in ["", "2,,3", "-1", "0", "inf", "image.img"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
