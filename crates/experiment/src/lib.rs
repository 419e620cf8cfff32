//! What a user describes, and how it resolves into a simulation
