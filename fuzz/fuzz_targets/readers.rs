#![no_main]

// Each target drives one function of these.
#[allow(dead_code)]
#[path = "../drive.rs"]
mod drive;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drive::readers(bytes));
