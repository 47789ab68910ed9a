//! Whether two people at least may change definitions, also once time has passed.
//!
//! In: rules. Out: the rules, and a finding where fewer may: nobody could then mend them through a
//! pull request. Asked for are the settings and each file of policies, because whoever may change
//! these can open the rest. What ends by itself does not count, and neither does a login that no
//! forge gives.

use std::collections::BTreeSet;

use serde_json::Map;

use crate::finding::Finding;
use crate::finding::codes::E0406;
use crate::model::settings::Permissions;
use crate::model::{EntityId, Moment};
use crate::policy::account::is_of_a_forge;
use crate::policy::decide::Asked;
use crate::policy::turn::turned;
use crate::policy::{ActionName, BuiltIn, Principal, Question, Reason, Resource, Rules};
use crate::source::Snapshot;
use crate::text::{Span, Text, visible};

/// A moment long after today: the first day of the year 9000.
const FAR: i64 = 221_845_392_000;

const HOUR: i64 = 3_600;

/// For how many weeks after a moment a month without anybody may begin.
const WEEKS: i64 = 9;

/// What is asked for: a kind of definition and its file, empty where no rule tells files apart.
type File = (&'static str, String);

/// Holds rules against it; they are given back as they were.
pub(super) fn held<'c>(rules: Rules<'c>, snapshot: &Snapshot) -> (Rules<'c>, Option<Finding>) {
    let Some(setting) = rules.setting() else {
        return (rules, None);
    };
    let is_timed = rules.is_timed();
    let moments = if is_timed {
        // Hours of office and months of freeze come round: one moment of all is enough.
        let week = (0..56).map(|n| FAR + n * 3 * HOUR);
        let year = (1..12).map(|n| FAR + n * 30 * 24 * HOUR);
        let all = week.chain(year);
        all.map(|at| Some(Moment::of_unix_seconds(at))).collect()
    } else {
        vec![None]
    };
    let (rules, few) = few(rules, snapshot, &moments);
    let finding = few.map(|few| few.finding(setting, is_timed));
    (rules.at(None), finding)
}

impl Rules<'_> {
    /// Why nobody could mend these rules for a month, in words: from their moment on, from each
    /// moment that they name, or from some weeks after one. What does not depend on the moment is
    /// a finding of the catalog.
    pub fn locked(self, snapshot: &Snapshot) -> Option<String> {
        self.setting().filter(|_| self.is_timed())?;
        let now = self.now;
        let named = self.turns().into_iter();
        let starts = now.into_iter().chain(named).map(Moment::unix_seconds);
        // A rule may count from a moment that it names: `context.now.offset(...)`.
        let starts = starts.flat_map(|at| (0..WEEKS).map(move |n| at + n * 7 * 24 * HOUR));
        let starts: BTreeSet<i64> = starts.collect();
        let mut rules = self;
        for start in starts {
            let start = Moment::of_unix_seconds(start);
            let first = if now == Some(start) {
                start
            } else {
                turned(start)
            };
            let (asked, few) = few(rules, snapshot, &month(first.unix_seconds()));
            rules = asked;
            if let Some(Few { who, what, .. }) = few {
                let from = if now == Some(start) {
                    "now".to_owned()
                } else {
                    start.words()
                };
                return Some(format!(
                    "{who} may change {what} within a month from {from}, two people must"
                ));
            }
        }
        None
    }
}

/// The moments of a month that are asked about: the hours of its first day, then its days.
fn month(start: i64) -> Vec<Option<Moment>> {
    let day = (0..8).map(|n| start + n * 3 * HOUR);
    let month = (1..31).map(|n| start + n * 24 * HOUR);
    let all = day.chain(month);
    all.map(|at| Some(Moment::of_unix_seconds(at))).collect()
}

/// Fewer than two people who may change a file.
struct Few {
    /// `nobody`, `only kim`.
    who: String,
    /// What they may not change, in words.
    what: String,
    /// The first rule that keeps somebody from it, and how many it keeps.
    culprit: Option<(Span, usize)>,
}

impl Few {
    fn finding(self, setting: Span, is_timed: bool) -> Finding {
        let Self { who, what, culprit } = self;
        let when = if is_timed { "in the long run " } else { "" };
        let message = format!("{when}{who} may change {what}, two people must");
        match culprit {
            Some((rule, 1)) => Finding::new(&E0406, rule, message).label("keeps one person from it"),
            Some((rule, kept)) => {
                Finding::new(&E0406, rule, message).label(format!("keeps {kept} people from it"))
            }
            None => {
                let finding = Finding::new(&E0406, setting, message);
                let finding = finding.label("nothing happens without a rule");
                let of = match what.as_str() {
                    "definitions" => String::new(),
                    what => format!(" of {what}"),
                };
                return finding.help(format!(
                    "permit `Action::\"define\"`{of} to two people or more in a policy"
                ));
            }
        }
        .help("narrow this rule, so that two people or more whom a policy permits `Action::\"define\"` are left")
    }
}

/// The first file that fewer than two people may change at each of the moments.
fn few<'c>(
    mut rules: Rules<'c>,
    snapshot: &Snapshot,
    moments: &[Option<Moment>],
) -> (Rules<'c>, Option<Few>) {
    let all = rules.files(snapshot);
    let mut left = all.clone();
    let memberships = rules.memberships.clone();
    for moment in moments {
        rules = rules.at(*moment);
        rules.memberships = memberships.lasting();
        left.retain(|file| rules.definers(file).len() < 2);
        if left.is_empty() {
            break;
        }
    }
    let few = left.first().map(|file| Few {
        who: match rules.definers(file).as_slice() {
            [one] => format!("only {}", rules.login_of(*one)),
            _ => "nobody".to_owned(),
        },
        what: match file {
            _ if left.len() == all.len() => "definitions".to_owned(),
            ("settings", path) if path.is_empty() => "the settings".to_owned(),
            (_, path) if path.is_empty() => "policies".to_owned(),
            (_, path) => visible(path).into_owned(),
        },
        culprit: rules.culprit(file),
    });
    rules.memberships = memberships;
    (rules, few)
}

impl Rules<'_> {
    /// Where the settings say that two people must be able to; nothing where that is not asked
    /// for, or where what is wrong is said already.
    fn setting(&self) -> Option<Span> {
        let is_broken = self.book.permissions.iter().any(|rule| rule.broken);
        let settings = &self.catalog.settings;
        if settings.permissions != Permissions::Enforced || is_broken || self.vocabulary.is_none() {
            return None;
        }
        let are_people_wrong = self.people.is_none() && settings.people.is_some();
        let setting = settings.root.as_ref()?.get("permissions")?;
        let is_said = !are_people_wrong && setting.as_str() == Some("enforced");
        is_said.then_some(setting.span)
    }

    /// Whether it depends on the moment who may define.
    fn is_timed(&self) -> bool {
        let form = self.form(ActionName::BuiltIn(BuiltIn::Define), None);
        form.reads_now().is_some()
    }

    /// The files to ask for.
    fn files(&self, snapshot: &Snapshot) -> Vec<File> {
        let form = self.form(ActionName::BuiltIn(BuiltIn::Define), None);
        let policies = self.catalog.policies.iter().map(|policy| policy.file);
        let settings = self.catalog.settings.root.iter();
        let settings = settings.map(|root| ("settings", root.span.file));
        let all = policies.map(|file| ("policy", file)).chain(settings);
        let path = |file| {
            if form.may_read("path") {
                self.catalog.files.below(snapshot.path(file)).to_owned()
            } else {
                String::new()
            }
        };
        let mut files: Vec<File> = all.map(|(kind, file)| (kind, path(file))).collect();
        files.dedup();
        files
    }

    /// Up to two of the people who may change a file.
    fn definers(&self, file: &File) -> Vec<EntityId> {
        let nobody = Principal::Unknown(Text::default());
        let inputs = Map::new();
        let question = question(file, &nobody, &inputs);
        let may = self.may(&question);
        // Two people of one account are one.
        let mut accounts = BTreeSet::new();
        may.filter(|person| is_of_a_forge(self.login_of(*person)))
            .filter(|person| self.account(*person).is_none_or(|it| accounts.insert(it)))
            .take(2)
            .collect()
    }

    /// The first rule that keeps somebody from a file, and how many it keeps.
    fn culprit(&self, file: &File) -> Option<(Span, usize)> {
        let people = self.people.iter().flat_map(|people| people.logins.keys());
        let inputs = Map::new();
        let kept = people.filter_map(|person| {
            let actor = Principal::Person(*person);
            let question = question(file, &actor, &inputs);
            let case = self.case(&question).ok()?;
            let kept = self.permits(&question, &case, Asked::Ordinary).err()?;
            kept.iter().find_map(|reason: &Reason| reason.place)
        });
        let kept: Vec<Span> = kept.collect();
        let first = kept.first()?;
        Some((*first, kept.iter().filter(|place| *place == first).count()))
    }
}

fn question<'q>(
    (kind, path): &'q File,
    actor: &'q Principal,
    inputs: &'q Map<String, serde_json::Value>,
) -> Question<'q> {
    Question {
        actor,
        action: ActionName::BuiltIn(BuiltIn::Define),
        resource: Resource::Root { kind, path },
        inputs,
        changed: &[],
        after: None,
        cause: None,
    }
}
