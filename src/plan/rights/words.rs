//! Words for values and rights, as a plan says them.

use serde_json::Value as Json;

use crate::plan::file::show;
use crate::plan::rights::sample::{AS_IT_IS, bare};

/// `environment production`, `without reason`.
pub(super) fn named(name: &str, value: &Json) -> String {
    let name = bare(name);
    if value == AS_IT_IS {
        return format!("{name} as it is");
    }
    if value.is_null() {
        return format!("without {name}");
    }
    format!("{name} {}", show(Some(value)))
}
