//! The detector's sensor: thickness, layers, absorption.

use nanobragg_geometry::Sensor;
use nanobragg_geometry::sweep::Sweep;

use super::Resolver;
use crate::error::Error;
use crate::flag::Flag;

impl Resolver<'_> {
    pub(super) fn sensor(&mut self) -> Result<Sensor, Error> {
        let mut thickness_um = self.number(Flag::DetectorThick, "sensor thickness", 0.0);
        if thickness_um < 0.0 {
            let found = thickness_um.to_string();
            return Err(Error::wrong(Flag::DetectorThick, &found, "a thickness that is not negative"));
        }
        let depth_um = self.said.number(Flag::DetectorAbs);
        let transparent = self.said.word(Flag::DetectorAbs).is_some() || depth_um == Some(0.0);
        let last = self.said.last_of(&[Flag::DetectorAbs, Flag::DetectorThick]);
        if transparent && thickness_um > 0.0 && last == Some(Flag::DetectorAbs) {
            self.quirks.insert(24);
            if !self.compat() {
                return Err(Error::Contradiction(format!(
                    "-detector_abs inf after -detector_thick {thickness_um}: a sensor that absorbs nothing captures no \
                     photon; expected an attenuation depth in µm, or no -detector_thick"
                )));
            }
            // There, the infinite depth takes back a thickness that was said before it.
            thickness_um = 0.0;
        }
        let layers =
            Sweep::of_sensor(thickness_um * 1e-6, self.said.count(Flag::DetectorThicksteps), self.compat());
        if self.said.count(Flag::DetectorThicksteps).is_some_and(|count| count > 0) && thickness_um > 0.0 {
            self.quirks.insert(10);
        }
        if layers.count > 1 {
            self.quirks.insert(6);
        }
        let attenuation_per_m = match depth_um {
            _ if transparent => {
                if thickness_um > 0.0 {
                    self.warn(
                        "a sensor with an infinite attenuation depth captures nothing: every pixel is 0",
                    );
                }
                0.0
            }
            Some(depth_um) if depth_um > 0.0 => 1.0 / (depth_um * 1e-6),
            Some(depth_um) => {
                return Err(Error::wrong(
                    Flag::DetectorAbs,
                    &depth_um.to_string(),
                    "a depth that is not negative",
                ));
            }
            None if thickness_um > 0.0 => {
                self.warn(format!(
                    "no -detector_abs: the attenuation depth is the thickness, {thickness_um} µm"
                ));
                1.0 / (thickness_um * 1e-6)
            }
            None => 0.0,
        };
        if thickness_um == 0.0 && self.said.has(Flag::DetectorThicksteps) {
            self.warn("-detector_thicksteps has no effect without -detector_thick");
        }
        if thickness_um == 0.0 && self.said.has(Flag::DetectorAbs) {
            self.warn("-detector_abs has no effect without -detector_thick");
        }
        self.setting("sensor layers", layers.count, "", self.from(Flag::DetectorThicksteps));
        let depth = if attenuation_per_m > 0.0 { 1e6 / attenuation_per_m } else { f64::INFINITY };
        self.setting("attenuation depth", depth, "µm", self.from(Flag::DetectorAbs));
        Ok(Sensor { layers: layers.count, layer_thickness_m: layers.step, attenuation_per_m })
    }
}
