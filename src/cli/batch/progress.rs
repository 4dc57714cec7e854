//! How far it is, for somebody who waits at a terminal.

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use crate::cli::args;
use crate::cli::world::{self, World};
use crate::say;
use crate::words::Language;

/// A line at the bottom of the screen that changes now and then.
#[derive(Debug)]
pub struct Progress {
    is_shown: bool,
    language: Language,
    start: Instant,
    next: Instant,
    is_there: bool,
}

/// How often the line changes, and how long nothing is said at first.
const PAUSE: Duration = Duration::from_millis(500);

impl Progress {
    /// Shown on a terminal, unless the results appear there.
    pub fn new(flags: &args::Batch, world: &World) -> Self {
        let results_appear = io::stdout().is_terminal() && !flags.summary;
        let now = Instant::now();
        Self {
            is_shown: io::stderr().is_terminal() && !results_appear,
            language: world.language,
            start: now,
            next: now + PAUSE,
            is_there: false,
        }
    }

    /// Says how many there were so far.
    pub fn show(&mut self, cases: u64) {
        let now = Instant::now();
        if !self.is_shown || now < self.next {
            return;
        }
        self.next = now + PAUSE;
        self.is_there = true;
        let milliseconds = now.duration_since(self.start).as_millis().max(1);
        let each_second = u128::from(cases) * 1000 / milliseconds;
        let text = say!(
            self.language,
            ja: "{cases}件（毎秒{each_second}件）",
            en: "{cases} cases ({each_second} a second)"
        );
        world::tell(&format!("\r{text}\x1b[K"));
    }

    /// Takes the line away.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.is_there) {
            world::tell("\r\x1b[K");
        }
    }
}
