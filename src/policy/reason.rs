//! A decision in words.
//!
//! Cedar says which rule permitted; why none did, it does not say. Here each condition of each
//! permit is asked by itself, in the words of its author and of [`crate::policy::explain`].

use std::str::FromStr;

use cedar_policy::{Effect, EvalResult, Expression, PrincipalConstraint, eval_expression};

use crate::model::EntityId;
use crate::model::action::PermissionBlock;
use crate::policy::case::Case;
use crate::policy::decide::concerns;
use crate::policy::explain::{Asker, Conjunct, Told};
use crate::policy::head::groups;
use crate::policy::membership::Lasts;
use crate::policy::rule::{Origin, Rule};
use crate::policy::tokens::{Part, parts, tokens};
use crate::policy::{Question, Reason, Rules};

impl Reason {
    /// A reason that no rule gives.
    pub(super) fn words(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            place: None,
            rule: None,
        }
    }
}

impl Rule {
    /// A reason that this rule gives.
    pub(super) fn reason(&self, text: impl Into<String>) -> Reason {
        Reason {
            text: text.into(),
            place: Some(self.place),
            rule: Some(self.name.clone()),
        }
    }

    /// The words of its author.
    pub(super) fn title(&self) -> Option<&str> {
        match &self.origin {
            Origin::Policy { title } => title.as_deref(),
            Origin::Block { .. } | Origin::Approval { .. } => None,
        }
    }

    /// What a `forbid` says.
    pub(super) fn forbidden(&self) -> String {
        match self.title() {
            Some(title) => format!("forbidden for {title}"),
            None => "forbidden by the policy".to_owned(),
        }
    }
}

impl Rules<'_> {
    pub(super) fn block(&self, rule: &Rule) -> Option<&PermissionBlock> {
        let Origin::Block { action, block } = rule.origin else {
            return None;
        };
        let action = self.catalog.actions.get(action)?;
        action.permissions.as_ref()?.get(block)
    }

    /// Why a rule permits something to a person.
    pub(super) fn allowed_words(&self, rule: &Rule, person: EntityId, case: &Case) -> String {
        let login = self.login_of(person);
        let Some(block) = self.block(rule) else {
            return match rule.title() {
                Some(title) => match title.strip_prefix("who ") {
                    Some(does) => format!("{login} {}", self.with_owner(does, case).0),
                    None => format!("permitted for {title}"),
                },
                None => "permitted by the policy".to_owned(),
            } + &self.timed_words(rule, person, case);
        };
        let name = self.name_of(person);
        let is_named = |text: &str| text == name || text.eq_ignore_ascii_case(login);
        if block.users.iter().any(|user| is_named(&user.value)) {
            return format!("{login} is named");
        }
        let ancestors = self.ancestors(person);
        let is_in = |text: &str| ancestors.iter().find(|id| self.name_of(**id) == text);
        let mut groups = block.teams.iter().chain(&block.roles);
        if let Some(group) = groups.find_map(|group| is_in(&group.value)) {
            let until = self.until_words(person, *group);
            return format!("{login} is in {}{until}", self.name_of(*group));
        }
        if block
            .owned_by_team
            .as_ref()
            .is_some_and(|owned| owned.value)
        {
            if case.owners.contains(&person) {
                return format!("{login} is its owner");
            }
            if let Some(owner) = ancestors.iter().find(|id| case.owners.contains(id)) {
                let until = self.until_words(person, *owner);
                return format!("{login} is in {}, the owner{}", self.name_of(*owner), until);
            }
        }
        format!("{login} meets the condition")
    }

    /// `, lin is in oncall until 2026-11-23 08:00 UTC`, for groups that a policy names or that own
    /// what is asked for: what a right may rest on that ends by itself.
    fn timed_words(&self, rule: &Rule, person: EntityId, case: &Case) -> String {
        if self.timed_membership().is_none() {
            return String::new();
        }
        let all = tokens(&rule.text);
        let is_named = |name: &str| all.iter().any(|token| token.plain() == Some(name));
        let owns = all
            .iter()
            .any(|token| token.is("owner") || token.is("owners"));
        let mut words = String::new();
        for (group, lasts) in self.reach(person) {
            let name = self.name_of(group);
            if let Lasts::Until(end) = lasts
                && ((owns && case.owners.contains(&group)) || is_named(name))
            {
                let login = self.login_of(person);
                words.push_str(&format!(", {login} is in {name} until {}", end.words()));
            }
        }
        words
    }

    /// Why no rule permits something to a person: what each permit about it needs. First come
    /// the rules that would permit it to its owner, then those that would to somebody else.
    pub(super) fn why_denied(
        &self,
        question: &Question<'_>,
        person: EntityId,
        case: &Case,
    ) -> Vec<Reason> {
        let asker = Asker {
            rules: self,
            question,
            case,
            person,
            told: Told::People,
        };
        let rules = self.book.permissions.iter();
        let permits = rules.filter(|rule| {
            rule.effect == Effect::Permit && rule.glass.is_none() && concerns(rule, case)
        });
        let mut reasons: Vec<(Lack, Reason)> = permits
            .map(|rule| {
                let conjuncts = asker.conjuncts(rule);
                let text = match rule.title() {
                    Some(title) => self.titled_words(rule, title, person, case),
                    None => asker.no_words(rule, &conjuncts),
                };
                (Lack::of(rule, &conjuncts, case), rule.reason(text))
            })
            .collect();
        if reasons.is_empty() {
            return vec![Reason::words("no rule permits it")];
        }
        reasons.sort_by_key(|(lack, _)| *lack);
        reasons.into_iter().map(|(_, reason)| reason).collect()
    }

    /// A text about `the owner` with the owner's name, and whether it has one now.
    fn with_owner(&self, text: &str, case: &Case) -> (String, bool) {
        let owners: Vec<&str> = case.owners.iter().map(|id| self.name_of(*id)).collect();
        if owners.is_empty() || !text.contains("the owner") {
            return (text.to_owned(), false);
        }
        let named = format!("{}, the owner", owners.join(" and "));
        (text.replacen("the owner", &named, 1), true)
    }

    /// `lin does not lead platform, the owner`, of the title `who leads the owner`.
    fn does_not(&self, title: &str, who: &str, person: EntityId, case: &Case) -> Option<String> {
        let (verb, rest) = title.strip_prefix("who ")?.split_once(' ')?;
        let verb = match verb {
            "is" => "is not".to_owned(),
            "has" => "does not have".to_owned(),
            _ => format!("does not {}", verb.strip_suffix('s')?),
        };
        let (rest, is_named) = self.with_owner(rest, case);
        let who = if is_named {
            String::new()
        } else {
            format!(": {who}")
        };
        Some(format!("{} {verb} {rest}{who}", self.login_of(person)))
    }

    /// Why a policy with a title does not permit: for whom it is, and who is not that.
    fn titled_words(&self, rule: &Rule, title: &str, person: EntityId, case: &Case) -> String {
        let mut who: Option<String> = None;
        match rule
            .policy
            .as_ref()
            .map(cedar_policy::Policy::principal_constraint)
        {
            Some(PrincipalConstraint::In(group) | PrincipalConstraint::IsIn(_, group)) => {
                let ancestors = self.ancestors(person);
                let name = group.id().unescaped();
                if !ancestors.iter().any(|id| self.name_of(*id) == name) {
                    let now = || format!("{} is not in {name}", self.login_of(person));
                    who = Some(self.at_another_time(person, &[name]).unwrap_or_else(now));
                }
            }
            Some(PrincipalConstraint::Eq(one)) if one.id().unescaped() != self.name_of(person) => {
                who = Some(format!("it is {}", one.id().unescaped()));
            }
            _ => {}
        }
        let mut failing = parts(&rule.text)
            .into_iter()
            .filter(|part| !part.unless && !holds(rule, part, case));
        let who = who.or_else(|| {
            failing.find_map(|part| {
                let source = rule.text.get(part.range).unwrap_or_default();
                Some(format!("it is {}", it_is(source, case)?))
            })
        });
        let Some(who) = who else {
            return format!("for {title}");
        };
        self.does_not(title, &who, person, case)
            .unwrap_or_else(|| format!("for {title}: {who}"))
    }

    /// `lin is not in platform`, of a condition that asks for groups alone and fails.
    pub(super) fn not_in(&self, person: EntityId, condition: &str) -> Option<String> {
        let groups = groups(condition);
        if groups.is_empty() {
            return None;
        }
        let login = self.login_of(person);
        let all = join_or(&groups);
        if condition.starts_with("not (") {
            return Some(format!("{login} is in {all}"));
        }
        let names: Vec<&str> = groups.iter().map(String::as_str).collect();
        let other = self.at_another_time(person, &names);
        Some(other.unwrap_or_else(|| format!("{login} is not in {all}")))
    }

    /// `for platform or the owner, checkout, not for lin`, and since when or until when they are.
    pub(super) fn not_for(&self, rule: &Rule, person: EntityId, case: &Case) -> String {
        let login = self.login_of(person);
        let block = self.block(rule);
        let who = block.map_or_else(Vec::new, |block| self.for_names(block, case));
        let groups = block.map(|block| block.teams.iter().chain(&block.roles));
        let names = groups.into_iter().flatten().map(|name| name.value.as_str());
        let is_owned = block.and_then(|block| block.owned_by_team.as_ref());
        let owners = case
            .owners
            .iter()
            .filter(|_| is_owned.is_some_and(|it| it.value));
        let owners = owners.map(|id| self.name_of(*id));
        let names: Vec<&str> = names.chain(owners).collect();
        let other = self.at_another_time(person, &names);
        let other = other.map_or_else(String::new, |other| format!(": {other}"));
        format!("for {}, not for {login}{other}", join_or(&who))
    }

    /// For whom a block of permissions is, in words.
    pub(super) fn for_whom(&self, rule: &Rule, case: &Case) -> Vec<String> {
        let block = self.block(rule);
        block.map_or_else(Vec::new, |block| self.for_names(block, case))
    }

    fn for_names(&self, block: &PermissionBlock, case: &Case) -> Vec<String> {
        let owned = block
            .owned_by_team
            .as_ref()
            .is_some_and(|owned| owned.value);
        let owners: Vec<&str> = case.owners.iter().map(|id| self.name_of(*id)).collect();
        let names = block.users.iter().chain(&block.teams).chain(&block.roles);
        let mut who: Vec<String> = names
            .map(|name| name.value.to_string())
            .filter(|name| !owned || !owners.contains(&name.as_str()))
            .collect();
        if owned && owners.is_empty() {
            who.push("the owner, whom the target does not know".to_owned());
        } else if owned {
            who.push(format!("the owner, {}", owners.join(" and ")));
        }
        who
    }
}

/// What a rule lacks so that it would permit, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lack {
    /// Somebody to whom what is asked for belongs.
    Owner,
    /// Another person.
    Person,
    /// What is asked for would have to be another thing.
    Matter,
}

impl Lack {
    fn of(rule: &Rule, conjuncts: &[Conjunct], case: &Case) -> Self {
        let failing: Vec<&Conjunct> = conjuncts
            .iter()
            .filter(|it| it.holds != Some(true))
            .collect();
        // What the head and a block's own names make stands at the place of the rule.
        let is_of_person = |conjunct: &Conjunct| {
            conjunct.place == rule.place || it_is(&conjunct.text, case).is_some()
        };
        // An owner is read from what is asked for; a group or a person is named.
        let is_of_owner = |conjunct: &&Conjunct| {
            let mut all = tokens(&conjunct.text).into_iter();
            all.any(|token| token.is("resource") || token.is("context"))
        };
        if failing.is_empty() || !failing.iter().all(|it| is_of_person(it)) {
            Self::Matter
        } else if failing.iter().any(is_of_owner) {
            Self::Owner
        } else {
            Self::Person
        }
    }
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn join_or(words: &[String]) -> String {
    match words {
        [] => "nobody".to_owned(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

fn holds(rule: &Rule, part: &Part, case: &Case) -> bool {
    let source = rule.text.get(part.range.clone()).unwrap_or_default();
    match evaluate(source, case) {
        Some(EvalResult::Bool(value)) => value != part.unless,
        // A part that was cut off from its `has` fails by itself too.
        _ => false,
    }
}

/// The value of an expression in a case; `None` where it has none.
pub(super) fn evaluate(source: &str, case: &Case) -> Option<EvalResult> {
    let expression = Expression::from_str(source).ok()?;
    eval_expression(&case.request, &case.entities, &expression).ok()
}

/// Who is meant by `X == principal`, `principal == X` or `principal in X`.
pub(super) fn it_is(source: &str, case: &Case) -> Option<String> {
    let all = tokens(source);
    let (first, last) = (all.first()?, all.last()?);
    let other = match (all.get(1), all.iter().rev().nth(1)) {
        (Some(sign), _) if first.is("principal") && (sign.is("==") || sign.is("in")) => {
            source.get(sign.range.end..)?
        }
        (_, Some(sign)) if last.is("principal") && sign.is("==") => {
            source.get(..sign.range.start)?
        }
        _ => return None,
    };
    let id = |value: &EvalResult| match value {
        EvalResult::EntityUid(uid) => Some(uid.id().unescaped().to_owned()),
        _ => None,
    };
    Some(match evaluate(other.trim(), case)? {
        EvalResult::Set(set) => {
            let mut names: Vec<String> = set.iter().filter_map(id).collect();
            names.sort();
            (!names.is_empty()).then(|| names.join(" and "))?
        }
        value => id(&value)?,
    })
}

/// A text without its line breaks.
pub(super) fn one_line(source: &str) -> String {
    source.split_whitespace().collect::<Vec<_>>().join(" ")
}
