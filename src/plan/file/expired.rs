//! What has expired, in a plan that the clock asks for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who asks for what has expired.
pub const CLOCK: &str = "System::\"expiry\"";

/// What has expired at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expired {
    /// The moment, RFC 3339 in UTC.
    pub now: String,
    /// The entities, by blueprint and name.
    pub entities: Vec<Ended>,
}

/// An entity whose time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// Its blueprint.
    pub blueprint: String,
    /// Its name.
    pub entity: String,
    /// When it ended, RFC 3339 in UTC.
    pub at: String,
    /// The steps that follow, by number; none where no action has the trigger `expired`.
    pub steps: Vec<u32>,
}

/// The end of an entity that a step deletes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expiry {
    /// When its time is over, RFC 3339 in UTC.
    pub at: String,
    /// The step that was run for it then, as the ledger names it: nothing is called again.
    pub ran: Option<String>,
}

/// The name of the landing of an entity that ended at an instant, and what makes its calls these
/// and no others. `what` is a digest of all that is run: another instant is another run, and so
/// is another person in the same entity. No two entities share one, whatever they are called.
pub fn run(blueprint: &str, entity: &str, at: &str, what: &str) -> String {
    let (blueprint, entity) = (plain(blueprint), plain(entity));
    format!("expiry:{blueprint}/{entity}@{at}#{what}")
}

/// A name without the signs that set the parts of another apart.
fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for sign in name.chars() {
        match sign {
            '%' => plain.push_str("%25"),
            '/' => plain.push_str("%2F"),
            '@' => plain.push_str("%40"),
            '#' => plain.push_str("%23"),
            _ => plain.push(sign),
        }
    }
    plain
}

/// What a step that was run at the end of an entity is known by, among requests that were run:
/// no id of a request has a line end.
pub fn spent(at: &str, digest: &str) -> String {
    format!("\n{at}\n{digest}")
}

#[cfg(test)]
mod tests {
    use super::run;

    #[test]
    fn no_two_entities_share_a_run() {
        let names = [
            "A/B", "A", "A@B", "A%2FB", "c", "B/c", "B%2Fc", "c@B#", "c#",
        ];
        let mut runs = std::collections::BTreeSet::new();
        for kind in names {
            for entity in names {
                let run = run(kind, entity, "2090-01-01T00:00:00Z", "0f");
                assert!(runs.insert(run.clone()), "{run}");
            }
        }
    }
}
