//! Lists the files of the built-in rulebook, so that adding one needs no line of Rust.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    let rules = Path::new(&env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("rules");
    let mut names: Vec<String> = fs::read_dir(&rules)
        .expect("the folder `rules` can be read")
        .map(|entry| entry.expect("its entries can be read").file_name().into_string().expect("their names are UTF-8"))
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort_unstable();
    let mut list = String::from("&[\n");
    for name in names {
        let path = rules.join(&name);
        writeln!(list, "    ({name:?}, include_str!({:?})),", path.display().to_string())
            .expect("a string takes everything");
    }
    list.push_str("]\n");
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo sets it")).join("builtin.rs");
    fs::write(target, list).expect("the list can be written");
}
