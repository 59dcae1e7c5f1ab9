#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| contingent_fuzz::fuzz("figure", bytes));
