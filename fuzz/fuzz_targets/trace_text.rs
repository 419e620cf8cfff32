#![no_main]

nanobragg_fuzz::target!("trace_text");
