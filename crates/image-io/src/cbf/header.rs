//! The header as text.

use std::fmt;

/// What is known of an image: lines of a Pilatus header. Lengths and times in SI units, angles in degrees.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// Make and serial number.
    pub detector: String,
    /// Date and time of the image, such as `2026-11-24T10:00:00.000`, which programs want.
    pub timestamp: String,
    /// Edges of a pixel along the fast and the slow axis, metres.
    pub pixel_size_m: [f64; 2],
    /// Thickness of the silicon sensor, metres; 0 for none.
    pub sensor_thickness_m: f64,
    /// Exposure time, seconds.
    pub exposure_time_s: f64,
    /// From one image to the next, seconds.
    pub exposure_period_s: f64,
    /// Counts beyond which a pixel is overloaded.
    pub count_cutoff: i32,
    /// Wavelength, Å.
    pub wavelength_angstrom: f64,
    /// From the sample to the detector, metres.
    pub distance_m: f64,
    /// Where the beam meets the detector, pixels along the fast and the slow axis from the corner of the first one.
    pub beam_pixels: [f64; 2],
    /// Spindle angle at the beginning, degrees.
    pub start_angle_deg: f64,
    /// Rotation during the image, degrees.
    pub angle_increment_deg: f64,
    /// Swing of the detector, degrees.
    pub two_theta_deg: f64,
    /// The share of the polarization in the plane of the detector's fast axis, from 0 to 1: ½ for unpolarized light.
    pub polarization: f64,
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [fast_m, slow_m] = self.pixel_size_m;
        let [beam_fast, beam_slow] = self.beam_pixels;
        writeln!(f, "# Detector: {}", of_one_line(&self.detector))?;
        writeln!(f, "# {}", of_one_line(&self.timestamp))?;
        writeln!(f, "# Pixel_size {fast_m:e} m x {slow_m:e} m")?;
        // A sensor without thickness has no parallax to correct for, and programs do not take one.
        if self.sensor_thickness_m > 0.0 {
            writeln!(f, "# Silicon sensor, thickness {:.6} m", self.sensor_thickness_m)?;
        }
        writeln!(f, "# Exposure_time {:.7} s", self.exposure_time_s)?;
        writeln!(f, "# Exposure_period {:.7} s", self.exposure_period_s)?;
        writeln!(f, "# Count_cutoff {} counts", self.count_cutoff)?;
        writeln!(f, "# Wavelength {:.8} A", self.wavelength_angstrom)?;
        writeln!(f, "# Detector_distance {:.11} m", self.distance_m)?;
        writeln!(f, "# Beam_xy ({beam_fast:.8}, {beam_slow:.8}) pixels")?;
        writeln!(f, "# Start_angle {:.6} deg.", self.start_angle_deg)?;
        writeln!(f, "# Angle_increment {:.6} deg.", self.angle_increment_deg)?;
        writeln!(f, "# Detector_2theta {:.6} deg.", self.two_theta_deg)?;
        writeln!(f, "# Polarization {:.6}", self.polarization)
    }
}

fn of_one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect()
}
