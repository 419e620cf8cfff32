//! Diffraction image files: SMV, raw float, PGM, NumPy, PNG
