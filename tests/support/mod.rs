//! Runs the program as a user would, in an environment of its own.
#![allow(dead_code, clippy::unwrap_used, reason = "each test uses its own part; a test that cannot go on has failed")]

use std::fmt;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The day on which tests run.
pub const TODAY: &str = "2026-11-22";

/// A run of the program that is being prepared.
pub struct Run {
    command: Command,
    input: Option<Vec<u8>>,
    stdout: Stdio,
}

/// What came of it.
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    pub code: Option<i32>,
}

/// Prepares a run with arguments that are separated by spaces.
pub fn shinrai(arguments: &str) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shinrai"));
    command.env_clear().env("LANG", "en_US.UTF-8").env("HOME", "/nonexistent").current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(arguments.split_whitespace());
    Run { command, input: None, stdout: Stdio::piped() }
}

impl Run {
    /// One more argument, as it is.
    pub fn arg(mut self, argument: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// More arguments, separated by spaces.
    pub fn args(mut self, arguments: &str) -> Self {
        self.command.args(arguments.split_whitespace());
        self
    }

    /// A variable of the environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// In which folder it runs.
    pub fn folder(mut self, folder: &std::path::Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// What comes from stdin; nothing otherwise.
    pub fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = Some(input.into());
        self
    }

    /// Where stdout goes, in place of the test.
    pub fn stdout(mut self, stdout: Stdio) -> Self {
        self.stdout = stdout;
        self
    }

    /// Runs it.
    pub fn run(mut self) -> Output {
        let stdin = if self.input.is_some() { Stdio::piped() } else { Stdio::null() };
        self.command.stdin(stdin).stdout(self.stdout).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        let stdin = child.stdin.take();
        let feeder = std::thread::spawn(move || {
            if let (Some(mut stdin), Some(input)) = (stdin, self.input) {
                let _ = stdin.write_all(&input); // it may not want all of it
            }
        });
        let output = child.wait_with_output().unwrap();
        feeder.join().unwrap();
        Output {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code(),
        }
    }

    /// Runs it, and takes stdout when it succeeds without a word on stderr.
    pub fn text(self) -> String {
        let output = self.run();
        assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{}", output.stdout);
        output.stdout
    }

    /// Runs it, and reads stdout as JSON.
    pub fn json(self) -> serde_json::Value {
        let output = self.run();
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{output}"))
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                writeln!(f, "--- {name}\n{}", text.trim_end())?;
            }
        }
        match self.code {
            Some(code) => writeln!(f, "--- exit {code}"),
            None => writeln!(f, "--- killed"),
        }
    }
}

/// A folder for files of one test.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A path below the package.
pub fn here(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}
