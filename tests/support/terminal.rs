//! A real pseudo-terminal with a model of its screen: what is asserted is what a person sees.
#![allow(dead_code, clippy::unwrap_used, reason = "each test uses its own part; a test that cannot go on has failed")]

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

fn some(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}

/// How long a test waits for the screen to change before it has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub const DOWN: &str = "\x1b[B";
pub const UP: &str = "\x1b[A";
pub const LEFT: &str = "\x1b[D";
pub const RIGHT: &str = "\x1b[C";
pub const ENTER: &str = "\r";
pub const ESC: &str = "\x1b";
pub const CTRL_C: &str = "\x03";
pub const CTRL_D: &str = "\x04";
pub const CTRL_Z: &str = "\x1a";

/// The program in a terminal.
pub struct Terminal {
    screen: Arc<Mutex<vt100::Parser>>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    original: String,
}

impl Terminal {
    /// Starts the program in a terminal of some size. A line stands above it.
    pub fn start(rows: u16, columns: u16, arguments: &str) -> Self {
        Self::start_with(rows, columns, arguments, &[])
    }

    /// The same, with variables of the environment.
    pub fn start_with(rows: u16, columns: u16, arguments: &str, variables: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_shinrai"));
        command.args(arguments.split_whitespace());
        Self::spawn(rows, columns, command, variables)
    }

    /// Starts a shell with job control, in which `shinrai` is the program.
    pub fn shell(rows: u16, columns: u16) -> Self {
        let mut command = CommandBuilder::new("sh");
        command.arg("-i");
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_shinrai"));
        let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
        let terminal = Self::spawn(rows, columns, command, &[("PATH", &path), ("PS1", "$ "), ("ENV", "")]);
        terminal.wait_for("$");
        terminal
    }

    fn spawn(rows: u16, columns: u16, mut command: CommandBuilder, variables: &[(&str, &str)]) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        command.env_clear();
        command.env("LANG", "en_US.UTF-8");
        command.env("TERM", "xterm-256color");
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        for (name, value) in variables {
            command.env(name, value);
        }
        let mut parser = vt100::Parser::new(some(rows), some(columns), 1000);
        parser.process(b"ABOVE\r\n");
        let screen = Arc::new(Mutex::new(parser));
        let original = modes(pair.master.as_ref());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let (mut reader, keyboard) = (pair.master.try_clone_reader().unwrap(), pair.master.take_writer().unwrap());
        let seen = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut bytes) {
                seen.lock().unwrap().process(&bytes[..read]);
            }
        });
        Self { screen, keyboard, child, master: pair.master, original }
    }

    /// What a person sees, without empty lines at the end.
    pub fn text(&self) -> String {
        let parser = self.screen.lock().unwrap();
        let columns = parser.screen().size().1.into();
        let lines: Vec<String> = parser.screen().rows(0, columns).map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n").trim_end().to_owned()
    }

    /// What a person has seen so far, with what has left the screen above. Lines that the terminal broke are whole.
    pub fn everything(&self) -> String {
        let mut parser = self.screen.lock().unwrap();
        let (rows, columns) = (u16::from(parser.screen().size().0), u16::from(parser.screen().size().1));
        parser.screen_mut().set_scrollback(usize::MAX);
        let above = parser.screen().scrollback();
        let mut lines: Vec<(String, bool)> = Vec::new();
        for offset in (1..=above).rev() {
            parser.screen_mut().set_scrollback(offset);
            let first = parser.screen().rows(0, columns).next().unwrap();
            lines.push((first, parser.screen().row_wrapped(0)));
        }
        parser.screen_mut().set_scrollback(0);
        let wrapped = (0..rows).map(|row| parser.screen().row_wrapped(row));
        lines.extend(parser.screen().rows(0, columns).zip(wrapped));
        let text = lines.into_iter().map(|(line, wrapped)| {
            if wrapped { format!("{line:0$}", usize::from(columns)) } else { line.trim_end().to_owned() + "\n" }
        });
        text.collect::<String>().trim_end().to_owned()
    }

    /// Waits until the screen shows something.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_until(&format!("`{text}`"), |screen| screen.contains(text))
    }

    /// Waits until the screen is as wanted.
    pub fn wait_until(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let screen = self.text();
            if wanted(&screen) {
                return screen;
            }
            assert!(start.elapsed() < PATIENCE, "waited in vain for {what}:\n{screen}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for something, and until the screen is drawn to its end: it stays as it is for a while.
    pub fn settled(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        loop {
            let screen = self.wait_until(what, &wanted);
            std::thread::sleep(Duration::from_millis(60));
            if self.text() == screen {
                return screen;
            }
        }
    }

    /// Presses keys, one after the other.
    pub fn press(&mut self, keys: &[&str]) {
        for key in keys {
            self.send(key.as_bytes(), Duration::from_millis(30));
        }
    }

    /// Presses keys without waiting for anything.
    pub fn press_at_once(&mut self, keys: &[&str]) {
        self.send(keys.concat().as_bytes(), Duration::ZERO);
    }

    /// Presses a key whose bytes come one by one, as over a slow line.
    pub fn press_slowly(&mut self, key: &str, lag: Duration) {
        for byte in key.as_bytes().chunks(1) {
            self.send(byte, lag);
        }
    }

    /// Types a line.
    pub fn enter(&mut self, line: &str) {
        self.send(format!("{line}\r").as_bytes(), Duration::from_millis(30));
    }

    fn send(&mut self, bytes: &[u8], then_wait: Duration) {
        self.keyboard.write_all(bytes).unwrap();
        self.keyboard.flush().unwrap();
        std::thread::sleep(then_wait);
    }

    /// Goes down to the row that says something, and chooses it.
    pub fn choose(&mut self, row: &str) {
        for _ in 0..40 {
            let screen = self.text();
            if is_marked(&screen, row) {
                self.press(&[ENTER]);
                return;
            }
            self.press(&[DOWN]);
            self.wait_until("the next row", |now| now != screen);
        }
        panic!("no row says `{row}`:\n{}", self.text());
    }

    /// Makes the window larger or smaller.
    pub fn resize(&self, rows: u16, columns: u16) {
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
        self.screen.lock().unwrap().screen_mut().set_size(some(rows), some(columns));
    }

    /// Whether the cursor can be seen.
    pub fn shows_cursor(&self) -> bool {
        !self.screen.lock().unwrap().screen().hide_cursor()
    }

    /// Whether the terminal takes lines and shows what is typed, as before the program began.
    pub fn is_as_before(&self) -> bool {
        modes(self.master.as_ref()) == self.original
    }

    /// Sends a signal.
    #[cfg(unix)]
    pub fn signal(&self, signal: rustix::process::Signal) {
        let number = i32::try_from(self.child.process_id().unwrap()).unwrap();
        rustix::process::kill_process(rustix::process::Pid::from_raw(number).unwrap(), signal).unwrap();
    }

    /// Waits for the end; returns the exit code.
    pub fn end(&mut self) -> u32 {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                std::thread::sleep(Duration::from_millis(50));
                return status.exit_code();
            }
            assert!(start.elapsed() < PATIENCE, "the program does not end:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Whether the marked row says something, be it over several lines.
fn is_marked(screen: &str, row: &str) -> bool {
    let Some((_, marked)) = screen.rsplit_once("\n> ") else { return false };
    let mut lines = marked.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let more = lines.take_while(|line| line.starts_with("  "));
    let whole = more.fold(first, |whole, line| whole + line.trim_start());
    squeezed(&whole).starts_with(&squeezed(row))
}

/// A text without the spaces at which lines are broken.
pub fn squeezed(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

/// Starts the program, closes its window once it shows something, and returns the exit code.
pub fn close_the_window(arguments: &str, shown: &str) -> u32 {
    let size = PtySize { rows: 40, cols: 80, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_shinrai"));
    command.args(arguments.split_whitespace());
    command.env_clear();
    command.env("TERM", "xterm");
    command.env("LANG", "en_US.UTF-8");
    command.cwd(env!("CARGO_MANIFEST_DIR"));
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains(shown) {
        let mut bytes = [0; 4096];
        let read = reader.read(&mut bytes).unwrap();
        seen.extend_from_slice(&bytes[..read]);
    }
    std::thread::sleep(Duration::from_millis(100));
    drop((reader, pair.master));
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.exit_code();
        }
        assert!(start.elapsed() < PATIENCE, "the program does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The modes of a terminal, such as whether it shows what is typed.
fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}
