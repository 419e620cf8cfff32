//! The wavelength of a geometry file.

use super::statement::{Quantity, Statement};
use crate::{EV_ANGSTROM, Error};

/// Where the photon energy comes from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Energy {
    /// It is stated, eV.
    Ev(f64),
    /// The wavelength is stated, Å.
    WavelengthAngstrom(f64),
    /// A data file has it.
    Location(String),
}

impl Energy {
    /// From one of `photon_energy`, `wavelength` and `electron_voltage`.
    pub(super) fn of(statement: &Statement<'_>) -> Result<Self, Error> {
        match statement.key {
            "photon_energy" => Self::photon_energy(statement),
            "wavelength" => Self::wavelength(statement),
            _ => Err(statement.refuse("photon_energy or wavelength, as electrons are not simulated")),
        }
    }

    fn photon_energy(statement: &Statement<'_>) -> Result<Self, Error> {
        let expected = "a photon energy such as 9500, 9500 eV or 9.5 keV, or its place in a data file";
        match statement.quantity(expected)? {
            (Quantity::Number(ev), None | Some("eV")) if ev > 0.0 => Ok(Self::Ev(ev)),
            (Quantity::Number(kev), Some("keV")) if kev > 0.0 => Ok(Self::Ev(kev * 1e3)),
            (Quantity::Number(mev), Some("MeV")) if mev > 0.0 => Ok(Self::Ev(mev * 1e6)),
            (Quantity::Location(place), None | Some("eV" | "keV" | "MeV")) => Ok(Self::Location(place)),
            _ => Err(statement.refuse(expected)),
        }
    }

    fn wavelength(statement: &Statement<'_>) -> Result<Self, Error> {
        let expected = "a wavelength with its unit such as 1.3 A or 1.3e-10 m, or its place in a data file";
        match statement.quantity(expected)? {
            (Quantity::Number(angstrom), Some("A")) if angstrom > 0.0 => {
                Ok(Self::WavelengthAngstrom(angstrom))
            }
            (Quantity::Number(metres), Some("m")) if metres > 0.0 => {
                Ok(Self::WavelengthAngstrom(metres * 1e10))
            }
            (Quantity::Location(place), Some("A" | "m")) => Ok(Self::Location(place)),
            _ => Err(statement.refuse(expected)),
        }
    }

    /// The photon energy in eV, where it is stated.
    pub(super) fn ev(&self) -> Option<f64> {
        match self {
            Self::Ev(ev) => Some(*ev),
            Self::WavelengthAngstrom(wavelength) => Some(EV_ANGSTROM / wavelength),
            Self::Location(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn an_energy_has_units() {
        for (key, value, expected) in [
            ("photon_energy", "9500", Some(Energy::Ev(9500.0))),
            ("photon_energy", "9.5e3 eV", Some(Energy::Ev(9500.0))),
            ("photon_energy", "9.5 keV", Some(Energy::Ev(9500.0))),
            ("photon_energy", "0.5 MeV", Some(Energy::Ev(5e5))),
            ("photon_energy", "/LCLS/energy keV", Some(Energy::Location("/LCLS/energy".into()))),
            ("photon_energy", "9.5keV", None),
            ("photon_energy", "9500 J", None),
            ("photon_energy", "-1", None),
            ("wavelength", "1.25 A", Some(Energy::WavelengthAngstrom(1.25))),
            ("wavelength", "1.25e-10 m", Some(Energy::WavelengthAngstrom(1.25))),
            ("wavelength", "1.25", None),
            ("electron_voltage", "300 kV", None),
        ] {
            let statement = Statement { path: Path::new("x.geom"), line: 1, owner: None, key, value };
            let found = Energy::of(&statement).ok();
            assert_eq!(found, expected, "{key} = {value}");
        }
    }
}
