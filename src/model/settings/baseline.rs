//! `baseline` of the settings: the file of findings that pass.

use crate::finding::Finding;
use crate::finding::codes::E0207;
use crate::model::settings::Settings;
use crate::text::{Located, Text};

/// Reads the path of a file; a path that could be a glob, or leads elsewhere, is refused.
pub(super) fn read(
    path: Option<Located<Text>>,
    settings: &mut Settings,
    findings: &mut Vec<Finding>,
) {
    let Some(path) = path else {
        return;
    };
    let plain = path.value.strip_prefix("./").unwrap_or(&path.value);
    let is_glob = plain.contains(['*', '?', '[', ']', '{', '}', '\\', '!']);
    let is_odd = plain.split('/').any(|part| matches!(part, "" | "." | ".."));
    let is_yaml = [".yaml", ".yml", ".json"]
        .iter()
        .any(|ending| plain.ends_with(ending));
    if is_yaml && !is_glob && !is_odd {
        settings.baseline = Text::from(plain);
        return;
    }
    findings.push(
        Finding::new(
            &E0207,
            path.span,
            format!("`{}` is no path of a baseline", path.value),
        )
        .label("not a file of this repository")
        .help("write a path from this file on that ends in `.yaml`"),
    );
}
