#![no_main]

nanobragg_fuzz::target!("flags");
