//! Telephone numbers and web addresses in a sentence, as a browser can follow them.

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What it says.
    pub text: &'a str,
    /// Where it leads: `tel:` (RFC 3966) or `https:`.
    pub link: Option<String>,
}

/// A number of fewer digits is none that one can call: together, and in groups (`17-22` is a time).
const FEWEST_DIGITS: [usize; 2] = [3, 6];

/// The sentence cut at its numbers and addresses. A number of groups with spaces, such as `116 123`, is one.
pub fn pieces(sentence: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut position, mut plain) = (0, 0);
    while position < sentence.len() {
        let rest = &sentence[position..];
        let begins_word = !sentence[..position].ends_with(|character: char| character.is_ascii_alphanumeric());
        let found = if begins_word { number(rest).or_else(|| address(rest)) } else { None };
        if let Some((length, link)) = found {
            if plain < position {
                pieces.push(Piece { text: &sentence[plain..position], link: None });
            }
            pieces.push(Piece { text: &rest[..length], link: Some(link) });
            position += length;
            plain = position;
        } else {
            position += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    if plain < sentence.len() {
        pieces.push(Piece { text: &sentence[plain..], link: None });
    }
    pieces
}

/// A telephone number at the beginning: its length and where it leads.
fn number(text: &str) -> Option<(usize, String)> {
    let begin = text.strip_prefix('#').map_or(0, |_| 1);
    let is_part = |&(place, character): &(usize, char)| {
        let next_is_digit = || text[place + 1..].starts_with(|next: char| next.is_ascii_digit());
        character.is_ascii_digit() || matches!(character, '-' | ' ') && next_is_digit()
    };
    let length =
        begin + text[begin..].char_indices().map(|(place, it)| (begin + place, it)).take_while(is_part).count();
    let digits: String = text[..length].chars().filter(char::is_ascii_digit).collect();
    let is_alone =
        !text[length..].starts_with(|next: char| next.is_ascii_alphanumeric() || matches!(next, '-' | ':' | '.' | '/'));
    let fewest = FEWEST_DIGITS[usize::from(begin + digits.len() < length)];
    let is_number = text[begin..].starts_with(|first: char| first.is_ascii_digit()) && digits.len() >= fewest;
    let sharp = if begin == 1 { "%23" } else { "" };
    (is_number && is_alone).then(|| (length, format!("tel:{sharp}{digits}")))
}

/// A web address at the beginning: a host with a dot and what stands behind it, without the end of the sentence.
fn address(text: &str) -> Option<(usize, String)> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '/' | '_');
    let length = text.find(|character| !is_part(character)).unwrap_or(text.len());
    let word = text[..length].trim_end_matches('.');
    let host = word.split('/').next()?;
    let top = host.rsplit('.').next()?;
    let is_host = host.contains('.') && top.len() >= 2 && top.chars().all(|letter| letter.is_ascii_lowercase());
    is_host.then(|| (word.len(), format!("https://{word}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_called_or_opened_is_found() {
        for (sentence, links) in [
            ("119（救急）・110（警察）", vec![("119", "tel:119"), ("110", "tel:110")]),
            (
                "0120-279-338（岩手から 0120-279-226）",
                vec![("0120-279-338", "tel:0120279338"), ("0120-279-226", "tel:0120279226")],
            ),
            ("116 123; in danger, 999", vec![("116 123", "tel:116123"), ("999", "tel:999")]),
            ("#9110 (110 if urgent)", vec![("#9110", "tel:%239110"), ("110", "tel:110")]),
            (
                "www.mhlw.go.jp/mamorouyokokoro/",
                vec![("www.mhlw.go.jp/mamorouyokokoro/", "https://www.mhlw.go.jp/mamorouyokokoro/")],
            ),
            ("see example.org. Then", vec![("example.org", "https://example.org")]),
            ("Weekdays 17-22, 9:30-12:30, Trouble 110-ban, e.g. v1.2", vec![]),
            ("", vec![]),
        ] {
            let pieces = pieces(sentence);
            let found: Vec<(&str, &str)> =
                pieces.iter().filter_map(|piece| Some((piece.text, piece.link.as_deref()?))).collect();
            assert_eq!(found, links, "{sentence}");
            assert_eq!(pieces.iter().map(|piece| piece.text).collect::<String>(), sentence);
        }
    }
}
