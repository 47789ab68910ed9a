//! The short forms of actions become Cedar policies.
//!
//! In: a block of `permissions.execute` or an entry of `approval`. Out: a [`Rule`] whose bytes
//! lead back to the YAML, and findings for names of people, teams and roles that nobody has.
//! The condition of a user is parsed by itself first, so that it cannot end the policy that it
//! is put into.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::str::FromStr;

use cedar_policy::{Effect, EntityTypeName, Expression, Policy, PolicyId};

use crate::finding::Finding;
use crate::finding::codes::{E0402, E0404};
use crate::model::action::{Approval, Operation, PermissionBlock, Side};
use crate::model::blueprint::Ownership;
use crate::model::{Action, BlueprintId, Catalog, EntityId, Groups};
use crate::policy::fault;
use crate::policy::people::{self, People};
use crate::policy::reads::Reads;
use crate::policy::rule::{Map, Origin, Rule, Scope, Written};
use crate::policy::shape;
use crate::policy::tokens::too_complex;
use crate::policy::vocabulary::Vocabulary;
use crate::source::Snapshot;
use crate::text::did_you_mean;
use crate::text::{FileId, Lines, Located, Span, Text, nearest};

/// The lines of the files in which rules stand, each file read once.
#[derive(Default)]
pub(super) struct Places(RefCell<BTreeMap<FileId, Lines>>);

/// What short forms are read with.
pub(super) struct Reader<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) snapshot: &'c Snapshot,
    pub(super) vocabulary: &'c Vocabulary,
    pub(super) people: Option<&'c People>,
    pub(super) places: Places,
}

/// The entities that a block names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Named {
    /// Persons.
    users: Vec<EntityId>,
    /// Teams and roles.
    groups: Vec<EntityId>,
    /// Whether a name is not known.
    has_unknown: bool,
}

impl<'c> Reader<'c> {
    /// The rule of a block; `number` is that of the action.
    pub(super) fn block(
        &self,
        (number, action): (usize, &Action),
        (block_number, block): (usize, &PermissionBlock),
        findings: &mut Vec<Finding>,
    ) -> Rule {
        let named = self.named(&block.users, &block.teams, Some(&block.roles), findings);
        let mut broken = named.has_unknown || block.broken;
        let mut ways: Vec<String> = named
            .users
            .iter()
            .filter_map(|id| Some(format!("principal == {}", self.uid(*id)?)))
            .collect();
        let groups = named.groups.iter();
        ways.extend(groups.filter_map(|id| Some(format!("principal in {}", self.uid(*id)?))));
        if let Some(owned) = &block.owned_by_team
            && owned.value
        {
            if self.has_owner(action) {
                findings.extend(self.claimed_owner(action, owned.span));
                ways.push("principal in context.owners".to_owned());
            } else {
                broken = true;
                findings.push(self.no_owner(action, owned.span));
            }
        }
        let says_who = !(block.users.is_empty()
            && block.teams.is_empty()
            && block.roles.is_empty()
            && block.owned_by_team.is_none());
        let who = match (says_who, ways.is_empty()) {
            _ if block.broken => "when { false }\n".to_owned(),
            (false, _) => String::new(),
            // A block whose names are all wrong, or `ownedByTeam: false`, is for nobody.
            (true, true) => "when { false }\n".to_owned(),
            (true, false) => format!("when {{ {} }}\n", ways.join(" || ")),
        };
        let origin = Origin::Block {
            action: number,
            block: block_number,
        };
        let mut rule = self.rule(
            action,
            block.span,
            &who,
            block.when.as_ref(),
            origin,
            findings,
        );
        rule.broken |= broken;
        rule.glass = block
            .break_glass
            .as_ref()
            .map(|written| written.value.trim().to_owned());
        rule
    }

    /// The rule that holds when the condition of an approval does.
    pub(super) fn approval(
        &self,
        (number, action): (usize, &Action),
        (entry, approval): (usize, &Approval),
        findings: &mut Vec<Finding>,
    ) -> Rule {
        let origin = Origin::Approval {
            action: number,
            entry,
        };
        let named = self.named(&approval.users, &approval.teams, None, findings);
        if let Some(side) = approval.owners.first()
            && !self.has_owner(action)
        {
            findings.push(self.no_owner(action, side.span));
        }
        let lost = approval.owners.iter();
        findings.extend(lost.filter_map(|side| lost_side(action, side)));
        let when = approval.when.as_ref();
        let mut rule = self.rule(action, approval.span, "", when, origin, findings);
        rule.broken |= named.has_unknown;
        rule
    }

    fn rule(
        &self,
        action: &Action,
        place: Span,
        who: &str,
        when: Option<&Located<Text>>,
        origin: Origin,
        findings: &mut Vec<Finding>,
    ) -> Rule {
        let uid = self.vocabulary.action_uid(&action.identifier.value);
        let mut text = format!("permit (principal, action == {uid}, resource)\n{who}");
        let mut map = Map::Condition {
            at: 0..0,
            written: Written::new(&Text::default(), "", place),
            block: place,
        };
        let mut is_readable = true;
        let ends = when.map(|when| when.span.end);
        let whole = Span::new(
            place.file,
            place.start,
            ends.unwrap_or(place.end).max(place.end),
        );
        if let Some(when) = when {
            let written = Written::new(&when.value, self.snapshot.slice(when.span), when.span);
            text.push_str("when {\n");
            let from = text.len();
            text.push_str(&when.value);
            map = Map::Condition {
                at: from..text.len(),
                written,
                block: place,
            };
            text.push_str("\n}\n");
            if let Some(range) = too_complex(&text) {
                is_readable = false;
                findings.push(fault::too_complex(&range, &map));
            } else if let Err(error) = Expression::from_str(&when.value) {
                is_readable = false;
                fault::syntax(&error, from, (&text, &map, self.catalog), findings);
            }
        }
        text.push(';');
        let policy = is_readable
            .then(|| Policy::parse(Some(PolicyId::new("0")), &text).ok())
            .flatten();
        let name = self.places.name(self.snapshot, place);
        Rule {
            place,
            reads: Reads::of_text(&text, &name),
            name,
            lines: line_ends(self.snapshot, whole),
            origin,
            level: 1,
            broken: policy.is_none(),
            wrong: None,
            policy,
            text,
            map,
            effect: Effect::Permit,
            scope: Scope::In(vec![uid]),
            glass: None,
        }
    }

    /// The entities of written names; those that nobody has are findings. Without `roles` the
    /// place takes none.
    fn named(
        &self,
        users: &[Located<Text>],
        teams: &[Located<Text>],
        roles: Option<&[Located<Text>]>,
        findings: &mut Vec<Finding>,
    ) -> Named {
        let mut named = Named::default();
        let may_be_role = roles.is_some();
        let roles = roles.unwrap_or_default();
        let people = self.catalog.settings.people.as_ref();
        let is_known = |name: &Located<Text>| self.catalog.find_blueprint(&name.value).is_some();
        if !people.is_some_and(|people| is_known(&people.blueprint)) {
            // Said once: where the rules are read, or at the name of the blueprint.
            named.has_unknown = !(users.is_empty() && teams.is_empty() && roles.is_empty());
            return named;
        }
        let Groups {
            teams: team_kinds,
            roles: role_kinds,
        } = self.catalog.groups();
        for name in users {
            if let Some(id) = people::user(self.catalog, self.people, &name.value) {
                named.users.push(id);
            } else {
                named.has_unknown = true;
                findings.push(self.unknown_user(name));
            }
        }
        for (names, kinds, word) in [(teams, team_kinds, "team"), (roles, role_kinds, "role")] {
            for name in names {
                let found = people::group(self.catalog, &kinds, &name.value);
                if let [id] = found.as_slice() {
                    named.groups.push(*id);
                } else {
                    named.has_unknown = true;
                    findings.push(self.no_group(name, (word, may_be_role), &kinds, &found));
                }
            }
        }
        named
    }

    fn has_owner(&self, action: &Action) -> bool {
        self.catalog
            .find_blueprint(&action.blueprint.value)
            .and_then(|(id, _)| self.vocabulary.kind(id))
            .is_some_and(|kind| kind.owner.is_some())
    }

    fn uid(&self, id: EntityId) -> Option<String> {
        let entity = self.catalog.entity(id)?;
        let kind: &EntityTypeName = &self.vocabulary.kind(entity.blueprint)?.name;
        Some(shape::uid(kind, &entity.identifier.value).to_string())
    }

    fn no_owner(&self, action: &Action, span: Span) -> Finding {
        let kind = &action.blueprint.value;
        let finding = Finding::new(&E0402, span, format!("nothing says who owns a {kind}"))
            .label("no owner to ask")
            .help(format!(
                "add `ownership: {{path: ...}}` to the blueprint {kind}"
            ));
        match self.catalog.find_blueprint(kind) {
            Some((_, blueprint)) => {
                finding.related(blueprint.identifier.span, "has no `ownership`")
            }
            None => finding,
        }
    }

    /// `ownedByTeam` for something new, whose owner only it itself tells.
    fn claimed_owner(&self, action: &Action, span: Span) -> Option<Finding> {
        let (_, blueprint) = self.catalog.find_blueprint(&action.blueprint.value)?;
        let is_claim = match blueprint.ownership.as_ref()? {
            Ownership::Direct => true,
            Ownership::Path(path) => !path.value.contains('.'),
            Ownership::Inherited(_) => false,
        };
        let is_new = action.operation.value == Operation::Create;
        (is_new && is_claim).then(|| {
            let message = "what is new only claims its owner, so `ownedByTeam` never holds";
            Finding::new(&E0404, span, message)
                .label("permits nobody")
                .help("name who may, or believe the claim: `when: principal in resource.owner`")
        })
    }

    fn unknown_user(&self, name: &Located<Text>) -> Finding {
        let known = self.people.map(|people| self.identifiers(people.blueprint));
        let near = nearest(&name.value, known.unwrap_or_default());
        Finding::new(
            &E0402,
            name.span,
            format!("no person is called `{}`", name.value),
        )
        .label("not found")
        .help(match (near, self.catalog.settings.people.as_ref()) {
            (Some(near), _) => did_you_mean(near),
            (None, Some(people)) => people::one_of(&people.blueprint.value, name).into(),
            (None, None) => "add `people: {blueprint: User}` to catalogc.yaml".into(),
        })
    }

    fn no_group(
        &self,
        name: &Located<Text>,
        (word, may_be_role): (&str, bool),
        kinds: &[BlueprintId],
        found: &[EntityId],
    ) -> Finding {
        if !found.is_empty() {
            return Finding::new(
                &E0402,
                name.span,
                format!(
                    "`{}` is the name of several {word}s of different blueprints",
                    name.value
                ),
            )
            .label("not certain")
            .help("write a Cedar policy, which names the blueprint too");
        }
        let known = kinds.iter().flat_map(|kind| self.identifiers(*kind));
        let near = nearest(&name.value, known).map(did_you_mean);
        let other = if word == "team" { "roles" } else { "teams" };
        let Groups { teams, roles } = self.catalog.groups();
        let is_other = teams
            .iter()
            .chain(&roles)
            .any(|kind| self.catalog.find_entity(*kind, &name.value).is_some());
        Finding::new(
            &E0402,
            name.span,
            format!("no {word} is called `{}`", name.value),
        )
        .label("not found")
        .help(
            match kinds.first().and_then(|kind| self.catalog.blueprint(*kind)) {
                Some(kind) => people::one_of(&kind.identifier.value, name),
                None => people::none_called(word),
            },
        )
        .maybe_help(near)
        .maybe_help(is_other.then(|| {
            if may_be_role {
                format!("write it under `{other}`")
            } else {
                "it is a role: name a team here, or under `users` who has it".to_owned()
            }
        }))
    }

    fn identifiers(&self, kind: BlueprintId) -> Vec<&'c str> {
        let entities = self.catalog.entities_of(kind).iter();
        entities
            .map(|entity| entity.identifier.value.as_str())
            .collect()
    }
}

/// An owner who must agree but whom there cannot be.
fn lost_side(action: &Action, side: &Located<Side>) -> Option<Finding> {
    let (message, help) = match (action.operation.value, side.value) {
        (Operation::Create, Side::Before) => ("what is new has no owner before", "write `after`"),
        (Operation::Delete, Side::After) => {
            ("what is deleted has no owner after", "write `before`")
        }
        _ => return None,
    };
    let finding = Finding::new(&E0404, side.span, message);
    Some(finding.label("nobody could agree").help(help))
}

/// How many line ends a place has within it.
pub(super) fn line_ends(snapshot: &Snapshot, place: Span) -> u32 {
    let ends = snapshot.slice(place).trim_end().matches('\n').count();
    u32::try_from(ends).unwrap_or(u32::MAX)
}

impl Places {
    /// `FILE:LINE` of a place.
    pub(super) fn name(&self, snapshot: &Snapshot, place: Span) -> String {
        let mut files = self.0.borrow_mut();
        let lines = files.entry(place.file);
        let lines = lines.or_insert_with(|| Lines::of(snapshot.text(place.file)));
        format!("{}:{}", snapshot.path(place.file), lines.line(place.start))
    }
}
