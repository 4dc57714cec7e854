//! Reports in a folder, one file for each person.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::bail;
use serde_json::json;

use crate::cli::args::Format;
use crate::cli::batch::work::{Report, Wanted};
use crate::cli::failure::{Failure, Kind};
use crate::cli::{save, world};
use crate::report::brief::write_label;
use crate::words;
use crate::words::{is_unprintable, visible};

/// The folder that reports are kept in.
#[derive(Debug)]
pub struct Reports {
    folder: PathBuf,
    ending: &'static str,
    /// The names that are taken, in small letters: some systems know no others.
    taken: HashSet<String>,
}

/// The longest name, in bytes, without the ending: file systems take 255.
const LONGEST: usize = 100;

impl Reports {
    /// Makes the folder. What stands there already is nobody's to lose, so it must be new or empty.
    pub fn new(folder: &Path, wanted: Wanted) -> anyhow::Result<Self> {
        let name = world::path_name(folder);
        if folder.exists() && !folder.is_dir() {
            bail!(Failure::new(
                Kind::Io,
                words!(ja: "`{name}` はフォルダーではありません", en: "`{name}` is no folder")
            ));
        }
        for_the_owner_alone().create(folder).map_err(|error| {
            Failure::io(words!(ja: "フォルダー `{name}` を作れません", en: "cannot make the folder `{name}`"), &error)
        })?;
        let cannot = |error: std::io::Error| {
            Failure::io(words!(ja: "フォルダー `{name}` を読めません", en: "cannot read the folder `{name}`"), &error)
        };
        if fs::read_dir(folder).map_err(cannot)?.next().is_some() {
            bail!(
                Failure::new(
                    Kind::Io,
                    words!(ja: "フォルダー `{name}` は空ではありません", en: "the folder `{name}` is not empty"),
                )
                .help(words!(
                    ja: "上書きしないように、新しいフォルダーの名前を指定してください",
                    en: "name a new one, so that nothing is overwritten",
                ))
            );
        }
        let Wanted::Report(format) = wanted else { bail!("reports have a format") };
        let ending = match format {
            Format::Text => "txt",
            Format::Markdown => "md",
            Format::Html => "html",
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Ics => "ics",
        };
        Ok(Self { folder: folder.to_owned(), ending, taken: HashSet::new() })
    }

    /// Writes reports, and returns the output with a line for each in its place.
    pub fn keep(&mut self, output: &[u8], reports: Vec<(usize, Report)>) -> anyhow::Result<Vec<u8>> {
        let mut whole = Vec::new();
        let mut written = 0;
        for (place, report) in reports {
            whole.extend_from_slice(&output[written..place]);
            written = place;
            let path = (!report.text.is_empty()).then(|| self.path(&report));
            if let Some(path) = &path {
                save::write(path, &report.text)?;
            }
            whole.push(b'{');
            write_label(&mut whole, report.label.as_ref(), report.line);
            let path = path.map(|path| visible(&path.to_string_lossy()));
            let (path, stopped_by) = (json!(path), json!(report.stopped_by));
            whole.extend_from_slice(format!(",\"report\":{path},\"stopped_by\":{stopped_by}}}\n").as_bytes());
        }
        whole.extend_from_slice(&output[written..]);
        Ok(whole)
    }

    /// A name that nobody else has, without what means something to a file system: whatever a label holds, it stays in the
    /// folder.
    fn path(&mut self, report: &Report) -> PathBuf {
        let label = report.label.as_ref().map_or_else(String::new, ToString::to_string);
        let mut name = safe(&label);
        let line = report.line;
        if name.is_empty() {
            name = format!("line-{line}");
        }
        while !self.taken.insert(name.to_lowercase()) {
            name = format!("{name}-line-{line}");
        }
        self.folder.join(format!("{name}.{}", self.ending))
    }
}

/// A text as part of a file name.
fn safe(text: &str) -> String {
    let mut name = String::new();
    for character in text.chars() {
        let means_something = character.is_whitespace()
            || is_unprintable(character)
            || matches!(character, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\'' | '`' | '$')
            || matches!(character, '.' | '-' | '~') && name.is_empty();
        name.push(if means_something { '_' } else { character });
        if name.len() > LONGEST {
            name.pop();
            break;
        }
    }
    let name = name.trim_end_matches('.');
    let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let is_device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (stem.len() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")));
    if is_device { format!("_{name}") } else { name.to_owned() }
}

/// How folders are made whose names of files tell of people.
fn for_the_owner_alone() -> fs::DirBuilder {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_folder_and_can_be_a_file() {
        for (label, name) in [
            ("tanaka", "tanaka"),
            ("田中 太郎", "田中_太郎"),
            ("../../etc/passwd", "_._.._etc_passwd"),
            ("..", "_"),
            (".bashrc", "_bashrc"),
            ("a.b.", "a.b"),
            ("C:\\x", "C__x"),
            ("e\u{301}", "e\u{301}"),
            ("-rf", "_rf"),
            ("nul", "_nul"),
            ("com1.txt", "_com1.txt"),
            ("a\0\u{1b}\u{202e}b", "a___b"),
            ("", ""),
        ] {
            assert_eq!(safe(label), name, "{label:?}");
        }
        assert!(safe(&"長".repeat(1000)).len() <= LONGEST);
    }
}
