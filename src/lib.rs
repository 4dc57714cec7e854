//! `shinrai` (信頼, "trust"): a rule-based advisor for people who lost trust at work.
//!
//! Data flows one way: arguments → [`rulebook`] → [`answers`] → [`diagnosis`] → [`report`]. The modules below stand in the
//! order in which they can be read: each knows only those above it. Everything but [`cli`] is pure: no files, no terminal,
//! no clock, no environment.

pub mod words;

pub mod rulebook;

pub mod builtin;

pub mod answers;

pub mod diagnosis;

pub mod interview;

pub mod cases;

pub mod proof;

pub mod report;

pub mod cli;
