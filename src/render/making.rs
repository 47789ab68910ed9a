//! Values of plans with little in them, for the tests of renderers.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use serde_json::json;

use crate::plan::file::*;
use crate::plan::rendered::{Encoding, Part, Rendered};

pub(super) fn full(commit: &str) -> String {
    format!("{commit}{}", "0".repeat(33))
}

pub(super) fn revision(name: &str, commit: &str) -> Revision {
    Revision {
        name: name.to_owned(),
        commit: Some(full(commit)),
    }
}

pub(super) fn notice(text: &str, place: &str) -> Notice {
    Notice {
        text: text.to_owned(),
        place: Some(place.to_owned()),
    }
}

pub(super) fn step(number: u32, action: &str, does: Effectuation, entity: &str) -> Step {
    Step {
        hidden: None,
        number,
        stage: 1,
        digest: "5d0e91c".to_owned(),
        action: action.to_owned(),
        title: action.to_owned(),
        built_in: false,
        definition: "d".to_owned(),
        does,
        blueprint: "Component".to_owned(),
        entity: entity.to_owned(),
        owners: Vec::new(),
        requests: Vec::new(),
        changes: Vec::new(),
        lost: Vec::new(),
        because: Vec::new(),
        with: Vec::new(),
        expiry: None,
        inputs: Vec::new(),
        outcome: Outcome::Allowed,
        decisions: Vec::new(),
        approvals: Vec::new(),
        calls: Vec::new(),
        after: Vec::new(),
        undo: None,
        reads: Vec::new(),
        writes: Vec::new(),
    }
}

pub(super) fn allowed(text: &str, place: &str) -> Decision {
    Decision {
        actor: Some("lin".to_owned()),
        allowed: true,
        reasons: vec![notice(text, place)],
        whoever: false,
        could: Vec::new(),
        break_glass: None,
    }
}

pub(super) fn input(name: &str, value: Json, from: Option<&str>) -> Input {
    Input {
        name: name.to_owned(),
        value,
        from: from.map(str::to_owned),
        secret: false,
    }
}

pub(super) fn change(path: &str, before: Json, after: Json, place: &str) -> Change {
    Change {
        path: path.to_owned(),
        before: Some(before),
        after: Some(after),
        place: place.to_owned(),
    }
}

pub(super) fn workflow(id: &str, name: &str, minutes: u64, inputs: &Json) -> Call {
    let with = json!({"repository": "acme/ops", "workflow": name, "ref": "main", "inputs": inputs});
    call(id, "github-workflow", Rendered::Known(with), minutes * 60)
}

pub(super) fn call(id: &str, connector: &str, with: Rendered, seconds: u64) -> Call {
    Call {
        id: id.to_owned(),
        connector: connector.to_owned(),
        with,
        send: Send::Request(Rendered::Known(
            json!({"method": "POST", "url": "https://api.test/x"}),
        )),
        contract: Contract::Lookup,
        accepted: None,
        outputs: BTreeMap::new(),
        lookup: None,
        poll: None,
        timeout_seconds: seconds,
        retries: 0,
        needs: Vec::new(),
    }
}

pub(super) fn later(source: &str) -> Rendered {
    let part = Part::Expression {
        source: source.to_owned(),
        context: BTreeMap::new(),
    };
    Rendered::AtApply {
        parts: vec![part],
        encode: Encoding::Plain,
    }
}

pub(super) fn secret(env: &str) -> Rendered {
    Rendered::Secret {
        env: env.to_owned(),
        prefix: "Bearer ".to_owned(),
    }
}

pub(super) fn mapping<const N: usize>(entries: [(&str, Rendered); N]) -> Rendered {
    Rendered::map(
        entries
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v))
            .collect(),
    )
}

pub(super) fn need(by: &str, candidates: &[&str], excluded: &[&str]) -> ApprovalNeed {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    ApprovalNeed {
        by: by.to_owned(),
        count: 1,
        candidates: owned(candidates),
        excluded: excluded
            .iter()
            .map(|login| Excluded {
                login: (*login).to_owned(),
                part: crate::plan::file::Part::Asked,
            })
            .collect(),
        given: Vec::new(),
        waived: 0,
        undecided: None,
        place: "catalog/actions/change_owner.yaml:14:5".to_owned(),
    }
}

pub(super) fn request(id: &str) -> RequestRef {
    RequestRef {
        id: id.to_owned(),
        file: format!("catalog/requests/{id}.yaml"),
    }
}
