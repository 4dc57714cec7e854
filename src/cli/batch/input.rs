//! Situations as they arrive: whole lines, or rows of a table, in portions of bounded size. What has arrived is handed on at
//! once, so that an answer does not wait for the next line.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use csv::ByteRecord;

/// A portion of the input.
pub enum Portion {
    /// Whole lines of JSON. The first of them has this number.
    Lines(u64, Vec<u8>),
    /// The rest of a line that is too long to be read, which has this number.
    TooLong(u64),
    /// Rows of a table, each with the number of its line.
    Rows(Vec<(u64, ByteRecord)>),
}

/// The longest line, in bytes.
pub const LONGEST_LINE: usize = 1024 * 1024;

/// How much is read at once.
const PORTION: usize = 128 * 1024;

/// Lines of JSON.
pub struct Lines<R> {
    input: R,
    /// The number of the next line.
    line: u64,
    /// The beginning of a line that has not ended yet.
    rest: Vec<u8>,
    has_ended: bool,
}

impl<R: Read> Lines<R> {
    /// The lines of an input.
    pub const fn new(input: R) -> Self {
        Self { input, line: 1, rest: Vec::new(), has_ended: false }
    }

    /// The next portion.
    pub fn next(&mut self) -> io::Result<Option<Portion>> {
        while !self.has_ended {
            let mut bytes = std::mem::take(&mut self.rest);
            let before = bytes.len();
            bytes.resize(before + PORTION, 0);
            let read = read(&mut self.input, &mut bytes[before..])?;
            bytes.truncate(before + read);
            self.has_ended = read == 0;
            let end = if self.has_ended { bytes.len() } else { end_of_lines(&bytes, before) };
            self.rest = bytes.split_off(end);
            if self.rest.len() > LONGEST_LINE {
                return self.skip_line(bytes).map(Some);
            }
            if !bytes.is_empty() {
                let first = self.line;
                self.line += count_lines(&bytes);
                return Ok(Some(Portion::Lines(first, bytes)));
            }
        }
        Ok(None)
    }

    /// Throws the rest of a line away that is too long to be kept. Lines before it are handed on first.
    fn skip_line(&mut self, lines: Vec<u8>) -> io::Result<Portion> {
        let first = self.line;
        self.line += count_lines(&lines);
        if !lines.is_empty() {
            return Ok(Portion::Lines(first, lines)); // it is still too long when it comes up again
        }
        let mut bytes = vec![0; PORTION];
        self.rest.clear();
        loop {
            let read = read(&mut self.input, &mut bytes)?;
            if let Some(end) = memchr::memchr(b'\n', &bytes[..read]) {
                self.rest.extend_from_slice(&bytes[end + 1..read]);
                break;
            }
            if read == 0 {
                self.has_ended = true;
                break;
            }
        }
        self.line += 1;
        Ok(Portion::TooLong(first))
    }
}

/// Where the last whole line ends. Up to `searched` there is none.
fn end_of_lines(bytes: &[u8], searched: usize) -> usize {
    memchr::memrchr(b'\n', &bytes[searched..]).map_or(0, |position| searched + position + 1)
}

fn count_lines(bytes: &[u8]) -> u64 {
    let is_cut = bytes.last().is_some_and(|&byte| byte != b'\n');
    memchr::memchr_iter(b'\n', bytes).count() as u64 + u64::from(is_cut)
}

fn read(input: &mut impl Read, bytes: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Rows of a table with a heading.
pub struct Rows<R> {
    reader: csv::Reader<Counted<R>>,
    counts: Arc<Counts>,
    has_ended: bool,
}

/// The most rows of a portion.
const MOST_ROWS: usize = 256;

impl<R: Read> Rows<R> {
    /// The rows of an input whose cells are separated by this byte.
    pub fn new(input: R, delimiter: u8) -> Self {
        let counts = Arc::new(Counts::default());
        let input = Counted { input, counts: Arc::clone(&counts) };
        let mut builder = csv::ReaderBuilder::new();
        let builder = builder.delimiter(delimiter).flexible(true).has_headers(false).buffer_capacity(PORTION);
        Self { reader: builder.from_reader(input), counts, has_ended: false }
    }

    /// The next row by itself: the heading.
    pub fn heading(&mut self) -> io::Result<Option<ByteRecord>> {
        Ok(self.row()?.map(|(_, row)| row))
    }

    /// The next row, with the number of its line.
    fn row(&mut self) -> io::Result<Option<(u64, ByteRecord)>> {
        self.counts.this_row.store(0, Relaxed);
        let before = self.reader.position().line();
        let mut row = ByteRecord::new();
        if !self.reader.read_byte_record(&mut row).map_err(of_input)? {
            return Ok(None);
        }
        let inside = memchr::memchr_iter(b'\n', row.as_slice()).count() as u64;
        let empty = (self.reader.position().line() - before).saturating_sub(inside + 1);
        Ok(Some((before + empty, row)))
    }

    /// The next portion.
    pub fn next(&mut self) -> io::Result<Option<Portion>> {
        let mut rows = Vec::new();
        while !self.has_ended && rows.len() < MOST_ROWS {
            match self.row() {
                Ok(Some(row)) => rows.push(row),
                Ok(None) => self.has_ended = true,
                Err(error) if rows.is_empty() => return Err(error),
                Err(_) => break, // it comes up again
            }
            if self.reader.position().byte() >= self.counts.all.load(Relaxed) {
                break; // the next row has not arrived yet
            }
        }
        Ok((!rows.is_empty()).then_some(Portion::Rows(rows)))
    }
}

/// The fault of the input that ended a table.
fn of_input(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// How many bytes were read.
#[derive(Default)]
struct Counts {
    all: AtomicU64,
    this_row: AtomicUsize,
}

/// Counts what is read, and refuses a row without an end.
struct Counted<R> {
    input: R,
    counts: Arc<Counts>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.counts.this_row.load(Relaxed) > LONGEST_LINE {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = read(&mut self.input, bytes)?;
        self.counts.all.fetch_add(read as u64, Relaxed);
        self.counts.this_row.fetch_add(read, Relaxed);
        Ok(read)
    }
}

/// An input whose beginning has been looked at.
pub struct Begun {
    /// The beginning: its first line, unless that is very long.
    pub beginning: Vec<u8>,
    rest: Bytes,
}

/// Bytes from somewhere.
pub type Bytes = Box<dyn Read + Send>;

impl Begun {
    /// Looks at the beginning. A byte order mark is taken away, and UTF-16 is read as UTF-8 from here on.
    pub fn new(mut input: impl Read + Send + 'static) -> io::Result<Self> {
        let mut beginning = vec![0; 4];
        let mut known = 0;
        while known < beginning.len() {
            match read(&mut input, &mut beginning[known..])? {
                0 => break,
                more => known += more,
            }
        }
        beginning.truncate(known);
        let mut input: Bytes = match encoding_rs::Encoding::for_bom(&beginning) {
            Some((encoding, mark)) => {
                let rest = Cursor::new(beginning.split_off(mark)).chain(input);
                beginning.clear();
                if encoding == encoding_rs::UTF_8 { Box::new(rest) } else { Box::new(Decoded::new(rest, encoding)) }
            }
            None => Box::new(input),
        };
        while !beginning.contains(&b'\n') && beginning.len() < PORTION {
            let before = beginning.len();
            beginning.resize(before + PORTION, 0);
            let read = read(&mut input, &mut beginning[before..])?;
            beginning.truncate(before + read);
            if read == 0 {
                break;
            }
        }
        Ok(Self { beginning, rest: input })
    }

    /// The whole input.
    pub fn whole(self) -> Bytes {
        Box::new(Cursor::new(self.beginning).chain(self.rest))
    }
}

/// Another encoding, read as UTF-8.
struct Decoded<R> {
    input: R,
    decoder: encoding_rs::Decoder,
    bytes: Vec<u8>,
    text: Vec<u8>,
    given: usize,
    has_ended: bool,
}

impl<R: Read> Decoded<R> {
    fn new(input: R, encoding: &'static encoding_rs::Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Self { input, decoder, bytes: vec![0; 8192], text: Vec::new(), given: 0, has_ended: false }
    }

    fn decode_more(&mut self) -> io::Result<()> {
        let read = read(&mut self.input, &mut self.bytes)?;
        self.has_ended = read == 0;
        let most = self.decoder.max_utf8_buffer_length(read).unwrap_or(4 * self.bytes.len());
        self.text.resize(most, 0);
        let (_, _, written, _) = self.decoder.decode_to_utf8(&self.bytes[..read], &mut self.text, self.has_ended);
        self.text.truncate(written);
        self.given = 0;
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.has_ended {
            self.decode_more()?;
        }
        let given = (&self.text[self.given..]).read(bytes)?;
        self.given += given;
        Ok(given)
    }
}
