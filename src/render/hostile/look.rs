//! Hostile names and values in what `get`, `search`, `graph` and `impact` print.

use serde_json::{Map, Value as Json, json};

use super::{Color, HOSTILE, harmless};
use crate::render::entity::{
    Asked, Dependents, Entity, Followed, Level, Made, May, Right, Target, Unsettled,
};
use crate::render::found::{Found, Search, search_json, search_text, search_yaml};
use crate::render::impact::{Counted, Dependent, Impact, Step, Way, impact_json, impact_text};
use crate::render::listing::{
    Kind, Kinds, Listed, Listing, kinds_json, kinds_text, kinds_yaml, listing_json, listing_text,
    listing_yaml,
};
use crate::render::picture::{
    Line, Node, Picture, picture_dot, picture_json, picture_mermaid, picture_svg, picture_text,
};
use crate::render::why::Place;
use crate::render::{asked::Verdict, entity};

fn values(with: &str) -> Map<String, Json> {
    let Json::Object(map) = json!({with: with, "b": [with, {with: with}]}) else {
        unreachable!()
    };
    map
}

fn picture(with: &str) -> Picture {
    let node = |distance| Node {
        blueprint: with.to_owned(),
        identifier: format!("{with}end"),
        distance: Some(distance),
    };
    let line = |from, to| Line {
        from,
        to,
        relation: with.to_owned(),
    };
    Picture {
        version: 1,
        about: with.to_owned(),
        nodes: vec![node(0), node(1), node(2)],
        edges: vec![line(0, 1), line(1, 2), line(2, 0), line(1, 1)],
        left_out: 3,
        left_out_edges: 4,
        errors: 1,
        next: with.to_owned(),
    }
}

/// What is between the quotes of a line, as both languages have it: a quote of the text is escaped.
fn outside_quotes(line: &str) -> String {
    let mut outside = String::new();
    let (mut is_inside, mut is_escaped) = (false, false);
    for c in line.chars() {
        match c {
            '"' if !is_escaped => is_inside = !is_inside,
            _ if !is_inside => outside.push(c),
            _ => {}
        }
        is_escaped = is_inside && c == '\\' && !is_escaped;
    }
    assert!(!is_inside, "a quote is open: {line}");
    outside
}

#[test]
fn no_name_breaks_a_picture() {
    for with in HOSTILE {
        let picture = picture(with);
        let dot = picture_dot(&picture);
        let mermaid = picture_mermaid(&picture);
        let svg = picture_svg(&picture);
        for text in [
            &picture_text(&picture, Color::Off),
            &picture_json(&picture),
            &dot,
            &mermaid,
            &svg,
        ] {
            harmless(text, with);
        }
        let plain = super::super::picture::picture_dot(&self::picture("x"));
        let shape = |text: &str| text.lines().map(outside_quotes).collect::<Vec<_>>();
        assert_eq!(shape(&dot), shape(&plain), "{with}");
        let plain = picture_mermaid(&self::picture("x"));
        assert_eq!(shape(&mermaid), shape(&plain), "{with}");
        for mark in ["%", "`", "<i", "</", "{", "javascript:", "::"] {
            assert!(!mermaid.contains(mark), "{with}: {mark}");
        }
        let plain = picture_svg(&self::picture("x"));
        for mark in ["<", ">"] {
            assert_eq!(
                svg.matches(mark).count(),
                plain.matches(mark).count(),
                "{with}"
            );
        }
    }
}

#[test]
fn no_text_of_an_entity_drives_a_terminal() {
    for with in HOSTILE {
        let entity = entity(with);
        harmless(&entity::entity_text(&entity, Color::Off), with);
        harmless(&entity::entity_json(&entity), with);
        harmless(&entity::entity_yaml(&entity), with);
        let read: Json = serde_yaml::from_str(&entity::entity_yaml(&entity)).unwrap();
        assert_eq!(read["identifier"], with);
        for text in lists(with).into_iter().chain(answers(with)) {
            harmless(&text, with);
        }
    }
}

fn lists(with: &str) -> Vec<String> {
    let text = || with.to_owned();
    let listing = Listing {
        version: 1,
        blueprint: text(),
        at: None,
        of: 2,
        chosen_by: Some(text()),
        derived: vec![text()],
        errors: 2,
        entities: vec![Listed {
            identifier: text(),
            title: Some(text()),
            owner: vec![text(), text()],
            properties: values(with),
            relations: values(with),
        }],
        columns: vec![text(), "b".to_owned()],
    };
    let kinds = Kinds {
        version: 1,
        errors: 0,
        kinds: vec![Kind {
            blueprint: text(),
            title: Some(text()),
            entities: 3,
            related: vec![text()],
        }],
    };
    vec![
        listing_text(&listing, Color::Off),
        listing_json(&listing),
        listing_yaml(&listing),
        kinds_text(&kinds, Color::Off),
        kinds_json(&kinds),
        kinds_yaml(&kinds),
    ]
}

fn answers(with: &str) -> Vec<String> {
    let text = || with.to_owned();
    let search = |found: Vec<Found>| Search {
        version: 1,
        text: text(),
        of: 1,
        errors: 1,
        found,
        near: Some(text()),
    };
    let found = search(vec![Found {
        blueprint: text(),
        identifier: text(),
        title: None,
        path: text(),
        value: text(),
    }]);
    let way = |how| Way {
        how,
        path: vec![
            Step {
                name: text(),
                to: text(),
            };
            7
        ],
    };
    let impact = Impact {
        version: 1,
        blueprint: text(),
        identifier: text(),
        kinds: vec![Counted {
            blueprint: text(),
            count: 1,
        }],
        dependents: vec![Dependent {
            blueprint: text(),
            identifier: text(),
            ways: vec![way("relation"), way("value")],
        }],
        errors: 0,
        next: text(),
    };
    vec![
        search_text(&found, true, Color::Off),
        search_text(&search(Vec::new()), true, Color::Off),
        search_json(&found),
        search_yaml(&found),
        impact_text(&impact, true, Color::Off),
        impact_json(&impact),
    ]
}

fn entity(with: &str) -> Entity {
    let text = || with.to_owned();
    let place = Place {
        file: text(),
        line: 1,
        column: 1,
    };
    let made = Made {
        how: text(),
        problem: Some(text()),
    };
    let target = Target {
        identifier: text(),
        found: false,
    };
    Entity {
        version: 1,
        blueprint: text(),
        identifier: text(),
        title: Some(text()),
        at: None,
        place: place.clone(),
        owner: vec![text()],
        owner_by: vec![Followed {
            entity: text(),
            relation: text(),
            to: text(),
        }],
        properties: values(with),
        derived: [(format!("{with}d"), made)].into(),
        relations: [(text(), vec![target])].into(),
        dependents: vec![Dependents {
            blueprint: text(),
            relation: text(),
            count: 9,
            first: vec![text()],
        }],
        scorecards: vec![Level {
            scorecard: text(),
            level: text(),
            highest: text(),
            not_met: vec![text()],
        }],
        unscored: vec![text()],
        requests: vec![Asked {
            id: text(),
            action: text(),
            place,
        }],
        unsettled: vec![Unsettled {
            step: text(),
            action: text(),
            state: text(),
            since: text(),
        }],
        ledger: Some(text()),
        may: Some(May {
            actor: text(),
            actions: vec![Right {
                action: text(),
                verdict: Verdict::Allowed,
                only: text(),
                but: text(),
            }],
        }),
        errors: 1,
        next: text(),
    }
}
