//! Answers of `can` and `who-can` in lines: the verdict, the rules, what is missing, what helps.
//!
//! In: an [`Answer`] or [`People`]. Out: text; what may be long is broken at blanks.

use serde_json::Value as Json;

use super::asked::{Agreement, Answer, Asked, At, Depth, FactSaid, People, Person, RuleSaid};
use super::asked::{Suggestion, Verdict};
use super::paint::{Color, Style};
use super::words::{WIDTH, columns, count, cut, left, list, names, push_line, safe, wrap};
use crate::plan::file::show;

impl Asked {
    /// `deploy CartService, environment production, in main at 4be1f02`.
    pub fn words(&self) -> String {
        let entity = match &self.blueprint {
            Some(kind) if self.new => format!("{} {}", safe(kind), safe(&self.entity)),
            _ => safe(&self.entity).into_owned(),
        };
        let mut words = vec![
            format!("{} {entity}", safe(&self.action))
                .trim_end()
                .to_owned(),
        ];
        let said = self.inputs.iter().chain(&self.claims);
        for word in said.map(|(name, value)| named(name, value)) {
            // An input that the entity fills says what the entity says.
            if !words.contains(&word) {
                words.push(word);
            }
        }
        let unsaid = self.changed.iter().filter(|path| !self.says(path));
        words.extend(unsaid.map(|path| format!("changing {}", safe(path))));
        words.push(at_words(self.at.as_ref()));
        words.join(", ")
    }

    /// Whether a changed path is told by a value already.
    fn says(&self, path: &str) -> bool {
        let name = path.rsplit('.').next().unwrap_or(path);
        path == "identifier" || self.claims.contains_key(path) || self.inputs.contains_key(name)
    }
}

/// `in main at 4be1f02`.
pub fn at_words(at: Option<&At>) -> String {
    match at {
        None => "in the files on disk".to_owned(),
        Some(At { rev: None, commit }) => format!("at {}", safe(commit)),
        Some(At {
            rev: Some(rev),
            commit,
        }) => format!("in {} at {}", safe(rev), safe(commit)),
    }
}

/// The columns that a value may take.
const VALUE: usize = 32;
/// How many people a table of people lists.
const PEOPLE: usize = 40;

/// `environment production`, without what is plain from the name.
pub fn named(name: &str, value: &Json) -> String {
    let name = name.strip_prefix("properties.").unwrap_or(name);
    let name = name.strip_prefix("relations.").unwrap_or(name);
    if value.is_null() {
        return format!("without {}", safe(name));
    }
    format!("{} {}", safe(name), cut(&safe(&show(Some(value))), VALUE))
}

/// Pushes a text that may be longer than a line; what goes on is further to the right.
fn push_wrapped(out: &mut String, lead: &str, text: &str) {
    let wide = columns(lead);
    let blank = " ".repeat(wide);
    let room = WIDTH.saturating_sub(wide);
    for (n, line) in wrap(text, room, room).iter().enumerate() {
        let lead = if n == 0 { lead } else { &blank };
        push_line(out, &format!("{lead}{line}"));
    }
}

/// The first line, broken where it is too long.
fn first(color: Color, word: &str, rest: &str) -> String {
    let room = WIDTH.saturating_sub(columns(word));
    let lines = wrap(rest, room, WIDTH - 4);
    let mut out = String::new();
    for (n, line) in lines.iter().enumerate() {
        if n == 0 {
            push_line(&mut out, &color.first_line(word, line));
        } else {
            push_line(
                &mut out,
                &format!("    {}", color.paint(&[Style::Bold], line)),
            );
        }
    }
    out
}

/// The lines that a rule has by itself; a `forbid` that does not apply has none.
fn rule_label(says: &str) -> Option<&'static str> {
    match says {
        "yes" => Some("yes"),
        "silent" => None,
        _ => Some("no"),
    }
}

/// The answer in lines.
pub fn answer_text(answer: &Answer, depth: Depth, color: Color) -> String {
    let may = if answer.verdict == Verdict::Denied {
        "may not"
    } else {
        "may"
    };
    let rest = format!(": {} {may} {}", safe(&answer.actor), answer.asked.words());
    let mut out = first(color, answer.verdict.word(), &rest);
    push_errors(answer.errors, color, &mut out);
    push_notes(&answer.asked, color, &mut out);
    let shown: Vec<(&str, &RuleSaid)> = answer
        .rules
        .iter()
        .filter(|rule| {
            depth == Depth::Full || answer.verdict == Verdict::Denied || rule.says == "yes"
        })
        .filter_map(|rule| match rule_label(rule.says) {
            Some(label) => Some((label, rule)),
            None => (depth == Depth::Full).then_some(("-", rule)),
        })
        .collect();
    let widest = |wides: &mut dyn Iterator<Item = usize>| wides.max().unwrap_or(0);
    let wide = widest(&mut shown.iter().map(|(_, rule)| columns(&safe(&rule.rule))));
    let label_wide = widest(&mut shown.iter().map(|(label, _)| columns(label)));
    for (label, rule) in &shown {
        let place = left(&safe(&rule.rule), wide);
        let lead = format!("    {}  {place}  ", left(label, label_wide));
        push_wrapped(&mut out, &lead, &safe(&rule.words));
        if depth == Depth::Full {
            push_conditions(rule, &mut out);
        }
        if depth == Depth::Full || *label == "yes" {
            push_facts(&rule.facts, &mut out);
        }
    }
    for reason in &answer.reasons {
        let label = if answer.verdict == Verdict::Denied {
            "no"
        } else {
            "yes"
        };
        push_wrapped(&mut out, &format!("    {label}  "), &safe(reason));
    }
    push_agreements(&answer.approvals, Some(&answer.actor), &[], color, &mut out);
    if let Some(change) = &answer.change {
        push_wrapped(&mut out, "smallest change: ", &change_words(change));
    }
    // A command that is broken into lines could not be copied.
    push_line(&mut out, &format!("next: {}", safe(&answer.next)));
    out
}

/// That the change is not what was written, and what else may not be meant.
fn push_notes(asked: &Asked, color: Color, out: &mut String) {
    let mut notes: Vec<String> = Vec::new();
    let not = asked.written.as_ref();
    let not = not.map_or_else(String::new, |not| format!(", not {}", safe(not)));
    if !asked.parts.is_empty() {
        let parts = asked.parts.iter().map(|part| match part.verdict {
            Some(verdict) => format!("`{}` ({})", safe(&part.action), verdict.word()),
            None => format!("`{}`", safe(&part.action)),
        });
        let parts = list(&parts.collect::<Vec<_>>(), "and");
        notes.push(format!(
            "this change is {parts}{not}: all of them must be allowed"
        ));
    } else if !not.is_empty() {
        notes.push(format!("this change is `{}`{not}", safe(&asked.action)));
    }
    notes.extend(asked.notes.iter().map(|note| safe(note).into_owned()));
    for note in notes {
        push_wrapped(out, &format!("    {} ", color.glyph('!')), &note);
    }
}

fn push_errors(errors: usize, color: Color, out: &mut String) {
    if errors > 0 {
        let errors = count(errors, "error", "errors");
        let text = format!("the catalog has {errors}, see `catalogc check`: the answer may change");
        push_line(out, &format!("    {} {text}", color.glyph('!')));
    }
}

fn push_conditions(rule: &RuleSaid, out: &mut String) {
    for condition in &rule.conditions {
        let label = match condition.holds {
            Some(true) => "holds ",
            Some(false) => "fails ",
            None => "unsure",
        };
        let mut text = safe(&condition.text).into_owned();
        for seen in &condition.values {
            text.push_str(&format!("; {} is {}", safe(&seen.name), safe(&seen.words)));
        }
        text.push_str(&format!(" ({})", safe(&condition.place)));
        push_wrapped(out, &format!("         {label}  "), &text);
    }
}

fn push_facts(facts: &[FactSaid], out: &mut String) {
    for fact in facts {
        let places: Vec<String> = fact.places.iter().map(|it| safe(it).into_owned()).collect();
        let places = if places.is_empty() {
            String::new()
        } else {
            format!(" ({})", places.join(", "))
        };
        push_wrapped(out, "         ", &format!("{}{places}", safe(&fact.text)));
    }
}

/// The agreements that are needed, in lines.
pub fn agreements_text(all: &[Agreement], actor: Option<&str>, color: Color) -> String {
    let mut out = String::new();
    push_agreements(all, actor, &[], color, &mut out);
    out
}

/// `actor` asks, or else each of those who may.
fn push_agreements(
    all: &[Agreement],
    actor: Option<&str>,
    may: &[Person],
    color: Color,
    out: &mut String,
) {
    for need in all {
        let is_last = need.candidates.is_empty();
        let who = if is_last && need.asker_is_one {
            "nobody else can".to_owned()
        } else if is_last {
            "nobody is known who could".to_owned()
        } else {
            names(&need.candidates, "or")
        };
        let mut text = format!("{}: {who}", safe(&need.words));
        if need.asker_is_one
            && let Some(actor) = actor
        {
            let actor = safe(actor);
            text.push_str(&format!("; {actor} asks, so {actor} does not count"));
            if is_last {
                text.push_str(&format!("; let others ask for it, then {actor} can agree"));
            }
        }
        let mut askers = may.iter().map(|person| &person.login);
        if !may.is_empty()
            && need.candidates.len() <= need.count as usize
            && askers.all(|login| need.candidates.contains(login))
        {
            text.push_str("; who asks does not count, and nobody else may ask");
        }
        text.push_str(&format!(" ({})", safe(&need.place)));
        let room = WIDTH - 13;
        for (n, line) in wrap(&text, room, room).iter().enumerate() {
            let label = if n == 0 {
                color.word("missing")
            } else {
                " ".repeat(7)
            };
            push_line(out, &format!("    {label}  {line}"));
        }
    }
}

/// `environment staging, allowed by catalog/policies/deploy.cedar:9`.
fn change_words(change: &Suggestion) -> String {
    let mut words: Vec<String> = change
        .set
        .iter()
        .map(|(name, value)| named(name, value))
        .collect();
    words.extend(
        change
            .actor
            .as_ref()
            .map(|actor| format!("{} asks", safe(actor))),
    );
    let words = list(&words, "and");
    let by = change
        .rule
        .as_ref()
        .map(|rule| format!(" by {}", safe(rule)));
    let by = by.unwrap_or_default();
    match change.verdict {
        Verdict::NeedsApproval => format!("{words}, permitted{by}, needs approval"),
        verdict => format!("{words}, {}{by}", verdict.word()),
    }
}

/// Who may, in lines.
pub fn people_text(people: &People, depth: Depth, color: Color) -> String {
    let number = people.people.len();
    let rest = format!(
        "{} of {} may {}",
        super::words::number(number),
        count(people.of, "person", "people"),
        people.asked.words()
    );
    let mut out = first(color, "", &rest);
    push_errors(people.errors, color, &mut out);
    push_notes(&people.asked, color, &mut out);
    let most = if depth == Depth::Full {
        usize::MAX
    } else {
        PEOPLE
    };
    let logins = people.people.iter().take(most);
    let wide = logins
        .map(|it| columns(&safe(&it.login)))
        .max()
        .unwrap_or(0);
    for person in people.people.iter().take(most) {
        let rule = person.rule.as_ref();
        let rule = rule.map_or_else(String::new, |rule| format!(" ({})", safe(rule)));
        let lead = format!("    {}  ", left(&safe(&person.login), wide));
        push_wrapped(&mut out, &lead, &format!("{}{rule}", safe(&person.reason)));
        if depth == Depth::Full {
            push_facts(&person.facts, &mut out);
        }
    }
    if number > most {
        let left = super::words::number(number - most);
        push_line(&mut out, &format!("    and {left} more; --full lists them"));
    }
    push_agreements(&people.approvals, None, &people.people, color, &mut out);
    out
}
