//! Who owns something and who gets it, where what says so also says who is a member of what, and
//! where several kinds of groups are called alike.

use crate::shop::Shop;

const KINDS: &str = "catalog/blueprints/kinds.yaml";
const TEAMS: &str = "catalog/entities/teams.yaml";
const SHIFT: &str = "catalog/entities/shift.yaml";
const TILL: &str = "catalog/entities/till.yaml";

/// Teams belong to teams, and a shift makes somebody a member for a time: both are owned by the
/// team that they name.
fn nested() -> Shop {
    let shop = Shop::new();
    let git = &shop.git;
    let owned = "identifier: Team\nschema: {properties: {}}\n\
        relations: {parent: {target: Team, memberOf: true}}\nownership: {path: parent}\n";
    let shift = "---\nidentifier: Shift\n\
        schema: {properties: {until: {type: string, format: date-time}}}\n\
        relations: {person: {target: User, required: true}, team: {target: Team, required: true}}\n\
        ownership: {path: team}\n\
        membership: {member: person, group: team, until: until}\n";
    let kinds = git
        .read(KINDS)
        .replacen("identifier: Team\nschema: {properties: {}}\n", owned, 1);
    let teams =
        git.read(TEAMS) + "---\nidentifier: crew\nblueprint: Team\nrelations: {parent: checkout}\n";
    git.write(KINDS, kinds + shift)
        .write(TEAMS, teams)
        .write(SHIFT, of_shift("checkout"))
        .write(
            "catalog/policies/lin.cedar",
            "permit (principal == User::\"lin\", action in Action::\"grant\", resource);\n",
        )
        .commit("teams of teams");
    shop.run(&["check"]).exits(0);
    shop
}

fn of_shift(team: &str) -> String {
    format!(
        "identifier: night\nblueprint: Shift\nproperties: {{until: \"2028-01-01T00:00:00Z\"}}\n\
         relations: {{person: mia, team: {team}}}\n"
    )
}

#[test]
fn ps13_a_change_of_owner_that_is_a_grant_needs_both_sides() {
    let shop = nested();
    let now = ["--now", "2026-11-22T12:00:00Z"];
    let teams = shop.git.read(TEAMS);
    let cases = [
        (TEAMS, teams.replace("parent: checkout", "parent: platform")),
        (SHIFT, of_shift("platform")),
    ];
    for (path, text) in cases {
        shop.git
            .branch("pr", "main")
            .write(path, text)
            .commit("to the others");
        let tip = shop.git.id("pr");
        let by = |name: &str| format!("{name}@{tip}");
        let (mia, sam) = (by("mia"), by("sam"));
        shop.gate("lin", &now)
            .says("from checkout, the owner before")
            .says("from platform, the owner after")
            .exits(1);
        let one = [&now[..], &["--approval", &mia]].concat();
        shop.gate("lin", &one)
            .says("1 of 2 approvals is missing")
            .exits(1);
        let both = [&one[..], &["--approval", &sam]].concat();
        shop.gate("lin", &both).exits(0);
        shop.git.switch("main").run(&["branch", "-qD", "pr"]);
    }
}

/// People have roles too, one of them is called as a team is; `till` is what `team` says.
fn alike() -> Shop {
    let shop = Shop::new();
    let git = &shop.git;
    let kinds = git.read(KINDS).replacen(
        "relations: {teams: {target: Team, many: true, memberOf: true}}",
        "relations:\n  teams: {target: Team, many: true, memberOf: true}\n  \
         roles: {target: Role, many: true, memberOf: true}",
        1,
    );
    let more = "---\nidentifier: Role\nschema: {properties: {}}\n\
        ---\nidentifier: Till\nschema: {properties: {note: {type: string}}}\n\
        ownership: {type: Direct}\n";
    git.write(KINDS, kinds + more)
        .write(TILL, till("checkout"))
        .write(
            "catalog/entities/roles.yaml",
            "identifier: checkout\nblueprint: Role\n---\nidentifier: night\nblueprint: Role\n",
        )
        .write(
            "catalog/policies/sam.cedar",
            "permit (principal == User::\"sam\", action == Action::\"grant:Role\", resource);\n",
        )
        .commit("roles");
    shop.run(&["check"]).exits(0);
    shop
}

fn till(team: &str) -> String {
    format!("identifier: till\nblueprint: Till\nteam: {team}\n")
}

#[test]
fn ps13_a_team_is_not_renamed_with_a_role_that_is_called_alike() {
    let shop = alike();
    shop.git.write(
        TEAMS,
        shop.git.read(TEAMS) + "---\nidentifier: late\nblueprint: Team\n",
    );
    shop.git.commit("one more team");
    let roles = "identifier: dawn\nmovedFrom: checkout\nblueprint: Role\n\
        ---\nidentifier: night\nblueprint: Role\n";
    shop.pull_request()
        .write("catalog/entities/roles.yaml", roles)
        .write(TILL, till("dawn"))
        .commit("the role is called otherwise");
    // Nothing is a Team of that name.
    shop.gate("sam", &[])
        .says("no team is called `dawn`")
        .exits(1);
    shop.plan("sam").exits(1);
    shop.git.write(TILL, till("late")).commit("another team");
    shop.gate("sam", &[])
        .says("team [checkout] -> [late]")
        .says("denied")
        .exits(1);
}

#[test]
fn ps13_a_team_that_is_renamed_owns_what_it_owned() {
    let shop = alike();
    let teams = shop.git.read(TEAMS);
    let night = |more: &str| format!("{teams}---\nidentifier: {more}\nblueprint: Team\n");
    shop.git
        .write(TEAMS, night("night"))
        .write(TILL, till("night"))
        .commit("called as a role is");
    shop.pull_request()
        .write(TEAMS, night("dawn\nmovedFrom: night"))
        .write(TILL, till("dawn"))
        .commit("the team is called otherwise");
    shop.gate("kim", &[]).says("allowed: 1 step").exits(0);
}

#[test]
fn team_names_the_first_kind_of_groups_for_all_that_ask() {
    let shop = alike();
    let git = &shop.git;
    git.write(TILL, till("night")).commit("of a role");
    shop.run(&["check"])
        .says("no team is called `night`")
        .says("`team` names a Team, and `night` is none")
        .exits(1);
    shop.run(&["get", "Till/till"]).says("owner      nobody");
    git.write(TILL, till("checkout")).commit("of a team");
    shop.run(&["get", "Till/till"])
        .says("owner      checkout\n");
}
