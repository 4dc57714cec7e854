//! Situations as they arrive: whole lines, or rows of a table, in portions of bounded size. What has arrived is handed on at
//! once, so that an answer does not wait for the next line.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};

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
    /// The most lines of a portion.
    most: usize,
    /// The number of the next line.
    line: u64,
    /// What has been read and not been handed on.
    rest: Vec<u8>,
    /// So many of its first bytes hold no end of a line.
    searched: usize,
    has_ended: bool,
}

impl<R: Read> Lines<R> {
    /// The lines of an input, so many at once at most.
    pub const fn new(input: R, most: usize) -> Self {
        Self { input, most, line: 1, rest: Vec::new(), searched: 0, has_ended: false }
    }

    /// The next portion.
    pub fn next(&mut self) -> io::Result<Option<Portion>> {
        loop {
            if let Some(end) = self.end_of_portion() {
                let rest = self.rest.split_off(end);
                let bytes = std::mem::replace(&mut self.rest, rest);
                self.searched = 0;
                let first = self.line;
                self.line += count_lines(&bytes);
                return Ok(Some(Portion::Lines(first, bytes)));
            }
            if self.has_ended {
                return Ok(None);
            }
            self.searched = self.rest.len();
            if self.rest.len() > LONGEST_LINE {
                return self.skip_line().map(Some);
            }
            self.read()?;
        }
    }

    /// Where what can be handed on ends.
    fn end_of_portion(&self) -> Option<usize> {
        let unsearched = &self.rest[self.searched..];
        let last = memchr::memchr_iter(b'\n', unsearched).take(self.most).last();
        let end = last.map(|position| self.searched + position + 1);
        end.or_else(|| (self.has_ended && !self.rest.is_empty()).then_some(self.rest.len()))
    }

    fn read(&mut self) -> io::Result<()> {
        let before = self.rest.len();
        self.rest.resize(before + PORTION, 0);
        let read = read(&mut self.input, &mut self.rest[before..]);
        self.rest.truncate(before + *read.as_ref().unwrap_or(&0));
        self.has_ended = read? == 0;
        Ok(())
    }

    /// Throws a line away that is too long to be kept.
    fn skip_line(&mut self) -> io::Result<Portion> {
        loop {
            self.rest.clear();
            self.read()?;
            if let Some(end) = memchr::memchr(b'\n', &self.rest) {
                self.rest.drain(..=end);
                break;
            }
            if self.has_ended {
                self.rest.clear();
                break;
            }
        }
        self.searched = 0;
        self.line += 1;
        Ok(Portion::TooLong(self.line - 1))
    }
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
    most: usize,
    ends: Ends,
    /// How many rows there were.
    number: u64,
    has_ended: bool,
    /// What went wrong behind the rows that were handed on last.
    fault: Option<io::Error>,
}

/// How lines end, which decides how they are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    LineFeed,
    Both,
    CarriageReturn,
}

impl Ends {
    fn of(beginning: &[u8]) -> Self {
        match memchr::memchr(b'\n', beginning) {
            Some(end) if beginning[..end].ends_with(b"\r") => Self::Both,
            None if beginning.contains(&b'\r') => Self::CarriageReturn,
            _ => Self::LineFeed,
        }
    }
}

impl<R: Read> Rows<R> {
    /// The rows of an input that begins like this, with cells that are separated by this byte; so many at once at most.
    pub fn new(input: R, beginning: &[u8], delimiter: u8, most: usize) -> Self {
        let counts = Arc::new(Counts::default());
        let input = Counted { input, counts: Arc::clone(&counts) };
        let mut builder = csv::ReaderBuilder::new();
        let builder = builder.delimiter(delimiter).flexible(true).has_headers(false).buffer_capacity(PORTION);
        let (reader, ends) = (builder.from_reader(input), Ends::of(beginning));
        Self { reader, counts, most, ends, number: 0, has_ended: false, fault: None }
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
        self.number += 1;
        if self.counts.has_ended.load(Relaxed) && self.is_all_read() && self.counts.quotes.load(Relaxed) % 2 == 1 {
            return Err(io::ErrorKind::FileTooLarge.into()); // the last row goes on to the end: a quote is not closed
        }
        let inside = memchr::memchr_iter(b'\n', row.as_slice()).count() as u64;
        let after = self.reader.position().line();
        let line = match self.ends {
            Ends::LineFeed => before.max(after.saturating_sub(inside + 1)),
            Ends::Both => after.saturating_sub(inside).max(1), // the line feed still belongs to what comes
            Ends::CarriageReturn => self.number,
        };
        Ok(Some((line, row)))
    }

    /// Whether everything that has arrived was handed on.
    fn is_all_read(&self) -> bool {
        self.reader.position().byte() >= self.counts.all.load(Relaxed)
    }

    /// The next portion.
    pub fn next(&mut self) -> io::Result<Option<Portion>> {
        if let Some(fault) = self.fault.take() {
            self.has_ended = true;
            return Err(fault);
        }
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while !self.has_ended && rows.len() < self.most && bytes < PORTION {
            match self.row() {
                Ok(Some((line, row))) => {
                    bytes += row.as_slice().len();
                    rows.push((line, row));
                }
                Ok(None) => self.has_ended = true,
                Err(error) => {
                    self.fault = Some(error);
                    break;
                }
            }
            if self.is_all_read() {
                break; // the next row has not arrived yet
            }
        }
        if rows.is_empty() && self.fault.is_some() {
            return self.next();
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

/// What was read.
#[derive(Default)]
struct Counts {
    all: AtomicU64,
    this_row: AtomicUsize,
    quotes: AtomicU64,
    has_ended: AtomicBool,
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
        self.counts.has_ended.store(read == 0, Relaxed);
        self.counts.quotes.fetch_add(memchr::memchr_iter(b'"', &bytes[..read]).count() as u64, Relaxed);
        self.counts.all.fetch_add(read as u64, Relaxed);
        self.counts.this_row.fetch_add(read, Relaxed);
        Ok(read)
    }
}

/// An input whose beginning has been looked at.
pub struct Begun {
    /// The beginning: its first line, unless that is very long.
    pub beginning: Vec<u8>,
    /// The separator that a remark of a spreadsheet named.
    pub delimiter: Option<u8>,
    rest: Bytes,
}

/// Bytes from somewhere.
pub type Bytes = Box<dyn Read + Send>;

impl Begun {
    /// Looks at the beginning. A byte order mark is taken away, and UTF-16 is read as UTF-8 from here on.
    pub fn new(input: impl Read + Send + 'static) -> io::Result<Self> {
        let mut input = Once { input, has_ended: false };
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
        Ok(Self { beginning, delimiter: None, rest: input })
    }

    /// The input behind empty lines and a first line such as `sep=;`, which is for a spreadsheet alone.
    pub fn without_remark_of_a_spreadsheet(mut self) -> Self {
        let start = self.beginning.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(0);
        self.beginning.drain(..start);
        let end = memchr::memchr(b'\n', &self.beginning).map_or(self.beginning.len(), |end| end + 1);
        if let Some(&[delimiter, ref rest @ ..]) = self.beginning[..end].strip_prefix(b"sep=")
            && rest.trim_ascii().is_empty()
        {
            self.delimiter = Some(delimiter);
            self.beginning.drain(..end);
        }
        self
    }

    /// The whole input.
    pub fn whole(self) -> Bytes {
        Box::new(Cursor::new(self.beginning).chain(self.rest))
    }
}

/// An input that ends once: at a terminal, Ctrl-D ends one read alone.
struct Once<R> {
    input: R,
    has_ended: bool,
}

impl<R: Read> Read for Once<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = if self.has_ended { 0 } else { self.input.read(bytes)? };
        self.has_ended = read == 0;
        Ok(read)
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
