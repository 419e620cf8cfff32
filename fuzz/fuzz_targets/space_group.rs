#![no_main]

nanobragg_fuzz::target!("space_group");
