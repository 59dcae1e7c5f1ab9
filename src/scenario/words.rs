//! The closed lists of words that the format knows: stages, kinds, domains, probability scales.
//!
//! In: a word of a file. Out: a value, or the list that an error message suggests from.
//! Sources: ICD 203, Analytic Standards (2015), section D.6.e.(2)(a); the PHIA probability
//! yardstick (UK Professional Head of Intelligence Assessment).

use std::fmt;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $word:literal $about:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
        pub enum $name { $(#[doc = $about] $variant,)* }

        impl $name {
            /// Every word, in the order of the list.
            pub const ALL: &[$name] = &[$($name::$variant,)*];

            /// The word.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

            /// The value of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.word())
            }
        }
    };
}

words! {
    /// How firm a pledge is; the ladder in rising order, then what stands beside it.
    Stage {
        Floated "floated" "Mentioned by others or by unnamed officials.",
        Indicated "indicated" "Its own government says may, could, is ready.",
        Declared "declared" "Signed or publicly stated intent.",
        Committed "committed" "Its own government says will, with a size or a task.",
        Mandated "mandated" "Parliament or council has approved.",
        Deployed "deployed" "In place.",
        Refused "refused" "Ruled out.",
        Withdrawn "withdrawn" "Taken back.",
    }
}

impl Stage {
    /// Whether it is a rung, not a refusal or a withdrawal.
    pub fn on_ladder(self) -> bool {
        !matches!(self, Self::Refused | Self::Withdrawn)
    }
}

words! {
    /// What kind of contribution a pledge is. Only `force` counts troops.
    Kind {
        Force "force" "Troops.",
        Monitoring "monitoring" "Watching a ceasefire.",
        Enabler "enabler" "Intelligence, logistics, command.",
        Facility "facility" "Hubs and depots.",
        Capacity "capacity" "Arms, training, money.",
        Guarantee "guarantee" "A promise to act.",
        Sanctions "sanctions" "Economic pressure.",
        Host "host" "Receiving forces.",
        Political "political" "Endorsement.",
    }
}

words! {
    /// Where a force operates.
    Domain {
        Land "land" "On land.",
        Sea "sea" "At sea.",
        Air "air" "In the air.",
        Joint "joint" "In several of them.",
        Unstated "unstated" "Nobody says.",
    }
}

words! {
    /// Whose probability words are used.
    Scale {
        Icd203 "icd203" "United States, Intelligence Community Directive 203.",
        Phia "phia" "United Kingdom, PHIA probability yardstick.",
    }
}

/// A word, and the range of probabilities that it stands for, in hundredths.
type Range = (&'static str, u8, u8);

/// ICD 203: two words a range, no gaps.
const ICD_203: [Range; 14] = [
    ("almost no chance", 1, 5),
    ("remote", 1, 5),
    ("very unlikely", 5, 20),
    ("highly improbable", 5, 20),
    ("unlikely", 20, 45),
    ("improbable", 20, 45),
    ("roughly even chance", 45, 55),
    ("roughly even odds", 45, 55),
    ("likely", 55, 80),
    ("probable", 55, 80),
    ("very likely", 80, 95),
    ("highly probable", 80, 95),
    ("almost certain", 95, 99),
    ("nearly certain", 95, 99),
];

/// PHIA: gaps between the ranges have no word.
const PHIA: [Range; 8] = [
    ("remote chance", 0, 5),
    ("highly unlikely", 10, 20),
    ("unlikely", 25, 35),
    ("realistic possibility", 40, 50),
    ("likely", 55, 75),
    ("probable", 55, 75),
    ("highly likely", 80, 90),
    ("almost certain", 95, 100),
];

impl Scale {
    fn ranges(self) -> &'static [Range] {
        match self {
            Self::Icd203 => &ICD_203,
            Self::Phia => &PHIA,
        }
    }

    /// The scale's words in rising order.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        self.ranges().iter().map(|(word, _, _)| *word)
    }

    /// The range of a word, as probabilities.
    pub fn range(self, word: &str) -> Option<(f64, f64)> {
        let found = self.ranges().iter().find(|(known, _, _)| *known == word)?;
        Some((f64::from(found.1) / 100.0, f64::from(found.2) / 100.0))
    }

    /// The first word whose range holds a probability; none in a gap and beyond the ends.
    pub fn word_for(self, probability: f64) -> Option<&'static str> {
        let holds = |range: &&Range| {
            f64::from(range.1) / 100.0 <= probability && probability <= f64::from(range.2) / 100.0
        };
        self.ranges().iter().find(holds).map(|range| range.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Scale, Stage};

    #[test]
    fn the_ladder_rises_and_refusals_stand_beside_it() {
        assert!(Stage::Floated < Stage::Indicated && Stage::Committed < Stage::Mandated);
        assert!(!Stage::Refused.on_ladder() && Stage::Deployed.on_ladder());
    }

    #[test]
    fn words_stand_for_the_published_ranges() {
        assert_eq!(Scale::Icd203.range("unlikely"), Some((0.2, 0.45)));
        assert_eq!(Scale::Phia.range("unlikely"), Some((0.25, 0.35)));
        assert_eq!(Scale::Icd203.word_for(0.3), Some("unlikely"));
        assert_eq!(Scale::Phia.word_for(0.37), None, "a gap of the yardstick");
        assert_eq!(Scale::Icd203.word_for(0.0), None);
    }
}
