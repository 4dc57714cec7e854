//! Files as they were read: bytes to text, and places in that text.
//!
//! Nothing here touches a disk: the caller brings the bytes.

use std::ops::Range;

use encoding_rs::{EUC_JP, Encoding as Charset, SHIFT_JIS, UTF_16BE, UTF_16LE};

use crate::rulebook::pack::packed;
use crate::words;
use crate::words::Words;

/// The most bytes of a rulebook with all its files, and of a file of answers. No rulebook written by people comes near it, and
/// whatever stands in so many bytes is read or refused within two seconds.
pub const MAX_BYTES: u64 = 2 * 1024 * 1024;

/// How a file was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16 with a byte order mark.
    Utf16,
    /// Shift_JIS, as code page 932 has it.
    ShiftJis,
}

impl Encoding {
    /// The encoding's usual name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::ShiftJis => "Shift_JIS",
        }
    }
}

/// A file as it was given: how to call it, and its bytes.
#[derive(Clone, Debug)]
pub struct File {
    /// The name to show in messages, usually the path.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A file as text.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name to show in messages.
    pub name: String,
    /// The text, with line ends as `\n` and without a byte order mark.
    pub text: String,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl Source {
    /// A text with its name.
    pub fn new(name: String, text: String) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| newline + 1)).collect();
        Self { name, text, lines }
    }

    /// The line of a byte offset, counted from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|&start| start <= offset)
    }

    /// Line and column of a byte offset, both counted from 1, the column in characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.line(offset);
        (line, self.text[self.lines[line - 1]..offset].chars().count() + 1)
    }
}

/// A place in one of several sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Which source, as an index.
    pub source: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The place of a byte range in a source.
    #[expect(clippy::cast_possible_truncation, reason = "a source is at most MAX_BYTES long")]
    pub fn new(source: u32, range: &Range<usize>) -> Self {
        Self { source, start: range.start as u32, end: range.end as u32 }
    }

    /// The bytes in the source's text.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

packed!(struct Span { source, start, end });

/// Why bytes are not text, and where that shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotText {
    /// What is wrong.
    pub message: Words,
    /// The text up to the fault, made readable.
    pub readable: String,
}

/// Reads bytes as text: by their byte order mark, as UTF-8, or as Shift_JIS. Line ends become `\n`.
///
/// # Errors
///
/// When they are none of these, or look like EUC-JP: valid Shift_JIS of which more than 30 % of the characters beyond
/// ASCII are half-width katakana.
pub fn decode(bytes: &[u8]) -> Result<(String, Encoding), NotText> {
    if let Some((charset, mark)) = Charset::for_bom(bytes).filter(|&(charset, _)| charset != encoding_rs::UTF_8) {
        debug_assert!(charset == UTF_16LE || charset == UTF_16BE, "the other marks");
        return match charset.decode_without_bom_handling_and_without_replacement(&bytes[mark..]) {
            Some(text) => Ok((with_line_feeds(&text), Encoding::Utf16)),
            None => Err(not_text(bytes, 0, "UTF-16")),
        };
    }
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match str::from_utf8(body) {
        Ok(text) => Ok((with_line_feeds(text), Encoding::Utf8)),
        Err(fault) => match SHIFT_JIS.decode_without_bom_handling_and_without_replacement(body) {
            Some(text) if !looks_like_euc_jp(&text) => Ok((with_line_feeds(&text), Encoding::ShiftJis)),
            _ => Err(not_text(body, fault.valid_up_to(), guess(body))),
        },
    }
}

fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn looks_like_euc_jp(text: &str) -> bool {
    let beyond_ascii = text.chars().filter(|character| !character.is_ascii());
    let (all, half_width) = beyond_ascii.fold((0, 0), |(all, half_width), character| {
        (all + 1, half_width + usize::from(matches!(character, '\u{FF61}'..='\u{FF9F}')))
    });
    half_width * 10 > all * 3
}

fn guess(bytes: &[u8]) -> &'static str {
    let is_euc_jp = EUC_JP.decode_without_bom_handling_and_without_replacement(bytes).is_some();
    if is_euc_jp { "EUC-JP" } else { "" }
}

fn not_text(bytes: &[u8], offset: usize, guess: &str) -> NotText {
    let readable = with_line_feeds(&String::from_utf8_lossy(&bytes[..offset]));
    let message = if guess.is_empty() {
        words!(
            ja: "UTF-8 として読めません（{offset}バイト目）",
            en: "not UTF-8 (at byte {offset})",
        )
    } else {
        words!(
            ja: "UTF-8 として読めません（{offset}バイト目、{guess} のようです）",
            en: "not UTF-8 (at byte {offset}; it looks like {guess})",
        )
    };
    NotText { message, readable }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encodings_that_coaches_save_are_read() {
        let japanese = "名前 = \"信頼回復①\"\r\n";
        let (sjis, _, _) = SHIFT_JIS.encode(japanese);
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(japanese.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let with_bom = [b"\xEF\xBB\xBF", japanese.as_bytes()].concat();
        for (bytes, encoding) in [
            (japanese.as_bytes().to_vec(), Encoding::Utf8),
            (with_bom, Encoding::Utf8),
            (sjis.into_owned(), Encoding::ShiftJis),
            (utf16, Encoding::Utf16),
        ] {
            assert_eq!(decode(&bytes), Ok(("名前 = \"信頼回復①\"\n".to_owned(), encoding)));
        }
    }

    #[test]
    fn other_encodings_are_refused_with_the_place() {
        let (euc, _, _) = EUC_JP.encode("# abc\nこれはにほんごです");
        let fault = decode(&euc).expect_err("EUC-JP is not read");
        assert_eq!(fault.message.en, "not UTF-8 (at byte 6; it looks like EUC-JP)");
        assert_eq!(fault.readable, "# abc\n");
        assert!(decode(b"caf\xE9 \xFF").is_err());
        assert!(decode(b"\xFF\xFE\x00\xD8").is_err(), "a lone surrogate");
    }

    #[test]
    fn columns_count_characters() {
        let source = Source::new("a.toml".into(), "a\n信頼 = 1\n".into());
        assert_eq!(source.line_column(0), (1, 1));
        assert_eq!(source.line_column(2), (2, 1));
        assert_eq!(source.line_column(8), (2, 3));
        assert_eq!(source.line_column(99), (3, 1));
    }
}
