//! Signals and terminal modes where there are POSIX terminals.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::pthread::{Pthread, pthread_kill, pthread_self};
use nix::sys::signal::{SigSet, SigmaskHow, Signal, raise};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

use super::{Late, Move, Terminal};

/// How long the rest of a key may take. A menu sees an arrow key as Esc when its bytes come one by one, as they do on a
/// slow line; Esc alone waits as long.
const LATE: Duration = Duration::from_millis(400);

/// The modes of the terminal at stdin.
pub struct Modes {
    /// As the program found them.
    original: Option<Termios>,
    /// Where it is said that a menu was drawn and is about to read a key.
    drawn: Mutex<Option<Sender<()>>>,
    /// The thread that asks questions.
    asking: Pthread,
}

impl Modes {
    /// The modes as they are now.
    pub fn now() -> Self {
        let original = tcgetattr(io::stdin()).ok();
        Self { original, drawn: Mutex::new(None), asking: pthread_self() }
    }

    /// Interrupts the thread that asks questions, wherever it waits for a key. It is about to wait, perhaps: so again and
    /// again for a while.
    pub fn interrupt(&self) {
        const TIMES: usize = 30;
        for _ in 0..TIMES {
            let _ = pthread_kill(self.asking, INTERRUPTING);
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Back to what they were.
    pub fn set_lines(&self) {
        if let Some(original) = &self.original {
            set(original);
        }
    }

    /// No echo and no line editing; signals stay.
    pub fn set_keys(&self) {
        let Some(mut keys) = self.original.clone() else { return };
        keys.local_modes -= LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON;
        keys.local_modes |= LocalModes::ISIG;
        keys.special_codes[SpecialCodeIndex::VMIN] = 1;
        keys.special_codes[SpecialCodeIndex::VTIME] = 0;
        set(&keys);
    }

    /// A menu reads keys with signals switched off, so that Ctrl-Z would be lost: they are switched on again as soon as it
    /// waits for a key.
    pub fn is_drawn(&self) {
        let Ok(mut drawn) = self.drawn.lock() else { return };
        let keeper = drawn.get_or_insert_with(|| {
            let (sender, receiver) = mpsc::channel();
            thread::spawn(move || while receiver.recv().is_ok_and(|()| keep_signals()) {});
            sender
        });
        let _ = keeper.send(());
    }
}

/// Waits until signals are switched off, and switches them on again. Always true.
fn keep_signals() -> bool {
    const TRIES: usize = 100;
    for _ in 0..TRIES {
        thread::sleep(Duration::from_millis(2));
        let Ok(mut modes) = tcgetattr(io::stdin()) else { break };
        if !modes.local_modes.contains(LocalModes::ISIG) {
            modes.local_modes |= LocalModes::ISIG;
            set(&modes);
            break;
        }
    }
    true
}

fn set(modes: &Termios) {
    while tcsetattr(io::stdin(), OptionalActions::Now, modes) == Err(rustix::io::Errno::INTR) {}
}

/// What interrupts the thread that asks questions.
const INTERRUPTING: Signal = Signal::SIGUSR1;

/// A write beyond the size that files may have is an error like others, and ends nothing.
pub fn outlive_size_limits() {
    let _ = signal_hook::flag::register(Signal::SIGXFSZ as i32, Arc::default());
}

/// Whether a file is being written.
static SAVING: AtomicBool = AtomicBool::new(false);

/// Does something that no signal but SIGKILL may cut short: the signal is taken afterwards.
pub fn undisturbed<T>(save: impl FnOnce() -> T) -> T {
    let ending: SigSet = [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM].into_iter().collect();
    let before = ending.thread_swap_mask(SigmaskHow::SIG_BLOCK);
    SAVING.store(true, Ordering::SeqCst);
    let saved = save();
    SAVING.store(false, Ordering::SeqCst);
    if let Ok(before) = before {
        let _ = before.thread_set_mask();
    }
    saved
}

/// Waits until a file that is being written is whole.
pub fn wait_for_saving() {
    const TIMES: usize = 500;
    for _ in 0..TIMES {
        if !SAVING.load(Ordering::SeqCst) {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// The signals that end the program, that pause it, that say that it goes on, and that the window has another size.
const TAKEN: [Signal; 7] = [
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGTSTP,
    Signal::SIGCONT,
    Signal::SIGWINCH,
];

/// Takes the signals in a thread. They are blocked everywhere else, so that they interrupt no menu: it would take any of
/// them for Ctrl-C.
pub fn watch(terminal: &Terminal) -> io::Result<()> {
    let taken: SigSet = TAKEN.into_iter().collect();
    taken.thread_block()?;
    signal_hook::flag::register(INTERRUPTING as i32, Arc::default())?; // it has to be taken to interrupt anything
    let terminal = terminal.clone();
    thread::spawn(move || {
        let mut went_on = None;
        loop {
            match taken.wait() {
                Ok(Signal::SIGTSTP) => {
                    pause(&terminal);
                    went_on = Some(Instant::now());
                }
                // What woke it from that pause is still to be taken, where there was a shell that did.
                Ok(Signal::SIGCONT) if went_on.is_some_and(|when| when.elapsed() < AT_ONCE) => went_on = None,
                Ok(Signal::SIGCONT) => show_again(&terminal),
                Ok(Signal::SIGWINCH) => terminal.draw_for_another_size(),
                Ok(signal) => terminal.end(u8::try_from(signal as i32).unwrap_or_default()),
                Err(_) => return,
            }
        }
    });
    Ok(())
}

/// How soon a signal comes that is there already.
const AT_ONCE: Duration = Duration::from_millis(100);

/// Puts the terminal right, stops the process as the signal would have done, and goes on when it is woken, or at once where
/// no shell could wake it.
fn pause(terminal: &Terminal) {
    let modes = tcgetattr(io::stdin()).ok();
    terminal.0.modes.set_lines();
    let _ = console::Term::stderr().show_cursor();
    let pausing = SigSet::from(Signal::SIGTSTP);
    let _ = pausing.thread_unblock();
    let _ = raise(Signal::SIGTSTP);
    let _ = pausing.thread_block();
    if let Some(modes) = modes {
        set(&modes);
    }
    show_again(terminal);
}

fn show_again(terminal: &Terminal) {
    if terminal.state().takes_keys {
        let _ = console::Term::stderr().hide_cursor();
    }
    terminal.draw_again();
}

/// The rest of `ESC [ A` and its like; a whole one of them where the person pressed Esc and went on at once.
pub fn late_key() -> Late {
    match late_byte() {
        Some(b'[' | b'O') => Late::Key(late_arrow()),
        Some(ESC) if matches!(late_byte(), Some(b'[' | b'O')) => Late::Next(late_arrow()),
        _ => Late::Nothing,
    }
}

const ESC: u8 = 0x1b;

fn late_arrow() -> Move {
    match late_byte() {
        Some(b'A') => Move::Up,
        Some(b'B') => Move::Down,
        _ => Move::Stay,
    }
}

fn late_byte() -> Option<u8> {
    let stdin = io::stdin();
    let timeout = Timespec::try_from(LATE).ok()?;
    let mut waiting = [PollFd::new(&stdin, PollFlags::IN)];
    let mut byte = [0];
    let is_there = poll(&mut waiting, Some(&timeout)).ok()? > 0 && waiting[0].revents().contains(PollFlags::IN);
    (is_there && rustix::io::read(&stdin, &mut byte).ok()? == 1).then_some(byte[0])
}
