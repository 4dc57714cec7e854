//! A numbered list: one line in, for screen readers, input methods, simple terminals and scripts that type.

use std::io::{self, BufRead, Read};

use super::choice::{Choice, Choose, Chosen, Position};
use crate::cli::terminal::Terminal;
use crate::cli::world::{self, Columns};
use crate::report::wrap;
use crate::words::{Language, half_width};
use crate::{say, word};

/// The longest line that is read; an answer is a few characters.
const LONGEST_LINE: u64 = 4096;

/// Chooses by number.
pub struct Numbered {
    language: Language,
    columns: Columns,
    terminal: Terminal,
}

impl Numbered {
    /// A list on this terminal.
    pub const fn new(language: Language, columns: Columns, terminal: Terminal) -> Self {
        Self { language, columns, terminal }
    }

    fn shown(&self, choice: &Choice) -> String {
        let width = self.columns.now();
        let mut text = String::from("\n");
        let heading = choice.place.iter().chain([&choice.title]).chain(&choice.hint);
        heading.filter(|line| !line.is_empty()).for_each(|line| text.push_str(&wrap::hanging("", line, width)));
        for position in 0..choice.len() {
            let row = match choice.at(position) {
                Position::Tick(tick) if choice.ticks[tick].ticked => &format!("[x] {}", choice.ticks[tick].row.text),
                Position::Tick(tick) => &choice.ticks[tick].row.text,
                Position::Ready => &choice.ready[0],
                Position::Row(row) => &choice.rows[row].text,
            };
            text.push_str(&wrap::hanging(&format!("{:>3}) ", position + 1), row, width));
        }
        if let Some(answered) = choice.answered {
            text.push_str(&wrap::hanging("", &self.so_far(choice, answered), width));
        }
        if text.lines().count() > world::rows() {
            text.push_str(&wrap::hanging("", &choice.title, width)); // it has left the screen above
        }
        text + &self.prompt(choice)
    }

    /// What was answered before, and how to stay with it.
    fn so_far(&self, choice: &Choice, answered: usize) -> String {
        let ticked: Vec<String> = (0..choice.ticks.len())
            .filter(|&tick| choice.ticks[tick].ticked && choice.at(answered) == Position::Ready)
            .map(|tick| (tick + 1).to_string())
            .collect();
        let answer = if ticked.is_empty() { (answered + 1).to_string() } else { ticked.join(",") };
        say!(
            self.language,
            ja: "いまの答えは {answer} です（Enter だけなら、そのまま進みます）。",
            en: "Your answer so far is {answer}; just Enter keeps it."
        )
    }

    fn prompt(&self, choice: &Choice) -> String {
        if choice.has_ticks() {
            let example = example(choice);
            say!(self.language, ja: "当てはまる番号をすべて（例: {example}）> ", en: "All numbers that apply, such as {example}> ")
        } else if choice.is_a_pause() {
            "Enter> ".to_owned()
        } else {
            word!(self.language, ja: "番号> ", en: "Number> ").to_owned()
        }
    }

    fn ask_again(&self, choice: &Choice) -> String {
        let most = choice.len();
        let again = if choice.has_ticks() {
            let (ticks, example) = (choice.ticks.len(), example(choice));
            say!(
                self.language,
                ja: "1から{most}の番号を入れてください。{ticks}までは {example} のように、いくつでも入れられます。ほかは1つだけです。",
                en: "Please type a number from 1 to {most}. Those up to {ticks} can be combined, such as {example}; \
                     the others stand alone."
            )
        } else {
            say!(
                self.language,
                ja: "1から{most}の番号を1つ入れてください。",
                en: "Please type one number from 1 to {most}."
            )
        };
        wrap::hanging("", &again, self.columns.now()) + &self.prompt(choice)
    }
}

/// Several numbers, as they are typed.
fn example(choice: &Choice) -> &'static str {
    match choice.ticks.len() {
        0 | 1 => "1",
        2 => "1,2",
        _ => "1,3",
    }
}

impl Choose for Numbered {
    fn choose(&mut self, choice: &Choice) -> io::Result<Chosen> {
        let shown = self.shown(choice);
        world::tell(&shown);
        self.terminal.shows(move || shown.clone());
        loop {
            let line = read_line()?;
            if choice.is_a_pause() {
                let wants_help = choice.rows.len() > 1 && folded(&line) == choice.rows[1].name;
                return Ok(Chosen::Row(usize::from(wants_help))); // whatever else is typed goes back
            }
            if let Some(chosen) = understand(&line, choice) {
                return Ok(chosen);
            }
            world::tell(&self.ask_again(choice));
        }
    }

    fn line(&mut self, prompt: &str) -> io::Result<String> {
        let prompt = format!("{}> ", wrap::hanging("", prompt, self.columns.now()));
        world::tell(&prompt);
        self.terminal.shows(move || prompt.clone());
        Ok(read_line()?.trim().to_owned())
    }

    fn greeting(&self, language: Language) -> Option<&'static str> {
        Some(word!(
            language,
            ja: "番号を入れて Enter を押します（全角の数字でも構いません）。< で前に戻り、? で理由が、! で相談先がわかります。",
            en: "Type a number and press Enter (full-width digits work too). < goes back, ? says why, ! shows where there is help."
        ))
    }

    fn stays(&self) -> bool {
        true
    }
}

/// A line of input; what is longer than any answer is thrown away.
pub fn read_line() -> io::Result<String> {
    let mut stdin = io::stdin().lock();
    let mut bytes = Vec::new();
    let read = stdin.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
    if bytes.last() != Some(&b'\n') {
        if (read as u64) < LONGEST_LINE {
            return Err(io::ErrorKind::UnexpectedEof.into()); // also in the middle of a line: nobody pressed Enter
        }
        stdin.skip_until(b'\n')?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What a line means: a number, the text of a row or its short name; for ticks also several of them, with commas or
/// spaces between. Full-width forms count as the ordinary ones, capitals as small letters.
pub fn understand(line: &str, choice: &Choice) -> Option<Chosen> {
    let line = folded(line);
    if let Some(answered) = choice.answered.filter(|_| line.is_empty()) {
        let ticked = || (0..choice.ticks.len()).filter(|&tick| choice.ticks[tick].ticked).collect();
        return Some(match choice.at(answered) {
            Position::Tick(_) | Position::Ready => Chosen::Ticked(ticked()),
            Position::Row(row) => Chosen::Row(row),
        });
    }
    if line == "<" {
        return choice.can_go_back.then_some(Chosen::Back);
    }
    if let Some(position) = named(&line, choice) {
        return Some(match choice.at(position) {
            Position::Tick(tick) => Chosen::Ticked(vec![tick]),
            Position::Ready => Chosen::Ticked(Vec::new()),
            Position::Row(row) => Chosen::Row(row),
        });
    }
    let several = |between: fn(char) -> bool| -> Option<Vec<usize>> {
        let parts = line.split(between).map(str::trim).filter(|part| !part.is_empty());
        let ticks = parts.map(|part| match choice.at(named(part, choice)?) {
            Position::Tick(tick) => Some(tick),
            Position::Ready | Position::Row(_) => None,
        });
        let mut ticks: Vec<usize> = ticks.collect::<Option<_>>()?;
        ticks.sort_unstable();
        ticks.dedup();
        (!ticks.is_empty()).then_some(ticks)
    };
    several(|character| matches!(character, ',' | '、' | '・'))
        .or_else(|| several(|character| matches!(character, ',' | '、' | '・' | ' ')))
        .map(Chosen::Ticked)
}

/// The position that one word calls.
fn named(word: &str, choice: &Choice) -> Option<usize> {
    if let Ok(number) = word.trim_end_matches([')', '.']).parse::<usize>() {
        return (1..=choice.len()).contains(&number).then(|| number - 1);
    }
    let is_called = |text: &str, name: &str| !word.is_empty() && (folded(text) == word || folded(name) == word);
    (0..choice.len()).find(|&position| match choice.at(position) {
        Position::Tick(tick) => is_called(&choice.ticks[tick].row.text, &choice.ticks[tick].row.name),
        Position::Ready => is_called(&choice.ready[0], ""),
        Position::Row(row) => is_called(&choice.rows[row].text, &choice.rows[row].name),
    })
}

/// A word without what makes no difference: full width, capitals, spaces around it.
fn folded(text: &str) -> String {
    half_width(text.trim()).trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::choice::{Row, Tick};
    use super::*;

    #[test]
    fn numbers_names_and_texts_are_understood() {
        let rows = vec![Row::new("はい", "yes"), Row::new("いいえ", "no"), Row::new("? なぜ", "?")];
        let choice = Choice { rows, can_go_back: true, ..Choice::default() };
        for (line, chosen) in [
            ("1\n", Some(0)),
            (" ２ \r\n", Some(1)),
            ("　２　\n", Some(1)),
            ("２）", Some(1)),
            ("2.", Some(1)),
            ("no", Some(1)),
            ("ＮＯ", Some(1)),
            ("いいえ", Some(1)),
            ("？", Some(2)),
            ("0", None),
            ("4", None),
            ("1,2", None),
            ("", None),
            ("\u{1b}[A", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(understand(line, &choice), chosen.map(Chosen::Row), "{line:?}");
        }
        assert_eq!(understand("＜\n", &choice), Some(Chosen::Back));
        assert_eq!(understand("<", &Choice { can_go_back: false, ..choice }), None);
    }

    #[test]
    fn an_empty_line_stays_with_what_was_answered_before() {
        let rows = vec![Row::new("はい", "yes"), Row::new("いいえ", "no")];
        let choice = Choice { rows, answered: Some(1), ..Choice::default() };
        assert_eq!(understand("\n", &choice), Some(Chosen::Row(1)));
        let ticks = vec![
            Tick { row: Row::new("謝った", "sorry"), ticked: false },
            Tick { row: Row::new("計画を示した", "plan"), ticked: true },
        ];
        let choice = Choice { ticks, answered: Some(2), ..Choice::default() };
        assert_eq!(understand("　\n", &choice), Some(Chosen::Ticked(vec![1])));
    }

    #[test]
    fn several_are_understood_where_several_can_be_ticked() {
        let tick = |text: &str, name: &str| Tick { row: Row::new(text, name), ticked: false };
        let choice = Choice {
            ticks: vec![tick("謝った", "sorry"), tick("話を聞いた", "listened"), tick("計画を示した", "plan")],
            ready: ["どれでもない".into(), "これで決まり".into()],
            rows: vec![Row::new("わからない", "-")],
            ..Choice::default()
        };
        for (line, ticked) in [
            ("1", &[0][..]),
            ("3,1", &[0, 2]),
            ("１、３", &[0, 2]),
            ("１，３", &[0, 2]),
            ("1 3", &[0, 2]),
            ("1　2　3", &[0, 1, 2]),
            ("1, 1", &[0]),
            ("plan,sorry", &[0, 2]),
            ("話を聞いた、謝った", &[0, 1]),
            ("4", &[]),
            ("どれでもない", &[]),
        ] {
            assert_eq!(understand(line, &choice), Some(Chosen::Ticked(ticked.to_vec())), "{line:?}");
        }
        assert_eq!(understand("5", &choice), Some(Chosen::Row(0)));
        for line in ["1,5", "1,4", "1,9", ",", "、", "13"] {
            assert_eq!(understand(line, &choice), None, "{line:?}");
        }
    }
}
