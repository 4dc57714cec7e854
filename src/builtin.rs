//! The built-in rulebook: the files of `rules/`, embedded; and what they mean, worked out when the program was built.

use crate::rulebook::Rulebook;
use crate::rulebook::pack::{Packed, Unpacker};
use crate::rulebook::source::File;

/// The name by which layers extend it.
pub const NAME: &str = "built-in";

const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Its files, in the order of their names.
pub fn files() -> Vec<File> {
    let file = |&(name, text): &(&str, &str)| File { name: format!("{NAME}/{name}"), bytes: text.as_bytes().to_vec() };
    FILES.iter().map(file).collect()
}

/// What it means.
pub fn rulebook() -> Rulebook {
    Rulebook::unpack(&mut Unpacker::new(
        include_bytes!(concat!(env!("OUT_DIR"), "/rulebook.bin")),
        include_str!(concat!(env!("OUT_DIR"), "/rulebook.txt")),
    ))
}
