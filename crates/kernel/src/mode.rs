//! Which result is computed where the C program is wrong.

/// Which result is computed where the C program differs from the physics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// As the formulas are.
    #[default]
    Physics,
    /// What the C program nanoBragg prints, defects included.
    Compat,
}
