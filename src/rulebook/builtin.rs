//! The built-in rulebook: the files of `rules/`, embedded.

use crate::rulebook::source::File;

/// The name by which layers extend it.
pub const NAME: &str = "built-in";

const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// Its files, in the order of their names.
pub fn files() -> Vec<File> {
    let file = |&(name, text): &(&str, &str)| File { name: format!("{NAME}/{name}"), bytes: text.as_bytes().to_vec() };
    FILES.iter().map(file).collect()
}
