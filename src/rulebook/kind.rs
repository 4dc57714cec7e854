//! The kinds of entries that a rulebook has, and what each needs at least.

/// A kind of entry, named as its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `[question.…]`
    Question,
    /// `[aspect.…]`
    Aspect,
    /// `[term.…]`
    Term,
    /// `[cause.…]`
    Cause,
    /// `[obstacle.…]`
    Obstacle,
    /// `[gate.…]`
    Gate,
    /// `[stage.…]`
    Stage,
    /// `[action.…]`
    Action,
    /// `[note.…]`
    Note,
    /// `[source.…]`
    Source,
    /// `[contact.…]`
    Contact,
    /// `[contradiction.…]`
    Contradiction,
    /// `[property.…]`
    Property,
    /// `[case.…]`
    Case,
}

impl Kind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 14] = [
        Self::Question,
        Self::Aspect,
        Self::Term,
        Self::Cause,
        Self::Obstacle,
        Self::Gate,
        Self::Stage,
        Self::Action,
        Self::Note,
        Self::Source,
        Self::Contact,
        Self::Contradiction,
        Self::Property,
        Self::Case,
    ];

    /// The kinds that conditions name, and that therefore share one namespace.
    pub const IN_CONDITIONS: [Self; 5] = [Self::Question, Self::Term, Self::Cause, Self::Obstacle, Self::Gate];

    /// The kinds that an action can answer.
    pub const CONCLUSIONS: [Self; 3] = [Self::Cause, Self::Obstacle, Self::Gate];

    /// The name of its table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Aspect => "aspect",
            Self::Term => "term",
            Self::Cause => "cause",
            Self::Obstacle => "obstacle",
            Self::Gate => "gate",
            Self::Stage => "stage",
            Self::Action => "action",
            Self::Note => "note",
            Self::Source => "source",
            Self::Contact => "contact",
            Self::Contradiction => "contradiction",
            Self::Property => "property",
            Self::Case => "case",
        }
    }

    /// The kind with this table.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The keys without which an entry makes no sense. In a layer, an entry with all of them is a new one.
    pub const fn required(self) -> &'static [&'static str] {
        match self {
            Self::Question => &["ask", "options"],
            Self::Aspect => &["name"],
            Self::Term => &["when"],
            Self::Cause | Self::Obstacle => &["name", "sign"],
            Self::Gate => &["name", "say", "when"],
            Self::Stage => &["name", "due"],
            Self::Action => &["do", "why", "involves", "impact", "effort"],
            Self::Note => &["kind", "title", "text"],
            Self::Source => &["cite", "kind"],
            Self::Contact => &["name", "reach"],
            Self::Contradiction => &["when", "say"],
            Self::Property => &[],
            Self::Case => &["expect"],
        }
    }
}
