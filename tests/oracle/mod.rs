//! The test oracle: a second, naive reading of the rules of diagnosis, and rulebooks to try it on.
//!
//! Nothing here shares code or ideas with the engine. [`spec`] is a rulebook as plain data, [`random`] makes such
//! rulebooks and answers to them, [`toml_text`] writes them the way an author would, and [`naive`] diagnoses them
//! word by word as the design says it, however slow that is. Where engine and oracle disagree, one of them is wrong.
#![allow(dead_code, unused_imports, reason = "each test uses its own part of the oracle")]

pub mod naive;
pub mod random;
pub mod spec;
pub mod toml_text;

pub use naive::{
    Core, Fraction, Line, Outcome, Shown, Strength, Truth, all_completions, completion_count, core, diagnose,
};
pub use random::{
    Choices, bytes_from_seed, permuted, random_answers, random_choice, random_completion, random_step, random_today,
};
pub use spec::{Answer, Answers, Date, Spec};
pub use toml_text::{answer_flags, answers_json, to_toml};
