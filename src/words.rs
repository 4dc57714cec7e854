//! The languages of the program, and texts that exist in all of them.
//!
//! A sentence is written once, in both languages side by side, at the place that knows what it has to say. So neither
//! language can be forgotten, and no table of message numbers stands between a fault and its words. Texts of a
//! rulebook are not here: they are [`Text`](crate::rulebook::Text).

/// A language in which the program speaks and a rulebook may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Japanese, `ja`.
    Ja,
    /// English, `en`.
    En,
}

impl Language {
    /// Every language, in the order of their tags in `--help`.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// The language's tag: `ja` or `en`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// The language with this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The language of a locale name such as `ja_JP.UTF-8`, `en-US` or `C`, if it is one of ours.
    pub fn from_locale(locale: &str) -> Option<Self> {
        let tag = locale.split(['_', '-', '.', '@']).next()?;
        Self::from_tag(&tag.to_ascii_lowercase())
    }
}

/// A sentence in every language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The Japanese sentence.
    pub ja: String,
    /// The English sentence.
    pub en: String,
}

impl Words {
    /// The same in both languages, [harmless].
    #[must_use]
    pub fn harmless(self) -> Self {
        Self { ja: harmless(self.ja), en: harmless(self.en) }
    }

    /// The sentence in one language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Ja => &self.ja,
            Language::En => &self.en,
        }
    }
}

/// Makes [`Words`](crate::words::Words) of two format strings with captured names.
#[macro_export]
macro_rules! words {
    (ja: $ja:literal, en: $en:literal $(,)?) => {
        $crate::words::Words { ja: format!($ja), en: format!($en) }
    };
}

/// The sentence for one language, of two format strings with captured names.
#[macro_export]
macro_rules! say {
    ($language:expr, ja: $ja:literal, en: $en:literal $(,)?) => {
        match $language {
            $crate::words::Language::Ja => format!($ja),
            $crate::words::Language::En => format!($en),
        }
    };
}

/// A fixed word in one language.
#[macro_export]
macro_rules! word {
    ($language:expr, ja: $ja:literal, en: $en:literal $(,)?) => {
        match $language {
            $crate::words::Language::Ja => $ja,
            $crate::words::Language::En => $en,
        }
    };
}

/// Puts code words into a sentence: `` `a`, `b` and `c` `` or 「`a`、`b`、`c`」's way of listing, unquoted.
pub fn ticked<I>(items: I) -> Words
where
    I: IntoIterator,
    I::Item: AsRef<str>,
{
    let ticked: Vec<String> = items.into_iter().map(|item| format!("`{}`", visible(item.as_ref()))).collect();
    Words { ja: ticked.join("、"), en: enumerated(&ticked) }
}

fn enumerated(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

/// `1 question`, `2 questions`: the English plural.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Longer names are not compared: comparing takes the product of both lengths.
const LONGEST_COMPARED: usize = 64;

/// So many steps of comparing are spent on one name: suggestions are a courtesy, and a rulebook may come from anybody.
const MOST_WORK: usize = 1_000_000;

/// The known name that is most likely meant by a name nobody knows.
///
/// Uses the Damerau-Levenshtein distance: at most two slips, and fewer than half of the letters.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_within(&mut MOST_WORK.clone(), name, known)
}

/// The same with as much work as is left of a budget, in steps of comparing. Names that it no longer takes are not looked at.
pub fn nearest_within<'a>(work: &mut usize, name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().take(LONGEST_COMPARED + 1).count();
    if length > LONGEST_COMPARED {
        return None;
    }
    let limit = (length / 2).min(2);
    let is_near =
        |candidate: &str| candidate.len() <= LONGEST_COMPARED && candidate.len().abs_diff(name.len()) <= 4 * limit;
    let is_affordable = |candidate: &&str| {
        let steps = if is_near(candidate) { length * candidate.len() } else { 1 };
        *work = work.saturating_sub(steps);
        *work > 0
    };
    known
        .into_iter()
        .take_while(is_affordable)
        .filter(|candidate| is_near(candidate))
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// The question whether another name was meant.
pub fn did_you_mean(name: &str) -> Words {
    let name = visible(name);
    words!(ja: "`{name}` のことではありませんか", en: "did you mean `{name}`?")
}

/// Full-width ASCII as the ordinary one, and an ideographic space as a space: what an input method types.
pub fn half_width(text: &str) -> String {
    let ordinary = |character| match character {
        '\u{3000}' => ' ',
        '！'..='～' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        other => other,
    };
    text.chars().map(ordinary).collect()
}

/// The most characters of foreign text that a message repeats.
const MOST_REPEATED: usize = 200;

/// The most characters of a whole message.
const LONGEST_MESSAGE: usize = 4_000;

/// A message without anything that a terminal would obey, wherever its parts came from, and of a length that is read.
pub fn harmless(text: String) -> String {
    let is_harmless = |character: char| character == '\n' || !is_unprintable(character);
    if text.len() <= LONGEST_MESSAGE && text.chars().all(is_harmless) {
        return text;
    }
    let mut shown = String::new();
    for (position, character) in text.chars().enumerate() {
        match character {
            _ if position == LONGEST_MESSAGE => {
                shown.push('…');
                break;
            }
            character if is_harmless(character) => shown.push(character),
            character => shown.extend(character.escape_unicode()),
        }
    }
    shown
}

/// Foreign text as a message can repeat it: control characters, and the invisible ones that change reading direction,
/// as `\u{…}`; what is very long is cut.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(MOST_REPEATED));
    for (position, character) in text.chars().enumerate() {
        if position == MOST_REPEATED {
            shown.push('…');
            break;
        }
        if is_unprintable(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Whether a character controls a terminal or hides or reorders text: C0, DEL, C1, line and paragraph separators,
/// bidirectional controls (Unicode Standard Annex #9), zero-width characters, fillers, tags and noncharacters. Line feeds
/// count as well.
pub fn is_unprintable(character: char) -> bool {
    if matches!(character, ' '..='~' | '\u{3000}'..='\u{3163}' | '\u{3165}'..='\u{9FFF}') {
        return false; // nearly every character of nearly every text
    }
    character.is_control()
        || u32::from(character) & 0xFFFE == 0xFFFE
        || matches!(character,
            '\u{00AD}' | '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180E}' | '\u{2065}' | '\u{FFF0}'..='\u{FFF8}'
            | '\u{3164}' | '\u{FFA0}' | '\u{FDD0}'..='\u{FDEF}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E00FF}' | '\u{E01F0}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_a_language_or_none() {
        let cases = [
            ("ja_JP.UTF-8", Some(Language::Ja)),
            ("en-US", Some(Language::En)),
            ("JA", Some(Language::Ja)),
            ("C", None),
            ("C.UTF-8", None),
            ("de_DE", None),
            ("", None),
        ];
        for (locale, expected) in cases {
            assert_eq!(Language::from_locale(locale), expected, "{locale}");
        }
    }

    #[test]
    fn the_nearest_name_is_near() {
        let known = ["missed_deadline", "harm", "event"];
        assert_eq!(nearest("missed_deadlin", known), Some("missed_deadline"));
        assert_eq!(nearest("evnet", known), Some("event"));
        assert_eq!(nearest("harbour", known), None);
        assert_eq!(nearest("x", known), None);
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_instead() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}c\0"), "a\\u{1b}[2Jb\\u{202e}c\\u{0}");
        assert_eq!(visible("信頼 – e\u{301}"), "信頼 – e\u{301}");
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(ticked(["a", "b", "c"]), Words { ja: "`a`、`b`、`c`".into(), en: "`a`, `b` and `c`".into() });
        assert_eq!(count(1, "question"), "1 question");
        assert_eq!(count(2, "question"), "2 questions");
    }
}
