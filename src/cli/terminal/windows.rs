//! Signals on Windows. Its console has no modes to put right, sends arrow keys whole and knows no pause.

use std::io;

use super::{Late, Terminal};

/// The number of the signal that Ctrl-C stands for.
const INTERRUPT: u8 = 2;

/// Nothing to remember.
pub struct Modes;

impl Modes {
    /// The modes as they are now.
    pub const fn now() -> Self {
        Self
    }

    /// Back to what they were.
    pub const fn set_lines(&self) {}

    /// No echo and no line editing.
    pub const fn set_keys(&self) {}

    /// A menu was drawn.
    pub const fn is_drawn(&self) {}

    /// A thread that waits for a key cannot be interrupted.
    pub const fn interrupt(&self) {}
}

/// Does something; closing the window cuts it short.
pub fn undisturbed<T>(save: impl FnOnce() -> T) -> T {
    save()
}

/// Nothing to wait for.
pub const fn wait_for_saving() {}

/// Takes Ctrl-C and the closing of the window. The thread that takes them has to end the program: a menu goes on waiting
/// for its key.
pub fn watch(terminal: &Terminal) -> io::Result<()> {
    let terminal = terminal.clone();
    ctrlc::set_handler(move || terminal.end(INTERRUPT)).map_err(io::Error::other)
}

/// Keys come whole.
pub const fn late_key() -> Late {
    Late::Nothing
}

/// There are no such limits.
pub fn outlive_size_limits() {}
