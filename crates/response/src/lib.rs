#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod convolution;
mod counts;
mod defects;
mod error;
mod panel_response;
mod point_spread;
mod poisson;
mod presets;
mod random;
mod readout;
mod response;

pub use counts::{Counts, Pixels, Sample};
pub use defects::{Defects, Modules, PixelState};
pub use error::Error;
pub use panel_response::{Key, PanelResponse, respond};
pub use point_spread::PointSpread;
pub use readout::{Readout, Rounding};
pub use response::{Calibration, Response};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_types_may_be_shared_between_threads() {
        fn check<T: Send + Sync>() {}
        check::<(Response, Calibration, PointSpread, Readout, Rounding, Sample)>();
        check::<(Defects, Modules, PixelState)>();
        check::<(PanelResponse, Key, Counts, Pixels, Error)>();
    }
}
