//! The moments at which rules begin to say something else.
//!
//! In: rules. Out: the instants that their texts name. What is computed from them
//! (`context.now.offset(...)`), and what entities say, is not known here.

use std::collections::BTreeSet;

use crate::model::Moment;
use crate::policy::Rules;
use crate::policy::tokens::{Token, tokens};

impl Rules<'_> {
    /// The instants that rules name, without those that are over at the moment of these rules.
    pub fn turns(&self) -> BTreeSet<Moment> {
        let rules = self.book.permissions.iter().chain(&self.book.approvals);
        let turns = rules.flat_map(|rule| named(&rule.text));
        turns.filter(|at| Some(*at) >= self.now).collect()
    }
}

/// A second later: whatever the sign of a comparison with an instant is, it has turned by then.
pub fn turned(at: Moment) -> Moment {
    Moment::of_unix_seconds(at.unix_seconds().saturating_add(1))
}

/// The instants of `datetime("...")` in a text.
fn named(text: &str) -> Vec<Moment> {
    let is_call = |words: &[Token<'_>]| matches!(words, [name, open, _] if name.is("datetime") && open.is("("));
    let all = tokens(text);
    let calls = all.windows(3).filter(|words| is_call(words));
    let texts = calls.filter_map(|words| words.last()?.plain());
    texts.filter_map(instant).collect()
}

/// An instant as Cedar writes it: a day, or a time of it with an offset without a colon.
fn instant(text: &str) -> Option<Moment> {
    let with_colon = |text: &str| {
        let (time, minutes) = text.split_at_checked(text.len().checked_sub(2)?)?;
        Moment::parse(&format!("{time}:{minutes}"))
    };
    let moment = Moment::of_day(text).or_else(|| Moment::parse(text));
    moment.or_else(|| with_colon(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_known_in_all_forms_that_cedar_has() {
        let text = "context.now > datetime(\"2026-11-24\") && context.now < \
                    datetime( \"2026-11-24T02:00:00+0200\" ) || \"datetime(\" == datetime(\"2026-11-24T00:00:00.000Z\")";
        let words: Vec<String> = named(text).into_iter().map(Moment::words).collect();
        assert_eq!(words, ["2026-11-24 00:00 UTC"; 3]);
        assert!(named("datetime(resource.at) || datetime(\"soon\")").is_empty());
    }
}
