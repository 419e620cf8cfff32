//! A list of structure factors.

use hkl_io::{Grid, Miller, Reflection};

/// Every index from −9 to 9, with a default F outside.
pub(crate) fn grid(default_f: f64) -> Grid {
    let mut reflections = Vec::new();
    for h in -9..=9 {
        for k in -9..=9 {
            for l in -9..=9 {
                let structure_factor = f64::from(i32::rem_euclid(h * 7 + k * 13 + l * 31, 97)) + 1.0;
                reflections.push(Reflection { miller: Miller::new(h, k, l), structure_factor });
            }
        }
    }
    Grid::from_reflections(reflections, default_f, usize::MAX).unwrap()
}
