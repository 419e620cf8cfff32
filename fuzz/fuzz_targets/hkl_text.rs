#![no_main]

nanobragg_fuzz::target!("hkl_text");
