//! The header of a new SMV file.

use percent_g::percent_g;

/// Headers are padded with spaces to a multiple of this.
const BLOCK_BYTES: usize = 512;

/// The numbers of a header, in file order; all are given by the caller, none is computed here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeaderFields {
    /// `SIZE1`: pixels along the fast axis.
    pub size1: usize,
    /// `SIZE2`: pixels along the slow axis.
    pub size2: usize,
    /// `PIXEL_SIZE`: edge of a pixel, mm.
    pub pixel_size_mm: f64,
    /// `DISTANCE`: from the sample to the detector along the beam, mm.
    pub distance_mm: f64,
    /// `WAVELENGTH`, Å.
    pub wavelength_angstrom: f64,
    /// `BEAM_CENTER_X`: direct beam in the axes of the convention in use, mm.
    pub beam_center_x_mm: f64,
    /// `BEAM_CENTER_Y`, mm.
    pub beam_center_y_mm: f64,
    /// `ADXV_CENTER_X`: direct beam in ADXV's convention, mm.
    pub adxv_center_x_mm: f64,
    /// `ADXV_CENTER_Y`, mm.
    pub adxv_center_y_mm: f64,
    /// `MOSFLM_CENTER_X`: direct beam as MOSFLM has it, mm.
    pub mosflm_center_x_mm: f64,
    /// `MOSFLM_CENTER_Y`, mm.
    pub mosflm_center_y_mm: f64,
    /// `DENZO_X_BEAM`: direct beam as DENZO has it, mm.
    pub denzo_x_beam_mm: f64,
    /// `DENZO_Y_BEAM`, mm.
    pub denzo_y_beam_mm: f64,
    /// `DIALS_ORIGIN`: corner of the first pixel in the frame of DIALS, mm.
    pub dials_origin_mm: [f64; 3],
    /// `XDS_ORGX`: the point of the detector nearest to the sample, in pixels along the fast axis.
    pub xds_orgx_px: f64,
    /// `XDS_ORGY`: the same along the slow axis.
    pub xds_orgy_px: f64,
    /// `CLOSE_DISTANCE`: from the sample to the nearest point of the detector's plane, mm.
    pub close_distance_mm: f64,
    /// `PHI`: spindle angle, degrees.
    pub phi_deg: f64,
    /// `OSC_START`: spindle angle at the start, degrees.
    pub osc_start_deg: f64,
    /// `OSC_RANGE`: how far the spindle turns, degrees.
    pub osc_range_deg: f64,
    /// `TWOTHETA`: swing of the detector, degrees.
    pub twotheta_deg: f64,
    /// What the header of a detector has beyond that of the C program nanoBragg.
    pub detector: Option<DetectorFields>,
}

/// What makes a header that of a detector, as those of ADSC have it: programs then take `BEAM_CENTER_X` for the beam along
/// the slow axis and `BEAM_CENTER_Y` for that along the fast one, from the corner of the first pixel. Numbers have twelve
/// digits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DetectorFields {
    /// `TIME`: exposure time, seconds.
    pub exposure_s: f64,
    /// `IMAGE_PEDESTAL`: counts without photons.
    pub pedestal: f64,
}

/// Digits of a number, as the C program has them.
const DIGITS: usize = 6;
/// Digits that say where a detector is to a millionth of a pixel.
const DETECTOR_DIGITS: usize = 12;

impl HeaderFields {
    /// The header as it stands in a file: text, `}`, a form feed, and spaces up to `HEADER_BYTES`.
    ///
    /// That is 512 bytes unless the numbers are so long that they need another 512.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut length = BLOCK_BYTES;
        loop {
            let mut bytes = self.text(length).into_bytes();
            if bytes.len() <= length {
                bytes.resize(length, b' ');
                return bytes;
            }
            length += BLOCK_BYTES;
        }
    }

    fn text(&self, header_bytes: usize) -> String {
        let digits = if self.detector.is_some() { DETECTOR_DIGITS } else { DIGITS };
        let g = |number| percent_g(number, digits);
        // A beam along the detector has no centre and no distance on it: there is no such line.
        let line = |(key, number): (&str, f64)| {
            if number.is_finite() { format!("{key}={};\n", g(number)) } else { String::new() }
        };
        let numbers = [
            ("PIXEL_SIZE", self.pixel_size_mm),
            ("DISTANCE", self.distance_mm),
            ("WAVELENGTH", self.wavelength_angstrom),
            ("BEAM_CENTER_X", self.beam_center_x_mm),
            ("BEAM_CENTER_Y", self.beam_center_y_mm),
            ("ADXV_CENTER_X", self.adxv_center_x_mm),
            ("ADXV_CENTER_Y", self.adxv_center_y_mm),
            ("MOSFLM_CENTER_X", self.mosflm_center_x_mm),
            ("MOSFLM_CENTER_Y", self.mosflm_center_y_mm),
            ("DENZO_X_BEAM", self.denzo_x_beam_mm),
            ("DENZO_Y_BEAM", self.denzo_y_beam_mm),
        ]
        .map(line)
        .concat();
        let [x, y, z] = self.dials_origin_mm.map(g);
        let more_numbers = [
            ("XDS_ORGX", self.xds_orgx_px),
            ("XDS_ORGY", self.xds_orgy_px),
            ("CLOSE_DISTANCE", self.close_distance_mm),
            ("PHI", self.phi_deg),
            ("OSC_START", self.osc_start_deg),
            ("OSC_RANGE", self.osc_range_deg),
            ("TWOTHETA", self.twotheta_deg),
        ]
        .map(line)
        .concat();
        let made_by = match self.detector {
            None => "BEAMLINE=fake;\n".to_owned(),
            Some(detector) => format!(
                "TIME={};\nIMAGE_PEDESTAL={};\nBEAMLINE=nanobragg;\n",
                g(detector.exposure_s),
                g(detector.pedestal)
            ),
        };
        let (size1, size2) = (self.size1, self.size2);
        // The C program writes the origin without the semicolon; files are compared byte for byte.
        format!(
            "{{\nHEADER_BYTES={header_bytes};\nDIM=2;\nBYTE_ORDER=little_endian;\nTYPE=unsigned_short;\n\
             SIZE1={size1};\nSIZE2={size2};\n{numbers}DIALS_ORIGIN={x},{y},{z}\n{more_numbers}\
             DETECTOR_SN=000;\n{made_by}}}\x0c"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::HeaderFields;

    #[test]
    fn a_number_that_is_none_has_no_line() {
        let fields =
            HeaderFields { distance_mm: f64::INFINITY, phi_deg: f64::NAN, ..HeaderFields::default() };
        let header = String::from_utf8(fields.to_bytes()).unwrap();
        assert!(!header.contains("\nDISTANCE") && !header.contains("\nPHI"), "{header}");
        assert!(header.contains("\nCLOSE_DISTANCE=0;\n"), "{header}");
    }

    #[test]
    fn a_header_too_long_for_one_block_takes_two_and_says_so() {
        let short = HeaderFields::default().to_bytes();
        assert_eq!(short.len(), 512);
        assert!(short.starts_with(b"{\nHEADER_BYTES=512;\n"));

        let long = -1.234_567_89e-100;
        let fields = HeaderFields {
            pixel_size_mm: long,
            distance_mm: long,
            wavelength_angstrom: long,
            beam_center_x_mm: long,
            beam_center_y_mm: long,
            adxv_center_x_mm: long,
            adxv_center_y_mm: long,
            mosflm_center_x_mm: long,
            mosflm_center_y_mm: long,
            denzo_x_beam_mm: long,
            denzo_y_beam_mm: long,
            dials_origin_mm: [long; 3],
            ..HeaderFields::default()
        };
        let bytes = fields.to_bytes();
        assert_eq!(bytes.len(), 1024);
        assert!(bytes.starts_with(b"{\nHEADER_BYTES=1024;\n"));
    }
}
