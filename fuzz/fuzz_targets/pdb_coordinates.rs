#![no_main]

nanobragg_fuzz::target!("pdb_coordinates");
