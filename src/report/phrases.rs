//! Small phrases that several reports share: deadlines, dates, strengths, reasons.

use jiff::civil::{Date, Weekday};

use crate::answers::Strength;
use crate::diagnosis::Trace;
use crate::rulebook::calendar::{Due, Unit};
use crate::rulebook::condition::Options;
use crate::rulebook::{Answer, Id, Question, Rulebook};
use crate::words::{Language, count};
use crate::{say, word};

/// A deadline: `today`, `within 2 hours`, `within 3 days (by 25 November)`.
pub fn due(due: Due, today: Date, language: Language) -> String {
    let amount = due.amount;
    let length = length(due, language);
    let day = short_date(due.on(today), language);
    match (due.unit, amount) {
        (_, 0) => length,
        (Unit::Hour, _) => say!(language, ja: "{length}以内", en: "within {length}"),
        (Unit::Day, 1) => say!(language, ja: "明日{day}まで", en: "by tomorrow ({day})"),
        _ => say!(language, ja: "{length}以内、{day}まで", en: "within {length} (by {day})"),
    }
}

/// A deadline as a length of time: `today`, `2 hours`, `3 months`.
pub fn length(due: Due, language: Language) -> String {
    let amount = due.amount;
    let number = usize::from(amount);
    match (due.unit, language) {
        (_, Language::Ja) if amount == 0 => "今日中".to_owned(),
        (_, Language::En) if amount == 0 => "today".to_owned(),
        (Unit::Hour, Language::Ja) => format!("{amount}時間"),
        (Unit::Day, Language::Ja) => format!("{amount}日"),
        (Unit::Week, Language::Ja) => format!("{amount}週間"),
        (Unit::Month, Language::Ja) => format!("{amount}か月"),
        (Unit::Hour, Language::En) => count(number, "hour"),
        (Unit::Day, Language::En) => count(number, "day"),
        (Unit::Week, Language::En) => count(number, "week"),
        (Unit::Month, Language::En) => count(number, "month"),
    }
}

/// How often: `every week`.
pub fn every(every: Due, language: Language) -> String {
    let amount = every.amount;
    match (every.unit, amount) {
        (Unit::Day, 1) => word!(language, ja: "毎日", en: "every day").to_owned(),
        (Unit::Week, 1) => word!(language, ja: "毎週", en: "every week").to_owned(),
        (Unit::Month, 1) => word!(language, ja: "毎月", en: "every month").to_owned(),
        _ => {
            let length = length(every, language);
            say!(language, ja: "{length}ごと", en: "every {length}")
        }
    }
}

/// A day with its year: `22 November 2026`, `2026年11月22日（日）`.
pub fn long_date(date: Date, language: Language) -> String {
    let year = date.year();
    match language {
        Language::Ja => format!("{year}年{}", short_date(date, language)),
        Language::En => format!("{} {year}", short_date(date, language)),
    }
}

/// A day of this or the next year: `22 November`, `11月22日（日）`.
pub fn short_date(date: Date, language: Language) -> String {
    let (month, day) = (date.month(), date.day());
    match language {
        Language::Ja => {
            let weekday = match date.weekday() {
                Weekday::Monday => "月",
                Weekday::Tuesday => "火",
                Weekday::Wednesday => "水",
                Weekday::Thursday => "木",
                Weekday::Friday => "金",
                Weekday::Saturday => "土",
                Weekday::Sunday => "日",
            };
            format!("{month}月{day}日（{weekday}）")
        }
        Language::En => format!("{day} {}", month_name(date)),
    }
}

/// A day as seen from another: with its year when that is another one.
pub fn date_from(date: Date, today: Date, language: Language) -> String {
    if date.year() == today.year() { short_date(date, language) } else { long_date(date, language) }
}

/// A day where there is little room: `22 Nov`, `11/22`.
pub fn tiny_date(date: Date, language: Language) -> String {
    let (month, day) = (date.month(), date.day());
    match language {
        Language::Ja => format!("{month}/{day}"),
        Language::En => format!("{day} {}", &month_name(date)[..3]),
    }
}

fn month_name(date: Date) -> &'static str {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    MONTHS[usize::from(date.month().unsigned_abs()) - 1]
}

/// How clearly something shows, for what is found.
pub fn strength(strength: Strength, language: Language) -> &'static str {
    match strength.lower.hundredths() {
        80.. => word!(language, ja: "はっきり当てはまります", en: "shows clearly"),
        50..80 => word!(language, ja: "かなり当てはまります", en: "shows"),
        _ => word!(language, ja: "当てはまりそうです", en: "some signs of it"),
    }
}

/// The options of an answer in words; the empty choice is an answer, too.
pub fn chosen(question: &Question, options: Options, language: Language) -> String {
    if options.is_empty() {
        return word!(language, ja: "どれでもない", en: "none of these").to_owned();
    }
    let texts: Vec<&str> = options.iter().map(|option| question.option_text(option).get(language)).collect();
    texts.join(word!(language, ja: "／", en: " / "))
}

/// An answer in words; "don't know" is one, too.
pub fn answer(question: &Question, answer: Answer, language: Language) -> String {
    match answer {
        Answer::Chosen(options) => chosen(question, options, language),
        Answer::Unknown => word!(language, ja: "わからない", en: "I don't know").to_owned(),
    }
}

/// A question with what was answered: `Has it happened before? – Yes, once`.
pub fn reason(rulebook: &Rulebook, question: Id<Question>, options: Options, language: Language) -> String {
    let question = &rulebook.questions[question];
    let (ask, answer) = (question.ask.get(language), chosen(question, options, language));
    say!(language, ja: "{ask} → {answer}", en: "{ask} – {answer}")
}

/// The answers of a trace without their questions, one line each.
pub fn short_reasons(rulebook: &Rulebook, trace: &Trace, language: Language) -> Vec<String> {
    let answers = trace.answers.iter().map(|&(question, options)| {
        let is_unclear = rulebook.questions[question].unknown.is_some_and(|unknown| options == Options::one(unknown));
        if options.is_empty() || is_unclear {
            reason(rulebook, question, options, language)
        } else {
            let answer = chosen(&rulebook.questions[question], options, language);
            say!(language, ja: "「{answer}」", en: "\"{answer}\"")
        }
    });
    answers.chain(dates(trace, language)).collect()
}

/// The answers of a trace, one line each.
pub fn reasons(rulebook: &Rulebook, trace: &Trace, language: Language) -> Vec<String> {
    let answers = trace.answers.iter().map(|&(question, options)| reason(rulebook, question, options, language));
    answers.chain(dates(trace, language)).collect()
}

fn dates(trace: &Trace, language: Language) -> Option<String> {
    trace.dates.then(|| word!(language, ja: "今日の日付", en: "today's date").to_owned())
}

/// The checklist line of a question that the person could not answer.
pub fn find_out(question: &Question, language: Language) -> String {
    match &question.find_out {
        Some(line) => line.get(language).to_owned(),
        None => {
            let ask = question.ask.get(language);
            say!(language, ja: "確かめる: {ask}", en: "Find out: {ask}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn deadlines_read_as_people_say_them() {
        let today = date(2026, 11, 22);
        for (text, ja, en) in [
            ("0d", "今日中", "today"),
            ("1h", "1時間以内", "within 1 hour"),
            ("1d", "明日11月23日（月）まで", "by tomorrow (23 November)"),
            ("3d", "3日以内、11月25日（水）まで", "within 3 days (by 25 November)"),
            ("2w", "2週間以内、12月6日（日）まで", "within 2 weeks (by 6 December)"),
            ("1mo", "1か月以内、12月22日（火）まで", "within 1 month (by 22 December)"),
        ] {
            let parsed = Due::parse(text).expect(text);
            assert_eq!(due(parsed, today, Language::Ja), ja);
            assert_eq!(due(parsed, today, Language::En), en);
        }
    }
}
