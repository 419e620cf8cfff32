//! Which of two answers is given where the C program is wrong.

/// Which answer is given where the C program differs from the physics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// What the formulas say.
    #[default]
    Physics,
    /// What the C program nanoBragg prints, defects included.
    Compat,
}
