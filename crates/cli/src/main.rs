//! The `nanobragg` program.

fn main() {}
