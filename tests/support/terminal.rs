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
pub const ENTER: &str = "\r";
pub const ESC: &str = "\x1b";
pub const CTRL_C: &str = "\x03";
pub const CTRL_D: &str = "\x04";

/// The program in a terminal.
pub struct Terminal {
    screen: Arc<Mutex<vt100::Parser>>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Starts the program in a terminal of some size. A line stands above it.
    pub fn start(rows: u16, columns: u16, arguments: &str) -> Self {
        Self::start_with(rows, columns, arguments, &[])
    }

    /// The same, with variables of the environment.
    pub fn start_with(rows: u16, columns: u16, arguments: &str, variables: &[(&str, &str)]) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_shinrai"));
        command.env_clear();
        command.env("LANG", "en_US.UTF-8");
        command.env("TERM", "xterm-256color");
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        for (name, value) in variables {
            command.env(name, value);
        }
        for argument in arguments.split_whitespace() {
            command.arg(argument);
        }
        let mut parser = vt100::Parser::new(some(rows), some(columns), 200);
        parser.process(b"ABOVE\r\n");
        let screen = Arc::new(Mutex::new(parser));
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
        Self { screen, keyboard, child, master: pair.master }
    }

    /// What a person sees, without empty lines at the end.
    pub fn text(&self) -> String {
        let parser = self.screen.lock().unwrap();
        let columns = parser.screen().size().1.into();
        let lines: Vec<String> = parser.screen().rows(0, columns).map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n").trim_end().to_owned()
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

    /// Presses keys, one after the other.
    pub fn press(&mut self, keys: &[&str]) {
        for key in keys {
            self.keyboard.write_all(key.as_bytes()).unwrap();
            self.keyboard.flush().unwrap();
            std::thread::sleep(Duration::from_millis(30));
        }
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
