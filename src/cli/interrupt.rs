//! Signals during an interview: the terminal is put right, the command that continues is shown, the exit code says
//! which signal it was.

use std::sync::{Arc, Mutex, PoisonError};

/// What to say when the interview is interrupted; kept up to date while answers come in.
#[derive(Clone, Debug, Default)]
pub struct LastWords(Arc<Mutex<String>>);

impl LastWords {
    /// Replaces the words.
    pub fn set(&self, words: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = words;
    }

    /// The words as they are now.
    pub fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Watches for signals until the program ends.
#[cfg(unix)]
pub fn watch(last_words: &LastWords) -> std::io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let terminal = rustix::termios::tcgetattr(std::io::stdin()).ok();
    let last_words = last_words.clone();
    std::thread::spawn(move || {
        // Whatever interrupts a menu makes it raise SIGINT as well, so another signal that came with it counts.
        let caught: Vec<i32> = signals.wait().collect();
        let signal = caught.iter().copied().find(|&signal| signal != SIGINT).unwrap_or(SIGINT);
        if let Some(terminal) = terminal {
            let _ = rustix::termios::tcsetattr(std::io::stdin(), rustix::termios::OptionalActions::Now, &terminal);
        }
        leave(&last_words, 128 + signal);
    });
    Ok(())
}

/// Watches for Ctrl-C until the program ends.
#[cfg(windows)]
pub fn watch(last_words: &LastWords) -> std::io::Result<()> {
    let last_words = last_words.clone();
    ctrlc::set_handler(move || leave(&last_words, 130)).map_err(std::io::Error::other)
}

fn leave(last_words: &LastWords, code: i32) -> ! {
    let _ = console::Term::stderr().show_cursor();
    crate::cli::world::tell(&format!("\n{}", last_words.text()));
    std::process::exit(code)
}
