//! Where the signal of a photon goes.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2, PI};

use ndarray::{Array1, Array2, Axis, Zip};

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

    /// Differences, at the corners of a pixel, of the integral from the centre to a corner (x, y),
    /// arctan(xy/(g√(g² + x² + y²)))/2π. It is odd in x and in y.
    fn taper_shares(self, pixel_um: [f64; 2], farthest: [usize; 2]) -> Array2<f64> {
        let g = self.scale_um();
        let corner = |index: usize, axis: usize| (index as f64 + 0.5) * pixel_um[axis];
        let shape = farthest.map(|pixels| pixels + 1);
        let mut corners = Array2::zeros(shape);
        Zip::indexed(&mut corners).par_for_each(|(slow, fast), integral| {
            let [x, y] = [corner(slow, 0), corner(fast, 1)];
            *integral = (x * y / (g * (g * g + x * x + y * y).sqrt())).atan() / (2.0 * PI);
        });
        let inner = |index: usize| if index == 0 { (0, -1.0) } else { (index - 1, 1.0) };
        let mut shares = Array2::zeros(shape);
        Zip::indexed(&mut shares).par_for_each(|(slow, fast), share| {
            let [(before, sign), (left, side)] = [inner(slow), inner(fast)];
            *share = (corners[[slow, fast]] - sign * corners[[before, fast]])
                - side * (corners[[slow, left]] - sign * corners[[before, left]]);
        });
        shares
    }
}
