//! The detector's sensor: thickness, layers, absorption.

use nanobragg_experiment::Sensor;

use super::Lowering;
use crate::error::Error;
use crate::flag::Flag;

impl Lowering<'_> {
    /// The sensor that the flags make of the one before.
    pub(super) fn sensor(&mut self, before: Sensor, key: &str) -> Result<Sensor, Error> {
        let mut sensor = before;
        let thickness_key = format!("{key}.thickness_um");
        let mut thickness_um = self.number(Flag::DetectorThick, &thickness_key, before.thickness_um);
        if thickness_um < 0.0 {
            let found = thickness_um.to_string();
            return Err(Error::wrong(Flag::DetectorThick, &found, "a thickness that is not negative"));
        }
        let depth_um = self.arguments.number(Flag::DetectorAbs);
        let transparent = self.arguments.word(Flag::DetectorAbs).is_some() || depth_um == Some(0.0);
        let last = self.arguments.last_of(&[Flag::DetectorAbs, Flag::DetectorThick]);
        if transparent && thickness_um > 0.0 && last == Some(Flag::DetectorAbs) {
            self.quirks.insert(24);
            if !self.compat() {
                return Err(Error::Contradiction(format!(
                    "-detector_abs inf after -detector_thick {thickness_um}: a sensor that absorbs nothing captures no \
                     photon; expected an attenuation depth in µm, or no -detector_thick"
                )));
            }
            // There, the infinite depth takes back a thickness that was given before it.
            thickness_um = 0.0;
        }
        if let Some(count) = self.arguments.count(Flag::DetectorThicksteps).filter(|&count| count > 0) {
            sensor.layers = Some(count);
            self.set(&format!("{key}.layers"), Flag::DetectorThicksteps);
        }
        match depth_um {
            _ if transparent => {
                if thickness_um > 0.0 {
                    self.warn(
                        "a sensor with an infinite attenuation depth captures nothing: every pixel is 0",
                    );
                }
                sensor.attenuation_depth_um = Some(f64::INFINITY);
            }
            Some(depth_um) if depth_um > 0.0 => sensor.attenuation_depth_um = Some(depth_um),
            Some(depth_um) => {
                return Err(Error::wrong(
                    Flag::DetectorAbs,
                    &depth_um.to_string(),
                    "a depth that is not negative",
                ));
            }
            None => {}
        }
        if self.arguments.has(Flag::DetectorAbs) {
            self.set(&format!("{key}.attenuation_depth_um"), Flag::DetectorAbs);
        }
        if thickness_um == 0.0 && self.arguments.has(Flag::DetectorThicksteps) {
            self.warn("-detector_thicksteps has no effect without -detector_thick");
        }
        if thickness_um == 0.0 && self.arguments.has(Flag::DetectorAbs) {
            self.warn("-detector_abs has no effect without -detector_thick");
        }
        sensor.thickness_um = thickness_um;
        Ok(sensor)
    }
}
