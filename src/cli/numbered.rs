//! A numbered list: one line in, for screen readers, input methods, simple terminals and scripts that type.

use std::io::{self, BufRead, Read};

use super::ask::{Choice, Choose, Chosen};
use crate::cli::world;
use crate::report::wrap;
use crate::words::Language;
use crate::{say, word};

/// The longest line that is read; an answer is a few characters.
const LONGEST_LINE: u64 = 4096;

/// Chooses by number.
pub struct Numbered {
    language: Language,
    width: usize,
}

impl Numbered {
    /// A list of some width.
    pub const fn new(language: Language, width: usize) -> Self {
        Self { language, width }
    }

    fn show(&self, choice: &Choice<'_>) {
        world::tell("\n");
        for line in choice.heading {
            world::tell(&wrap::hanging("", line, self.width));
        }
        for (position, row) in choice.rows.iter().enumerate() {
            world::tell(&wrap::hanging(&format!("{:>3}) ", position + 1), row, self.width));
        }
        world::tell("> ");
    }
}

impl Choose for Numbered {
    fn choose(&mut self, choice: &Choice<'_>) -> io::Result<Chosen> {
        self.show(choice);
        loop {
            let line = read_line()?;
            if let Some(chosen) = understand(&line, choice) {
                return Ok(chosen);
            }
            let most = choice.rows.len();
            let again = say!(
                self.language,
                ja: "1から{most}の番号を入れてください。",
                en: "Please type a number from 1 to {most}."
            );
            world::tell(&wrap::hanging("", &again, self.width));
            world::tell("> ");
        }
    }

    fn keys(&self, language: Language) -> String {
        word!(
            language,
            ja: "番号を入れて Enter を押します（全角の数字でも構いません）。",
            en: "Type a number and press Enter."
        )
        .to_owned()
    }
}

/// A line of input; what is longer than any answer is thrown away.
fn read_line() -> io::Result<String> {
    let mut stdin = io::stdin().lock();
    let mut bytes = Vec::new();
    let read = stdin.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
    if read == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    if bytes.last() != Some(&b'\n') && read as u64 == LONGEST_LINE {
        stdin.skip_until(b'\n')?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A number (also with full-width digits), the text of a row, or its other name.
fn understand(line: &str, choice: &Choice<'_>) -> Option<Chosen> {
    let line = line.trim();
    let ascii: String = line.chars().map(half_width).collect();
    if let Ok(number) = ascii.parse::<usize>() {
        return (1..=choice.rows.len()).contains(&number).then(|| Chosen::Row(number - 1));
    }
    if ascii.is_empty() {
        return None;
    }
    let named = choice.rows.iter().zip(choice.aliases).position(|(row, alias)| row == line || *alias == ascii);
    named.map(Chosen::Row)
}

fn half_width(character: char) -> char {
    match character {
        '０'..='９' | '！' | '？' | '＜' | '＋' | '－' => {
            char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_names_and_texts_are_understood() {
        let rows = ["はい".to_owned(), "いいえ".to_owned(), "? なぜ".to_owned()];
        let aliases = ["yes".to_owned(), "no".to_owned(), "?".to_owned()];
        let choice = Choice { heading: &[], rows: &rows, aliases: &aliases, start: 0 };
        for (line, chosen) in [
            ("1\n", Some(0)),
            (" ２ \r\n", Some(1)),
            ("no", Some(1)),
            ("いいえ", Some(1)),
            ("？", Some(2)),
            ("0", None),
            ("4", None),
            ("", None),
            ("\u{1b}[A", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(understand(line, &choice), chosen.map(Chosen::Row), "{line:?}");
        }
    }
}
