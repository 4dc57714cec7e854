//! Reports: one diagnosis, many renderings; and findings, for people and for programs.
//!
//! Everything here returns strings or plain data. Nothing is concluded that the diagnosis does not hold.

pub mod booklet;
pub mod brief;
pub mod case;
pub mod codes;
pub mod command;
pub mod csv;
pub mod differences;
pub mod excerpt;
pub mod findings;
pub mod html;
pub mod ics;
pub mod json;
pub mod markdown;
pub mod overview;
pub mod page;
pub mod phrases;
pub mod rules;
pub mod schema;
pub mod summary;
pub mod testing;
pub mod text;
pub mod wrap;
pub mod written;

/// How a text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns of a line.
    pub width: usize,
    /// Whether escape sequences for colour may be used.
    pub colour: bool,
}
