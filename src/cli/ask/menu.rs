//! A menu, drawn by dialoguer.
//!
//! dialoguer 0.12 counts the bytes of an item where it means columns, and erases lines above the prompt when items are
//! Japanese or wrap. So it gets no prompt and the positions of the rows as items, and a theme that writes everything,
//! wrapped by us: it counts the lines of what a theme writes correctly.

use std::cell::Cell;
use std::fmt;
use std::io;

use console::{Style as Paint, Term};
use dialoguer::theme::Theme;
use unicode_width::UnicodeWidthStr;

use super::choice::{Choice, Choose, Chosen, Position};
use super::numbered::Numbered;
use crate::cli::terminal::{Late, Move, Terminal, leave_behind};
use crate::cli::world::{self, Columns};
use crate::report::wrap;
use crate::words::Language;
use crate::{say, word};

/// Chooses with the arrow keys.
#[derive(Clone)]
pub struct Menu {
    language: Language,
    columns: Columns,
    colour: bool,
    terminal: Terminal,
    /// A key that was pressed right behind Esc, for the next menu.
    pending: Option<Move>,
}

/// The narrowest screen that is drawn for.
const NARROWEST: usize = 20;

impl Menu {
    /// A menu on this terminal, with or without colour.
    pub const fn new(language: Language, columns: Columns, colour: bool, terminal: Terminal) -> Self {
        Self { language, columns, colour, terminal, pending: None }
    }

    /// Lets one row be chosen; nothing where the screen is too small for a menu.
    fn pick(&mut self, choice: &Choice, ticked: &[bool], mut start: usize) -> io::Result<Option<Picked>> {
        let term = Term::stderr();
        loop {
            let Some(screen) = Screen::fit(self, choice, ticked, term.size()) else { return Ok(None) };
            let rows: Vec<String> = (0..choice.len()).map(|position| position.to_string()).collect();
            let select = dialoguer::Select::with_theme(&screen)
                .items(&rows)
                .default(start)
                .max_length(screen.page)
                .report(false);
            match select.interact_on_opt(&term) {
                Ok(Some(row)) => {
                    if screen.is_stale() {
                        leave_behind()?;
                    }
                    return Ok(Some(Picked::Row(row)));
                }
                Ok(None) => {
                    start = screen.active.get();
                    match self.terminal.late_key() {
                        Late::Key(key) => start = moved(start, key, choice.len()),
                        late if choice.can_go_back => {
                            self.pending = if let Late::Next(key) = late { Some(key) } else { None };
                            return Ok(Some(Picked::Nothing));
                        }
                        Late::Nothing | Late::Next(_) => {}
                    }
                }
                Err(_) if screen.gave_up.get() => {
                    leave_behind()?;
                    start = screen.active.get();
                }
                Err(dialoguer::Error::IO(error)) => return Err(error),
            }
        }
    }
}

/// What came of a menu.
enum Picked {
    Row(usize),
    Nothing,
}

impl Choose for Menu {
    fn choose(&mut self, choice: &Choice) -> io::Result<Chosen> {
        if self.terminal.ending().is_some() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        self.terminal.take_keys();
        let mut ticked: Vec<bool> = choice.ticks.iter().map(|tick| tick.ticked).collect();
        let pending = self.pending.take().unwrap_or(Move::Stay);
        let mut start = moved(choice.answered.unwrap_or(0), pending, choice.len());
        loop {
            let Some(picked) = self.pick(choice, &ticked, start)? else {
                self.terminal.take_lines();
                let small = word!(
                    self.language,
                    ja: "\n画面が小さいので、番号で選びます。\n",
                    en: "\nThe screen is small, so choose by number.\n"
                );
                world::tell(small);
                return Numbered::new(self.language, self.columns, self.terminal.clone()).choose(choice);
            };
            let Picked::Row(row) = picked else { return Ok(Chosen::Back) };
            match choice.at(row) {
                Position::Tick(tick) => ticked[tick] = !ticked[tick],
                Position::Ready => return Ok(Chosen::Ticked((0..ticked.len()).filter(|&tick| ticked[tick]).collect())),
                Position::Row(row) => return Ok(Chosen::Row(row)),
            }
            start = row;
        }
    }

    fn line(&mut self, prompt: &str) -> io::Result<String> {
        self.terminal.take_lines();
        Numbered::new(self.language, self.columns, self.terminal.clone()).line(prompt)
    }

    fn greeting(&self, _: Language) -> Option<&'static str> {
        None
    }

    fn stays(&self) -> bool {
        false
    }
}

/// The row to which a key moves.
fn moved(row: usize, key: Move, rows: usize) -> usize {
    match key {
        Move::Up => (row + rows - 1) % rows,
        Move::Down => (row + 1) % rows,
        Move::Stay => row,
    }
}

/// One menu on a screen of some size.
struct Screen<'a> {
    menu: &'a Menu,
    choice: &'a Choice,
    ticked: &'a [bool],
    /// What each row says.
    rows: Vec<String>,
    /// How much stands above the rows.
    extent: Extent,
    /// How many rows a page has.
    page: usize,
    size: (u16, u16),
    width: usize,
    /// The row that is marked.
    active: Cell<usize>,
    /// Whether drawing ended because the size of the screen is another one now.
    gave_up: Cell<bool>,
}

/// How much stands above the rows: as much as leaves room for all rows; at the least where one is and what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    Everything,
    WithoutKeys,
    WithoutHint,
}

impl<'a> Screen<'a> {
    /// The fullest heading with which all rows fit, or pages of as many rows as fit.
    fn fit(menu: &'a Menu, choice: &'a Choice, ticked: &'a [bool], size: (u16, u16)) -> Option<Self> {
        let columns = usize::from(size.1);
        if columns < NARROWEST {
            return None;
        }
        let width = menu.columns.now().min(columns - 1);
        let rows: Vec<String> = (0..choice.len()).map(|position| text_of(choice, ticked, position)).collect();
        let heights: Vec<usize> = rows.iter().map(|row| row_lines(row, width).len()).collect();
        let (active, gave_up) = (Cell::new(0), Cell::new(false));
        let page = rows.len();
        let extent = Extent::WithoutHint;
        let mut screen = Self { menu, choice, ticked, rows, extent, page, size, width, active, gave_up };
        let lines = usize::from(size.0) - 1; // the cursor stands below the last row
        for extent in [Extent::Everything, Extent::WithoutKeys, Extent::WithoutHint] {
            screen.extent = extent;
            if rows_that_fit(&heights, lines.saturating_sub(screen.heading(None).len())) == page {
                return Some(screen);
            }
        }
        for extent in [Extent::WithoutKeys, Extent::WithoutHint] {
            screen.extent = extent;
            let above = screen.heading(Some((page, page))).len();
            screen.page = rows_that_fit(&heights, lines.saturating_sub(above));
            if screen.page > 0 && 2 * above <= lines {
                return Some(screen);
            }
        }
        (screen.page > 0).then_some(screen)
    }

    /// The lines above the rows, with the page if there are several.
    fn heading(&self, page: Option<(usize, usize)>) -> Vec<String> {
        let (choice, extent) = (self.choice, self.extent);
        let keys = (extent == Extent::Everything).then(|| self.keys());
        let hint = choice.hint.as_deref().filter(|_| extent != Extent::WithoutHint);
        let page = page.map(|(page, pages)| self.page_of(page, pages));
        let quiet = Paint::new().dim();
        let mut lines = if page.is_none() { vec![String::new()] } else { Vec::new() };
        for (text, paint) in [
            (choice.place.as_deref(), &quiet),
            (Some(choice.title.as_str()).filter(|title| !title.is_empty()), &Paint::new().bold()),
            (hint, &quiet),
            (keys.as_deref(), &quiet),
            (page.as_deref(), &quiet),
        ] {
            let wrapped = text.map(|text| wrap::wrap(text, self.width)).unwrap_or_default();
            lines.extend(wrapped.iter().map(|line| self.painted(line, paint)));
        }
        lines
    }

    /// The keys that work here.
    fn keys(&self) -> String {
        let (language, choice) = (self.menu.language, self.choice);
        let choose = if choice.is_a_pause() {
            return word!(language, ja: "Enter で戻ります。", en: "Press Enter to go back.").to_owned();
        } else if choice.has_ticks() {
            let ready = &choice.ready[1];
            say!(
                language,
                ja: "上下の矢印キーで動き、Enter で印を付け外しします。終わったら「{ready}」を選びます。",
                en: "Move with the up and down arrow keys; Enter marks or unmarks. Then choose \"{ready}\"."
            )
        } else {
            word!(
                language,
                ja: "上下の矢印キーで選び、Enter で決めます。",
                en: "Choose with the up and down arrow keys, then press Enter."
            )
            .to_owned()
        };
        let back = word!(language, ja: "Esc で前に戻れます。", en: " Esc goes back.");
        if choice.can_go_back { choose + back } else { choose }
    }

    fn page_of(&self, page: usize, pages: usize) -> String {
        let line = if self.choice.has_ticks() {
            say!(
                self.menu.language,
                ja: "{page}/{pages}ページ（左右の矢印）。Enter で印、終わりは最後のページで",
                en: "Page {page}/{pages} (left, right). Enter ticks; the last page ends it."
            )
        } else {
            say!(
                self.menu.language,
                ja: "{page}/{pages}ページ（左右の矢印）。Enter で決定",
                en: "Page {page}/{pages} (left, right). Enter chooses."
            )
        };
        if line.width() <= self.width { line } else { format!("<- {page}/{pages} ->") }
    }

    /// The lines of a row.
    fn row(&self, row: usize, is_active: bool) -> Vec<String> {
        let is_aside = matches!(self.choice.at(row), Position::Row(row) if self.choice.rows[row].is_aside);
        let paint = match (is_active, is_aside) {
            (true, _) => Paint::new().cyan().bold(),
            (false, true) => Paint::new().dim(),
            (false, false) => Paint::new(),
        };
        let lines = row_lines(&self.rows[row], self.width).into_iter().enumerate().map(|(number, line)| {
            let before = match number {
                0 if is_active => "> ",
                0 => "  ",
                _ => "    ",
            };
            self.painted(&format!("{before}{line}"), &paint)
        });
        lines.collect()
    }

    /// The lines of a row, below the heading where it is the first of its page.
    fn drawn(&self, row: usize, is_active: bool) -> Vec<String> {
        let pages = self.rows.len().div_ceil(self.page);
        let mut lines = Vec::new();
        if row.is_multiple_of(self.page) {
            lines.extend(self.heading((pages > 1).then_some((row / self.page + 1, pages))));
        }
        lines.extend(self.row(row, is_active));
        lines
    }

    /// The whole page that the marked row is on.
    fn page_with(&self, active: usize) -> String {
        let first = active - active % self.page;
        let rows = first..(first + self.page).min(self.rows.len());
        rows.flat_map(|row| self.drawn(row, row == active)).map(|line| line + "\n").collect()
    }

    /// The same for the size that the screen has at some later moment.
    fn for_any_size(&self, active: usize) -> impl Fn() -> String + Send + 'static {
        let (menu, choice, ticked) = (self.menu.clone(), self.choice.clone(), self.ticked.to_vec());
        move || {
            let screen = Screen::fit(&menu, &choice, &ticked, Term::stderr().size());
            screen.map_or_else(String::new, |screen| screen.page_with(active))
        }
    }

    fn painted(&self, line: &str, paint: &Paint) -> String {
        let is_painted = self.menu.colour && !line.is_empty();
        if is_painted { paint.clone().force_styling(true).apply_to(line).to_string() } else { line.to_owned() }
    }

    fn is_stale(&self) -> bool {
        Term::stderr().size() != self.size
    }
}

/// The lines of a row. Further ones hang deeper than the first, so that one sees where a row begins.
fn row_lines(text: &str, width: usize) -> Vec<String> {
    wrap::wrap(text, width.saturating_sub("    ".len()))
}

/// What a row says.
fn text_of(choice: &Choice, ticked: &[bool], position: usize) -> String {
    match choice.at(position) {
        Position::Tick(tick) => {
            format!("{} {}", if ticked[tick] { "[x]" } else { "[ ]" }, choice.ticks[tick].row.text)
        }
        Position::Ready => choice.ready[usize::from(ticked.contains(&true))].clone(),
        Position::Row(row) => choice.rows[row].text.clone(),
    }
}

/// The most rows that a page can have so that every page fits; none where a row does not fit by itself.
fn rows_that_fit(heights: &[usize], lines: usize) -> usize {
    let fits = |page: &usize| heights.chunks(*page).all(|page| page.iter().sum::<usize>() <= lines);
    (1..=heights.len()).rev().find(fits).unwrap_or(0)
}

impl Theme for Screen<'_> {
    fn format_select_prompt_item(&self, f: &mut dyn fmt::Write, key: &str, is_active: bool) -> fmt::Result {
        let Some(row) = key.parse().ok().filter(|&row| row < self.rows.len()) else { return Err(fmt::Error) };
        if is_active {
            self.active.set(row);
        }
        if self.menu.terminal.ending().is_some() {
            return Err(fmt::Error); // nothing is drawn any more
        }
        if self.is_stale() {
            self.gave_up.set(is_active);
            return if is_active { Err(fmt::Error) } else { Ok(()) }; // which row is marked is known now
        }
        if is_active {
            self.menu.terminal.shows(self.for_any_size(row));
        }
        f.write_str(&self.drawn(row, is_active).join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_as_full_as_they_can_be() {
        for (heights, lines, page) in [
            (&[1, 1, 1, 1][..], 4, 4),
            (&[1, 1, 1, 1], 3, 3),
            (&[1, 2, 1, 1], 3, 2),
            (&[3, 1, 1, 1], 3, 1),
            (&[4, 1], 3, 0),
            (&[1, 1, 1, 3], 3, 3),
        ] {
            assert_eq!(rows_that_fit(heights, lines), page, "{heights:?} in {lines}");
        }
    }
}
