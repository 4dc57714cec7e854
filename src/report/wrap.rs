//! Lines that fit: Unicode line breaking (UAX #14) by display width, so that Japanese punctuation never starts a line.

use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr;

/// The narrowest text column: two wide characters.
const NARROWEST: usize = 4;

/// Wraps a text to lines of at most `width` columns, greedily. Line feeds in the text stay. A piece without a place to
/// break that is wider than a line is divided where the line ends, between characters as a reader sees them (UAX #29).
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    lines(text, width, width)
}

/// The same with another width for the first line.
fn lines(text: &str, first: usize, further: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    let room = |lines: &[String]| if lines.is_empty() { first } else { further }.max(NARROWEST);
    for (piece, mandatory) in pieces(text) {
        let visible = piece.trim_end_matches([' ', '\n']);
        if used > 0 && used + visible.width() > room(&lines) {
            lines.push(finished(&mut line, &mut used));
        }
        for character in piece.trim_end_matches('\n').graphemes(true) {
            let columns = character.width();
            if used > 0 && used + columns > room(&lines) && character != " " {
                lines.push(finished(&mut line, &mut used));
            }
            line.push_str(character);
            used += columns;
        }
        if mandatory {
            lines.push(finished(&mut line, &mut used));
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(finished(&mut line, &mut used));
    }
    lines
}

/// Wraps a text and puts `first` before its first line and as many spaces as that is wide before the others.
pub fn hanging(first: &str, text: &str, width: usize) -> String {
    hanging_by(first, first.width(), text, width)
}

/// Wraps a text and puts `first` before its first line and so many spaces before the others.
pub fn hanging_by(first: &str, indent: usize, text: &str, width: usize) -> String {
    let lines = lines(text, width.saturating_sub(first.width()), width.saturating_sub(indent));
    let mut out = String::new();
    for (number, line) in lines.iter().enumerate() {
        if number == 0 {
            out.push_str(first);
        } else if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

fn finished(line: &mut String, used: &mut usize) -> String {
    *used = 0;
    let whole = std::mem::take(line);
    whole.trim_end_matches(' ').to_owned()
}

/// The text cut at every place where a line may end, and whether it must end there. The algorithm also allows breaks inside
/// of some characters as a reader sees them, where a mark of one script follows a letter of another.
pub fn pieces(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut start = 0;
    let last = text.len();
    let mut ends = text.grapheme_indices(true).map(|(start, character)| start + character.len()).peekable();
    linebreaks(text).filter_map(move |(end, opportunity)| {
        let mandatory = opportunity == BreakOpportunity::Mandatory && text[..end].ends_with('\n');
        while ends.next_if(|&other| other < end).is_some() {}
        let is_inside = ends.peek() != Some(&end);
        if !mandatory && end < last && (is_inside || is_ugly(&text[..end], &text[end..])) {
            return None;
        }
        let piece = &text[start..end];
        start = end;
        Some((piece, mandatory))
    })
}

/// Breaks that the algorithm allows and a reader does not: before a wave dash or a unit and after a currency sign in Japanese;
/// inside a flag, an address or a telephone number, which somebody has to type.
fn is_ugly(before: &str, after: &str) -> bool {
    const OPENING: [char; 5] = ['￥', '＄', '＃', '#', '$'];
    const CLOSING: [char; 9] = ['～', '〜', '％', '℃', '‰', '°', '′', '″', '='];
    before.ends_with("--")
        || before.ends_with(" -")
        || before.ends_with("[-")
        || before.ends_with("-a ")
        || before.ends_with(OPENING)
        || after.starts_with(CLOSING)
        || is_in_number(before, after)
        || is_in_address(before, after)
}

fn is_in_number(before: &str, after: &str) -> bool {
    let mut back = before.chars().rev();
    let (last, last_but_one) = (back.next(), back.next());
    let is_digit = |character: Option<char>| character.is_some_and(|character| character.is_ascii_digit());
    match last {
        Some('-') => is_digit(last_but_one),
        Some(' ') => is_digit(last_but_one) && is_digit(after.chars().next()),
        _ => false,
    }
}

/// Whether the word around a break has a dot between letters and a slash or a dash, as `example.jp/a-b`.
fn is_in_address(before: &str, after: &str) -> bool {
    /// No address is longer; looking on would take the square of the length of what is none.
    const LONGEST: usize = 200;
    let is_part = |character: &char| character.is_ascii_graphic() && !"()\"'`,;".contains(*character);
    let start: String = before.chars().rev().take_while(is_part).take(LONGEST).collect();
    let word: String = start.chars().rev().chain(after.chars().take_while(is_part).take(LONGEST)).collect();
    let has_dot = word.as_bytes().windows(3).any(|bytes| {
        let [one, dot, other] = [bytes[0], bytes[1], bytes[2]];
        one.is_ascii_alphanumeric() && dot == b'.' && other.is_ascii_alphabetic()
    });
    !start.is_empty() && has_dot && word.contains(['/', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_punctuation_never_starts_a_line() {
        let text = "まず、分かっている事実だけを上司に伝えます。（推測は、推測だと言い添えてください。）「いつ、何が、誰に」の順です。";
        for width in 8..60 {
            let lines = wrap(text, width);
            for line in &lines {
                assert!(line.width() <= width, "{width}: {line}");
                assert!(!line.starts_with(['、', '。', '）', '」', 'っ']), "{width}: {line}");
                assert!(!line.ends_with(['（', '「']), "{width}: {line}");
            }
            assert_eq!(lines.concat(), text);
        }
    }

    #[test]
    fn words_stay_whole_and_long_ones_are_divided() {
        assert_eq!(wrap("Tell your boss the facts today.", 12), ["Tell your", "boss the", "facts today."]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("a\n\nb\n", 9), ["a", "", "b"]);
        assert_eq!(wrap("", 9), [""]);
    }

    #[test]
    fn a_character_stays_whole() {
        assert_eq!(wrap("徵徵徵\u{e33}徵", 6), ["徵徵", "徵\u{e33}徵"]); // a mark of Thai
        assert_eq!(wrap("あ👩\u{200d}💻👩\u{200d}💻", 4), ["あ👩\u{200d}💻", "👩\u{200d}💻"]);
    }

    #[test]
    fn a_flag_stays_whole() {
        assert_eq!(wrap("名前の終わり --output から", 20), ["名前の終わり", "--output から"]);
        assert_eq!(wrap("わからないは 質問=?", 17), ["わからないは 質", "問=?"]);
    }

    #[test]
    fn what_somebody_has_to_type_stays_whole() {
        for (text, width, expected) in [
            ("line: 116 123; 112", 12, ["line:", "116 123; 112"]),
            ("see www.mhlw.go.jp/mamorouyokokoro/", 31, ["see", "www.mhlw.go.jp/mamorouyokokoro/"]),
            ("at no-harassment.mhlw.go.jp/inquiry-counter", 40, ["at", "no-harassment.mhlw.go.jp/inquiry-counter"]),
            ("Trouble 110-ban", 12, ["Trouble", "110-ban"]),
            ("this and/or that", 13, ["this and/or", "that"]),
        ] {
            assert_eq!(wrap(text, width), expected);
        }
    }

    #[test]
    fn further_lines_hang() {
        assert_eq!(hanging("1. ", "信頼を取り戻す", 11), "1. 信頼を取\n   り戻す\n");
        assert_eq!(hanging_by(" ", 3, "ab cd ef", 6), " ab cd\n   ef\n");
    }
}
