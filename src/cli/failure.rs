//! Failures: what went wrong, in the user's language, with the exit code that says what kind it is.

use std::fmt;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::answers::given::{Fault, MOST_FAULTS};
use crate::cli::{usage, world};
use crate::report::wrap;
use crate::words::{Language, Words, visible};
use crate::{say, word, words};

/// What kind of failure, as in `--help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The answer is no.
    No,
    /// The command line.
    Usage,
    /// Bad or missing answers.
    Answers,
    /// The person stopped before the last question.
    EndOfInput,
    /// The rulebook has errors.
    Rulebook,
    /// Cannot read or write.
    Io,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Usage => "usage",
            Self::Answers | Self::EndOfInput => "answers",
            Self::Rulebook => "rulebook",
            Self::Io => "io",
        }
    }

    /// The exit code.
    pub fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::No => 1,
            Self::Usage | Self::Answers | Self::EndOfInput => 2,
            Self::Rulebook => 3,
            Self::Io => 4,
        })
    }
}

/// Something that ends the program.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What kind it is.
    pub kind: Kind,
    /// What went wrong.
    pub message: Words,
    /// The parts of it, each on a line of its own.
    pub details: Vec<Detail>,
    /// What to do.
    pub help: Option<Words>,
}

/// One part of a failure.
#[derive(Clone, Debug)]
pub struct Detail {
    /// For people, unless it was shown already.
    pub words: Option<Words>,
    /// For programs.
    pub data: Value,
    /// For programs as well: fields in the user's language.
    pub texts: Vec<(&'static str, Words)>,
}

impl Detail {
    fn json(&self, language: Language) -> Value {
        let mut data = self.data.clone();
        for (key, words) in &self.texts {
            data[*key] = words.get(language).into();
        }
        data
    }
}

/// The most details that are shown.
const MOST_DETAILS: usize = 50;

impl Failure {
    /// A failure without details.
    pub const fn new(kind: Kind, message: Words) -> Self {
        Self { kind, message, details: Vec::new(), help: None }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: Words) -> Self {
        self.help = Some(help);
        self
    }

    /// A file that cannot be read or written.
    pub fn io(message: Words, error: &std::io::Error) -> Self {
        let Words { ja, en } = message;
        let reason = reason(error);
        let (reason_ja, reason_en) = (reason.ja, reason.en);
        Self::new(Kind::Io, words!(ja: "{ja}: {reason_ja}", en: "{en}: {reason_en}"))
    }

    /// Answers with faults: one is the message itself, several become details.
    pub fn answers(faults: Vec<Fault>) -> Self {
        let detail = |fault: &Fault| {
            let (ja, en) = (&fault.message.ja, &fault.message.en);
            let words = match &fault.help {
                Some(help) => {
                    let (help_ja, help_en) = (&help.ja, &help.en);
                    words!(ja: "{ja}。{help_ja}", en: "{en}; {help_en}")
                }
                None => fault.message.clone(),
            };
            let help = fault.help.iter().map(|help| ("help", help.clone()));
            let texts = std::iter::once(("message", fault.message.clone())).chain(help).collect();
            Detail { words: Some(words), data: json!({ "question": fault.question }), texts }
        };
        let mut details: Vec<Detail> = faults.iter().map(detail).collect();
        match <[Fault; 1]>::try_from(faults) {
            Ok([fault]) => {
                details[0].words = None;
                Self { details, help: fault.help, ..Self::new(Kind::Answers, fault.message) }
            }
            Err(faults) => {
                let number = faults.len();
                let (ja, en) = if number < MOST_FAULTS { ("", "") } else { ("以上", " or more") };
                let message = words!(
                    ja: "答えに{number}か所{ja}の問題があります",
                    en: "there are {number}{en} problems with the answers",
                );
                Self { details, ..Self::new(Kind::Answers, message) }
            }
        }
    }

    /// For people, on stderr.
    pub fn text(&self, language: Language) -> String {
        let width = usage::width();
        let label = match self.kind {
            Kind::EndOfInput => "", // nothing went wrong
            _ => word!(language, ja: "エラー: ", en: "error: "),
        };
        let mut text = wrap::hanging(label, self.message.get(language), width);
        let details = self.details.iter().filter_map(|detail| detail.words.as_ref());
        for words in details.clone().take(MOST_DETAILS) {
            text.push_str("  ");
            text.push_str(words.get(language));
            text.push('\n');
        }
        let more = details.count().saturating_sub(MOST_DETAILS);
        if more > 0 {
            text.push_str(&say!(language, ja: "  ほか{more}件\n", en: "  and {more} more\n"));
        }
        if let Some(help) = &self.help {
            let label = word!(language, ja: "ヒント: ", en: "help: ");
            text.push_str(&wrap::hanging(label, help.get(language), width));
        }
        text
    }

    /// For programs, on stdout.
    pub fn json(&self, language: Language) -> Value {
        let details: Vec<Value> = self.details.iter().map(|detail| detail.json(language)).collect();
        json!({ "error": {
            "kind": self.kind.name(),
            "message": self.message.get(language),
            "help": self.help.as_ref().map(|help| help.get(language)),
            "details": details,
        }})
    }
}

impl Failure {
    /// The failure that an error is.
    pub fn of(error: &anyhow::Error) -> Self {
        let unforeseen = || {
            let text = format!("{error:#}");
            Self::new(Kind::Io, words!(ja: "{text}", en: "{text}"))
        };
        error.downcast_ref::<Self>().cloned().unwrap_or_else(unforeseen)
    }
}

/// Tells the user, and programs that want JSON, what ended the program. Returns the exit code.
pub fn report(error: &anyhow::Error, language: Language, json: bool) -> ExitCode {
    let failure = Failure::of(error);
    world::tell(&failure.text(language));
    if json && let Err(error) = world::print(&format!("{}\n", failure.json(language))) {
        return report(&error, language, false);
    }
    failure.kind.code()
}

/// An error of the system, in words that say what it means.
pub fn reason(error: &std::io::Error) -> Words {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => words!(ja: "見つかりません", en: "there is no such file"),
        ErrorKind::PermissionDenied => words!(ja: "許可がありません", en: "permission denied"),
        ErrorKind::IsADirectory => words!(ja: "フォルダーです", en: "it is a folder"),
        ErrorKind::StorageFull => words!(ja: "空き容量がありません", en: "no space left"),
        ErrorKind::ReadOnlyFilesystem => words!(ja: "書き込みできない場所です", en: "the place is read-only"),
        ErrorKind::NotADirectory => words!(ja: "フォルダーではありません", en: "not a folder"),
        ErrorKind::AlreadyExists => words!(ja: "すでにあります", en: "it exists already"),
        ErrorKind::QuotaExceeded => words!(ja: "使える容量を超えました", en: "the disk quota is used up"),
        ErrorKind::FileTooLarge => words!(ja: "ファイルが大きすぎます", en: "the file would be too large"),
        ErrorKind::InvalidFilename => words!(ja: "名前が長すぎます", en: "the name is too long"),
        ErrorKind::ResourceBusy => words!(ja: "ほかで使われています", en: "it is in use elsewhere"),
        ErrorKind::CrossesDevices => words!(ja: "別のディスクにあります", en: "it is on another disk"),
        ErrorKind::OutOfMemory => words!(ja: "メモリーが足りません", en: "there is not enough memory"),
        ErrorKind::BrokenPipe => words!(ja: "読む側が終わりました", en: "the reader went away"),
        ErrorKind::Unsupported => words!(ja: "ここには書けません", en: "it cannot be written here"),
        ErrorKind::InvalidInput => words!(ja: "使えない名前です", en: "it is no name of a file"),
        _ => by_number(error).unwrap_or_else(|| {
            let text = visible(&error.to_string());
            words!(ja: "{text}", en: "{text}")
        }),
    }
}

/// The errors of POSIX that have a number and no kind.
#[cfg(unix)]
fn by_number(error: &std::io::Error) -> Option<Words> {
    use rustix::io::Errno;
    Some(match Errno::from_io_error(error)? {
        Errno::IO => words!(ja: "装置のエラーです", en: "the device failed"),
        Errno::LOOP => words!(ja: "リンクが輪になっています", en: "the links lead in a circle"),
        Errno::MFILE | Errno::NFILE => words!(ja: "開いているファイルが多すぎます", en: "too many files are open"),
        Errno::NXIO => words!(ja: "開ける相手がいません", en: "there is nothing behind it that could be opened"),
        Errno::NODEV => words!(ja: "装置がありません", en: "there is no such device"),
        Errno::PERM => words!(ja: "許可がありません", en: "permission denied"),
        Errno::NOLCK => words!(ja: "ここではファイルを押さえられません", en: "files cannot be locked here"),
        _ => return None,
    })
}

#[cfg(not(unix))]
fn by_number(_: &std::io::Error) -> Option<Words> {
    None
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message.en)
    }
}

impl std::error::Error for Failure {}
