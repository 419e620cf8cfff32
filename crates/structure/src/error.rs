//! Why structure factors could not be computed.

use std::path::PathBuf;

use hkl_io::Miller;

use crate::Element;

/// Why a structure could not be read or its structure factors not be computed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be opened or read.
    #[error("{}: cannot be read: {reason}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// The error of the operating system.
        reason: std::io::Error,
    },
    /// A line of a PDB file is not what it must be.
    #[error("{file}:{line}: expected {expected}, found {found}")]
    Parse {
        /// The name of the file.
        file: String,
        /// Counted from 1.
        line: usize,
        /// What is valid there.
        expected: String,
        /// The text in question, in quotes, or what is there instead of text.
        found: String,
    },
    /// A file lacks what is needed of it, or is of another kind.
    #[error("{file}: expected {expected}, found {found}")]
    Content {
        /// The name of the file.
        file: String,
        /// What is needed.
        expected: String,
        /// What is there instead.
        found: String,
    },
    /// Coordinates without a unit cell, which the options do not give either.
    #[error("{file}: expected a unit cell, in the file or given, found none")]
    NoCell {
        /// The name of the file.
        file: String,
    },
    /// Coordinates without a space group, which the options do not give either.
    #[error("{file}: expected a space group, in the file or given, found none")]
    NoSpaceGroup {
        /// The name of the file.
        file: String,
    },
    /// Part of an mmCIF file is not what it must be, or a file of neither format.
    #[error(transparent)]
    Cif(hkl_io::Error),
    /// f′ and f″ are tabulated from lithium to uranium and from 1 to 80 keV, and are 0 of hydrogen and helium.
    #[error(
        "expected f' and f\" of an element up to U at 1000 to 80000 eV, found {element} at {energy_ev} eV"
    )]
    NoDispersion {
        /// The element.
        element: Element,
        /// The energy of the photons in eV.
        energy_ev: f64,
    },
    /// An atom is not one that can be computed with.
    #[error("atom {atom}: expected {expected}, found {found}")]
    Atom {
        /// The atom.
        atom: String,
        /// What is valid.
        expected: &'static str,
        /// What it has.
        found: String,
    },
    /// A cell has not the symmetry of its space group.
    #[error(
        "expected a cell with the symmetry of {space_group}, found edges {} {} {} Å and angles {:.3} {:.3} {:.3} degrees",
        edges_angstrom[0], edges_angstrom[1], edges_angstrom[2], angles_deg[0], angles_deg[1], angles_deg[2]
    )]
    Symmetry {
        /// The symbol.
        space_group: String,
        /// The edges a, b, c in Å.
        edges_angstrom: [f64; 3],
        /// The angles α, β, γ in degrees.
        angles_deg: [f64; 3],
    },
    /// The lattice planes of a cell are nearer to each other than atoms are.
    #[error(
        "expected lattice planes at least {least_angstrom} Å apart, found {found_angstrom} Å for cell edges of {} {} {} Å",
        edges_angstrom[0], edges_angstrom[1], edges_angstrom[2]
    )]
    Thin {
        /// The edges a, b, c in Å.
        edges_angstrom: [f64; 3],
        /// The smallest of 1/a*, 1/b* and 1/c* in Å.
        found_angstrom: f64,
        /// What it is at least, in Å.
        least_angstrom: f64,
    },
    /// A limit of resolution is not positive and finite.
    #[error("expected a resolution d of more than 0 Å, found {d_min_angstrom}")]
    Resolution {
        /// The limit in Å.
        d_min_angstrom: f64,
    },
    /// A parameter of the bulk solvent is not possible.
    #[error("expected {expected}, found {found}")]
    Solvent {
        /// What is valid.
        expected: &'static str,
        /// What was given.
        found: f64,
    },
    /// The computation needs more memory than is allowed.
    #[error(
        "expected a computation within {max_bytes} bytes, found {needed_bytes} bytes for cell edges of {} {} {} Å to {d_min_angstrom} Å",
        edges_angstrom[0], edges_angstrom[1], edges_angstrom[2]
    )]
    TooLarge {
        /// The edges a, b, c in Å.
        edges_angstrom: [f64; 3],
        /// The limit of resolution in Å.
        d_min_angstrom: f64,
        /// What it needs, or the least that it needs.
        needed_bytes: u128,
        /// The most that is allowed.
        max_bytes: usize,
    },
    /// The computation needs less memory than is allowed, but more than is available.
    #[error("expected {needed_bytes} bytes of memory for structure factors, found less")]
    OutOfMemory {
        /// What could not be had.
        needed_bytes: usize,
    },
    /// A structure factor came out as NaN or infinite.
    #[error("expected a finite structure factor of {miller}, found {modulus}")]
    NotFinite {
        /// The node.
        miller: Miller,
        /// Its modulus.
        modulus: f64,
    },
}
