//! `rulebook schema`: JSON Schema of what goes in and comes out.

use std::process::ExitCode;

use crate::cli::args::{Described, SchemaOf};
use crate::cli::world::{self, World};
use crate::cli::{rulebooks, save};
use crate::report::{brief, json, schema};

/// Prints a schema.
pub fn run(flags: &SchemaOf, world: &World) -> anyhow::Result<ExitCode> {
    let described = match flags.what {
        Described::Diagnosis => json::schema().to_value(),
        Described::Line => brief::schema().to_value(),
        Described::Answers => json::answers_schema(&rulebooks::open(world)?, world.language),
        Described::Rulebook => schema::rulebook(),
    };
    let text = format!("{described:#}\n");
    match flags.output.as_deref().filter(|path| path.as_os_str() != "-") {
        Some(path) => save::write_for_all(path, &text)?,
        None => world::print(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}
