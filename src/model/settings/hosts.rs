//! `hosts` of the settings: where connectors may connect.

use crate::finding::Finding;
use crate::finding::codes::E0207;
use crate::model::fields::{text_of, texts_of};
use crate::model::settings::Hosts;
use crate::syntax::Node;
use crate::text::{Located, Text};

/// Reads a list of names, or a mapping that sends some of them elsewhere.
pub(super) fn read(node: &Node, hosts: &mut Hosts, findings: &mut Vec<Finding>) {
    let Some(entries) = node.as_mapping() else {
        for name in texts_of(node, "hosts", findings) {
            name_only(&name, findings);
            hosts.allowed.insert(name.value, None);
        }
        return;
    };
    for entry in entries {
        name_only(&entry.key, findings);
        let address =
            (!entry.node.is_null()).then(|| text_of(&entry.node, &entry.key.value, findings));
        hosts
            .allowed
            .insert(entry.key.value.clone(), address.flatten());
    }
}

/// A name with more than a host and a port allows nothing, whatever it looks like.
fn name_only(name: &Located<Text>, findings: &mut Vec<Finding>) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    if !name.value.is_empty() && name.value.chars().all(is_part) {
        return;
    }
    findings.push(
        Finding::new(
            &E0207,
            name.span,
            format!("`{}` is no name of a host", name.value),
        )
        .label("more or less than a host")
        .help("write the name alone: `api.example.com`, or with a port `api.example.com:8443`"),
    );
}
