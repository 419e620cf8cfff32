//! What one pixel of a simulation went through: written, read back, compared
