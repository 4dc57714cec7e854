//! Lines of a source as they fit on a screen: a line that is too wide is cut around what is marked in it.

use std::borrow::Cow;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// What stands where something was cut away.
const CUT: &str = "...";

/// Lines of a text, and where its bytes are in them.
#[derive(Debug, PartialEq, Eq)]
pub struct Excerpt<'t> {
    /// The lines.
    pub text: Cow<'t, str>,
    kept: Vec<Kept>,
}

/// A part of a line that was kept.
#[derive(Debug, PartialEq, Eq)]
struct Kept {
    /// Where the line began.
    line: usize,
    /// Where it was.
    range: Range<usize>,
    /// Where it begins now.
    start: usize,
}

impl<'t> Excerpt<'t> {
    /// The lines of a text, each so many columns wide at most, with what is marked. Takes a time that grows with the length
    /// of what is kept, and with that of the text only where lines are looked for.
    pub fn new(text: &'t str, marks: &[Range<usize>], columns: usize) -> Self {
        let lines = lines(text);
        if lines.iter().all(|line| end_of(&text[line.clone()], columns) == line.len()) {
            return Self { text: Cow::Borrowed(text), kept: vec![Kept { line: 0, range: 0..text.len(), start: 0 }] };
        }
        let mut excerpt = Self { text: Cow::default(), kept: Vec::new() };
        for (number, line) in lines.into_iter().enumerate() {
            if number > 0 {
                excerpt.text.to_mut().push('\n');
            }
            let mark = marks.iter().map(|mark| mark.start).find(|start| (line.start..=line.end).contains(start));
            let window = window(&text[line.clone()], mark.map_or(0, |mark| mark - line.start), columns);
            excerpt.keep(text, &line, line.start + window.start..line.start + window.end);
        }
        excerpt
    }

    fn keep(&mut self, text: &str, line: &Range<usize>, range: Range<usize>) {
        let out = self.text.to_mut();
        if range.start > line.start {
            out.push_str(CUT);
        }
        let start = out.len();
        out.push_str(&text[range.clone()]);
        if range.end < line.end {
            out.push_str(CUT);
        }
        self.kept.push(Kept { line: line.start, range, start });
    }

    /// Whether something was cut away.
    pub const fn is_cut(&self) -> bool {
        matches!(self.text, Cow::Owned(_))
    }

    /// A mark, as far as it is kept.
    pub fn mark(&self, mark: &Range<usize>) -> Range<usize> {
        self.place(mark.start)..self.place(mark.end).max(self.place(mark.start))
    }

    fn place(&self, place: usize) -> usize {
        let line = self.kept.partition_point(|kept| kept.line <= place).saturating_sub(1);
        self.kept
            .get(line)
            .map_or(0, |kept| kept.start + place.clamp(kept.range.start, kept.range.end) - kept.range.start)
    }
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let ranges = text.split('\n').map(|line| {
        let range = start..start + line.len();
        start = range.end + 1;
        range
    });
    ranges.collect()
}

/// What is kept of a line: its beginning, or from a little before what is marked.
fn window(line: &str, mark: usize, columns: usize) -> Range<usize> {
    let room = columns.saturating_sub(CUT.len());
    if end_of(line, columns) == line.len() {
        return 0..line.len();
    }
    let mark = line.floor_char_boundary(mark);
    let start = mark - end_of_reversed(&line[..mark], room * 2 / 3);
    if start == 0 {
        return 0..end_of(line, room);
    }
    let start = mark - end_of_reversed(&line[..mark], room / 3);
    start..start + end_of(&line[start..], room.saturating_sub(CUT.len()))
}

/// Where a text ends that is so wide at most.
fn end_of(text: &str, columns: usize) -> usize {
    fitting(text.graphemes(true), columns)
}

/// How much of its end is so wide at most.
fn end_of_reversed(text: &str, columns: usize) -> usize {
    fitting(text.graphemes(true).rev(), columns)
}

fn fitting<'t>(characters: impl Iterator<Item = &'t str>, columns: usize) -> usize {
    let mut used = 0;
    let fit = |character: &&str| {
        used += character.width().max(usize::from(*character == "\t") * TAB);
        used <= columns
    };
    characters.take_while(fit).map(str::len).sum()
}

/// How many columns a tab takes where findings are drawn.
const TAB: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_as_it_is() {
        let text = "a = 1\nb = 2\n";
        let excerpt = Excerpt::new(text, std::slice::from_ref(&(6..7)), 10);
        assert_eq!((&*excerpt.text, excerpt.mark(&(6..7))), (text, 6..7));
    }

    #[test]
    fn a_wide_line_is_cut_around_its_mark() {
        let line = format!("{}X{}", "信".repeat(100), "頼".repeat(100));
        let text = format!("before\n{line}\nafter");
        let mark = 7 + 300..7 + 301;
        let excerpt = Excerpt::new(&text, std::slice::from_ref(&mark), 30);
        let lines: Vec<&str> = excerpt.text.split('\n').collect();
        assert_eq!((lines[0], lines[2]), ("before", "after"));
        assert!(lines[1].width() <= 30 && lines[1].starts_with("...信") && lines[1].ends_with("頼..."), "{}", lines[1]);
        assert_eq!(&excerpt.text[excerpt.mark(&mark)], "X");
        let long = 7..7 + line.len();
        assert!(excerpt.text[excerpt.mark(&long)].chars().all(|character| "信X頼".contains(character)));
    }

    #[test]
    fn marks_anywhere_stay_within_the_text() {
        let text = format!("{}\n\n{}", "あ".repeat(50), "b".repeat(500));
        for start in (0..text.len()).filter(|&start| text.is_char_boundary(start)) {
            for length in [0, 1, 200] {
                let mark = start..text.ceil_char_boundary((start + length).min(text.len()));
                let excerpt = Excerpt::new(&text, std::slice::from_ref(&mark), 20);
                assert!(excerpt.text.get(excerpt.mark(&mark)).is_some(), "{mark:?}");
                assert!(excerpt.text.lines().all(|line| line.width() <= 20), "{mark:?}");
            }
        }
    }
}
