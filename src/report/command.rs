//! Command lines that a person can paste into a POSIX shell.

use std::fmt;

use crate::rulebook::finding::Replay;
use crate::words::is_unprintable;

/// A rulebook as a command names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulebookAt {
    /// Where it is.
    pub path: String,
    /// The folder in which it may read, if that is not its own.
    pub root: Option<String>,
}

/// A command line of this program.
#[derive(Clone, Debug)]
pub struct CommandLine {
    words: Vec<String>,
}

impl CommandLine {
    /// A subcommand without flags.
    pub fn new(subcommand: &str) -> Self {
        Self { words: vec!["shinrai".to_owned(), subcommand.to_owned()] }
    }

    /// Adds a word as it is.
    pub fn word(&mut self, word: &str) {
        self.words.push(word.to_owned());
    }

    /// Adds a flag with its value.
    pub fn flag(&mut self, name: &str, value: &str) {
        self.words.extend([name.to_owned(), quoted(value)]);
    }

    /// Adds the flags that name a rulebook.
    pub fn rulebook(&mut self, rulebook: &RulebookAt) {
        self.flag("--rulebook", &rulebook.path);
        if let Some(root) = &rulebook.root {
            self.flag("--root", root);
        }
    }

    /// The diagnosis of an example, with its rulebook unless that is the usual one.
    pub fn replaying(example: &Replay, rulebook: Option<&RulebookAt>) -> Self {
        let mut command = Self::new("diagnose");
        command.word("--partial");
        if let Some(rulebook) = rulebook {
            command.rulebook(rulebook);
        }
        example.answers.iter().for_each(|answer| command.flag("-a", answer));
        if let Some(today) = example.today {
            command.flag("--today", &today.to_string());
        }
        command
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words.join(" "))
    }
}

/// A word as a POSIX shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "=,._-/:".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace(is_unprintable, "?").replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_needs_it() {
        for (word, expected) in [
            ("harm=serious", "harm=serious"),
            ("harm=?", "'harm=?'"),
            ("my rules/a.toml", "'my rules/a.toml'"),
            ("it's", "'it'\\''s'"),
            ("", "''"),
            ("規則", "'規則'"),
        ] {
            assert_eq!(quoted(word), expected, "{word}");
        }
    }
}
