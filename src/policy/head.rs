//! What the head of a policy asks of person and entity, and which groups a condition names.

use cedar_policy::{PrincipalConstraint, ResourceConstraint};

use crate::policy::rule::Rule;
use crate::policy::tokens::{Token, tokens};

/// The conditions in the head of a policy.
pub(super) fn heads(rule: &Rule) -> Vec<String> {
    let Some(policy) = &rule.policy else {
        return Vec::new();
    };
    let principal = match policy.principal_constraint() {
        PrincipalConstraint::Any => None,
        PrincipalConstraint::Is(kind) => Some(format!("principal is {kind}")),
        PrincipalConstraint::Eq(one) => Some(format!("principal == {one}")),
        PrincipalConstraint::In(group) => Some(format!("principal in {group}")),
        PrincipalConstraint::IsIn(kind, group) => Some(format!("principal is {kind} in {group}")),
    };
    let resource = match policy.resource_constraint() {
        ResourceConstraint::Any => None,
        ResourceConstraint::Is(kind) => Some(format!("resource is {kind}")),
        ResourceConstraint::Eq(one) => Some(format!("resource == {one}")),
        ResourceConstraint::In(group) => Some(format!("resource in {group}")),
        ResourceConstraint::IsIn(kind, group) => Some(format!("resource is {kind} in {group}")),
    };
    principal.into_iter().chain(resource).collect()
}

/// The groups of `principal in Team::"a"` and `principal in [Team::"a", Team::"b"]`; none where
/// a condition asks for more than that.
pub(super) fn groups(text: &str) -> Vec<String> {
    let all = tokens(text);
    let asks = |n: usize, word: &str| all.get(n).is_some_and(|token| token.is(word));
    let Some(at) = (0..all.len()).find(|n| asks(*n, "principal") && asks(n + 1, "in")) else {
        return Vec::new();
    };
    let is_more = all.iter().any(|token| token.is("||") || token.is("&&"));
    let behind = all.iter().skip(at + 2).filter(|_| !is_more);
    behind
        .filter_map(Token::plain)
        .map(ToOwned::to_owned)
        .collect()
}
