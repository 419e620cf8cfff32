#![no_main]

nanobragg_fuzz::target!("png");
