#![no_main]

nanobragg_fuzz::target!("mmcif_coordinates");
