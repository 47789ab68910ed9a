//! What stands in the place of a secret: that it is one, and whether two of a plan are the same.
//!
//! In: both sides, and a value with its place. Out: `*** (digits)`, and digests that bind a plan
//! to what is hidden in it. They are keyed by all the bytes of both catalogs, which a plan does not
//! have: who can try a guess against them has the catalogs, and with them the secret; for others
//! they are noise. The commit ids in a plan are digests of no less.

use std::cell::OnceCell;

use serde_json::Value as Json;

use crate::plan::file::{digest, short};
use crate::source::Snapshot;

/// What masks are made with. It is worked out when something is hidden, for it reads every byte.
pub struct Masks<'m> {
    sides: [&'m Snapshot; 2],
    key: OnceCell<String>,
}

/// The key of the masks of a plan, for other plans that are compared with it step by step: what
/// somebody saw, and what is meant now.
pub fn key(before: &Snapshot, after: &Snapshot) -> String {
    let side = |snapshot: &Snapshot| -> Json {
        let file = |(id, _)| Json::from(vec![snapshot.path(id), snapshot.text(id)]);
        snapshot.files().map(file).collect()
    };
    digest(&Json::from(vec![side(before), side(after)]))
}

impl<'m> Masks<'m> {
    /// Of a plan between two sides; of one that is compared with another plan, with its key.
    pub fn new(before: &'m Snapshot, after: &'m Snapshot, known: Option<&str>) -> Self {
        let masks = Self {
            sides: [before, after],
            key: OnceCell::new(),
        };
        if let Some(known) = known {
            masks.key.get_or_init(|| known.to_owned());
        }
        masks
    }

    /// The digest of something that nobody can guess who has not all of both sides.
    pub fn digest(&self, value: &Json) -> String {
        let [before, after] = self.sides;
        let key = self.key.get_or_init(|| key(before, after));
        digest(&serde_json::json!([key, value]))
    }

    /// What stands in the place of a text.
    pub fn text(&self, text: &str) -> String {
        format!("*** ({})", short(&self.digest(&Json::from(text))))
    }

    /// What stands in the place of a marked value. It is of where it stands too, so that the same
    /// short value looks different elsewhere.
    pub fn at(&self, (kind, name): (&str, &str), path: &str, value: &Json) -> Json {
        let whole = serde_json::json!([kind, name, path, value]);
        Json::from(format!("*** ({})", short(&self.digest(&whole))))
    }
}
