//! Detectors that are in use, each of one kind that it stands for.

use crate::counts::Sample;
use crate::defects::Modules;
use crate::point_spread::PointSpread;
use crate::readout::Readout;
use crate::response::Response;

impl Response {
    /// A photon counter like a Pilatus: 172 µm, 20-bit counters, `i32`, gaps −1. No dead time.
    #[must_use]
    pub fn pilatus() -> Self {
        // Kraft et al. 2009, J. Synchrotron Rad. 16, 368 (doi 10.1107/S0909049509009911): modules of 487 x 195 pixels of
        // 172 µm, 20 bits; 6M: 2463 x 2527 pixels, which leaves gaps of 7 and 17.
        let mut response = Self::new(Sample::I32);
        response.pixel_um = [172.0; 2];
        response.readout.saturation_adu = 1_048_575.0;
        response.defects.modules = Some(Modules { pixels: [195, 487], gap: [17, 7] });
        response
    }

    /// A photon counter like an Eiger: 75 µm, `u32`, gaps 2³² − 1. No dead time.
    #[must_use]
    pub fn eiger() -> Self {
        // Casanas et al. 2016, Acta Cryst. D72, 1036 (doi 10.1107/S2059798316012304): modules of 1030 x 514 pixels of 75 µm,
        // summed to 32 bits; 16M: 4150 x 4371 pixels, which leaves gaps of 10 and 37.
        let mut response = Self::new(Sample::U32);
        response.pixel_um = [75.0; 2];
        response.defects.modules = Some(Modules { pixels: [514, 1030], gap: [37, 10] });
        response
    }

    /// A charge integrator like one module of a Jungfrau, converted to photons: 75 µm, noise, `i32`.
    #[must_use]
    pub fn jungfrau() -> Self {
        // Mozzanica et al. 2016, JINST 11, C02047 (doi 10.1088/1748-0221/11/02/C02047): 75 µm, up to 10⁴ photons of 12 keV. The
        // noise is a hundred electrons, where a photon of 12 keV makes 12000/3.6.
        let mut response = Self::new(Sample::I32);
        response.pixel_um = [75.0; 2];
        response.readout.noise_adu = 0.03;
        response.readout.saturation_adu = 10_000.0;
        response
    }

    /// A phosphor on a fibre-optic taper and a CCD, like an ADSC Quantum 315r with pixels binned by two, `u16`.
    #[must_use]
    pub fn ccd() -> Self {
        // Holton et al. 2012, J. Synchrotron Rad. 19, 1006 (doi 10.1107/S0909049512035571): the point spread of a taper.
        // Offset and noise are those of the C suite (noisify: 40; -readnoise 3 in its documentation). Gain and FWHM are round
        // numbers for such a detector, not a measurement of one.
        let mut response = Self::new(Sample::U16);
        response.point_spread = Some(PointSpread::FibreTaper { fwhm_um: 80.0 });
        response.pixel_um = [102.59; 2];
        let readout = Readout { gain: 1.8, noise_adu: 3.0, offset_adu: 40.0, ..response.readout };
        response.readout = Readout { saturation_adu: 65_535.0, ..readout };
        response
    }
}
