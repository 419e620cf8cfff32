//! Checks and chores run by people and CI.

fn main() {}
