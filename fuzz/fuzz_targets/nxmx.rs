#![no_main]

nanobragg_fuzz::target!("nxmx");
