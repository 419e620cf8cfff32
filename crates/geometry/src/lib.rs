//! Crystal, detector and beam geometry of a diffraction experiment
