//! The terminal while a person is asked: silent between keys, and put right whenever the program is paused or ends.
//!
//! dialoguer 0.12 leaves the cursor hidden when a signal ends it, and does not let Ctrl-Z through. So signals are taken
//! here, by a thread of their own: it puts the terminal right, says how to go on, and ends with 128 + signal; or it pauses
//! the program as a shell expects, and shows the question again afterwards.

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;

pub use system::{outlive_size_limits, undisturbed};

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::cli::world;
use crate::report::wrap;

/// How long last words may take.
const PATIENCE: Duration = Duration::from_millis(500);

/// A window that is being drawn larger or smaller has many sizes in a short time.
const SETTLING: Duration = Duration::from_millis(50);

/// The terminal of this process. Clones are the same terminal.
#[derive(Clone)]
pub struct Terminal(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    modes: system::Modes,
}

/// What is said when a signal ends the program.
#[derive(Clone, Debug, Default)]
pub struct LastWords {
    /// A sentence, laid out for the width of that moment.
    pub sentence: String,
    /// A command, on a line of its own; none when it is empty.
    pub command: String,
    /// What goes to stdout, for a program that waits there.
    pub output: String,
}

impl LastWords {
    fn text(&self) -> String {
        if self.sentence.is_empty() {
            return String::new();
        }
        let sentence = wrap::hanging("", &self.sentence, world::columns());
        if self.command.is_empty() { sentence } else { format!("{sentence}  {}\n", self.command) }
    }
}

/// What the thread that takes signals has to know.
#[derive(Default)]
struct State {
    last_words: LastWords,
    /// The signal that ends the program, as soon as the thread that asks questions can be interrupted.
    ending: Option<u8>,
    shown: Option<Shown>,
    /// The size that it was last shown for.
    size: (u16, u16),
    takes_keys: bool,
}

/// What stands on the screen, for the size that it has now.
type Shown = Box<dyn Fn() -> String + Send>;

/// What came behind a byte that a menu took for Esc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// The rest of a key, of which the byte was only the beginning.
    Key(Move),
    /// Nothing: it was Esc.
    Nothing,
    /// Another key: it was Esc, and the person went on at once.
    Next(Move),
}

/// Where a key moves the mark of a menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(windows, expect(dead_code, reason = "there, keys come whole"))]
pub enum Move {
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Nowhere.
    Stay,
}

/// Puts the terminal right when it goes out of scope, also in a panic.
pub struct Guard(Terminal);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.take_lines();
    }
}

/// Moves everything on the screen out of sight, to where one can scroll back to it.
pub fn leave_behind() -> io::Result<()> {
    world::tell(&"\n".repeat(world::rows()));
    console::Term::stderr().move_cursor_to(0, 0)
}

impl Terminal {
    /// Takes the signals of this process from now on. To be called once, before there is any other thread.
    ///
    /// # Errors
    ///
    /// When signals cannot be taken.
    pub fn watch() -> io::Result<Self> {
        let terminal = Self(Arc::new(Shared { state: Mutex::default(), modes: system::Modes::now() }));
        system::watch(&terminal)?;
        Ok(terminal)
    }

    /// Makes sure that the terminal is put right in the end.
    pub fn guard(&self) -> Guard {
        Guard(self.clone())
    }

    /// What to say when a signal ends the program.
    pub fn set_last_words(&self, words: LastWords) {
        self.state().last_words = words;
    }

    /// What stands on the screen now, and is to be shown again after a pause, or when the window has another size.
    pub fn shows(&self, text: impl Fn() -> String + Send + 'static) {
        let mut state = self.state();
        state.shown = Some(Box::new(text));
        state.size = console::Term::stderr().size();
        drop(state);
        self.0.modes.is_drawn();
    }

    /// Shows again what stood on the screen.
    fn draw_again(&self) {
        if let Some(shown) = &self.state().shown {
            world::tell(&shown());
        }
    }

    /// Shows it anew below everything else: lines that the terminal has broken anew cannot be erased exactly.
    fn draw_for_another_size(&self) {
        std::thread::sleep(SETTLING);
        let mut state = self.state();
        let size = console::Term::stderr().size();
        if state.takes_keys && state.size != size {
            state.size = size;
            drop(state);
            let _ = leave_behind();
            self.draw_again();
        }
    }

    /// From now on keys are taken one by one, and what is typed does not appear by itself.
    pub fn take_keys(&self) {
        self.state().takes_keys = true;
        self.0.modes.set_keys();
    }

    /// From now on whole lines are taken, as before the program began.
    pub fn take_lines(&self) {
        let took_keys = std::mem::take(&mut self.state().takes_keys);
        self.0.modes.set_lines();
        if took_keys {
            let _ = console::Term::stderr().show_cursor();
        }
    }

    /// The rest of a key whose first byte a menu took for Esc, if it comes soon.
    pub fn late_key(&self) -> Late {
        self.0.modes.set_keys();
        system::late_key()
    }

    /// Puts the terminal right, says the last words and ends the program: with the signal that came, or with this one.
    /// Nothing may be drawn meanwhile.
    pub fn leave(&self, signal: u8) -> ! {
        let signal = self.ending().unwrap_or(signal);
        let words = self.state().last_words.clone();
        self.take_lines();
        world::tell(&format!("\n{}", words.text()));
        let _ = world::print(&words.output);
        std::process::exit(128 + i32::from(signal))
    }

    /// The signal that is to end the program.
    pub fn ending(&self) -> Option<u8> {
        self.state().ending
    }

    /// Ends the program from the thread that takes signals. A menu may just be drawn: the thread that draws it is asked to
    /// leave. One that waits for a line draws nothing, and the last words are said for it. Where nobody reads what is
    /// written, that takes too long, and the program ends without them.
    fn end(&self, signal: u8) -> ! {
        let takes_keys = {
            let mut state = self.state();
            state.ending = Some(signal);
            state.takes_keys
        };
        if takes_keys {
            self.0.modes.interrupt();
        }
        system::wait_for_saving();
        let speaking = self.clone();
        std::thread::spawn(move || speaking.leave(signal));
        std::thread::sleep(PATIENCE);
        self.0.modes.set_lines();
        std::process::exit(128 + i32::from(signal))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
