//! A menu, drawn by dialoguer.
//!
//! dialoguer 0.12 counts the bytes of an item where it means columns, and erases lines above the prompt when items are
//! Japanese or wrap. So it gets the rows' numbers as items, and a theme that writes the texts, wrapped by us: it counts
//! the lines of what a theme writes correctly.

use std::fmt;
use std::io;

use console::{Style as Paint, Term};
use dialoguer::theme::Theme;

use super::ask::{Choice, Choose, Chosen};
use super::numbered::Numbered;
use crate::report::wrap;
use crate::word;
use crate::words::Language;

/// Chooses with the arrow keys.
pub struct Menu {
    language: Language,
    colour: bool,
}

impl Menu {
    /// A menu with or without colour.
    pub const fn new(language: Language, colour: bool) -> Self {
        Self { language, colour }
    }
}

/// The narrowest screen that is drawn for.
const NARROWEST: usize = 20;

/// The lowest screen that is drawn for: one line of heading, one row, a line to spare. dialoguer needs three.
const LOWEST: usize = 6;

impl Choose for Menu {
    fn choose(&mut self, choice: &Choice<'_>) -> io::Result<Chosen> {
        let term = Term::stderr();
        let (rows, columns) = term.size();
        if usize::from(rows) < LOWEST {
            return Numbered::new(self.language, usize::from(columns).max(NARROWEST)).choose(choice);
        }
        let width = usize::from(columns).max(NARROWEST) - 1;
        let mut theme = Screen { choice, width, colour: self.colour, pages: false };
        theme.pages = theme.page(usize::from(rows)) < choice.rows.len();
        let keys: Vec<String> = (0..choice.rows.len()).map(|row| row.to_string()).collect();
        let select = dialoguer::Select::with_theme(&theme)
            .with_prompt("?")
            .items(&keys)
            .default(choice.start)
            .max_length(theme.page(usize::from(rows)))
            .report(false);
        match select.interact_on_opt(&term) {
            Ok(Some(row)) => Ok(Chosen::Row(row)),
            Ok(None) => Ok(Chosen::Back),
            Err(dialoguer::Error::IO(error)) => Err(error),
        }
    }

    fn keys(&self, language: Language) -> String {
        word!(
            language,
            ja: "上下の矢印キーで選び、Enter で決めます。Esc で前に戻れます。",
            en: "Choose with the arrow keys, then press Enter. Esc goes back."
        )
        .to_owned()
    }
}

/// One question on a screen of some width.
struct Screen<'a> {
    choice: &'a Choice<'a>,
    width: usize,
    colour: bool,
    /// Whether the rows take several pages. dialoguer writes which one behind the heading.
    pages: bool,
}

impl Screen<'_> {
    fn heading(&self) -> String {
        let mut lines = String::from("\n");
        for (number, line) in self.choice.heading.iter().enumerate() {
            let block = wrap::wrap(line, self.width).join("\n");
            let paint = if number == 1 { Paint::new().bold() } else { Paint::new().dim() };
            lines.push_str(&self.painted(&block, paint));
            lines.push('\n');
        }
        if self.pages {
            lines.push_str("<- ->");
        }
        lines.truncate(lines.trim_end().len());
        lines
    }

    fn row(&self, text: &str, active: bool) -> String {
        let block = wrap::hanging(if active { "> " } else { "  " }, text, self.width);
        let block = block.trim_end_matches('\n');
        if active { self.painted(block, Paint::new().cyan().bold()) } else { block.to_owned() }
    }

    fn painted(&self, block: &str, paint: Paint) -> String {
        if !self.colour {
            return block.to_owned();
        }
        let paint = paint.force_styling(true);
        block.lines().map(|line| paint.apply_to(line).to_string()).collect::<Vec<_>>().join("\n")
    }

    /// How many rows fit on a screen of so many lines.
    fn page(&self, lines: usize) -> usize {
        let heading = self.heading().lines().count();
        let tallest = self.choice.rows.iter().map(|row| self.row(row, false).lines().count()).max().unwrap_or(1);
        (lines.saturating_sub(heading + 2) / tallest).max(1)
    }
}

impl Theme for Screen<'_> {
    fn format_select_prompt(&self, f: &mut dyn fmt::Write, _: &str) -> fmt::Result {
        f.write_str(&self.heading())
    }

    fn format_select_prompt_item(&self, f: &mut dyn fmt::Write, key: &str, active: bool) -> fmt::Result {
        let text = key.parse().ok().and_then(|row: usize| self.choice.rows.get(row));
        f.write_str(&self.row(text.map_or("", String::as_str), active))
    }
}
