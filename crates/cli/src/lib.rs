//! Simulates the diffraction of small crystals: photons per pixel on an absolute scale
