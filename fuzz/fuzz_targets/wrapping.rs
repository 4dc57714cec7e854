#![no_main]

#[path = "../../tests/oracle/mod.rs"]
mod oracle;
#[path = "../../tests/promises/mod.rs"]
mod promises;
#[path = "../../tests/situations/mod.rs"]
mod situations;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| promises::wrapping(bytes));
