//! Are two diffraction images the same, and if not, where and why
