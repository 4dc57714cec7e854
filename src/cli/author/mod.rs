//! `shinrai rulebook …`: for authors.

pub mod add;
pub mod check;
pub mod desk;
pub mod diff;
pub mod edit;
pub mod form;
pub mod new;
pub mod schema;
pub mod show;
pub mod test;

use std::path::PathBuf;

use crate::cli::world::World;

/// The rulebooks that are named, or the one in use.
fn named(paths: &[PathBuf], world: &World) -> Vec<Option<PathBuf>> {
    if paths.is_empty() { vec![world.rulebook.clone()] } else { paths.iter().cloned().map(Some).collect() }
}
