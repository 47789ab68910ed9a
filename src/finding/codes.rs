//! Every code: its number, severity, name and title. Numbers are never used again.
//!
//! E00 files and repository, E01 YAML, E02 blueprints and properties, E03 relations and
//! graph, E04 permissions and policies, E05 actions, requests and plans, E06 apply and ledger,
//! E07 scorecards.

use super::Code;
use super::Severity::{Error, Warning};

/// Declares the codes; a code without its page does not compile. `Fixed` marks those that no
/// setting may switch off: what makes a file unreadable, and errors in rules.
macro_rules! codes {
    ($($id:ident $severity:ident $name:literal $title:literal $($fixed:ident)?;)*) => {
        $(
            #[doc = $title]
            pub static $id: Code = Code {
                id: stringify!($id),
                name: $name,
                title: $title,
                severity: $severity,
                fixed: codes!(@fixed $($fixed)?),
                page: include_str!(concat!("explain/", stringify!($id), ".md")),
            };
        )*

        /// All codes, in the order of their numbers.
        pub static ALL: &[&Code] = &[$(&$id),*];
    };
    (@fixed Fixed) => { true };
    (@fixed) => { false };
}

codes! {
    E0001 Error "file-unreadable" "a file of the catalog cannot be read" Fixed;
    E0002 Warning "file-unmapped" "nothing says what the documents of a file are";
    E0003 Error "catalog-missing" "the catalog's folder is not there" Fixed;
    E0004 Error "merge-conflict" "the merge cannot be foreseen" Fixed;
    E0005 Error "limit-exceeded" "a limit of size or number is exceeded" Fixed;
    E0006 Warning "baseline-entry-unused" "an entry of the baseline fits no finding";
    E0007 Error "baseline-entry-refused" "a baseline names a finding that is always shown" Fixed;
    E0008 Warning "baseline-missing" "the settings name a baseline that is not there";
    E0009 Warning "source-reads-nothing" "a source of the settings names no file";

    E0101 Error "yaml-syntax" "a file is not YAML" Fixed;
    E0102 Error "key-duplicated" "a mapping has one key twice" Fixed;
    E0103 Error "yaml-too-large" "a document is deeper or larger than allowed" Fixed;
    E0104 Error "yaml-construct-refused" "a construct of YAML is used that hides what a value is" Fixed;
    E0105 Error "character-hidden" "a name has characters that cannot be seen" Fixed;
    E0106 Error "separator-missing" "a `---` is missing between two documents" Fixed;
    E0107 Warning "character-deceptive" "a file has characters that a reviewer cannot see";
    E0108 Warning "text-continued" "a line looks like an element of a list and is part of a text";

    E0201 Error "key-unknown" "a document has a key that its kind does not know";
    E0202 Error "key-missing" "a document lacks a key that its kind needs" Fixed;
    E0203 Error "value-type-wrong" "a value is of another type than it must be";
    E0204 Error "value-not-listed" "a value is not one of those that are allowed";
    E0205 Error "property-missing" "an entity lacks a property that its blueprint requires";
    E0206 Error "property-unknown" "an entity has a property that its blueprint does not define";
    E0207 Error "value-out-of-bounds" "a value breaks a format, a range, a length or a pattern";
    E0208 Error "blueprint-unknown" "a blueprint is named that no file defines";
    E0209 Error "blueprint-broken" "a blueprint contradicts itself or is not a schema" Fixed;
    E0210 Error "identifier-refused" "an identifier is empty, too long or has refused characters";
    E0211 Error "value-not-unique" "two entities share a value that must be unique";
    E0212 Error "path-unknown" "a path leads to nothing that the blueprint defines";
    E0213 Warning "key-without-effect" "a key or an element says nothing where it stands";
    E0214 Error "derived-value-wrong" "a derived value cannot be computed for an entity, or is of another type";
    E0215 Warning "derived-not-computable" "a derived property asks for what the catalog's files do not have";
    E0216 Error "person-unknown" "a property or `team` names a person or team that no file defines";
    E0217 Error "document-of-another-kind" "a document is not what its folder says that it is" Fixed;
    E0218 Warning "freeze-of-nothing" "a freeze is of changes that nobody asks for" Fixed;
    E0219 Warning "owner-is-nobody" "the owner that a blueprint names is no person and no group of people";
    E0220 Warning "port-left-out" "something of Port's has no counterpart and is not carried over";
    E0221 Error "port-object-unknown" "an object of an export of Port's cannot be told" Fixed;
    E0222 Error "port-file-refused" "`file://` names a file whose text cannot be taken in";
    E0223 Warning "port-refuses" "Port refuses what is written, though it is read here";
    E0224 Warning "port-permission-closed" "who may do something is not carried over, so that nobody may";
    E0229 Error "definition-misspelt" "a definition has a name that nothing uses, and other places agree on a similar one" Fixed;
    E0230 Error "reference-ambiguous" "a name that is matched in any case is that of several entities" Fixed;
    E0231 Error "descriptor-format-wrong" "a name, key or tag of a descriptor is not as Backstage allows";
    E0232 Error "descriptor-reference-wrong" "a reference of a descriptor cannot be read";
    E0233 Warning "descriptor-kind-unknown" "a descriptor is of a kind, or refers to one, that no blueprint is for";
    E0234 Warning "location-target-not-read" "a Location names a file that is not read";
    E0235 Warning "location-not-followed" "a Location names a place outside of the repository";
    E0236 Warning "content-not-taken-in" "a placeholder names a file that is not taken in";
    E0237 Warning "skeleton-left-out" "a file is what descriptors are made from, and none itself";
    E0238 Warning "descriptor-key-suspected" "a key of a descriptor is nearly one of Backstage's";
    E0240 Error "mapping-unusable" "a mapping is missing or broken, so that its files are not read" Fixed;
    E0241 Error "mapping-fails" "an expression of a mapping fails for an element" Fixed;
    E0242 Error "union-differs" "two places say different things of one entity" Fixed;
    E0243 Warning "mapping-finds-nothing" "a file has nothing that the rules of its mapping look for";
    E0244 Warning "query-rule-unanswered" "an aggregation's query has a rule that is not answered here";

    E0301 Error "relation-target-missing" "a relation names an entity that no file defines";
    E0302 Error "identity-duplicated" "two documents define the same thing" Fixed;
    E0303 Error "relation-unknown" "an entity has a relation that its blueprint does not define";
    E0304 Error "relation-shape-wrong" "a relation has a list where one name is needed, or the other way round";
    E0305 Error "relation-missing" "an entity lacks a relation that its blueprint requires";
    E0306 Error "relation-cycle" "a relation that must not have cycles has one";
    E0307 Error "relation-target-kind-wrong" "a relation names an entity of another blueprint";
    E0308 Warning "moved-from-inert" "`movedFrom` has no effect any more";
    E0309 Warning "orphan-entity" "an entity has no relation and none leads to it, unlike others of its kind";
    E0310 Warning "identifiers-alike" "two names differ only in case or in letters that look the same";
    E0311 Warning "identifier-mixes-scripts" "a name hides letters of another script among Latin ones";
    E0312 Warning "blueprint-unused" "a blueprint has no entities and nothing names it";
    E0313 Warning "requirement-circle" "blueprints require each other, so that none of their entities can be the first";
    E0314 Warning "references-unchecked" "references are not checked, because what they name may stand in a file that could not be read";
    E0315 Warning "relation-target-twice" "a relation names an entity twice";
    E0316 Warning "mapping-path-nowhere" "a path of a mapping leads to nothing in any element";
    E0317 Error "moved-from-twice" "two entities say that they were the same one" Fixed;

    E0401 Error "policy-syntax" "a permission rule cannot be read" Fixed;
    E0402 Error "policy-name-unknown" "a permission rule names something that does not exist" Fixed;
    E0403 Error "policy-type-wrong" "a permission rule compares or uses values of the wrong type" Fixed;
    E0404 Warning "policy-never-applies" "a permission rule can never apply" Fixed;
    E0405 Error "people-setting-wrong" "the settings do not say who a person is" Fixed;
    E0406 Error "definers-too-few" "fewer than two people may change definitions" Fixed;
    E0407 Warning "policy-forbids-nothing" "a rule forbids what no rule permits to anybody";
    E0408 Warning "policy-covered" "a rule says nothing that another rule does not say already";
    E0409 Error "membership-wrong" "a blueprint's `membership` can make nobody a member" Fixed;
    E0410 Error "membership-never" "a membership ends before it begins";
    E0411 Warning "login-never-matches" "a login or a number is none that a forge gives";
    E0412 Warning "approval-never-met" "an approval asks for more people than there are";
    E0413 Error "break-glass-wrong" "a break-glass rule is not written as one" Fixed;
    E0414 Error "test-name-unknown" "a rule test names a path, a file or a rule that does not exist";
    E0415 Warning "test-entity-missing" "a rule test is about a person or an entity that does not exist";
    E0416 Error "test-impossible" "a rule test asks for what cannot be, or does not say what it asks";
    E0419 Warning "rule-about-members" "a rule asks who is in a team, and is about what teams own too" Fixed;
    E0420 Warning "rule-of-another-action" "a rule is about a change for which another action is asked" Fixed;

    E0501 Error "trigger-wrong" "a trigger disagrees with its action or can never fire";
    E0502 Error "input-unknown" "an input is named that the action does not define";
    E0503 Error "connector-unknown" "a connector is named that no file defines and that is not built in";
    E0504 Error "call-unknown" "a call is named that the action does not have";
    E0505 Error "expression-refused" "an expression cannot be read, or uses what is not allowed" Fixed;
    E0506 Error "action-unknown" "an action is named that no file defines";
    E0507 Error "request-target-missing" "a request names an entity that does not exist on the target";
    E0508 Error "request-changed" "a merged request was changed" Fixed;
    E0509 Error "call-argument-wrong" "the arguments of a call do not fit its connector";
    E0510 Error "secret-in-plain-text" "a secret stands in plain text";
    E0511 Error "comparison-impossible" "an expression compares a property with what it can never be";
    E0512 Warning "connector-unused" "no action calls a connector of the catalog";
    E0513 Warning "actions-conflict" "two actions that one change starts get in each other's way";
    E0514 Error "action-order-circle" "actions wait for each other in a circle";
    E0515 Warning "secret-suspected" "a value looks like a secret in plain text";
    E0516 Error "plan-too-large" "a plan has more steps or bytes than it may have" Fixed;
    E0517 Error "deleted-while-used" "an entity is deleted while others still point at it" Fixed;
    E0518 Error "settings-removed" "the settings of the target are not in the result" Fixed;
    E0521 Error "deletion-incomplete" "an entity is deleted, and what goes with it is still there" Fixed;
    E0522 Error "deletion-unwritten" "what goes with a deleted entity is not written so that it can be changed" Fixed;

    E0601 Error "plan-differs" "a plan is not what git gives today" Fixed;
    E0602 Error "ledger-broken" "the ledger's chain or a record of it is broken" Fixed;
    E0616 Error "change-refused" "a value is not written so that a command can change it and all else stays" Fixed;
    E0617 Error "rename-incomplete" "a text names an entity that is renamed or taken out, and nobody can tell whether it means it" Fixed;

    E0701 Error "scorecard-property-unknown" "a scorecard asks about a property or relation that its blueprint does not define";
    E0702 Error "scorecard-level-wrong" "a rule of a scorecard is for a level that it cannot be for";
    E0703 Error "scorecard-operator-wrong" "a condition of a scorecard compares in a way that cannot be";
}
