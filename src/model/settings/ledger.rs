//! Where the ledger is: names that git takes for a branch and for a remote.

use super::LedgerSettings;
use crate::finding::Finding;
use crate::finding::codes::E0207;
use crate::model::fields::Fields;
use crate::syntax::Entry;
use crate::text::{Located, Text};

/// Reads `ledger`. A name that git refuses stays: what would be done with it fails, and does not
/// go elsewhere.
pub(super) fn read(entry: &Entry, ledger: &mut LedgerSettings, findings: &mut Vec<Finding>) {
    let Some(mut fields) = Fields::of("`ledger`", &entry.node, entry.key.span, findings) else {
        return;
    };
    for (key, place) in [
        ("branch", &mut ledger.branch),
        ("remote", &mut ledger.remote),
    ] {
        if let Some(name) = fields.text(key) {
            fields.findings.extend(refused(key, &name));
            *place = name.value;
        }
    }
    fields.done();
}

/// Why git takes no branch or remote of this name, by the rules of `git check-ref-format`.
fn refused(key: &str, name: &Located<Text>) -> Option<Finding> {
    let written = name.value.as_str();
    let odd = |c: char| c.is_control() || " ~^:?*[\\".contains(c);
    let is_odd_part = |part: &str| {
        part.starts_with('.') || part.strip_suffix(".lock").is_some() || part.is_empty()
    };
    let label = if written.is_empty() {
        "empty".to_owned()
    } else if let Some(c) = written.chars().find(|c| odd(*c)) {
        match c {
            ' ' => "has a blank".to_owned(),
            _ => format!("has `{}`", c.escape_default()),
        }
    } else if let Some(word) = ["..", "@{", "//"].iter().find(|it| written.contains(**it)) {
        format!("has `{word}`")
    } else if written == "@" || written.starts_with('-') {
        "begins as no name does".to_owned()
    } else if written.ends_with('.') || written.split('/').any(is_odd_part) {
        "a part of it begins or ends as no name does".to_owned()
    } else {
        return None;
    };
    let help = match key {
        "branch" => "write the name of a branch: `catalogc-ledger`",
        _ => "write the name of a remote, as `git remote` lists it: `origin`",
    };
    let message = format!("git has no {key} that is called `{written}`");
    Some(
        Finding::new(&E0207, name.span, message)
            .label(label)
            .help(help),
    )
}

#[cfg(test)]
mod tests {
    use super::refused;
    use crate::text::{FileId, Located, Span, Text};

    #[test]
    fn names_are_as_git_takes_them() {
        let is = |name: &str| {
            let span = Span::whole_file(FileId(0));
            refused("branch", &Located::new(Text::from(name), span)).is_none()
        };
        for name in ["catalogc-ledger", "ops/ledger", "a.b", "ledger@2", "träger"] {
            assert!(is(name), "{name}");
        }
        for name in [
            "", "a b", "a..b", "a~1", "a:b", "-a", "@", "a@{1}", "/a", "a/", "a//b", ".a", "a/.b",
            "a.lock", "a.", "a\\b", "a?", "a\u{7f}",
        ] {
            assert!(!is(name), "{name}");
        }
    }
}
