//! Where the signal of a photon goes.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2, PI};

use ndarray::parallel::prelude::*;
use ndarray::{Array1, Array2, Axis};

/// How the signal of a photon in the middle of a pixel is spread over the pixels around.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum PointSpread {
    /// A normal distribution: exp(−r²/2σ²)/(2πσ²), FWHM = 2σ√(2 ln 2).
    Gaussian {
        /// Full width at half maximum in µm.
        fwhm_um: f64,
    },
    /// Phosphor on a fibre-optic taper: g/(2π) (g² + r²)^(−3/2), FWHM = 2g√(2^(2/3) − 1)
    /// (Holton et al. 2012, J. Synchrotron Rad. 19, 1006, doi 10.1107/S0909049512035571).
    FibreTaper {
        /// Full width at half maximum in µm.
        fwhm_um: f64,
    },
}

/// Beyond so many σ a Gaussian has less than 2e-19 left, less than the rounding of a transform.
const GAUSSIAN_REACH: f64 = 9.0;

impl PointSpread {
    /// Full width at half maximum in µm.
    #[must_use]
    pub fn fwhm_um(self) -> f64 {
        match self {
            Self::Gaussian { fwhm_um } | Self::FibreTaper { fwhm_um } => fwhm_um,
        }
    }

    /// The share of a photon's signal in the pixel that is `[slow, fast]` pixels away, up to a distance `[slow, fast]`:
    /// the integral over that pixel, whose edges are `pixel_um` long. Shares are the same in all four quadrants.
    #[must_use]
    pub fn shares(self, pixel_um: [f64; 2], farthest: [usize; 2]) -> Array2<f64> {
        match self {
            Self::Gaussian { .. } => {
                let [slow, fast] = [0, 1].map(|axis| self.normal_shares(pixel_um[axis], farthest[axis]));
                slow.insert_axis(Axis(1)).dot(&fast.insert_axis(Axis(0)))
            }
            Self::FibreTaper { .. } => self.taper_shares(pixel_um, farthest),
        }
    }

    /// The distance in pixels, up to `most`, beyond which nothing can be seen of it.
    pub(crate) fn reach(self, pixel_um: f64, most: usize) -> usize {
        match self {
            Self::Gaussian { .. } => {
                let reach = (GAUSSIAN_REACH * self.scale_um() / pixel_um).ceil();
                #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
                let reach = reach as usize;
                most.min(reach.saturating_add(1))
            }
            Self::FibreTaper { .. } => most,
        }
    }

    /// σ, or g, in µm.
    fn scale_um(self) -> f64 {
        match self {
            Self::Gaussian { fwhm_um } => fwhm_um / (8.0 * LN_2).sqrt(),
            Self::FibreTaper { fwhm_um } => fwhm_um / (2.0 * (2f64.cbrt().powi(2) - 1.0).sqrt()),
        }
    }

    /// Half the difference of the complementary error function at the edges of a pixel, which keeps its digits far out.
    fn normal_shares(self, pixel_um: f64, farthest: usize) -> Array1<f64> {
        let step = FRAC_1_SQRT_2 * pixel_um / self.scale_um();
        let beyond = |edge: f64| 0.5 * libm::erfc(edge * step);
        Array1::from_shape_fn(farthest + 1, |distance| {
            let distance = distance as f64;
            beyond(distance - 0.5) - beyond(distance + 0.5)
        })
    }

    /// The integral over a pixel, in closed form where the pixel is near, by Gauss' rule of two points along each edge
    /// elsewhere, where nothing of its digits is lost in differences.
    fn taper_shares(self, pixel_um: [f64; 2], farthest: [usize; 2]) -> Array2<f64> {
        let g = self.scale_um();
        let [height, width] = pixel_um;
        let longer = height.max(width);
        #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
        let near = pixel_um.map(|edge| (NEAR * longer / edge).ceil() as usize);
        let mut shares = Array2::zeros(farthest.map(|pixels| pixels + 1));
        shares.axis_iter_mut(Axis(0)).into_par_iter().enumerate().for_each(|(slow, mut row)| {
            let closed = if slow < near[0] { near[1].min(row.len()) } else { 0 };
            for fast in 0..closed {
                row[fast] = taper_integral(g, [slow, fast].map(|pixels| pixels as f64), pixel_um);
            }
            let x2 = gauss_points(slow as f64, height).map(|x| x * x + g * g);
            let each = g * height * width / (8.0 * PI);
            for (fast, share) in row.iter_mut().enumerate().skip(closed) {
                let y2 = gauss_points(fast as f64, width).map(|y| y * y);
                let sum: f64 = x2.iter().flat_map(|x2| y2.map(|y2| to_minus_three_halves(x2 + y2))).sum();
                *share = each * sum;
            }
        });
        shares
    }
}

/// Within so many of a pixel's longer edge a taper's shares are in closed form; Gauss' rule is wrong there, and further out less,
/// by 5e-9 of a share: (5/54)/NEAR⁴, from the fourth derivative of r⁻³.
const NEAR: f64 = 64.0;

/// Where Gauss' rule of two points takes values along the edge of a pixel that is so many pixels away.
fn gauss_points(pixels: f64, edge: f64) -> [f64; 2] {
    let from_middle = 0.5 / 3f64.sqrt();
    [(pixels - from_middle) * edge, (pixels + from_middle) * edge]
}

fn to_minus_three_halves(square: f64) -> f64 {
    1.0 / (square * square.sqrt())
}

/// The integral of a taper's spread over a pixel: the differences, at its corners, of the integral from the centre to (x, y),
/// arctan(xy/(g√(g² + x² + y²)))/2π.
fn taper_integral(g: f64, pixels: [f64; 2], edges: [f64; 2]) -> f64 {
    let to_corner = |side: [f64; 2]| {
        let [x, y] = [0, 1].map(|axis| (pixels[axis] + side[axis]) * edges[axis]);
        (x * y / (g * (g * g + x * x + y * y).sqrt())).atan() / (2.0 * PI)
    };
    (to_corner([0.5, 0.5]) - to_corner([-0.5, 0.5])) - (to_corner([0.5, -0.5]) - to_corner([-0.5, -0.5]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_taper_have_the_closed_form_where_they_are_summed() {
        let taper = PointSpread::FibreTaper { fwhm_um: 80.0 };
        for edges in [[100.0, 100.0], [50.0, 172.0], [400.0, 75.0]] {
            let shares = taper.shares(edges, [700, 700]);
            for (pixel, share) in shares.indexed_iter() {
                let pixel = [pixel.0 as f64, pixel.1 as f64];
                let expected = taper_integral(taper.scale_um(), pixel, edges);
                // What the differences of the closed form lose of their digits.
                let rounding = 2e-16;
                assert!((share - expected).abs() < 1e-8 * expected + rounding, "{pixel:?} of {edges:?}");
            }
        }
    }
}
