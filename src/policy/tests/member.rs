//! Who is in which teams: nested ones, diamonds, circles, many, for a time, and who is a bot.

use serde_json::{Map, json};

use super::{ADMINS, World, words};
use crate::model::Moment;
use crate::policy::{ActionName, BuiltIn, Decision, Principal, Question, Resource, Rules};

const SHIFT: &str = r"
identifier: Shift
schema:
  properties:
    starts: {type: string, format: date-time}
    ends: {type: string, format: timer}
relations:
  person: {target: User, required: true}
  team: {target: Team, required: true}
membership: {member: person, group: team, from: starts, until: ends}
---
identifier: Link
schema: {properties: {last_day: {type: string, format: date}}}
relations: {inner: {target: Team}, outer: {target: Team}}
membership: {member: inner, group: outer, until: last_day}
";

/// Rules by the name of a team: who is in it may update a component.
fn policy(team: &str) -> String {
    format!(
        "{ADMINS}permit (principal in Team::\"{team}\", action in Action::\"update\", resource is Component);\n"
    )
}

/// The shifts of lin, who is in checkout for good, and the links of teams.
fn world(team: &str, shifts: &str) -> World {
    let policy = policy(team);
    World::with([
        ("catalog/blueprints/shift.yaml", SHIFT),
        ("catalog/entities/shifts.yaml", shifts),
        ("catalog/policies/a.cedar", policy.as_str()),
    ])
}

fn shift(name: &str, team: &str, times: &str) -> String {
    format!(
        "{{identifier: {name}, blueprint: Shift, properties: {{{times}}}, relations: {{person: lin, team: {team}}}}}\n"
    )
}

fn decide(world: &World, rules: &Rules<'_>, login: &str) -> Decision {
    let actor = rules.person(login, None);
    rules.decide(&Question {
        actor: &actor,
        action: ActionName::BuiltIn(BuiltIn::Update),
        resource: Resource::Entity(world.id("Component", "Cart")),
        inputs: &Map::new(),
        changed: &[],
        after: None,
        cause: None,
    })
}

/// What is decided of lin at a moment, or where nobody says which.
fn at(world: &World, moment: Option<&str>) -> Decision {
    let (rules, _) = crate::policy::compile(&world.catalog, &world.graph, &world.snapshot);
    let rules = rules.at(moment.map(|moment| Moment::parse(moment).unwrap()));
    decide(world, &rules, "Lin-O")
}

#[test]
fn a_membership_holds_from_its_beginning_until_just_before_its_end() {
    let times = "starts: \"2026-11-22T08:00:00Z\", ends: \"2026-11-22T10:00:00+01:00\"";
    let world = world("platform", &shift("s", "platform", times));
    for (moment, holds) in [
        ("2026-11-22T07:59:59.999Z", false),
        ("2026-11-22T08:00:00Z", true),
        ("2026-11-22T08:59:59.999Z", true),
        ("2026-11-22T09:00:00Z", false),
        ("2027-01-01T00:00:00Z", false),
    ] {
        let decision = at(&world, Some(moment));
        assert_eq!(decision.is_allowed(), holds, "{moment}: {decision:?}");
    }
    // Where nobody says which moment it is, nobody is a member for a time.
    assert!(!at(&world, None).is_allowed());
}

#[test]
fn one_without_beginning_or_end_is_open_there() {
    let moments = [
        Some("2026-11-21T00:00:00Z"),
        Some("2026-11-23T00:00:00Z"),
        None,
    ];
    for (times, holds) in [
        ("", [true, true, true]),
        ("ends: null", [true, true, true]),
        ("starts: \"2026-11-22T08:00:00Z\"", [false, true, false]),
        ("ends: \"2026-11-22T08:00:00Z\"", [true, false, false]),
        // What cannot be read makes nobody a member.
        ("ends: tomorrow", [false, false, false]),
        ("starts: 7", [false, false, false]),
    ] {
        let world = world("platform", &shift("s", "platform", times));
        let held = moments.map(|moment| at(&world, moment).is_allowed());
        assert_eq!(held, holds, "{times}");
    }
}

#[test]
fn a_reason_says_until_when_it_holds() {
    let times = "starts: \"2026-11-22T08:00:00Z\", ends: \"2026-11-22T09:00:00Z\"";
    let world = world("platform", &shift("s", "platform", times));
    let said = |moment| {
        let decision = at(&world, Some(moment));
        words(&decision).join("; ")
    };
    assert_eq!(
        said("2026-11-22T08:30:00Z"),
        "permitted by the policy, Lin-O is in platform until 2026-11-22 09:00 UTC"
    );
    assert_eq!(
        said("2026-11-22T09:00:00Z"),
        "Lin-O was in platform until 2026-11-22 09:00 UTC"
    );
    assert_eq!(
        said("2026-11-22T07:00:00Z"),
        "Lin-O is in platform only from 2026-11-22 08:00 UTC"
    );
}

#[test]
fn the_longest_of_several_ways_counts() {
    let shifts = [
        shift("a", "platform", "ends: \"2026-11-22T09:00:00Z\""),
        shift("b", "admins", "ends: \"2026-11-22T20:00:00Z\""),
        "{identifier: l, blueprint: Link, properties: {last_day: \"2026-11-23\"}, relations: {inner: admins, outer: platform}}\n".to_owned(),
    ]
    .join("---\n");
    let world = world("platform", &shifts);
    let said = |moment| words(&at(&world, Some(moment))).join("; ");
    let until = "permitted by the policy, Lin-O is in platform until 2026-11-22 20:00 UTC";
    assert_eq!(said("2026-11-22T08:00:00Z"), until);
    assert_eq!(said("2026-11-22T12:00:00Z"), until);
    assert!(!at(&world, Some("2026-11-22T20:00:00Z")).is_allowed());
    // And a way without an end has no end to tell.
    let world = self::world(
        "org",
        &shift("s", "platform", "ends: \"2026-11-22T09:00:00Z\""),
    );
    let decision = at(&world, Some("2026-11-22T08:00:00Z"));
    assert_eq!(words(&decision), ["permitted by the policy"]);
}

#[test]
fn teams_in_teams_count_by_every_way_and_circles_end() {
    // A diamond above lin: checkout is in org, and in platform for a day, which is in org too.
    let link = |name: &str, inner: &str, outer: &str| {
        format!(
            "{{identifier: {name}, blueprint: Link, relations: {{inner: {inner}, outer: {outer}}}}}\n"
        )
    };
    let diamond = link("a", "checkout", "platform");
    for team in ["checkout", "platform", "org"] {
        assert!(at(&world(team, &diamond), None).is_allowed(), "{team}");
    }
    assert!(!at(&world("admins", &diamond), None).is_allowed());
    // A circle, of which lin is in one team.
    let circle = [
        link("a", "org", "platform"),
        link("b", "platform", "checkout"),
        link("c", "checkout", "checkout"),
    ]
    .join("---\n");
    for team in ["checkout", "platform", "org"] {
        assert!(at(&world(team, &circle), None).is_allowed(), "{team}");
    }
    assert!(!at(&world("admins", &circle), None).is_allowed());
}

#[test]
fn a_person_in_fifty_teams_is_in_each() {
    let mut people = super::PEOPLE.replace(
        "relations: {teams: [checkout]}}\n---\n{identifier: sam",
        "relations: {teams: [MANY]}}\n---\n{identifier: sam",
    );
    let names: Vec<String> = (0..50).map(|n| format!("team-{n}")).collect();
    people = people.replace("MANY", &names.join(", "));
    for name in &names {
        people.push_str(&format!(
            "---\n{{identifier: {name}, blueprint: Team, relations: {{parent: platform}}}}\n"
        ));
    }
    for team in [
        "team-0", "team-31", "team-49", "platform", "org", "checkout",
    ] {
        let policy = policy(team);
        let world = World::with([
            ("catalog/entities/people.yaml", people.as_str()),
            ("catalog/policies/a.cedar", policy.as_str()),
        ]);
        assert_eq!(at(&world, None).is_allowed(), team != "checkout", "{team}");
    }
}

#[test]
fn a_bot_is_a_person_whose_name_has_a_suffix() {
    let people = format!(
        "{}---\n{{identifier: renovate, blueprint: User, properties: {{login: \"renovate[bot]\"}}, relations: {{teams: [platform]}}}}\n",
        super::PEOPLE
    );
    let policy = policy("platform");
    let world = World::with([
        ("catalog/entities/people.yaml", people.as_str()),
        ("catalog/policies/a.cedar", policy.as_str()),
    ]);
    let (rules, _) = world.rules();
    assert!(decide(&world, &rules, "renovate[bot]").is_allowed());
    assert!(decide(&world, &rules, "Renovate[BOT]").is_allowed());
    for other in ["renovate", "renovate[bot", "lin-o[bot]", "sam[bot]"] {
        let actor = rules.person(other, None);
        assert!(matches!(actor, Principal::Unknown(_)), "{other}");
        assert!(!decide(&world, &rules, other).is_allowed(), "{other}");
    }
}

#[test]
fn who_may_and_who_can_agree_are_those_of_the_moment() {
    let times = "starts: \"2026-11-22T08:00:00Z\", ends: \"2026-11-22T09:00:00Z\"";
    let shifts = shift("s", "platform", times);
    let policy = policy("platform");
    let world = World::with([
        ("catalog/blueprints/shift.yaml", SHIFT),
        ("catalog/entities/shifts.yaml", shifts.as_str()),
        ("catalog/policies/a.cedar", policy.as_str()),
        (
            "catalog/actions/a.yaml",
            "identifier: go\noperation: day-2\nblueprint: Component\ntrigger: {request: true}\npermissions: {execute: {teams: [platform]}}\napproval: [{by: {teams: [platform]}}]\n",
        ),
    ]);
    let (rules, _) = crate::policy::compile(&world.catalog, &world.graph, &world.snapshot);
    assert_eq!(
        rules.needs_now().as_deref(),
        Some("Shift `s` makes somebody a member for a time, so it matters when it is asked")
    );
    let kim = rules.person("kim", None);
    let inputs = json!({});
    let question = Question {
        actor: &kim,
        action: ActionName::Catalog("go"),
        resource: Resource::Entity(world.id("Component", "Cart")),
        inputs: inputs.as_object().unwrap(),
        changed: &[],
        after: None,
        cause: None,
    };
    let mut rules = rules;
    for (moment, expected) in [
        ("2026-11-22T07:00:00Z", vec!["sam"]),
        ("2026-11-22T08:00:00Z", vec!["Lin-O", "sam"]),
        ("2026-11-22T09:00:00Z", vec!["sam"]),
    ] {
        rules = rules.at(Moment::parse(moment));
        let may: Vec<String> = rules
            .who_may(&question)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(may, expected, "{moment}");
        let needs = rules.approvals(&question);
        let agree: Vec<&str> = needs[0]
            .candidates
            .iter()
            .map(|(login, _)| login.as_str())
            .collect();
        assert_eq!(agree, expected, "{moment}");
    }
}

#[test]
fn a_login_of_other_letters_is_nobody() {
    let people = super::PEOPLE.replace("login: sam", "login: s\u{430}m");
    let policy = policy("platform");
    let world = World::with([
        ("catalog/entities/people.yaml", people.as_str()),
        ("catalog/policies/a.cedar", policy.as_str()),
    ]);
    let (rules, _) = world.rules();
    for login in ["sam", "s\u{430}m"] {
        assert!(!decide(&world, &rules, login).is_allowed(), "{login}");
    }
    assert_eq!(world.found()[0].split(' ').next(), Some("E0411"));
}

#[test]
fn a_number_that_no_forge_gives_is_nobodys() {
    for (number, type_word, is_known) in [
        ("0", "integer", false),
        ("-5", "integer", false),
        ("0.0", "integer", false),
        ("-5.0", "integer", false),
        ("\"0\"", "string", false),
        ("\"02\"", "string", false),
        ("2.0", "integer", true),
        ("\"2\"", "string", true),
        ("\"U_kgDOBx\"", "string", true),
    ] {
        let kinds = super::KINDS.replace(
            "number: {type: integer}",
            &format!("number: {{type: {type_word}}}"),
        );
        let people = super::PEOPLE.replace("login: sam", &format!("login: sam, number: {number}"));
        let people = people.replace(", number: 7", "");
        let world = World::with([
            ("catalog/blueprints/all.yaml", kinds.as_str()),
            ("catalog/entities/people.yaml", people.as_str()),
        ]);
        let found = world.found();
        let told = found
            .iter()
            .any(|it| it.contains("is no number of an account"));
        assert_eq!(told, !is_known, "{number}: {found:?}");
    }
}

#[test]
fn who_may_join_for_a_time_is_counted_and_nobody_else() {
    let found = |count: u32, team: &str| {
        let action = format!(
            "identifier: scale\noperation: day-2\nblueprint: Component\ntrigger: {{request: true}}\n\
             approval: [{{by: {{teams: [platform]}}, count: {count}}}]\n"
        );
        let shifts = shift("s1", team, "ends: '2020-01-01T00:00:00Z'");
        let world = World::with([
            ("catalog/blueprints/shift.yaml", SHIFT),
            ("catalog/entities/shifts.yaml", shifts.as_str()),
            ("catalog/actions/scale.yaml", action.as_str()),
        ]);
        let all = world.found();
        all.into_iter().find(|it| it.starts_with("E0412"))
    };
    // sam is in platform for good, and lin was.
    assert_eq!(found(1, "admins"), None);
    assert_eq!(found(2, "platform"), None);
    for (count, team, there) in [
        (2, "admins", "is 1 person"),
        (3, "platform", "are 2 people"),
    ] {
        let told = found(count, team).unwrap();
        let message = format!("{count} people must agree and there {there} who can");
        assert!(told.contains(&message), "{told}");
    }
}
