//! A generated rulebook of any size, with conditions as authors write them: a few entries over neighbouring questions.

use std::fmt::Write as _;

/// Numbers that look random and are always the same.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// A rulebook with so many questions and rules: a tenth of the rules are terms, a twentieth conclusions, the rest actions.
pub fn rulebook(questions: usize, rules: usize) -> String {
    let mut random = Random(7);
    let mut text =
        "[rulebook]\nformat = 1\nid = \"generated\"\nname = \"Generated\"\nversion = \"1\"\nlanguages = [\"en\"]\n"
            .to_owned();
    for question in 0..questions {
        let unknown = if question % 2 == 0 { "unknown = \"o4\"\n" } else { "" };
        let _ = write!(text, "[question.q{question}]\nask = \"Q{question}?\"\n{unknown}");
        for option in 0..5 {
            let _ = writeln!(text, "options.o{option} = \"O{option}\"");
        }
    }
    for aspect in 0..6 {
        let _ = writeln!(text, "[aspect.a{aspect}]\nname = \"A\"");
    }
    let (terms, conclusions) = (rules / 10, rules / 60);
    let entry = |random: &mut Random, near: usize| {
        let question = (near + random.below(8)) % questions;
        let (one, other) = (random.below(5), random.below(5));
        if one == other {
            format!("q{question} = \"o{one}\"")
        } else {
            format!("q{question} = [\"o{one}\", \"o{other}\"]")
        }
    };
    let entries = |random: &mut Random, number: usize| {
        let near = random.below(questions);
        let mut all: Vec<String> = Vec::new();
        while all.len() < number {
            let next = entry(random, near);
            if !all.iter().any(|other| other.split(' ').next() == next.split(' ').next()) {
                all.push(next);
            }
        }
        all.join(", ")
    };
    for term in 0..terms {
        let (one, other) = (entries(&mut random, 2), entries(&mut random, 1));
        let _ = writeln!(text, "[term.t{term}]\nwhen.any = [ {{ {one} }}, {{ {other} }} ]");
    }
    for (kind, short) in [("cause", "c"), ("obstacle", "b")] {
        for conclusion in 0..conclusions {
            let _ = writeln!(text, "[{kind}.{short}{conclusion}]\nname = \"N\"");
            for sign in 0..4 {
                let (when, certainty) = (entries(&mut random, 2), 5 + random.below(40));
                let _ = writeln!(text, "sign.s{sign} = {{ when = {{ {when} }}, certainty = 0.{certainty:02} }}");
            }
        }
    }
    for gate in 0..(rules / 100).max(1) {
        let question = 2 * random.below(questions / 2);
        let _ = writeln!(
            text,
            "[gate.g{gate}]\nname = \"G\"\nsay = \"S\"\nwhen = {{ q{question} = \"o{}\" }}\nbars = [\"a{}\"]",
            random.below(5),
            random.below(6)
        );
    }
    let _ = writeln!(text, "[stage.s]\nname = \"S\"\ndue = \"1w\"");
    for action in 0..rules - terms - 2 * conclusions - rules / 100 {
        let _ = writeln!(text, "[action.x{action}]\ndo = \"D\"\nwhy = \"W\"\nstage = \"s\"\nimpact = 3\neffort = 2");
        let number = 1 + random.below(2);
        let mut when = entries(&mut random, number);
        if random.below(3) == 0 {
            let _ = write!(when, ", t{} = true", random.below(terms));
        }
        let _ = writeln!(text, "when = {{ {when} }}");
        if random.below(2) == 0 {
            let _ = writeln!(text, "for = [\"c{}\", \"b{}\"]", random.below(conclusions), random.below(conclusions));
        }
        let aspect = random.below(12);
        let involves = if aspect < 6 { format!("\"a{aspect}\"") } else { String::new() };
        let _ = writeln!(text, "involves = [{involves}]");
        if action > 0 && random.below(5) == 0 {
            let _ = writeln!(text, "after = [\"x{}\"]", random.below(action));
        }
        if random.below(6) == 0 {
            let when = entries(&mut random, 1);
            let _ = writeln!(text, "variant.v = {{ when = {{ {when} }}, due = \"3d\" }}");
        }
    }
    text
}

/// A rulebook with so many rules, of which about ten hold in each situation however many there are: with more rules, each is
/// about something more particular. 25 questions with five options each.
pub fn selective(rules: usize) -> String {
    const QUESTIONS: usize = 25;
    const HOLD: f64 = 10.0;
    const CHANCE: f64 = 0.4; // of an entry: two options of five
    let mut random = Random(11);
    let mut text =
        "[rulebook]\nformat = 1\nid = \"selective\"\nname = \"Selective\"\nversion = \"1\"\nlanguages = [\"en\"]\n"
            .to_owned();
    for question in 0..QUESTIONS {
        let _ = writeln!(text, "[question.q{question}]\nask = \"Q{question}?\"");
        for option in 0..5 {
            let _ = writeln!(text, "options.o{option} = \"O{option}\"");
        }
    }
    text.push_str("[stage.s]\nname = \"S\"\ndue = \"1w\"\n");
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few")]
    let entries = ((HOLD / rules as f64).ln() / CHANCE.ln()).round().max(1.0) as usize;
    for rule in 0..rules {
        let mut asked: Vec<usize> = Vec::new();
        while asked.len() < entries {
            let question = random.below(QUESTIONS);
            if !asked.contains(&question) {
                asked.push(question);
            }
        }
        let when = asked.iter().map(|question| {
            let (one, other) = (random.below(5), 1 + random.below(4));
            format!("q{question} = [\"o{one}\", \"o{}\"]", (one + other) % 5)
        });
        let when = when.collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            text,
            "[action.x{rule}]\ndo = \"D\"\nwhy = \"W\"\nstage = \"s\"\nimpact = 3\neffort = 2\ninvolves = []\nwhen = {{ {when} }}"
        );
    }
    text
}

/// Random answers to every question of a rulebook with 25 questions of five options, as lines of JSON.
pub fn lines(number: usize) -> Vec<String> {
    let mut random = Random(13);
    (0..number)
        .map(|case| {
            let answers = (0..25).map(|question| format!("\"q{question}\":\"o{}\"", random.below(5)));
            format!("{{\"id\":\"p{case}\",\"answers\":{{{}}}}}", answers.collect::<Vec<_>>().join(","))
        })
        .collect()
}
