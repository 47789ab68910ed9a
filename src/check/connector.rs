//! The connectors of a catalog: their expressions, and the arguments that their templates name.

use std::collections::BTreeMap;

use crate::check::Subject;
use crate::check::call::templates;
use crate::check::shape;
use crate::expression::Shape;
use crate::finding::Finding;
use crate::model::Connector;
use crate::model::connector::Send;
use crate::syntax::Node;

/// All connectors that stand in a file.
pub(super) fn connectors(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let own = |connector: &&Connector| !connector.is_built_in();
    for connector in subject.catalog.connectors.iter().filter(own) {
        let shape = sent(connector);
        let (Send::Request(send) | Send::Process(send)) = &connector.send;
        let lookup = connector.lookup.as_ref();
        let poll = connector.poll.as_ref();
        let requests = lookup.map(|it| &it.request).into_iter();
        let requests = requests.chain(poll.map(|it| &it.request));
        templates(subject, send, &shape, findings);
        // What an answer said may be asked for again, and an answer says anything.
        for request in requests {
            templates(subject, request, &Shape::Any, findings);
        }
        let outputs = connector
            .outputs
            .iter()
            .chain(lookup.into_iter().flat_map(|it| &it.outputs))
            .chain(poll.into_iter().flat_map(|it| &it.outputs))
            .map(|(_, source)| source);
        let answers = connector.accepted.iter();
        let answers = answers.chain(lookup.map(|it| &it.found));
        let answers = answers.chain(poll.into_iter().flat_map(|it| [&it.succeeded, &it.failed]));
        for source in answers.chain(outputs) {
            shape::expression(subject, source, &Shape::Any, findings);
        }
    }
}

/// What the templates of a connector read when it sends: the arguments of its call, and the run.
fn sent(connector: &Connector) -> Shape {
    let arguments = connector.with.get("properties").and_then(Node::as_mapping);
    let with = arguments.map_or(Shape::Any, |arguments| {
        let arguments = arguments.iter();
        Shape::Object(
            arguments
                .map(|entry| (entry.key.value.to_string(), Shape::Any))
                .collect(),
        )
    });
    let key = ("key".to_owned(), Shape::Scalar("a string"));
    Shape::Object(BTreeMap::from([
        ("with".to_owned(), with),
        ("run".to_owned(), Shape::Object(BTreeMap::from([key]))),
    ]))
}
